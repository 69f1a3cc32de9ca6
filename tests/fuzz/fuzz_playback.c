/* A recorder's address as an administrator may type it; the first bytes are the question. */
#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "daemon/core/playback.h"
#include "daemon/core/refusal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ASK_BYTES 14

/* GLib lets go of its first table of quarks on purpose, and its stack has no name to tell it by. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
  return "detect_leaks=0";
}

static GwPlaybackAsk ask_from(const uint8_t *data) {
  GwPlaybackAsk ask = {.channel = data[0], .utc_offset_s = (int)(gint8)data[1] * 900};
  memcpy(&ask.from_us, data + 2, 8);
  guint32 length_s;
  memcpy(&length_s, data + 10, 4);
  if (length_s)
    ask.to_us = ask.from_us > G_MAXINT64 / 2 ? G_MAXINT64 : ask.from_us + (GwUsec)length_s * GW_SEC;
  return ask;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < ASK_BYTES)
    return 0;
  GwPlaybackAsk ask = ask_from(data);
  ask.user_name = "a{}";
  ask.password = "\r\n@ {\"}";
  g_autofree char *url_template = g_strndup((const char *)data + ASK_BYTES, size - ASK_BYTES);
  g_autoptr(GError) wrong = NULL, error = NULL;
  const gboolean is_good = gw_playback_check(url_template, &wrong);
  g_assert(is_good == (wrong == NULL));
  g_autofree char *url = gw_playback_expand(url_template, &ask, NULL, &error);
  g_assert((url == NULL) == (error != NULL));
  if (!url) {
    g_assert(gw_refusal_zh(error->message));
    return 0;
  }
  g_assert(is_good);
  g_assert(g_str_has_prefix(url, "rtsp://") || g_str_has_prefix(url, "rtsps://"));
  const char *host = strstr(url, "://") + strlen("://");
  g_assert(memchr(host, '@', strcspn(host, "/?")) == NULL);
  for (const char *c = url; *c; c++)
    g_assert(g_ascii_isgraph(*c) && *c != '{' && *c != '}');
  g_assert(strlen(url) < 4 * GW_PLAYBACK_TEMPLATE_CHARS);
  return 0;
}
