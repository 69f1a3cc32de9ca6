#pragma once
#include "daemon/base/types.h"

/* Which of the wall's two large pictures an alert takes.  Pure.  Thread: any. */
#define GW_SPOTS 2
#define GW_SPOT_PRIORITY 2 /* P1 and P2 take one */

typedef struct GwSpot {
  gboolean is_pinned; /* somebody keeps it: no alert takes it */
  GwId alert_id;      /* why it is taken; 0: empty, or pinned */
  int priority;       /* of that alert */
} GwSpot;

/* The index of the spot that this newly raised alert takes, -1: none.  First an empty one, then that of a lower
 * priority, then the older of its own; P2 never takes that of a P1.  Alerts are as old as their ids say. */
int gw_spot_choose(const GwSpot spots[GW_SPOTS], GwId alert_id, int priority);
