#pragma once
#include "daemon/base/types.h"

/* When a picture is shown, from when it was taken (RTP time stamps, which are smooth and of the camera's
 * clock) and when it came (our clock, which everything else goes by): media time since an epoch on our clock.
 *
 * Pure.  Thread: one at a time.  Ticks are 1/90000 s, as RTP time is for H.264 and H.265; `real_us` is
 * arrival on the wall clock. */
#define GW_TIMELINE_TICKS 90000

typedef enum GwTimelineKind {
  GW_TIMELINE_LIVE,    /* what comes is of now: arrival corrects it */
  GW_TIMELINE_PLAYBACK /* what comes was recorded: arrival says nothing */
} GwTimelineKind;

typedef struct GwTimeline {
  GwTimelineKind kind;
  gboolean is_anchored;
  GwUsec epoch_us;       /* of tick 0 */
  guint64 ticks;         /* when the last unit is shown */
  guint64 highest;       /* of all units so far */
  gboolean is_reordered; /* pictures come in another order than they are shown in */
  guint32 rtp;           /* of the last unit */
  guint32 step;          /* the last one between units; what the next one probably lasts */
  gboolean wants_anchor; /* stamps and arrival do not fit any more: by arrival until it is anchored anew */
  gboolean by_arrival;   /* its stamps drift all the time: never trusted again */
  guint drifts;
  GwUsec drift_since_us;
  GwUsec window_since_us, window_least_us; /* least lateness in this window: what a quick packet shows */
  gint64 jumped_us;                        /* PLAYBACK: recorded time that a jump of the stamps left out */
} GwTimeline;

void gw_timeline_init(GwTimeline *t, GwTimelineKind kind);

/* Tick 0 is this unit, taken at `at_us`: LIVE, when it came. */
void gw_timeline_anchor(GwTimeline *t, guint32 rtp, GwUsec at_us);
/* LIVE, after gw_timeline_anchor() and before the first gw_timeline_take(): one that comes later, but waited
 * less on its way, says better when tick 0 was. */
void gw_timeline_hint(GwTimeline *t, guint32 rtp, GwUsec real_us);

/* The ticks of the next unit; they go back only where pictures come out of order.  After that look at
 * wants_anchor: the next keyframe should be anchored anew. */
guint64 gw_timeline_take(GwTimeline *t, guint32 rtp, GwUsec real_us);
GwUsec gw_timeline_at_us(const GwTimeline *t); /* of the last unit */
/* PLAYBACK: when the last unit was recorded, jumps of the stamps counted: where it is anchored anew. */
GwUsec gw_timeline_recorded_us(const GwTimeline *t);
