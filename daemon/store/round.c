#include "daemon/store/round.h"

#include "daemon/store/ids.h"

GW_SQL(ROUND_BY_ID, "select id, rev, route_id, unit_id, name, volunteer, ordered, state, planned_at_us, "
                    "ends_at_us, started_at_us, "
                    "done_at_us, life_at_us from round where id = :id");
GW_SQL(ROUND_INSERT,
       "insert into round (route_id, unit_id, name, volunteer, ordered, state, planned_at_us, ends_at_us) "
       "values "
       "(:route_id, :unit_id, :name, :volunteer, :ordered, :state, :planned_at_us, :ends_at_us)");
GW_SQL(ROUND_UPDATE,
       "update round set rev = :rev, unit_id = :unit_id, state = :state, started_at_us = :started_at_us, "
       "done_at_us = :done_at_us, life_at_us = :life_at_us where id = :id");
GW_SQL(ROUND_DELETE, "delete from round where id = :id");
GW_SQL(ROUND_DELETE_POINTS, "delete from round_point where round_id = :id");
GW_SQL(ROUND_IS_PLANNED, "select 1 from round where route_id = :route_id and planned_at_us = :planned_at_us");
GW_SQL(ROUND_IDS_AT, "select id from round where unit_id = :unit_id and planned_at_us <= :at_us + 900000000 "
                     "and planned_at_us > :at_us - 172800000000 and ends_at_us >= :at_us - 1800000000 and "
                     "state <> 'CANCELLED' "
                     "order by planned_at_us, id");
GW_SQL(ROUND_IDS_PLANNED, "select id from round where route_id = :route_id and state = 'PLANNED' and "
                          "planned_at_us > :after_us order by id");
GW_SQL(ROUND_IDS_STARTED, "select id from round where unit_id = :unit_id and state = 'STARTED' order by id");

void gw_round_row_clear(GwRoundRow *row) {
  g_clear_pointer(&row->name, g_free);
}

/* A spelling that this program does not know was written by another one. */
static gboolean refuse_state(const char *what, GwId id, GError **error) {
  g_set_error(error, GW_ERROR, GW_CODE_INTERNAL,
              "%s %" G_GINT64_FORMAT " has a state that this program does not know.", what, id);
  return FALSE;
}

gboolean gw_store_round_get(GwDb *db, GwId id, GwRoundRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUND_BY_ID);
  gw_bind_id(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  GwRoundState state;
  if (!gw_round_state_from_string(gw_col_text(s, 7), &state))
    return refuse_state("Round", id, error);
  *ret = (GwRoundRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .route_id = gw_col_int(s, 2),
      .unit_id = gw_col_int(s, 3),
      .name = g_strdup(gw_col_text(s, 4)),
      .ordered = gw_col_int(s, 6) != 0,
      .life = {.state = state,
               .volunteer = gw_col_int(s, 5) != 0,
               .planned_at_us = gw_col_int(s, 8),
               .ends_at_us = gw_col_int(s, 9),
               .started_at_us = gw_col_int(s, 10),
               .done_at_us = gw_col_int(s, 11),
               .life_at_us = gw_col_int(s, 12)},
  };
  return TRUE;
}

gboolean gw_store_round_insert(GwDb *db, GwRoundRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUND_INSERT);
  gw_bind_id(s, ":route_id", row->route_id);
  gw_bind_id(s, ":unit_id", row->unit_id);
  gw_bind_text(s, ":name", row->name);
  gw_bind_int(s, ":volunteer", row->life.volunteer);
  gw_bind_int(s, ":ordered", row->ordered);
  gw_bind_text(s, ":state", gw_round_state_to_string(row->life.state));
  gw_bind_int(s, ":planned_at_us", row->life.planned_at_us);
  gw_bind_int(s, ":ends_at_us", row->life.ends_at_us);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  row->rev = 1;
  return TRUE;
}

gboolean gw_store_round_update(GwDb *db, const GwRoundRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUND_UPDATE);
  gw_bind_id(s, ":id", row->id);
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_id(s, ":unit_id", row->unit_id);
  gw_bind_text(s, ":state", gw_round_state_to_string(row->life.state));
  gw_bind_at(s, ":started_at_us", row->life.started_at_us);
  gw_bind_at(s, ":done_at_us", row->life.done_at_us);
  gw_bind_at(s, ":life_at_us", row->life.life_at_us);
  return gw_step_done(s, error);
}

gboolean gw_store_round_delete(GwDb *db, GwId id, GError **error) {
  g_autoptr(GwStmt) points = gw_stmt(db, &ROUND_DELETE_POINTS);
  gw_bind_id(points, ":id", id);
  if (!gw_step_done(points, error))
    return FALSE;
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUND_DELETE);
  gw_bind_id(s, ":id", id);
  return gw_step_done(s, error);
}

gboolean gw_store_round_is_planned(GwDb *db, GwId route_id, GwUsec planned_at_us) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUND_IS_PLANNED);
  gw_bind_id(s, ":route_id", route_id);
  gw_bind_int(s, ":planned_at_us", planned_at_us);
  return gw_step_row(s, NULL);
}

GArray *gw_store_round_ids_at(GwDb *db, GwId unit_id, GwUsec at_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUND_IDS_AT);
  gw_bind_id(s, ":unit_id", unit_id);
  gw_bind_int(s, ":at_us", at_us);
  return gw_store_read_ids(s, error);
}

GArray *gw_store_round_ids_planned(GwDb *db, GwId route_id, GwUsec after_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUND_IDS_PLANNED);
  gw_bind_id(s, ":route_id", route_id);
  gw_bind_int(s, ":after_us", after_us);
  return gw_store_read_ids(s, error);
}

GArray *gw_store_round_ids_started(GwDb *db, GwId unit_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUND_IDS_STARTED);
  gw_bind_id(s, ":unit_id", unit_id);
  return gw_store_read_ids(s, error);
}
