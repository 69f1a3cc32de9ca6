#include "pipelines/scene/scene_private.h"

#include <string.h>

/* A zone's life: something came and stayed for its dwell time; later it left. */
#define THING_CELLS 10 /* 4x4 pixels each: a bag some metres away */
#define GONE_SHARE 0.65
#define GONE_US (15 * GW_SEC)
#define OTHER_US                                                                                             \
  (5 * GW_MIN) /* neither as before nor as it was: the light of hours ago is no measure any more */
#define OTHER_LEVELS (16 * 16)
#define SOON_S 40 /* dwell times that need faster looks */

typedef struct ZoneLife {
  GwSceneZone zone;
  GwSceneZoneBox box;
  gboolean open, say_again;
  GwUsec gone_since_us, other_since_us;
} ZoneLife;

struct GwSceneZones {
  ZoneLife lives[GW_SCENE_ZONES_MOST];
  guint n;
  int utc_offset_s;
  GwSceneZoneMap *map; /* NULL: no zones */
};

GwSceneZones *gw_scene_zones_new(void) {
  return g_new0(GwSceneZones, 1);
}

void gw_scene_zones_free(GwSceneZones *zones) {
  if (!zones)
    return;
  g_free(zones->map);
  g_free(zones);
}

const guint8 *gw_scene_zones_held(const GwSceneZones *zones) {
  return zones->map ? zones->map->held : NULL;
}

static ZoneLife *zones_find(const GwSceneZones *zones, GwId id) {
  for (guint i = 0; i < zones->n; i++)
    if (zones->lives[i].zone.id == id)
      return (ZoneLife *)&zones->lives[i];
  return NULL;
}

gboolean gw_scene_zones_has(const GwSceneZones *zones, GwId id) {
  const ZoneLife *life = zones_find(zones, id);
  return life && life->open;
}

static gboolean zone_is_same_shape(const GwSceneZone *a, const GwSceneZone *b) {
  if (a->id != b->id || a->n_points != b->n_points)
    return FALSE;
  for (guint i = 0; i < a->n_points; i++)
    if (a->points[i].x != b->points[i].x || a->points[i].y != b->points[i].y)
      return FALSE;
  return TRUE;
}

/* Even-odd, at the middle of a cell. */
static gboolean zone_holds(const GwSceneZone *zone, float x, float y) {
  gboolean is_in = FALSE;
  for (guint i = 0, j = zone->n_points - 1; i < zone->n_points; j = i++) {
    float xi = zone->points[i].x, yi = zone->points[i].y, xj = zone->points[j].x, yj = zone->points[j].y;
    if ((yi > y) != (yj > y) && x < (xj - xi) * (y - yi) / (yj - yi) + xi)
      is_in = !is_in;
  }
  return is_in;
}

static void zone_draw(GwSceneZoneMap *map, ZoneLife *life, int bit) {
  life->box = (GwSceneZoneBox){GW_SCENE_CELLS_W, GW_SCENE_CELLS_H, 0, 0};
  if (life->zone.n_points < 3)
    return;
  for (int y = 0; y < GW_SCENE_CELLS_H; y++)
    for (int x = 0; x < GW_SCENE_CELLS_W; x++) {
      if (!zone_holds(&life->zone, ((float)x + 0.5f) / GW_SCENE_CELLS_W,
                      ((float)y + 0.5f) / GW_SCENE_CELLS_H))
        continue;
      map->in[y * GW_SCENE_CELLS_W + x] |= (guint8)(1 << bit);
      life->box.x0 = MIN(life->box.x0, x), life->box.x1 = MAX(life->box.x1, x + 1);
      life->box.y0 = MIN(life->box.y0, y), life->box.y1 = MAX(life->box.y1, y + 1);
    }
}

/* What stands in a zone that is kept goes on standing there, though its bit may be another. */
void gw_scene_zones_set(GwSceneZones *zones, const GwSceneZone *wanted, guint n, int utc_offset_s) {
  GwSceneZones was = *zones;
  zones->n = MIN(n, GW_SCENE_ZONES_MOST);
  zones->utc_offset_s = utc_offset_s;
  if (!zones->n) {
    g_clear_pointer(&zones->map, g_free);
    return;
  }
  if (!zones->map)
    zones->map = g_new0(GwSceneZoneMap, 1);
  guint8 object[GW_SCENE_CELLS];
  memcpy(object, zones->map->object, sizeof object);
  memset(zones->map->object, 0, sizeof zones->map->object);
  memset(zones->map->in, 0, sizeof zones->map->in);
  for (guint i = 0; i < zones->n; i++) {
    ZoneLife *life = &zones->lives[i];
    const ZoneLife *old = zones_find(&was, wanted[i].id);
    *life = old && zone_is_same_shape(&old->zone, &wanted[i]) ? *old : (ZoneLife){0};
    life->zone = wanted[i];
    life->zone.n_points = MIN(wanted[i].n_points, GW_SCENE_POINTS_MOST);
    zone_draw(zones->map, life, (int)i);
    if (!life->open)
      continue;
    for (int c = 0; c < GW_SCENE_CELLS; c++)
      if (object[c] >> (old - was.lives) & 1)
        zones->map->object[c] |= (guint8)(1 << i);
  }
  for (int c = 0; c < GW_SCENE_CELLS; c++)
    if (!zones->map->in[c])
      zones->map->since_us[c] = 0;
}

void gw_scene_zones_begin(GwSceneZones *zones, const GwSceneMeasure *now, const guint8 *reference) {
  if (zones->map && !zones->map->has_background)
    gw_scene_zone_map_begin(zones->map, now, reference);
}

void gw_scene_zones_reconnected(GwSceneZones *zones) {
  for (guint i = 0; i < zones->n; i++)
    zones->lives[i].say_again = zones->lives[i].open;
}

/* Since when the zone's window is open; -1: it is closed. */
static GwUsec zone_window(const GwSceneZone *zone, int utc_offset_s, GwUsec at_us) {
  if (zone->from_min == zone->to_min)
    return 0;
  GwUsec of_day = (at_us + utc_offset_s * GW_SEC) % GW_DAY;
  GwUsec from = zone->from_min * GW_MIN, to = zone->to_min * GW_MIN;
  GwUsec open_for = (of_day - from + GW_DAY) % GW_DAY, length = (to - from + GW_DAY) % GW_DAY;
  return open_for < length ? at_us - open_for : -1;
}

static void zone_end(GwSceneZones *zones, int bit, GwSceneSaid *said) {
  ZoneLife *life = &zones->lives[bit];
  if (life->open)
    gw_scene_say(said, GW_SCENE_ZONE, life->zone.id, FALSE, 0, life->zone.dwell_s);
  life->open = life->say_again = FALSE;
  life->gone_since_us = life->other_since_us = 0;
  for (int i = 0; i < GW_SCENE_CELLS; i++)
    zones->map->object[i] &= (guint8) ~(1 << bit);
}

void gw_scene_zones_learn(GwSceneZones *zones, GwSceneSaid *said) {
  for (guint i = 0; i < zones->n; i++)
    zone_end(zones, (int)i, said);
  if (zones->map)
    gw_scene_zone_map_forget(zones->map);
}

static void zone_raise(GwSceneZones *zones, int bit, const GwSceneMeasure *now, const guint8 *reference,
                       GwUsec at_us, GwUsec window_us, GwSceneSaid *said) {
  ZoneLife *life = &zones->lives[bit];
  guint8 cells[GW_SCENE_CELLS];
  GwUsec dwell_us = life->zone.dwell_s * GW_SEC;
  if (life->zone.dwell_s < SOON_S && gw_scene_zone_map_find(zones->map, bit, at_us, cells) >= THING_CELLS)
    said->suspected = TRUE;
  if (window_us > at_us - dwell_us ||
      gw_scene_zone_map_find(zones->map, bit, at_us - dwell_us, cells) < THING_CELLS)
    return;
  if (!gw_scene_zone_map_is_thing(zones->map, now, reference, cells)) {
    gw_scene_zone_map_absorb(zones->map, now, cells);
    return;
  }
  GwUsec since_us = at_us;
  for (int i = 0; i < GW_SCENE_CELLS; i++)
    if (cells[i]) {
      zones->map->object[i] |= (guint8)(1 << bit);
      zones->map->look[i] = zones->map->thing[i];
      since_us = MIN(since_us, MAX(zones->map->since_us[i], window_us));
    }
  life->open = TRUE;
  gw_scene_say(said, GW_SCENE_ZONE, life->zone.id, TRUE, (double)(at_us - since_us) / GW_SEC,
               life->zone.dwell_s);
}

/* Does a cell of the thing look as it did?  Slow light is followed. */
static gboolean zone_is_still_it(GwSceneZoneMap *map, int i) {
  int difference = map->thing[i] - map->look[i];
  if (!map->changed[i] || ABS(difference) > OTHER_LEVELS)
    return FALSE;
  map->look[i] = (gint16)(map->look[i] + difference / 16);
  return TRUE;
}

/* Of the cells of the thing: how many are as before it came, how many no more as it looked. */
static void zone_watch(GwSceneZones *zones, int bit, const GwSceneMeasure *now, GwUsec at_us,
                       GwSceneSaid *said) {
  ZoneLife *life = &zones->lives[bit];
  guint n = 0, as_before = 0, other = 0;
  guint8 cells[GW_SCENE_CELLS];
  for (int i = 0; i < GW_SCENE_CELLS; i++) {
    cells[i] = zones->map->object[i] >> bit & 1;
    if (!cells[i])
      continue;
    n++;
    as_before += !zones->map->changed[i];
    other += !zone_is_still_it(zones->map, i);
  }
  if (as_before <= GONE_SHARE * n)
    life->gone_since_us = 0;
  else if (!life->gone_since_us)
    life->gone_since_us = at_us;
  if (!life->other_since_us || other <= GONE_SHARE * n)
    life->other_since_us = at_us;
  gboolean is_gone = life->gone_since_us && at_us - life->gone_since_us >= GONE_US;
  if (!is_gone && at_us - life->other_since_us < OTHER_US)
    return;
  if (!is_gone)
    gw_scene_zone_map_absorb(zones->map, now, cells);
  zone_end(zones, bit, said);
}

static void zone_say_again(GwSceneZones *zones, int bit, GwSceneSaid *said) {
  ZoneLife *life = &zones->lives[bit];
  life->say_again = FALSE;
  gw_scene_say(said, GW_SCENE_ZONE, life->zone.id, TRUE, life->zone.dwell_s, life->zone.dwell_s);
}

void gw_scene_zones_look(GwSceneZones *zones, const GwSceneMeasure *now, const guint8 *reference,
                         GwUsec at_us, gboolean blind, gboolean quiet, GwSceneSaid *said) {
  if (!zones->map)
    return;
  GwSceneZoneBox boxes[GW_SCENE_ZONES_MOST];
  for (guint i = 0; i < zones->n; i++)
    boxes[i] = zones->lives[i].box;
  gboolean is_seen = !blind && gw_scene_zone_map_look(zones->map, now, boxes, zones->n, at_us);
  for (guint i = 0; i < zones->n; i++) {
    ZoneLife *life = &zones->lives[i];
    GwUsec window_us = zone_window(&life->zone, zones->utc_offset_s, at_us);
    if (window_us < 0)
      zone_end(zones, (int)i, said);
    else if (!is_seen || quiet)
      continue;
    else if (life->open && life->say_again)
      zone_say_again(zones, (int)i, said);
    else if (life->open)
      zone_watch(zones, (int)i, now, at_us, said);
    else
      zone_raise(zones, (int)i, now, reference, at_us, window_us, said);
  }
}
