#include "daemon/net/readers.h"

#include "daemon/base/lane.h"
#include "daemon/base/log.h"
#include "daemon/base/post.h"
#include "daemon/net/limits.h"
#include "daemon/net/sentence.h"

struct GwReaders {
  GwLane *lane; /* element: Job */
  GPtrArray *threads; /* GThread */
  GPtrArray *connections; /* GwDb, one a thread */
};

typedef struct {
  GwReadWork work;
  GwReadDone done;
  gpointer data;
  GError *error;
} Job;

typedef struct {
  GwLane *lane; /* lent */
  GwDb *db; /* lent */
} Seat;

static void job_free(gpointer p) {
  Job *job = p;
  g_clear_error(&job->error);
  g_free(job);
}

static void on_done(gpointer p) {
  Job *job = p;
  job->done(job->data, job->error);
}

static gboolean run_in_transaction(GwDb *db, Job *job, GError **error) {
  if (!gw_db_exec(db, "begin", error))
    return FALSE;
  gboolean ok = job->work(db, job->data, error);
  /* Nothing was written: how it ends changes nothing, but an interrupted transaction may be gone already. */
  if (gw_db_in_transaction(db))
    (void)gw_db_exec(db, "rollback", NULL);
  return ok;
}

static gpointer reader_thread(gpointer p) {
  g_autofree Seat *seat = p;
  for (;;) {
    Job *job = gw_lane_pop_until(seat->lane, 0);
    if (!job && gw_lane_is_closed(seat->lane))
      return NULL;
    if (!job)
      continue;
    if (gw_lane_is_closed(seat->lane))
      g_set_error_literal(&job->error, GW_ERROR, GW_CODE_UNAVAILABLE, "The center is stopping.");
    else if (!run_in_transaction(seat->db, job, &job->error) && !job->error)
      gw_say_error(&job->error, GW_SAY_NO_SUCH_OBJECT);
    gw_post(NULL, on_done, job, job_free);
  }
}

GwReaders *gw_readers_start(const char *database, int threads, GError **error) {
  GwReaders *readers = g_new0(GwReaders, 1);
  readers->lane = gw_lane_new(GW_LIMIT_READ_QUEUE, job_free);
  readers->threads = g_ptr_array_new();
  readers->connections = g_ptr_array_new_with_free_func((GDestroyNotify)gw_db_close);
  for (int i = 0; i < threads; i++) {
    GwDb *db = gw_db_open(database, GW_DB_READ, error);
    if (!db) {
      gw_readers_free(readers);
      return NULL;
    }
    g_ptr_array_add(readers->connections, db);
    Seat *seat = g_new(Seat, 1);
    *seat = (Seat){readers->lane, db};
    g_ptr_array_add(readers->threads, g_thread_new("reader", reader_thread, seat));
  }
  return readers;
}

void gw_readers_close(GwReaders *readers) {
  if (!readers)
    return;
  gw_lane_close(readers->lane);
  for (guint i = 0; i < readers->threads->len; i++)
    g_thread_join(g_ptr_array_index(readers->threads, i));
  g_ptr_array_set_size(readers->threads, 0);
}

void gw_readers_free(GwReaders *readers) {
  if (!readers)
    return;
  gw_readers_close(readers);
  g_ptr_array_free(readers->threads, TRUE);
  g_ptr_array_free(readers->connections, TRUE);
  gw_lane_free(readers->lane);
  g_free(readers);
}

gboolean gw_readers_run(GwReaders *readers, GwReadWork work, GwReadDone done, gpointer data) {
  Job *job = g_new0(Job, 1);
  *job = (Job){.work = work, .done = done, .data = data};
  if (gw_lane_push(readers->lane, job))
    return TRUE;
  job_free(job);
  return FALSE;
}

gsize gw_readers_waiting(GwReaders *readers) {
  return gw_lane_length(readers->lane);
}
