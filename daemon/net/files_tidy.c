/* What a kill left behind in the media folder: half files, and clips whose row was never written.  (A picture
 * without a row may be of a database that is older than the folder, and costs little: it stays.  A clip stays when it
 * was written at a time of which this database knows nothing: it may be a backup, and the clip another one's proof.) */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/base/log.h"
#include "daemon/base/token.h"
#include "daemon/net/files_private.h"
#include "daemon/store/file.h"
#include "daemon/store/journal.h"

#define NEAR_US GW_MIN /* so near to a file that a kill left something was journaled: before it, or by the next start */

/* TRUE: it is a clip, and it is certain that no row names it. */
static gboolean is_orphan(GwDb *db, const char *name) {
  if (!db || strlen(name) != GW_HASH_HEX + 4 || strcmp(name + GW_HASH_HEX, ".mp4") != 0)
    return FALSE;
  g_autofree char *hash = g_strndup(name, GW_HASH_HEX);
  gboolean there = TRUE;
  return gw_hash_hex_is_valid(hash) && gw_store_file_has(db, hash, &there, NULL) && !there;
}

gboolean gw_files_is_orphan(GwFiles *files, const char *hash) {
  g_autoptr(GError) why = NULL;
  g_autoptr(GwDb) db = gw_db_open(files->database, GW_DB_READ, &why);
  g_autofree char *name = g_strconcat(hash, ".mp4", NULL);
  return is_orphan(db, name);
}

/* TRUE: this database was written to about then. */
static gboolean was_in_use(GwDb *db, const char *path) {
  struct stat file;
  gboolean was = FALSE;
  if (stat(path, &file) != 0)
    return FALSE;
  const GwUsec at_us = (GwUsec)file.st_mtim.tv_sec * GW_SEC + file.st_mtim.tv_nsec / 1000;
  return gw_journal_has_any(db, at_us - NEAR_US, at_us + NEAR_US, &was, NULL) && was;
}

static guint tidy_folder(GwDb *db, const char *path) {
  guint removed = 0;
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  for (const char *name; dir && (name = g_dir_read_name(dir));) {
    g_autofree char *file = g_build_filename(path, name, NULL);
    if (g_str_has_prefix(name, ".new-") || (is_orphan(db, name) && was_in_use(db, file)))
      removed += g_unlink(file) == 0;
  }
  return removed;
}

void gw_files_tidy(GwFiles *files) {
  g_autoptr(GError) why = NULL;
  g_autoptr(GwDb) db = files->database ? gw_db_open(files->database, GW_DB_READ, &why) : NULL;
  if (why)
    gw_warning("The media folder is not tidied: %s", why->message);
  guint removed = tidy_folder(db, files->media);
  g_autoptr(GDir) dir = g_dir_open(files->media, 0, NULL);
  for (const char *name; dir && (name = g_dir_read_name(dir));) {
    g_autofree char *folder = g_build_filename(files->media, name, NULL);
    if (strlen(name) == 2 && g_file_test(folder, G_FILE_TEST_IS_DIR))
      removed += tidy_folder(db, folder);
  }
  if (removed > 0)
    gw_info("%u files that an earlier run left half or unnamed were removed", removed);
}
