#pragma once
#include "daemon/base/types.h"

/* The only place that reads a clock.  Every other file takes `now` as a parameter or asks here.
 *
 * Thread: any.  The fake is for unit tests alone: it freezes all three clocks, and only
 * gw_clock_fake_advance() moves them. */
GwUsec gw_clock_real_us(void); /* wall clock, UTC, microseconds since 1970 */
GwUsec gw_clock_mono_us(void); /* CLOCK_MONOTONIC: for ages and rates inside one process */
GwUsec gw_clock_boot_us(void); /* CLOCK_BOOTTIME: goes on while the machine sleeps; for timers */

void gw_clock_fake(GwUsec real_us); /* starts (or restarts) the fake at this wall time */
void gw_clock_fake_advance(GwUsec by_us);
void gw_clock_unfake(void);

/* Identifies this boot of the machine: 32 hex digits, static. */
const char *gw_clock_boot_id(void);
