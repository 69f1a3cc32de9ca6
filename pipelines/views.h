#pragma once
#include "pipelines/live/view.h"
#include "pipelines/side_stream.h"

#include <jansson.h>

/* All views of a worker: what people look at.  view.open and view.close come in, view.init, view.unit and
 * view.ended go out on the media link (daemon/link/README.md).
 *
 * Thread: the control thread. */
#define GW_VIEWS_MOST 64

typedef struct GwViews GwViews;

typedef struct GwViewsOut {
  /* Borrows the message; FALSE: there is no room, nothing of it went. */
  gboolean (*show)(json_t *message, const guint8 *data, gsize bytes, gpointer user);
  /* Whether so many bytes have room now. */
  gboolean (*has_room)(gsize bytes, gpointer user);
  void (*ended)(json_t *message_taken, gpointer user); /* is not lost */
  /* The outlet of a watched camera, lent; NULL: no such camera. */
  GwOutlet *(*outlet_of)(GwId camera, gpointer user);
  gpointer user;
} GwViewsOut;

typedef struct GwViewsFigures {
  guint views;         /* open now */
  GwViewCounts counts; /* of all that ever were */
} GwViewsFigures;

/* `woken` is what a side stream's units call, as those of watched cameras do; gw_views_drain() is then due.
 */
GwViews *gw_views_new(const GwSideRoom *room, const GwViewsOut *out, GwOutletWoken woken,
                      gpointer woken_user);
void gw_views_free(GwViews *views); /* accepts NULL */

/* *ret_reason (static) is set when it makes no sense. */
void gw_views_open(GwViews *views, json_t *message, const char **ret_reason);
void gw_views_close(GwViews *views, json_t *message);
void gw_views_camera_gone(GwViews *views, GwId camera); /* nobody watches it any more */

void gw_views_drain(GwViews *views);
void gw_views_tick(GwViews *views, GwUsec now_mono_us); /* several times a second */
void gw_views_figures(GwViews *views, GwViewsFigures *ret);
