/* Pictures for people: stills of cameras that somebody looks at, the small picture of every look. */
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/base/log.h"
#include "daemon/ingest/ingest_private.h"

#define STILL_EVERY_MS 1000
#define STILL_FRESH_US (5 * GW_SEC)
#define STILL_WAIT_US (10 * GW_SEC)
#define STILL_SAVES_MOST 64
#define STILL_SIDE_MOST 4096
#define THUMB_SIDE_MOST 640

typedef struct StillSave {
  GwId alert_id, camera_id;
  GwUsec ends_mono_us;
} StillSave;

void gw_ingest_media_init(GwIngest *ingest) {
  ingest->still_saves = g_array_new(FALSE, FALSE, sizeof(StillSave));
}

void gw_ingest_media_clear(GwIngest *ingest) {
  g_array_unref(ingest->still_saves);
}

static void save_waiting(GwIngest *ingest, const GwStill *still) {
  for (guint i = ingest->still_saves->len; i > 0; i--) {
    const StillSave save = g_array_index(ingest->still_saves, StillSave, i - 1);
    if (save.camera_id != still->camera_id)
      continue;
    g_array_remove_index_fast(ingest->still_saves, i - 1);
    ingest->config.on_still_save(save.alert_id, still, ingest->config.user);
  }
}

/* FALSE: it is no picture, too large, or of a camera that is not this worker's. */
static gboolean read_still(GwWorker *worker, json_t *message, const guint8 *data, gsize bytes,
                           gsize bytes_most, int side_most, GwStill *ret) {
  const gint64 width = gw_msg_int(message, "width"), height = gw_msg_int(message, "height");
  const GwUsec at_us = gw_msg_int(message, "at_us");
  const GwId id = gw_msg_int(message, "id");
  if (!gw_cameras_of(worker, id) || bytes < 4 || bytes > bytes_most || data[0] != 0xff || data[1] != 0xd8 ||
      width <= 0 || height <= 0 || width > side_most || height > side_most || at_us <= 0)
    return FALSE;
  *ret = (GwStill){id, MIN(at_us, gw_clock_real_us()), (int)width, (int)height, g_bytes_new(data, bytes)};
  return TRUE;
}

static void take_still(GwIngest *ingest, const GwStill *said) {
  gw_stills_put(ingest->stills, said->camera_id, said->at_us, said->width, said->height, said->jpeg);
  const GwStill *still = gw_stills_newest(ingest->stills, said->camera_id);
  if (still && ingest->still_saves->len > 0)
    save_waiting(ingest, still);
}

void gw_ingest_media_on_message(GwWorker *worker, const char *type, json_t *message, const guint8 *data,
                                gsize bytes) {
  GwIngest *ingest = worker->ingest;
  const gboolean is_thumb = g_str_equal(type, "thumb");
  GwStill still;
  if (gw_views_on_message(worker, type, message, data, bytes))
    return;
  if ((!is_thumb && !g_str_equal(type, "still")) ||
      !read_still(worker, message, data, bytes, is_thumb ? GW_LIMIT_THUMB_BYTES : GW_LIMIT_STILL_BYTES,
                  is_thumb ? THUMB_SIDE_MOST : STILL_SIDE_MOST, &still))
    return;
  if (!is_thumb)
    take_still(ingest, &still);
  else if (ingest->config.on_thumb)
    ingest->config.on_thumb(&still, ingest->config.user);
  g_bytes_unref(still.jpeg);
}

void gw_ingest_media_forget(GwIngest *ingest, GwId camera_id) {
  const GwStill none = {.camera_id = camera_id};
  gw_stills_forget(ingest->stills, camera_id);
  if (ingest->config.on_thumb)
    ingest->config.on_thumb(&none, ingest->config.user);
}

void gw_ingest_media_save(GwIngest *ingest, GwId alert_id, GwId camera_id) {
  if (!ingest->config.on_still_save)
    return;
  const GwStill *still = gw_stills_newest(ingest->stills, camera_id);
  const GwUsec age_us = still ? gw_clock_real_us() - still->at_us : -1; /* below zero: the clock was set back */
  if (age_us >= 0 && age_us <= STILL_FRESH_US) {
    ingest->config.on_still_save(alert_id, still, ingest->config.user);
    return;
  }
  if (ingest->still_saves->len >= STILL_SAVES_MOST)
    g_array_remove_index(ingest->still_saves, 0);
  const StillSave save = {alert_id, camera_id, gw_clock_mono_us() + STILL_WAIT_US};
  g_array_append_val(ingest->still_saves, save);
  gw_stills_watch_once(ingest->stills, camera_id, STILL_WAIT_US);
}

/* ---- who looks ---- */

static json_t *those_of(GwWorker *worker, json_t *list) {
  json_t *own = json_array(), *id;
  size_t i;
  json_array_foreach(list, i, id) if (gw_cameras_of(worker, json_integer_value(id)))
      json_array_append(own, id);
  return own;
}

void gw_ingest_media_watch(gpointer user) {
  GwIngest *ingest = user;
  if (!gw_workers_find_up(ingest))
    return;
  json_t *list = gw_stills_take_watch(ingest->stills);
  for (guint i = 0; list && i < ingest->workers->len; i++) {
    GwWorker *worker = g_ptr_array_index(ingest->workers, i);
    if (worker->is_up && !gw_worker_send(worker,
                                         json_pack("{s:s, s:o, s:i}", "type", "still.watch", "cameras",
                                                   those_of(worker, list), "every_ms", STILL_EVERY_MS),
                                         NULL, 0))
      gw_warning("The list of watched cameras could not be sent to %s",
                 worker->name); /* its queue is full: it will be started anew */
  }
  json_decref(list);
}

static void drop_old_saves(GwIngest *ingest, GwUsec now_mono_us) {
  for (guint i = ingest->still_saves->len; i > 0; i--)
    if (g_array_index(ingest->still_saves, StillSave, i - 1).ends_mono_us <= now_mono_us)
      g_array_remove_index_fast(ingest->still_saves, i - 1);
}

void gw_ingest_media_tick(GwIngest *ingest, GwUsec now_mono_us) {
  gw_stills_tick(ingest->stills, now_mono_us);
  drop_old_saves(ingest, now_mono_us);
}
