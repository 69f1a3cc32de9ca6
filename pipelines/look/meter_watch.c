#include "pipelines/look/meter_watch.h"

#include <math.h>
#include <string.h>

#define WINDOW 10 /* seconds */
#define SHORT 3
#define LEARN_SECONDS 60
#define SILENT_US (2 * GW_SEC) /* stalled, or about to be */
#define ADOPT_S (6 * 3600)     /* what was not normal for so long is */

#define FPS_RATIO 2.0
#define FPS_SLACK 1.04 /* cameras that halve their pictures at night are no alarm */
#define FPS_GOOD_RATIO 1.4
#define FPS_AFTER_S 10
#define BITRATE_RATIO 5.0
#define BITRATE_GOOD_RATIO 3.0
#define BITRATE_AFTER_S 5 /* besides the window's ten */
#define FROZEN_RATIO 8.0
#define FROZEN_GOOD_RATIO 4.0
#define FROZEN_BYTES 256 /* a picture of skips alone is that small, whatever its size */
#define FROZEN_KEY_LEAST 0.6
#define FROZEN_AFTER_S 15
#define GOOD_AFTER_S 5
#define JUMP_US (2 * GW_SEC)
#define JUMP_SETTLED_S 60

#define GROUPS_LEARNED 30
#define CBR_BELOW 0.10 /* spread of bits a second over groups, as a part of their mean */
#define VBR_ABOVE 0.20
#define CALM_RATIO 1.15 /* pictures of a calm scene differ so much by themselves */
#define BUSY_RATIO 3.0

typedef struct Second {
  double s; /* how long it was */
  guint64 frames, bytes, deltas, delta_bytes;
} Second;

/* A finding's beginning and end: it must hold for a while, and be better than it began for a while. */
typedef struct State {
  gboolean on, say_again;
  double bad_s, good_s, on_s;
} State;

/* Follows a low quantile: down within a minute, up within an hour; NAN: nothing learned. */
typedef struct Low {
  double value;
} Low;

struct GwMeterWatch {
  Second seconds[WINDOW]; /* newest first */
  guint n_seconds;        /* of this connection, at most WINDOW */
  GwMeter last;           /* of the second before; last_mono_us 0: none */
  GwUsec last_call_us;
  guint learned_s;
  double fps;
  Low kbps, p_bytes, calm_bytes;
  double key_bytes;
  State states[GW_METER_N_KINDS];
  /* the spread of groups */
  guint64 groups_seen;
  guint n_groups;
  double group_mean, group_var;
  const char *rate;
  /* the camera's clock */
  gboolean clock_known;
  GwUsec clock_us, new_clock_us;
  double settled_s;
};

const char *gw_meter_kind_to_string(GwMeterKind kind) {
  static const char *const names[] = {"fps_low", "bitrate_low", "frozen", "time_jump"};
  G_STATIC_ASSERT(G_N_ELEMENTS(names) == GW_METER_N_KINDS);
  g_assert((guint)kind < GW_METER_N_KINDS);
  return names[kind];
}

static void forget_normal(GwMeterWatch *w) {
  w->learned_s = w->n_groups = w->n_seconds = 0;
  w->fps = w->key_bytes = w->group_mean = w->group_var = 0;
  w->kbps.value = w->p_bytes.value = w->calm_bytes.value = NAN;
  w->rate = "";
}

GwMeterWatch *gw_meter_watch_new(void) {
  GwMeterWatch *w = g_new0(GwMeterWatch, 1);
  forget_normal(w);
  return w;
}

void gw_meter_watch_free(GwMeterWatch *w) {
  g_free(w);
}

void gw_meter_watch_reconnected(GwMeterWatch *w) {
  w->n_seconds = 0;
  w->groups_seen = 0;
  w->last.last_mono_us = 0;
  for (guint i = 0; i < GW_METER_N_KINDS; i++) {
    w->states[i].bad_s = w->states[i].good_s = 0;
    w->states[i].say_again = w->states[i].on;
  }
}

/* ---- sums over the last seconds ---- */

static Second sum(const GwMeterWatch *w, guint n) {
  Second total = {0};
  for (guint i = 0; i < MIN(n, w->n_seconds); i++) {
    total.s += w->seconds[i].s;
    total.frames += w->seconds[i].frames;
    total.bytes += w->seconds[i].bytes;
    total.deltas += w->seconds[i].deltas;
    total.delta_bytes += w->seconds[i].delta_bytes;
  }
  return total;
}

static double fps_of(const Second *t) {
  return t->s > 0 ? (double)t->frames / t->s : 0;
}

static double kbps_of(const Second *t) {
  return t->s > 0 ? (double)t->bytes * 8 / 1000 / t->s : 0;
}

static double delta_bytes_of(const Second *t) {
  return t->deltas ? (double)t->delta_bytes / (double)t->deltas : NAN;
}

/* ---- learning ---- */

static void low_learn(Low *low, double x, double part) {
  const double step = 0.02;
  if (!(x > 0))
    return;
  if (isnan(low->value))
    low->value = x;
  else
    low->value *= exp(x < low->value ? -step * (1 - part) : step * part);
}

static void learn_group(GwMeterWatch *w, const GwMeter *m) {
  if (m->keyframes == w->groups_seen || !m->group_bytes || !m->key_interval_us)
    return;
  const gboolean first = w->groups_seen == 0; /* of this connection: it may have begun in the middle */
  w->groups_seen = m->keyframes;
  if (first)
    return;
  const double kbps = (double)m->group_bytes * 8 * 1000 / (double)m->key_interval_us;
  const double weight = 1.0 / MIN(++w->n_groups, 2 * GROUPS_LEARNED), d = kbps - w->group_mean;
  w->group_mean += weight * d;
  w->group_var = (1 - weight) * (w->group_var + weight * d * d);
  const double spread = sqrt(w->group_var) / w->group_mean;
  if (w->n_groups < GROUPS_LEARNED)
    return;
  if (spread < CBR_BELOW)
    w->rate = "cbr";
  else if (spread > VBR_ABOVE)
    w->rate = "vbr";
}

static gboolean is_any_on(const GwMeterWatch *w) {
  return w->states[GW_METER_FPS_LOW].on || w->states[GW_METER_BITRATE_LOW].on ||
         w->states[GW_METER_FROZEN].on;
}

static gboolean is_any_bad(const GwMeterWatch *w) {
  return w->states[GW_METER_FPS_LOW].bad_s > 0 || w->states[GW_METER_BITRATE_LOW].bad_s > 0 ||
         w->states[GW_METER_FROZEN].bad_s > 0;
}

/* What looks wrong teaches nothing. */
static void learn(GwMeterWatch *w, const GwMeter *m) {
  if (w->n_seconds < WINDOW || is_any_on(w) || is_any_bad(w))
    return;
  const Second ten = sum(w, WINDOW), one = sum(w, 1);
  w->learned_s++;
  w->fps += (fps_of(&ten) - w->fps) / MIN(w->learned_s, 600);
  low_learn(&w->kbps, kbps_of(&ten), 0.05);
  low_learn(&w->p_bytes, delta_bytes_of(&ten), 0.05);
  low_learn(&w->calm_bytes, delta_bytes_of(&one), 0.25);
  if (m->key_bytes)
    w->key_bytes += (m->key_bytes - w->key_bytes) / MIN(w->learned_s, 300);
  learn_group(w, m);
}

/* ---- findings ---- */

static void say(GwMeterSaid *said, GwMeterKind kind, gboolean on, double measure, double threshold) {
  if (said->n < GW_METER_N_KINDS)
    said->findings[said->n++] = (GwMeterFinding){kind, on, measure, threshold};
}

/* `measure` above `threshold` is bad, at or below `good` is good; between it stays as it is. */
static void judge(GwMeterWatch *w, GwMeterKind kind, double measure, double threshold, double good,
                  double after_s, double s, GwMeterSaid *said) {
  State *state = &w->states[kind];
  state->bad_s = measure > threshold ? state->bad_s + s : 0;
  state->good_s = measure <= good ? state->good_s + s : 0;
  if (state->bad_s > after_s && (!state->on || state->say_again)) {
    say(said, kind, TRUE, measure, threshold);
    *state = (State){.on = TRUE, .bad_s = state->bad_s};
  } else if (state->on && state->good_s >= GOOD_AFTER_S) {
    say(said, kind, FALSE, measure, threshold);
    *state = (State){0};
  }
  state->on_s = state->on ? state->on_s + s : 0;
}

static double times_less(double normal, double now) {
  return now > 0 ? MIN(normal / now, 1000) : 1000;
}

static void judge_rates(GwMeterWatch *w, const GwMeter *m, double s, GwMeterSaid *said) {
  const Second three = sum(w, SHORT), ten = sum(w, WINDOW);
  judge(w, GW_METER_FPS_LOW, times_less(w->fps, fps_of(&three)), FPS_RATIO * FPS_SLACK, FPS_GOOD_RATIO,
        FPS_AFTER_S, s, said);
  judge(w, GW_METER_BITRATE_LOW, times_less(w->kbps.value, kbps_of(&ten)), BITRATE_RATIO, BITRATE_GOOD_RATIO,
        BITRATE_AFTER_S, s, said);
  const double bytes = delta_bytes_of(&three);
  if (isnan(bytes) || isnan(w->p_bytes.value))
    return; /* keyframes alone, or too few pictures: its sizes say nothing */
  double less = times_less(w->p_bytes.value, bytes);
  if (bytes > FROZEN_BYTES || m->key_bytes < w->key_bytes * FROZEN_KEY_LEAST)
    less = MIN(less, FROZEN_RATIO); /* small for another reason */
  judge(w, GW_METER_FROZEN, less, FROZEN_RATIO, FROZEN_GOOD_RATIO, FROZEN_AFTER_S, s, said);
}

/* A jump is over when the clock is back, or has stood where it is for a minute: then that is its time. */
static void judge_clock(GwMeterWatch *w, GwUsec clock_us, double s, GwMeterSaid *said) {
  State *state = &w->states[GW_METER_TIME_JUMP];
  if (!w->clock_known)
    w->clock_us = clock_us;
  w->clock_known = TRUE;
  const double off_s = (double)llabs(clock_us - w->clock_us) / GW_SEC, most_s = (double)JUMP_US / GW_SEC;
  if (off_s <= most_s) {
    w->clock_us = clock_us; /* drift is followed */
    if (state->on)
      say(said, GW_METER_TIME_JUMP, FALSE, off_s, most_s);
    *state = (State){0};
    return;
  }
  if (!state->on || llabs(clock_us - w->new_clock_us) > JUMP_US)
    w->settled_s = 0;
  w->new_clock_us = clock_us;
  w->settled_s += s;
  if (!state->on || state->say_again)
    say(said, GW_METER_TIME_JUMP, TRUE, off_s, most_s);
  *state = (State){.on = TRUE};
  if (w->settled_s >= JUMP_SETTLED_S) {
    w->clock_us = clock_us;
    say(said, GW_METER_TIME_JUMP, FALSE, 0, most_s);
    *state = (State){0};
  }
}

static void end_all(GwMeterWatch *w, GwMeterSaid *said) {
  for (guint i = 0; i < GW_METER_TIME_JUMP; i++) {
    if (w->states[i].on)
      say(said, (GwMeterKind)i, FALSE, 0, 0);
    w->states[i] = (State){0};
  }
  forget_normal(w);
}

void gw_meter_watch_end(GwMeterWatch *w, GwMeterSaid *ret) {
  *ret = (GwMeterSaid){.rate = "", .activity = -1};
  end_all(w, ret);
  if (w->states[GW_METER_TIME_JUMP].on)
    say(ret, GW_METER_TIME_JUMP, FALSE, 0, 0);
  w->states[GW_METER_TIME_JUMP] = (State){0};
}

static gboolean is_long_on(const GwMeterWatch *w) {
  for (guint i = 0; i < GW_METER_TIME_JUMP; i++)
    if (w->states[i].on_s > ADOPT_S)
      return TRUE;
  return FALSE;
}

static int activity(const GwMeterWatch *w) {
  const Second two = sum(w, 2);
  const double bytes = delta_bytes_of(&two);
  if (strcmp(w->rate, "vbr") != 0 || isnan(bytes) || isnan(w->calm_bytes.value))
    return -1;
  const double ratio = bytes / w->calm_bytes.value;
  return (int)CLAMP((ratio - CALM_RATIO) / (BUSY_RATIO - CALM_RATIO) * 100, 0, 100);
}

/* FALSE: the first of a connection, nothing to compare with. */
static gboolean add_second(GwMeterWatch *w, const GwMeter *m, GwUsec mono_us, double *ret_s) {
  const GwMeter before = w->last;
  const double s = (double)(mono_us - w->last_call_us) / GW_SEC;
  w->last = *m;
  w->last_call_us = mono_us;
  if (!before.last_mono_us || m->frames < before.frames || s <= 0)
    return FALSE;
  memmove(&w->seconds[1], &w->seconds[0], (WINDOW - 1) * sizeof w->seconds[0]);
  w->seconds[0] = (Second){s, m->frames - before.frames, m->bytes - before.bytes,
                           m->delta_frames - before.delta_frames, m->delta_bytes - before.delta_bytes};
  w->n_seconds = MIN(w->n_seconds + 1, WINDOW);
  *ret_s = s;
  return TRUE;
}

void gw_meter_watch_second(GwMeterWatch *w, const GwMeter *m, gboolean has_clock, GwUsec clock_us,
                           GwUsec mono_us, GwMeterSaid *ret) {
  const gboolean had = w->last.codec != NULL;
  const gboolean is_other =
      had && m->codec &&
      (g_strcmp0(w->last.codec, m->codec) != 0 || w->last.width != m->width || w->last.height != m->height);
  double s = 0;
  *ret = (GwMeterSaid){0};
  if (is_other || is_long_on(w)) /* another stream: what was normal is not */
    end_all(w, ret);
  if (mono_us - m->last_mono_us >= SILENT_US) {
    w->n_seconds = 0;
    w->last.last_mono_us = 0;
  } else if (add_second(w, m, mono_us, &s)) {
    if (w->learned_s >= LEARN_SECONDS && w->n_seconds == WINDOW)
      judge_rates(w, m, s, ret);
    learn(w, m);
    if (has_clock)
      judge_clock(w, clock_us, s, ret);
  }
  ret->rate = w->rate;
  ret->activity = w->learned_s >= LEARN_SECONDS ? activity(w) : -1;
}
