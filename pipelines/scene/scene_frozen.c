#include "pipelines/scene/scene_private.h"

#include <math.h>
#include <string.h>

/* A sensor is never the same twice, so a part of the picture that is the same to the pixel as some looks ago
 * did not come from one.  The picture as a whole need not be: where a clock runs on, or the bitrate is held,
 * the encoder codes what stands still a little differently each time, but out of few ways.  Where the picture
 * is clipped to black or white there is no noise, so that does not count. */
#define STILL_SHARE 0.3f /* of the parts, in the mean of some looks */
#define MOVING_SHARE 0.2f
#define PEAK_SHARE                                                                                           \
  0.85f /* in one look now and then: in a dark, quiet view much is the same by chance, never all */
#define PEAK_US (40 * GW_SEC)
#define ALIVE_SHARE 0.03f
#define MEAN_US (20 * GW_SEC)
#define PARTS_LEAST 30
#define CLIPPED_DARK 24.f
#define CLIPPED_BRIGHT 230.f

/* The share of unclipped parts that were seen so before. */
static float frozen_share(const GwSceneFrozen *frozen, const GwSceneMeasure *now) {
  guint n = 0, same = 0;
  for (int i = 0; i < GW_SCENE_BLOCKS; i++) {
    if (now->block_mean[i] < CLIPPED_DARK || now->block_mean[i] > CLIPPED_BRIGHT)
      continue;
    gboolean is_same = FALSE;
    for (guint k = 0; k < MIN(frozen->n, GW_SCENE_STILLS); k++)
      is_same |= frozen->hash[k][i] == now->block_hash[i];
    same += is_same;
    n++;
  }
  return n >= PARTS_LEAST ? (float)same / (float)n : 0;
}

double gw_scene_frozen_look(GwSceneFrozen *frozen, const GwSceneMeasure *now, GwUsec at_us) {
  float share = frozen_share(frozen, now);
  float pace = 1 - expf(-(float)(at_us - frozen->last_us) / MEAN_US);
  memcpy(frozen->hash[frozen->n % GW_SCENE_STILLS], now->block_hash, sizeof now->block_hash);
  if (++frozen->n == 2 * GW_SCENE_STILLS)
    frozen->n = GW_SCENE_STILLS;
  frozen->mean = share < ALIVE_SHARE ? 0 : frozen->mean + (share - frozen->mean) * pace;
  if (share > PEAK_SHARE)
    frozen->peak_us = at_us;
  gboolean has_peak = frozen->peak_us && at_us - frozen->peak_us < PEAK_US;
  if (!has_peak || frozen->mean < (frozen->since_us ? MOVING_SHARE : STILL_SHARE))
    frozen->since_us = 0;
  else if (!frozen->since_us)
    frozen->since_us = frozen->last_us;
  frozen->last_us = at_us;
  return frozen->since_us ? (double)(at_us - frozen->since_us) / GW_SEC : 0;
}
