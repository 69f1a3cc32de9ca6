#pragma once
#include "daemon/store/db.h"

/* A backup while the center runs: one consistent copy of the database (VACUUM INTO, one read transaction), then
 * every picture that this copy names.  The key file is not in it: keep that apart.
 *
 * Thread: the connection's, which must be GW_DB_MAINTAIN. */
typedef struct GwBackupReport {
  gint64 database_bytes, files, file_bytes;
  gint64 missing; /* pictures that the database names and the media folder has not, or not whole */
} GwBackupReport;

/* Writes `to`/gridwarden.db and `to`/media/ab/HASH.ext.  `to` must not exist; it appears under its name only when
 * all is on the disk.  FALSE with an error: nothing is left behind. */
gboolean gw_backup(GwDb *db, const char *media, const char *to, GwBackupReport *ret, GError **error);
