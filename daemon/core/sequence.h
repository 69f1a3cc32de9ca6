#pragma once
#include <glib.h>

/* Which numbers of a reader were taken: a window of 64 behind the highest, so that lines may overtake
 * each other over UDP and a replay is refused.  A new epoch comes only by pairing again.
 * Pure.  Thread: any. */
typedef struct GwSequence {
  gint64 epoch;
  gint64 last;  /* 0: none yet */
  guint64 seen; /* bit n: last - n was taken; bit 0 is last itself */
} GwSequence;

typedef enum GwSequenceVerdict {
  GW_SEQUENCE_TAKEN,
  GW_SEQUENCE_REPLAYED,    /* this number was taken before */
  GW_SEQUENCE_TOO_OLD,     /* 64 or more behind: nobody can say any more */
  GW_SEQUENCE_WRONG_EPOCH, /* pair the reader again */
  GW_SEQUENCE_BAD,         /* not positive, or beyond 2^53 */
} GwSequenceVerdict;

/* Changes *window only when the answer is TAKEN. */
GwSequenceVerdict gw_sequence_accept(GwSequence *window, gint64 epoch, gint64 number);
const char *gw_sequence_verdict_to_string(GwSequenceVerdict verdict); /* "taken", "replayed" … */
