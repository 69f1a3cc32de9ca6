#include "pipelines/scene/scene_private.h"

#include <math.h>
#include <string.h>

/* Means of 2x2 pixels in 1/16 levels, and from them means of 4x4. */
void gw_scene_shrink(const guint8 *luma, gint16 *ret_half, gint16 *ret_cells) {
  for (int y = 0; y < GW_SCENE_HALF_H; y++) {
    const guint8 *a = luma + (gsize)(2 * y) * GW_SCENE_WIDTH, *b = a + GW_SCENE_WIDTH;
    gint16 *to = ret_half + (gsize)y * GW_SCENE_HALF_W;
    for (int x = 0; x < GW_SCENE_HALF_W; x++)
      to[x] = (gint16)(4 * (a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1]));
  }
  for (int y = 0; y < GW_SCENE_CELLS_H; y++) {
    const gint16 *a = ret_half + (gsize)(2 * y) * GW_SCENE_HALF_W, *b = a + GW_SCENE_HALF_W;
    gint16 *to = ret_cells + (gsize)y * GW_SCENE_CELLS_W;
    for (int x = 0; x < GW_SCENE_CELLS_W; x++)
      to[x] = (gint16)((a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1]) / 4);
  }
}

/* Of 16x16 pixels: mean, mean square step to the right and down. */
static void scene_block_pixels(const guint8 *luma, int bx, int by, GwSceneMeasure *m) {
  const guint8 *from = luma + (gsize)(by * 16) * GW_SCENE_WIDTH + bx * 16;
  guint sum = 0, steps = 0;
  for (int y = 0; y < 15; y++) {
    const guint8 *row = from + (gsize)y * GW_SCENE_WIDTH, *below = row + GW_SCENE_WIDTH;
    for (int x = 0; x < 15; x++) {
      int right = row[x + 1] - row[x], down = below[x] - row[x];
      sum += row[x];
      steps += (guint)(right * right + down * down);
    }
  }
  m->block_mean[by * GW_SCENE_BLOCKS_W + bx] = (float)sum / 225;
  m->block_fine[by * GW_SCENE_BLOCKS_W + bx] = (float)steps / 225;
}

/* Two pictures that differ anywhere in a block have, but for a chance of 2^-32, another number there. */
static guint32 scene_block_hash(const guint8 *luma, int bx, int by) {
  guint64 hash = 0x9E3779B97F4A7C15u;
  for (int y = 0; y < 16; y++) {
    guint64 word[2];
    memcpy(word, luma + (gsize)(by * 16 + y) * GW_SCENE_WIDTH + bx * 16, sizeof word);
    hash = (hash ^ word[0]) * 0xD6E8FEB86659FD93u;
    hash ^= hash >> 32;
    hash = (hash ^ word[1]) * 0xD6E8FEB86659FD93u;
    hash ^= hash >> 29;
  }
  return (guint32)(hash ^ (hash >> 32));
}

static float scene_block_edges(const gint16 *half, int bx, int by) {
  int sum = 0;
  for (int y = MAX(by * 8, 1); y < by * 8 + 8; y++) {
    const gint16 *row = half + (gsize)y * GW_SCENE_HALF_W;
    for (int x = MAX(bx * 8, 1); x < MIN(bx * 8 + 8, GW_SCENE_HALF_W - 1); x++) {
      int gx = (row[x + 1] - row[x - 1]) >> 2,
          gy = (row[x + GW_SCENE_HALF_W] - row[x - GW_SCENE_HALF_W]) >> 2;
      sum += gx * gx + gy * gy;
    }
  }
  return (float)sum / (16 * 64);
}

/* The flattest quarter of blocks that are neither black nor saturated shows the sensor's noise: white noise
 * of sd s makes a mean square step of 4 s^2. */
static float scene_noise(const GwSceneMeasure *m) {
  guint counts[64] = {0}, n = 0; /* by half levels */
  for (int i = 0; i < GW_SCENE_BLOCKS; i++)
    if (m->block_mean[i] > 22 && m->block_mean[i] < 232) {
      counts[MIN((int)sqrtf(m->block_fine[i]), 63)]++;
      n++;
    }
  if (n < 20)
    return 2;
  guint seen = 0;
  int at = 0;
  while (at < 63 && (seen += counts[at]) < n / 4)
    at++;
  return ((float)at + 0.5f) / 2;
}

void gw_scene_measure(const guint8 *luma, GwSceneMeasure *ret) {
  ret->luma = luma;
  gw_scene_shrink(luma, ret->half, ret->cells);
  float sum = 0;
  for (int by = 0; by < GW_SCENE_BLOCKS_H; by++)
    for (int bx = 0; bx < GW_SCENE_BLOCKS_W; bx++) {
      int i = by * GW_SCENE_BLOCKS_W + bx;
      scene_block_pixels(luma, bx, by, ret);
      ret->block_hash[i] = scene_block_hash(luma, bx, by);
      ret->block_edges[i] = scene_block_edges(ret->half, bx, by);
      sum += ret->block_mean[i];
    }
  ret->mean = sum / GW_SCENE_BLOCKS;
  ret->noise = scene_noise(ret);
}
