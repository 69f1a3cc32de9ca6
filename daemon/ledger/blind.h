#pragma once
#include "daemon/ledger/tx.h"

/* Blind spots: places (grid, micro-grid, building) that have cameras of which none is live and sees.  The list
 * stands in the center's row (meta "center.blind"), with since when, and changes in the transaction that changes
 * a camera.  Thread: the ledger's. */

/* Something about a camera of this place changed (state, sight, enabled, moved in or away).  0: nothing to do. */
gboolean gw_blind_note(GwTx *tx, GwId place_id, GError **error);
/* The same for every place: cameras or places were imported, or moved to a new version of their place. */
gboolean gw_blind_note_all(GwTx *tx, GError **error);
