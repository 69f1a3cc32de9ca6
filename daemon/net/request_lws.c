#include "daemon/net/request_lws.h"

#include <string.h>

#include "daemon/net/limits.h"
#include "daemon/net/parse.h"

#define MOST_ARGS 32

char *gw_request_lws_header(struct lws *wsi, enum lws_token_indexes token) {
  int n = lws_hdr_total_length(wsi, token);
  if (n <= 0 || n > GW_LIMIT_HEADER_BYTES)
    return NULL;
  char *text = g_malloc((gsize)n + 1);
  if (lws_hdr_copy(wsi, text, n + 1, token) < 0) {
    g_free(text);
    return NULL;
  }
  return text;
}

static GwMethod read_path(struct lws *wsi, char **ret_path) {
  static const struct {
    enum lws_token_indexes token;
    GwMethod method;
  } methods[] = {{WSI_TOKEN_GET_URI, GW_METHOD_GET},       {WSI_TOKEN_HEAD_URI, GW_METHOD_HEAD},
                 {WSI_TOKEN_POST_URI, GW_METHOD_POST},     {WSI_TOKEN_OPTIONS_URI, GW_METHOD_OTHER},
                 {WSI_TOKEN_PUT_URI, GW_METHOD_OTHER},     {WSI_TOKEN_PATCH_URI, GW_METHOD_OTHER},
                 {WSI_TOKEN_DELETE_URI, GW_METHOD_OTHER}};
  for (gsize i = 0; i < G_N_ELEMENTS(methods); i++) {
    *ret_path = gw_request_lws_header(wsi, methods[i].token);
    if (*ret_path)
      return methods[i].method;
  }
  *ret_path = g_strdup("/");
  return GW_METHOD_OTHER;
}

static void read_query(struct lws *wsi, GHashTable *query) {
  char part[1024];
  for (int i = 0; i < MOST_ARGS; i++) {
    int n = lws_hdr_copy_fragment(wsi, part, sizeof part, WSI_TOKEN_HTTP_URI_ARGS, i);
    if (n < 0)
      return;
    char *equals = strchr(part, '=');
    if (!equals || equals == part || !g_utf8_validate(part, -1, NULL))
      continue;
    g_hash_table_replace(query, g_strndup(part, (gsize)(equals - part)), g_strdup(equals + 1));
  }
}

/* "/demo/2/desk" -> mount 2 and "/desk". */
static int take_mount(char **path) {
  if (!g_str_has_prefix(*path, "/demo/") || (*path)[6] < '1' || (*path)[6] > '3' || ((*path)[7] && (*path)[7] != '/'))
    return 0;
  int mount = (*path)[6] - '0';
  char *below = g_strdup((*path)[7] ? *path + 7 : "/");
  g_free(*path);
  *path = below;
  return mount;
}

static gint64 read_length(struct lws *wsi) {
  g_autofree char *text = gw_request_lws_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH);
  gint64 n = -1;
  if (text && !gw_parse_int(text, 0, G_MAXINT64 / 2, &n))
    return G_MAXINT64; /* nonsense is refused as too large */
  return n;
}

static char *peer_address(struct lws *wsi) {
  char name[64] = "";
  lws_get_peer_simple(wsi, name, sizeof name);
  return g_strdup(g_str_has_prefix(name, "::ffff:") ? name + 7 : name);
}

GwRequest *gw_request_from_lws(struct lws *wsi, gboolean demo) {
  GwRequest *r = gw_request_new();
  r->wsi = wsi;
  r->tls = lws_is_ssl(wsi);
  r->method = read_path(wsi, &r->path);
  if (demo)
    r->mount = take_mount(&r->path);
  read_query(wsi, r->query);
  r->host = gw_request_lws_header(wsi, WSI_TOKEN_HOST);
  r->origin = gw_request_lws_header(wsi, WSI_TOKEN_ORIGIN);
  r->cookies = gw_request_lws_header(wsi, WSI_TOKEN_HTTP_COOKIE);
  r->authorization = gw_request_lws_header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION);
  r->content_type = gw_request_lws_header(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE);
  r->accept_encoding = gw_request_lws_header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING);
  r->if_none_match = gw_request_lws_header(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH);
  r->range = gw_request_lws_header(wsi, WSI_TOKEN_HTTP_RANGE);
  r->if_range = gw_request_lws_header(wsi, WSI_TOKEN_HTTP_IF_RANGE);
  r->agent = gw_request_lws_header(wsi, WSI_TOKEN_HTTP_USER_AGENT);
  r->address = peer_address(wsi);
  r->loopback = g_str_has_prefix(r->address, "127.") || strcmp(r->address, "::1") == 0;
  r->content_length = read_length(wsi);
  g_autofree char *transfer = gw_request_lws_header(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING);
  r->chunked = transfer != NULL;
  g_autofree char *expect = gw_request_lws_header(wsi, WSI_TOKEN_HTTP_EXPECT);
  r->expects_continue = expect && g_ascii_strcasecmp(expect, "100-continue") == 0;
  g_autofree char *connection = gw_request_lws_header(wsi, WSI_TOKEN_CONNECTION);
  r->wants_close = connection && g_ascii_strcasecmp(connection, "close") == 0;
  return r;
}

void gw_request_write_continue(struct lws *wsi) {
  static const char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
  guint8 buffer[LWS_PRE + sizeof line];
  memcpy(buffer + LWS_PRE, line, sizeof line - 1);
  /* When it fails the peer waits a second, as it would with a server that knows nothing of this. */
  (void)lws_write(wsi, buffer + LWS_PRE, sizeof line - 1, LWS_WRITE_HTTP_HEADERS);
}
