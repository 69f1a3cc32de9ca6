#include "tests/farm/reader/line.h"

#include <stdio.h>
#include <string.h>

gboolean line_key_from_hex(const char *hex, guint8 *ret_key) {
  if (!hex || strlen(hex) != 2 * LINE_KEY_BYTES)
    return FALSE;
  for (guint i = 0; i < LINE_KEY_BYTES; i++) {
    int high = g_ascii_xdigit_value(hex[2 * i]), low = g_ascii_xdigit_value(hex[2 * i + 1]);
    if (high < 0 || low < 0)
      return FALSE;
    ret_key[i] = high << 4 | low;
  }
  return TRUE;
}

static char *mac_of(const guint8 *key, const char *text) {
  char *hex = g_compute_hmac_for_string(G_CHECKSUM_SHA256, key, LINE_KEY_BYTES, text, -1);
  hex[LINE_MAC_HEX] = '\0';
  return hex;
}

char *line_make(const guint8 *key, const char *reader, guint64 epoch, guint64 seq, gint64 time_s,
                const char *tag) {
  g_autofree char *head =
      g_strdup_printf("GW1,%s,%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GINT64_FORMAT ",%s", reader,
                      epoch, seq, time_s, tag);
  g_autofree char *mac = mac_of(key, head);
  return g_strdup_printf("%s,%s", head, mac);
}

void line_forge(char *line) {
  char *last = line + strlen(line) - 1;
  *last = *last == '0' ? '1' : '0';
}

gboolean line_read_answer(const guint8 *key, const char *reader, const char *line, LineAnswer *ret_answer) {
  const char *comma = strrchr(line, ',');
  if (!comma)
    return FALSE;
  g_autofree char *head = g_strndup(line, comma - line);
  g_autofree char *mac = mac_of(key, head);
  g_auto(GStrv) fields = g_strsplit(head, ",", 6);
  guint n = g_strv_length(fields);
  gboolean ok = n == 4 && strcmp(fields[0], "GW1-OK") == 0, no = n == 5 && strcmp(fields[0], "GW1-NO") == 0;
  if (strcmp(mac, comma + 1) != 0 || !(ok || no) || strcmp(fields[1], reader) != 0)
    return FALSE;
  *ret_answer = (LineAnswer){
      .ok = ok, .epoch = g_ascii_strtoull(fields[2], NULL, 10), .seq = g_ascii_strtoull(fields[3], NULL, 10)};
  if (no)
    g_strlcpy(ret_answer->code, fields[4], sizeof ret_answer->code);
  return TRUE;
}
