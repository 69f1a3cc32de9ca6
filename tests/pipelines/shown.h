#pragma once
#include "tests/pipelines/worker_peer.h"

/* What a view or a clip shows, read by others than who wrote it. */

typedef struct ShownPicture {
  guint number;
  gboolean is_key, is_replay;
  gint64 at_us;
  guint64 ticks;    /* when it is shown: of tfdt, and trun's offset */
  guint64 decoded;  /* of tfdt */
  guint32 duration; /* of trun */
} ShownPicture;

typedef struct Shown {
  WorkerPeer *w;
  int view, gen;
  GByteArray *file; /* init segment and fragments */
  GArray *pictures; /* ShownPicture */
  gint64 epoch_us, width, height;
  char *codecs;
} Shown;

/* Waits for the init segment of `gen`, and then for so many more pictures. */
Shown *shown_begin(WorkerPeer *w, int view, int gen, int within_ms);
void shown_more(Shown *shown, guint n, int within_ms);
void shown_free(Shown *shown);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Shown, shown_free)
const ShownPicture *shown_at(const Shown *shown, guint i);

/* Pictures that GStreamer's demuxer and decoder make of an MP4, none of them damaged. */
guint shown_decoded(const guint8 *file, gsize bytes, const char *codec);
/* The same of H.264, each shown 1/fps s after the one before. */
guint shown_in_order(const guint8 *file, gsize bytes, guint fps);
