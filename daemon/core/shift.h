#pragma once
#include "daemon/base/types.h"

/* Day shift 08:00-20:00, night shift 20:00-08:00, local time.  Pure.  Thread: any. */
typedef struct GwShiftWindow {
  gboolean night;
  GwUsec starts_at_us, ends_at_us; /* [start, end) */
} GwShiftWindow;

GwShiftWindow gw_shift_at(GwUsec at_us, int utc_offset_s);
const char *gw_shift_kind_to_string(gboolean night); /* "day", "night" */
