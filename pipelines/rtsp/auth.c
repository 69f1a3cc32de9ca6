#include "pipelines/rtsp/auth.h"

#include <string.h>

#define VALUE_MOST_BYTES 512 /* of one realm, nonce or opaque */

static void free_secret(char *secret) {
  if (secret)
    memset(secret, 0, strlen(secret));
  g_free(secret);
}

void gw_auth_init(GwAuth *auth, const char *user, const char *password) {
  *auth = (GwAuth){.user = g_strdup(user), .password = user ? g_strdup(password ? password : "") : NULL};
}

void gw_auth_forget(GwAuth *auth) {
  auth->kind = GW_AUTH_NONE;
  auth->qop = auth->stale = FALSE;
  auth->count = 0;
  g_clear_pointer(&auth->realm, g_free);
  g_clear_pointer(&auth->nonce, g_free);
  g_clear_pointer(&auth->opaque, g_free);
}

void gw_auth_clear(GwAuth *auth) {
  gw_auth_forget(auth);
  g_clear_pointer(&auth->user, g_free);
  free_secret(g_steal_pointer(&auth->password));
}

/* One `name=value` or `name="value"` from *at, which moves behind it and its comma; FALSE: no more. */
static gboolean next_parameter(const char **at, char **ret_name, char **ret_value) {
  const char *p = *at;
  while (*p == ' ' || *p == ',' || *p == '\t')
    p++;
  const char *name = p;
  p += strcspn(p, "=, \t");
  const gsize name_bytes = (gsize)(p - name);
  while (*p == ' ')
    p++;
  if (name_bytes == 0 || *p != '=')
    return FALSE;
  p++;
  while (*p == ' ')
    p++;
  g_autoptr(GString) value = g_string_new(NULL);
  if (*p == '"') {
    for (p++; *p && *p != '"' && value->len < VALUE_MOST_BYTES; p++) {
      if (*p == '\\' && p[1])
        p++;
      g_string_append_c(value, *p);
    }
    if (*p != '"')
      return FALSE; /* it never ends */
    p++;
  } else {
    const gsize bytes = strcspn(p, ", \t");
    if (bytes > VALUE_MOST_BYTES)
      return FALSE;
    g_string_append_len(value, p, (gssize)bytes);
    p += bytes;
  }
  *ret_name = g_strndup(name, name_bytes);
  *ret_value = g_strdup(value->str);
  *at = p;
  return TRUE;
}

static gboolean has_token(const char *list, const char *token) {
  g_auto(GStrv) parts = g_strsplit_set(list, ", ", 16);
  for (char **part = parts; *part; part++)
    if (g_ascii_strcasecmp(*part, token) == 0)
      return TRUE;
  return FALSE;
}

static void take_parameter(GwAuth *a, const char *name, char *value_taken) {
  g_autofree char *value = value_taken;
  if (g_ascii_strcasecmp(name, "realm") == 0 && !a->realm)
    a->realm = g_steal_pointer(&value);
  else if (g_ascii_strcasecmp(name, "nonce") == 0 && !a->nonce)
    a->nonce = g_steal_pointer(&value);
  else if (g_ascii_strcasecmp(name, "opaque") == 0 && !a->opaque)
    a->opaque = g_steal_pointer(&value);
  else if (g_ascii_strcasecmp(name, "qop") == 0)
    a->qop = has_token(value, "auth");
  else if (g_ascii_strcasecmp(name, "stale") == 0)
    a->stale = g_ascii_strcasecmp(value, "true") == 0;
  else if (g_ascii_strcasecmp(name, "algorithm") == 0)
    a->kind = g_ascii_strcasecmp(value, "MD5") == 0       ? GW_AUTH_DIGEST_MD5
              : g_ascii_strcasecmp(value, "SHA-256") == 0 ? GW_AUTH_DIGEST_SHA256
                                                          : GW_AUTH_NONE;
}

static gboolean is_scheme(const char *value, const char *scheme) {
  const gsize n = strlen(scheme);
  return g_ascii_strncasecmp(value, scheme, n) == 0 && (value[n] == ' ' || value[n] == '\0');
}

gboolean gw_auth_challenge(GwAuth *auth, const char *value) {
  GwAuth seen = {0};
  if (is_scheme(value, "Digest"))
    seen.kind = GW_AUTH_DIGEST_MD5; /* unless `algorithm` says another */
  else if (is_scheme(value, "Basic"))
    seen.kind = GW_AUTH_BASIC;
  else
    return FALSE;
  const gboolean digest = seen.kind == GW_AUTH_DIGEST_MD5;
  const char *at = value + (digest ? strlen("Digest") : strlen("Basic"));
  char *name = NULL, *parameter = NULL;
  for (int i = 0; i < 16 && next_parameter(&at, &name, &parameter); i++) {
    if (digest || g_ascii_strcasecmp(name, "realm") == 0)
      take_parameter(&seen, name, g_steal_pointer(&parameter));
    g_clear_pointer(&parameter, g_free);
    g_clear_pointer(&name, g_free);
  }
  const gboolean usable =
      seen.kind == GW_AUTH_BASIC || (seen.kind != GW_AUTH_NONE && seen.realm && seen.nonce);
  if (!usable || seen.kind <= auth->kind) {
    gw_auth_forget(&seen);
    return usable;
  }
  gw_auth_forget(auth);
  auth->kind = seen.kind;
  auth->qop = seen.qop;
  auth->stale = seen.stale;
  auth->realm = seen.realm;
  auth->nonce = seen.nonce;
  auth->opaque = seen.opaque;
  return TRUE;
}

/* The hash of the parts with colons between, in hex; the list ends with NULL. */
static char *hash_of(GwAuthKind kind, const char *first, ...) {
  g_autoptr(GChecksum) sum =
      g_checksum_new(kind == GW_AUTH_DIGEST_SHA256 ? G_CHECKSUM_SHA256 : G_CHECKSUM_MD5);
  va_list args;
  va_start(args, first);
  for (const char *part = first; part; part = va_arg(args, const char *)) {
    if (part != first)
      g_checksum_update(sum, (const guchar *)":", 1);
    g_checksum_update(sum, (const guchar *)part, (gssize)strlen(part));
  }
  va_end(args);
  return g_strdup(g_checksum_get_string(sum));
}

static void append_quoted(GString *to, const char *name, const char *value) {
  g_string_append_printf(to, "%s%s=\"", to->str[to->len - 1] == ' ' ? "" : ", ", name);
  for (const char *p = value; *p; p++) {
    if (*p == '"' || *p == '\\')
      g_string_append_c(to, '\\');
    if (!g_ascii_iscntrl(*p))
      g_string_append_c(to, *p);
  }
  g_string_append_c(to, '"');
}

static char *answer_digest(GwAuth *a, const char *method, const char *uri) {
  g_autofree char *cnonce = g_strdup_printf("%08x%08x", g_random_int(), g_random_int());
  g_autofree char *count = g_strdup_printf("%08x", ++a->count);
  g_autofree char *secret = hash_of(a->kind, a->user, a->realm, a->password, NULL);
  g_autofree char *request = hash_of(a->kind, method, uri, NULL);
  g_autofree char *response = a->qop
                                  ? hash_of(a->kind, secret, a->nonce, count, cnonce, "auth", request, NULL)
                                  : hash_of(a->kind, secret, a->nonce, request, NULL);
  g_autoptr(GString) to = g_string_new("Digest ");
  append_quoted(to, "username", a->user);
  append_quoted(to, "realm", a->realm);
  append_quoted(to, "nonce", a->nonce);
  append_quoted(to, "uri", uri);
  append_quoted(to, "response", response);
  if (a->kind == GW_AUTH_DIGEST_SHA256)
    g_string_append(to, ", algorithm=SHA-256");
  if (a->opaque)
    append_quoted(to, "opaque", a->opaque);
  if (a->qop)
    g_string_append_printf(to, ", qop=auth, nc=%s, cnonce=\"%s\"", count, cnonce);
  return g_strdup(to->str);
}

char *gw_auth_answer(GwAuth *a, const char *method, const char *uri) {
  if (a->kind == GW_AUTH_NONE || !a->user)
    return NULL;
  if (a->kind != GW_AUTH_BASIC)
    return answer_digest(a, method, uri);
  g_autofree char *plain = g_strdup_printf("%s:%s", a->user, a->password);
  g_autofree char *coded = g_base64_encode((const guchar *)plain, strlen(plain));
  return g_strdup_printf("Basic %s", coded);
}
