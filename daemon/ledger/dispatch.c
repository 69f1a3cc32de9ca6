#include <math.h>
#include <string.h>

#include "daemon/ledger/alert.h"
#include "daemon/ledger/candidates.h"
#include "daemon/ledger/fallback.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/outbox.h"
#include "daemon/ledger/ticket.h"

/* Sending somebody: from an alert (A14), for a filed ticket (T2), once more when nobody answered (T3c), and
 * taking it back (key Z). */

/* ---- who ---- */

/* Stairs are the alert's to know; a ticket without one is told no storey. */
static gboolean floor_of(GwTx *tx, const GwTicketRow *row, int *ret, GError **error) {
  GwAlertRow alert = {0};
  gboolean ok = row->alert_id == 0 || gw_store_alert_get(tx->db, row->alert_id, &alert, error);
  *ret = alert.floor;
  return ok;
}

static json_t *rank(GwTx *tx, const GwTicketRow *row, GError **error) {
  const GwGeography *geography = gw_tx_geography(tx, error);
  GwCandidateQuery query = {.kind = row->core.kind,
                            .priority = row->priority,
                            .lat = row->lat,
                            .lon = row->lon,
                            .ticket_id = row->id};
  return geography && floor_of(tx, row, &query.floor, error)
             ? gw_candidates_rank(tx->db, geography, &query, tx->now_us, error)
             : NULL;
}

/* The operator may know better than the ranking, but not send who is not there or already out. */
static gboolean check_chosen(GwTx *tx, json_t *candidates, GwId unit_id, GError **error) {
  size_t i;
  json_t *c;
  json_array_foreach(candidates, i, c) {
    if (gw_arg_id(c, "unit_id") != unit_id)
      continue;
    const char *reason = gw_arg_text(c, "reason");
    if (strcmp(reason, "busy") == 0)
      return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该队伍正在处理另一工单，请另选。",
                          "This unit has another ticket: choose another.");
    if (strcmp(reason, "off_duty") == 0)
      return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该队伍不在岗，请另选。",
                          "This unit is off duty: choose another.");
    if (strcmp(reason, "volunteer_not_for_p1") == 0)
      return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "志愿队伍不派往一级警情，请另选。",
                          "Volunteers are not sent to P1: choose another.");
    return TRUE;
  }
  return gw_tx_refuse(tx, error, GW_CODE_NOT_FOUND, "没有这支队伍。", "There is no such unit.");
}

/* Fills row->candidates; *ret_unit_id 0: nobody is free. */
static gboolean choose(GwTx *tx, GwTicketRow *row, GwId wanted_id, GwId *ret_unit_id, GError **error) {
  json_t *candidates = rank(tx, row, error);
  if (!candidates)
    return FALSE;
  json_decref(row->candidates);
  row->candidates = candidates;
  *ret_unit_id = wanted_id ? wanted_id : gw_candidates_first(candidates);
  return !wanted_id || check_chosen(tx, candidates, wanted_id, error);
}

static gboolean is_lead(const GwTx *tx) {
  return tx->actor.role == GW_ROLE_SUPERVISOR || tx->actor.role == GW_ROLE_ADMIN;
}

/* ---- A14 ---- */

static void row_of_alert(const GwTx *tx, const GwAlertRow *alert, GwTicketRow *row) {
  row->core.kind = gw_ticket_kind_of_category(alert->category);
  row->core.in_person = row->core.kind == GW_TICKET_E || row->core.kind == GW_TICKET_O;
  row->priority = alert->core.priority;
  row->alert_id = alert->id;
  row->place_id = alert->place_id;
  row->lat = alert->lat;
  row->lon = alert->lon;
  row->words_text_id = alert->words_text_id;
  row->reporter_id = alert->reported_by;
  row->dispatcher_id = tx->actor.user_id;
  g_strlcpy(row->category, alert->category, sizeof row->category);
}

static gboolean give_code(GwTx *tx, GwTicketRow *row, GError **error) {
  g_autofree char *code = gw_tx_code(tx, gw_ticket_kind_to_string(row->core.kind)[0], error);
  if (!code)
    return FALSE;
  g_strlcpy(row->code, code, sizeof row->code);
  return TRUE;
}

static json_t *candidates_extra(const GwTicketRow *row) {
  return json_pack("{s:O}", "candidates", row->candidates);
}

static gboolean file_and_send(GwTx *tx, GwTicketRow *row, GwId unit_id, GwUsec origin_us, GError **error) {
  GwTicketDecision decision;
  GwTicketMove move = {.input = GW_TICKET_DO_DISPATCH,
                       .actor_id = tx->actor.user_id,
                       .by_lead = is_lead(tx),
                       .unit_id = unit_id};
  return gw_ticket_decide_from_alert(&row->core, &move, origin_us, NULL, tx->now_us, &decision, error) &&
         gw_ticket_write(tx, row, &decision, GW_TICKET_DO_DISPATCH, 0, candidates_extra(row), error);
}

/* Nobody is free: the matter is filed all the same, and the lead must find somebody (兜底). */
static gboolean file_only(GwTx *tx, GwTicketRow *row, GwUsec origin_us, GError **error) {
  GwTicketMove report = {
      .input = GW_TICKET_DO_REPORT, .actor_id = tx->actor.user_id, .origin_at_us = origin_us};
  GwTicketMove file = {.input = GW_TICKET_DO_FILE, .actor_id = tx->actor.user_id};
  if (!gw_ticket_move(tx, row, &report, 0, NULL, error))
    return FALSE;
  row->core.needs_lead = TRUE;
  return gw_ticket_move(tx, row, &file, 0, candidates_extra(row), error) && gw_fallback_raise(tx, row, error);
}

static gboolean keep_still(GwTx *tx, const GwTicketRow *row, const GwAlertRow *alert, GError **error) {
  return !alert->still_hash[0] || gw_store_ticket_file_add(tx->db, row->id, alert->still_hash, "still",
                                                           alert->core.first_at_us, 0, error);
}

static json_t *dispatch_result(const GwTicketRow *row, GwId alert_id) {
  json_t *result = gw_ticket_result(row);
  json_object_set_new(result, "alert_id", gw_json_id(alert_id));
  json_object_set_new(result, "needs_lead", json_boolean(row->core.needs_lead));
  if (row->core.needs_lead) {
    json_object_set_new(result, "sentence_zh", json_string("没有空闲队伍，已立案并通知值班长，请指定队伍。"));
    json_object_set_new(result, "sentence_en",
                        json_string("No unit is free: filed, the lead is told. Choose a unit."));
  }
  return result;
}

gboolean gw_alert_run_dispatch(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  GwAlertWithRule alert;
  g_auto(GwTicketRow) row = {0};
  GwId unit_id = 0;
  if (!gw_alert_load(tx, gw_arg_id(args, "alert_id"), &alert, error) ||
      !gw_tx_check_rev(tx, "alert", alert.row.id, alert.row.rev, error))
    return FALSE;
  if (alert.rule.kind == GW_RULE_NO_CANDIDATE)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该警情的工单已立案，请打开工单指定队伍。",
                        "Its ticket is filed already: open the ticket and choose a unit there.");
  row_of_alert(tx, &alert.row, &row);
  GwAlertDecision
      first; /* a refusal of the alert's is the better sentence, so it is asked before anything is made */
  GwAlertMove move = {.input = GW_ALERT_DISPATCH, .actor_id = tx->actor.user_id};
  if (!gw_alert_decide(&alert.row.core, &alert.rule, &move, tx->now_us, &first, error) ||
      !choose(tx, &row, gw_arg_id(args, "unit_id"), &unit_id, error) || !give_code(tx, &row, error))
    return FALSE;
  GwUsec origin_us = alert.row.core.first_at_us;
  gboolean sent = unit_id > 0 ? file_and_send(tx, &row, unit_id, origin_us, error)
                              : file_only(tx, &row, origin_us, error);
  if (!sent || !keep_still(tx, &row, &alert.row, error))
    return FALSE;
  alert.row.ticket_id = row.id;
  json_t *extra = json_pack("{s:I, s:o}", "ticket_id", (json_int_t)row.id, "unit_id", gw_json_id(unit_id));
  if (!gw_alert_move(tx, &alert, &move, extra, error))
    return FALSE;
  *ret_result = dispatch_result(&row, alert.row.id);
  return TRUE;
}

/* ---- T2 ---- */

static gboolean send(GwTx *tx, GwTicketRow *row, GwId unit_id, gboolean by_lead, GError **error) {
  GwTicketMove move = {
      .input = GW_TICKET_DO_DISPATCH, .actor_id = tx->actor.user_id, .by_lead = by_lead, .unit_id = unit_id};
  if (tx->actor.user_id > 0)
    row->dispatcher_id = tx->actor.user_id;
  row->received_at_us = 0; /* the new unit has not got it yet */
  return gw_ticket_move(tx, row, &move, 0, candidates_extra(row), error);
}

gboolean gw_ticket_run_dispatch(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTicketRow) row = {0};
  GwId unit_id = 0;
  if (!gw_ticket_load(tx, args, &row, error) ||
      !choose(tx, &row, gw_arg_id(args, "unit_id"), &unit_id, error))
    return FALSE;
  if (unit_id == 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "没有空闲队伍，请指定队伍或联系值班长。",
                        "No unit is free: choose one yourself, or call the shift lead.");
  if (!send(tx, &row, unit_id, is_lead(tx), error))
    return FALSE;
  *ret_result = dispatch_result(&row, row.alert_id);
  return TRUE;
}

gboolean gw_ticket_run_recall(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTicketRow) row = {0};
  GwTicketMove move = {.input = GW_TICKET_DO_RECALL, .actor_id = tx->actor.user_id};
  if (!gw_ticket_load(tx, args, &row, error) || !gw_ticket_move(tx, &row, &move, 0, NULL, error))
    return FALSE;
  *ret_result = gw_ticket_result(&row);
  return TRUE;
}

/* ---- T3c ---- */

static gboolean ask_lead(GwTx *tx, GwTicketRow *row, GError **error) {
  row->core.needs_lead = TRUE;
  gw_tx_touch(tx, "ticket", row->id);
  return gw_store_ticket_update(tx->db, row, error) && gw_fallback_raise(tx, row, error);
}

/* Nobody is asked to press a key in between: the five minutes run. */
static gboolean send_next(GwTx *tx, GwTicketRow *row, GError **error) {
  GwId unit_id = 0;
  if (!choose(tx, row, 0, &unit_id, error))
    return FALSE;
  return unit_id > 0 ? send(tx, row, unit_id, FALSE, error) : ask_lead(tx, row, error);
}

gboolean gw_ticket_accept_due(GwTx *tx, const GwTimer *timer, GError **error) {
  g_auto(GwTicketRow) row = {0};
  GwTicketDecision decision;
  GwTicketMove move = {.input = GW_TICKET_DO_ACCEPT_DUE};
  if (!gw_store_ticket_get(tx->db, timer->subject_id, &row, error))
    return FALSE;
  if (!gw_ticket_table_row(row.core.state, GW_TICKET_DO_ACCEPT_DUE))
    return TRUE;
  if (!gw_ticket_decide(&row.core, &move, NULL, tx->now_us, &decision, error) ||
      !gw_ticket_write(tx, &row, &decision, move.input, 0, NULL, error))
    return FALSE;
  return decision.who != GW_NEXT_CANDIDATE || send_next(tx, &row, error);
}
