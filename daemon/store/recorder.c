#include "daemon/store/recorder.h"

#include "daemon/store/ids.h"

#define COLUMNS                                                                                              \
  "r.id, r.rev, r.name, r.make, r.url_template, r.user_name, r.secret, r.playbacks_most, r.days_held,"       \
  " r.held_at_us, r.removed_at_us"
#define SETTINGS                                                                                             \
  "name = :name, make = :make, url_template = :url_template, user_name = :user_name, secret = :secret,"      \
  " playbacks_most = :playbacks_most"

GW_SQL(RECORDER_BY_ID, "select " COLUMNS " from recorder r where r.id = :id");
GW_SQL(RECORDER_BY_NAME, "select " COLUMNS " from recorder r where r.name = :name and r.removed_at_us is null");
GW_SQL(RECORDER_OF_CAMERA, "select " COLUMNS ", c.channel from camera c join recorder r on r.name = c.recorder"
                           " where c.id = :id and c.recorder <> '' and r.removed_at_us is null");
GW_SQL(RECORDER_INSERT,
       "insert into recorder (name, make, url_template, user_name, secret, playbacks_most)"
       " values (:name, :make, :url_template, :user_name, :secret, :playbacks_most)");
GW_SQL(RECORDER_UPDATE, "update recorder set rev = :rev, " SETTINGS ", days_held = :days_held, held_at_us = :held_at_us,"
                        " removed_at_us = :removed_at_us where id = :id");
GW_SQL(RECORDER_COUNT, "select count(*) from recorder where removed_at_us is null");
GW_SQL(RECORDER_CAMERAS, "select id from camera where recorder = :name and removed_at_us is null order by id");

GW_SQL(PLAYBACK_INSERT, "insert into playback (camera_id, user_id, at_us, asked_at_us)"
                        " values (:camera_id, :user_id, :at_us, :asked_at_us)");
GW_SQL(PLAYBACK_BY_ID, "select id, camera_id, user_id, at_us, asked_at_us from playback where id = :id");

void gw_recorder_row_clear(GwRecorderRow *row) {
  g_clear_pointer(&row->name, g_free);
  g_clear_pointer(&row->make, g_free);
  g_clear_pointer(&row->url_template, g_free);
  g_clear_pointer(&row->user_name, g_free);
  g_clear_pointer(&row->secret, g_bytes_unref);
}

static void read_row(GwStmt *s, GwRecorderRow *ret) {
  gsize bytes = 0;
  const guint8 *secret = gw_col_blob(s, 6, &bytes);
  *ret = (GwRecorderRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .name = g_strdup(gw_col_text(s, 2)),
      .make = g_strdup(gw_col_text(s, 3)),
      .url_template = g_strdup(gw_col_text(s, 4)),
      .user_name = g_strdup(gw_col_text(s, 5)),
      .secret = gw_col_is_null(s, 6) ? NULL : g_bytes_new(secret, bytes),
      .playbacks_most = (int)gw_col_int(s, 7),
      .days_held = gw_col_is_null(s, 8) ? -1 : gw_col_int(s, 8),
      .held_at_us = gw_col_int(s, 9),
      .removed_at_us = gw_col_int(s, 10),
  };
}

gboolean gw_store_recorder_get(GwDb *db, GwId id, GwRecorderRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &RECORDER_BY_ID);
  gw_bind_id(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  read_row(s, ret);
  return TRUE;
}

gboolean gw_store_recorder_by_name(GwDb *db, const char *name, GwRecorderRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &RECORDER_BY_NAME);
  gw_bind_text(s, ":name", name);
  if (!gw_step_row(s, error))
    return FALSE;
  read_row(s, ret);
  return TRUE;
}

gboolean gw_store_recorder_of_camera(GwDb *db, GwId camera_id, GwRecorderRow *ret, int *ret_channel, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &RECORDER_OF_CAMERA);
  gw_bind_id(s, ":id", camera_id);
  if (!gw_step_row(s, error))
    return FALSE;
  read_row(s, ret);
  *ret_channel = (int)gw_col_int(s, 11);
  return TRUE;
}

static void bind_settings(GwStmt *s, const GwRecorderRow *row) {
  gsize bytes = 0;
  gconstpointer secret = row->secret ? g_bytes_get_data(row->secret, &bytes) : NULL;
  gw_bind_text(s, ":name", row->name);
  gw_bind_text(s, ":make", row->make);
  gw_bind_text(s, ":url_template", row->url_template);
  gw_bind_text(s, ":user_name", row->user_name);
  gw_bind_blob(s, ":secret", secret, bytes);
  gw_bind_int(s, ":playbacks_most", row->playbacks_most);
}

gboolean gw_store_recorder_insert(GwDb *db, GwRecorderRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &RECORDER_INSERT);
  bind_settings(s, row);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  row->rev = 1;
  return TRUE;
}

gboolean gw_store_recorder_update(GwDb *db, GwRecorderRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &RECORDER_UPDATE);
  row->rev++;
  bind_settings(s, row);
  gw_bind_int(s, ":id", row->id);
  gw_bind_int(s, ":rev", row->rev);
  if (row->days_held >= 0)
    gw_bind_int(s, ":days_held", row->days_held);
  gw_bind_at(s, ":held_at_us", row->held_at_us);
  gw_bind_at(s, ":removed_at_us", row->removed_at_us);
  return gw_step_done(s, error);
}

gboolean gw_store_recorder_count(GwDb *db, guint *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &RECORDER_COUNT);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (guint)gw_col_int(s, 0);
  return TRUE;
}

GArray *gw_store_recorder_cameras(GwDb *db, const char *name, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &RECORDER_CAMERAS);
  gw_bind_text(s, ":name", name);
  return gw_store_read_ids(s, error);
}

gboolean gw_store_playback_insert(GwDb *db, GwPlaybackRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &PLAYBACK_INSERT);
  gw_bind_int(s, ":camera_id", row->camera_id);
  gw_bind_int(s, ":user_id", row->user_id);
  gw_bind_int(s, ":at_us", row->at_us);
  gw_bind_int(s, ":asked_at_us", row->asked_at_us);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  return TRUE;
}

gboolean gw_store_playback_get(GwDb *db, GwId id, GwPlaybackRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &PLAYBACK_BY_ID);
  gw_bind_id(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (GwPlaybackRow){gw_col_int(s, 0), gw_col_int(s, 1), gw_col_int(s, 2), gw_col_int(s, 3), gw_col_int(s, 4)};
  return TRUE;
}
