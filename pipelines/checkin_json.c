#include "pipelines/checkin_json.h"

#include "daemon/base/limits.h"
#include "daemon/base/token.h"
#include "pipelines/reader_line.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ACCURACY_MOST_M 100000.0
#define CHANNEL_CHARS 40

static const char *const methods[] = {"qr", "nfc", "position", "radio", "phone", "paper", NULL};

void gw_checkin_json_clear(GwCheckinJson *c) {
  g_free(c->client_id);
  g_free(c->method);
  g_free(c->tag);
  g_free(c->badge);
  g_free(c->words);
  g_free(c->channel);
  *c = (GwCheckinJson){0};
}

/* Each reader: TRUE when the key is absent or null, or present and right. */
static gboolean read_id(json_t *o, const char *key, GwId *ret_id) {
  json_t *v = json_object_get(o, key);
  if (!v || json_is_null(v))
    return TRUE;
  *ret_id = json_integer_value(v);
  return json_is_integer(v) && *ret_id > 0 && *ret_id < GW_ID_MAX;
}

static gboolean read_text(json_t *o, const char *key, glong most_chars, char **ret_text) {
  json_t *v = json_object_get(o, key);
  if (!v || json_is_null(v))
    return TRUE;
  if (!json_is_string(v) || g_utf8_strlen(json_string_value(v), -1) > most_chars)
    return FALSE;
  *ret_text = g_strdup(json_string_value(v));
  return TRUE;
}

static gboolean read_real(json_t *o, const char *key, double least, double most, double *ret_value,
                          gboolean *ret_is_there) {
  json_t *v = json_object_get(o, key);
  *ret_is_there = v && !json_is_null(v);
  if (!*ret_is_there)
    return TRUE;
  *ret_value = json_number_value(v);
  return json_is_number(v) && isfinite(*ret_value) && *ret_value >= least && *ret_value <= most;
}

static gboolean read_position(json_t *o, GwCheckinJson *c) {
  gboolean has_lat = FALSE, has_lon = FALSE;
  if (!read_real(o, "lat", -90, 90, &c->lat, &has_lat) ||
      !read_real(o, "lon", -180, 180, &c->lon, &has_lon) ||
      !read_real(o, "accuracy_m", 0, ACCURACY_MOST_M, &c->accuracy_m, &c->has_accuracy))
    return FALSE;
  c->has_position = has_lat && has_lon;
  return has_lat == has_lon;
}

static gboolean read_all(json_t *o, GwCheckinJson *c) {
  json_t *at = json_object_get(o, "device_at_us");
  c->device_at_us = json_integer_value(at);
  return json_is_integer(at) && c->device_at_us > 0 && c->device_at_us < GW_ID_MAX &&
         read_text(o, "client_id", 36, &c->client_id) && (!c->client_id || gw_uuid_is_valid(c->client_id)) &&
         read_text(o, "method", 16, &c->method) && c->method && g_strv_contains(methods, c->method) &&
         read_text(o, "tag", GW_TAG_BYTES, &c->tag) && (!c->tag || gw_tag_is_valid(c->tag)) &&
         read_text(o, "badge", GW_TAG_BYTES, &c->badge) && (!c->badge || gw_tag_is_valid(c->badge)) &&
         read_text(o, "words", GW_LIMIT_WORDS_CHARS, &c->words) &&
         read_text(o, "channel", CHANNEL_CHARS, &c->channel) && read_id(o, "unit_id", &c->unit_id) &&
         read_id(o, "user_id", &c->user_id) && read_id(o, "checkpoint_id", &c->checkpoint_id) && read_id(o, "camera_id", &c->camera_id) &&
         read_position(o, c);
}

gboolean gw_checkin_json_parse(const char *text, gsize bytes, GwCheckinJson *ret_checkin) {
  *ret_checkin = (GwCheckinJson){0};
  if (bytes > GW_LIMIT_MESSAGE_BYTES)
    return FALSE;
  json_t *o = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, NULL);
  const gboolean ok = json_is_object(o) && read_all(o, ret_checkin);
  json_decref(o);
  if (!ok)
    gw_checkin_json_clear(ret_checkin);
  return ok;
}

gboolean gw_checkin_code_split(const guint8 *data, gsize bytes, const char **ret_json, gsize *ret_json_bytes,
                               const guint8 **ret_picture, gsize *ret_picture_bytes) {
  if (bytes < 4)
    return FALSE;
  const gsize json_bytes = (gsize)data[0] << 24 | (gsize)data[1] << 16 | (gsize)data[2] << 8 | data[3];
  if (json_bytes > bytes - 4)
    return FALSE;
  *ret_json = (const char *)data + 4;
  *ret_json_bytes = json_bytes;
  *ret_picture = data + 4 + json_bytes;
  *ret_picture_bytes = bytes - 4 - json_bytes;
  return TRUE;
}

char *gw_checkin_json_with_tag(const char *json, gsize bytes, const char *tag) {
  json_t *o = json_loadb(json, bytes, JSON_REJECT_DUPLICATES, NULL);
  char *copy = NULL;
  if (json_is_object(o) && json_object_set_new(o, "tag", json_string(tag)) == 0) {
    char *text = json_dumps(o, JSON_COMPACT);
    copy = g_strdup(text);
    free(text);
  }
  json_decref(o);
  return copy;
}
