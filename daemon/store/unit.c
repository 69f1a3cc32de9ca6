#include "daemon/store/unit.h"

#include "daemon/store/ids.h"

GW_SQL(UNIT_BY_ID,
       "select id, rev, code, name, kind, travel, radio_channel, phone_text_id, slot_id, on_duty, "
       "duty_at_us, ticket_id, "
       "lat, lon, accuracy_m, position_at_us, presence, device, presence_at_us from unit where id = :id");
GW_SQL(UNIT_UPDATE, "update unit set rev = :rev, on_duty = :on_duty, duty_at_us = :duty_at_us, ticket_id = "
                    ":ticket_id, lat = :lat, "
                    "lon = :lon, accuracy_m = :accuracy_m, position_at_us = :position_at_us, presence = "
                    ":presence, device = :device, "
                    "presence_at_us = :presence_at_us where id = :id");
GW_SQL(UNIT_IDS, "select id from unit order by id");
GW_SQL(UNIT_IDS_SILENT,
       "select id from unit where presence = 'visible' and presence_at_us < :since_us order by id");

GW_SQL(UNIT_BY_BADGE, "select id from unit where badge = :badge and badge <> ''");
GW_SQL(UNIT_SET_BADGE, "update unit set badge = :badge, rev = :rev where id = :id");
GW_SQL(UNIT_IDS_DUE_AT,
       "select distinct r.unit_id from round_point p join round r on r.id = p.round_id where p.checkpoint_id = :checkpoint_id"
       " and p.state in ('DUE','UNKNOWN') and p.from_us <= :at and p.to_us >= :at and r.state in ('OPEN','STARTED')"
       " and r.unit_id is not null order by r.unit_id");

void gw_unit_row_clear(GwUnitRow *row) {
  char **strings[] = {&row->code,          &row->name,     &row->kind,  &row->travel,
                      &row->radio_channel, &row->presence, &row->device};
  for (gsize i = 0; i < G_N_ELEMENTS(strings); i++)
    g_clear_pointer(strings[i], g_free);
}

gboolean gw_store_unit_get(GwDb *db, GwId id, GwUnitRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UNIT_BY_ID);
  gw_bind_id(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (GwUnitRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .code = g_strdup(gw_col_text(s, 2)),
      .name = g_strdup(gw_col_text(s, 3)),
      .kind = g_strdup(gw_col_text(s, 4)),
      .travel = g_strdup(gw_col_text(s, 5)),
      .radio_channel = g_strdup(gw_col_text(s, 6)),
      .phone_text_id = gw_col_int(s, 7),
      .slot_id = gw_col_int(s, 8),
      .on_duty = gw_col_int(s, 9) != 0,
      .duty_at_us = gw_col_int(s, 10),
      .ticket_id = gw_col_int(s, 11),
      .lat = gw_col_real(s, 12),
      .lon = gw_col_real(s, 13),
      .accuracy_m = gw_col_real(s, 14),
      .position_at_us = gw_col_int(s, 15),
      .presence = g_strdup(gw_col_text(s, 16)),
      .device = g_strdup(gw_col_text(s, 17)),
      .presence_at_us = gw_col_int(s, 18),
  };
  return TRUE;
}

gboolean gw_store_unit_update(GwDb *db, const GwUnitRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UNIT_UPDATE);
  gw_bind_id(s, ":id", row->id);
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_int(s, ":on_duty", row->on_duty);
  gw_bind_int(s, ":duty_at_us", row->duty_at_us);
  gw_bind_id(s, ":ticket_id", row->ticket_id);
  gw_bind_real(s, ":lat", row->lat);
  gw_bind_real(s, ":lon", row->lon);
  gw_bind_real(s, ":accuracy_m", row->accuracy_m);
  gw_bind_at(s, ":position_at_us", row->position_at_us);
  gw_bind_text(s, ":presence", row->presence);
  gw_bind_text(s, ":device", row->device);
  gw_bind_at(s, ":presence_at_us", row->presence_at_us);
  return gw_step_done(s, error);
}

GArray *gw_store_unit_ids(GwDb *db, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UNIT_IDS);
  return gw_store_read_ids(s, error);
}

GArray *gw_store_unit_ids_silent(GwDb *db, GwUsec since_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UNIT_IDS_SILENT);
  gw_bind_int(s, ":since_us", since_us);
  return gw_store_read_ids(s, error);
}

GwId gw_store_unit_by_badge(GwDb *db, const char *badge) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UNIT_BY_BADGE);
  gw_bind_text(s, ":badge", badge);
  return gw_step_row(s, NULL) ? gw_col_int(s, 0) : 0;
}

gboolean gw_store_unit_set_badge(GwDb *db, GwId id, const char *badge, gint64 rev, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UNIT_SET_BADGE);
  gw_bind_id(s, ":id", id);
  gw_bind_text(s, ":badge", badge);
  gw_bind_int(s, ":rev", rev);
  return gw_step_done(s, error);
}

GArray *gw_store_unit_ids_due_at(GwDb *db, GwId checkpoint_id, GwUsec at_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UNIT_IDS_DUE_AT);
  gw_bind_int(s, ":checkpoint_id", checkpoint_id);
  gw_bind_int(s, ":at", at_us);
  return gw_store_read_ids(s, error);
}
