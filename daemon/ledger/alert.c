#include "daemon/ledger/alert.h"

#include <string.h>

#include "daemon/base/token.h"
#include "daemon/ledger/clip.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/file.h"
#include "daemon/ledger/outbox.h"
#include "daemon/ledger/spot.h"
#include "daemon/ledger/ticket.h"
#include "daemon/store/rule.h"

gboolean gw_alert_load(GwTx *tx, GwId id, GwAlertWithRule *ret, GError **error) {
  return gw_store_alert_get(tx->db, id, &ret->row, error) &&
         gw_store_rule_get(tx->db, ret->row.rule_id, ret->row.rule_version, &ret->rule, error);
}

/* ---- writing what core decided ---- */

static json_t *body_of(const GwAlertWithRule *alert, const char *row, json_t *extra) {
  const GwAlertRow *r = &alert->row;
  json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:b, s:i, s:s, s:I}", "row", row, "code", r->code,
                           "rule", gw_rule_kind_to_string(alert->rule.kind), "category", r->category, "state",
                           gw_alert_state_to_string(r->core.state), "priority", r->core.priority, "active",
                           r->core.active, "count", r->core.count, "disposition",
                           gw_disposition_to_string(r->core.disposition), "first_at_us",
                           (json_int_t)r->core.first_at_us);
  /* About what, so that a minute of long ago can be shown from its rows alone. */
  json_object_set_new(body, "key", json_string(r->key));
  json_object_set_new(body, "subject", json_string(r->subject));
  json_object_set_new(body, "subject_id", json_integer(r->subject_id));
  json_object_set_new(body, "camera_id", gw_json_id(r->camera_id));
  json_object_set_new(body, "ticket_id", gw_json_id(r->ticket_id));
  json_object_set_new(body, "lat", gw_json_real(r->lat));
  json_object_set_new(body, "lon", gw_json_real(r->lon));
  if (extra)
    json_object_update(body, extra);
  json_decref(extra);
  return body;
}

static gboolean journal(GwTx *tx, const GwAlertWithRule *alert, const GwAlertDecision *decision,
                        json_t *extra, GError **error) {
  const GwAlertRow *row = &alert->row;
  json_t *body = body_of(alert, decision->row, extra);
  gw_tx_touch(tx, "alert", row->id);
  return gw_tx_journal(tx, decision->kind, "alert", row->id, row->rev, row->place_id, row->core.priority, 0,
                       body, error) > 0;
}

/* Answered, or over: what was sent to the desks about it has done its work. */
static gboolean settle_messages(GwTx *tx, const GwAlertRow *row, GwAlertState was, GError **error) {
  if (row->core.state == GW_ALERT_NORM)
    return gw_outbox_settle(tx, "alert", row->id, GW_OUTBOX_EVERYBODY, GW_OUTBOX_DO_EXPIRE, error) &&
           gw_condition_forget(tx, row->key, error);
  if (was == GW_ALERT_UNACKED && row->core.state == GW_ALERT_ACKED)
    return gw_outbox_settle(tx, "alert", row->id, GW_OUTBOX_EVERYBODY, GW_OUTBOX_DO_ANSWER, error);
  return TRUE;
}

static gboolean apply_effects(GwTx *tx, const GwAlertRow *row, const GwEffects *effects, GError **error) {
  return gw_tx_apply_timers(tx, effects, "alert", row->id, error) &&
         gw_outbox_notify(tx, effects, "alert", row->id, 0, row->core.priority, error);
}

/* The wall shows what is open and grave. */
static gboolean follow_spots(GwTx *tx, const GwAlertRow *row, int was_priority, GError **error) {
  if (row->core.state == GW_ALERT_NORM)
    return gw_spot_alert_closed(tx, row->id, error);
  return row->core.priority == was_priority || gw_spot_alert_raised(tx, row, error);
}

static gboolean keep_pictures(GwTx *tx, const GwAlertRow *row, GError **error) {
  if (row->camera_id == 0)
    return TRUE;
  if (!row->still_hash[0])
    gw_tx_effect(
        tx, "still.save",
        json_pack("{s:I, s:I}", "alert_id", (json_int_t)row->id, "camera_id", (json_int_t)row->camera_id));
  return gw_clip_of_alert(tx, row, error) && gw_spot_alert_raised(tx, row, error);
}

gboolean gw_alert_move(GwTx *tx, GwAlertWithRule *alert, const GwAlertMove *move, json_t *extra,
                       GError **error) {
  GwAlertDecision decision;
  GwAlertState was = alert->row.core.state;
  const int priority = alert->row.core.priority;
  if (!gw_alert_decide(&alert->row.core, &alert->rule, move, tx->now_us, &decision, error)) {
    json_decref(extra);
    return FALSE;
  }
  alert->row.core = decision.next;
  const gboolean counts_only = move->input == GW_ALERT_AGAIN && alert->row.core.priority == priority;
  gboolean written = counts_only ? gw_store_alert_count(tx->db, &alert->row, error)
                                                   : gw_store_alert_update(tx->db, &alert->row, error);
  if (!written) {
    json_decref(extra);
    return FALSE;
  }
  return journal(tx, alert, &decision, extra, error) && settle_messages(tx, &alert->row, was, error) &&
         follow_spots(tx, &alert->row, priority, error) && apply_effects(tx, &alert->row, &decision.effects, error);
}

gboolean gw_alert_raise(GwTx *tx, GwAlertWithRule *alert, const GwAlertMove *raise, json_t *extra,
                        GError **error) {
  GwAlertDecision decision;
  GwAlertRow *row = &alert->row;
  g_autofree char *code = gw_tx_code(tx, 'A', error);
  if (!code || !gw_alert_decide(&row->core, &alert->rule, raise, tx->now_us, &decision, error)) {
    json_decref(extra);
    return FALSE;
  }
  g_strlcpy(row->code, code, sizeof row->code);
  row->rule_id = alert->rule.id;
  row->rule_version = alert->rule.version;
  row->core = decision.next;
  if (!gw_store_alert_insert(tx->db, row, error)) {
    json_decref(extra);
    return FALSE;
  }
  return journal(tx, alert, &decision, extra, error) && keep_pictures(tx, row, error) &&
         apply_effects(tx, row, &decision.effects, error) &&
         gw_outbox_add(tx, "desk", "role", 0, "operator", "alert", row->id, "alert", row->core.priority,
                       error);
}

gboolean gw_alert_ticket_closed(GwTx *tx, GwId alert_id, GError **error) {
  GwAlertWithRule alert;
  if (!gw_alert_load(tx, alert_id, &alert, error))
    return FALSE;
  if (!gw_alert_table_row(alert.row.core.state, GW_ALERT_TICKET_CLOSED))
    return TRUE;
  GwAlertMove move = {.input = GW_ALERT_TICKET_CLOSED, .actor_id = tx->actor.user_id};
  return gw_alert_move(tx, &alert, &move, NULL, error);
}

/* ---- commands ---- */

static gboolean load_checked(GwTx *tx, json_t *args, GwAlertWithRule *alert, GError **error) {
  return gw_alert_load(tx, gw_arg_id(args, "alert_id"), alert, error) &&
         gw_tx_check_rev(tx, "alert", alert->row.id, alert->row.rev, error);
}

static gboolean run_ack(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  GwAlertWithRule alert;
  GwAlertMove move = {.input = GW_ALERT_ACK, .actor_id = tx->actor.user_id};
  if (!load_checked(tx, args, &alert, error) || !gw_alert_move(tx, &alert, &move, NULL, error))
    return FALSE;
  *ret_result = json_pack("{s:I}", "alert_id", (json_int_t)alert.row.id);
  return TRUE;
}

static gboolean run_dispose(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  GwAlertWithRule alert;
  GwAlertMove move = {.input = GW_ALERT_DISPOSE, .actor_id = tx->actor.user_id};
  if (!load_checked(tx, args, &alert, error))
    return FALSE;
  if (!gw_disposition_from_string(gw_arg_text(args, "disposition"), &move.disposition))
    move.disposition = GW_DISPOSITION_NONE;
  json_t *extra = json_object();
  if (!gw_tx_words_into(tx, extra, "words", gw_arg_text(args, "words"), error)) {
    json_decref(extra);
    return FALSE;
  }
  if (!gw_alert_move(tx, &alert, &move, extra, error))
    return FALSE;
  *ret_result = json_pack("{s:I, s:s}", "alert_id", (json_int_t)alert.row.id, "state",
                          gw_alert_state_to_string(alert.row.core.state));
  return TRUE;
}

/* ---- what happens by itself ---- */

/* A13: nobody has answered for once, twice, four times as long as the priority allows. */
static gboolean on_ack_due(GwTx *tx, const GwTimer *timer, GError **error) {
  GwAlertWithRule alert;
  if (!gw_alert_load(tx, timer->subject_id, &alert, error))
    return FALSE;
  if (!gw_alert_table_row(alert.row.core.state, GW_ALERT_ACK_DUE) || timer->arg <= alert.row.core.escalation)
    return TRUE;
  GwAlertMove move = {.input = GW_ALERT_ACK_DUE, .due = (int)timer->arg};
  return gw_alert_move(tx, &alert, &move, json_pack("{s:i}", "step", (int)timer->arg), error);
}

/* The picture of the first sighting is on disk. */
static gboolean on_still_saved(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                               GError **error) {
  GwAlertWithRule alert;
  const char *hash = gw_arg_text(body, "hash");
  if (!gw_hash_hex_is_valid(hash))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "图片编号无效。", "The picture's hash is not one.");
  if (!gw_alert_load(tx, gw_arg_id(body, "alert_id"), &alert, error) ||
      !gw_file_note(tx, hash, "jpg", gw_arg_int(body, "bytes"), 0, error))
    return FALSE;
  if (alert.row.still_hash[0])
    return TRUE; /* the first one is the proof */
  g_strlcpy(alert.row.still_hash, hash, sizeof alert.row.still_hash);
  if (!gw_store_alert_update(tx->db, &alert.row, error))
    return FALSE;
  gw_tx_touch(tx, "alert", alert.row.id);
  json_t *said = json_pack("{s:s, s:I, s:I}", "hash", hash, "camera_id", (json_int_t)alert.row.camera_id,
                           "picture_at_us", (json_int_t)gw_arg_int(body, "at_us"));
  return gw_tx_journal(tx, "alert.still", "alert", alert.row.id, alert.row.rev, alert.row.place_id,
                       alert.row.core.priority, 0, said, error) > 0;
}

static const GwCommandEntry commands[] = {
    {"alert.ack", run_ack},
    {"alert.dispatch", gw_alert_run_dispatch},
    {"alert.dispose", run_dispose},
    {0},
};
static const GwObserveEntry observations[] = {{"still.saved", on_still_saved}, {0}};
static const GwTimerEntry timers[] = {
    {"alert.ack", on_ack_due},
    {"alert.on", gw_condition_on_due},
    {"alert.off", gw_condition_off_due},
    {0},
};
const GwLedgerNoun gw_ledger_alert = {commands, observations, timers, NULL};
