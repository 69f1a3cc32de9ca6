#pragma once
#include "daemon/base/types.h"
#include "daemon/core/geo.h"
#include "daemon/core/round.h"

/* Which point a check-in is for, and what is odd about it (R5: flagged, never rejected).
 * Pure.  Thread: any. */
#define GW_CHECKIN_FLAGS(X)                                                                                  \
  X(OUT_OF_RADIUS, "out_of_radius")                                                                          \
  X(NO_FIX, "no_fix")                                                                                        \
  X(TOO_FAST, "too_fast")                                                                                    \
  X(CLOCK_SKEW, "clock_skew")                                                                                \
  X(TAG_TWO_DEVICES, "tag_two_devices")                                                                      \
  X(JUMP, "jump")

typedef enum GwCheckinFlag {
#define X(name, text) GW_FLAG_BIT_##name,
  GW_CHECKIN_FLAGS(X)
#undef X
      GW_N_CHECKIN_FLAGS
} GwCheckinFlag;
#define GW_FLAG(name) (1u << GW_FLAG_BIT_##name)

const char *gw_checkin_flag_to_string(GwCheckinFlag bit); /* static */

typedef struct GwCheckinPoint {
  GwId checkpoint_id;
  const char *tag; /* "" or NULL: none */
  GwPoint at;
  double radius_m;
  GwUsec due_at_us, from_us, to_us;
  GwPointState state;
} GwCheckinPoint;

typedef struct GwCheckin {
  GwId checkpoint_id; /* 0: not said */
  const char *tag;    /* NULL or "": none read */
  gboolean has_fix;
  GwPoint at;
  double accuracy_m;
  gboolean wants_fix; /* a phone; a reader's tag is its own proof of place */
  GwUsec at_us;       /* when it was done, in server time */
  GwUsec skew_us;     /* device clock minus server clock; 0 when not known */
} GwCheckin;

/* The last check-in of the same unit or device, and the last of the same tag. */
typedef struct GwCheckinBefore {
  gboolean has_last;
  GwPoint last_at;
  GwUsec last_at_us;
  gboolean tag_by_other; /* the same tag was read by another device within two minutes */
} GwCheckinBefore;

/* Index of the point, or -1.  By tag, else by checkpoint, else by position within the radius; among
 * several the one not done whose window holds the time, then the one due nearest in time. */
int gw_checkin_match(const GwCheckin *checkin, const GwCheckinPoint *points, gsize n);
guint gw_checkin_flags(const GwCheckin *checkin, const GwCheckinPoint *point, const GwCheckinBefore *before);
