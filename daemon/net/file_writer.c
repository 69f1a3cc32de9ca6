/* A large file on its way to the disk: hashed as it comes, under its name only when it is whole and synced. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/post.h"
#include "daemon/base/token.h"
#include "daemon/net/files_private.h"
#include "daemon/net/sentence.h"

/* Made and counted by the owner; between a job's beginning and its end it is the file thread's. */
struct GwFileWriter {
  GwFiles *files;
  char *path; /* of the temporary file; NULL: none yet */
  int fd;     /* -1: not open */
  gsize bytes;
  gboolean is_over; /* nobody's any more, and the thread had no room to be told */
  crypto_generichash_state hash;
};

typedef struct {
  GwFileJob job;
  GwFileWriter *writer;
  GBytes *piece; /* NULL: the end */
  GwFileWritten done;
  gpointer user;
  GError *error;
  char hash[GW_HASH_HEX + 1];
  gsize bytes;
} Step;

static void let_go(GwFileWriter *writer) {
  if (writer->fd >= 0)
    close(writer->fd);
  if (writer->path)
    (void)g_unlink(writer->path);
  writer->fd = -1;
  g_clear_pointer(&writer->path, g_free);
}

void gw_file_writer_free(gpointer p) {
  let_go(p);
  g_free(p);
}

static void step_free(gpointer p) {
  Step *step = p;
  g_clear_pointer(&step->piece, g_bytes_unref);
  g_clear_error(&step->error);
  g_free(step);
}

static void answer(gpointer p) {
  Step *step = p;
  step->done(step->error || !*step->hash ? NULL : step->hash, step->bytes, step->error, step->user);
}

static void fail(Step *step) {
  gw_warning("a large file could not be written: %s", g_strerror(errno));
  gw_say_error(&step->error, GW_SAY_FILES_STORAGE);
}

/* ---- on the file thread ---- */

static gboolean is_mp4(GBytes *piece) {
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data(piece, &n);
  return n >= 8 && memcmp(bytes + 4, "ftyp", 4) == 0;
}

static gboolean leaves_spare(const GwFiles *files, gsize n) {
  struct statvfs disk;
  if (statvfs(files->media, &disk) != 0)
    return FALSE;
  if ((guint64)disk.f_bavail * disk.f_frsize >= n + GW_FILES_SPARE_BYTES)
    return TRUE;
  errno = ENOSPC;
  return FALSE;
}

static gboolean open_it(GwFiles *files, GwFileWriter *writer) {
  writer->path = gw_files_temporary(files);
  writer->fd = open(writer->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
  crypto_generichash_init(&writer->hash, NULL, 0, GW_HASH_BYTES);
  return writer->fd >= 0;
}

static void write_piece(GwFiles *files, GwFileJob *job) {
  Step *step = (Step *)job;
  GwFileWriter *writer = step->writer;
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data(step->piece, &n);
  if ((writer->fd < 0 && !is_mp4(step->piece)) || writer->bytes + n > GW_LIMIT_LARGE_FILE_BYTES) {
    gw_say_error(&step->error, GW_SAY_CLIP_WANTED);
    return;
  }
  if (!leaves_spare(files, n) || (writer->fd < 0 && !open_it(files, writer)) ||
      !gw_files_write_all(writer->fd, bytes, n)) {
    fail(step);
    return;
  }
  crypto_generichash_update(&writer->hash, bytes, n);
  writer->bytes += n;
}

static void finish(GwFiles *files, GwFileJob *job) {
  Step *step = (Step *)job;
  GwFileWriter *writer = step->writer;
  guint8 hash[GW_HASH_BYTES];
  if (writer->fd < 0) {
    gw_say_error(&step->error, GW_SAY_CLIP_WANTED);
    return;
  }
  crypto_generichash_final(&writer->hash, hash, sizeof hash);
  sodium_bin2hex(step->hash, sizeof step->hash, hash, sizeof hash);
  step->bytes = writer->bytes;
  gboolean synced = fsync(writer->fd) == 0;
  synced = close(writer->fd) == 0 && synced;
  writer->fd = -1;
  if (synced && gw_files_name(files, writer->path, step->hash, "mp4"))
    g_clear_pointer(&writer->path, g_free); /* it has its name now */
  else
    fail(step);
}

static void end_it(GwFiles *files, GwFileJob *job) {
  finish(files, job);
  gw_file_writer_free(g_steal_pointer(&((Step *)job)->writer));
}

static void drop_it(GwFiles *files, GwFileJob *job) {
  gw_file_writer_free(g_steal_pointer(&((Step *)job)->writer));
}

/* ---- on the owner ---- */

static Step *step_new(GwFileWriter *writer, GBytes *piece, GwFileWritten done, gpointer user) {
  Step *step = g_new0(Step, 1);
  step->job.free = step_free;
  step->job.answer = done ? answer : NULL;
  step->writer = writer;
  step->piece = piece ? g_bytes_ref(piece) : NULL;
  step->done = done;
  step->user = user;
  return step;
}

/* FALSE: the thread takes nothing; whoever waits is told so. */
static gboolean push(GwFiles *files, Step *step) {
  if (gw_lane_push(files->lane, step))
    return TRUE;
  gw_say_error(&step->error, GW_SAY_FILES_BUSY);
  if (step->job.answer)
    gw_post(NULL, answer, step, step_free);
  else
    step_free(step);
  return FALSE;
}

/* FALSE: not now. */
static gboolean let_thread_free(GwFiles *files, GwFileWriter *writer) {
  Step *step = step_new(writer, NULL, NULL, NULL);
  step->job.work = drop_it;
  if (gw_lane_push(files->lane, step))
    return TRUE;
  step_free(step);
  return FALSE;
}

static void let_go_of_those_over(GwFiles *files) {
  for (guint i = files->writers->len; i > 0; i--) {
    GwFileWriter *writer = g_ptr_array_index(files->writers, i - 1);
    if (writer->is_over && let_thread_free(files, writer))
      g_ptr_array_steal_index_fast(files->writers, i - 1);
  }
}

GwFileWriter *gw_files_begin(GwFiles *files) {
  let_go_of_those_over(files);
  if (files->writers->len >= GW_LIMIT_FILE_WRITERS)
    return NULL;
  GwFileWriter *writer = g_new0(GwFileWriter, 1);
  writer->files = files;
  writer->fd = -1;
  g_ptr_array_add(files->writers, writer);
  return writer;
}

void gw_files_write(GwFileWriter *writer, GBytes *piece, GwFileWritten done, gpointer user) {
  Step *step = step_new(writer, piece, done, user);
  step->job.work = write_piece;
  (void)push(writer->files, step);
}

/* The step is its last: the file thread frees it.  One that the thread does not take waits for the next beginning. */
static void push_last(GwFileWriter *writer, Step *step) {
  GwFiles *files = writer->files;
  guint at = 0;
  if (!push(files, step))
    writer->is_over = TRUE;
  else if (g_ptr_array_find(files->writers, writer, &at))
    g_ptr_array_steal_index_fast(files->writers, at);
}

void gw_files_end(GwFileWriter *writer, GwFileWritten done, gpointer user) {
  Step *step = step_new(writer, NULL, done, user);
  step->job.work = end_it;
  push_last(writer, step);
}

void gw_files_drop(GwFileWriter *writer) {
  if (!writer)
    return;
  Step *step = step_new(writer, NULL, NULL, NULL);
  step->job.work = drop_it;
  push_last(writer, step);
}
