#pragma once
#include <jansson.h>
#include "daemon/ingest/clips.h"
#include "daemon/ingest/stills.h"
#include "daemon/ingest/views.h"
#include "daemon/ledger/ledger.h"

/* The supervisor of the ingest workers (`gridwarden-ingest`): one to sixteen that watch cameras ("cameras",
 * "cameras-2" …) and one for check-ins ("checkins").  Starts them, starts them anew with back-off, shares the
 * cameras out, tells each worker what to watch and how, passes what they see to the ledger, and believes each
 * only about the ids that it was given (daemon/link/README.md).
 *
 * A camera belongs to one worker and stays there: it waits for it while it is dead, so that a camera that
 * kills its worker does not kill the others.
 *
 * Thread: the owner; nothing here blocks.  Every callback comes on the owner's thread, from the loop.
 * Start it after the ledger, stop it before: it reads cameras, readers and waiting check-ins from its own
 * read connection. */
typedef struct GwIngest GwIngest;

#define GW_LIMIT_CAMERA_WORKERS 16

/* How one picture was stored: `hash` NULL with an error. */
typedef void (*GwIngestSaved)(const char *hash, gsize bytes, const GError *error, gpointer user);

typedef struct GwIngestConfig {
  GwLedger *ledger;     /* lent; outlives the supervisor */
  const char *program;  /* path of gridwarden-ingest; NULL or "": start none */
  const char *database; /* the ledger's; opened for reading */
  const char *key_file; /* of the secrets, as in GwLedgerConfig */
  const char *media;    /* the file store's directory (media/ab/HASH.ext), for pictures of a QR; NULL: none */
  /* Where guard-tour readers are listened to.  Port 0: any free one, -1: not at all. */
  const char *reader_address; /* NULL: "127.0.0.1" */
  int reader_udp_port, reader_tcp_port;
  int connects, connects_per_host; /* most RTSP handshakes at once, over all workers; 0: 16 and 4 */
  int camera_workers;              /* 1 … GW_LIMIT_CAMERA_WORKERS; 0: 1 */
  int utc_offset_s;                /* of the community: the hours of zones */
  /* [eyes]; of all workers together where it can be shared. */
  int ring_seconds; /* kept of each camera; 0: nothing */
  gint64 ring_bytes;
  int looks_per_s; /* keyframes decoded a second; 0: none */
  int look_every_ms, suspect_every_ms;

  /* All may be NULL.  JSON is lent for the call. */
  void (*on_gauges)(json_t *cameras, gpointer user); /* once a second: array as in message_gauges */
  /* The still.save effect: write this picture with the file store, then report the observation
   * still.saved {alert_id, camera_id, hash, bytes, at_us}.  Called at once when a picture of the last 5 s is
   * there, else with the next one within 10 s, or never when the camera shows nothing. */
  void (*on_still_save)(GwId alert_id, const GwStill *still, gpointer user);
  /* A new small picture of a camera; jpeg NULL: the camera is not watched any more, forget it. */
  void (*on_thumb)(const GwStill *thumb, gpointer user);
  /* Stores a picture (as for on_still_save) and calls `done` once, perhaps before it returns; NULL: findings
   * are told without pictures, and no reference is kept. */
  void (*save_picture)(GBytes *picture, GwIngestSaved done, gpointer job, gpointer user);
  /* A large file, written piece by piece (clips): file_begin answers its handle (NULL: not now), each piece and the
   * end answer once, later; the next piece only after that.  After file_end or file_drop the handle is gone.  Only
   * file_end's answer has a hash. */
  gpointer (*file_begin)(gpointer user);
  void (*file_write)(gpointer file, GBytes *piece, GwIngestSaved done, gpointer job, gpointer user);
  void (*file_end)(gpointer file, GwIngestSaved done, gpointer job, gpointer user);
  void (*file_drop)(gpointer file, gpointer user);
  void (*file_forget)(const char *hash, gpointer user); /* the ledger did not want it (any more) */
  void (*on_listening)(int udp_port, int tcp_port, gpointer user); /* the readers' doors are open */
  void (*on_worker)(const char *name, gboolean up, gpointer user);
  gpointer user;
} GwIngestConfig;

/* Starts the workers; a program that cannot be run is not an error here but a worker that is down. */
GwIngest *gw_ingest_start(const GwIngestConfig *config, GError **error);
/* Asks the workers to quit, waits at most 2 s, ends them; accepts NULL. */
void gw_ingest_stop(GwIngest *ingest);

/* From now on so many workers watch cameras: some start, or some are stopped, and only those cameras move
 * that must.  At once; the workers follow. */
void gw_ingest_set_camera_workers(GwIngest *ingest, int n);
int gw_ingest_camera_workers(GwIngest *ingest);

/* Hand every publication of the ledger in here (its effects are camera.*, scene.*, reader.*, checkin.push,
 * still.save, clip.save). */
void gw_ingest_on_publication(GwIngest *ingest, const GwPublication *publication);

GwStills *gw_ingest_stills(GwIngest *ingest); /* lent */

/* For /healthz and /metrics: [{"worker","job","up","pid","restarts","since_us"}], those of cameras first;
 * with "cameras" and "live" (how many it was given, how many of them are live) and, once it has said them,
 * "figures" {ring_bytes, rss_bytes, threads, cpu_us, looks, looks_dropped, look_wait_ms}.  A new reference.
 */
json_t *gw_ingest_status(GwIngest *ingest);
gboolean gw_ingest_is_up(GwIngest *ingest, const char *name); /* "cameras", "cameras-2" …, "checkins" */

/* Connects to a camera once and says what it found: `result` is `camera.probed` of the link without type
 * and ref; NULL with an error (UNAVAILABLE: the worker is down or too many probes wait; BUSY).  `done` is
 * called exactly once, never before this returns. */
typedef void (*GwProbeFunc)(json_t *result, const GError *error, gpointer user);
void gw_ingest_probe(GwIngest *ingest, const char *url, const char *user_name, const char *password,
                     int timeout_ms, GwProbeFunc done, gpointer user);
