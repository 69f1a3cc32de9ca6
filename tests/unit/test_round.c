#include "tests/unit/core_facts.h"

#include "daemon/core/round.h"

/* A round from ten to half past, every window over at 10:40. */
static GwRound in_state(GwRoundState state) {
  return (GwRound){
      .state = state,
      .planned_at_us = TEN_O_CLOCK,
      .ends_at_us = TEN_O_CLOCK + 40 * GW_MIN,
      .started_at_us = state >= GW_ROUND_STARTED ? TEN_O_CLOCK : 0,
      .life_at_us = state >= GW_ROUND_STARTED ? TEN_O_CLOCK : 0,
  };
}

static GwRoundDecision decide(const GwRound *round, GwRoundMove move, GwUsec after_us) {
  g_autoptr(GError) error = NULL;
  GwRoundDecision d;
  if (!gw_round_decide(round, &move, TEN_O_CLOCK + after_us, &d, &error))
    fail_msg("refused: %s", error->message);
  return d;
}

static void refused(const GwRound *round, GwRoundMove move, GwUsec after_us, GwRefusal why) {
  GwRound before = *round;
  GwRoundDecision d, untouched;
  memset(&d, 0x5a, sizeof d);
  memcpy(&untouched, &d, sizeof d);
  g_autoptr(GError) error = NULL;
  gboolean ok = gw_round_decide(round, &move, TEN_O_CLOCK + after_us, &d, &error);
  assert_refused(ok, error, why);
  assert_memory_equal(&d, &untouched, sizeof d);
  assert_memory_equal(round, &before, sizeof before);
}

static GwUsec sets(const GwEffects *effects, GwTimerKind timer) {
  const GwEffect *effect = gw_effects_find(effects, GW_EFFECT_TIMER_SET, timer, 0);
  return effect ? effect->due_at_us : 0;
}

static gboolean cancels(const GwEffects *effects, GwTimerKind timer) {
  return gw_effects_find(effects, GW_EFFECT_TIMER_CANCEL, timer, -1) != NULL;
}

static const GwEffect *raised(const GwEffects *effects) {
  return gw_effects_find(effects, GW_EFFECT_RAISE, 0, 0);
}

/* R1 */
static void a_planned_round_knows_when_to_open_and_when_to_end(void **state) {
  GwRound round = in_state(GW_ROUND_PLANNED);
  GwEffects effects = {0};
  gw_round_planned(&round, &effects);
  assert_true(sets(&effects, GW_TIMER_ROUND_OPEN) == TEN_O_CLOCK - 15 * GW_MIN);
  assert_true(sets(&effects, GW_TIMER_ROUND_END) == TEN_O_CLOCK + 45 * GW_MIN);
  assert_true(gw_effects_find(&effects, GW_EFFECT_TIMER_SET, GW_TIMER_ROUND_OPEN, 0)->calendar);
}

/* R2 */
static void opening_reminds_the_team_and_watches_the_start(void **state) {
  GwRound round = in_state(GW_ROUND_PLANNED);
  GwRoundDecision d = decide(&round, (GwRoundMove){.input = GW_ROUND_DO_OPEN_DUE}, -15 * GW_MIN);
  assert_string_equal(d.row, "R2");
  assert_string_equal(d.kind, "round.opened");
  assert_int_equal(d.next.state, GW_ROUND_OPEN);
  assert_true(sets(&d.effects, GW_TIMER_ROUND_START) == TEN_O_CLOCK + 10 * GW_MIN);
  assert_int_equal(gw_effects_find(&d.effects, GW_EFFECT_NOTIFY, 0, 0)->whom, GW_NOTIFY_UNIT);
  assert_null(raised(&d.effects));
}

static void a_round_that_nobody_can_walk_is_told_at_once(void **state) {
  GwRound round = in_state(GW_ROUND_PLANNED);
  GwRoundMove move = {.input = GW_ROUND_DO_OPEN_DUE, .nobody_on_duty = TRUE};
  GwRoundDecision d = decide(&round, move, -15 * GW_MIN);
  assert_int_equal(raised(&d.effects)->priority, 3);
  round.volunteer = TRUE;
  d = decide(&round, move, -15 * GW_MIN);
  assert_null(raised(&d.effects));
}

/* R3 */
static void a_key_or_the_first_check_in_starts_it(void **state) {
  static const GwRoundInput ways[] = {GW_ROUND_DO_START, GW_ROUND_DO_SIGN};
  for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
    GwRound round = in_state(GW_ROUND_OPEN);
    GwRoundDecision d = decide(&round, (GwRoundMove){.input = ways[i]}, GW_MIN);
    assert_string_equal(d.row, "R3");
    assert_string_equal(d.kind, "round.started");
    assert_int_equal(d.next.state, GW_ROUND_STARTED);
    assert_true(d.next.started_at_us == TEN_O_CLOCK + GW_MIN);
    assert_true(cancels(&d.effects, GW_TIMER_ROUND_START));
    assert_true(sets(&d.effects, GW_TIMER_ROUND_QUIET) == TEN_O_CLOCK + 21 * GW_MIN);
    assert_string_equal(gw_effects_find(&d.effects, GW_EFFECT_CLEAR, 0, 0)->what, "round_not_started");
  }
}

static void not_started_ten_minutes_after_is_an_alert_but_not_for_volunteers(void **state) {
  GwRound round = in_state(GW_ROUND_OPEN);
  GwRoundDecision d = decide(&round, (GwRoundMove){.input = GW_ROUND_DO_START_DUE}, 10 * GW_MIN);
  assert_int_equal(d.next.state, GW_ROUND_OPEN);
  assert_string_equal(raised(&d.effects)->what, "round_not_started");
  assert_int_equal(raised(&d.effects)->priority, 3);
  round.volunteer = TRUE;
  d = decide(&round, (GwRoundMove){.input = GW_ROUND_DO_START_DUE}, 10 * GW_MIN);
  assert_null(raised(&d.effects));
  assert_null(d.kind);
}

static void nobody_starts_a_round_that_is_not_open(void **state) {
  GwRound round = in_state(GW_ROUND_PLANNED);
  refused(&round, (GwRoundMove){.input = GW_ROUND_DO_START}, -GW_HOUR, GW_REFUSAL_ROUND_NOT_OPEN);
  refused(&round, (GwRoundMove){.input = GW_ROUND_DO_SIGN}, -GW_HOUR, GW_REFUSAL_ROUND_NOT_OPEN);
}

/* R10 */
static void the_last_point_completes_it(void **state) {
  GwRound round = in_state(GW_ROUND_STARTED);
  GwRoundMove move = {.input = GW_ROUND_DO_ALL_DONE, .points = 5, .points_done = 5};
  GwRoundDecision d = decide(&round, move, 30 * GW_MIN);
  assert_string_equal(d.row, "R10");
  assert_int_equal(d.next.state, GW_ROUND_COMPLETED);
  assert_true(d.next.done_at_us == TEN_O_CLOCK + 30 * GW_MIN);
  assert_true(cancels(&d.effects, GW_TIMER_ROUND_QUIET) && cancels(&d.effects, GW_TIMER_ROUND_END));
  move.points_done = 4;
  refused(&round, move, 30 * GW_MIN, GW_REFUSAL_ROUND_NO_SUCH_MOVE);
}

static void the_end_of_the_windows_leaves_it_incomplete_and_tells_the_patrol(void **state) {
  GwRound round = in_state(GW_ROUND_STARTED);
  GwRoundMove move = {.input = GW_ROUND_DO_END_DUE, .points = 5, .points_done = 4};
  GwRoundDecision d = decide(&round, move, 45 * GW_MIN);
  assert_string_equal(d.row, "R10");
  assert_int_equal(d.next.state, GW_ROUND_INCOMPLETE);
  assert_int_equal(gw_effects_find(&d.effects, GW_EFFECT_NOTIFY, 0, 0)->whom, GW_NOTIFY_UNIT);
  move.points_done = 5;
  d = decide(&round, move, 45 * GW_MIN);
  assert_int_equal(d.next.state, GW_ROUND_COMPLETED);
}

static void the_end_waits_while_check_ins_wait(void **state) {
  static const GwRoundState from[] = {GW_ROUND_OPEN, GW_ROUND_STARTED};
  for (gsize i = 0; i < G_N_ELEMENTS(from); i++) {
    GwRound round = in_state(from[i]);
    GwRoundMove move = {.input = GW_ROUND_DO_END_DUE, .points = 5, .points_done = 4, .has_unknown = TRUE};
    GwRoundDecision d = decide(&round, move, 45 * GW_MIN);
    assert_int_equal(d.next.state, from[i]);
    assert_null(d.kind);
    assert_true(sets(&d.effects, GW_TIMER_ROUND_END) == TEN_O_CLOCK + 45 * GW_MIN + 30 * GW_SEC);
  }
}

static void twenty_minutes_without_a_sign_abandon_it(void **state) {
  GwRound round = in_state(GW_ROUND_STARTED);
  GwRoundDecision d = decide(&round, (GwRoundMove){.input = GW_ROUND_DO_QUIET_DUE}, 20 * GW_MIN);
  assert_string_equal(d.row, "R10");
  assert_int_equal(d.next.state, GW_ROUND_ABANDONED);
  d = decide(&round, (GwRoundMove){.input = GW_ROUND_DO_QUIET_DUE, .has_unknown = TRUE}, 20 * GW_MIN);
  assert_int_equal(d.next.state, GW_ROUND_STARTED);
}

static void any_sign_of_life_starts_the_twenty_minutes_anew(void **state) {
  GwRound round = in_state(GW_ROUND_STARTED);
  GwRoundDecision d = decide(&round, (GwRoundMove){.input = GW_ROUND_DO_SIGN}, 15 * GW_MIN);
  assert_null(d.kind);
  assert_true(sets(&d.effects, GW_TIMER_ROUND_QUIET) == TEN_O_CLOCK + 35 * GW_MIN);
  d = decide(&d.next, (GwRoundMove){.input = GW_ROUND_DO_QUIET_DUE}, 20 * GW_MIN); /* an old timer */
  assert_int_equal(d.next.state, GW_ROUND_STARTED);
  assert_true(sets(&d.effects, GW_TIMER_ROUND_QUIET) == TEN_O_CLOCK + 35 * GW_MIN);
}

static void a_patrol_that_was_only_out_of_reach_goes_on(void **state) {
  GwRound round = in_state(GW_ROUND_ABANDONED);
  GwRoundDecision d = decide(&round, (GwRoundMove){.input = GW_ROUND_DO_SIGN}, 30 * GW_MIN);
  assert_string_equal(d.kind, "round.resumed");
  assert_int_equal(d.next.state, GW_ROUND_STARTED);
  assert_true(sets(&d.effects, GW_TIMER_ROUND_END) == TEN_O_CLOCK + 45 * GW_MIN);
  refused(&round, (GwRoundMove){.input = GW_ROUND_DO_SIGN}, 45 * GW_MIN, GW_REFUSAL_ROUND_OVER);
}

/* R11, as far as this issue goes */
static void a_round_that_nobody_began_is_missed(void **state) {
  GwRound round = in_state(GW_ROUND_OPEN);
  GwRoundDecision d = decide(&round, (GwRoundMove){.input = GW_ROUND_DO_END_DUE, .points = 5}, 45 * GW_MIN);
  assert_string_equal(d.row, "R11");
  assert_int_equal(d.next.state, GW_ROUND_MISSED_RUN);
}

static const Row rows[] = {
    {GW_ROUND_PLANNED, GW_ROUND_DO_OPEN_DUE, "R2"},   {GW_ROUND_OPEN, GW_ROUND_DO_START, "R3"},
    {GW_ROUND_OPEN, GW_ROUND_DO_SIGN, "R3"},          {GW_ROUND_OPEN, GW_ROUND_DO_START_DUE, "R3"},
    {GW_ROUND_OPEN, GW_ROUND_DO_END_DUE, "R11"},      {GW_ROUND_STARTED, GW_ROUND_DO_SIGN, "R3"},
    {GW_ROUND_STARTED, GW_ROUND_DO_ALL_DONE, "R10"},  {GW_ROUND_STARTED, GW_ROUND_DO_END_DUE, "R10"},
    {GW_ROUND_STARTED, GW_ROUND_DO_QUIET_DUE, "R10"}, {GW_ROUND_ABANDONED, GW_ROUND_DO_SIGN, "R3"},
};

static void every_move_outside_the_table_is_refused_and_changes_nothing(void **state) {
  for (int from = 0; from < GW_N_ROUND_STATES; from++)
    for (int input = 0; input < GW_N_ROUND_INPUTS; input++) {
      const char *row = row_of(rows, G_N_ELEMENTS(rows), from, input);
      assert_same_row(gw_round_table_row((GwRoundState)from, (GwRoundInput)input), row);
      if (row)
        continue;
      GwRound round = in_state((GwRoundState)from), before = round;
      GwRoundMove move = {.input = (GwRoundInput)input, .points = 1, .points_done = 1};
      GwRoundDecision d, untouched;
      memset(&d, 0x5a, sizeof d);
      memcpy(&untouched, &d, sizeof d);
      g_autoptr(GError) error = NULL;
      assert_false(gw_round_decide(&round, &move, TEN_O_CLOCK, &d, &error));
      assert_int_equal(gw_error_code(error), GW_CODE_ILLEGAL);
      assert_memory_equal(&d, &untouched, sizeof d);
      assert_memory_equal(&round, &before, sizeof round);
    }
}

static void names_go_both_ways(void **state) {
  for (int i = 0; i < GW_N_ROUND_STATES; i++) {
    GwRoundState back;
    assert_true(gw_round_state_from_string(gw_round_state_to_string((GwRoundState)i), &back));
    assert_int_equal(back, i);
  }
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(a_planned_round_knows_when_to_open_and_when_to_end),
      FACT(opening_reminds_the_team_and_watches_the_start),
      FACT(a_round_that_nobody_can_walk_is_told_at_once),
      FACT(a_key_or_the_first_check_in_starts_it),
      FACT(not_started_ten_minutes_after_is_an_alert_but_not_for_volunteers),
      FACT(nobody_starts_a_round_that_is_not_open),
      FACT(the_last_point_completes_it),
      FACT(the_end_of_the_windows_leaves_it_incomplete_and_tells_the_patrol),
      FACT(the_end_waits_while_check_ins_wait),
      FACT(twenty_minutes_without_a_sign_abandon_it),
      FACT(any_sign_of_life_starts_the_twenty_minutes_anew),
      FACT(a_patrol_that_was_only_out_of_reach_goes_on),
      FACT(a_round_that_nobody_began_is_missed),
      FACT(every_move_outside_the_table_is_refused_and_changes_nothing),
      FACT(names_go_both_ways),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
