#include "pipelines/scene/scene_private.h"

#include <math.h>
#include <string.h>

#define SWAY_MOST 3 /* pixels: a pole in the wind; more is another view */
#define SWAY_STEP 4 /* every 4th row tells enough */

/* Steps to the right, which find a sway sideways, and down. */
static void align_steps(const guint8 *luma, gint16 *right, gint16 *down) {
  for (int y = 0; y < GW_SCENE_HEIGHT - 1; y++) {
    const guint8 *row = luma + (gsize)y * GW_SCENE_WIDTH;
    for (int x = 0; x < GW_SCENE_WIDTH - 1; x++) {
      int r = row[x + 1] - row[x], d = row[x + GW_SCENE_WIDTH] - row[x];
      right[(gsize)y * GW_SCENE_WIDTH + x] = (gint16)CLAMP(r, -48, 48);
      down[(gsize)y * GW_SCENE_WIDTH + x] = (gint16)CLAMP(d, -48, 48);
    }
    right[(gsize)y * GW_SCENE_WIDTH + GW_SCENE_WIDTH - 1] =
        down[(gsize)y * GW_SCENE_WIDTH + GW_SCENE_WIDTH - 1] = 0;
  }
  memset(right + (gsize)(GW_SCENE_HEIGHT - 1) * GW_SCENE_WIDTH, 0, GW_SCENE_WIDTH * sizeof(gint16));
  memset(down + (gsize)(GW_SCENE_HEIGHT - 1) * GW_SCENE_WIDTH, 0, GW_SCENE_WIDTH * sizeof(gint16));
}

/* The outer rows are left out: names and clocks do not sway. */
static double align_product(const gint16 *now, const gint16 *was, int dx, int dy) {
  gint64 sum = 0;
  for (int y = 32; y < GW_SCENE_HEIGHT - 36; y += SWAY_STEP) {
    const gint16 *n = now + (gsize)y * GW_SCENE_WIDTH + 8;
    const gint16 *w = was + (gsize)(y - dy) * GW_SCENE_WIDTH + 8 - dx;
    int row = 0; /* at most 304 * 48 * 48 */
    for (int x = 0; x < GW_SCENE_WIDTH - 16; x++)
      row += n[x] * w[x];
    sum += row;
  }
  return (double)sum;
}

void gw_scene_align_sway(const GwSceneMeasure *now, const guint8 *reference, int *ret_dx, int *ret_dy) {
  static const gsize bytes = sizeof(gint16) * GW_SCENE_PIXELS;
  g_autofree gint16 *memory = g_malloc(4 * bytes);
  gint16 *now_right = memory, *now_down = memory + GW_SCENE_PIXELS;
  gint16 *was_right = memory + 2 * GW_SCENE_PIXELS, *was_down = memory + 3 * GW_SCENE_PIXELS;
  align_steps(now->luma, now_right, now_down);
  align_steps(reference, was_right, was_down);
  double still = align_product(now_right, was_right, 0, 0) + align_product(now_down, was_down, 0, 0);
  double best = MAX(still * 1.05, 0);
  *ret_dx = *ret_dy = 0;
  for (int dy = -SWAY_MOST; dy <= SWAY_MOST; dy++)
    for (int dx = -SWAY_MOST; dx <= SWAY_MOST; dx++) {
      double product =
          align_product(now_right, was_right, dx, dy) + align_product(now_down, was_down, dx, dy);
      if (product > best) {
        best = product;
        *ret_dx = dx, *ret_dy = dy;
      }
    }
}

/* The search for another place works on cells, whose gradients are cut to a length so that one lamp does not
 * outweigh a house. */
#define SEARCH_X 24
#define SEARCH_Y 14
#define PART_X 9
#define PART_Y 6
#define PART_ALIKE 0.7f
#define PART_AHEAD 0.25f
#define SEARCH_CUT 20.f /* levels */

typedef struct AlignField {
  float x[GW_SCENE_CELLS], y[GW_SCENE_CELLS];
} AlignField;

typedef struct AlignPart {
  int x0, y0, x1, y1; /* cells, the ends outside */
} AlignPart;

static void align_field(const gint16 *cells, AlignField *field) {
  memset(field, 0, sizeof *field);
  for (int y = 4; y < GW_SCENE_CELLS_H - 4; y++) /* inside: names and clocks do not move along */
    for (int x = 1; x < GW_SCENE_CELLS_W - 1; x++) {
      const gint16 *c = cells + (gsize)y * GW_SCENE_CELLS_W + x;
      float gx = (float)(c[1] - c[-1]) / 16, gy = (float)(c[GW_SCENE_CELLS_W] - c[-GW_SCENE_CELLS_W]) / 16;
      float length = sqrtf(gx * gx + gy * gy);
      float scale = length > SEARCH_CUT ? SEARCH_CUT / length : length < 1.5f ? 0 : 1;
      field->x[y * GW_SCENE_CELLS_W + x] = gx * scale;
      field->y[y * GW_SCENE_CELLS_W + x] = gy * scale;
    }
}

/* Of a part of the picture, how alike it is to the reference's at another place; -2: too little to compare.
 */
static float align_alike(const AlignField *now, const AlignField *was, const AlignPart *part, int dx,
                         int dy) {
  float with = 0, nn = 0, ww = 0;
  int y0 = MAX(part->y0, dy), y1 = MIN(part->y1, GW_SCENE_CELLS_H + dy);
  int x0 = MAX(part->x0, dx), x1 = MIN(part->x1, GW_SCENE_CELLS_W + dx);
  for (int y = y0; y < y1; y++) {
    const float *nx = now->x + y * GW_SCENE_CELLS_W, *ny = now->y + y * GW_SCENE_CELLS_W;
    const float *wx = was->x + (y - dy) * GW_SCENE_CELLS_W - dx,
                *wy = was->y + (y - dy) * GW_SCENE_CELLS_W - dx;
    for (int x = x0; x < x1; x++) {
      with += nx[x] * wx[x] + ny[x] * wy[x];
      nn += nx[x] * nx[x] + ny[x] * ny[x];
      ww += wx[x] * wx[x] + wy[x] * wy[x];
    }
  }
  float least = 3.f * (float)((part->x1 - part->x0) * (part->y1 - part->y0));
  return nn > least && ww > 0.3f * least ? with / sqrtf(nn * ww) : -2;
}

/* Zoomed or turned, no one shift fits all: parts of the picture are looked for one by one. */
static float align_elsewhere(const AlignField *now, const AlignField *was) {
  guint n = 0, elsewhere = 0;
  for (int i = 0; i < 4 * 5; i++) {
    int x = i % 5 * 16, y = 4 + i / 5 * 9;
    AlignPart part = {x, y, x + 16, y + 9};
    float here = -2, best = -2;
    for (int dy = -PART_Y; dy <= PART_Y; dy++)
      for (int dx = -PART_X; dx <= PART_X; dx++) {
        float alike = align_alike(now, was, &part, dx, dy);
        if (ABS(dx) <= 1 && ABS(dy) <= 1)
          here = MAX(here, alike);
        best = MAX(best, alike);
      }
    n += here > -2;
    elsewhere += best > PART_ALIKE && best > here + PART_AHEAD;
  }
  return n >= 5 ? (float)elsewhere / (float)n : 0;
}

void gw_scene_align_search(const GwSceneMeasure *now, const guint8 *reference, GwScenePlace *ret) {
  static const int height = 2 * SEARCH_Y + 1, width = 2 * SEARCH_X + 1;
  static const AlignPart all = {0, 0, GW_SCENE_CELLS_W, GW_SCENE_CELLS_H};
  gint16 half[GW_SCENE_HALF], cells[GW_SCENE_CELLS];
  float alike[(2 * SEARCH_Y + 1) * (2 * SEARCH_X + 1)];
  AlignField fields[2];
  gw_scene_shrink(reference, half, cells);
  align_field(now->cells, &fields[0]);
  align_field(cells, &fields[1]);
  int best = 0;
  for (int i = 0; i < height * width; i++) {
    alike[i] = align_alike(&fields[0], &fields[1], &all, i % width - SEARCH_X, i / width - SEARCH_Y);
    if (alike[i] > alike[best])
      best = i;
  }
  int bx = best % width, by = best / width;
  *ret = (GwScenePlace){alike[best], 0, 0, (bx - SEARCH_X) * 4, (by - SEARCH_Y) * 4, 0};
  ret->here = alike[SEARCH_Y * width + SEARCH_X];
  ret->elsewhere = align_elsewhere(&fields[0], &fields[1]);
  for (int i = 0; i < height * width; i++)
    if (ABS(i % width - bx) > 3 || ABS(i / width - by) > 3)
      ret->rival = MAX(ret->rival, alike[i]);
}
