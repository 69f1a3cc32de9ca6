#include "daemon/store/timer.h"

#include "daemon/base/clock.h"

GW_SQL(TIMER_SET, "insert into timer (due_at_us, kind, subject, subject_id, arg, basis, boot_id)"
                  " values (:due, :kind, :subject, :subject_id, :arg, :basis, :boot_id)"
                  " on conflict (kind, subject, subject_id, arg) do update set due_at_us = excluded.due_at_us, basis = excluded.basis,"
                  " boot_id = excluded.boot_id");
GW_SQL(TIMER_CANCEL, "delete from timer where kind = :kind and subject = :subject and subject_id = :subject_id and arg = :arg");
GW_SQL(TIMER_CANCEL_ALL, "delete from timer where kind = :kind and subject = :subject and subject_id = :subject_id");
GW_SQL(TIMER_NEXT, "select due_at_us from timer order by due_at_us limit 1");
GW_SQL(TIMER_DUE, "select id, due_at_us, kind, subject, subject_id, arg from timer where due_at_us <= :now order by due_at_us, id limit :n");
GW_SQL(TIMER_DELETE, "delete from timer where id = :id and due_at_us = :due");
GW_SQL(TIMER_SHIFT, "update timer set due_at_us = due_at_us + :by where basis = 'duration'");
GW_SQL(TIMER_SHIFT_BOOT, "update timer set due_at_us = due_at_us + :by where basis = 'duration' and boot_id = :boot_id");

void gw_timer_row_free(GwTimerRow *row) {
  if (!row)
    return;
  g_free(row->kind);
  g_free(row->subject);
  g_free(row);
}

static void bind_key(GwStmt *s, const char *kind, const char *subject, GwId subject_id) {
  gw_bind_text(s, ":kind", kind);
  gw_bind_text(s, ":subject", subject);
  gw_bind_int(s, ":subject_id", subject_id);
}

static gboolean set(GwDb *db, const GwSql *sql, const char *kind, const char *subject, GwId subject_id, gint64 arg, GwUsec due_at_us,
                    gboolean calendar, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, sql);
  bind_key(s, kind, subject, subject_id);
  gw_bind_int(s, ":arg", arg);
  gw_bind_int(s, ":due", due_at_us);
  gw_bind_text(s, ":basis", calendar ? "calendar" : "duration");
  gw_bind_text(s, ":boot_id", gw_clock_boot_id());
  return gw_step_done(s, error);
}

gboolean gw_timer_set(GwDb *db, const char *kind, const char *subject, GwId subject_id, gint64 arg, GwUsec due_at_us,
                      gboolean calendar, GError **error) {
  return set(db, &TIMER_SET, kind, subject, subject_id, arg, due_at_us, calendar, error);
}

gboolean gw_timer_cancel(GwDb *db, const char *kind, const char *subject, GwId subject_id, gint64 arg, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, arg == -1 ? &TIMER_CANCEL_ALL : &TIMER_CANCEL);
  bind_key(s, kind, subject, subject_id);
  if (arg != -1)
    gw_bind_int(s, ":arg", arg);
  return gw_step_done(s, error);
}

GwUsec gw_timer_next_due_us(GwDb *db, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TIMER_NEXT);
  return gw_step_row(s, error) ? gw_col_int(s, 0) : 0;
}

static GwTimerRow *read_row(GwStmt *s) {
  GwTimerRow *row = g_new0(GwTimerRow, 1);
  *row = (GwTimerRow){.id = gw_col_int(s, 0),
                      .due_at_us = gw_col_int(s, 1),
                      .kind = g_strdup(gw_col_text(s, 2)),
                      .subject = g_strdup(gw_col_text(s, 3)),
                      .subject_id = gw_col_int(s, 4),
                      .arg = gw_col_int(s, 5)};
  return row;
}

GPtrArray *gw_timer_due(GwDb *db, GwUsec now_us, guint n, GError **error) {
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)gw_timer_row_free);
  g_autoptr(GwStmt) s = gw_stmt(db, &TIMER_DUE);
  gw_bind_int(s, ":now", now_us);
  gw_bind_int(s, ":n", n);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW)
    g_ptr_array_add(rows, read_row(s));
  return step == GW_STEP_DONE ? g_steal_pointer(&rows) : NULL;
}

gboolean gw_timer_delete(GwDb *db, const GwTimerRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TIMER_DELETE);
  gw_bind_id(s, ":id", row->id);
  gw_bind_int(s, ":due", row->due_at_us);
  return gw_step_done(s, error) && gw_db_changes(db) == 1;
}

gboolean gw_timer_shift(GwDb *db, GwUsec by_us, gboolean this_boot, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, this_boot ? &TIMER_SHIFT_BOOT : &TIMER_SHIFT);
  gw_bind_int(s, ":by", by_us);
  if (this_boot)
    gw_bind_text(s, ":boot_id", gw_clock_boot_id());
  return gw_step_done(s, error);
}

GW_SQL(TIMER_SET_ONCE, "insert into timer (due_at_us, kind, subject, subject_id, arg, basis, boot_id)"
                       " values (:due, :kind, :subject, :subject_id, :arg, :basis, :boot_id)"
                       " on conflict (kind, subject, subject_id, arg) do nothing");

gboolean gw_timer_set_once(GwDb *db, const char *kind, const char *subject, GwId subject_id, gint64 arg, GwUsec due_at_us,
                           gboolean calendar, GError **error) {
  return set(db, &TIMER_SET_ONCE, kind, subject, subject_id, arg, due_at_us, calendar, error);
}
