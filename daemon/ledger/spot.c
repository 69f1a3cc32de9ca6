#include "daemon/ledger/spot.h"

#include "daemon/core/alert.h"
#include "daemon/ledger/absent.h"
#include "daemon/ledger/field.h"
#include "daemon/store/camera.h"
#include "daemon/store/spot.h"

static gboolean put(GwTx *tx, GwSpotRow *row, GwId camera_id, GwId alert_id, GwId pinned_by, GError **error) {
  row->camera_id = camera_id;
  row->alert_id = alert_id;
  row->pinned_by = pinned_by;
  row->at_us = tx->now_us;
  gw_tx_touch(tx, "spot", row->id);
  return gw_store_spot_update(tx->db, row, error);
}

/* An alert that has none takes each one that is empty. */
static gboolean fill(GwTx *tx, GwSpotRow rows[GW_SPOTS], GError **error) {
  for (guint i = 0; i < GW_SPOTS; i++) {
    GwId alert_id = 0, camera_id = 0;
    g_autoptr(GError) failed = NULL;
    if (rows[i].camera_id > 0)
      continue;
    if (!gw_store_spot_next(tx->db, &alert_id, &camera_id, &failed))
      return gw_absent(&failed, error);
    if (!put(tx, &rows[i], camera_id, alert_id, 0, error))
      return FALSE;
  }
  return TRUE;
}

gboolean gw_spot_alert_raised(GwTx *tx, const GwAlertRow *alert, GError **error) {
  GwSpotRow rows[GW_SPOTS];
  GwSpot spots[GW_SPOTS];
  if (alert->camera_id == 0 || alert->core.priority > GW_SPOT_PRIORITY || alert->core.state == GW_ALERT_NORM)
    return TRUE;
  if (!gw_store_spot_all(tx->db, rows, error))
    return FALSE;
  for (guint i = 0; i < GW_SPOTS; i++) {
    if (rows[i].alert_id == alert->id)
      return TRUE;
    if (!gw_store_spot_taken(tx->db, &rows[i], &spots[i], error))
      return FALSE;
  }
  const int chosen = gw_spot_choose(spots, alert->id, alert->core.priority);
  return chosen < 0 || put(tx, &rows[chosen], alert->camera_id, alert->id, 0, error);
}

gboolean gw_spot_alert_closed(GwTx *tx, GwId alert_id, GError **error) {
  GwSpotRow rows[GW_SPOTS];
  gboolean is_emptied = FALSE;
  if (!gw_store_spot_all(tx->db, rows, error))
    return FALSE;
  for (guint i = 0; i < GW_SPOTS; i++) {
    if (rows[i].alert_id != alert_id)
      continue;
    is_emptied = TRUE;
    if (!put(tx, &rows[i], 0, 0, 0, error))
      return FALSE;
  }
  return !is_emptied || fill(tx, rows, error);
}

gboolean gw_spot_camera_gone(GwTx *tx, GwId camera_id, GError **error) {
  GwSpotRow rows[GW_SPOTS];
  gboolean is_emptied = FALSE;
  if (!gw_store_spot_all(tx->db, rows, error))
    return FALSE;
  for (guint i = 0; i < GW_SPOTS; i++) {
    if (rows[i].camera_id != camera_id || rows[i].pinned_by == 0)
      continue;
    is_emptied = TRUE;
    if (!put(tx, &rows[i], 0, 0, 0, error))
      return FALSE;
  }
  return !is_emptied || fill(tx, rows, error);
}

/* ---- commands ---- */

static gboolean journal(GwTx *tx, const char *kind, const GwSpotRow *row, GwId camera_id, GwId place_id, GError **error) {
  return gw_tx_journal(tx, kind, "spot", row->id, row->rev, place_id, 0, 0,
                       json_pack("{s:o}", "camera_id", gw_json_id(camera_id)), error) > 0;
}

static gboolean load(GwTx *tx, json_t *args, GwSpotRow rows[GW_SPOTS], GwSpotRow **ret, GError **error) {
  if (!gw_store_spot_all(tx->db, rows, error))
    return FALSE;
  *ret = &rows[gw_arg_int(args, "spot") - 1]; /* 1 or 2, by the argument's schema */
  return gw_tx_check_rev(tx, "spot", (*ret)->id, (*ret)->rev, error);
}

/* The alert whose place is taken may go into the other one, when that is empty. */
static gboolean pin(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  GwSpotRow rows[GW_SPOTS], *row;
  g_auto(GwCameraRow) camera = {0};
  if (!load(tx, args, rows, &row, error))
    return FALSE;
  if (!gw_store_camera_get(tx->db, gw_arg_id(args, "camera_id"), &camera, error))
    return gw_tx_not_found(tx, error, "没有这个摄像机。", "There is no such camera.");
  if (camera.removed_at_us > 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该摄像机已移除。", "This camera is removed.");
  *ret_result = json_pack("{s:I}", "spot", (json_int_t)row->id);
  return put(tx, row, camera.id, 0, tx->actor.user_id, error) &&
         journal(tx, "spot.pinned", row, camera.id, camera.place_id, error) && fill(tx, rows, error);
}

static gboolean release(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  GwSpotRow rows[GW_SPOTS], *row;
  if (!load(tx, args, rows, &row, error))
    return FALSE;
  if (row->pinned_by == 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该画面没有固定。", "This picture is not pinned.");
  const GwId camera_id = row->camera_id;
  *ret_result = json_pack("{s:I}", "spot", (json_int_t)row->id);
  return put(tx, row, 0, 0, 0, error) && journal(tx, "spot.released", row, camera_id, 0, error) && fill(tx, rows, error);
}

static const GwCommandEntry commands[] = {{"spot.pin", pin}, {"spot.release", release}, {0}};

/* A center that was there before there were spots has alerts that never took one. */
static gboolean start(GwTx *tx, GError **error) {
  GwSpotRow rows[GW_SPOTS];
  return gw_store_spot_all(tx->db, rows, error) && fill(tx, rows, error);
}

const GwLedgerNoun gw_ledger_spot = {.commands = commands, .start = start};
