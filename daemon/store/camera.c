#include "daemon/store/camera.h"

#include "daemon/store/ids.h"

#define COLUMNS                                                                                              \
  "id, rev, code, name, place_id, lat, lon, zone, url, user_name, secret, transport, recorder, switch, "     \
  "enabled, state, cause, state_at_us, codec, width, height, removed_at_us, sub_url, watch, power, "          \
  "metadata, checkpoint_id, via, sees, channel, control_url, home_preset, away_preset"

GW_SQL(CAMERA_BY_ID, "select " COLUMNS " from camera where id = :id");
GW_SQL(CAMERA_BY_CODE, "select " COLUMNS " from camera where code = :code");
GW_SQL(CAMERA_INSERT, "insert into camera (code, name, place_id, lat, lon, zone, url, user_name, secret, "
                      "transport, recorder, switch, enabled, sub_url, watch, power, metadata, checkpoint_id, "
                      "channel, control_url, home_preset, away_preset) "
                      "values (:code, :name, :place_id, :lat, :lon, :zone, :url, :user_name, "
                      ":secret, :transport, :recorder, :switch, :enabled, :sub_url, :watch, :power, "
                      ":metadata, :checkpoint_id, :channel, :control_url, :home_preset, :away_preset)");
GW_SQL(
    CAMERA_UPDATE,
    "update camera set rev = :rev, name = :name, place_id = :place_id, lat = :lat, lon = :lon, zone = :zone, "
    "url = :url, user_name = :user_name, secret = :secret, transport = :transport, recorder = :recorder, "
    "switch = :switch, enabled = :enabled, state = :state, cause = :cause, state_at_us = :state_at_us, "
    "sub_url = :sub_url, watch = :watch, power = :power, metadata = :metadata, "
    "checkpoint_id = :checkpoint_id, sees = :sees, channel = :channel, control_url = :control_url, "
    "home_preset = :home_preset, away_preset = :away_preset, "
    "removed_at_us = :removed_at_us where id = :id");
GW_SQL(CAMERA_SET_STATE, "update camera set rev = :rev, state = :state, cause = :cause, state_at_us = "
                         ":state_at_us, codec = :codec, width = :width, height = :height, via = :via, "
                         "sees = :sees where id = :id");
GW_SQL(CAMERA_IDS_WATCHED, "select id from camera where enabled = 1 and removed_at_us is null order by id");
GW_SQL(CAMERA_IDS_KNOWN, "select id from camera where state <> 'unknown' order by id");
GW_SQL(CAMERA_PLACES, "select distinct place_id from camera where place_id is not null");
GW_SQL(CAMERA_COUNT, "select count(*) from camera where removed_at_us is null");
GW_SQL(
    CAMERA_NEIGHBOURS,
    "with recursive above (id, parent_id, kind, depth) as ("
    "  select id, parent_id, kind, 0 from place where id = :place_id"
    "  union all select p.id, p.parent_id, p.kind, depth + 1 from place p join above a on p.id = a.parent_id"
    "  where depth < 16),"
    " top (id) as (select coalesce((select id from above where kind in ('micro_grid','grid','group') order by depth "
    "limit 1), "
    "  :place_id)),"
    " below (id, depth) as ("
    "  select id, 0 from top"
    "  union all select p.id, depth + 1 from place p join below b on p.parent_id = b.id where depth < 16)"
    " select count(*), coalesce(sum(state = 'live' and sees <> 'no'), 0) from camera"
    " where place_id in (select id from below) and id <> :id and enabled = 1 and removed_at_us is null");
GW_SQL(CAMERA_OF_PLACE,
       "select count(*), coalesce(sum(c.state = 'live' and c.sees <> 'no'), 0) from camera c join place p on p.id = c.place_id"
       " where c.place_id = :place_id and c.enabled = 1 and c.removed_at_us is null"
       " and p.kind in ('grid','micro_grid','building') and p.valid_to_us is null");
GW_SQL(CAMERA_BLINDED,
       "select 1 from finding where camera_id = :id and ended_at_us is null"
       " and kind in ('black','washed','covered','sprayed','defocused','moved','frozen') limit 1");
GW_SQL(CAMERA_BUMP, "update camera set rev = rev + 1 where id = :id");
GW_SQL(CAMERA_CHECKPOINT, "select 1 from checkpoint where id = :id");
/* Not what it saw: rows about the camera as such. */
#define OF_ITSELF "kind not in ('camera.light', 'camera.observed', 'camera.observed_summed', 'camera.code', 'camera.looked_back', 'camera.turned')"
GW_SQL(CAMERA_ROWS_SINCE,
       "select count(*) from (select at_us from journal where subject = 'camera' and subject_id = :id "
       "and " OF_ITSELF " order by seq desc limit 16) where at_us > :since_us");
GW_SQL(CAMERA_JOURNALED_REV,
       "select rev from journal where subject = 'camera' and subject_id = :id and " OF_ITSELF " order by seq desc limit 1");

void gw_camera_row_clear(GwCameraRow *row) {
  char **strings[] = {&row->code,      &row->name,      &row->zone,     &row->url,
                      &row->user_name, &row->transport, &row->recorder, &row->switch_name,
                      &row->state,     &row->cause,     &row->codec,    &row->sub_url,
                      &row->watch,     &row->power,     &row->via,      &row->sees,
                      &row->control_url, &row->home_preset, &row->away_preset};
  for (gsize i = 0; i < G_N_ELEMENTS(strings); i++)
    g_clear_pointer(strings[i], g_free);
  g_clear_pointer(&row->secret, g_bytes_unref);
}

static void read_row(GwStmt *s, GwCameraRow *row) {
  gsize bytes = 0;
  const guint8 *secret = gw_col_blob(s, 10, &bytes);
  *row = (GwCameraRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .code = g_strdup(gw_col_text(s, 2)),
      .name = g_strdup(gw_col_text(s, 3)),
      .place_id = gw_col_int(s, 4),
      .lat = gw_col_real(s, 5),
      .lon = gw_col_real(s, 6),
      .zone = g_strdup(gw_col_text(s, 7)),
      .url = g_strdup(gw_col_text(s, 8)),
      .user_name = g_strdup(gw_col_text(s, 9)),
      .secret = gw_col_is_null(s, 10) ? NULL : g_bytes_new(secret, bytes),
      .transport = g_strdup(gw_col_text(s, 11)),
      .recorder = g_strdup(gw_col_text(s, 12)),
      .switch_name = g_strdup(gw_col_text(s, 13)),
      .enabled = gw_col_int(s, 14) != 0,
      .state = g_strdup(gw_col_text(s, 15)),
      .cause = g_strdup(gw_col_text(s, 16)),
      .state_at_us = gw_col_int(s, 17),
      .codec = g_strdup(gw_col_text(s, 18)),
      .width = (int)gw_col_int(s, 19),
      .height = (int)gw_col_int(s, 20),
      .removed_at_us = gw_col_int(s, 21),
      .sub_url = g_strdup(gw_col_text(s, 22)),
      .watch = g_strdup(gw_col_text(s, 23)),
      .power = g_strdup(gw_col_text(s, 24)),
      .metadata = gw_col_int(s, 25) != 0,
      .checkpoint_id = gw_col_int(s, 26),
      .via = g_strdup(gw_col_text(s, 27)),
      .sees = g_strdup(gw_col_text(s, 28)),
      .channel = (int)gw_col_int(s, 29),
      .control_url = g_strdup(gw_col_text(s, 30)),
      .home_preset = g_strdup(gw_col_text(s, 31)),
      .away_preset = g_strdup(gw_col_text(s, 32)),
  };
}

gboolean gw_store_camera_get(GwDb *db, GwId id, GwCameraRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_BY_ID);
  gw_bind_id(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  read_row(s, ret);
  return TRUE;
}

gboolean gw_store_camera_by_code(GwDb *db, const char *code, GwCameraRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_BY_CODE);
  gw_bind_text(s, ":code", code);
  if (!gw_step_row(s, error))
    return FALSE;
  read_row(s, ret);
  return TRUE;
}

static void bind_settings(GwStmt *s, const GwCameraRow *row) {
  gw_bind_text(s, ":name", row->name);
  gw_bind_id(s, ":place_id", row->place_id);
  gw_bind_real(s, ":lat", row->lat);
  gw_bind_real(s, ":lon", row->lon);
  gw_bind_text(s, ":zone", row->zone);
  gw_bind_text(s, ":url", row->url);
  gw_bind_text(s, ":user_name", row->user_name);
  gsize bytes = 0;
  gconstpointer secret = row->secret ? g_bytes_get_data(row->secret, &bytes) : NULL;
  gw_bind_blob(s, ":secret", secret, bytes);
  gw_bind_text(s, ":transport", row->transport);
  gw_bind_text(s, ":recorder", row->recorder);
  gw_bind_text(s, ":switch", row->switch_name);
  gw_bind_int(s, ":enabled", row->enabled);
  gw_bind_text(s, ":sub_url", row->sub_url ? row->sub_url : "");
  gw_bind_text(s, ":watch", row->watch ? row->watch : "sub");
  gw_bind_text(s, ":power", row->power ? row->power : "");
  gw_bind_int(s, ":metadata", row->metadata);
  gw_bind_id(s, ":checkpoint_id", row->checkpoint_id);
  gw_bind_int(s, ":channel", row->channel);
  gw_bind_text(s, ":control_url", row->control_url ? row->control_url : "");
  gw_bind_text(s, ":home_preset", row->home_preset ? row->home_preset : "");
  gw_bind_text(s, ":away_preset", row->away_preset ? row->away_preset : "");
}

const char *gw_store_camera_watched_url(const GwCameraRow *row) {
  const gboolean is_small = row->sub_url && *row->sub_url && g_strcmp0(row->watch, "main") != 0;
  return is_small ? row->sub_url : row->url;
}

gboolean gw_store_camera_insert(GwDb *db, GwCameraRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_INSERT);
  gw_bind_text(s, ":code", row->code);
  bind_settings(s, row);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  row->rev = 1;
  return TRUE;
}

gboolean gw_store_camera_update(GwDb *db, const GwCameraRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_UPDATE);
  bind_settings(s, row);
  gw_bind_id(s, ":id", row->id);
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_text(s, ":state", row->state);
  gw_bind_text(s, ":cause", row->cause);
  gw_bind_int(s, ":state_at_us", row->state_at_us);
  gw_bind_at(s, ":removed_at_us", row->removed_at_us);
  gw_bind_text(s, ":sees", row->sees);
  return gw_step_done(s, error);
}

gboolean gw_store_camera_set_state(GwDb *db, const GwCameraRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_SET_STATE);
  gw_bind_id(s, ":id", row->id);
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_text(s, ":state", row->state);
  gw_bind_text(s, ":cause", row->cause);
  gw_bind_int(s, ":state_at_us", row->state_at_us);
  gw_bind_text(s, ":codec", row->codec);
  gw_bind_int(s, ":width", row->width);
  gw_bind_int(s, ":height", row->height);
  gw_bind_text(s, ":via", row->via);
  gw_bind_text(s, ":sees", row->sees);
  return gw_step_done(s, error);
}

GArray *gw_store_camera_ids_watched(GwDb *db, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_IDS_WATCHED);
  return gw_store_read_ids(s, error);
}

GArray *gw_store_camera_ids_known(GwDb *db, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_IDS_KNOWN);
  return gw_store_read_ids(s, error);
}

GArray *gw_store_camera_places(GwDb *db, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_PLACES);
  return gw_store_read_ids(s, error);
}

gboolean gw_store_camera_neighbours(GwDb *db, GwId camera_id, GwId place_id, guint *ret_cameras,
                                    guint *ret_see, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_NEIGHBOURS);
  gw_bind_id(s, ":id", camera_id);
  gw_bind_id(s, ":place_id", place_id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret_cameras = (guint)gw_col_int(s, 0);
  *ret_see = (guint)gw_col_int(s, 1);
  return TRUE;
}

gboolean gw_store_camera_of_place(GwDb *db, GwId place_id, guint *ret_cameras, guint *ret_see,
                                  GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_OF_PLACE);
  gw_bind_id(s, ":place_id", place_id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret_cameras = (guint)gw_col_int(s, 0);
  *ret_see = (guint)gw_col_int(s, 1);
  return TRUE;
}

static gboolean is_row(GwDb *db, const GwSql *sql, GwId id, gboolean *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, sql);
  gw_bind_id(s, ":id", id);
  GwStep step = gw_step(s, error);
  *ret = step == GW_STEP_ROW;
  return step != GW_STEP_FAILED;
}

gboolean gw_store_camera_checkpoint_is_there(GwDb *db, GwId checkpoint_id, gboolean *ret, GError **error) {
  return is_row(db, &CAMERA_CHECKPOINT, checkpoint_id, ret, error);
}

gboolean gw_store_camera_is_blinded(GwDb *db, GwId camera_id, gboolean *ret, GError **error) {
  return is_row(db, &CAMERA_BLINDED, camera_id, ret, error);
}

gint64 gw_store_camera_rows_since(GwDb *db, GwId camera_id, GwUsec since_us) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_ROWS_SINCE);
  gw_bind_id(s, ":id", camera_id);
  gw_bind_int(s, ":since_us", since_us);
  return gw_step_row(s, NULL) ? gw_col_int(s, 0) : 0;
}

gint64 gw_store_camera_journaled_rev(GwDb *db, GwId camera_id) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_JOURNALED_REV);
  gw_bind_id(s, ":id", camera_id);
  return gw_step_row(s, NULL) ? gw_col_int(s, 0) : 0;
}

gboolean gw_store_camera_bump(GwDb *db, GwId camera_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_BUMP);
  gw_bind_id(s, ":id", camera_id);
  return gw_step_done(s, error);
}

gboolean gw_store_camera_count(GwDb *db, gint64 *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_COUNT);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = gw_col_int(s, 0);
  return TRUE;
}
