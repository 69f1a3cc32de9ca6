#include "daemon/store/migrate.h"

#include "daemon/store/db_private.h"

int gw_migrate_newest(const GwEmbeddedMigration *migrations) {
  int newest = 0;
  for (const GwEmbeddedMigration *m = migrations; m->sql; m++)
    newest = m->version;
  return newest;
}

static gboolean exec(sqlite3 *handle, const char *sql, GError **error) {
  if (sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  gw_db_set_error(handle, error);
  return FALSE;
}

/* A step that rebuilds a parent table must have carried its children along. */
static gboolean check_foreign_keys(sqlite3 *handle, GError **error) {
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2(handle, "pragma foreign_key_check", -1, &stmt, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_step(stmt);
  if (rc == SQLITE_ROW)
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "a row of table %s points to a row of %s that is not there",
                sqlite3_column_text(stmt, 0), sqlite3_column_text(stmt, 2));
  else if (rc != SQLITE_DONE)
    gw_db_set_error(handle, error);
  sqlite3_finalize(stmt);
  return rc == SQLITE_DONE;
}

static gboolean run_step(sqlite3 *handle, const GwEmbeddedMigration *m, GError **error) {
  if (!exec(handle, m->sql, error) || !check_foreign_keys(handle, error))
    return FALSE;
  /* A pragma takes no parameters; %d of our own number is the one exception to "no SQL by printf". */
  char version[48];
  g_snprintf(version, sizeof version, "pragma user_version = %d", m->version);
  return exec(handle, version, error) && exec(handle, "commit", error);
}

static gboolean step(sqlite3 *handle, const GwEmbeddedMigration *m, GError **error) {
  if (!exec(handle, "begin immediate", error))
    return FALSE;
  if (run_step(handle, m, error))
    return TRUE;
  g_prefix_error(error, "Step %s of the database could not be made and was undone: ", m->name);
  if (!sqlite3_get_autocommit(handle))
    (void)sqlite3_exec(handle, "rollback", NULL, NULL, NULL);
  return FALSE;
}

gboolean gw_migrate_is_ours(sqlite3 *handle, const GwEmbeddedMigration *migrations, int *ret_version,
                            GError **error) {
  gint64 version;
  if (!gw_db_pragma_int(handle, "pragma user_version", &version, error))
    return FALSE;
  int newest = gw_migrate_newest(migrations);
  *ret_version = (int)version;
  if (version > newest)
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE,
                "The database was written by a newer Gridwarden (its version is %d, this program knows %d). "
                "Install that version, or restore a backup made with this one.",
                (int)version, newest);
  return version <= newest;
}

gboolean gw_migrate(sqlite3 *handle, const GwEmbeddedMigration *migrations, GError **error) {
  int version;
  if (!gw_migrate_is_ours(handle, migrations, &version, error))
    return FALSE;
  if (version == gw_migrate_newest(migrations))
    return TRUE;
  if (!exec(handle, "pragma foreign_keys = off", error))
    return FALSE;
  gboolean ok = TRUE;
  for (const GwEmbeddedMigration *m = migrations; ok && m->sql; m++)
    if (m->version > version)
      ok = step(handle, m, error);
  return exec(handle, "pragma foreign_keys = on", ok ? error : NULL) && ok;
}
