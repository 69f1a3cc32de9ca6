#pragma once
#include "daemon/store/db.h"

/* Rows of `file`: pictures and clips on disk, named by their hash.  Thread: the connection's. */

/* What names a file, for statements about `file`: a picture of a ticket, an alert, a finding or a reference, and a
 * clip as long as its time is not over.  One that nothing names may go. */
#define GW_FILE_NAMED                                                                                        \
  "(exists (select 1 from ticket_file t where t.hash = file.hash)"                                           \
  " or exists (select 1 from alert a where a.still_hash = file.hash)"                                        \
  " or exists (select 1 from finding f where f.now_hash = file.hash and f.now_hash <> '')"                   \
  " or exists (select 1 from finding f where f.before_hash = file.hash and f.before_hash <> '')"             \
  " or exists (select 1 from reference r where r.hash = file.hash)"                                          \
  " or exists (select 1 from clip c where c.hash = file.hash and c.hash <> '' and c.state = 'saved'))"

gboolean gw_store_file_add(GwDb *db, const char *hash, const char *kind, gint64 bytes, GwId user_id,
                           GwUsec at_us, GError **error); /* one that is there stays as it is */
gboolean gw_store_file_has(GwDb *db, const char *hash, gboolean *ret, GError **error);
gboolean gw_store_file_remove_orphan(GwDb *db, const char *hash,
                                     GError **error); /* nothing happens when it is named */
/* The oldest file that nothing names and that is older than that; FALSE without an error: none.  Caller
 * frees. */
gboolean gw_store_file_orphan(GwDb *db, GwUsec before_us, char **ret_hash, char **ret_kind, GError **error);
