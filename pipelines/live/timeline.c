#include "pipelines/live/timeline.h"

#define TICKS_MS (GW_TIMELINE_TICKS / 1000)
#define STEP_FIRST (GW_TIMELINE_TICKS / 5) /* rather too long: a browser takes a late picture for a hole */
#define STEP_MOST (GW_TIMELINE_TICKS * 10) /* between two units of one stream; more is a jump */
#define BACK_MOST (GW_TIMELINE_TICKS / 2)  /* pictures that are not in order */
#define DRIFT_US (300 * GW_MS)
#define WINDOW_US (2 * GW_SEC) /* so long all units must be late before it is drift and not the network */
#define DRIFTS_MOST 3          /* within DRIFTS_US: these stamps are worth nothing */
#define DRIFTS_US (60 * GW_SEC)

static GwUsec us_of(gint64 ticks) {
  return ticks * 1000 / TICKS_MS;
}

static gint64 ticks_of(GwUsec us) {
  return us * TICKS_MS / 1000;
}

void gw_timeline_init(GwTimeline *t, GwTimelineKind kind) {
  *t = (GwTimeline){.kind = kind, .step = STEP_FIRST};
}

void gw_timeline_anchor(GwTimeline *t, guint32 rtp, GwUsec at_us) {
  t->is_anchored = TRUE;
  t->wants_anchor = FALSE;
  t->epoch_us = at_us;
  t->ticks = t->highest = 0;
  t->rtp = rtp;
  t->window_since_us = 0;
  t->jumped_us = 0;
}

void gw_timeline_hint(GwTimeline *t, guint32 rtp, GwUsec real_us) {
  const gint32 after = (gint32)(rtp - t->rtp);
  if (!t->by_arrival && after >= 0 && after < STEP_MOST)
    t->epoch_us = MIN(t->epoch_us, real_us - us_of(after));
}

GwUsec gw_timeline_at_us(const GwTimeline *t) {
  return t->epoch_us + us_of((gint64)t->ticks);
}

GwUsec gw_timeline_recorded_us(const GwTimeline *t) {
  return gw_timeline_at_us(t) + t->jumped_us;
}

static void want_anchor(GwTimeline *t, GwUsec real_us) {
  if (t->wants_anchor)
    return;
  t->wants_anchor = TRUE;
  if (t->drifts == 0 || real_us - t->drift_since_us > DRIFTS_US) {
    t->drifts = 0;
    t->drift_since_us = real_us;
  }
  if (++t->drifts >= DRIFTS_MOST)
    t->by_arrival = TRUE;
}

/* Nothing comes before it was taken; all late for a while: our clock and the camera's went apart. */
static void look_for_drift(GwTimeline *t, GwUsec real_us) {
  const GwUsec late_us = real_us - gw_timeline_at_us(t);
  if (late_us < -DRIFT_US) {
    want_anchor(t, real_us);
    return;
  }
  if (t->window_since_us == 0) {
    t->window_since_us = real_us;
    t->window_least_us = late_us;
  }
  t->window_least_us = MIN(t->window_least_us, late_us);
  if (real_us - t->window_since_us < WINDOW_US)
    return;
  if (t->window_least_us > DRIFT_US)
    want_anchor(t, real_us);
  t->window_since_us = 0;
}

static guint64 by_arrival(GwTimeline *t, guint32 rtp, GwUsec real_us) {
  const gint64 ticks = ticks_of(real_us - t->epoch_us);
  const guint64 next = (guint64)MAX(ticks, (gint64)t->highest + 1);
  t->step = (guint32)MIN(next - t->ticks, STEP_MOST);
  t->ticks = t->highest = next;
  t->rtp = rtp;
  return next;
}

/* The picture before the jump lasts as long as those before it did; where the recording goes on is kept. */
static guint64 after_jump(GwTimeline *t, guint32 rtp) {
  const gint32 step = (gint32)(rtp - t->rtp);
  t->wants_anchor = TRUE;
  if (step > 0)
    t->jumped_us += us_of(step - (gint32)t->step);
  t->ticks = t->highest += t->step;
  t->rtp = rtp;
  return t->ticks;
}

/* Where pictures are out of order their mean distance, else the last one. */
static void learn_step(GwTimeline *t, gint32 step) {
  const guint32 on = t->ticks > t->highest ? (guint32)(t->ticks - t->highest) : 0;
  t->is_reordered = t->is_reordered || step < 0;
  if (t->is_reordered)
    t->step = MAX(t->step - t->step / 8 + on / 8, 1);
  else if (step > 0)
    t->step = (guint32)step;
  t->highest = MAX(t->highest, t->ticks);
}

guint64 gw_timeline_take(GwTimeline *t, guint32 rtp, GwUsec real_us) {
  const gint32 step = (gint32)(rtp - t->rtp);
  const gboolean is_sane = step >= -BACK_MOST && step <= STEP_MOST;
  if (t->kind == GW_TIMELINE_PLAYBACK && !is_sane)
    return after_jump(t, rtp);
  if (t->kind == GW_TIMELINE_LIVE && !is_sane)
    want_anchor(t, real_us);
  if (t->kind == GW_TIMELINE_LIVE && (t->wants_anchor || t->by_arrival))
    return by_arrival(t, rtp, real_us);
  t->ticks = (guint64)MAX((gint64)t->ticks + step, 0);
  t->rtp = rtp;
  learn_step(t, step);
  if (t->kind == GW_TIMELINE_LIVE)
    look_for_drift(t, real_us);
  return t->ticks;
}
