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
