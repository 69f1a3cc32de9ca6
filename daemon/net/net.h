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

/* What somebody wants to see move: a camera, or what a recorder has of one. */
typedef struct GwNetLook {
  GwId camera_id;
  gboolean main; /* its main stream; FALSE: the one that is watched */
  GwId playback_id, user_id;
  GwUsec at_us;  /* looking back: from when on */
} GwNetLook;

typedef enum GwNetSightWhat {
  GW_SIGHT_WAITING, /* cause */
  GW_SIGHT_PLAYING, /* gen, at_us (of media time 0), codecs, width, height; bytes: the init segment */
  GW_SIGHT_PICTURE, /* bytes, at_us, is_key, is_old (taken before one began to look) */
  GW_SIGHT_MISSED,  /* pictures: lost before they came here */
  GW_SIGHT_ENDED,   /* cause; nothing comes any more, and the handle is gone */
} GwNetSightWhat;

typedef struct GwNetSight {
  GwNetSightWhat what;
  const char *cause, *codecs;
  guint gen, pictures;
  GwUsec at_us;
  int width, height;
  GBytes *bytes; /* lent, immutable */
  gboolean is_key, is_old;
} GwNetSight;
typedef void (*GwNetSightFunc)(const GwNetSight *sight, gpointer job);

/* For /metrics, from the ingest. */
typedef struct GwNetLookFigures {
  guint views, viewers, clips_waiting;
  guint64 pictures_missed, clips_saved, clips_failed;
} GwNetLookFigures;

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
  /* Begins to look: the first sights come inside.  NULL with ret_cause: "not_found", "busy", "recorder_busy",
   * "worker_gone". */
  gpointer (*look)(const GwNetLook *look, GwNetSightFunc func, gpointer job, const char **ret_cause, gpointer user);
  void (*look_away)(gpointer handle, gpointer user);
  void (*look_figures)(GwNetLookFigures *ret, gpointer user);
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

/* A large MP4 file into the store, piece by piece (files.h); NULL: not now.  It has no row until an observation
 * names it. */
typedef struct GwFileWriter GwFileWriter;
GwFileWriter *gw_net_file_begin(GwNet *net);
void gw_net_file_forget(GwNet *net, const char *hash); /* nobody wanted it when it was there */

/* Writes a picture into the store as an upload is, and calls `done` on the owner: `hash` NULL with an error. */
typedef void (*GwNetFileDone)(const char *hash, gsize bytes, const GError *error, gpointer user);
void gw_net_save_picture(GwNet *net, GBytes *picture, GwNetFileDone done, gpointer user);
