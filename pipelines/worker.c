#include "pipelines/worker.h"

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/base/log.h"
#include "daemon/base/post.h"
#include "daemon/link/frame.h"
#include "pipelines/cameras.h"
#include "pipelines/doors.h"
#include "pipelines/live.h"
#include "pipelines/probe.h"
#include "pipelines/ptz/ptz.h"
#include "pipelines/sight.h"

#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define MEDIA_QUEUE_BYTES (2 * 1024 * 1024) /* stills older than this are dropped, not queued */
#define VIDEO_QUEUE_BYTES (6 * 1024 * 1024) /* so is video; what is left is for the words about it */
#define LOSSY_QUEUE_BYTES (1024 * 1024)     /* gauges are dropped while more than this waits */
#define STALL_MS_DEFAULT 3000
#define CONNECTS_DEFAULT 16
#define CONNECTS_PER_HOST_DEFAULT 4
#define RING_SECONDS_DEFAULT 12
#define RING_SECONDS_MOST 600
#define RING_BYTES_DEFAULT (256 * 1024 * 1024)
#define LOOKS_PER_S_MOST 10000
#define LOOK_EVERY_MS_DEFAULT 10000
#define SUSPECT_EVERY_MS_DEFAULT 2000
#define LOOK_THREADS 2
#define QUIT_US (1500 * GW_MS)

typedef struct Worker {
  GMainLoop *loop;
  GwLink *control, *media; /* NULL once ended */
  char *name;
  gboolean greeted;
  GwGate *hosts, *gate;
  GwReaper *reaper;
  GwSight *sight;
  GwCameras *cameras; /* job cameras */
  GwLive *live;
  GwProbes *probes;
  GwPtz *ptz;
  GwDoors *doors; /* job checkins */
} Worker;

/* ---- saying ---- */

/* Takes the message.  Gauges give way to everything else. */
static void say(json_t *message, gpointer user) {
  Worker *w = user;
  const gboolean lossy = strcmp(json_string_value(json_object_get(message, "type")), "gauges") == 0;
  if (w->control && !(lossy && gw_link_queued_bytes(w->control) > LOSSY_QUEUE_BYTES) &&
      !gw_link_send(w->control, message, NULL, 0) && !lossy) {
    gw_error("the daemon does not read: this worker ends, so that it is started anew");
    g_main_loop_quit(w->loop);
  }
  json_decref(message);
}

static gboolean say_with_bytes(json_t *message, GBytes *bytes, gpointer user) {
  Worker *w = user;
  gsize n = 0;
  const guint8 *data = bytes ? g_bytes_get_data(bytes, &n) : NULL;
  const gboolean sent = w->control && gw_link_send(w->control, message, data, n);
  json_decref(message);
  return sent;
}

/* What was seen; a daemon that does not take it has stopped reading. */
static gboolean say_seen(json_t *message, GBytes *bytes, gpointer user) {
  Worker *w = user;
  const gboolean sent = say_with_bytes(message, bytes, w);
  if (!sent && w->control) {
    gw_error("the daemon does not read: this worker ends, so that it is started anew");
    g_main_loop_quit(w->loop);
  }
  return sent;
}

static gsize waiting_bytes(gpointer user) {
  Worker *w = user;
  return w->control ? gw_link_queued_bytes(w->control) : 0;
}

static void say_log(Worker *w, GwLogLevel level, const char *text) {
  say(json_pack("{s:s,s:i,s:s}", "type", "log", "level", (int)level, "text", text), w);
}

static void show(json_t *message, GBytes *picture, gpointer user) {
  Worker *w = user;
  gsize n = 0;
  const guint8 *data = g_bytes_get_data(picture, &n);
  if (w->media && gw_link_queued_bytes(w->media) + n <= MEDIA_QUEUE_BYTES)
    (void)gw_link_send(w->media, message, data, n); /* a picture may be lost */
  json_decref(message);
}

static gboolean has_room(gsize bytes, gpointer user) {
  Worker *w = user;
  return w->media && gw_link_queued_bytes(w->media) + bytes <= VIDEO_QUEUE_BYTES;
}

static gboolean show_video(json_t *message, const guint8 *data, gsize bytes, gpointer user) {
  Worker *w = user;
  return w->media && gw_link_send(w->media, message, data, bytes);
}

static void end_view(json_t *message, gpointer user) {
  (void)show_video(message, NULL, 0, user); /* no room: the daemon reads nothing, and asks no more */
  json_decref(message);
}

/* ---- listening ---- */

static int int_or(json_t *message, const char *key, int otherwise) {
  json_t *value = json_object_get(message, key);
  const json_int_t n = json_is_integer(value) ? json_integer_value(value) : 0;
  return n > 0 && n < G_MAXINT ? (int)n : otherwise;
}

/* The same for what may be none at all. */
static gint64 count_or(json_t *message, const char *key, gint64 otherwise) {
  json_t *value = json_object_get(message, key);
  return json_is_integer(value) && json_integer_value(value) >= 0 ? json_integer_value(value) : otherwise;
}

static void watch_cameras(Worker *w, json_t *message) {
  const GwSightConfig config = {
      .ring_us = MIN(count_or(message, "ring_seconds", RING_SECONDS_DEFAULT), RING_SECONDS_MOST) * GW_SEC,
      .ring_bytes = (gsize)count_or(message, "ring_bytes", RING_BYTES_DEFAULT),
      .looker = {.looks_per_s = (guint)MIN(count_or(message, "looks_per_s", 0), LOOKS_PER_S_MOST),
                 .look_every_us = int_or(message, "look_every_ms", LOOK_EVERY_MS_DEFAULT) * GW_MS,
                 .suspect_every_us = int_or(message, "suspect_every_ms", SUSPECT_EVERY_MS_DEFAULT) * GW_MS,
                 .threads = LOOK_THREADS}};
  const GwSightOut out = {say_seen, show, w};
  w->sight = gw_sight_new(&config, &out);
  const GwSideRoom room = {w->hosts, w->gate, w->reaper};
  const GwLiveOut live_out = {show_video, has_room, end_view, say_seen, w};
  w->live = gw_live_new(&room, &live_out);
  const GwCamerasOut cameras_out = {say, w, gw_live_woken, gw_live_add_figures, w->live};
  w->cameras = gw_cameras_new(w->hosts, w->gate, w->reaper, w->sight,
                              int_or(message, "stall_ms", STALL_MS_DEFAULT) * GW_MS, &cameras_out);
  gw_live_set_cameras(w->live, w->cameras);
  w->probes = gw_probes_new(w->hosts, w->gate, w->reaper, say, w);
  w->ptz = gw_ptz_new(say, w);
}

/* Workers were added or stopped: our shares are others. */
static void on_hello_again(Worker *w, json_t *message) {
  gw_gate_set_limits(w->hosts, G_MAXUINT,
                     (guint)int_or(message, "connects_per_host", CONNECTS_PER_HOST_DEFAULT));
  gw_gate_set_limits(w->gate, (guint)int_or(message, "connects", CONNECTS_DEFAULT), G_MAXUINT);
  if (w->sight)
    gw_sight_set_shares(w->sight, (gsize)count_or(message, "ring_bytes", RING_BYTES_DEFAULT),
                        (guint)MIN(count_or(message, "looks_per_s", 0), LOOKS_PER_S_MOST));
}

static void on_hello(Worker *w, json_t *message) {
  const char *name = json_string_value(json_object_get(message, "worker"));
  const char *job = json_string_value(json_object_get(message, "job"));
  if (w->greeted) {
    on_hello_again(w, message);
    return;
  }
  w->greeted = TRUE;
  w->name = g_strdup(name ? name : "worker");
  /* apart, so that knocks at dead hosts, which take seconds, keep no live camera waiting */
  w->hosts = gw_gate_new(G_MAXUINT, (guint)int_or(message, "connects_per_host", CONNECTS_PER_HOST_DEFAULT));
  w->gate = gw_gate_new((guint)int_or(message, "connects", CONNECTS_DEFAULT), G_MAXUINT);
  w->reaper = gw_reaper_new();
  if (g_strcmp0(job, "checkins") == 0) {
    const GwDoorsOut out = {say, say_with_bytes, waiting_bytes, w};
    w->doors = gw_doors_new(w->reaper, &out);
  } else {
    watch_cameras(w, message);
  }
  g_autofree char *version = gst_version_string();
  say(json_pack("{s:s,s:i,s:s,s:i,s:s}", "type", "hello", "v", 1, "worker", w->name, "pid", (int)getpid(),
                "gstreamer", version),
      w);
}

static void on_camera_message(Worker *w, const char *type, json_t *message, const guint8 *data, gsize bytes) {
  const char *reason = NULL;
  if (strcmp(type, "camera.set") == 0) {
    (void)gw_cameras_set(w->cameras, message, &reason);
  } else if (strcmp(type, "camera.remove") == 0) {
    const GwId id = json_integer_value(json_object_get(message, "id"));
    gw_live_camera_gone(w->live, id);
    gw_cameras_remove(w->cameras, id);
  } else if (strcmp(type, "camera.probe") == 0) {
    gw_probes_start(w->probes, message);
  } else if (!gw_ptz_message(w->ptz, type, message, &reason) &&
             !gw_live_message(w->live, type, message, &reason)) {
    (void)gw_sight_message(w->sight, type, message, data, bytes, &reason);
  }
  if (reason)
    say_log(w, GW_LOG_WARNING, reason);
}

static void on_message(GwLink *link, json_t *message, const guint8 *data, gsize bytes, gpointer user) {
  Worker *w = user;
  const char *type = json_string_value(json_object_get(message, "type"));
  if (strcmp(type, "hello") == 0)
    on_hello(w, message);
  else if (strcmp(type, "quit") == 0)
    g_main_loop_quit(w->loop);
  else if (w->cameras)
    on_camera_message(w, type, message, data, bytes);
  else if (w->doors)
    gw_doors_message(w->doors, type, message, data, bytes);
}

static void on_control_closed(GwLink *link, const char *reason, gpointer user) {
  Worker *w = user;
  gw_debug("control link ended: %s", reason);
  g_clear_pointer(&w->control, gw_link_free);
  g_main_loop_quit(w->loop);
}

static void on_media_message(GwLink *link, json_t *message, const guint8 *data, gsize bytes, gpointer user) {
  /* the daemon says nothing here */
}

static void on_media_closed(GwLink *link, const char *reason, gpointer user) {
  Worker *w = user;
  g_clear_pointer(&w->media, gw_link_free);
}

static gboolean on_terminate(gpointer user) {
  g_main_loop_quit(((Worker *)user)->loop);
  return G_SOURCE_CONTINUE;
}

int gw_worker_run(int control_fd, int media_fd) {
  Worker w = {.loop = g_main_loop_new(NULL, FALSE)};
  w.control = gw_link_new(NULL, control_fd, on_message, on_control_closed, &w);
  w.media = gw_link_new(NULL, media_fd, on_media_message, on_media_closed, &w);
  const guint terminate = g_unix_signal_add(SIGTERM, on_terminate, &w);
  g_main_loop_run(w.loop);

  g_source_remove(terminate);
  gw_probes_free(w.probes);
  gw_ptz_free(w.ptz);
  gw_cameras_free(w.cameras);
  gw_live_free(w.live);
  gw_doors_free(w.doors);
  if (!gw_reaper_free(w.reaper, QUIT_US))
    _exit(0); /* a hanging camera must not keep a worker that was told to go */
  gw_sight_free(w.sight);
  gw_gate_free(w.gate);
  gw_gate_free(w.hosts);
  gw_link_free(w.control);
  gw_link_free(w.media);
  g_free(w.name);
  g_main_loop_unref(w.loop);
  return 0;
}
