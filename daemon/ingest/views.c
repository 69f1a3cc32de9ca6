/* Which views there are, and who looks at them. */
#include "daemon/ingest/views.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ingest/views_private.h"

#define LINGER_US (5 * GW_SEC)   /* a view stays open so long when nobody looks: somebody may come back */
#define SLOWEST_RETRY_S 30
#define RECORDER_REST_US (4 * GW_SEC) /* a recorder may need so long to notice that a playback has ended */
#define RECORDER_TRIES 4

void gw_views_init(GwIngest *ingest) {
  ingest->views = g_new0(struct GwViews, 1);
  ingest->views->all = g_ptr_array_new();
  ingest->views->let_go = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
}

static void view_free(GwView *view) {
  g_ptr_array_unref(view->viewers);
  g_clear_pointer(&view->init, g_bytes_unref);
  g_clear_pointer(&view->part, g_byte_array_unref);
  gw_gop_clear(&view->gop);
  g_free(view->codecs);
  g_free(view->cause);
  g_free(view);
}

void gw_views_clear(GwIngest *ingest) {
  while (ingest->views->all->len > 0)
    gw_view_end(g_ptr_array_index(ingest->views->all, 0), "worker_gone");
  g_ptr_array_unref(ingest->views->all);
  g_hash_table_unref(ingest->views->let_go);
  g_clear_pointer(&ingest->views, g_free);
}

GwView *gw_view_of(GwWorker *worker, gint64 number) {
  const GPtrArray *all = worker->ingest->views->all;
  for (guint i = 0; number > 0 && i < all->len; i++) {
    GwView *view = g_ptr_array_index(all, i);
    if (view->number == number)
      return view->worker == worker ? view : NULL;
  }
  return NULL;
}

/* ---- telling ---- */

void gw_view_tell(GwView *view, const GwViewNews *news) {
  for (guint i = 0; i < view->viewers->len; i++) {
    GwViewer *viewer = g_ptr_array_index(view->viewers, i);
    viewer->func(news, viewer->user);
  }
}

static void tell_one(GwViewer *viewer, const GwViewNews *news) {
  viewer->func(news, viewer->user);
}

static void tell_to(GwView *view, GwViewer *viewer, const GwViewNews *news) {
  if (viewer)
    tell_one(viewer, news);
  else
    gw_view_tell(view, news);
}

void gw_view_play(GwView *view, GwViewer *viewer) {
  const GwViewNews playing = {.what = GW_VIEW_PLAYING,
                              .gen = view->gen,
                              .at_us = view->epoch_us,
                              .codecs = view->codecs,
                              .width = view->width,
                              .height = view->height,
                              .bytes = view->init};
  view->is_playing = TRUE;
  tell_to(view, viewer, &playing);
  for (guint i = 0; i < view->gop.pictures->len; i++) {
    const GwGopPicture *p = &g_array_index(view->gop.pictures, GwGopPicture, i);
    const GwViewNews news = {
        .what = GW_VIEW_PICTURE, .bytes = p->bytes, .at_us = p->at_us, .is_key = p->is_key, .is_old = TRUE};
    tell_to(view, viewer, &news);
  }
}

/* The worker's word comes another way than its pictures: some that were sent before it come after it.  A camera that
 * was lost comes back with another stream, one that only stood still goes on with this one. */
void gw_view_go_on(GwView *view) {
  const GwWatched *watched = g_hash_table_lookup(view->ingest->cameras, &view->camera_id);
  const char *state = view->kind == GW_VIEW_OF_WATCHED && watched && watched->state ? watched->state : "live";
  view->has_fresh = strcmp(state, "stalled") == 0;
  if (view->is_playing || !view->init || view->gop.pictures->len == 0 || strcmp(state, "live") != 0)
    return;
  view->gen++;
  gw_view_play(view, NULL);
}

void gw_view_wait(GwView *view, const char *cause) {
  const char *why = cause && strcmp(cause, "none") != 0 ? cause : "starting";
  if (!view->is_playing && g_strcmp0(view->cause, why) == 0)
    return;
  g_autofree char *old = g_steal_pointer(&view->cause);
  view->cause = g_strdup(why);
  view->is_playing = view->has_fresh = FALSE;
  const GwViewNews news = {.what = GW_VIEW_WAITING, .cause = view->cause};
  gw_view_tell(view, &news);
}

static void note_let_go(GwView *view) {
  if (view->kind == GW_VIEW_OF_PAST)
    g_hash_table_replace(view->ingest->views->let_go, gw_id_key(view->recorder_id), gw_id_key(gw_clock_mono_us()));
}

static void drop(GwView *view) {
  gw_view_close(view);
  note_let_go(view);
  g_ptr_array_remove(view->ingest->views->all, view);
  gw_clips_go_on(view->ingest); /* a recorder may be free now */
  view_free(view);
}

void gw_view_end(GwView *view, const char *cause) {
  const GwViewNews news = {.what = GW_VIEW_ENDED, .cause = cause};
  while (view->viewers->len > 0) {
    g_autofree GwViewer *viewer = g_ptr_array_steal_index(view->viewers, view->viewers->len - 1);
    tell_one(viewer, &news);
  }
  drop(view);
}

/* ---- who looks ---- */

static GwView *find_shared(GwIngest *ingest, const GwView *like) {
  for (guint i = 0; like->kind != GW_VIEW_OF_PAST && i < ingest->views->all->len; i++) {
    GwView *view = g_ptr_array_index(ingest->views->all, i);
    if (view->camera_id == like->camera_id && view->kind == like->kind)
      return view;
  }
  return NULL;
}

guint gw_views_of_recorder(GwIngest *ingest, GwId recorder_id) {
  guint n = 0;
  for (guint i = 0; i < ingest->views->all->len; i++)
    n += ((GwView *)g_ptr_array_index(ingest->views->all, i))->recorder_id == recorder_id;
  return n;
}

/* One that nobody looks at makes room. */
static gboolean has_room(GwIngest *ingest) {
  GPtrArray *all = ingest->views->all;
  for (guint i = 0; all->len >= GW_LIMIT_VIEWS && i < all->len; i++) {
    GwView *view = g_ptr_array_index(all, i);
    if (view->viewers->len == 0) {
      drop(view);
      break;
    }
  }
  return all->len < GW_LIMIT_VIEWS;
}

/* Why there is nothing to be seen yet. */
static const char *first_cause(const GwView *view) {
  const GwWatched *watched = g_hash_table_lookup(view->ingest->cameras, &view->camera_id);
  if (!watched || !watched->worker->is_up)
    return "worker_gone";
  const gboolean is_away = view->kind == GW_VIEW_OF_WATCHED && watched->state && watched->cause &&
                           strcmp(watched->state, "live") != 0 && strcmp(watched->cause, "none") != 0;
  return is_away ? watched->cause : "starting";
}

static GwView *make_view(GwIngest *ingest, const GwView *like) {
  GwView *view = g_new0(GwView, 1);
  *view = *like;
  view->ingest = ingest;
  view->viewers = g_ptr_array_new();
  view->empty_since_mono_us = gw_clock_mono_us();
  view->cause = g_strdup(first_cause(view));
  gw_gop_init(&view->gop);
  g_ptr_array_add(ingest->views->all, view);
  return view;
}

GwViewer *gw_view_watch(GwIngest *ingest, const GwViewWish *wish, GwViewFunc func, gpointer user,
                        const char **ret_cause) {
  GwView like = {0};
  *ret_cause = gw_view_find(ingest, wish, &like);
  if (*ret_cause)
    return NULL;
  GwView *view = find_shared(ingest, &like);
  if (!view && !has_room(ingest)) {
    *ret_cause = "busy";
    return NULL;
  }
  const gboolean is_new = !view;
  if (is_new)
    view = make_view(ingest, &like);
  GwViewer *viewer = g_new(GwViewer, 1);
  *viewer = (GwViewer){view, func, user};
  g_ptr_array_add(view->viewers, viewer);
  view->empty_since_mono_us = 0;
  if (is_new)
    gw_view_open(view);
  if (view->is_playing) {
    gw_view_play(view, viewer);
  } else {
    const GwViewNews news = {.what = GW_VIEW_WAITING, .cause = view->cause};
    tell_one(viewer, &news);
  }
  return viewer;
}

void gw_view_unwatch(GwViewer *viewer) {
  if (!viewer)
    return;
  GwView *view = viewer->view;
  g_ptr_array_remove_fast(view->viewers, viewer);
  g_free(viewer);
  if (view->viewers->len > 0)
    return;
  if (view->kind == GW_VIEW_OF_PAST)
    drop(view);
  else
    view->empty_since_mono_us = gw_clock_mono_us();
}

void gw_view_figures(GwIngest *ingest, GwViewFigures *ret) {
  *ret = (GwViewFigures){.views = ingest->views->all->len, .missed = ingest->views->missed};
  for (guint i = 0; i < ingest->views->all->len; i++)
    ret->viewers += ((GwView *)g_ptr_array_index(ingest->views->all, i))->viewers->len;
}

/* ---- what happens to cameras and workers ---- */

/* The worker has nothing of it any more. */
static void forget_number(GwView *view) {
  view->number = 0;
  view->worker = NULL;
  gw_gop_break(&view->gop);
}

static void try_later(GwView *view) {
  const guint wait_s = MIN(1u << MIN(view->failures, 5), SLOWEST_RETRY_S);
  view->failures++;
  view->retry_mono_us = gw_clock_mono_us() + wait_s * GW_SEC;
}

/* The one before has hardly ended: it is not busy with us for long. */
static gboolean recorder_is_resting(const GwView *view) {
  const GwUsec *let_go = g_hash_table_lookup(view->ingest->views->let_go, &view->recorder_id);
  return let_go && gw_clock_mono_us() - *let_go < RECORDER_REST_US && view->failures < RECORDER_TRIES;
}

void gw_views_on_ended(GwView *view, const char *cause) {
  forget_number(view);
  const gboolean again = view->kind != GW_VIEW_OF_PAST ||
                         (view->gen == 0 && strcmp(cause, "recorder_full") == 0 && recorder_is_resting(view));
  if (!again) {
    gw_view_end(view, cause);
    return;
  }
  if (view->kind == GW_VIEW_OF_PAST) {
    view->failures++;
    view->retry_mono_us = gw_clock_mono_us();
  } else {
    try_later(view);
    gw_view_wait(view, cause);
  }
}

void gw_views_on_down(GwWorker *worker) {
  g_autoptr(GPtrArray) now = g_ptr_array_copy(worker->ingest->views->all, NULL, NULL);
  for (guint i = 0; i < now->len; i++) {
    GwView *view = g_ptr_array_index(now, i);
    if (view->worker != worker)
      continue;
    forget_number(view);
    if (view->kind == GW_VIEW_OF_PAST)
      gw_view_end(view, "worker_gone");
    else
      gw_view_wait(view, "worker_gone"); /* until its camera is told to a worker */
  }
}

void gw_views_on_camera_told(GwIngest *ingest, GwId camera_id) {
  for (guint i = 0; i < ingest->views->all->len; i++) {
    GwView *view = g_ptr_array_index(ingest->views->all, i);
    if (view->camera_id != camera_id || view->kind == GW_VIEW_OF_PAST)
      continue;
    gw_view_close(view); /* its address may be another, or its worker */
    gw_view_wait(view, "starting");
    gw_view_open(view);
  }
}

void gw_views_on_camera_moved(GwIngest *ingest, GwId camera_id) {
  for (guint i = ingest->views->all->len; i > 0; i--) {
    GwView *view = g_ptr_array_index(ingest->views->all, i - 1);
    if (view->camera_id != camera_id)
      continue;
    if (view->kind == GW_VIEW_OF_PAST) {
      gw_view_end(view, "worker_gone");
      continue;
    }
    gw_view_close(view);
    gw_view_wait(view, "starting"); /* its new worker is told of the camera, then of this */
  }
}

void gw_views_on_camera_gone(GwIngest *ingest, GwId camera_id) {
  for (guint i = ingest->views->all->len; i > 0; i--) {
    GwView *view = g_ptr_array_index(ingest->views->all, i - 1);
    if (view->camera_id == camera_id)
      gw_view_end(view, "not_found");
  }
}

void gw_views_on_camera_state(GwIngest *ingest, GwId camera_id, const char *state, const char *cause) {
  const gboolean is_live = strcmp(state, "live") == 0;
  for (guint i = 0; i < ingest->views->all->len; i++) {
    GwView *view = g_ptr_array_index(ingest->views->all, i);
    if (view->camera_id != camera_id || view->kind != GW_VIEW_OF_WATCHED)
      continue;
    if (!is_live)
      gw_view_wait(view, cause);
    else if (view->has_fresh)
      gw_view_go_on(view); /* else its next picture says so better */
  }
}

static gboolean is_over(const GwView *view, GwUsec now_mono_us) {
  return view->empty_since_mono_us > 0 && now_mono_us - view->empty_since_mono_us >= LINGER_US;
}

void gw_views_tick(GwIngest *ingest, GwUsec now_mono_us) {
  for (guint i = ingest->views->all->len; i > 0; i--) {
    GwView *view = g_ptr_array_index(ingest->views->all, i - 1);
    if (is_over(view, now_mono_us)) {
      drop(view);
    } else if (view->number == 0 && view->retry_mono_us > 0 && view->retry_mono_us <= now_mono_us) {
      view->retry_mono_us = 0;
      gw_view_open(view);
    }
  }
}
