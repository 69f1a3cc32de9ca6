#include "daemon/ledger/outbox.h"

#include <string.h>

#include "daemon/ledger/field.h"
#include "daemon/ledger/ticket.h"
#include "daemon/store/outbox.h"

/* ---- one message ---- */

static gboolean is_phone(const GwOutboxRow *row) {
  return strcmp(row->channel, "phone") == 0;
}

static gboolean journal(GwTx *tx, const GwOutboxRow *row, const char *kind, GError **error) {
  json_t *body = json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:I, s:i}", "template", row->template_name,
                           "channel", row->channel, "target", row->target, "target_id",
                           (json_int_t)row->target_id, "target_role", row->target_role, "about", row->subject,
                           "about_id", (json_int_t)row->subject_id, "attempts", row->core.attempts);
  return gw_tx_journal(tx, kind, "outbox", row->id, row->rev, 0, row->priority, 0, body, error) > 0;
}

/* A desk takes what the feed brings it; nobody asks it for a receipt, so no clock runs. */
static void start_row(GwTx *tx, GwOutboxRow *row, GwOutboxDecision *decision) {
  gw_outbox_queued(tx->now_us, decision);
  if (!is_phone(row)) {
    decision->next.state = GW_OUTBOX_ACCEPTED;
    decision->next.attempts = 1;
    decision->next.sent_at_us = tx->now_us;
    decision->next.deadline_at_us = 0;
    decision->effects.n = 0;
  }
  row->core = decision->next;
}

gboolean gw_outbox_add(GwTx *tx, const char *channel, const char *target, GwId target_id,
                       const char *target_role, const char *subject, GwId subject_id,
                       const char *template_name, int priority, GError **error) {
  GwOutboxRow row = {.target_id = target_id, .subject_id = subject_id, .priority = CLAMP(priority, 1, 4)};
  g_strlcpy(row.channel, channel, sizeof row.channel);
  g_strlcpy(row.target, target, sizeof row.target);
  g_strlcpy(row.target_role, target_role ? target_role : "", sizeof row.target_role);
  g_strlcpy(row.subject, subject, sizeof row.subject);
  g_strlcpy(row.template_name, template_name, sizeof row.template_name);
  GwOutboxDecision decision = {0};
  start_row(tx, &row, &decision);
  if (!gw_store_outbox_insert(tx->db, &row, error) ||
      !gw_tx_apply_timers(tx, &decision.effects, "outbox", row.id, error))
    return FALSE;
  gw_tx_touch(tx, "outbox", row.id);
  return journal(tx, &row, "outbox.queued", error);
}

static const char *kind_of(GwOutboxState state) {
  switch (state) {
  case GW_OUTBOX_DELIVERED:
    return "outbox.delivered";
  case GW_OUTBOX_READ:
    return "outbox.read";
  case GW_OUTBOX_ANSWERED:
    return "outbox.answered";
  case GW_OUTBOX_UNKNOWN:
    return "outbox.unknown";
  case GW_OUTBOX_PERM_FAIL:
    return "outbox.failed";
  case GW_OUTBOX_EXPIRED:
    return "outbox.expired";
  default:
    return NULL; /* on its way: state, not news */
  }
}

/* What a receipt proves for the ticket it carried: the unit has it. */
static gboolean tell_subject(GwTx *tx, const GwOutboxRow *row, GError **error) {
  gboolean arrived = row->core.delivered_at_us == tx->now_us || row->core.read_at_us == tx->now_us;
  if (!arrived || strcmp(row->subject, "ticket") != 0 || strcmp(row->template_name, "dispatch") != 0)
    return TRUE;
  return gw_ticket_received(tx, row->subject_id, row->target_id, error);
}

static gboolean move(GwTx *tx, GwOutboxRow *row, GwOutboxInput input, GError **error) {
  GwOutboxDecision decision;
  GwOutboxState was = row->core.state;
  if (!gw_outbox_decide(&row->core, input, tx->now_us, &decision, error))
    return FALSE;
  row->core = decision.next;
  if (!gw_store_outbox_update(tx->db, row, error) ||
      !gw_tx_apply_timers(tx, &decision.effects, "outbox", row->id, error))
    return FALSE;
  gw_tx_touch(tx, "outbox", row->id);
  const char *kind = row->core.state != was && is_phone(row) ? kind_of(row->core.state) : NULL;
  return (!kind || journal(tx, row, kind, error)) && tell_subject(tx, row, error);
}

static gboolean is_meant(const GwOutboxRow *row, GwId unit_id) {
  gboolean is_role = strcmp(row->target, "role") == 0;
  if (unit_id == GW_OUTBOX_EVERYBODY || unit_id == GW_OUTBOX_ROLES)
    return is_role || unit_id == GW_OUTBOX_EVERYBODY;
  return strcmp(row->target, "unit") == 0 && row->target_id == unit_id;
}

gboolean gw_outbox_settle(GwTx *tx, const char *subject, GwId subject_id, GwId unit_id, GwOutboxInput input,
                          GError **error) {
  g_autoptr(GArray) ids = gw_store_outbox_open_of(tx->db, subject, subject_id, error);
  if (!ids)
    return FALSE;
  for (guint i = 0; i < ids->len; i++) {
    GwOutboxRow row;
    if (!gw_store_outbox_get(tx->db, g_array_index(ids, GwId, i), &row, error))
      return FALSE;
    if (is_meant(&row, unit_id) && gw_outbox_has_move(row.core.state, input) && !move(tx, &row, input, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- decisions into messages ---- */

static gboolean notify_one(GwTx *tx, const GwEffect *e, const char *subject, GwId subject_id, GwId unit_id,
                           int priority, GError **error) {
  switch (e->whom) {
  case GW_NOTIFY_DESK:
  case GW_NOTIFY_NEXT_CANDIDATE:
    return gw_outbox_add(tx, "desk", "role", 0, "operator", subject, subject_id, e->what, priority, error);
  case GW_NOTIFY_LEAD_TONE:
    return gw_outbox_add(tx, "desk", "role", 0, GW_OUTBOX_LEAD, subject, subject_id, e->what, priority, error);
  case GW_NOTIFY_LEAD_PHONE:
    return gw_outbox_add(tx, "phone", "role", 0, GW_OUTBOX_LEAD, subject, subject_id, e->what, priority, error);
  case GW_NOTIFY_SUPERVISOR:
    return gw_outbox_add(tx, "desk", "role", 0, "supervisor", subject, subject_id, e->what, priority,
                         error) &&
           gw_outbox_add(tx, "phone", "role", 0, "supervisor", subject, subject_id, e->what, priority, error);
  case GW_NOTIFY_UNIT:
    return unit_id == 0 ||
           gw_outbox_add(tx, "phone", "unit", unit_id, "", subject, subject_id, e->what, priority, error);
  default:
    return TRUE;
  }
}

gboolean gw_outbox_notify(GwTx *tx, const GwEffects *effects, const char *subject, GwId subject_id,
                          GwId unit_id, int priority, GError **error) {
  for (guint i = 0; i < effects->n; i++)
    if (effects->item[i].kind == GW_EFFECT_NOTIFY &&
        !notify_one(tx, &effects->item[i], subject, subject_id, unit_id, priority, error))
      return FALSE;
  return TRUE;
}

/* ---- doors ---- */

static gboolean check_is_theirs(GwTx *tx, const GwOutboxRow *row, GError **error) {
  if (tx->actor.role != GW_ROLE_PATROL ||
      (strcmp(row->target, "unit") == 0 && row->target_id == tx->actor.unit_id))
    return TRUE;
  return gw_tx_refuse(tx, error, GW_CODE_FORBIDDEN, "该消息不是发给您的队伍的。",
                      "This message is for another unit.");
}

/* A receipt that comes twice, or after the answer, is no mistake of the phone's: it changes nothing. */
static gboolean run_receipt(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  GwOutboxRow row;
  if (!gw_store_outbox_get(tx->db, gw_arg_id(args, "outbox_id"), &row, error) ||
      !check_is_theirs(tx, &row, error))
    return FALSE;
  GwOutboxInput input =
      strcmp(gw_arg_text(args, "state"), "read") == 0 ? GW_OUTBOX_DO_SEEN : GW_OUTBOX_DO_RECEIPT;
  if (gw_outbox_has_move(row.core.state, input) && !move(tx, &row, input, error))
    return FALSE;
  *ret_result = json_pack("{s:I, s:s}", "outbox_id", (json_int_t)row.id, "state",
                          gw_outbox_state_to_string(row.core.state));
  return TRUE;
}

/* The sender's word: written to a socket of that unit, or nobody there. */
static gboolean on_sent(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                        GError **error) {
  GwOutboxRow row;
  if (!gw_store_outbox_get(tx->db, gw_arg_id(body, "outbox_id"), &row, error))
    return FALSE;
  const char *state = gw_arg_text(body, "state");
  gboolean failed = g_strcmp0(state, "TEMP_FAIL") == 0;
  if (gw_outbox_has_move(row.core.state, GW_OUTBOX_DO_SEND) && !move(tx, &row, GW_OUTBOX_DO_SEND, error))
    return FALSE;
  GwOutboxInput next = failed ? GW_OUTBOX_DO_FAIL : GW_OUTBOX_DO_TAKEN;
  gboolean goes_on = failed || g_strcmp0(state, "ACCEPTED") == 0;
  return !goes_on || !gw_outbox_has_move(row.core.state, next) || move(tx, &row, next, error);
}

static gboolean timer_move(GwTx *tx, const GwTimer *timer, GwOutboxInput input, GError **error) {
  GwOutboxRow row;
  if (!gw_store_outbox_get(tx->db, timer->subject_id, &row, error))
    return FALSE;
  return !gw_outbox_has_move(row.core.state, input) || move(tx, &row, input, error);
}

static gboolean on_receipt_due(GwTx *tx, const GwTimer *timer, GError **error) {
  return timer_move(tx, timer, GW_OUTBOX_DO_RECEIPT_DUE, error);
}

static gboolean on_retry_due(GwTx *tx, const GwTimer *timer, GError **error) {
  return timer_move(tx, timer, GW_OUTBOX_DO_RETRY_DUE, error);
}

static const GwCommandEntry commands[] = {{"outbox.receipt", run_receipt}, {0}};
static const GwObserveEntry observations[] = {{"outbox.sent", on_sent}, {0}};
static const GwTimerEntry timers[] = {
    {"outbox.receipt", on_receipt_due}, {"outbox.retry", on_retry_due}, {0}};
const GwLedgerNoun gw_ledger_outbox = {commands, observations, timers, NULL};
