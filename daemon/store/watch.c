#include "daemon/store/watch.h"

#include "daemon/store/ids.h"

GW_SQL(SHIFT_FIND, "select id from shift where starts_at_us = :starts");
GW_SQL(SHIFT_INSERT, "insert into shift (kind, starts_at_us, ends_at_us) values (:kind, :starts, :ends)");

#define WATCH_COLUMNS "id, rev, shift_id, user_id, seat, from_us, to_us, sound_at_us from watch "
GW_SQL(WATCH_GET, "select " WATCH_COLUMNS "where id = :id");
GW_SQL(WATCH_SITTING, "select " WATCH_COLUMNS "where to_us is null and (:user is null or user_id = :user)"
                      " and (:seat is null or seat = :seat) order by id limit 1");
GW_SQL(WATCH_ALL, "select id from watch where to_us is null order by seat, id");
GW_SQL(WATCH_INSERT,
       "insert into watch (shift_id, user_id, seat, from_us) values (:shift, :user, :seat, :from)");
GW_SQL(WATCH_UPDATE, "update watch set rev = :rev, to_us = :to, sound_at_us = :sound_at where id = :id");

gboolean gw_store_shift_put(GwDb *db, gboolean night, GwUsec starts_at_us, GwUsec ends_at_us, GwId *ret_id,
                            gboolean *ret_made, GError **error) {
  g_autoptr(GwStmt) find = gw_stmt(db, &SHIFT_FIND);
  gw_bind_int(find, ":starts", starts_at_us);
  GwStep step = gw_step(find, error);
  *ret_made = step == GW_STEP_DONE;
  if (step == GW_STEP_ROW)
    *ret_id = gw_col_int(find, 0);
  if (step != GW_STEP_DONE)
    return step == GW_STEP_ROW;
  g_autoptr(GwStmt) s = gw_stmt(db, &SHIFT_INSERT);
  gw_bind_text(s, ":kind", night ? "night" : "day");
  gw_bind_int(s, ":starts", starts_at_us);
  gw_bind_int(s, ":ends", ends_at_us);
  if (!gw_step_done(s, error))
    return FALSE;
  *ret_id = gw_db_last_id(db);
  return TRUE;
}

static gboolean read_row(GwStmt *s, GwWatchRow *ret, GError **error) {
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (GwWatchRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .shift_id = gw_col_int(s, 2),
      .user_id = gw_col_int(s, 3),
      .seat = (int)gw_col_int(s, 4),
      .from_us = gw_col_int(s, 5),
      .to_us = gw_col_int(s, 6),
      .sound_at_us = gw_col_int(s, 7),
  };
  return TRUE;
}

gboolean gw_store_watch_get(GwDb *db, GwId id, GwWatchRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &WATCH_GET);
  gw_bind_id(s, ":id", id);
  return read_row(s, ret, error);
}

gboolean gw_store_watch_sitting(GwDb *db, GwId user_id, int seat, GwWatchRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &WATCH_SITTING);
  gw_bind_id(s, ":user", user_id);
  gw_bind_id(s, ":seat", seat);
  return read_row(s, ret, error);
}

GArray *gw_store_watch_all(GwDb *db, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &WATCH_ALL);
  return gw_store_read_ids(s, error);
}

gboolean gw_store_watch_insert(GwDb *db, GwWatchRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &WATCH_INSERT);
  gw_bind_id(s, ":shift", row->shift_id);
  gw_bind_id(s, ":user", row->user_id);
  gw_bind_int(s, ":seat", row->seat);
  gw_bind_int(s, ":from", row->from_us);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  row->rev = 1;
  return TRUE;
}

gboolean gw_store_watch_update(GwDb *db, GwWatchRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &WATCH_UPDATE);
  row->rev++;
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_at(s, ":to", row->to_us);
  gw_bind_at(s, ":sound_at", row->sound_at_us);
  gw_bind_id(s, ":id", row->id);
  return gw_step_done(s, error);
}
