/* One line a camera and figure: bounded by the number of cameras, by their codes, which people know. */
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/net/metrics.h"

typedef struct Camera {
  GwId id;
  char *code;
  gboolean is_live;
  char *sees; /* "yes", "no", "unknown" */
} Camera;

GW_SQL(NET_METRICS_CAMERAS, "select id, code, state, sees from camera where enabled = 1 and removed_at_us is null "
                            "order by id limit :most");

static void camera_free(gpointer p) {
  Camera *camera = p;
  g_free(camera->code);
  g_free(camera->sees);
  g_free(camera);
}

GPtrArray *gw_metrics_read_cameras(GwDb *db, GError **error) {
  g_autoptr(GPtrArray) cameras = g_ptr_array_new_with_free_func(camera_free);
  g_autoptr(GwStmt) s = gw_stmt(db, &NET_METRICS_CAMERAS);
  gw_bind_int(s, ":most", GW_LIMIT_CAMERAS);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    Camera *camera = g_new(Camera, 1);
    *camera = (Camera){gw_col_int(s, 0), g_strdup(gw_col_text(s, 1)), strcmp(gw_col_text(s, 2), "live") == 0,
                       g_strdup(gw_col_text(s, 3))};
    g_ptr_array_add(cameras, camera);
  }
  return step == GW_STEP_DONE ? g_steal_pointer(&cameras) : NULL;
}

static void from_gauges(GString *text, GPtrArray *cameras, GHashTable *by_id, const char *name, const char *type,
                        const char *help, const char *field, double unit) {
  gw_metrics_head(text, name, type, help);
  for (guint i = 0; i < cameras->len; i++) {
    const Camera *camera = g_ptr_array_index(cameras, i);
    json_t *value = json_object_get(g_hash_table_lookup(by_id, &camera->id), field);
    if (json_is_number(value))
      gw_metrics_line(text, name, "camera", camera->code, json_number_value(value) * unit);
  }
}

static GHashTable *index_by_id(json_t *gauges) {
  GHashTable *by_id = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  json_t *gauge;
  gsize i;
  json_array_foreach(gauges, i, gauge) {
    const GwId id = json_integer_value(json_object_get(gauge, "id"));
    g_hash_table_insert(by_id, g_memdup2(&id, sizeof id), gauge);
  }
  return by_id;
}

void gw_metrics_cameras(GString *text, GPtrArray *cameras, json_t *gauges) {
  g_autoptr(GHashTable) by_id = index_by_id(gauges);
  gw_metrics_head(text, "camera_live", "gauge", "1 when the camera's stream is live.");
  for (guint i = 0; i < cameras->len; i++) {
    const Camera *camera = g_ptr_array_index(cameras, i);
    gw_metrics_line(text, "camera_live", "camera", camera->code, camera->is_live);
  }
  gw_metrics_head(text, "camera_sees", "gauge", "1 when nothing blinds the camera, 0 when something does; absent while unknown.");
  for (guint i = 0; i < cameras->len; i++) {
    const Camera *camera = g_ptr_array_index(cameras, i);
    if (strcmp(camera->sees, "unknown") != 0)
      gw_metrics_line(text, "camera_sees", "camera", camera->code, strcmp(camera->sees, "yes") == 0);
  }
  from_gauges(text, cameras, by_id, "camera_frames_total", "counter", "Pictures received since it was last set up.",
              "frames", 1);
  from_gauges(text, cameras, by_id, "camera_bits_per_second", "gauge", "Rate of its stream.", "kbps", 1000);
  from_gauges(text, cameras, by_id, "camera_lost_ratio", "gauge", "Packets lost, of all.", "lost_ppm", 1e-6);
  from_gauges(text, cameras, by_id, "camera_keyframe_seconds", "gauge", "Time between its last two keyframes.", "key_ms",
              1e-3);
  from_gauges(text, cameras, by_id, "camera_look_age_seconds", "gauge", "Since its picture was last looked at.",
              "look_age_ms", 1e-3);
  from_gauges(text, cameras, by_id, "camera_clock_offset_seconds", "gauge", "How far its clock is ahead of ours.",
              "clock_ms", 1e-3);
}
