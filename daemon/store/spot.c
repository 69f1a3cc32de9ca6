#include "daemon/store/spot.h"

GW_SQL(SPOT_ALL, "select id, rev, camera_id, alert_id, pinned_by, at_us from spot order by id");
GW_SQL(SPOT_UPDATE, "update spot set rev = :rev, camera_id = :camera_id, alert_id = :alert_id, pinned_by = :pinned_by,"
                    " at_us = :at_us where id = :id");
GW_SQL(SPOT_ALERT, "select priority from alert where id = :id");
/* Graver first, then the newer: the same order in which one takes another's place. */
GW_SQL(SPOT_NEXT, "select id, camera_id from alert where state <> 'NORM' and camera_id is not null and priority <= 2"
                  " and id not in (select alert_id from spot where alert_id is not null)"
                  " order by priority, id desc limit 1");

gboolean gw_store_spot_all(GwDb *db, GwSpotRow ret[GW_SPOTS], GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &SPOT_ALL);
  for (guint i = 0; i < GW_SPOTS; i++) {
    if (!gw_step_row(s, error)) {
      if (error && !*error)
        g_set_error_literal(error, GW_ERROR, GW_CODE_STORAGE, "The database has lost a row of table spot.");
      return FALSE;
    }
    ret[i] = (GwSpotRow){gw_col_int(s, 0), gw_col_int(s, 1), gw_col_int(s, 2),
                         gw_col_int(s, 3), gw_col_int(s, 4), gw_col_int(s, 5)};
  }
  return TRUE;
}

gboolean gw_store_spot_update(GwDb *db, GwSpotRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &SPOT_UPDATE);
  row->rev++;
  gw_bind_int(s, ":id", row->id);
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_id(s, ":camera_id", row->camera_id);
  gw_bind_id(s, ":alert_id", row->alert_id);
  gw_bind_id(s, ":pinned_by", row->pinned_by);
  gw_bind_int(s, ":at_us", row->at_us);
  return gw_step_done(s, error);
}

gboolean gw_store_spot_taken(GwDb *db, const GwSpotRow *row, GwSpot *ret, GError **error) {
  *ret = (GwSpot){.is_pinned = row->pinned_by > 0, .alert_id = row->alert_id};
  if (row->alert_id == 0)
    return TRUE;
  g_autoptr(GwStmt) s = gw_stmt(db, &SPOT_ALERT);
  gw_bind_id(s, ":id", row->alert_id);
  GwStep step = gw_step(s, error);
  ret->priority = step == GW_STEP_ROW ? (int)gw_col_int(s, 0) : 4;
  return step != GW_STEP_FAILED;
}

gboolean gw_store_spot_next(GwDb *db, GwId *ret_alert_id, GwId *ret_camera_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &SPOT_NEXT);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret_alert_id = gw_col_int(s, 0);
  *ret_camera_id = gw_col_int(s, 1);
  return TRUE;
}
