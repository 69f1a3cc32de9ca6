#pragma once
#include <sqlite3.h>
#include "daemon/base/error.h"
#include "daemon/base/types.h"

/* One connection to the center's database, with its prepared statements.
 *
 * Thread: a GwDb belongs to the thread that opened it.  Only the ledger opens one for writing.
 * Errors: GW_CODE_STORAGE for full, read-only, I/O, damaged, no memory; GW_CODE_BUSY for a reading transaction
 * that took longer than its second, or a database that another program holds; GW_CODE_INTERNAL for the rest. */
typedef struct GwDb GwDb;

typedef enum GwDbMode {
  GW_DB_WRITE, /* creates and migrates; refuses a newer database */
  GW_DB_READ,  /* query_only; a transaction over 1 s is interrupted (progress handler) */
  GW_DB_MAINTAIN, /* query_only without that second; may checkpoint and back up */
} GwDbMode;

GwDb *gw_db_open(const char *path, GwDbMode mode, GError **error);
void gw_db_close(GwDb *db); /* finalizes every statement first; accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwDb, gw_db_close)
/* The Chinese twin of a sentence with which a statement failed; NULL when it is not one of ours.  Static. */
const char *gw_db_sentence_zh(const char *english);
sqlite3 *gw_db_handle(GwDb *db); /* lent; for maintenance and tests */
/* How long a reading transaction (or a statement outside of one) may take before it fails with
 * GW_CODE_BUSY; 0: as long as it wants. */
void gw_db_set_patience(GwDb *db, GwUsec patience_us);

/* A statement of the program: a constant with a name, beside the code that uses it.  All of them are
 * collected by the linker and prepared when a connection opens, so a typo fails at start, not at 3 a.m.
 *   GW_SQL(ALERT_BY_ID, "select ... from alert where id = :id");
 */
typedef struct GwSql {
  const char *name, *text;
} GwSql;
#define GW_SQL(id, sql)                                                                                \
  static const GwSql id = {#id, sql};                                                                  \
  static const GwSql *const id##_entry __attribute__((section("gw_sql"), used)) = &id

/* A statement in use: bind, step, read; reset and unbound when it leaves scope.
 *   g_autoptr(GwStmt) s = gw_stmt(db, &ALERT_BY_ID);
 *   gw_bind_id(s, ":id", id);
 *   if (!gw_step_row(s, error)) return FALSE;
 * One use at a time per connection and statement (asserted). */
typedef struct GwStmt GwStmt;
GwStmt *gw_stmt(GwDb *db, const GwSql *sql); /* never NULL */
void gw_stmt_done(GwStmt *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwStmt, gw_stmt_done)

void gw_bind_int(GwStmt *s, const char *name, gint64 v);
void gw_bind_id(GwStmt *s, const char *name, GwId id);            /* 0 binds NULL */
void gw_bind_at(GwStmt *s, const char *name, GwUsec at_us);       /* 0 binds NULL */
void gw_bind_real(GwStmt *s, const char *name, double v);         /* NaN binds NULL */
void gw_bind_text(GwStmt *s, const char *name, const char *text); /* copied; NULL binds NULL */
void gw_bind_blob(GwStmt *s, const char *name, gconstpointer data, gsize bytes); /* copied; NULL data binds NULL */

typedef enum GwStep { GW_STEP_ROW, GW_STEP_DONE, GW_STEP_FAILED } GwStep;
GwStep gw_step(GwStmt *s, GError **error);
gboolean gw_step_done(GwStmt *s, GError **error); /* for writes: TRUE when it ran */
/* For reads of one row: TRUE when there is one; FALSE without an error when there is none
 * (so check `error` when the difference matters). */
gboolean gw_step_row(GwStmt *s, GError **error);

gint64 gw_col_int(GwStmt *s, int col); /* NULL reads 0 */
double gw_col_real(GwStmt *s, int col); /* NULL reads NaN */
const char *gw_col_text(GwStmt *s, int col); /* lent until the next step; NULL reads "" */
const guint8 *gw_col_blob(GwStmt *s, int col, gsize *ret_bytes);
const char *gw_col_name(GwStmt *s, int col); /* as selected, or its `as` */
gboolean gw_col_is_null(GwStmt *s, int col);

gint64 gw_db_changes(GwDb *db);   /* rows changed by the last statement */
gint64 gw_db_last_id(GwDb *db);   /* rowid of the last insert */
gboolean gw_db_exec(GwDb *db, const char *sql, GError **error); /* constant text only: begin, savepoint, pragma */
gboolean gw_db_in_transaction(GwDb *db); /* !sqlite3_get_autocommit() */
