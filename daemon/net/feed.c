#include "daemon/net/feed_private.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/net/limits.h"
#include "daemon/net/sentence.h"

#define RING_BYTES (16 * 1024 * 1024)
#define VIEW_IDLE_US (10 * GW_MIN)

GBytes *gw_feed_text(json_t *consumed) {
  char *text = json_dumps(consumed, JSON_COMPACT | JSON_REAL_PRECISION(12));
  json_decref(consumed);
  g_assert(text != NULL); /* only valid UTF-8 gets into a json_t */
  return g_bytes_new_with_free_func(text, strlen(text), free, text);
}

static void patch_free(gpointer p) {
  GwFeedPatch *patch = p;
  g_bytes_unref(patch->text);
  g_free(patch);
}

static void view_free(gpointer p) {
  GwFeedView *view = p;
  g_queue_clear_full(&view->ring, patch_free);
  g_free(view->name);
  g_free(view);
}

GwFeed *gw_feed_new(const GwFeedConfig *config) {
  GwFeed *feed = g_new0(GwFeed, 1);
  feed->config = *config;
  feed->boot = g_strdup(config->boot);
  feed->seq = config->seq;
  feed->views = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, view_free);
  feed->clients = g_ptr_array_new();
  feed->gauges = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)json_decref);
  feed->tickets = gw_view_tickets_new();
  if (config->known)
    gw_view_tickets_note(feed->tickets, config->known);
  feed->storage = g_strdup("ok");
  return feed;
}

void gw_feed_free(GwFeed *feed) {
  if (!feed)
    return;
  g_hash_table_unref(feed->views);
  g_hash_table_unref(feed->gauges);
  g_ptr_array_unref(feed->clients);
  gw_view_tickets_free(feed->tickets);
  g_free(feed->storage);
  g_free(feed->boot);
  g_free(feed);
}

/* Lets go the view that nobody has looked at for longest, when all places are taken. */
static gboolean make_room(GwFeed *feed) {
  GHashTableIter iter;
  gpointer value;
  GwFeedView *oldest = NULL;
  if (g_hash_table_size(feed->views) < GW_LIMIT_UNIT_VIEWS)
    return TRUE;
  g_hash_table_iter_init(&iter, feed->views);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    GwFeedView *view = value;
    if (view->subscribers == 0 && !view->is_reading && (!oldest || view->idle_since_us < oldest->idle_since_us))
      oldest = view;
  }
  return oldest && g_hash_table_remove(feed->views, oldest->name);
}

GwFeedView *gw_feed_view(GwFeed *feed, const char *name, gboolean make) {
  GwView of;
  GwFeedView *view = g_hash_table_lookup(feed->views, name);
  if (view || !make || !gw_view_parse(name, &of) || !make_room(feed))
    return view;
  view = g_new0(GwFeedView, 1);
  *view = (GwFeedView){.name = g_strdup(name), .of = of, .seq = feed->seq, .base_seq = feed->seq};
  g_queue_init(&view->ring);
  view->idle_since_us = gw_clock_mono_us();
  g_hash_table_insert(feed->views, view->name, view);
  return view;
}

void gw_feed_read(GwFeed *feed, GwFeedView *view) {
  if (view->is_reading)
    return; /* the one being read serves, with the ring from where it was asked for */
  view->reading_from = view->next_index;
  view->is_reading = feed->config.read_snapshot(view->name, feed->config.user);
}

static void add_to_ring(GwFeedView *view, GwFeedPatch *patch) {
  g_queue_push_tail(&view->ring, patch);
  view->ring_bytes += g_bytes_get_size(patch->text);
  while (view->ring.length > GW_LIMIT_FEED_RING || view->ring_bytes > RING_BYTES) {
    GwFeedPatch *oldest = g_queue_pop_head(&view->ring);
    view->base_seq = MAX(view->base_seq, oldest->seq);
    view->ring_bytes -= g_bytes_get_size(oldest->text);
    patch_free(oldest);
  }
}

static GwFeedPatch *make_patch(GwFeedView *view, const GwPublication *publication, json_t *put, json_t *del) {
  gboolean journaled = publication->prev != publication->seq;
  GwFeedPatch *patch = g_new0(GwFeedPatch, 1);
  patch->prev = view->seq;
  patch->seq = journaled ? publication->seq : view->seq;
  patch->index = view->next_index++;
  patch->text = gw_feed_text(json_pack("{s:i,s:s,s:s,s:I,s:I,s:I,s:O,s:O}", "v", 1, "type", "patch", "view", view->name,
                                       "prev", (json_int_t)patch->prev, "seq", (json_int_t)patch->seq, "now_us",
                                       (json_int_t)gw_clock_real_us(), "put", put, "del", del));
  view->seq = patch->seq;
  return patch;
}

static void publish_to(GwFeed *feed, GwFeedView *view, const GwPublication *publication) {
  gboolean journaled = publication->prev != publication->seq;
  if (journaled && publication->seq <= view->seq)
    return; /* committed before this view began: every snapshot holds it */
  json_t *put = NULL, *del = NULL;
  gw_view_patch(&view->of, feed->tickets, publication->put, publication->del, &put, &del);
  if (json_array_size(put) + json_array_size(del) > 0) {
    GwFeedPatch *patch = make_patch(view, publication, put, del);
    feed->counters.patches++;
    add_to_ring(view, patch);
    for (guint i = 0; i < feed->clients->len; i++)
      gw_feed_client_take_patch(g_ptr_array_index(feed->clients, i), view, patch);
  }
  json_decref(put);
  json_decref(del);
}

void gw_feed_publish(GwFeed *feed, const GwPublication *publication) {
  gw_view_tickets_note(feed->tickets, publication->put);
  GHashTableIter iter;
  gpointer view;
  g_hash_table_iter_init(&iter, feed->views);
  while (g_hash_table_iter_next(&iter, NULL, &view)) /* clients only queue here: no view comes or goes meanwhile */
    publish_to(feed, view, publication);
  feed->seq = MAX(feed->seq, publication->seq);
}

GBytes *gw_feed_snapshot_text(const char *view, gint64 seq, GwUsec now_real_us, json_t *put) {
  return gw_feed_text(json_pack("{s:i,s:s,s:s,s:I,s:I,s:O}", "v", 1, "type", "snapshot", "view", view, "seq",
                                (json_int_t)seq, "now_us", (json_int_t)now_real_us, "put", put));
}

void gw_feed_snapshot(GwFeed *feed, const char *name, gint64 seq, GBytes *text) {
  GwFeedView *view = gw_feed_view(feed, name, FALSE);
  if (!view)
    return;
  view->is_reading = FALSE;
  if (!text)
    return; /* gw_feed_tick() asks again */
  feed->counters.snapshots++;
  /* Clients may go while they are served: a close only marks them, so the array stays as it is. */
  for (guint i = 0; i < feed->clients->len; i++)
    gw_feed_client_take_snapshot(g_ptr_array_index(feed->clients, i), view, seq, text);
}

void gw_feed_gauges(GwFeed *feed, json_t *cameras) {
  gsize i;
  json_t *camera;
  json_array_foreach(cameras, i, camera) {
    gint64 id = json_integer_value(json_object_get(camera, "id"));
    if (id > 0 && g_hash_table_size(feed->gauges) < GW_LIMIT_CAMERAS)
      g_hash_table_replace(feed->gauges, g_memdup2(&id, sizeof id), json_incref(camera));
  }
}

static void tell_gauges(GwFeed *feed) {
  if (g_hash_table_size(feed->gauges) == 0)
    return;
  json_t *cameras = json_array();
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init(&iter, feed->gauges);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    json_array_append(cameras, value);
  g_hash_table_remove_all(feed->gauges);
  g_autoptr(GBytes) text = gw_feed_text(json_pack("{s:i,s:s,s:I,s:o}", "v", 1, "type", "gauges", "now_us",
                                                  (json_int_t)gw_clock_real_us(), "cameras", cameras));
  for (guint i = 0; i < feed->clients->len; i++)
    gw_feed_client_take_gauges(g_ptr_array_index(feed->clients, i), text);
}

json_t *gw_feed_storage_message(GwFeed *feed) {
  GwSentence say = strcmp(feed->storage, "full") == 0 ? GW_SAY_STORAGE_FULL
                   : strcmp(feed->storage, "ok") == 0 ? GW_SAY_STORAGE_OK
                                                      : GW_SAY_STORAGE_READ_ONLY;
  return json_pack("{s:i,s:s,s:I,s:s,s:I,s:s,s:s}", "v", 1, "type", "link", "now_us", (json_int_t)gw_clock_real_us(),
                   "storage", feed->storage, "since_us", (json_int_t)feed->storage_since_us, "sentence_zh",
                   gw_say_zh(say), "sentence_en", gw_say_en(say));
}

void gw_feed_storage(GwFeed *feed, const char *state, GwUsec since_real_us) {
  g_free(feed->storage);
  feed->storage = g_strdup(state);
  feed->storage_since_us = since_real_us;
  g_autoptr(GBytes) text = gw_feed_text(gw_feed_storage_message(feed));
  for (guint i = 0; i < feed->clients->len; i++)
    gw_feed_client_take_notice(g_ptr_array_index(feed->clients, i), text);
}

const char *gw_feed_storage_state(GwFeed *feed) {
  return feed->storage;
}

static gboolean is_idle(gpointer key, gpointer value, gpointer user) {
  const GwFeedView *view = value;
  return view->subscribers == 0 && !view->is_reading && *(GwUsec *)user - view->idle_since_us > VIEW_IDLE_US;
}

void gw_feed_tick(GwFeed *feed) {
  GwUsec now_us = gw_clock_mono_us();
  tell_gauges(feed);
  g_autoptr(GBytes) beat = gw_feed_text(json_pack("{s:i,s:s,s:I,s:I}", "v", 1, "type", "beat", "now_us",
                                                  (json_int_t)gw_clock_real_us(), "seq", (json_int_t)feed->seq));
  for (guint i = 0; i < feed->clients->len; i++)
    gw_feed_client_tick(g_ptr_array_index(feed->clients, i), beat, now_us);
  g_hash_table_foreach_remove(feed->views, is_idle, &now_us);
}

guint gw_feed_clients(GwFeed *feed) {
  return feed->clients->len;
}

gboolean gw_feed_is_watched(GwFeed *feed, const char *name) {
  GwFeedView *view = gw_feed_view(feed, name, FALSE);
  return view && view->subscribers > 0;
}

const GwFeedCounters *gw_feed_counters(GwFeed *feed) {
  return &feed->counters;
}
