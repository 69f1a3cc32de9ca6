#include <jansson.h>

#include "daemon/core/camera.h"
#include "daemon/ledger/ledger.h"
#include "daemon/store/export.h"
#include "tests/unit/sight_fixture.h"

#define PTZ "http://192.0.2.1/onvif/device_service"

static json_t *of(GwId id) {
  return json_pack("{s:I}", "camera_id", (json_int_t)id);
}

static json_t *to(GwId id, const char *preset) {
  return json_pack("{s:I, s:s}", "camera_id", (json_int_t)id, "preset", preset);
}

static json_t *with(GwId id, const char *key, const char *value) {
  return json_pack("{s:I, s:s}", "camera_id", (json_int_t)id, key, value);
}

static void say_presets(Field *f, GwId id, json_t *presets) {
  assert_int_equal(field_observe(f, "camera.presets", json_pack("{s:I, s:o}", "id", (json_int_t)id, "presets", presets), NULL),
                   GW_CODE_OK);
}

static void answer(Field *f, GwId id, gboolean ok, const char *cause) {
  assert_int_equal(
      field_observe(f, "camera.turned", json_pack("{s:I, s:b, s:s}", "id", (json_int_t)id, "ok", ok, "cause", cause), NULL),
      GW_CODE_OK);
}

/* One that can be turned to 1, 2 and 3, and is at home at 1. */
static GwId turnable(Field *f) {
  const GwId id = sight_camera(f, "C-01", 1);
  field_ok(f, 1, "camera.change", with(id, "control_url", PTZ));
  say_presets(f, id, json_pack("[{s:s, s:s}, {s:s, s:s}, {s:s, s:s}]", "token", "1", "name", "大门", "token", "2", "name",
                               "消防通道", "token", "3", "name", ""));
  field_ok(f, 1, "camera.change", with(id, "home_preset", "1"));
  field_forget(f);
  return id;
}

#define AWAY "select away_preset from camera where code = 'C-01'"

static gint64 told(Field *f, const char *kind) {
  g_autofree char *sql = g_strdup_printf("select count(*) from journal where kind = '%s'", kind);
  return field_int(f, sql);
}

/* Which of two effects was first; -1: not told. */
static int place_of_effect(Field *f, const char *name) {
  for (size_t i = 0; i < json_array_size(f->effects); i++)
    if (strcmp(json_string_value(json_object_get(json_array_get(f->effects, i), "effect")), name) == 0)
      return (int)i;
  return -1;
}

static void a_camera_with_a_control_address_is_asked_what_it_can(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-01", 1);
  field_forget(f);
  field_ok(f, 1, "camera.change", with(id, "control_url", PTZ));
  assert_non_null(field_effect(f, "camera.presets"));
  say_presets(f, id, json_pack("[{s:s, s:s}, {s:s, s:s}]", "token", "1", "name", "大门", "token", "1", "name", "again"));
  assert_int_equal(field_int(f, "select count(*) from preset"), 1);
  assert_int_equal(json_array_size(json_object_get(field_put(f, "camera", id), "presets")), 1);
  assert_true(json_is_true(json_object_get(field_put(f, "camera", id), "control")));
  assert_int_equal(told(f, "camera.presets"), 1);
  say_presets(f, id, json_pack("[{s:s, s:s}]", "token", "1", "name", "大门"));
  assert_int_equal(told(f, "camera.presets"), 1); /* the same again is no news */
  field_ok(f, 1, "camera.presets", of(id));
  assert_int_equal(field_observe(f, "camera.presets", json_pack("{s:I, s:b, s:s}", "id", (json_int_t)id, "ok", FALSE, "cause", "auth"), NULL), GW_CODE_OK);
  assert_int_equal(told(f, "camera.presets_failed"), 1);
  assert_int_equal(field_int(f, "select count(*) from preset"), 1); /* what it said before stands */
}

static void presets_are_bounded_and_those_without_a_name_to_call_are_left_out(void **state) {
  Field *f = *state;
  const GwId id = turnable(f);
  g_autofree char *far_too_long = g_strnfill(200, 'x');
  json_t *many = json_pack("[{s:s, s:s}, {s:s, s:s}]", "token", "", "name", "none", "token", far_too_long, "name", "long");
  for (int i = 0; i < 100; i++) {
    g_autofree char *token = g_strdup_printf("%d", i);
    json_array_append_new(many, json_pack("{s:s, s:s}", "token", token, "name", far_too_long));
  }
  say_presets(f, id, many);
  assert_int_equal(field_int(f, "select count(*) from preset"), 62);
  assert_int_equal(field_int(f, "select max(length(name)) from preset"), 80);
}

static void a_control_address_is_http_and_holds_no_password(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-01", 1);
  static const char *const bad[] = {"rtsp://192.0.2.1/", "http://", "http://admin:secret@192.0.2.1/onvif", "javascript:alert(1)"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_int_equal(field_command(f, 1, "camera.change", with(id, "control_url", bad[i])), GW_CODE_BAD_ARGS);
  field_ok(f, 1, "camera.change", json_pack("{s:I, s:s, s:i}", "camera_id", (json_int_t)id, "control_url", PTZ, "channel", 7));
  assert_int_equal(field_int(f, "select channel from camera where code = 'C-01'"), 7);
  field_ok(f, 1, "camera.add",
           json_pack("{s:s, s:s, s:s, s:s, s:i}", "code", "C-02", "name", "x", "url", "rtsp://192.0.2.2/1", "control_url", PTZ, "channel", 3));
  assert_int_equal(json_integer_value(json_object_get(field_effect(f, "camera.presets"), "id")), id + 1);
}

static void a_camera_is_turned_to_what_it_knows_and_the_scene_hears_first(void **state) {
  Field *f = *state;
  const GwId id = turnable(f);
  assert_int_equal(field_command(f, 3, "camera.turn", to(id, "9")), GW_CODE_BAD_ARGS);
  assert_int_equal(field_command(f, 3, "camera.turn", to(99, "2")), GW_CODE_NOT_FOUND);
  assert_int_equal(json_array_size(f->effects), 0);
  field_ok(f, 3, "camera.turn", to(id, "2"));
  field_assert_text(f, AWAY, "2");
  assert_string_equal(json_string_value(json_object_get(field_effect(f, "camera.turn"), "preset")), "2");
  assert_true(place_of_effect(f, "scene.set") >= 0);
  assert_true(place_of_effect(f, "scene.set") < place_of_effect(f, "camera.turn"));
  field_assert_text(f, "select body ->> 'preset' from journal where kind = 'camera.turned'", "2");
  assert_string_equal(json_string_value(json_object_get(field_put(f, "camera", id), "away_preset")), "2");
}

static void who_may_turn_and_who_may_not(void **state) {
  Field *f = *state;
  const GwId id = turnable(f);
  assert_int_equal(field_command(f, 2, "camera.turn", to(id, "2")), GW_CODE_FORBIDDEN); /* patrol */
  assert_int_equal(field_command(f, 3, "camera.presets", of(id)), GW_CODE_FORBIDDEN);   /* operator */
  field_ok(f, 3, "camera.turn", to(id, "2"));
  field_ok(f, 1, "camera.turn", to(id, "3"));
  const GwId fixed = sight_camera(f, "C-09", 1);
  assert_int_equal(field_command(f, 1, "camera.turn", to(fixed, "2")), GW_CODE_ILLEGAL);
  assert_int_equal(field_command(f, 1, "camera.presets", of(fixed)), GW_CODE_ILLEGAL);
}

static void after_three_minutes_it_goes_home_and_is_judged_when_it_is_there(void **state) {
  Field *f = *state;
  const GwId id = turnable(f);
  field_ok(f, 3, "camera.turn", to(id, "2"));
  answer(f, id, TRUE, "none");
  field_pass(f, GW_MIN);
  field_ok(f, 3, "camera.turn", to(id, "3")); /* the last turn counts */
  answer(f, id, TRUE, "none");
  field_forget(f);
  field_pass(f, GW_CAMERA_HOME_US - GW_SEC);
  assert_null(field_effect(f, "camera.turn"));
  field_pass(f, GW_SEC);
  assert_string_equal(json_string_value(json_object_get(field_effect(f, "camera.turn"), "preset")), "1");
  field_assert_text(f, AWAY, "3"); /* on its way */
  answer(f, id, TRUE, "none");
  field_forget(f);
  field_pass(f, GW_CAMERA_SETTLE_US - GW_SEC);
  assert_null(field_effect(f, "scene.set"));
  field_pass(f, GW_SEC);
  assert_non_null(field_effect(f, "scene.set"));
  field_assert_text(f, AWAY, "");
  assert_int_equal(told(f, "camera.is_home"), 1);
  assert_int_equal(field_int(f, "select count(*) from timer where kind like 'camera.%'"), 0);
}

static void without_a_word_where_home_is_it_stays_where_it_was_turned(void **state) {
  Field *f = *state;
  const GwId id = turnable(f);
  field_ok(f, 1, "camera.change", with(id, "home_preset", ""));
  field_ok(f, 3, "camera.turn", to(id, "2"));
  field_forget(f);
  field_pass(f, 10 * GW_MIN);
  assert_null(field_effect(f, "camera.turn"));
  field_assert_text(f, AWAY, "2");
  assert_int_equal(field_command(f, 3, "camera.turn", of(id)), GW_CODE_ILLEGAL);
  field_ok(f, 1, "camera.change", with(id, "home_preset", "2")); /* this is home */
  field_assert_text(f, AWAY, "");
}

static void a_refused_turn_is_told_and_undone(void **state) {
  Field *f = *state;
  const GwId id = turnable(f);
  field_ok(f, 3, "camera.turn", to(id, "2"));
  answer(f, id, FALSE, "auth");
  field_assert_text(f, AWAY, "");
  assert_int_equal(told(f, "camera.turn_failed"), 1);
  assert_int_equal(field_int(f, "select severity from journal where kind = 'camera.turn_failed'"), 4);
  assert_int_equal(field_int(f, "select count(*) from timer where kind like 'camera.%'"), 0);
  field_ok(f, 3, "camera.turn", to(id, "2"));
  answer(f, id, TRUE, "none");
  field_ok(f, 3, "camera.turn", to(id, "3"));
  answer(f, id, FALSE, "not_found");
  field_assert_text(f, AWAY, "2"); /* where it was before */
}

static void a_turn_that_nobody_answered_may_have_happened(void **state) {
  Field *f = *state;
  const GwId id = turnable(f);
  field_ok(f, 3, "camera.turn", to(id, "2"));
  answer(f, id, FALSE, "timeout");
  field_assert_text(f, AWAY, "2");
  field_pass(f, GW_CAMERA_HOME_US);
  assert_string_equal(json_string_value(json_object_get(field_effect(f, "camera.turn"), "preset")), "1");
}

static void a_way_home_that_fails_is_tried_again_later_and_later(void **state) {
  Field *f = *state;
  const GwId id = turnable(f);
  field_ok(f, 3, "camera.turn", to(id, "2"));
  answer(f, id, TRUE, "none");
  GwUsec wait_us = GW_CAMERA_HOME_US;
  for (int i = 0; i < 3; i++) {
    field_pass(f, wait_us);
    assert_int_equal(field_int(f, "select count(*) from journal where kind = 'camera.turned' and body ->> 'home'"), i + 1);
    answer(f, id, FALSE, "unreachable");
    field_assert_text(f, AWAY, "2");
    wait_us *= 2;
  }
  assert_int_equal(gw_camera_home_again_us(200), GW_HOUR);
}

static void the_way_home_outlives_the_daemon(void **state) {
  Field *f = *state;
  const GwId id = turnable(f);
  field_ok(f, 3, "camera.turn", to(id, "2"));
  answer(f, id, TRUE, "none");
  field_close(f);
  gw_clock_fake_advance(2 * GW_HOUR);
  field_forget(f);
  field_open(f);
  assert_string_equal(json_string_value(json_object_get(field_effect(f, "camera.turn"), "preset")), "1");
}

static void what_a_turned_camera_shows_is_nobodys_finding(void **state) {
  Field *f = *state;
  const GwId id = turnable(f), zone = sight_zone(f, id, "通道", "fire_lane");
  field_ok(f, 3, "camera.turn", to(id, "2"));
  sight_say(f, id, "moved", 0, TRUE);
  sight_say(f, id, "zone", zone, TRUE);
  assert_int_equal(sight_count(f, "finding"), 0);
  field_pass(f, GW_CAMERA_HOME_US);
  answer(f, id, TRUE, "none");
  sight_say(f, id, "moved", 0, TRUE); /* on its way */
  assert_int_equal(sight_count(f, "finding"), 0);
  assert_int_equal(sight_count(f, "alert"), 0);
  field_pass(f, GW_CAMERA_SETTLE_US);
  sight_say(f, id, "moved", 0, TRUE); /* somebody else turned it */
  assert_int_equal(sight_count(f, "finding where kind = 'moved' and ended_at_us is null"), 1);
}

static void home_pressed_at_home_is_a_way_too(void **state) {
  Field *f = *state;
  const GwId id = turnable(f);
  field_ok(f, 3, "camera.turn", of(id));
  sight_say(f, id, "moved", 0, TRUE);
  assert_int_equal(sight_count(f, "finding"), 0);
  answer(f, id, TRUE, "none");
  field_pass(f, GW_CAMERA_SETTLE_US);
  field_assert_text(f, AWAY, "");
}

static void what_is_wrong_is_not_over_because_nobody_judges(void **state) {
  Field *f = *state;
  const GwId id = turnable(f);
  field_ok(f, 1, "camera.change", with(id, "home_preset", ""));
  sight_say(f, id, "covered", 0, TRUE);
  field_ok(f, 3, "camera.turn", to(id, "2"));
  assert_int_equal(field_observe(f, "worker.down", json_pack("{s:s, s:s}", "job", "cameras", "cause", "exit"), NULL), GW_CODE_OK);
  json_t *live = json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "state", "live", "cause", "none");
  assert_int_equal(field_observe(f, "camera.state", live, NULL), GW_CODE_OK);
  field_pass(f, 40 * GW_MIN);
  assert_int_equal(sight_count(f, "finding where ended_at_us is null"), 1);
}

static void a_turned_camera_learns_nothing_unless_it_has_no_home(void **state) {
  Field *f = *state;
  const GwId id = turnable(f);
  field_ok(f, 3, "camera.turn", to(id, "2"));
  assert_int_equal(field_command(f, 3, "camera.relearn", of(id)), GW_CODE_ILLEGAL);
  field_ok(f, 1, "camera.change", with(id, "home_preset", ""));
  field_ok(f, 3, "camera.relearn", of(id));
  field_assert_text(f, AWAY, "");
}

static void who_loses_his_control_address_is_where_he_is(void **state) {
  Field *f = *state;
  const GwId id = turnable(f);
  field_ok(f, 3, "camera.turn", to(id, "2"));
  field_ok(f, 1, "camera.change", with(id, "control_url", ""));
  field_assert_text(f, AWAY, "");
  assert_int_equal(field_int(f, "select count(*) from preset"), 0);
  assert_int_equal(field_int(f, "select count(*) from timer where kind like 'camera.%'"), 0);
  assert_int_equal(field_command(f, 3, "camera.turn", to(id, "2")), GW_CODE_ILLEGAL);
}

static void import(Field *f, const char *body) {
  field_ok(f, 1, "import.apply", json_pack("{s:s, s:s}", "noun", "camera", "body", body));
}

static void an_import_brings_the_columns_and_an_old_file_leaves_them(void **state) {
  Field *f = *state;
  import(f, "code,name,url,channel,control_url,home_preset\nC-01,东门,rtsp://h/1,7," PTZ ",1\n");
  assert_non_null(field_effect(f, "camera.presets"));
  const GwId id = field_int(f, "select id from camera where code = 'C-01'");
  say_presets(f, id, json_pack("[{s:s, s:s}]", "token", "2", "name", "西门"));
  import(f, "code,name,url\nC-01,东门岗,rtsp://h/1\n");
  field_assert_text(f, "select channel || ' ' || control_url || ' ' || home_preset from camera where code = 'C-01'", "7 " PTZ " 1");
  g_autoptr(GError) error = NULL;
  g_autofree char *csv = gw_export(f->db, "camera", &error);
  assert_non_null(csv);
  assert_non_null(strstr(csv, "7," PTZ ",1\r\n"));
  field_ok(f, 3, "camera.turn", to(id, "2"));
  import(f, "code,name,url,channel,control_url,home_preset\nC-01,东门岗,rtsp://h/1,,,\n");
  assert_int_equal(field_int(f, "select count(*) from preset"), 0);
  field_assert_text(f, AWAY, "");
  assert_int_equal(field_command(f, 1, "import.apply",
                                 json_pack("{s:s, s:s}", "noun", "camera", "body",
                                           "code,name,url,control_url\nC-01,东门岗,rtsp://h/1,http://admin:secret@h/\n")),
                   GW_CODE_BAD_ARGS);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, field_setup, field_teardown)

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(a_camera_with_a_control_address_is_asked_what_it_can),
      FACT(presets_are_bounded_and_those_without_a_name_to_call_are_left_out),
      FACT(a_control_address_is_http_and_holds_no_password),
      FACT(a_camera_is_turned_to_what_it_knows_and_the_scene_hears_first),
      FACT(who_may_turn_and_who_may_not),
      FACT(after_three_minutes_it_goes_home_and_is_judged_when_it_is_there),
      FACT(without_a_word_where_home_is_it_stays_where_it_was_turned),
      FACT(a_refused_turn_is_told_and_undone),
      FACT(a_turn_that_nobody_answered_may_have_happened),
      FACT(a_way_home_that_fails_is_tried_again_later_and_later),
      FACT(the_way_home_outlives_the_daemon),
      FACT(what_a_turned_camera_shows_is_nobodys_finding),
      FACT(home_pressed_at_home_is_a_way_too),
      FACT(what_is_wrong_is_not_over_because_nobody_judges),
      FACT(a_turned_camera_learns_nothing_unless_it_has_no_home),
      FACT(who_loses_his_control_address_is_where_he_is),
      FACT(an_import_brings_the_columns_and_an_old_file_leaves_them),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
