#include "pipelines/cameras.h"

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"

#include <math.h>

#define TICK_MS 250
#define TICKS_PER_GAUGE 4

struct GwCameras {
  GwCameraRoom room;
  GHashTable *by_id; /* GwId* -> Entry */
  guint tick_source, ticks;
  GwCamerasSay say;
  gpointer user;
};

typedef struct Entry {
  GwId id;
  GwCamera *camera;
} Entry;

static void entry_free(gpointer p) {
  Entry *entry = p;
  gw_camera_free(entry->camera);
  g_free(entry);
}

static void on_state(GwId id, GwCameraState state, GwCause cause, const char *detail, gpointer user) {
  GwCameras *cameras = user;
  json_t *message = json_pack("{s:s,s:I,s:s,s:s,s:I}", "type", "camera.state", "id", (json_int_t)id, "state",
                              gw_camera_state_to_string(state), "cause", gw_cause_to_string(cause), "at_us",
                              (json_int_t)gw_clock_real_us());
  g_autofree char *valid = detail ? g_utf8_make_valid(detail, -1) : NULL;
  if (valid)
    json_object_set_new(message, "detail", json_string(valid));
  cameras->say(message, cameras->user);
}

static double round_to_tenth(double v) {
  return round(v * 10) / 10;
}

static json_t *gauge_json(GwId id, const GwCameraGauge *g, GwUsec now_us) {
  return json_pack("{s:I,s:f,s:I,s:i,s:i,s:s?,s:i,s:I,s:i}", "id", (json_int_t)id, "fps",
                   round_to_tenth(gw_meter_fps(&g->meter)), "kbps",
                   (json_int_t)llround(gw_meter_kbps(&g->meter)), "width", g->meter.width, "height",
                   g->meter.height, "codec", g->codec, "gop", (int)g->meter.gop, "age_ms",
                   (json_int_t)((now_us - g->meter.last_mono_us) / GW_MS), "reconnects", (int)g->reconnects);
}

static void say_gauges(GwCameras *cameras, GwUsec now_us) {
  json_t *list = json_array();
  GHashTableIter iter;
  Entry *entry;
  g_hash_table_iter_init(&iter, cameras->by_id);
  while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&entry)) {
    GwCameraGauge gauge;
    if (gw_camera_gauge(entry->camera, now_us, &gauge))
      json_array_append_new(list, gauge_json(entry->id, &gauge, now_us));
  }
  if (json_array_size(list) > 0)
    cameras->say(json_pack("{s:s,s:I,s:o}", "type", "gauges", "at_us", (json_int_t)gw_clock_real_us(),
                           "cameras", list),
                 cameras->user);
  else
    json_decref(list);
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

GwCameras *gw_cameras_new(GwGate *hosts, GwGate *gate, GwReaper *reaper, GwStillPool *stills, GwUsec stall_us,
                          GwCamerasSay say, gpointer user) {
  GwCameras *cameras = g_new0(GwCameras, 1);
  cameras->room = (GwCameraRoom){hosts, gate, reaper, stills, stall_us, on_state, cameras};
  cameras->by_id = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, entry_free);
  cameras->tick_source = g_timeout_add(TICK_MS, on_tick, cameras);
  cameras->say = say;
  cameras->user = user;
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
  if (json_unpack(message, "{s:I,s:s,s?s,s?s,s?s}", "id", &id, "url", &url, "user", &user, "password",
                  &password, "transport", &transport) != 0 ||
      id <= 0) {
    *ret_reason = "camera.set needs a number id and a string url";
    return FALSE;
  }
  const GwCameraConfig config = {url, user, password, g_strcmp0(transport, "udp") == 0};
  const GwId key = id;
  Entry *entry = g_hash_table_lookup(cameras->by_id, &key);
  if (entry && gw_camera_has_config(entry->camera, &config))
    return TRUE;
  if (!entry && g_hash_table_size(cameras->by_id) >= GW_LIMIT_CAMERAS) {
    *ret_reason = "too many cameras for one worker";
    return FALSE;
  }
  g_hash_table_remove(cameras->by_id, &key);
  entry = g_new0(Entry, 1);
  entry->id = id;
  entry->camera = gw_camera_new(&cameras->room, id, &config);
  g_hash_table_insert(cameras->by_id, &entry->id, entry);
  gw_camera_tick(entry->camera, gw_clock_mono_us()); /* begin now, not at the next tick */
  return TRUE;
}

void gw_cameras_remove(GwCameras *cameras, GwId id) {
  g_hash_table_remove(cameras->by_id, &id);
}

guint gw_cameras_count(GwCameras *cameras) {
  return g_hash_table_size(cameras->by_id);
}
