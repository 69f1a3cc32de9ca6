#pragma once
#include <glib.h>

/* One line per fact on stderr, with the priority prefix that journald understands ("<4>…") when
 * stderr is the journal, and a time otherwise.  Levels by who must act: ERROR the administrator
 * now, WARNING soon, INFO nobody, DEBUG a developer.
 *
 * Thread: any.  base, core, wire and link never log above DEBUG: whoever decides logs, once.
 * Never log a secret, a full RTSP URL (see gw_url_without_secrets) or a person's name. */
typedef enum GwLogLevel { GW_LOG_ERROR = 3, GW_LOG_WARNING = 4, GW_LOG_INFO = 6, GW_LOG_DEBUG = 7 } GwLogLevel;

void gw_log_init(const char *program, GwLogLevel most); /* before any thread starts */
void gw_log(GwLogLevel level, const char *format, ...) G_GNUC_PRINTF(2, 3);

#define gw_error(...) gw_log(GW_LOG_ERROR, __VA_ARGS__)
#define gw_warning(...) gw_log(GW_LOG_WARNING, __VA_ARGS__)
#define gw_info(...) gw_log(GW_LOG_INFO, __VA_ARGS__)
#define gw_debug(...) gw_log(GW_LOG_DEBUG, __VA_ARGS__)

/* "rtsp://user:pass@host:554/path?token=x" -> "rtsp://host:554/path".  Caller frees. */
char *gw_url_without_secrets(const char *url);
