#pragma once
#include "daemon/store/db.h"

/* Timers are rows, so a restart loses none: one per (kind, subject, subject_id, arg); setting it again moves it.
 * `calendar`: the due time stands in a calendar; else it is a duration, and a step of the wall clock moves it.
 *
 * Thread: the connection's.  Errors as in db.h. */
typedef struct GwTimerRow {
  GwId id;
  GwUsec due_at_us;
  char *kind, *subject;
  GwId subject_id;
  gint64 arg;
} GwTimerRow;
void gw_timer_row_free(GwTimerRow *row); /* accepts NULL */

gboolean gw_timer_set(GwDb *db, const char *kind, const char *subject, GwId subject_id, gint64 arg, GwUsec due_at_us,
                      gboolean calendar, GError **error);
/* arg -1: whatever the arg.  One that is not there is no error. */
gboolean gw_timer_cancel(GwDb *db, const char *kind, const char *subject, GwId subject_id, gint64 arg, GError **error);
/* When the next one falls due; 0: none, or an error. */
GwUsec gw_timer_next_due_us(GwDb *db, GError **error);
/* Those due by now, earliest first, at most n, as an array of GwTimerRow* that frees them.  They stay rows until
 * gw_timer_delete(), which belongs into the savepoint of what the timer does. */
GPtrArray *gw_timer_due(GwDb *db, GwUsec now_us, guint n, GError **error);
/* FALSE without an error when somebody moved or cancelled it meanwhile: then do nothing. */
gboolean gw_timer_delete(GwDb *db, const GwTimerRow *row, GError **error);
/* The wall clock was set: durations go with it.  this_boot: only those that were set since the machine started,
 * under the clock that is put right now; those of before were set under a right one. */
gboolean gw_timer_shift(GwDb *db, GwUsec by_us, gboolean this_boot, GError **error);
/* Keeps the due time of one that is there: a timer that always runs may have fallen due while nobody did. */
gboolean gw_timer_set_once(GwDb *db, const char *kind, const char *subject, GwId subject_id, gint64 arg, GwUsec due_at_us,
                           gboolean calendar, GError **error);
