/* Zones and references in the ledger: what the scene is told, and what a person renews. */
#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "daemon/store/zone.h"
#include "tests/unit/sight_fixture.h"

static json_t *zone_args(GwId camera_id, json_t *points) {
  return json_pack("{s:I, s:s, s:s, s:o, s:i, s:i, s:i}", "camera_id", (json_int_t)camera_id, "name",
                   "垃圾点", "category", "dumping", "points", points, "from_min", 540, "to_min", 1080,
                   "dwell_s", 300);
}

static json_t *square(void) {
  return json_pack("[[f,f],[f,f],[f,f],[f,f]]", 0.1, 0.1, 0.4, 0.1, 0.4, 0.4, 0.1, 0.4);
}

static void a_zone_is_added_and_the_scene_told(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  field_forget(f);
  field_ok(f, 1, "zone.add", zone_args(id, square()));
  json_t *effect = field_effect(f, "scene.set"), *object = field_put(f, "zone", 1);
  assert_int_equal(json_integer_value(json_object_get(effect, "id")), id);
  assert_int_equal(json_array_size(json_object_get(object, "points")), 4);
  assert_int_equal(json_integer_value(json_object_get(object, "to_min")), 1080);
  assert_true(json_is_true(json_object_get(object, "enabled")));
  assert_int_equal(sight_count(f, "journal where kind = 'zone.added'"), 1);
}

static void only_areas_are_zones(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  json_t *bow = json_pack("[[f,f],[f,f],[f,f],[f,f]]", 0.1, 0.1, 0.9, 0.9, 0.9, 0.1, 0.1, 0.9),
         *line = json_pack("[[f,f],[f,f],[f,f]]", 0.1, 0.1, 0.5, 0.5, 0.9, 0.9);
  assert_int_equal(field_command(f, 1, "zone.add", zone_args(id, bow)), GW_CODE_BAD_ARGS);
  assert_int_equal(field_command(f, 1, "zone.add", zone_args(id, line)), GW_CODE_BAD_ARGS);
  assert_int_equal(field_command(f, 1, "zone.add", zone_args(99, square())), GW_CODE_NOT_FOUND);
  assert_int_equal(field_command(f, 3, "zone.add", zone_args(id, square())), GW_CODE_FORBIDDEN);
  assert_int_equal(sight_count(f, "zone"), 0);
}

static void a_camera_takes_eight_zones(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  for (int i = 0; i < 8; i++)
    field_ok(f, 1, "zone.add", zone_args(id, square()));
  assert_int_equal(field_command(f, 1, "zone.add", zone_args(id, square())), GW_CODE_TOO_LARGE);
  field_ok(f, 1, "zone.remove", json_pack("{s:i}", "zone_id", 1));
  field_ok(f, 1, "zone.add", zone_args(id, square()));
  assert_int_equal(field_command(f, 1, "zone.restore", json_pack("{s:i}", "zone_id", 1)), GW_CODE_TOO_LARGE);
  field_ok(f, 1, "zone.remove", json_pack("{s:i}", "zone_id", 2));
  field_ok(f, 1, "zone.restore", json_pack("{s:i}", "zone_id", 1));
  assert_int_equal(sight_count(f, "zone where removed_at_us is null"), 8);
}

static void a_zone_that_changes_ends_what_was_found_in_it(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2), zone = sight_zone(f, id, "消防通道", "fire_lane");
  sight_say(f, id, "zone", zone, TRUE);
  field_ok(f, 1, "zone.change", json_pack("{s:I, s:s}", "zone_id", (json_int_t)zone, "name", "东消防通道"));
  assert_int_equal(sight_count(f, "finding where ended_at_us is null"), 1); /* a name is not an area */
  field_ok(f, 1, "zone.change", json_pack("{s:I, s:i}", "zone_id", (json_int_t)zone, "dwell_s", 120));
  assert_int_equal(sight_count(f, "finding where ended_at_us is null"), 0);
  sight_say(f, id, "zone", zone, TRUE);
  field_forget(f);
  field_ok(f, 1, "zone.remove", json_pack("{s:I}", "zone_id", (json_int_t)zone));
  assert_int_equal(sight_count(f, "finding where ended_at_us is null"), 0);
  assert_non_null(field_effect(f, "scene.set"));
  g_autoptr(GArray) zones = gw_store_zones_of_camera(f->db, id, TRUE, NULL);
  assert_int_equal(zones->len, 0);
  assert_int_equal(
      field_command(f, 1, "zone.change", json_pack("{s:I, s:i}", "zone_id", (json_int_t)zone, "dwell_s", 60)),
      GW_CODE_ILLEGAL);
}

static json_t *reference_body(GwId id, gboolean asked, const char *hash) {
  return json_pack("{s:I, s:b, s:I, s:s}", "id", (json_int_t)id, "asked", asked, "at_us",
                   (json_int_t)gw_clock_real_us(), "hash", hash);
}

static void a_reference_is_kept_for_the_next_worker(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  field_forget(f);
  json_t *body = reference_body(id, FALSE, sight_picture(f, 'a'));
  assert_int_equal(field_observe(f, "camera.reference", body, "opaque one"), GW_CODE_OK);
  assert_null(field_effect(f, "scene.set")); /* the worker has it */
  json_t *camera = field_put(f, "camera", id);
  assert_int_equal(json_string_value(json_object_get(camera, "reference_hash"))[0], 'a');
  body = reference_body(id, FALSE, sight_picture(f, 'b'));
  assert_int_equal(field_observe(f, "camera.reference", body, "opaque two"), GW_CODE_OK);
  g_auto(GwReferenceRow) row = {0};
  assert_true(gw_store_reference_get(f->db, id, &row, NULL));
  assert_int_equal(g_bytes_get_size(row.body), strlen("opaque two"));
  assert_int_equal(row.hash[0], 'b');
  assert_int_equal(row.user_id, 0);
}

static void references_without_a_picture_or_too_large_are_refused(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  g_autofree char *never = g_strnfill(64, 'c'), *large = g_strnfill(256 * 1024 + 1, 'x');
  assert_int_equal(field_observe(f, "camera.reference", reference_body(id, FALSE, never), "x"),
                   GW_CODE_NOT_FOUND);
  const char *hash = sight_picture(f, 'a');
  assert_int_equal(field_observe(f, "camera.reference", reference_body(id, FALSE, hash), NULL),
                   GW_CODE_BAD_ARGS);
  assert_int_equal(field_observe(f, "camera.reference", reference_body(id, FALSE, hash), large),
                   GW_CODE_BAD_ARGS);
  assert_int_equal(sight_count(f, "reference"), 0);
}

static void an_operator_says_that_the_picture_is_right(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  sight_say(f, id, "moved", 0, TRUE);
  sight_say(f, id, "frozen", 0, TRUE);
  field_forget(f);
  field_ok(f, 3, "camera.relearn", json_pack("{s:I}", "camera_id", (json_int_t)id));
  assert_int_equal(json_integer_value(json_object_get(field_effect(f, "scene.learn"), "id")), id);
  assert_int_equal(sight_count(f, "journal where kind = 'camera.relearned' and actor_id = 3"), 1);
  assert_int_equal(sight_count(f, "finding where kind = 'moved' and ended_at_us is not null"), 1);
  assert_int_equal(sight_count(f, "finding where kind = 'frozen' and ended_at_us is null"),
                   1); /* says no reference */
  json_t *body = reference_body(id, TRUE, sight_picture(f, 'a'));
  assert_int_equal(field_observe(f, "camera.reference", body, "opaque"), GW_CODE_OK);
  assert_int_equal(field_int(f, "select user_id from reference"), 3);
  assert_int_equal(sight_count(f, "journal where kind = 'camera.learned'"), 1);
  field_ok(f, 1, "camera.change", json_pack("{s:I, s:b}", "camera_id", (json_int_t)id, "enabled", FALSE));
  assert_int_equal(field_command(f, 3, "camera.relearn", json_pack("{s:I}", "camera_id", (json_int_t)id)),
                   GW_CODE_ILLEGAL);
}

static void light_is_a_row_twenty_times_a_day(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  for (int i = 0; i < 30; i++) {
    json_t *body = json_pack("{s:I, s:s, s:I}", "id", (json_int_t)id, "to", i % 2 ? "day" : "night", "at_us",
                             (json_int_t)gw_clock_real_us());
    assert_int_equal(field_observe(f, "camera.light", body, NULL), GW_CODE_OK);
  }
  assert_int_equal(sight_count(f, "journal where kind = 'camera.light'"), 20);
  assert_int_equal(sight_count(f, "alert"), 0);
  gw_clock_fake_advance(25 * GW_HOUR);
  json_t *body = json_pack("{s:I, s:s}", "id", (json_int_t)id, "to", "day");
  assert_int_equal(field_observe(f, "camera.light", body, NULL), GW_CODE_OK);
  assert_int_equal(sight_count(f, "journal where kind = 'camera.light'"), 21);
  body = json_pack("{s:I, s:s}", "id", (json_int_t)id, "to", "dusk");
  assert_int_equal(field_observe(f, "camera.light", body, NULL), GW_CODE_BAD_ARGS);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, field_setup, field_teardown)

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(a_zone_is_added_and_the_scene_told),
      FACT(only_areas_are_zones),
      FACT(a_camera_takes_eight_zones),
      FACT(a_zone_that_changes_ends_what_was_found_in_it),
      FACT(a_reference_is_kept_for_the_next_worker),
      FACT(references_without_a_picture_or_too_large_are_refused),
      FACT(an_operator_says_that_the_picture_is_right),
      FACT(light_is_a_row_twenty_times_a_day),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
