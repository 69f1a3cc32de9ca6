/* Rules in the ledger: versions are added, never changed; the newest of each is what counts. */
#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "daemon/store/view.h"
#include "tests/unit/sight_fixture.h"

static json_t *night_rule(const char *makes, int priority) {
  return json_pack("{s:s, s:s, s:{s:[s], s:i, s:i}, s:s, s:s, s:i, s:s, s:s}", "kind", "camera_observed",
                   "name", "夜间翻越", "selector", "topics", "line", "from_min", 1320, "to_min", 360, "makes",
                   makes, "category", "intrusion", "priority", priority, "response_zh", "看画面，核实后派单",
                   "response_en", "Look at the picture, then dispatch");
}

static void a_rule_is_added_with_the_times_of_its_priority(void **state) {
  Field *f = *state;
  field_ok(f, 1, "rule.add", night_rule("alert", 2));
  const gint64 id = json_integer_value(json_object_get(f->result, "rule_id"));
  assert_int_equal(id, 17);
  assert_int_equal(field_int(f, "select ack_us from rule where id = 17"), 60 * GW_SEC);
  assert_int_equal(field_int(f, "select retone_us from rule where id = 17"), 60 * GW_SEC);
  json_t *object = field_put(f, "rule", 17);
  assert_non_null(object);
  assert_int_equal(json_integer_value(json_object_get(object, "rev")), 1);
  assert_string_equal(json_string_value(json_object_get(object, "category")), "intrusion");
  assert_int_equal(json_integer_value(json_object_get(json_object_get(object, "selector"), "from_min")),
                   1320);
  assert_int_equal(
      sight_count(f, "journal where kind = 'rule.added' and subject = 'rule' and subject_id = 17"), 1);
}

static void a_change_is_a_new_version_and_alerts_keep_theirs(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  sight_say(f, id, "moved", 0, TRUE);
  field_ok(f, 1, "rule.change", json_pack("{s:i, s:i, s:s}", "rule_id", 11, "priority", 3, "name", "看不清"));
  assert_int_equal(json_integer_value(json_object_get(f->result, "version")), 2);
  assert_int_equal(sight_count(f, "rule where id = 11"), 2);
  assert_int_equal(sight_count(f, "rule where id = 11 and version = 1 and priority = 4 and name = ''"), 1);
  assert_int_equal(field_int(f, "select rule_version from alert"), 1);
  sight_say(f, id, "frozen", 0, TRUE);
  assert_int_equal(field_int(f, "select rule_version from alert where category = 'camera_frozen'"), 2);
  assert_int_equal(field_int(f, "select act_us from rule where id = 11 and version = 2"), 15 * GW_MIN);
}

static void what_asks_for_nothing_raises_nothing(void **state) {
  Field *f = *state;
  json_t *args = night_rule("alert", 2);
  json_object_set_new(args, "response_zh", json_string("  "));
  assert_int_equal(field_command(f, 1, "rule.add", args), GW_CODE_BAD_ARGS);
  args = night_rule("alert", 2);
  json_object_del(args, "response_en");
  assert_int_equal(field_command(f, 1, "rule.add", args), GW_CODE_BAD_ARGS);
  assert_int_equal(sight_count(f, "rule where id > 16"), 0);
}

static void impossible_rules_are_refused(void **state) {
  Field *f = *state;
  json_t *args = night_rule("alert", 2);
  json_object_set_new(args, "kind", json_string("sos"));
  assert_int_equal(field_command(f, 1, "rule.add", args), GW_CODE_BAD_ARGS);
  args = night_rule("alert", 2);
  json_object_set_new(args, "kind", json_string("sight"));
  json_object_set_new(args, "selector", json_pack("{s:[s]}", "kinds", "boring"));
  assert_int_equal(field_command(f, 1, "rule.add", args), GW_CODE_BAD_ARGS);
  assert_int_equal(
      field_command(f, 1, "rule.change", json_pack("{s:i, s:b}", "rule_id", 2, "enabled", FALSE)),
      GW_CODE_ILLEGAL);
  assert_int_equal(field_command(f, 1, "rule.change",
                                 json_pack("{s:i, s:{s:[s]}}", "rule_id", 4, "selector", "kinds", "moved")),
                   GW_CODE_ILLEGAL);
  assert_int_equal(field_command(f, 1, "rule.change", json_pack("{s:i, s:i}", "rule_id", 99, "priority", 1)),
                   GW_CODE_NOT_FOUND);
  assert_int_equal(field_command(f, 3, "rule.change", json_pack("{s:i, s:i}", "rule_id", 11, "priority", 1)),
                   GW_CODE_FORBIDDEN);
}

static void there_is_an_end_to_rules(void **state) {
  Field *f = *state;
  field_exec(f, "with recursive n (i) as (select 17 union all select i + 1 from n where i < 200) insert into "
                "rule (id, version,"
                " kind, priority, on_delay_us, off_delay_us, latched, ack_us, act_us, retone_us, "
                "response_zh, response_en, at_us)"
                " select i, 1, 'sight', 4, 0, 0, 0, 1, 1, 0, 'x', 'x', 0 from n");
  assert_int_equal(field_command(f, 1, "rule.add", night_rule("alert", 2)), GW_CODE_TOO_LARGE);
}

/* Another rule of the kind does not take the place of the one that all kinds fall back on. */
static void reports_of_machines_are_chosen_too(void **state) {
  Field *f = *state;
  json_t *args = json_pack("{s:s, s:s, s:{s:[s]}, s:i, s:s, s:s}", "kind", "observed", "name", "烟感",
                           "selector", "categories", "fire", "priority", 1, "response_zh", "打电话核实",
                           "response_en", "Call and verify");
  field_ok(f, 1, "rule.add", args);
  args = json_pack("{s:s, s:s, s:{s:[s]}, s:s, s:s, s:s}", "kind", "observed", "name", "道闸", "selector",
                   "categories", "service", "makes", "event", "response_zh", "无", "response_en", "None");
  field_ok(f, 1, "rule.add", args);
  field_ok(f, 3, "observation.report", json_pack("{s:s, s:i}", "category", "fire", "place_id", 2));
  assert_int_equal(field_int(f, "select rule_id from alert where category = 'fire' and priority = 1"), 17);
  field_ok(f, 3, "observation.report", json_pack("{s:s, s:i}", "category", "facility", "place_id", 2));
  assert_int_equal(field_int(f, "select rule_id from alert where category = 'facility'"), 3);
  field_ok(f, 3, "observation.report",
           json_pack("{s:s, s:i, s:s}", "category", "service", "place_id", 2, "words", "北门"));
  assert_true(json_is_null(json_object_get(f->result, "alert_id")));
  assert_int_equal(sight_count(f, "alert"), 2);
  assert_int_equal(sight_count(f, "journal where kind = 'observation.noted'"), 1);
  assert_int_equal(sight_count(f, "journal where instr(body, '北门')"), 0); /* words are a reference */
  field_ok(f, 1, "rule.change", json_pack("{s:i, s:b}", "rule_id", 3, "enabled", FALSE));
  field_ok(f, 3, "observation.report", json_pack("{s:s, s:i}", "category", "parking", "place_id", 2));
  assert_int_equal(sight_count(f, "alert"), 2);
}

static void rules_are_the_desks_and_not_the_walls(void **state) {
  json_t *rule = json_pack("{s:s, s:i}", "type", "rule", "id", 11);
  const GwView desk = {.kind = GW_VIEW_DESK}, wall = {.kind = GW_VIEW_WALL},
               unit = {.kind = GW_VIEW_UNIT, .unit_id = 1};
  json_t *seen = gw_view_filter(&desk, NULL, rule);
  assert_non_null(seen);
  json_decref(seen);
  assert_null(gw_view_filter(&wall, NULL, rule));
  assert_null(gw_view_filter(&unit, NULL, rule));
  json_decref(rule);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, field_setup, field_teardown)

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(a_rule_is_added_with_the_times_of_its_priority),
      FACT(a_change_is_a_new_version_and_alerts_keep_theirs),
      FACT(what_asks_for_nothing_raises_nothing),
      FACT(impossible_rules_are_refused),
      FACT(there_is_an_end_to_rules),
      FACT(reports_of_machines_are_chosen_too),
      FACT(rules_are_the_desks_and_not_the_walls),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
