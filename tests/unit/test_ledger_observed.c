/* What cameras' own analytics say: rules choose whether it is an alert, a row, or nothing. */
#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "tests/unit/sight_fixture.h"

static json_t *said(GwId id, const char *topic, const char *rule) {
  json_t *body = json_pack("{s:I, s:s, s:I}", "id", (json_int_t)id, "topic", topic, "at_us",
                           (json_int_t)gw_clock_real_us());
  if (rule)
    json_object_set_new(body, "rule", json_string(rule));
  return body;
}

static void say(Field *f, json_t *body) {
  if (field_observe(f, "camera.observed", body, NULL) != GW_CODE_OK)
    fail_msg("%s: %s", gw_code_to_string(f->code), f->sentence);
}

static json_t *active(json_t *body, gboolean on) {
  json_object_set_new(body, "active", json_boolean(on));
  return body;
}

static void add_rule(Field *f, const char *topic, const char *makes, int on_delay_us) {
  field_ok(f, 1, "rule.add",
           json_pack("{s:s, s:s, s:{s:[s]}, s:s, s:i, s:s, s:s}", "kind", "camera_observed", "name", "测试",
                     "selector", "topics", topic, "makes", makes, "on_delay_us", on_delay_us, "response_zh",
                     "看画面", "response_en", "Look"));
}

static gint64 dropped(Field *f) {
  GwLedgerFigures figures;
  gw_ledger_figures(f->ledger, &figures);
  return figures.observed_dropped;
}

static void what_no_rule_is_for_is_dropped_and_counted(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  const gint64 rows = sight_count(f, "journal");
  say(f, said(id, "motion", NULL));
  say(f, active(said(id, "object", NULL), TRUE));
  assert_int_equal(sight_count(f, "journal"), rows);
  assert_int_equal(dropped(f), 2);
}

static void tamper_is_an_alert_until_the_camera_says_it_is_over(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  say(f, active(said(id, "tamper", NULL), TRUE));
  field_assert_text(f, "select category from alert", "camera_tamper");
  assert_int_equal(field_int(f, "select rule_id from alert where camera_id = 1 and priority = 4"), 15);
  field_pass(f, 5 * GW_MIN);
  assert_int_equal(sight_count(f, "alert where active = 1"), 1);
  say(f, active(said(id, "tamper", NULL), FALSE));
  field_pass(f, 29 * GW_SEC);
  assert_int_equal(sight_count(f, "alert where active = 1"), 1); /* off-delay */
  field_pass(f, 2 * GW_SEC);
  assert_int_equal(sight_count(f, "alert where state = 'RETURNED'"), 1);
  assert_int_equal(sight_count(f, "timer where kind = 'observed.over'"), 0);
}

static void tamper_that_flickers_is_one_alert(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  for (int i = 0; i < 20; i++) {
    say(f, active(said(id, "tamper", NULL), i % 2 == 0));
    field_pass(f, 3 * GW_SEC);
  }
  assert_int_equal(sight_count(f, "alert"), 1);
  assert_int_equal(sight_count(f, "journal where kind in ('alert.again', 'alert.returned')"), 0);
}

/* 20:00 in the community: the rule for lines at the perimeter is for 22:00 to 6:00. */
static void a_line_is_told_of_by_night_at_the_perimeter_alone(void **state) {
  Field *f = *state;
  const GwId in = sight_camera(f, "C-1", 2), out = sight_camera(f, "C-2", 2);
  field_ok(f, 1, "camera.change", json_pack("{s:I, s:s}", "camera_id", (json_int_t)out, "zone", "perimeter"));
  say(f, said(out, "line", "北墙"));
  assert_int_equal(sight_count(f, "alert"), 0);
  gw_clock_fake_advance(3 * GW_HOUR);
  say(f, said(in, "line", "北墙"));
  assert_int_equal(sight_count(f, "alert where subject = 'camera'"), 0);
  say(f, said(out, "line", "北墙"));
  field_assert_text(f, "select category from alert where subject = 'camera'", "intrusion");
  field_assert_text(
      f, "select t.body from alert a join text t on t.id = a.words_text_id where a.subject = 'camera'",
      "北墙");
  assert_int_equal(dropped(f), 2);
}

static void a_single_happening_is_over_after_a_minute(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  add_rule(f, "field", "alert", 0);
  say(f, said(id, "field", "水池"));
  field_assert_text(f, "select category from alert", "camera_field");
  field_pass(f, 50 * GW_SEC);
  say(f, said(id, "field", "水池")); /* goes on: the minute begins anew */
  field_pass(f, 80 * GW_SEC);
  assert_int_equal(sight_count(f, "alert where active = 1"), 1);
  field_pass(f, 15 * GW_SEC);
  assert_int_equal(sight_count(f, "alert where active = 1"), 0);
  say(f, said(id, "field", "车库"));
  assert_int_equal(sight_count(f, "alert"), 2); /* another rule of the camera is another alert */
}

/* The names are the camera's: one that is broken, or not ours any more, must not fill the desk. */
static void a_camera_that_invents_rules_is_a_few_alerts(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  add_rule(f, "line", "alert", 0);
  for (int i = 0; i < 200; i++) {
    g_autofree char *name = g_strdup_printf("rule %d", i);
    say(f, active(said(id, "line", name), TRUE));
  }
  assert_int_equal(sight_count(f, "alert"), 17);
  assert_int_equal(sight_count(f, "condition"), 17);
  say(f, active(said(id, "line", "rule 3"), FALSE));
  say(f, active(said(id, "line", "rule 150"), FALSE));
  field_pass(f, 31 * GW_SEC);
  assert_int_equal(sight_count(f, "alert where active = 1"), 15);
  assert_int_equal(sight_count(f, "journal where kind = 'alert.raised'"), 17);
  const GwId other = sight_camera(f, "C-2", 2);
  say(f, active(said(other, "line", "rule 3"), TRUE));
  assert_int_equal(sight_count(f, "alert"), 18);
}

static void a_rule_that_is_switched_off_meanwhile_raises_nothing(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  add_rule(f, "motion", "alert", 10 * (int)GW_SEC);
  const GwId rule_id = json_integer_value(json_object_get(f->result, "rule_id"));
  say(f, active(said(id, "motion", NULL), TRUE));
  field_ok(f, 1, "rule.change", json_pack("{s:I, s:b}", "rule_id", (json_int_t)rule_id, "enabled", FALSE));
  field_pass(f, 11 * GW_SEC);
  assert_int_equal(sight_count(f, "alert"), 0);
  assert_int_equal(sight_count(f, "condition"), 0);
}

static void the_on_delay_swallows_what_is_short(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  add_rule(f, "motion", "alert", 10 * (int)GW_SEC);
  say(f, active(said(id, "motion", NULL), TRUE));
  field_pass(f, 5 * GW_SEC);
  say(f, active(said(id, "motion", NULL), FALSE));
  field_pass(f, GW_MIN);
  assert_int_equal(sight_count(f, "alert"), 0);
  say(f, active(said(id, "motion", NULL), TRUE));
  field_pass(f, 11 * GW_SEC);
  assert_int_equal(sight_count(f, "alert"), 1);
}

static void events_are_sixty_rows_an_hour_and_a_sum(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2), other = sight_camera(f, "C-2", 2);
  add_rule(f, "object", "event", 0);
  for (int i = 0; i < 100; i++) {
    json_t *body = said(id, "object", NULL);
    json_object_set_new(body, "class", json_string("Human"));
    json_object_set_new(body, "score", json_real(0.75));
    json_object_set_new(body, "box", json_pack("[f,f,f,f]", 0.1, 0.2, 0.3, 0.4));
    json_object_set_new(body, "secret", json_string("not ours"));
    say(f, body);
  }
  say(f, said(other, "object", NULL));
  assert_int_equal(sight_count(f, "journal where kind = 'camera.observed' and subject_id = 1"), 60);
  assert_int_equal(sight_count(f, "journal where kind = 'camera.observed' and subject_id = 2"), 1);
  assert_int_equal(
      sight_count(f, "journal where kind = 'camera.observed' and json_extract(body, '$.class') = 'Human'"),
      60);
  assert_int_equal(sight_count(f, "journal where instr(body, 'not ours')"), 0);
  gw_clock_fake_advance(GW_HOUR);
  field_pass(f, GW_SEC);
  assert_int_equal(
      field_int(f, "select json_extract(body, '$.more') from journal where kind = 'camera.observed_summed'"),
      40);
  say(f, said(id, "object", NULL));
  assert_int_equal(sight_count(f, "journal where kind = 'camera.observed' and subject_id = 1"), 61);
  assert_int_equal(sight_count(f, "alert where subject = 'camera'"), 0);
}

/* Rows of what it saw leave the count of its states alone. */
static void states_are_summed_as_before(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  add_rule(f, "object", "event", 0);
  for (int i = 0; i < 20; i++) {
    say(f, said(id, "object", NULL));
    json_t *body = json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "state", i % 2 ? "live" : "connecting",
                             "cause", i % 2 ? "none" : "starting");
    assert_int_equal(field_observe(f, "camera.state", body, NULL), GW_CODE_OK);
  }
  const gint64 rows = sight_count(f, "journal where kind = 'camera.state'");
  field_pass(f, 61 * GW_SEC);
  assert_int_equal(
      field_int(f, "select json_extract(body, '$.changes') from journal where kind = 'camera.states_summed'"),
      21 - rows);
}

static void a_camera_that_is_removed_has_observed_nothing(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  say(f, active(said(id, "tamper", NULL), TRUE));
  field_ok(f, 1, "camera.remove", json_pack("{s:I}", "camera_id", (json_int_t)id));
  field_pass(f, 31 * GW_SEC);
  assert_int_equal(sight_count(f, "alert where active = 1"), 0);
  say(f, active(said(id, "tamper", NULL), TRUE));
  assert_int_equal(sight_count(f, "alert where active = 1"), 0);
}

static void bad_words_of_cameras_are_refused(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  g_autofree char *longer = g_strnfill(81, 'x');
  json_t *bad[] = {said(id, "weather", NULL), said(id, "line", longer), said(id, "line", NULL),
                   said(id, "line", NULL), said(id, "line", NULL)};
  json_object_set_new(bad[2], "box", json_pack("[f,f]", 0.1, 0.2));
  json_object_set_new(bad[3], "score", json_string("high"));
  json_object_set_new(bad[4], "class", json_integer(3));
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_int_equal(field_observe(f, "camera.observed", bad[i], NULL), GW_CODE_BAD_ARGS);
  assert_int_equal(field_observe(f, "camera.observed", said(99, "line", NULL), NULL), GW_CODE_NOT_FOUND);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, field_setup, field_teardown)

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(what_no_rule_is_for_is_dropped_and_counted),
      FACT(tamper_is_an_alert_until_the_camera_says_it_is_over),
      FACT(tamper_that_flickers_is_one_alert),
      FACT(a_line_is_told_of_by_night_at_the_perimeter_alone),
      FACT(a_single_happening_is_over_after_a_minute),
      FACT(a_camera_that_invents_rules_is_a_few_alerts),
      FACT(a_rule_that_is_switched_off_meanwhile_raises_nothing),
      FACT(the_on_delay_swallows_what_is_short),
      FACT(events_are_sixty_rows_an_hour_and_a_sum),
      FACT(states_are_summed_as_before),
      FACT(a_camera_that_is_removed_has_observed_nothing),
      FACT(bad_words_of_cameras_are_refused),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
