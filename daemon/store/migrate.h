#pragma once
#include <sqlite3.h>
#include "daemon/base/error.h"
#include "schema/embedded.h"

/* From an empty or older database to the newest schema, one transaction a step; PRAGMA user_version says
 * which step was the last.
 *
 * Thread: the connection's.  Errors: GW_CODE_STORAGE; the step that failed left nothing behind. */

/* The steps that this program carries; the last one's number. */
int gw_migrate_newest(const GwEmbeddedMigration *migrations);

/* FALSE when the database is newer than `migrations`; writes nothing. */
gboolean gw_migrate_is_ours(sqlite3 *handle, const GwEmbeddedMigration *migrations, int *ret_version, GError **error);

/* Runs every step after user_version.  A database that is newer than `migrations` is refused.  Foreign keys
 * are off while it runs (the pragma is ignored inside a transaction), checked before each COMMIT, on after. */
gboolean gw_migrate(sqlite3 *handle, const GwEmbeddedMigration *migrations, GError **error);
