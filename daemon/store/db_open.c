#include "daemon/store/db_private.h"
#include "daemon/store/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_TIMEOUT_MS 5000

/* One sentence per way the disk or a neighbour can fail, in both languages (see gw_db_sentence_zh). */
static const struct {
  int rc;
  GwCode code;
  const char *en, *zh;
} sentences[] = {
    {SQLITE_FULL, GW_CODE_STORAGE, "The disk is full: nothing was recorded. Free space, then try again.",
     "磁盘已满，本次操作未记录。请清理空间后重试。"},
    {SQLITE_READONLY, GW_CODE_STORAGE,
     "The database is read-only: nothing was recorded. Look at the disk and the file's permissions.",
     "数据库只读，本次操作未记录。请检查磁盘和文件权限。"},
    {SQLITE_IOERR, GW_CODE_STORAGE,
     "The disk failed while reading or writing: nothing was recorded. Look at the system log.",
     "磁盘读写出错，本次操作未记录。请查看系统日志。"},
    {SQLITE_NOMEM, GW_CODE_STORAGE,
     "There is not enough memory: nothing was recorded. Stop other programs, then try again.",
     "内存不足，本次操作未记录。请关闭其他程序后重试。"},
    {SQLITE_CORRUPT, GW_CODE_STORAGE, "The database is damaged. Stop the center and restore the last backup.",
     "数据库已损坏。请停止系统并恢复最近的备份。"},
    {SQLITE_NOTADB, GW_CODE_STORAGE, "The database is damaged. Stop the center and restore the last backup.",
     "数据库已损坏。请停止系统并恢复最近的备份。"},
    {SQLITE_CANTOPEN, GW_CODE_STORAGE, "The database cannot be opened. Look at its path and permissions.",
     "数据库无法打开。请检查路径和权限。"},
    {SQLITE_INTERRUPT, GW_CODE_BUSY, "This question takes longer than a second: ask for less at a time.",
     "查询超过一秒，请缩小范围。"},
    {SQLITE_BUSY, GW_CODE_BUSY, "Another program holds the database: try again, or close it.",
     "数据库被其他程序占用，请重试或关闭该程序。"},
    {SQLITE_LOCKED, GW_CODE_BUSY, "Another program holds the database: try again, or close it.",
     "数据库被其他程序占用，请重试或关闭该程序。"},
};

void gw_db_set_error(sqlite3 *handle, GError **error) {
  int rc = sqlite3_extended_errcode(handle);
  for (gsize i = 0; i < G_N_ELEMENTS(sentences); i++) {
    if (sentences[i].rc != (rc & 0xff))
      continue;
    g_set_error_literal(error, GW_ERROR, (int)sentences[i].code, sentences[i].en);
    return;
  }
  g_set_error(error, GW_ERROR, GW_CODE_INTERNAL, "The database refused a statement: %s (%d)",
              sqlite3_errmsg(handle), rc);
}

const char *gw_db_sentence_zh(const char *english) {
  for (gsize i = 0; english && i < G_N_ELEMENTS(sentences); i++)
    if (g_str_has_suffix(english, sentences[i].en)) /* what came before says where */
      return sentences[i].zh;
  return NULL;
}

gboolean gw_db_pragma_int(sqlite3 *handle, const char *pragma, gint64 *ret, GError **error) {
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2(handle, pragma, -1, &stmt, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_step(stmt);
  if (rc == SQLITE_ROW)
    *ret = sqlite3_column_int64(stmt, 0);
  else
    gw_db_set_error(handle, error);
  sqlite3_finalize(stmt);
  return rc == SQLITE_ROW;
}

static gboolean run(sqlite3 *handle, const char *sql, GError **error) {
  if (sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  gw_db_set_error(handle, error);
  return FALSE;
}

/* The file before SQLite sees it, so that nobody else may read it, nor its WAL, which inherits the mode. */
static gboolean make_file(const char *path, GError **error) {
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) {
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "%s cannot be opened for writing: %s.", path,
                g_strerror(errno));
    return FALSE;
  }
  close(fd);
  return TRUE;
}

static gboolean check_file(const char *path, GError **error) {
  struct stat st;
  if (stat(path, &st) < 0) {
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE,
                "%s: %s. Make it with `gridwarden init`, or correct the path.", path, g_strerror(errno));
    return FALSE;
  }
  if (!S_ISREG(st.st_mode)) {
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "%s is not a file.", path);
    return FALSE;
  }
  return TRUE;
}

/* Ours, somebody else's, or not a database at all: told apart before anything is written. */
static gboolean check_owner(sqlite3 *handle, const char *path, gboolean *ret_is_new, GError **error) {
  gint64 pages, id = 0;
  g_autoptr(GError) broken = NULL;
  if (!gw_db_pragma_int(handle, "pragma page_count", &pages, &broken) ||
      !gw_db_pragma_int(handle, "pragma application_id", &id, &broken)) {
    if (sqlite3_errcode(handle) != SQLITE_NOTADB)
      g_propagate_prefixed_error(error, g_steal_pointer(&broken), "%s: ", path);
    else
      g_set_error(error, GW_ERROR, GW_CODE_STORAGE,
                  "%s is not a database. Correct the path, or move the file away.", path);
    return FALSE;
  }
  *ret_is_new = pages == 0;
  if (pages > 0 && id != GW_DB_APPLICATION_ID) {
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE,
                "%s is a database of another program, and was left alone. Correct the path.", path);
    return FALSE;
  }
  return TRUE;
}

/* auto_vacuum can be chosen only before the first page is written, and WAL would write it. */
static gboolean create(sqlite3 *handle, GError **error) {
  char id[48];
  g_snprintf(id, sizeof id, "pragma application_id = %d", GW_DB_APPLICATION_ID);
  return run(handle, "pragma auto_vacuum = incremental", error) && run(handle, id, error);
}

/* trusted_schema cannot be off: SQLite 3.40 does not hold json_valid(), which our checks use, for innocuous.
 * A hostile file acts through triggers and views; the schema has none, so one that has any is refused. */
static gboolean check_innocent(sqlite3 *handle, const char *path, GError **error) {
  gint64 n;
  if (!gw_db_pragma_int(
          handle,
          "select count(*) from sqlite_schema where type in ('trigger', 'view') or sql like 'create virtual%'",
          &n, error))
    return FALSE;
  if (n > 0)
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE,
                "%s holds triggers or views, which Gridwarden never makes. Restore the last backup.", path);
  return n == 0;
}

static gboolean configure(sqlite3 *handle, GwDbMode mode, GError **error) {
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
  if (!run(
          handle,
          "pragma cell_size_check = on; pragma foreign_keys = on; pragma temp_store = memory; pragma mmap_size = 0",
          error))
    return FALSE;
  if (mode == GW_DB_READ)
    return run(handle, "pragma query_only = on", error);
  /* The WAL shrinks back to 64 MiB once it was checkpointed to its end. */
  if (!run(handle,
           "pragma journal_mode = wal; pragma synchronous = full; pragma journal_size_limit = 67108864",
           error))
    return FALSE;
  if (mode == GW_DB_MAINTAIN)
    return run(handle, "pragma wal_autocheckpoint = 0; pragma query_only = on", error);
  /* secure_delete: what was erased is overwritten, not only unlinked. */
  return run(handle, "pragma wal_autocheckpoint = 0; pragma cache_size = -32768; pragma secure_delete = on",
             error);
}

static gboolean set_up(sqlite3 *handle, const char *path, GwDbMode mode, GError **error) {
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, BUSY_TIMEOUT_MS);
  gboolean is_new;
  if (!check_owner(handle, path, &is_new, error))
    return FALSE;
  if (is_new && mode != GW_DB_WRITE) {
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "%s is empty. Make it with `gridwarden init`.", path);
    return FALSE;
  }
  int version;
  if (!is_new &&
      (!gw_migrate_is_ours(handle, gw_migrations, &version, error) || !check_innocent(handle, path, error)))
    return FALSE;
  return (!is_new || create(handle, error)) && configure(handle, mode, error);
}

sqlite3 *gw_db_open_handle(const char *path, GwDbMode mode, GError **error) {
  if ((mode == GW_DB_WRITE && !make_file(path, error)) || !check_file(path, error))
    return NULL;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
              (mode == GW_DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
  sqlite3 *handle = NULL;
  if (sqlite3_open_v2(path, &handle, flags, NULL) != SQLITE_OK) {
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "%s cannot be opened: %s.", path,
                handle ? sqlite3_errmsg(handle) : "no memory");
    sqlite3_close(handle);
    return NULL;
  }
  if (set_up(handle, path, mode, error))
    return handle;
  sqlite3_close(handle);
  return NULL;
}
