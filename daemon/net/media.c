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
};

struct GwMediaViewer {
  GwMedia *media;
  guint64 number;
  void (*want_write)(gpointer user);
  gpointer user;
  GHashTable *watched; /* camera id -> GwUsec *: when its last still was queued */
  GQueue order;        /* GwId *, lent by newest: cameras with a still to send, oldest first */
  GHashTable *newest;  /* camera id -> GBytes: what waits for each */
};

GwMedia *gw_media_new(const GwNetConfig *config) {
  GwMedia *media = g_new0(GwMedia, 1);
  media->config = *config;
  media->viewers = g_ptr_array_new();
  return media;
}

void gw_media_free(GwMedia *media) {
  if (!media)
    return;
  g_ptr_array_unref(media->viewers);
  g_free(media);
}

GwMediaViewer *gw_media_viewer_new(GwMedia *media, guint64 number, void (*want_write)(gpointer user), gpointer user) {
  GwMediaViewer *viewer = g_new0(GwMediaViewer, 1);
  *viewer = (GwMediaViewer){.media = media, .number = number, .want_write = want_write, .user = user};
  viewer->watched = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  viewer->newest = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_bytes_unref);
  g_queue_init(&viewer->order);
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
  g_ptr_array_remove(viewer->media->viewers, viewer);
  g_queue_clear(&viewer->order);
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

gboolean gw_media_viewer_message(GwMediaViewer *viewer, const char *text, gsize bytes) {
  json_t *root = gw_json_decode(text, bytes, GW_LIMIT_MESSAGE_BYTES, NULL);
  json_t *cameras = json_object_get(root, "cameras");
  gboolean ok = g_strcmp0(json_string_value(json_object_get(root, "type")), "watch") == 0 && json_is_array(cameras) &&
                json_array_size(cameras) <= GW_MEDIA_LIST;
  if (ok)
    set_list(viewer, cameras);
  json_decref(root);
  return ok;
}

GBytes *gw_media_viewer_next(GwMediaViewer *viewer) {
  GwId *id = g_queue_pop_head(&viewer->order);
  if (!id)
    return NULL;
  GBytes *frame = g_bytes_ref(g_hash_table_lookup(viewer->newest, id));
  g_hash_table_remove(viewer->newest, id);
  return frame;
}
