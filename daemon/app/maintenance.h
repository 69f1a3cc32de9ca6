#pragma once
#include "daemon/ledger/ledger.h"

/* The maintenance thread (DESIGN.md 3.2, 3.4): the ledger never checkpoints, so that no commit waits for one; this
 * thread moves what nobody reads any more from the WAL into the file, and tells the ledger when the WAL grows past
 * GW_WAL_MOST_BYTES, which means that a reader does not end. */
typedef struct GwMaintenance GwMaintenance;
GwMaintenance *gw_maintenance_start(const char *database, GwLedger *ledger);
void gw_maintenance_stop(GwMaintenance *maintenance); /* waits for the step under way; accepts NULL */
