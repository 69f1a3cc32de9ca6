#pragma once
#include "daemon/ledger/tx.h"

/* How often a machine may report: a bucket per user, in memory (a restart forgives).  Thread: the ledger's.
 */
#define GW_THROTTLE_BURST 30 /* at once */
#define GW_THROTTLE_PER_MINUTE 60
#define GW_THROTTLE_USERS_MOST 256

/* Takes one token of the actor's; FALSE with GW_CODE_THROTTLED when there is none. */
gboolean gw_throttle_take(GwTx *tx, GError **error);
