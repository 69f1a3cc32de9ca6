#include "pipelines/scene/scene_private.h"

#include <math.h>
#include <string.h>

#define CHANGED_LEVELS 14.f /* at least by which a cell is another */
#define CHANGED_SHARE 0.12f /* of its luma, because bright places flicker more */
#define SAME_THING (10 * 16)
#define FOLLOW_US                                                                                            \
  (90 * GW_SEC)          /* the background follows the light at this pace, faster than shadows walk          \
                          */
#define UPSET_SHARE 0.3f /* of all cells: that is light, or something before the lens */
#define UPSET_US (75 * GW_SEC)
#define DRIFT_MOST (6 * 16)
#define RESTLESS_STEP (12 * 16)
#define RESTLESS_LOOKS 128
#define RESTLESS_MOST 6500 /* a tenth of the looks: leaves, water, a flag */
#define LIGHT_STEP 0.05f   /* of all, from look to look: a cloud, a lamp */
#define LIGHT_US (60 * GW_SEC)
#define LIGHT_SHARE 0.08f /* of all cells that changed with it */
#define MARGIN 10         /* cells around a zone that tell its light */
#define MISS_WEIGHT 3     /* looks that make good for one miss */
#define MISSES_MOST 6
#define SURFACE_PIXELS 48
#define SAME_SURFACE 0.35  /* correlation of its texture: the same ground in another light */
#define LIGHT_RATIO_MOST 3 /* more is no light, but what the reference has begun to learn of the thing */
/* For a cell of the rim, which has four: a shadow's rim is not all around it, and it has no parts. */
#define SHARP_PIXELS 3
#define STEP_LEAST 10

void gw_scene_zone_map_forget(GwSceneZoneMap *map) {
  memset(map->object, 0, sizeof map->object);
  memset(map->held, 0, sizeof map->held);
  memset(map->misses, 0, sizeof map->misses);
  memset(map->since_us, 0, sizeof map->since_us);
  map->has_background = FALSE;
  map->upset_since_us = 0;
}

/* The middle of now / background in a box: things stand on less than half of it. */
static float zone_light(const gint16 *now, const gint16 *background, const GwSceneZoneBox *box) {
  guint counts[128] = {0}, n = 0; /* 1/32 of the ratio */
  for (int y = MAX(box->y0 - MARGIN, 0); y < MIN(box->y1 + MARGIN, GW_SCENE_CELLS_H); y++)
    for (int x = MAX(box->x0 - MARGIN, 0); x < MIN(box->x1 + MARGIN, GW_SCENE_CELLS_W); x++) {
      int i = y * GW_SCENE_CELLS_W + x;
      if (background[i] < 10 * 16)
        continue;
      counts[MIN(32 * now[i] / background[i], 127)]++;
      n++;
    }
  if (n < 20)
    return 1;
  guint seen = 0;
  int at = 0;
  while (at < 127 && seen + counts[at] < n / 2)
    seen += counts[at++];
  float within = counts[at] ? ((float)n / 2 - (float)seen) / (float)counts[at] : 0.5f;
  return CLAMP(((float)at + within) / 32, 0.3f, 3.f);
}

static gboolean zone_is_changed(gint16 now, gint16 background, float light, float noise) {
  float expected = light * (float)background / 16, is = (float)now / 16;
  float most = MAX(MAX(CHANGED_LEVELS, 1.5f * noise), CHANGED_SHARE * expected);
  return fabsf(is - expected) > most;
}

/* Single cells are noise; a hole in a thing is the thing. */
static void zone_tidy(guint8 *changed) {
  guint8 raw[GW_SCENE_CELLS];
  memcpy(raw, changed, sizeof raw);
  for (int y = 1; y < GW_SCENE_CELLS_H - 1; y++)
    for (int x = 1; x < GW_SCENE_CELLS_W - 1; x++) {
      const guint8 *at = raw + y * GW_SCENE_CELLS_W + x, *up = at - GW_SCENE_CELLS_W,
                   *down = at + GW_SCENE_CELLS_W;
      int around = up[-1] + up[0] + up[1] + at[-1] + at[1] + down[-1] + down[0] + down[1];
      changed[y * GW_SCENE_CELLS_W + x] = *at ? around >= 2 : around >= 5;
    }
}

/* How long each cell looks as it does.  A look or two of something before it are forgiven, not one after
 * another. */
static void zone_age(GwSceneZoneMap *map, int i, gint16 now, float light, GwUsec at_us) {
  gint16 is = (gint16)((float)now / light);
  if (!map->in[i] || (map->restless[i] > RESTLESS_MOST && !map->object[i])) {
    map->since_us[i] = 0;
    return;
  }
  gboolean is_same = map->changed[i] && map->since_us[i] && ABS(is - map->thing[i]) < SAME_THING;
  if (is_same) {
    map->thing[i] = (gint16)(map->thing[i] + (is - map->thing[i]) / 4);
    map->misses[i] -= map->misses[i] > 0;
    return;
  }
  map->misses[i] = (guint8)(map->misses[i] + MISS_WEIGHT);
  if (map->since_us[i] && map->misses[i] < MISSES_MOST)
    return;
  map->since_us[i] = map->changed[i] ? at_us : 0;
  map->thing[i] = is;
  map->misses[i] = 0;
}

/* What is as it was is followed; what may be a thing is not. */
static void zone_background(GwSceneZoneMap *map, const GwSceneMeasure *now, const float *light,
                            GwUsec passed_us) {
  float pace = 1 - expf(-(float)passed_us / FOLLOW_US);
  for (int i = 0; i < GW_SCENE_CELLS; i++) {
    gboolean is_held = map->object[i] || (map->in[i] && (map->since_us[i] || map->changed[i]));
    map->held[i] = is_held;
    float was = map->background[i];
    float to = is_held ? was * light[i] : (float)now->cells[i];
    map->background[i] = (gint16)lrintf(was + (to - was) * pace);
  }
}

/* A thing comes within a look; the rim of a shadow takes minutes to cross a cell.  What changes slowly
 * changes the background with it, also below a thing, and the steps of noise cancel each other. */
static void zone_drift(GwSceneZoneMap *map, const GwSceneMeasure *now) {
  int most = DRIFT_MOST + (int)(16 * now->noise / 2);
  for (int i = 0; i < GW_SCENE_CELLS; i++) {
    int step = now->cells[i] - map->before[i];
    if (ABS(step) < most)
      map->background[i] = (gint16)CLAMP(map->background[i] + step, 0, 255 * 16);
    int restless = ABS(step) > RESTLESS_STEP ? 65535 : 0;
    map->restless[i] = (guint16)(map->restless[i] + (restless - map->restless[i]) / RESTLESS_LOOKS);
    map->before[i] = now->cells[i];
  }
}

static void zone_begin(GwSceneZoneMap *map, const GwSceneMeasure *now) {
  memcpy(map->background, now->cells, sizeof map->background);
  memcpy(map->before, now->cells, sizeof map->before);
  memset(map->since_us, 0, sizeof map->since_us);
  memset(map->misses, 0, sizeof map->misses);
  map->has_background = TRUE;
  map->upset_since_us = 0;
}

void gw_scene_zone_map_begin(GwSceneZoneMap *map, const GwSceneMeasure *now, const guint8 *reference) {
  gint16 half[GW_SCENE_HALF];
  zone_begin(map, now);
  gw_scene_shrink(reference, half, map->background);
}

/* The light of a cell is that of the zone it lies in, or of the whole picture. */
static void zone_lights(const GwSceneZoneMap *map, const GwSceneMeasure *now, const GwSceneZoneBox *boxes,
                        guint n, float *ret) {
  static const GwSceneZoneBox all = {0, 0, GW_SCENE_CELLS_W, GW_SCENE_CELLS_H};
  float whole = zone_light(now->cells, map->background, &all), of[GW_SCENE_ZONES_MOST];
  for (guint z = 0; z < n; z++)
    of[z] = zone_light(now->cells, map->background, &boxes[z]);
  for (int i = 0; i < GW_SCENE_CELLS; i++)
    ret[i] = map->in[i] ? of[g_bit_nth_lsf(map->in[i], -1)] : whole;
}

gboolean gw_scene_zone_map_look(GwSceneZoneMap *map, const GwSceneMeasure *now, const GwSceneZoneBox *boxes,
                                guint n, GwUsec at_us) {
  GwUsec passed_us = at_us - map->last_us;
  map->last_us = at_us;
  if (!map->has_background) {
    zone_begin(map, now);
    return FALSE;
  }
  float light[GW_SCENE_CELLS];
  static const GwSceneZoneBox all = {0, 0, GW_SCENE_CELLS_W, GW_SCENE_CELLS_H};
  if (fabsf(zone_light(now->cells, map->before, &all) - 1) > LIGHT_STEP)
    map->light_us = at_us;
  zone_drift(map, now);
  zone_lights(map, now, boxes, n, light);
  guint changed = 0;
  for (int i = 0; i < GW_SCENE_CELLS; i++) {
    map->changed[i] = zone_is_changed(now->cells[i], map->background[i], light[i], now->noise);
    changed += map->changed[i];
  }
  if ((float)changed > UPSET_SHARE * GW_SCENE_CELLS) {
    if (!map->upset_since_us)
      map->upset_since_us = at_us;
    else if (at_us - map->upset_since_us > UPSET_US)
      zone_begin(map, now);
    return FALSE;
  }
  map->upset_since_us = 0;
  if ((float)changed > LIGHT_SHARE * GW_SCENE_CELLS && map->light_us && at_us - map->light_us < LIGHT_US) {
    zone_begin(map, now); /* shadows came or went with the light */
    return FALSE;
  }
  zone_tidy(map->changed);
  for (int i = 0; i < GW_SCENE_CELLS; i++)
    zone_age(map, i, now->cells[i], light[i], at_us);
  zone_background(map, now, light, passed_us);
  return TRUE;
}

/* Marks what is connected to `from` with 1 and counts it; `ret` is 2 where a cell may belong to a thing. */
static guint zone_flood(guint8 *ret, int from) {
  gint16 stack[GW_SCENE_CELLS];
  guint n = 1, size = 0;
  stack[0] = (gint16)from;
  ret[from] = 1;
  while (n) {
    int i = stack[--n], x = i % GW_SCENE_CELLS_W, y = i / GW_SCENE_CELLS_W;
    size++;
    for (int k = 0; k < 9; k++) {
      int nx = x + k % 3 - 1, ny = y + k / 3 - 1, j = ny * GW_SCENE_CELLS_W + nx;
      if (nx >= 0 && ny >= 0 && nx < GW_SCENE_CELLS_W && ny < GW_SCENE_CELLS_H && ret[j] == 2) {
        ret[j] = 1;
        stack[n++] = (gint16)j;
      }
    }
  }
  return size;
}

/* Leaves what is at least two cells wide everywhere: leaves and the rims of shadows are not. */
static void zone_open(guint8 *cells) {
  guint8 wide[GW_SCENE_CELLS] = {0};
  for (int y = 0; y < GW_SCENE_CELLS_H - 1; y++)
    for (int x = 0; x < GW_SCENE_CELLS_W - 1; x++) {
      int i = y * GW_SCENE_CELLS_W + x, j = i + GW_SCENE_CELLS_W;
      if (cells[i] && cells[i + 1] && cells[j] && cells[j + 1])
        wide[i] = wide[i + 1] = wide[j] = wide[j + 1] = 2;
    }
  memcpy(cells, wide, sizeof wide);
}

guint gw_scene_zone_map_find(const GwSceneZoneMap *map, int zone, GwUsec until_us, guint8 *ret) {
  for (int i = 0; i < GW_SCENE_CELLS; i++) {
    gboolean is_aged = map->since_us[i] && map->since_us[i] <= until_us;
    ret[i] = (map->in[i] >> zone & 1) && is_aged ? 2 : 0;
  }
  zone_open(ret);
  guint best = 0;
  int best_at = -1;
  guint8 work[GW_SCENE_CELLS];
  memcpy(work, ret, sizeof work);
  for (int i = 0; i < GW_SCENE_CELLS; i++)
    if (work[i] == 2) {
      guint size = zone_flood(work, i);
      if (size > best) {
        best = size;
        best_at = i;
      }
    }
  if (best_at >= 0)
    (void)zone_flood(ret, best_at);
  for (int i = 0; i < GW_SCENE_CELLS; i++)
    ret[i] = ret[i] == 1;
  return best;
}

typedef struct ZoneLook {
  double with, is, was;      /* products of pixel steps */
  double off;                /* sum of differences from the reference, light taken out */
  guint n, sharp, gone, rim; /* sharp: steps that are new; gone: that were there */
} ZoneLook;

/* The 4x4 pixels of a cell. */
static void zone_look_cell(const guint8 *now, const guint8 *reference, int cell, int least, ZoneLook *look) {
  int x0 = cell % GW_SCENE_CELLS_W * 4, y0 = cell / GW_SCENE_CELLS_W * 4;
  for (int y = y0; y < MIN(y0 + 4, GW_SCENE_HEIGHT - 1); y++)
    for (int x = x0; x < MIN(x0 + 4, GW_SCENE_WIDTH - 1); x++) {
      gsize at = (gsize)y * GW_SCENE_WIDTH + (gsize)x;
      int nx = now[at + 1] - now[at], ny = now[at + GW_SCENE_WIDTH] - now[at];
      int wx = reference[at + 1] - reference[at], wy = reference[at + GW_SCENE_WIDTH] - reference[at];
      look->with += nx * wx + ny * wy;
      look->is += nx * nx + ny * ny;
      look->was += wx * wx + wy * wy;
      look->sharp += (ABS(nx) > least && 2 * ABS(wx) < ABS(nx)) || (ABS(ny) > least && 2 * ABS(wy) < ABS(ny));
      look->gone += (ABS(wx) > least && 2 * ABS(nx) < ABS(wx)) || (ABS(wy) > least && 2 * ABS(ny) < ABS(wy));
      look->n++;
    }
}

static gboolean zone_is_rim(const guint8 *cells, int i) {
  int x = i % GW_SCENE_CELLS_W, y = i / GW_SCENE_CELLS_W;
  return x == 0 || y == 0 || x == GW_SCENE_CELLS_W - 1 || y == GW_SCENE_CELLS_H - 1 || !cells[i - 1] ||
         !cells[i + 1] || !cells[i - GW_SCENE_CELLS_W] || !cells[i + GW_SCENE_CELLS_W];
}

/* How far a cell is from the reference: as it is now, or as it mostly was, when somebody passes just now. */
static double zone_off(const GwSceneZoneMap *map, const GwSceneMeasure *now, const guint8 *reference,
                       int cell) {
  int x0 = cell % GW_SCENE_CELLS_W * 4, y0 = cell / GW_SCENE_CELLS_W * 4, sum = 0;
  for (int y = y0; y < y0 + 4; y++)
    for (int x = x0; x < x0 + 4; x++)
      sum += reference[y * GW_SCENE_WIDTH + x];
  return MIN(ABS(now->cells[cell] - sum), ABS(map->thing[cell] - sum)) / 16.0;
}

gboolean gw_scene_zone_map_is_thing(const GwSceneZoneMap *map, const GwSceneMeasure *now,
                                    const guint8 *reference, const guint8 *cells) {
  if (!reference)
    return TRUE;
  int least = MAX(STEP_LEAST, (int)(4 * now->noise));
  ZoneLook look = {0}, inside = {0}, around = {0}; /* around: what rain and noise do where nothing came */
  guint n = 0;
  for (int i = 0; i < GW_SCENE_CELLS; i++) {
    if (!cells[i] && map->in[i] && !map->changed[i])
      zone_look_cell(now->luma, reference, i, least, &around);
    if (!cells[i])
      continue;
    gboolean is_rim = zone_is_rim(cells, i);
    n++;
    look.off += zone_off(map, now, reference, i);
    look.rim += is_rim;
    zone_look_cell(now->luma, reference, i, least, &look);
    if (!is_rim)
      zone_look_cell(now->luma, reference, i, least, &inside);
  }
  if (n == 0)
    return FALSE;
  const ZoneLook *surface = inside.n >= SURFACE_PIXELS ? &inside : &look;
  double grain = 4.0 * now->noise * now->noise * surface->n, seen = MAX(surface->is - grain, surface->is / 4);
  gboolean is_light = surface->with > SAME_SURFACE * (sqrt(surface->was * seen) + 1) &&
                      surface->with < LIGHT_RATIO_MOST * surface->was;
  gboolean is_reference = look.off / n < CHANGED_LEVELS / 2;
  double rain = around.n > 0 ? 2.0 * around.sharp / around.n * look.n : 0;
  gboolean is_sharp = look.sharp - rain > SHARP_PIXELS * look.rim;
  gboolean has_left = 2 * look.sharp < look.gone; /* what stood there is missing */
  return !is_light && !is_reference && is_sharp && !has_left;
}

void gw_scene_zone_map_absorb(GwSceneZoneMap *map, const GwSceneMeasure *now, const guint8 *cells) {
  for (int i = 0; i < GW_SCENE_CELLS; i++)
    if (cells[i]) {
      map->background[i] =
          map->since_us[i] ? map->thing[i] : now->cells[i]; /* who passes before it is not it */
      map->since_us[i] = 0;
      map->misses[i] = 0;
    }
}
