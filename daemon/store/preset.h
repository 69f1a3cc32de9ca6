#pragma once
#include "daemon/store/db.h"

/* Rows of `preset`: what a camera can be turned to, as it said itself.  Thread and errors: as GwDb. */
gboolean gw_store_preset_has(GwDb *db, GwId camera_id, const char *token, gboolean *ret, GError **error);
gboolean gw_store_presets_clear(GwDb *db, GwId camera_id, GError **error);
/* A token that is there already keeps its first name. */
gboolean gw_store_preset_add(GwDb *db, GwId camera_id, const char *token, const char *name, GError **error);
/* Cameras (GwId, at most `most`) that can be turned and have not said to what; the caller frees; NULL: failed. */
GArray *gw_store_presets_missing(GwDb *db, guint most, GError **error);
/* All of a camera as one text, to see whether they are others than before.  Caller frees; NULL: failed. */
char *gw_store_presets_text(GwDb *db, GwId camera_id, GError **error);

/* The last time that this camera was turned, as its journal row has it. */
typedef struct GwTurnRow {
  char *preset, *before; /* "" for home, as in away_preset */
  gboolean home;         /* it was to go home */
  int attempt;           /* how often that was tried before */
} GwTurnRow;
void gw_turn_row_clear(GwTurnRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwTurnRow, gw_turn_row_clear)
gboolean gw_store_turn_last(GwDb *db, GwId camera_id, GwTurnRow *ret, GError **error); /* FALSE without an error: never */
