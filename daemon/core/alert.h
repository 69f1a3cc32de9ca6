#pragma once
#include "daemon/core/effect.h"
#include "daemon/core/rule.h"

/* The life of an alert (LIFECYCLES, ALERT; ISA-18.2 letters in brackets), as one table [from][input].
 * Pure: values in, a decision out; nothing is changed, nothing is stored.  Thread: any. */
#define GW_ALERT_STATES(X)                                                                                   \
  X(NORM, "NORM")         /* [A] before it is raised, and after it is closed */                              \
  X(UNACKED, "UNACKED")   /* [B] */                                                                          \
  X(ACKED, "ACKED")       /* [C] */                                                                          \
  X(RETURNED, "RETURNED") /* [D] the condition has ended, nobody acknowledged */

typedef enum GwAlertState {
#define X(name, text) GW_ALERT_##name,
  GW_ALERT_STATES(X)
#undef X
      GW_N_ALERT_STATES
} GwAlertState;

#define GW_ALERT_INPUTS(X)                                                                                   \
  X(RAISE, "raise") /* the condition held for the on-delay */                                                \
  X(AGAIN, "again") /* the same key again */                                                                 \
  X(ACK, "ack")                                                                                              \
  X(CLEAR, "clear")                 /* the condition was gone for the off-delay */                           \
  X(DISPOSE, "dispose")             /* real, false, test, duplicate */                                       \
  X(DISPATCH, "dispatch")           /* ack + ticket + assignment in one */                                   \
  X(TICKET_CLOSED, "ticket_closed") /* its ticket was closed */                                              \
  X(ACK_DUE, "ack_due")             /* T_ack x 1, 2, 4 has passed */                                         \
  X(WITHDRAW, "withdraw")           /* it was never so: a late sync proves it (R7) */

typedef enum GwAlertInput {
#define X(name, text) GW_ALERT_##name,
  GW_ALERT_INPUTS(X)
#undef X
      GW_N_ALERT_INPUTS
} GwAlertInput;

typedef enum GwDisposition {
  GW_DISPOSITION_NONE,
  GW_DISPOSITION_REAL,
  GW_DISPOSITION_FALSE,
  GW_DISPOSITION_TEST,
  GW_DISPOSITION_DUPLICATE,
  GW_N_DISPOSITIONS
} GwDisposition;

/* The columns of the `alert` row that decide; 0 in a time means never. */
typedef struct GwAlert {
  GwAlertState state;
  gboolean active;  /* the condition holds now */
  gboolean latched; /* copied from the rule when raised */
  int priority;
  int count;
  gboolean has_ticket; /* one that is not closed */
  GwDisposition disposition;
  int escalation; /* 0, 1, 2, 4: the last step of A13 taken */
  GwId owner_id;  /* who acknowledged */
  GwUsec first_at_us, last_at_us, toned_at_us;
  GwUsec acked_at_us, cleared_at_us, closed_at_us;
} GwAlert;

typedef struct GwAlertMove {
  GwAlertInput input;
  GwId actor_id;             /* ACK, DISPOSE, DISPATCH */
  GwDisposition disposition; /* DISPOSE */
  int due;                   /* ACK_DUE: 1, 2 or 4 (the timer's arg) */
  int priority;       /* RAISE: 1 … 4 when it differs from the rule's (a blind grid); 0: the rule's.  AGAIN: when it
                       * is graver than before, the alert rises; 0: as it was */
  GwUsec first_at_us; /* RAISE: when the condition was first seen; 0: now */
} GwAlertMove;

typedef struct GwAlertDecision {
  GwAlert next;
  const char *row;  /* "A3": the row of LIFECYCLES */
  const char *kind; /* journal kind: "alert.acked" */
  GwEffects effects;
} GwAlertDecision;

/* The three ACK_DUE timers are GW_TIMER_ALERT_ACK with arg 1, 2, 4.
 * FALSE: refused (GW_CODE_ILLEGAL, or BAD_ARGS for an impossible disposition), *ret untouched. */
gboolean gw_alert_decide(const GwAlert *now_is, const GwRule *rule, const GwAlertMove *move, GwUsec now_us,
                         GwAlertDecision *ret, GError **error);

/* For the docs and the tests: NULL where the table has no row (row "A7" may stand in several cells). */
const char *gw_alert_table_row(GwAlertState from, GwAlertInput input);

/* Where the clock of answering stands: T_ack after the raising (UNACKED, RETURNED), T_act after the
 * acknowledgement (ACKED without ticket or disposition); 0: no clock runs.  Raised counts as first seen
 * plus on-delay, so one that comes in late is late. */
GwUsec gw_alert_due_at_us(const GwAlert *alert, const GwRule *rule);

const char *gw_alert_state_to_string(GwAlertState state);
gboolean gw_alert_state_from_string(const char *text, GwAlertState *ret);
const char *gw_alert_input_to_string(GwAlertInput input);
const char *gw_disposition_to_string(GwDisposition disposition); /* "" for none */
gboolean gw_disposition_from_string(const char *text, GwDisposition *ret);
