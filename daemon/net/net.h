#pragma once
#include "daemon/ledger/ledger.h"

/* The center's doors for people and machines: HTTP, sockets, sessions, feed, media, files (PROTOCOL.md).
 *
 * Thread: the owner (default GMainContext); nothing here blocks it.  Start it after the ledger, stop it
 * first: its readers, its file thread and its password thread end inside gw_net_stop(). */
typedef struct GwNet GwNet;

/* A camera's picture, as the ingest supervisor has it. */
typedef struct GwNetStill {
  GwId camera_id;
  GwUsec at_us;
  int width, height;
  GBytes *jpeg; /* lent */
} GwNetStill;

typedef void (*GwNetProbeDone)(json_t *result, const GError *error, gpointer user);

typedef struct GwNetConfig {
  GwLedger *ledger; /* lent; outlives net */
  const char *database, *media, *state, *dashboard; /* paths */
  gboolean demo;
  int port, tls_port;              /* 0: any free one; tls_port -1: no TLS */
  const char *const *hosts, *const *addresses; /* further names and addresses of this center; NULL-terminated */
  const char *tls_certificate, *tls_key;       /* NULL: the local CA makes one */
  int clients, login_per_minute;

  /* The rooms beside this one, by the app that knows both.  Owner's thread; each may be NULL. */
  json_t *(*workers)(gpointer user);  /* for /healthz: array; new reference */
  gboolean (*still_newest)(GwId camera_id, GwNetStill *ret, gpointer user);
  gboolean (*still_watch)(guint64 viewer, const GwId *cameras, gsize n, GwUsec ttl_us, gpointer user);
  void (*still_watch_once)(GwId camera_id, GwUsec ttl_us, gpointer user);
  void (*probe)(const char *url, const char *user_name, const char *password, GwNetProbeDone done, gpointer job,
                gpointer user);
  void (*on_unit_connected)(GwId unit_id, gpointer user); /* a phone has its unit's view open */
  gpointer user;
} GwNetConfig;

GwNet *gw_net_start(const GwNetConfig *config, GError **error);
void gw_net_stop(GwNet *net); /* accepts NULL */

void gw_net_on_publication(GwNet *net, const GwPublication *publication);
void gw_net_on_storage(GwNet *net, const char *state, GwUsec since_us);
void gw_net_on_gauges(GwNet *net, json_t *cameras);
void gw_net_on_still(GwNet *net, const GwNetStill *still);
void gw_net_on_thumb(GwNet *net, const GwNetStill *thumb); /* jpeg NULL: the camera is gone */
gboolean gw_net_is_unit_connected(GwNet *net, GwId unit_id);
void gw_net_reload(GwNet *net); /* certificates */
int gw_net_port(GwNet *net);
int gw_net_tls_port(GwNet *net);

/* Writes a picture into the store as an upload is, and calls `done` on the owner: `hash` NULL with an error. */
typedef void (*GwNetFileDone)(const char *hash, gsize bytes, const GError *error, gpointer user);
void gw_net_save_picture(GwNet *net, GBytes *picture, GwNetFileDone done, gpointer user);
