#pragma once
#include "daemon/store/db.h"

/* What db.c and migrate.c share below the prepared statements.  Thread: the connection's. */

/* "GWdn": what `file` and `sqlite3` see in the header of our database. */
#define GW_DB_APPLICATION_ID 0x4757646e

/* The last failure of the connection as a GwCode and a sentence. */
void gw_db_set_error(sqlite3 *handle, GError **error);
gboolean gw_db_pragma_int(sqlite3 *handle, const char *pragma, gint64 *ret, GError **error);

/* Opens and configures, creating when GW_DB_WRITE; nothing is migrated nor prepared. */
sqlite3 *gw_db_open_handle(const char *path, GwDbMode mode, GError **error);
