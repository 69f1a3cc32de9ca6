#include "daemon/net/files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/lane.h"
#include "daemon/base/log.h"
#include "daemon/base/post.h"
#include "daemon/base/token.h"
#include "daemon/net/limits.h"
#include "daemon/net/sentence.h"

struct GwFiles {
  char *media;
  GwLane *lane; /* element: Job */
  GThread *thread;
  guint64 last_temporary; /* the file thread's */
};

typedef struct {
  GBytes *picture;
  GwFileFunc done;
  gpointer user;
  GwFileStored stored;
  GError *error;
} Job;

static void job_free(gpointer p) {
  Job *job = p;
  g_bytes_unref(job->picture);
  g_clear_error(&job->error);
  g_free(job);
}

static void on_done(gpointer p) {
  Job *job = p;
  job->done(job->error ? NULL : &job->stored, job->error, job->user);
}

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

static gboolean write_all(int fd, const guint8 *bytes, gsize n) {
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

static gboolean write_temporary(const char *path, GBytes *bytes) {
  gsize n = 0;
  const guint8 *data = g_bytes_get_data(bytes, &n);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd < 0)
    return FALSE;
  gboolean ok = write_all(fd, data, n) && fsync(fd) == 0;
  return close(fd) == 0 && ok;
}

static gboolean store(GwFiles *files, Job *job, GError **error) {
  gsize n = 0;
  const guint8 *raw = g_bytes_get_data(job->picture, &n);
  g_autoptr(GBytes) clean = gw_picture_clean(raw, n, &job->stored.kind, error);
  if (!clean)
    return FALSE;
  g_autofree char *hash = gw_hash_hex(g_bytes_get_data(clean, NULL), g_bytes_get_size(clean));
  g_strlcpy(job->stored.hash, hash, sizeof job->stored.hash);
  job->stored.bytes = g_bytes_get_size(clean);
  g_autofree char *folder = folder_of(files->media, hash);
  g_autofree char *path = gw_files_path(files, hash, gw_picture_kind_name(job->stored.kind));
  g_autofree char *temporary = g_strdup_printf("%s/.new-%d-%" G_GUINT64_FORMAT, folder, (int)getpid(), ++files->last_temporary);
  gboolean made = g_mkdir(folder, 0750) == 0;
  gboolean ok = (made || errno == EEXIST) && (!made || sync_folder(files->media)) && write_temporary(temporary, clean) &&
                g_rename(temporary, path) == 0 && sync_folder(folder);
  if (ok)
    return TRUE;
  gw_warning("a picture of %" G_GSIZE_FORMAT " bytes could not be written: %s", n, g_strerror(errno));
  (void)g_unlink(temporary);
  gw_say_error(error, GW_SAY_FILES_STORAGE);
  return FALSE;
}

static gpointer file_thread(gpointer p) {
  GwFiles *files = p;
  for (;;) {
    Job *job = gw_lane_pop_until(files->lane, 0);
    if (!job && gw_lane_is_closed(files->lane))
      return NULL;
    if (!job)
      continue;
    (void)store(files, job, &job->error);
    gw_post(NULL, on_done, job, job_free);
  }
}

GwFiles *gw_files_start(const char *media, GError **error) {
  if (g_mkdir_with_parents(media, 0750) != 0 || g_access(media, W_OK | X_OK) != 0) {
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "cannot write into the media folder %s: %s", media, g_strerror(errno));
    return NULL;
  }
  GwFiles *files = g_new0(GwFiles, 1);
  files->media = g_strdup(media);
  files->lane = gw_lane_new(GW_LIMIT_FILE_QUEUE, job_free);
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
  g_free(files->media);
  g_free(files);
}

gboolean gw_files_store(GwFiles *files, GBytes *picture, GwFileFunc done, gpointer user) {
  Job *job = g_new0(Job, 1);
  *job = (Job){.picture = g_bytes_ref(picture), .done = done, .user = user};
  if (gw_lane_push(files->lane, job))
    return TRUE;
  job_free(job);
  return FALSE;
}

char *gw_files_path(GwFiles *files, const char *hash, const char *kind) {
  return g_strdup_printf("%s/%.2s/%s.%s", files->media, hash, hash, kind);
}
