#include "daemon/core/condition.h"

static void switch_on(GwConditionDecision *ret) {
  ret->next.state = GW_CONDITION_ON;
  ret->verdict = GW_CONDITION_RAISE;
}

static void switch_off(GwConditionDecision *ret) {
  ret->next = (GwConditionFacts){.state = GW_CONDITION_OFF};
  ret->verdict = GW_CONDITION_CLEAR;
}

static void seen(const GwRule *rule, GwUsec now_us, GwConditionDecision *ret) {
  if (ret->next.state == GW_CONDITION_FALLING) { /* it had not really ended */
    ret->next.state = GW_CONDITION_ON;
    gw_effects_timer_cancel(&ret->effects, GW_TIMER_ALERT_OFF);
  } else if (ret->next.state == GW_CONDITION_OFF) {
    ret->next.first_at_us = now_us;
    if (rule->on_delay_us <= 0) {
      switch_on(ret);
      return;
    }
    ret->next.state = GW_CONDITION_RISING;
    gw_effects_timer_set(&ret->effects, GW_TIMER_ALERT_ON, 0, now_us + rule->on_delay_us, FALSE);
  }
}

static void gone(const GwRule *rule, GwUsec now_us, GwConditionDecision *ret) {
  if (ret->next.state == GW_CONDITION_RISING) { /* too short to be told of */
    ret->next = (GwConditionFacts){.state = GW_CONDITION_OFF};
    gw_effects_timer_cancel(&ret->effects, GW_TIMER_ALERT_ON);
  } else if (ret->next.state == GW_CONDITION_ON) {
    if (rule->off_delay_us <= 0) {
      switch_off(ret);
      return;
    }
    ret->next.state = GW_CONDITION_FALLING;
    gw_effects_timer_set(&ret->effects, GW_TIMER_ALERT_OFF, 0, now_us + rule->off_delay_us, FALSE);
  }
}

void gw_condition_decide(const GwConditionFacts *now_is, const GwRule *rule, GwConditionInput input,
                         GwUsec now_us, GwConditionDecision *ret) {
  *ret = (GwConditionDecision){.next = *now_is};
  if (input == GW_CONDITION_SEEN)
    seen(rule, now_us, ret);
  else if (input == GW_CONDITION_GONE)
    gone(rule, now_us, ret);
  else if (input == GW_CONDITION_ON_DUE && now_is->state == GW_CONDITION_RISING && rule->enabled)
    switch_on(ret);
  else if (input == GW_CONDITION_ON_DUE && now_is->state == GW_CONDITION_RISING) /* switched off meanwhile */
    ret->next = (GwConditionFacts){.state = GW_CONDITION_OFF};
  else if (input == GW_CONDITION_OFF_DUE && now_is->state == GW_CONDITION_FALLING)
    switch_off(ret);
}
