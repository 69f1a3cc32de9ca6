#pragma once
#include "daemon/store/db.h"

/* Rows of `file`: pictures on disk, named by their hash.  Thread: the connection's. */
gboolean gw_store_file_add(GwDb *db, const char *hash, const char *kind, gint64 bytes, GwId user_id,
                           GwUsec at_us, GError **error); /* one that is there stays as it is */
gboolean gw_store_file_has(GwDb *db, const char *hash, gboolean *ret, GError **error);
gboolean gw_store_file_remove_orphan(GwDb *db, const char *hash,
                                     GError **error); /* nothing happens when it is named */
/* The oldest file that nothing names and that is older than that; FALSE without an error: none.  Caller
 * frees. */
gboolean gw_store_file_orphan(GwDb *db, GwUsec before_us, char **ret_hash, char **ret_kind, GError **error);
