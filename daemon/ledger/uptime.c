/* After midnight the ended day is added up; days that ended while nobody ran are caught up with. */
#include "daemon/store/uptime.h"

#include <string.h>

#include "daemon/ledger/tx.h"

#define AFTER_MIDNIGHT_US (10 * GW_SEC)
#define DAYS_AT_ONCE 3 /* a day takes the ledger some milliseconds: others wait meanwhile */

static gboolean set_next(GwTx *tx, GwUsec due_at_us, GError **error) {
  return gw_tx_timer_set(tx, "uptime.day", "center", 1, 0, due_at_us, GW_TIMER_CALENDAR, error);
}

static gboolean day_due(GwTx *tx, const GwTimer *timer, GError **error) {
  char today[GW_UPTIME_DAY_BYTES], done[GW_UPTIME_DAY_BYTES], day[GW_UPTIME_DAY_BYTES];
  g_autoptr(GError) failed = NULL;
  gw_uptime_day_of(tx->now_us, today);
  const GwUsec midnight_us = gw_uptime_day_end_us(today) + AFTER_MIDNIGHT_US;
  if (!gw_uptime_last_day(tx->db, done, &failed)) {
    if (!failed)
      return set_next(tx, midnight_us, error);
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
  }
  for (int n = 0;; n++) {
    gw_uptime_day_of(gw_uptime_day_end_us(done), day);
    if (strcmp(day, today) >= 0)
      return set_next(tx, midnight_us, error);
    if (n == DAYS_AT_ONCE)
      return set_next(tx, tx->now_us, error);
    if (!gw_uptime_write_day(tx->db, day, error))
      return FALSE;
    g_strlcpy(done, day, sizeof done);
  }
}

static const GwTimerEntry timers[] = {{"uptime.day", day_due}, {NULL, NULL}};

/* At each start: what ended meanwhile is done first, then the timer stands at the next midnight. */
static gboolean start(GwTx *tx, GError **error) {
  return set_next(tx, tx->now_us, error);
}

const GwLedgerNoun gw_ledger_uptime = {.timers = timers, .start = start};
