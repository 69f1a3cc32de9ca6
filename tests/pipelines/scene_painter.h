#pragma once
#include "pipelines/scene/scene.h"

/* Paints thumbnails of a small street for the tests of the scene: the same seed paints the same street.  The
 * world is larger than the view, so that a camera can look elsewhere in it. */
#define PAINTER_W 960
#define PAINTER_H 540

typedef struct Painter {
  guint64 random;
  float world[PAINTER_H][PAINTER_W];
  float lamp[PAINTER_H][PAINTER_W]; /* 0 to 1: what a lamp at night reaches */
  guint8 luma[GW_SCENE_WIDTH * GW_SCENE_HEIGHT];
} Painter;

typedef struct PainterThing {
  int x, y, w, h; /* pixels of the view */
  float level;
  gboolean is_car; /* windows and wheels; else one tone */
  float soft;      /* pixels over which its rim fades; 0: sharp */
} PainterThing;

typedef struct PainterView {
  double at_s;
  double dx, dy, zoom; /* pixels of the view; zoom 0: 1 */
  float light, lift;   /* luma = light * world + lift; light 0: 1 */
  float fog;           /* 0 to 1 */
  float blur;          /* sigma in pixels */
  float noise;         /* sd */
  float shadow;        /* x of the rim of a long shadow, in pixels; 0: none */
  gboolean is_lamps;   /* night under lamps */
  gboolean has_clock;
  const PainterThing *things;
  guint n_things;
} PainterView;

void painter_init(Painter *painter, guint64 seed);
double painter_random(Painter *painter); /* 0 to 1 */
const guint8 *painter_paint(Painter *painter, const PainterView *view);
