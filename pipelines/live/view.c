#include "pipelines/live/view.h"

#include "pipelines/live/unit.h"

struct GwView {
  GwViewOut out;
  GwTimeline time;
  GwUsec correct_us; /* 0: nothing to correct */
  GwMp4 *mp4;        /* NULL: nothing came yet */
  GwCodec codec;
  guint stream, gen, number;
  guint64 decode_ticks;  /* of the last one sent */
  guint32 told_duration; /* so was this; 0: none in this gen */
  gboolean waits_for_key, is_other_stream, needs_init;
  GwUsec newest_at_us;
  GwViewCounts counts;
};

/* A unit and what is known of it, while it is taken. */
typedef struct Taken {
  const GArray *units;
  guint i;
  const GwOutletUnit *unit;
  GwUsec ahead_us;
  guint32 ticks;
  gboolean is_key;
  const GstMapInfo *map;
} Taken;

GwView *gw_view_new(GwUsec play_from_us, const GwViewOut *out) {
  GwView *v = g_new0(GwView, 1);
  v->out = *out;
  v->waits_for_key = v->is_other_stream = v->needs_init = TRUE;
  v->correct_us = play_from_us;
  gw_timeline_init(&v->time, play_from_us ? GW_TIMELINE_PLAYBACK : GW_TIMELINE_LIVE);
  return v;
}

void gw_view_free(GwView *v) {
  if (!v)
    return;
  gw_mp4_free(v->mp4);
  g_free(v);
}

/* ---- a new gen ---- */

static GwUsec real_us(const Taken *taken, const GwOutletUnit *unit) {
  return unit->arrival_mono_us + taken->ahead_us;
}

static void anchor_live(GwView *v, const Taken *taken) {
  if (v->is_other_stream)
    gw_timeline_init(&v->time, GW_TIMELINE_LIVE);
  gw_timeline_anchor(&v->time, taken->ticks, real_us(taken, taken->unit));
  for (guint i = taken->i + 1; i < taken->units->len; i++) {
    const GwOutletUnit *next = &g_array_index(taken->units, GwOutletUnit, i);
    if (next->stream != taken->unit->stream)
      return;
    gw_timeline_hint(&v->time, gw_unit_ticks(next), real_us(taken, next));
  }
}

static void anchor(GwView *v, const Taken *taken) {
  if (v->time.kind == GW_TIMELINE_LIVE)
    anchor_live(v, taken);
  else
    gw_timeline_anchor(&v->time, taken->ticks,
                       v->correct_us ? v->correct_us : gw_timeline_recorded_us(&v->time));
  v->correct_us = 0;
}

static gboolean needs_gen(const GwView *v, const Taken *taken) {
  return v->needs_init || v->is_other_stream || v->time.wants_anchor || v->correct_us ||
         gw_mp4_is_other(v->mp4, taken->map->data, taken->map->size);
}

/* FALSE: its parameter sets make no sense, or there is no room. */
static gboolean begin_gen(GwView *v, const Taken *taken) {
  GwViewInit init = {.gen = v->gen + 1};
  if (!gw_unit_shape(taken->unit, &v->codec, &init.width, &init.height))
    return FALSE;
  g_autoptr(GwMp4) mp4 = gw_mp4_new(v->codec, taken->map->data, taken->map->size, init.width, init.height);
  if (!mp4)
    return FALSE;
  anchor(v, taken);
  g_autoptr(GBytes) bytes = gw_mp4_init(mp4);
  v->is_other_stream = FALSE;
  init.epoch_us = v->time.epoch_us;
  init.codecs = gw_mp4_codecs(mp4);
  v->needs_init = !v->out.init(v, &init, bytes, v->out.user);
  if (v->needs_init) /* once more, with the next keyframe */
    return FALSE;
  gw_mp4_free(v->mp4);
  v->mp4 = g_steal_pointer(&mp4);
  v->gen = init.gen;
  v->number = 0;
  v->told_duration = 0;
  return TRUE;
}

/* ---- units ---- */

/* How long it is shown: what comes next tells, if it is there already. */
static guint32 duration_of(const GwView *v, const Taken *taken) {
  if (taken->i + 1 < taken->units->len && !v->time.is_reordered && !v->time.by_arrival) {
    const GwOutletUnit *next = &g_array_index(taken->units, GwOutletUnit, taken->i + 1);
    const gint32 step = (gint32)(gw_unit_ticks(next) - taken->ticks);
    if (next->stream == taken->unit->stream && step > 0 && step <= GW_MP4_TICKS)
      return (guint32)step;
  }
  return v->time.step;
}

/* A browser that finds the next picture decoded more than two durations after this one takes it for a hole,
 * and wants a keyframe.  So decoding follows in steps that are not too long; pictures are shown when they
 * should be. */
static GwMp4Sample sample_of(GwView *v, const Taken *taken) {
  const gint64 ahead = (gint64)v->time.ticks - (gint64)v->decode_ticks;
  v->decode_ticks = v->told_duration
                        ? v->decode_ticks + (guint64)CLAMP(ahead, 1, 2 * (gint64)v->told_duration)
                        : v->time.ticks;
  v->told_duration = duration_of(v, taken);
  return (GwMp4Sample){.unit = taken->map->data,
                       .bytes = taken->map->size,
                       .ticks = v->decode_ticks,
                       .later = (gint32)((gint64)v->time.ticks - (gint64)v->decode_ticks),
                       .duration = v->told_duration,
                       .is_key = taken->is_key};
}

static void send(GwView *v, const Taken *taken) {
  const GwMp4Sample sample = sample_of(v, taken);
  const GwViewUnit unit = {v->gen, ++v->number, taken->is_key, taken->unit->is_replay,
                           gw_timeline_at_us(&v->time)};
  g_autoptr(GBytes) fragment = gw_mp4_fragment(v->mp4, unit.number, &sample, 1);
  if (v->out.unit(v, &unit, fragment, v->out.user)) {
    v->counts.units++;
    v->newest_at_us = unit.at_us;
    v->waits_for_key = FALSE;
  } else {
    v->counts.late++;
    v->waits_for_key = TRUE;
  }
}

static void look_for_loss(GwView *v, const GwOutletUnit *unit) {
  if (unit->stream != v->stream)
    v->is_other_stream = TRUE;
  v->stream = unit->stream;
  if (unit->is_broken)
    v->counts.broken++;
  if (v->is_other_stream || unit->is_broken || unit->after_hole)
    v->waits_for_key = TRUE;
}

static void take(GwView *v, Taken *taken) {
  const GwOutletUnit *unit = taken->unit;
  GstMapInfo map;
  look_for_loss(v, unit);
  if (v->time.is_anchored && !v->is_other_stream)
    (void)gw_timeline_take(&v->time, taken->ticks, real_us(taken, unit));
  if (unit->is_broken || (v->waits_for_key && !taken->is_key)) {
    v->number++;
    return;
  }
  if (!gst_buffer_map(unit->unit, &map, GST_MAP_READ))
    return;
  taken->map = &map;
  if (!taken->is_key || !needs_gen(v, taken) || begin_gen(v, taken))
    send(v, taken);
  else
    v->waits_for_key = TRUE;
  gst_buffer_unmap(unit->unit, &map);
}

void gw_view_take(GwView *v, const GArray *units, GwUsec ahead_us) {
  for (guint i = 0; i < units->len; i++) {
    const GwOutletUnit *unit = &g_array_index(units, GwOutletUnit, i);
    Taken taken = {units, i, unit, ahead_us, gw_unit_ticks(unit), gw_unit_is_key(unit), NULL};
    take(v, &taken);
  }
}

void gw_view_correct(GwView *v, GwUsec at_us) {
  v->correct_us = at_us;
}

GwUsec gw_view_at_us(const GwView *v) {
  return v->newest_at_us;
}

void gw_view_counts(const GwView *v, GwViewCounts *ret) {
  *ret = v->counts;
}
