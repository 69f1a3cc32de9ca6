/* What workers measure, once a second: checked number by number, summed up for pages and metrics. */
#include <math.h>
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/ingest/ingest_private.h"

#define MS_MOST 86400000 /* a day */
#define CODEC_CHARS 16
#define FORMATS_MOST 10 /* changes of codec or size of one camera at once, and a second */
#define FORMATS_PER_S 0.1

/* What is no number, or beyond what can be, is cut to what can be. */
static double real(json_t *gauge, const char *name, double least, double most) {
  json_t *value = json_object_get(gauge, name);
  return json_is_number(value) ? CLAMP(json_number_value(value), least, most) : CLAMP(0, least, most);
}

static json_int_t whole(json_t *gauge, const char *name, json_int_t most) {
  return (json_int_t)floor(real(gauge, name, 0, (double)most));
}

/* Nobody reads more digits, and they would go to every page every second. */
static double tenths(double value) {
  return round(value * 10) / 10;
}

static json_t *real_or_null(json_t *gauge, const char *name, double least, double most) {
  return json_is_number(json_object_get(gauge, name)) ? json_real(tenths(real(gauge, name, least, most)))
                                                      : json_null();
}

static json_t *whole_or_null(json_t *gauge, const char *name, json_int_t most) {
  return json_is_number(json_object_get(gauge, name)) ? json_integer(whole(gauge, name, most)) : json_null();
}

static const char *rate_of(json_t *gauge) {
  const char *rate = gw_msg_text(gauge, "rate");
  return g_strcmp0(rate, "vbr") == 0 ? "vbr" : g_strcmp0(rate, "cbr") == 0 ? "cbr" : "";
}

static json_t *checked(GwId id, json_t *gauge) {
  const char *rate = rate_of(gauge);
  json_t *activity = g_str_equal(rate, "vbr") ? whole_or_null(gauge, "activity", 100) : json_null();
  return json_pack("{s:I, s:f, s:f, s:I, s:I, s:I, s:I, s:I, s:f, s:o, s:s, s:o, s:o, s:I}", "id",
                   (json_int_t)id, "fps", tenths(real(gauge, "fps", 0, 1000)), "kbps",
                   round(real(gauge, "kbps", 0, 1e7)), "gop", whole(gauge, "gop", 1000000), "age_ms",
                   whole(gauge, "age_ms", MS_MOST), "reconnects", whole(gauge, "reconnects", G_MAXINT),
                   "key_ms", whole(gauge, "key_ms", MS_MOST), "lost_ppm", whole(gauge, "lost_ppm", 1000000),
                   "jitter_ms", tenths(real(gauge, "jitter_ms", 0, MS_MOST)), "clock_ms",
                   real_or_null(gauge, "clock_ms", -1e13, 1e13), "rate", rate, "activity", activity,
                   "look_age_ms", whole_or_null(gauge, "look_age_ms", MS_MOST), "frames",
                   whole(gauge, "frames", GW_ID_MAX));
}

static gboolean is_codec(const char *codec) {
  if (!codec || !*codec || strlen(codec) > CODEC_CHARS)
    return FALSE;
  for (const char *c = codec; *c; c++)
    if (!g_ascii_isalnum(*c))
      return FALSE;
  return TRUE;
}

/* Codec and size come with the gauges, which are lossy; when they change, the ledger hears it. */
static void note_format(GwIngest *ingest, GwId id, GwWatched *watched, json_t *gauge) {
  const char *codec = gw_msg_text(gauge, "codec");
  const int width = (int)whole(gauge, "width", 16384), height = (int)whole(gauge, "height", 16384);
  if (!is_codec(codec) || width <= 0 || height <= 0 || !watched->state)
    return;
  if (g_strcmp0(watched->codec, codec) == 0 && watched->width == width && watched->height == height)
    return;
  if (!gw_bucket_take(&watched->formats, FORMATS_MOST, FORMATS_PER_S))
    return; /* another every second is none to be recorded */
  g_free(watched->codec);
  watched->codec = g_strdup(codec);
  watched->width = width;
  watched->height = height;
  json_t *body = json_pack("{s:I, s:s, s:s, s:i, s:i}", "id", (json_int_t)id, "state", watched->state,
                           "codec", codec, "width", width, "height", height);
  gw_ingest_observe(ingest, "camera.state", body, NULL, 0, NULL, NULL, NULL);
}

static void take_figures(GwWorker *worker, json_t *said) {
  if (!json_is_object(said))
    return;
  worker->has_figures = TRUE;
  worker->figures = (GwWorkerFigures){
      .ring_bytes = whole(said, "ring_bytes", GW_ID_MAX),
      .rss_bytes = whole(said, "rss_bytes", GW_ID_MAX),
      .threads = whole(said, "threads", 1000000),
      .cpu_us = whole(said, "cpu_us", GW_ID_MAX),
      .looks = whole(said, "looks", GW_ID_MAX),
      .looks_dropped = whole(said, "looks_dropped", GW_ID_MAX),
      .look_wait_ms = whole(said, "look_wait_ms", MS_MOST),
  };
}

void gw_gauges_on_message(GwWorker *worker, json_t *message) {
  if (!json_is_array(json_object_get(message, "cameras")))
    return;
  json_t *list = json_array();
  size_t i;
  json_t *gauge;
  json_array_foreach(json_object_get(message, "cameras"), i, gauge) {
    const GwId id = gw_msg_int(gauge, "id");
    GwWatched *watched = gw_cameras_of(worker, id);
    if (!watched || json_array_size(list) >= GW_LIMIT_CAMERAS)
      continue;
    note_format(worker->ingest, id, watched, gauge);
    json_t *one = checked(id, gauge);
    watched->frames = gw_msg_int(one, "frames");
    json_array_append_new(list, one);
  }
  take_figures(worker, json_object_get(message, "worker"));
  worker->has_spoken = TRUE;
  worker->silent_s = 0;
  json_decref(worker->gauges);
  worker->gauges = list; /* the newest of the second is told */
}

void gw_gauges_tick(GwIngest *ingest) {
  json_t *all = NULL;
  for (guint i = 0; i < ingest->workers->len; i++) {
    GwWorker *worker = g_ptr_array_index(ingest->workers, i);
    json_t *gauges = g_steal_pointer(&worker->gauges);
    if (!gauges)
      continue;
    if (!all)
      all = json_array();
    (void)json_array_extend(all, gauges);
    json_decref(gauges);
  }
  if (all && ingest->config.on_gauges)
    ingest->config.on_gauges(all, ingest->config.user);
  json_decref(all);
}

json_t *gw_gauges_figures(const GwWorker *worker) {
  const GwWorkerFigures *f = &worker->figures;
  if (!worker->has_figures)
    return NULL;
  return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "ring_bytes", (json_int_t)f->ring_bytes,
                   "rss_bytes", (json_int_t)f->rss_bytes, "threads", (json_int_t)f->threads, "cpu_us",
                   (json_int_t)f->cpu_us, "looks", (json_int_t)f->looks, "looks_dropped",
                   (json_int_t)f->looks_dropped, "look_wait_ms", (json_int_t)f->look_wait_ms);
}
