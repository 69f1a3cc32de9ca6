#pragma once
#include "daemon/core/rule.h"

/* Camera faults: which states of a camera are a fault, and how grave.  Pure.  Thread: any. */
#define GW_CAMERA_STATES(X)                                                                                  \
  X(UNKNOWN, "unknown")                                                                                      \
  X(CONNECTING, "connecting")                                                                                \
  X(LIVE, "live")                                                                                            \
  X(STALLED, "stalled")                                                                                      \
  X(LOST, "lost")                                                                                            \
  X(REFUSED, "refused")                                                                                      \
  X(UNSUPPORTED, "unsupported")

typedef enum GwCameraState {
#define X(name, text) GW_CAMERA_##name,
  GW_CAMERA_STATES(X)
#undef X
      GW_N_CAMERA_STATES
} GwCameraState;

const char *gw_camera_state_to_string(GwCameraState state);
gboolean gw_camera_state_from_string(const char *text, GwCameraState *ret);

/* What a state says about the fault condition: UNKNOWN (its worker is gone) and CONNECTING say
 * nothing, so they neither start nor end a fault. */
typedef enum GwSays { GW_SAYS_NOTHING, GW_SAYS_FAULT, GW_SAYS_WELL } GwSays;
GwSays gw_camera_says(GwCameraState state);
/* The alert's category: "camera_lost", "camera_stalled", "camera_refused", "camera_unsupported"; NULL: no
 * fault. */
const char *gw_camera_category(GwCameraState state);

/* Refused and unsupported are a camera's own: no switch and no recorder makes a password wrong. */
gboolean gw_camera_is_own_fault(GwCameraState state);

/* "no" while a finding that blinds it is open; "yes" when it is live and none is; else "unknown". */
const char *gw_camera_sees(GwCameraState state, gboolean is_blinded);

#define GW_CAMERA_NOTICED_US (3 * GW_SEC) /* last packet older than this: the tile says so */

/* ---- cameras that are turned ---- */

#define GW_CAMERA_HOME_US (3 * GW_MIN)    /* after the last turn it goes home by itself */
#define GW_CAMERA_SETTLE_US (20 * GW_SEC) /* from "it took the request" until its picture is judged again */
/* When to turn it home again after `attempts` that failed: later each time, at most every hour. */
GwUsec gw_camera_home_again_us(guint attempts);
/* A turn that failed for this cause may have moved it all the same. */
gboolean gw_camera_may_have_turned(const char *cause);

/* TRUE when a place has cameras and none of them is live and sees. */
gboolean gw_blind(guint cameras, guint see);
/* P3 when the place is blind without this camera, else P4; a camera without a place blinds nobody. */
int gw_camera_fault_priority(gboolean has_place, guint others_that_see);
