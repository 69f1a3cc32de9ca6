/* Outages in the ledger: one cause, one alert; on a real database, with a clock that the test moves. */
#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "daemon/store/story.h"
#include "tests/unit/field_fixture.h"

#define FORTY 40

/* Cameras FIRST … FIRST+n-1 (ids count from 1), on a recorder and a switch; "" not known. */
static void add_cameras(Field *f, const char *prefix, int n, const char *recorder, const char *switch_name,
                        GwId place_id) {
  for (int i = 0; i < n; i++) {
    g_autofree char *code = g_strdup_printf("%s-%d", prefix, i + 1);
    json_t *args = json_pack("{s:s, s:s, s:s, s:s, s:s}", "code", code, "name", "机", "url", "rtsp://192.0.2.1/1",
                             "recorder", recorder, "switch", switch_name);
    if (place_id)
      json_object_set_new(args, "place_id", json_integer(place_id));
    field_ok(f, 1, "camera.add", args);
  }
}

static void say(Field *f, GwId id, const char *state, const char *cause) {
  json_t *body = json_pack("{s:I, s:s, s:s, s:I}", "id", (json_int_t)id, "state", state, "cause", cause,
                           "at_us", (json_int_t)gw_clock_real_us());
  assert_int_equal(field_observe(f, "camera.state", body, NULL), GW_CODE_OK);
}

/* In one batch, as a worker's words come. */
static void all_say(Field *f, GwId first, GwId last, const char *state, const char *cause) {
  for (GwId id = first; id <= last; id++) {
    json_t *body = json_pack("{s:I, s:s, s:s, s:I}", "id", (json_int_t)id, "state", state, "cause", cause,
                             "at_us", (json_int_t)gw_clock_real_us());
    assert_true(gw_ledger_observe(f->ledger, "camera.state", body, NULL, 0, NULL, NULL, NULL));
    json_decref(body);
  }
  gw_ledger_run_for_test(f->ledger);
}

static void lose(Field *f, GwId first, GwId last) {
  all_say(f, first, last, "lost", "closed");
}

static gint64 open_alerts(Field *f) {
  return field_int(f, "select count(*) from alert where state <> 'NORM'");
}

static gint64 rows_of(Field *f, const char *kind) {
  g_autofree char *sql = g_strdup_printf("select count(*) from journal where kind = '%s'", kind);
  return field_int(f, sql);
}

/* 40 on one recorder, 30 elsewhere, all of them live. */
static void a_community(Field *f) {
  add_cameras(f, "A", FORTY, "NVR-1", "", 0);
  add_cameras(f, "B", 30, "NVR-2", "", 0);
  all_say(f, 1, FORTY + 30, "live", "none");
  field_pass(f, GW_SEC);
}

/* `n` of the first forty fall over `over_us`, while the clock runs. */
static void fall_over(Field *f, int n, GwUsec over_us) {
  for (int i = 1; i <= n; i++) {
    say(f, i, "lost", "closed");
    field_pass(f, over_us / n);
  }
}

static void thirty_eight_of_forty_over_ninety_seconds_are_one_alert_that_grows(void **state) {
  Field *f = *state;
  a_community(f);
  fall_over(f, 38, 90 * GW_SEC);
  field_pass(f, GW_MIN);
  assert_int_equal(field_int(f, "select count(*) from alert"), 1); /* none of its own before, none after */
  field_assert_text(f, "select category || ' ' || subject || ' ' || priority from alert", "recorder_down outage 4");
  field_assert_text(f, "select cause || ' ' || name || ' ' || members from outage", "recorder NVR-1 40");
  assert_int_equal(field_int(f, "select count(*) from outage_camera where back_at_us is null"), 38);
  assert_int_equal(rows_of(f, "outage.began"), 1);
  assert_in_range(rows_of(f, "outage.grew"), 1, 4);
  assert_int_equal(
      field_int(f, "select sum(json_array_length(body, '$.cameras')) from journal where kind in ('outage.began','outage.grew')"),
      38);
  assert_int_equal(field_int(f, "select alert_id from outage"), field_int(f, "select id from alert"));
  assert_true(field_int(f, "select first_at_us from alert") == field_int(f, "select min(fell_at_us) from outage_camera"));
  assert_int_equal(field_int(f, "select count(*) from timer where kind = 'alert.on'"), 0);
  json_t *camera = field_put(f, "camera", 7), *outage = field_put(f, "outage", 1);
  assert_int_equal(json_integer_value(json_object_get(camera, "outage_id")), 1);
  assert_int_equal(json_array_size(json_object_get(outage, "cameras")), 38);
}

static void its_story_tells_how_it_grew(void **state) {
  Field *f = *state;
  a_community(f);
  lose(f, 1, 20);
  field_pass(f, 31 * GW_SEC);
  lose(f, 21, 38);
  field_pass(f, 31 * GW_SEC);
  json_t *story = gw_story(f->db, "alert", field_int(f, "select id from alert"), NULL), *item;
  size_t i, began = 0, grew = 0;
  json_array_foreach(json_object_get(story, "items"), i, item) {
    const char *kind = json_string_value(json_object_get(item, "kind"));
    began += g_strcmp0(kind, "outage.began") == 0;
    grew += g_strcmp0(kind, "outage.grew") == 0;
  }
  assert_int_equal(began, 1);
  assert_int_equal(grew, 1);
  json_decref(story);
}

static void it_ends_with_the_last_that_is_back(void **state) {
  Field *f = *state;
  a_community(f);
  lose(f, 1, 38);
  field_pass(f, 40 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from outage where ended_at_us is null"), 1);
  all_say(f, 1, 37, "live", "none");
  field_pass(f, 20 * GW_SEC);
  say(f, 38, "live", "none");
  const gint64 last_us = gw_clock_real_us();
  field_pass(f, 65 * GW_SEC);
  assert_true(field_int(f, "select ended_at_us from outage") == last_us);
  field_assert_text(f, "select state from alert", "RETURNED");
  field_assert_text(f, "select json_extract(body, '$.not_back') from journal where kind = 'outage.ended'", "[]");
  assert_int_equal(field_int(f, "select count(*) from alert"), 1);
  assert_int_equal(field_int(f, "select count(*) from condition"), 0);
  assert_int_equal(field_int(f, "select count(*) from timer where subject in ('outage','condition')"), 0);
}

static void who_does_not_come_back_is_named_and_has_an_alert_of_its_own(void **state) {
  Field *f = *state;
  a_community(f);
  lose(f, 1, 38);
  field_pass(f, 40 * GW_SEC);
  all_say(f, 1, 36, "live", "none");
  field_pass(f, 110 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from outage where ended_at_us is null"), 1);
  field_pass(f, 15 * GW_SEC); /* nothing has moved for two minutes */
  field_assert_text(f, "select json_extract(body, '$.not_back') from journal where kind = 'outage.ended'", "[37,38]");
  assert_int_equal(field_int(f, "select count(*) from alert where category = 'camera_lost' and state = 'UNACKED'"), 2);
  field_pass(f, 35 * GW_SEC);
  field_assert_text(f, "select state from alert where subject = 'outage'", "RETURNED");
  assert_int_equal(field_int(f, "select count(*) from outage"), 1);
  all_say(f, 37, 38, "live", "none");
  field_pass(f, 35 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from alert where active = 1"), 0);
}

static void one_that_begins_anew_counts_those_alone_that_fell_anew(void **state) {
  Field *f = *state;
  a_community(f);
  lose(f, 1, 38);
  field_pass(f, 40 * GW_SEC);
  all_say(f, 1, 37, "live", "none");
  field_pass(f, 3 * GW_MIN);
  assert_int_equal(rows_of(f, "outage.ended"), 1); /* without the last, which is its own matter now */
  say(f, 38, "live", "none");
  field_pass(f, GW_MIN);
  lose(f, 1, 30);
  field_pass(f, 40 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from outage"), 1);
  assert_int_equal(field_int(f, "select count(*) from outage_camera where back_at_us is null"), 30);
  json_t *camera = field_put(f, "camera", 7);
  assert_int_equal(json_integer_value(json_object_get(camera, "outage_id")), 1);
  all_say(f, 1, 30, "live", "none");
  field_pass(f, 3 * GW_MIN);
  field_assert_text(f, "select json_extract(body, '$.not_back') from journal where kind = 'outage.ended' order by seq desc limit 1",
                    "[]");
}

static void five_on_five_switches_are_five_alerts(void **state) {
  Field *f = *state;
  for (int i = 0; i < 5; i++) {
    g_autofree char *name = g_strdup_printf("SW-%d", i);
    add_cameras(f, name, 8, "NVR-1", name, 0);
  }
  all_say(f, 1, FORTY, "live", "none");
  for (int i = 0; i < 5; i++) {
    say(f, 1 + 8 * i, "lost", "closed");
    field_pass(f, GW_SEC);
  }
  field_pass(f, 31 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from outage"), 0);
  assert_int_equal(field_int(f, "select count(*) from alert where category = 'camera_lost'"), 5);
}

static void our_own_link_is_told_apart(void **state) {
  Field *f = *state;
  a_community(f);
  all_say(f, 1, 70, "stalled", "no_packets");
  field_pass(f, 5 * GW_SEC);
  all_say(f, 1, 70, "lost", "unreachable"); /* the same fault goes on */
  field_pass(f, 30 * GW_SEC);
  field_assert_text(f, "select cause || name from outage", "link");
  assert_int_equal(field_int(f, "select count(*) from alert"), 1);
  field_assert_text(f, "select category from alert", "link_down");
  assert_int_equal(field_int(f, "select count(*) from outage_camera"), 70);
}

static void a_dead_worker_says_nothing(void **state) {
  Field *f = *state;
  a_community(f);
  field_workers_up(f);
  assert_int_equal(
      field_observe(f, "worker.down", json_pack("{s:s, s:s}", "job", "cameras", "cause", "killed"), NULL), GW_CODE_OK);
  field_pass(f, 5 * GW_MIN);
  assert_int_equal(field_int(f, "select count(*) from outage"), 0);
  assert_int_equal(field_int(f, "select count(*) from alert where subject = 'camera'"), 0);
  field_assert_text(f, "select category from alert", "worker_gone");
}

/* Its cameras are neither back nor fallen: the outage lasts, and ends when the worker says that they are live. */
static void a_worker_that_dies_within_an_outage_changes_nothing(void **state) {
  Field *f = *state;
  a_community(f);
  field_workers_up(f);
  lose(f, 1, 38);
  field_pass(f, 40 * GW_SEC);
  field_observe(f, "worker.down", json_pack("{s:s, s:s}", "job", "cameras", "cause", "killed"), NULL);
  field_pass(f, 3 * GW_SEC);
  field_observe(f, "worker.up", json_pack("{s:s}", "job", "cameras"), NULL);
  all_say(f, 1, 70, "connecting", "starting");
  all_say(f, 39, 70, "live", "none");
  lose(f, 1, 38);
  field_pass(f, 3 * GW_MIN);
  assert_int_equal(field_int(f, "select count(*) from outage where ended_at_us is null"), 1);
  assert_int_equal(field_int(f, "select count(*) from outage_camera where back_at_us is null"), 38);
  assert_int_equal(field_int(f, "select count(*) from alert"), 1);
}

static void refused_passwords_are_no_outage(void **state) {
  Field *f = *state;
  a_community(f);
  all_say(f, 1, 20, "refused", "auth");
  field_pass(f, 40 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from outage"), 0);
  assert_int_equal(field_int(f, "select count(*) from alert where category = 'camera_refused'"), 20);
}

/* A recorder that is set up today, with a wrong address on each line. */
static void who_was_never_live_did_not_fall(void **state) {
  Field *f = *state;
  add_cameras(f, "A", 10, "NVR-1", "SW-1", 0);
  all_say(f, 1, 10, "connecting", "starting");
  lose(f, 1, 10);
  field_pass(f, 35 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from outage"), 0);
  assert_int_equal(field_int(f, "select count(*) from alert where category = 'camera_lost'"), 10);
}

static void one_that_answers_and_refuses_leaves_the_outage(void **state) {
  Field *f = *state;
  a_community(f);
  lose(f, 1, 38);
  field_pass(f, 40 * GW_SEC);
  say(f, 5, "refused", "auth");
  assert_int_equal(field_int(f, "select count(*) from outage_camera where back_at_us is null"), 37);
  field_pass(f, 31 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from alert where category = 'camera_refused' and subject_id = 5"), 1);
}

static void it_goes_on_over_a_restart(void **state) {
  Field *f = *state;
  a_community(f);
  lose(f, 1, 20);
  field_pass(f, 10 * GW_SEC);
  field_close(f); /* before the first was asked about */
  gw_clock_fake_advance(5 * GW_SEC);
  field_open(f);
  lose(f, 21, 38);
  field_pass(f, 20 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from outage_camera where back_at_us is null"), 38);
  field_close(f); /* while it lasts */
  gw_clock_fake_advance(GW_MIN);
  field_open(f);
  all_say(f, 1, 38, "live", "none");
  field_pass(f, 10 * GW_SEC);
  field_close(f); /* while its end is near */
  gw_clock_fake_advance(GW_MIN);
  field_open(f);
  field_pass(f, 35 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from alert"), 1);
  assert_int_equal(field_int(f, "select count(*) from outage where ended_at_us is not null"), 1);
  assert_int_equal(rows_of(f, "outage.ended"), 1);
}

static void flapping_makes_no_rows_without_bound(void **state) {
  Field *f = *state;
  a_community(f);
  lose(f, 1, 38);
  field_pass(f, 40 * GW_SEC);
  const gint64 before = field_int(f, "select count(*) from journal where subject in ('outage','alert')");
  for (int i = 0; i < 120; i++) { /* an hour of a switch that restarts every 30 s */
    all_say(f, 1, 38, i % 2 ? "lost" : "live", i % 2 ? "closed" : "none");
    field_pass(f, 30 * GW_SEC);
  }
  assert_int_equal(field_int(f, "select count(*) from outage"), 1);
  assert_int_equal(field_int(f, "select count(*) from outage_camera"), 38);
  assert_int_equal(field_int(f, "select count(*) from alert where subject = 'outage'"), 1);
  assert_in_range(field_int(f, "select count(*) from journal where subject = 'outage' or (subject = 'alert' and subject_id = 1)") - before, 1, 12);
  all_say(f, 1, 38, "live", "none");
  field_pass(f, 160 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from outage where ended_at_us is null"), 0);
  field_assert_text(f, "select state from alert where subject = 'outage'", "RETURNED");
}

/* One camera that comes and goes does not hold the end of the others' outage. */
static void one_that_flutters_does_not_keep_it_open(void **state) {
  Field *f = *state;
  a_community(f);
  lose(f, 1, 38);
  field_pass(f, 40 * GW_SEC);
  all_say(f, 1, 38, "live", "none");
  for (int i = 0; i < 20; i++) {
    field_pass(f, 5 * GW_SEC);
    say(f, 3, i % 2 ? "live" : "lost", i % 2 ? "none" : "closed");
  }
  assert_int_equal(field_int(f, "select count(*) from outage where ended_at_us is null"), 0);
}

static void an_alert_of_its_own_goes_with_the_cause(void **state) {
  Field *f = *state;
  a_community(f);
  lose(f, 1, 2);
  field_pass(f, 35 * GW_SEC);
  assert_int_equal(open_alerts(f), 2);
  field_pass(f, 30 * GW_SEC);
  lose(f, 3, 38);
  field_pass(f, 35 * GW_SEC);
  assert_int_equal(open_alerts(f), 1);
  assert_int_equal(rows_of(f, "alert.withdrawn"), 2);
  assert_int_equal(field_int(f, "select count(*) from journal where kind = 'alert.withdrawn' and"
                                " json_extract(body, '$.cause') = 'outage' and json_extract(body, '$.cause_id') = 1"),
                   2);
  assert_int_equal(field_int(f, "select count(*) from outage_camera"), 38);
}

/* First one switch of a recorder, then the others: the recorder was it all the time. */
static void a_cause_that_turns_out_larger_takes_the_smaller_one_over(void **state) {
  Field *f = *state;
  for (int i = 0; i < 4; i++) {
    g_autofree char *name = g_strdup_printf("SW-%d", i);
    add_cameras(f, name, 10, "NVR-1", name, 0);
  }
  add_cameras(f, "B", 40, "NVR-2", "SW-9", 0);
  all_say(f, 1, 80, "live", "none");
  lose(f, 1, 10);
  field_pass(f, 35 * GW_SEC);
  field_assert_text(f, "select cause || ' ' || name from outage", "switch SW-0");
  lose(f, 11, 40);
  field_pass(f, 35 * GW_SEC);
  field_assert_text(f, "select cause || ' ' || name from outage where ended_at_us is null", "recorder NVR-1");
  assert_int_equal(open_alerts(f), 1);
  field_assert_text(f, "select category from alert where state <> 'NORM'", "recorder_down");
  assert_int_equal(
      field_int(f, "select json_extract(body, '$.part_of') from journal where kind = 'outage.ended'"),
      field_int(f, "select id from outage where cause = 'recorder'"));
  assert_int_equal(field_int(f, "select count(*) from outage_camera where outage_id = 2"), 40);
}

static void it_is_graver_when_it_blinds_a_grid_also_while_it_grows(void **state) {
  Field *f = *state;
  add_cameras(f, "A", 12, "NVR-1", "", 2); /* all of building 1 in grid 1 … */
  add_cameras(f, "C", 4, "NVR-1", "", 1);
  add_cameras(f, "B", 60, "NVR-2", "", 0);
  all_say(f, 1, 76, "live", "none");
  lose(f, 1, 12);
  field_pass(f, 35 * GW_SEC);
  field_assert_text(f, "select priority || ' ' || place_id from alert", "4 2");
  lose(f, 13, 16); /* … and the rest of the grid */
  field_pass(f, 35 * GW_SEC);
  assert_int_equal(open_alerts(f), 1);
  assert_int_equal(field_int(f, "select priority from alert where state <> 'NORM'"), 3);
}

static void what_is_dispatched_stays_with_who_was_sent(void **state) {
  Field *f = *state;
  a_community(f);
  field_exec(f, "update unit set on_duty = 1, lat = 36.29, lon = 120.38, position_at_us = 1795262400000000 where id = 1");
  lose(f, 1, 1);
  field_pass(f, 35 * GW_SEC);
  field_ok(f, 3, "alert.dispatch",
           json_pack("{s:I, s:i}", "alert_id", (json_int_t)field_int(f, "select id from alert"), "unit_id", 1));
  lose(f, 2, 38);
  field_pass(f, 35 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from outage_camera"), 38);
  assert_int_equal(rows_of(f, "alert.withdrawn"), 0);
  field_assert_text(f, "select state from alert where subject = 'camera'", "ACKED");
}

static void an_alert_that_waits_for_its_rule_is_named_all_the_same(void **state) {
  Field *f = *state;
  a_community(f);
  field_ok(f, 1, "rule.change", json_pack("{s:i, s:I}", "rule_id", 10, "on_delay_us", (json_int_t)(5 * GW_MIN)));
  lose(f, 1, 38);
  field_pass(f, GW_MIN);
  assert_int_equal(field_int(f, "select count(*) from alert"), 0);
  field_pass(f, 6 * GW_MIN);
  assert_int_equal(field_int(f, "select count(*) from alert"), 1);
  assert_int_equal(field_int(f, "select alert_id from outage"), field_int(f, "select id from alert"));
}

static void a_disabled_camera_leaves_its_outage(void **state) {
  Field *f = *state;
  a_community(f);
  lose(f, 1, 38);
  field_pass(f, 40 * GW_SEC);
  field_ok(f, 1, "camera.change", json_pack("{s:i, s:b}", "camera_id", 4, "enabled", 0));
  field_ok(f, 1, "camera.remove", json_pack("{s:i}", "camera_id", 5));
  assert_int_equal(field_int(f, "select count(*) from outage_camera where back_at_us is null"), 36);
}

static void without_its_rule_it_is_a_row_and_no_alert(void **state) {
  Field *f = *state;
  field_exec(f, "update rule set enabled = 0 where kind = 'outage'");
  a_community(f);
  lose(f, 1, 38);
  field_pass(f, 40 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from outage where ended_at_us is null and alert_id is null"), 1);
  assert_int_equal(field_int(f, "select count(*) from alert"), 0);
}

#define fact(name) cmocka_unit_test_setup_teardown(name, field_setup, field_teardown)
int main(void) {
  const struct CMUnitTest tests[] = {
      fact(thirty_eight_of_forty_over_ninety_seconds_are_one_alert_that_grows),
      fact(its_story_tells_how_it_grew),
      fact(it_ends_with_the_last_that_is_back),
      fact(who_does_not_come_back_is_named_and_has_an_alert_of_its_own),
      fact(one_that_begins_anew_counts_those_alone_that_fell_anew),
      fact(five_on_five_switches_are_five_alerts),
      fact(our_own_link_is_told_apart),
      fact(a_dead_worker_says_nothing),
      fact(a_worker_that_dies_within_an_outage_changes_nothing),
      fact(refused_passwords_are_no_outage),
      fact(who_was_never_live_did_not_fall),
      fact(one_that_answers_and_refuses_leaves_the_outage),
      fact(it_goes_on_over_a_restart),
      fact(flapping_makes_no_rows_without_bound),
      fact(one_that_flutters_does_not_keep_it_open),
      fact(an_alert_of_its_own_goes_with_the_cause),
      fact(a_cause_that_turns_out_larger_takes_the_smaller_one_over),
      fact(it_is_graver_when_it_blinds_a_grid_also_while_it_grows),
      fact(what_is_dispatched_stays_with_who_was_sent),
      fact(an_alert_that_waits_for_its_rule_is_named_all_the_same),
      fact(a_disabled_camera_leaves_its_outage),
      fact(without_its_rule_it_is_a_row_and_no_alert),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
