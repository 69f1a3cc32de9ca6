#pragma once
#include "pipelines/live/timeline.h"
#include "pipelines/look/outlet.h"

/* One picture that somebody looks at: units of a stream in, an init segment and then a fragment each out.
 * What a loss broke is left out up to the next keyframe: a still picture is better than a false one.
 *
 * Thread: the control thread. */
typedef struct GwView GwView;

typedef struct GwViewInit {
  guint gen; /* 1, 2 …: another one when parameter sets, stream or clock are others */
  GwUsec epoch_us;
  const char *codecs; /* lent */
  int width, height;
} GwViewInit;

typedef struct GwViewUnit {
  guint gen;
  guint number; /* from 1 in each gen; those that were left out are counted */
  gboolean is_key, is_replay;
  GwUsec at_us;
} GwViewUnit;

/* FALSE: there is no room for it.  The view then goes on with its next keyframe. */
typedef struct GwViewOut {
  gboolean (*init)(GwView *view, const GwViewInit *init, GBytes *bytes, gpointer user);
  gboolean (*unit)(GwView *view, const GwViewUnit *unit, GBytes *bytes, gpointer user);
  gpointer user;
} GwViewOut;

typedef struct GwViewCounts {
  guint64 units, broken, late; /* sent; left out for a loss; left out for want of room */
} GwViewCounts;

/* `play_from_us`: what is played back begins there; 0: it is live. */
GwView *gw_view_new(GwUsec play_from_us, const GwViewOut *out);
void gw_view_free(GwView *view); /* accepts NULL */

/* `units` as gw_ear_take() gives them; `ahead_us`: the wall clock is so much ahead of the monotonic one. */
void gw_view_take(GwView *view, const GArray *units, GwUsec ahead_us);
/* Played back: what comes now was recorded at `at_us`, the recorder says; counts from the next keyframe on,
 * or at once when nothing came yet. */
void gw_view_correct(GwView *view, GwUsec at_us);
GwUsec gw_view_at_us(const GwView *view); /* of the newest picture; 0: none yet */
void gw_view_counts(const GwView *view, GwViewCounts *ret);
