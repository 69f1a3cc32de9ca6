#include "pipelines/rtsp/range.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

char *gw_range_clock(GwUsec from_us) {
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(from_us / GW_SEC);
  if (!time)
    return g_strdup("npt=0.000-");
  g_autofree char *seconds = g_date_time_format(time, "%Y%m%dT%H%M%S");
  return g_strdup_printf("clock=%s.%03dZ-", seconds, (int)(from_us % GW_SEC / GW_MS));
}

GwUsec gw_range_begin_us(const char *range) {
  const char *clock = range ? strstr(range, "clock=") : NULL;
  int year, month, day, hour, minute;
  double second;
  if (!clock || sscanf(clock, "clock=%4d%2d%2dT%2d%2d%lf", &year, &month, &day, &hour, &minute, &second) != 6)
    return 0;
  if (year < 1970 || year > 9999 || !(second >= 0 && second < 61))
    return 0;
  g_autoptr(GDateTime) time = g_date_time_new_utc(year, month, day, hour, minute, MIN(second, 59.999999));
  return time ? g_date_time_to_unix(time) * GW_SEC + g_date_time_get_microsecond(time) : 0;
}
