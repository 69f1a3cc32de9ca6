#include "daemon/net/files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/post.h"
#include "daemon/base/token.h"
#include "daemon/net/files_private.h"
#include "daemon/net/limits.h"
#include "daemon/net/sentence.h"

/* ---- on the disk ---- */

static char *folder_of(const char *media, const char *hash) {
  return g_strdup_printf("%s/%.2s", media, hash);
}

static gboolean sync_folder(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0)
    close(fd);
  return ok;
}

gboolean gw_files_write_all(int fd, const guint8 *bytes, gsize n) {
  while (n > 0) {
    ssize_t written = write(fd, bytes, n);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return FALSE;
    bytes += written;
    n -= (gsize)written;
  }
  return TRUE;
}

char *gw_files_temporary(GwFiles *files) {
  return g_strdup_printf("%s/.new-%d-%" G_GUINT64_FORMAT, files->media, (int)getpid(), ++files->last_temporary);
}

gboolean gw_files_name(GwFiles *files, const char *temporary, const char *hash, const char *kind) {
  g_autofree char *folder = folder_of(files->media, hash);
  g_autofree char *path = gw_files_path(files, hash, kind);
  gboolean made = g_mkdir(folder, 0750) == 0;
  return (made || errno == EEXIST) && (!made || sync_folder(files->media)) && g_rename(temporary, path) == 0 &&
         sync_folder(folder);
}

static gboolean write_temporary(const char *path, GBytes *bytes) {
  gsize n = 0;
  const guint8 *data = g_bytes_get_data(bytes, &n);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd < 0)
    return FALSE;
  gboolean ok = gw_files_write_all(fd, data, n) && fsync(fd) == 0;
  return close(fd) == 0 && ok;
}

/* ---- pictures ---- */

typedef struct {
  GwFileJob job;
  GBytes *picture;
  GwFileFunc done;
  gpointer user;
  GwFileStored stored;
  GError *error;
} Picture;

static void picture_free(gpointer p) {
  Picture *picture = p;
  g_bytes_unref(picture->picture);
  g_clear_error(&picture->error);
  g_free(picture);
}

static void answer_picture(gpointer p) {
  Picture *picture = p;
  picture->done(picture->error ? NULL : &picture->stored, picture->error, picture->user);
}

static void store_picture(GwFiles *files, GwFileJob *job) {
  Picture *picture = (Picture *)job;
  gsize n = 0;
  const guint8 *raw = g_bytes_get_data(picture->picture, &n);
  g_autoptr(GBytes) clean = gw_picture_clean(raw, n, &picture->stored.kind, &picture->error);
  if (!clean)
    return;
  g_autofree char *hash = gw_hash_hex(g_bytes_get_data(clean, NULL), g_bytes_get_size(clean));
  g_strlcpy(picture->stored.hash, hash, sizeof picture->stored.hash);
  picture->stored.bytes = g_bytes_get_size(clean);
  g_autofree char *temporary = gw_files_temporary(files);
  if (write_temporary(temporary, clean) &&
      gw_files_name(files, temporary, hash, gw_picture_kind_name(picture->stored.kind)))
    return;
  gw_warning("a picture of %" G_GSIZE_FORMAT " bytes could not be written: %s", n, g_strerror(errno));
  (void)g_unlink(temporary);
  gw_say_error(&picture->error, GW_SAY_FILES_STORAGE);
}

gboolean gw_files_store(GwFiles *files, GBytes *bytes, GwFileFunc done, gpointer user) {
  Picture *picture = g_new0(Picture, 1);
  *picture = (Picture){.job = {store_picture, answer_picture, picture_free},
                       .picture = g_bytes_ref(bytes),
                       .done = done,
                       .user = user};
  if (gw_lane_length(files->lane) < GW_LIMIT_FILE_QUEUE && gw_lane_push(files->lane, picture))
    return TRUE;
  picture_free(picture);
  return FALSE;
}

/* ---- going ---- */

typedef struct {
  GwFileJob job;
  char *hash, *path;
  GwFileWritten done;
  gpointer user;
  gboolean is_gone;
} Removal;

static void removal_free(gpointer p) {
  Removal *removal = p;
  g_free(removal->hash);
  g_free(removal->path);
  g_free(removal);
}

static void take_away(GwFiles *files, GwFileJob *job) {
  Removal *removal = (Removal *)job;
  removal->is_gone = g_unlink(removal->path) == 0 || errno == ENOENT;
  if (!removal->is_gone)
    gw_warning("%s could not be removed: %s", removal->path, g_strerror(errno));
}

static void take_orphan_away(GwFiles *files, GwFileJob *job) {
  if (gw_files_is_orphan(files, ((Removal *)job)->hash))
    take_away(files, job);
}

static void answer_removal(gpointer p) {
  const Removal *removal = p;
  if (removal->is_gone && removal->done)
    removal->done(removal->hash, 0, NULL, removal->user);
}

static void remove_by(GwFiles *files, void (*work)(GwFiles *files, GwFileJob *job), const char *hash, const char *kind,
                      GwFileWritten done, gpointer user) {
  Removal *removal = g_new(Removal, 1);
  *removal = (Removal){.job = {work, answer_removal, removal_free},
                       .hash = g_strdup(hash),
                       .path = gw_files_path(files, hash, kind),
                       .done = done,
                       .user = user};
  if (!gw_lane_push(files->lane, removal))
    removal_free(removal); /* too much at once: whoever sweeps tells it again */
}

void gw_files_remove(GwFiles *files, const char *hash, const char *kind, GwFileWritten done, gpointer user) {
  remove_by(files, take_away, hash, kind, done, user);
}

void gw_files_forget(GwFiles *files, const char *hash) {
  remove_by(files, take_orphan_away, hash, "mp4", NULL, NULL);
}

/* ---- the thread ---- */

static void job_free(gpointer p) {
  ((GwFileJob *)p)->free(p);
}

static gpointer file_thread(gpointer p) {
  GwFiles *files = p;
  gw_files_tidy(files);
  for (;;) {
    GwFileJob *job = gw_lane_pop_until(files->lane, 0);
    if (!job && gw_lane_is_closed(files->lane))
      return NULL;
    if (!job)
      continue;
    job->work(files, job);
    if (job->answer)
      gw_post(NULL, job->answer, job, job->free);
    else
      job->free(job);
  }
}

GwFiles *gw_files_start(const char *media, const char *database, GError **error) {
  if (g_mkdir_with_parents(media, 0750) != 0 || g_access(media, W_OK | X_OK) != 0) {
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "cannot write into the media folder %s: %s", media, g_strerror(errno));
    return NULL;
  }
  GwFiles *files = g_new0(GwFiles, 1);
  files->media = g_strdup(media);
  files->database = g_strdup(database);
  files->writers = g_ptr_array_new_with_free_func(gw_file_writer_free);
  files->lane = gw_lane_new(GW_LIMIT_FILE_QUEUE + GW_FILE_JOBS_MORE, job_free);
  files->thread = g_thread_new("files", file_thread, files);
  return files;
}

void gw_files_close(GwFiles *files) {
  if (!files || !files->thread)
    return;
  gw_lane_close(files->lane);
  g_thread_join(g_steal_pointer(&files->thread));
}

void gw_files_free(GwFiles *files) {
  if (!files)
    return;
  gw_files_close(files);
  gw_lane_free(files->lane);
  g_ptr_array_unref(files->writers);
  g_free(files->media);
  g_free(files->database);
  g_free(files);
}

char *gw_files_path(GwFiles *files, const char *hash, const char *kind) {
  return g_strdup_printf("%s/%.2s/%s.%s", files->media, hash, hash, kind);
}
