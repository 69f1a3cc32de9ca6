#include "daemon/store/zone.h"

#define COLUMNS                                                                                              \
  "id, rev, camera_id, name, category, points, from_min, to_min, dwell_s, enabled, removed_at_us from zone "

GW_SQL(ZONE_BY_ID, "select " COLUMNS "where id = :id");
GW_SQL(ZONE_OF_CAMERA, "select " COLUMNS "where camera_id = :camera_id and removed_at_us is null"
                       " and (enabled = 1 or :all = 1) order by id");
GW_SQL(ZONE_INSERT,
       "insert into zone (camera_id, name, category, points, from_min, to_min, dwell_s, enabled)"
       " values (:camera_id, :name, :category, :points, :from_min, :to_min, :dwell_s, :enabled)");
GW_SQL(ZONE_UPDATE, "update zone set rev = :rev, name = :name, category = :category, points = :points,"
                    " from_min = :from_min, to_min = :to_min, dwell_s = :dwell_s, enabled = :enabled,"
                    " removed_at_us = :removed_at where id = :id");
GW_SQL(REFERENCE_BY_CAMERA,
       "select camera_id, at_us, user_id, hash, body from reference where camera_id = :camera_id");
GW_SQL(REFERENCE_PUT, "insert or replace into reference (camera_id, at_us, user_id, hash, body)"
                      " values (:camera_id, :at, :user_id, :hash, :body)");
GW_SQL(REFERENCE_ASKER, "select actor_id from journal where subject = 'camera' and subject_id = :camera_id"
                        " and kind = 'camera.relearned' order by seq desc limit 1");

void gw_zone_row_clear(GwZoneRow *row) {
  g_clear_pointer(&row->name, g_free);
  g_clear_pointer(&row->category, g_free);
  g_clear_pointer(&row->points, g_free);
}

static void read_row(GwStmt *s, GwZoneRow *ret) {
  *ret = (GwZoneRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .camera_id = gw_col_int(s, 2),
      .name = g_strdup(gw_col_text(s, 3)),
      .category = g_strdup(gw_col_text(s, 4)),
      .points = g_strdup(gw_col_text(s, 5)),
      .from_min = (int)gw_col_int(s, 6),
      .to_min = (int)gw_col_int(s, 7),
      .dwell_s = (int)gw_col_int(s, 8),
      .enabled = gw_col_int(s, 9) != 0,
      .removed_at_us = gw_col_int(s, 10),
  };
}

gboolean gw_store_zone_get(GwDb *db, GwId id, GwZoneRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ZONE_BY_ID);
  gw_bind_id(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  read_row(s, ret);
  return TRUE;
}

static void clear_row(gpointer row) {
  gw_zone_row_clear(row);
}

GArray *gw_store_zones_of_camera(GwDb *db, GwId camera_id, gboolean only_enabled, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ZONE_OF_CAMERA);
  gw_bind_int(s, ":camera_id", camera_id);
  gw_bind_int(s, ":all", !only_enabled);
  g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(GwZoneRow));
  g_array_set_clear_func(rows, clear_row);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    GwZoneRow row;
    read_row(s, &row);
    g_array_append_val(rows, row);
  }
  return step == GW_STEP_DONE ? g_steal_pointer(&rows) : NULL;
}

static void bind_settings(GwStmt *s, const GwZoneRow *row) {
  gw_bind_text(s, ":name", row->name);
  gw_bind_text(s, ":category", row->category);
  gw_bind_text(s, ":points", row->points);
  gw_bind_int(s, ":from_min", row->from_min);
  gw_bind_int(s, ":to_min", row->to_min);
  gw_bind_int(s, ":dwell_s", row->dwell_s);
  gw_bind_int(s, ":enabled", row->enabled);
}

gboolean gw_store_zone_insert(GwDb *db, GwZoneRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ZONE_INSERT);
  gw_bind_int(s, ":camera_id", row->camera_id);
  bind_settings(s, row);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  row->rev = 1;
  return TRUE;
}

gboolean gw_store_zone_update(GwDb *db, GwZoneRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ZONE_UPDATE);
  row->rev++;
  gw_bind_int(s, ":id", row->id);
  gw_bind_int(s, ":rev", row->rev);
  bind_settings(s, row);
  gw_bind_at(s, ":removed_at", row->removed_at_us);
  return gw_step_done(s, error);
}

void gw_reference_row_clear(GwReferenceRow *row) {
  g_clear_pointer(&row->hash, g_free);
  g_clear_pointer(&row->body, g_bytes_unref);
}

gboolean gw_store_reference_get(GwDb *db, GwId camera_id, GwReferenceRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &REFERENCE_BY_CAMERA);
  gw_bind_int(s, ":camera_id", camera_id);
  if (!gw_step_row(s, error))
    return FALSE;
  gsize bytes = 0;
  const guint8 *body = gw_col_blob(s, 4, &bytes);
  *ret = (GwReferenceRow){
      .camera_id = gw_col_int(s, 0),
      .at_us = gw_col_int(s, 1),
      .user_id = gw_col_int(s, 2),
      .hash = g_strdup(gw_col_text(s, 3)),
      .body = g_bytes_new(body, bytes),
  };
  return TRUE;
}

gboolean gw_store_reference_put(GwDb *db, const GwReferenceRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &REFERENCE_PUT);
  gsize bytes = 0;
  gconstpointer body = g_bytes_get_data(row->body, &bytes);
  gw_bind_int(s, ":camera_id", row->camera_id);
  gw_bind_int(s, ":at", row->at_us);
  gw_bind_id(s, ":user_id", row->user_id);
  gw_bind_text(s, ":hash", row->hash);
  gw_bind_blob(s, ":body", body ? body : "", bytes);
  return gw_step_done(s, error);
}

GwId gw_store_reference_asker(GwDb *db, GwId camera_id) {
  g_autoptr(GwStmt) s = gw_stmt(db, &REFERENCE_ASKER);
  gw_bind_int(s, ":camera_id", camera_id);
  return gw_step_row(s, NULL) ? gw_col_int(s, 0) : 0;
}
