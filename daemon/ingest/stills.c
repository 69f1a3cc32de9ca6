#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/ingest/stills_private.h"

#define KEEP_US GW_MIN
#define ONCE_BIT ((guint64)1 << 63) /* viewers of gw_stills_watch_once(): one per camera */

typedef struct Kept {
  GwStill still;
  GwUsec wanted_mono_us; /* when somebody last looked at this camera */
} Kept;

typedef struct Viewer {
  GArray *cameras;     /* GwId */
  GwUsec ends_mono_us; /* 0: until changed */
} Viewer;

typedef struct Subscriber {
  guint id;
  GwStillFunc func;
  gpointer user;
} Subscriber;

struct GwStills {
  GHashTable *kept;    /* GwId* -> Kept* */
  GHashTable *viewers; /* guint64* -> Viewer* */
  GArray *subscribers;
  guint last_id;
  gboolean changed; /* the union of the lists may be another than the worker was told */
  void (*on_change)(gpointer user);
  gpointer user;
};

static void kept_free(gpointer p) {
  Kept *kept = p;
  g_clear_pointer(&kept->still.jpeg, g_bytes_unref);
  g_free(kept);
}

static void viewer_free(gpointer p) {
  Viewer *viewer = p;
  g_array_unref(viewer->cameras);
  g_free(viewer);
}

GwStills *gw_stills_new(void (*on_change)(gpointer user), gpointer user) {
  GwStills *stills = g_new0(GwStills, 1);
  stills->on_change = on_change;
  stills->user = user;
  stills->kept = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, kept_free);
  stills->viewers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, viewer_free);
  stills->subscribers = g_array_new(FALSE, FALSE, sizeof(Subscriber));
  return stills;
}

void gw_stills_free(GwStills *stills) {
  if (!stills)
    return;
  g_hash_table_unref(stills->kept);
  g_hash_table_unref(stills->viewers);
  g_array_unref(stills->subscribers);
  g_free(stills);
}

const GwStill *gw_stills_newest(GwStills *stills, GwId camera_id) {
  const Kept *kept = g_hash_table_lookup(stills->kept, &camera_id);
  return kept ? &kept->still : NULL;
}

/* ---- who looks ---- */

static void change(GwStills *stills) {
  stills->changed = TRUE;
  if (stills->on_change)
    stills->on_change(stills->user);
}

static gpointer key_of(guint64 number) {
  return g_memdup2(&number, sizeof number);
}

gboolean gw_stills_watch(GwStills *stills, guint64 viewer, const GwId *cameras, gsize n, GwUsec ttl_us) {
  if (n == 0) {
    if (g_hash_table_remove(stills->viewers, &viewer))
      change(stills);
    return TRUE;
  }
  if (n > GW_LIMIT_STILL_LIST || (g_hash_table_size(stills->viewers) >= GW_LIMIT_STILL_VIEWERS &&
                                  !g_hash_table_contains(stills->viewers, &viewer)))
    return FALSE;
  Viewer *v = g_new0(Viewer, 1);
  v->cameras = g_array_sized_new(FALSE, FALSE, sizeof(GwId), (guint)n);
  g_array_append_vals(v->cameras, cameras, (guint)n);
  v->ends_mono_us = ttl_us > 0 ? gw_clock_mono_us() + ttl_us : 0;
  g_hash_table_replace(stills->viewers, key_of(viewer), v);
  change(stills);
  return TRUE;
}

void gw_stills_watch_once(GwStills *stills, GwId camera_id, GwUsec ttl_us) {
  const guint64 viewer = ONCE_BIT | (guint64)camera_id;
  Viewer *there = g_hash_table_lookup(stills->viewers, &viewer);
  if (there)
    there->ends_mono_us = MAX(there->ends_mono_us, gw_clock_mono_us() + ttl_us);
  else
    (void)gw_stills_watch(stills, viewer, &camera_id, 1,
                          ttl_us); /* full: this picture is not fresh, that is all */
}

static gint by_id(gconstpointer a, gconstpointer b) {
  const GwId left = *(const GwId *)a, right = *(const GwId *)b;
  return (left > right) - (left < right);
}

json_t *gw_stills_take_watch(GwStills *stills) {
  if (!stills->changed)
    return NULL;
  stills->changed = FALSE;
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(GwId));
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init(&iter, stills->viewers);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const Viewer *viewer = value;
    g_array_append_vals(all, viewer->cameras->data, viewer->cameras->len);
  }
  g_array_sort(all, by_id);
  json_t *list = json_array();
  for (guint i = 0; i < all->len; i++)
    if (i == 0 || g_array_index(all, GwId, i) != g_array_index(all, GwId, i - 1))
      json_array_append_new(list, json_integer(g_array_index(all, GwId, i)));
  return list;
}

void gw_stills_watch_anew(GwStills *stills) {
  change(stills);
}

/* ---- pictures ---- */

void gw_stills_put(GwStills *stills, GwId camera_id, GwUsec at_us, int width, int height, GBytes *jpeg) {
  Kept *kept = g_hash_table_lookup(stills->kept, &camera_id);
  if (!kept) {
    if (g_hash_table_size(stills->kept) >= GW_LIMIT_CAMERAS)
      return;
    kept = g_new0(Kept, 1);
    g_hash_table_insert(stills->kept, key_of((guint64)camera_id), kept);
  }
  GBytes *old = kept->still.jpeg;
  kept->still = (GwStill){camera_id, at_us, width, height, g_bytes_ref(jpeg)};
  kept->wanted_mono_us = gw_clock_mono_us();
  g_clear_pointer(&old, g_bytes_unref);
  const GwStill still = kept->still;
  for (guint i = stills->subscribers->len; i > 0; i--) { /* from the end: one may leave while it is told */
    if (i > stills->subscribers->len)
      continue;
    const Subscriber s = g_array_index(stills->subscribers, Subscriber, i - 1);
    s.func(&still, s.user);
  }
}

void gw_stills_forget(GwStills *stills, GwId camera_id) {
  g_hash_table_remove(stills->kept, &camera_id);
}

static gboolean is_over(gpointer key, gpointer value, gpointer now_mono_us) {
  const Viewer *viewer = value;
  return viewer->ends_mono_us > 0 && viewer->ends_mono_us <= *(const GwUsec *)now_mono_us;
}

static gboolean is_unwanted(gpointer key, gpointer value, gpointer now_mono_us) {
  const Kept *kept = value;
  return *(const GwUsec *)now_mono_us - kept->wanted_mono_us > KEEP_US;
}

void gw_stills_tick(GwStills *stills, GwUsec now_mono_us) {
  if (g_hash_table_foreach_remove(stills->viewers, is_over, &now_mono_us) > 0)
    change(stills);
  g_hash_table_foreach_remove(stills->kept, is_unwanted, &now_mono_us);
}

/* ---- subscribers ---- */

guint gw_stills_subscribe(GwStills *stills, GwStillFunc func, gpointer user) {
  const Subscriber s = {++stills->last_id, func, user};
  g_array_append_val(stills->subscribers, s);
  return s.id;
}

void gw_stills_unsubscribe(GwStills *stills, guint subscription) {
  for (guint i = 0; i < stills->subscribers->len; i++)
    if (g_array_index(stills->subscribers, Subscriber, i).id == subscription) {
      g_array_remove_index(stills->subscribers, i);
      return;
    }
}
