/* The points of rounds and their records: the second half of round.h. */
#include "daemon/store/round.h"

#define COLUMNS                                                                                              \
  "id, rev, round_id, idx, checkpoint_id, name, tag, lat, lon, radius_m, due_at_us, from_us, to_us, state, " \
  "timing, flags, checkin_id, done_at_us"

GW_SQL(ROUND_POINT_BY_ID, "select " COLUMNS " from round_point where id = :id");
GW_SQL(ROUND_POINTS, "select " COLUMNS " from round_point where round_id = :round_id order by idx");
GW_SQL(ROUND_POINT_INSERT, "insert into round_point (round_id, idx, checkpoint_id, name, tag, lat, lon, "
                           "radius_m, due_at_us, from_us, to_us, "
                           "state) values (:round_id, :idx, :checkpoint_id, :name, :tag, :lat, :lon, "
                           ":radius_m, :due_at_us, :from_us, :to_us, "
                           ":state)");
GW_SQL(ROUND_POINT_UPDATE, "update round_point set rev = :rev, state = :state, timing = :timing, flags = "
                           ":flags, checkin_id = :checkin_id, "
                           "done_at_us = :done_at_us where id = :id");
GW_SQL(ROUND_COUNTS,
       "select count(*), coalesce(sum(state = 'DONE'), 0) from round_point where round_id = :round_id");
GW_SQL(ROUND_RECORD_INSERT, "insert into round_record (point_id, kind, at_us, checkin_id, seq) values "
                            "(:point_id, :kind, :at_us, :checkin_id, "
                            ":seq)");

void gw_round_point_row_clear(GwRoundPointRow *row) {
  g_clear_pointer(&row->name, g_free);
  g_clear_pointer(&row->tag, g_free);
  g_clear_pointer(&row->flags, g_free);
}

static gboolean read_row(GwStmt *s, GwRoundPointRow *row, GError **error) {
  GwPointState state;
  GwPointTiming timing;
  if (!gw_point_state_from_string(gw_col_text(s, 13), &state) ||
      !gw_point_timing_from_string(gw_col_text(s, 14), &timing)) {
    g_set_error(error, GW_ERROR, GW_CODE_INTERNAL,
                "Round point %" G_GINT64_FORMAT " has a state that is not known.", gw_col_int(s, 0));
    return FALSE;
  }
  *row = (GwRoundPointRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .round_id = gw_col_int(s, 2),
      .idx = (int)gw_col_int(s, 3),
      .checkpoint_id = gw_col_int(s, 4),
      .name = g_strdup(gw_col_text(s, 5)),
      .tag = g_strdup(gw_col_text(s, 6)),
      .lat = gw_col_real(s, 7),
      .lon = gw_col_real(s, 8),
      .radius_m = gw_col_real(s, 9),
      .life = {.state = state,
               .timing = timing,
               .due_at_us = gw_col_int(s, 10),
               .from_us = gw_col_int(s, 11),
               .to_us = gw_col_int(s, 12),
               .done_at_us = gw_col_int(s, 17)},
      .flags = g_strdup(gw_col_text(s, 15)),
      .checkin_id = gw_col_int(s, 16),
  };
  return TRUE;
}

gboolean gw_store_round_point_get(GwDb *db, GwId id, GwRoundPointRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUND_POINT_BY_ID);
  gw_bind_id(s, ":id", id);
  return gw_step_row(s, error) && read_row(s, ret, error);
}

gboolean gw_store_round_point_insert(GwDb *db, GwRoundPointRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUND_POINT_INSERT);
  gw_bind_id(s, ":round_id", row->round_id);
  gw_bind_int(s, ":idx", row->idx);
  gw_bind_id(s, ":checkpoint_id", row->checkpoint_id);
  gw_bind_text(s, ":name", row->name);
  gw_bind_text(s, ":tag", row->tag);
  gw_bind_real(s, ":lat", row->lat);
  gw_bind_real(s, ":lon", row->lon);
  gw_bind_real(s, ":radius_m", row->radius_m);
  gw_bind_int(s, ":due_at_us", row->life.due_at_us);
  gw_bind_int(s, ":from_us", row->life.from_us);
  gw_bind_int(s, ":to_us", row->life.to_us);
  gw_bind_text(s, ":state", gw_point_state_to_string(row->life.state));
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  row->rev = 1;
  return TRUE;
}

gboolean gw_store_round_point_update(GwDb *db, const GwRoundPointRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUND_POINT_UPDATE);
  gw_bind_id(s, ":id", row->id);
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_text(s, ":state", gw_point_state_to_string(row->life.state));
  gw_bind_text(s, ":timing", gw_point_timing_to_string(row->life.timing));
  gw_bind_text(s, ":flags", row->flags);
  gw_bind_id(s, ":checkin_id", row->checkin_id);
  gw_bind_at(s, ":done_at_us", row->life.done_at_us);
  return gw_step_done(s, error);
}

static void clear(gpointer row) {
  gw_round_point_row_clear(row);
}

GArray *gw_store_round_points(GwDb *db, GwId round_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUND_POINTS);
  gw_bind_id(s, ":round_id", round_id);
  g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(GwRoundPointRow));
  g_array_set_clear_func(points, clear);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    GwRoundPointRow row;
    if (!read_row(s, &row, error))
      return NULL;
    g_array_append_val(points, row);
  }
  return step == GW_STEP_DONE ? g_steal_pointer(&points) : NULL;
}

gboolean gw_store_round_counts(GwDb *db, GwId round_id, guint *ret_points, guint *ret_done, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUND_COUNTS);
  gw_bind_id(s, ":round_id", round_id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret_points = (guint)gw_col_int(s, 0);
  *ret_done = (guint)gw_col_int(s, 1);
  return TRUE;
}

gboolean gw_store_round_record(GwDb *db, GwId point_id, const char *kind, GwUsec at_us, GwId checkin_id,
                               gint64 seq, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUND_RECORD_INSERT);
  gw_bind_id(s, ":point_id", point_id);
  gw_bind_text(s, ":kind", kind);
  gw_bind_int(s, ":at_us", at_us);
  gw_bind_id(s, ":checkin_id", checkin_id);
  gw_bind_int(s, ":seq", seq);
  return gw_step_done(s, error);
}
