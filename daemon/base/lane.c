#include "daemon/base/lane.h"

struct GwLane {
  GMutex lock; /* leaf lock: nothing else is taken while it is held */
  GCond changed;
  GQueue items; /* element: owner's item */
  gsize most;
  gboolean closed, woken;
  GDestroyNotify free_item;
};

GwLane *gw_lane_new(gsize most, GDestroyNotify free_item) {
  GwLane *lane = g_new0(GwLane, 1);
  g_mutex_init(&lane->lock);
  g_cond_init(&lane->changed);
  g_queue_init(&lane->items);
  lane->most = most;
  lane->free_item = free_item;
  return lane;
}

void gw_lane_free(GwLane *lane) {
  if (!lane)
    return;
  if (lane->free_item)
    g_queue_clear_full(&lane->items, lane->free_item);
  else
    g_queue_clear(&lane->items);
  g_cond_clear(&lane->changed);
  g_mutex_clear(&lane->lock);
  g_free(lane);
}

gboolean gw_lane_push(GwLane *lane, gpointer item) {
  g_mutex_lock(&lane->lock);
  gboolean taken = !lane->closed && g_queue_get_length(&lane->items) < lane->most;
  if (taken) {
    g_queue_push_tail(&lane->items, item);
    g_cond_signal(&lane->changed);
  }
  g_mutex_unlock(&lane->lock);
  return taken;
}

gpointer gw_lane_try_pop(GwLane *lane) {
  g_mutex_lock(&lane->lock);
  gpointer item = g_queue_pop_head(&lane->items);
  g_mutex_unlock(&lane->lock);
  return item;
}

gpointer gw_lane_pop_until(GwLane *lane, GwUsec until_mono_us) {
  g_mutex_lock(&lane->lock);
  while (g_queue_is_empty(&lane->items) && !lane->closed && !lane->woken) {
    if (until_mono_us == 0)
      g_cond_wait(&lane->changed, &lane->lock);
    else if (!g_cond_wait_until(&lane->changed, &lane->lock, until_mono_us))
      break;
  }
  lane->woken = FALSE;
  gpointer item = g_queue_pop_head(&lane->items);
  g_mutex_unlock(&lane->lock);
  return item;
}

void gw_lane_wake(GwLane *lane) {
  g_mutex_lock(&lane->lock);
  lane->woken = TRUE;
  g_cond_broadcast(&lane->changed);
  g_mutex_unlock(&lane->lock);
}

void gw_lane_close(GwLane *lane) {
  g_mutex_lock(&lane->lock);
  lane->closed = TRUE;
  g_cond_broadcast(&lane->changed);
  g_mutex_unlock(&lane->lock);
}

gboolean gw_lane_is_closed(GwLane *lane) {
  g_mutex_lock(&lane->lock);
  gboolean closed = lane->closed;
  g_mutex_unlock(&lane->lock);
  return closed;
}

gsize gw_lane_length(GwLane *lane) {
  g_mutex_lock(&lane->lock);
  gsize n = g_queue_get_length(&lane->items);
  g_mutex_unlock(&lane->lock);
  return n;
}
