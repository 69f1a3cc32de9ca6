#include "daemon/store/figures.h"

#include <sys/stat.h>

GW_SQL(FIGURES_ALERTS,
       "select priority, count(*), coalesce(sum(state = 'UNACKED'), 0) from alert where state <> 'NORM'"
       " group by priority");
GW_SQL(FIGURES_CAMERAS,
       "select state, count(*) from camera where removed_at_us is null and enabled = 1 group by state");
GW_SQL(
    FIGURES_REST,
    "select"
    " (select count(*) from ticket where state not in ('CLOSED','REJECTED','MERGED','CANCELLED')),"
    " (select count(distinct c.ticket_id) from clock c where c.stopped_at_us is null and c.due_at_us < :now),"
    " (select count(*) from ticket where state not in ('CLOSED','REJECTED','MERGED','CANCELLED') and "
    "needs_lead = 1),"
    " (select count(*) from outbox where state = 'UNKNOWN'),"
    " (select count(*) from checkin where state = 'stored'),"
    " (select count(*) from unit where on_duty = 1),"
    " (select count(*) from unit where ticket_id is not null),"
    " (select count(*) from tour_run where state in ('due','running') and due_from_us <= :now and due_to_us > :now),"
    " (select count(*) from shift s join tour_run r on r.shift_id = s.id"
    "  where s.starts_at_us <= :now and s.ends_at_us > :now and r.state = 'missed'),"
    " (select count(*) from timer where due_at_us < :late),"
    " (select coalesce(max(seq), 0) from journal)");

static gboolean count_alerts(GwDb *db, GwFigures *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &FIGURES_ALERTS);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    int priority = (int)gw_col_int(s, 0);
    ret->alerts_open[priority] = gw_col_int(s, 1);
    ret->alerts_unacked[priority] = gw_col_int(s, 2);
  }
  return step == GW_STEP_DONE;
}

static gboolean count_cameras(GwDb *db, GwFigures *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &FIGURES_CAMERAS);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    GwCameraState state;
    if (gw_camera_state_from_string(gw_col_text(s, 0), &state))
      ret->cameras[state] = gw_col_int(s, 1);
  }
  return step == GW_STEP_DONE;
}

static gboolean count_rest(GwDb *db, GwUsec now_us, GwFigures *ret, GError **error) {
  gint64 *const to[] = {&ret->tickets_open,   &ret->tickets_overdue,  &ret->tickets_unsent,
                        &ret->outbox_unknown, &ret->checkins_waiting, &ret->units_on_duty,
                        &ret->units_busy,     &ret->tours_due,        &ret->tours_missed,
                        &ret->timers_late,    &ret->journal_rows};
  g_autoptr(GwStmt) s = gw_stmt(db, &FIGURES_REST);
  gw_bind_int(s, ":now", now_us);
  gw_bind_int(s, ":late", now_us - 2 * GW_SEC);
  if (gw_step(s, error) != GW_STEP_ROW)
    return FALSE;
  for (int i = 0; i < (int)G_N_ELEMENTS(to); i++)
    *to[i] = gw_col_int(s, i);
  return TRUE;
}

static gint64 bytes_of(const char *path, const char *suffix) {
  g_autofree char *name = g_strconcat(path ? path : "", suffix, NULL);
  struct stat file;
  return stat(name, &file) == 0 ? file.st_size : 0; /* no WAL: nothing was written since it was opened */
}

gboolean gw_store_figures(GwDb *db, GwUsec now_us, GwFigures *ret, GError **error) {
  *ret = (GwFigures){0};
  const char *path = sqlite3_db_filename(gw_db_handle(db), "main");
  ret->database_bytes = bytes_of(path, "");
  ret->wal_bytes = bytes_of(path, "-wal");
  return count_alerts(db, ret, error) && count_cameras(db, ret, error) && count_rest(db, now_us, ret, error);
}
