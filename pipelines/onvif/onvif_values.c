#include "pipelines/onvif/onvif_values.h"

#include <math.h>
#include <string.h>

#define OUTSIDE 1.5 /* of -1 … 1: a box may hang out of the picture a little */

gboolean gw_onvif_read_number(const char *text, double *ret_number) {
  char *end = NULL;
  double number = g_ascii_strtod(text, &end);
  while (end && g_ascii_isspace(*end))
    end++;
  if (!end || end == text || *end || !isfinite(number))
    return FALSE;
  *ret_number = number;
  return TRUE;
}

gboolean gw_onvif_read_truth(const char *text, gboolean *ret_truth) {
  static const char *const yes[] = {"true", "1", "yes", "on"}, *const no[] = {"false", "0", "no", "off"};
  for (guint i = 0; i < G_N_ELEMENTS(yes); i++) {
    gboolean is_yes = g_ascii_strcasecmp(text, yes[i]) == 0;
    if (!is_yes && g_ascii_strcasecmp(text, no[i]) != 0)
      continue;
    *ret_truth = is_yes;
    return TRUE;
  }
  return FALSE;
}

GwUsec gw_onvif_read_time(const char *text) {
  if (strlen(text) > 40)
    return 0;
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, utc);
  if (!time || g_date_time_to_unix(time) <= 0)
    return 0;
  return g_date_time_to_unix(time) * GW_SEC + g_date_time_get_microsecond(time);
}

void gw_onvif_copy_name(char *to, gsize room, const char *text) {
  gsize n = 0;
  for (; n + 1 < room && text[n]; n++)
    to[n] = g_ascii_isalnum(text[n]) || text[n] == '-' ? text[n] : '_';
  to[n] = '\0';
}

void gw_onvif_copy_text(char *to, gsize room, const char *text) {
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  gsize n = 0;
  for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
    gsize bytes = (gsize)(g_utf8_next_char(at) - at);
    if (n + bytes + 1 > room)
      break;
    if (g_unichar_iscntrl(g_utf8_get_char(at)))
      continue;
    memcpy(to + n, at, bytes);
    n += bytes;
  }
  to[n] = '\0';
}

/* -1 … 1 to 0 … 1, kept inside. */
static double fraction(double normal) {
  return CLAMP((normal + 1) / 2, 0, 1);
}

gboolean gw_onvif_box(const double corners[4], const double translate[2], const double scale[2],
                      double ret_box[4]) {
  double normal[4];
  for (guint i = 0; i < 4; i++) {
    normal[i] = corners[i] * scale[i % 2] + translate[i % 2];
    if (!isfinite(normal[i]) || fabs(normal[i]) > OUTSIDE)
      return FALSE;
  }
  double left = fraction(MIN(normal[0], normal[2])), right = fraction(MAX(normal[0], normal[2]));
  double top = fraction(-MAX(normal[1], normal[3])), bottom = fraction(-MIN(normal[1], normal[3]));
  if (right <= left || bottom <= top)
    return FALSE;
  const double box[4] = {left, top, right - left, bottom - top};
  memcpy(ret_box, box, sizeof box);
  return TRUE;
}
