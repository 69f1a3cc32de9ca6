#include "pipelines/answers.h"

#include <sodium.h>
#include <string.h>

struct GwAnswers {
  GwReaderTable *readers;
  GHashTable *by_ref; /* gint64* -> Expected */
  GQueue order;       /* the same, oldest first */
};

typedef struct Expected {
  gint64 ref;
  GwReaderLine line; /* only reader, epoch, seq */
  GSocket *socket;
  GSocketAddress *to;
  GList link; /* in order */
} Expected;

static void expected_free(gpointer p) {
  Expected *e = p;
  g_object_unref(e->socket);
  g_clear_object(&e->to);
  g_free(e);
}

GwAnswers *gw_answers_new(GwReaderTable *readers) {
  GwAnswers *answers = g_new0(GwAnswers, 1);
  answers->readers = gw_reader_table_ref(readers);
  answers->by_ref = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, expected_free);
  g_queue_init(&answers->order);
  return answers;
}

void gw_answers_free(GwAnswers *answers) {
  if (!answers)
    return;
  g_hash_table_unref(answers->by_ref);
  gw_reader_table_unref(answers->readers);
  g_free(answers);
}

static void forget(GwAnswers *answers, Expected *e) {
  g_queue_unlink(&answers->order, &e->link);
  g_hash_table_remove(answers->by_ref, &e->ref);
}

void gw_answers_expect(GwAnswers *answers, gint64 ref, const char *reader, guint32 epoch, gint64 seq,
                       const GwReturnPath *path) {
  if (g_queue_get_length(&answers->order) >= GW_ANSWERS_MOST)
    forget(answers, g_queue_peek_head(&answers->order));
  Expected *e = g_new0(Expected, 1);
  e->ref = ref;
  g_strlcpy(e->line.reader, reader, sizeof e->line.reader);
  e->line.epoch = epoch;
  e->line.seq = seq;
  e->socket = g_object_ref(path->socket);
  e->to = path->to ? g_object_ref(path->to) : NULL;
  e->link.data = e;
  g_queue_push_tail_link(&answers->order, &e->link);
  g_hash_table_insert(answers->by_ref, &e->ref, e);
}

static gboolean is_for_now(const char *code) {
  return strcmp(code, "busy") == 0 || strcmp(code, "storage") == 0 || strcmp(code, "unavailable") == 0 ||
         strcmp(code, "internal") == 0 || strcmp(code, "throttled") == 0;
}

/* A reader that is gone, or that does not read, repeats its line: nothing is lost by not waiting. */
static void send_to(const Expected *e, const char *text) {
  (void)g_socket_send_to(e->socket, e->to, text, strlen(text), NULL, NULL);
}

void gw_answers_stored(GwAnswers *answers, gint64 ref, const char *code) {
  Expected *e = g_hash_table_lookup(answers->by_ref, &ref);
  guint8 key[GW_KEY_BYTES];
  GwId id = 0;
  if (!e)
    return;
  if (code && !is_for_now(code) && gw_reader_table_find(answers->readers, e->line.reader, &id, key)) {
    g_autofree char *text = gw_reader_answer(&e->line, strcmp(code, "ok") == 0 ? NULL : code, key);
    send_to(e, text);
    sodium_memzero(key, sizeof key);
  }
  forget(answers, e);
}
