#include "pipelines/views.h"

#include "daemon/base/clock.h"

#include <string.h>

#define PIECE_BYTES (512 * 1024)
#define HEAD_BYTES 256          /* of a message's JSON, about */
#define CORRECT_US (2 * GW_SEC) /* what is played back is not shown by a time that is further off */

struct GwViews {
  GHashTable *by_number; /* GwId* -> Entry */
  GwSideRoom room;
  GwViewsOut out;
  GwOutletWoken woken;
  gpointer woken_user;
  GwViewCounts before; /* of those that are closed */
};

typedef struct Entry {
  GwId number, camera;
  GwViews *views;
  GwView *view;
  GwEar *ear;
  GwOutlet *own;      /* of `side`; NULL: it is a watched camera's */
  GwSideStream *side; /* NULL: a camera that is watched anyway */
  gboolean is_playback, is_corrected;
} Entry;

static void entry_free(gpointer p) {
  Entry *e = p;
  GwViewCounts counts;
  gw_view_counts(e->view, &counts);
  e->views->before.units += counts.units;
  e->views->before.broken += counts.broken;
  e->views->before.late += counts.late;
  gw_side_stream_free(e->side);
  gw_ear_close(e->ear);
  gw_outlet_unref(e->own);
  gw_view_free(e->view);
  g_free(e);
}

GwViews *gw_views_new(const GwSideRoom *room, const GwViewsOut *out, GwOutletWoken woken,
                      gpointer woken_user) {
  GwViews *views = g_new0(GwViews, 1);
  views->by_number = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, entry_free);
  views->room = *room;
  views->out = *out;
  views->woken = woken;
  views->woken_user = woken_user;
  return views;
}

void gw_views_free(GwViews *views) {
  if (!views)
    return;
  g_hash_table_unref(views->by_number);
  g_free(views);
}

/* ---- out ---- */

static void say_ended(GwViews *views, GwId number, const char *cause) {
  views->out.ended(
      json_pack("{s:s,s:I,s:s}", "type", "view.ended", "view", (json_int_t)number, "cause", cause),
      views->out.user);
}

static void finish(Entry *e, const char *cause) {
  GwViews *views = e->views;
  const GwId number = e->number;
  g_hash_table_remove(views->by_number, &number);
  say_ended(views, number, cause);
}

static gboolean on_init(GwView *view, const GwViewInit *init, GBytes *bytes, gpointer user) {
  Entry *e = user;
  gsize n = 0;
  const guint8 *data = g_bytes_get_data(bytes, &n);
  json_t *message =
      json_pack("{s:s,s:I,s:i,s:I,s:s,s:i,s:i}", "type", "view.init", "view", (json_int_t)e->number, "gen",
                (int)init->gen, "epoch_us", (json_int_t)init->epoch_us, "codecs", init->codecs, "width",
                init->width, "height", init->height);
  const gboolean sent = e->views->out.has_room(n + HEAD_BYTES, e->views->out.user) &&
                        e->views->out.show(message, data, n, e->views->out.user);
  json_decref(message);
  return sent;
}

/* A whole picture or nothing of it. */
static gboolean on_unit(GwView *view, const GwViewUnit *unit, GBytes *bytes, gpointer user) {
  Entry *e = user;
  const GwViewsOut *out = &e->views->out;
  gsize n = 0;
  const guint8 *data = g_bytes_get_data(bytes, &n);
  const gsize pieces = (n + PIECE_BYTES - 1) / PIECE_BYTES;
  gboolean sent = out->has_room(n + pieces * HEAD_BYTES, out->user);
  json_t *message =
      json_pack("{s:s,s:I,s:i,s:i,s:b,s:I,s:b}", "type", "view.unit", "view", (json_int_t)e->number, "gen",
                (int)unit->gen, "number", (int)unit->number, "key", unit->is_key, "at_us",
                (json_int_t)unit->at_us, "replay", unit->is_replay);
  for (gsize at = 0; sent && at < n; at += PIECE_BYTES) {
    json_object_set_new(message, "more", json_boolean(n - at > PIECE_BYTES));
    sent = out->show(message, data + at, MIN(n - at, PIECE_BYTES), out->user);
  }
  json_decref(message);
  return sent;
}

/* ---- side streams ---- */

static void on_side_ended(GwSideStream *side, GwSideEnd end, GwCause cause, gpointer user) {
  Entry *e = user;
  gw_views_drain(e->views); /* its last pictures first */
  finish(e, end == GW_SIDE_NO_FOOTAGE               ? "no_footage"
            : end == GW_SIDE_OVER && e->is_playback ? "closed"
                                                    : gw_cause_to_string(cause));
}

static gboolean open_side(Entry *e, json_t *message) {
  const char *url = NULL, *user = NULL, *password = NULL, *transport = "tcp";
  json_int_t play_from_us = 0;
  int by_range = FALSE;
  if (json_unpack(message, "{s:s,s?s,s?s,s?s,s?I,s?b}", "url", &url, "user", &user, "password", &password,
                  "transport", &transport, "play_from_us", &play_from_us, "by_range", &by_range) != 0 ||
      play_from_us < 0)
    return FALSE;
  const GwSideTarget target = {url, user, password, strcmp(transport, "udp") == 0, play_from_us, by_range};
  e->is_playback = play_from_us > 0;
  e->own = gw_outlet_new(e->views->woken, e->views->woken_user);
  e->side = gw_side_stream_open(&target, &e->views->room, e->own, on_side_ended, e);
  return e->side != NULL;
}

/* A recorder begins at a keyframe, and says when that was before the first picture or a moment later. */
static void correct(Entry *e) {
  GwUsec recorded_us = 0;
  const GwUsec shown_us = gw_view_at_us(e->view);
  if (!e->is_playback || e->is_corrected ||
      !gw_side_stream_recorded_us(e->side, gw_clock_real_us(), &recorded_us))
    return;
  e->is_corrected = shown_us > 0;
  if (ABS(recorded_us - shown_us) > CORRECT_US)
    gw_view_correct(e->view, recorded_us);
}

/* ---- in ---- */

static Entry *add(GwViews *views, GwId number, GwId camera, GwUsec play_from_us) {
  Entry *e = g_new0(Entry, 1);
  const GwViewOut out = {on_init, on_unit, e};
  e->number = number;
  e->camera = camera;
  e->views = views;
  e->view = gw_view_new(play_from_us, &out);
  g_hash_table_insert(views->by_number, &e->number, e);
  return e;
}

void gw_views_open(GwViews *views, json_t *message, const char **ret_reason) {
  json_int_t number = 0, camera = 0;
  if (json_unpack(message, "{s:I,s:I}", "view", &number, "id", &camera) != 0 || number <= 0 || camera <= 0) {
    *ret_reason = "view.open needs numbers view and id";
    return;
  }
  const GwId key = number;
  if (g_hash_table_contains(views->by_number, &key)) {
    *ret_reason = "view.open with a number that is open";
    return;
  }
  const gboolean is_side = json_object_get(message, "url") != NULL;
  GwOutlet *watched = is_side ? NULL : views->out.outlet_of(camera, views->out.user);
  if (g_hash_table_size(views->by_number) >= GW_VIEWS_MOST) {
    say_ended(views, number, "busy");
  } else if (!is_side && !watched) {
    say_ended(views, number, gw_cause_to_string(GW_CAUSE_NOT_FOUND));
  } else {
    Entry *e = add(views, number, camera, json_integer_value(json_object_get(message, "play_from_us")));
    if (is_side && !open_side(e, message))
      finish(e, gw_cause_to_string(GW_CAUSE_PROTOCOL));
    else
      e->ear = gw_ear_open(is_side ? e->own : watched, GW_OUTLET_NOW);
    gw_views_drain(views);
  }
}

void gw_views_close(GwViews *views, json_t *message) {
  const GwId number = json_integer_value(json_object_get(message, "view"));
  g_hash_table_remove(views->by_number, &number);
}

static GList *entries(GwViews *views) {
  return g_hash_table_get_values(views->by_number);
}

void gw_views_camera_gone(GwViews *views, GwId camera) {
  g_autoptr(GList) all = entries(views);
  for (GList *link = all; link; link = link->next) {
    Entry *e = link->data;
    if (e->camera == camera && !e->side)
      finish(e, gw_cause_to_string(GW_CAUSE_CLOSED));
  }
}

void gw_views_drain(GwViews *views) {
  const GwUsec ahead_us = gw_clock_real_us() - gw_clock_mono_us();
  GHashTableIter iter;
  Entry *e;
  g_hash_table_iter_init(&iter, views->by_number);
  while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&e)) {
    g_autoptr(GArray) units = e->ear ? gw_ear_take(e->ear) : NULL;
    if (units && e->is_playback && !gw_view_at_us(e->view))
      correct(e);
    if (units)
      gw_view_take(e->view, units, ahead_us);
  }
}

/* What a tick ends is not in the list any more when its turn comes. */
void gw_views_tick(GwViews *views, GwUsec now_us) {
  g_autoptr(GList) all = entries(views);
  for (GList *link = all; link; link = link->next) {
    Entry *e = link->data;
    correct(e);
    if (e->side)
      gw_side_stream_tick(e->side, now_us);
  }
}

void gw_views_figures(GwViews *views, GwViewsFigures *ret) {
  GHashTableIter iter;
  Entry *e;
  *ret = (GwViewsFigures){g_hash_table_size(views->by_number), views->before};
  g_hash_table_iter_init(&iter, views->by_number);
  while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&e)) {
    GwViewCounts counts;
    gw_view_counts(e->view, &counts);
    ret->counts.units += counts.units;
    ret->counts.broken += counts.broken;
    ret->counts.late += counts.late;
  }
}
