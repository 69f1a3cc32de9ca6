#include "daemon/store/preset.h"

GW_SQL(PRESET_HAS, "select 1 from preset where camera_id = :id and token = :token");
GW_SQL(PRESETS_CLEAR, "delete from preset where camera_id = :id");
GW_SQL(PRESET_ADD, "insert into preset (camera_id, token, name) values (:id, :token, :name) on conflict do nothing");
GW_SQL(PRESETS_TEXT, "select coalesce(json_group_array(json_array(token, name)), '[]') from"
                     " (select token, name from preset where camera_id = :id order by token)");
GW_SQL(PRESETS_MISSING, "select id from camera where control_url <> '' and removed_at_us is null and not exists"
                        " (select 1 from preset where camera_id = camera.id) order by id limit :most");
GW_SQL(TURN_LAST,
       "select body ->> 'preset', body ->> 'before', body ->> 'home', body ->> 'attempt' from journal"
       " where subject = 'camera' and subject_id = :id and kind = 'camera.turned' order by seq desc limit 1");

gboolean gw_store_preset_has(GwDb *db, GwId camera_id, const char *token, gboolean *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &PRESET_HAS);
  gw_bind_id(s, ":id", camera_id);
  gw_bind_text(s, ":token", token);
  GwStep step = gw_step(s, error);
  *ret = step == GW_STEP_ROW;
  return step != GW_STEP_FAILED;
}

gboolean gw_store_presets_clear(GwDb *db, GwId camera_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &PRESETS_CLEAR);
  gw_bind_id(s, ":id", camera_id);
  return gw_step_done(s, error);
}

gboolean gw_store_preset_add(GwDb *db, GwId camera_id, const char *token, const char *name, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &PRESET_ADD);
  gw_bind_id(s, ":id", camera_id);
  gw_bind_text(s, ":token", token);
  gw_bind_text(s, ":name", name);
  return gw_step_done(s, error);
}

GArray *gw_store_presets_missing(GwDb *db, guint most, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &PRESETS_MISSING);
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(GwId));
  gw_bind_int(s, ":most", most);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    const GwId id = gw_col_int(s, 0);
    g_array_append_val(ids, id);
  }
  return step == GW_STEP_DONE ? g_steal_pointer(&ids) : NULL;
}

char *gw_store_presets_text(GwDb *db, GwId camera_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &PRESETS_TEXT);
  gw_bind_id(s, ":id", camera_id);
  return gw_step_row(s, error) ? g_strdup(gw_col_text(s, 0)) : NULL;
}

void gw_turn_row_clear(GwTurnRow *row) {
  g_clear_pointer(&row->preset, g_free);
  g_clear_pointer(&row->before, g_free);
}

gboolean gw_store_turn_last(GwDb *db, GwId camera_id, GwTurnRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TURN_LAST);
  gw_bind_id(s, ":id", camera_id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (GwTurnRow){
      .preset = g_strdup(gw_col_text(s, 0)),
      .before = g_strdup(gw_col_text(s, 1)),
      .home = gw_col_int(s, 2) != 0,
      .attempt = (int)gw_col_int(s, 3),
  };
  return TRUE;
}
