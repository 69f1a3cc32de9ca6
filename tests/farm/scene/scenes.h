#pragma once
#include "tests/farm/scene/paint.h"

/* The places our simulated cameras look at.  `still` is painted once, `moving` on a copy of it for
 * each picture; `t` are seconds since the clip began and `length` is the clip's, so that whatever moves
 * can be back where it was when the clip starts over. */
typedef struct Scene {
  const char *name;
  void (*still)(Canvas *canvas);
  void (*moving)(Canvas *canvas, double t, double length);
  double noise; /* strength of the sensor's grain: more at night */
} Scene;

const Scene *scene_find(const char *name); /* NULL: none of that name */
const char *scene_names(void);             /* for a usage line; static */
