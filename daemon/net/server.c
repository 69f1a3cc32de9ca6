#include "daemon/net/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libwebsockets.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/base/log.h"
#include "daemon/net/limits.h"
#include "daemon/net/request_lws.h"

/* What hangs on each lws connection: a request while one is under way, or a socket. */
typedef struct {
  GwRequest *request;
  GwSocket *socket;
} Connection;

struct GwServer {
  GwServerConfig config;
  GMainLoop *loop; /* never run: lws wants a loop, and takes its context */
  struct lws_context *context;
  struct lws_vhost *plain, *tls;
  struct lws_protocols protocols[4];
  GPtrArray *sockets; /* GwSocket */
  guint64 last_number;
  GwServerCounters counters;
  int port, tls_port;
  gboolean stopping;
  guint8 scratch[LWS_PRE + GW_LIMIT_FRAGMENT_BYTES];
};

static GwServer *server_of(struct lws *wsi) {
  return lws_context_user(lws_get_context(wsi));
}

static Connection *connection_of(struct lws *wsi) {
  return lws_get_opaque_user_data(wsi);
}

static Connection *need_connection(struct lws *wsi) {
  Connection *c = connection_of(wsi);
  if (!c) {
    c = g_new0(Connection, 1);
    lws_set_opaque_user_data(wsi, c);
  }
  return c;
}

static void drop_request(Connection *c) {
  if (!c || !c->request)
    return;
  c->request->wsi = NULL;
  g_clear_pointer(&c->request, gw_request_unref);
}

/* --- requests --- */

static void on_answer_ready(GwRequest *r) {
  lws_callback_on_writable(r->wsi);
}

static int on_http(struct lws *wsi) {
  GwServer *server = server_of(wsi);
  Connection *c = need_connection(wsi);
  drop_request(c);
  GwRequest *r = c->request = gw_request_from_lws(wsi, server->config.demo);
  r->server = server;
  server->counters.requests++;
  /* A body that stands still, and an answer that never comes, end the connection. */
  lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, GW_LIMIT_HTTP_S);
  g_autoptr(GwRequest) keep = gw_request_ref(r);
  server->config.on_request(r, server->config.user);
  if (r->status == 421)
    server->counters.refused_hosts++;
  if (r->content_length <= 0) {
    r->wants_close = r->wants_close || r->chunked; /* where such a body ends is not looked at */
    if (!r->status && r->on_body)
      r->on_body(r);
    return 0;
  }
  if (r->content_length > GW_LIMIT_BODY_DISCARD_BYTES)
    r->wants_close = r->cuts_body = TRUE; /* not even worth reading */
  /* Refused already: read what still comes and forget it, else the peer would see a reset, not our words. */
  r->discarding = r->status != 0;
  if (!r->discarding && r->expects_continue)
    gw_request_write_continue(wsi);
  return 0;
}

static int on_body_piece(struct lws *wsi, const guint8 *bytes, gsize n) {
  Connection *c = connection_of(wsi);
  GwRequest *r = c ? c->request : NULL;
  if (!r)
    return -1;
  lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, GW_LIMIT_HTTP_S);
  if (r->discarding || r->status)
    return 0;
  if (!r->body)
    r->body = g_byte_array_new();
  if (r->body->len + n > r->body_most) {
    r->discarding = TRUE;
    g_clear_pointer(&r->body, g_byte_array_unref);
    gw_respond_say(r, GW_SAY_BODY_TOO_LARGE);
    return 0;
  }
  g_byte_array_append(r->body, bytes, (guint)n);
  return 0;
}

static int on_body_end(struct lws *wsi) {
  Connection *c = connection_of(wsi);
  GwRequest *r = c ? c->request : NULL;
  if (!r)
    return -1;
  if (r->discarding || r->status) {
    r->discarding = FALSE;
    lws_callback_on_writable(wsi);
    return 0;
  }
  lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, GW_LIMIT_HTTP_S);
  g_autoptr(GwRequest) keep = gw_request_ref(r);
  if (r->on_body)
    r->on_body(r);
  return 0;
}

static int write_bytes(GwServer *server, struct lws *wsi, const guint8 *bytes, gsize n, enum lws_write_protocol how) {
  /* lws_write() overwrites what stands before its pointer: never a shared buffer. */
  memcpy(server->scratch + LWS_PRE, bytes, n);
  server->counters.bytes_sent += n;
  return lws_write(wsi, server->scratch + LWS_PRE, n, how) < (int)n ? -1 : 0;
}

static int finish_answer(struct lws *wsi, Connection *c) {
  gboolean close_it = c->request->wants_close;
  drop_request(c);
  if (close_it)
    return -1;
  return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static int on_http_writeable(struct lws *wsi) {
  GwServer *server = server_of(wsi);
  Connection *c = connection_of(wsi);
  GwRequest *r = c ? c->request : NULL;
  if (!r || r->status == 0 || (r->discarding && !r->cuts_body))
    return 0;
  gsize bytes = r->out ? g_bytes_get_size(r->out) : 0;
  gboolean bare = r->method == GW_METHOD_HEAD || r->status == 304 || bytes == 0;
  if (!r->head_sent) {
    g_autofree char *head = gw_response_head(r);
    gsize n = strlen(head);
    r->head_sent = TRUE;
    if (n > GW_LIMIT_FRAGMENT_BYTES || write_bytes(server, wsi, (guint8 *)head, n, LWS_WRITE_HTTP_HEADERS) < 0)
      return -1;
    if (bare)
      return finish_answer(wsi, c);
    lws_callback_on_writable(wsi);
    return 0;
  }
  const guint8 *data = g_bytes_get_data(r->out, NULL);
  gsize n = MIN(bytes - r->sent, GW_LIMIT_FRAGMENT_BYTES);
  gboolean last = r->sent + n == bytes;
  if (write_bytes(server, wsi, data + r->sent, n, last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0)
    return -1;
  r->sent += n;
  if (last)
    return finish_answer(wsi, c);
  lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, GW_LIMIT_HTTP_S);
  lws_callback_on_writable(wsi);
  return 0;
}

/* --- sockets --- */

static const GwSocketKind *kind_of(GwServer *server, const char *protocol, const char *path) {
  for (gsize i = 0; i < G_N_ELEMENTS(server->config.kinds); i++) {
    const GwSocketKind *kind = server->config.kinds[i];
    if (kind && strcmp(kind->protocol, protocol) == 0 && (!path || strcmp(kind->path, path) == 0))
      return kind;
  }
  return NULL;
}

static int refuse_upgrade(struct lws *wsi, int status) {
  (void)lws_return_http_status(wsi, (unsigned)status, NULL);
  return -1;
}

static int on_confirm_upgrade(struct lws *wsi, const char *what) {
  GwServer *server = server_of(wsi);
  if (g_ascii_strcasecmp(what, "websocket") != 0)
    return refuse_upgrade(wsi, 403); /* no h2c: HTTP/1.1 only */
  g_autoptr(GwRequest) r = gw_request_from_lws(wsi, server->config.demo);
  r->wsi = NULL;
  r->server = server;
  g_autofree char *wanted = gw_request_lws_header(wsi, WSI_TOKEN_PROTOCOL);
  const GwSocketKind *kind = wanted ? kind_of(server, g_strstrip(wanted), r->path) : NULL;
  GwId session_id = 0;
  int status = 404;
  if (!kind)
    return refuse_upgrade(wsi, 404);
  if (server->stopping || server->sockets->len >= (guint)server->config.clients)
    return refuse_upgrade(wsi, 503);
  if (!server->config.on_upgrade(r, &session_id, &status, server->config.user))
    return refuse_upgrade(wsi, status);
  Connection *c = need_connection(wsi);
  drop_request(c);
  GwSocket *socket = c->socket = g_new0(GwSocket, 1);
  *socket = (GwSocket){.server = server,
                       .wsi = wsi,
                       .kind = kind,
                       .number = ++server->last_number,
                       .session_id = session_id,
                       .tls = r->tls,
                       .address = g_strdup(r->address),
                       .rx = g_byte_array_new()};
  return 0;
}

/* Pictures wait here, where old ones can be left out, and not by the megabyte in the kernel, where they cannot. */
#define UNSENT_BYTES (64 * 1024)

static void keep_kernel_queue_short(struct lws *wsi) {
  const int bytes = UNSENT_BYTES;
  (void)setsockopt(lws_get_socket_fd(wsi), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes); /* else as it was */
}

static int on_established(struct lws *wsi) {
  GwServer *server = server_of(wsi);
  Connection *c = connection_of(wsi);
  if (!c || !c->socket)
    return -1;
  g_ptr_array_add(server->sockets, c->socket);
  server->counters.sockets_opened++;
  if (c->socket->kind->binary)
    keep_kernel_queue_short(wsi);
  c->socket->kind->opened(c->socket);
  return 0;
}

static int on_receive(struct lws *wsi, const char *bytes, gsize n) {
  Connection *c = connection_of(wsi);
  GwSocket *socket = c ? c->socket : NULL;
  if (!socket)
    return -1;
  if (lws_frame_is_binary(wsi)) {
    lws_close_reason(wsi, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE, NULL, 0);
    return -1;
  }
  if (socket->rx->len + n > GW_LIMIT_MESSAGE_BYTES) {
    lws_close_reason(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, NULL, 0);
    return -1;
  }
  g_byte_array_append(socket->rx, (const guint8 *)bytes, (guint)n);
  if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi) > 0)
    return 0;
  gboolean ok = socket->closing || socket->kind->message(socket, (const char *)socket->rx->data, socket->rx->len);
  g_byte_array_set_size(socket->rx, 0);
  if (ok)
    return 0;
  lws_close_reason(wsi, LWS_CLOSE_STATUS_POLICY_VIOLATION, NULL, 0);
  return -1;
}

/* The next piece of head and body together, in the scratch buffer; returns its length. */
static gsize fill_fragment(GwSocket *socket, guint8 *to) {
  gsize bytes = 0, n = 0;
  const guint8 *data = g_bytes_get_data(socket->out, &bytes);
  if (socket->sent < socket->head_bytes) {
    n = socket->head_bytes - socket->sent; /* a head is shorter than a fragment */
    memcpy(to, socket->head + socket->sent, n);
  }
  const gsize from = socket->sent + n - socket->head_bytes, more = MIN(bytes - from, GW_LIMIT_FRAGMENT_BYTES - n);
  if (more > 0)
    memcpy(to + n, data + from, more);
  return n + more;
}

static gboolean take_next(GwSocket *socket) {
  if (!socket->out) {
    socket->sent = socket->head_bytes = 0;
    socket->out_is_text = FALSE;
    socket->out = socket->kind->next(socket);
  }
  return socket->out != NULL;
}

static int on_socket_writeable(struct lws *wsi) {
  Connection *c = connection_of(wsi);
  GwSocket *socket = c ? c->socket : NULL;
  if (!socket)
    return -1;
  socket->waits_since_us = 0;
  if (!take_next(socket)) {
    if (!socket->closing)
      return 0;
    lws_close_reason(wsi, LWS_CLOSE_STATUS_GOINGAWAY, NULL, 0);
    return -1;
  }
  GwServer *server = socket->server;
  const gsize all = socket->head_bytes + g_bytes_get_size(socket->out);
  const gsize n = fill_fragment(socket, server->scratch + LWS_PRE);
  const gboolean first = socket->sent == 0, last = socket->sent + n == all;
  const gboolean binary = socket->kind->binary && !socket->out_is_text;
  const int how = lws_write_ws_flags(binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT, first, last);
  server->counters.bytes_sent += n;
  if (lws_write(wsi, server->scratch + LWS_PRE, n, (enum lws_write_protocol)how) < (int)n)
    return -1;
  socket->sent += n;
  if (last)
    g_clear_pointer(&socket->out, g_bytes_unref);
  if (!last || socket->closing || !socket->kind->has_next || socket->kind->has_next(socket))
    gw_socket_want_write(socket);
  return 0;
}

static void free_socket(GwServer *server, GwSocket *socket) {
  if (g_ptr_array_remove_fast(server->sockets, socket))
    socket->kind->closed(socket);
  g_clear_pointer(&socket->out, g_bytes_unref);
  g_byte_array_unref(socket->rx);
  g_free(socket->address);
  g_free(socket);
}

static void on_destroy(struct lws *wsi) {
  Connection *c = connection_of(wsi);
  if (!c)
    return;
  lws_set_opaque_user_data(wsi, NULL);
  drop_request(c);
  if (c->socket)
    free_socket(server_of(wsi), c->socket);
  g_free(c);
}

static int on_lws(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len) {
  switch (reason) {
  case LWS_CALLBACK_HTTP:
    return on_http(wsi);
  case LWS_CALLBACK_HTTP_BODY:
    return on_body_piece(wsi, in, len);
  case LWS_CALLBACK_HTTP_BODY_COMPLETION:
    return on_body_end(wsi);
  case LWS_CALLBACK_HTTP_WRITEABLE:
    return on_http_writeable(wsi);
  case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
    return on_confirm_upgrade(wsi, in);
  case LWS_CALLBACK_ESTABLISHED:
    return on_established(wsi);
  case LWS_CALLBACK_RECEIVE:
    return on_receive(wsi, in, len);
  case LWS_CALLBACK_SERVER_WRITEABLE:
    return on_socket_writeable(wsi);
  case LWS_CALLBACK_CLOSED:
  case LWS_CALLBACK_CLOSED_HTTP:
  case LWS_CALLBACK_WSI_DESTROY:
    on_destroy(wsi);
    return 0;
  default:
    return 0;
  }
}

void gw_socket_want_write(GwSocket *socket) {
  if (!socket->waits_since_us)
    socket->waits_since_us = gw_clock_mono_us();
  lws_callback_on_writable(socket->wsi);
}

void gw_socket_close(GwSocket *socket) {
  if (socket->closing)
    return;
  socket->closing = TRUE;
  /* A peer that takes nothing any more is cut off; one that does gets its last words first. */
  lws_set_timeout(socket->wsi, PENDING_TIMEOUT_USER_REASON_BASE, 2);
  gw_socket_want_write(socket);
}

void gw_server_foreach_socket(GwServer *server, void (*func)(GwSocket *socket, gpointer user), gpointer user) {
  g_autoptr(GPtrArray) now = g_ptr_array_copy(server->sockets, NULL, NULL);
  for (guint i = 0; i < now->len; i++)
    func(g_ptr_array_index(now, i), user);
}

guint gw_server_sockets(GwServer *server) {
  return server->sockets->len;
}

gpointer gw_server_user(GwServer *server) {
  return server->config.user;
}

const GwServerCounters *gw_server_counters(GwServer *server) {
  return &server->counters;
}

int gw_server_port(GwServer *server) {
  return server->port;
}

int gw_server_tls_port(GwServer *server) {
  return server->tls_port;
}

/* --- start and stop --- */

static void on_lws_log(int level, const char *line) {
  g_autofree char *text = g_strstrip(g_strdup(line));
  if (level == LLL_ERR)
    gw_warning("libwebsockets: %s", text);
  else
    gw_debug("libwebsockets: %s", text);
}

/* lws says "unable to bind" only to its log; we want the number and a sentence. */
static gboolean port_is_free(int port, gboolean loopback, GError **error) {
  struct sockaddr_in at = {.sin_family = AF_INET,
                           .sin_port = htons((guint16)port),
                           .sin_addr.s_addr = htonl(loopback ? INADDR_LOOPBACK : INADDR_ANY)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
  if (port == 0 || fd < 0) {
    if (fd >= 0)
      close(fd);
    return TRUE;
  }
  (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  gboolean ok = bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 1) == 0;
  int why = errno;
  close(fd);
  if (!ok)
    g_set_error(error, GW_ERROR, GW_CODE_UNAVAILABLE, "cannot listen on port %d: %s; choose another in [http]", port,
                g_strerror(why));
  return ok;
}

static gboolean has_ipv6(void) {
  g_autofree char *text = NULL;
  return g_file_get_contents("/proc/net/if_inet6", &text, NULL, NULL) && text && *text;
}

static struct lws_vhost *make_vhost(GwServer *server, const char *name, int port, gboolean tls, GError **error) {
  if (!port_is_free(port, !tls, error))
    return NULL;
  struct lws_context_creation_info info = {0};
  info.vhost_name = name;
  info.port = port;
  info.protocols = server->protocols;
  info.options = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND;
  info.timeout_secs = GW_LIMIT_HTTP_S;
  info.keepalive_timeout = GW_LIMIT_KEEPALIVE_S;
  info.finalize = NULL;
  if (tls) {
    info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.ssl_cert_filepath = server->config.certificate;
    info.ssl_private_key_filepath = server->config.key;
    info.alpn = "http/1.1"; /* 4.1.6 breaks large WebSocket writes over h2 */
    info.ssl_options_set = (long)(SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1);
    if (!has_ipv6())
      info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
  } else {
    info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
    info.iface = "lo"; /* an address here would bind every address (4.1.6) */
  }
  struct lws_vhost *vhost = lws_create_vhost(server->context, &info);
  if (!vhost)
    g_set_error(error, GW_ERROR, GW_CODE_UNAVAILABLE, "cannot listen on port %d; choose another in [http]", port);
  return vhost;
}

static gboolean make_context(GwServer *server, GError **error) {
  struct lws_context_creation_info info = {0};
  void *loops[] = {server->loop};
  lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.options = LWS_SERVER_OPTION_GLIB | LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  info.foreign_loops = loops;
  info.user = server;
  info.pcontext = &server->context; /* made NULL when it is really gone */
  info.max_http_header_data = GW_LIMIT_HEADER_BYTES;
  info.pt_serv_buf_size = 32 * 1024;
  info.timeout_secs = GW_LIMIT_HTTP_S;
  info.gid = info.uid = -1;
  server->context = lws_create_context(&info);
  if (!server->context)
    g_set_error_literal(error, GW_ERROR, GW_CODE_UNAVAILABLE,
                        "libwebsockets does not start; is the package libwebsockets-evlib-glib installed?");
  return server->context != NULL;
}

static void fill_protocols(GwServer *server) {
  server->protocols[0] = (struct lws_protocols){.name = "http", .callback = on_lws};
  for (gsize i = 0; i < G_N_ELEMENTS(server->config.kinds); i++)
    server->protocols[i + 1] = (struct lws_protocols){
        .name = server->config.kinds[i]->protocol, .callback = on_lws, .rx_buffer_size = GW_LIMIT_FRAGMENT_BYTES};
}

GwServer *gw_server_start(const GwServerConfig *config, GError **error) {
  GwServer *server = g_new0(GwServer, 1);
  server->config = *config;
  server->loop = g_main_loop_new(NULL, FALSE);
  server->sockets = g_ptr_array_new();
  server->tls_port = -1;
  gw_request_on_ready(on_answer_ready);
  fill_protocols(server);
  gboolean ok = make_context(server, error);
  if (ok)
    ok = (server->plain = make_vhost(server, "plain", config->port, FALSE, error)) != NULL;
  if (ok && config->tls_port >= 0)
    ok = (server->tls = make_vhost(server, "tls", config->tls_port, TRUE, error)) != NULL;
  if (!ok) {
    gw_server_stop(server);
    return NULL;
  }
  server->port = lws_get_vhost_listen_port(server->plain);
  if (server->tls)
    server->tls_port = lws_get_vhost_listen_port(server->tls);
  return server;
}

gboolean gw_server_reload_certificate(GwServer *server) {
  return !server->tls ||
         lws_tls_cert_updated(server->context, server->config.certificate, server->config.key, NULL, 0, NULL, 0) == 0;
}

void gw_server_stop(GwServer *server) {
  if (!server)
    return;
  server->stopping = TRUE;
  if (server->context)
    lws_context_destroy(server->context);
  /* On a loop that is not its own lws ends in steps, each a turn of the loop. */
  for (int turns = 0; turns < 1000 && g_main_context_iteration(NULL, FALSE); turns++)
    ;
  if (server->context)
    lws_context_destroy(server->context);
  g_main_loop_unref(server->loop);
  g_ptr_array_unref(server->sockets);
  g_free(server);
}
