#include "daemon/store/maintain.h"

#include "daemon/store/db_private.h"

#define PAGES "256"

GW_SQL(FORGET_SAMPLES,
       "delete from sample where (at_us, subject, subject_id) in"
       " (select at_us, subject, subject_id from sample where at_us < :before order by at_us limit 500)");
GW_SQL(
    SAMPLE_UNITS,
    "insert or replace into sample (at_us, subject, subject_id, body) select :at, 'unit', id,"
    " json_object('lat', lat, 'lon', lon, 'on_duty', on_duty, 'presence', presence, 'ticket_id', ticket_id)"
    " from unit where lat is not null");
GW_SQL(
    SAMPLE_CAMERAS,
    "insert or replace into sample (at_us, subject, subject_id, body) select :at, 'camera', 0,"
    " coalesce(json_group_object(state, json(ids)), '{}') from (select state, json_group_array(id) as ids from camera"
    " where removed_at_us is null and enabled = 1 and state <> 'live' group by state)");

gboolean gw_maintain_checkpoint(GwDb *db, gint64 *ret_wal_bytes, GError **error) {
  sqlite3 *handle = gw_db_handle(db);
  int frames = 0, done = 0;
  int rc = sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_PASSIVE, &frames, &done);
  gint64 page_bytes = 0;
  if ((rc & 0xff) == SQLITE_BUSY) /* another checkpoint runs: as good */
    frames = MAX(frames, 0);
  else if (rc != SQLITE_OK) {
    gw_db_set_error(handle, error);
    return FALSE;
  }
  if (!gw_db_pragma_int(handle, "pragma page_size", &page_bytes, error))
    return FALSE;
  *ret_wal_bytes = frames > 0 ? frames * (page_bytes + 24) + 32 : 0;
  return TRUE;
}

gint64 gw_maintain_vacuum_step(GwDb *db, GError **error) {
  sqlite3 *handle = gw_db_handle(db);
  gint64 before, after;
  if (!gw_db_pragma_int(handle, "pragma freelist_count", &before, error))
    return -1;
  if (before == 0)
    return 0;
  if (!gw_db_exec(db, "pragma incremental_vacuum(" PAGES ")", error) ||
      !gw_db_pragma_int(handle, "pragma freelist_count", &after, error))
    return -1;
  return before - after;
}

static gint64 forget(GwDb *db, const GwSql *sql, GwUsec before_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, sql);
  gw_bind_int(s, ":before", before_us);
  return gw_step_done(s, error) ? gw_db_changes(db) : -1;
}

gint64 gw_maintain_forget_samples(GwDb *db, GwUsec before_us, GError **error) {
  return forget(db, &FORGET_SAMPLES, before_us, error);
}

static gboolean sample(GwDb *db, const GwSql *sql, GwUsec at_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, sql);
  gw_bind_int(s, ":at", at_us);
  return gw_step_done(s, error);
}

gboolean gw_maintain_sample(GwDb *db, GwUsec at_us, GError **error) {
  return sample(db, &SAMPLE_UNITS, at_us, error) && sample(db, &SAMPLE_CAMERAS, at_us, error);
}
