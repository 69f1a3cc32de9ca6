#include "pipelines/look/shown.h"

#include <string.h>

static gboolean is_ours(const char *text) {
  const gsize n = strlen(text);
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isprint(text[i]))
      return FALSE;
  return n > 0 && n < GW_SHOWN_TEXT_BYTES;
}

gboolean gw_shown_is_news(GwShown *shown, const char *text, GwUsec now_us) {
  int place = -1;
  if (!is_ours(text))
    return FALSE;
  for (int i = 0; i < GW_SHOWN_MOST; i++) {
    const gboolean is_gone = !*shown->codes[i].text || now_us - shown->codes[i].seen_us >= GW_SHOWN_GONE_US;
    if (strcmp(shown->codes[i].text, text) == 0) {
      shown->codes[i].seen_us = now_us;
      return is_gone;
    }
    if (is_gone && place < 0)
      place = i;
  }
  if (place < 0)
    return FALSE;
  g_strlcpy(shown->codes[place].text, text, GW_SHOWN_TEXT_BYTES);
  shown->codes[place].seen_us = now_us;
  return TRUE;
}
