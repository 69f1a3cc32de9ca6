#pragma once
/* Cameras, their pictures and what is found in them, for the tests of the ledger's eyes. */
#include <jansson.h>

#include "daemon/ledger/ledger.h"
#include "tests/unit/field_fixture.h"

static G_GNUC_UNUSED GwId sight_camera(Field *f, const char *code, GwId place_id) {
  field_ok(f, 1, "camera.add",
           json_pack("{s:s, s:s, s:s, s:I}", "code", code, "name", "东门", "url", "rtsp://192.0.2.1/1",
                     "place_id", (json_int_t)place_id));
  const GwId id = json_integer_value(json_object_get(f->result, "camera_id"));
  json_t *live = json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "state", "live", "cause", "none");
  assert_int_equal(field_observe(f, "camera.state", live, NULL), GW_CODE_OK);
  return id;
}

/* A picture that is on disk, named by one letter; the hash is lent until the next call with another letter.
 */
static G_GNUC_UNUSED const char *sight_picture(Field *f, char letter) {
  static char hash[65];
  memset(hash, letter, 64);
  json_t *body = json_pack("{s:s, s:s, s:i, s:i}", "hash", hash, "kind", "jpg", "bytes", 1000, "user_id", 0);
  assert_int_equal(field_observe(f, "file.stored", body, NULL), GW_CODE_OK);
  return hash;
}

static G_GNUC_UNUSED json_t *sight_body(GwId camera_id, const char *kind, GwId zone_id, gboolean on) {
  json_t *body = json_pack("{s:I, s:s, s:b, s:I, s:f, s:f}", "id", (json_int_t)camera_id, "kind", kind, "on",
                           on, "at_us", (json_int_t)gw_clock_real_us(), "measure", 0.9, "threshold", 0.5);
  if (zone_id > 0)
    json_object_set_new(body, "zone_id", json_integer(zone_id));
  return body;
}

static G_GNUC_UNUSED void sight_say(Field *f, GwId camera_id, const char *kind, GwId zone_id, gboolean on) {
  if (field_observe(f, "camera.finding", sight_body(camera_id, kind, zone_id, on), NULL) != GW_CODE_OK)
    fail_msg("%s: %s", gw_code_to_string(f->code), f->sentence);
}

static G_GNUC_UNUSED GwId sight_zone(Field *f, GwId camera_id, const char *name, const char *category) {
  field_ok(f, 1, "zone.add",
           json_pack("{s:I, s:s, s:s, s:[[f,f],[f,f],[f,f]], s:i}", "camera_id", (json_int_t)camera_id,
                     "name", name, "category", category, "points", 0.1, 0.5, 0.5, 0.5, 0.5, 0.9, "dwell_s",
                     60));
  return json_integer_value(json_object_get(f->result, "zone_id"));
}

#define sight_count(f, what) field_int(f, "select count(*) from " what)
