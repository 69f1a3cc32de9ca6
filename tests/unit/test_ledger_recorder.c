/* Recorders and looking back in the ledger: who registers them, what an address must be, and who looked at what. */
#include "daemon/ledger/ledger.h"
#include "daemon/store/export.h"
#include "tests/unit/looking_fixture.h"

static json_t *of_recorder(gint64 id) {
  return json_pack("{s:I}", "recorder_id", (json_int_t)id);
}

static json_t *back_args(gint64 camera_id, GwUsec ago_us) {
  return json_pack("{s:I, s:I}", "camera_id", (json_int_t)camera_id, "at_us", (json_int_t)(gw_clock_real_us() - ago_us));
}

static gboolean looks_back(Center *c) {
  return json_is_true(json_object_get(published(c, "camera", CAMERA), "look_back"));
}

static void a_recorder_makes_its_cameras_ones_that_can_be_looked_back_at(void **state) {
  Center *c = *state;
  gint64 id = recorder_there(c);
  assert_true(looks_back(c));
  assert_string_equal(published_text(c, "recorder", id, "name"), "NVR-1");
  assert_true(json_is_null(json_object_get(published(c, "recorder", id), "days_held")));
  gint64 rev = count(c, "select rev from camera");
  say(c, &administrator, "recorder.change", json_pack("{s:I, s:s}", "recorder_id", (json_int_t)id, "name", "NVR-2"));
  assert_false(looks_back(c)); /* it hangs at another name now */
  assert_true(count(c, "select rev from camera") > rev);
  say(c, &administrator, "recorder.change", json_pack("{s:I, s:s}", "recorder_id", (json_int_t)id, "name", "NVR-1"));
  assert_true(looks_back(c));
  say(c, &administrator, "recorder.remove", of_recorder(id));
  assert_false(looks_back(c));
  assert_int_equal(ask(c, &administrator, "recorder.remove", of_recorder(id)), GW_CODE_ILLEGAL);
  assert_int_equal(ask(c, &administrator, "recorder.change", json_pack("{s:I, s:i}", "recorder_id", (json_int_t)id,
                                                                       "playbacks_most", 2)), GW_CODE_ILLEGAL);
  say(c, &administrator, "recorder.restore", of_recorder(id));
  assert_true(looks_back(c));
  assert_int_equal(ask(c, &administrator, "recorder.restore", of_recorder(id)), GW_CODE_ILLEGAL);
  assert_int_equal(count(c, "select count(*) from journal where subject = 'recorder'"), 5);
}

static void an_address_that_no_recorder_can_have_is_refused_with_what_to_do(void **state) {
  static const char *const addresses[] = {"http://192.0.2.9/{channel}", "rtsp://a:b@192.0.2.9/{channel}", "rtsp://192.0.2.9/none",
                                          "rtsp://192.0.2.9/{channel}/{begin}", "rtsp://192.0.2.9/{channel}?e={end:unix}"};
  Center *c = *state;
  for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
    json_t *args = recorder_args("NVR-1");
    json_object_set_new(args, "url_template", json_string(addresses[i]));
    if (ask(c, &administrator, "recorder.add", args) != GW_CODE_BAD_ARGS)
      fail_msg("%s was taken", addresses[i]);
    assert_true(*c->answer.zh && strcmp(c->answer.zh, c->answer.en) != 0);
  }
  json_t *args = recorder_args("NVR-1");
  json_object_set_new(args, "make", json_string("acme"));
  assert_int_equal(ask(c, &administrator, "recorder.add", args), GW_CODE_BAD_ARGS);
  assert_int_equal(count(c, "select count(*) from recorder"), 0);
}

static void one_name_is_one_recorder(void **state) {
  Center *c = *state;
  gint64 first = recorder_there(c);
  assert_int_equal(ask(c, &administrator, "recorder.add", recorder_args("NVR-1")), GW_CODE_BAD_ARGS);
  say(c, &administrator, "recorder.remove", of_recorder(first));
  say(c, &administrator, "recorder.add", recorder_args("NVR-1")); /* of those that are there */
  assert_int_equal(ask(c, &administrator, "recorder.restore", of_recorder(first)), GW_CODE_BAD_ARGS);
}

static void its_password_is_sealed_and_travels_nowhere(void **state) {
  Center *c = *state;
  json_t *args = recorder_args("NVR-1");
  json_object_set_new(args, "user_name", json_string("admin"));
  json_object_set_new(args, "password", json_string("geheim-7"));
  say(c, &administrator, "recorder.add", args);
  assert_int_equal(count(c, "select length(secret) > 8 and instr(secret, 'geheim') = 0 from recorder"), 1);
  char *object = json_dumps(published(c, "recorder", 1), 0);
  assert_null(strstr(object, "geheim"));
  free(object);
  assert_int_equal(count(c, "select count(*) from journal where body like '%geheim%'"), 0);
  say(c, &administrator, "recorder.change", json_pack("{s:i, s:i}", "recorder_id", 1, "playbacks_most", 2));
  assert_int_equal(count(c, "select length(secret) > 8 and playbacks_most = 2 from recorder"), 1); /* stays */
  say(c, &administrator, "recorder.change", json_pack("{s:i, s:s}", "recorder_id", 1, "password", ""));
  assert_int_equal(count(c, "select secret is null from recorder"), 1);
}

static void who_registers_recorders_is_the_administrator(void **state) {
  static const char *const commands[] = {"recorder.change", "recorder.remove", "recorder.restore"};
  static const GwActor kiosk = {.user_id = 1, .role = GW_ROLE_WALL};
  const GwActor *const others[] = {&operator_1, &supervisor, &patrol_near, &ai_box, &kiosk};
  Center *c = *state;
  gint64 id = recorder_there(c);
  for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
    assert_int_equal(ask(c, others[i], "recorder.add", recorder_args("NVR-9")), GW_CODE_FORBIDDEN);
    for (gsize k = 0; k < G_N_ELEMENTS(commands); k++)
      assert_int_equal(ask(c, others[i], commands[k], of_recorder(id)), GW_CODE_FORBIDDEN);
  }
  assert_int_equal(ask_rev(c, &administrator, "recorder.remove", of_recorder(id), 7), GW_CODE_CHANGED);
  assert_string_equal(json_string_value(json_object_get(c->answer.object, "name")), "NVR-1");
}

static json_t *held_args(gint64 id, int days) {
  return json_pack("{s:I, s:i}", "recorder_id", (json_int_t)id, "days_held", days);
}

static void how_far_back_it_goes_is_shown_and_not_journaled(void **state) {
  Center *c = *state;
  gint64 id = recorder_there(c), rows = count(c, "select count(*) from journal");
  say(c, &administrator, "recorder.held", held_args(id, 31));
  assert_int_equal(json_integer_value(json_object_get(published(c, "recorder", id), "days_held")), 31);
  assert_int_equal(json_integer_value(json_object_get(published(c, "recorder", id), "held_at_us")), NOON_US);
  assert_int_equal(count(c, "select count(*) from journal"), rows);
  assert_int_equal(ask(c, &administrator, "recorder.held", held_args(id, -3)), GW_CODE_BAD_ARGS);
  assert_int_equal(ask(c, &administrator, "recorder.held", held_args(99, 3)), GW_CODE_NOT_FOUND);
  assert_int_equal(ask(c, &operator_1, "recorder.held", held_args(id, 3)), GW_CODE_FORBIDDEN);
  say(c, &administrator, "recorder.change", json_pack("{s:I, s:i}", "recorder_id", (json_int_t)id, "playbacks_most", 2));
  assert_int_equal(count(c, "select days_held from recorder"), 31);
}

/* ---- as files ---- */

static json_t *import_args(const char *body) {
  return json_pack("{s:s, s:s}", "noun", "recorder", "body", body);
}

static void a_file_brings_recorders_and_once_more_changes_nothing(void **state) {
  static const char file[] = "name,make,url_template,user_name,password,playbacks_most\n"
                             "NVR-1,hikvision,rtsp://192.0.2.9/{channel}?s={start:unix},admin,geheim-7,2\n"
                             "NVR-2,other,rtsp://192.0.2.8/{channel},,,\n";
  Center *c = *state;
  say(c, &administrator, "camera.change", json_pack("{s:i, s:s, s:i}", "camera_id", CAMERA, "recorder", "NVR-1", "channel", 4));
  say(c, &administrator, "import.preview", import_args(file));
  assert_int_equal(count(c, "select count(*) from recorder"), 0);
  say(c, &administrator, "import.apply", import_args(file));
  assert_int_equal(result_int(c, "changed"), 2);
  assert_true(looks_back(c));
  assert_int_equal(count(c, "select playbacks_most from recorder where name = 'NVR-1'"), 2);
  assert_int_equal(count(c, "select playbacks_most = 1 and secret is null from recorder where name = 'NVR-2'"), 1);
  g_autoptr(GError) error = NULL;
  g_autofree char *exported = gw_export(c->reader, "recorder", &error);
  must(exported != NULL, error, "export");
  assert_null(strstr(exported, "geheim"));
  say(c, &administrator, "import.apply", import_args(exported)); /* no password in it: the one that is there stays */
  assert_int_equal(result_int(c, "changed"), 0);
  assert_int_equal(count(c, "select length(secret) > 8 from recorder where name = 'NVR-1'"), 1);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'recorder.imported' and body not like '%geheim%'"), 2);
}

static void what_is_wrong_in_a_file_is_told_by_line_and_column(void **state) {
  Center *c = *state;
  say(c, &administrator, "import.preview",
      import_args("name,make,url_template\nN,acme,rtsp://h/{channel}\nN,other,rtsp://a:b@h/{channel}\n"));
  json_t *problems = json_object_get(c->answer.result, "problems");
  assert_int_equal(json_array_size(problems), 3);
  assert_string_equal(json_string_value(json_object_get(json_array_get(problems, 0), "column")), "make");
  assert_int_equal(json_integer_value(json_object_get(json_array_get(problems, 2), "line")), 3);
  assert_int_equal(ask(c, &administrator, "import.apply", import_args("name,make,url_template\nN,other,rtsp://h/none\n")),
                   GW_CODE_BAD_ARGS);
  assert_int_equal(count(c, "select count(*) from recorder"), 0);
}

/* ---- looking back ---- */

static void who_looked_back_at_what_is_in_the_journal(void **state) {
  Center *c = *state;
  recorder_there(c);
  const gint64 rev = count(c, "select rev from camera");
  say(c, &operator_2, "camera.look_back", back_args(CAMERA, 10 * GW_DAY));
  gint64 id = result_int(c, "playback_id");
  assert_true(id > 0);
  g_autofree char *row = g_strdup_printf("select count(*) from playback where id = %" G_GINT64_FORMAT
                                         " and user_id = 2 and camera_id = 1 and asked_at_us - at_us = 864000000000", id);
  assert_int_equal(count(c, row), 1);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'camera.looked_back' and subject = 'camera'"
                            " and subject_id = 1 and actor_id = 2 and place_id = 2"), 1);
  assert_int_equal(count(c, "select json_extract(body, '$.looked_at_us') from journal where kind = 'camera.looked_back'"),
                   NOON_US - 10 * GW_DAY);
  assert_int_equal(count(c, "select rev from camera"), rev); /* looking changes nothing */
  assert_verifies(c);
}

static void without_a_recorder_there_is_no_back(void **state) {
  Center *c = *state;
  assert_int_equal(ask(c, &operator_1, "camera.look_back", back_args(CAMERA, GW_HOUR)), GW_CODE_ILLEGAL);
  assert_non_null(strstr(c->answer.en, "recorder is not registered"));
  recorder_there(c);
  assert_int_equal(ask(c, &operator_1, "camera.look_back", back_args(CAMERA, -GW_HOUR)), GW_CODE_BAD_ARGS);
  assert_int_equal(ask(c, &operator_1, "camera.look_back", back_args(99, GW_HOUR)), GW_CODE_NOT_FOUND);
  say(c, &administrator, "camera.change", json_pack("{s:i, s:i}", "camera_id", CAMERA, "channel", 0));
  assert_int_equal(ask(c, &operator_1, "camera.look_back", back_args(CAMERA, GW_HOUR)), GW_CODE_ILLEGAL);
  assert_non_null(strstr(c->answer.en, "channel"));
  assert_int_equal(count(c, "select count(*) from playback"), 0);
}

static void who_may_look_back(void **state) {
  static const GwActor kiosk = {.user_id = 1, .role = GW_ROLE_WALL};
  const GwActor *const may[] = {&operator_1, &supervisor, &administrator};
  const GwActor *const may_not[] = {&patrol_near, &ai_box, &kiosk};
  Center *c = *state;
  recorder_there(c);
  for (gsize i = 0; i < G_N_ELEMENTS(may); i++)
    say(c, may[i], "camera.look_back", back_args(CAMERA, GW_HOUR));
  for (gsize i = 0; i < G_N_ELEMENTS(may_not); i++)
    assert_int_equal(ask(c, may_not[i], "camera.look_back", back_args(CAMERA, GW_HOUR)), GW_CODE_FORBIDDEN);
}

static void a_double_click_is_one_look(void **state) {
  Center *c = *state;
  recorder_there(c);
  g_autofree char *uuid = gw_uuid_new();
  Answer first = {0}, second = {0};
  queue(c, &operator_1, uuid, "camera.look_back", back_args(CAMERA, GW_HOUR), 0, &first);
  queue(c, &operator_1, uuid, "camera.look_back", back_args(CAMERA, GW_HOUR), 0, &second);
  run(c);
  assert_int_equal(json_integer_value(json_object_get(first.result, "playback_id")),
                   json_integer_value(json_object_get(second.result, "playback_id")));
  assert_int_equal(count(c, "select count(*) from playback"), 1);
  answer_clear(&first);
  answer_clear(&second);
}

/* "At most six rows a minute about a camera's states" is about its states. */
static void looks_do_not_hide_what_the_camera_does(void **state) {
  Center *c = *state;
  recorder_there(c);
  for (int i = 0; i < 8; i++)
    say(c, &operator_1, "camera.look_back", back_args(CAMERA, GW_HOUR));
  see(c, "camera.state", json_pack("{s:i, s:s, s:s}", "id", CAMERA, "state", "lost", "cause", "silent"));
  assert_int_equal(count(c, "select count(*) from journal where kind = 'camera.state'"), 1);
}

int main(void) {
#define T(fact) cmocka_unit_test_setup_teardown(fact, center_setup, center_teardown)
  const struct CMUnitTest tests[] = {
      T(a_recorder_makes_its_cameras_ones_that_can_be_looked_back_at),
      T(an_address_that_no_recorder_can_have_is_refused_with_what_to_do),
      T(one_name_is_one_recorder),
      T(its_password_is_sealed_and_travels_nowhere),
      T(who_registers_recorders_is_the_administrator),
      T(how_far_back_it_goes_is_shown_and_not_journaled),
      T(a_file_brings_recorders_and_once_more_changes_nothing),
      T(what_is_wrong_in_a_file_is_told_by_line_and_column),
      T(who_looked_back_at_what_is_in_the_journal),
      T(without_a_recorder_there_is_no_back),
      T(who_may_look_back),
      T(a_double_click_is_one_look),
      T(looks_do_not_hide_what_the_camera_does),
  };
  return cmocka_run_group_tests_name("ledger recorder", tests, NULL, NULL);
}
