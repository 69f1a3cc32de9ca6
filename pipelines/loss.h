#pragma once
#include "daemon/base/types.h"

/* The share of packets that were lost lately, from counts that only grow.  Pure. */
typedef struct GwLoss {
  GwUsec since_mono_us; /* of `now`; 0: nothing yet */
  struct {
    guint64 packets, lost;
  } before, now; /* when the window before this one began, and this one */
} GwLoss;

/* Of the last half to whole minute, in millionths. */
guint gw_loss_ppm(GwLoss *loss, guint64 packets, guint64 lost, GwUsec mono_us);
