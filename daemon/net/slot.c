#include "daemon/net/slot.h"

void gw_slot_queue_init(GwSlotQueue *q) {
  *q = (GwSlotQueue){0};
  g_queue_init(&q->items);
}

static void item_free(gpointer p) {
  GwSlotItem *item = p;
  g_bytes_unref(item->bytes);
  g_free(item);
}

void gw_slot_queue_clear(GwSlotQueue *q) {
  g_queue_clear_full(&q->items, item_free);
  q->bytes = q->old_bytes = 0;
  q->words = 0;
}

static gboolean is_picture(const GwSlotItem *item) {
  return item->what == GW_SLOT_KEY || item->what == GW_SLOT_PICTURE;
}

static void count(GwSlotQueue *q, const GwSlotItem *item, int sign) {
  gsize *bytes = item->is_old ? &q->old_bytes : &q->bytes;
  if (!is_picture(item))
    q->words += (guint)sign;
  else
    *bytes += sign > 0 ? g_bytes_get_size(item->bytes) : -g_bytes_get_size(item->bytes);
}

/* Takes one out; a picture is lost by that. */
static void lose(GwSlotQueue *q, GList *link) {
  GwSlotItem *item = link->data;
  count(q, item, -1);
  if (is_picture(item)) {
    q->lost += 1 + item->lost;
    q->late++;
  }
  item_free(item);
  g_queue_delete_link(&q->items, link);
}

static GList *newest(const GwSlotQueue *q, GwSlotWhat what) {
  for (GList *l = q->items.tail; l; l = l->prev)
    if (((GwSlotItem *)l->data)->what == what)
      return l;
  return NULL;
}

static gboolean is_before(const GList *a, const GList *b) {
  for (const GList *l = a ? a->next : NULL; l; l = l->next)
    if (l == b)
      return TRUE;
  return FALSE;
}

/* All before `to` goes, but an init segment that it needs, with its words. */
static void lose_before(GwSlotQueue *q, const GList *to, const GList *init) {
  const GList *words = init ? init->prev : NULL;
  for (GList *l = q->items.head, *next; l && l != to; l = next) {
    next = l->next;
    if (l != init && l != words)
      lose(q, l);
  }
}

/* To the newest keyframe, or to an init segment that is newer still. */
static void cut(GwSlotQueue *q) {
  GList *key = newest(q, GW_SLOT_KEY), *init = newest(q, GW_SLOT_INIT);
  if (init && (!key || is_before(key, init))) {
    lose_before(q, init, init);
  } else if (key) {
    lose_before(q, key, init);
    ((GwSlotItem *)key->data)->lost += q->lost;
    q->lost = 0;
  }
}

static void lose_pictures(GwSlotQueue *q) {
  for (GList *l = q->items.head, *next; l; l = next) {
    next = l->next;
    if (is_picture(l->data))
      lose(q, l);
  }
  q->wants_key = TRUE;
}

static const GwSlotItem *first_picture(const GwSlotQueue *q) {
  for (const GList *l = q->items.head; l; l = l->next)
    if (is_picture(l->data))
      return l->data;
  return NULL;
}

static gboolean is_late(const GwSlotQueue *q, GwUsec now_mono_us) {
  const GwSlotItem *first = first_picture(q);
  return first && (q->bytes > GW_SLOT_BYTES_MOST || q->old_bytes > GW_SLOT_OLD_BYTES_MOST ||
                   now_mono_us - first->queued_mono_us > GW_SLOT_LATE_US);
}

/* A camera that comes and goes, and a viewer that takes nothing: the older half goes, up to the next words. */
static void lose_words(GwSlotQueue *q) {
  while (q->words > GW_SLOT_WORDS_MOST / 2)
    lose(q, q->items.head);
  for (GList *head; (head = q->items.head) && ((GwSlotItem *)head->data)->what != GW_SLOT_WORDS;)
    lose(q, head);
}

static void look(GwSlotQueue *q, GwUsec now_mono_us) {
  if (q->words > GW_SLOT_WORDS_MOST)
    lose_words(q);
  if (!is_late(q, now_mono_us))
    return;
  cut(q);
  if (is_late(q, now_mono_us))
    lose_pictures(q);
}

void gw_slot_queue_put(GwSlotQueue *q, const GwSlotItem *item, GwUsec now_mono_us) {
  if (item->what == GW_SLOT_INIT) {
    q->wants_key = TRUE;
    q->has_key = FALSE;
  }
  if (item->what == GW_SLOT_PICTURE && q->wants_key) {
    q->lost += q->has_key;
    q->late += q->has_key;
    return;
  }
  GwSlotItem *kept = g_memdup2(item, sizeof *item);
  g_bytes_ref(kept->bytes);
  kept->queued_mono_us = now_mono_us;
  kept->lost = 0;
  if (item->what == GW_SLOT_KEY) {
    q->wants_key = FALSE;
    q->has_key = TRUE;
    kept->lost = q->lost;
    q->lost = 0;
  }
  count(q, kept, 1);
  g_queue_push_tail(&q->items, kept);
  look(q, now_mono_us);
}

void gw_slot_queue_missed(GwSlotQueue *q, guint pictures) {
  q->lost += pictures;
}

gboolean gw_slot_queue_take(GwSlotQueue *q, GwUsec now_mono_us, GwSlotItem *ret) {
  look(q, now_mono_us);
  g_autofree GwSlotItem *item = g_queue_pop_head(&q->items);
  if (!item)
    return FALSE;
  count(q, item, -1);
  *ret = *item;
  return TRUE;
}
