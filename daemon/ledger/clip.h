#pragma once
#include "daemon/ledger/tx.h"
#include "daemon/store/alert.h"
#include "daemon/store/clip.h"

/* Clips, for the nouns that want one, and what clip.c (people) and clip_life.c (the rest) share.
 * Thread: the ledger's. */
extern const GwLedgerNoun gw_ledger_clip;
extern const GwCommandEntry gw_clip_commands[];

/* An alert that has a camera is raised: what it showed is kept (K1, by rule). */
gboolean gw_clip_of_alert(GwTx *tx, const GwAlertRow *alert, GError **error);
/* Asks core and, when it agrees, writes row, timers and journal, and tells whoever makes clips.  `extra`
 * (consumed, may be NULL) is what the journal says besides. */
gboolean gw_clip_move(GwTx *tx, GwClipRow *row, const GwClipMove *move, json_t *extra, GError **error);
/* Writes a new row as core decided it. */
gboolean gw_clip_begin(GwTx *tx, GwClipRow *row, const GwClipDecision *decision, json_t *extra, GError **error);
