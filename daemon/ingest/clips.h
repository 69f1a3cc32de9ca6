#pragma once
#include "daemon/base/types.h"

/* Clips as evidence: the effect clip.save, from a camera's ring or from its recorder, to a file on disk, to the
 * observation clip.saved or clip.failed.
 *
 * A ring's clip is asked for at once, because the ring forgets; while its worker is away it waits, and holds what
 * there is from then on (it says from when).  A recorder's clip waits until the recorder is free.  Clips are pulled in
 * pieces, two at a time, straight to the disk.  Thread: the owner. */
typedef struct GwIngest GwIngest;

#define GW_LIMIT_CLIPS 256 /* wanted and not on disk yet */
#define GW_CLIP_PIECE_BYTES (256 * 1024)

typedef struct GwClipFigures {
  guint waiting;
  guint64 saved, failed; /* since the start */
} GwClipFigures;
void gw_clip_figures(GwIngest *ingest, GwClipFigures *ret);
