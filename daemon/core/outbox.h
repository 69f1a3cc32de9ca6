#pragma once
#include "daemon/core/effect.h"

/* The life of one message on one channel, as one table [from][input].  Pure.  Thread: any. */
#define GW_OUTBOX_STATES(X)                                                                                  \
  X(QUEUED, "QUEUED")                                                                                        \
  X(SENDING, "SENDING")                                                                                      \
  X(ACCEPTED, "ACCEPTED")                                                                                    \
  X(DELIVERED, "DELIVERED")                                                                                  \
  X(READ, "READ")                                                                                            \
  X(ANSWERED, "ANSWERED")                                                                                    \
  X(TEMP_FAIL, "TEMP_FAIL")                                                                                  \
  X(PERM_FAIL, "PERM_FAIL")                                                                                  \
  X(UNKNOWN, "UNKNOWN")                                                                                      \
  X(EXPIRED, "EXPIRED")

typedef enum GwOutboxState {
#define X(name, text) GW_OUTBOX_##name,
  GW_OUTBOX_STATES(X)
#undef X
      GW_N_OUTBOX_STATES
} GwOutboxState;

#define GW_OUTBOX_INPUTS(X)                                                                                  \
  X(SEND, "send")       /* a sender took it */                                                               \
  X(TAKEN, "taken")     /* the channel took it (written to a socket) */                                      \
  X(RECEIPT, "receipt") /* the device has it */                                                              \
  X(SEEN, "seen")       /* a person opened it */                                                             \
  X(ANSWER, "answer")   /* accepted, refused, or answered by radio or telephone */                           \
  X(FAIL, "fail")       /* for now: 5, 15, 30 s, then for good */                                            \
  X(FAIL_FOR_GOOD, "fail_for_good")                                                                          \
  X(RETRY_DUE, "retry_due")                                                                                  \
  X(RECEIPT_DUE, "receipt_due") /* 10 s without a receipt: unknown, the desk says call */                    \
  X(EXPIRE, "expire")           /* its matter is over, or it was recalled */

typedef enum GwOutboxInput {
#define X(name, text) GW_OUTBOX_DO_##name,
  GW_OUTBOX_INPUTS(X)
#undef X
      GW_N_OUTBOX_INPUTS
} GwOutboxInput;

typedef struct GwOutbox {
  GwOutboxState state;
  int attempts;
  GwUsec queued_at_us, sent_at_us, delivered_at_us, read_at_us, answered_at_us;
  GwUsec deadline_at_us; /* of the receipt; 0: none runs */
} GwOutbox;

typedef struct GwOutboxDecision {
  GwOutbox next;
  gboolean call; /* say on the desk: call this unit */
  GwEffects effects;
} GwOutboxDecision;

#define GW_OUTBOX_RECEIPT_US (10 * GW_SEC)
#define GW_OUTBOX_ATTEMPTS_MOST 4

/* A message just queued: state, deadline and its timer. */
void gw_outbox_queued(GwUsec now_us, GwOutboxDecision *ret);
gboolean gw_outbox_decide(const GwOutbox *now_is, GwOutboxInput input, GwUsec now_us, GwOutboxDecision *ret,
                          GError **error);
gboolean gw_outbox_has_move(GwOutboxState from, GwOutboxInput input);
gboolean gw_outbox_state_is_open(GwOutboxState state);
const char *gw_outbox_state_to_string(GwOutboxState state);
gboolean gw_outbox_state_from_string(const char *text, GwOutboxState *ret);
const char *gw_outbox_input_to_string(GwOutboxInput input);
