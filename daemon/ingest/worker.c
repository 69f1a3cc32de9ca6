/* One worker's life: start, hello, death, start again. */
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ingest/ingest_private.h"

#define FIRST_RESTART_MS 200
#define SLOWEST_RESTART_MS 30000
#define HEALTHY_US (30 * GW_SEC)      /* who lived that long begins with a clean slate */
#define HELLO_WITHIN_US (20 * GW_SEC) /* GStreamer may have to build its registry first */
#define SILENT_S 12                   /* gauges come once a second */
#define STALL_MS 3000
#define CONNECTS 16
#define CONNECTS_PER_HOST 4

const char *gw_job_name(GwJob job) {
  return job == GW_JOB_CAMERAS ? "cameras" : "checkins";
}

GwWorker *gw_worker_new(GwIngest *ingest, GwJob job, guint number) {
  GwWorker *worker = g_new0(GwWorker, 1);
  *worker = (GwWorker){.ingest = ingest, .job = job, .since_us = gw_clock_real_us()};
  g_queue_init(&worker->untold);
  worker->name = number > 1 ? g_strdup_printf("%s-%u", gw_job_name(job), number) : g_strdup(gw_job_name(job));
  return worker;
}

void gw_worker_free(GwWorker *worker) {
  if (!worker)
    return;
  gw_cameras_forget_untold(worker);
  json_decref(worker->gauges);
  g_free(worker->name);
  g_free(worker);
}

gboolean gw_worker_send(GwWorker *worker, json_t *message_new, const guint8 *data, gsize bytes) {
  GwLink *link = worker->child ? gw_child_control(worker->child) : NULL;
  const gboolean sent = link && gw_link_send(link, message_new, data, bytes);
  json_decref(message_new);
  return sent;
}

void gw_worker_pause(GwWorker *worker, gboolean pause) {
  GwLink *link = worker->child ? gw_child_control(worker->child) : NULL;
  if (link)
    gw_link_pause(link, pause);
}

/* The body of worker.up and worker.down: who, and for whom it watches. */
static json_t *who(GwWorker *worker) {
  json_t *body = json_pack("{s:s, s:s}", "job", gw_job_name(worker->job), "worker", worker->name);
  if (worker->job == GW_JOB_CAMERAS)
    json_object_set_new(body, "camera_ids", gw_workers_camera_ids(worker));
  return body;
}

static void tell_down(GwWorker *worker, const char *cause) {
  json_t *body = who(worker);
  json_object_set_new(body, "cause", json_string(cause));
  gw_ingest_observe(worker->ingest, "worker.down", body, NULL, 0, NULL, NULL, NULL);
  if (worker->ingest->config.on_worker)
    worker->ingest->config.on_worker(worker->name, FALSE, worker->ingest->config.user);
}

static gboolean on_restart(gpointer user) {
  GwWorker *worker = user;
  worker->restart_timer = 0;
  gw_worker_start(worker);
  return G_SOURCE_REMOVE;
}

static void start_later(GwWorker *worker) {
  const guint wait_ms = MIN((guint)FIRST_RESTART_MS << MIN(worker->failures, 8), SLOWEST_RESTART_MS);
  worker->failures++;
  worker->restart_timer = g_timeout_add(wait_ms, on_restart, worker);
  gw_info("Worker %s starts again in %u ms", worker->name, wait_ms);
}

static void went_down(GwWorker *worker, const char *reason) {
  const gboolean was_up = worker->is_up;
  worker->is_up = FALSE;
  worker->since_us = gw_clock_real_us();
  worker->has_spoken = FALSE;
  worker->has_figures = FALSE;
  if (worker->job == GW_JOB_CAMERAS)
    gw_cameras_on_down(worker);
  else
    gw_checkins_on_down(worker->ingest);
  if (was_up)
    tell_down(worker, reason);
}

static void on_gone(GwChild *child, const char *reason, gpointer user) {
  GwWorker *worker = user;
  worker->child = NULL;
  if (gw_workers_forget(worker)) {
    gw_child_free(child);
    return;
  }
  gw_warning("Worker %s is gone: %s", worker->name, reason);
  if (gw_clock_mono_us() - worker->started_mono_us > HEALTHY_US)
    worker->failures = 0;
  worker->restarts++;
  went_down(worker, reason);
  gw_child_free(child);
  start_later(worker);
}

static void on_hello(GwWorker *worker, json_t *message) {
  if (worker->is_up || worker->is_retired)
    return;
  if (gw_msg_int(message, "v") != 1) {
    gw_child_kill(worker->child, "it speaks another version of the link");
    return;
  }
  if (worker->job == GW_JOB_CAMERAS)
    gw_workers_join(worker); /* before it counts as up: what it takes over is told below, with the rest */
  worker->is_up = TRUE;
  worker->since_us = gw_clock_real_us();
  const char *gstreamer = gw_msg_text(message, "gstreamer");
  gw_info("Worker %s is up, process %d, %s", worker->name, (int)gw_child_pid(worker->child),
          gstreamer ? gstreamer : "?");
  json_t *body = who(worker);
  json_object_set_new(body, "pid", json_integer(gw_child_pid(worker->child)));
  json_object_set_new(body, "gstreamer", json_string(gstreamer && strlen(gstreamer) <= 80 ? gstreamer : ""));
  gw_ingest_observe(worker->ingest, "worker.up", body, NULL, 0, NULL, NULL, NULL);
  if (worker->job == GW_JOB_CAMERAS)
    gw_cameras_on_hello(worker);
  else
    gw_checkins_on_hello(worker->ingest);
  if (worker->ingest->config.on_worker)
    worker->ingest->config.on_worker(worker->name, TRUE, worker->ingest->config.user);
}

static void log_line(GwWorker *worker, json_t *message) {
  const char *text = gw_msg_text(message, "text");
  const gint64 level = gw_msg_int(message, "level");
  if (text)
    gw_log(level <= GW_LOG_ERROR     ? GW_LOG_ERROR
           : level <= GW_LOG_WARNING ? GW_LOG_WARNING
           : level <= GW_LOG_INFO    ? GW_LOG_INFO
                                     : GW_LOG_DEBUG,
           "%s: %.400s", worker->name, text);
}

static void on_control(GwLink *link, json_t *message, const guint8 *data, gsize bytes, gpointer user) {
  GwWorker *worker = gw_child_user(user);
  const char *type = gw_msg_text(message, "type");
  if (strcmp(type, "hello") == 0)
    on_hello(worker, message);
  else if (strcmp(type, "log") == 0)
    log_line(worker, message);
  else if (worker->is_up && worker->job == GW_JOB_CAMERAS)
    gw_cameras_on_message(worker, type, message, data, bytes);
  else if (worker->is_up)
    gw_checkins_on_message(worker->ingest, type, message, data, bytes);
}

static void on_media(GwLink *link, json_t *message, const guint8 *data, gsize bytes, gpointer user) {
  GwWorker *worker = gw_child_user(user);
  if (worker->is_up && worker->job == GW_JOB_CAMERAS)
    gw_ingest_media_on_message(worker, gw_msg_text(message, "type"), message, data, bytes);
}

/* Its part of what all workers have together; at least 1 where there is anything to share. */
static gint64 share(GwWorker *worker, gint64 whole) {
  const guint n = worker->ingest->workers->len;
  return whole > 0 ? MAX(whole / MAX(n, 1), 1) : 0;
}

static void add_eyes(GwWorker *worker, json_t *message) {
  const GwIngestConfig *config = &worker->ingest->config;
  json_object_set_new(message, "ring_seconds", json_integer(MAX(config->ring_seconds, 0)));
  json_object_set_new(message, "ring_bytes", json_integer(share(worker, config->ring_bytes)));
  json_object_set_new(message, "looks_per_s", json_integer(share(worker, config->looks_per_s)));
  if (config->look_every_ms > 0)
    json_object_set_new(message, "look_every_ms", json_integer(config->look_every_ms));
  if (config->suspect_every_ms > 0)
    json_object_set_new(message, "suspect_every_ms", json_integer(config->suspect_every_ms));
}

void gw_worker_hello(GwWorker *worker) {
  const GwIngestConfig *config = &worker->ingest->config;
  const int connects = config->connects > 0 ? config->connects : CONNECTS;
  const int per_host = config->connects_per_host > 0 ? config->connects_per_host : CONNECTS_PER_HOST;
  json_t *message =
      json_pack("{s:s, s:i, s:s, s:s, s:I, s:I, s:i}", "type", "hello", "v", 1, "worker", worker->name, "job",
                gw_job_name(worker->job), "connects", (json_int_t)share(worker, connects),
                "connects_per_host", (json_int_t)share(worker, per_host), "stall_ms", STALL_MS);
  if (worker->job == GW_JOB_CAMERAS)
    add_eyes(worker, message);
  (void)gw_worker_send(worker, message, NULL, 0); /* at the start its queue is empty and takes it */
}

void gw_worker_start(GwWorker *worker) {
  static const GwChildEvents events = {on_control, on_media, on_gone};
  g_autoptr(GError) why = NULL;
  worker->generation++;
  worker->started_mono_us = gw_clock_mono_us();
  worker->child = gw_child_start(worker->ingest->config.program, &events, worker, &why);
  if (!worker->child) {
    gw_warning("%s", why->message);
    start_later(worker);
    return;
  }
  gw_workers_pause(worker->ingest);
  gw_worker_hello(worker);
}

void gw_worker_hang_up(GwWorker *worker) {
  worker->is_up = FALSE;
  if (worker->child)
    gw_child_hang_up(worker->child);
}

void gw_worker_stop(GwWorker *worker, GwUsec wait_us) {
  g_clear_handle_id(&worker->restart_timer, g_source_remove);
  gw_cameras_forget_untold(worker);
  worker->is_up = FALSE;
  gw_child_end(g_steal_pointer(&worker->child), wait_us);
}

void gw_worker_kill(GwWorker *worker, const char *reason) {
  if (worker->child && gw_child_control(worker->child))
    gw_child_kill(worker->child, reason);
}

/* It lives and has cameras that it calls live, yet its gauges have stopped: it hangs. */
static gboolean is_silent(const GwWorker *worker) {
  return worker->is_up && worker->has_spoken && worker->silent_s > SILENT_S && gw_workers_live(worker) > 0;
}

void gw_worker_tick(GwWorker *worker, GwUsec now_mono_us) {
  worker->silent_s++;
  if (gw_workers_are_paused(worker->ingest))
    worker->silent_s = 0; /* its words wait in the socket */
  else if (worker->child && gw_child_control(worker->child) && !worker->is_up &&
           now_mono_us - worker->started_mono_us > HELLO_WITHIN_US)
    gw_child_kill(worker->child, "it did not say hello");
  else if (is_silent(worker))
    gw_worker_kill(worker, "it says nothing any more");
}
