#include "tests/farm/cameras/digest.h"

#include <string.h>

gboolean farm_auth_from_string(const char *name, FarmAuth *ret_auth) {
  static const char *const names[] = {"digest", "digest-qop", "sha256", "basic"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (g_strcmp0(name, names[i]) == 0) {
      *ret_auth = i;
      return TRUE;
    }
  return FALSE;
}

char *farm_auth_challenge(FarmAuth auth, const char *realm, const char *nonce, gboolean stale) {
  if (auth == FARM_AUTH_BASIC)
    return g_strdup_printf("WWW-Authenticate: Basic realm=\"%s\"\r\n", realm);
  return g_strdup_printf("WWW-Authenticate: Digest realm=\"%s\", nonce=\"%s\"%s%s%s\r\n", realm, nonce,
                         auth == FARM_AUTH_SHA256 ? ", algorithm=SHA-256" : "",
                         auth == FARM_AUTH_DIGEST ? "" : ", qop=\"auth\"", stale ? ", stale=true" : "");
}

/* `key="value", key=value` -> table of both as strings.  Caller frees. */
static GHashTable *fields(const char *text) {
  GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  for (const char *p = text; *p;) {
    p += strspn(p, ", \t");
    gsize key = strcspn(p, "=, \t");
    if (p[key] != '=')
      break;
    const char *value = p + key + 1;
    gboolean quoted = *value == '"';
    value += quoted;
    gsize n = strcspn(value, quoted ? "\"" : ", \t");
    g_hash_table_replace(table, g_strndup(p, key), g_strndup(value, n));
    p = value + n + (quoted && value[n] == '"');
  }
  return table;
}

static const char *field(GHashTable *table, const char *key) {
  const char *value = g_hash_table_lookup(table, key);
  return value ? value : "";
}

static char *hash_of(GChecksumType hash, const char *first, ...) {
  GChecksum *sum = g_checksum_new(hash);
  va_list parts;
  va_start(parts, first);
  for (const char *part = first; part; part = va_arg(parts, const char *))
    g_checksum_update(sum, (const guchar *)part, -1);
  va_end(parts);
  char *hex = g_strdup(g_checksum_get_string(sum));
  g_checksum_free(sum);
  return hex;
}

char *farm_digest_response(GChecksumType hash, const char *user, const char *realm, const char *password,
                           const char *method, const char *uri, const char *nonce, const char *nc,
                           const char *cnonce, const char *qop) {
  g_autofree char *who = hash_of(hash, user, ":", realm, ":", password, NULL);
  g_autofree char *what = hash_of(hash, method, ":", uri, NULL);
  if (!qop)
    return hash_of(hash, who, ":", nonce, ":", what, NULL);
  return hash_of(hash, who, ":", nonce, ":", nc, ":", cnonce, ":", qop, ":", what, NULL);
}

static FarmVerdict check_basic(const char *authorization, const char *user, const char *password) {
  if (g_ascii_strncasecmp(authorization, "Basic ", 6) != 0)
    return FARM_VERDICT_WRONG;
  g_autofree char *plain = g_strdup_printf("%s:%s", user, password);
  g_autofree char *wanted = g_base64_encode((const guchar *)plain, strlen(plain));
  g_autofree char *got = g_strstrip(g_strdup(authorization + 6));
  return strcmp(wanted, got) == 0 ? FARM_VERDICT_RIGHT : FARM_VERDICT_WRONG;
}

FarmVerdict farm_auth_check(FarmAuth auth, const char *authorization, const char *method, const char *realm,
                            const char *nonce, const char *user, const char *password) {
  if (auth == FARM_AUTH_BASIC)
    return check_basic(authorization, user, password);
  if (g_ascii_strncasecmp(authorization, "Digest ", 7) != 0)
    return FARM_VERDICT_WRONG;
  g_autoptr(GHashTable) sent = fields(authorization + 7);
  if (strcmp(field(sent, "nonce"), nonce) != 0)
    return FARM_VERDICT_STALE;
  const char *qop = g_hash_table_lookup(sent, "qop");
  if (auth == FARM_AUTH_DIGEST && qop)
    return FARM_VERDICT_WRONG; /* we did not offer it */
  g_autofree char *response = farm_digest_response(
      auth == FARM_AUTH_SHA256 ? G_CHECKSUM_SHA256 : G_CHECKSUM_MD5, user, realm, password, method,
      field(sent, "uri"), nonce, field(sent, "nc"), field(sent, "cnonce"), qop);
  gboolean right =
      strcmp(field(sent, "username"), user) == 0 && strcmp(field(sent, "response"), response) == 0;
  return right ? FARM_VERDICT_RIGHT : FARM_VERDICT_WRONG;
}
