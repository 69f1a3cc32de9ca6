#include "daemon/store/reader.h"

#include "daemon/store/ids.h"

#define COLUMNS                                                                                              \
  "id, rev, name, secret, unit_id, epoch, last_seq, seen, seen_at_us, refused, refused_at_us, removed_at_us"

GW_SQL(READER_BY_ID, "select " COLUMNS " from reader where id = :id");
GW_SQL(READER_BY_NAME, "select " COLUMNS " from reader where name = :name");
GW_SQL(READER_INSERT, "insert into reader (name, secret, unit_id) values (:name, :secret, :unit_id)");
GW_SQL(READER_UPDATE,
       "update reader set rev = :rev, secret = :secret, unit_id = :unit_id, epoch = :epoch, last_seq = "
       ":last_seq, "
       "seen = :seen, seen_at_us = :seen_at_us, refused = :refused, refused_at_us = :refused_at_us, "
       "removed_at_us = :removed_at_us where id = :id");
GW_SQL(READER_IDS, "select id from reader where removed_at_us is null order by id");
GW_SQL(READER_JOURNALED_AT,
       "select at_us from journal where subject = 'reader' and subject_id = :id order by seq desc limit 1");
GW_SQL(
    READER_IDS_SILENT,
    "select r.id from reader r join unit u on u.id = r.unit_id where r.removed_at_us is null and u.on_duty = "
    "1 "
    "and r.seen_at_us is not null and exists (select 1 from round d join round_point p on p.round_id = d.id "
    "where d.unit_id = u.id and d.state = 'STARTED' and p.to_us < :now_us and p.from_us > r.seen_at_us) "
    "order by r.id");

void gw_reader_row_clear(GwReaderRow *row) {
  g_clear_pointer(&row->name, g_free);
  g_clear_pointer(&row->secret, g_bytes_unref);
}

static gboolean read_row(GwStmt *s, GwReaderRow *row, GError **error) {
  if (!gw_step_row(s, error))
    return FALSE;
  gsize bytes = 0;
  const guint8 *secret = gw_col_blob(s, 3, &bytes);
  *row = (GwReaderRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .name = g_strdup(gw_col_text(s, 2)),
      .secret = g_bytes_new(secret, bytes),
      .unit_id = gw_col_int(s, 4),
      .epoch = gw_col_int(s, 5),
      .last_seq = gw_col_int(s, 6),
      .seen = (guint64)gw_col_int(s, 7),
      .seen_at_us = gw_col_int(s, 8),
      .refused = gw_col_int(s, 9),
      .refused_at_us = gw_col_int(s, 10),
      .removed_at_us = gw_col_int(s, 11),
  };
  return TRUE;
}

gboolean gw_store_reader_get(GwDb *db, GwId id, GwReaderRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &READER_BY_ID);
  gw_bind_id(s, ":id", id);
  return read_row(s, ret, error);
}

gboolean gw_store_reader_by_name(GwDb *db, const char *name, GwReaderRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &READER_BY_NAME);
  gw_bind_text(s, ":name", name);
  return read_row(s, ret, error);
}

static void bind_secret(GwStmt *s, const GwReaderRow *row) {
  gsize bytes = 0;
  gconstpointer secret = g_bytes_get_data(row->secret, &bytes);
  gw_bind_blob(s, ":secret", secret, bytes);
}

gboolean gw_store_reader_insert(GwDb *db, GwReaderRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &READER_INSERT);
  gw_bind_text(s, ":name", row->name);
  bind_secret(s, row);
  gw_bind_id(s, ":unit_id", row->unit_id);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  row->rev = 1;
  row->epoch = 1;
  return TRUE;
}

gboolean gw_store_reader_update(GwDb *db, const GwReaderRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &READER_UPDATE);
  gw_bind_id(s, ":id", row->id);
  gw_bind_int(s, ":rev", row->rev);
  bind_secret(s, row);
  gw_bind_id(s, ":unit_id", row->unit_id);
  gw_bind_int(s, ":epoch", row->epoch);
  gw_bind_int(s, ":last_seq", row->last_seq);
  gw_bind_int(s, ":seen", (gint64)row->seen);
  gw_bind_at(s, ":seen_at_us", row->seen_at_us);
  gw_bind_int(s, ":refused", row->refused);
  gw_bind_int(s, ":refused_at_us", row->refused_at_us);
  gw_bind_at(s, ":removed_at_us", row->removed_at_us);
  return gw_step_done(s, error);
}

GArray *gw_store_reader_ids(GwDb *db, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &READER_IDS);
  return gw_store_read_ids(s, error);
}

GArray *gw_store_reader_ids_silent(GwDb *db, GwUsec now_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &READER_IDS_SILENT);
  gw_bind_int(s, ":now_us", now_us);
  return gw_store_read_ids(s, error);
}

GwUsec gw_store_reader_journaled_at(GwDb *db, GwId id) {
  g_autoptr(GwStmt) s = gw_stmt(db, &READER_JOURNALED_AT);
  gw_bind_int(s, ":id", id);
  return gw_step_row(s, NULL) ? gw_col_int(s, 0) : 0;
}
