#pragma once
#include "daemon/ledger/tx.h"

/* What is done when the center opens, and when timers may fire.  Thread: the ledger's. */
#define GW_LEDGER_CLOCK_STEP_US (2 * GW_SEC)

/* After the machine has booted no deadline fires until its time is synchronized or 60 s have passed. */
gboolean gw_ledger_may_fire(GwLedger *ledger);
/* "center.started", the present shift, the timers that always run.  FALSE: the database refused. */
gboolean gw_ledger_first_transaction(GwLedger *ledger, GError **error);
