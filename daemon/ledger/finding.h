#pragma once
#include "daemon/store/alert.h"
#include "daemon/store/finding.h"
#include "daemon/ledger/tx.h"

/* Findings, for the nouns whose changes end them (finding.c).  Thread: the ledger's.
 * `why` stands in the journal: "gone" (the worker says so), "unsaid" (a new worker does not find it), "removed", "disabled", "zone_changed", "relearned". */

/* All that is open of a camera: nobody looks at it any more. */
gboolean gw_finding_end_of_camera(GwTx *tx, GwId camera_id, const char *why, GError **error);
gboolean gw_finding_end_of_zone(GwTx *tx, GwId zone_id, const char *why, GError **error);
/* What compares with the reference: the present picture is right. */
gboolean gw_finding_end_learned(GwTx *tx, GwId camera_id, const char *why, GError **error);

/* Whoever looks at this camera (0: at any) from now on knows nothing of its findings: those that are not said again
 * though it has been live for a while are over. */
gboolean gw_finding_new_eyes(GwTx *tx, GwId camera_id, GError **error);

/* An alert was raised after its delay: the finding that it is of, if any, names it. */
gboolean gw_finding_alert_raised(GwTx *tx, const GwAlertRow *alert, GError **error);

/* What a camera's own analytics said of it is over with the camera (observed.c). */
gboolean gw_observed_end_of_camera(GwTx *tx, GwId camera_id, GError **error);

extern const GwLedgerNoun gw_ledger_finding, gw_ledger_zone, gw_ledger_reference, gw_ledger_observed, gw_ledger_code;
