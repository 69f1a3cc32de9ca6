#include "daemon/ledger/ledger.h"
#include "tests/unit/ledger_fixture.h"

/* A P3 alert: of an operator's report, so that nothing ends it by itself. */
static gint64 open_order(Center *c) {
  say(c, &operator_1, "incident.open", json_pack("{s:s, s:i}", "category", "order", "place_id", PLACE_12));
  return result_int(c, "alert_id");
}

static json_t *of_alert(gint64 id) {
  return json_pack("{s:I}", "alert_id", (json_int_t)id);
}

static json_t *dispose(gint64 id, const char *what) {
  return json_pack("{s:I, s:s}", "alert_id", (json_int_t)id, "disposition", what);
}

static const char *state_of(Center *c, gint64 id) {
  return published_text(c, "alert", id, "state");
}

static void camera_is(Center *c, const char *state) {
  see(c, "camera.state",
      json_pack("{s:i, s:s, s:s, s:I}", "id", 1, "state", state, "cause", "silent", "at_us",
                (json_int_t)gw_clock_real_us()));
  if (c->answer.code != GW_CODE_OK)
    fail_msg("camera.state: %s", c->answer.en);
}

/* ---- raising ---- */

static void a_position_finds_the_smallest_place_around_it(void **state) {
  Center *c = *state;
  say(c, &operator_1, "incident.open",
      json_pack("{s:s, s:f, s:f}", "category", "fire", "lat", 36.2910, "lon", 120.3810));
  assert_int_equal(count(c, "select place_id from alert"), PLACE_12);
  say(c, &operator_1, "incident.open",
      json_pack("{s:s, s:f, s:f}", "category", "fire", "lat", 36.2850, "lon", 120.3850));
  assert_int_equal(count(c, "select place_id from alert where id = 2"), 1);
  say(c, &operator_1, "incident.open",
      json_pack("{s:s, s:f, s:f}", "category", "fire", "lat", 30.0, "lon", 100.0));
  assert_int_equal(count(c, "select place_id is null from alert where id = 3"), 1);
}

static void a_camera_lends_its_place_and_its_picture(void **state) {
  Center *c = *state;
  say(c, &ai_box, "observation.report",
      json_pack("{s:s, s:s, s:f}", "category", "intrusion", "camera_code", "C-087", "confidence", 0.83));
  assert_int_equal(count(c, "select place_id from alert"), PLACE_12);
  assert_int_equal(count(c, "select lat > 36 from alert"), 1);
  assert_int_equal(effects_named(c, "still.save"), 1);
  g_autofree char *hash = gw_hash_hex("x", 1);
  see(c, "still.saved",
      json_pack("{s:i, s:i, s:s, s:i}", "alert_id", 1, "camera_id", 1, "hash", hash, "bytes", 100));
  assert_string_equal(published_text(c, "alert", 1, "still_hash"), hash);
  say(c, &operator_1, "alert.dispatch", of_alert(1));
  assert_int_equal(count(c, "select count(*) from ticket_file where role = 'still'"), 1);
}

static void the_same_again_from_a_machine_counts_up(void **state) {
  Center *c = *state;
  json_t *report = json_pack("{s:s, s:s}", "category", "intrusion", "camera_code", "C-087");
  for (int i = 0; i < 3; i++) {
    say(c, &ai_box, "observation.report", json_incref(report));
    wait_us(c, 10 * GW_SEC);
  }
  json_decref(report);
  assert_int_equal(count(c, "select count(*) from alert"), 1);
  assert_int_equal(count(c, "select count from alert"), 3);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'alert.again'"), 2);
}

static void two_falls_at_one_door_are_two_incidents(void **state) {
  Center *c = *state;
  open_order(c);
  open_order(c);
  assert_int_equal(count(c, "select count(*) from alert where state = 'UNACKED'"), 2);
}

static void a_source_may_not_claim_more_than_it_was_allowed(void **state) {
  Center *c = *state;
  say(c, &ai_box, "observation.report",
      json_pack("{s:s, s:i, s:s}", "category", "fall", "priority", 1, "camera_code", "C-087"));
  assert_int_equal(count(c, "select priority from alert"), 2);
}

static void a_source_that_shouts_is_throttled_and_comes_back(void **state) {
  Center *c = *state;
  json_t *report = json_pack("{s:s, s:s}", "category", "intrusion", "camera_code", "C-087");
  GwCode code = GW_CODE_OK;
  int taken = 0;
  for (int i = 0; i < 40 && (code = ask(c, &ai_box, "observation.report", json_incref(report))) == GW_CODE_OK;
       i++)
    taken++;
  assert_int_equal(code, GW_CODE_THROTTLED);
  assert_int_equal(taken, 30);
  wait_us(c, 2 * GW_SEC);
  say(c, &ai_box, "observation.report", report);
}

static void sos_is_p1_latched_and_stands_where_the_unit_stands(void **state) {
  Center *c = *state;
  say(c, &patrol_near, "sos.raise", json_object());
  json_t *alert = published(c, "alert", result_int(c, "alert_id"));
  assert_int_equal(json_integer_value(json_object_get(alert, "priority")), 1);
  assert_true(json_is_true(json_object_get(alert, "latched")));
  assert_string_equal(json_string_value(json_object_get(alert, "subject")), "unit");
  assert_true(json_real_value(json_object_get(alert, "lat")) > 36);
  say(c, &patrol_near, "sos.raise", json_pack("{s:f, s:f}", "lat", 36.2905, "lon", 120.3802));
  assert_int_equal(count(c, "select count(*) from alert"), 1);
  assert_int_equal(count(c, "select count from alert"), 2);
}

static void a_patrol_may_not_open_incidents_nor_a_box_acknowledge(void **state) {
  Center *c = *state;
  assert_int_equal(ask(c, &patrol_near, "incident.open", json_pack("{s:s}", "category", "fall")),
                   GW_CODE_FORBIDDEN);
  gint64 id = open_order(c);
  assert_int_equal(ask(c, &ai_box, "alert.ack", of_alert(id)), GW_CODE_FORBIDDEN);
  assert_int_equal(ask(c, &operator_1, "alert.ack", json_object()), GW_CODE_BAD_ARGS);
}

/* ---- answering ---- */

static void the_second_acknowledgement_is_refused_and_changes_nothing(void **state) {
  Center *c = *state;
  gint64 id = open_order(c);
  say(c, &operator_1, "alert.ack", of_alert(id));
  gint64 rows = count(c, "select count(*) from journal");
  assert_int_equal(ask(c, &operator_2, "alert.ack", of_alert(id)), GW_CODE_ILLEGAL);
  assert_string_equal(c->answer.zh, "已有人确认该警情。");
  assert_int_equal(count(c, "select count(*) from journal"), rows);
  assert_int_equal(count(c, "select owner_id from alert"), 1);
}

static void a_disposition_closes_what_a_person_reported(void **state) {
  Center *c = *state;
  gint64 id = open_order(c);
  assert_int_equal(ask(c, &operator_1, "alert.dispose", dispose(id, "false")), GW_CODE_ILLEGAL);
  say(c, &operator_1, "alert.ack", of_alert(id));
  say(c, &operator_1, "alert.dispose", dispose(id, "false"));
  assert_string_equal(state_of(c, id), "NORM");
  assert_int_equal(count(c, "select count(*) from condition"), 0);
  assert_int_equal(count(c, "select count(*) from timer where subject = 'alert'"), 0);
}

static void nobody_answers_and_it_climbs_step_by_step(void **state) {
  Center *c = *state;
  open_order(c);
  const GwUsec ack_us = 5 * GW_MIN;
  wait_us(c, ack_us - 1);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'alert.escalated'"), 0);
  wait_us(c, 1);
  assert_int_equal(count(c, "select count(*) from outbox where template = 'escalation' and channel = 'desk'"),
                   2);
  wait_us(c, ack_us);
  assert_int_equal(count(c, "select count(*) from outbox where template = 'escalation' and channel = 'phone' "
                            "and target_role = 'supervisor'"),
                   1);
  wait_us(c, 2 * ack_us);
  assert_int_equal(count(c, "select count(*) from outbox where template = 'escalation' and channel = 'phone' "
                            "and target_role = 'supervisor'"),
                   2);
  assert_string_equal(
      text(c,
           "select group_concat(json_extract(body, '$.step')) from journal where kind = 'alert.escalated'"),
      "1,2,4");
}

static void the_journal_says_how_an_incident_was_told(void **state) {
  Center *c = *state;
  say(c, &operator_1, "incident.open",
      json_pack("{s:s, s:i, s:s, s:i}", "category", "fall", "place_id", PLACE_12, "via", "call", "floor", 3));
  static const char said[] = "select json_extract(body, '$.via') || ' ' || json_extract(body, '$.floor') from journal"
                             " where kind = 'alert.raised'";
  assert_string_equal(text(c, said), "call 3");
}

static void an_answer_stops_the_climb(void **state) {
  Center *c = *state;
  gint64 id = open_order(c);
  wait_us(c, 6 * GW_MIN);
  say(c, &operator_1, "alert.ack", of_alert(id));
  wait_us(c, GW_HOUR);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'alert.escalated'"), 1);
  assert_int_equal(
      count(
          c,
          "select count(*) from outbox where subject = 'alert' and channel = 'desk' and state <> 'ANSWERED'"),
      0);
}

static void a_timer_that_fell_due_while_nobody_ran_fires_at_once_and_says_how_late(void **state) {
  Center *c = *state;
  open_order(c);
  center_close(c);
  gw_clock_fake_advance(7 * GW_MIN);
  center_open(c);
  run(c);
  assert_int_equal(
      count(c, "select json_extract(body, '$.late_by_us') from journal where kind = 'alert.escalated'"),
      2 * GW_MIN);
}

/* ---- machines ---- */

static void a_short_fault_of_a_camera_is_never_news(void **state) {
  Center *c = *state;
  camera_is(c, "lost");
  assert_int_equal(count(c, "select count(*) from alert"), 0);
  assert_int_equal(count(c, "select count(*) from condition where state = 'RISING'"), 1);
  wait_us(c, 29 * GW_SEC);
  camera_is(c, "live");
  wait_us(c, GW_MIN);
  assert_int_equal(count(c, "select count(*) from alert"), 0);
  assert_int_equal(count(c, "select count(*) from condition"), 0);
  assert_int_equal(count(c, "select count(*) from timer where subject = 'condition'"), 0);
}

static void a_pending_fault_survives_a_restart(void **state) {
  Center *c = *state;
  camera_is(c, "lost");
  wait_us(c, 10 * GW_SEC);
  center_close(c);
  center_open(c);
  wait_us(c, 20 * GW_SEC);
  assert_int_equal(
      count(c, "select count(*) from alert where category = 'camera_lost' and state = 'UNACKED'"), 1);
}

static void a_camera_fault_returns_counts_up_and_closes_with_a_word(void **state) {
  Center *c = *state;
  camera_is(c, "lost");
  wait_us(c, 30 * GW_SEC);
  gint64 id = count(c, "select id from alert");
  camera_is(c, "live");
  wait_us(c, 29 * GW_SEC);
  assert_string_equal(state_of(c, id), "UNACKED");
  wait_us(c, GW_SEC);
  assert_string_equal(state_of(c, id), "RETURNED"); /* A4 */
  camera_is(c, "lost");
  wait_us(c, 30 * GW_SEC);
  assert_string_equal(state_of(c, id), "UNACKED"); /* A6 */
  assert_int_equal(count(c, "select count from alert"), 2);
  camera_is(c, "live");
  wait_us(c, 30 * GW_SEC);
  say(c, &operator_1, "alert.dispose", dispose(id, "real")); /* A5 */
  assert_string_equal(state_of(c, id), "NORM");
}

static void the_ticket_of_a_camera_ends_when_the_camera_is_back(void **state) {
  Center *c = *state;
  camera_is(c, "lost");
  wait_us(c, 30 * GW_SEC);
  gint64 id = count(c, "select id from alert");
  say(c, &operator_1, "alert.dispatch", of_alert(id));
  gint64 ticket = result_int(c, "ticket_id");
  assert_int_equal(result_int(c, "unit_id"), UNIT_MAINTENANCE);
  assert_string_equal(published_text(c, "ticket", ticket, "kind"), "F");
  say(c, &maintenance, "ticket.accept", json_pack("{s:I}", "ticket_id", (json_int_t)ticket));
  camera_is(c, "live");
  wait_us(c, 30 * GW_SEC);
  assert_string_equal(published_text(c, "ticket", ticket, "state"), "CLOSED");
  assert_string_equal(published_text(c, "ticket", ticket, "result"), "fixed");
  assert_string_equal(state_of(c, id), "NORM");
  assert_true(json_is_null(json_object_get(published(c, "unit", UNIT_MAINTENANCE), "ticket_id")));
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, center_setup, center_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      FACT(a_position_finds_the_smallest_place_around_it),
      FACT(a_camera_lends_its_place_and_its_picture),
      FACT(the_same_again_from_a_machine_counts_up),
      FACT(two_falls_at_one_door_are_two_incidents),
      FACT(a_source_may_not_claim_more_than_it_was_allowed),
      FACT(a_source_that_shouts_is_throttled_and_comes_back),
      FACT(sos_is_p1_latched_and_stands_where_the_unit_stands),
      FACT(a_patrol_may_not_open_incidents_nor_a_box_acknowledge),
      FACT(the_second_acknowledgement_is_refused_and_changes_nothing),
      FACT(a_disposition_closes_what_a_person_reported),
      FACT(nobody_answers_and_it_climbs_step_by_step),
      FACT(the_journal_says_how_an_incident_was_told),
      FACT(an_answer_stops_the_climb),
      FACT(a_timer_that_fell_due_while_nobody_ran_fires_at_once_and_says_how_late),
      FACT(a_short_fault_of_a_camera_is_never_news),
      FACT(a_pending_fault_survives_a_restart),
      FACT(a_camera_fault_returns_counts_up_and_closes_with_a_word),
      FACT(the_ticket_of_a_camera_ends_when_the_camera_is_back),
  };
  return cmocka_run_group_tests_name("ledger_alert", tests, NULL, NULL);
}
