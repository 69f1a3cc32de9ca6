#include "daemon/store/checkin.h"

#include <math.h>

GW_SQL(
    CHECKIN_BY_ID,
    "select id, received_at_us, source, raw, state, verdict, client_id, reader_id, epoch, sequence, unit_id, "
    "user_id, "
    "checkpoint_id, point_id, device_at_us, lat, lon, accuracy_m, method, tag, flags, channel, words_text_id "
    "from checkin where id = :id");
GW_SQL(CHECKIN_BY_CLIENT, "select id from checkin where client_id = :client_id");
GW_SQL(CHECKIN_INSERT, "insert into checkin (received_at_us, source, raw, state, verdict, client_id, "
                       "reader_id, epoch, sequence, unit_id, "
                       "user_id, checkpoint_id, point_id, device_at_us, lat, lon, accuracy_m, method, tag, "
                       "flags, channel, words_text_id) "
                       "values (:received_at_us, :source, :raw, :state, :verdict, :client_id, :reader_id, "
                       ":epoch, :sequence, :unit_id, "
                       ":user_id, :checkpoint_id, :point_id, :device_at_us, :lat, :lon, :accuracy_m, "
                       ":method, :tag, :flags, :channel, "
                       ":words_text_id)");
GW_SQL(
    CHECKIN_UPDATE,
    "update checkin set state = :state, verdict = :verdict, reader_id = :reader_id, epoch = :epoch, "
    "sequence = :sequence, unit_id = :unit_id, user_id = :user_id, checkpoint_id = :checkpoint_id, "
    "point_id = :point_id, device_at_us = :device_at_us, lat = :lat, lon = :lon, accuracy_m = :accuracy_m, "
    "method = :method, tag = :tag, flags = :flags, channel = :channel, words_text_id = :words_text_id where "
    "id = :id");
GW_SQL(CHECKIN_NEXT_STORED,
       "select id from checkin where state = 'stored' and id > :after_id order by id limit 1");
GW_SQL(CHECKIN_WAITS,
       "select 1 from checkin where state = 'stored' and (unit_id is null or unit_id = :unit_id) limit 1");
GW_SQL(CHECKIN_LAST,
       "select c.device_at_us, coalesce(c.lat, p.lat), coalesce(c.lon, p.lon) from checkin c "
       "left join checkpoint p on p.id = c.checkpoint_id where c.unit_id = :unit_id and c.state = 'counted' "
       "and c.reader_id is :reader_id and c.id <> :not_id and c.device_at_us <= :at_us "
       "and c.device_at_us > :at_us - 3600000000 order by c.device_at_us desc limit 1");
/* Only the newest rows: who reads a tag twice within two minutes is among them. */
GW_SQL(CHECKIN_TAG_BY_OTHER,
       "select 1 from checkin where id > (select coalesce(max(id), 0) - 2000 from checkin) and tag = :tag "
       "and state = 'counted' and id <> :not_id and abs(device_at_us - :at_us) <= 120000000 "
       "and (reader_id is not :reader_id or (reader_id is null and user_id is not :user_id)) limit 1");

/* As above: what a camera saw a minute ago is among the newest. */
GW_SQL(CHECKIN_BY_CAMERA_SINCE,
       "select 1 from checkin where id > (select coalesce(max(id), 0) - 2000 from checkin) and source = 'camera' "
       "and checkpoint_id = :checkpoint_id and unit_id is :unit_id and tag = :tag and received_at_us > :since_us limit 1");

void gw_checkin_row_clear(GwCheckinRow *row) {
  char **strings[] = {&row->source, &row->state, &row->verdict, &row->client_id,
                      &row->method, &row->tag,   &row->flags,   &row->channel};
  for (gsize i = 0; i < G_N_ELEMENTS(strings); i++)
    g_clear_pointer(strings[i], g_free);
  g_clear_pointer(&row->raw, g_bytes_unref);
}

GwCheckinRow gw_checkin_row_new(const char *source, GwUsec received_at_us) {
  return (GwCheckinRow){
      .received_at_us = received_at_us,
      .source = g_strdup(source),
      .state = g_strdup("stored"),
      .verdict = g_strdup(""),
      .lat = NAN,
      .lon = NAN,
      .accuracy_m = NAN,
      .method = g_strdup(""),
      .tag = g_strdup(""),
      .flags = g_strdup("[]"),
      .channel = g_strdup(""),
  };
}

gboolean gw_store_checkin_get(GwDb *db, GwId id, GwCheckinRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CHECKIN_BY_ID);
  gw_bind_id(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  gsize bytes = 0;
  const guint8 *raw = gw_col_blob(s, 3, &bytes);
  *ret = (GwCheckinRow){
      .id = gw_col_int(s, 0),
      .received_at_us = gw_col_int(s, 1),
      .source = g_strdup(gw_col_text(s, 2)),
      .raw = g_bytes_new(raw, bytes),
      .state = g_strdup(gw_col_text(s, 4)),
      .verdict = g_strdup(gw_col_text(s, 5)),
      .client_id = gw_col_is_null(s, 6) ? NULL : g_strdup(gw_col_text(s, 6)),
      .reader_id = gw_col_int(s, 7),
      .epoch = gw_col_int(s, 8),
      .sequence = gw_col_int(s, 9),
      .unit_id = gw_col_int(s, 10),
      .user_id = gw_col_int(s, 11),
      .checkpoint_id = gw_col_int(s, 12),
      .point_id = gw_col_int(s, 13),
      .device_at_us = gw_col_int(s, 14),
      .lat = gw_col_real(s, 15),
      .lon = gw_col_real(s, 16),
      .accuracy_m = gw_col_real(s, 17),
      .method = g_strdup(gw_col_text(s, 18)),
      .tag = g_strdup(gw_col_text(s, 19)),
      .flags = g_strdup(gw_col_text(s, 20)),
      .channel = g_strdup(gw_col_text(s, 21)),
      .words_text_id = gw_col_int(s, 22),
  };
  return TRUE;
}

GwId gw_store_checkin_by_client(GwDb *db, const char *client_id) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CHECKIN_BY_CLIENT);
  gw_bind_text(s, ":client_id", client_id);
  return gw_step_row(s, NULL) ? gw_col_int(s, 0) : 0;
}

static void bind_read(GwStmt *s, const GwCheckinRow *row) {
  gw_bind_text(s, ":state", row->state);
  gw_bind_text(s, ":verdict", row->verdict);
  gw_bind_id(s, ":reader_id", row->reader_id);
  gw_bind_id(s, ":epoch", row->epoch);
  gw_bind_id(s, ":sequence", row->sequence);
  gw_bind_id(s, ":unit_id", row->unit_id);
  gw_bind_id(s, ":user_id", row->user_id);
  gw_bind_id(s, ":checkpoint_id", row->checkpoint_id);
  gw_bind_id(s, ":point_id", row->point_id);
  gw_bind_at(s, ":device_at_us", row->device_at_us);
  gw_bind_real(s, ":lat", row->lat);
  gw_bind_real(s, ":lon", row->lon);
  gw_bind_real(s, ":accuracy_m", row->accuracy_m);
  gw_bind_text(s, ":method", row->method);
  gw_bind_text(s, ":tag", row->tag);
  gw_bind_text(s, ":flags", row->flags);
  gw_bind_text(s, ":channel", row->channel);
  gw_bind_id(s, ":words_text_id", row->words_text_id);
}

gboolean gw_store_checkin_insert(GwDb *db, GwCheckinRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CHECKIN_INSERT);
  gsize bytes = 0;
  gconstpointer raw = g_bytes_get_data(row->raw, &bytes);
  gw_bind_int(s, ":received_at_us", row->received_at_us);
  gw_bind_text(s, ":source", row->source);
  gw_bind_blob(s, ":raw", raw ? raw : "", bytes);
  gw_bind_text(s, ":client_id", row->client_id);
  bind_read(s, row);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  return TRUE;
}

gboolean gw_store_checkin_update(GwDb *db, const GwCheckinRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CHECKIN_UPDATE);
  gw_bind_id(s, ":id", row->id);
  bind_read(s, row);
  return gw_step_done(s, error);
}

GwId gw_store_checkin_next_stored(GwDb *db, GwId after_id) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CHECKIN_NEXT_STORED);
  gw_bind_int(s, ":after_id", after_id);
  return gw_step_row(s, NULL) ? gw_col_int(s, 0) : 0;
}

gboolean gw_store_checkin_waits(GwDb *db, GwId unit_id) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CHECKIN_WAITS);
  gw_bind_int(s, ":unit_id", unit_id);
  return gw_step_row(s, NULL);
}

gboolean gw_store_checkin_last(GwDb *db, GwId reader_id, GwId unit_id, GwId not_id, GwUsec at_us,
                               GwUsec *ret_at_us, double *ret_lat, double *ret_lon) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CHECKIN_LAST);
  gw_bind_int(s, ":unit_id", unit_id);
  gw_bind_id(s, ":reader_id", reader_id);
  gw_bind_int(s, ":not_id", not_id);
  gw_bind_int(s, ":at_us", at_us);
  if (!gw_step_row(s, NULL) || gw_col_is_null(s, 1) || gw_col_is_null(s, 2))
    return FALSE;
  *ret_at_us = gw_col_int(s, 0);
  *ret_lat = gw_col_real(s, 1);
  *ret_lon = gw_col_real(s, 2);
  return TRUE;
}

gboolean gw_store_checkin_tag_by_other(GwDb *db, const char *tag, GwUsec at_us, GwId reader_id, GwId user_id,
                                       GwId not_id) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CHECKIN_TAG_BY_OTHER);
  gw_bind_text(s, ":tag", tag);
  gw_bind_int(s, ":at_us", at_us);
  gw_bind_id(s, ":reader_id", reader_id);
  gw_bind_id(s, ":user_id", user_id);
  gw_bind_int(s, ":not_id", not_id);
  return gw_step_row(s, NULL);
}

gboolean gw_store_checkin_by_camera_since(GwDb *db, GwId checkpoint_id, GwId unit_id, const char *tag,
                                          GwUsec since_us) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CHECKIN_BY_CAMERA_SINCE);
  gw_bind_int(s, ":checkpoint_id", checkpoint_id);
  gw_bind_id(s, ":unit_id", unit_id);
  gw_bind_text(s, ":tag", tag);
  gw_bind_int(s, ":since_us", since_us);
  return gw_step_row(s, NULL);
}
