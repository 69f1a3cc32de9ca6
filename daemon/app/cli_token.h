#pragma once
#include "daemon/ledger/ledger.h"

/* How the command line `gridwarden` speaks to the running daemon: at each start the ledger opens a session of
 * kind "source" for its internal user `cli` (role admin), and once that is on disk <state>/cli.token (0600)
 * holds its bearer token on one line.  Net takes that token only from this machine.  Whoever may read the file could write the database as well.
 * Thread: the owner. */
void gw_cli_token_write(GwLedger *ledger, const char *state);
