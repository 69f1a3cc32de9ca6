#pragma once
#include "daemon/base/types.h"

/* How long to wait before the next try: 1, 2, 4 s … up to a bound, each a quarter more or less, so that
 * cameras behind one switch do not come back in step.  Pure. */
typedef struct GwBackoff {
  guint failures;
} GwBackoff;

GwUsec gw_backoff_next_us(GwBackoff *b, GwUsec most_us, guint32 random); /* counts one failure */
void gw_backoff_reset(GwBackoff *b); /* only after some seconds of healthy frames */

/* A time between `from_us` and `to_us`. */
GwUsec gw_backoff_between_us(GwUsec from_us, GwUsec to_us, guint32 random);
