#pragma once
#include "daemon/core/effect.h"
#include "daemon/core/rule.h"

/* On- and off-delay of a condition that a machine sees (camera, reader, worker): what is reported
 * again and again becomes one RAISE and one CLEAR.  Pure.  Thread: any. */
typedef enum GwConditionState {
  GW_CONDITION_OFF,
  GW_CONDITION_RISING,  /* seen, on-delay runs */
  GW_CONDITION_ON,      /* an alert is raised */
  GW_CONDITION_FALLING, /* gone, off-delay runs */
  GW_N_CONDITION_STATES
} GwConditionState;

typedef enum GwConditionInput {
  GW_CONDITION_SEEN,    /* the condition holds */
  GW_CONDITION_GONE,    /* it does not hold */
  GW_CONDITION_ON_DUE,  /* timer alert.on */
  GW_CONDITION_OFF_DUE, /* timer alert.off */
  GW_N_CONDITION_INPUTS
} GwConditionInput;

typedef struct GwConditionFacts {
  GwConditionState state;
  GwUsec first_at_us; /* when it was first seen: the alert's first_at_us */
} GwConditionFacts;

/* What the ledger now does with the alert of this key. */
typedef enum GwConditionVerdict {
  GW_CONDITION_NOTHING,
  GW_CONDITION_RAISE, /* gw_alert_decide RAISE with first_at_us (AGAIN when an alert of the key is open) */
  GW_CONDITION_CLEAR, /* gw_alert_decide CLEAR */
} GwConditionVerdict;

typedef struct GwConditionDecision {
  GwConditionFacts next;
  GwConditionVerdict verdict;
  GwEffects effects; /* timers alert.on, alert.off */
} GwConditionDecision;

/* Never refuses: a machine's report cannot be illegal; a late timer decides nothing. */
void gw_condition_decide(const GwConditionFacts *now_is, const GwRule *rule, GwConditionInput input,
                         GwUsec now_us, GwConditionDecision *ret);
