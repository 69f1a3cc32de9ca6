#include "daemon/core/outbox.h"

#include "daemon/core/names.h"
#include "daemon/core/refusal.h"

static const char *const state_names[] = {
#define X(name, text) text,
    GW_OUTBOX_STATES(X)
#undef X
};
static const char *const input_names[] = {
#define X(name, text) text,
    GW_OUTBOX_INPUTS(X)
#undef X
};

GW_NAMES_DEFINE(GwOutboxState, gw_outbox_state, state_names)

const char *gw_outbox_input_to_string(GwOutboxInput input) {
  return (guint)input < GW_N_OUTBOX_INPUTS ? input_names[input] : "?";
}

gboolean gw_outbox_state_is_open(GwOutboxState state) {
  return state != GW_OUTBOX_ANSWERED && state != GW_OUTBOX_PERM_FAIL && state != GW_OUTBOX_EXPIRED;
}

void gw_outbox_queued(GwUsec now_us, GwOutboxDecision *ret) {
  *ret = (GwOutboxDecision){
      .next = {.state = GW_OUTBOX_QUEUED,
               .queued_at_us = now_us,
               .deadline_at_us = now_us + GW_OUTBOX_RECEIPT_US},
  };
  gw_effects_timer_set(&ret->effects, GW_TIMER_OUTBOX_RECEIPT, 0, ret->next.deadline_at_us, FALSE);
}

typedef void (*Act)(GwOutboxDecision *out, GwUsec now_us);

static void send(GwOutboxDecision *out, GwUsec now_us) {
  out->next.state = GW_OUTBOX_SENDING;
  out->next.attempts++;
  out->next.sent_at_us = now_us;
}

static void taken(GwOutboxDecision *out, GwUsec now_us) {
  out->next.state = GW_OUTBOX_ACCEPTED;
}

static void stop_waiting(GwOutboxDecision *out) {
  out->next.deadline_at_us = 0;
  gw_effects_timer_cancel(&out->effects, GW_TIMER_OUTBOX_RECEIPT);
  gw_effects_timer_cancel(&out->effects, GW_TIMER_OUTBOX_RETRY);
}

static void receipt(GwOutboxDecision *out, GwUsec now_us) {
  out->next.state = GW_OUTBOX_DELIVERED;
  out->next.delivered_at_us = now_us;
  stop_waiting(out);
}

/* Who has read it has it, also when the receipt got lost. */
static void seen(GwOutboxDecision *out, GwUsec now_us) {
  if (out->next.delivered_at_us == 0)
    receipt(out, now_us);
  out->next.state = GW_OUTBOX_READ;
  out->next.read_at_us = now_us;
}

static void answer(GwOutboxDecision *out, GwUsec now_us) {
  out->next.state = GW_OUTBOX_ANSWERED;
  out->next.answered_at_us = now_us;
  stop_waiting(out);
}

static void fail_for_good(GwOutboxDecision *out, GwUsec now_us) {
  out->next.state = GW_OUTBOX_PERM_FAIL;
  out->call = TRUE;
  stop_waiting(out);
}

/* The receipt's deadline runs on: retrying must not keep the desk from calling. */
static void fail(GwOutboxDecision *out, GwUsec now_us) {
  static const GwUsec wait_us[GW_OUTBOX_ATTEMPTS_MOST] = {5 * GW_SEC, 5 * GW_SEC, 15 * GW_SEC, 30 * GW_SEC};
  if (out->next.attempts >= GW_OUTBOX_ATTEMPTS_MOST) {
    fail_for_good(out, now_us);
    return;
  }
  out->next.state = GW_OUTBOX_TEMP_FAIL;
  gw_effects_timer_set(&out->effects, GW_TIMER_OUTBOX_RETRY, 0, now_us + wait_us[MAX(0, out->next.attempts)],
                       FALSE);
}

static void retry(GwOutboxDecision *out, GwUsec now_us) {
  out->next.state = GW_OUTBOX_QUEUED;
}

static void no_receipt(GwOutboxDecision *out, GwUsec now_us) {
  out->next.state = GW_OUTBOX_UNKNOWN;
  out->next.deadline_at_us = 0;
  out->call = TRUE;
}

static void no_receipt_yet(GwOutboxDecision *out, GwUsec now_us) {
  out->next.deadline_at_us = 0;
  out->call = TRUE;
}

static void expire(GwOutboxDecision *out, GwUsec now_us) {
  out->next.state = GW_OUTBOX_EXPIRED;
  stop_waiting(out);
}

#define ALWAYS [GW_OUTBOX_DO_SEEN] = seen, [GW_OUTBOX_DO_ANSWER] = answer, [GW_OUTBOX_DO_EXPIRE] = expire

static const Act table[GW_N_OUTBOX_STATES][GW_N_OUTBOX_INPUTS] = {
    [GW_OUTBOX_QUEUED] =
        {ALWAYS, [GW_OUTBOX_DO_SEND] = send, [GW_OUTBOX_DO_RECEIPT] = receipt,
         [GW_OUTBOX_DO_FAIL_FOR_GOOD] = fail_for_good, [GW_OUTBOX_DO_RECEIPT_DUE] = no_receipt},
    [GW_OUTBOX_SENDING] =
        {ALWAYS, [GW_OUTBOX_DO_TAKEN] = taken, [GW_OUTBOX_DO_RECEIPT] = receipt, [GW_OUTBOX_DO_FAIL] = fail,
         [GW_OUTBOX_DO_FAIL_FOR_GOOD] = fail_for_good, [GW_OUTBOX_DO_RECEIPT_DUE] = no_receipt},
    [GW_OUTBOX_ACCEPTED] =
        {ALWAYS, [GW_OUTBOX_DO_RECEIPT] = receipt, [GW_OUTBOX_DO_RECEIPT_DUE] = no_receipt},
    [GW_OUTBOX_DELIVERED] = {ALWAYS},
    [GW_OUTBOX_READ] = {[GW_OUTBOX_DO_ANSWER] = answer, [GW_OUTBOX_DO_EXPIRE] = expire},
    [GW_OUTBOX_TEMP_FAIL] =
        {ALWAYS, [GW_OUTBOX_DO_RECEIPT] = receipt, [GW_OUTBOX_DO_RETRY_DUE] = retry,
         [GW_OUTBOX_DO_FAIL_FOR_GOOD] = fail_for_good, [GW_OUTBOX_DO_RECEIPT_DUE] = no_receipt_yet},
    [GW_OUTBOX_UNKNOWN] = {ALWAYS, [GW_OUTBOX_DO_SEND] = send, [GW_OUTBOX_DO_RECEIPT] = receipt,
                           [GW_OUTBOX_DO_FAIL_FOR_GOOD] = fail_for_good},
};

gboolean gw_outbox_has_move(GwOutboxState from, GwOutboxInput input) {
  return table[from][input] != NULL;
}

gboolean gw_outbox_decide(const GwOutbox *now_is, GwOutboxInput input, GwUsec now_us, GwOutboxDecision *ret,
                          GError **error) {
  Act act = table[now_is->state][input];
  if (!act)
    return gw_refuse(error, GW_REFUSAL_OUTBOX_NO_SUCH_MOVE);
  *ret = (GwOutboxDecision){.next = *now_is};
  act(ret, now_us);
  return TRUE;
}
