#pragma once
#include "daemon/ingest/ingest_private.h"

/* The inside of clips: clips.c (which are wanted, and asking a worker for them), clip_pull.c (from the worker to
 * the file store, piece by piece). */

typedef enum GwClipStep {
  GW_STEP_WANTED,  /* to be asked for: its worker, or its recorder, is not free */
  GW_STEP_ASKED,   /* a worker is at it */
  GW_STEP_READY,   /* it lies there whole */
  GW_STEP_PULLED,  /* a piece is on its way, from the worker or to the disk */
  GW_STEP_WRITTEN, /* all is with the file store; the worker keeps it until it is on disk */
} GwClipStep;

typedef struct GwClipJob {
  GwId id, camera_id;
  gboolean is_ring;
  GwUsec from_us, to_us; /* asked for */
  GwClipStep step;
  GwWorker *worker;    /* lent: who was asked; NULL: nobody, or not needed any more */
  GwId recorder_id;    /* while it is recorded; else 0 */
  GwUsec again_mono_us; /* WANTED, READY: not before */
  GwUsec ends_mono_us; /* then it has failed; a clock that is set changes nothing */
  guint tries;
  json_t *ready;       /* what the worker said of it, checked; NULL: nothing yet */
  gint64 bytes, offset;
  gboolean is_asked;   /* PULLED: a piece is on its way; what else comes is nobody's */
  gpointer file;       /* the file store's; NULL: none is open */
  guint64 file_number; /* which of its files: an answer for one before is nobody's */
} GwClipJob;

struct GwClips {
  GPtrArray *all; /* GwClipJob, in the order in which they came */
  guint64 last_file;
  guint64 saved, failed;
};

/* ---- clips.c ---- */
GwClipJob *gw_clip_find(GwIngest *ingest, GwId id); /* NULL: it is not wanted (any more) */
void gw_clip_fail(GwIngest *ingest, GwClipJob *clip, const char *why); /* tells the ledger; the clip is freed */
void gw_clip_remove(GwIngest *ingest, GwClipJob *clip);                /* tells its worker; the clip is freed */

void gw_clip_begin_anew(GwIngest *ingest, GwClipJob *clip);            /* what its worker had of it is gone */

/* ---- clip_pull.c ---- */
void gw_clip_pull_some(GwIngest *ingest); /* few at once: what one has in memory is one piece */
void gw_clip_on_part(GwIngest *ingest, GwClipJob *clip, json_t *message, const guint8 *data, gsize bytes);
void gw_clip_drop_file(GwIngest *ingest, GwClipJob *clip);
