#include "daemon/net/parse.h"

#include <string.h>

#define MOST_COOKIE_BYTES 128

char *gw_parse_cookie(const char *header, const char *name) {
  if (!header)
    return NULL;
  gsize length = strlen(name);
  for (const char *p = header; *p;) {
    p += strspn(p, " \t;");
    gsize part = strcspn(p, ";");
    if (part > length && strncmp(p, name, length) == 0 && p[length] == '=') {
      g_autofree char *value = g_strstrip(g_strndup(p + length + 1, part - length - 1));
      gsize bytes = strlen(value);
      return bytes == 0 || bytes > MOST_COOKIE_BYTES ? NULL : g_steal_pointer(&value);
    }
    p += part;
  }
  return NULL;
}

char *gw_parse_bearer(const char *authorization) {
  if (!authorization || g_ascii_strncasecmp(authorization, "Bearer ", 7) != 0)
    return NULL;
  g_autofree char *token = g_strstrip(g_strdup(authorization + 7));
  gsize bytes = strlen(token);
  if (bytes == 0 || bytes > MOST_COOKIE_BYTES || strpbrk(token, " \t,;"))
    return NULL;
  return g_steal_pointer(&token);
}

static gboolean is_port(const char *s) {
  gsize n = strspn(s, "0123456789");
  return n >= 1 && n <= 5 && s[n] == '\0';
}

char *gw_parse_host(const char *host) {
  if (!host || !*host || strlen(host) > 260)
    return NULL;
  if (host[0] == '[') {
    const char *end = strchr(host, ']');
    if (!end || end == host + 1 || (end[1] && (end[1] != ':' || !is_port(end + 2))))
      return NULL;
    return g_ascii_strdown(host + 1, end - host - 1);
  }
  gsize n = strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
  if (n == 0 || (host[n] && (host[n] != ':' || !is_port(host + n + 1))))
    return NULL;
  if (n > 1 && host[n - 1] == '.') /* the rooted form of a name is the same name */
    n--;
  return g_ascii_strdown(host, (gssize)n);
}

gboolean gw_parse_origin_is(const char *origin, gboolean tls, const char *host) {
  const char *scheme = tls ? "https://" : "http://";
  return origin && host && g_ascii_strncasecmp(origin, scheme, strlen(scheme)) == 0 &&
         g_ascii_strcasecmp(origin + strlen(scheme), host) == 0;
}

gboolean gw_parse_accepts_gzip(const char *accept_encoding) {
  if (!accept_encoding)
    return FALSE;
  g_auto(GStrv) parts = g_strsplit(accept_encoding, ",", 16);
  for (char **p = parts; *p; p++) {
    g_auto(GStrv) words = g_strsplit(*p, ";", 3);
    if (!words[0] || g_ascii_strcasecmp(g_strstrip(words[0]), "gzip") != 0)
      continue;
    const char *q = words[1] ? g_strstrip(words[1]) : "";
    return !g_str_has_prefix(q, "q=") || g_ascii_strtod(q + 2, NULL) > 0;
  }
  return FALSE;
}

gboolean gw_parse_etag_matches(const char *if_none_match, const char *etag) {
  if (!if_none_match)
    return FALSE;
  g_auto(GStrv) parts = g_strsplit(if_none_match, ",", 16);
  for (char **p = parts; *p; p++) {
    const char *tag = g_strstrip(*p);
    if (g_str_has_prefix(tag, "W/"))
      tag += 2;
    if (strcmp(tag, "*") == 0 || strcmp(tag, etag) == 0)
      return TRUE;
  }
  return FALSE;
}

gboolean gw_parse_type_is(const char *content_type, const char *type) {
  if (!content_type)
    return FALSE;
  content_type += strspn(content_type, " \t");
  gsize n = strlen(type);
  return g_ascii_strncasecmp(content_type, type, n) == 0 && (content_type[n] == '\0' || strchr(" \t;", content_type[n]));
}

gboolean gw_parse_int(const char *text, gint64 least, gint64 most, gint64 *ret) {
  if (!text || !*text || strlen(text) > 18)
    return FALSE;
  char *end = NULL;
  gint64 n = g_ascii_strtoll(text, &end, 10);
  if (*end || !(g_ascii_isdigit(text[0]) || text[0] == '-') || n < least || n > most)
    return FALSE;
  *ret = n;
  return TRUE;
}

gboolean gw_parse_path_is_safe(const char *path) {
  if (path[0] != '/' || strstr(path, "..") || strstr(path, "//") || strchr(path, '\\'))
    return FALSE;
  for (const char *p = path; *p; p++) {
    if ((guchar)*p < ' ' || *p == 0x7f)
      return FALSE;
  }
  return TRUE;
}

#define RANGE_DIGITS 18

/* Reads digits at *at; FALSE: there are none, or far too many. */
static gboolean take_number(const char **at, gint64 *ret) {
  const gsize n = strspn(*at, "0123456789");
  if (n == 0 || n > RANGE_DIGITS)
    return FALSE;
  *ret = g_ascii_strtoll(*at, NULL, 10);
  *at += n;
  return TRUE;
}

GwRange gw_parse_range(const char *header, gint64 size, gint64 *ret_first, gint64 *ret_last) {
  gint64 first = 0, last = size - 1;
  if (!header || g_ascii_strncasecmp(header, "bytes=", 6) != 0)
    return GW_RANGE_NONE;
  const char *at = header + 6;
  const gboolean has_first = take_number(&at, &first);
  if (*at++ != '-')
    return GW_RANGE_NONE;
  const gboolean has_last = take_number(&at, &last);
  if (*at || (!has_first && !has_last) || (has_first && has_last && last < first))
    return GW_RANGE_NONE;
  if (!has_first) { /* the last so many */
    if (last == 0 || size == 0)
      return GW_RANGE_OUTSIDE;
    first = MAX(size - last, 0);
    last = size - 1;
  }
  if (first >= size)
    return GW_RANGE_OUTSIDE;
  *ret_first = first;
  *ret_last = MIN(last, size - 1);
  return GW_RANGE_PART;
}

#define FILE_NAME_CHARS 120

static gboolean is_file_name(const char *name) {
  if (!name || !*name || *name == '.' || !g_utf8_validate(name, -1, NULL) || g_utf8_strlen(name, -1) > FILE_NAME_CHARS)
    return FALSE;
  for (const char *c = name; *c; c = g_utf8_next_char(c))
    if (!g_unichar_isprint(g_utf8_get_char(c)) || (guchar)*c < 0x20 || strchr("/\\:*?\"<>|;%", *c))
      return FALSE;
  return TRUE;
}

char *gw_parse_attachment(const char *name) {
  if (!is_file_name(name))
    return NULL;
  g_autoptr(GString) plain = g_string_new(NULL); /* for who does not know RFC 8187 */
  for (const char *c = name; *c; c = g_utf8_next_char(c))
    g_string_append_c(plain, (guchar)*c < 0x80 ? *c : '_');
  g_autofree char *coded = g_uri_escape_string(name, NULL, FALSE);
  return g_strdup_printf("attachment; filename=\"%s\"; filename*=UTF-8''%s", plain->str, coded);
}
