#pragma once
#include "pipelines/live/timeline.h"
#include "pipelines/look/outlet.h"

/* A clip in the making: units of a stream in, one whole MP4 out, nothing encoded anew.  It holds copies.
 *
 * Kept are the pictures from the last keyframe at or before its beginning to its end.  What a loss broke is
 * left out and counted: the picture before it stands until the next keyframe.  Where the parameter sets
 * change an MP4 ends: the part that holds the moment it is about is the clip.
 *
 * Thread: the control thread. */
typedef struct GwClipMaker GwClipMaker;

typedef struct GwClipDone {
  GwUsec from_us, to_us; /* what it holds */
  guint frames, broken;
  int width, height;
  char *codecs; /* owned */
} GwClipDone;
void gw_clip_done_clear(GwClipDone *done);

/* `about_us`, between the two: what must not be missing.  `is_playback`: it is recorded, and begins at
 * `from_us`. */
GwClipMaker *gw_clip_maker_new(GwUsec from_us, GwUsec to_us, GwUsec about_us, gboolean is_playback);
void gw_clip_maker_free(GwClipMaker *maker); /* accepts NULL */

/* As gw_view_take().  FALSE: its end has come; it takes no more. */
gboolean gw_clip_maker_take(GwClipMaker *maker, const GArray *units, GwUsec ahead_us);
/* Played back: the newest picture was recorded at `at_us`, the recorder says; so were those before it earlier
 * or later. */
void gw_clip_maker_correct(GwClipMaker *maker, GwUsec at_us);
gsize gw_clip_maker_bytes(const GwClipMaker *maker);  /* that it holds now */
GwUsec gw_clip_maker_at_us(const GwClipMaker *maker); /* of the newest picture; 0: none yet */

/* The MP4; NULL: there is no picture of that time. */
GBytes *gw_clip_maker_finish(GwClipMaker *maker, GwClipDone *ret);
