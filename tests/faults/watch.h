#pragma once
#include "pipelines/scene/scene.h"
#include "tests/faults/fault.h"

/* One camera watched for a while by the scene as the worker would: a look every ten seconds, every two while
 * something is suspected.  Thread: one a run. */
typedef struct WatchResult {
  gboolean caught, exact;  /* by a kind that names it well enough; by its very kind */
  double seconds;          /* from the fault (ZONE: from the end of its dwell) to the finding */
  guint false_findings;    /* in ordinary life, or before the fault */
  GwSceneKind first_false; /* of them */
  double first_false_at;
  gboolean peer_caught;
  guint peer_false;
  guint looks;
} WatchResult;

/* A clip: every picture through a real encoder and the worker's own decoder. */
typedef struct WatchClip {
  GwSceneKind kind;
  guint32 seed;
} WatchClip;
gboolean watch_clip(const WatchClip *clip, WatchResult *ret);

/* A camera's day, or part of it, in thumbnails. */
void watch_life(guint32 seed, double length_s, WatchResult *ret);
/* A real clip of 320 x 180 grey pictures, over and over, with a sensor's noise. */
void watch_real(const guint8 *pictures, guint n, double fps, guint32 seed, double length_s, WatchResult *ret);
