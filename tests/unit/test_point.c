#include "tests/unit/core_facts.h"

#include "daemon/core/round.h"

#define ROUND_ENDS (TEN_O_CLOCK + 40 * GW_MIN)

/* Due at ten: the window is 09:55-10:10, grace until 10:15. */
static GwRoundPoint in_state(GwPointState state) {
  return (GwRoundPoint){
      .state = state,
      .due_at_us = TEN_O_CLOCK,
      .from_us = TEN_O_CLOCK - 5 * GW_MIN,
      .to_us = TEN_O_CLOCK + 10 * GW_MIN,
  };
}

static GwPointMove check_in(GwUsec done_after_us) {
  return (GwPointMove){
      .input = GW_POINT_DO_CHECK_IN,
      .device_at_us = TEN_O_CLOCK + done_after_us,
      .round_ends_at_us = ROUND_ENDS,
  };
}

static GwPointDecision decide(GwPointState from, GwPointMove move, GwUsec after_us) {
  GwRoundPoint point = in_state(from);
  g_autoptr(GError) error = NULL;
  GwPointDecision d;
  if (!gw_point_decide(&point, &move, TEN_O_CLOCK + after_us, &d, &error))
    fail_msg("refused: %s", error->message);
  return d;
}

static void refused(GwPointState from, GwPointMove move, GwUsec after_us, GwRefusal why) {
  GwRoundPoint point = in_state(from), before = point;
  GwPointDecision d, untouched;
  memset(&d, 0x5a, sizeof d);
  memcpy(&untouched, &d, sizeof d);
  g_autoptr(GError) error = NULL;
  gboolean ok = gw_point_decide(&point, &move, TEN_O_CLOCK + after_us, &d, &error);
  assert_refused(ok, error, why);
  assert_memory_equal(&d, &untouched, sizeof d);
  assert_memory_equal(&point, &before, sizeof before);
}

static void assert_done(const GwPointDecision *d, const char *row, GwPointTiming timing, const char *record) {
  assert_string_equal(d->row, row);
  assert_string_equal(d->kind, "round.point_done");
  assert_int_equal(d->next.state, GW_POINT_DONE);
  assert_int_equal(d->next.timing, timing);
  assert_string_equal(d->record, record);
}

static void a_points_timer_is_the_end_of_its_grace(void **state) {
  GwRoundPoint point = in_state(GW_POINT_DUE);
  GwEffects effects = {0};
  gw_point_planned(&point, &effects);
  const GwEffect *timer = gw_effects_find(&effects, GW_EFFECT_TIMER_SET, GW_TIMER_POINT_DUE, 0);
  assert_true(timer->due_at_us == TEN_O_CLOCK + 15 * GW_MIN);
}

/* R4 */
static void the_window_says_early_on_time_or_late(void **state) {
  static const struct {
    GwUsec after_us;
    GwPointTiming timing;
  } reads[] = {
      {-5 * GW_MIN - 1, GW_TIMING_EARLY}, {-5 * GW_MIN, GW_TIMING_ON_TIME},  {0, GW_TIMING_ON_TIME},
      {10 * GW_MIN, GW_TIMING_ON_TIME},   {10 * GW_MIN + 1, GW_TIMING_LATE},
  };
  static const GwPointState from[] = {GW_POINT_DUE, GW_POINT_UNKNOWN};
  for (gsize i = 0; i < G_N_ELEMENTS(reads); i++)
    for (gsize s = 0; s < G_N_ELEMENTS(from); s++) {
      GwPointDecision d = decide(from[s], check_in(reads[i].after_us), 11 * GW_MIN);
      assert_done(&d, "R4", reads[i].timing, "DONE");
      assert_true(d.next.done_at_us == TEN_O_CLOCK + reads[i].after_us);
      assert_non_null(gw_effects_find(&d.effects, GW_EFFECT_TIMER_CANCEL, GW_TIMER_POINT_DUE, -1));
    }
}

static void a_point_is_done_once(void **state) {
  refused(GW_POINT_DONE, check_in(0), GW_MIN, GW_REFUSAL_POINT_ALREADY_DONE);
}

/* R6 */
static void after_the_grace_it_is_missed_and_told(void **state) {
  GwPointMove due = {.input = GW_POINT_DO_WINDOW_DUE, .round_ends_at_us = ROUND_ENDS};
  GwPointDecision d = decide(GW_POINT_DUE, due, 15 * GW_MIN);
  assert_string_equal(d.row, "R6");
  assert_string_equal(d.kind, "round.point_missed");
  assert_string_equal(d.record, "MISSED");
  assert_int_equal(d.next.state, GW_POINT_MISSED);
  const GwEffect *alert = gw_effects_find(&d.effects, GW_EFFECT_RAISE, 0, 0);
  assert_string_equal(alert->what, "point_missed");
  assert_int_equal(alert->priority, 3);
}

static void before_the_grace_is_over_nothing_is_missed(void **state) {
  GwPointMove due = {.input = GW_POINT_DO_WINDOW_DUE};
  GwPointDecision d = decide(GW_POINT_DUE, due, 15 * GW_MIN - 1);
  assert_int_equal(d.next.state, GW_POINT_DUE);
  assert_null(d.kind);
  assert_null(d.record);
  assert_non_null(gw_effects_find(&d.effects, GW_EFFECT_TIMER_SET, GW_TIMER_POINT_DUE, 0));
}

static void a_volunteers_miss_is_kept_and_not_told(void **state) {
  GwPointDecision d =
      decide(GW_POINT_DUE, (GwPointMove){.input = GW_POINT_DO_WINDOW_DUE, .volunteer = TRUE}, GW_HOUR);
  assert_string_equal(d.record, "MISSED");
  assert_null(gw_effects_find(&d.effects, GW_EFFECT_RAISE, 0, 0));
}

static void while_check_ins_wait_nobody_says_missed(void **state) {
  GwPointMove due = {.input = GW_POINT_DO_WINDOW_DUE, .has_unknown = TRUE};
  GwPointDecision d = decide(GW_POINT_DUE, due, 15 * GW_MIN);
  assert_string_equal(d.kind, "round.point_unknown");
  assert_int_equal(d.next.state, GW_POINT_UNKNOWN);
  assert_null(d.record);
  assert_null(gw_effects_find(&d.effects, GW_EFFECT_RAISE, 0, 0));
  const GwEffect *again = gw_effects_find(&d.effects, GW_EFFECT_TIMER_SET, GW_TIMER_POINT_DUE, 0);
  assert_true(again->due_at_us == TEN_O_CLOCK + 15 * GW_MIN + 30 * GW_SEC);
  d = decide(GW_POINT_UNKNOWN, due, 16 * GW_MIN);
  assert_null(d.kind); /* said once, not every half minute */
  due.has_unknown = FALSE;
  d = decide(GW_POINT_UNKNOWN, due, 17 * GW_MIN);
  assert_int_equal(d.next.state, GW_POINT_MISSED);
}

/* R7 */
static void a_proof_from_inside_the_window_withdraws_the_alert(void **state) {
  GwPointDecision d = decide(GW_POINT_MISSED, check_in(8 * GW_MIN), 3 * GW_HOUR);
  assert_done(&d, "R7", GW_TIMING_LATE_SYNC, "DONE_LATE_SYNC");
  const GwEffect *effect = gw_effects_find(&d.effects, GW_EFFECT_WITHDRAW, 0, 0);
  assert_string_equal(effect->what, "point_missed");
  assert_string_equal(effect->why, "late_sync");
}

static void a_proof_from_before_the_window_that_comes_late_stays_early(void **state) {
  GwPointDecision d = decide(GW_POINT_MISSED, check_in(-8 * GW_MIN), 3 * GW_HOUR);
  assert_done(&d, "R7", GW_TIMING_EARLY, "DONE_LATE_SYNC");
}

static void news_older_than_a_day_is_not_counted(void **state) {
  decide(GW_POINT_MISSED, check_in(0), GW_DAY);
  refused(GW_POINT_MISSED, check_in(0), GW_DAY + 1, GW_REFUSAL_POINT_OFFLINE_LATE);
}

/* R8 */
static void a_visit_after_the_miss_is_made_up_until_half_an_hour_after_the_round(void **state) {
  GwPointDecision d = decide(GW_POINT_MISSED, check_in(70 * GW_MIN), 70 * GW_MIN);
  assert_done(&d, "R8", GW_TIMING_MADE_UP, "MADE_UP");
  const GwEffect *effect = gw_effects_find(&d.effects, GW_EFFECT_CLEAR, 0, 0);
  assert_string_equal(effect->what, "point_missed");
  refused(GW_POINT_MISSED, check_in(70 * GW_MIN + 1), 71 * GW_MIN, GW_REFUSAL_POINT_TOO_LATE);
}

static const Row rows[] = {
    {GW_POINT_DUE, GW_POINT_DO_CHECK_IN, "R4"},     {GW_POINT_DUE, GW_POINT_DO_WINDOW_DUE, "R6"},
    {GW_POINT_UNKNOWN, GW_POINT_DO_CHECK_IN, "R4"}, {GW_POINT_UNKNOWN, GW_POINT_DO_WINDOW_DUE, "R6"},
    {GW_POINT_MISSED, GW_POINT_DO_CHECK_IN, "R7"},
};

static void every_move_outside_the_table_is_refused_and_changes_nothing(void **state) {
  for (int from = 0; from < GW_N_POINT_STATES; from++)
    for (int input = 0; input < GW_N_POINT_INPUTS; input++) {
      const char *row = row_of(rows, G_N_ELEMENTS(rows), from, input);
      assert_same_row(gw_point_table_row((GwPointState)from, (GwPointInput)input), row);
      if (row)
        continue;
      GwPointMove move = check_in(0);
      move.input = (GwPointInput)input;
      refused((GwPointState)from, move, GW_HOUR,
              input == GW_POINT_DO_CHECK_IN ? GW_REFUSAL_POINT_ALREADY_DONE : GW_REFUSAL_ROUND_NO_SUCH_MOVE);
    }
}

static void names_go_both_ways(void **state) {
  for (int i = 0; i < GW_N_POINT_STATES; i++) {
    GwPointState back;
    assert_true(gw_point_state_from_string(gw_point_state_to_string((GwPointState)i), &back));
    assert_int_equal(back, i);
  }
  for (int i = 0; i < GW_N_POINT_TIMINGS; i++) {
    GwPointTiming back;
    assert_true(gw_point_timing_from_string(gw_point_timing_to_string((GwPointTiming)i), &back));
    assert_int_equal(back, i);
  }
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(a_points_timer_is_the_end_of_its_grace),
      FACT(the_window_says_early_on_time_or_late),
      FACT(a_point_is_done_once),
      FACT(after_the_grace_it_is_missed_and_told),
      FACT(before_the_grace_is_over_nothing_is_missed),
      FACT(a_volunteers_miss_is_kept_and_not_told),
      FACT(while_check_ins_wait_nobody_says_missed),
      FACT(a_proof_from_inside_the_window_withdraws_the_alert),
      FACT(a_proof_from_before_the_window_that_comes_late_stays_early),
      FACT(news_older_than_a_day_is_not_counted),
      FACT(a_visit_after_the_miss_is_made_up_until_half_an_hour_after_the_round),
      FACT(every_move_outside_the_table_is_refused_and_changes_nothing),
      FACT(names_go_both_ways),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
