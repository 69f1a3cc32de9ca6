#include "pipelines/scene/scene_private.h"

#include <string.h>

/* A sensor is never the same twice, so a picture that is the same to the pixel does not come from it.  Only a
 * clock that the encoder writes into it goes on: few blocks, in one or two lines of text near a border. */
#define CLOCK_BLOCKS_MOST 16
#define CLOCK_ROWS_MOST 3

static gboolean frozen_is_clock(const guint8 *ticked) {
  int n = 0, first = GW_SCENE_BLOCKS_H, last = -1;
  for (int i = 0; i < GW_SCENE_BLOCKS; i++)
    if (ticked[i]) {
      int row = i / GW_SCENE_BLOCKS_W;
      n++;
      first = MIN(first, row);
      last = MAX(last, row);
    }
  gboolean is_line = last < CLOCK_ROWS_MOST || first >= GW_SCENE_BLOCKS_H - CLOCK_ROWS_MOST;
  return n == 0 || (n <= CLOCK_BLOCKS_MOST && is_line);
}

double gw_scene_frozen_look(GwSceneFrozen *frozen, const GwSceneMeasure *now, GwUsec at_us) {
  guint8 ticked[GW_SCENE_BLOCKS];
  for (int i = 0; i < GW_SCENE_BLOCKS; i++)
    ticked[i] = frozen->ticked[i] || frozen->hash[i] != now->block_hash[i];
  gboolean is_same = frozen->since_us && frozen_is_clock(ticked);
  memcpy(frozen->hash, now->block_hash, sizeof frozen->hash);
  if (!is_same) {
    memset(frozen->ticked, 0, sizeof frozen->ticked);
    frozen->since_us = at_us;
    frozen->n_same = 0;
    return 0;
  }
  memcpy(frozen->ticked, ticked, sizeof ticked);
  frozen->n_same++;
  return frozen->n_same >= 5 ? (double)(at_us - frozen->since_us) / GW_SEC : 0.001;
}
