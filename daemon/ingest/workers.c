/* How many workers watch cameras, and which camera belongs to which.
 *
 * A camera goes to the worker that has the fewest (of those with the same number, the first) and stays.  A
 * worker that is added takes cameras from the fullest only when it has said hello, so that nothing is left
 * unwatched while it starts; one that is stopped leaves its cameras to the emptiest. */
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ingest/ingest_private.h"

#define RETIRED_END_US (3 * GW_SEC) /* one that was asked to end and has not is ended */

void gw_workers_init(GwIngest *ingest) {
  ingest->workers = g_ptr_array_new();
  ingest->retired = g_ptr_array_new();
  ingest->checkins = gw_worker_new(ingest, GW_JOB_CHECKINS, 1);
  const int n = CLAMP(ingest->config.camera_workers, 1, GW_LIMIT_CAMERA_WORKERS);
  for (int i = 1; i <= n; i++) {
    GwWorker *worker = gw_worker_new(ingest, GW_JOB_CAMERAS, (guint)i);
    worker->has_joined = TRUE; /* all begin together */
    g_ptr_array_add(ingest->workers, worker);
  }
}

void gw_workers_clear(GwIngest *ingest) {
  for (guint i = 0; i < ingest->workers->len; i++)
    gw_worker_free(g_ptr_array_index(ingest->workers, i));
  g_ptr_array_unref(ingest->workers);
  g_ptr_array_unref(ingest->retired);
  gw_worker_free(ingest->checkins);
}

/* ---- who has what ---- */

static gint by_id(gconstpointer a, gconstpointer b) {
  const GwId left = *(const GwId *)a, right = *(const GwId *)b;
  return (left > right) - (left < right);
}

GArray *gw_workers_cameras(GwWorker *worker) {
  GArray *ids = g_array_new(FALSE, FALSE, sizeof(GwId));
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init(&iter, worker->ingest->cameras);
  while (g_hash_table_iter_next(&iter, &key, &value))
    if (((GwWatched *)value)->worker == worker)
      g_array_append_vals(ids, key, 1);
  g_array_sort(ids, by_id);
  return ids;
}

json_t *gw_workers_camera_ids(GwWorker *worker) {
  g_autoptr(GArray) ids = gw_workers_cameras(worker);
  json_t *list = json_array();
  for (guint i = 0; i < ids->len; i++)
    json_array_append_new(list, json_integer(g_array_index(ids, GwId, i)));
  return list;
}

guint gw_workers_live(const GwWorker *worker) {
  guint n = 0;
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init(&iter, worker->ingest->cameras);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const GwWatched *watched = value;
    n += watched->worker == worker && g_strcmp0(watched->state, "live") == 0;
  }
  return n;
}

GwWorker *gw_workers_least(GwIngest *ingest) {
  GwWorker *least = NULL;
  for (guint i = 0; i < ingest->workers->len; i++) {
    GwWorker *worker = g_ptr_array_index(ingest->workers, i);
    if (worker->has_joined && (!least || worker->cameras < least->cameras))
      least = worker;
  }
  return least ? least : g_ptr_array_index(ingest->workers, 0);
}

static GwWorker *fullest(GwIngest *ingest) {
  GwWorker *most = g_ptr_array_index(ingest->workers, 0);
  for (guint i = 1; i < ingest->workers->len; i++) {
    GwWorker *worker = g_ptr_array_index(ingest->workers, i);
    if (worker->cameras > most->cameras)
      most = worker;
  }
  return most;
}

GwWorker *gw_workers_find_up(GwIngest *ingest) {
  GwWorker *least = NULL;
  for (guint i = 0; i < ingest->workers->len; i++) {
    GwWorker *worker = g_ptr_array_index(ingest->workers, i);
    if (worker->is_up && (!least || worker->cameras < least->cameras))
      least = worker;
  }
  return least;
}

/* ---- both queues press back on all workers ---- */

gboolean gw_workers_are_paused(const GwIngest *ingest) {
  return ingest->is_full || !g_queue_is_empty((GQueue *)&ingest->waiting);
}

void gw_workers_pause(GwIngest *ingest) {
  const gboolean pause = gw_workers_are_paused(ingest);
  for (guint i = 0; i < ingest->workers->len; i++)
    gw_worker_pause(g_ptr_array_index(ingest->workers, i), pause);
  gw_worker_pause(ingest->checkins, pause);
}

/* ---- more, and fewer ---- */

void gw_workers_join(GwWorker *worker) {
  GwIngest *ingest = worker->ingest;
  gw_cameras_load(ingest); /* whatever was missed */
  if (worker->has_joined)
    return;
  worker->has_joined = TRUE;
  for (GwWorker *from; (from = fullest(ingest))->cameras > worker->cameras + 1;) {
    g_autoptr(GArray) ids = gw_workers_cameras(from);
    gw_cameras_move(ingest, g_array_index(ids, GwId, ids->len - 1), worker); /* who was there longest stays */
  }
}

static void add_one(GwIngest *ingest) {
  GwWorker *worker = gw_worker_new(ingest, GW_JOB_CAMERAS, ingest->workers->len + 1);
  g_ptr_array_add(ingest->workers, worker);
  gw_worker_start(worker);
}

/* Told at once, so that one of the same name that is started meanwhile is not taken for it.  `ids_new` is consumed:
 * what it watched, and others look at from now on. */
static void tell_retired(GwIngest *ingest, const char *name, json_t *ids_new) {
  json_t *body = json_pack("{s:s, s:s, s:s, s:o}", "job", "cameras", "worker", name, "cause", "removed",
                           "camera_ids", ids_new);
  gw_ingest_observe(ingest, "worker.down", body, NULL, 0, NULL, NULL, NULL);
}

static void retire(GwIngest *ingest, GwWorker *worker) {
  gw_info("Worker %s is not needed any more", worker->name);
  tell_retired(ingest, worker->name, gw_workers_camera_ids(worker)); /* before anybody else speaks of them */
  g_autoptr(GArray) ids = gw_workers_cameras(worker);
  for (guint i = 0; i < ids->len; i++)
    gw_cameras_move(ingest, g_array_index(ids, GwId, i), gw_workers_least(ingest));
  gw_clips_on_down(worker);
  gw_probe_on_down(ingest, worker);
  g_clear_handle_id(&worker->restart_timer, g_source_remove);
  worker->is_retired = TRUE;
  worker->retired_mono_us = gw_clock_mono_us();
  if (worker->child) {
    (void)gw_worker_send(worker, json_pack("{s:s}", "type", "quit"), NULL, 0);
    worker->is_up = FALSE;
    g_ptr_array_add(ingest->retired, worker);
  } else {
    gw_worker_free(worker);
  }
}

gboolean gw_workers_forget(GwWorker *worker) {
  if (!worker->is_retired)
    return FALSE;
  g_ptr_array_remove(worker->ingest->retired, worker);
  gw_worker_free(worker);
  return TRUE;
}

void gw_ingest_set_camera_workers(GwIngest *ingest, int n) {
  const guint wanted = (guint)CLAMP(n, 1, GW_LIMIT_CAMERA_WORKERS), before = ingest->workers->len;
  if (!ingest->config.program || !*ingest->config.program)
    return;
  while (ingest->workers->len < wanted)
    add_one(ingest);
  while (ingest->workers->len > wanted)
    retire(ingest, g_ptr_array_steal_index(ingest->workers, ingest->workers->len - 1));
  for (guint i = 0; i < MIN(before, wanted) && before != wanted; i++)
    gw_worker_hello(g_ptr_array_index(ingest->workers, i)); /* its share is another now */
}

int gw_ingest_camera_workers(GwIngest *ingest) {
  return (int)ingest->workers->len;
}

void gw_workers_tick(GwIngest *ingest, GwUsec now_mono_us) {
  for (guint i = 0; i < ingest->workers->len; i++)
    gw_worker_tick(g_ptr_array_index(ingest->workers, i), now_mono_us);
  gw_worker_tick(ingest->checkins, now_mono_us);
  for (guint i = 0; i < ingest->retired->len; i++) {
    GwWorker *worker = g_ptr_array_index(ingest->retired, i);
    if (now_mono_us - worker->retired_mono_us > RETIRED_END_US)
      gw_worker_kill(worker, "it did not end when it was asked to");
  }
}

/* ---- start and end ---- */

/* What an earlier run left behind is not true any more: nothing is seen until a worker says so, and of
 * workers that there are no more, nothing will be. */
static void tell_beginning(GwIngest *ingest) {
  static const char cause[] = "the center starts";
  for (guint i = 0; i < ingest->workers->len; i++) {
    const GwWorker *worker = g_ptr_array_index(ingest->workers, i);
    json_t *body = json_pack("{s:s, s:s, s:s}", "job", "cameras", "worker", worker->name, "cause", cause);
    if (i > 0) /* the first one's is for all cameras */
      json_object_set_new(body, "camera_ids", json_array());
    gw_ingest_observe(ingest, "worker.down", body, NULL, 0, NULL, NULL, NULL);
  }
  json_t *body = json_pack("{s:s, s:s, s:s}", "job", "checkins", "worker", "checkins", "cause", cause);
  gw_ingest_observe(ingest, "worker.down", body, NULL, 0, NULL, NULL, NULL);
  for (guint number = ingest->workers->len + 1; number <= GW_LIMIT_CAMERA_WORKERS; number++) {
    g_autofree char *name = g_strdup_printf("cameras-%u", number);
    tell_retired(ingest, name, json_array());
  }
}

void gw_workers_start(GwIngest *ingest) {
  tell_beginning(ingest);
  if (!ingest->config.program || !*ingest->config.program)
    return;
  for (guint i = 0; i < ingest->workers->len; i++)
    gw_worker_start(g_ptr_array_index(ingest->workers, i));
  gw_worker_start(ingest->checkins);
}

static void for_all(GwIngest *ingest, void (*func)(GwWorker *worker)) {
  for (guint i = 0; i < ingest->workers->len; i++)
    func(g_ptr_array_index(ingest->workers, i));
  for (guint i = 0; i < ingest->retired->len; i++)
    func(g_ptr_array_index(ingest->retired, i));
  func(ingest->checkins);
}

static void end(GwWorker *worker) {
  gw_worker_stop(worker, 2 * GW_SEC);
}

void gw_workers_stop(GwIngest *ingest) {
  for_all(ingest, gw_worker_hang_up); /* all at once: they end side by side */
  for_all(ingest, end);
  for (guint i = 0; i < ingest->retired->len; i++)
    gw_worker_free(g_ptr_array_index(ingest->retired, i));
  g_ptr_array_set_size(ingest->retired, 0);
}
