#include "daemon/store/route.h"

#include "daemon/store/ids.h"

GW_SQL(ROUTE_BY_ID,
       "select id, rev, code, name, unit_id, volunteer, ordered, plan, enabled from route where id = :id");
GW_SQL(ROUTE_UPDATE, "update route set rev = :rev, name = :name, unit_id = :unit_id, plan = :plan, enabled = "
                     ":enabled where id = :id");
GW_SQL(ROUTE_IDS_ENABLED, "select id from route where enabled = 1 order by id");
GW_SQL(
    ROUTE_POINTS,
    "select r.idx, r.checkpoint_id, r.offset_s, r.early_s, r.late_s, c.name, c.tag, c.lat, c.lon, c.radius_m "
    "from route_point r join checkpoint c on c.id = r.checkpoint_id where r.route_id = :route_id order by "
    "r.idx");
GW_SQL(CHECKPOINT_BY_TAG, "select id from checkpoint where tag = :tag and tag <> '' order by id limit 1");
GW_SQL(CHECKPOINT_BY_ID, "select id, place_id, lat, lon, radius_m from checkpoint where id = :id");

void gw_route_row_clear(GwRouteRow *row) {
  g_clear_pointer(&row->code, g_free);
  g_clear_pointer(&row->name, g_free);
  g_clear_pointer(&row->plan, g_free);
}

gboolean gw_store_route_get(GwDb *db, GwId id, GwRouteRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUTE_BY_ID);
  gw_bind_id(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (GwRouteRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .code = g_strdup(gw_col_text(s, 2)),
      .name = g_strdup(gw_col_text(s, 3)),
      .unit_id = gw_col_int(s, 4),
      .volunteer = gw_col_int(s, 5) != 0,
      .ordered = gw_col_int(s, 6) != 0,
      .plan = g_strdup(gw_col_text(s, 7)),
      .enabled = gw_col_int(s, 8) != 0,
  };
  return TRUE;
}

gboolean gw_store_route_update(GwDb *db, const GwRouteRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUTE_UPDATE);
  gw_bind_id(s, ":id", row->id);
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_text(s, ":name", row->name);
  gw_bind_id(s, ":unit_id", row->unit_id);
  gw_bind_text(s, ":plan", row->plan);
  gw_bind_int(s, ":enabled", row->enabled);
  return gw_step_done(s, error);
}

GArray *gw_store_route_ids_enabled(GwDb *db, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUTE_IDS_ENABLED);
  return gw_store_read_ids(s, error);
}

static void point_clear(gpointer data) {
  GwRoutePointRow *point = data;
  g_free(point->name);
  g_free(point->tag);
}

GArray *gw_store_route_points(GwDb *db, GwId route_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUTE_POINTS);
  gw_bind_id(s, ":route_id", route_id);
  g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(GwRoutePointRow));
  g_array_set_clear_func(points, point_clear);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    const GwRoutePointRow point = {
        .idx = (int)gw_col_int(s, 0),
        .checkpoint_id = gw_col_int(s, 1),
        .offset_s = gw_col_int(s, 2),
        .early_s = gw_col_int(s, 3),
        .late_s = gw_col_int(s, 4),
        .name = g_strdup(gw_col_text(s, 5)),
        .tag = g_strdup(gw_col_text(s, 6)),
        .lat = gw_col_real(s, 7),
        .lon = gw_col_real(s, 8),
        .radius_m = gw_col_real(s, 9),
    };
    g_array_append_val(points, point);
  }
  return step == GW_STEP_DONE ? g_steal_pointer(&points) : NULL;
}

GwId gw_store_checkpoint_by_tag(GwDb *db, const char *tag) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CHECKPOINT_BY_TAG);
  gw_bind_text(s, ":tag", tag);
  return gw_step_row(s, NULL) ? gw_col_int(s, 0) : 0;
}

gboolean gw_store_checkpoint_get(GwDb *db, GwId id, GwCheckpointRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CHECKPOINT_BY_ID);
  gw_bind_id(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (GwCheckpointRow){
      .id = gw_col_int(s, 0),
      .place_id = gw_col_int(s, 1),
      .lat = gw_col_real(s, 2),
      .lon = gw_col_real(s, 3),
      .radius_m = gw_col_real(s, 4),
  };
  return TRUE;
}
