/* One look at a camera, asked for by the administrator. */
#include "daemon/base/clock.h"
#include "daemon/base/post.h"
#include "daemon/ingest/ingest_private.h"

#define PROBES_MOST 16
#define EXTRA_US (3 * GW_SEC) /* over what the worker was given */
#define TIMEOUT_LEAST_MS 1000
#define TIMEOUT_MOST_MS 30000

typedef struct Probe {
  const GwWorker *worker; /* who looks */
  GwProbeFunc done;
  gpointer user;
  GwUsec ends_mono_us;
} Probe;

typedef struct Failed {
  GwProbeFunc done;
  gpointer user;
  GError *error;
} Failed;

static void failed_free(gpointer p) {
  Failed *failed = p;
  g_error_free(failed->error);
  g_free(failed);
}

static void tell_failed(gpointer p) {
  Failed *failed = p;
  failed->done(NULL, failed->error, failed->user);
}

static void fail(GwProbeFunc done, gpointer user, GwCode code, const char *sentence) {
  Failed *failed = g_new(Failed, 1);
  *failed = (Failed){done, user, g_error_new_literal(GW_ERROR, (int)code, sentence)};
  gw_post(NULL, tell_failed, failed, failed_free);
}

void gw_probe_init(GwIngest *ingest) {
  ingest->probes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
}

void gw_probe_clear(GwIngest *ingest) {
  gw_probe_on_down(ingest, NULL);
  g_hash_table_unref(ingest->probes);
}

void gw_ingest_probe(GwIngest *ingest, const char *url, const char *user_name, const char *password,
                     int timeout_ms, GwProbeFunc done, gpointer user) {
  const int wait_ms = CLAMP(timeout_ms, TIMEOUT_LEAST_MS, TIMEOUT_MOST_MS);
  GwWorker *worker = gw_workers_find_up(ingest);
  if (!worker) {
    fail(done, user, GW_CODE_UNAVAILABLE, "The camera worker is not running: try again in a few seconds.");
    return;
  }
  const gint64 ref = ++ingest->last_ref;
  json_t *message = json_pack("{s:s, s:I, s:s, s:i}", "type", "camera.probe", "ref", (json_int_t)ref, "url",
                              url, "timeout_ms", wait_ms);
  if (user_name && *user_name)
    json_object_set_new(message, "user", json_string(user_name));
  if (password && *password)
    json_object_set_new(message, "password", json_string(password));
  if (g_hash_table_size(ingest->probes) >= PROBES_MOST) {
    json_decref(message);
    fail(done, user, GW_CODE_BUSY, "Other cameras are being probed: try again in a few seconds.");
    return;
  }
  if (!gw_worker_send(worker, message, NULL, 0)) {
    fail(done, user, GW_CODE_UNAVAILABLE,
         "The camera worker takes no orders now: try again in a few seconds.");
    return;
  }
  Probe *probe = g_new(Probe, 1);
  *probe = (Probe){worker, done, user, gw_clock_mono_us() + wait_ms * GW_MS + EXTRA_US};
  g_hash_table_insert(ingest->probes, gw_id_key(ref), probe);
}

void gw_probe_on_probed(GwWorker *worker, json_t *message) {
  GwIngest *ingest = worker->ingest;
  const gint64 ref = gw_msg_int(message, "ref");
  const Probe *there = g_hash_table_lookup(ingest->probes, &ref);
  if (!there || there->worker != worker)
    return;
  const Probe probe = *there;
  g_hash_table_remove(ingest->probes, &ref);
  json_t *result = json_deep_copy(message);
  json_object_del(result, "type");
  json_object_del(result, "ref");
  probe.done(result, NULL, probe.user);
  json_decref(result);
}

void gw_probe_on_down(GwIngest *ingest, const GwWorker *worker) {
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init(&iter, ingest->probes);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const Probe *probe = value;
    if (worker && probe->worker != worker)
      continue;
    fail(probe->done, probe->user, GW_CODE_UNAVAILABLE,
         "The camera worker ended while it looked: try again.");
    g_hash_table_iter_remove(&iter);
  }
}

void gw_probe_tick(GwIngest *ingest, GwUsec now_mono_us) {
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init(&iter, ingest->probes);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const Probe *probe = value;
    if (probe->ends_mono_us > now_mono_us)
      continue;
    fail(probe->done, probe->user, GW_CODE_UNAVAILABLE, "The camera worker did not answer in time.");
    g_hash_table_iter_remove(&iter);
  }
}
