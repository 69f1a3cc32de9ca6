#include "pipelines/scene_json.h"

#define DAY_MIN (24 * 60)
#define DWELL_MOST_S (30 * 24 * 3600)
#define OFFSET_MOST_S (15 * 3600)

static gboolean read_points(json_t *points, GwSceneZone *zone) {
  json_t *point;
  gsize i;
  if (json_array_size(points) < 3 || json_array_size(points) > GW_SCENE_POINTS_MOST)
    return FALSE;
  json_array_foreach(points, i, point) {
    json_t *x = json_array_get(point, 0), *y = json_array_get(point, 1);
    if (!json_is_number(x) || !json_is_number(y))
      return FALSE;
    zone->points[i].x = (float)CLAMP(json_number_value(x), 0, 1);
    zone->points[i].y = (float)CLAMP(json_number_value(y), 0, 1);
  }
  zone->n_points = (guint)json_array_size(points);
  return TRUE;
}

static gboolean read_zone(json_t *from, GwSceneZone *zone) {
  json_int_t id = 0;
  json_t *points = NULL;
  *zone = (GwSceneZone){0};
  if (json_unpack(from, "{s:I,s:o,s:i,s:i,s:i}", "id", &id, "points", &points, "from_min", &zone->from_min,
                  "to_min", &zone->to_min, "dwell_s", &zone->dwell_s) != 0)
    return FALSE;
  zone->id = id;
  return id > 0 && zone->from_min >= 0 && zone->from_min <= DAY_MIN && zone->to_min >= 0 &&
         zone->to_min <= DAY_MIN && zone->dwell_s >= 0 && zone->dwell_s <= DWELL_MOST_S &&
         read_points(points, zone);
}

gboolean gw_scene_json_read(json_t *message, GwSceneWish *ret, const char **ret_reason) {
  json_int_t id = 0;
  json_t *zones = NULL, *zone;
  gsize i;
  *ret = (GwSceneWish){0};
  if (json_unpack(message, "{s:I,s?b,s?b,s?i,s?o}", "id", &id, "codes", &ret->codes, "away", &ret->away, "utc_offset_s",
                  &ret->utc_offset_s, "zones", &zones) != 0 ||
      id <= 0 || ABS(ret->utc_offset_s) > OFFSET_MOST_S) {
    *ret_reason = "scene.set needs a number id";
    return FALSE;
  }
  ret->camera = id;
  if (json_array_size(zones) > GW_SCENE_ZONES_MOST) {
    *ret_reason = "scene.set has too many zones";
    return FALSE;
  }
  json_array_foreach(zones, i, zone) {
    if (!read_zone(zone, &ret->zones[i])) {
      *ret_reason = "scene.set has a zone that makes no sense";
      return FALSE;
    }
  }
  ret->n_zones = (guint)json_array_size(zones);
  return TRUE;
}
