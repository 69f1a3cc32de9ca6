#include "daemon/ledger/ticket.h"

#include <string.h>

#include "daemon/ledger/absent.h"
#include "daemon/ledger/alert.h"
#include "daemon/ledger/fallback.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/outbox.h"
#include "daemon/store/clock.h"
#include "daemon/store/meta.h"
#include "daemon/store/text.h"
#include "daemon/store/unit.h"

gboolean gw_ticket_load(GwTx *tx, json_t *args, GwTicketRow *ret, GError **error) {
  return gw_store_ticket_get(tx->db, gw_arg_id(args, "ticket_id"), ret, error) &&
         gw_tx_check_rev(tx, "ticket", ret->id, ret->rev, error);
}

json_t *gw_ticket_result(const GwTicketRow *row) {
  return json_pack("{s:I, s:s, s:s, s:o}", "ticket_id", (json_int_t)row->id, "code", row->code, "state",
                   gw_ticket_state_to_string(row->core.state), "unit_id", gw_json_id(row->core.unit_id));
}

gboolean gw_tx_words_into(GwTx *tx, json_t *body, const char *name, const char *words, GError **error) {
  g_autoptr(GError) failed = NULL;
  GwId text_id = gw_tx_text(tx, words, &failed);
  json_t *ref = failed || text_id == 0 ? NULL : gw_text_ref(tx->db, text_id, &failed);
  if (ref)
    json_object_set_new(body, name, ref);
  return gw_absent(&failed, error);
}

/* ---- the unit that is busy with it ---- */

static gboolean set_busy(GwTx *tx, GwId unit_id, GwId ticket_id, GwId only_when, GError **error) {
  g_auto(GwUnitRow) unit = {0};
  g_autoptr(GError) failed = NULL;
  if (!gw_store_unit_get(tx->db, unit_id, &unit, &failed))
    return gw_absent(&failed, error);
  if (unit.ticket_id != only_when)
    return TRUE; /* busy with another one: a rework that comes back waits for it */
  unit.ticket_id = ticket_id;
  unit.rev++;
  gw_tx_touch(tx, "unit", unit_id);
  return gw_store_unit_update(tx->db, &unit, error);
}

static gboolean mark_units(GwTx *tx, const GwTicketRow *row, GwId unit_before, GError **error) {
  GwId unit_now = gw_ticket_state_holds_unit(row->core.state) ? row->core.unit_id : 0;
  if (unit_before > 0 && unit_before != unit_now && !set_busy(tx, unit_before, 0, row->id, error))
    return FALSE;
  return unit_now == 0 || set_busy(tx, unit_now, row->id, 0, error);
}

/* ---- clocks ---- */

static GwUsec clock_started_us(GwTx *tx, const GwTicket *core, GwTicketClock clock) {
  switch (clock) {
  case GW_CLOCK_FILE:
  case GW_CLOCK_ARRIVE:
  case GW_CLOCK_FIRST_WORDS:
  case GW_CLOCK_HANDLE:
    return core->origin_at_us;
  case GW_CLOCK_DISPATCH:
    return core->filed_at_us;
  default:
    return tx->now_us;
  }
}

static gboolean move_clocks(GwTx *tx, const GwTicketRow *row, const GwTicketDecision *decision,
                            GError **error) {
  for (guint i = 0; i < decision->n_clocks; i++) {
    const GwClockMove *m = &decision->clocks[i];
    const char *kind = gw_ticket_clock_to_string(m->clock);
    gboolean ok = m->move == GW_CLOCK_STOP ? gw_store_clock_stop(tx->db, row->id, kind, tx->now_us, error)
                                           : gw_store_clock_start(tx->db, row->id, kind,
                                                                  clock_started_us(tx, &row->core, m->clock),
                                                                  m->due_at_us, tx->now_us, error);
    if (!ok)
      return FALSE;
  }
  return TRUE;
}

/* ---- messages ---- */

/* What was sent before this move: answered by it, or overtaken. */
static gboolean settle_messages(GwTx *tx, const GwTicketRow *row, GwTicketInput input, GwId unit_before,
                                GError **error) {
  if (!gw_ticket_state_is_open(row->core.state))
    return gw_outbox_settle(tx, "ticket", row->id, GW_OUTBOX_EVERYBODY, GW_OUTBOX_DO_EXPIRE, error);
  switch (input) {
  case GW_TICKET_DO_DISPATCH: /* what asked the desk to choose somebody; the unit it was taken from must still
                                 hear so */
    return gw_outbox_settle(tx, "ticket", row->id, GW_OUTBOX_ROLES, GW_OUTBOX_DO_EXPIRE, error);
  case GW_TICKET_DO_ACCEPT:
  case GW_TICKET_DO_CANNOT:
    return gw_outbox_settle(tx, "ticket", row->id, unit_before, GW_OUTBOX_DO_ANSWER, error);
  case GW_TICKET_DO_ACCEPT_DUE:
  case GW_TICKET_DO_RECALL:
    return gw_outbox_settle(tx, "ticket", row->id, unit_before, GW_OUTBOX_DO_EXPIRE, error);
  default:
    return TRUE;
  }
}

/* ---- writing ---- */

static json_t *body_of(const GwTicketRow *row, const GwTicketDecision *decision, GwId unit_id,
                       json_t *extra) {
  json_t *body =
      json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:I}", "row", decision->row, "code", row->code, "kind",
                gw_ticket_kind_to_string(row->core.kind), "state", gw_ticket_state_to_string(row->core.state),
                "category", row->category, "unit_id", gw_json_id(unit_id), "alert_id",
                gw_json_id(row->alert_id), "origin_at_us", (json_int_t)row->core.origin_at_us);
  if (extra)
    json_object_update(body, extra);
  json_decref(extra);
  return body;
}

/* Nobody asks any more whom to send. */
static gboolean end_fallback(GwTx *tx, const GwTicketRow *row, GwTicketInput input, GError **error) {
  gboolean is_answered = input == GW_TICKET_DO_DISPATCH || !gw_ticket_state_is_open(row->core.state);
  return !is_answered || gw_fallback_end(tx, row, error);
}

static gboolean touch_all(GwTx *tx, const GwTicketRow *row, gboolean counts, GError **error) {
  gw_tx_touch(tx, "ticket", row->id);
  if (row->alert_id > 0)
    gw_tx_touch(tx, "alert", row->alert_id); /* it shows when somebody must be there */
  if (!counts)
    return TRUE;
  gw_tx_touch(tx, "center", 1);
  return gw_meta_bump_center(tx->db, error) > 0;
}

gboolean gw_ticket_write(GwTx *tx, GwTicketRow *row, const GwTicketDecision *decision, GwTicketInput input,
                         GwId on_behalf_id, json_t *extra, GError **error) {
  GwId unit_before = row->core.unit_id;
  gboolean is_new = row->id == 0;
  row->core = decision->next;
  GwId unit_id = row->core.unit_id ? row->core.unit_id : unit_before;
  json_t *body = body_of(row, decision, unit_id, extra);
  gboolean written =
      is_new ? gw_store_ticket_insert(tx->db, row, error) : gw_store_ticket_update(tx->db, row, error);
  if (!written) {
    json_decref(body);
    return FALSE;
  }
  gboolean counts = is_new || !gw_ticket_state_is_open(row->core.state);
  return gw_tx_journal(tx, decision->kind, "ticket", row->id, row->rev, row->place_id, row->priority,
                       on_behalf_id, body, error) > 0 &&
         move_clocks(tx, row, decision, error) && mark_units(tx, row, unit_before, error) &&
         gw_tx_apply_timers(tx, &decision->effects, "ticket", row->id, error) &&
         settle_messages(tx, row, input, unit_before, error) &&
         gw_outbox_notify(tx, &decision->effects, "ticket", row->id, unit_id, row->priority, error) &&
         (is_new || end_fallback(tx, row, input, error)) && touch_all(tx, row, counts, error);
}

gboolean gw_ticket_move(GwTx *tx, GwTicketRow *row, const GwTicketMove *move, GwId on_behalf_id,
                        json_t *extra, GError **error) {
  GwTicketDecision decision;
  if (gw_ticket_decide(&row->core, move, NULL, tx->now_us, &decision, error))
    return gw_ticket_write(tx, row, &decision, move->input, on_behalf_id, extra, error);
  json_decref(extra);
  return FALSE;
}

/* ---- who acts ---- */

static gboolean read_behalf(GwTx *tx, const GwTicketRow *row, json_t *behalf, GwTicketMove *move,
                            GwId *ret_on_behalf_id, json_t *extra, GError **error) {
  if (tx->actor.role == GW_ROLE_PATROL)
    return gw_tx_refuse(tx, error, GW_CODE_FORBIDDEN, "代为登记由值机员操作。",
                        "Entering on behalf is for the desk.");
  GwId unit_id = gw_arg_id(behalf, "unit_id");
  if (unit_id != row->core.unit_id)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该工单不在这支队伍手中，请核对队伍。",
                        "This ticket is not with that unit: check which unit you heard.");
  move->on_behalf = TRUE;
  *ret_on_behalf_id = unit_id;
  json_object_set_new(extra, "channel", json_string(gw_arg_text(behalf, "channel")));
  return gw_tx_words_into(tx, extra, "heard", gw_arg_text(behalf, "words"), error);
}

gboolean gw_ticket_actor(GwTx *tx, const GwTicketRow *row, json_t *args, GwTicketMove *move,
                         GwId *ret_on_behalf_id, json_t *extra, GError **error) {
  json_t *behalf = json_object_get(args, "behalf");
  *ret_on_behalf_id = 0;
  move->actor_id = tx->actor.user_id;
  move->actor_unit_id = tx->actor.role == GW_ROLE_PATROL ? tx->actor.unit_id : 0;
  move->by_lead = tx->actor.role == GW_ROLE_SUPERVISOR || tx->actor.role == GW_ROLE_ADMIN;
  return !behalf || read_behalf(tx, row, behalf, move, ret_on_behalf_id, extra, error);
}

/* ---- from other nouns ---- */

gboolean gw_ticket_received(GwTx *tx, GwId ticket_id, GwId unit_id, GError **error) {
  g_auto(GwTicketRow) row = {0};
  if (!gw_store_ticket_get(tx->db, ticket_id, &row, error))
    return FALSE;
  if (row.received_at_us > 0 || row.core.unit_id != unit_id)
    return TRUE;
  row.received_at_us = tx->now_us;
  gw_tx_touch(tx, "ticket", row.id);
  json_t *body = json_pack("{s:s, s:I}", "code", row.code, "unit_id", (json_int_t)unit_id);
  if (!gw_store_ticket_update(tx->db, &row, error)) {
    json_decref(body);
    return FALSE;
  }
  return gw_tx_journal(tx, "ticket.received", "ticket", row.id, row.rev, row.place_id, row.priority, 0, body,
                       error) > 0;
}

gboolean gw_ticket_condition_ended(GwTx *tx, const GwAlertRow *alert, GError **error) {
  if (alert->ticket_id == 0)
    return TRUE;
  g_auto(GwTicketRow) row = {0};
  if (!gw_store_ticket_get(tx->db, alert->ticket_id, &row, error))
    return FALSE;
  if (row.core.kind != GW_TICKET_F || !gw_ticket_table_row(row.core.state, GW_TICKET_DO_ENDED))
    return TRUE;
  g_strlcpy(row.result, "fixed", sizeof row.result);
  GwTicketMove move = {.input = GW_TICKET_DO_ENDED};
  return gw_ticket_move(tx, &row, &move, 0,
                        json_pack("{s:s, s:s}", "result", "fixed", "why", "condition_ended"), error);
}

static const GwCommandEntry commands[] = {
    {"ticket.file", gw_ticket_run_file},       {"ticket.reject", gw_ticket_run_reject},
    {"ticket.merge", gw_ticket_run_merge},     {"ticket.dispatch", gw_ticket_run_dispatch},
    {"ticket.recall", gw_ticket_run_recall},   {"ticket.accept", gw_ticket_run_accept},
    {"ticket.decline", gw_ticket_run_decline}, {"ticket.en_route", gw_ticket_run_en_route},
    {"ticket.arrive", gw_ticket_run_arrive},   {"ticket.note", gw_ticket_run_note},
    {"ticket.photo", gw_ticket_run_photo},     {"ticket.close_request", gw_ticket_run_close_request},
    {"ticket.check", gw_ticket_run_check},     {0},
};
static const GwTimerEntry timers[] = {{"ticket.accept", gw_ticket_accept_due}, {0}};
const GwLedgerNoun gw_ledger_ticket = {commands, NULL, timers, NULL};
