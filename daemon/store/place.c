#include "daemon/store/place.h"

#include "daemon/store/ids.h"

GW_SQL(
    PLACE_BY_ID,
    "select id, rev, code, name, kind, parent_id, lat, lon, outline, valid_from_us, valid_to_us, replaces_id "
    "from place where id = :id");
GW_SQL(PLACE_INSERT,
       "insert into place (rev, code, name, kind, parent_id, lat, lon, outline, valid_from_us, replaces_id) "
       "values "
       "(:rev, :code, :name, :kind, :parent_id, :lat, :lon, :outline, :valid_from_us, :replaces_id)");
GW_SQL(PLACE_CLOSE, "update place set rev = :rev, valid_to_us = :at_us where id = :id");
GW_SQL(
    PLACE_MOVE_PLACES,
    "update place set parent_id = :to_id, rev = rev + 1 where parent_id = :from_id and valid_to_us is null");
GW_SQL(PLACE_MOVE_CAMERAS, "update camera set place_id = :to_id, rev = rev + 1 where place_id = :from_id");
GW_SQL(PLACE_MOVE_CHECKPOINTS,
       "update checkpoint set place_id = :to_id, rev = rev + 1 where place_id = :from_id");
GW_SQL(PLACE_MOVE_SLOTS, "update slot set place_id = :to_id, rev = rev + 1 where place_id = :from_id");
GW_SQL(PLACE_CHILDREN, "select id from place where parent_id = :id and valid_to_us is null order by id");
GW_SQL(PLACE_CAMERAS, "select id from camera where place_id = :id and removed_at_us is null order by id");
GW_SQL(PLACE_CHECKPOINTS, "select id from checkpoint where place_id = :id order by id");

void gw_place_row_clear(GwPlaceRow *row) {
  char **strings[] = {&row->code, &row->name, &row->kind, &row->outline};
  for (gsize i = 0; i < G_N_ELEMENTS(strings); i++)
    g_clear_pointer(strings[i], g_free);
}

gboolean gw_store_place_get(GwDb *db, GwId id, GwPlaceRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &PLACE_BY_ID);
  gw_bind_id(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (GwPlaceRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .code = g_strdup(gw_col_text(s, 2)),
      .name = g_strdup(gw_col_text(s, 3)),
      .kind = g_strdup(gw_col_text(s, 4)),
      .parent_id = gw_col_int(s, 5),
      .lat = gw_col_real(s, 6),
      .lon = gw_col_real(s, 7),
      .outline = gw_col_is_null(s, 8) ? NULL : g_strdup(gw_col_text(s, 8)),
      .valid_from_us = gw_col_int(s, 9),
      .valid_to_us = gw_col_int(s, 10),
      .replaces_id = gw_col_int(s, 11),
  };
  return TRUE;
}

gboolean gw_store_place_insert(GwDb *db, GwPlaceRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &PLACE_INSERT);
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_text(s, ":code", row->code);
  gw_bind_text(s, ":name", row->name);
  gw_bind_text(s, ":kind", row->kind);
  gw_bind_id(s, ":parent_id", row->parent_id);
  gw_bind_real(s, ":lat", row->lat);
  gw_bind_real(s, ":lon", row->lon);
  gw_bind_text(s, ":outline", row->outline);
  gw_bind_int(s, ":valid_from_us", row->valid_from_us);
  gw_bind_id(s, ":replaces_id", row->replaces_id);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  return TRUE;
}

gboolean gw_store_place_close(GwDb *db, GwId id, gint64 rev, GwUsec at_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &PLACE_CLOSE);
  gw_bind_id(s, ":id", id);
  gw_bind_int(s, ":rev", rev);
  gw_bind_int(s, ":at_us", at_us);
  return gw_step_done(s, error);
}

gboolean gw_store_place_move_contents(GwDb *db, GwId from_id, GwId to_id, GError **error) {
  const GwSql *moves[] = {&PLACE_MOVE_PLACES, &PLACE_MOVE_CAMERAS, &PLACE_MOVE_CHECKPOINTS,
                          &PLACE_MOVE_SLOTS};
  for (gsize i = 0; i < G_N_ELEMENTS(moves); i++) {
    g_autoptr(GwStmt) s = gw_stmt(db, moves[i]);
    gw_bind_id(s, ":from_id", from_id);
    gw_bind_id(s, ":to_id", to_id);
    if (!gw_step_done(s, error))
      return FALSE;
  }
  return TRUE;
}

static GArray *read_of(GwDb *db, const GwSql *sql, GwId id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, sql);
  gw_bind_id(s, ":id", id);
  return gw_store_read_ids(s, error);
}

GArray *gw_store_place_children(GwDb *db, GwId id, GError **error) {
  return read_of(db, &PLACE_CHILDREN, id, error);
}

GArray *gw_store_place_cameras(GwDb *db, GwId id, GError **error) {
  return read_of(db, &PLACE_CAMERAS, id, error);
}

GArray *gw_store_place_checkpoints(GwDb *db, GwId id, GError **error) {
  return read_of(db, &PLACE_CHECKPOINTS, id, error);
}
