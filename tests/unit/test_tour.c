#include "tests/unit/core_facts.h"

#include "daemon/core/tour.h"

#define WANG 11
#define LI 12

static const GwTourRun due = {.state = GW_TOUR_DUE, .from_us = TEN_O_CLOCK, .to_us = TEN_O_CLOCK + 3 * GW_HOUR};
static const GwTourRun extra = {.state = GW_TOUR_DUE};

static GwTourRun after(const GwTourRun *run, const GwTourMove *move, GwUsec now_us) {
  GwTourDecision d;
  g_autoptr(GError) error = NULL;
  if (!gw_tour_decide(run, move, now_us, &d, &error))
    fail_msg("%s", error->message);
  return d.next;
}

static void refused(const GwTourRun *run, const GwTourMove *move, GwUsec now_us, GwRefusal why) {
  GwTourDecision d;
  g_autoptr(GError) error = NULL;
  gboolean ok = gw_tour_decide(run, move, now_us, &d, &error);
  assert_refused(ok, error, why);
}

static GwTourRun begun(const GwTourRun *run, guint pages) {
  const GwTourMove start = {.input = GW_TOUR_DO_START, .user_id = WANG, .pages = pages};
  return after(run, &start, TEN_O_CLOCK + GW_MIN);
}

static GwTourMove look_at(guint page, GwUsec before_us) {
  return (GwTourMove){.input = GW_TOUR_DO_LOOK, .user_id = WANG, .page = page, .before_us = before_us};
}

/* Written down a second time, by hand. */
static void the_table_is_what_the_page_says(void **state) {
  static const Row rows[] = {
      {GW_TOUR_DUE, GW_TOUR_DO_START, "V1"},     {GW_TOUR_RUNNING, GW_TOUR_DO_START, "V1"},
      {GW_TOUR_RUNNING, GW_TOUR_DO_LOOK, "V2"},  {GW_TOUR_RUNNING, GW_TOUR_DO_STOP, "V3"},
      {GW_TOUR_DUE, GW_TOUR_DO_END_DUE, "V4"},   {GW_TOUR_RUNNING, GW_TOUR_DO_END_DUE, "V4"},
      {GW_TOUR_DUE, GW_TOUR_DO_DROP, "V5"},      {GW_TOUR_RUNNING, GW_TOUR_DO_DROP, "V5"},
  };
  for (int s = 0; s < GW_N_TOUR_STATES; s++)
    for (int i = 0; i < GW_N_TOUR_INPUTS; i++) {
      const char *is = gw_tour_table_row((GwTourState)s, (GwTourInput)i);
      const char *must = row_of(rows, G_N_ELEMENTS(rows), s, i);
      assert_int_equal(is == NULL, must == NULL);
      if (must)
        assert_string_equal(is, must);
    }
}

static void what_is_over_moves_no_more(void **state) {
  static const GwTourState over[] = {GW_TOUR_DONE, GW_TOUR_MISSED, GW_TOUR_LEFT};
  for (gsize s = 0; s < G_N_ELEMENTS(over); s++)
    for (int i = 0; i < GW_N_TOUR_INPUTS; i++) {
      GwTourRun run = due;
      run.state = over[s];
      const GwTourMove move = {.input = (GwTourInput)i, .user_id = WANG, .pages = 3};
      refused(&run, &move, TEN_O_CLOCK + GW_MIN, GW_REFUSAL_TOUR_OVER);
    }
}

static void every_page_confirmed_is_done_and_one_less_is_not(void **state) {
  GwTourRun run = begun(&due, 3);
  assert_int_equal(run.state, GW_TOUR_RUNNING);
  GwUsec now_us = TEN_O_CLOCK + GW_MIN;
  for (guint page = 0; page < 3; page++) {
    assert_int_equal(run.state, GW_TOUR_RUNNING);
    const GwTourMove look = look_at(page, now_us);
    now_us += 15 * GW_SEC;
    run = after(&run, &look, now_us);
  }
  assert_int_equal(run.state, GW_TOUR_DONE);
  assert_true(run.ended_at_us == now_us);
}

/* The center's time stands still until the clock has come to it again: nobody waits for an hour. */
static void clock_that_was_set_back_stops_no_tour(void **state) {
  const GwTourRun run = begun(&due, 3);
  GwTourMove look = look_at(0, TEN_O_CLOCK);
  look.time_stands = TRUE;
  assert_int_equal(after(&run, &look, TEN_O_CLOCK).looked, 1);
}

static void nobody_looks_at_a_page_in_less_than_two_seconds(void **state) {
  const GwTourRun run = begun(&due, 3);
  const GwTourMove look = look_at(0, TEN_O_CLOCK + GW_MIN);
  refused(&run, &look, TEN_O_CLOCK + GW_MIN + GW_TOUR_LOOK_US - 1, GW_REFUSAL_TOUR_TOO_FAST);
  assert_int_equal(after(&run, &look, TEN_O_CLOCK + GW_MIN + GW_TOUR_LOOK_US).looked, 1);
}

static void a_page_counts_once_and_only_if_it_is_there(void **state) {
  const GwTourRun run = begun(&due, 3);
  GwTourMove look = look_at(3, TEN_O_CLOCK);
  refused(&run, &look, TEN_O_CLOCK + GW_HOUR, GW_REFUSAL_TOUR_NO_PAGE);
  look.page = 2;
  look.is_looked_at = TRUE;
  refused(&run, &look, TEN_O_CLOCK + GW_HOUR, GW_REFUSAL_TOUR_LOOKED_AT);
}

static void who_has_not_begun_cannot_look_or_leave(void **state) {
  const GwTourMove look = look_at(0, 0), stop = {.input = GW_TOUR_DO_STOP};
  refused(&due, &look, TEN_O_CLOCK + GW_HOUR, GW_REFUSAL_TOUR_NOT_BEGUN);
  refused(&due, &stop, TEN_O_CLOCK + GW_HOUR, GW_REFUSAL_TOUR_NOT_BEGUN);
}

static void a_tour_without_cameras_or_before_its_window_does_not_begin(void **state) {
  const GwTourMove none = {.input = GW_TOUR_DO_START, .user_id = WANG}, start = {.user_id = WANG, .pages = 2};
  refused(&due, &none, TEN_O_CLOCK + GW_MIN, GW_REFUSAL_TOUR_NO_CAMERAS);
  refused(&due, &start, TEN_O_CLOCK - 1, GW_REFUSAL_TOUR_NOT_YET);
}

static void a_duty_that_is_left_waits_as_far_as_it_came(void **state) {
  GwTourRun run = begun(&due, 3);
  const GwTourMove look = look_at(1, TEN_O_CLOCK), stop = {.input = GW_TOUR_DO_STOP};
  run = after(&run, &look, TEN_O_CLOCK + 2 * GW_MIN);
  run = after(&run, &stop, TEN_O_CLOCK + 3 * GW_MIN);
  assert_int_equal(run.state, GW_TOUR_DUE);
  assert_int_equal(run.looked, 1);
  assert_true(run.ended_at_us == 0);
  const GwTourMove other = {.input = GW_TOUR_DO_START, .user_id = LI, .pages = 9};
  run = after(&run, &other, TEN_O_CLOCK + GW_HOUR);
  assert_int_equal(run.pages, 3); /* it keeps its pages, whatever the tour is by now */
  assert_true(run.user_id == LI);
  assert_true(run.started_at_us == TEN_O_CLOCK + GW_MIN);
}

static void one_more_that_is_left_is_left(void **state) {
  const GwTourRun run = begun(&extra, 3);
  const GwTourMove stop = {.input = GW_TOUR_DO_STOP}, end = {.input = GW_TOUR_DO_END_DUE};
  const GwTourRun left = after(&run, &stop, TEN_O_CLOCK + GW_HOUR);
  assert_int_equal(left.state, GW_TOUR_LEFT);
  assert_true(left.ended_at_us == TEN_O_CLOCK + GW_HOUR);
  refused(&run, &end, TEN_O_CLOCK + GW_HOUR, GW_REFUSAL_TOUR_NO_SUCH_MOVE);
}

static void a_window_that_is_over_is_missed_begun_or_not(void **state) {
  const GwTourMove end = {.input = GW_TOUR_DO_END_DUE};
  const GwTourRun running = begun(&due, 3);
  const GwTourRun *both[] = {&due, &running};
  for (int i = 0; i < 2; i++) {
    const GwTourRun missed = after(both[i], &end, due.to_us + 5 * GW_HOUR);
    assert_int_equal(missed.state, GW_TOUR_MISSED);
    assert_true(missed.ended_at_us == due.to_us); /* not when somebody noticed */
  }
}

static void going_on_by_the_same_person_is_no_news_by_another_it_is(void **state) {
  const GwTourRun run = begun(&due, 3);
  GwTourMove again = {.input = GW_TOUR_DO_START, .user_id = WANG, .pages = 3};
  GwTourDecision d;
  assert_true(gw_tour_decide(&run, &again, TEN_O_CLOCK + GW_HOUR, &d, NULL));
  assert_null(d.kind);
  again.user_id = LI;
  assert_true(gw_tour_decide(&run, &again, TEN_O_CLOCK + GW_HOUR, &d, NULL));
  assert_string_equal(d.kind, "tour.started");
  assert_true(d.next.user_id == LI);
}

static void windows_meet_and_fill_the_shift(void **state) {
  const GwUsec from_us = TEN_O_CLOCK, to_us = TEN_O_CLOCK + 12 * GW_HOUR;
  for (guint n = 1; n <= 24; n++) {
    GwUsec end_us = from_us;
    for (guint i = 0; i < n; i++) {
      const GwTourWindow w = gw_tour_window(from_us, to_us, n, i);
      assert_true(w.from_us == end_us && w.to_us > w.from_us);
      assert_true(ABS((w.to_us - w.from_us) - (to_us - from_us) / n) <= 1);
      end_us = w.to_us;
    }
    assert_true(end_us == to_us);
  }
}

static void a_window_that_is_half_over_is_not_asked_for(void **state) {
  const GwTourWindow w = {TEN_O_CLOCK, TEN_O_CLOCK + 2 * GW_HOUR};
  assert_true(gw_tour_window_is_fair(&w, TEN_O_CLOCK - GW_DAY));
  assert_true(gw_tour_window_is_fair(&w, TEN_O_CLOCK + GW_HOUR));
  assert_false(gw_tour_window_is_fair(&w, TEN_O_CLOCK + GW_HOUR + 1));
  assert_false(gw_tour_window_is_fair(&w, TEN_O_CLOCK + GW_DAY));
}

static void windows_that_meet_do_not_overlap(void **state) {
  const GwTourWindow a = {0, 10}, b = {10, 20}, c = {9, 12};
  assert_false(gw_tour_windows_overlap(&a, &b));
  assert_false(gw_tour_windows_overlap(&b, &a));
  assert_true(gw_tour_windows_overlap(&a, &c));
  assert_true(gw_tour_windows_overlap(&c, &b));
}

static void every_camera_stands_on_one_page(void **state) {
  static const guint tiles[] = {4, 9, 16};
  for (gsize t = 0; t < G_N_ELEMENTS(tiles); t++)
    for (guint cameras = 0; cameras < 300; cameras++) {
      guint next = 0, first, n;
      for (guint page = 0; page < gw_tour_pages(cameras, tiles[t]); page++) {
        gw_tour_page(cameras, tiles[t], page, &first, &n);
        assert_int_equal(first, next);
        assert_true(n >= 1 && n <= tiles[t]);
        next += n;
      }
      assert_int_equal(next, cameras);
      gw_tour_page(cameras, tiles[t], gw_tour_pages(cameras, tiles[t]), &first, &n);
      assert_int_equal(n, 0);
    }
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(the_table_is_what_the_page_says),
      FACT(what_is_over_moves_no_more),
      FACT(every_page_confirmed_is_done_and_one_less_is_not),
      FACT(nobody_looks_at_a_page_in_less_than_two_seconds),
      FACT(clock_that_was_set_back_stops_no_tour),
      FACT(a_page_counts_once_and_only_if_it_is_there),
      FACT(who_has_not_begun_cannot_look_or_leave),
      FACT(a_tour_without_cameras_or_before_its_window_does_not_begin),
      FACT(a_duty_that_is_left_waits_as_far_as_it_came),
      FACT(one_more_that_is_left_is_left),
      FACT(a_window_that_is_over_is_missed_begun_or_not),
      FACT(going_on_by_the_same_person_is_no_news_by_another_it_is),
      FACT(windows_meet_and_fill_the_shift),
      FACT(a_window_that_is_half_over_is_not_asked_for),
      FACT(windows_that_meet_do_not_overlap),
      FACT(every_camera_stands_on_one_page),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
