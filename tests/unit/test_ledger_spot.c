/* The wall's two large pictures follow P1 and P2 by rule, and stay where somebody pinned them. */
#include "daemon/ledger/ledger.h"
#include "tests/unit/looking_fixture.h"

/* Cameras 1 … 6. */
static int setup(void **state) {
  center_setup(state);
  Center *c = *state;
  for (int i = 2; i <= 6; i++) {
    g_autofree char *code = g_strdup_printf("C-%d", i);
    say(c, &administrator, "camera.add",
        json_pack("{s:s, s:s, s:s}", "code", code, "name", "南门", "url", "rtsp://192.0.2.1/1"));
  }
  return 0;
}

/* "2 1": the cameras of both; 0: empty. */
static const char *shown(Center *c) {
  return text(c, "select group_concat(coalesce(camera_id, 0), ' ') from (select camera_id from spot order by id)");
}

static void close_alert(Center *c, gint64 id) {
  say(c, &operator_1, "alert.ack", json_pack("{s:I}", "alert_id", (json_int_t)id));
  say(c, &operator_1, "alert.dispose", json_pack("{s:I, s:s}", "alert_id", (json_int_t)id, "disposition", "real"));
}

static json_t *pin_args(int spot, int camera_id) {
  return json_pack("{s:i, s:i}", "spot", spot, "camera_id", camera_id);
}

static json_t *spot_args(int spot) {
  return json_pack("{s:i}", "spot", spot);
}

static void grave_alerts_take_the_spots_in_the_alerts_own_transaction(void **state) {
  Center *c = *state;
  assert_string_equal(shown(c), "0 0");
  const guint before = c->publications->len;
  gint64 id = alert_raised(c, "fall", 1, 3);
  assert_string_equal(shown(c), "3 0");
  assert_int_equal(json_integer_value(json_object_get(published(c, "spot", 1), "alert_id")), id);
  assert_int_equal(c->publications->len, before + 1);
  alert_raised(c, "fall", 2, 2);
  assert_string_equal(shown(c), "3 2");
  assert_int_equal(count(c, "select count(*) from journal where subject = 'spot'"), 0);
  assert_verifies(c);
}

static void what_is_not_grave_or_has_no_camera_takes_none(void **state) {
  Center *c = *state;
  alert_raised(c, "order", 3, 3);
  alert_raised(c, "order", 4, 3);
  say(c, &operator_1, "incident.open", json_pack("{s:s, s:i, s:i}", "category", "fall", "priority", 1, "place_id", PLACE_12));
  assert_string_equal(shown(c), "0 0");
}

static void the_graver_comes_before_the_older_and_the_newer_before_its_like(void **state) {
  Center *c = *state;
  alert_raised(c, "fall", 2, 1);
  alert_raised(c, "fall", 2, 2);
  alert_raised(c, "fall", 2, 3); /* the older of both P2 */
  assert_string_equal(shown(c), "3 2");
  alert_raised(c, "fall", 1, 4);
  assert_string_equal(shown(c), "3 4");
  alert_raised(c, "fall", 1, 5);
  assert_string_equal(shown(c), "5 4");
  alert_raised(c, "fall", 2, 6); /* never over a P1 */
  assert_string_equal(shown(c), "5 4");
  alert_raised(c, "fall", 1, 1); /* the older P1 */
  assert_string_equal(shown(c), "5 1");
  assert_verifies(c);
}

static void a_closed_alert_leaves_its_spot_to_the_next(void **state) {
  Center *c = *state;
  gint64 first = alert_raised(c, "fall", 1, 1), second = alert_raised(c, "fall", 1, 2);
  alert_raised(c, "order", 3, 6);
  gint64 third = alert_raised(c, "fall", 2, 3), fourth = alert_raised(c, "fall", 2, 4);
  assert_string_equal(shown(c), "1 2");
  close_alert(c, first);
  assert_string_equal(shown(c), "4 2"); /* the newer of both P2 */
  close_alert(c, second);
  assert_string_equal(shown(c), "4 3");
  close_alert(c, fourth);
  assert_string_equal(shown(c), "0 3");
  close_alert(c, third);
  assert_string_equal(shown(c), "0 0");
  assert_true(json_is_null(json_object_get(published(c, "spot", 2), "alert_id")));
  assert_verifies(c);
}

static void a_pinned_one_stays_until_it_is_released(void **state) {
  Center *c = *state;
  alert_raised(c, "fall", 1, 1);
  alert_raised(c, "fall", 1, 2);
  say(c, &operator_2, "spot.pin", pin_args(1, 6));
  assert_string_equal(shown(c), "6 2");
  assert_string_equal(published_text(c, "spot", 1, "pinned_by"), "李值机");
  assert_true(json_is_true(json_object_get(published(c, "spot", 1), "pinned")));
  assert_true(json_is_null(json_object_get(published(c, "spot", 1), "alert_id")));
  alert_raised(c, "fall", 1, 3);
  assert_string_equal(shown(c), "6 3");
  assert_int_equal(ask(c, &operator_1, "spot.release", spot_args(2)), GW_CODE_ILLEGAL);
  say(c, &operator_1, "spot.release", spot_args(1)); /* then the rule fills it: the newest P1 that has none */
  assert_string_equal(shown(c), "2 3");
  assert_int_equal(count(c, "select count(*) from journal where kind = 'spot.pinned' and actor_id = 2"
                            " and json_extract(body, '$.camera_id') = 6"), 1);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'spot.released' and actor_id = 1"
                            " and json_extract(body, '$.camera_id') = 6"), 1);
  assert_verifies(c);
}

static void whom_a_pin_drives_out_goes_into_the_other_when_that_is_empty(void **state) {
  Center *c = *state;
  alert_raised(c, "fall", 1, 1);
  say(c, &operator_1, "spot.pin", pin_args(1, 6));
  assert_string_equal(shown(c), "6 1");
  say(c, &operator_1, "spot.pin", pin_args(2, 5));
  assert_string_equal(shown(c), "6 5");
  alert_raised(c, "fall", 1, 2);
  assert_string_equal(shown(c), "6 5");
  say(c, &operator_1, "spot.release", spot_args(2));
  assert_string_equal(shown(c), "6 2");
}

static void a_camera_that_is_removed_leaves_its_pin(void **state) {
  Center *c = *state;
  say(c, &operator_1, "spot.pin", pin_args(2, 6));
  say(c, &administrator, "camera.remove", json_pack("{s:i}", "camera_id", 6));
  assert_string_equal(shown(c), "0 0");
  assert_int_equal(ask(c, &operator_1, "spot.pin", pin_args(2, 6)), GW_CODE_ILLEGAL);
  assert_int_equal(ask(c, &operator_1, "spot.pin", pin_args(2, 99)), GW_CODE_NOT_FOUND);
}

static void a_start_shows_what_was_open_before_there_were_spots(void **state) {
  Center *c = *state;
  alert_raised(c, "fall", 2, 1);
  alert_raised(c, "order", 3, 2);
  center_close(c);
  g_autoptr(GError) error = NULL;
  GwDb *db = gw_db_open(c->path, GW_DB_WRITE, &error);
  must(db && gw_db_exec(db, "update spot set camera_id = null, alert_id = null", &error), error, "empty them");
  gw_db_close(db);
  center_open(c);
  assert_string_equal(shown(c), "1 0");
  assert_verifies(c);
}

static void roles_revisions_and_double_clicks(void **state) {
  static const GwActor kiosk = {.user_id = 1, .role = GW_ROLE_WALL};
  const GwActor *const may[] = {&operator_1, &supervisor, &administrator};
  const GwActor *const may_not[] = {&patrol_near, &ai_box, &kiosk};
  Center *c = *state;
  for (gsize i = 0; i < G_N_ELEMENTS(may); i++) {
    say(c, may[i], "spot.pin", pin_args(1, 2));
    say(c, may[i], "spot.release", spot_args(1));
    assert_int_equal(ask(c, may_not[i], "spot.pin", pin_args(1, 2)), GW_CODE_FORBIDDEN);
    assert_int_equal(ask(c, may_not[i], "spot.release", spot_args(1)), GW_CODE_FORBIDDEN);
  }
  const gint64 rev = count(c, "select rev from spot where id = 1");
  assert_int_equal(ask_rev(c, &operator_1, "spot.pin", pin_args(1, 3), rev - 1), GW_CODE_CHANGED);
  g_autofree char *uuid = gw_uuid_new();
  Answer first = {0}, second = {0};
  queue(c, &operator_1, uuid, "spot.pin", pin_args(1, 3), 0, &first);
  queue(c, &operator_1, uuid, "spot.pin", pin_args(1, 3), 0, &second);
  run(c);
  assert_int_equal(first.code, GW_CODE_OK);
  assert_int_equal(second.code, GW_CODE_OK);
  assert_int_equal(count(c, "select rev from spot where id = 1"), rev + 1);
  answer_clear(&first);
  answer_clear(&second);
}

int main(void) {
#define T(fact) cmocka_unit_test_setup_teardown(fact, setup, center_teardown)
  const struct CMUnitTest tests[] = {
      T(grave_alerts_take_the_spots_in_the_alerts_own_transaction),
      T(what_is_not_grave_or_has_no_camera_takes_none),
      T(the_graver_comes_before_the_older_and_the_newer_before_its_like),
      T(a_closed_alert_leaves_its_spot_to_the_next),
      T(a_pinned_one_stays_until_it_is_released),
      T(whom_a_pin_drives_out_goes_into_the_other_when_that_is_empty),
      T(a_camera_that_is_removed_leaves_its_pin),
      T(a_start_shows_what_was_open_before_there_were_spots),
      T(roles_revisions_and_double_clicks),
  };
  return cmocka_run_group_tests_name("ledger spot", tests, NULL, NULL);
}
