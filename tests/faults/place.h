#pragma once
#include "tests/farm/scene/paint.h"

/* Where a camera hangs, drawn from a seed: a yard, a gate, a road, a wall by night, a garage, a hall. Painted
 * three times as wide and high as the camera sees, so that it can look elsewhere.  Thread: one a place. */
typedef enum PlaceKind {
  PLACE_YARD,
  PLACE_GATE,
  PLACE_ROAD,
  PLACE_WALL,
  PLACE_GARAGE,
  PLACE_HALL,
  PLACE_N_KINDS
} PlaceKind;

#define PLACE_LOTS 6
typedef struct Place {
  PlaceKind kind;
  gboolean outdoor;
  gboolean infrared;         /* at night it sees by its own lamps, without colour */
  guint width, height;       /* of the view, pixels */
  double ground;             /* y of the horizon, in points of the view (720 high) */
  double lots_x[PLACE_LOTS]; /* where cars park, feet at lots_y */
  double lots_y, car_height;
  guint n_lots;
  Canvas *wide; /* by day, without anybody */
  guint8 *lit;  /* what of the light is left at night, 0 to 255, a pixel of the view each */
  guint n_trees;
  Point trees[4];
  double colour; /* mean distance of chroma from grey by day */
} Place;

Place *place_new(GRand *dice, guint width, guint height);
void place_free(Place *place);
/* The view shifted by whole pixels from where it looks by default. */
void place_crop(const Place *place, int dx, int dy, Canvas *view, gboolean with_colour);
