#include "tests/farm/cameras/recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Six numbers of a date, UTC, into microseconds; FALSE: no date. */
static gboolean date_us(const int n[6], int utc_offset_s, GwUsec *ret_us) {
  g_autoptr(GDateTime) at = g_date_time_new_utc(n[0], n[1], n[2], n[3], n[4], n[5]);
  if (!at)
    return FALSE;
  *ret_us = (g_date_time_to_unix(at) - utc_offset_s) * GW_SEC;
  return TRUE;
}

/* "20261121T020000Z", also with a fraction, also with a small z or none. */
static gboolean read_compact(const char *text, GwUsec *ret_us, const char **ret_end) {
  int n[6], used = 0;
  if (sscanf(text, "%4d%2d%2dT%2d%2d%2d%n", &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &used) != 6 ||
      used != 15 || !date_us(n, 0, ret_us))
    return FALSE;
  text += used;
  if (*text == '.') {
    char *end;
    *ret_us += (GwUsec)(g_ascii_strtod(text, &end) * GW_SEC);
    text = end;
  }
  *ret_end = *text == 'Z' || *text == 'z' ? text + 1 : text;
  return TRUE;
}

static gboolean read_underscored(const char *text, int utc_offset_s, GwUsec *ret_us) {
  int n[6];
  return sscanf(text, "%d_%d_%d_%d_%d_%d", &n[0], &n[1], &n[2], &n[3], &n[4], &n[5]) == 6 &&
         date_us(n, utc_offset_s, ret_us);
}

static const char *argument(const char *url, const char *key) {
  const char *query = strchr(url, '?');
  for (const char *at = query; at; at = strchr(at, '&'))
    if (g_str_has_prefix(++at, key) && at[strlen(key)] == '=')
      return at + strlen(key) + 1;
  return NULL;
}

static gboolean parse_tracks(const char *url, const char *at, FarmFootage *f) {
  const char *start = argument(url, "starttime"), *end = argument(url, "endtime"), *rest;
  f->channel = (guint)(strtoul(at, NULL, 10) / 100);
  return start && read_compact(start, &f->from_us, &rest) && (!end || read_compact(end, &f->to_us, &rest));
}

static gboolean parse_playback(const char *url, int utc_offset_s, FarmFootage *f) {
  const char *channel = argument(url, "channel"), *start = argument(url, "starttime"),
             *end = argument(url, "endtime");
  f->channel = channel ? (guint)strtoul(channel, NULL, 10) : 0;
  return start && read_underscored(start, utc_offset_s, &f->from_us) &&
         (!end || read_underscored(end, utc_offset_s, &f->to_us));
}

static gboolean parse_replay(const char *path, FarmFootage *f) {
  long long from = 0, to = 0;
  unsigned channel = 0;
  if (sscanf(path, "/c%u/b%lld/e%lld/replay", &channel, &from, &to) != 3)
    return FALSE;
  *f = (FarmFootage){.channel = channel, .from_us = from * GW_SEC, .to_us = to * GW_SEC};
  return from > 0 && to > from && to < G_MAXINT32 * (gint64)2;
}

gboolean farm_footage_parse(const char *url, int utc_offset_s, FarmFootage *ret) {
  const char *host = strstr(url, "://"), *path = host ? strchr(host + 3, '/') : NULL;
  *ret = (FarmFootage){0};
  if (!path)
    return FALSE;
  if (g_str_has_prefix(path, "/Streaming/tracks/"))
    return parse_tracks(url, path + strlen("/Streaming/tracks/"), ret);
  if (g_str_has_prefix(path, "/cam/playback?"))
    return parse_playback(url, utc_offset_s, ret);
  if (g_str_has_prefix(path, "/recording/")) {
    ret->by_range = TRUE;
    ret->channel = (guint)strtoul(path + strlen("/recording/"), NULL, 10);
    return TRUE;
  }
  return parse_replay(path, ret);
}

gboolean farm_footage_range(const char *value, FarmFootage *footage) {
  const char *end;
  if (!g_str_has_prefix(value, "clock=") ||
      !read_compact(value + strlen("clock="), &footage->from_us, &end) || *end != '-')
    return FALSE;
  footage->to_us = 0;
  return end[1] == '\0' || read_compact(end + 1, &footage->to_us, &end);
}
