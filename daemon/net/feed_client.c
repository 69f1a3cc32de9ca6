#include "daemon/net/feed_private.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/net/limits.h"

typedef enum {
  SUB_LIVE,    /* patches go out as they come */
  SUB_WAITING, /* a snapshot is being read; the ring keeps what comes meanwhile */
  SUB_STALE,   /* a snapshot is to be asked for when the queue has drained, or at the next tick */
} SubState;

typedef struct {
  GwFeedView *view;
  SubState state;
} Sub;

typedef struct {
  GBytes *text;
  gboolean must; /* a reply or notice: stays when the queue is cleared */
  gsize bytes;   /* of the queue's bound; a snapshot takes none: it is as large as the center, one a view, and asked for */
} Item;

struct GwFeedClient {
  GwFeed *feed;
  GwFeedClientHooks hooks;
  GQueue out; /* Item */
  gsize out_bytes;
  GArray *subs; /* Sub */
  GwUsec overflow_us; /* when the queue last ran over; 0: never */
  GwUsec queued_us;   /* when something was last queued */
  gboolean leaving;
};

static void item_free(gpointer p) {
  Item *item = p;
  g_bytes_unref(item->text);
  g_free(item);
}

GwFeedClient *gw_feed_client_new(GwFeed *feed, const GwFeedClientHooks *hooks) {
  GwFeedClient *client = g_new0(GwFeedClient, 1);
  client->feed = feed;
  client->hooks = *hooks;
  client->subs = g_array_new(FALSE, FALSE, sizeof(Sub));
  g_queue_init(&client->out);
  g_ptr_array_add(feed->clients, client);
  return client;
}

static void end_sub(GwFeedClient *client, guint i) {
  GwFeedView *view = g_array_index(client->subs, Sub, i).view;
  view->subscribers--;
  view->idle_since_us = gw_clock_mono_us();
  g_array_remove_index(client->subs, i);
}

void gw_feed_client_free(GwFeedClient *client) {
  if (!client)
    return;
  while (client->subs->len > 0)
    end_sub(client, client->subs->len - 1);
  g_array_unref(client->subs);
  g_queue_clear_full(&client->out, item_free);
  g_ptr_array_remove(client->feed->clients, client);
  g_free(client);
}

static Sub *find_sub(GwFeedClient *client, const GwFeedView *view) {
  for (guint i = 0; i < client->subs->len; i++) {
    Sub *sub = &g_array_index(client->subs, Sub, i);
    if (sub->view == view)
      return sub;
  }
  return NULL;
}

static void push_item(GwFeedClient *client, GBytes *text, gboolean must, gsize bytes) {
  Item *item = g_new(Item, 1);
  *item = (Item){g_bytes_ref(text), must, bytes};
  g_queue_push_tail(&client->out, item);
  client->out_bytes += bytes;
  client->queued_us = gw_clock_mono_us();
  client->hooks.want_write(client->hooks.user);
}

static void push(GwFeedClient *client, GBytes *text, gboolean must) {
  push_item(client, text, must, g_bytes_get_size(text));
}

static void clear_queue(GwFeedClient *client) {
  for (GList *l = client->out.head; l;) {
    GList *next = l->next;
    Item *item = l->data;
    if (!item->must) {
      client->out_bytes -= item->bytes;
      item_free(item);
      g_queue_delete_link(&client->out, l);
    }
    l = next;
  }
}

void gw_feed_client_bye(GwFeedClient *client, const char *reason) {
  if (client->leaving)
    return;
  clear_queue(client);
  g_autoptr(GBytes) text = gw_feed_text(json_pack("{s:i,s:s,s:s}", "v", 1, "type", "bye", "reason", reason));
  push(client, text, TRUE);
  client->leaving = TRUE;
  client->hooks.close(client->hooks.user);
}

/* Too slow: what waits is of no use any more.  A fresh snapshot, once; then good-bye. */
static void overflow(GwFeedClient *client) {
  GwUsec now_us = gw_clock_mono_us();
  client->feed->counters.overflows++;
  if (client->overflow_us && now_us - client->overflow_us < GW_LIMIT_SLOW_AGAIN_S * GW_SEC) {
    client->feed->counters.slow_closed++;
    gw_feed_client_bye(client, "slow");
    return;
  }
  client->overflow_us = now_us;
  clear_queue(client);
  for (guint i = 0; i < client->subs->len; i++)
    g_array_index(client->subs, Sub, i).state = SUB_STALE;
}

static gboolean has_room(const GwFeedClient *client, GBytes *text) {
  return client->out.length < GW_LIMIT_CLIENT_QUEUE_MESSAGES &&
         client->out_bytes + g_bytes_get_size(text) <= GW_LIMIT_CLIENT_QUEUE_BYTES;
}

void gw_feed_client_take_patch(GwFeedClient *client, GwFeedView *view, GwFeedPatch *patch) {
  Sub *sub = find_sub(client, view);
  if (client->leaving || !sub || sub->state != SUB_LIVE)
    return;
  if (has_room(client, patch->text))
    push(client, patch->text, FALSE);
  else
    overflow(client);
}

/* Queues the ring from `link` on, but for what the client has by its seq. */
static gboolean push_ring(GwFeedClient *client, GList *link, gint64 seq) {
  for (GList *l = link; l; l = l->next) {
    GwFeedPatch *patch = l->data;
    if (patch->seq <= seq && patch->prev != patch->seq)
      continue;
    if (!has_room(client, patch->text))
      return FALSE;
    push(client, patch->text, FALSE);
  }
  return TRUE;
}

static GList *ring_from(GwFeedView *view, guint64 index) {
  GwFeedPatch *oldest = g_queue_peek_head(&view->ring);
  guint64 skip = oldest && index > oldest->index ? index - oldest->index : 0;
  return g_queue_peek_nth_link(&view->ring, (guint)skip);
}

void gw_feed_client_take_snapshot(GwFeedClient *client, GwFeedView *view, gint64 seq, GBytes *text) {
  Sub *sub = find_sub(client, view);
  GwFeedPatch *oldest = g_queue_peek_head(&view->ring);
  if (client->leaving || !sub || sub->state != SUB_WAITING)
    return;
  if (oldest && oldest->index > view->reading_from) { /* so much came meanwhile that the ring has lost some */
    sub->state = SUB_STALE;
    return;
  }
  sub->state = SUB_LIVE;
  push_item(client, text, FALSE, 0);
  if (!push_ring(client, ring_from(view, view->reading_from), seq))
    overflow(client);
}

void gw_feed_client_take_gauges(GwFeedClient *client, GBytes *text) {
  if (client->leaving)
    return;
  gboolean wanted = FALSE;
  for (guint i = 0; i < client->subs->len; i++)
    wanted = wanted || g_array_index(client->subs, Sub, i).view->of.kind != GW_VIEW_UNIT;
  if (wanted && client->out.length == 0)
    push(client, text, FALSE);
  else if (wanted)
    client->feed->counters.gauges_dropped++;
}

void gw_feed_client_take_notice(GwFeedClient *client, GBytes *text) {
  if (!client->leaving)
    push(client, text, TRUE);
}

static void ask_again(GwFeedClient *client) {
  for (guint i = 0; i < client->subs->len; i++) {
    Sub *sub = &g_array_index(client->subs, Sub, i);
    if (sub->state == SUB_STALE || (sub->state == SUB_WAITING && !sub->view->is_reading)) {
      gw_feed_read(client->feed, sub->view);
      sub->state = sub->view->is_reading ? SUB_WAITING : SUB_STALE;
    }
  }
}

void gw_feed_client_tick(GwFeedClient *client, GBytes *beat, GwUsec now_us) {
  if (client->leaving)
    return;
  if (client->out.length == 0)
    ask_again(client);
  if (client->out.length == 0 && now_us - client->queued_us > GW_SEC * 9 / 10)
    push(client, beat, FALSE);
}

static gboolean resume(GwFeedClient *client, GwFeedView *view, gint64 seq) {
  if (seq < view->base_seq || seq > client->feed->seq)
    return FALSE;
  GList *from = view->ring.head;
  /* State that is not journaled is sent from the first patch on that the client cannot have seen. */
  while (from && ((GwFeedPatch *)from->data)->seq < seq)
    from = from->next;
  if (view->ring.length > 0 && from &&
      g_queue_peek_tail(&view->ring) &&
      ((GwFeedPatch *)g_queue_peek_tail(&view->ring))->index - ((GwFeedPatch *)from->data)->index >=
          GW_LIMIT_CLIENT_QUEUE_MESSAGES / 2)
    return FALSE; /* a snapshot is shorter */
  client->feed->counters.resumed++;
  return push_ring(client, from, seq);
}

gboolean gw_feed_client_subscribe(GwFeedClient *client, const char *name, const char *boot, gint64 seq, GError **error) {
  GwFeedView *view = gw_feed_view(client->feed, name, TRUE);
  if (!view) {
    g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "There is no view %.40s.", name);
    return FALSE;
  }
  Sub *sub = find_sub(client, view);
  if (!sub && client->subs->len >= GW_LIMIT_VIEWS_PER_CLIENT) {
    g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "At most %d views on one socket.", GW_LIMIT_VIEWS_PER_CLIENT);
    return FALSE;
  }
  if (!sub) {
    Sub fresh = {view, SUB_STALE};
    g_array_append_val(client->subs, fresh);
    sub = &g_array_index(client->subs, Sub, client->subs->len - 1);
    view->subscribers++;
  }
  if (boot && strcmp(boot, client->feed->boot) == 0 && seq >= 0 && resume(client, view, seq)) {
    sub->state = SUB_LIVE;
    return TRUE;
  }
  gw_feed_read(client->feed, view);
  sub->state = view->is_reading ? SUB_WAITING : SUB_STALE;
  return TRUE;
}

void gw_feed_client_unsubscribe(GwFeedClient *client, const char *name) {
  for (guint i = 0; i < client->subs->len; i++) {
    if (strcmp(g_array_index(client->subs, Sub, i).view->name, name) == 0) {
      end_sub(client, i);
      return;
    }
  }
}

void gw_feed_client_send(GwFeedClient *client, json_t *consumed) {
  g_autoptr(GBytes) text = gw_feed_text(consumed);
  if (!client->leaving)
    push(client, text, TRUE);
}

GBytes *gw_feed_client_next(GwFeedClient *client) {
  Item *item = g_queue_pop_head(&client->out);
  if (!item) {
    if (!client->leaving)
      ask_again(client);
    return NULL;
  }
  GBytes *text = g_steal_pointer(&item->text);
  client->out_bytes -= item->bytes;
  g_free(item);
  return text;
}

gboolean gw_feed_client_has_view(GwFeedClient *client, const char *name) {
  for (guint i = 0; i < client->subs->len; i++) {
    if (strcmp(g_array_index(client->subs, Sub, i).view->name, name) == 0)
      return TRUE;
  }
  return FALSE;
}
