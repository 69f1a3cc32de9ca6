#include "pipelines/live.h"

#include "daemon/base/clock.h"
#include "daemon/base/post.h"

#include <string.h>

#define TICK_MS 250

struct GwLive {
  GwLiveOut out;
  GwCameras *cameras;
  GwViews *views;
  GwClips *clips;
  guint tick_source;
  gint is_woken; /* atomic: a drain is on its way */
};

/* ---- waking ---- */

static void drain(gpointer p) {
  GwLive *live = p;
  g_atomic_int_set(&live->is_woken, 0);
  gw_views_drain(live->views);
  gw_clips_drain(live->clips);
}

/* One wake-up for all views, however many have something. */
void gw_live_woken(gpointer p) {
  GwLive *live = p;
  if (g_atomic_int_compare_and_exchange(&live->is_woken, 0, 1))
    gw_post(NULL, drain, live, NULL);
}

static gboolean on_tick(gpointer p) {
  GwLive *live = p;
  gw_views_tick(live->views, gw_clock_mono_us());
  gw_clips_tick(live->clips, gw_clock_mono_us());
  return G_SOURCE_CONTINUE;
}

/* ---- out ---- */

static gboolean show(json_t *message, const guint8 *data, gsize bytes, gpointer user) {
  GwLive *live = user;
  return live->out.show(message, data, bytes, live->out.user);
}

static gboolean has_room(gsize bytes, gpointer user) {
  GwLive *live = user;
  return live->out.has_room(bytes, live->out.user);
}

static void end_view(json_t *message, gpointer user) {
  GwLive *live = user;
  live->out.end_view(message, live->out.user);
}

static GwOutlet *outlet_of(GwId camera, gpointer user) {
  GwLive *live = user;
  return gw_cameras_outlet(live->cameras, camera);
}

static gboolean is_live(GwId camera, gpointer user) {
  GwLive *live = user;
  return gw_cameras_is_live(live->cameras, camera);
}

static gboolean say(json_t *message, GBytes *bytes, gpointer user) {
  GwLive *live = user;
  return live->out.say(message, bytes, live->out.user);
}

/* ---- in ---- */

gboolean gw_live_message(GwLive *live, const char *type, json_t *message, const char **ret_reason) {
  if (strcmp(type, "view.open") == 0)
    gw_views_open(live->views, message, ret_reason);
  else if (strcmp(type, "view.close") == 0)
    gw_views_close(live->views, message);
  else
    return gw_clips_message(live->clips, type, message, ret_reason);
  return TRUE;
}

void gw_live_camera_gone(GwLive *live, GwId camera) {
  gw_views_camera_gone(live->views, camera);
  gw_clips_camera_gone(live->clips, camera);
}

void gw_live_add_figures(GwWorkerFigures *figures, gpointer p) {
  GwLive *live = p;
  gw_views_figures(live->views, &figures->views);
}

void gw_live_set_cameras(GwLive *live, GwCameras *cameras) {
  live->cameras = cameras;
}

GwLive *gw_live_new(const GwSideRoom *room, const GwLiveOut *out) {
  GwLive *live = g_new0(GwLive, 1);
  const GwViewsOut views_out = {show, has_room, end_view, outlet_of, live};
  const GwClipsOut clips_out = {say, outlet_of, is_live, live};
  live->out = *out;
  live->views = gw_views_new(room, &views_out, gw_live_woken, live);
  live->clips = gw_clips_new(room, &clips_out, gw_live_woken, live);
  live->tick_source = g_timeout_add(TICK_MS, on_tick, live);
  return live;
}

void gw_live_free(GwLive *live) {
  if (!live)
    return;
  g_source_remove(live->tick_source);
  gw_views_free(live->views);
  gw_clips_free(live->clips);
  g_free(live);
}
