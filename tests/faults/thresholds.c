#include "tests/faults/thresholds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PIXELS (GW_SCENE_WIDTH * GW_SCENE_HEIGHT)
#define ALIKE_LOOKS 10
#define ALIKE_LEVELS 2 /* a pixel is alike within so much */

struct Thresholds {
  guint8 last[PIXELS];
  guint alike;
};

Thresholds *thresholds_new(void) {
  return g_new0(Thresholds, 1);
}

void thresholds_free(Thresholds *t) {
  g_free(t);
}

guint thresholds_look(Thresholds *t, const guint8 *luma) {
  double sum = 0, squares = 0;
  guint same = 0, said = 0;
  for (guint i = 0; i < PIXELS; i++) {
    sum += luma[i];
    squares += (double)luma[i] * luma[i];
    same += abs(luma[i] - t->last[i]) <= ALIKE_LEVELS;
  }
  memcpy(t->last, luma, PIXELS);
  t->alike = same > 0.95 * PIXELS ? t->alike + 1 : 0;
  const double mean = sum / PIXELS, contrast = sqrt(MAX(0, squares / PIXELS - mean * mean));
  if (mean < 30)
    said |= 1u << GW_SCENE_BLACK;
  if (mean > 220)
    said |= 1u << GW_SCENE_WASHED;
  if (contrast < 25)
    said |= 1u << GW_SCENE_COVERED;
  if (t->alike >= ALIKE_LOOKS)
    said |= 1u << GW_SCENE_FROZEN;
  return said;
}
