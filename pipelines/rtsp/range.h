#pragma once
#include "daemon/base/types.h"

/* The Range of PLAY as absolute time (RFC 2326, 3.7 and 12.29), by which recorders are told where to begin.
 * Pure. */
char *gw_range_clock(GwUsec from_us); /* "clock=20261121T144500.250Z-"; the caller's */

/* Where an answer's Range begins; 0: it does not say, or makes no sense.  Accepts NULL. */
GwUsec gw_range_begin_us(const char *range);
