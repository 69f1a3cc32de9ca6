#include "tests/unit/core_facts.h"

#include "daemon/core/alert.h"

static GwAlert raised(GwRuleKind kind) {
  GwRule rule = gw_rule_default(kind);
  GwAlertDecision d;
  assert_true(
      gw_alert_decide(&(GwAlert){0}, &rule, &(GwAlertMove){.input = GW_ALERT_RAISE}, TEN_O_CLOCK, &d, NULL));
  return d.next;
}

static GwAlertDecision decide(const GwAlert *alert, GwRuleKind kind, GwAlertMove move, GwUsec after_us) {
  GwRule rule = gw_rule_default(kind);
  g_autoptr(GError) error = NULL;
  GwAlertDecision d;
  if (!gw_alert_decide(alert, &rule, &move, TEN_O_CLOCK + after_us, &d, &error))
    fail_msg("refused: %s", error->message);
  return d;
}

static void refused(const GwAlert *alert, GwRuleKind kind, GwAlertMove move, GwRefusal why) {
  GwRule rule = gw_rule_default(kind);
  GwAlert before = *alert;
  GwAlertDecision d, untouched;
  memset(&d, 0x5a, sizeof d);
  memcpy(&untouched, &d, sizeof d);
  g_autoptr(GError) error = NULL;
  gboolean ok = gw_alert_decide(alert, &rule, &move, TEN_O_CLOCK + GW_SEC, &d, &error);
  assert_refused(ok, error, why);
  assert_memory_equal(&d, &untouched, sizeof d);
  assert_memory_equal(alert, &before, sizeof before);
}

static GwAlert in_state(GwAlertState state, GwRuleKind kind) {
  GwAlert alert = raised(kind);
  if (state == GW_ALERT_NORM)
    return (GwAlert){0};
  if (state == GW_ALERT_ACKED)
    return decide(&alert, kind, (GwAlertMove){.input = GW_ALERT_ACK, .actor_id = 7}, 5 * GW_SEC).next;
  if (state == GW_ALERT_RETURNED)
    return decide(&alert, kind, (GwAlertMove){.input = GW_ALERT_CLEAR}, 5 * GW_SEC).next;
  return alert;
}

static const GwEffect *tone_of(const GwAlertDecision *d) {
  return gw_effects_find(&d->effects, GW_EFFECT_TONE, 0, 0);
}

static gboolean told(const GwAlertDecision *d, GwNotify whom) {
  for (guint i = 0; i < d->effects.n; i++)
    if (d->effects.item[i].kind == GW_EFFECT_NOTIFY && d->effects.item[i].whom == whom)
      return TRUE;
  return FALSE;
}

static gboolean cancels_ack(const GwAlertDecision *d) {
  return gw_effects_find(&d->effects, GW_EFFECT_TIMER_CANCEL, GW_TIMER_ALERT_ACK, -1) != NULL;
}

/* A1 */
static void raising_sounds_and_sets_the_three_steps_of_t_ack(void **state) {
  GwRule rule = gw_rule_default(GW_RULE_SOS);
  GwAlertDecision d = decide(&(GwAlert){0}, GW_RULE_SOS, (GwAlertMove){.input = GW_ALERT_RAISE}, 0);
  assert_string_equal(d.row, "A1");
  assert_string_equal(d.kind, "alert.raised");
  assert_int_equal(d.next.state, GW_ALERT_UNACKED);
  assert_true(d.next.active && d.next.latched);
  assert_int_equal(d.next.count, 1);
  assert_true(tone_of(&d)->continuous);
  for (int times = 1; times <= 4; times *= 2) {
    const GwEffect *timer = gw_effects_find(&d.effects, GW_EFFECT_TIMER_SET, GW_TIMER_ALERT_ACK, times);
    assert_non_null(timer);
    assert_true(timer->due_at_us == TEN_O_CLOCK + times * 20 * GW_SEC);
  }
  assert_true(gw_alert_due_at_us(&d.next, &rule) == TEN_O_CLOCK + 20 * GW_SEC);
}

static void t_ack_counts_from_the_raising_and_origin_from_the_first_sighting(void **state) {
  GwRule rule = gw_rule_default(GW_RULE_CAMERA_FAULT);
  GwUsec seen_us = TEN_O_CLOCK - 30 * GW_SEC;
  GwAlertDecision d = decide(&(GwAlert){0}, GW_RULE_CAMERA_FAULT,
                             (GwAlertMove){.input = GW_ALERT_RAISE, .first_at_us = seen_us}, 0);
  assert_true(d.next.first_at_us == seen_us);
  assert_true(gw_alert_due_at_us(&d.next, &rule) == TEN_O_CLOCK + 30 * GW_MIN);
}

static void a_camera_fault_makes_no_sound(void **state) {
  GwAlertDecision d = decide(&(GwAlert){0}, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_RAISE}, 0);
  assert_int_equal(d.next.priority, 4);
  assert_null(tone_of(&d));
}

static void a_blind_grid_raises_p3_with_the_times_of_p3(void **state) {
  GwAlertDecision d =
      decide(&(GwAlert){0}, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_RAISE, .priority = 3}, 0);
  assert_int_equal(d.next.priority, 3);
  assert_false(tone_of(&d)->continuous);
  const GwEffect *timer = gw_effects_find(&d.effects, GW_EFFECT_TIMER_SET, GW_TIMER_ALERT_ACK, 1);
  assert_true(timer->due_at_us == TEN_O_CLOCK + 5 * GW_MIN);
}

/* A2 */
static void the_same_again_counts_and_sounds_only_after_retone(void **state) {
  GwAlert alert = raised(GW_RULE_SOS);
  GwAlertDecision soon = decide(&alert, GW_RULE_SOS, (GwAlertMove){.input = GW_ALERT_AGAIN}, 19 * GW_SEC);
  assert_string_equal(soon.row, "A2");
  assert_int_equal(soon.next.state, GW_ALERT_UNACKED);
  assert_int_equal(soon.next.count, 2);
  assert_true(soon.next.last_at_us == TEN_O_CLOCK + 19 * GW_SEC);
  assert_true(soon.next.first_at_us == TEN_O_CLOCK);
  assert_null(tone_of(&soon));
  GwAlertDecision later = decide(&alert, GW_RULE_SOS, (GwAlertMove){.input = GW_ALERT_AGAIN}, 20 * GW_SEC);
  assert_non_null(tone_of(&later));
  assert_true(later.next.toned_at_us == TEN_O_CLOCK + 20 * GW_SEC);
}

static void p2_sounds_again_after_a_minute_and_p3_never(void **state) {
  GwAlert p2 = raised(GW_RULE_REPORTED), p3 = raised(GW_RULE_POINT_MISSED);
  GwAlertMove again = {.input = GW_ALERT_AGAIN};
  GwAlertDecision d = decide(&p2, GW_RULE_REPORTED, again, 59 * GW_SEC);
  assert_null(tone_of(&d));
  d = decide(&p2, GW_RULE_REPORTED, again, 60 * GW_SEC);
  assert_non_null(tone_of(&d));
  d = decide(&p3, GW_RULE_POINT_MISSED, again, GW_HOUR);
  assert_null(tone_of(&d));
}

static void the_same_again_after_the_ack_counts_in_silence(void **state) {
  GwAlert alert = in_state(GW_ALERT_ACKED, GW_RULE_SOS);
  GwAlertDecision d = decide(&alert, GW_RULE_SOS, (GwAlertMove){.input = GW_ALERT_AGAIN}, GW_HOUR);
  assert_int_equal(d.next.state, GW_ALERT_ACKED);
  assert_int_equal(d.next.count, 2);
  assert_null(tone_of(&d));
}

/* A3 */
/* An outage that grows until a grid is blind. */
static void the_same_again_and_graver_rises_with_the_times_of_its_new_priority(void **state) {
  GwAlert alert = raised(GW_RULE_OUTAGE);
  GwAlertDecision d = decide(&alert, GW_RULE_OUTAGE, (GwAlertMove){.input = GW_ALERT_AGAIN, .priority = 3}, GW_MIN);
  assert_int_equal(d.next.priority, 3);
  assert_int_equal(d.next.count, 2);
  assert_non_null(tone_of(&d));
  const GwEffect *timer = gw_effects_find(&d.effects, GW_EFFECT_TIMER_SET, GW_TIMER_ALERT_ACK, 1);
  assert_true(timer && timer->due_at_us == TEN_O_CLOCK + 5 * GW_MIN); /* from the original start */
  d = decide(&d.next, GW_RULE_OUTAGE, (GwAlertMove){.input = GW_ALERT_AGAIN, .priority = 4}, 2 * GW_MIN);
  assert_int_equal(d.next.priority, 3); /* it does not sink by being said more mildly */
  assert_null(gw_effects_find(&d.effects, GW_EFFECT_TIMER_SET, GW_TIMER_ALERT_ACK, 1));
  d = decide(&d.next, GW_RULE_OUTAGE, (GwAlertMove){.input = GW_ALERT_AGAIN}, 3 * GW_MIN);
  assert_int_equal(d.next.priority, 3);
  GwAlert acked = in_state(GW_ALERT_ACKED, GW_RULE_OUTAGE);
  d = decide(&acked, GW_RULE_OUTAGE, (GwAlertMove){.input = GW_ALERT_AGAIN, .priority = 3}, GW_MIN);
  assert_int_equal(d.next.priority, 3);
  assert_int_equal(d.effects.n, 0); /* somebody is on it */
}

static void ack_names_the_operator_and_changes_the_clock(void **state) {
  GwRule rule = gw_rule_default(GW_RULE_REPORTED);
  GwAlert alert = raised(GW_RULE_REPORTED);
  GwAlertDecision d =
      decide(&alert, GW_RULE_REPORTED, (GwAlertMove){.input = GW_ALERT_ACK, .actor_id = 7}, 5 * GW_SEC);
  assert_string_equal(d.row, "A3");
  assert_string_equal(d.kind, "alert.acked");
  assert_int_equal(d.next.state, GW_ALERT_ACKED);
  assert_int_equal(d.next.owner_id, 7);
  assert_true(cancels_ack(&d));
  assert_true(gw_alert_due_at_us(&d.next, &rule) == TEN_O_CLOCK + 125 * GW_SEC);
}

static void second_ack_is_refused_and_changes_nothing(void **state) {
  GwAlert alert = in_state(GW_ALERT_ACKED, GW_RULE_REPORTED);
  refused(&alert, GW_RULE_REPORTED, (GwAlertMove){.input = GW_ALERT_ACK, .actor_id = 8},
          GW_REFUSAL_ALERT_ALREADY_ACKED);
}

/* A4 */
static void a_condition_that_ends_unseen_leaves_its_card_and_its_clock(void **state) {
  GwRule rule = gw_rule_default(GW_RULE_CAMERA_FAULT);
  GwAlert alert = raised(GW_RULE_CAMERA_FAULT);
  GwAlertDecision d = decide(&alert, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_CLEAR}, GW_MIN);
  assert_string_equal(d.row, "A4");
  assert_int_equal(d.next.state, GW_ALERT_RETURNED);
  assert_false(d.next.active);
  assert_false(cancels_ack(&d));
  assert_true(gw_alert_due_at_us(&d.next, &rule) == gw_alert_due_at_us(&alert, &rule));
}

static void a_latched_one_stays_unacknowledged_when_the_condition_ends(void **state) {
  GwAlert alert = raised(GW_RULE_SOS);
  GwAlertDecision d = decide(&alert, GW_RULE_SOS, (GwAlertMove){.input = GW_ALERT_CLEAR}, GW_MIN);
  assert_int_equal(d.next.state, GW_ALERT_UNACKED);
  assert_false(d.next.active);
}

/* A5 */
static void what_ended_unseen_is_closed_with_a_disposition(void **state) {
  GwAlert alert = in_state(GW_ALERT_RETURNED, GW_RULE_CAMERA_FAULT);
  GwAlertMove move = {.input = GW_ALERT_DISPOSE, .actor_id = 7, .disposition = GW_DISPOSITION_FALSE};
  GwAlertDecision d = decide(&alert, GW_RULE_CAMERA_FAULT, move, GW_MIN);
  assert_string_equal(d.row, "A5");
  assert_string_equal(d.kind, "alert.closed");
  assert_int_equal(d.next.state, GW_ALERT_NORM);
  assert_int_equal(d.next.disposition, GW_DISPOSITION_FALSE);
  assert_int_equal(d.next.owner_id, 7);
  assert_true(d.next.closed_at_us == TEN_O_CLOCK + GW_MIN);
  assert_true(cancels_ack(&d));
}

static void what_ended_unseen_is_not_closed_without_one(void **state) {
  GwAlert alert = in_state(GW_ALERT_RETURNED, GW_RULE_CAMERA_FAULT);
  refused(&alert, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_ACK, .actor_id = 7},
          GW_REFUSAL_ALERT_NEEDS_DISPOSITION);
  refused(&alert, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_DISPOSE, .actor_id = 7},
          GW_REFUSAL_ALERT_BAD_DISPOSITION);
  refused(&alert, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_DISPATCH, .actor_id = 7},
          GW_REFUSAL_ALERT_NEEDS_DISPOSITION);
}

/* A6 */
static void what_comes_back_unseen_is_unacknowledged_again(void **state) {
  GwAlert alert = in_state(GW_ALERT_RETURNED, GW_RULE_CAMERA_FAULT);
  GwAlertDecision d = decide(&alert, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_AGAIN}, GW_MIN);
  assert_string_equal(d.row, "A6");
  assert_int_equal(d.next.state, GW_ALERT_UNACKED);
  assert_true(d.next.active);
  assert_int_equal(d.next.count, 2);
}

/* A7 */
static void clear_without_ticket_or_disposition_stays_and_needs_one(void **state) {
  GwAlert alert = in_state(GW_ALERT_ACKED, GW_RULE_CAMERA_FAULT);
  GwAlertDecision d = decide(&alert, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_CLEAR}, GW_MIN);
  assert_string_equal(d.row, "A7");
  assert_string_equal(d.kind, "alert.cleared");
  assert_int_equal(d.next.state, GW_ALERT_ACKED);
  GwAlertMove dispose = {.input = GW_ALERT_DISPOSE, .actor_id = 7, .disposition = GW_DISPOSITION_REAL};
  d = decide(&d.next, GW_RULE_CAMERA_FAULT, dispose, 2 * GW_MIN);
  assert_int_equal(d.next.state, GW_ALERT_NORM);
}

static void clear_with_a_ticket_closes(void **state) {
  GwAlert alert = raised(GW_RULE_CAMERA_FAULT);
  alert =
      decide(&alert, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_DISPATCH, .actor_id = 7}, GW_SEC)
          .next;
  GwAlertDecision d = decide(&alert, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_CLEAR}, GW_MIN);
  assert_string_equal(d.kind, "alert.closed");
  assert_int_equal(d.next.state, GW_ALERT_NORM);
}

static void clear_after_a_disposition_closes(void **state) {
  GwAlert alert = in_state(GW_ALERT_ACKED, GW_RULE_CAMERA_FAULT);
  GwAlertMove dispose = {.input = GW_ALERT_DISPOSE, .actor_id = 7, .disposition = GW_DISPOSITION_REAL};
  GwAlertDecision d = decide(&alert, GW_RULE_CAMERA_FAULT, dispose, 6 * GW_SEC);
  assert_string_equal(d.kind, "alert.disposed");
  assert_int_equal(d.next.state, GW_ALERT_ACKED);
  assert_true(d.next.active);
  d = decide(&d.next, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_CLEAR}, GW_MIN);
  assert_int_equal(d.next.state, GW_ALERT_NORM);
}

static void what_a_person_reported_a_person_ends(void **state) {
  static const GwRuleKind kinds[] = {GW_RULE_REPORTED, GW_RULE_SOS, GW_RULE_OBSERVED};
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
    GwAlert alert = in_state(GW_ALERT_ACKED, kinds[i]);
    GwAlertMove dispose = {.input = GW_ALERT_DISPOSE, .actor_id = 7, .disposition = GW_DISPOSITION_TEST};
    assert_int_equal(decide(&alert, kinds[i], dispose, GW_MIN).next.state, GW_ALERT_NORM);
    alert = decide(&alert, kinds[i], (GwAlertMove){.input = GW_ALERT_DISPATCH, .actor_id = 7}, GW_SEC).next;
    GwAlertDecision d = decide(&alert, kinds[i], (GwAlertMove){.input = GW_ALERT_TICKET_CLOSED}, GW_HOUR);
    assert_string_equal(d.row, "A7");
    assert_int_equal(d.next.state, GW_ALERT_NORM);
    assert_int_equal(d.next.disposition, GW_DISPOSITION_REAL);
  }
}

static void a_closed_ticket_does_not_end_what_the_machine_still_sees(void **state) {
  GwAlert alert = raised(GW_RULE_CAMERA_FAULT);
  GwAlertMove dispatch = {.input = GW_ALERT_DISPATCH, .actor_id = 7};
  alert = decide(&alert, GW_RULE_CAMERA_FAULT, dispatch, GW_SEC).next;
  GwAlertDecision d =
      decide(&alert, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_TICKET_CLOSED}, GW_HOUR);
  assert_int_equal(d.next.state, GW_ALERT_ACKED);
  assert_true(d.next.active);
  d = decide(&d.next, GW_RULE_CAMERA_FAULT, dispatch, 2 * GW_HOUR); /* somebody may be sent again */
  assert_true(d.next.has_ticket);
}

static void a_latched_one_with_a_ticket_waits_for_a_word(void **state) {
  GwAlert alert = raised(GW_RULE_SOS);
  alert = decide(&alert, GW_RULE_SOS, (GwAlertMove){.input = GW_ALERT_DISPATCH, .actor_id = 7}, GW_SEC).next;
  GwAlertDecision d = decide(&alert, GW_RULE_SOS, (GwAlertMove){.input = GW_ALERT_CLEAR}, GW_MIN);
  assert_int_equal(d.next.state, GW_ALERT_ACKED);
}

/* A13 */
static void t_ack_climbs_from_the_desk_to_the_supervisor(void **state) {
  GwAlert alert = raised(GW_RULE_SOS);
  GwAlertDecision d =
      decide(&alert, GW_RULE_SOS, (GwAlertMove){.input = GW_ALERT_ACK_DUE, .due = 1}, 20 * GW_SEC);
  assert_string_equal(d.row, "A13");
  assert_string_equal(d.kind, "alert.escalated");
  assert_int_equal(d.next.state, GW_ALERT_UNACKED);
  assert_int_equal(d.next.escalation, 1);
  assert_true(told(&d, GW_NOTIFY_DESK) && told(&d, GW_NOTIFY_LEAD_TONE));
  assert_false(told(&d, GW_NOTIFY_LEAD_PHONE) || told(&d, GW_NOTIFY_SUPERVISOR));
  d = decide(&d.next, GW_RULE_SOS, (GwAlertMove){.input = GW_ALERT_ACK_DUE, .due = 2}, 40 * GW_SEC);
  assert_true(told(&d, GW_NOTIFY_LEAD_PHONE) && !told(&d, GW_NOTIFY_SUPERVISOR));
  d = decide(&d.next, GW_RULE_SOS, (GwAlertMove){.input = GW_ALERT_ACK_DUE, .due = 4}, 80 * GW_SEC);
  assert_true(told(&d, GW_NOTIFY_SUPERVISOR));
  assert_int_equal(d.next.escalation, 4);
}

static void t_ack_climbs_also_when_the_condition_has_ended_unseen(void **state) {
  GwAlert alert = in_state(GW_ALERT_RETURNED, GW_RULE_CAMERA_FAULT);
  GwAlertDecision d =
      decide(&alert, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_ACK_DUE, .due = 1}, 30 * GW_MIN);
  assert_string_equal(d.row, "A13");
  assert_int_equal(d.next.state, GW_ALERT_RETURNED);
}

static void no_step_of_t_ack_is_taken_twice_or_invented(void **state) {
  GwAlert alert = raised(GW_RULE_SOS);
  alert.escalation = 2;
  refused(&alert, GW_RULE_SOS, (GwAlertMove){.input = GW_ALERT_ACK_DUE, .due = 2},
          GW_REFUSAL_ALERT_NO_SUCH_MOVE);
  refused(&alert, GW_RULE_SOS, (GwAlertMove){.input = GW_ALERT_ACK_DUE, .due = 1},
          GW_REFUSAL_ALERT_NO_SUCH_MOVE);
  refused(&alert, GW_RULE_SOS, (GwAlertMove){.input = GW_ALERT_ACK_DUE, .due = 3},
          GW_REFUSAL_ALERT_NO_SUCH_MOVE);
}

/* A14 */
static void dispatch_acknowledges_in_the_same_breath(void **state) {
  GwAlert alert = raised(GW_RULE_REPORTED);
  GwAlertDecision d =
      decide(&alert, GW_RULE_REPORTED, (GwAlertMove){.input = GW_ALERT_DISPATCH, .actor_id = 7}, 5 * GW_SEC);
  assert_string_equal(d.row, "A14");
  assert_string_equal(d.kind, "alert.dispatched");
  assert_int_equal(d.next.state, GW_ALERT_ACKED);
  assert_true(d.next.has_ticket);
  assert_int_equal(d.next.owner_id, 7);
  assert_true(cancels_ack(&d));
  GwRule rule = gw_rule_default(GW_RULE_REPORTED);
  assert_true(gw_alert_due_at_us(&d.next, &rule) == 0);
}

static void dispatch_by_another_keeps_who_acknowledged(void **state) {
  GwAlert alert = in_state(GW_ALERT_ACKED, GW_RULE_REPORTED);
  GwAlertDecision d =
      decide(&alert, GW_RULE_REPORTED, (GwAlertMove){.input = GW_ALERT_DISPATCH, .actor_id = 9}, GW_MIN);
  assert_string_equal(d.row, "A14");
  assert_int_equal(d.next.owner_id, 7);
}

static void second_dispatch_is_refused(void **state) {
  GwAlert alert = in_state(GW_ALERT_ACKED, GW_RULE_REPORTED);
  alert.has_ticket = TRUE;
  refused(&alert, GW_RULE_REPORTED, (GwAlertMove){.input = GW_ALERT_DISPATCH, .actor_id = 7},
          GW_REFUSAL_ALERT_HAS_TICKET);
}

static void a_fault_that_ended_after_the_ack_leaves_with_its_ticket(void **state) {
  GwAlert alert = in_state(GW_ALERT_ACKED, GW_RULE_CAMERA_FAULT);
  alert = decide(&alert, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_CLEAR}, GW_MIN).next;
  GwAlertDecision d = decide(&alert, GW_RULE_CAMERA_FAULT,
                             (GwAlertMove){.input = GW_ALERT_DISPATCH, .actor_id = 7}, 2 * GW_MIN);
  assert_int_equal(d.next.state, GW_ALERT_NORM);
  assert_true(d.next.has_ticket);
}

/* R7 */
static void a_withdrawn_one_closes_from_wherever_it_stands(void **state) {
  for (int from = GW_ALERT_UNACKED; from < GW_N_ALERT_STATES; from++) {
    GwAlert alert = in_state((GwAlertState)from, GW_RULE_POINT_MISSED);
    GwAlertDecision d =
        decide(&alert, GW_RULE_POINT_MISSED, (GwAlertMove){.input = GW_ALERT_WITHDRAW}, GW_HOUR);
    assert_string_equal(d.kind, "alert.withdrawn");
    assert_int_equal(d.next.state, GW_ALERT_NORM);
    assert_true(cancels_ack(&d));
  }
}

static void disposing_before_the_ack_is_refused(void **state) {
  GwAlert alert = raised(GW_RULE_REPORTED);
  refused(&alert, GW_RULE_REPORTED,
          (GwAlertMove){.input = GW_ALERT_DISPOSE, .actor_id = 7, .disposition = GW_DISPOSITION_REAL},
          GW_REFUSAL_ALERT_ACK_FIRST);
}

static void a_closed_one_says_that_it_is_closed(void **state) {
  GwAlert alert = in_state(GW_ALERT_RETURNED, GW_RULE_CAMERA_FAULT);
  GwAlertMove dispose = {.input = GW_ALERT_DISPOSE, .actor_id = 7, .disposition = GW_DISPOSITION_REAL};
  alert = decide(&alert, GW_RULE_CAMERA_FAULT, dispose, GW_MIN).next;
  refused(&alert, GW_RULE_CAMERA_FAULT, (GwAlertMove){.input = GW_ALERT_ACK, .actor_id = 7},
          GW_REFUSAL_ALERT_CLOSED);
}

static const Row rows[] = {
    {GW_ALERT_NORM, GW_ALERT_RAISE, "A1"},        {GW_ALERT_UNACKED, GW_ALERT_AGAIN, "A2"},
    {GW_ALERT_ACKED, GW_ALERT_AGAIN, "A2"},       {GW_ALERT_UNACKED, GW_ALERT_ACK, "A3"},
    {GW_ALERT_UNACKED, GW_ALERT_CLEAR, "A4"},     {GW_ALERT_RETURNED, GW_ALERT_DISPOSE, "A5"},
    {GW_ALERT_RETURNED, GW_ALERT_AGAIN, "A6"},    {GW_ALERT_ACKED, GW_ALERT_CLEAR, "A7"},
    {GW_ALERT_ACKED, GW_ALERT_DISPOSE, "A7"},     {GW_ALERT_ACKED, GW_ALERT_TICKET_CLOSED, "A7"},
    {GW_ALERT_UNACKED, GW_ALERT_ACK_DUE, "A13"},  {GW_ALERT_RETURNED, GW_ALERT_ACK_DUE, "A13"},
    {GW_ALERT_UNACKED, GW_ALERT_DISPATCH, "A14"}, {GW_ALERT_ACKED, GW_ALERT_DISPATCH, "A14"},
    {GW_ALERT_UNACKED, GW_ALERT_WITHDRAW, "R7"},  {GW_ALERT_ACKED, GW_ALERT_WITHDRAW, "R7"},
    {GW_ALERT_RETURNED, GW_ALERT_WITHDRAW, "R7"},
};

static void every_move_outside_the_table_is_refused_and_changes_nothing(void **state) {
  GwRule rule = gw_rule_default(GW_RULE_CAMERA_FAULT);
  for (int from = 0; from < GW_N_ALERT_STATES; from++)
    for (int input = 0; input < GW_N_ALERT_INPUTS; input++) {
      const char *row = row_of(rows, G_N_ELEMENTS(rows), from, input);
      assert_same_row(gw_alert_table_row((GwAlertState)from, (GwAlertInput)input), row);
      if (row)
        continue;
      GwAlert alert = in_state((GwAlertState)from, GW_RULE_CAMERA_FAULT), before = alert;
      GwAlertMove move = {
          .input = (GwAlertInput)input, .actor_id = 7, .disposition = GW_DISPOSITION_REAL, .due = 1};
      GwAlertDecision d, untouched;
      memset(&d, 0x5a, sizeof d);
      memcpy(&untouched, &d, sizeof d);
      g_autoptr(GError) error = NULL;
      assert_false(gw_alert_decide(&alert, &rule, &move, TEN_O_CLOCK, &d, &error));
      assert_int_equal(gw_error_code(error), GW_CODE_ILLEGAL);
      assert_memory_equal(&d, &untouched, sizeof d);
      assert_memory_equal(&alert, &before, sizeof alert);
    }
}

static void names_go_both_ways(void **state) {
  for (int i = 0; i < GW_N_ALERT_STATES; i++) {
    GwAlertState back;
    assert_true(gw_alert_state_from_string(gw_alert_state_to_string((GwAlertState)i), &back));
    assert_int_equal(back, i);
  }
  for (int i = 0; i < GW_N_DISPOSITIONS; i++) {
    GwDisposition back;
    assert_true(gw_disposition_from_string(gw_disposition_to_string((GwDisposition)i), &back));
    assert_int_equal(back, i);
  }
  GwAlertState untouched = GW_ALERT_ACKED;
  assert_false(gw_alert_state_from_string("SHELVED", &untouched));
  assert_false(gw_alert_state_from_string(NULL, &untouched));
  assert_int_equal(untouched, GW_ALERT_ACKED);
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(raising_sounds_and_sets_the_three_steps_of_t_ack),
      FACT(t_ack_counts_from_the_raising_and_origin_from_the_first_sighting),
      FACT(a_camera_fault_makes_no_sound),
      FACT(a_blind_grid_raises_p3_with_the_times_of_p3),
      FACT(the_same_again_counts_and_sounds_only_after_retone),
      FACT(p2_sounds_again_after_a_minute_and_p3_never),
      FACT(the_same_again_after_the_ack_counts_in_silence),
      FACT(the_same_again_and_graver_rises_with_the_times_of_its_new_priority),
      FACT(ack_names_the_operator_and_changes_the_clock),
      FACT(second_ack_is_refused_and_changes_nothing),
      FACT(a_condition_that_ends_unseen_leaves_its_card_and_its_clock),
      FACT(a_latched_one_stays_unacknowledged_when_the_condition_ends),
      FACT(what_ended_unseen_is_closed_with_a_disposition),
      FACT(what_ended_unseen_is_not_closed_without_one),
      FACT(what_comes_back_unseen_is_unacknowledged_again),
      FACT(clear_without_ticket_or_disposition_stays_and_needs_one),
      FACT(clear_with_a_ticket_closes),
      FACT(clear_after_a_disposition_closes),
      FACT(what_a_person_reported_a_person_ends),
      FACT(a_closed_ticket_does_not_end_what_the_machine_still_sees),
      FACT(a_latched_one_with_a_ticket_waits_for_a_word),
      FACT(t_ack_climbs_from_the_desk_to_the_supervisor),
      FACT(t_ack_climbs_also_when_the_condition_has_ended_unseen),
      FACT(no_step_of_t_ack_is_taken_twice_or_invented),
      FACT(dispatch_acknowledges_in_the_same_breath),
      FACT(dispatch_by_another_keeps_who_acknowledged),
      FACT(second_dispatch_is_refused),
      FACT(a_fault_that_ended_after_the_ack_leaves_with_its_ticket),
      FACT(a_withdrawn_one_closes_from_wherever_it_stands),
      FACT(disposing_before_the_ack_is_refused),
      FACT(a_closed_one_says_that_it_is_closed),
      FACT(every_move_outside_the_table_is_refused_and_changes_nothing),
      FACT(names_go_both_ways),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
