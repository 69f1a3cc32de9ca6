#include "tests/unit/core_facts.h"

#include "daemon/core/camera.h"
#include "daemon/core/condition.h"

static GwConditionDecision decide(const GwConditionFacts *condition, GwConditionInput input,
                                  GwUsec after_us) {
  GwRule rule = gw_rule_default(GW_RULE_CAMERA_FAULT);
  GwConditionDecision d;
  gw_condition_decide(condition, &rule, input, TEN_O_CLOCK + after_us, &d);
  return d;
}

static GwUsec sets(const GwConditionDecision *d, GwTimerKind timer) {
  const GwEffect *effect = gw_effects_find(&d->effects, GW_EFFECT_TIMER_SET, timer, 0);
  return effect ? effect->due_at_us : 0;
}

static gboolean cancels(const GwConditionDecision *d, GwTimerKind timer) {
  return gw_effects_find(&d->effects, GW_EFFECT_TIMER_CANCEL, timer, -1) != NULL;
}

static void a_lost_camera_is_an_alert_after_thirty_seconds_and_not_before(void **state) {
  GwConditionDecision d = decide(&(GwConditionFacts){0}, GW_CONDITION_SEEN, 0);
  assert_int_equal(d.verdict, GW_CONDITION_NOTHING);
  assert_true(sets(&d, GW_TIMER_ALERT_ON) == TEN_O_CLOCK + 30 * GW_SEC);
  d = decide(&d.next, GW_CONDITION_SEEN, 10 * GW_SEC); /* reported again: the clock does not start anew */
  assert_int_equal(d.effects.n, 0);
  d = decide(&d.next, GW_CONDITION_ON_DUE, 30 * GW_SEC);
  assert_int_equal(d.verdict, GW_CONDITION_RAISE);
  assert_true(d.next.first_at_us == TEN_O_CLOCK);
}

static void a_camera_that_reboots_within_thirty_seconds_raises_nothing(void **state) {
  GwConditionDecision d = decide(&(GwConditionFacts){0}, GW_CONDITION_SEEN, 0);
  d = decide(&d.next, GW_CONDITION_GONE, 29 * GW_SEC);
  assert_int_equal(d.verdict, GW_CONDITION_NOTHING);
  assert_true(cancels(&d, GW_TIMER_ALERT_ON));
  d = decide(&d.next, GW_CONDITION_ON_DUE, 30 * GW_SEC); /* a timer that was already under way */
  assert_int_equal(d.verdict, GW_CONDITION_NOTHING);
  assert_int_equal(d.next.state, GW_CONDITION_OFF);
}

static void it_ends_by_itself_when_the_camera_stays_back(void **state) {
  GwConditionFacts on = {.state = GW_CONDITION_ON, .first_at_us = TEN_O_CLOCK};
  GwConditionDecision d = decide(&on, GW_CONDITION_GONE, GW_MIN);
  assert_int_equal(d.verdict, GW_CONDITION_NOTHING);
  assert_true(sets(&d, GW_TIMER_ALERT_OFF) == TEN_O_CLOCK + 90 * GW_SEC);
  d = decide(&d.next, GW_CONDITION_OFF_DUE, 90 * GW_SEC);
  assert_int_equal(d.verdict, GW_CONDITION_CLEAR);
  assert_int_equal(d.next.state, GW_CONDITION_OFF);
}

static void a_camera_that_flutters_stays_one_alert(void **state) {
  GwConditionFacts on = {.state = GW_CONDITION_ON, .first_at_us = TEN_O_CLOCK};
  GwConditionDecision d = decide(&on, GW_CONDITION_GONE, 10 * GW_SEC);
  d = decide(&d.next, GW_CONDITION_SEEN, 20 * GW_SEC);
  assert_int_equal(d.verdict, GW_CONDITION_NOTHING);
  assert_int_equal(d.next.state, GW_CONDITION_ON);
  assert_true(cancels(&d, GW_TIMER_ALERT_OFF));
  d = decide(&d.next, GW_CONDITION_OFF_DUE, 40 * GW_SEC);
  assert_int_equal(d.verdict, GW_CONDITION_NOTHING);
}

static void without_delays_it_raises_and_clears_at_once(void **state) {
  GwRule rule = gw_rule_default(GW_RULE_POINT_MISSED);
  GwConditionDecision d;
  gw_condition_decide(&(GwConditionFacts){0}, &rule, GW_CONDITION_SEEN, TEN_O_CLOCK, &d);
  assert_int_equal(d.verdict, GW_CONDITION_RAISE);
  assert_int_equal(d.effects.n, 0);
  GwConditionFacts on = d.next;
  gw_condition_decide(&on, &rule, GW_CONDITION_GONE, TEN_O_CLOCK, &d);
  assert_int_equal(d.verdict, GW_CONDITION_CLEAR);
}

static void every_state_takes_every_input_and_only_the_named_ones_matter(void **state) {
  static const GwConditionState wanted[GW_N_CONDITION_STATES][GW_N_CONDITION_INPUTS] = {
      [GW_CONDITION_OFF] = {GW_CONDITION_RISING, GW_CONDITION_OFF, GW_CONDITION_OFF, GW_CONDITION_OFF},
      [GW_CONDITION_RISING] = {GW_CONDITION_RISING, GW_CONDITION_OFF, GW_CONDITION_ON, GW_CONDITION_RISING},
      [GW_CONDITION_ON] = {GW_CONDITION_ON, GW_CONDITION_FALLING, GW_CONDITION_ON, GW_CONDITION_ON},
      [GW_CONDITION_FALLING] = {GW_CONDITION_ON, GW_CONDITION_FALLING, GW_CONDITION_FALLING,
                                GW_CONDITION_OFF},
  };
  for (int from = 0; from < GW_N_CONDITION_STATES; from++)
    for (int input = 0; input < GW_N_CONDITION_INPUTS; input++) {
      GwConditionFacts condition = {.state = (GwConditionState)from};
      assert_int_equal(decide(&condition, (GwConditionInput)input, 0).next.state, wanted[from][input]);
    }
}

static void lost_stalled_and_refused_are_faults_and_connecting_says_nothing(void **state) {
  assert_int_equal(gw_camera_says(GW_CAMERA_LIVE), GW_SAYS_WELL);
  assert_int_equal(gw_camera_says(GW_CAMERA_LOST), GW_SAYS_FAULT);
  assert_int_equal(gw_camera_says(GW_CAMERA_STALLED), GW_SAYS_FAULT);
  assert_int_equal(gw_camera_says(GW_CAMERA_REFUSED), GW_SAYS_FAULT);
  assert_int_equal(gw_camera_says(GW_CAMERA_UNSUPPORTED), GW_SAYS_FAULT);
  assert_int_equal(gw_camera_says(GW_CAMERA_CONNECTING),
                   GW_SAYS_NOTHING); /* between two tries it is still lost */
  assert_int_equal(gw_camera_says(GW_CAMERA_UNKNOWN),
                   GW_SAYS_NOTHING); /* its worker is gone: another alert */
  for (int i = 0; i < GW_N_CAMERA_STATES; i++)
    assert_true((gw_camera_says((GwCameraState)i) == GW_SAYS_FAULT) ==
                (gw_camera_category((GwCameraState)i) != NULL));
}

static void a_fault_is_p4_and_p3_when_the_place_goes_blind(void **state) {
  assert_int_equal(gw_camera_fault_priority(TRUE, 1), 4);
  assert_int_equal(gw_camera_fault_priority(TRUE, 0), 3);
  assert_int_equal(gw_camera_fault_priority(FALSE, 0), 4);
  assert_true(gw_blind(2, 0));
  assert_false(gw_blind(2, 1));
  assert_false(gw_blind(0, 0));
}

static void a_wrong_password_is_a_cameras_own_fault_and_silence_may_be_a_switchs(void **state) {
  for (int i = 0; i < GW_N_CAMERA_STATES; i++)
    assert_int_equal(gw_camera_is_own_fault((GwCameraState)i), i == GW_CAMERA_REFUSED || i == GW_CAMERA_UNSUPPORTED);
}

static void it_sees_while_it_is_live_and_nothing_blinds_it(void **state) {
  assert_string_equal(gw_camera_sees(GW_CAMERA_LIVE, FALSE), "yes");
  assert_string_equal(gw_camera_sees(GW_CAMERA_LIVE, TRUE), "no");
  assert_string_equal(gw_camera_sees(GW_CAMERA_STALLED, FALSE), "unknown");
  assert_string_equal(gw_camera_sees(GW_CAMERA_UNKNOWN, TRUE), "no"); /* it was covered when it was seen last */
}

static void names_go_both_ways(void **state) {
  for (int i = 0; i < GW_N_CAMERA_STATES; i++) {
    GwCameraState back;
    assert_true(gw_camera_state_from_string(gw_camera_state_to_string((GwCameraState)i), &back));
    assert_int_equal(back, i);
  }
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(a_lost_camera_is_an_alert_after_thirty_seconds_and_not_before),
      FACT(a_camera_that_reboots_within_thirty_seconds_raises_nothing),
      FACT(it_ends_by_itself_when_the_camera_stays_back),
      FACT(a_camera_that_flutters_stays_one_alert),
      FACT(without_delays_it_raises_and_clears_at_once),
      FACT(every_state_takes_every_input_and_only_the_named_ones_matter),
      FACT(lost_stalled_and_refused_are_faults_and_connecting_says_nothing),
      FACT(a_fault_is_p4_and_p3_when_the_place_goes_blind),
      FACT(a_wrong_password_is_a_cameras_own_fault_and_silence_may_be_a_switchs),
      FACT(it_sees_while_it_is_live_and_nothing_blinds_it),
      FACT(names_go_both_ways),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
