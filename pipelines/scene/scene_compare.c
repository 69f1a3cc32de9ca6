#include "pipelines/scene/scene_private.h"

#include <math.h>
#include <string.h>

/* What of the reference is still there.  Edges are compared by where they are and which way they run: neither
 * dawn nor lamps nor fog change that, while a hand, paint or another direction do. */

#define KNOWN_EDGES                                                                                          \
  25.f /* mean square gradient from which a block can be recognised: one edge of 10 levels */
#define KNOWN_OVER_NOISE 1.6f /* and this much over what noise alone makes */
#define KEPT_ALIKE 0.45f
#define LOST_ALIKE 0.28f
#define FINE_LEAST 5.f /* mean square step of a block whose focus can be judged */
#define SOFT_GAIN 0.5f /* of what coarse structure would let expect */
#define AXIS_ALIKE 0.4f
#define INSIDE_LEAST 14 /* known blocks below which the outer rows count, too */

/* The reference as it would look after a sway; its rim is repeated. */
static void compare_sway(const guint8 *from, int dx, int dy, guint8 *to) {
  for (int y = 0; y < GW_SCENE_HEIGHT; y++) {
    const guint8 *row = from + (gsize)CLAMP(y - dy, 0, GW_SCENE_HEIGHT - 1) * GW_SCENE_WIDTH;
    guint8 *out = to + (gsize)y * GW_SCENE_WIDTH;
    int first = MAX(dx, 0), n = GW_SCENE_WIDTH - ABS(dx);
    memcpy(out + first, row + MAX(-dx, 0), (gsize)n);
    memset(out, row[0], (gsize)first);
    memset(out + first + n, row[GW_SCENE_WIDTH - 1], (gsize)(GW_SCENE_WIDTH - first - n));
  }
}

typedef struct CompareSums {
  float dot, was, is, turn;
  float dot_x, was_x, is_x; /* of edges that run down */
} CompareSums;

/* Signed: gradients multiplied.  Turn: the same with the doubled angle, to which an edge that changed from
 * dark-bright to bright-dark (a lamp instead of the sun) is the same edge. */
static CompareSums compare_half(const gint16 *now, const gint16 *was, int bx, int by) {
  CompareSums sums = {0};
  for (int y = MAX(by * 8, 1); y < by * 8 + 8; y++) {
    const gint16 *n = now + (gsize)y * GW_SCENE_HALF_W, *w = was + (gsize)y * GW_SCENE_HALF_W;
    for (int x = MAX(bx * 8, 1); x < MIN(bx * 8 + 8, GW_SCENE_HALF_W - 1); x++) {
      float nx = (float)(n[x + 1] - n[x - 1]), ny = (float)(n[x + GW_SCENE_HALF_W] - n[x - GW_SCENE_HALF_W]);
      float wx = (float)(w[x + 1] - w[x - 1]), wy = (float)(w[x + GW_SCENE_HALF_W] - w[x - GW_SCENE_HALF_W]);
      float dot = nx * wx + ny * wy, nn = nx * nx + ny * ny, ww = wx * wx + wy * wy;
      float both = sqrtf(nn * ww) + 1e-3f;
      sums.dot += dot;
      sums.was += ww;
      sums.is += nn;
      sums.turn += 2 * dot * dot / both - both;
      sums.dot_x += nx * wx;
      sums.was_x += wx * wx;
      sums.is_x += nx * nx;
    }
  }
  return sums;
}

typedef struct CompareGain {
  float with, own, is; /* now times reference, reference times itself, now times itself */
} CompareGain;

static CompareGain compare_fine(const guint8 *now, const guint8 *was, int bx, int by) {
  int with = 0, own = 0;
  gsize at = (gsize)(by * 16) * GW_SCENE_WIDTH + (gsize)(bx * 16);
  for (int y = 0; y < 15; y++) {
    const guint8 *n = now + at + (gsize)y * GW_SCENE_WIDTH, *w = was + at + (gsize)y * GW_SCENE_WIDTH;
    for (int x = 0; x < 15; x++) {
      int nx = n[x + 1] - n[x], ny = n[x + GW_SCENE_WIDTH] - n[x];
      int wx = w[x + 1] - w[x], wy = w[x + GW_SCENE_WIDTH] - w[x];
      with += nx * wx + ny * wy;
      own += wx * wx + wy * wy;
    }
  }
  return (CompareGain){(float)with, (float)own, 0};
}

static CompareGain compare_coarse(const gint16 *now, const gint16 *was, int bx, int by) {
  float with = 0, own = 0, is = 0;
  for (int y = MAX(by * 4, 1); y < by * 4 + 4; y++)
    for (int x = MAX(bx * 4, 1); x < MIN(bx * 4 + 4, GW_SCENE_CELLS_W - 1); x++) {
      const gint16 *n = now + (gsize)y * GW_SCENE_CELLS_W + x, *w = was + (gsize)y * GW_SCENE_CELLS_W + x;
      float nx = (float)(n[1] - n[-1]), ny = (float)(n[GW_SCENE_CELLS_W] - n[-GW_SCENE_CELLS_W]);
      float wx = (float)(w[1] - w[-1]), wy = (float)(w[GW_SCENE_CELLS_W] - w[-GW_SCENE_CELLS_W]);
      with += nx * wx + ny * wy;
      own += wx * wx + wy * wy;
      is += nx * nx + ny * ny;
    }
  return (CompareGain){with, own, is};
}

static float compare_mean(const gint16 *cells, int bx, int by) {
  int sum = 0;
  for (int y = by * 4; y < by * 4 + 4; y++)
    for (int x = bx * 4; x < bx * 4 + 4; x++)
      sum += cells[y * GW_SCENE_CELLS_W + x];
  return (float)sum / 256;
}

/* A kerb looks the same further along, so a camera that was turned keeps what runs along its turn, and
 * nothing of what runs across it. */
static void compare_axis(float dot, float was, float is, float least, guint *known, guint *lost) {
  if (was < least * 256 * 64)
    return;
  (*known)++;
  *lost += fabsf(dot) < AXIS_ALIKE * (sqrtf(was * is) + 1);
}

static gboolean compare_is_inside(int by) {
  return by >= 2 && by <= 8;
}

typedef struct CompareTotals {
  guint known, lost, kept, sharp, soft, rich, rich_was, blocks;
  guint known_x, lost_x, known_y, lost_y;
  float alike;
  CompareGain fine, coarse;
} CompareTotals;

static void compare_block(const GwSceneMeasure *now, const guint8 *was, const gint16 *half,
                          const gint16 *cells, float noise, int bx, int by, GwSceneCompare *ret,
                          CompareTotals *totals) {
  int i = by * GW_SCENE_BLOCKS_W + bx;
  CompareSums sums = compare_half(now->half, half, bx, by);
  float edges_was = sums.was / (256 * 64), least = MAX(KNOWN_EDGES, KNOWN_OVER_NOISE * noise * noise);
  ret->edges_was[i] = edges_was;
  ret->mean_was[i] = compare_mean(cells, bx, by);
  float norm = sqrtf(sums.was * sums.is) + 1;
  float alike = MAX(sums.dot, sums.turn) / norm;
  ret->alike[i] = alike;
  totals->blocks++;
  totals->rich_was += edges_was > least;
  totals->rich += now->block_edges[i] > least;
  if (edges_was < least)
    return;
  totals->known++;
  compare_axis(sums.dot_x, sums.was_x, sums.is_x, least / 2, &totals->known_x, &totals->lost_x);
  compare_axis(sums.dot - sums.dot_x, sums.was - sums.was_x, sums.is - sums.is_x, least / 2, &totals->known_y,
               &totals->lost_y);
  totals->alike += alike;
  totals->lost += alike < LOST_ALIKE;
  totals->kept += alike > KEPT_ALIKE;
  ret->block[i] = alike < LOST_ALIKE   ? GW_SCENE_BLOCK_LOST
                  : alike > KEPT_ALIKE ? GW_SCENE_BLOCK_KEPT
                                       : GW_SCENE_BLOCK_UNSURE;
  CompareGain fine = compare_fine(now->luma, was, bx, by), coarse = compare_coarse(now->cells, cells, bx, by);
  totals->fine.with += fine.with, totals->fine.own += fine.own;
  totals->coarse.with += coarse.with, totals->coarse.own += coarse.own, totals->coarse.is += coarse.is;
  totals->fine.is += MAX(now->block_fine[i] - 4.2f * now->noise * now->noise, 0) * 225;
  if (coarse.with < 0.2f * coarse.own || fine.own < 225 * FINE_LEAST)
    return; /* nothing of it is there whose fine part could be missed */
  gboolean is_soft = fine.with * coarse.own < SOFT_GAIN * coarse.with * fine.own;
  totals->soft += is_soft;
  totals->sharp += !is_soft;
}

static void compare_at(const GwSceneMeasure *now, const GwSceneSlot *slot, int dx, int dy,
                       GwSceneCompare *ret) {
  guint8 swayed[GW_SCENE_PIXELS];
  const guint8 *was = slot->luma;
  if (dx || dy) {
    compare_sway(slot->luma, dx, dy, swayed);
    was = swayed;
  }
  gint16 half[GW_SCENE_HALF], cells[GW_SCENE_CELLS];
  gw_scene_shrink(was, half, cells);
  memset(ret, 0, sizeof *ret);
  ret->dx = dx, ret->dy = dy;
  float noise = MIN(MAX(now->noise, slot->noise), 10);
  CompareTotals inside = {0}, rim = {0};
  for (int by = 0; by < GW_SCENE_BLOCKS_H; by++)
    for (int bx = 0; bx < GW_SCENE_BLOCKS_W; bx++)
      compare_block(now, was, half, cells, noise, bx, by, ret, compare_is_inside(by) ? &inside : &rim);
  if (inside.known < INSIDE_LEAST) {
    inside.known += rim.known, inside.lost += rim.lost, inside.kept += rim.kept, inside.alike += rim.alike;
    inside.soft += rim.soft, inside.sharp += rim.sharp, inside.blocks += rim.blocks;
    inside.known_x += rim.known_x, inside.lost_x += rim.lost_x;
    inside.known_y += rim.known_y, inside.lost_y += rim.lost_y;
    inside.rich += rim.rich, inside.rich_was += rim.rich_was;
    inside.fine.with += rim.fine.with, inside.fine.own += rim.fine.own;
    inside.fine.is += rim.fine.is;
    inside.coarse.with += rim.coarse.with, inside.coarse.own += rim.coarse.own;
    inside.coarse.is += rim.coarse.is;
  }
  float known = (float)MAX(inside.known, 1);
  ret->n_known = inside.known;
  float lost_x = inside.known_x < INSIDE_LEAST ? 0 : (float)inside.lost_x / (float)inside.known_x;
  float lost_y = inside.known_y < INSIDE_LEAST ? 0 : (float)inside.lost_y / (float)inside.known_y;
  ret->lost_axis = MAX(lost_x, lost_y);
  ret->lost = (float)inside.lost / known;
  ret->kept = (float)inside.kept / known;
  ret->alike_mean = inside.alike / known;
  ret->rich = (float)inside.rich / (float)inside.blocks;
  ret->rich_was = (float)inside.rich_was / (float)inside.blocks;
  ret->soft = inside.soft + inside.sharp ? (float)inside.soft / (float)(inside.soft + inside.sharp) : 0;
  ret->fine_gain = inside.fine.own > 0 ? inside.fine.with / inside.fine.own : 1;
  ret->coarse_gain = inside.coarse.own > 0 ? inside.coarse.with / inside.coarse.own : 1;
  ret->sharpness = inside.fine.own > 0
                       ? inside.fine.is / (inside.fine.own * MAX(ret->coarse_gain * ret->coarse_gain, 0.01f))
                       : 1;
  ret->coarse_alike = inside.coarse.with / (sqrtf(inside.coarse.own * inside.coarse.is) + 1);
}

void gw_scene_compare(const GwSceneMeasure *now, const GwSceneSlot *slot, GwSceneCompare *ret) {
  compare_at(now, slot, 0, 0, ret);
  gboolean is_sharp = ret->fine_gain > 0.75f * ret->coarse_gain;
  if (!ret->n_known || (ret->alike_mean > 0.7f && is_sharp))
    return;
  int dx, dy;
  gw_scene_align_sway(now, slot->luma, &dx, &dy);
  if (dx || dy) {
    GwSceneCompare other;
    compare_at(now, slot, dx, dy, &other);
    if (other.alike_mean > ret->alike_mean)
      *ret = other;
  }
}
