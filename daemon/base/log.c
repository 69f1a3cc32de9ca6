#include "daemon/base/log.h"

#include <stdio.h>
#include <string.h>

static const char *program_name = "gridwarden";
static GwLogLevel most_level = GW_LOG_INFO;
static gboolean to_journal;

void gw_log_init(const char *program, GwLogLevel most) {
  program_name = program;
  most_level = most;
  to_journal = g_getenv("JOURNAL_STREAM") != NULL;
}

static const char *level_word(GwLogLevel level) {
  switch (level) {
  case GW_LOG_ERROR:
    return "error";
  case GW_LOG_WARNING:
    return "warning";
  case GW_LOG_INFO:
    return "info";
  case GW_LOG_DEBUG:
    break;
  }
  return "debug";
}

void gw_log(GwLogLevel level, const char *format, ...) {
  if (level > most_level)
    return;
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);
  for (char *p = text; *p; p++) /* a peer's text must not forge a second line */
    if ((guchar)*p < ' ')
      *p = ' ';
  if (to_journal) {
    fprintf(stderr, "<%d>%s\n", level, text);
    return;
  }
  g_autoptr(GDateTime) now = g_date_time_new_now_local();
  g_autofree char *time = g_date_time_format(now, "%H:%M:%S");
  fprintf(stderr, "%s.%03d %s %s: %s\n", time, g_date_time_get_microsecond(now) / 1000, program_name,
          level_word(level), text);
}

char *gw_url_without_secrets(const char *url) {
  const char *scheme_end = strstr(url, "://");
  if (!scheme_end)
    return g_strdup("(not a URL)");
  const char *host = scheme_end + 3;
  gsize authority = strcspn(host, "/?#");
  const char *at = g_strrstr_len(host, (gssize)authority, "@");
  gsize skip = at ? (gsize)(at + 1 - host) : 0;
  gsize path_end = strcspn(host, "?#");
  return g_strdup_printf("%.*s%.*s", (int)(host - url), url, (int)(path_end - skip), host + skip);
}
