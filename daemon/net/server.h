#pragma once
#include "daemon/net/http.h"
#include "daemon/net/sessions.h"

/* libwebsockets on the default GMainContext: listeners, requests in, answers out, sockets.
 *
 * Thread: the owner.  It knows nothing of routes, sessions or views: those are its hooks. */
typedef struct GwServer GwServer;
typedef struct GwSocket GwSocket;

/* What a kind of socket does.  All are called on the owner. */
typedef struct GwSocketKind {
  const char *protocol, *path; /* "gridwarden.v1", "/ws/v1" */
  gboolean binary;
  void (*opened)(GwSocket *socket);
  gboolean (*message)(GwSocket *socket, const char *text, gsize bytes); /* FALSE: close it, protocol error */
  /* What to send now, yours to give; NULL: nothing.  It may fill the socket's head, which goes before it in the same
   * message, and say that this one is text. */
  GBytes *(*next)(GwSocket *socket);
  gboolean (*has_next)(GwSocket *socket); /* NULL: perhaps */
  void (*closed)(GwSocket *socket);
} GwSocketKind;

struct GwSocket {
  GwServer *server;
  struct lws *wsi;
  const GwSocketKind *kind;
  guint64 number; /* of this run; never again */
  GwId session_id;
  gboolean tls;
  char *address;
  gpointer peer; /* of its kind */
  gboolean closing;
  GwUsec waits_since_us; /* monotonic; something is to be sent and the peer takes nothing; 0: no */
  GByteArray *rx;
  GBytes *out;
  guint8 head[16];
  gsize head_bytes;
  gboolean out_is_text; /* though its kind is binary */
  gsize sent;           /* of head and out together */
};

typedef struct GwServerConfig {
  int port, tls_port; /* 0: any free one; tls_port -1: none */
  const char *certificate, *key; /* paths of PEM files; for TLS */
  int clients;        /* most sockets at once */
  gboolean demo;      /* the mounts /demo/1 … /demo/3 exist */
  void (*on_request)(GwRequest *r, gpointer user);
  /* Whether this request may become a socket; fills ret_session_id.  FALSE with ret_status for the answer. */
  gboolean (*on_upgrade)(GwRequest *r, GwId *ret_session_id, int *ret_status, gpointer user);
  const GwSocketKind *kinds[2];
  gpointer user;
} GwServerConfig;

/* UNAVAILABLE names a port that is taken. */
GwServer *gw_server_start(const GwServerConfig *config, GError **error);
void gw_server_stop(GwServer *server); /* closes all; accepts NULL */
int gw_server_port(GwServer *server);
int gw_server_tls_port(GwServer *server); /* -1: none */
gpointer gw_server_user(GwServer *server);
gboolean gw_server_reload_certificate(GwServer *server); /* the same paths, read anew */

void gw_socket_want_write(GwSocket *socket); /* its next() has something */
void gw_socket_close(GwSocket *socket);      /* after what next() still gives */
void gw_server_foreach_socket(GwServer *server, void (*func)(GwSocket *socket, gpointer user), gpointer user);
guint gw_server_sockets(GwServer *server);

typedef struct GwServerCounters {
  guint64 requests, refused_hosts, sockets_opened, bytes_sent;
} GwServerCounters;
const GwServerCounters *gw_server_counters(GwServer *server);
