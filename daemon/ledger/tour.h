#pragma once
#include "daemon/core/shift.h"
#include "daemon/ledger/tx.h"
#include "daemon/store/tour.h"

/* Tours: tour.c (the register), tour_plan.c (which runs a shift has), tour_run.c (who begins, looks, leaves).
 * Thread: the ledger's.  `why` stands in the journal. */

/* The shift that is on, made when it is not there yet, with all that begins with it (watch.c). */
gboolean gw_shift_present(GwTx *tx, GwId *ret_id, GwShiftWindow *ret_window, GError **error);

/* A shift begins, perhaps hours after it should have: what nobody was asked for meanwhile is missed. */
gboolean gw_tour_shift_began(GwTx *tx, GwId shift_id, const GwShiftWindow *window, GError **error);
/* Cameras came, went, or moved: what tours show of them is another. */
gboolean gw_tour_cameras_changed(GwTx *tx, GError **error);
/* Those of its runs that are due and not begun go; those that were begun stay, or (`begun_too`) are left. */
gboolean gw_tour_withdraw(GwTx *tx, GwId tour_id, gboolean begun_too, const char *why, GError **error);
/* The rest of this shift, as far as it is fair and no run of it stands in the way. */
gboolean gw_tour_plan_rest(GwTx *tx, const GwTourRow *tour, GError **error);

/* Does what core decides: row, timer, journal, publication.  `extra` (consumed, may be NULL) is what the journal says
 * besides. */
gboolean gw_tour_move(GwTx *tx, GwTourRunRow *row, const char *name, const GwTourMove *move, json_t *extra,
                      GwTourDecision *ret, GError **error);
gboolean gw_tour_run_exists(GwTx *tx, GwId run_id, GError **error); /* FALSE with a refusal; 0 is none and fine */
extern const GwLedgerNoun gw_ledger_tour, gw_ledger_tour_run;
