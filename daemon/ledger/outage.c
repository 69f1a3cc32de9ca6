/* Outages: several cameras that fell by one cause are one alert that grows.  This file: the row, its alert and its
 * end; outage_take.c: what it takes; outage_ask.c: which cause it is. */
#include "daemon/ledger/outage_private.h"

#include <math.h>

#include "daemon/ledger/alert.h"
#include "daemon/ledger/absent.h"
#include "daemon/ledger/field.h"
#include "daemon/store/camera.h"

char *gw_outage_key(GwId outage_id) {
  return g_strdup_printf("outage:%" G_GINT64_FORMAT, outage_id);
}

gboolean gw_outage_load(GwTx *tx, GwId id, GwOutageRow *ret, GError **error) {
  return gw_store_outage_get(tx->db, id, ret, error) ||
         gw_tx_not_found(tx, error, "没有这次中断。", "There is no such outage.");
}

gboolean gw_outage_journal(GwTx *tx, const GwOutageRow *row, const char *kind, int severity, json_t *body,
                           GError **error) {
  json_object_set_new(body, "cause", json_string(gw_outage_cause_to_string(row->cause)));
  json_object_set_new(body, "name", json_string(row->name));
  json_object_set_new(body, "members", json_integer(row->members));
  json_object_set_new(body, "alert_id", gw_json_id(row->alert_id));
  return gw_tx_journal(tx, kind, "outage", row->id, row->rev, row->place_id, severity, 0, body, error) > 0;
}

/* The camera's object names its outage. */
gboolean gw_outage_touch_camera(GwTx *tx, GwId camera_id, GError **error) {
  gw_tx_touch(tx, "camera", camera_id);
  return gw_store_camera_bump(tx->db, camera_id, error);
}

/* ---- its end ---- */

/* One timer an outage: each camera that falls or comes back sets it anew, or takes it away.  The alert of one
 * that goes on and off is not told each time that it seems to be over. */
static gboolean set_end(GwTx *tx, GwId outage_id, guint cameras, guint back, GError **error) {
  gboolean has_ended = FALSE;
  if (!gw_store_outage_has_ended(tx->db, outage_id, &has_ended, error))
    return FALSE;
  const GwUsec after_us = gw_outage_ends_after_us(cameras, back, has_ended);
  g_autofree char *key = gw_outage_key(outage_id);
  if (after_us == 0)
    return gw_tx_timer_cancel(tx, "outage.end", "outage", outage_id, 0, error);
  if (back == cameras && !has_ended && !gw_condition_clear(tx, key, error))
    return FALSE;
  return gw_tx_timer_set(tx, "outage.end", "outage", outage_id, 0, tx->now_us + after_us, GW_TIMER_DURATION, error);
}

gboolean gw_outage_write_moved(GwTx *tx, GwOutageRow *row, GError **error) {
  guint cameras = 0, back = 0;
  GwUsec moved_at_us = 0;
  row->rev++;
  gw_tx_touch(tx, "outage", row->id);
  return gw_store_outage_count(tx->db, row->id, &cameras, &back, &moved_at_us, error) &&
         gw_store_outage_update(tx->db, row, error) && set_end(tx, row->id, cameras, back, error);
}

static json_t *ids_json(const GArray *ids) {
  json_t *list = json_array();
  for (guint i = 0; ids && i < ids->len; i++)
    json_array_append_new(list, json_integer(g_array_index(ids, GwId, i)));
  return list;
}

gboolean gw_outage_end(GwTx *tx, GwOutageRow *row, GwId part_of, GError **error) {
  guint cameras = 0, back = 0;
  GwUsec moved_at_us = 0;
  g_autoptr(GArray) down = gw_store_outage_ids_down(tx->db, row->id, error);
  if (!down || !gw_store_outage_count(tx->db, row->id, &cameras, &back, &moved_at_us, error))
    return FALSE;
  row->ended_at_us = down->len == 0 && moved_at_us > 0 ? moved_at_us : tx->now_us;
  row->rev++;
  gw_tx_touch(tx, "outage", row->id);
  json_t *body = json_pack("{s:i, s:I}", "cameras", (int)cameras, "lasted_us",
                           (json_int_t)(row->ended_at_us - row->began_at_us));
  json_object_set_new(body, part_of ? "part_of" : "not_back", part_of ? json_integer(part_of) : ids_json(down));
  if (!gw_store_outage_update(tx->db, row, error) || !gw_outage_journal(tx, row, "outage.ended", 0, body, error))
    return FALSE;
  for (guint i = 0; i < down->len; i++)
    if (!gw_outage_touch_camera(tx, g_array_index(down, GwId, i), error) ||
        (!part_of && !gw_camera_own_fault(tx, g_array_index(down, GwId, i), error)))
      return FALSE;
  return TRUE;
}

static gboolean end_due(GwTx *tx, const GwTimer *timer, GError **error) {
  g_auto(GwOutageRow) row = {0};
  guint cameras = 0, back = 0;
  GwUsec moved_at_us = 0;
  if (!gw_outage_load(tx, timer->subject_id, &row, error) ||
      !gw_store_outage_count(tx->db, row.id, &cameras, &back, &moved_at_us, error))
    return FALSE;
  if (row.ended_at_us > 0 || gw_outage_ends_after_us(cameras, back, FALSE) == 0)
    return TRUE;
  g_autofree char *key = gw_outage_key(row.id);
  return gw_outage_end(tx, &row, 0, error) && gw_condition_clear(tx, key, error);
}

/* ---- its alert ---- */

gboolean gw_outage_raise_alert(GwTx *tx, GwOutageRow *row, int priority, GError **error) {
  g_autofree char *key = gw_outage_key(row->id);
  const GwCondition condition = {.rule_kind = "outage",
                                 .key = key,
                                 .category = gw_outage_category(row->cause),
                                 .subject = "outage",
                                 .subject_id = row->id,
                                 .place_id = row->place_id,
                                 .priority = priority,
                                 .lat = NAN,
                                 .lon = NAN,
                                 /* When the first of them fell; one that began anew began now. */
                                 .since_us = MAX(row->began_at_us, tx->now_us - GW_OUTAGE_WINDOW_US)};
  GwAlertRow alert = {0};
  if (!gw_condition_raise_row(tx, &condition, &alert, error))
    return FALSE;
  if (alert.id > 0)
    row->alert_id = alert.id;
  return TRUE;
}

gboolean gw_outage_alert_raised(GwTx *tx, const GwAlertRow *alert, GError **error) {
  g_auto(GwOutageRow) row = {0};
  if (!g_str_has_prefix(alert->key, "outage:"))
    return TRUE;
  if (!gw_outage_load(tx, alert->subject_id, &row, error))
    return FALSE;
  row.alert_id = alert->id;
  row.rev++;
  gw_tx_touch(tx, "outage", row.id);
  return gw_store_outage_update(tx->db, &row, error);
}

/* ---- its cameras move ---- */

gboolean gw_outage_camera_fell(GwTx *tx, GwId camera_id, gboolean *ret_taken, GError **error) {
  GwId outage_id = 0;
  guint cameras = 0, back = 0;
  GwUsec moved_at_us = 0;
  g_auto(GwOutageRow) row = {0};
  g_autoptr(GError) failed = NULL;
  *ret_taken = FALSE;
  gboolean is_down = FALSE, is_new;
  if (!gw_store_outage_of_camera(tx->db, camera_id, &outage_id, &is_down, &failed))
    return gw_absent(&failed, error);
  *ret_taken = is_down;
  if (is_down)
    return TRUE;
  if (!gw_outage_load(tx, outage_id, &row, error) ||
      !gw_store_outage_count(tx->db, outage_id, &cameras, &back, &moved_at_us, error))
    return FALSE;
  /* Nearly all are back: then this one fell by itself, or it is asked about when its on-delay is over. */
  if (!gw_outage_lasts(cameras - back + 1, row.members))
    return TRUE;
  *ret_taken = TRUE;
  return gw_store_outage_camera_fell(tx->db, outage_id, camera_id, tx->now_us, &is_new, error) &&
         gw_outage_raise_alert(tx, &row, 0, error) && gw_outage_write_moved(tx, &row, error);
}

gboolean gw_outage_camera_left(GwTx *tx, GwId camera_id, GError **error) {
  GwId outage_id = 0;
  gboolean is_down = FALSE;
  g_autoptr(GError) failed = NULL;
  if (!gw_store_outage_of_camera(tx->db, camera_id, &outage_id, &is_down, &failed))
    return gw_absent(&failed, error);
  if (!is_down)
    return TRUE;
  g_auto(GwOutageRow) row = {0};
  return gw_outage_load(tx, outage_id, &row, error) &&
         gw_store_outage_camera_back(tx->db, outage_id, camera_id, tx->now_us, error) &&
         gw_outage_write_moved(tx, &row, error);
}

static const GwTimerEntry timers[] = {{"outage.end", end_due}, {NULL, NULL}};

const GwLedgerNoun gw_ledger_outage = {.timers = timers};
