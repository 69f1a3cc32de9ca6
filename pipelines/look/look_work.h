#pragma once
#include <gst/gst.h>

#include "pipelines/look/looker.h"
#include "pipelines/look/shown.h"

/* One look: decode, make small, show to the scene, read codes, say.  What a decode thread does; see looker.c
 * for whose turn it is.
 *
 * Thread: one at a time per GwLookWork, and per GwLookSubject. */

/* What the control thread wants of a camera, to be done before its next look. */
typedef struct GwLookOrders {
  gboolean has_set, codes, learn, reconnected;
  gboolean has_away, away;
  GwSceneZone *zones; /* n_zones, owned */
  guint n_zones;
  int utc_offset_s;
  GBytes *reference; /* NULL: none, or the one that it has */
} GwLookOrders;
void gw_look_orders_clear(GwLookOrders *orders);

/* A camera as the decode threads know it. */
typedef struct GwLookSubject {
  GwId camera;
  GwScene *scene; /* NULL: not looked at yet */
  GwShown shown;
  GwUsec last_at_us;
  gboolean is_away; /* turned elsewhere: not judged */
  gboolean asked;  /* gw_scene_learn() was for a person */
  guint told_hash; /* of the reference that the last look told; 0: none */
} GwLookSubject;
GwLookSubject *gw_look_subject_new(GwId camera);
void gw_look_subject_free(GwLookSubject *subject); /* accepts NULL */

typedef struct GwLookTask {
  GwLookSubject *subject;
  GstBuffer *keyframe; /* lent */
  const char *codec;
  int width, height;
  GwUsec at_us;
  gboolean for_scene, for_still, for_codes;
} GwLookTask;

typedef struct GwLookWork GwLookWork;
GwLookWork *gw_look_work_new(const GwLookerEvents *events, gpointer user); /* lent */
void gw_look_work_free(GwLookWork *work);                                  /* accepts NULL */

/* Does the orders, then looks.  FALSE: the keyframe could not be decoded.  *ret_suspected: look again soon;
 * set only by a look for the scene. */
gboolean gw_look_work_do(GwLookWork *work, const GwLookTask *task, const GwLookOrders *orders,
                         gboolean *ret_suspected);
