#include "daemon/base/token.h"

#include <sodium.h>
#include <string.h>

char *gw_token_new(void) {
  guint8 bytes[32];
  char *text = g_malloc(sodium_base64_ENCODED_LEN(sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING));
  randombytes_buf(bytes, sizeof bytes);
  sodium_bin2base64(text, sodium_base64_ENCODED_LEN(sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING), bytes,
                    sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text;
}

char *gw_uuid_new(void) {
  return g_uuid_string_random();
}

gboolean gw_uuid_is_valid(const char *s) {
  return s && g_uuid_string_is_valid(s);
}

char *gw_hash_hex(gconstpointer data, gsize bytes) {
  guint8 hash[GW_HASH_BYTES];
  char *hex = g_malloc(GW_HASH_HEX + 1);
  crypto_generichash(hash, sizeof hash, data, bytes, NULL, 0);
  sodium_bin2hex(hex, GW_HASH_HEX + 1, hash, sizeof hash);
  return hex;
}

gboolean gw_hash_hex_is_valid(const char *s) {
  return s && strlen(s) == GW_HASH_HEX && strspn(s, "0123456789abcdef") == GW_HASH_HEX;
}

char *gw_code_name(char letter, GwUsec at_us, int n) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_us / GW_SEC);
  g_autoptr(GDateTime) local = g_date_time_to_local(utc);
  g_autofree char *day = g_date_time_format(local, "%Y%m%d");
  return g_strdup_printf("%c-%s-%04d", letter, day, n);
}
