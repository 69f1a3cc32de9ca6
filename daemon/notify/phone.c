#include <string.h>

#include "daemon/notify/notify.h"

#define WAITING_MOST 4096 /* messages whose receipt is open; a community has a handful */

typedef struct Waiting {
  GwId unit_id;
  gboolean is_unknown; /* the center has told the desk to call; a page that comes back still gets it */
} Waiting;

struct GwNotifier {
  GwNotifierConfig config;
  GHashTable *waiting; /* GwId* of the outbox row -> Waiting* */
};

GwNotifier *gw_notifier_start(const GwNotifierConfig *config) {
  GwNotifier *notifier = g_new0(GwNotifier, 1);
  notifier->config = *config;
  notifier->waiting = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  return notifier;
}

void gw_notifier_stop(GwNotifier *notifier) {
  if (!notifier)
    return;
  g_hash_table_unref(notifier->waiting);
  g_free(notifier);
}

/* A full lane is no loss: the receipt's deadline runs, and the desk is told to call. */
static void report(GwNotifier *notifier, GwId outbox_id, const char *state) {
  json_t *body = json_pack("{s:I, s:s}", "outbox_id", (json_int_t)outbox_id, "state", state);
  (void)gw_ledger_observe(notifier->config.ledger, "outbox.sent", body, NULL, 0, NULL, NULL, NULL);
  json_decref(body);
}

static const char *text_of(json_t *object, const char *name) {
  const char *text = json_string_value(json_object_get(object, name));
  return text ? text : "";
}

static void remember(GwNotifier *notifier, GwId id, GwId unit_id, const char *state) {
  static const char *const open[] = {"QUEUED", "SENDING", "ACCEPTED", "TEMP_FAIL", "UNKNOWN", NULL};
  if (!g_strv_contains(open, state) || g_hash_table_size(notifier->waiting) >= WAITING_MOST) {
    g_hash_table_remove(notifier->waiting, &id);
    return;
  }
  Waiting *waiting = g_new(Waiting, 1);
  *waiting = (Waiting){unit_id, strcmp(state, "UNKNOWN") == 0};
  g_hash_table_replace(notifier->waiting, g_memdup2(&id, sizeof id), waiting);
}

static void on_object(GwNotifier *notifier, json_t *object) {
  if (strcmp(text_of(object, "type"), "outbox") != 0 || strcmp(text_of(object, "channel"), "phone") != 0 ||
      strcmp(text_of(object, "target"), "unit") != 0)
    return;
  const GwId id = json_integer_value(json_object_get(object, "id"));
  const GwId unit_id = json_integer_value(json_object_get(object, "target_id"));
  const char *state = text_of(object, "state");
  remember(notifier, id, unit_id, state);
  if (strcmp(state, "QUEUED") == 0)
    report(notifier, id,
           notifier->config.is_unit_connected(unit_id, notifier->config.user) ? "ACCEPTED" : "TEMP_FAIL");
}

void gw_notifier_on_publication(GwNotifier *notifier, const GwPublication *publication) {
  size_t i;
  json_t *object;
  json_array_foreach(publication->put, i, object) on_object(notifier, object);
}

/* Its snapshot brought what waits; the states that can still say so are told. */
void gw_notifier_on_unit_connected(GwNotifier *notifier, GwId unit_id) {
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init(&iter, notifier->waiting);
  while (g_hash_table_iter_next(&iter, &key, &value)) {
    const Waiting *waiting = value;
    if (waiting->unit_id == unit_id && waiting->is_unknown)
      report(notifier, *(const GwId *)key, "ACCEPTED");
  }
}
