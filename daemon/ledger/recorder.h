#pragma once
#include "daemon/ledger/tx.h"
#include "daemon/store/recorder.h"

/* Recorders, and what their import shares.  Thread: the ledger's. */
extern const GwLedgerNoun gw_ledger_recorder;

void gw_recorder_seal(GwTx *tx, GwRecorderRow *row, const char *password); /* "": none */
gboolean gw_recorder_make_is_known(const char *make);
/* Publishes it and the cameras that name it, and writes the journal's row. */
gboolean gw_recorder_journal(GwTx *tx, const char *kind, const GwRecorderRow *row, GError **error);
