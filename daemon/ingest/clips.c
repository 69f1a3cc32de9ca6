/* Which clips are wanted, and asking a worker for them. */
#include "daemon/ingest/clips.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ingest/clips_private.h"
#include "daemon/ingest/past.h"
#include "daemon/store/clip.h"

#define BUSY_AGAIN_US (2 * GW_SEC)
#define RING_PATIENCE_US (80 * GW_SEC)      /* after its end: a little less than the ledger has */
#define RECORDER_PATIENCE_US (110 * GW_SEC) /* besides its length, from when it begins */
#define RECORDER_WAIT_US GW_HOUR            /* until the recorder is free */
#define RECORDER_TRIES 3

void gw_clips_init(GwIngest *ingest) {
  ingest->clips = g_new0(struct GwClips, 1);
  ingest->clips->all = g_ptr_array_new();
}

static void clip_free(GwClipJob *clip) {
  json_decref(clip->ready);
  g_free(clip);
}

void gw_clips_clear(GwIngest *ingest) {
  for (guint i = 0; i < ingest->clips->all->len; i++) {
    GwClipJob *clip = g_ptr_array_index(ingest->clips->all, i);
    gw_clip_drop_file(ingest, clip);
    clip_free(clip);
  }
  g_ptr_array_unref(ingest->clips->all);
  g_clear_pointer(&ingest->clips, g_free);
}

GwClipJob *gw_clip_find(GwIngest *ingest, GwId id) {
  for (guint i = 0; i < ingest->clips->all->len; i++) {
    GwClipJob *clip = g_ptr_array_index(ingest->clips->all, i);
    if (clip->id == id)
      return clip;
  }
  return NULL;
}

/* Its worker may let it go. */
static void tell_drop(GwClipJob *clip) {
  if (clip->worker && clip->worker->is_up)
    (void)gw_worker_send(clip->worker, json_pack("{s:s, s:I}", "type", "clip.drop", "clip", (json_int_t)clip->id),
                         NULL, 0); /* a worker that takes nothing is started anew */
  clip->worker = NULL;
  clip->recorder_id = 0;
}

void gw_clip_remove(GwIngest *ingest, GwClipJob *clip) {
  tell_drop(clip);
  gw_clip_drop_file(ingest, clip);
  g_ptr_array_remove(ingest->clips->all, clip);
  clip_free(clip);
}

static void tell_failed(GwIngest *ingest, GwId clip_id, const char *why) {
  ingest->clips->failed++;
  gw_ingest_observe(ingest, "clip.failed", json_pack("{s:I, s:s}", "clip_id", (json_int_t)clip_id, "why", why), NULL, 0,
                    NULL, NULL, NULL);
}

void gw_clip_fail(GwIngest *ingest, GwClipJob *clip, const char *why) {
  tell_failed(ingest, clip->id, why);
  gw_clip_remove(ingest, clip);
}

guint gw_clips_of_recorder(GwIngest *ingest, GwId recorder_id) {
  guint n = 0;
  for (guint i = 0; i < ingest->clips->all->len; i++)
    n += ((GwClipJob *)g_ptr_array_index(ingest->clips->all, i))->recorder_id == recorder_id;
  return n;
}

void gw_clip_figures(GwIngest *ingest, GwClipFigures *ret) {
  *ret = (GwClipFigures){ingest->clips->all->len, ingest->clips->saved, ingest->clips->failed};
}

/* ---- asking ---- */

static json_t *order(const char *type, const GwClipJob *clip) {
  return json_pack("{s:s, s:I, s:I, s:I, s:I}", "type", type, "clip", (json_int_t)clip->id, "id",
                   (json_int_t)clip->camera_id, "from_us", (json_int_t)clip->from_us, "to_us",
                   (json_int_t)clip->to_us);
}

static void send_order(GwClipJob *clip, GwWorker *worker, json_t *message_new) {
  if (gw_worker_send(worker, message_new, NULL, 0)) {
    clip->worker = worker;
    clip->step = GW_STEP_ASKED;
  } else {
    clip->again_mono_us = gw_clock_mono_us() + BUSY_AGAIN_US;
  }
}

/* The worker of its camera, when it knows that camera; NULL: not now. */
static GwWorker *worker_of(GwIngest *ingest, const GwClipJob *clip) {
  const GwWatched *watched = g_hash_table_lookup(ingest->cameras, &clip->camera_id);
  return watched && watched->worker->is_up && watched->untold != GW_UNTOLD_CAMERA ? watched->worker : NULL;
}

/* Its reason when it can never be. */
static const char *ask_recorder(GwIngest *ingest, GwClipJob *clip, GwWorker *worker) {
  g_auto(GwPast) past = {0};
  g_autoptr(GError) why = NULL;
  if (!gw_past_of_camera(ingest, clip->camera_id, &past, &why)) {
    if (why)
      gw_warning("The recorder of camera %" G_GINT64_FORMAT " cannot be read: %s", clip->camera_id, why->message);
    return why ? NULL : "no_recorder";
  }
  if (gw_past_playing(ingest, past.recorder.id) >= (guint)past.recorder.playbacks_most)
    return NULL;
  json_t *message = order("clip.record", clip);
  if (!gw_past_add(ingest, &past, clip->from_us, clip->to_us, message, &why)) {
    gw_warning("Recorder %s cannot be asked: %s", past.recorder.name, why->message);
    json_decref(message);
    return "no_recorder";
  }
  send_order(clip, worker, message);
  if (clip->step == GW_STEP_ASKED) {
    clip->recorder_id = past.recorder.id;
    clip->ends_mono_us = gw_clock_mono_us() + (clip->to_us - clip->from_us) + RECORDER_PATIENCE_US;
  }
  return NULL;
}

/* The ledger may have given it up while it waited for its turn. */
static gboolean is_given_up(GwIngest *ingest, const GwClipJob *clip) {
  GwClipRow row;
  return gw_store_clip_get(ingest->db, clip->id, &row, NULL) && row.core.state != GW_CLIP_WAITING;
}

static void ask(GwIngest *ingest, GwClipJob *clip) {
  GwWorker *worker = worker_of(ingest, clip);
  if (!worker || clip->again_mono_us > gw_clock_mono_us())
    return;
  if (is_given_up(ingest, clip)) {
    gw_clip_remove(ingest, clip);
    return;
  }
  const char *never = NULL;
  if (clip->is_ring)
    send_order(clip, worker, order("clip.cut", clip));
  else
    never = ask_recorder(ingest, clip, worker);
  if (never)
    gw_clip_fail(ingest, clip, never);
}

void gw_clips_go_on(GwIngest *ingest) {
  if (ingest->is_stopped || !ingest->clips)
    return;
  g_autoptr(GPtrArray) now = g_ptr_array_copy(ingest->clips->all, NULL, NULL);
  for (guint i = 0; i < now->len; i++) {
    GwClipJob *clip = g_ptr_array_index(now, i);
    if (clip->step == GW_STEP_WANTED)
      ask(ingest, clip); /* frees no other */
  }
  gw_clip_pull_some(ingest);
}

static void want(GwIngest *ingest, GwId id, GwId camera_id, gboolean is_ring, GwUsec from_us, GwUsec to_us) {
  if (gw_clip_find(ingest, id))
    return; /* asked again after a start, and under way already */
  if (ingest->clips->all->len >= GW_LIMIT_CLIPS) {
    tell_failed(ingest, id, "busy");
    return;
  }
  const GwUsec patience_us = is_ring ? to_us - gw_clock_real_us() + RING_PATIENCE_US : RECORDER_WAIT_US;
  GwClipJob *clip = g_new0(GwClipJob, 1);
  *clip = (GwClipJob){.id = id,
                   .camera_id = camera_id,
                   .is_ring = is_ring,
                   .from_us = from_us,
                   .to_us = to_us,
                   .ends_mono_us = gw_clock_mono_us() + patience_us};
  g_ptr_array_add(ingest->clips->all, clip);
}

void gw_clips_save(GwIngest *ingest, json_t *body) {
  const GwId id = gw_msg_int(body, "clip_id"), camera_id = gw_msg_int(body, "camera_id");
  const char *source = gw_msg_text(body, "source");
  if (ingest->is_stopped || id <= 0 || camera_id <= 0 || !source)
    return;
  want(ingest, id, camera_id, strcmp(source, "ring") == 0, gw_msg_int(body, "from_us"), gw_msg_int(body, "to_us"));
  gw_clips_go_on(ingest);
}

void gw_clips_load(GwIngest *ingest) {
  g_autoptr(GError) why = NULL;
  g_autoptr(GArray) ids = gw_store_clip_ids_waiting(ingest->db, &why);
  for (guint i = 0; ids && i < ids->len; i++) {
    GwClipRow row;
    if (gw_store_clip_get(ingest->db, g_array_index(ids, GwId, i), &row, &why))
      want(ingest, row.id, row.camera_id, row.core.source == GW_CLIP_RING, row.core.from_us, row.core.to_us);
    else if (why)
      break;
  }
  if (why)
    gw_warning("The clips that are waited for cannot be read: %s", why->message);
}

/* ---- what happens meanwhile ---- */

void gw_clip_begin_anew(GwIngest *ingest, GwClipJob *clip) {
  gw_clip_drop_file(ingest, clip);
  g_clear_pointer(&clip->ready, json_decref);
  clip->worker = NULL;
  clip->recorder_id = 0;
  clip->step = GW_STEP_WANTED;
}

void gw_clips_on_down(GwWorker *worker) {
  GwIngest *ingest = worker->ingest;
  for (guint i = 0; i < ingest->clips->all->len; i++) {
    GwClipJob *clip = g_ptr_array_index(ingest->clips->all, i);
    if (clip->worker != worker)
      continue;
    if (clip->step == GW_STEP_WRITTEN)
      clip->worker = NULL; /* all of it is here */
    else
      gw_clip_begin_anew(ingest, clip);
  }
}

void gw_clips_on_camera_told(GwIngest *ingest, GwId camera_id) {
  gw_clips_go_on(ingest);
}

void gw_clips_on_camera_gone(GwIngest *ingest, GwId camera_id) {
  for (guint i = ingest->clips->all->len; i > 0; i--) {
    GwClipJob *clip = g_ptr_array_index(ingest->clips->all, i - 1);
    if (clip->camera_id == camera_id && clip->step == GW_STEP_WANTED) /* who was asked ends it with what there is */
      gw_clip_fail(ingest, clip, "not_live");
  }
}

/* The ring is gone with the worker, and the time that was asked for is over. */
static gboolean is_too_late(const GwClipJob *clip, GwUsec now_us) {
  return clip->is_ring && clip->step == GW_STEP_WANTED && now_us >= clip->to_us;
}

void gw_clips_tick(GwIngest *ingest, GwUsec now_mono_us) {
  const GwUsec now_us = gw_clock_real_us();
  for (guint i = ingest->clips->all->len; i > 0; i--) {
    GwClipJob *clip = g_ptr_array_index(ingest->clips->all, i - 1);
    if (clip->step == GW_STEP_WRITTEN)
      continue; /* the disk answers */
    if (is_too_late(clip, now_us) && !worker_of(ingest, clip))
      gw_clip_fail(ingest, clip, "worker_gone");
    else if (now_mono_us >= clip->ends_mono_us)
      gw_clip_fail(ingest, clip, clip->tries > 0 ? "busy" : "timeout");
  }
  gw_clips_go_on(ingest);
}

/* ---- what a worker says ---- */

static gboolean is_ready(json_t *message) {
  const gint64 bytes = gw_msg_int(message, "bytes"), from_us = gw_msg_int(message, "from_us");
  const char *codecs = gw_msg_text(message, "codecs");
  return bytes > 0 && bytes <= GW_CLIP_BYTES_MOST && from_us > 0 && gw_msg_int(message, "to_us") > from_us &&
         gw_msg_int(message, "frames") > 0 && gw_msg_int(message, "width") > 0 && gw_msg_int(message, "height") > 0 &&
         codecs && strlen(codecs) <= 40;
}

static void on_ready(GwIngest *ingest, GwClipJob *clip, json_t *message) {
  if (clip->step != GW_STEP_ASKED)
    return;
  if (!is_ready(message)) {
    gw_clip_fail(ingest, clip, "no_pictures");
    return;
  }
  clip->recorder_id = 0; /* it has played */
  clip->ready = json_incref(message);
  clip->bytes = gw_msg_int(message, "bytes");
  clip->step = GW_STEP_READY;
  clip->again_mono_us = 0;
  clip->tries = 0;
  clip->ends_mono_us = gw_clock_mono_us() + RING_PATIENCE_US;
  gw_clips_go_on(ingest);
}

static const char *why_of(json_t *message) {
  static const char *const whys[] = {"not_live",         "no_pictures", "no_footage", "recorder_full",
                                     "recorder_refused", "too_large",   "busy",       "timeout",      NULL};
  const char *why = gw_msg_text(message, "why");
  for (gsize i = 0; why && whys[i]; i++)
    if (strcmp(why, whys[i]) == 0)
      return whys[i];
  return "no_pictures";
}

static void on_failed(GwIngest *ingest, GwClipJob *clip, json_t *message) {
  const char *why = why_of(message);
  const gboolean busy = strcmp(why, "busy") == 0;
  const gboolean full = strcmp(why, "recorder_full") == 0 && clip->tries < RECORDER_TRIES;
  if (clip->step == GW_STEP_WRITTEN)
    return;
  clip->worker = NULL; /* it has nothing of it */
  if ((clip->step == GW_STEP_ASKED) && (busy || full)) {
    clip->tries++;
    gw_clip_begin_anew(ingest, clip);
    clip->again_mono_us = gw_clock_mono_us() + BUSY_AGAIN_US;
  } else {
    gw_clip_fail(ingest, clip, why);
  }
  gw_clips_go_on(ingest);
}

gboolean gw_clips_on_message(GwWorker *worker, const char *type, json_t *message, const guint8 *data, gsize bytes) {
  if (!g_str_has_prefix(type, "clip."))
    return FALSE;
  GwClipJob *clip = gw_clip_find(worker->ingest, gw_msg_int(message, "clip"));
  if (!clip || clip->worker != worker)
    return TRUE; /* not wanted any more, or not this worker's */
  if (strcmp(type, "clip.part") == 0)
    gw_clip_on_part(worker->ingest, clip, message, data, bytes);
  else if (strcmp(type, "clip.ready") == 0)
    on_ready(worker->ingest, clip, message);
  else if (strcmp(type, "clip.failed") == 0)
    on_failed(worker->ingest, clip, message);
  return TRUE;
}
