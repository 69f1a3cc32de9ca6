/* What the pictures of cameras say: every field is looked at and copied, nothing passes by itself. */
#include <math.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/base/log.h"
#include "daemon/ingest/ingest_private.h"

#define MEASURE_MOST 1e9
#define WORD_CHARS 40
#define RULE_CHARS 80
#define CODE_CHARS 128

/* One camera: so many at once, so many a second. */
#define FINDINGS_MOST 200
#define FINDINGS_PER_S 10
#define REFERENCES_MOST 4
#define REFERENCES_PER_S 0.1
#define OBSERVED_MOST 20
#define OBSERVED_PER_S 10
#define CODES_MOST 10
#define CODES_PER_S 2
#define LIGHTS_MOST 4
#define LIGHTS_PER_S 0.1

static gboolean is_one_of(const char *word, const char *const *words) {
  return word && g_strv_contains(words, word);
}

static gboolean is_word(const char *text, gsize most) {
  if (!text || !*text || strlen(text) > most)
    return FALSE;
  for (const char *c = text; *c; c++)
    if (!g_ascii_isalnum(*c) && *c != '_' && *c != '-')
      return FALSE;
  return TRUE;
}

/* A camera's own words: whatever language, no control characters.  Jansson took valid UTF-8 only. */
static gboolean is_text(const char *text, glong most) {
  if (!text || strlen(text) > (gsize)most * 4 || g_utf8_strlen(text, -1) > most)
    return FALSE;
  for (const char *c = text; *c; c = g_utf8_next_char(c))
    if (g_unichar_iscntrl(g_utf8_get_char(c)))
      return FALSE;
  return TRUE;
}

static gboolean is_printable(const char *text, gsize most) {
  if (!text || !*text || strlen(text) > most)
    return FALSE;
  for (const char *c = text; *c; c++)
    if (*c < ' ' || *c > '~')
      return FALSE;
  return TRUE;
}

static gboolean is_real(json_t *value, double least, double most) {
  return json_is_number(value) && json_number_value(value) >= least && json_number_value(value) <= most;
}

/* `bytes` of the binary from `*at` on as a JPEG; NULL: there is none, or it is none. */
static GBytes *take_jpeg(json_t *message, const char *field, const guint8 *data, gsize bytes, gsize *at) {
  const gint64 n = gw_msg_int(message, field);
  if (n <= 0 || (guint64)n > bytes - *at)
    return NULL;
  const guint8 *jpeg = data + *at;
  *at += (gsize)n;
  const gboolean is_jpeg = n >= 4 && n <= GW_LIMIT_STILL_BYTES && jpeg[0] == 0xff && jpeg[1] == 0xd8;
  return is_jpeg ? g_bytes_new(jpeg, (gsize)n) : NULL;
}

/* ---- finding ---- */

static gboolean was_told(const GwWatched *watched, GwId zone_id) {
  for (guint i = 0; i < watched->zones->len; i++)
    if (g_array_index(watched->zones, GwId, i) == zone_id)
      return TRUE;
  return FALSE;
}

static json_t *finding_body(const GwWatched *watched, json_t *message) {
  static const char *const kinds[] = {"black",  "washed", "covered", "sprayed",     "defocused", "moved",
                                      "frozen", "zone",   "fps_low", "bitrate_low", "time_jump", NULL};
  const char *kind = gw_msg_text(message, "kind");
  json_t *on = json_object_get(message, "on"), *measure = json_object_get(message, "measure"),
         *threshold = json_object_get(message, "threshold");
  const GwId zone_id = gw_msg_int(message, "zone_id");
  if (!is_one_of(kind, kinds) || !json_is_boolean(on) || !is_real(measure, -MEASURE_MOST, MEASURE_MOST) ||
      !is_real(threshold, -MEASURE_MOST, MEASURE_MOST))
    return NULL;
  const gboolean is_zone = g_str_equal(kind, "zone");
  if (is_zone ? !was_told(watched, zone_id) : zone_id != 0)
    return NULL;
  json_t *body = json_pack("{s:I, s:s, s:b, s:I, s:f, s:f}", "id", (json_int_t)gw_msg_int(message, "id"),
                           "kind", kind, "on", json_is_true(on), "at_us", (json_int_t)gw_msg_at_us(message), "measure",
                           json_number_value(measure), "threshold", json_number_value(threshold));
  if (is_zone)
    json_object_set_new(body, "zone_id", json_integer(zone_id));
  return body;
}

static void on_finding(GwWorker *worker, GwWatched *watched, json_t *message, const guint8 *data,
                       gsize bytes) {
  json_t *body = finding_body(watched, message);
  if (!body)
    return;
  /* None may be lost, and none may flood: who says more than can be is broken, and its successor says anew
   * what is so. */
  if (!gw_bucket_take(&watched->findings, FINDINGS_MOST, FINDINGS_PER_S)) {
    json_decref(body);
    gw_worker_kill(worker, "it finds more in one camera than there can be");
    return;
  }
  gsize at = 0;
  GwPictured pictured = {.kind = "camera.finding", .body = body, .names = {"before_hash", "now_hash"}};
  pictured.pictures[0] = take_jpeg(message, "before_bytes", data, bytes, &at);
  pictured.pictures[1] = take_jpeg(message, "now_bytes", data, bytes, &at);
  gw_pictures_observe(worker->ingest, &pictured);
}

/* ---- reference ---- */

static void on_reference(GwWorker *worker, GwWatched *watched, json_t *message, const guint8 *data,
                         gsize bytes) {
  const GwId id = gw_msg_int(message, "id");
  gsize at = 0;
  g_autoptr(GBytes) jpeg = take_jpeg(message, "jpeg_bytes", data, bytes, &at);
  if (!jpeg || at >= bytes || bytes - at > GW_LIMIT_REFERENCE_BYTES)
    return;
  if (!gw_bucket_take(&watched->references, REFERENCES_MOST, REFERENCES_PER_S))
    return; /* it learns too often; the one that is kept serves as well */
  GBytes *opaque = g_bytes_new(data + at, bytes - at);
  g_clear_pointer(&watched->learnt, g_bytes_unref);
  watched->learnt = g_bytes_ref(opaque);
  watched->learning++;
  json_t *body = json_pack("{s:I, s:I, s:b}", "id", (json_int_t)id, "at_us", (json_int_t)gw_msg_at_us(message), "asked",
                           json_is_true(json_object_get(message, "asked")));
  const GwPictured pictured = {.kind = "camera.reference",
                               .body = body,
                               .pictures = {g_steal_pointer(&jpeg)},
                               .names = {"hash"},
                               .data = opaque,
                               .needs_picture = TRUE,
                               .camera_id = id};
  gw_pictures_observe(worker->ingest, &pictured);
}

/* ---- light, observed, code ---- */

static void on_light(GwWorker *worker, GwWatched *watched, json_t *message) {
  static const char *const lights[] = {"day", "night", NULL};
  const char *to = gw_msg_text(message, "to");
  if (!is_one_of(to, lights) || !gw_bucket_take(&watched->lights, LIGHTS_MOST, LIGHTS_PER_S))
    return;
  json_t *body = json_pack("{s:I, s:I, s:s}", "id", (json_int_t)gw_msg_int(message, "id"), "at_us",
                           (json_int_t)gw_msg_at_us(message), "to", to);
  gw_ingest_observe(worker->ingest, "camera.light", body, NULL, 0, NULL, NULL, NULL);
}

static void copy_box(json_t *message, json_t *body) {
  json_t *box = json_object_get(message, "box");
  if (json_array_size(box) != 4)
    return;
  for (size_t i = 0; i < 4; i++)
    if (!is_real(json_array_get(box, i), 0, 1))
      return;
  json_object_set_new(body, "box", json_deep_copy(box));
}

static json_t *observed_body(json_t *message) {
  static const char *const topics[] = {"motion", "line", "field", "tamper", "object", "other", NULL};
  const char *topic = gw_msg_text(message, "topic"), *class = gw_msg_text(message, "class");
  const char *rule = gw_msg_text(message, "rule"), *tail = gw_msg_text(message, "tail");
  json_t *active = json_object_get(message, "active"), *score = json_object_get(message, "score");
  if (!is_one_of(topic, topics))
    return NULL;
  json_t *body = json_pack("{s:I, s:I, s:s}", "id", (json_int_t)gw_msg_int(message, "id"), "at_us",
                           (json_int_t)gw_msg_at_us(message), "topic", topic);
  if (json_is_boolean(active))
    json_object_set(body, "active", active);
  if (is_word(class, WORD_CHARS))
    json_object_set_new(body, "class", json_string(class));
  if (is_real(score, 0, 1))
    json_object_set_new(body, "score", json_real(json_number_value(score)));
  if (is_text(rule, RULE_CHARS))
    json_object_set_new(body, "rule", json_string(rule));
  if (is_text(tail, RULE_CHARS))
    json_object_set_new(body, "tail", json_string(tail));
  copy_box(message, body);
  return body;
}

static void on_observed(GwWorker *worker, GwWatched *watched, json_t *message) {
  json_t *body = observed_body(message);
  if (body && gw_bucket_take(&watched->observed, OBSERVED_MOST, OBSERVED_PER_S))
    gw_ingest_observe(worker->ingest, "camera.observed", body, NULL, 0, NULL, NULL, NULL);
  else
    json_decref(body);
}

static void on_code(GwWorker *worker, GwWatched *watched, json_t *message) {
  const char *text = gw_msg_text(message, "text");
  if (!is_printable(text, CODE_CHARS) || !gw_bucket_take(&watched->codes, CODES_MOST, CODES_PER_S))
    return;
  json_t *body = json_pack("{s:I, s:I, s:s}", "id", (json_int_t)gw_msg_int(message, "id"), "at_us",
                           (json_int_t)gw_msg_at_us(message), "text", text);
  gw_ingest_observe(worker->ingest, "camera.code", body, NULL, 0, NULL, NULL, NULL);
}

gboolean gw_seen_on_message(GwWorker *worker, const char *type, json_t *message, const guint8 *data,
                            gsize bytes) {
  static const char *const types[] = {"finding", "reference", "light", "observed", "code", NULL};
  if (!is_one_of(type, types))
    return FALSE;
  GwWatched *watched = gw_cameras_of(worker, gw_msg_int(message, "id"));
  if (!watched)
    return TRUE;
  if (g_str_equal(type, "finding"))
    on_finding(worker, watched, message, data, bytes);
  else if (g_str_equal(type, "reference"))
    on_reference(worker, watched, message, data, bytes);
  else if (g_str_equal(type, "light"))
    on_light(worker, watched, message);
  else if (g_str_equal(type, "observed"))
    on_observed(worker, watched, message);
  else
    on_code(worker, watched, message);
  return TRUE;
}
