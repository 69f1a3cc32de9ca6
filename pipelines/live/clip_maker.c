#include "pipelines/live/clip_maker.h"

#include "pipelines/live/unit.h"

#include <stdlib.h>

#define ORDER_MOST 16 /* pictures that may come out of order, in both codecs */

typedef struct Frame {
  GBytes *unit;
  GwUsec at_us;
  gboolean is_key;
} Frame;

/* What one MP4 can hold. */
typedef struct Part {
  GwMp4 *mp4;
  GwCodec codec;
  int width, height;
  GArray *frames; /* Frame */
} Part;

struct GwClipMaker {
  GwUsec from_us, to_us, about_us;
  GwTimeline time;
  GwUsec play_from_us; /* 0: it is live, or has begun */
  GPtrArray *parts;    /* Part */
  gsize bytes;
  guint stream, broken;
  gboolean is_other_stream, waits_for_key, is_over;
  GwUsec newest_at_us;
};

static void clear_frame(gpointer p) {
  g_bytes_unref(((Frame *)p)->unit);
}

static void part_free(gpointer p) {
  Part *part = p;
  gw_mp4_free(part->mp4);
  g_array_unref(part->frames);
  g_free(part);
}

void gw_clip_done_clear(GwClipDone *done) {
  g_clear_pointer(&done->codecs, g_free);
}

GwClipMaker *gw_clip_maker_new(GwUsec from_us, GwUsec to_us, GwUsec about_us, gboolean is_playback) {
  GwClipMaker *m = g_new0(GwClipMaker, 1);
  m->from_us = from_us;
  m->to_us = to_us;
  m->about_us = about_us;
  m->parts = g_ptr_array_new_with_free_func(part_free);
  m->is_other_stream = m->waits_for_key = TRUE;
  m->play_from_us = is_playback ? from_us : 0;
  gw_timeline_init(&m->time, is_playback ? GW_TIMELINE_PLAYBACK : GW_TIMELINE_LIVE);
  return m;
}

void gw_clip_maker_free(GwClipMaker *m) {
  if (!m)
    return;
  g_ptr_array_unref(m->parts);
  g_free(m);
}

/* ---- time ---- */

static void anchor(GwClipMaker *m, const GArray *units, guint i, GwUsec ahead_us) {
  const GwOutletUnit *unit = &g_array_index(units, GwOutletUnit, i);
  if (m->time.kind == GW_TIMELINE_PLAYBACK) {
    gw_timeline_anchor(&m->time, gw_unit_ticks(unit),
                       m->play_from_us ? m->play_from_us : gw_timeline_recorded_us(&m->time));
    m->play_from_us = 0;
    return;
  }
  if (m->is_other_stream)
    gw_timeline_init(&m->time, GW_TIMELINE_LIVE);
  gw_timeline_anchor(&m->time, gw_unit_ticks(unit), unit->arrival_mono_us + ahead_us);
  for (guint k = i + 1; k < units->len; k++) {
    const GwOutletUnit *next = &g_array_index(units, GwOutletUnit, k);
    if (next->stream != unit->stream)
      return;
    gw_timeline_hint(&m->time, gw_unit_ticks(next), next->arrival_mono_us + ahead_us);
  }
}

static void keep_time(GwClipMaker *m, const GArray *units, guint i, GwUsec ahead_us) {
  const GwOutletUnit *unit = &g_array_index(units, GwOutletUnit, i);
  if (unit->stream != m->stream)
    m->is_other_stream = m->waits_for_key = TRUE;
  m->stream = unit->stream;
  if (m->time.is_anchored && !m->is_other_stream)
    (void)gw_timeline_take(&m->time, gw_unit_ticks(unit), unit->arrival_mono_us + ahead_us);
  if (gw_unit_is_key(unit) && (m->is_other_stream || m->time.wants_anchor)) {
    anchor(m, units, i, ahead_us);
    m->is_other_stream = FALSE;
  }
}

/* ---- parts ---- */

static Part *last_part(GwClipMaker *m) {
  return m->parts->len > 0 ? m->parts->pdata[m->parts->len - 1] : NULL;
}

/* A keyframe at or before the beginning: nothing older is needed. */
static void forget(GwClipMaker *m) {
  g_ptr_array_set_size(m->parts, 0);
  m->bytes = 0;
  m->broken = 0;
}

/* FALSE: its parameter sets make no sense. */
static gboolean fit_part(GwClipMaker *m, const GwOutletUnit *unit, const GstMapInfo *map) {
  Part *part = last_part(m);
  GwCodec codec;
  int width = 0, height = 0;
  if (!gw_unit_shape(unit, &codec, &width, &height))
    return FALSE;
  if (part && part->codec == codec && part->width == width && part->height == height &&
      !gw_mp4_is_other(part->mp4, map->data, map->size))
    return TRUE;
  GwMp4 *mp4 = gw_mp4_new(codec, map->data, map->size, width, height);
  if (!mp4)
    return FALSE;
  part = g_new0(Part, 1);
  part->mp4 = mp4;
  part->codec = codec;
  part->width = width;
  part->height = height;
  part->frames = g_array_new(FALSE, FALSE, sizeof(Frame));
  g_array_set_clear_func(part->frames, clear_frame);
  g_ptr_array_add(m->parts, part);
  return TRUE;
}

static void add(GwClipMaker *m, const GwOutletUnit *unit, const GstMapInfo *map, GwUsec at_us) {
  const Frame frame = {g_bytes_new(map->data, map->size), at_us, gw_unit_is_key(unit)};
  g_array_append_val(last_part(m)->frames, frame);
  m->bytes += map->size;
  m->newest_at_us = MAX(at_us, m->newest_at_us);
  m->waits_for_key = FALSE;
}

static void take(GwClipMaker *m, const GArray *units, guint i, GwUsec ahead_us) {
  const GwOutletUnit *unit = &g_array_index(units, GwOutletUnit, i);
  GstMapInfo map;
  keep_time(m, units, i, ahead_us);
  const GwUsec at_us = m->time.is_reordered ? gw_timeline_at_us(&m->time)
                                            : MAX(gw_timeline_at_us(&m->time), m->newest_at_us + 1);
  if (m->time.is_anchored && at_us > m->to_us)
    m->is_over = TRUE;
  if (unit->is_broken || unit->after_hole) {
    m->waits_for_key = TRUE;
    m->broken++;
  }
  const gboolean is_key = gw_unit_is_key(unit) && !unit->is_broken;
  if (m->is_over || !m->time.is_anchored || unit->is_broken || (m->waits_for_key && !is_key) ||
      !gst_buffer_map(unit->unit, &map, GST_MAP_READ))
    return;
  if (is_key && at_us <= m->from_us)
    forget(m);
  if (is_key ? fit_part(m, unit, &map) : last_part(m) != NULL)
    add(m, unit, &map, at_us);
  else
    m->waits_for_key = TRUE;
  gst_buffer_unmap(unit->unit, &map);
}

gboolean gw_clip_maker_take(GwClipMaker *m, const GArray *units, GwUsec ahead_us) {
  for (guint i = 0; i < units->len && !m->is_over; i++)
    take(m, units, i, ahead_us);
  return !m->is_over;
}

void gw_clip_maker_correct(GwClipMaker *m, GwUsec at_us) {
  const GwUsec by_us = at_us - m->newest_at_us;
  if (m->play_from_us) { /* nothing came yet */
    m->play_from_us = at_us;
    return;
  }
  for (guint i = 0; i < m->parts->len; i++) {
    GArray *frames = ((Part *)m->parts->pdata[i])->frames;
    for (guint k = 0; k < frames->len; k++)
      g_array_index(frames, Frame, k).at_us += by_us;
  }
  m->time.epoch_us += by_us;
  m->newest_at_us += by_us;
}

gsize gw_clip_maker_bytes(const GwClipMaker *m) {
  return m->bytes;
}

GwUsec gw_clip_maker_at_us(const GwClipMaker *m) {
  return m->newest_at_us;
}

/* ---- the end ---- */

static const Frame *frame(const Part *part, guint i) {
  return &g_array_index(part->frames, Frame, i);
}

static GwUsec end_us(const GwClipMaker *m, const Part *part) {
  const GwUsec step_us = (GwUsec)m->time.step * 1000 / (GW_MP4_TICKS / 1000);
  const guint n = part->frames->len;
  GwUsec last_us = 0;
  for (guint i = n > ORDER_MOST ? n - ORDER_MOST : 0; i < n; i++)
    last_us = MAX(last_us, frame(part, i)->at_us);
  return last_us + step_us;
}

/* The one that holds the moment, else the one that comes nearest to it. */
static const Part *chosen(const GwClipMaker *m) {
  const Part *best = NULL;
  GwUsec best_us = G_MAXINT64;
  for (guint i = 0; i < m->parts->len; i++) {
    const Part *part = m->parts->pdata[i];
    if (part->frames->len == 0)
      continue;
    const GwUsec before_us = frame(part, 0)->at_us - m->about_us, after_us = m->about_us - end_us(m, part);
    const GwUsec off_us = MAX(MAX(before_us, after_us), 0);
    if (off_us < best_us) {
      best = part;
      best_us = off_us;
    }
  }
  return best;
}

static guint64 ticks_of(GwUsec us) {
  return (guint64)us * (GW_MP4_TICKS / 1000) / 1000;
}

static int by_time(gconstpointer a, gconstpointer b) {
  const GwUsec x = *(const GwUsec *)a, y = *(const GwUsec *)b;
  return (x > y) - (x < y);
}

/* When each is decoded: at the times when pictures are shown, in their order. */
static GwUsec *decode_times(const Part *part) {
  const guint n = part->frames->len;
  GwUsec *times = g_new(GwUsec, n);
  for (guint i = 0; i < n; i++)
    times[i] = frame(part, i)->at_us;
  qsort(times, n, sizeof *times, by_time);
  return times;
}

static GBytes *file_of(const GwClipMaker *m, const Part *part) {
  const guint n = part->frames->len;
  g_autofree GwUsec *times = decode_times(part);
  g_autofree GwMp4Sample *samples = g_new0(GwMp4Sample, n);
  for (guint i = 0; i < n; i++) {
    const GwUsec next_us = i + 1 < n ? times[i + 1] : end_us(m, part);
    GwMp4Sample *s = &samples[i];
    s->unit = g_bytes_get_data(frame(part, i)->unit, &s->bytes);
    s->ticks = ticks_of(times[i] - times[0]);
    s->later = (gint32)((gint64)ticks_of(frame(part, i)->at_us - times[0]) - (gint64)s->ticks);
    s->duration = (guint32)(ticks_of(next_us - times[0]) - s->ticks);
    s->is_key = frame(part, i)->is_key;
  }
  return gw_mp4_file(part->mp4, samples, n);
}

GBytes *gw_clip_maker_finish(GwClipMaker *m, GwClipDone *ret) {
  const Part *part = chosen(m);
  *ret = (GwClipDone){0};
  /* What was last seen before the time that was asked for is no proof of that time. */
  if (!part || end_us(m, part) <= m->from_us)
    return NULL;
  *ret = (GwClipDone){.from_us = frame(part, 0)->at_us,
                      .to_us = end_us(m, part),
                      .frames = part->frames->len,
                      .broken = m->broken,
                      .width = part->width,
                      .height = part->height,
                      .codecs = g_strdup(gw_mp4_codecs(part->mp4))};
  return file_of(m, part);
}
