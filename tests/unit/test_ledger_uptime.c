/* 在线率 and 完好率 from the journal: a month by a moved clock, against sums made by hand. */
#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "daemon/store/page.h"
#include "daemon/store/uptime.h"
#include "tests/unit/field_fixture.h"

static void say(Field *f, GwId id, const char *state) {
  json_t *body = json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "state", state, "cause", "none");
  assert_int_equal(field_observe(f, "camera.state", body, NULL), GW_CODE_OK);
}

static void finds(Field *f, GwId id, const char *kind, gboolean on) {
  json_t *body = json_pack("{s:I, s:s, s:b, s:I, s:f, s:f}", "id", (json_int_t)id, "kind", kind, "on", on, "at_us",
                           (json_int_t)gw_clock_real_us(), "measure", 0.9, "threshold", 0.5);
  assert_int_equal(field_observe(f, "camera.finding", body, NULL), GW_CODE_OK);
}

/* The clock jumps and what fell due runs then: nobody counts the seconds of a month. */
static void pass(Field *f, GwUsec us) {
  while (us > 0) {
    const GwUsec step_us = MIN(us, 10 * GW_MIN);
    gw_clock_fake_advance(step_us);
    gw_ledger_run_for_test(f->ledger);
    us -= step_us;
  }
}

static void add_camera(Field *f, const char *code) {
  field_ok(f, 1, "camera.add",
           json_pack("{s:s, s:s, s:s, s:i}", "code", code, "name", "门", "url", "rtsp://h/1", "place_id", 2));
}

static json_t *page(Field *f, const char *month, const char *by, const char *camera_id, int limit, const char *cursor) {
  json_t *filters = json_object();
  if (month)
    json_object_set_new(filters, "month", json_string(month));
  if (by)
    json_object_set_new(filters, "by", json_string(by));
  if (camera_id)
    json_object_set_new(filters, "camera_id", json_string(camera_id));
  const GwPageQuery query = {.noun = "uptime", .filters = filters, .limit = limit, .cursor = cursor};
  g_autoptr(GError) error = NULL;
  json_t *got = gw_page(f->db, &query, &error);
  json_decref(filters);
  if (!got && error->code != GW_CODE_BAD_ARGS)
    fail_msg("%s", error->message);
  return got;
}

static void assert_row(Field *f, const char *by, guint index, GwId id, GwUsec watched_us, GwUsec online_us,
                       GwUsec seeing_us) {
  json_t *got = page(f, "2026-11", by, NULL, 0, NULL), *row = json_array_get(json_object_get(got, "rows"), index);
  assert_int_equal(json_integer_value(json_object_get(row, "id")), id);
  assert_int_equal(json_integer_value(json_object_get(row, "watched_us")) / GW_SEC, watched_us / GW_SEC);
  assert_int_equal(json_integer_value(json_object_get(row, "online_us")) / GW_SEC, online_us / GW_SEC);
  assert_int_equal(json_integer_value(json_object_get(row, "seeing_us")) / GW_SEC, seeing_us / GW_SEC);
  if (watched_us > 0)
    assert_true(fabs(json_real_value(json_object_get(row, "online")) - (double)online_us / (double)watched_us) < 1e-9);
  else
    assert_true(json_is_null(json_object_get(row, "online")));
  json_decref(got);
}

/* It is 20:00 of the 21st. */
static void today_is_added_up_when_it_is_asked_for(void **state) {
  Field *f = *state;
  add_camera(f, "C-1");
  add_camera(f, "C-2");
  pass(f, 10 * GW_MIN); /* nobody watches yet */
  say(f, 1, "connecting");
  pass(f, 10 * GW_MIN);
  say(f, 1, "live");
  pass(f, GW_HOUR);
  finds(f, 1, "covered", TRUE);
  pass(f, 20 * GW_MIN);
  finds(f, 1, "moved", TRUE); /* the same ten minutes are blind once */
  pass(f, 10 * GW_MIN);
  finds(f, 1, "covered", FALSE);
  pass(f, 10 * GW_MIN);
  finds(f, 1, "moved", FALSE);
  pass(f, 10 * GW_MIN);
  say(f, 1, "lost");
  pass(f, 30 * GW_MIN);
  assert_row(f, "camera", 0, 1, 150 * GW_MIN, 110 * GW_MIN, 70 * GW_MIN);
  assert_row(f, "camera", 1, 2, 0, 0, 0);
}

static void a_day_is_written_after_midnight_and_the_month_sums_days(void **state) {
  Field *f = *state;
  add_camera(f, "C-1");
  say(f, 1, "live");
  pass(f, 4 * GW_HOUR - 5 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from uptime"), 0);
  pass(f, GW_MIN);
  assert_int_equal(field_int(f, "select online_us from uptime where day = '20261121' and camera_id = 1"), 4 * GW_HOUR);
  pass(f, 6 * GW_HOUR - 55 * GW_SEC); /* 06:00 */
  say(f, 1, "stalled");
  pass(f, 2 * GW_HOUR);
  say(f, 1, "live");
  pass(f, 40 * GW_HOUR); /* 24:00 of the 23rd */
  pass(f, GW_MIN);
  assert_int_equal(field_int(f, "select online_us from uptime where day = '20261122'"), 22 * GW_HOUR);
  assert_int_equal(field_int(f, "select watched_us from uptime where day = '20261122'"), 24 * GW_HOUR);
  assert_int_equal(field_int(f, "select count(*) from uptime"), 3);
  pass(f, GW_HOUR - GW_MIN);
  assert_row(f, "camera", 0, 1, 53 * GW_HOUR, 51 * GW_HOUR, 51 * GW_HOUR);
  /* The same for the building and the grid that it is in. */
  assert_row(f, "place", 0, 1, 53 * GW_HOUR, 51 * GW_HOUR, 51 * GW_HOUR);
  assert_row(f, "place", 1, 2, 53 * GW_HOUR, 51 * GW_HOUR, 51 * GW_HOUR);
}

static void a_whole_month_stands_in_its_rows(void **state) {
  Field *f = *state;
  add_camera(f, "C-1");
  say(f, 1, "live");
  for (int day = 21; day < 31; day++) { /* each day two hours lost, from 20:00 to 22:00 */
    say(f, 1, "lost");
    pass(f, 2 * GW_HOUR);
    say(f, 1, "live");
    pass(f, 22 * GW_HOUR);
  }
  assert_int_equal(field_int(f, "select count(*) from uptime"), 10);
  pass(f, 4 * GW_HOUR + GW_MIN); /* it is December */
  assert_row(f, "camera", 0, 1, (4 + 9 * 24) * GW_HOUR, (4 + 9 * 24 - 10 * 2) * GW_HOUR, (4 + 9 * 24 - 10 * 2) * GW_HOUR);
}

static void what_nobody_watched_counts_for_nothing(void **state) {
  Field *f = *state;
  add_camera(f, "C-1");
  add_camera(f, "C-2");
  field_workers_up(f);
  say(f, 1, "live");
  say(f, 2, "live");
  pass(f, GW_HOUR);
  field_observe(f, "worker.down",
                json_pack("{s:s, s:s, s:s, s:[i]}", "job", "cameras", "worker", "cameras", "cause", "x", "camera_ids", 1), NULL);
  pass(f, GW_HOUR);
  field_observe(f, "worker.up", json_pack("{s:s}", "job", "cameras"), NULL);
  say(f, 1, "live");
  pass(f, GW_HOUR / 2);
  field_ok(f, 1, "camera.change", json_pack("{s:i, s:b}", "camera_id", 2, "enabled", 0));
  pass(f, GW_HOUR / 2);
  field_ok(f, 1, "camera.change", json_pack("{s:i, s:b}", "camera_id", 2, "enabled", 1));
  pass(f, GW_HOUR / 4); /* enabled, and no worker has spoken yet */
  say(f, 2, "connecting");
  pass(f, GW_HOUR / 4);
  assert_row(f, "camera", 0, 1, 2 * GW_HOUR + GW_HOUR / 2, 2 * GW_HOUR + GW_HOUR / 2, 2 * GW_HOUR + GW_HOUR / 2);
  assert_row(f, "camera", 1, 2, 2 * GW_HOUR + 3 * GW_HOUR / 4, 2 * GW_HOUR + GW_HOUR / 2, 2 * GW_HOUR + GW_HOUR / 2);
}

/* The same questions asked of a day that began in the middle of everything. */
static void what_was_before_midnight_goes_on_after_it(void **state) {
  Field *f = *state;
  for (int i = 1; i <= 4; i++) {
    g_autofree char *code = g_strdup_printf("C-%d", i);
    add_camera(f, code);
  }
  field_workers_up(f);
  for (GwId id = 1; id <= 4; id++)
    say(f, id, "live");
  finds(f, 1, "frozen", TRUE);
  field_observe(f, "worker.down",
                json_pack("{s:s, s:s, s:s, s:[i]}", "job", "cameras", "worker", "cameras", "cause", "x", "camera_ids", 2), NULL);
  field_ok(f, 1, "camera.remove", json_pack("{s:i}", "camera_id", 3));
  pass(f, 4 * GW_HOUR + GW_HOUR); /* 01:00 of the 22nd */
  g_autoptr(GArray) sums = gw_uptime_add_up(f->db, gw_uptime_day_start_us("20261122"), gw_clock_real_us(), NULL);
  assert_int_equal(sums->len, 2);
  const GwUptime *one = &g_array_index(sums, GwUptime, 0), *four = &g_array_index(sums, GwUptime, 1);
  assert_true(one->camera_id == 1 && one->online_us == GW_HOUR && one->seeing_us == 0);
  assert_true(four->camera_id == 4 && four->online_us == GW_HOUR && four->seeing_us == GW_HOUR);
}

static void while_the_center_was_off_nothing_was_watched_and_missed_days_are_caught_up_with(void **state) {
  Field *f = *state;
  add_camera(f, "C-1");
  say(f, 1, "live");
  pass(f, 2 * GW_HOUR); /* 22:00 */
  field_close(f);
  gw_clock_fake_advance(3 * GW_DAY + 4 * GW_HOUR); /* until 02:00 of the 25th */
  field_open(f);
  pass(f, GW_HOUR);
  say(f, 1, "live");
  pass(f, GW_HOUR);
  assert_int_equal(field_int(f, "select count(*) from uptime"), 1);
  field_assert_text(f, "select day from uptime", "20261121");
  /* Alive to the minute: the last sample. */
  assert_in_range(field_int(f, "select online_us from uptime") / GW_SEC, 7200 - 60, 7200);
  field_assert_text(f, "select value from meta where key = 'uptime.day'", "20261124");
  json_t *got = page(f, "2026-11", "camera", "1", 0, NULL);
  json_t *row = json_array_get(json_object_get(got, "rows"), 0), *days = json_object_get(row, "days");
  assert_int_equal(json_array_size(days), 2);
  assert_string_equal(json_string_value(json_object_get(json_array_get(days, 1), "day")), "20261125");
  assert_int_equal(json_integer_value(json_object_get(json_array_get(days, 1), "online_us")) / GW_SEC, 3600);
  json_decref(got);
}

static void states_beyond_six_a_minute_count_by_their_sum(void **state) {
  Field *f = *state;
  add_camera(f, "C-1");
  for (int i = 0; i < 21; i++)
    say(f, 1, i % 2 ? "lost" : "live"); /* the last is live */
  pass(f, GW_HOUR);
  g_autoptr(GArray) sums = gw_uptime_add_up(f->db, gw_uptime_day_start_us("20261121"), gw_clock_real_us(), NULL);
  const GwUptime *one = &g_array_index(sums, GwUptime, 0);
  assert_int_equal(one->watched_us, GW_HOUR);
  assert_true(one->online_us >= GW_HOUR - 10 * GW_MIN); /* the clock of this test jumps by ten minutes */
}

static void pages_are_keysets_and_months_are_months(void **state) {
  Field *f = *state;
  for (int i = 1; i <= 5; i++) {
    g_autofree char *code = g_strdup_printf("C-%d", i);
    add_camera(f, code);
  }
  json_t *first = page(f, "202611", "camera", NULL, 3, NULL);
  assert_int_equal(json_array_size(json_object_get(first, "rows")), 3);
  json_t *second = page(f, "2026-11", "camera", NULL, 3, json_string_value(json_object_get(first, "next")));
  assert_int_equal(json_array_size(json_object_get(second, "rows")), 2);
  assert_true(json_is_null(json_object_get(second, "next")));
  json_decref(first);
  json_decref(second);
  const char *bad[] = {NULL, "2026", "2026-13", "2026-00", "november", "2026-1-"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_null(page(f, bad[i], "camera", NULL, 0, NULL));
  assert_null(page(f, "2026-11", "street", NULL, 0, NULL));
  assert_null(page(f, "2026-11", "camera", "x", 0, NULL));
}

#define fact(name) cmocka_unit_test_setup_teardown(name, field_setup, field_teardown)
int main(void) {
  const struct CMUnitTest tests[] = {
      fact(today_is_added_up_when_it_is_asked_for),
      fact(a_day_is_written_after_midnight_and_the_month_sums_days),
      fact(a_whole_month_stands_in_its_rows),
      fact(what_nobody_watched_counts_for_nothing),
      fact(what_was_before_midnight_goes_on_after_it),
      fact(while_the_center_was_off_nothing_was_watched_and_missed_days_are_caught_up_with),
      fact(states_beyond_six_a_minute_count_by_their_sum),
      fact(pages_are_keysets_and_months_are_months),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
