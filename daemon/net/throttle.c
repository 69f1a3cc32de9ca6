#include "daemon/net/throttle.h"

#include "daemon/net/limits.h"

/* A leaky bucket: each failure adds one; it drains by `most` a minute; full means wait. */
typedef struct {
  double level;
  GwUsec at_us;
  GList *link; /* its place in `order` */
} Bucket;

struct GwThrottle {
  int most;
  GHashTable *buckets; /* char * -> Bucket */
  GQueue order;        /* keys (lent by buckets), oldest failure first */
};

GwThrottle *gw_throttle_new(int most_per_minute) {
  GwThrottle *throttle = g_new0(GwThrottle, 1);
  throttle->most = MAX(1, most_per_minute);
  throttle->buckets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_queue_init(&throttle->order);
  return throttle;
}

void gw_throttle_free(GwThrottle *throttle) {
  if (!throttle)
    return;
  g_queue_clear(&throttle->order);
  g_hash_table_unref(throttle->buckets);
  g_free(throttle);
}

static void drain(GwThrottle *throttle, Bucket *bucket, GwUsec now_us) {
  double gone = (double)(now_us - bucket->at_us) * throttle->most / (double)GW_MIN;
  bucket->level = MAX(0, bucket->level - gone);
  bucket->at_us = now_us;
}

GwUsec gw_throttle_wait_us(GwThrottle *throttle, const char *key, GwUsec now_us) {
  Bucket *bucket = g_hash_table_lookup(throttle->buckets, key);
  if (!bucket)
    return 0;
  drain(throttle, bucket, now_us);
  double over = bucket->level + 1 - throttle->most;
  return over <= 0 ? 0 : (GwUsec)(over * (double)GW_MIN / throttle->most);
}

void gw_throttle_forget(GwThrottle *throttle, const char *key) {
  Bucket *bucket = g_hash_table_lookup(throttle->buckets, key);
  if (!bucket)
    return;
  g_queue_delete_link(&throttle->order, bucket->link);
  g_hash_table_remove(throttle->buckets, key);
}

void gw_throttle_failed(GwThrottle *throttle, const char *key, GwUsec now_us) {
  Bucket *bucket = g_hash_table_lookup(throttle->buckets, key);
  if (bucket) {
    drain(throttle, bucket, now_us);
    bucket->level += 1;
    g_queue_unlink(&throttle->order, bucket->link);
    g_queue_push_tail_link(&throttle->order, bucket->link);
    return;
  }
  if (g_hash_table_size(throttle->buckets) >= GW_LIMIT_THROTTLE_KEYS) {
    g_autofree char *oldest = g_strdup(g_queue_peek_head(&throttle->order));
    gw_throttle_forget(throttle, oldest);
  }
  bucket = g_new0(Bucket, 1);
  bucket->level = 1;
  bucket->at_us = now_us;
  char *copy = g_strdup(key);
  g_queue_push_tail(&throttle->order, copy);
  bucket->link = throttle->order.tail;
  g_hash_table_insert(throttle->buckets, copy, bucket);
}
