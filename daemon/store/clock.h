#pragma once
#include "daemon/core/ticket.h"
#include "daemon/store/db.h"

/* Rows of `clock`: what was promised, until when, and whether it was kept.  Thread: the connection's. */

/* One clock of a kind runs at a time: one that runs is stopped by the next. */
gboolean gw_store_clock_start(GwDb *db, GwId ticket_id, const char *kind, GwUsec started_at_us,
                              GwUsec due_at_us, GwUsec now_us, GError **error);
/* One that does not run is no error. */
gboolean gw_store_clock_stop(GwDb *db, GwId ticket_id, const char *kind, GwUsec now_us, GError **error);

typedef struct GwClockRow {
  GwId id, ticket_id;
  GwTicketKind ticket_kind;
  GwTicketClock clock;
} GwClockRow;

/* Every clock that runs: an array of GwClockRow, the caller's; NULL on failure. */
GArray *gw_store_clock_running(GwDb *db, GError **error);
gboolean gw_store_clock_shift(GwDb *db, GwId id, GwUsec by_us, GError **error);
