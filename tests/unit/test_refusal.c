#include "tests/unit/core_facts.h"

#include "daemon/core/effect.h"

static void every_refusal_has_two_sentences_and_a_code_of_the_wire(void **state) {
  for (int i = 0; i < GW_N_REFUSALS; i++) {
    const char *en = gw_refusal_en((GwRefusal)i), *zh = gw_refusal_zh(en);
    assert_true(strlen(en) > 8 && g_str_has_suffix(en, "."));
    assert_non_null(zh);
    assert_true(g_utf8_validate(zh, -1, NULL) && g_str_has_suffix(zh, "。"));
    assert_int_not_equal(gw_refusal_code((GwRefusal)i), GW_CODE_OK);
    assert_int_not_equal(gw_refusal_code((GwRefusal)i), GW_CODE_INTERNAL);
  }
}

static void no_sentence_stands_for_two_refusals(void **state) {
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (int i = 0; i < GW_N_REFUSALS; i++)
    assert_true(g_hash_table_add(seen, (gpointer)gw_refusal_en((GwRefusal)i)));
}

static void a_strange_sentence_has_no_twin(void **state) {
  assert_null(gw_refusal_zh("Something else."));
  assert_null(gw_refusal_zh(NULL));
}

static void refusing_answers_false_and_may_be_silent(void **state) {
  assert_false(gw_refuse(NULL, GW_REFUSAL_TICKET_OVER));
  g_autoptr(GError) error = NULL;
  gboolean ok = gw_refuse(&error, GW_REFUSAL_TICKET_NOT_YOURS);
  assert_refused(ok, error, GW_REFUSAL_TICKET_NOT_YOURS);
  assert_int_equal(error->code, GW_CODE_FORBIDDEN);
}

static void timers_are_spelled_once_and_found_again(void **state) {
  for (int i = 0; i < GW_N_TIMERS; i++) {
    GwTimerKind back;
    assert_true(gw_timer_kind_from_string(gw_timer_kind_to_string((GwTimerKind)i), &back));
    assert_int_equal(back, i);
  }
  GwTimerKind untouched = GW_TIMER_ROUND_END;
  assert_false(gw_timer_kind_from_string("alert.never", &untouched));
  assert_int_equal(untouched, GW_TIMER_ROUND_END);
}

static void effects_keep_their_order_and_are_found_by_kind(void **state) {
  GwEffects effects = {0};
  gw_effects_timer_set(&effects, GW_TIMER_ALERT_ACK, 2, 42, TRUE);
  gw_effects_notify(&effects, GW_NOTIFY_DESK, "escalation");
  gw_effects_timer_cancel(&effects, GW_TIMER_ALERT_ACK);
  assert_int_equal(effects.n, 3);
  assert_ptr_equal(gw_effects_find(&effects, GW_EFFECT_TIMER_SET, GW_TIMER_ALERT_ACK, 2), &effects.item[0]);
  assert_null(gw_effects_find(&effects, GW_EFFECT_TIMER_SET, GW_TIMER_ALERT_ACK, 1));
  assert_null(gw_effects_find(&effects, GW_EFFECT_TIMER_SET, GW_TIMER_ALERT_ON, 2));
  assert_ptr_equal(gw_effects_find(&effects, GW_EFFECT_NOTIFY, 0, 0), &effects.item[1]);
  assert_int_equal(effects.item[2].arg, -1);
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(every_refusal_has_two_sentences_and_a_code_of_the_wire),
      FACT(no_sentence_stands_for_two_refusals),
      FACT(a_strange_sentence_has_no_twin),
      FACT(refusing_answers_false_and_may_be_silent),
      FACT(timers_are_spelled_once_and_found_again),
      FACT(effects_keep_their_order_and_are_found_by_kind),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
