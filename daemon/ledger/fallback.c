#include "daemon/ledger/fallback.h"

#include "daemon/ledger/absent.h"
#include "daemon/ledger/alert.h"
#include "daemon/ledger/outbox.h"

static char *key_of(const GwTicketRow *row) {
  return g_strdup_printf("unsent:%" G_GINT64_FORMAT, row->id);
}

gboolean gw_fallback_raise(GwTx *tx, const GwTicketRow *row, GError **error) {
  g_autofree char *key = key_of(row);
  const GwCondition condition = {
      .rule_kind = "no_candidate",
      .key = key,
      .category = "no_candidate",
      .subject = "ticket",
      .subject_id = row->id,
      .place_id = row->place_id,
      .words = row->code,
      .lat = row->lat,
      .lon = row->lon,
      .since_us = tx->now_us,
  };
  return gw_condition_raise(tx, &condition, NULL, error) &&
         gw_outbox_add(tx, "desk", "role", 0, GW_OUTBOX_LEAD, "ticket", row->id, "no_candidate",
                       row->priority, error) &&
         gw_outbox_add(tx, "phone", "role", 0, GW_OUTBOX_LEAD, "ticket", row->id, "no_candidate",
                       row->priority, error);
}

/* Whoever sends somebody has seen the alert and answered it, without a second key. */
static gboolean answer(GwTx *tx, GwAlertWithRule *alert, GError **error) {
  GwAlertMove ack = {.input = GW_ALERT_ACK, .actor_id = tx->actor.user_id};
  GwAlertMove say = {
      .input = GW_ALERT_DISPOSE, .actor_id = tx->actor.user_id, .disposition = GW_DISPOSITION_REAL};
  if (alert->row.core.state == GW_ALERT_UNACKED && !gw_alert_move(tx, alert, &ack, NULL, error))
    return FALSE;
  return alert->row.core.disposition != GW_DISPOSITION_NONE || gw_alert_move(tx, alert, &say, NULL, error);
}

gboolean gw_fallback_end(GwTx *tx, const GwTicketRow *row, GError **error) {
  g_autofree char *key = key_of(row);
  g_autoptr(GError) failed = NULL;
  GwAlertWithRule alert;
  if (!gw_store_alert_open(tx->db, key, &alert.row, &failed))
    return gw_absent(&failed, error);
  if (tx->actor.user_id > 0 &&
      (!gw_alert_load(tx, alert.row.id, &alert, error) || !answer(tx, &alert, error)))
    return FALSE;
  return gw_condition_clear(tx, key, error);
}
