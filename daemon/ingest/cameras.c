/* The job "cameras": what is watched, by whom, and in what state it is. */
#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/base/log.h"
#include "daemon/ingest/ingest_private.h"

#define QUEUED_BYTES_MOST (2 * 1024 * 1024) /* of the link's 8 MiB: more cameras wait for their turn */
#define TELL_AT_ONCE 16
#define TELL_EVERY_MS 5

static void watched_free(gpointer p) {
  GwWatched *watched = p;
  watched->worker->cameras--;
  g_free(watched->state);
  g_free(watched->cause);
  g_free(watched->codec);
  g_free(watched->via);
  g_array_unref(watched->zones);
  g_clear_pointer(&watched->learnt, g_bytes_unref);
  g_free(watched);
}

void gw_cameras_init(GwIngest *ingest) {
  ingest->cameras = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, watched_free);
}

void gw_cameras_clear(GwIngest *ingest) {
  g_hash_table_unref(ingest->cameras);
}

GwWatched *gw_cameras_of(GwWorker *worker, GwId id) {
  GwWatched *watched = g_hash_table_lookup(worker->ingest->cameras, &id);
  return watched && watched->worker == worker ? watched : NULL;
}

/* Nothing is known of it until its worker has said something. */
static void begin_anew(GwWatched *watched) {
  g_clear_pointer(&watched->state, g_free);
  g_clear_pointer(&watched->cause, g_free);
  g_clear_pointer(&watched->codec, g_free);
  g_clear_pointer(&watched->via, g_free);
  watched->width = watched->height = 0;
  watched->frames = 0;
  watched->untold = GW_UNTOLD_NOTHING;
}

static GwWatched *assign(GwIngest *ingest, GwId id) {
  if (g_hash_table_size(ingest->cameras) >= GW_LIMIT_CAMERAS)
    return NULL;
  GwWatched *watched = g_new0(GwWatched, 1);
  watched->worker = gw_workers_least(ingest);
  watched->worker->cameras++;
  watched->zones = g_array_new(FALSE, FALSE, sizeof(GwId));
  g_hash_table_insert(ingest->cameras, gw_id_key(id), watched);
  return watched;
}

/* ---- telling the worker ---- */

void gw_ingest_add_password(GwIngest *ingest, const char *of, GBytes *secret, json_t *message) {
  if (!secret)
    return;
  gsize sealed_bytes = 0, bytes = 0;
  const guint8 *sealed = g_bytes_get_data(secret, &sealed_bytes);
  g_autoptr(GError) why = NULL;
  char *password = gw_secret_open(ingest->secret, sealed, sealed_bytes, &bytes, &why);
  if (!password) {
    gw_warning("The password of %s cannot be opened: %s", of, why->message);
    return;
  }
  json_object_set_new(message, "password", json_string(password));
  gw_secret_wipe(password, bytes);
}

static void let_go(GwWorker *worker, GwId id) {
  if (worker->is_up)
    (void)gw_worker_send(worker, json_pack("{s:s, s:I}", "type", "camera.remove", "id", (json_int_t)id), NULL,
                         0);
}

static void remove_camera(GwIngest *ingest, GwId id) {
  GwWatched *watched = g_hash_table_lookup(ingest->cameras, &id);
  if (!watched)
    return;
  GwWorker *worker = watched->worker;
  gw_views_on_camera_gone(ingest, id);
  gw_clips_on_camera_gone(ingest, id);
  g_hash_table_remove(ingest->cameras, &id);
  gw_ingest_media_forget(ingest, id);
  let_go(worker, id);
}

static void send_camera(GwIngest *ingest, GwWatched *watched, const GwCameraRow *row) {
  json_t *message =
      json_pack("{s:s, s:I, s:s, s:s, s:b}", "type", "camera.set", "id", (json_int_t)row->id, "url",
                gw_store_camera_watched_url(row), "transport", row->transport, "metadata", row->metadata);
  if (*row->user_name)
    json_object_set_new(message, "user", json_string(row->user_name));
  gw_ingest_add_password(ingest, row->code, row->secret, message);
  begin_anew(watched);
  if (!gw_worker_send(watched->worker, message, NULL, 0))
    gw_warning("Camera %s could not be handed to its worker", row->code);
}

/* What the database says of it now; it may be one that nobody watches any more. */
static void tell_now(GwIngest *ingest, GwId id, GwWatched *watched, GwUntold what) {
  g_auto(GwCameraRow) row = {0};
  g_autoptr(GError) why = NULL;
  const gboolean found = gw_store_camera_get(ingest->db, id, &row, &why);
  if (why)
    gw_warning("Camera %" G_GINT64_FORMAT " cannot be read: %s", id, why->message);
  if (!found || !row.enabled || row.removed_at_us > 0) {
    remove_camera(ingest, id);
    return;
  }
  if (what == GW_UNTOLD_CAMERA)
    send_camera(ingest, watched, &row);
  gw_scene_tell(ingest, &row, watched);
  if (what == GW_UNTOLD_CAMERA) {
    gw_views_on_camera_told(ingest, id);
    gw_clips_on_camera_told(ingest, id);
  }
}

/* FALSE: nobody waits, or its queue must empty first. */
static gboolean tell_next(GwWorker *worker) {
  GwLink *link = worker->is_up ? gw_child_control(worker->child) : NULL;
  if (!link || gw_link_queued_bytes(link) > QUEUED_BYTES_MOST)
    return FALSE;
  g_autofree GwId *id = g_queue_pop_head(&worker->untold);
  GwWatched *watched = id ? gw_cameras_of(worker, *id) : NULL;
  const GwUntold untold = watched ? watched->untold : GW_UNTOLD_NOTHING;
  if (watched)
    watched->untold = GW_UNTOLD_NOTHING;
  if (untold != GW_UNTOLD_NOTHING)
    tell_now(worker->ingest, *id, watched, untold);
  return id != NULL;
}

static gboolean tell_some(gpointer user) {
  GwWorker *worker = user;
  for (int i = 0; i < TELL_AT_ONCE && tell_next(worker); i++) {
  }
  if (worker->is_up && !g_queue_is_empty(&worker->untold))
    return G_SOURCE_CONTINUE;
  worker->tell_timer = 0;
  return G_SOURCE_REMOVE;
}

/* One after the other: hundreds at once, each with its reference, would run the link's queue over, and keep
 * the loop from everything else. */
static void tell_later(GwId id, GwWatched *watched, GwUntold what) {
  GwWorker *worker = watched->worker;
  if (!worker->is_up)
    return; /* its hello brings it */
  if (watched->untold == GW_UNTOLD_NOTHING)
    g_queue_push_tail(&worker->untold, gw_id_key(id));
  watched->untold = MAX(watched->untold, what);
  if (worker->tell_timer == 0 && tell_some(worker) == G_SOURCE_CONTINUE)
    worker->tell_timer = g_timeout_add(TELL_EVERY_MS, tell_some, worker);
}

void gw_cameras_forget_untold(GwWorker *worker) {
  g_clear_handle_id(&worker->tell_timer, g_source_remove);
  g_queue_clear_full(&worker->untold, g_free);
}

static gboolean is_watched(GwIngest *ingest, GwId id) {
  g_auto(GwCameraRow) row = {0};
  return gw_store_camera_get(ingest->db, id, &row, NULL) && row.enabled && row.removed_at_us == 0;
}

void gw_cameras_tell(GwIngest *ingest, GwId id) {
  GwWatched *watched = g_hash_table_lookup(ingest->cameras, &id);
  if (!is_watched(ingest, id)) {
    remove_camera(ingest, id); /* changed to one that nobody watches */
    return;
  }
  if (watched || (watched = assign(ingest, id)))
    tell_later(id, watched, GW_UNTOLD_CAMERA);
  else
    gw_warning("Camera %" G_GINT64_FORMAT " is one more than can be watched (%d)", id, GW_LIMIT_CAMERAS);
}

/* New ones get a worker (and are told when it runs), those that are gone are let go, the others stay. */
void gw_cameras_load(GwIngest *ingest) {
  g_autoptr(GError) why = NULL;
  g_autoptr(GArray) ids = gw_store_camera_ids_watched(ingest->db, &why);
  if (!ids) {
    gw_warning("The cameras cannot be read: %s", why->message);
    return;
  }
  g_autoptr(GHashTable) there = g_hash_table_new(g_int64_hash, g_int64_equal);
  for (guint i = 0; i < ids->len; i++) {
    const GwId id = g_array_index(ids, GwId, i);
    g_hash_table_add(there, &g_array_index(ids, GwId, i));
    if (!g_hash_table_contains(ingest->cameras, &id))
      gw_cameras_tell(ingest, id);
  }
  g_autofree gpointer *known = g_hash_table_get_keys_as_array(ingest->cameras, NULL);
  for (guint i = 0; known[i]; i++)
    if (!g_hash_table_contains(there, known[i]))
      remove_camera(ingest, *(GwId *)known[i]);
}

void gw_cameras_move(GwIngest *ingest, GwId id, GwWorker *to) {
  GwWatched *watched = g_hash_table_lookup(ingest->cameras, &id);
  if (!watched || watched->worker == to)
    return;
  gw_views_on_camera_moved(ingest, id);
  let_go(watched->worker, id);
  watched->worker->cameras--;
  watched->worker = to;
  to->cameras++;
  begin_anew(watched);
  if (to->is_up)
    gw_cameras_tell(ingest, id);
  gw_stills_watch_anew(ingest->stills);
}

void gw_cameras_on_hello(GwWorker *worker) {
  g_autoptr(GArray) ids = gw_workers_cameras(worker);
  for (guint i = 0; i < ids->len; i++) {
    const GwId id = g_array_index(ids, GwId, i);
    GwWatched *watched = gw_cameras_of(worker, id);
    if (watched)
      tell_later(id, watched, GW_UNTOLD_CAMERA);
  }
  gw_stills_watch_anew(worker->ingest->stills);
  gw_ptz_on_hello(worker->ingest);
}

void gw_cameras_on_down(GwWorker *worker) {
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init(&iter, worker->ingest->cameras);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    if (((GwWatched *)value)->worker == worker)
      begin_anew(value);
  gw_cameras_forget_untold(worker);
  g_clear_pointer(&worker->gauges, json_decref);
  gw_views_on_down(worker);
  gw_clips_on_down(worker);
  gw_ptz_on_down(worker);
  gw_probe_on_down(worker->ingest, worker);
}

/* ---- what it says ---- */

static gboolean is_one_of(const char *word, const char *const *words) {
  return word && g_strv_contains(words, word);
}

static const char *const causes[] = {"none",        "starting", "no_packets", "closed",
                                     "unreachable", "timeout",  "auth",       "recorder_full",
                                     "not_found",   "codec",    "protocol",   NULL};
static const char *const states[] = {"connecting", "live", "stalled", "lost", "refused", "unsupported", NULL};
static const char *const vias[] = {"lean", "rtspsrc", NULL};

static void on_state(GwWorker *worker, json_t *message) {
  const GwId id = gw_msg_int(message, "id");
  GwWatched *watched = gw_cameras_of(worker, id);
  const char *state = gw_msg_text(message, "state"), *cause = gw_msg_text(message, "cause");
  const char *via = gw_msg_text(message, "via");
  if (!watched || !is_one_of(state, states) || !is_one_of(cause, causes))
    return;
  g_free(watched->state);
  watched->state = g_strdup(state);
  g_free(watched->cause);
  watched->cause = g_strdup(cause);
  gw_views_on_camera_state(worker->ingest, id, state, cause);
  json_t *body = json_pack("{s:I, s:s, s:s, s:I}", "id", (json_int_t)id, "state", state, "cause", cause,
                           "at_us", (json_int_t)gw_msg_at_us(message));
  if (is_one_of(via, vias)) {
    g_free(watched->via);
    watched->via = g_strdup(via);
    json_object_set_new(body, "via", json_string(via));
  }
  gw_ingest_observe(worker->ingest, "camera.state", body, NULL, 0, NULL, NULL, NULL);
}

void gw_cameras_on_message(GwWorker *worker, const char *type, json_t *message, const guint8 *data,
                           gsize bytes) {
  if (g_str_equal(type, "camera.state"))
    on_state(worker, message);
  else if (g_str_equal(type, "gauges"))
    gw_gauges_on_message(worker, message);
  else if (g_str_equal(type, "camera.probed"))
    gw_probe_on_probed(worker, message);
  else if (!gw_ptz_on_message(worker, type, message) && !gw_clips_on_message(worker, type, message, data, bytes))
    (void)gw_seen_on_message(worker, type, message, data, bytes); /* FALSE: of a newer worker; ignored */
}

static void scene_changed(GwIngest *ingest, GwId id) {
  GwWatched *watched = g_hash_table_lookup(ingest->cameras, &id);
  if (watched)
    tell_later(id, watched, GW_UNTOLD_SCENE);
}

void gw_cameras_on_effect(GwIngest *ingest, const char *effect, json_t *body) {
  const GwId id = gw_msg_int(body, "id");
  if (g_str_equal(effect, "camera.set"))
    gw_cameras_tell(ingest, id);
  else if (g_str_equal(effect, "camera.remove"))
    remove_camera(ingest, id);
  else if (g_str_equal(effect, "scene.set"))
    scene_changed(ingest, id);
  else if (g_str_equal(effect, "scene.learn"))
    gw_scene_learn(ingest, id);
  else if (g_str_equal(effect, "still.save"))
    gw_ingest_media_save(ingest, gw_msg_int(body, "alert_id"), gw_msg_int(body, "camera_id"));
  else if (g_str_equal(effect, "clip.save"))
    gw_clips_save(ingest, body);
  else
    (void)gw_ptz_on_effect(ingest, effect, body); /* FALSE: another part's */
}
