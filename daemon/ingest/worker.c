/* One worker's life: start, hello, death, start again. */
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ingest/ingest_private.h"

#define FIRST_RESTART_MS 200
#define SLOWEST_RESTART_MS 30000
#define HEALTHY_US (30 * GW_SEC)      /* who lived that long begins with a clean slate */
#define HELLO_WITHIN_US (20 * GW_SEC) /* GStreamer may have to build its registry first */
#define STALL_MS 3000

const char *gw_job_name(GwJob job) {
  return job == GW_JOB_CAMERAS ? "cameras" : "checkins";
}

void gw_worker_init(GwWorker *worker, GwIngest *ingest, GwJob job) {
  *worker = (GwWorker){.ingest = ingest, .job = job, .since_us = gw_clock_real_us()};
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

static void tell_down(GwWorker *worker, const char *cause) {
  json_t *body = json_pack("{s:s, s:s}", "job", gw_job_name(worker->job), "cause", cause);
  gw_ingest_observe(worker->ingest, "worker.down", body, NULL, 0, NULL, NULL, NULL);
  if (worker->ingest->config.on_worker)
    worker->ingest->config.on_worker(gw_job_name(worker->job), FALSE, worker->ingest->config.user);
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
  gw_info("Worker %s starts again in %u ms", gw_job_name(worker->job), wait_ms);
}

static void went_down(GwWorker *worker, const char *reason) {
  const gboolean was_up = worker->is_up;
  worker->is_up = FALSE;
  worker->since_us = gw_clock_real_us();
  if (worker->job == GW_JOB_CAMERAS)
    gw_cameras_on_down(worker->ingest);
  else
    gw_checkins_on_down(worker->ingest);
  if (was_up)
    tell_down(worker, reason);
}

static void on_gone(GwChild *child, const char *reason, gpointer user) {
  GwWorker *worker = user;
  gw_warning("Worker %s is gone: %s", gw_job_name(worker->job), reason);
  worker->child = NULL;
  if (gw_clock_mono_us() - worker->started_mono_us > HEALTHY_US)
    worker->failures = 0;
  worker->restarts++;
  went_down(worker, reason);
  gw_child_free(child);
  start_later(worker);
}

static void on_hello(GwWorker *worker, json_t *message) {
  if (worker->is_up)
    return;
  if (gw_msg_int(message, "v") != 1) {
    gw_child_kill(worker->child, "it speaks another version of the link");
    return;
  }
  worker->is_up = TRUE;
  worker->since_us = gw_clock_real_us();
  const char *gstreamer = gw_msg_text(message, "gstreamer");
  gw_info("Worker %s is up, process %d, %s", gw_job_name(worker->job), (int)gw_child_pid(worker->child),
          gstreamer ? gstreamer : "?");
  json_t *body = json_pack("{s:s, s:i, s:s}", "job", gw_job_name(worker->job), "pid",
                           (int)gw_child_pid(worker->child), "gstreamer", gstreamer ? gstreamer : "");
  gw_ingest_observe(worker->ingest, "worker.up", body, NULL, 0, NULL, NULL, NULL);
  if (worker->job == GW_JOB_CAMERAS)
    gw_cameras_on_hello(worker->ingest);
  else
    gw_checkins_on_hello(worker->ingest);
  if (worker->ingest->config.on_worker)
    worker->ingest->config.on_worker(gw_job_name(worker->job), TRUE, worker->ingest->config.user);
}

static void log_line(GwWorker *worker, json_t *message) {
  const char *text = gw_msg_text(message, "text");
  const gint64 level = gw_msg_int(message, "level");
  if (text)
    gw_log(level <= GW_LOG_ERROR     ? GW_LOG_ERROR
           : level <= GW_LOG_WARNING ? GW_LOG_WARNING
           : level <= GW_LOG_INFO    ? GW_LOG_INFO
                                     : GW_LOG_DEBUG,
           "%s: %.400s", gw_job_name(worker->job), text);
}

static void on_control(GwLink *link, json_t *message, const guint8 *data, gsize bytes, gpointer user) {
  GwWorker *worker = gw_child_user(user);
  const char *type = gw_msg_text(message, "type");
  if (strcmp(type, "hello") == 0)
    on_hello(worker, message);
  else if (strcmp(type, "log") == 0)
    log_line(worker, message);
  else if (worker->is_up && worker->job == GW_JOB_CAMERAS)
    gw_cameras_on_message(worker->ingest, type, message);
  else if (worker->is_up)
    gw_checkins_on_message(worker->ingest, type, message, data, bytes);
}

static void on_media(GwLink *link, json_t *message, const guint8 *data, gsize bytes, gpointer user) {
  GwWorker *worker = gw_child_user(user);
  if (worker->is_up && worker->job == GW_JOB_CAMERAS)
    gw_cameras_on_media(worker->ingest, gw_msg_text(message, "type"), message, data, bytes);
}

static json_t *hello(const GwWorker *worker) {
  const GwIngestConfig *config = &worker->ingest->config;
  return json_pack("{s:s, s:i, s:s, s:s, s:i, s:i, s:i}", "type", "hello", "v", 1, "worker",
                   gw_job_name(worker->job), "job", gw_job_name(worker->job), "connects",
                   config->connects > 0 ? config->connects : 16, "connects_per_host",
                   config->connects_per_host > 0 ? config->connects_per_host : 4, "stall_ms", STALL_MS);
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
  if (!g_queue_is_empty(&worker->ingest->waiting))
    gw_worker_pause(worker, TRUE);
  (void)gw_worker_send(worker, hello(worker), NULL, 0); /* an empty queue takes it */
}

void gw_worker_hang_up(GwWorker *worker) {
  worker->is_up = FALSE;
  if (worker->child)
    gw_child_hang_up(worker->child);
}

void gw_worker_stop(GwWorker *worker, GwUsec wait_us) {
  g_clear_handle_id(&worker->restart_timer, g_source_remove);
  worker->is_up = FALSE;
  gw_child_end(g_steal_pointer(&worker->child), wait_us);
}

void gw_worker_tick(GwWorker *worker, GwUsec now_mono_us) {
  const gboolean is_listened_to =
      g_queue_is_empty(&worker->ingest->waiting); /* else its hello may wait here */
  if (worker->child && gw_child_control(worker->child) && !worker->is_up && is_listened_to &&
      now_mono_us - worker->started_mono_us > HELLO_WITHIN_US)
    gw_child_kill(worker->child, "it did not say hello");
}
