/* Rounds in the ledger: planned, opened, begun, ended, and planned anew when their route changes. */
#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "tests/unit/field_fixture.h"

#define FIRST "(select id from round order by planned_at_us limit 1)"

static void pass_to(Field *f, int minutes_after_20) {
  const GwUsec until_us = FIELD_NOON_US + minutes_after_20 * GW_MIN;
  assert_true(until_us >= gw_clock_real_us());
  field_pass(f, until_us - gw_clock_real_us());
}

static void on_duty(Field *f) {
  field_workers_up(f);
  field_ok(f, 2, "unit.duty", json_pack("{s:b}", "on", 1));
}

static void rounds_of_the_next_day_are_planned_once(void **state) {
  Field *f = *state;
  assert_int_equal(field_int(f, "select count(*) from round"), 1);
  assert_int_equal(field_int(f, "select planned_at_us from round"), FIELD_NOON_US + 30 * GW_MIN);
  assert_int_equal(field_int(f, "select ends_at_us from round"), FIELD_NOON_US + 60 * GW_MIN);
  field_pass(f, 3 * GW_HOUR);
  assert_int_equal(field_int(f, "select count(*) from round"), 2); /* tomorrow's came into the 24 hours */
  field_close(f);
  field_open(f);
  assert_int_equal(field_int(f, "select count(*) from round"), 2);
}

static void points_are_frozen_when_planned(void **state) {
  Field *f = *state;
  field_exec(f, "update checkpoint set name = '改名', lat = 30 where id = 1");
  field_assert_text(f, "select name from round_point where idx = 1", "东门");
  assert_int_equal(field_int(f, "select from_us from round_point where idx = 1"),
                   FIELD_NOON_US + 35 * GW_MIN);
  assert_int_equal(field_int(f, "select to_us from round_point where idx = 1"), FIELD_NOON_US + 50 * GW_MIN);
}

static void round_opens_15_minutes_before_and_tells_the_unit(void **state) {
  Field *f = *state;
  on_duty(f);
  pass_to(f, 14);
  assert_int_equal(
      field_command(f, 2, "round.start",
                    json_pack("{s:I}", "round_id", (json_int_t)field_int(f, "select id from round"))),
      GW_CODE_ILLEGAL);
  pass_to(f, 15);
  field_assert_text(f, "select state from round where id = " FIRST, "OPEN");
  assert_int_equal(
      field_int(f, "select count(*) from outbox where template = 'round_open' and target_id = 1"), 1);
}

static void round_nobody_can_walk_is_told_when_it_opens(void **state) {
  Field *f = *state;
  field_workers_up(f);
  pass_to(f, 16);
  field_assert_text(f, "select category from alert", "round_not_started");
  assert_int_equal(field_int(f, "select priority from alert"), 3);
}

static void round_not_begun_is_told_and_the_start_ends_it(void **state) {
  Field *f = *state;
  on_duty(f);
  pass_to(f, 39);
  assert_int_equal(field_int(f, "select count(*) from alert"), 0);
  pass_to(f, 41);
  assert_int_equal(field_int(f, "select count(*) from alert where active = 1"), 1);
  field_ok(f, 3, "round.start",
           json_pack("{s:I, s:{s:i, s:s, s:s}}", "round_id", (json_int_t)field_int(f, "select id from round"),
                     "behalf", "unit_id", 1, "channel", "radio", "words", "一组出发"));
  field_assert_text(f, "select state from round where id = " FIRST, "STARTED");
  assert_int_equal(field_int(f, "select active from alert"), 0);
  assert_int_equal(field_int(f, "select on_behalf_id from journal where kind = 'round.heard'"), 1);
  assert_int_equal(field_int(f, "select count(*) from journal where instr(body, '出发')"), 0);
}

static void volunteers_are_never_marked(void **state) {
  Field *f = *state;
  field_workers_up(f);
  field_exec(f, "update round set volunteer = 1, unit_id = 2");
  field_exec(f, "update route set volunteer = 1, unit_id = 2");
  pass_to(f, 90);
  assert_int_equal(field_int(f, "select count(*) from alert"), 0);
  field_assert_text(f, "select state from round_point where idx = 1", "MISSED");
}

static void round_that_was_not_begun_ends_as_missed(void **state) {
  Field *f = *state;
  on_duty(f);
  pass_to(f, 66);
  field_assert_text(f, "select state from round where id = " FIRST, "MISSED_RUN");
  assert_int_equal(
      field_int(f, "select count(*) from alert where category = 'round_not_started' and active = 1"), 0);
  assert_int_equal(field_int(f, "select count(*) from round_point where state = 'MISSED' and round_id = " FIRST),
                   field_int(f, "select count(*) from round_point where round_id = " FIRST));
  assert_int_equal(field_int(f, "select count(*) from alert"), 1); /* one cause, one alert */
}

static void quiet_round_is_abandoned_and_positions_keep_it_alive(void **state) {
  Field *f = *state;
  on_duty(f);
  pass_to(f, 20);
  field_ok(f, 2, "round.start",
           json_pack("{s:I}", "round_id", (json_int_t)field_int(f, "select id from round")));
  pass_to(f, 35);
  field_ok(f, 2, "unit.position", json_pack("{s:f, s:f}", "lat", 36.29, "lon", 120.38));
  pass_to(f, 54);
  field_assert_text(f, "select state from round where id = " FIRST, "STARTED");
  pass_to(f, 56);
  field_assert_text(f, "select state from round where id = " FIRST, "ABANDONED");
}

static void only_its_own_unit_starts_a_round(void **state) {
  Field *f = *state;
  on_duty(f);
  field_exec(f, "update round set unit_id = 2");
  pass_to(f, 16);
  const gint64 id = field_int(f, "select id from round");
  assert_int_equal(field_command(f, 2, "round.start", json_pack("{s:I}", "round_id", (json_int_t)id)),
                   GW_CODE_FORBIDDEN);
  assert_int_equal(field_command(f, 3, "round.start",
                                 json_pack("{s:I, s:{s:i, s:s, s:s}}", "round_id", (json_int_t)id, "behalf",
                                           "unit_id", 1, "channel", "radio", "words", "x")),
                   GW_CODE_BAD_ARGS);
  assert_int_equal(field_command(f, 2, "round.start", json_pack("{s:i}", "round_id", 99)), GW_CODE_NOT_FOUND);
}

static void changed_route_is_planned_anew(void **state) {
  Field *f = *state;
  field_forget(f);
  const gint64 old = field_int(f, "select id from round");
  field_ok(f, 1, "route.change", json_pack("{s:i, s:[s, s]}", "route_id", 1, "times", "21:00", "22:00"));
  assert_int_equal(field_int(f, "select count(*) from round"), 2);
  assert_int_equal(field_int(f, "select min(planned_at_us) from round"), FIELD_NOON_US + GW_HOUR);
  assert_int_equal(field_int(f, "select count(*) from timer where kind = 'round.open'"), 2);
  assert_int_equal(field_int(f, "select count(*) from timer where kind = 'round.point'"), 4);
  assert_true(field_int(f, "select max(id) from round") != old);
  field_ok(f, 1, "route.change", json_pack("{s:i, s:b}", "route_id", 1, "enabled", 0));
  assert_int_equal(field_int(f, "select count(*) from round"), 0);
  assert_int_equal(
      field_command(f, 1, "route.change", json_pack("{s:i, s:[s]}", "route_id", 1, "times", "25:00")),
      GW_CODE_BAD_ARGS);
  field_assert_text(f, "select json_extract(plan, '$.times[0]') from route", "21:00");
}

/* ---- units ---- */

static void position_is_written_every_5_s_and_not_journaled(void **state) {
  Field *f = *state;
  const gint64 rows = field_int(f, "select count(*) from journal");
  field_forget(f);
  field_ok(f, 2, "unit.position",
           json_pack("{s:f, s:f, s:f}", "lat", 36.29, "lon", 120.38, "accuracy_m", 6.0));
  assert_int_equal(f->prev, f->seq); /* a patch of state alone */
  assert_non_null(field_put(f, "unit", 1));
  const gint64 rev = field_int(f, "select rev from unit where id = 1");
  field_pass(f, 2 * GW_SEC);
  field_ok(f, 2, "unit.position", json_pack("{s:f, s:f}", "lat", 36.30, "lon", 120.38));
  assert_int_equal(field_int(f, "select rev from unit where id = 1"), rev);
  field_pass(f, 4 * GW_SEC);
  field_ok(f, 2, "unit.position", json_pack("{s:f, s:f}", "lat", 36.30, "lon", 120.38));
  assert_int_equal(field_int(f, "select rev from unit where id = 1"), rev + 1);
  assert_int_equal(field_int(f, "select count(*) from journal"), rows);
}

static void silent_page_is_shown_hidden_after_10_s(void **state) {
  Field *f = *state;
  field_ok(f, 2, "unit.presence", json_pack("{s:b, s:s}", "visible", 1, "device", "Android"));
  field_pass(f, 6 * GW_SEC);
  field_ok(f, 2, "unit.presence", json_pack("{s:b}", "visible", 1));
  field_pass(f, 9 * GW_SEC);
  field_assert_text(f, "select presence from unit where id = 1", "visible");
  field_pass(f, 8 * GW_SEC);
  field_assert_text(f, "select presence from unit where id = 1", "hidden");
  assert_int_equal(field_int(f, "select count(*) from journal where kind = 'unit.presence'"),
                   2); /* changes alone */
}

static void duty_is_changed_by_its_own_unit_or_the_desk(void **state) {
  Field *f = *state;
  assert_int_equal(field_command(f, 2, "unit.duty", json_pack("{s:b, s:i}", "on", 1, "unit_id", 2)),
                   GW_CODE_FORBIDDEN);
  assert_int_equal(field_command(f, 3, "unit.duty", json_pack("{s:b}", "on", 1)), GW_CODE_BAD_ARGS);
  field_ok(f, 3, "unit.duty", json_pack("{s:b, s:i}", "on", 1, "unit_id", 2));
  assert_int_equal(field_int(f, "select on_duty from unit where id = 2"), 1);
  assert_int_equal(field_int(f, "select on_behalf_id from journal where kind = 'unit.on_duty'"), 2);
}

static void minute_is_sampled_for_replay(void **state) {
  Field *f = *state;
  field_ok(f, 2, "unit.position", json_pack("{s:f, s:f}", "lat", 36.29, "lon", 120.38));
  field_pass(f, 3 * GW_MIN + 30 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from sample where subject = 'unit' and subject_id = 1"), 3);
}

#define fact(name) cmocka_unit_test_setup_teardown(name, field_setup, field_teardown)
int main(void) {
  const struct CMUnitTest tests[] = {
      fact(rounds_of_the_next_day_are_planned_once),
      fact(points_are_frozen_when_planned),
      fact(round_opens_15_minutes_before_and_tells_the_unit),
      fact(round_nobody_can_walk_is_told_when_it_opens),
      fact(round_not_begun_is_told_and_the_start_ends_it),
      fact(volunteers_are_never_marked),
      fact(round_that_was_not_begun_ends_as_missed),
      fact(quiet_round_is_abandoned_and_positions_keep_it_alive),
      fact(only_its_own_unit_starts_a_round),
      fact(changed_route_is_planned_anew),
      fact(position_is_written_every_5_s_and_not_journaled),
      fact(silent_page_is_shown_hidden_after_10_s),
      fact(duty_is_changed_by_its_own_unit_or_the_desk),
      fact(minute_is_sampled_for_replay),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
