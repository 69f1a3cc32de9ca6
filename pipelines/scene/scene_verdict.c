#include "pipelines/scene/scene_private.h"

/* What one look says about the whole picture, strongest first.  Whether it is true is for the next looks. */
#define KNOWN_LEAST 8    /* blocks below which a view cannot be recognised */
#define DARK_LEVELS 33.f /* black is 16 in most streams, and a lens cap is not without noise */
#define BRIGHT_LEVELS 200.f
#define WHITE_MEAN 212.f
#define SEEN_GAIN 0.07f /* of the contrast; what shines through less is of no use to anybody */
#define ALL_BLOCKS 0.9f
#define ALL_GROSS 0.94f
#define MOVED_LOST 0.25f
#define COVERED_GONE 0.8f
#define COVERED_LOST 0.4f
#define COVERED_RICH 0.4f /* of the structure that the reference has */
#define FRESH_STEPS 4     /* pixels of a block */
#define SOFT_BLOCKS 0.8f
#define SOFT_GAIN 0.5f
#define SOFT_ALIKE 0.35f
#define SOFT_ENERGY 0.28f
#define SOFT_ALL_BLOCKS 0.93f
#define SOFT_ALL_ENERGY 0.6f
#define SPRAYED_SHARE 0.12
#define PLACE_ALIKE 0.4f
#define PLACE_AHEAD 0.12f
#define PLACE_PIXELS 4
#define PARTS_ELSEWHERE 0.35f
#define NOWHERE_ALIKE 0.25f /* edges that have nothing to do with each other are alike by chance */
#define NOWHERE_LOST 0.65f
#define WHOLE_COLUMNS 3
#define NOWHERE_AXIS 0.75f
#define NOWHERE_RICH 0.6f

static const GwSceneVerdict nothing = {GW_SCENE_N_KINDS, FALSE, 0, 0};

static GwSceneVerdict verdict_of(GwSceneKind kind, gboolean gross, double measure, double threshold) {
  return (GwSceneVerdict){kind, gross, measure, threshold};
}

static float verdict_share(const float *mean, float from, float to) {
  guint n = 0;
  for (int i = 0; i < GW_SCENE_BLOCKS; i++)
    n += mean[i] > from && mean[i] < to;
  return (float)n / GW_SCENE_BLOCKS;
}

/* Black or white all over, which the reference was not.  Some of the view may shine through what is washed
 * out. */
static GwSceneVerdict verdict_level(const GwSceneMeasure *now, const GwSceneCompare *compare) {
  float dark = verdict_share(now->block_mean, -1, DARK_LEVELS);
  float bright = verdict_share(now->block_mean, BRIGHT_LEVELS, 256);
  gboolean is_seen =
      compare->kept > 0.2f && compare->n_known >= KNOWN_LEAST && compare->coarse_gain > SEEN_GAIN;
  if (dark > ALL_BLOCKS && !is_seen && verdict_share(compare->mean_was, -1, DARK_LEVELS) < 0.7f)
    return verdict_of(GW_SCENE_BLACK, dark > ALL_GROSS || now->mean < 24, 100 * dark, 100 * ALL_BLOCKS);
  if (bright > ALL_BLOCKS && now->mean > WHITE_MEAN &&
      verdict_share(compare->mean_was, BRIGHT_LEVELS, 256) < 0.5f)
    return verdict_of(GW_SCENE_WASHED, bright > ALL_GROSS, 100 * bright, 100 * ALL_BLOCKS);
  return nothing;
}

/* A picture that sways by half a pixel loses fine structure, too, though not its energy, nor everywhere. */
static gboolean verdict_is_soft(const GwSceneCompare *compare) {
  if (compare->fine_gain > SOFT_GAIN * compare->coarse_gain || compare->coarse_gain < 0.1f ||
      compare->coarse_alike < SOFT_ALIKE)
    return FALSE;
  return (compare->soft > SOFT_BLOCKS && compare->sharpness < SOFT_ENERGY) ||
         (compare->soft > SOFT_ALL_BLOCKS && compare->sharpness < SOFT_ALL_ENERGY);
}

static double verdict_lost_fine(const GwSceneCompare *compare) {
  return 100.0 * (1 - MAX(compare->fine_gain / compare->coarse_gain, 0));
}

/* Whatever stands before the lens leaves the view beside it whole; a view that moved is whole nowhere. */
static gboolean verdict_is_whole_beside(const GwSceneCompare *compare) {
  guint whole = 0;
  for (int bx = 0; bx < GW_SCENE_BLOCKS_W; bx++) {
    guint known = 0, kept = 0;
    for (int by = 0; by < GW_SCENE_BLOCKS_H; by++) {
      known += compare->block[by * GW_SCENE_BLOCKS_W + bx] != GW_SCENE_BLOCK_PLAIN;
      kept += compare->block[by * GW_SCENE_BLOCKS_W + bx] == GW_SCENE_BLOCK_KEPT;
    }
    whole += known >= 2 && kept == known;
  }
  return whole >= WHOLE_COLUMNS;
}

static GwSceneVerdict verdict_moved(const GwSceneCompare *compare) {
  return verdict_of(GW_SCENE_MOVED, FALSE, 100 * compare->lost, 100 * MOVED_LOST);
}

/* What was there is somewhere else in the picture. */
static gboolean verdict_is_found(const GwSceneMeasure *now, const GwSceneSlot *slot) {
  GwScenePlace place;
  gw_scene_align_search(now, slot->luma, &place);
  int far = MAX(ABS(place.dx), ABS(place.dy));
  return place.elsewhere > PARTS_ELSEWHERE ||
         (far >= PLACE_PIXELS && place.alike > PLACE_ALIKE && place.alike > place.rival + PLACE_AHEAD &&
          place.alike > place.here + PLACE_AHEAD);
}

/* What was there is gone, and there is something else as rich. */
static gboolean verdict_is_replaced(const GwSceneCompare *compare) {
  gboolean is_nowhere = compare->alike_mean < NOWHERE_ALIKE && compare->lost > NOWHERE_LOST;
  return (is_nowhere || compare->lost_axis > NOWHERE_AXIS) && !verdict_is_whole_beside(compare) &&
         compare->rich > NOWHERE_RICH * compare->rich_was;
}

/* A poor picture may be a hand, or a plain wall at which the camera looks now.  What is near enough to cover
 * all is too near to be sharp, but for its own rim, which runs along one row or column of blocks. */
static gboolean verdict_is_elsewhere(const GwSceneMeasure *now, const GwSceneSlot *slot,
                                     const GwSceneCompare *compare) {
  guint rows = 0, columns = 0;
  for (int by = 0; by < GW_SCENE_BLOCKS_H; by++)
    for (int bx = 0; bx < GW_SCENE_BLOCKS_W; bx++)
      if (compare->block[by * GW_SCENE_BLOCKS_W + bx] != GW_SCENE_BLOCK_KEPT &&
          gw_scene_new_steps(now, slot->luma, bx, by, NULL) >= FRESH_STEPS) {
        rows |= 1u << by;
        columns |= by >= 2 && by <= 8 ? 1u << bx : 0;
      }
  return (rows & rows >> 1 & rows >> 2) &&
         __builtin_popcount(columns) >= 3; /* names and clocks have two rows */
}

GwSceneVerdict gw_scene_judge(const GwSceneMeasure *now, const GwSceneSlot *slot,
                              const GwSceneCompare *compare) {
  GwSceneVerdict verdict = verdict_level(now, compare);
  if (verdict.kind != GW_SCENE_N_KINDS || compare->n_known < KNOWN_LEAST)
    return verdict;
  if (verdict_is_soft(compare))
    return verdict_of(GW_SCENE_DEFOCUSED, FALSE, verdict_lost_fine(compare), 100 * (1 - SOFT_GAIN));
  gboolean is_poor = compare->rich < NOWHERE_RICH * compare->rich_was;
  float gone = 1 - compare->kept;
  if (gone > COVERED_GONE && compare->lost > COVERED_LOST && is_poor)
    return verdict_of(verdict_is_elsewhere(now, slot, compare) ? GW_SCENE_MOVED : GW_SCENE_COVERED, FALSE,
                      100 * gone, 100 * COVERED_GONE);
  gboolean is_other = compare->lost > MOVED_LOST && compare->rich > COVERED_RICH * compare->rich_was;
  if (is_other && verdict_is_found(now, slot))
    return verdict_moved(compare);
  double painted = gw_scene_spray(now, slot, compare);
  if (painted > SPRAYED_SHARE)
    return verdict_of(GW_SCENE_SPRAYED, FALSE, 100 * painted, 100 * SPRAYED_SHARE);
  return is_other && verdict_is_replaced(compare) ? verdict_moved(compare) : nothing;
}
