#pragma once
#include "pipelines/cameras.h"
#include "pipelines/clips.h"
#include "pipelines/views.h"

/* What people look at and what is kept as evidence, for all cameras of a worker: its views and clips, and who
 * wakes them when pictures come.
 *
 * Thread: the control thread; gw_live_woken() any. */
typedef struct GwLive GwLive;

typedef struct GwLiveOut {
  gboolean (*show)(json_t *message, const guint8 *data, gsize bytes, gpointer user); /* media link; borrows */
  gboolean (*has_room)(gsize bytes, gpointer user);                                  /* for video, there */
  void (*end_view)(json_t *message_taken, gpointer user);               /* media link; never lost */
  gboolean (*say)(json_t *message_taken, GBytes *bytes, gpointer user); /* control link */
  gpointer user;
} GwLiveOut;

GwLive *gw_live_new(const GwSideRoom *room, const GwLiveOut *out);
void gw_live_free(GwLive *live);                            /* accepts NULL; before the cameras */
void gw_live_set_cameras(GwLive *live, GwCameras *cameras); /* lent */
void gw_live_add_figures(GwWorkerFigures *figures, gpointer live);
void gw_live_woken(gpointer live); /* a GwOutletWoken */

/* view.* and clip.*.  FALSE: it is none of these.  *ret_reason (static) is set when it makes no sense. */
gboolean gw_live_message(GwLive *live, const char *type, json_t *message, const char **ret_reason);
void gw_live_camera_gone(GwLive *live, GwId camera);
