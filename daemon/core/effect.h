#pragma once
#include "daemon/base/types.h"

/* What a decision asks for besides the new state: timers, tones, messages.  core only names them;
 * the ledger turns each into a row in the same transaction (timer, outbox, journal).
 *
 * Thread: any; plain values, no ownership (strings are static). */

/* Spelled as in the `timer` table; the subject is the object decided about. */
#define GW_TIMERS(X)                                                                                         \
  X(ALERT_ON, "alert.on")             /* on-delay of a condition is over (condition.h) */                    \
  X(ALERT_OFF, "alert.off")           /* off-delay is over: the condition has really ended */                \
  X(ALERT_ACK, "alert.ack")           /* arg 1, 2, 4: that many times T_ack without an answer (A13) */       \
  X(TICKET_ACCEPT, "ticket.accept")   /* nobody accepted in time (T3c) */                                    \
  X(ROUND_OPEN, "round.open")         /* R2: 15 min before the start */                                      \
  X(ROUND_START, "round.start")       /* R3: 10 min after it, still not started */                           \
  X(ROUND_END, "round.end")           /* R10: every window and its grace are over */                         \
  X(ROUND_QUIET, "round.quiet")       /* R10: no sign of life for 20 min */                                  \
  X(POINT_DUE, "round.point")         /* R6: window end + grace */                                           \
  X(OUTBOX_RECEIPT, "outbox.receipt") /* no receipt: unknown, call instead */                                \
  X(OUTBOX_RETRY, "outbox.retry")                                                                            \
  X(CLIP_LATE, "clip.late")           /* K6: nobody has made it, or allowed it, in time */

typedef enum GwTimerKind {
#define X(name, text) GW_TIMER_##name,
  GW_TIMERS(X)
#undef X
      GW_N_TIMERS
} GwTimerKind;

const char *gw_timer_kind_to_string(GwTimerKind kind); /* static */
gboolean gw_timer_kind_from_string(const char *text, GwTimerKind *ret);

/* Whom a message is for.  The spelling is the outbox row's template suffix and target_role. */
typedef enum GwNotify {
  GW_NOTIFY_NONE,
  GW_NOTIFY_DESK,           /* every desk, the second console too */
  GW_NOTIFY_LEAD_TONE,      /* the shift lead's desk, with a tone */
  GW_NOTIFY_LEAD_PHONE,     /* the shift lead's phone */
  GW_NOTIFY_SUPERVISOR,     /* up the tree */
  GW_NOTIFY_UNIT,           /* the ticket's or round's unit */
  GW_NOTIFY_NEXT_CANDIDATE, /* the desk: offer the next of the recommendation */
  GW_N_NOTIFY
} GwNotify;

const char *gw_notify_to_string(GwNotify whom); /* static */

typedef enum GwEffectKind {
  GW_EFFECT_TIMER_SET,    /* timer, arg, due_at_us; replaces the same timer and arg */
  GW_EFFECT_TIMER_CANCEL, /* timer; arg -1: whatever the arg */
  GW_EFFECT_TONE,         /* priority; `continuous` until acknowledged */
  GW_EFFECT_NOTIFY,       /* whom, what (template: "dispatch", "recall", "rework", "escalation" …) */
  GW_EFFECT_RAISE,        /* raise an alert of rule kind `what` about this object */
  GW_EFFECT_CLEAR,        /* the condition of its alert of rule kind `what` has ended, because of `why` */
  GW_EFFECT_WITHDRAW, /* its alert of rule kind `what` should never have been: close it, because of `why` */
} GwEffectKind;

typedef struct GwEffect {
  GwEffectKind kind;
  GwTimerKind timer;
  int arg;
  GwUsec due_at_us;
  gboolean calendar; /* the due time stands in a calendar: a step of the wall clock does not shift it */
  int priority;
  gboolean continuous;
  GwNotify whom;
  const char *what; /* static */
  const char *why;  /* static, may be NULL */
} GwEffect;

#define GW_EFFECTS_MOST 16

typedef struct GwEffects {
  GwEffect item[GW_EFFECTS_MOST];
  guint n;
} GwEffects;

/* Adding more than GW_EFFECTS_MOST is our own mistake and aborts. */
void gw_effects_timer_set(GwEffects *effects, GwTimerKind timer, int arg, GwUsec due_at_us,
                          gboolean calendar);
void gw_effects_timer_cancel(GwEffects *effects, GwTimerKind timer);
void gw_effects_tone(GwEffects *effects, int priority, gboolean continuous);
void gw_effects_notify(GwEffects *effects, GwNotify whom, const char *what);
void gw_effects_raise(GwEffects *effects, const char *rule_kind, int priority);
void gw_effects_clear(GwEffects *effects, const char *rule_kind, const char *why);
void gw_effects_withdraw(GwEffects *effects, const char *rule_kind, const char *why);

/* The first effect of that kind (and timer, when kind is a timer's), or NULL; for tests and the ledger. */
const GwEffect *gw_effects_find(const GwEffects *effects, GwEffectKind kind, GwTimerKind timer, int arg);
