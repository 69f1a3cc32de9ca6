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

/* 2026_11_21_10_00_00, 20261121T100000Z, 1795226400: digits enough for a time. */
static gboolean begins_time(const char *at) {
  guint digits = 0;
  gsize n = strspn(at, "0123456789_:-");
  for (gsize i = 0; i < n; i++)
    digits += g_ascii_isdigit(at[i]);
  return (g_str_has_prefix(at, "20") && digits >= 8) || (at[0] == '1' && digits >= 10);
}

gboolean gw_range_is_in_url(const char *url) {
  for (const char *at = url; at && *at; at++)
    if (g_ascii_isdigit(*at) && (at == url || !g_ascii_isdigit(at[-1])) && begins_time(at))
      return TRUE;
  return FALSE;
}
