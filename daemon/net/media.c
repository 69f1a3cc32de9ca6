#include "daemon/net/media.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/wire/message.h"

#define HEAD_BYTES 16
#define LEAST_GAP_US (900 * GW_MS) /* "one a second", with room for a worker that is a little early */

struct GwMedia {
  GwNetConfig config;
  GPtrArray *viewers; /* GwMediaViewer */
  guint64 late;       /* of viewers that are gone */
  GHashTable *thumbs; /* camera id -> Thumb *: the newest of each */
};

typedef struct Thumb {
  GBytes *frame; /* as it goes out, shared by all who want it */
  GwUsec at_us;
} Thumb;

struct GwMediaViewer {
  GwMedia *media;
  guint64 number;
  void (*want_write)(gpointer user);
  gpointer user;
  GHashTable *watched; /* camera id -> GwUsec *: when its last still was queued */
  GQueue order;        /* GwId *, lent by newest: cameras with a still to send, oldest first */
  GHashTable *newest;  /* camera id -> GBytes: what waits for each */
  gboolean all_thumbs;
  GHashTable *thumbs_of;    /* set of camera ids whose thumbs are wanted; NULL: none, or all */
  GHashTable *thumbs_ready; /* set of camera ids whose newest thumb is to be sent */
  GQueue thumbs_order;      /* GwId *, lent by thumbs_ready, oldest first */
  GwMediaViews *views;      /* what moves */
  gboolean had_view;        /* the last message was of those: now the others have their turn */
};

static void thumb_free(gpointer p) {
  Thumb *thumb = p;
  g_bytes_unref(thumb->frame);
  g_free(thumb);
}

GwMedia *gw_media_new(const GwNetConfig *config) {
  GwMedia *media = g_new0(GwMedia, 1);
  media->config = *config;
  media->viewers = g_ptr_array_new();
  media->thumbs = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, thumb_free);
  return media;
}

void gw_media_free(GwMedia *media) {
  if (!media)
    return;
  g_ptr_array_unref(media->viewers);
  g_hash_table_unref(media->thumbs);
  g_free(media);
}

GwMediaViewer *gw_media_viewer_new(GwMedia *media, guint64 number, const GwMediaWho *who,
                                   void (*want_write)(gpointer user), gpointer user) {
  GwMediaViewer *viewer = g_new0(GwMediaViewer, 1);
  *viewer = (GwMediaViewer){.media = media, .number = number, .want_write = want_write, .user = user};
  viewer->watched = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  viewer->newest = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_bytes_unref);
  viewer->thumbs_ready = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init(&viewer->order);
  g_queue_init(&viewer->thumbs_order);
  viewer->views = gw_media_views_new(&media->config, who, want_write, user);
  g_ptr_array_add(media->viewers, viewer);
  return viewer;
}

static void tell_watched(GwMediaViewer *viewer) {
  const GwNetConfig *config = &viewer->media->config;
  GwId ids[GW_MEDIA_LIST];
  gsize n = 0;
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init(&iter, viewer->watched);
  while (n < GW_MEDIA_LIST && g_hash_table_iter_next(&iter, &key, NULL))
    ids[n++] = *(GwId *)key;
  if (config->still_watch)
    (void)config->still_watch(viewer->number, ids, n, 0, config->user); /* too many viewers: this one sees nothing */
}

void gw_media_viewer_free(GwMediaViewer *viewer) {
  if (!viewer)
    return;
  g_hash_table_remove_all(viewer->watched);
  tell_watched(viewer);
  viewer->media->late += gw_media_views_late(viewer->views);
  gw_media_views_free(viewer->views);
  g_ptr_array_remove(viewer->media->viewers, viewer);
  g_queue_clear(&viewer->order);
  g_queue_clear(&viewer->thumbs_order);
  g_hash_table_unref(viewer->thumbs_ready);
  g_clear_pointer(&viewer->thumbs_of, g_hash_table_unref);
  g_hash_table_unref(viewer->newest);
  g_hash_table_unref(viewer->watched);
  g_free(viewer);
}

GBytes *gw_media_frame(const GwNetStill *still) {
  gsize bytes = 0;
  const guint8 *jpeg = g_bytes_get_data(still->jpeg, &bytes);
  guint8 *frame = g_malloc(HEAD_BYTES + bytes);
  guint32 id = GUINT32_TO_BE((guint32)still->camera_id);
  guint64 at_us = GUINT64_TO_BE((guint64)still->at_us);
  guint16 width = GUINT16_TO_BE((guint16)still->width), height = GUINT16_TO_BE((guint16)still->height);
  memcpy(frame, &id, 4);
  memcpy(frame + 4, &at_us, 8);
  memcpy(frame + 12, &width, 2);
  memcpy(frame + 14, &height, 2);
  memcpy(frame + HEAD_BYTES, jpeg, bytes);
  return g_bytes_new_take(frame, HEAD_BYTES + bytes);
}

static void offer(GwMediaViewer *viewer, GwId camera_id, GBytes *frame, GwUsec now_us) {
  GwUsec *last_us = g_hash_table_lookup(viewer->watched, &camera_id);
  if (!last_us || (*last_us && now_us - *last_us < LEAST_GAP_US))
    return;
  *last_us = now_us;
  gpointer key = NULL;
  if (g_hash_table_lookup_extended(viewer->newest, &camera_id, &key, NULL)) {
    g_hash_table_insert(viewer->newest, g_memdup2(&camera_id, sizeof camera_id), g_bytes_ref(frame));
    return; /* it keeps its place, with a newer picture (g_hash_table_insert keeps the old key) */
  }
  key = g_memdup2(&camera_id, sizeof camera_id);
  g_hash_table_insert(viewer->newest, key, g_bytes_ref(frame));
  g_queue_push_tail(&viewer->order, key);
  viewer->want_write(viewer->user);
}

void gw_media_still(GwMedia *media, const GwNetStill *still) {
  g_autoptr(GBytes) frame = NULL;
  GwUsec now_us = gw_clock_mono_us();
  for (guint i = 0; i < media->viewers->len; i++) {
    GwMediaViewer *viewer = g_ptr_array_index(media->viewers, i);
    if (!g_hash_table_contains(viewer->watched, &still->camera_id))
      continue;
    if (!frame)
      frame = gw_media_frame(still);
    offer(viewer, still->camera_id, frame, now_us);
  }
}

/* The picture that is there already comes at once. */
static void offer_newest(GwMediaViewer *viewer, GwId camera_id) {
  const GwNetConfig *config = &viewer->media->config;
  GwNetStill still;
  if (!config->still_newest || !config->still_newest(camera_id, &still, config->user))
    return;
  g_autoptr(GBytes) frame = gw_media_frame(&still);
  offer(viewer, camera_id, frame, gw_clock_mono_us());
}

static void set_list(GwMediaViewer *viewer, json_t *cameras) {
  g_autoptr(GHashTable) before = g_steal_pointer(&viewer->watched);
  viewer->watched = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  gsize i;
  json_t *item;
  json_array_foreach(cameras, i, item) {
    GwId id = json_integer_value(item);
    GwUsec *last_us = g_hash_table_lookup(before, &id);
    if (id > 0)
      g_hash_table_insert(viewer->watched, g_memdup2(&id, sizeof id), g_memdup2(last_us ? last_us : &(GwUsec){0}, sizeof *last_us));
  }
  tell_watched(viewer);
  json_array_foreach(cameras, i, item) {
    GwId id = json_integer_value(item);
    if (!g_hash_table_contains(before, &id))
      offer_newest(viewer, id);
  }
}

/* ---- thumbs ---- */

static gboolean wants_thumb(const GwMediaViewer *viewer, GwId camera_id) {
  return viewer->all_thumbs || (viewer->thumbs_of && g_hash_table_contains(viewer->thumbs_of, &camera_id));
}

static void thumb_is_ready(GwMediaViewer *viewer, GwId camera_id) {
  if (g_hash_table_contains(viewer->thumbs_ready, &camera_id))
    return; /* it keeps its place, and the newest is sent when its turn comes */
  gpointer key = g_memdup2(&camera_id, sizeof camera_id);
  g_hash_table_add(viewer->thumbs_ready, key);
  g_queue_push_tail(&viewer->thumbs_order, key);
}

static gint is_other_id(gconstpointer a, gconstpointer b) {
  return *(const GwId *)a != *(const GwId *)b;
}

static void forget_thumb(GwMedia *media, GwId camera_id) {
  g_hash_table_remove(media->thumbs, &camera_id);
  for (guint i = 0; i < media->viewers->len; i++) {
    GwMediaViewer *viewer = g_ptr_array_index(media->viewers, i);
    GList *link = g_queue_find_custom(&viewer->thumbs_order, &camera_id, is_other_id);
    if (link)
      g_queue_delete_link(&viewer->thumbs_order, link);
    g_hash_table_remove(viewer->thumbs_ready, &camera_id);
  }
}

void gw_media_thumb(GwMedia *media, const GwNetStill *still) {
  const GwId camera_id = still->camera_id;
  if (!still->jpeg) {
    forget_thumb(media, camera_id);
    return;
  }
  if (g_hash_table_size(media->thumbs) >= GW_LIMIT_CAMERAS && !g_hash_table_contains(media->thumbs, &camera_id))
    return;
  Thumb *thumb = g_new(Thumb, 1);
  *thumb = (Thumb){gw_media_frame(still), still->at_us};
  g_hash_table_replace(media->thumbs, g_memdup2(&camera_id, sizeof camera_id), thumb);
  for (guint i = 0; i < media->viewers->len; i++) {
    GwMediaViewer *viewer = g_ptr_array_index(media->viewers, i);
    if (!wants_thumb(viewer, camera_id))
      continue;
    thumb_is_ready(viewer, camera_id);
    viewer->want_write(viewer->user);
  }
}

GBytes *gw_media_thumb_newest(GwMedia *media, GwId camera_id, GwUsec *ret_at_us) {
  const Thumb *thumb = g_hash_table_lookup(media->thumbs, &camera_id);
  if (!thumb)
    return NULL;
  *ret_at_us = thumb->at_us;
  return g_bytes_new_from_bytes(thumb->frame, HEAD_BYTES, g_bytes_get_size(thumb->frame) - HEAD_BYTES);
}

static GBytes *next_thumb(GwMediaViewer *viewer) {
  GwId *id = g_queue_pop_head(&viewer->thumbs_order);
  if (!id)
    return NULL;
  const Thumb *thumb = wants_thumb(viewer, *id) ? g_hash_table_lookup(viewer->media->thumbs, id) : NULL;
  GBytes *frame = thumb ? g_bytes_ref(thumb->frame) : NULL;
  g_hash_table_remove(viewer->thumbs_ready, id);
  return frame;
}

/* The whole wish, in place of the one before; what is there comes at once, of cameras that were not wanted yet. */
static void set_thumbs(GwMediaViewer *viewer, json_t *cameras) {
  const gboolean had_all = viewer->all_thumbs;
  g_autoptr(GHashTable) before = g_steal_pointer(&viewer->thumbs_of);
  viewer->all_thumbs = json_is_string(cameras);
  viewer->thumbs_of = viewer->all_thumbs ? NULL : g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  gsize i;
  json_t *item;
  json_array_foreach(cameras, i, item) {
    const GwId id = json_integer_value(item);
    g_hash_table_add(viewer->thumbs_of, g_memdup2(&id, sizeof id));
  }
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init(&iter, viewer->media->thumbs);
  while (g_hash_table_iter_next(&iter, &key, NULL))
    if (wants_thumb(viewer, *(GwId *)key) && !had_all && !(before && g_hash_table_contains(before, key)))
      thumb_is_ready(viewer, *(GwId *)key);
  if (viewer->thumbs_order.length > 0)
    viewer->want_write(viewer->user);
}

/* ---- what a viewer says, and gets ---- */

static gboolean is_list(json_t *cameras) {
  return json_is_array(cameras) && json_array_size(cameras) <= GW_MEDIA_LIST;
}

gboolean gw_media_viewer_message(GwMediaViewer *viewer, const char *text, gsize bytes) {
  json_t *root = gw_json_decode(text, bytes, GW_LIMIT_MESSAGE_BYTES, NULL);
  json_t *cameras = json_object_get(root, "cameras");
  const char *type = json_string_value(json_object_get(root, "type"));
  const gboolean watch = g_strcmp0(type, "watch") == 0 && is_list(cameras);
  const gboolean thumbs = g_strcmp0(type, "thumbs") == 0 &&
                          (is_list(cameras) || g_strcmp0(json_string_value(cameras), "all") == 0);
  const gboolean view =
      g_strcmp0(type, "view") == 0 && gw_media_views_set(viewer->views, json_object_get(root, "slots"));
  if (watch)
    set_list(viewer, cameras);
  else if (thumbs)
    set_thumbs(viewer, cameras);
  json_decref(root);
  return watch || thumbs || view;
}

static GBytes *next_still(GwMediaViewer *viewer) {
  GwId *id = g_queue_pop_head(&viewer->order);
  if (!id)
    return NULL;
  GBytes *frame = g_bytes_ref(g_hash_table_lookup(viewer->newest, id));
  g_hash_table_remove(viewer->newest, id);
  return frame;
}

gboolean gw_media_viewer_has_next(const GwMediaViewer *viewer) {
  return viewer->order.length > 0 || viewer->thumbs_order.length > 0 || gw_media_views_has_next(viewer->views);
}

static gboolean next_frame(GwMediaViewer *viewer, GwMediaOut *ret) {
  GBytes *frame = next_still(viewer);
  while (!frame && viewer->thumbs_order.length > 0)
    frame = next_thumb(viewer);
  if (frame)
    *ret = (GwMediaOut){.bytes = frame};
  return frame != NULL;
}

/* What moves and what does not take turns, so that neither starves the other. */
gboolean gw_media_viewer_next(GwMediaViewer *viewer, GwMediaOut *ret) {
  const gboolean views_first = !viewer->had_view;
  viewer->had_view = views_first && gw_media_views_next(viewer->views, ret);
  if (viewer->had_view || next_frame(viewer, ret))
    return TRUE;
  viewer->had_view = !views_first && gw_media_views_next(viewer->views, ret);
  return viewer->had_view;
}

void gw_media_figures(GwMedia *media, GwMediaFigures *ret) {
  *ret = (GwMediaFigures){.viewers = media->viewers->len, .late = media->late};
  for (guint i = 0; i < media->viewers->len; i++) {
    const GwMediaViews *views = ((GwMediaViewer *)g_ptr_array_index(media->viewers, i))->views;
    ret->slots += gw_media_views_open(views);
    ret->late += gw_media_views_late(views);
  }
}
