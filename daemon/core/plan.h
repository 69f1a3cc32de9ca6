#pragma once
#include "daemon/core/clockmath.h"

/* When a route is walked (R1): times of day on chosen days.  Days are chosen by weekday, by day of the
 * month, or as the last such weekday of the month; a day that any of the three names is taken once.
 * Pure.  Thread: any. */
#define GW_PLAN_TIMES_MOST 48

typedef struct GwPlan {
  gint16 time_min[GW_PLAN_TIMES_MOST]; /* minutes of the local day, 0 … 1439 */
  guint n_times;
  guint8 weekdays;     /* bit 0 Monday … bit 6 Sunday */
  guint32 month_days;  /* bit 0 the 1st … bit 30 the 31st; a month without that day has no run */
  guint8 last_weekday; /* 1 Monday … 7 Sunday: the last of the month; 0 none */
} GwPlan;

#define GW_PLAN_AHEAD_US (24 * GW_HOUR)

gboolean gw_plan_check(const GwPlan *plan, GError **error);
/* Start times in [from_us, to_us), ascending, each once.  Returns an array of GwUsec (caller frees). */
GArray *gw_plan_expand(const GwPlan *plan, GwUsec from_us, GwUsec to_us, int utc_offset_s);
