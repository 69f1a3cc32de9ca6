#pragma once
#include "daemon/core/camera.h"
#include "daemon/store/db.h"

/* How the center stands, counted: what whoever watches the server wants to be woken for.  Thread: the
 * connection's. */
typedef struct GwFigures {
  gint64 alerts_open[5], alerts_unacked[5]; /* by priority, 1 … 4 */
  gint64 tickets_open;
  gint64 tickets_overdue; /* open ones with a clock that ran out */
  gint64 tickets_unsent;  /* those for whom the lead must find somebody */
  gint64 outbox_unknown;  /* messages nobody confirmed: somebody must call */
  gint64 cameras[GW_N_CAMERA_STATES];
  gint64 checkins_waiting; /* stored, not counted yet */
  gint64 units_on_duty, units_busy;
  gint64 tours_due;    /* their window is open, and they are not done */
  gint64 tours_missed; /* in the shift that is on */
  gint64 timers_late; /* due for more than two seconds */
  gint64 journal_rows;
  gint64 database_bytes, wal_bytes;
} GwFigures;

gboolean gw_store_figures(GwDb *db, GwUsec now_us, GwFigures *ret, GError **error);
