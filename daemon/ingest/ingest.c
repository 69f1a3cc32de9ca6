#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ingest/ingest_private.h"

#define TICK_MS 1000
#define STOP_WAIT_US (2 * GW_SEC)

gint64 *gw_id_key(GwId id) {
  return g_memdup2(&id, sizeof id);
}

GwIngest *gw_ingest_ref(GwIngest *ingest) {
  ingest->ref++;
  return ingest;
}

static void free_config(GwIngestConfig *config) {
  g_free((char *)config->program);
  g_free((char *)config->database);
  g_free((char *)config->key_file);
  g_free((char *)config->media);
  g_free((char *)config->reader_address);
}

void gw_ingest_unref(GwIngest *ingest) {
  if (--ingest->ref > 0)
    return;
  gw_cameras_clear(ingest);
  gw_checkins_clear(ingest);
  gw_stills_free(ingest->stills);
  gw_secret_free(ingest->secret);
  gw_db_close(ingest->db);
  free_config(&ingest->config);
  g_free(ingest);
}

static gboolean on_tick(gpointer user) {
  GwIngest *ingest = user;
  const GwUsec now_mono_us = gw_clock_mono_us();
  for (int i = 0; i < GW_N_JOBS; i++)
    gw_worker_tick(&ingest->workers[i], now_mono_us);
  gw_cameras_tick(ingest, now_mono_us);
  gw_checkins_tick(ingest, now_mono_us);
  gw_probe_tick(ingest, now_mono_us);
  return G_SOURCE_CONTINUE;
}

static GwIngest *make(const GwIngestConfig *config) {
  GwIngest *ingest = g_new0(GwIngest, 1);
  ingest->ref = 1;
  ingest->config = *config;
  ingest->config.program = g_strdup(config->program);
  ingest->config.database = g_strdup(config->database);
  ingest->config.key_file = g_strdup(config->key_file);
  ingest->config.media = g_strdup(config->media);
  ingest->config.reader_address = g_strdup(config->reader_address);
  g_queue_init(&ingest->waiting);
  ingest->stills = gw_stills_new(gw_cameras_send_watch, ingest);
  for (int i = 0; i < GW_N_JOBS; i++)
    gw_worker_init(&ingest->workers[i], ingest, (GwJob)i);
  gw_cameras_init(ingest);
  gw_checkins_init(ingest);
  gw_probe_init(ingest);
  return ingest;
}

/* What an earlier run left behind is not true any more: nothing is seen until a worker says so. */
static void tell_beginning(GwIngest *ingest) {
  for (int i = 0; i < GW_N_JOBS; i++) {
    json_t *body = json_pack("{s:s, s:s}", "job", gw_job_name((GwJob)i), "cause", "the center starts");
    gw_ingest_observe(ingest, "worker.down", body, NULL, 0, NULL, NULL, NULL);
  }
}

GwIngest *gw_ingest_start(const GwIngestConfig *config, GError **error) {
  GwIngest *ingest = make(config);
  ingest->db = gw_db_open(config->database, GW_DB_READ, error);
  ingest->secret = ingest->db ? gw_secret_load(config->key_file, FALSE, error) : NULL;
  if (!ingest->secret) {
    gw_ingest_stop(ingest);
    return NULL;
  }
  tell_beginning(ingest);
  ingest->tick = g_timeout_add(TICK_MS, on_tick, ingest);
  for (int i = 0; i < GW_N_JOBS && config->program && *config->program; i++)
    gw_worker_start(&ingest->workers[i]);
  return ingest;
}

void gw_ingest_stop(GwIngest *ingest) {
  if (!ingest)
    return;
  ingest->is_stopped = TRUE;
  g_clear_handle_id(&ingest->tick, g_source_remove);
  for (int i = 0; i < GW_N_JOBS; i++)
    gw_worker_hang_up(&ingest->workers[i]); /* both at once: they end side by side */
  for (int i = 0; i < GW_N_JOBS; i++)
    gw_worker_stop(&ingest->workers[i], STOP_WAIT_US);
  gw_ingest_observe_clear(ingest);
  gw_probe_clear(ingest);
  gw_ingest_unref(ingest);
}

void gw_ingest_on_publication(GwIngest *ingest, const GwPublication *publication) {
  size_t i;
  json_t *body;
  json_array_foreach(publication->effects, i, body) {
    const char *effect = gw_msg_text(body, "effect");
    if (!effect)
      continue;
    gw_cameras_on_effect(ingest, effect, body);
    gw_checkins_on_effect(ingest, effect, body);
  }
}

GwStills *gw_ingest_stills(GwIngest *ingest) {
  return ingest->stills;
}

gboolean gw_ingest_is_up(GwIngest *ingest, const char *name) {
  for (int i = 0; i < GW_N_JOBS; i++)
    if (g_strcmp0(name, gw_job_name((GwJob)i)) == 0)
      return ingest->workers[i].is_up;
  return FALSE;
}

json_t *gw_ingest_status(GwIngest *ingest) {
  json_t *list = json_array();
  for (int i = 0; i < GW_N_JOBS; i++) {
    const GwWorker *w = &ingest->workers[i];
    json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:i, s:i, s:I}", "worker", gw_job_name(w->job),
                                          "job", gw_job_name(w->job), "up", w->is_up, "pid",
                                          w->child ? (int)gw_child_pid(w->child) : 0, "restarts",
                                          (int)w->restarts, "since_us", (json_int_t)w->since_us));
  }
  return list;
}
