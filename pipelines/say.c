#include "pipelines/say.h"

#include "daemon/base/clock.h"

#include <math.h>

static double round_to_tenth(double v) {
  return round(v * 10) / 10;
}

json_t *gw_say_state(GwId id, GwCameraState state, GwCause cause, const char *detail, const char *via) {
  json_t *message = json_pack("{s:s,s:I,s:s,s:s,s:I}", "type", "camera.state", "id", (json_int_t)id, "state",
                              gw_camera_state_to_string(state), "cause", gw_cause_to_string(cause), "at_us",
                              (json_int_t)gw_clock_real_us());
  g_autofree char *valid = detail ? g_utf8_make_valid(detail, -1) : NULL;
  if (valid)
    json_object_set_new(message, "detail", json_string(valid));
  if (via)
    json_object_set_new(message, "via", json_string(via));
  return message;
}

json_t *gw_say_gauge(GwId id, const GwCameraGauge *g, GwUsec mono_us, GwUsec real_us) {
  const GwMeter *m = &g->meter;
  json_t *clock =
      g->stats.has_clock ? json_real(round_to_tenth((double)g->stats.clock_offset_us / GW_MS)) : json_null();
  json_t *activity = g->activity >= 0 ? json_integer(g->activity) : json_null();
  json_t *look = g->look_at_us ? json_integer(MAX(real_us - g->look_at_us, 0) / GW_MS) : json_null();
  return json_pack("{s:I,s:f,s:I,s:i,s:i,s:s?,s:i,s:I,s:i,s:I,s:i,s:f,s:o,s:s,s:o,s:o,s:I}", "id",
                   (json_int_t)id, "fps", round_to_tenth(gw_meter_fps(m)), "kbps",
                   (json_int_t)llround(gw_meter_kbps(m)), "width", m->width, "height", m->height, "codec",
                   m->codec, "gop", (int)m->gop, "age_ms", (json_int_t)((mono_us - m->last_mono_us) / GW_MS),
                   "reconnects", (int)g->reconnects, "key_ms", (json_int_t)(m->key_interval_us / GW_MS),
                   "lost_ppm", (int)g->lost_ppm, "jitter_ms",
                   round_to_tenth((double)g->stats.jitter_us / GW_MS), "clock_ms", clock, "rate", g->rate,
                   "activity", activity, "look_age_ms", look, "frames", (json_int_t)g->frames);
}

json_t *gw_say_gauges(json_t *cameras, const GwWorkerFigures *f) {
  json_t *worker = json_pack(
      "{s:I,s:I,s:i,s:I,s:I,s:I,s:I,s:i,s:I,s:I,s:I}", "ring_bytes", (json_int_t)f->ring_bytes, "rss_bytes",
      (json_int_t)f->rss_bytes, "threads", (int)f->threads, "cpu_us", (json_int_t)f->cpu_us, "looks",
      (json_int_t)f->looker.looks, "looks_dropped", (json_int_t)f->looker.dropped, "look_wait_ms",
      (json_int_t)(f->looker.longest_wait_us / GW_MS), "views", (int)f->views.views, "view_units",
      (json_int_t)f->views.counts.units, "view_broken", (json_int_t)f->views.counts.broken, "view_late",
      (json_int_t)f->views.counts.late);
  return json_pack("{s:s,s:I,s:o,s:o}", "type", "gauges", "at_us", (json_int_t)gw_clock_real_us(), "cameras",
                   cameras, "worker", worker);
}

json_t *gw_say_finding(GwId id, GwUsec at_us, const char *kind, GwId zone_id, gboolean on, double measure,
                       double threshold, gsize before_bytes, gsize now_bytes) {
  json_t *message =
      json_pack("{s:s,s:I,s:s,s:b,s:I,s:f,s:f,s:I,s:I}", "type", "finding", "id", (json_int_t)id, "kind",
                kind, "on", on, "at_us", (json_int_t)at_us, "measure", isfinite(measure) ? measure : 0.0,
                "threshold", isfinite(threshold) ? threshold : 0.0, "before_bytes", (json_int_t)before_bytes,
                "now_bytes", (json_int_t)now_bytes);
  if (zone_id)
    json_object_set_new(message, "zone_id", json_integer(zone_id));
  return message;
}

static void set_text(json_t *message, const char *key, const char *text) {
  if (*text)
    json_object_set_new(message, key, json_string(text));
}

json_t *gw_say_observed(GwId id, const GwOnvifObservation *o, GwUsec at_us) {
  json_t *message = json_pack("{s:s,s:I,s:I,s:s}", "type", "observed", "id", (json_int_t)id, "at_us",
                              (json_int_t)at_us, "topic", gw_onvif_topic_to_string(o->topic));
  if (o->has_active)
    json_object_set_new(message, "active", json_boolean(o->active));
  if (o->score >= 0)
    json_object_set_new(message, "score", json_real(o->score));
  if (o->has_box)
    json_object_set_new(message, "box", json_pack("[f,f,f,f]", o->box[0], o->box[1], o->box[2], o->box[3]));
  set_text(message, "class", o->class);
  set_text(message, "rule", o->rule);
  set_text(message, "tail", o->tail);
  return message;
}

json_t *gw_say_light(GwId id, GwUsec at_us, gboolean is_night) {
  return json_pack("{s:s,s:I,s:I,s:s}", "type", "light", "id", (json_int_t)id, "at_us", (json_int_t)at_us,
                   "to", is_night ? "night" : "day");
}

json_t *gw_say_reference(GwId id, GwUsec at_us, gboolean asked, gsize jpeg_bytes) {
  return json_pack("{s:s,s:I,s:I,s:b,s:I}", "type", "reference", "id", (json_int_t)id, "at_us",
                   (json_int_t)at_us, "asked", asked, "jpeg_bytes", (json_int_t)jpeg_bytes);
}

json_t *gw_say_code(GwId id, GwUsec at_us, const char *text) {
  return json_pack("{s:s,s:I,s:I,s:s}", "type", "code", "id", (json_int_t)id, "at_us", (json_int_t)at_us,
                   "text", text);
}

json_t *gw_say_picture(GwId id, GwUsec at_us, gboolean is_thumb, int width, int height) {
  return json_pack("{s:s,s:I,s:I,s:i,s:i}", "type", is_thumb ? "thumb" : "still", "id", (json_int_t)id,
                   "at_us", (json_int_t)at_us, "width", width, "height", height);
}
