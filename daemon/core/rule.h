#pragma once
#include "daemon/base/types.h"

/* The rules of this issue, spelled as in the `rule` table.  PERSON: the condition has no sensor that
 * could see it end, so a person ends it (ticket closed, or a disposition). */
#define GW_RULES(X)                                                                                          \
  X(REPORTED, "reported", 2, TRUE)          /* by an operator, from map or call */                           \
  X(SOS, "sos", 1, TRUE)                    /* a patrol holds the key */                                     \
  X(OBSERVED, "observed", 2, TRUE)          /* a machine reports (source) */                                 \
  X(CAMERA_FAULT, "camera_fault", 4, FALSE) /* lost, stalled, refused */                                     \
  X(READER_GONE, "reader_gone", 4, FALSE)                                                                    \
  X(WORKER_GONE, "worker_gone", 4, FALSE)                                                                    \
  X(POINT_MISSED, "point_missed", 3, FALSE)           /* ends by late sync or made up */                     \
  X(ROUND_NOT_STARTED, "round_not_started", 3, FALSE) /* ends when it starts */                 \
  X(NO_CANDIDATE, "no_candidate", 3, FALSE)           /* T2: nobody is free; ends when somebody is sent */   \
  X(OUTAGE, "outage", 4, FALSE)                       /* one cause that took several cameras */              \
  X(SIGHT, "sight", 4, FALSE)                         /* a picture is covered, moved, out of focus … */      \
  X(ZONE, "zone", 3, FALSE)                           /* something came and stayed in a zone */              \
  X(CAMERA_OBSERVED, "camera_observed", 4, FALSE)     /* what a camera's own analytics say */

typedef enum GwRuleKind {
#define X(name, text, priority, person) GW_RULE_##name,
  GW_RULES(X)
#undef X
      GW_N_RULES
} GwRuleKind;

const char *gw_rule_kind_to_string(GwRuleKind kind);
gboolean gw_rule_kind_from_string(const char *text, GwRuleKind *ret);
gboolean gw_rule_kind_cleared_by_person(GwRuleKind kind);

/* One version of a rule: what the row says, nothing else. */
typedef struct GwRule {
  GwId id;
  int version;
  GwRuleKind kind;
  int priority; /* 1 … 4 */
  GwUsec on_delay_us, off_delay_us;
  gboolean latched; /* never ends by itself, not even when the condition does */
  GwUsec ack_us, act_us;
  GwUsec retone_us; /* 0: the tone is not repeated */
  gboolean enabled;
} GwRule;

/* Fills the times that LIFECYCLES gives a priority (ack, act, retone); P4's "shift" is 12 h. */
void gw_rule_set_priority(GwRule *rule, int priority);
/* The rule as it is delivered, before anybody changes the row: the first of its kind that the migrations insert. */
GwRule gw_rule_default(GwRuleKind kind);
