/* A clip's way from the worker to the disk: a piece is asked for when the one before is written, so that no more
 * than that is ever in memory. */
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ingest/clips.h"
#include "daemon/ingest/clips_private.h"

#define PULLED_MOST 2
#define AGAIN_US (1 * GW_SEC)

/* What the file store answers by. */
typedef struct Piece {
  GwIngest *ingest; /* referenced */
  GwId clip_id;
  guint64 file_number; /* that it belongs to: a clip may have begun anew */
} Piece;

static Piece *piece_new(GwIngest *ingest, const GwClipJob *clip) {
  Piece *piece = g_new(Piece, 1);
  *piece = (Piece){gw_ingest_ref(ingest), clip->id, clip->file_number};
  return piece;
}

static void piece_free(Piece *piece) {
  gw_ingest_unref(piece->ingest);
  g_free(piece);
}

/* The clip that this answer is for; NULL: it is not wanted any more. */
static GwClipJob *clip_of(const Piece *piece) {
  GwClipJob *clip = piece->ingest->is_stopped ? NULL : gw_clip_find(piece->ingest, piece->clip_id);
  return clip && clip->file_number == piece->file_number ? clip : NULL;
}

void gw_clip_drop_file(GwIngest *ingest, GwClipJob *clip) {
  clip->file_number = 0;
  if (clip->file)
    ingest->config.file_drop(g_steal_pointer(&clip->file), ingest->config.user);
}

/* The worker keeps it meanwhile; one that is gone meanwhile is asked again. */
static void pull_again(GwIngest *ingest, GwClipJob *clip) {
  gw_clip_drop_file(ingest, clip);
  if (clip->worker)
    clip->step = GW_STEP_READY;
  else
    gw_clip_begin_anew(ingest, clip);
  clip->again_mono_us = gw_clock_mono_us() + AGAIN_US;
}

static void fail(GwIngest *ingest, GwClipJob *clip, const GError *error) {
  const GwCode code = gw_error_code(error);
  if (code == GW_CODE_BUSY) { /* others write */
    pull_again(ingest, clip);
    return;
  }
  if (code == GW_CODE_UNAVAILABLE) { /* the center stops: it waits in the table for the next start */
    gw_clip_remove(ingest, clip);
    return;
  }
  gw_warning("Clip %" G_GINT64_FORMAT " could not be stored: %s", clip->id, error->message);
  gw_clip_fail(ingest, clip, gw_error_code(error) == GW_CODE_STORAGE ? "storage_full" : "no_pictures");
}

static void ask_piece(GwIngest *ingest, GwClipJob *clip) {
  json_t *message = json_pack("{s:s, s:I, s:I}", "type", "clip.read", "clip", (json_int_t)clip->id, "offset",
                              (json_int_t)clip->offset);
  clip->is_asked = gw_worker_send(clip->worker, message, NULL, 0);
  if (!clip->is_asked)
    pull_again(ingest, clip);
}

/* ---- to the ledger ---- */

typedef struct Told {
  GwIngest *ingest; /* referenced */
  char *hash;
} Told;

static void told_free(gpointer p) {
  Told *told = p;
  gw_ingest_unref(told->ingest);
  g_free(told->hash);
  g_free(told);
}

/* It had been given up meanwhile: its file is nobody's. */
static void on_told(const GwReply *reply, gpointer user) {
  Told *told = user;
  const GwIngestConfig *config = &told->ingest->config;
  if (reply->code != GW_CODE_OK && !told->ingest->is_stopped && config->file_forget)
    config->file_forget(told->hash, config->user);
  told_free(told);
}

static void tell_saved(GwIngest *ingest, const GwClipJob *clip, const char *hash, gsize bytes) {
  static const char *const names[] = {"frames", "from_us", "to_us", "width", "height", "codecs", "broken"};
  json_t *body =
      json_pack("{s:I, s:s, s:I}", "clip_id", (json_int_t)clip->id, "hash", hash, "bytes", (json_int_t)bytes);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    json_t *value = json_object_get(clip->ready, names[i]);
    json_object_set_new(body, names[i], value ? json_incref(value) : json_integer(0));
  }
  Told *told = g_new(Told, 1);
  *told = (Told){gw_ingest_ref(ingest), g_strdup(hash)};
  ingest->clips->saved++;
  gw_ingest_observe(ingest, "clip.saved", body, NULL, 0, on_told, told, told_free);
}

static void on_stored(const char *hash, gsize bytes, const GError *error, gpointer user) {
  Piece *piece = user;
  GwIngest *ingest = piece->ingest;
  GwClipJob *clip = clip_of(piece);
  if (clip && error) {
    fail(ingest, clip, error);
  } else if (clip) {
    tell_saved(ingest, clip, hash, bytes);
    gw_clip_remove(ingest, clip);
  }
  if (clip)
    gw_clips_go_on(ingest);
  piece_free(piece);
}

/* ---- pieces ---- */

static void on_written(const char *hash, gsize bytes, const GError *error, gpointer user) {
  Piece *piece = user;
  GwIngest *ingest = piece->ingest;
  GwClipJob *clip = clip_of(piece);
  if (clip && error) {
    fail(ingest, clip, error);
    gw_clips_go_on(ingest);
  } else if (clip && clip->offset < clip->bytes) {
    ask_piece(ingest, clip);
  } else if (clip) {
    clip->step = GW_STEP_WRITTEN;
    ingest->config.file_end(g_steal_pointer(&clip->file), on_stored, piece_new(ingest, clip), ingest->config.user);
  }
  piece_free(piece);
}

void gw_clip_on_part(GwIngest *ingest, GwClipJob *clip, json_t *message, const guint8 *data, gsize bytes) {
  if (clip->step != GW_STEP_PULLED || !clip->is_asked || gw_msg_int(message, "offset") != clip->offset)
    return;
  clip->is_asked = FALSE;
  if (bytes == 0 || bytes > GW_CLIP_PIECE_BYTES || clip->offset + (gint64)bytes > clip->bytes) {
    gw_clip_fail(ingest, clip, "no_pictures"); /* it does not hold what it said */
    return;
  }
  clip->offset += (gint64)bytes;
  g_autoptr(GBytes) copy = g_bytes_new(data, bytes);
  ingest->config.file_write(clip->file, copy, on_written, piece_new(ingest, clip), ingest->config.user);
}

static void begin(GwIngest *ingest, GwClipJob *clip) {
  clip->file = ingest->config.file_begin ? ingest->config.file_begin(ingest->config.user) : NULL;
  if (!clip->file) {
    clip->again_mono_us = gw_clock_mono_us() + AGAIN_US;
    return;
  }
  clip->file_number = ++ingest->clips->last_file;
  clip->offset = 0;
  clip->step = GW_STEP_PULLED;
  ask_piece(ingest, clip);
}

void gw_clip_pull_some(GwIngest *ingest) {
  const GPtrArray *all = ingest->clips->all;
  guint pulled = 0;
  for (guint i = 0; i < all->len; i++) {
    const GwClipJob *clip = g_ptr_array_index(all, i);
    pulled += clip->step == GW_STEP_PULLED || clip->step == GW_STEP_WRITTEN;
  }
  for (guint i = 0; i < all->len && pulled < PULLED_MOST; i++) {
    GwClipJob *clip = g_ptr_array_index(all, i);
    if (clip->step != GW_STEP_READY || clip->again_mono_us > gw_clock_mono_us())
      continue;
    begin(ingest, clip);
    pulled++;
  }
}
