#include "daemon/ledger/ledger_private.h"

#include "daemon/base/log.h"
#include "daemon/base/post.h"
#include "daemon/store/object.h"

/* What goes to the owner after one transaction: the replies, then one publication. */
struct GwDelivery {
  GPtrArray *items; /* GwItem*, with their answers */
  gboolean publishes;
  GwPublication publication;
  GwPublishFunc on_publish;
  void (*on_storage)(const char *state, GwUsec since_us, gpointer user);
  const char *storage_state; /* NULL: this is no storage message */
  GwUsec storage_since_us;
  gpointer user;
};

static GwDelivery *delivery_new(GwLedger *ledger) {
  GwDelivery *d = g_new0(GwDelivery, 1);
  d->items = g_ptr_array_new_with_free_func((GDestroyNotify)gw_item_free);
  d->on_publish = ledger->on_publish;
  d->on_storage = ledger->on_storage;
  d->user = ledger->user;
  return d;
}

void gw_delivery_free(GwDelivery *d) {
  if (!d)
    return;
  g_ptr_array_unref(d->items);
  json_decref(d->publication.put);
  json_decref(d->publication.del);
  json_decref(d->publication.effects);
  g_free(d);
}

/* ---- what the transaction touched ---- */

static char *touch_key(const GwTouch *touch) {
  return g_strdup_printf("%s:%" G_GINT64_FORMAT, touch->type, touch->id);
}

/* Whole, as it is now; what is not there (any more) is a `del`. */
static gboolean add_object(GwLedger *ledger, GwDelivery *d, const GwTouch *touch, GError **error) {
  g_autoptr(GError) failed = NULL;
  json_t *object = touch->gone ? NULL : gw_object_load(ledger->db, touch->type, touch->id, &failed);
  if (failed) {
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
  }
  if (object)
    json_array_append_new(d->publication.put, object);
  else
    json_array_append_new(d->publication.del, json_pack("[s, I]", touch->type, (json_int_t)touch->id));
  return TRUE;
}

/* In the order of the last touch: what came later knows more (gone, or made again). */
static gboolean add_objects(GwLedger *ledger, GwDelivery *d, GError **error) {
  GArray *touched = ledger->batch.touched;
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GArray) newest = g_array_new(FALSE, FALSE, sizeof(GwTouch));
  for (guint i = touched->len; i-- > 0;) {
    const GwTouch *touch = &g_array_index(touched, GwTouch, i);
    if (g_hash_table_add(seen, touch_key(touch)))
      g_array_append_val(newest, *touch);
  }
  for (guint i = newest->len; i-- > 0;)
    if (!add_object(ledger, d, &g_array_index(newest, GwTouch, i), error))
      return FALSE;
  return TRUE;
}

static void take_items(GwLedger *ledger, GwDelivery *d) {
  GPtrArray *items = ledger->batch.items;
  for (guint i = 0; i < items->len; i++) {
    GwItem *item = items->pdata[i];
    if (item)
      g_ptr_array_add(d->items, item);
    items->pdata[i] = NULL;
  }
}

GwDelivery *gw_delivery_build(GwLedger *ledger, GError **error) {
  GwDelivery *d = delivery_new(ledger);
  d->publication = (GwPublication){
      .prev = ledger->batch.before.seq,
      .seq = ledger->head.seq,
      .put = json_array(),
      .del = json_array(),
      .effects = json_copy(ledger->batch.effects),
  };
  if (!add_objects(ledger, d, error)) {
    gw_delivery_free(d);
    return NULL;
  }
  json_array_extend(d->publication.put, ledger->batch.events);
  d->publishes = json_array_size(d->publication.put) + json_array_size(d->publication.del) +
                     json_array_size(d->publication.effects) >
                 0;
  return d;
}

GwDelivery *gw_delivery_of_refused(GwLedger *ledger) {
  return delivery_new(ledger);
}

/* ---- on the owner's thread ---- */

static void answer(const GwItem *item) {
  if (!item->done)
    return;
  GwReply reply = {
      .code = item->code,
      .sentence_zh = item->zh,
      .sentence_en = item->en,
      .result = item->result,
      .object = item->object,
      .seq = item->seq,
  };
  item->done(&reply, item->user);
}

static void deliver(gpointer data) {
  GwDelivery *d = data;
  for (guint i = 0; i < d->items->len; i++)
    answer(g_ptr_array_index(d->items, i));
  if (d->publishes && d->on_publish)
    d->on_publish(&d->publication, d->user);
  if (d->storage_state && d->on_storage)
    d->on_storage(d->storage_state, d->storage_since_us, d->user);
}

static void delivery_destroy(gpointer data) {
  gw_delivery_free(data);
}

/* Without a thread (unit tests) it waits for gw_delivery_run_all(), on the caller's thread. */
static void hand_over(GwLedger *ledger, GwDelivery *d) {
  if (ledger->thread)
    gw_post(ledger->owner, deliver, d, delivery_destroy);
  else
    g_ptr_array_add(ledger->deliveries, d);
}

void gw_delivery_send(GwLedger *ledger, GwDelivery *d) {
  take_items(ledger, d);
  hand_over(ledger, d);
}

void gw_delivery_send_storage(GwLedger *ledger) {
  GwDelivery *d = delivery_new(ledger);
  d->storage_state = ledger->storage.state;
  d->storage_since_us = ledger->storage.since_us;
  hand_over(ledger, d);
}

void gw_delivery_run_all(GwLedger *ledger) {
  while (ledger->deliveries->len > 0) {
    GwDelivery *d = g_ptr_array_steal_index(ledger->deliveries, 0);
    deliver(d);
    gw_delivery_free(d);
  }
}
