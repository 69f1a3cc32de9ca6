#pragma once
#include "daemon/ledger/tx.h"
#include "daemon/store/alert.h"

/* The wall's two large pictures follow alerts of P1 and P2 until somebody pins one.  What follows by rule is not
 * journaled: it is the alert's own transaction.  Thread: the ledger's. */
extern const GwLedgerNoun gw_ledger_spot;

/* It was raised, or stands higher than before: it takes a spot if it may. */
gboolean gw_spot_alert_raised(GwTx *tx, const GwAlertRow *alert, GError **error);
/* It is closed: its spot goes to the next. */
gboolean gw_spot_alert_closed(GwTx *tx, GwId alert_id, GError **error);
/* Nobody watches this camera any more: no spot keeps it. */
gboolean gw_spot_camera_gone(GwTx *tx, GwId camera_id, GError **error);
