#include "daemon/base/clock.h"
#include "daemon/ledger/ledger_private.h"

static const int bucket_ms[GW_LEDGER_BUCKETS] = {1, 2, 5, 10, 20, 50, 100, 500};

void gw_ledger_note_commit(GwLedger *ledger, GwUsec took_us, guint items) {
  ledger->commits++;
  ledger->commit_us += took_us;
  ledger->items_run += items;
  for (gsize i = 0; i < GW_LEDGER_BUCKETS; i++)
    if (took_us <= bucket_ms[i] * GW_MS)
      ledger->commits_within[i]++;
}

void gw_ledger_figures(GwLedger *ledger, GwLedgerFigures *ret) {
  *ret = (GwLedgerFigures){
      .commands = gw_lane_length(ledger->commands),
      .observations = gw_lane_length(ledger->observations),
      .commits = ledger->commits,
      .commit_us = ledger->commit_us,
      .items = ledger->items_run,
      .observed_dropped = ledger->observed_dropped,
  };
  for (gsize i = 0; i < GW_LEDGER_BUCKETS; i++) {
    ret->bucket_ms[i] = bucket_ms[i];
    ret->within[i] = ledger->commits_within[i];
  }
}
