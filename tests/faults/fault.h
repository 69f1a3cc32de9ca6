#pragma once
#include "pipelines/scene/scene.h"
#include "tests/faults/life.h"

/* What is done to a camera, drawn from a seed.  The kinds are those the scene should find. */
typedef struct Fault {
  GwSceneKind kind;
  double from; /* seconds of the life */
  guint32 seed;
  LifeView view;     /* MOVED: where it looks now */
  double turn, zoom; /* MOVED: also turned a little, or zoomed */
  double blur;       /* DEFOCUSED: radius in points of 1280 */
  gboolean has_zone; /* FALSE: this place has no room for a zone */
  Point zone[4];     /* ZONE: where something is put */
  double dwell_s;
  gboolean clock_stops; /* FROZEN: the burnt-in clock, too */
  Canvas *frozen;       /* FROZEN: the last picture */
} Fault;

Fault *fault_new(GwSceneKind kind, guint32 seed, double from, const Life *life, const Place *place);
void fault_free(Fault *fault);
/* The view that life is painted with from now on. */
LifeView fault_view(const Fault *fault, double t);
void fault_apply(Fault *fault, double t, Canvas *canvas, gboolean with_colour);
