#include "daemon/core/rule.h"

#include "daemon/core/names.h"

static const char *const kind_names[] = {
#define X(name, text, priority, person) text,
    GW_RULES(X)
#undef X
};

static const struct {
  int priority;
  gboolean cleared_by_person;
} kinds[] = {
#define X(name, text, priority, person) {priority, person},
    GW_RULES(X)
#undef X
};

/* By priority; index 0 is not used.  P4 has until the end of a shift. */
static const struct {
  GwUsec ack_us, act_us, retone_us;
} times[5] = {
    [1] = {20 * GW_SEC, 60 * GW_SEC, 20 * GW_SEC},
    [2] = {60 * GW_SEC, 120 * GW_SEC, 60 * GW_SEC},
    [3] = {5 * GW_MIN, 15 * GW_MIN, 0},
    [4] = {30 * GW_MIN, 12 * GW_HOUR, 0},
};

GW_NAMES_DEFINE(GwRuleKind, gw_rule_kind, kind_names)

gboolean gw_rule_kind_cleared_by_person(GwRuleKind kind) {
  return kinds[kind].cleared_by_person;
}

void gw_rule_set_priority(GwRule *rule, int priority) {
  int p = CLAMP(priority, 1, 4);
  rule->priority = p;
  rule->ack_us = times[p].ack_us;
  rule->act_us = times[p].act_us;
  rule->retone_us = times[p].retone_us;
}

/* Kinds that select have several rules; the numbers of theirs follow each other. */
static GwId default_id(GwRuleKind kind) {
  return kind == GW_RULE_ZONE ? 13 : kind == GW_RULE_CAMERA_OBSERVED ? 15 : (GwId)kind + 1;
}

GwRule gw_rule_default(GwRuleKind kind) {
  GwRule rule = {.id = default_id(kind), .version = 1, .kind = kind, .enabled = TRUE};
  gw_rule_set_priority(&rule, kinds[kind].priority);
  rule.latched = kind == GW_RULE_SOS;
  if (kind == GW_RULE_CAMERA_FAULT) {
    rule.on_delay_us = 30 * GW_SEC; /* reboots and day/night switches pass */
    rule.off_delay_us = 30 * GW_SEC;
  } else if (kind == GW_RULE_READER_GONE) {
    rule.on_delay_us = 3 * GW_MIN; /* three heartbeats of a minute */
    rule.off_delay_us = 30 * GW_SEC;
  } else if (kind == GW_RULE_WORKER_GONE) {
    rule.on_delay_us = 5 * GW_SEC; /* a crashed worker is back within 2 s and raises nothing */
    rule.off_delay_us = 5 * GW_SEC;
  } else if (kind == GW_RULE_OUTAGE || kind == GW_RULE_ZONE || kind == GW_RULE_CAMERA_OBSERVED) {
    rule.off_delay_us = 30 * GW_SEC;
  }
  return rule;
}
