#pragma once
#include "daemon/base/types.h"

/* The pictures of a stream since its last keyframe, so that whoever begins to look sees one at once.
 *
 * Pure; thread: its owner's.  The bytes are shared, never copied.  A group of pictures over GW_GOP_BYTES_MOST is
 * let go: who comes then waits for the next keyframe. */
#define GW_GOP_BYTES_MOST ((gsize)4 * 1024 * 1024)

typedef struct GwGopPicture {
  GBytes *bytes; /* one fragment, immutable */
  GwUsec at_us;
  gboolean is_key;
  gboolean is_old; /* it came before the view was opened */
} GwGopPicture;

typedef struct GwGop {
  GArray *pictures; /* GwGopPicture */
  gsize bytes;
  gboolean is_open; /* from a keyframe on, and nothing is missing */
} GwGop;

void gw_gop_init(GwGop *gop);
void gw_gop_clear(GwGop *gop);
void gw_gop_break(GwGop *gop); /* something is missing: empty until the next keyframe */
/* TRUE: a decoder that has what was put in since the last keyframe can show it; FALSE: it is to be left out. */
gboolean gw_gop_put(GwGop *gop, const GwGopPicture *picture);
