#include "daemon/store/clock.h"

GW_SQL(
    CLOCK_START,
    "insert into clock (ticket_id, kind, started_at_us, due_at_us) values (:ticket, :kind, :started, :due)");
GW_SQL(CLOCK_STOP, "update clock set stopped_at_us = :now where ticket_id = :ticket and kind = :kind and "
                   "stopped_at_us is null");

gboolean gw_store_clock_stop(GwDb *db, GwId ticket_id, const char *kind, GwUsec now_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CLOCK_STOP);
  gw_bind_id(s, ":ticket", ticket_id);
  gw_bind_text(s, ":kind", kind);
  gw_bind_int(s, ":now", now_us);
  return gw_step_done(s, error);
}

gboolean gw_store_clock_start(GwDb *db, GwId ticket_id, const char *kind, GwUsec started_at_us,
                              GwUsec due_at_us, GwUsec now_us, GError **error) {
  if (!gw_store_clock_stop(db, ticket_id, kind, now_us, error))
    return FALSE;
  g_autoptr(GwStmt) s = gw_stmt(db, &CLOCK_START);
  gw_bind_id(s, ":ticket", ticket_id);
  gw_bind_text(s, ":kind", kind);
  gw_bind_int(s, ":started", started_at_us);
  gw_bind_int(s, ":due", due_at_us);
  return gw_step_done(s, error);
}

GW_SQL(CLOCK_RUNNING, "select c.id, c.ticket_id, t.kind, c.kind from clock c join ticket t on t.id = c.ticket_id"
                      " where c.stopped_at_us is null order by c.id");
GW_SQL(CLOCK_SHIFT,
       "update clock set started_at_us = started_at_us + :by, due_at_us = due_at_us + :by where id = :id");

GArray *gw_store_clock_running(GwDb *db, GError **error) {
  g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(GwClockRow));
  g_autoptr(GwStmt) s = gw_stmt(db, &CLOCK_RUNNING);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    GwClockRow row = {.id = gw_col_int(s, 0), .ticket_id = gw_col_int(s, 1)};
    if (gw_ticket_kind_from_string(gw_col_text(s, 2), &row.ticket_kind) &&
        gw_ticket_clock_from_string(gw_col_text(s, 3), &row.clock))
      g_array_append_val(rows, row);
  }
  return step == GW_STEP_DONE ? g_steal_pointer(&rows) : NULL;
}

gboolean gw_store_clock_shift(GwDb *db, GwId id, GwUsec by_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CLOCK_SHIFT);
  gw_bind_id(s, ":id", id);
  gw_bind_int(s, ":by", by_us);
  return gw_step_done(s, error);
}
