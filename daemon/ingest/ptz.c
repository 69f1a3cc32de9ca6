/* Turning cameras: the ledger's effects to a worker, its answers back as observations.  A camera is asked by
 * any worker that runs, its own first: who watches it does not matter to it. */
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ingest/ingest_private.h"
#include "daemon/store/preset.h"

#define ANSWER_US                                                                                            \
  (25 * GW_SEC) /* a worker is done with a camera after ten; another order may have come before */
#define PRESETS_MOST 64
#define AT_START_MOST 48 /* cameras; the worker has room for so many */

/* What was asked last of one camera, of each kind: what came before is answered by nobody's interest. */
typedef struct Asked {
  GwId camera_id;
  gboolean is_turn;
  const GwWorker *worker; /* NULL: none runs yet, and its presets can wait for one */
  gint64 ref;
  GwUsec until_mono_us;
} Asked;

static guint asked_hash(gconstpointer p) {
  const Asked *asked = p;
  return g_int64_hash(&asked->camera_id) * 2 + (asked->is_turn ? 1 : 0);
}

static gboolean asked_equal(gconstpointer a, gconstpointer b) {
  const Asked *x = a, *y = b;
  return x->camera_id == y->camera_id && x->is_turn == y->is_turn;
}

void gw_ptz_init(GwIngest *ingest) {
  ingest->asked = g_hash_table_new_full(asked_hash, asked_equal, g_free, NULL); /* a set */
}

void gw_ptz_clear(GwIngest *ingest) {
  g_hash_table_unref(ingest->asked);
}

/* ---- to the ledger ---- */

static void observe(GwIngest *ingest, const Asked *asked, const char *cause, json_t *presets) {
  json_t *body = json_pack("{s:I, s:b, s:s}", "id", (json_int_t)asked->camera_id, "ok",
                           g_str_equal(cause, "none"), "cause", cause);
  if (!asked->is_turn)
    json_object_set_new(body, "presets", presets ? presets : json_array());
  gw_ingest_observe(ingest, asked->is_turn ? "camera.turned" : "camera.presets", body, NULL, 0, NULL, NULL,
                    NULL);
}

/* A worker is not believed to keep to bounds. */
static json_t *copy_presets(json_t *from) {
  json_t *rows = json_array(), *row;
  gsize i;
  json_array_foreach(from, i, row) {
    const char *token = gw_msg_text(row, "token"), *name = gw_msg_text(row, "name");
    if (i < PRESETS_MOST && token && *token && g_utf8_strlen(token, -1) <= 64 && name)
      json_array_append_new(rows, json_pack("{s:s, s:s}", "token", token, "name", name));
  }
  return rows;
}

static const char *known_cause(const char *said) {
  static const char *const causes[] = {"none",      "unreachable", "timeout", "auth",
                                       "not_found", "protocol",    NULL};
  return said && g_strv_contains(causes, said) ? said : "protocol";
}

gboolean gw_ptz_on_message(GwWorker *worker, const char *type, json_t *message) {
  const gboolean is_turn = g_str_equal(type, "camera.turned");
  if (!is_turn && !g_str_equal(type, "camera.presets"))
    return FALSE;
  GwIngest *ingest = worker->ingest;
  const Asked key = {.camera_id = gw_msg_int(message, "id"), .is_turn = is_turn};
  const Asked *there = g_hash_table_lookup(ingest->asked, &key);
  if (!there || there->worker != worker || there->ref != gw_msg_int(message, "ref"))
    return TRUE; /* another order has taken its place */
  const Asked asked = *there;
  g_hash_table_remove(ingest->asked, &key);
  const char *cause = known_cause(gw_msg_text(message, "cause"));
  observe(ingest, &asked, cause, is_turn ? NULL : copy_presets(json_object_get(message, "presets")));
  return TRUE;
}

static void end_those(GwIngest *ingest, const GwWorker *of, GwUsec before_mono_us, const char *cause) {
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init(&iter, ingest->asked);
  while (g_hash_table_iter_next(&iter, &key, NULL)) {
    const Asked *asked = key;
    if ((of && asked->worker != of) || asked->until_mono_us > before_mono_us)
      continue;
    observe(ingest, asked, cause, NULL);
    g_hash_table_iter_remove(&iter);
  }
}

void gw_ptz_on_down(GwWorker *worker) {
  end_those(worker->ingest, worker, G_MAXINT64, "worker_gone");
}

void gw_ptz_tick(GwIngest *ingest, GwUsec now_mono_us) {
  end_those(ingest, NULL, now_mono_us, "timeout");
}

/* ---- to a worker ---- */

static GwWorker *worker_for(GwIngest *ingest, GwId id) {
  const GwWatched *watched = g_hash_table_lookup(ingest->cameras, &id);
  return watched && watched->worker->is_up ? watched->worker : gw_workers_find_up(ingest);
}

static json_t *order_for(GwIngest *ingest, const Asked *asked, const GwCameraRow *row, const char *preset) {
  json_t *message =
      json_pack("{s:s, s:I, s:I, s:s}", "type", asked->is_turn ? "camera.turn" : "camera.presets", "ref",
                (json_int_t)asked->ref, "id", (json_int_t)asked->camera_id, "url", row->control_url);
  if (asked->is_turn)
    json_object_set_new(message, "preset", json_string(preset));
  if (*row->user_name)
    json_object_set_new(message, "user", json_string(row->user_name));
  gw_ingest_add_password(ingest, row->code, row->secret, message);
  return message;
}

/* FALSE: nobody takes it. */
static gboolean send(GwIngest *ingest, const Asked *asked, GwWorker *worker, const GwCameraRow *row,
                     const char *preset) {
  if (!worker)
    return !asked->is_turn; /* a camera that is turned later than asked turns behind somebody's back */
  return gw_worker_send(worker, order_for(ingest, asked, row, preset), NULL, 0);
}

static void ask(GwIngest *ingest, GwId id, const char *preset) {
  g_auto(GwCameraRow) row = {0};
  g_autoptr(GError) why = NULL;
  if (!gw_store_camera_get(ingest->db, id, &row, &why) || row.removed_at_us > 0 || !*row.control_url)
    return; /* changed meanwhile; nobody waits for an answer */
  GwWorker *worker = worker_for(ingest, id);
  Asked *asked = g_new(Asked, 1);
  *asked = (Asked){id, preset != NULL, worker, ++ingest->last_ref, gw_clock_mono_us() + ANSWER_US};
  if (!send(ingest, asked, worker, &row, preset)) {
    observe(ingest, asked, "worker_gone", NULL);
    g_hash_table_remove(ingest->asked, asked);
    g_free(asked);
    return;
  }
  g_hash_table_replace(ingest->asked, asked, asked);
}

/* Those that were imported while no daemon ran. */
void gw_ptz_load(GwIngest *ingest) {
  g_autoptr(GError) why = NULL;
  g_autoptr(GArray) ids = gw_store_presets_missing(ingest->db, AT_START_MOST, &why);
  if (!ids)
    gw_warning("Which cameras can be turned cannot be read: %s", why->message);
  for (guint i = 0; ids && i < ids->len; i++)
    ask(ingest, g_array_index(ids, GwId, i), NULL);
}

void gw_ptz_on_hello(GwIngest *ingest) {
  g_autofree Asked **all = (Asked **)g_hash_table_get_keys_as_array(ingest->asked, NULL);
  for (guint i = 0; all[i]; i++)
    if (!all[i]->worker)
      ask(ingest, all[i]->camera_id, NULL);
}

gboolean gw_ptz_on_effect(GwIngest *ingest, const char *effect, json_t *body) {
  if (g_str_equal(effect, "camera.turn"))
    ask(ingest, gw_msg_int(body, "id"), gw_msg_text(body, "preset") ? gw_msg_text(body, "preset") : "");
  else if (g_str_equal(effect, "camera.presets"))
    ask(ingest, gw_msg_int(body, "id"), NULL);
  else
    return FALSE;
  return TRUE;
}
