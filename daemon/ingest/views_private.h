#pragma once
#include "daemon/ingest/gop.h"
#include "daemon/ingest/ingest_private.h"
#include "daemon/ingest/views.h"

/* The inside of views: views.c (which there are, who looks at them), view_open.c (what a worker is asked for),
 * view_media.c (what it sends). */

typedef enum GwViewKind { GW_VIEW_OF_WATCHED, GW_VIEW_OF_MAIN, GW_VIEW_OF_PAST } GwViewKind;

struct GwView {
  GwIngest *ingest;
  GwViewKind kind;
  GwId camera_id;
  GwId recorder_id;    /* of the past; else 0 */
  GwUsec play_from_us; /* of the past */
  GPtrArray *viewers;  /* GwViewer */

  gint64 number;    /* as its worker knows it; 0: not open anywhere */
  GwWorker *worker; /* lent; whom it is open at */
  guint failures;   /* openings in a row that came to nothing */
  GwUsec retry_mono_us; /* not open: when to try again; 0: when its camera is told to a worker */
  GwUsec empty_since_mono_us; /* nobody looks since; 0: somebody does */

  gboolean is_playing;
  char *cause;     /* waiting: why */
  gint64 worker_gen, last_number; /* as the worker counts */
  guint gen;       /* as those who look count: never again, whatever worker it is */
  GwUsec epoch_us;
  char *codecs;
  int width, height;
  GBytes *init;
  GwGop gop;
  GByteArray *part; /* of a picture that comes in pieces */
  guint lost;       /* pictures since the last one that could be shown */
  gboolean has_shown; /* a keyframe of this gen was there */
  gboolean has_fresh; /* its camera was said to stand still, and a picture has come since */
};

struct GwViewer {
  GwView *view;
  GwViewFunc func;
  gpointer user;
};

struct GwViews {
  GPtrArray *all; /* GwView */
  gint64 last_number;
  guint64 missed;
  GHashTable *let_go; /* GwId * of a recorder -> GwUsec *: when a playback of it ended (monotonic) */
};

/* ---- views.c ---- */
void gw_view_tell(GwView *view, const GwViewNews *news);
void gw_view_wait(GwView *view, const char *cause); /* it plays no more, for now */
void gw_view_end(GwView *view, const char *cause);  /* and is freed */
void gw_view_play(GwView *view, GwViewer *viewer);  /* `playing` and what there is, to one or (NULL) all */
void gw_view_go_on(GwView *view); /* it was said to be away: what there is, as another gen, unless it is away still */
GwView *gw_view_of(GwWorker *worker, gint64 number); /* NULL: not this worker's */

/* ---- view_open.c ---- */
/* Whether there is such a stream: fills camera_id, kind, recorder_id, play_from_us of `ret`.  NULL, or why not. */
const char *gw_view_find(GwIngest *ingest, const GwViewWish *wish, GwView *ret);
void gw_view_open(GwView *view); /* at its camera's worker, when that runs */
void gw_view_close(GwView *view); /* tells the worker; the view stays */
