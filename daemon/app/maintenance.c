#include "daemon/app/maintenance.h"

#include "daemon/base/clock.h"
#include "daemon/base/lane.h"
#include "daemon/base/log.h"
#include "daemon/store/maintain.h"

#define EVERY_US (10 * GW_SEC)

struct GwMaintenance {
  char *database;
  GwLedger *ledger;
  GThread *thread;
  GwLane *stop; /* never holds anything: closed to end the waiting */
  gboolean told; /* that the WAL is large; again when it was small in between */
};

static void look_at_size(GwMaintenance *m, gint64 wal_bytes) {
  gboolean large = wal_bytes > GW_WAL_MOST_BYTES;
  if (large && !m->told) {
    json_t *body = json_pack("{s:I}", "bytes", (json_int_t)wal_bytes);
    m->told = gw_ledger_observe(m->ledger, "storage.wal", body, NULL, 0, NULL, NULL, NULL); /* full lane: in ten seconds again */
    json_decref(body);
  } else if (!large)
    m->told = FALSE;
}

static gpointer run(gpointer data) {
  GwMaintenance *m = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GwDb) db = gw_db_open(m->database, GW_DB_MAINTAIN, &error);
  if (!db) {
    gw_error("The database cannot be opened for maintenance, its WAL will grow: %s", error->message);
    return NULL;
  }
  while (!gw_lane_is_closed(m->stop)) {
    gint64 wal_bytes = 0;
    g_clear_error(&error);
    if (gw_maintain_checkpoint(db, &wal_bytes, &error))
      look_at_size(m, wal_bytes);
    else
      gw_warning("A checkpoint did not succeed, trying again in 10 s: %s", error->message);
    (void)gw_lane_pop_until(m->stop, gw_clock_mono_us() + EVERY_US);
  }
  return NULL;
}

GwMaintenance *gw_maintenance_start(const char *database, GwLedger *ledger) {
  GwMaintenance *m = g_new0(GwMaintenance, 1);
  m->database = g_strdup(database);
  m->ledger = ledger;
  m->stop = gw_lane_new(1, NULL);
  m->thread = g_thread_new("maintenance", run, m);
  return m;
}

void gw_maintenance_stop(GwMaintenance *m) {
  if (!m)
    return;
  gw_lane_close(m->stop);
  g_thread_join(m->thread);
  gw_lane_free(m->stop);
  g_free(m->database);
  g_free(m);
}
