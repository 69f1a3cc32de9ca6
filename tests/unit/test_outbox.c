#include "tests/unit/core_facts.h"

#include "daemon/core/outbox.h"

static GwOutbox in_state(GwOutboxState state) {
  return (GwOutbox){
      .state = state,
      .attempts = state == GW_OUTBOX_QUEUED ? 0 : 1,
      .queued_at_us = TEN_O_CLOCK,
      .deadline_at_us = TEN_O_CLOCK + GW_OUTBOX_RECEIPT_US,
  };
}

static GwOutboxDecision decide(const GwOutbox *outbox, GwOutboxInput input, GwUsec after_us) {
  g_autoptr(GError) error = NULL;
  GwOutboxDecision d;
  if (!gw_outbox_decide(outbox, input, TEN_O_CLOCK + after_us, &d, &error))
    fail_msg("refused: %s", error->message);
  return d;
}

static GwOutboxState after(GwOutboxState from, GwOutboxInput input) {
  GwOutbox outbox = in_state(from);
  return decide(&outbox, input, GW_SEC).next.state;
}

static void a_queued_message_waits_ten_seconds_for_its_receipt(void **state) {
  GwOutboxDecision d;
  gw_outbox_queued(TEN_O_CLOCK, &d);
  assert_int_equal(d.next.state, GW_OUTBOX_QUEUED);
  const GwEffect *timer = gw_effects_find(&d.effects, GW_EFFECT_TIMER_SET, GW_TIMER_OUTBOX_RECEIPT, 0);
  assert_true(timer->due_at_us == TEN_O_CLOCK + 10 * GW_SEC);
}

static void the_whole_way_to_an_answer_keeps_every_time(void **state) {
  GwOutboxDecision d;
  gw_outbox_queued(TEN_O_CLOCK, &d);
  d = decide(&d.next, GW_OUTBOX_DO_SEND, 1 * GW_SEC);
  assert_int_equal(d.next.state, GW_OUTBOX_SENDING);
  d = decide(&d.next, GW_OUTBOX_DO_TAKEN, 2 * GW_SEC);
  assert_int_equal(d.next.state, GW_OUTBOX_ACCEPTED);
  d = decide(&d.next, GW_OUTBOX_DO_RECEIPT, 3 * GW_SEC);
  assert_int_equal(d.next.state, GW_OUTBOX_DELIVERED);
  assert_non_null(gw_effects_find(&d.effects, GW_EFFECT_TIMER_CANCEL, GW_TIMER_OUTBOX_RECEIPT, -1));
  assert_true(d.next.deadline_at_us == 0);
  d = decide(&d.next, GW_OUTBOX_DO_SEEN, 4 * GW_SEC);
  assert_int_equal(d.next.state, GW_OUTBOX_READ);
  d = decide(&d.next, GW_OUTBOX_DO_ANSWER, 5 * GW_SEC);
  assert_int_equal(d.next.state, GW_OUTBOX_ANSWERED);
  assert_int_equal(d.next.attempts, 1);
  assert_true(d.next.sent_at_us == TEN_O_CLOCK + 1 * GW_SEC);
  assert_true(d.next.delivered_at_us == TEN_O_CLOCK + 3 * GW_SEC);
  assert_true(d.next.read_at_us == TEN_O_CLOCK + 4 * GW_SEC);
  assert_true(d.next.answered_at_us == TEN_O_CLOCK + 5 * GW_SEC);
}

static void without_a_receipt_nobody_knows_and_the_desk_calls(void **state) {
  static const GwOutboxState from[] = {GW_OUTBOX_QUEUED, GW_OUTBOX_SENDING, GW_OUTBOX_ACCEPTED};
  for (gsize i = 0; i < G_N_ELEMENTS(from); i++) {
    GwOutbox outbox = in_state(from[i]);
    GwOutboxDecision d = decide(&outbox, GW_OUTBOX_DO_RECEIPT_DUE, 10 * GW_SEC);
    assert_int_equal(d.next.state, GW_OUTBOX_UNKNOWN);
    assert_true(d.call);
  }
}

static void a_receipt_after_the_deadline_still_counts(void **state) {
  assert_int_equal(after(GW_OUTBOX_UNKNOWN, GW_OUTBOX_DO_RECEIPT), GW_OUTBOX_DELIVERED);
  assert_int_equal(after(GW_OUTBOX_UNKNOWN, GW_OUTBOX_DO_SEND), GW_OUTBOX_SENDING);
}

static void who_reads_or_answers_has_received(void **state) {
  GwOutbox outbox = in_state(GW_OUTBOX_SENDING);
  GwOutboxDecision d = decide(&outbox, GW_OUTBOX_DO_SEEN, 2 * GW_SEC);
  assert_int_equal(d.next.state, GW_OUTBOX_READ);
  assert_true(d.next.delivered_at_us == TEN_O_CLOCK + 2 * GW_SEC);
  assert_int_equal(after(GW_OUTBOX_QUEUED, GW_OUTBOX_DO_ANSWER), GW_OUTBOX_ANSWERED); /* by radio */
}

static void a_failed_sending_is_tried_after_5_15_and_30_seconds_and_then_given_up(void **state) {
  static const GwUsec wait_us[] = {5 * GW_SEC, 15 * GW_SEC, 30 * GW_SEC};
  GwOutbox outbox = in_state(GW_OUTBOX_QUEUED);
  for (gsize i = 0; i < G_N_ELEMENTS(wait_us); i++) {
    outbox = decide(&outbox, GW_OUTBOX_DO_SEND, 0).next;
    GwOutboxDecision d = decide(&outbox, GW_OUTBOX_DO_FAIL, 0);
    assert_int_equal(d.next.state, GW_OUTBOX_TEMP_FAIL);
    const GwEffect *timer = gw_effects_find(&d.effects, GW_EFFECT_TIMER_SET, GW_TIMER_OUTBOX_RETRY, 0);
    assert_true(timer->due_at_us == TEN_O_CLOCK + wait_us[i]);
    outbox = decide(&d.next, GW_OUTBOX_DO_RETRY_DUE, 0).next;
    assert_int_equal(outbox.state, GW_OUTBOX_QUEUED);
  }
  outbox = decide(&outbox, GW_OUTBOX_DO_SEND, 0).next;
  GwOutboxDecision d = decide(&outbox, GW_OUTBOX_DO_FAIL, 0);
  assert_int_equal(d.next.state, GW_OUTBOX_PERM_FAIL);
  assert_true(d.call);
}

static void retrying_does_not_keep_the_desk_from_calling(void **state) {
  GwOutbox outbox = in_state(GW_OUTBOX_TEMP_FAIL);
  GwOutboxDecision d = decide(&outbox, GW_OUTBOX_DO_RECEIPT_DUE, 10 * GW_SEC);
  assert_int_equal(d.next.state, GW_OUTBOX_TEMP_FAIL);
  assert_true(d.call);
}

static void what_is_over_expires_wherever_it_stands_and_stays(void **state) {
  for (int from = 0; from < GW_N_OUTBOX_STATES; from++) {
    if (gw_outbox_state_is_open((GwOutboxState)from))
      assert_int_equal(after((GwOutboxState)from, GW_OUTBOX_DO_EXPIRE), GW_OUTBOX_EXPIRED);
    else
      for (int input = 0; input < GW_N_OUTBOX_INPUTS; input++)
        assert_false(gw_outbox_has_move((GwOutboxState)from, (GwOutboxInput)input));
  }
}

#define BIT(input) (1u << GW_OUTBOX_DO_##input)

static const guint moves[GW_N_OUTBOX_STATES] = {
    [GW_OUTBOX_QUEUED] = BIT(SEND) | BIT(RECEIPT) | BIT(SEEN) | BIT(ANSWER) | BIT(FAIL_FOR_GOOD) |
                         BIT(RECEIPT_DUE) | BIT(EXPIRE),
    [GW_OUTBOX_SENDING] = BIT(TAKEN) | BIT(RECEIPT) | BIT(SEEN) | BIT(ANSWER) | BIT(FAIL) |
                          BIT(FAIL_FOR_GOOD) | BIT(RECEIPT_DUE) | BIT(EXPIRE),
    [GW_OUTBOX_ACCEPTED] = BIT(RECEIPT) | BIT(SEEN) | BIT(ANSWER) | BIT(RECEIPT_DUE) | BIT(EXPIRE),
    [GW_OUTBOX_DELIVERED] = BIT(SEEN) | BIT(ANSWER) | BIT(EXPIRE),
    [GW_OUTBOX_READ] = BIT(ANSWER) | BIT(EXPIRE),
    [GW_OUTBOX_TEMP_FAIL] = BIT(RECEIPT) | BIT(SEEN) | BIT(ANSWER) | BIT(RETRY_DUE) | BIT(FAIL_FOR_GOOD) |
                            BIT(RECEIPT_DUE) | BIT(EXPIRE),
    [GW_OUTBOX_UNKNOWN] =
        BIT(SEND) | BIT(RECEIPT) | BIT(SEEN) | BIT(ANSWER) | BIT(FAIL_FOR_GOOD) | BIT(EXPIRE),
};

static void every_move_outside_the_table_is_refused_and_changes_nothing(void **state) {
  for (int from = 0; from < GW_N_OUTBOX_STATES; from++)
    for (int input = 0; input < GW_N_OUTBOX_INPUTS; input++) {
      GwOutbox outbox = in_state((GwOutboxState)from), before = outbox;
      GwOutboxDecision d, untouched;
      memset(&d, 0x5a, sizeof d);
      memcpy(&untouched, &d, sizeof d);
      g_autoptr(GError) error = NULL;
      gboolean ok = gw_outbox_decide(&outbox, (GwOutboxInput)input, TEN_O_CLOCK, &d, &error);
      assert_true(ok == (gboolean)((moves[from] >> input) & 1));
      assert_true(ok == gw_outbox_has_move((GwOutboxState)from, (GwOutboxInput)input));
      if (ok)
        continue;
      assert_refused(ok, error, GW_REFUSAL_OUTBOX_NO_SUCH_MOVE);
      assert_memory_equal(&d, &untouched, sizeof d);
      assert_memory_equal(&outbox, &before, sizeof outbox);
    }
}

static void names_go_both_ways(void **state) {
  for (int i = 0; i < GW_N_OUTBOX_STATES; i++) {
    GwOutboxState back;
    assert_true(gw_outbox_state_from_string(gw_outbox_state_to_string((GwOutboxState)i), &back));
    assert_int_equal(back, i);
  }
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(a_queued_message_waits_ten_seconds_for_its_receipt),
      FACT(the_whole_way_to_an_answer_keeps_every_time),
      FACT(without_a_receipt_nobody_knows_and_the_desk_calls),
      FACT(a_receipt_after_the_deadline_still_counts),
      FACT(who_reads_or_answers_has_received),
      FACT(a_failed_sending_is_tried_after_5_15_and_30_seconds_and_then_given_up),
      FACT(retrying_does_not_keep_the_desk_from_calling),
      FACT(what_is_over_expires_wherever_it_stands_and_stays),
      FACT(every_move_outside_the_table_is_refused_and_changes_nothing),
      FACT(names_go_both_ways),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
