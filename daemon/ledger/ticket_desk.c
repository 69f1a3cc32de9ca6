#include <string.h>

#include "daemon/ledger/alert.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/ticket.h"

/* What the desk does with a ticket besides dispatching: file, reject, merge (T1), check (T10). */

static gboolean finish(GwTx *tx, GwTicketRow *row, GwTicketMove *move, json_t *extra, json_t **ret_result,
                       GError **error) {
  move->actor_id = tx->actor.user_id;
  move->by_lead = tx->actor.role == GW_ROLE_SUPERVISOR || tx->actor.role == GW_ROLE_ADMIN;
  if (!gw_ticket_move(tx, row, move, 0, extra, error))
    return FALSE;
  *ret_result = gw_ticket_result(row);
  return TRUE;
}

gboolean gw_ticket_run_file(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTicketRow) row = {0};
  GwId place_id = gw_arg_id(args, "place_id");
  if (!gw_ticket_load(tx, args, &row, error) || !gw_tx_check_place(tx, place_id, error))
    return FALSE;
  if (gw_arg_has(args, "category"))
    g_strlcpy(row.category, gw_arg_text(args, "category"), sizeof row.category);
  if (gw_arg_has(args, "priority"))
    row.priority = (int)gw_arg_int(args, "priority");
  if (place_id > 0)
    row.place_id = place_id;
  GwTicketMove move = {.input = GW_TICKET_DO_FILE};
  return finish(tx, &row, &move, NULL, ret_result, error);
}

gboolean gw_ticket_run_reject(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTicketRow) row = {0};
  const char *reason = gw_arg_text(args, "reason");
  if (!gw_ticket_load(tx, args, &row, error))
    return FALSE;
  json_t *extra = json_object();
  if (!gw_tx_words_into(tx, extra, "reason", reason, error)) {
    json_decref(extra);
    return FALSE;
  }
  g_free(row.reason);
  row.reason = g_strdup(reason);
  GwTicketMove move = {.input = GW_TICKET_DO_REJECT, .has_reason = *reason != 0};
  return finish(tx, &row, &move, extra, ret_result, error);
}

gboolean gw_ticket_run_merge(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTicketRow) row = {0};
  g_auto(GwTicketRow) into = {0};
  GwId into_id = gw_arg_id(args, "into_id");
  if (!gw_ticket_load(tx, args, &row, error) || !gw_store_ticket_get(tx->db, into_id, &into, error))
    return FALSE;
  if (into.id == row.id || !gw_ticket_state_is_open(into.core.state))
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "只能并入另一张未结束的工单。",
                        "Merge into another ticket that is still open.");
  row.merged_into = into_id;
  GwTicketMove move = {.input = GW_TICKET_DO_MERGE, .has_target = TRUE};
  return finish(tx, &row, &move, json_pack("{s:I}", "into_id", (json_int_t)into_id), ret_result, error);
}

gboolean gw_ticket_run_check(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTicketRow) row = {0};
  const char *words = gw_arg_text(args, "words");
  gboolean closes = strcmp(gw_arg_text(args, "verdict"), "close") == 0;
  if (!gw_ticket_load(tx, args, &row, error))
    return FALSE;
  json_t *extra = json_pack("{s:s, s:s}", "verdict", gw_arg_text(args, "verdict"), "result", row.result);
  if (!gw_tx_words_into(tx, extra, "words", words, error)) {
    json_decref(extra);
    return FALSE;
  }
  row.checker_id = tx->actor.user_id;
  GwTicketMove move = {
      .input = closes ? GW_TICKET_DO_CHECK_OK : GW_TICKET_DO_CHECK_REWORK,
      .has_reason = words && *words,
  };
  if (!finish(tx, &row, &move, extra, ret_result, error))
    return FALSE;
  return !closes || row.alert_id == 0 || gw_alert_ticket_closed(tx, row.alert_id, error);
}
