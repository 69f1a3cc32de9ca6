#pragma once
#include "tests/pipelines/cm.h"
#include "tests/pipelines/scene_painter.h"

/* A camera's life in thumbnails: looked at every 10 s, and every 2 s while something is suspected. */
typedef struct Life {
  Painter painter;
  GwScene *scene;
  PainterView view;
  double colour;
  double now_s;
  /* paints the next look into `view`; may be NULL: as it is */
  void (*before_look)(struct Life *life, double since_s);
  double t0_s; /* since_s counts from here */
  PainterThing things[8];

  guint raised[GW_SCENE_N_KINDS], ended[GW_SCENE_N_KINDS], references, lights;
  double raised_at_s[GW_SCENE_N_KINDS]; /* the last one */
  GwSceneFinding last;
  gboolean suspected;
} Life;

Life *life_new(guint64 seed); /* with a reference, learned from three minutes by day */
void life_free(Life *life);
void life_run(Life *life, double seconds);
void life_do(Life *life, double seconds, void (*before_look)(Life *life, double since_s));
/* Things that stand in the view from now on. */
void life_put(Life *life, const PainterThing *things, guint n);
guint life_findings(const Life *life); /* all kinds */

/* Fails unless `kind` alone was raised, in at most `within_s` after `at_s`. */
void life_expect(const Life *life, GwSceneKind kind, double at_s, double within_s);
void life_expect_nothing(const Life *life);
