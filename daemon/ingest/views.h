#pragma once
#include "daemon/base/types.h"

/* Moving pictures for those who look: a view is a stream that a worker sends in fragments of MP4, one picture
 * each; all who look at the same camera's stream share it, and its bytes.
 *
 * A view begins with the first who looks and ends 5 s after the last (looking back: at once, because a recorder
 * plays few at a time).  While its camera or its worker is away it waits and says why; then it goes on with the
 * next `gen`.  Thread: the owner.  At most GW_LIMIT_VIEWS at once, each with the pictures since its last keyframe
 * (gop.h); who looks keeps what he has not sent yet himself. */
typedef struct GwIngest GwIngest;
typedef struct GwViewer GwViewer; /* somebody who looks at one view */

#define GW_LIMIT_VIEWS 64

/* camera_id, or playback_id with user_id and at_us. */
typedef struct GwViewWish {
  GwId camera_id;
  gboolean main; /* its main stream; FALSE: the one that is watched anyway */
  GwId playback_id, user_id;
  GwUsec at_us; /* looking back: from when on */
} GwViewWish;

typedef enum GwViewWhat {
  GW_VIEW_WAITING, /* cause */
  GW_VIEW_PLAYING, /* gen, at_us (of its media time 0), codecs, width, height, bytes: the init segment */
  GW_VIEW_PICTURE, /* bytes, at_us, is_key, is_old */
  GW_VIEW_MISSED,  /* pictures: so many were lost before they came here; a keyframe is next */
  GW_VIEW_ENDED,   /* cause; nothing comes any more, and the viewer is gone */
} GwViewWhat;

typedef struct GwViewNews {
  GwViewWhat what;
  const char *cause; /* static or lent */
  guint gen;
  GwUsec at_us;
  const char *codecs;
  int width, height;
  GBytes *bytes; /* lent, immutable: reference it */
  gboolean is_key, is_old;
  guint pictures;
} GwViewNews;

/* Lent for the call, in which neither gw_view_watch() nor gw_view_unwatch() may be called. */
typedef void (*GwViewFunc)(const GwViewNews *news, gpointer user);

/* The first news come inside: `waiting`, or `playing` and what there is since the last keyframe.  NULL with
 * ret_cause (static): "not_found", "busy", "recorder_busy", "worker_gone". */
GwViewer *gw_view_watch(GwIngest *ingest, const GwViewWish *wish, GwViewFunc func, gpointer user,
                        const char **ret_cause);
void gw_view_unwatch(GwViewer *viewer); /* accepts NULL */

typedef struct GwViewFigures {
  guint views, viewers; /* now */
  guint64 missed;       /* pictures that the workers' queues had no room for */
} GwViewFigures;
void gw_view_figures(GwIngest *ingest, GwViewFigures *ret);
