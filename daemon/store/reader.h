#pragma once
#include "daemon/store/db.h"

/* Rows of `reader`: guard-tour readers with the window of numbers that were taken.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwReaderRow {
  GwId id;
  gint64 rev;
  char *name;
  GBytes *secret; /* secretbox of the 32-byte key */
  GwId unit_id;
  gint64 epoch, last_seq;
  guint64 seen;      /* bit n: last_seq - n was taken */
  GwUsec seen_at_us; /* 0: never */
  gint64 refused;    /* lines refused since the last journal row about it */
  GwUsec refused_at_us;
  GwUsec removed_at_us; /* 0: it is there */
} GwReaderRow;
void gw_reader_row_clear(GwReaderRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwReaderRow, gw_reader_row_clear)

gboolean gw_store_reader_get(GwDb *db, GwId id, GwReaderRow *ret, GError **error);
gboolean gw_store_reader_by_name(GwDb *db, const char *name, GwReaderRow *ret, GError **error);
gboolean gw_store_reader_insert(GwDb *db, GwReaderRow *row, GError **error); /* gives the id */
gboolean gw_store_reader_update(GwDb *db, const GwReaderRow *row, GError **error);
GArray *gw_store_reader_ids(GwDb *db, GError **error); /* GwId, not removed; the caller frees */
/* Readers that are expected and silent: seen once, their unit on duty and on a round, and since they were
 * last heard the whole window of one of its points has passed. */
GArray *gw_store_reader_ids_silent(GwDb *db, GwUsec now_us, GError **error);
/* When the newest journal row about this reader was written; id 0: about lines of nobody.  0: never. */
GwUsec gw_store_reader_journaled_at(GwDb *db, GwId id);
