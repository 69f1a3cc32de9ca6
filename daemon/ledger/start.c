#include "daemon/ledger/start.h"

#include <sys/timex.h>

#include "daemon/base/clock.h"
#include "daemon/ledger/ledger_private.h"

#define SYNC_PATIENCE_US (60 * GW_SEC)

static gboolean is_time_synchronized(void) {
  struct timex t = {0};
  return adjtimex(&t) != TIME_ERROR;
}

gboolean gw_ledger_may_fire(GwLedger *ledger) {
  return gw_clock_boot_us() >= SYNC_PATIENCE_US || is_time_synchronized();
}

static gboolean begin_all(GwTx *tx, GError **error) {
  json_t *body = json_pack("{s:s}", "version", GW_VERSION);
  return gw_tx_journal(tx, "center.started", "center", 1, 0, 0, 0, 0, body, error) > 0 &&
         gw_table_start(tx, error);
}

gboolean gw_ledger_first_transaction(GwLedger *ledger, GError **error) {
  GwTx tx = {.db = ledger->db, .now_us = ledger->opened_at_us, .command_id = "", .ledger = ledger};
  ledger->batch.before = ledger->head;
  if (gw_db_exec(ledger->db, "begin immediate", error) && begin_all(&tx, error) &&
      gw_db_exec(ledger->db, "commit", error)) {
    g_array_set_size(ledger->batch.touched, 0); /* nobody listens yet: a snapshot comes first */
    json_array_clear(ledger->batch.events);
    ledger->batch.first_seq = 0;
    return TRUE;
  }
  if (gw_db_in_transaction(ledger->db))
    gw_db_exec(ledger->db, "rollback", NULL);
  return FALSE;
}
