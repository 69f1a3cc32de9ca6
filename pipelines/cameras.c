#include "pipelines/cameras.h"

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "pipelines/figures.h"

#define TICK_MS 250
#define TICKS_PER_GAUGE 4

struct GwCameras {
  GwCameraRoom room;
  GwSight *sight;
  GHashTable *by_id; /* GwId* -> Entry */
  guint tick_source, ticks;
  GwCamerasOut out;
};

typedef struct Entry {
  GwId id;
  GwCamera *camera;
  GwOutlet *outlet; /* outlives the camera when another one takes its place */
} Entry;

static void entry_free(gpointer p) {
  Entry *entry = p;
  gw_camera_free(entry->camera);
  gw_outlet_unref(entry->outlet);
  g_free(entry);
}

static void on_state(GwId id, GwCameraState state, GwCause cause, const char *detail, const char *via,
                     gpointer user) {
  GwCameras *cameras = user;
  cameras->out.say(gw_say_state(id, state, cause, detail, via), cameras->out.user);
}

static void on_meter(GwId id, const GwMeterFinding *finding, gpointer user) {
  GwCameras *cameras = user;
  gw_sight_say_meter(cameras->sight, id, finding);
}

static void on_observed(GwId id, const GwOnvifObservation *observed, GwUsec at_us, gpointer user) {
  GwCameras *cameras = user;
  cameras->out.say(gw_say_observed(id, observed, at_us), cameras->out.user);
}

static void say_gauges(GwCameras *cameras, GwUsec now_us) {
  const GwUsec real_us = gw_clock_real_us();
  json_t *list = json_array();
  GHashTableIter iter;
  Entry *entry;
  g_hash_table_iter_init(&iter, cameras->by_id);
  while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&entry)) {
    GwCameraGauge gauge;
    if (gw_camera_gauge(entry->camera, now_us, &gauge))
      json_array_append_new(list, gw_say_gauge(entry->id, &gauge, now_us, real_us));
  }
  GwWorkerFigures figures;
  gw_figures_of_self(&figures);
  if (cameras->room.rings)
    figures.ring_bytes = gw_rings_bytes(cameras->room.rings);
  gw_looker_figures(cameras->room.looker, &figures.looker);
  cameras->out.add_figures(&figures, cameras->out.live);
  cameras->out.say(gw_say_gauges(list, &figures), cameras->out.user);
}

static gboolean on_tick(gpointer p) {
  GwCameras *cameras = p;
  const GwUsec now_us = gw_clock_mono_us();
  GHashTableIter iter;
  Entry *entry;
  g_hash_table_iter_init(&iter, cameras->by_id);
  while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&entry))
    gw_camera_tick(entry->camera, now_us);
  if (++cameras->ticks % TICKS_PER_GAUGE == 0)
    say_gauges(cameras, now_us);
  return G_SOURCE_CONTINUE;
}

GwCameras *gw_cameras_new(GwGate *hosts, GwGate *gate, GwReaper *reaper, GwSight *sight, GwUsec stall_us,
                          const GwCamerasOut *out) {
  GwCameras *cameras = g_new0(GwCameras, 1);
  cameras->sight = sight;
  cameras->room = (GwCameraRoom){hosts,    gate,     reaper,   gw_sight_rings(sight), gw_sight_looker(sight),
                                 stall_us, on_state, on_meter, on_observed,           cameras};
  cameras->by_id = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, entry_free);
  cameras->tick_source = g_timeout_add(TICK_MS, on_tick, cameras);
  cameras->out = *out;
  return cameras;
}

void gw_cameras_free(GwCameras *cameras) {
  if (!cameras)
    return;
  g_source_remove(cameras->tick_source);
  g_hash_table_unref(cameras->by_id);
  g_free(cameras);
}

gboolean gw_cameras_set(GwCameras *cameras, json_t *message, const char **ret_reason) {
  json_int_t id = 0;
  const char *url = NULL, *user = NULL, *password = NULL, *transport = "tcp";
  int metadata = FALSE;
  if (json_unpack(message, "{s:I,s:s,s?s,s?s,s?s,s?b}", "id", &id, "url", &url, "user", &user, "password",
                  &password, "transport", &transport, "metadata", &metadata) != 0 ||
      id <= 0) {
    *ret_reason = "camera.set needs a number id and a string url";
    return FALSE;
  }
  const GwCameraConfig config = {url, user, password, g_strcmp0(transport, "udp") == 0, metadata};
  const GwId key = id;
  Entry *entry = g_hash_table_lookup(cameras->by_id, &key);
  if (entry && gw_camera_has_config(entry->camera, &config))
    return TRUE;
  if (!entry && g_hash_table_size(cameras->by_id) >= GW_LIMIT_CAMERAS) {
    *ret_reason = "too many cameras for one worker";
    return FALSE;
  }
  if (entry) {
    gw_camera_end_findings(entry->camera);
    gw_camera_free(g_steal_pointer(&entry->camera));
  } else {
    entry = g_new0(Entry, 1);
    entry->id = id;
    entry->outlet = gw_outlet_new(cameras->out.woken, cameras->out.live);
    g_hash_table_insert(cameras->by_id, &entry->id, entry);
  }
  entry->camera = gw_camera_new(&cameras->room, id, &config, entry->outlet);
  gw_camera_tick(entry->camera, gw_clock_mono_us()); /* begin now, not at the next tick */
  return TRUE;
}

void gw_cameras_remove(GwCameras *cameras, GwId id) {
  g_hash_table_remove(cameras->by_id, &id);
  gw_sight_forget(cameras->sight, id);
}

GwOutlet *gw_cameras_outlet(GwCameras *cameras, GwId id) {
  const Entry *entry = g_hash_table_lookup(cameras->by_id, &id);
  return entry ? entry->outlet : NULL;
}

gboolean gw_cameras_is_live(GwCameras *cameras, GwId id) {
  const Entry *entry = g_hash_table_lookup(cameras->by_id, &id);
  return entry && gw_camera_state(entry->camera) == GW_CAMERA_LIVE;
}

guint gw_cameras_count(GwCameras *cameras) {
  return g_hash_table_size(cameras->by_id);
}
