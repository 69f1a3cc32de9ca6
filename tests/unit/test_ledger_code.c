/* Codes that cameras read: badges and tags become check-ins like all others. */
#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "tests/unit/sight_fixture.h"

/* A camera of checkpoint 1. */
static GwId point_camera(Field *f) {
  const GwId id = sight_camera(f, "C-1", 2);
  field_ok(f, 1, "camera.change", json_pack("{s:I, s:i}", "camera_id", (json_int_t)id, "checkpoint_id", 1));
  return id;
}

static char *badge_of(Field *f, GwId unit_id) {
  field_ok(f, 1, "unit.badge", json_pack("{s:I}", "unit_id", (json_int_t)unit_id));
  return g_strdup(json_string_value(json_object_get(f->result, "badge")));
}

static void show(Field *f, GwId camera_id, const char *text) {
  json_t *body = json_pack("{s:I, s:I, s:s}", "id", (json_int_t)camera_id, "at_us",
                           (json_int_t)gw_clock_real_us(), "text", text);
  if (field_observe(f, "camera.code", body, NULL) != GW_CODE_OK)
    fail_msg("%s: %s", gw_code_to_string(f->code), f->sentence);
}

/* The element read it: what the worker would answer. */
static void read_by_element(Field *f, GwId raw_id) {
  json_t *body = json_pack("{s:I, s:s, s:s, s:b}", "raw_id", (json_int_t)raw_id, "source", "camera",
                           "verdict", "ok", "late", FALSE);
  assert_int_equal(field_observe(f, "checkin", body, NULL), GW_CODE_OK);
}

/* 20:30, the round of route 1 is on; its first point is due at 20:40. */
static void begin_round(Field *f) {
  field_workers_up(f);
  gw_clock_fake_advance(36 * GW_MIN);
  gw_ledger_run_for_test(f->ledger);
}

static void a_badge_is_random_and_replaces_the_one_before(void **state) {
  Field *f = *state;
  g_autofree char *one = badge_of(f, 1), *two = badge_of(f, 1);
  assert_true(g_str_has_prefix(one, "GWB-"));
  assert_int_equal(strlen(one), 24);
  assert_int_equal(strspn(one + 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), 20);
  assert_string_not_equal(one, two);
  field_assert_text(f, "select badge from unit where id = 1", two);
  assert_int_equal(sight_count(f, "journal where kind = 'unit.badge'"), 2);
  assert_int_equal(sight_count(f, "journal where instr(body, 'GWB-')"), 0);
  assert_int_equal(field_command(f, 3, "unit.badge", json_pack("{s:i}", "unit_id", 1)), GW_CODE_FORBIDDEN);
  const GwId id = point_camera(f);
  show(f, id, one);
  assert_int_equal(sight_count(f, "checkin"), 0);
  show(f, id, two);
  assert_int_equal(sight_count(f, "checkin"), 1);
}

static void a_badge_is_stored_pushed_and_counted_for_its_unit(void **state) {
  Field *f = *state;
  const GwId id = point_camera(f);
  g_autofree char *badge = badge_of(f, 1);
  begin_round(f);
  field_forget(f);
  show(f, id, badge);
  assert_int_equal(
      sight_count(
          f, "checkin where source = 'camera' and state = 'stored' and unit_id = 1 and checkpoint_id = 1"),
      1);
  json_t *effect = field_effect(f, "checkin.push");
  assert_string_equal(json_string_value(json_object_get(effect, "source")), "camera");
  g_autofree char *raw = field_text(f, "select cast(raw as text) from checkin");
  json_t *message = json_loads(raw, 0, NULL);
  assert_string_equal(json_string_value(json_object_get(message, "badge")), badge);
  assert_string_equal(json_string_value(json_object_get(message, "method")), "qr");
  assert_int_equal(json_integer_value(json_object_get(message, "camera_id")), id);
  assert_int_equal(json_integer_value(json_object_get(message, "checkpoint_id")), 1);
  json_decref(message);
  read_by_element(f, json_integer_value(json_object_get(effect, "raw_id")));
  assert_int_equal(
      sight_count(f, "round_point where checkpoint_id = 1 and state = 'DONE' and checkin_id = 1"), 1);
  assert_int_equal(sight_count(f, "unit where id = 1 and position_at_us > 0"), 1);
  field_assert_text(f, "select flags from checkin", "[]");
}

static void who_stands_there_is_there_once(void **state) {
  Field *f = *state;
  const GwId id = point_camera(f);
  g_autofree char *badge = badge_of(f, 1), *other = badge_of(f, 2);
  for (int i = 0; i < 5; i++) {
    show(f, id, badge);
    field_pass(f, 10 * GW_SEC);
  }
  show(f, id, other);
  assert_int_equal(sight_count(f, "checkin"), 2);
  field_pass(f, 61 * GW_SEC);
  show(f, id, badge);
  assert_int_equal(sight_count(f, "checkin"), 3);
}

static void a_tag_is_of_the_one_unit_that_has_the_point_to_do(void **state) {
  Field *f = *state;
  const GwId id = point_camera(f);
  begin_round(f);
  show(f, id, "TAG1");
  assert_int_equal(sight_count(f, "checkin where unit_id = 1 and checkpoint_id = 1 and tag = 'TAG1'"), 1);
  read_by_element(f, 1);
  assert_int_equal(sight_count(f, "round_point where checkpoint_id = 1 and state = 'DONE'"), 1);
}

static void a_tag_that_was_carried_away_is_flagged(void **state) {
  Field *f = *state;
  const GwId id = point_camera(f);
  begin_round(f);
  show(f, id, "TAG2"); /* of the point 100 m from this camera */
  read_by_element(f, 1);
  assert_int_equal(sight_count(f, "checkin where checkpoint_id = 2 and instr(flags, 'out_of_radius')"), 1);
}

static void a_tag_without_such_a_unit_is_counted_for_nobody(void **state) {
  Field *f = *state;
  const GwId id = point_camera(f);
  field_workers_up(f);
  show(f, id, "TAG1"); /* 20:00: no round is on */
  assert_int_equal(sight_count(f, "checkin where unit_id is null and tag = 'TAG1'"), 1);
  read_by_element(f, 1);
  field_assert_text(f, "select state from checkin", "counted");
  assert_int_equal(sight_count(f, "journal where kind = 'checkin.counted'"), 1);
}

static void two_units_at_a_point_are_not_guessed(void **state) {
  Field *f = *state;
  field_exec(f, "insert into route (id, code, name, unit_id, plan) values (2, 'R2', '夕阳红', 2,"
                " '{\"times\":[\"20:30\"],\"weekdays\":[1,2,3,4,5,6,7]}');"
                "insert into route_point (route_id, idx, checkpoint_id, offset_s) values (2, 1, 1, 600)");
  field_close(f);
  field_open(f);
  field_pass(f, GW_HOUR / 60);
  const GwId id = point_camera(f);
  gw_clock_fake_advance(GW_DAY);
  gw_ledger_run_for_test(f->ledger);
  begin_round(f);
  if (sight_count(f, "round where state in ('OPEN','STARTED')") != 2)
    fail_msg("two rounds should be on");
  show(f, id, "TAG1");
  assert_int_equal(sight_count(f, "checkin where unit_id is null"), 1);
}

static void unknown_badges_are_told_of_once_a_minute(void **state) {
  Field *f = *state;
  const GwId id = point_camera(f);
  for (int i = 0; i < 6; i++) {
    show(f, id, "GWB-AAAAAAAAAAAAAAAAAAAA");
    field_pass(f, 15 * GW_SEC);
  }
  assert_int_equal(sight_count(f, "journal where kind = 'camera.code'"), 2);
  assert_int_equal(sight_count(f, "journal where instr(body, 'AAAA')"), 0);
  show(f, id, "https://example.org/parcel/42"); /* somebody's parcel is no news */
  assert_int_equal(sight_count(f, "journal where kind = 'camera.code'"), 2);
  assert_int_equal(sight_count(f, "checkin"), 0);
}

static void a_camera_without_a_checkpoint_reads_nothing(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  g_autofree char *badge = badge_of(f, 1);
  show(f, id, badge);
  assert_int_equal(sight_count(f, "checkin"), 0);
  json_t *bad = json_pack("{s:I, s:s}", "id", (json_int_t)id, "text", "line\nbreak");
  assert_int_equal(field_observe(f, "camera.code", bad, NULL), GW_CODE_BAD_ARGS);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, field_setup, field_teardown)

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(a_badge_is_random_and_replaces_the_one_before),
      FACT(a_badge_is_stored_pushed_and_counted_for_its_unit),
      FACT(who_stands_there_is_there_once),
      FACT(a_tag_is_of_the_one_unit_that_has_the_point_to_do),
      FACT(a_tag_that_was_carried_away_is_flagged),
      FACT(a_tag_without_such_a_unit_is_counted_for_nobody),
      FACT(two_units_at_a_point_are_not_guessed),
      FACT(unknown_badges_are_told_of_once_a_minute),
      FACT(a_camera_without_a_checkpoint_reads_nothing),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
