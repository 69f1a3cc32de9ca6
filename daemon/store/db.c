#include "daemon/store/db.h"

#include <math.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/store/db_private.h"
#include "daemon/store/migrate.h"

/* How many virtual-machine steps pass between two looks at the clock: well under a millisecond. */
#define PROGRESS_STEPS 4000
#define READ_PATIENCE_US GW_SEC

struct GwStmt {
  GwDb *db;
  const GwSql *sql;
  sqlite3_stmt *stmt;
  gboolean in_use;
};

struct GwDb {
  sqlite3 *handle;
  GwDbMode mode;
  GHashTable *stmts;      /* const GwSql* -> GwStmt* */
  GHashTable *control;    /* char* -> sqlite3_stmt*: begin, commit, savepoints */
  GwUsec patience_us;     /* 0: none */
  GwUsec started_mono_us; /* of the reading transaction */
  guint in_use;           /* statements: while one is, its transaction goes on */
};

/* The linker gathers what GW_SQL left in the section. */
extern const GwSql *const __start_gw_sql[], *const __stop_gw_sql[];

/* So that the section exists in a program that links no other statement. */
GW_SQL(DB_NOTHING, "select 1");

static void stmt_free(gpointer data) {
  GwStmt *s = data;
  sqlite3_finalize(s->stmt);
  g_free(s);
}

static void control_free(gpointer data) {
  sqlite3_finalize(data);
}

static int on_progress(gpointer data) {
  GwDb *db = data;
  return db->patience_us > 0 && gw_clock_mono_us() - db->started_mono_us > db->patience_us;
}

static gboolean prepare(GwDb *db, const GwSql *sql, GError **error) {
  sqlite3_stmt *stmt = NULL;
  if (sqlite3_prepare_v3(db->handle, sql->text, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK) {
    gw_db_set_error(db->handle, error);
    g_prefix_error(error, "Statement %s: ", sql->name);
    return FALSE;
  }
  GwStmt *s = g_new0(GwStmt, 1);
  *s = (GwStmt){.db = db, .sql = sql, .stmt = stmt};
  g_hash_table_insert(db->stmts, (gpointer)sql, s);
  return TRUE;
}

static gboolean prepare_all(GwDb *db, GError **error) {
  for (const GwSql *const *sql = __start_gw_sql; sql < __stop_gw_sql; sql++)
    if (!prepare(db, *sql, error))
      return FALSE;
  return TRUE;
}

/* A reader cannot migrate, and statements of another version would lie. */
static gboolean check_version(GwDb *db, GError **error) {
  int version, newest = gw_migrate_newest(gw_migrations);
  if (!gw_migrate_is_ours(db->handle, gw_migrations, &version, error))
    return FALSE;
  if (version < newest)
    g_set_error(
        error, GW_ERROR, GW_CODE_STORAGE,
        "The database is of version %d, older than this program (%d). Start gridwardend once to bring it up.",
        version, newest);
  return version == newest;
}

GwDb *gw_db_open(const char *path, GwDbMode mode, GError **error) {
  sqlite3 *handle = gw_db_open_handle(path, mode, error);
  if (!handle)
    return NULL;
  g_autoptr(GwDb) db = g_new0(GwDb, 1);
  db->handle = handle;
  db->mode = mode;
  db->stmts = g_hash_table_new_full(NULL, NULL, NULL, stmt_free);
  db->control = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, control_free);
  gboolean ok = mode == GW_DB_WRITE ? gw_migrate(handle, gw_migrations, error) : check_version(db, error);
  if (!ok || !prepare_all(db, error)) {
    g_prefix_error(error, "%s: ", path);
    return NULL;
  }
  if (mode == GW_DB_READ)
    gw_db_set_patience(db, READ_PATIENCE_US);
  return g_steal_pointer(&db);
}

void gw_db_close(GwDb *db) {
  if (!db)
    return;
  g_clear_pointer(&db->stmts, g_hash_table_unref);
  g_clear_pointer(&db->control, g_hash_table_unref);
  int rc = sqlite3_close(db->handle);
  g_assert(rc == SQLITE_OK); /* every statement was ours */
  g_free(db);
}

sqlite3 *gw_db_handle(GwDb *db) {
  return db->handle;
}

void gw_db_set_patience(GwDb *db, GwUsec patience_us) {
  db->patience_us = patience_us;
  db->started_mono_us = gw_clock_mono_us();
  sqlite3_progress_handler(db->handle, patience_us > 0 ? PROGRESS_STEPS : 0, on_progress, db);
}

/* A transaction of its own begins with this step or statement: its second starts now. */
static void note_start(GwDb *db) {
  if (db->patience_us > 0 && db->in_use == 0 && sqlite3_get_autocommit(db->handle))
    db->started_mono_us = gw_clock_mono_us();
}

GwStmt *gw_stmt(GwDb *db, const GwSql *sql) {
  GwStmt *s = g_hash_table_lookup(db->stmts, sql);
  if (G_UNLIKELY(!s))
    g_error("statement %s is not one of GW_SQL", sql->name);
  if (G_UNLIKELY(s->in_use))
    g_error("statement %s is in use already", sql->name);
  note_start(db);
  s->in_use = TRUE;
  db->in_use++;
  return s;
}

void gw_stmt_done(GwStmt *s) {
  if (!s)
    return;
  sqlite3_reset(s->stmt);
  sqlite3_clear_bindings(s->stmt);
  s->in_use = FALSE;
  s->db->in_use--;
}

static int place(GwStmt *s, const char *name) {
  int index = sqlite3_bind_parameter_index(s->stmt, name);
  if (G_UNLIKELY(index == 0))
    g_error("statement %s has no parameter %s", s->sql->name, name);
  return index;
}

/* A bind fails only for memory (the step then fails with it) or for a statement that is under way. */
static void check_bind(GwStmt *s, const char *name, int rc) {
  if (G_UNLIKELY(rc == SQLITE_MISUSE))
    g_error("statement %s: %s is bound after the first step", s->sql->name, name);
}

void gw_bind_int(GwStmt *s, const char *name, gint64 v) {
  check_bind(s, name, sqlite3_bind_int64(s->stmt, place(s, name), v));
}

void gw_bind_id(GwStmt *s, const char *name, GwId id) {
  if (id != 0)
    gw_bind_int(s, name, id);
  else
    check_bind(s, name, sqlite3_bind_null(s->stmt, place(s, name)));
}

void gw_bind_at(GwStmt *s, const char *name, GwUsec at_us) {
  gw_bind_id(s, name, at_us);
}

void gw_bind_real(GwStmt *s, const char *name, double v) {
  int index = place(s, name);
  check_bind(s, name, isnan(v) ? sqlite3_bind_null(s->stmt, index) : sqlite3_bind_double(s->stmt, index, v));
}

void gw_bind_text(GwStmt *s, const char *name, const char *text) {
  check_bind(s, name, sqlite3_bind_text(s->stmt, place(s, name), text, -1, SQLITE_TRANSIENT));
}

void gw_bind_blob(GwStmt *s, const char *name, gconstpointer data, gsize bytes) {
  int index = place(s, name);
  if (data && bytes == 0)
    check_bind(s, name, sqlite3_bind_zeroblob(s->stmt, index, 0));
  else
    check_bind(s, name, sqlite3_bind_blob64(s->stmt, index, data, bytes, SQLITE_TRANSIENT));
}

GwStep gw_step(GwStmt *s, GError **error) {
  switch (sqlite3_step(s->stmt)) {
  case SQLITE_ROW:
    return GW_STEP_ROW;
  case SQLITE_DONE:
    return GW_STEP_DONE;
  default:
    gw_db_set_error(s->db->handle, error);
    if (error && *error && (*error)->code == GW_CODE_INTERNAL)
      g_prefix_error(error, "%s: ", s->sql->name);
    return GW_STEP_FAILED;
  }
}

gboolean gw_step_done(GwStmt *s, GError **error) {
  GwStep step = gw_step(s, error);
  while (step == GW_STEP_ROW)
    step = gw_step(s, error);
  return step == GW_STEP_DONE;
}

gboolean gw_step_row(GwStmt *s, GError **error) {
  return gw_step(s, error) == GW_STEP_ROW;
}

gint64 gw_col_int(GwStmt *s, int col) {
  return sqlite3_column_int64(s->stmt, col);
}

double gw_col_real(GwStmt *s, int col) {
  return gw_col_is_null(s, col) ? NAN : sqlite3_column_double(s->stmt, col);
}

const char *gw_col_text(GwStmt *s, int col) {
  const char *text = (const char *)sqlite3_column_text(s->stmt, col);
  return text ? text : "";
}

const guint8 *gw_col_blob(GwStmt *s, int col, gsize *ret_bytes) {
  const guint8 *data = sqlite3_column_blob(s->stmt, col);
  *ret_bytes = (gsize)sqlite3_column_bytes(s->stmt, col);
  return data;
}

gboolean gw_col_is_null(GwStmt *s, int col) {
  return sqlite3_column_type(s->stmt, col) == SQLITE_NULL;
}

const char *gw_col_name(GwStmt *s, int col) {
  return sqlite3_column_name(s->stmt, col);
}

gint64 gw_db_changes(GwDb *db) {
  return sqlite3_changes64(db->handle);
}

gint64 gw_db_last_id(GwDb *db) {
  return sqlite3_last_insert_rowid(db->handle);
}

/* Every batch says begin, savepoint, release and commit: these are parsed once. */
static sqlite3_stmt *control(GwDb *db, const char *sql) {
  static const char *const words[] = {"begin", "commit", "rollback", "savepoint", "release"};
  sqlite3_stmt *stmt = g_hash_table_lookup(db->control, sql);
  for (guint i = 0; !stmt && i < G_N_ELEMENTS(words); i++) {
    if (!g_str_has_prefix(sql, words[i]) || strchr(sql, ';'))
      continue;
    if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) == SQLITE_OK)
      g_hash_table_insert(db->control, g_strdup(sql), stmt);
  }
  return stmt;
}

gboolean gw_db_exec(GwDb *db, const char *sql, GError **error) {
  note_start(db);
  sqlite3_stmt *stmt = control(db, sql);
  int rc = SQLITE_OK;
  if (stmt) {
    rc = sqlite3_step(stmt);
    if (rc != SQLITE_DONE)
      gw_db_set_error(db->handle, error);
    sqlite3_reset(stmt);
    return rc == SQLITE_DONE;
  }
  rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
  if (rc != SQLITE_OK)
    gw_db_set_error(db->handle, error);
  return rc == SQLITE_OK;
}

gboolean gw_db_in_transaction(GwDb *db) {
  return !sqlite3_get_autocommit(db->handle);
}
