#include "pipelines/scene/scene_private.h"

#include <math.h>
#include <string.h>

/* Paint on a dome is far out of focus: it takes structure away, brings none, and has no sharp rim.  A lorry
 * that parked takes as much away and has one. */
#define PAINT_FLAT 0.5f    /* of the structure that was there */
#define PAINT_LEVELS 22.f  /* by which a plain block is another */
#define SPOT_LEAST 3       /* blocks of one spot */
#define SPOT_PLAIN 0.7f
#define ELSEWHERE_KEPT 0.6f
#define RIM_SHARP_MOST 0.3f

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

static gboolean spray_is_painted(const GwSceneMeasure *now, const GwSceneCompare *compare, int i, float light) {
  float edges = now->block_edges[i] - now->noise * now->noise;
  if (compare->block[i] == GW_SCENE_BLOCK_PLAIN)
    return edges < 30 && fabsf(now->block_mean[i] - light * compare->mean_was[i]) > PAINT_LEVELS;
  if (compare->block[i] == GW_SCENE_BLOCK_LOST)
    return edges < PAINT_FLAT * compare->edges_was[i];
  return compare->is_soft[i] && edges < PAINT_FLAT * compare->edges_was[i];
}

/* Marks the spot around `from` with `mark`; its size in blocks, 0 when too little was known there: a plain wall in
 * the shadow is no paint. */
static guint spray_spot(const GwSceneCompare *compare, guint8 *painted, int from, guint8 mark) {
  gint16 stack[GW_SCENE_BLOCKS];
  guint n = 1, size = 0, plain = 0;
  guint8 was = painted[from];
  stack[0] = (gint16)from;
  painted[from] = mark;
  while (n) {
    int i = stack[--n], x = i % GW_SCENE_BLOCKS_W, y = i / GW_SCENE_BLOCKS_W;
    size++;
    plain += compare->block[i] == GW_SCENE_BLOCK_PLAIN;
    for (int k = 0; k < 9; k++) {
      int nx = x + k % 3 - 1, ny = y + k / 3 - 1, j = ny * GW_SCENE_BLOCKS_W + nx;
      if (nx >= 0 && ny >= 0 && nx < GW_SCENE_BLOCKS_W && ny < GW_SCENE_BLOCKS_H && painted[j] == was) {
        painted[j] = mark;
        stack[n++] = (gint16)j;
      }
    }
  }
  return plain > SPOT_PLAIN * size ? 0 : size;
}

static void spray_map(const GwSceneMeasure *now, const GwSceneCompare *compare, SprayMap *map) {
  float light = spray_light(now, compare);
  map->n_painted = 0;
  for (int i = 0; i < GW_SCENE_BLOCKS; i++)
    map->painted[i] = spray_is_painted(now, compare, i, light);
  for (int i = 0; i < GW_SCENE_BLOCKS; i++)
    if (map->painted[i] == 1) {
      guint size = spray_spot(compare, map->painted, i, 2);
      if (size < SPOT_LEAST)
        (void)spray_spot(compare, map->painted, i, 3);
      else
        map->n_painted += size;
    }
}

/* A new step that takes most of its way within one pixel. */
static gboolean spray_is_step(const guint8 *now, const guint8 *was, int stride, int least) {
  int step = abs(now[stride] - now[0]), span = abs(now[3 * stride] - now[-2 * stride]);
  return step > least && 5 * step > 3 * span && 2 * abs(was[stride] - was[0]) < step;
}

/* New sharp steps in a block, counted in pixels. */
guint gw_scene_new_steps(const GwSceneMeasure *measure, const guint8 *was, int bx, int by) {
  const guint8 *now = measure->luma;
  int least = MAX(10, (int)(4.5f * measure->noise));
  guint n = 0;
  gsize at = (gsize)(by * 16) * GW_SCENE_WIDTH + (gsize)(bx * 16);
  for (int y = MAX(2 - by * 16, 0); y < 16; y++) /* four rows below the last block are left */
    for (int x = MAX(2 - bx * 16, 0); x < MIN(16, GW_SCENE_WIDTH - 3 - bx * 16); x++) {
      const guint8 *p = now + at + (gsize)y * GW_SCENE_WIDTH + x, *q = was + at + (gsize)y * GW_SCENE_WIDTH + x;
      n += spray_is_step(p, q, 1, least) || spray_is_step(p, q, GW_SCENE_WIDTH, least);
    }
  return n;
}

/* How much of the rim of all spots is a sharp new edge: about 1 around a thing, more when it has parts. */
static float spray_rim(const GwSceneMeasure *now, const guint8 *was, const SprayMap *map) {
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
      steps += gw_scene_new_steps(now, was, x, y);
  }
  return sides ? (float)steps / (16.f * (float)sides) : 0;
}

double gw_scene_spray(const GwSceneMeasure *now, const GwSceneSlot *slot, const GwSceneCompare *compare) {
  SprayMap map;
  spray_map(now, compare, &map);
  if (map.n_painted < GW_SCENE_BLOCKS / 10)
    return 0;
  guint known = 0, kept = 0;
  for (int i = 0; i < GW_SCENE_BLOCKS; i++)
    if (map.painted[i] != 2 && compare->block[i] != GW_SCENE_BLOCK_PLAIN) {
      known++;
      kept += compare->block[i] == GW_SCENE_BLOCK_KEPT;
    }
  if (known < 4 || (float)kept < ELSEWHERE_KEPT * (float)known)
    return 0;
  if (spray_rim(now, slot->luma, &map) > RIM_SHARP_MOST)
    return 0;
  return (double)map.n_painted / GW_SCENE_BLOCKS;
}
