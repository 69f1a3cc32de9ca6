/* Observations on their way to the ledger.  Its lane is bounded: when it is full, what came stays here in
 * order, and nothing more is read from the workers, which sum up on their side. */
#include "daemon/ingest/ingest_private.h"

#define RETRY_MS 20

typedef struct Waiting {
  char *kind;
  json_t *body;
  GBytes *data; /* NULL: none */
  GwReplyFunc done;
  gpointer user;
  GDestroyNotify user_free;
} Waiting;

static void waiting_free(gpointer p) {
  Waiting *w = p;
  g_free(w->kind);
  json_decref(w->body);
  g_clear_pointer(&w->data, g_bytes_unref);
  if (w->user && w->user_free)
    w->user_free(w->user);
  g_free(w);
}

/* TRUE: the ledger has it, and `user` is its callback's. */
static gboolean hand_over(GwIngest *ingest, Waiting *w) {
  gsize bytes = 0;
  const guint8 *data = w->data ? g_bytes_get_data(w->data, &bytes) : NULL;
  if (!gw_ledger_observe(ingest->config.ledger, w->kind, w->body, data, bytes, w->done, w->user, NULL))
    return FALSE;
  w->user = NULL;
  return TRUE;
}

static gboolean on_retry(gpointer user) {
  GwIngest *ingest = user;
  for (Waiting *w; (w = g_queue_peek_head(&ingest->waiting));) {
    if (!hand_over(ingest, w))
      return G_SOURCE_CONTINUE;
    waiting_free(g_queue_pop_head(&ingest->waiting));
  }
  ingest->retry = 0;
  gw_workers_pause(ingest);
  return G_SOURCE_REMOVE;
}

void gw_ingest_observe(GwIngest *ingest, const char *kind, json_t *body_new, const guint8 *data, gsize bytes,
                       GwReplyFunc done, gpointer user, GDestroyNotify user_free) {
  Waiting *w = g_new(Waiting, 1);
  *w =
      (Waiting){g_strdup(kind), body_new, bytes > 0 ? g_bytes_new(data, bytes) : NULL, done, user, user_free};
  if (g_queue_is_empty(&ingest->waiting) && hand_over(ingest, w)) {
    waiting_free(w);
    return;
  }
  g_queue_push_tail(&ingest->waiting, w);
  gw_workers_pause(ingest);
  if (ingest->retry == 0)
    ingest->retry = g_timeout_add(RETRY_MS, on_retry, ingest);
}

void gw_ingest_observe_clear(GwIngest *ingest) {
  g_clear_handle_id(&ingest->retry, g_source_remove);
  g_queue_clear_full(&ingest->waiting, waiting_free);
}
