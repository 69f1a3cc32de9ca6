#pragma once
#include "daemon/ledger/tx.h"
#include "daemon/store/camera.h"

/* Cameras that can be turned (turn.c), for the nouns that change them.  Thread: the ledger's.
 * While a camera is turned away its picture is not judged: what is other than it was is so because somebody wanted it. */

/* control_url and home_preset of camera.add and camera.change.  The row is written by the caller. */
gboolean gw_turn_take_settings(GwTx *tx, GwCameraRow *row, json_t *args, GError **error);
gboolean gw_turn_url_is_fit(const char *url); /* an address of a device service, without a password */
/* An import wrote it: it is asked what it can, or cannot be turned any more. */
gboolean gw_turn_imported(GwTx *tx, GwCameraRow *row, GError **error);
/* The effect that asks what it can be turned to; nothing without a control_url. */
void gw_turn_ask_presets(GwTx *tx, const GwCameraRow *row);
/* Where it looks now is home: written, and told to the scene.  `why` stands in the journal. */
gboolean gw_turn_is_home(GwTx *tx, GwCameraRow *row, const char *why, GError **error);
extern const GwLedgerNoun gw_ledger_turn;
