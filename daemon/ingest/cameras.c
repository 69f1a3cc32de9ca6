/* The job "cameras": what is watched, what is seen, the pictures. */
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/base/log.h"
#include "daemon/ingest/ingest_private.h"
#include "daemon/store/camera.h"

#define STILL_EVERY_MS 1000
#define STILL_FRESH_US (5 * GW_SEC)
#define STILL_WAIT_US (10 * GW_SEC)
#define STILL_SAVES_MOST 64
#define STILL_SIDE_MOST 4096

typedef struct StillSave {
  GwId alert_id, camera_id;
  GwUsec ends_mono_us;
} StillSave;

static void watched_free(gpointer p) {
  GwWatched *watched = p;
  g_free(watched->state);
  g_free(watched->codec);
  g_free(watched);
}

void gw_cameras_init(GwIngest *ingest) {
  ingest->cameras = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, watched_free);
  ingest->still_saves = g_array_new(FALSE, FALSE, sizeof(StillSave));
}

void gw_cameras_clear(GwIngest *ingest) {
  g_hash_table_unref(ingest->cameras);
  g_array_unref(ingest->still_saves);
  g_clear_pointer(&ingest->gauges, json_decref);
}

/* ---- telling the worker ---- */

static gboolean add_password(GwIngest *ingest, const GwCameraRow *row, json_t *message) {
  if (!row->secret)
    return TRUE;
  gsize sealed_bytes = 0, bytes = 0;
  const guint8 *sealed = g_bytes_get_data(row->secret, &sealed_bytes);
  g_autoptr(GError) why = NULL;
  char *password = gw_secret_open(ingest->secret, sealed, sealed_bytes, &bytes, &why);
  if (!password) {
    gw_warning("The password of camera %s cannot be opened: %s", row->code, why->message);
    return FALSE;
  }
  json_object_set_new(message, "password", json_string(password));
  gw_secret_wipe(password, bytes);
  return TRUE;
}

static void remove_camera(GwIngest *ingest, GwId id) {
  if (!g_hash_table_remove(ingest->cameras, &id))
    return;
  gw_stills_forget(ingest->stills, id);
  (void)gw_worker_send(&ingest->workers[GW_JOB_CAMERAS],
                       json_pack("{s:s, s:I}", "type", "camera.remove", "id", (json_int_t)id), NULL, 0);
}

static void set_camera(GwIngest *ingest, GwId id) {
  g_auto(GwCameraRow) row = {0};
  g_autoptr(GError) why = NULL;
  if (!gw_store_camera_get(ingest->db, id, &row, &why) || !row.enabled || row.removed_at_us > 0) {
    if (why)
      gw_warning("Camera %" G_GINT64_FORMAT " cannot be read: %s", id, why->message);
    remove_camera(ingest, id); /* changed to one that nobody watches */
    return;
  }
  json_t *message = json_pack("{s:s, s:I, s:s, s:s}", "type", "camera.set", "id", (json_int_t)id, "url",
                              row.url, "transport", row.transport);
  if (*row.user_name)
    json_object_set_new(message, "user", json_string(row.user_name));
  (void)add_password(ingest, &row, message); /* without it the camera reads "refused", which is true */
  g_hash_table_replace(ingest->cameras, gw_id_key(id), g_new0(GwWatched, 1));
  if (!gw_worker_send(&ingest->workers[GW_JOB_CAMERAS], message, NULL, 0))
    gw_warning("Camera %s could not be handed to its worker", row.code);
}

void gw_cameras_on_hello(GwIngest *ingest) {
  g_autoptr(GError) why = NULL;
  g_autoptr(GArray) ids = gw_store_camera_ids_watched(ingest->db, &why);
  g_hash_table_remove_all(ingest->cameras);
  if (!ids)
    gw_warning("The cameras cannot be read: %s", why->message);
  for (guint i = 0; ids && i < ids->len; i++)
    set_camera(ingest, g_array_index(ids, GwId, i));
  gw_stills_watch_anew(ingest->stills);
}

void gw_cameras_on_down(GwIngest *ingest) {
  g_hash_table_remove_all(ingest->cameras);
  g_clear_pointer(&ingest->gauges, json_decref);
  gw_probe_on_down(ingest);
}

/* ---- what it says ---- */

static gboolean is_cause(const char *cause) {
  static const char *const causes[] = {"none",        "starting", "no_packets", "closed",
                                       "unreachable", "timeout",  "auth",       "recorder_full",
                                       "not_found",   "codec",    "protocol",   NULL};
  return cause && g_strv_contains(causes, cause);
}

static gboolean is_state(const char *state) {
  static const char *const states[] = {"connecting", "live",        "stalled", "lost",
                                       "refused",    "unsupported", NULL};
  return state && g_strv_contains(states, state);
}

static void on_state(GwIngest *ingest, json_t *message) {
  const GwId id = gw_msg_int(message, "id");
  GwWatched *watched = g_hash_table_lookup(ingest->cameras, &id);
  const char *state = gw_msg_text(message, "state"), *cause = gw_msg_text(message, "cause");
  if (!watched || !is_state(state) || !is_cause(cause))
    return;
  g_free(watched->state);
  watched->state = g_strdup(state);
  json_t *body = json_pack("{s:I, s:s, s:s, s:I}", "id", (json_int_t)id, "state", state, "cause", cause,
                           "at_us", (json_int_t)gw_msg_int(message, "at_us"));
  gw_ingest_observe(ingest, "camera.state", body, NULL, 0, NULL, NULL, NULL);
}

/* Codec and size come with the gauges, which are lossy; when they change, the ledger hears it. */
static void note_format(GwIngest *ingest, GwId id, GwWatched *watched, json_t *gauge) {
  const char *codec = gw_msg_text(gauge, "codec");
  const int width = (int)gw_msg_int(gauge, "width"), height = (int)gw_msg_int(gauge, "height");
  if (!codec || strlen(codec) > 16 || width <= 0 || height <= 0 || width > 16384 || height > 16384 ||
      !watched->state)
    return;
  if (g_strcmp0(watched->codec, codec) == 0 && watched->width == width && watched->height == height)
    return;
  g_free(watched->codec);
  watched->codec = g_strdup(codec);
  watched->width = width;
  watched->height = height;
  json_t *body = json_pack("{s:I, s:s, s:s, s:i, s:i}", "id", (json_int_t)id, "state", watched->state,
                           "codec", codec, "width", width, "height", height);
  gw_ingest_observe(ingest, "camera.state", body, NULL, 0, NULL, NULL, NULL);
}

static json_t *number(json_t *gauge, const char *name) {
  json_t *value = json_object_get(gauge, name);
  return json_is_number(value) ? json_real(json_number_value(value)) : json_real(0);
}

static void on_gauges(GwIngest *ingest, json_t *message) {
  json_t *list = json_array();
  size_t i;
  json_t *gauge;
  json_array_foreach(json_object_get(message, "cameras"), i, gauge) {
    const GwId id = gw_msg_int(gauge, "id");
    GwWatched *watched = g_hash_table_lookup(ingest->cameras, &id);
    if (!watched || json_array_size(list) >= GW_LIMIT_CAMERAS)
      continue;
    note_format(ingest, id, watched, gauge);
    json_array_append_new(list, json_pack("{s:I, s:o, s:o, s:I, s:I, s:I}", "id", (json_int_t)id, "fps",
                                          number(gauge, "fps"), "kbps", number(gauge, "kbps"), "gop",
                                          (json_int_t)gw_msg_int(gauge, "gop"), "age_ms",
                                          (json_int_t)gw_msg_int(gauge, "age_ms"), "reconnects",
                                          (json_int_t)gw_msg_int(gauge, "reconnects")));
  }
  json_decref(ingest->gauges);
  ingest->gauges = list; /* the newest of the second is told */
}

void gw_cameras_on_message(GwIngest *ingest, const char *type, json_t *message) {
  if (strcmp(type, "camera.state") == 0)
    on_state(ingest, message);
  else if (strcmp(type, "gauges") == 0)
    on_gauges(ingest, message);
  else if (strcmp(type, "camera.probed") == 0)
    gw_probe_on_probed(ingest, message);
}

/* ---- stills ---- */

static void save_waiting(GwIngest *ingest, const GwStill *still) {
  for (guint i = ingest->still_saves->len; i > 0; i--) {
    const StillSave save = g_array_index(ingest->still_saves, StillSave, i - 1);
    if (save.camera_id != still->camera_id)
      continue;
    g_array_remove_index_fast(ingest->still_saves, i - 1);
    ingest->config.on_still_save(save.alert_id, still, ingest->config.user);
  }
}

void gw_cameras_on_media(GwIngest *ingest, const char *type, json_t *message, const guint8 *data,
                         gsize bytes) {
  const GwId id = gw_msg_int(message, "id");
  const int width = (int)gw_msg_int(message, "width"), height = (int)gw_msg_int(message, "height");
  const GwUsec at_us = gw_msg_int(message, "at_us"), now_us = gw_clock_real_us();
  if (strcmp(type, "still") != 0 || !g_hash_table_contains(ingest->cameras, &id) || bytes < 4 ||
      bytes > GW_LIMIT_STILL_BYTES || data[0] != 0xff || data[1] != 0xd8 || width <= 0 || height <= 0 ||
      width > STILL_SIDE_MOST || height > STILL_SIDE_MOST || at_us <= 0)
    return;
  g_autoptr(GBytes) jpeg = g_bytes_new(data, bytes);
  gw_stills_put(ingest->stills, id, MIN(at_us, now_us), width, height, jpeg);
  const GwStill *still = gw_stills_newest(ingest->stills, id);
  if (still && ingest->still_saves->len > 0)
    save_waiting(ingest, still);
}

static void still_save(GwIngest *ingest, GwId alert_id, GwId camera_id) {
  if (!ingest->config.on_still_save)
    return;
  const GwStill *still = gw_stills_newest(ingest->stills, camera_id);
  if (still && gw_clock_real_us() - still->at_us <= STILL_FRESH_US) {
    ingest->config.on_still_save(alert_id, still, ingest->config.user);
    return;
  }
  if (ingest->still_saves->len >= STILL_SAVES_MOST)
    g_array_remove_index(ingest->still_saves, 0);
  const StillSave save = {alert_id, camera_id, gw_clock_mono_us() + STILL_WAIT_US};
  g_array_append_val(ingest->still_saves, save);
  gw_stills_watch_once(ingest->stills, camera_id, STILL_WAIT_US);
}

/* ---- effects and time ---- */

void gw_cameras_send_watch(gpointer user) {
  GwIngest *ingest = user;
  if (!ingest->workers[GW_JOB_CAMERAS].is_up)
    return;
  json_t *list = gw_stills_take_watch(ingest->stills);
  if (list && !gw_worker_send(&ingest->workers[GW_JOB_CAMERAS],
                              json_pack("{s:s, s:o, s:i}", "type", "still.watch", "cameras", list, "every_ms",
                                        STILL_EVERY_MS),
                              NULL, 0))
    gw_warning(
        "The list of watched cameras could not be sent"); /* its queue is full: it will be started anew */
}

void gw_cameras_on_effect(GwIngest *ingest, const char *effect, json_t *body) {
  const gboolean up = ingest->workers[GW_JOB_CAMERAS].is_up; /* else its hello brings all */
  if (strcmp(effect, "camera.set") == 0 && up)
    set_camera(ingest, gw_msg_int(body, "id"));
  else if (strcmp(effect, "camera.remove") == 0 && up)
    remove_camera(ingest, gw_msg_int(body, "id"));
  else if (strcmp(effect, "still.save") == 0)
    still_save(ingest, gw_msg_int(body, "alert_id"), gw_msg_int(body, "camera_id"));
}

static void drop_old_saves(GwIngest *ingest, GwUsec now_mono_us) {
  for (guint i = ingest->still_saves->len; i > 0; i--)
    if (g_array_index(ingest->still_saves, StillSave, i - 1).ends_mono_us <= now_mono_us)
      g_array_remove_index_fast(ingest->still_saves, i - 1);
}

void gw_cameras_tick(GwIngest *ingest, GwUsec now_mono_us) {
  gw_stills_tick(ingest->stills, now_mono_us);
  drop_old_saves(ingest, now_mono_us);
  json_t *gauges = g_steal_pointer(&ingest->gauges);
  if (gauges && ingest->config.on_gauges)
    ingest->config.on_gauges(gauges, ingest->config.user);
  json_decref(gauges);
}
