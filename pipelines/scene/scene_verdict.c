#include "pipelines/scene/scene_private.h"

/* What one look says about the whole picture, strongest first.  Whether it is true is for the next looks. */
#define KNOWN_LEAST 8      /* blocks below which a view cannot be recognised */
#define DARK_LEVELS 30.f   /* black is 16 in most streams, and a lens cap is not without noise */
#define BRIGHT_LEVELS 222.f
#define ALL_BLOCKS 0.9f
#define ALL_GROSS 0.97f
#define MOVED_LOST 0.25f
#define COVERED_LOST 0.85f
#define COVERED_RICH 0.4f   /* of the structure that the reference has */
#define SOFT_BLOCKS 0.8f
#define SOFT_GAIN 0.5f
#define SOFT_ENERGY 0.28f
#define SPRAYED_SHARE 0.12
#define PLACE_ALIKE 0.4f
#define PLACE_AHEAD 0.12f
#define PLACE_PIXELS 4
#define PARTS_ELSEWHERE 0.35f
#define NOWHERE_ALIKE 0.25f /* edges that have nothing to do with each other are alike by chance */
#define NOWHERE_LOST 0.65f
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

/* Black or white all over, which the reference was not. */
static GwSceneVerdict verdict_level(const GwSceneMeasure *now, const GwSceneCompare *compare) {
  if (compare->kept > 0.2f && compare->n_known >= KNOWN_LEAST)
    return nothing;
  float dark = verdict_share(now->block_mean, -1, DARK_LEVELS);
  float bright = verdict_share(now->block_mean, BRIGHT_LEVELS, 256);
  if (dark > ALL_BLOCKS && verdict_share(compare->mean_was, -1, DARK_LEVELS) < 0.7f)
    return verdict_of(GW_SCENE_BLACK, dark > ALL_GROSS || now->mean < 24, 100 * dark, 100 * ALL_BLOCKS);
  if (bright > ALL_BLOCKS && verdict_share(compare->mean_was, BRIGHT_LEVELS, 256) < 0.7f)
    return verdict_of(GW_SCENE_WASHED, bright > ALL_GROSS || now->mean > 230, 100 * bright, 100 * ALL_BLOCKS);
  return nothing;
}

static gboolean verdict_is_soft(const GwSceneCompare *compare) {
  return compare->soft > SOFT_BLOCKS && compare->fine_gain < SOFT_GAIN * compare->coarse_gain &&
         compare->sharpness < SOFT_ENERGY && compare->coarse_gain > 0.2f && compare->coarse_alike > 0.6f;
}

static double verdict_lost_fine(const GwSceneCompare *compare) {
  return 100.0 * (1 - MAX(compare->fine_gain / compare->coarse_gain, 0));
}

/* What was there is somewhere else, or gone, and there is something else as rich. */
static GwSceneVerdict verdict_moved(const GwSceneMeasure *now, const GwSceneSlot *slot, const GwSceneCompare *compare) {
  GwSceneVerdict moved = verdict_of(GW_SCENE_MOVED, FALSE, 100 * compare->lost, 100 * MOVED_LOST);
  GwScenePlace place;
  gw_scene_align_search(now, slot->luma, &place);
  int far = MAX(ABS(place.dx), ABS(place.dy));
  if (far >= PLACE_PIXELS && place.alike > PLACE_ALIKE && place.alike > place.rival + PLACE_AHEAD &&
      place.alike > place.here + PLACE_AHEAD)
    return moved;
  if (place.elsewhere > PARTS_ELSEWHERE)
    return moved;
  if (compare->alike_mean < NOWHERE_ALIKE && compare->lost > NOWHERE_LOST &&
      compare->rich > NOWHERE_RICH * compare->rich_was)
    return moved;
  return nothing;
}

GwSceneVerdict gw_scene_judge(const GwSceneMeasure *now, const GwSceneSlot *slot, const GwSceneCompare *compare) {
  GwSceneVerdict verdict = verdict_level(now, compare);
  if (verdict.kind != GW_SCENE_N_KINDS || compare->n_known < KNOWN_LEAST)
    return verdict;
  if (verdict_is_soft(compare))
    return verdict_of(GW_SCENE_DEFOCUSED, FALSE, verdict_lost_fine(compare), 100 * (1 - SOFT_GAIN));
  gboolean is_poor = compare->rich < COVERED_RICH * compare->rich_was;
  if (compare->lost > COVERED_LOST && is_poor)
    return verdict_of(GW_SCENE_COVERED, FALSE, 100 * compare->lost, 100 * COVERED_LOST);
  if (compare->lost > MOVED_LOST && !is_poor)
    verdict = verdict_moved(now, slot, compare);
  if (verdict.kind != GW_SCENE_N_KINDS)
    return verdict;
  double painted = gw_scene_spray(now, slot, compare);
  if (painted > SPRAYED_SHARE)
    return verdict_of(GW_SCENE_SPRAYED, FALSE, 100 * painted, 100 * SPRAYED_SHARE);
  return nothing;
}
