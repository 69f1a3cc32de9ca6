#include "daemon/store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/limits.h"
#include "daemon/base/token.h"
#include "daemon/core/clip.h"

GW_SQL(BACKUP_INTO, "vacuum into :path");
GW_SQL(BACKUP_FILES, "select hash, kind from file union all select distinct still_hash, 'jpg' from alert"
                     " where still_hash <> '' and still_hash not in (select hash from file)");

static gboolean fail(GError **error, const char *path) {
  g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "%s: %s.", path, g_strerror(errno));
  return FALSE;
}

static gboolean sync_path(const char *path, int flags, GError **error) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
  gboolean ok = fd >= 0 && fsync(fd) == 0;
  if (!ok)
    fail(error, path);
  if (fd >= 0)
    close(fd);
  return ok;
}

/* query_only forbids VACUUM INTO too, although it writes another file. */
static gboolean copy_database(GwDb *db, const char *path, GError **error) {
  if (!gw_db_exec(db, "pragma query_only = off", error))
    return FALSE;
  gboolean ok;
  {
    g_autoptr(GwStmt) s = gw_stmt(db, &BACKUP_INTO);
    gw_bind_text(s, ":path", path);
    ok = gw_step_done(s, error);
  }
  return gw_db_exec(db, "pragma query_only = on", ok ? error : NULL) && ok && chmod(path, 0600) == 0 &&
         sync_path(path, 0, error);
}

/* A file's name is its hash: what does not fit it is no copy worth keeping. */
static gboolean copy_file(const char *from, const char *to, const char *hash, GwBackupReport *report,
                          GError **error) {
  g_autofree char *data = NULL;
  gsize bytes = 0;
  struct stat st;
  gboolean whole = stat(from, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= GW_CLIP_BYTES_MOST &&
                   g_file_get_contents(from, &data, &bytes, NULL);
  g_autofree char *found = whole ? gw_hash_hex(data, bytes) : NULL;
  if (g_strcmp0(found, hash) != 0) {
    report->missing++;
    return TRUE;
  }
  g_autofree char *folder = g_path_get_dirname(to);
  g_autoptr(GError) why = NULL;
  if (g_mkdir_with_parents(folder, 0700) < 0)
    return fail(error, folder);
  if (!g_file_set_contents_full(to, data, (gssize)bytes,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &why)) {
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "%s.", why->message);
    return FALSE;
  }
  report->files++;
  report->file_bytes += (gint64)bytes;
  return TRUE;
}

/* The list comes from the copy, not from the database that has gone on meanwhile. */
static gboolean copy_files(const char *copy, const char *media, const char *to, GwBackupReport *report,
                           GError **error) {
  g_autoptr(GwDb) db = gw_db_open(copy, GW_DB_READ, error);
  if (!db)
    return FALSE;
  gw_db_set_patience(db, 0);
  g_autoptr(GwStmt) s = gw_stmt(db, &BACKUP_FILES);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    const char *hash = gw_col_text(s, 0);
    if (!gw_hash_hex_is_valid(hash)) {
      report->missing++;
      continue;
    }
    const char first[3] = {hash[0], hash[1], 0};
    g_autofree char *name = g_strconcat(hash, ".", gw_col_text(s, 1), NULL);
    g_autofree char *source = g_build_filename(media, first, name, NULL);
    g_autofree char *target = g_build_filename(to, "media", first, name, NULL);
    if (!copy_file(source, target, hash, report, error))
      return FALSE;
  }
  return step == GW_STEP_DONE;
}

static void remove_tree(const char *path) {
  if (g_file_test(path, G_FILE_TEST_IS_SYMLINK)) {
    (void)g_unlink(path);
    return;
  }
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *inner = g_build_filename(path, name, NULL);
    if (g_file_test(inner, G_FILE_TEST_IS_DIR))
      remove_tree(inner);
    else
      (void)g_unlink(inner);
  }
  (void)g_rmdir(path);
}

static gboolean copy_all(GwDb *db, const char *media, const char *to, GwBackupReport *report,
                         GError **error) {
  g_autofree char *copy = g_build_filename(to, "gridwarden.db", NULL);
  struct stat st;
  if (!copy_database(db, copy, error))
    return FALSE;
  if (stat(copy, &st) < 0)
    return fail(error, copy);
  report->database_bytes = st.st_size;
  return copy_files(copy, media, to, report, error) && sync_path(to, O_DIRECTORY, error);
}

gboolean gw_backup(GwDb *db, const char *media, const char *to, GwBackupReport *ret, GError **error) {
  memset(ret, 0, sizeof *ret);
  if (g_file_test(to, G_FILE_TEST_EXISTS)) {
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "%s exists already: name a folder that does not.", to);
    return FALSE;
  }
  g_autofree char *partial = g_strconcat(to, ".partial", NULL), *parent = g_path_get_dirname(to);
  remove_tree(partial);
  if (g_mkdir_with_parents(partial, 0700) < 0)
    return fail(error, partial);
  if (copy_all(db, media, partial, ret, error)) {
    if (g_rename(partial, to) == 0)
      return sync_path(parent, O_DIRECTORY, error);
    fail(error, to);
  }
  remove_tree(partial);
  return FALSE;
}
