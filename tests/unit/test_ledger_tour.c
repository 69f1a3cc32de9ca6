#include "tests/unit/ledger_fixture.h"

#include <jansson.h>

#include "daemon/core/tour.h"
#include "daemon/ledger/ledger.h"
#include "daemon/store/object.h"
#include "daemon/store/figures.h"
#include "daemon/store/page.h"
#include "daemon/store/shift_log.h"

/* Noon of a day shift that goes from eight to eight. */
#define SHIFT_FROM_US (NOON_US - 4 * GW_HOUR)
#define SHIFT_TO_US (SHIFT_FROM_US + 12 * GW_HOUR)

static const GwActor admin = {.user_id = 3, .role = GW_ROLE_ADMIN};
static const GwActor kiosk = {.user_id = 1, .role = GW_ROLE_WALL};

static const char more_cameras[] =
    "insert into camera (id, code, name, place_id, url, state) values"
    " (2, 'C-002', '2', 2, 'rtsp://10.0.0.2/a', 'live'), (3, 'C-003', '3', 2, 'rtsp://10.0.0.3/a', 'live'),"
    " (4, 'C-004', '4', 1, 'rtsp://10.0.0.4/a', 'live'), (5, 'C-005', '5', 1, 'rtsp://10.0.0.5/a', 'live'),"
    " (6, 'C-006', '6', null, 'rtsp://10.0.0.6/a', 'live')";

static void exec(Center *c, const char *sql) {
  sqlite3 *handle = NULL;
  char *why = NULL;
  assert_int_equal(sqlite3_open(c->path, &handle), SQLITE_OK);
  if (sqlite3_exec(handle, sql, NULL, NULL, &why) != SQLITE_OK)
    fail_msg("%s: %s", sql, why);
  sqlite3_close(handle);
}

/* The ledger starts with what no earlier run has seen: tests of live pictures say so themselves. */
static void all_live(Center *c) {
  exec(c, "update camera set state = 'live'");
}

static int setup(void **state) {
  if (center_setup(state) != 0)
    return -1;
  exec(*state, more_cameras);
  all_live(*state);
  return 0;
}

static json_t *settings(int tiles, int per_shift) {
  return json_pack("{s:s, s:i, s:i, s:i, s:{}}", "name", "全部画面", "tiles", tiles, "dwell_s", 15, "per_shift", per_shift,
                   "selector");
}

static GwId add_tour(Center *c, int tiles, int per_shift) {
  say(c, &supervisor, "tour.add", settings(tiles, per_shift));
  return result_int(c, "tour_id");
}

static json_t *tour(GwId id) {
  return json_pack("{s:I}", "tour_id", (json_int_t)id);
}

static json_t *run_of(GwId id) {
  return json_pack("{s:I}", "run_id", (json_int_t)id);
}

static json_t *page_of(GwId run_id, int page) {
  return json_pack("{s:I, s:i}", "run_id", (json_int_t)run_id, "page", page);
}

static GwId begin(Center *c, const GwActor *actor, GwId tour_id) {
  say(c, actor, "tour.start", tour(tour_id));
  return result_int(c, "run_id");
}

static void look(Center *c, const GwActor *actor, GwId run_id, int page) {
  gw_clock_fake_advance(15 * GW_SEC);
  say(c, actor, "tour.look", page_of(run_id, page));
}

static gint64 runs(Center *c, const char *state) {
  g_autofree char *sql = g_strdup_printf("select count(*) from tour_run where state = '%s'", state);
  return count(c, sql);
}

static gint64 told(Center *c, const char *kind) {
  g_autofree char *sql = g_strdup_printf("select count(*) from journal where kind = '%s'", kind);
  return count(c, sql);
}

/* To a time of day of that shift. */
static void go_to(Center *c, GwUsec at_us) {
  wait_us(c, at_us - gw_clock_real_us());
}

static void assert_sound(Center *c) {
  g_autoptr(GError) error = NULL;
  GwVerifyReport report = {0};
  must(gw_verify(c->reader, NULL, NULL, NULL, &report, &error), error, "verify");
  if (report.sentence_en)
    fail_msg("%s", report.sentence_en);
  gw_verify_report_clear(&report);
}

/* ---- windows ---- */

static void a_tour_asks_for_what_is_left_of_its_shift(void **state) {
  Center *c = *state;
  add_tour(c, 4, 4); /* 8-11 is over, 11-14 goes on and is two thirds ahead */
  assert_int_equal(runs(c, "due"), 3);
  assert_int_equal(count(c, "select min(due_from_us) from tour_run"), SHIFT_FROM_US + 3 * GW_HOUR);
  assert_int_equal(count(c, "select max(due_to_us) from tour_run"), SHIFT_TO_US);
  assert_non_null(published(c, "tour", 1));
  assert_non_null(published(c, "tour_run", 1));
  assert_int_equal(told(c, "tour.planned"), 1);
}

static void a_shift_begins_with_all_of_its_windows(void **state) {
  Center *c = *state;
  add_tour(c, 4, 4);
  go_to(c, SHIFT_TO_US);
  assert_int_equal(count(c, "select count(*) from tour_run where shift_id = (select max(id) from shift)"), 4);
  assert_int_equal(runs(c, "missed"), 3);
  assert_int_equal(runs(c, "due"), 4);
  assert_int_equal(count(c, "select severity from journal where kind = 'tour.missed' limit 1"), 3);
  assert_string_equal(text(c, "select body ->> 'why' from journal where kind = 'tour.missed' limit 1"), "not_begun");
  assert_sound(c);
}

static void a_tour_without_duty_is_never_due_nor_missed(void **state) {
  Center *c = *state;
  add_tour(c, 4, 0);
  go_to(c, SHIFT_TO_US + GW_HOUR);
  assert_int_equal(count(c, "select count(*) from tour_run"), 0);
}

static void a_window_is_missed_when_it_is_over_and_not_before(void **state) {
  Center *c = *state;
  add_tour(c, 4, 4);
  go_to(c, SHIFT_FROM_US + 6 * GW_HOUR - GW_SEC);
  assert_int_equal(runs(c, "missed"), 0);
  go_to(c, SHIFT_FROM_US + 6 * GW_HOUR);
  assert_int_equal(runs(c, "missed"), 1);
  assert_int_equal(count(c, "select ended_at_us - due_to_us from tour_run where state = 'missed'"), 0);
}

static void the_figures_say_what_is_due_and_what_was_missed(void **state) {
  Center *c = *state;
  GwFigures now;
  g_autoptr(GError) error = NULL;
  add_tour(c, 4, 4);
  must(gw_store_figures(c->reader, gw_clock_real_us(), &now, &error), error, "figures");
  assert_int_equal(now.tours_due, 1);
  assert_int_equal(now.tours_missed, 0);
  go_to(c, SHIFT_FROM_US + 6 * GW_HOUR);
  must(gw_store_figures(c->reader, gw_clock_real_us(), &now, &error), error, "figures");
  assert_int_equal(now.tours_due, 1);
  assert_int_equal(now.tours_missed, 1);
}

/* ---- looking ---- */

static void pages_are_the_cameras_by_code_and_stay_as_they_were(void **state) {
  Center *c = *state;
  const GwId id = add_tour(c, 4, 4), run_id = begin(c, &operator_1, id);
  assert_string_equal(text(c, "select pages from tour_run where state = 'running'"), "[[2,3,4,5],[6,1]]");
  exec(c, "insert into camera (code, name, url) values ('C-000', '0', 'rtsp://10.0.0.9/a')");
  say(c, &admin, "camera.remove", json_pack("{s:i}", "camera_id", 3));
  json_t *now = json_object_get(published(c, "tour", id), "camera_ids");
  assert_int_equal(json_array_size(now), 6); /* one came, one went: the tour knows */
  assert_string_equal(text(c, "select pages from tour_run where state = 'running'"), "[[2,3,4,5],[6,1]]");
  look(c, &operator_1, run_id, 0);
  assert_string_equal(text(c, "select seen from tour_look"), "[2,4,5]");
  assert_string_equal(text(c, "select unseen from tour_look"), "[3]");
}

static void all_pages_confirmed_is_done(void **state) {
  Center *c = *state;
  const GwId run_id = begin(c, &operator_1, add_tour(c, 4, 4));
  look(c, &operator_1, run_id, 1);
  assert_int_equal(runs(c, "running"), 1);
  assert_int_equal(result_int(c, "next"), 0);
  look(c, &operator_1, run_id, 0);
  assert_true(json_is_true(json_object_get(c->answer.result, "done")));
  assert_int_equal(runs(c, "done"), 1);
  assert_int_equal(told(c, "tour.looked"), 2);
  assert_int_equal(told(c, "tour.done"), 1);
  assert_string_equal(published_text(c, "tour_run", run_id, "state"), "done");
  assert_string_equal(published_text(c, "tour_run", run_id, "name"), "王值机");
  go_to(c, SHIFT_FROM_US + 6 * GW_HOUR + GW_SEC);
  assert_int_equal(runs(c, "missed"), 0); /* its window is over, and it is done */
  assert_sound(c);
}

static void nobody_looks_in_less_than_two_seconds(void **state) {
  Center *c = *state;
  const GwId run_id = begin(c, &operator_1, add_tour(c, 4, 4));
  gw_clock_fake_advance(GW_TOUR_LOOK_US - 1);
  assert_int_equal(ask(c, &operator_1, "tour.look", page_of(run_id, 0)), GW_CODE_ILLEGAL);
  assert_int_equal(count(c, "select count(*) from tour_look"), 0);
  gw_clock_fake_advance(1);
  say(c, &operator_1, "tour.look", page_of(run_id, 0));
  assert_int_equal(count(c, "select looked_us from tour_look"), GW_TOUR_LOOK_US);
  gw_clock_fake_advance(GW_SEC);
  assert_int_equal(ask(c, &operator_2, "tour.look", page_of(run_id, 1)), GW_CODE_ILLEGAL); /* nor two of them */
}

static void a_page_counts_once_if_it_is_there_and_the_run_goes_on(void **state) {
  Center *c = *state;
  const GwId run_id = begin(c, &operator_1, add_tour(c, 4, 4));
  look(c, &operator_1, run_id, 0);
  gw_clock_fake_advance(GW_MIN);
  assert_int_equal(ask(c, &operator_1, "tour.look", page_of(run_id, 0)), GW_CODE_ILLEGAL);
  assert_int_equal(ask(c, &operator_1, "tour.look", page_of(run_id, 2)), GW_CODE_BAD_ARGS);
  assert_int_equal(ask(c, &operator_1, "tour.look", page_of(99, 0)), GW_CODE_NOT_FOUND);
  say(c, &operator_1, "tour.stop", run_of(run_id));
  assert_int_equal(ask(c, &operator_1, "tour.look", page_of(run_id, 1)), GW_CODE_ILLEGAL);
  assert_int_equal(count(c, "select count(*) from tour_look"), 1);
}

static void what_did_not_live_was_not_seen_whoever_says_so(void **state) {
  Center *c = *state;
  const GwId run_id = begin(c, &operator_1, add_tour(c, 4, 4));
  exec(c, "update camera set state = 'lost' where id = 3;"
          "insert into finding (camera_id, kind, measure, threshold, first_at_us) values (4, 'frozen', 1, 1, 1)");
  gw_clock_fake_advance(15 * GW_SEC);
  json_t *args = page_of(run_id, 0);
  json_object_set_new(args, "unseen", json_pack("[i, i]", 5, 1)); /* 1 stands on the other page */
  say(c, &operator_1, "tour.look", args);
  assert_string_equal(text(c, "select seen from tour_look"), "[2]");
  assert_string_equal(text(c, "select unseen from tour_look"), "[3,4,5]");
  assert_string_equal(text(c, "select body ->> 'unseen' from journal where kind = 'tour.looked'"), "[3,4,5]");
}

static void the_same_command_again_looks_once(void **state) {
  Center *c = *state;
  const GwId run_id = begin(c, &operator_1, add_tour(c, 4, 4));
  g_autofree char *uuid = gw_uuid_new();
  Answer first = {0}, second = {0};
  gw_clock_fake_advance(15 * GW_SEC);
  queue(c, &operator_1, uuid, "tour.look", page_of(run_id, 0), 0, &first);
  queue(c, &operator_1, uuid, "tour.look", page_of(run_id, 0), 0, &second);
  run(c);
  assert_int_equal(first.code, GW_CODE_OK);
  assert_int_equal(second.code, GW_CODE_OK);
  assert_true(json_equal(first.result, second.result));
  assert_int_equal(count(c, "select count(*) from tour_look"), 1);
  assert_int_equal(told(c, "tour.looked"), 1);
  answer_clear(&first);
  answer_clear(&second);
}

/* ---- beginning, leaving, going on ---- */

static void what_is_due_is_begun_and_else_one_more(void **state) {
  Center *c = *state;
  const GwId id = add_tour(c, 4, 2); /* 8-14 is not asked for any more, 14-20 is to come */
  assert_int_equal(runs(c, "due"), 1);
  const GwId extra = begin(c, &operator_1, id);
  assert_int_equal(runs(c, "due"), 1);
  assert_string_equal(text(c, "select coalesce(due_to_us, 'none') from tour_run where state = 'running'"), "none");
  go_to(c, SHIFT_FROM_US + 6 * GW_HOUR);
  assert_int_equal(runs(c, "running"), 1); /* the one more goes on */
  const GwId due = begin(c, &operator_1, id);
  assert_int_not_equal(extra, due);
  assert_int_equal(runs(c, "running"), 1); /* one at a time: what is due goes before */
  assert_int_equal(runs(c, "left"), 1);
}

static void a_duty_that_was_left_is_gone_on_with_by_another(void **state) {
  Center *c = *state;
  const GwId id = add_tour(c, 4, 4), run_id = begin(c, &operator_1, id);
  look(c, &operator_1, run_id, 0);
  say(c, &operator_1, "tour.stop", run_of(run_id));
  assert_int_equal(runs(c, "running"), 0);
  assert_string_equal(published_text(c, "tour_run", run_id, "state"), "due");
  wait_us(c, GW_MIN);
  assert_int_equal(begin(c, &operator_2, id), run_id);
  assert_int_equal(result_int(c, "next"), 1);
  gw_clock_fake_advance(GW_SEC); /* who goes on looks as long as who begins */
  assert_int_equal(ask(c, &operator_2, "tour.look", page_of(run_id, 1)), GW_CODE_ILLEGAL);
  look(c, &operator_2, run_id, 1);
  assert_int_equal(runs(c, "done"), 1);
  assert_string_equal(text(c, "select group_concat(user_id) from (select user_id from tour_look order by page)"), "1,2");
}

static void a_duty_that_was_left_is_missed_with_what_was_looked_at(void **state) {
  Center *c = *state;
  const GwId run_id = begin(c, &operator_1, add_tour(c, 4, 4));
  look(c, &operator_1, run_id, 0);
  say(c, &operator_1, "tour.stop", run_of(run_id));
  go_to(c, SHIFT_FROM_US + 6 * GW_HOUR);
  assert_string_equal(text(c, "select state from tour_run where started_at_us is not null"), "missed");
  assert_string_equal(text(c, "select body ->> 'why' from journal where kind = 'tour.missed'"), "not_finished");
  assert_int_equal(json_array_size(json_object_get(published(c, "tour_run", run_id), "looked")), 1);
}

static void one_more_that_was_left_is_left(void **state) {
  Center *c = *state;
  const GwId run_id = begin(c, &operator_1, add_tour(c, 4, 0));
  say(c, &operator_1, "tour.stop", run_of(run_id));
  assert_int_equal(runs(c, "left"), 1);
  assert_int_equal(ask(c, &operator_1, "tour.stop", run_of(run_id)), GW_CODE_ILLEGAL);
}

static void beginning_again_by_the_same_person_is_the_same_run_and_no_news(void **state) {
  Center *c = *state;
  const GwId id = add_tour(c, 4, 4), run_id = begin(c, &operator_1, id);
  assert_int_equal(begin(c, &operator_1, id), run_id);
  assert_int_equal(told(c, "tour.started"), 1);
  assert_int_equal(begin(c, &operator_2, id), run_id);
  assert_int_equal(told(c, "tour.started"), 2);
}

static void a_shift_that_ends_in_the_middle_of_a_run_misses_it(void **state) {
  Center *c = *state;
  const GwId id = add_tour(c, 4, 4), free_id = add_tour(c, 4, 0);
  go_to(c, SHIFT_TO_US - GW_MIN);
  const GwId run_id = begin(c, &operator_1, id), extra = begin(c, &operator_1, free_id);
  look(c, &operator_1, run_id, 0);
  go_to(c, SHIFT_TO_US + GW_SEC);
  assert_string_equal(published_text(c, "tour_run", run_id, "state"), "missed");
  assert_string_equal(published_text(c, "tour_run", extra, "state"), "left");
  assert_int_equal(ask(c, &operator_1, "tour.look", page_of(run_id, 1)), GW_CODE_ILLEGAL);
  assert_int_not_equal(begin(c, &operator_1, id), run_id);
}

/* ---- the tour changes ---- */

static void a_tour_that_is_asked_for_more_often_has_other_windows(void **state) {
  Center *c = *state;
  const GwId id = add_tour(c, 4, 4), run_id = begin(c, &operator_1, id);
  say(c, &supervisor, "tour.change", json_pack("{s:I, s:i}", "tour_id", (json_int_t)id, "per_shift", 12));
  /* hours: 12, and 13 lies in the run that was begun; 14 to 19 are new */
  assert_int_equal(runs(c, "running"), 1);
  assert_int_equal(runs(c, "due"), 6);
  assert_string_equal(published_text(c, "tour_run", run_id, "state"), "running");
  say(c, &supervisor, "tour.change", json_pack("{s:I, s:b}", "tour_id", (json_int_t)id, "enabled", FALSE));
  assert_int_equal(runs(c, "due"), 0);
  assert_int_equal(runs(c, "left"), 1);
  assert_int_equal(ask(c, &operator_1, "tour.start", tour(id)), GW_CODE_ILLEGAL);
  go_to(c, SHIFT_TO_US + GW_HOUR);
  assert_int_equal(runs(c, "missed"), 0);
  assert_sound(c);
}

static void a_change_of_its_name_touches_no_run(void **state) {
  Center *c = *state;
  const GwId id = add_tour(c, 4, 4);
  say(c, &supervisor, "tour.change", json_pack("{s:I, s:s, s:i}", "tour_id", (json_int_t)id, "name", "夜间", "tiles", 9));
  assert_int_equal(count(c, "select count(*) from tour_run where rev = 1"), 3);
  assert_int_equal(count(c, "select tiles from tour"), 9);
  assert_int_equal(ask_rev(c, &supervisor, "tour.change", json_pack("{s:I, s:i}", "tour_id", (json_int_t)id, "tiles", 4), 1),
                   GW_CODE_CHANGED);
}

static void a_removed_tour_asks_for_nothing_and_comes_back(void **state) {
  Center *c = *state;
  const GwId id = add_tour(c, 4, 4);
  say(c, &supervisor, "tour.remove", tour(id));
  assert_int_equal(count(c, "select count(*) from tour_run"), 0);
  assert_int_equal(ask(c, &operator_1, "tour.start", tour(id)), GW_CODE_NOT_FOUND);
  assert_int_equal(ask(c, &supervisor, "tour.remove", tour(id)), GW_CODE_ILLEGAL);
  go_to(c, SHIFT_TO_US);
  assert_int_equal(runs(c, "missed") + runs(c, "due"), 0);
  say(c, &supervisor, "tour.restore", tour(id));
  assert_int_equal(runs(c, "due"), 4);
  assert_int_equal(ask(c, &supervisor, "tour.restore", tour(id)), GW_CODE_ILLEGAL);
}

static void a_place_means_all_that_lies_in_it_in_every_version(void **state) {
  Center *c = *state;
  json_t *args = settings(4, 0);
  json_object_set_new(args, "selector", json_pack("{s:[i]}", "places", 2));
  say(c, &supervisor, "tour.add", args);
  json_t *all = settings(4, 0);
  json_object_set_new(all, "selector", json_pack("{s:[i]}", "places", 1));
  say(c, &supervisor, "tour.add", all);
  assert_int_equal(json_array_size(json_object_get(published(c, "tour", 1), "camera_ids")), 3); /* of building 12 */
  assert_int_equal(json_array_size(json_object_get(published(c, "tour", 2), "camera_ids")), 5); /* and what lies around it */
  say(c, &admin, "place.change", json_pack("{s:i, s:s}", "place_id", 2, "name", "十二号楼"));
  begin(c, &operator_1, 1);
  assert_int_equal(count(c, "select json_array_length(pages -> 0) from tour_run where tour_id = 1"), 3);
}

static void cameras_and_places_that_are_chosen_are_there(void **state) {
  Center *c = *state;
  json_t *args = settings(4, 0);
  json_object_set_new(args, "selector", json_pack("{s:[i, i]}", "cameras", 1, 99));
  assert_int_equal(ask(c, &supervisor, "tour.add", args), GW_CODE_NOT_FOUND);
  args = settings(4, 0);
  json_object_set_new(args, "selector", json_pack("{s:[i]}", "places", 99));
  assert_int_equal(ask(c, &supervisor, "tour.add", args), GW_CODE_NOT_FOUND);
  args = settings(4, 0);
  json_object_set_new(args, "selector", json_pack("{s:[i, i]}", "cameras", 6, 2));
  say(c, &supervisor, "tour.add", args);
  begin(c, &operator_1, result_int(c, "tour_id"));
  assert_string_equal(text(c, "select pages from tour_run"), "[[2,6]]");
}

static void a_tour_without_cameras_does_not_begin(void **state) {
  Center *c = *state;
  exec(c, "update camera set enabled = 0");
  const GwId id = add_tour(c, 4, 4);
  assert_int_equal(ask(c, &operator_1, "tour.start", tour(id)), GW_CODE_ILLEGAL);
  go_to(c, SHIFT_FROM_US + 6 * GW_HOUR);
  assert_string_equal(text(c, "select body ->> 'why' from journal where kind = 'tour.missed'"), "no_cameras");
}

/* ---- who may ---- */

static void operators_look_supervisors_make_tours_others_neither(void **state) {
  Center *c = *state;
  static const GwActor *const nobody[] = {&patrol_near, &ai_box, &kiosk};
  assert_int_equal(ask(c, &operator_1, "tour.add", settings(4, 4)), GW_CODE_FORBIDDEN);
  const GwId id = add_tour(c, 4, 4);
  assert_int_equal(ask(c, &operator_1, "tour.change", json_pack("{s:I, s:i}", "tour_id", (json_int_t)id, "tiles", 9)), GW_CODE_FORBIDDEN);
  assert_int_equal(ask(c, &operator_1, "tour.remove", tour(id)), GW_CODE_FORBIDDEN);
  for (gsize i = 0; i < G_N_ELEMENTS(nobody); i++) {
    assert_int_equal(ask(c, nobody[i], "tour.add", settings(4, 4)), GW_CODE_FORBIDDEN);
    assert_int_equal(ask(c, nobody[i], "tour.start", tour(id)), GW_CODE_FORBIDDEN);
    assert_int_equal(ask(c, nobody[i], "tour.look", page_of(1, 0)), GW_CODE_FORBIDDEN);
    assert_int_equal(ask(c, nobody[i], "tour.stop", run_of(1)), GW_CODE_FORBIDDEN);
  }
  const GwId run_id = begin(c, &operator_1, id);
  look(c, &supervisor, run_id, 0);
  say(c, &admin, "tour.stop", run_of(run_id));
}

/* ---- the center was down ---- */

static void be_down(Center *c, GwUsec us) {
  center_close(c);
  gw_clock_fake_advance(us);
  center_open(c);
  run(c);
}

static void what_passed_while_the_center_was_down_is_missed_and_says_so(void **state) {
  Center *c = *state;
  add_tour(c, 4, 4);
  be_down(c, 5 * GW_HOUR + GW_MIN); /* 17:01: 11-14 and 14-17 are over */
  assert_int_equal(runs(c, "missed"), 2);
  assert_int_equal(runs(c, "due"), 1);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'tour.missed' and body ->> 'why' = 'down'"), 2);
  assert_int_equal(count(c, "select max(body ->> 'late_by_us') from journal where kind = 'tour.missed'"), 3 * GW_HOUR + GW_MIN);
  be_down(c, GW_MIN);
  assert_int_equal(count(c, "select count(*) from tour_run"), 3); /* nothing twice */
}

static void a_shift_that_began_while_it_was_down_asks_for_what_is_left(void **state) {
  Center *c = *state;
  add_tour(c, 4, 4);
  be_down(c, SHIFT_TO_US + 7 * GW_HOUR - NOON_US); /* 03:00: of the night 20-23 and 23-02 are over */
  assert_int_equal(count(c, "select count(*) from tour_run where shift_id = (select max(id) from shift)"), 4);
  assert_int_equal(count(c, "select count(*) from tour_run where shift_id = (select max(id) from shift) and state = 'missed'"), 2);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'tour.missed' and body ->> 'why' = 'down'"), 5);
  assert_sound(c);
}

static void whole_shifts_that_nobody_lived_through_are_told_in_one_row(void **state) {
  Center *c = *state;
  add_tour(c, 4, 4);
  be_down(c, 3 * GW_DAY); /* five shifts between, then the day until noon */
  assert_int_equal(count(c, "select body ->> 'runs' from journal where kind = 'tour.missed' and subject = 'tour'"), 20);
  assert_int_equal(count(c, "select count(*) from shift"), 2);
  assert_int_equal(runs(c, "due"), 3);
  assert_int_equal(runs(c, "missed"), 4);
}

static void a_run_that_goes_on_outlives_the_daemon(void **state) {
  Center *c = *state;
  const GwId id = add_tour(c, 4, 4), run_id = begin(c, &operator_1, id);
  look(c, &operator_1, run_id, 0);
  be_down(c, GW_MIN);
  assert_int_equal(begin(c, &operator_1, id), run_id);
  look(c, &operator_1, run_id, 1);
  assert_int_equal(runs(c, "done"), 1);
  assert_string_equal(text(c, "select unseen from tour_look where page = 1"), "[6,1]"); /* nobody had seen them live yet */
}

/* ---- what is told ---- */

static void an_incident_names_the_run_in_which_it_was_seen(void **state) {
  Center *c = *state;
  const GwId run_id = begin(c, &operator_1, add_tour(c, 4, 4));
  say(c, &operator_1, "incident.open",
      json_pack("{s:s, s:i, s:s, s:I}", "category", "violence", "camera_id", 1, "via", "camera", "tour_run_id", (json_int_t)run_id));
  assert_int_equal(count(c, "select body ->> 'tour_run_id' from journal where kind = 'alert.raised'"), run_id);
  assert_int_equal(ask(c, &operator_1, "incident.open", json_pack("{s:s, s:i, s:i}", "category", "violence", "camera_id", 1, "tour_run_id", 99)),
                   GW_CODE_NOT_FOUND);
}

static gint64 of_type(json_t *objects, const char *type) {
  gint64 n = 0;
  size_t i;
  json_t *object;
  json_array_foreach(objects, i, object) n += strcmp(json_string_value(json_object_get(object, "type")), type) == 0;
  return n;
}

static void assert_in_snapshot(Center *c, const char *view, GwId unit_id, int tours, int tour_runs) {
  g_autoptr(GError) error = NULL;
  gint64 seq = 0;
  json_t *all = gw_snapshot(c->reader, view, unit_id, gw_clock_real_us(), &seq, &error);
  must(all != NULL, error, view);
  assert_int_equal(of_type(all, "tour"), tours);
  assert_int_equal(of_type(all, "tour_run"), tour_runs);
  size_t i;
  json_t *object;
  gboolean hears = FALSE;
  json_array_foreach(all, i, object) {
    const char *subject = json_string_value(json_object_get(object, "subject"));
    hears |= subject && g_str_has_prefix(subject, "tour");
  }
  assert_int_equal(hears, tours > 0); /* of who looked, in the ticker */
  json_decref(all);
}

static void desks_see_tours_of_this_shift_and_the_one_before_walls_and_phones_none(void **state) {
  Center *c = *state;
  add_tour(c, 4, 4);
  go_to(c, SHIFT_TO_US + GW_MIN);
  assert_in_snapshot(c, "desk", 0, 1, 7);
  assert_in_snapshot(c, "wall", 0, 0, 0);
  assert_in_snapshot(c, "unit", UNIT_NEAR, 0, 0);
  go_to(c, SHIFT_TO_US + 12 * GW_HOUR + GW_MIN);
  assert_in_snapshot(c, "desk", 0, 1, 8);
  gboolean first_is_gone = FALSE;
  for (guint i = 0; i < c->publications->len; i++) {
    size_t k;
    json_t *gone;
    json_array_foreach(json_object_get(g_ptr_array_index(c->publications, i), "del"), k, gone)
      first_is_gone |= strcmp(json_string_value(json_array_get(gone, 0)), "tour_run") == 0 && json_integer_value(json_array_get(gone, 1)) == 1;
  }
  assert_true(first_is_gone); /* from pages that stay open for months */
}

static json_t *read_page(Center *c, const char *noun, json_t *filters, GwCode expected) {
  g_autoptr(GError) error = NULL;
  const GwPageQuery query = {.noun = noun, .filters = filters, .limit = 1};
  json_t *page = gw_page(c->reader, &query, &error);
  json_decref(filters);
  assert_int_equal(gw_error_code(error), expected);
  return page;
}

static void pages_answer_who_looked_at_what(void **state) {
  Center *c = *state;
  const GwId run_id = begin(c, &operator_1, add_tour(c, 4, 4));
  look(c, &operator_1, run_id, 0);
  look(c, &operator_2, run_id, 1);
  json_t *page = read_page(c, "tour_look", json_pack("{s:s}", "run_id", "1"), GW_CODE_OK);
  json_t *row = json_array_get(json_object_get(page, "rows"), 0);
  assert_int_equal(json_integer_value(json_object_get(row, "page")), 0);
  assert_string_equal(json_string_value(json_object_get(row, "name")), "王值机");
  assert_int_equal(json_array_size(json_object_get(row, "seen")), 4);
  g_autoptr(GError) error = NULL;
  json_t *filters = json_pack("{s:s}", "run_id", "1");
  const GwPageQuery more = {.noun = "tour_look", .filters = filters, .limit = 1,
                            .cursor = json_string_value(json_object_get(page, "next"))};
  assert_non_null(more.cursor);
  json_t *second = gw_page(c->reader, &more, &error);
  must(second != NULL, error, "the second page");
  row = json_array_get(json_object_get(second, "rows"), 0);
  assert_string_equal(json_string_value(json_object_get(row, "name")), "李值机");
  assert_true(json_is_null(json_object_get(second, "next")));
  json_decref(filters);
  json_decref(page);
  json_decref(second);
  assert_null(read_page(c, "tour_look", json_object(), GW_CODE_BAD_ARGS));
  page = read_page(c, "tour_run", json_pack("{s:s, s:s}", "state", "done", "tour_id", "1"), GW_CODE_OK);
  assert_int_equal(json_array_size(json_object_get(page, "rows")), 1);
  json_decref(page);
  page = read_page(c, "tour", NULL, GW_CODE_OK);
  assert_int_equal(json_array_size(json_object_get(page, "rows")), 1);
  json_decref(page);
}

static gint64 counted(json_t *log, const char *what) {
  return json_integer_value(json_object_get(json_object_get(log, "counts"), what));
}

static void the_shift_log_counts_tours_and_says_who_looked_at_what(void **state) {
  Center *c = *state;
  const GwId id = add_tour(c, 4, 4), run_id = begin(c, &operator_1, id);
  look(c, &operator_1, run_id, 0);
  exec(c, "update camera set state = 'lost' where id = 1");
  look(c, &operator_2, run_id, 1);
  go_to(c, SHIFT_FROM_US + 9 * GW_HOUR + GW_SEC); /* 11-14 done, 14-17 missed, 17-20 open */
  g_autoptr(GError) error = NULL;
  json_t *log = gw_shift_log(c->reader, 0, gw_clock_real_us(), &error);
  must(log != NULL, error, "the shift log");
  assert_int_equal(counted(log, "tours_due"), 3);
  assert_int_equal(counted(log, "tours_done"), 1);
  assert_int_equal(counted(log, "tours_missed"), 1);
  json_t *first = json_array_get(json_object_get(log, "tours"), 0);
  assert_string_equal(json_string_value(json_object_get(first, "who")), "王值机 1、李值机 1");
  assert_string_equal(json_string_value(json_object_get(first, "unseen")), "C-087");
  assert_string_equal(json_string_value(json_object_get(first, "progress")), "2/2");
  json_t *second = json_array_get(json_object_get(log, "looks"), 1);
  assert_string_equal(json_string_value(json_object_get(second, "name")), "李值机");
  assert_string_equal(json_string_value(json_object_get(second, "seen")), "C-006");
  g_autofree char *csv = gw_shift_log_csv(log);
  assert_non_null(strstr(csv, "tour,2026-11-21 11:00:00,2/2,,,done,,王值机 1、李值机 1,全部画面"));
  assert_non_null(strstr(csv, "tour_unseen,2026-11-21 11:00:00,2/2,,,done,,王值机 1、李值机 1,C-087"));
  assert_non_null(strstr(csv, "look,2026-11-21 12:00:15,1/2,,,,,王值机,C-002 C-003 C-004 C-005"));
  assert_non_null(strstr(csv, "look_unseen,2026-11-21 12:00:30,2/2,,,,,李值机,C-087"));
  assert_non_null(strstr(csv, "tour,2026-11-21 14:00:00,,,,missed,,,全部画面"));
  json_decref(log);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, setup, center_teardown)

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(a_tour_asks_for_what_is_left_of_its_shift),
      FACT(a_shift_begins_with_all_of_its_windows),
      FACT(a_tour_without_duty_is_never_due_nor_missed),
      FACT(a_window_is_missed_when_it_is_over_and_not_before),
      FACT(the_figures_say_what_is_due_and_what_was_missed),
      FACT(pages_are_the_cameras_by_code_and_stay_as_they_were),
      FACT(all_pages_confirmed_is_done),
      FACT(nobody_looks_in_less_than_two_seconds),
      FACT(a_page_counts_once_if_it_is_there_and_the_run_goes_on),
      FACT(what_did_not_live_was_not_seen_whoever_says_so),
      FACT(the_same_command_again_looks_once),
      FACT(what_is_due_is_begun_and_else_one_more),
      FACT(a_duty_that_was_left_is_gone_on_with_by_another),
      FACT(a_duty_that_was_left_is_missed_with_what_was_looked_at),
      FACT(one_more_that_was_left_is_left),
      FACT(beginning_again_by_the_same_person_is_the_same_run_and_no_news),
      FACT(a_shift_that_ends_in_the_middle_of_a_run_misses_it),
      FACT(a_tour_that_is_asked_for_more_often_has_other_windows),
      FACT(a_change_of_its_name_touches_no_run),
      FACT(a_removed_tour_asks_for_nothing_and_comes_back),
      FACT(a_place_means_all_that_lies_in_it_in_every_version),
      FACT(cameras_and_places_that_are_chosen_are_there),
      FACT(a_tour_without_cameras_does_not_begin),
      FACT(operators_look_supervisors_make_tours_others_neither),
      FACT(what_passed_while_the_center_was_down_is_missed_and_says_so),
      FACT(a_shift_that_began_while_it_was_down_asks_for_what_is_left),
      FACT(whole_shifts_that_nobody_lived_through_are_told_in_one_row),
      FACT(a_run_that_goes_on_outlives_the_daemon),
      FACT(an_incident_names_the_run_in_which_it_was_seen),
      FACT(desks_see_tours_of_this_shift_and_the_one_before_walls_and_phones_none),
      FACT(pages_answer_who_looked_at_what),
      FACT(the_shift_log_counts_tours_and_says_who_looked_at_what),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
