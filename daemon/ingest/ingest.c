#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ingest/ingest_private.h"

#define TICK_MS 1000
#define OLDEST_US GW_HOUR /* what is said to have been earlier was then */

gint64 *gw_id_key(GwId id) {
  return g_memdup2(&id, sizeof id);
}

GwUsec gw_msg_at_us(json_t *message) {
  const GwUsec now_us = gw_clock_real_us(), at_us = gw_msg_int(message, "at_us");
  return at_us <= 0 ? now_us : CLAMP(at_us, now_us - OLDEST_US, now_us);
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
  gw_clips_clear(ingest);
  gw_views_clear(ingest);
  gw_ptz_clear(ingest);
  gw_cameras_clear(ingest);
  gw_checkins_clear(ingest);
  gw_ingest_media_clear(ingest);
  gw_workers_clear(ingest);
  gw_stills_free(ingest->stills);
  gw_secret_free(ingest->secret);
  gw_db_close(ingest->db);
  free_config(&ingest->config);
  g_free(ingest);
}

static gboolean on_tick(gpointer user) {
  GwIngest *ingest = user;
  const GwUsec now_mono_us = gw_clock_mono_us();
  gw_workers_tick(ingest, now_mono_us);
  gw_ingest_media_tick(ingest, now_mono_us);
  gw_gauges_tick(ingest);
  gw_pictures_tick(ingest);
  gw_checkins_tick(ingest, now_mono_us);
  gw_probe_tick(ingest, now_mono_us);
  gw_ptz_tick(ingest, now_mono_us);
  gw_views_tick(ingest, now_mono_us);
  gw_clips_tick(ingest, now_mono_us);
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
  g_queue_init(&ingest->unsaved);
  ingest->stills = gw_stills_new(gw_ingest_media_watch, ingest);
  gw_workers_init(ingest);
  gw_cameras_init(ingest);
  gw_ingest_media_init(ingest);
  gw_checkins_init(ingest);
  gw_probe_init(ingest);
  gw_ptz_init(ingest);
  gw_views_init(ingest);
  gw_clips_init(ingest);
  return ingest;
}

GwIngest *gw_ingest_start(const GwIngestConfig *config, GError **error) {
  GwIngest *ingest = make(config);
  ingest->db = gw_db_open(config->database, GW_DB_READ, error);
  ingest->secret = ingest->db ? gw_secret_load(config->key_file, FALSE, error) : NULL;
  if (!ingest->secret) {
    gw_ingest_stop(ingest);
    return NULL;
  }
  gw_cameras_load(ingest);
  gw_clips_load(ingest);
  gw_ptz_load(ingest);
  gw_workers_start(ingest);
  ingest->tick = g_timeout_add(TICK_MS, on_tick, ingest);
  return ingest;
}

void gw_ingest_stop(GwIngest *ingest) {
  if (!ingest)
    return;
  ingest->is_stopped = TRUE;
  g_clear_handle_id(&ingest->tick, g_source_remove);
  gw_workers_stop(ingest);
  gw_pictures_clear(ingest);
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
  for (guint i = 0; i < ingest->workers->len; i++) {
    const GwWorker *worker = g_ptr_array_index(ingest->workers, i);
    if (g_strcmp0(name, worker->name) == 0)
      return worker->is_up;
  }
  return g_strcmp0(name, ingest->checkins->name) == 0 && ingest->checkins->is_up;
}

static json_t *status_of(const GwWorker *w) {
  json_t *status = json_pack("{s:s, s:s, s:b, s:i, s:i, s:I}", "worker", w->name, "job", gw_job_name(w->job),
                             "up", w->is_up, "pid", w->child ? (int)gw_child_pid(w->child) : 0, "restarts",
                             (int)w->restarts, "since_us", (json_int_t)w->since_us);
  if (w->job == GW_JOB_CAMERAS) {
    json_object_set_new(status, "cameras", json_integer(w->cameras));
    json_object_set_new(status, "live", json_integer(gw_workers_live(w)));
  }
  json_t *figures = gw_gauges_figures(w);
  if (figures)
    json_object_set_new(status, "figures", figures);
  return status;
}

json_t *gw_ingest_status(GwIngest *ingest) {
  json_t *list = json_array();
  for (guint i = 0; i < ingest->workers->len; i++)
    json_array_append_new(list, status_of(g_ptr_array_index(ingest->workers, i)));
  json_array_append_new(list, status_of(ingest->checkins));
  return list;
}

gboolean gw_bucket_take(GwBucket *bucket, double most, double per_second) {
  const GwUsec now_mono_us = gw_clock_mono_us();
  if (bucket->at_mono_us == 0)
    bucket->left = most;
  else
    bucket->left = MIN(most, bucket->left + (double)(now_mono_us - bucket->at_mono_us) / GW_SEC * per_second);
  bucket->at_mono_us = MAX(now_mono_us, 1);
  if (bucket->left < 1)
    return FALSE;
  bucket->left -= 1;
  return TRUE;
}
