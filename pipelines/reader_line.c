#include "pipelines/reader_line.h"

#include "daemon/base/limits.h"

#include <sodium.h>
#include <string.h>

#define FIELDS 7
#define MAC_BYTES (GW_MAC_HEX / 2)
#define EPOCH_MAX G_MAXINT32
#define SEQ_MAX GW_ID_MAX                        /* JSON carries it */
#define TIME_MAX G_GINT64_CONSTANT(253402300799) /* the end of the year 9999 */

typedef struct Span {
  const char *at;
  gsize bytes;
} Span;

/* Cuts at commas into exactly FIELDS spans. */
static gboolean split(const char *text, gsize bytes, Span spans[FIELDS]) {
  const char *end = text + bytes;
  for (int i = 0; i < FIELDS; i++) {
    const char *comma = memchr(text, ',', (gsize)(end - text));
    if ((comma == NULL) != (i == FIELDS - 1))
      return FALSE;
    spans[i] = (Span){text, (gsize)((comma ? comma : end) - text)};
    text = comma ? comma + 1 : end;
  }
  return TRUE;
}

/* Decimal digits alone, no sign, no leading zeros but for 0 itself: one value has one spelling. */
static gboolean read_number(Span s, gint64 most, gint64 *ret_value) {
  gint64 value = 0;
  if (s.bytes == 0 || s.bytes > 18 || (s.bytes > 1 && s.at[0] == '0'))
    return FALSE;
  for (gsize i = 0; i < s.bytes; i++) {
    if (!g_ascii_isdigit(s.at[i]))
      return FALSE;
    value = value * 10 + (s.at[i] - '0');
  }
  *ret_value = value;
  return value <= most;
}

static gboolean read_word(Span s, const char *extra, gsize most, char *ret_word) {
  if (s.bytes == 0 || s.bytes > most)
    return FALSE;
  for (gsize i = 0; i < s.bytes; i++)
    if (!g_ascii_isalnum(s.at[i]) && (s.at[i] == '\0' || !strchr(extra, s.at[i])))
      return FALSE;
  memcpy(ret_word, s.at, s.bytes);
  ret_word[s.bytes] = '\0';
  return TRUE;
}

static gboolean read_mac(Span s, char ret_mac[GW_MAC_HEX + 1]) {
  if (s.bytes != GW_MAC_HEX)
    return FALSE;
  for (gsize i = 0; i < s.bytes; i++) {
    if (!g_ascii_isxdigit(s.at[i]))
      return FALSE;
    ret_mac[i] = g_ascii_tolower(s.at[i]);
  }
  ret_mac[GW_MAC_HEX] = '\0';
  return TRUE;
}

gboolean gw_reader_line_parse(const char *text, gsize bytes, GwReaderLine *ret_line) {
  Span f[FIELDS];
  gint64 epoch = 0, seconds = 0;
  if (bytes > GW_LIMIT_READER_LINE_BYTES || !split(text, bytes, f))
    return FALSE;
  if (f[0].bytes != 3 || memcmp(f[0].at, "GW1", 3) != 0)
    return FALSE;
  if (!read_word(f[1], "_-", GW_READER_NAME_BYTES, ret_line->reader) ||
      !read_number(f[2], EPOCH_MAX, &epoch) || !read_number(f[3], SEQ_MAX, &ret_line->seq) ||
      !read_number(f[4], TIME_MAX, &seconds) || !read_word(f[5], ":_-", GW_TAG_BYTES, ret_line->tag) ||
      !read_mac(f[6], ret_line->mac))
    return FALSE;
  ret_line->epoch = (guint32)epoch;
  ret_line->device_at_us = seconds * GW_SEC;
  ret_line->signed_bytes = (gsize)(f[6].at - text) - 1;
  return TRUE;
}

static void hmac(const char *text, gsize bytes, const guint8 *key, guint8 ret_mac[MAC_BYTES]) {
  guint8 whole[crypto_auth_hmacsha256_BYTES];
  G_STATIC_ASSERT(crypto_auth_hmacsha256_KEYBYTES == GW_KEY_BYTES);
  crypto_auth_hmacsha256(whole, (const guint8 *)text, bytes, key);
  memcpy(ret_mac, whole, MAC_BYTES);
}

void gw_reader_mac(const char *text, gsize bytes, const guint8 key[GW_KEY_BYTES],
                   char ret_hex[GW_MAC_HEX + 1]) {
  guint8 mac[MAC_BYTES];
  hmac(text, bytes, key, mac);
  sodium_bin2hex(ret_hex, GW_MAC_HEX + 1, mac, sizeof mac);
}

gboolean gw_reader_line_is_authentic(const GwReaderLine *line, const char *text,
                                     const guint8 key[GW_KEY_BYTES]) {
  guint8 ours[MAC_BYTES], theirs[MAC_BYTES];
  hmac(text, line->signed_bytes, key, ours);
  if (sodium_hex2bin(theirs, sizeof theirs, line->mac, GW_MAC_HEX, NULL, NULL, NULL) != 0)
    return FALSE;
  return sodium_memcmp(ours, theirs, sizeof ours) == 0;
}

gboolean gw_reader_key_parse(const char *hex, guint8 ret_key[GW_KEY_BYTES]) {
  gsize bytes = 0;
  return hex && strlen(hex) == 2 * GW_KEY_BYTES &&
         sodium_hex2bin(ret_key, GW_KEY_BYTES, hex, 2 * GW_KEY_BYTES, NULL, &bytes, NULL) == 0 &&
         bytes == GW_KEY_BYTES;
}

gboolean gw_tag_is_valid(const char *tag) {
  char word[GW_TAG_BYTES + 1];
  return tag && read_word((Span){tag, strlen(tag)}, ":_-", GW_TAG_BYTES, word);
}

char *gw_reader_answer(const GwReaderLine *line, const char *code, const guint8 key[GW_KEY_BYTES]) {
  char mac[GW_MAC_HEX + 1];
  g_autofree char *text =
      code ? g_strdup_printf("GW1-NO,%s,%u,%" G_GINT64_FORMAT ",%s", line->reader, line->epoch, line->seq,
                             code)
           : g_strdup_printf("GW1-OK,%s,%u,%" G_GINT64_FORMAT, line->reader, line->epoch, line->seq);
  gw_reader_mac(text, strlen(text), key, mac);
  return g_strdup_printf("%s,%s\n", text, mac);
}
