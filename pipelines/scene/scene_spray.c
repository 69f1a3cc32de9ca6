#include "pipelines/scene/scene_private.h"

#include <math.h>
#include <string.h>

/* Paint on a dome is far out of focus: it takes structure away, brings none, and has no sharp rim.  A lorry
 * that parked takes as much away and has one. */
#define PAINT_FLAT 0.5f   /* of the structure that was there */
#define PAINT_LEVELS 22.f /* by which a plain block is another */
#define SPOT_LEAST 3      /* blocks of one spot */
#define SPOT_PLAIN 0.65f
#define SPOT_PLAIN_MOST 0.8f
#define ELSEWHERE_KEPT 0.6f
#define ELSEWHERE_LEAST 5
#define SAME_SURFACE 0.3f
#define SAME_SURFACE_MOST 0.4f /* of the blocks: at the rim some shows through */
#define SEAM_LEVELS 4.f
#define SEAM_SHARE 0.4f /* of the difference that the reference has there */
#define RIM_SHARP_MOST 0.25f
#define RIM_ROUND_MOST 0.6f
#define SPRAY_WAYS 8
#define ROUND_MOST 0.55f /* of the rim in the two ways that it runs most */

typedef struct SprayMap {
  guint8 painted[GW_SCENE_BLOCKS]; /* 1: painted, 2: in a spot that is large enough */
  guint n_painted;
} SprayMap;

/* How much brighter the picture is where it was kept. */
static float spray_light(const GwSceneMeasure *now, const GwSceneCompare *compare) {
  float is = 0, was = 0;
  for (int i = 0; i < GW_SCENE_BLOCKS; i++)
    if (compare->block[i] == GW_SCENE_BLOCK_KEPT) {
      is += now->block_mean[i];
      was += compare->mean_was[i];
    }
  return was > 0 ? CLAMP(is / was, 0.3f, 3.f) : 1;
}

static gboolean spray_is_painted(const GwSceneMeasure *now, const GwSceneCompare *compare, int i,
                                 float light) {
  float edges = now->block_edges[i] - now->noise * now->noise;
  if (compare->block[i] == GW_SCENE_BLOCK_PLAIN)
    return edges < 30 && fabsf(now->block_mean[i] - light * compare->mean_was[i]) > PAINT_LEVELS;
  return compare->block[i] != GW_SCENE_BLOCK_KEPT && edges < PAINT_FLAT * compare->edges_was[i];
}

typedef struct SpraySpot {
  guint n, plain;
  float is, is2, was, was2; /* sums of the blocks' means and their squares */
} SpraySpot;

static void spray_add(const GwSceneMeasure *now, const GwSceneCompare *compare, int i, SpraySpot *spot) {
  float is = now->block_mean[i], was = compare->mean_was[i];
  spot->n++;
  spot->plain += compare->block[i] == GW_SCENE_BLOCK_PLAIN;
  spot->is += is, spot->is2 += is * is;
  spot->was += was, spot->was2 += was * was;
}

/* A plain wall in the shadow is no paint: it keeps what differences it had. */
static gboolean spray_is_spot(const SpraySpot *spot) {
  if (spot->n < SPOT_LEAST || spot->plain > SPOT_PLAIN_MOST * spot->n)
    return FALSE;
  float n = (float)spot->n, is = spot->is2 - spot->is * spot->is / n,
        was = spot->was2 - spot->was * spot->was / n;
  return spot->plain < SPOT_PLAIN * spot->n || is < 0.16f * was;
}

/* Marks the spot around `from` with `mark`. */
static SpraySpot spray_spot(const GwSceneMeasure *now, const GwSceneCompare *compare, guint8 *painted,
                            int from, guint8 mark) {
  gint16 stack[GW_SCENE_BLOCKS];
  SpraySpot spot = {0};
  guint n = 1;
  guint8 was = painted[from];
  stack[0] = (gint16)from;
  painted[from] = mark;
  while (n) {
    int i = stack[--n], x = i % GW_SCENE_BLOCKS_W, y = i / GW_SCENE_BLOCKS_W;
    spray_add(now, compare, i, &spot);
    for (int k = 0; k < 9; k++) {
      int nx = x + k % 3 - 1, ny = y + k / 3 - 1, j = ny * GW_SCENE_BLOCKS_W + nx;
      if (nx >= 0 && ny >= 0 && nx < GW_SCENE_BLOCKS_W && ny < GW_SCENE_BLOCKS_H && painted[j] == was) {
        painted[j] = mark;
        stack[n++] = (gint16)j;
      }
    }
  }
  return spot;
}

static void spray_map(const GwSceneMeasure *now, const GwSceneCompare *compare, SprayMap *map) {
  float light = spray_light(now, compare);
  map->n_painted = 0;
  for (int i = 0; i < GW_SCENE_BLOCKS; i++)
    map->painted[i] = spray_is_painted(now, compare, i, light);
  for (int i = 0; i < GW_SCENE_BLOCKS; i++)
    if (map->painted[i] == 1) {
      SpraySpot spot = spray_spot(now, compare, map->painted, i, 2);
      if (spray_is_spot(&spot))
        map->n_painted += spot.n;
      else
        (void)spray_spot(now, compare, map->painted, i, 3);
    }
}

/* A new step that takes most of its way within one pixel. */
static gboolean spray_is_step(const guint8 *now, const guint8 *was, int stride, int least) {
  int step = abs(now[stride] - now[0]), span = abs(now[3 * stride] - now[-2 * stride]);
  return step > least && 5 * step > 3 * span && 2 * abs(was[stride] - was[0]) < step;
}

/* Which of eight ways an edge runs. */
static int spray_way(const GwSceneMeasure *now, int x, int y) {
  int hx = CLAMP(x / 2, 1, GW_SCENE_HALF_W - 2), hy = CLAMP(y / 2, 1, GW_SCENE_HALF_H - 2);
  const gint16 *at = now->half + hy * GW_SCENE_HALF_W + hx, *up = at - GW_SCENE_HALF_W,
               *down = at + GW_SCENE_HALF_W;
  int gx = up[1] + 2 * at[1] + down[1] - up[-1] - 2 * at[-1] - down[-1];
  int gy = down[-1] + 2 * down[0] + down[1] - up[-1] - 2 * up[0] - up[1];
  float turns = atan2f((float)gy, (float)gx) / (float)G_PI; /* -1 to 1; the way is the same every 1 */
  return (int)((turns + 1) * SPRAY_WAYS + 0.5f) % SPRAY_WAYS;
}

/* New sharp steps in a block, counted in pixels, and by the way they run. */
guint gw_scene_new_steps(const GwSceneMeasure *measure, const guint8 *was, int bx, int by, guint *ways) {
  const guint8 *now = measure->luma;
  int least = MAX(11, (int)(6 * measure->noise));
  guint n = 0;
  gsize at = (gsize)(by * 16) * GW_SCENE_WIDTH + (gsize)(bx * 16);
  for (int y = MAX(2 - by * 16, 0); y < 16; y++) /* four rows below the last block are left */
    for (int x = MAX(2 - bx * 16, 0); x < MIN(16, GW_SCENE_WIDTH - 3 - bx * 16); x++) {
      const guint8 *p = now + at + (gsize)y * GW_SCENE_WIDTH + x,
                   *q = was + at + (gsize)y * GW_SCENE_WIDTH + x;
      if (!spray_is_step(p, q, 1, least) && !spray_is_step(p, q, GW_SCENE_WIDTH, least))
        continue;
      n++;
      if (ways)
        ways[spray_way(measure, bx * 16 + x, by * 16 + y)]++;
    }
  return n;
}

static gboolean spray_is_beside(const SprayMap *map, int i) {
  int x = i % GW_SCENE_BLOCKS_W, y = i / GW_SCENE_BLOCKS_W;
  for (int k = 0; k < 9; k++) {
    int nx = x + k % 3 - 1, ny = y + k / 3 - 1;
    if (nx >= 0 && ny >= 0 && nx < GW_SCENE_BLOCKS_W && ny < GW_SCENE_BLOCKS_H &&
        map->painted[ny * GW_SCENE_BLOCKS_W + nx] == 2)
      return TRUE;
  }
  return FALSE;
}

/* How much of the rim of all spots is a sharp new edge: about 1 around a thing, more when it has parts. */
static float spray_rim(const GwSceneMeasure *now, const guint8 *was, const SprayMap *map,
                       guint ways[SPRAY_WAYS]) {
  guint steps = 0, sides = 0;
  for (int i = 0; i < GW_SCENE_BLOCKS; i++) {
    int x = i % GW_SCENE_BLOCKS_W, y = i / GW_SCENE_BLOCKS_W;
    gboolean is_near = FALSE, is_in = map->painted[i] == 2;
    for (int k = 1; k < 9; k += 2) {
      int nx = x + k % 3 - 1, ny = y + k / 3 - 1;
      if (nx < 0 || ny < 0 || nx >= GW_SCENE_BLOCKS_W || ny >= GW_SCENE_BLOCKS_H)
        continue;
      gboolean other_in = map->painted[ny * GW_SCENE_BLOCKS_W + nx] == 2;
      sides += is_in && !other_in;
      is_near |= other_in;
    }
    if (is_in || is_near)
      steps += gw_scene_new_steps(now, was, x, y, ways);
  }
  return sides ? (float)steps / (16.f * (float)sides) : 0;
}

/* Away from the spots the view is as it was.  Blocks beside them have some paint, too. */
static gboolean spray_is_kept_elsewhere(const GwSceneCompare *compare, const SprayMap *map) {
  guint known = 0, kept = 0;
  for (int i = 0; i < GW_SCENE_BLOCKS; i++) {
    if (map->painted[i] == 2 || compare->block[i] == GW_SCENE_BLOCK_PLAIN || spray_is_beside(map, i))
      continue;
    known++;
    kept += compare->block[i] == GW_SCENE_BLOCK_KEPT;
  }
  return known >= ELSEWHERE_LEAST && (float)kept > ELSEWHERE_KEPT * (float)known;
}

/* Paint is another tone than the view around it, while a place that something left fits in.  Compared two
 * blocks apart, because the one between has some of both. */
static gboolean spray_has_seam(const GwSceneMeasure *now, const GwSceneCompare *compare,
                               const SprayMap *map) {
  float is = 0, was = 0;
  guint n = 0;
  for (int i = 0; i < GW_SCENE_BLOCKS; i++) {
    int x = i % GW_SCENE_BLOCKS_W, y = i / GW_SCENE_BLOCKS_W;
    for (int k = 1; map->painted[i] == 2 && k < 9; k += 2) {
      int dx = k % 3 - 1, dy = k / 3 - 1, fx = x + 2 * dx, fy = y + 2 * dy;
      if (fx < 0 || fy < 0 || fx >= GW_SCENE_BLOCKS_W || fy >= GW_SCENE_BLOCKS_H ||
          map->painted[i + dy * GW_SCENE_BLOCKS_W + dx] == 2 ||
          map->painted[fy * GW_SCENE_BLOCKS_W + fx] == 2)
        continue;
      int far = fy * GW_SCENE_BLOCKS_W + fx;
      is += fabsf(now->block_mean[i] - now->block_mean[far]);
      was += fabsf(compare->mean_was[i] - compare->mean_was[far]);
      n++;
    }
  }
  return n == 0 || (is > SEAM_LEVELS * (float)n && is > SEAM_SHARE * was);
}

/* The grain of a surface shows through any light and through no paint. */
static gboolean spray_is_same_surface(const GwSceneMeasure *now, const guint8 *was, int i) {
  gsize at = (gsize)(i / GW_SCENE_BLOCKS_W * 16) * GW_SCENE_WIDTH + (gsize)(i % GW_SCENE_BLOCKS_W * 16);
  int with = 0, own = 0, is = 0;
  for (int y = 0; y < 15; y++)
    for (int x = 0; x < 15; x++) {
      const guint8 *n = now->luma + at + (gsize)y * GW_SCENE_WIDTH + x,
                   *w = was + at + (gsize)y * GW_SCENE_WIDTH + x;
      int nx = n[1] - n[0], ny = n[GW_SCENE_WIDTH] - n[0], wx = w[1] - w[0], wy = w[GW_SCENE_WIDTH] - w[0];
      with += nx * wx + ny * wy;
      own += wx * wx + wy * wy;
      is += nx * nx + ny * ny;
    }
  float grain = 4 * now->noise * now->noise * 225, seen = MAX((float)is - grain, (float)is / 4);
  return (float)with > SAME_SURFACE * (sqrtf((float)own * seen) + 1);
}

static gboolean spray_hides(const GwSceneMeasure *now, const GwSceneSlot *slot, const SprayMap *map) {
  guint n = 0, same = 0;
  for (int i = 0; i < GW_SCENE_BLOCKS; i++)
    if (map->painted[i] == 2) {
      n++;
      same += spray_is_same_surface(now, slot->luma, i);
    }
  return (float)same < SAME_SURFACE_MOST * (float)n;
}

/* A drop's rim runs all ways alike; what was built has two or three. */
static gboolean spray_is_round(const guint ways[SPRAY_WAYS]) {
  guint all = 0, first = 0, second = 0;
  for (int i = 0; i < SPRAY_WAYS; i++) {
    all += ways[i];
    if (ways[i] > first) {
      second = first;
      first = ways[i];
    } else {
      second = MAX(second, ways[i]);
    }
  }
  return (float)(first + second) < ROUND_MOST * (float)all;
}

double gw_scene_spray(const GwSceneMeasure *now, const GwSceneSlot *slot, const GwSceneCompare *compare) {
  SprayMap map;
  spray_map(now, compare, &map);
  if (map.n_painted < GW_SCENE_BLOCKS / 10)
    return 0;
  if (!spray_is_kept_elsewhere(compare, &map) || !spray_has_seam(now, compare, &map) ||
      !spray_hides(now, slot, &map))
    return 0;
  guint ways[SPRAY_WAYS] = {0};
  float rim = spray_rim(now, slot->luma, &map, ways);
  if (rim > RIM_ROUND_MOST || (rim > RIM_SHARP_MOST && !spray_is_round(ways)))
    return 0;
  return (double)map.n_painted / GW_SCENE_BLOCKS;
}
