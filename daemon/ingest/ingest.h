#pragma once
#include <jansson.h>
#include "daemon/ingest/stills.h"
#include "daemon/ledger/ledger.h"

/* The supervisor of the ingest workers: two children (`gridwarden-ingest`), "cameras" and "checkins".
 * Starts them, starts them anew with back-off, tells them what to watch, passes what they see to the
 * ledger, and believes only ids that it assigned (daemon/link/README.md).
 *
 * Thread: the owner; nothing here blocks.  Every callback comes on the owner's thread, from the loop.
 * Start it after the ledger, stop it before: it reads cameras, readers and waiting check-ins from its own
 * read connection. */
typedef struct GwIngest GwIngest;

typedef struct GwIngestConfig {
  GwLedger *ledger;     /* lent; outlives the supervisor */
  const char *program;  /* path of gridwarden-ingest; NULL or "": start none */
  const char *database; /* the ledger's; opened for reading */
  const char *key_file; /* of the secrets, as in GwLedgerConfig */
  const char *media;    /* the file store's directory (media/ab/HASH.ext), for pictures of a QR; NULL: none */
  /* Where guard-tour readers are listened to.  Port 0: any free one, -1: not at all. */
  const char *reader_address; /* NULL: "127.0.0.1" */
  int reader_udp_port, reader_tcp_port;
  int connects, connects_per_host; /* most RTSP handshakes at once; 0: 16 and 4 */

  /* All may be NULL.  JSON is lent for the call. */
  void (*on_gauges)(json_t *cameras, gpointer user); /* once a second: array as in message_gauges */
  /* The still.save effect: write this picture with the file store, then report the observation
   * still.saved {alert_id, camera_id, hash, bytes, at_us}.  Called at once when a picture of the last 5 s is
   * there, else with the next one within 10 s, or never when the camera shows nothing. */
  void (*on_still_save)(GwId alert_id, const GwStill *still, gpointer user);
  void (*on_listening)(int udp_port, int tcp_port, gpointer user); /* the readers' doors are open */
  void (*on_worker)(const char *name, gboolean up, gpointer user);
  gpointer user;
} GwIngestConfig;

/* Starts both workers; a program that cannot be run is not an error here but a worker that is down. */
GwIngest *gw_ingest_start(const GwIngestConfig *config, GError **error);
/* Asks the workers to quit, waits at most 2 s, ends them; accepts NULL. */
void gw_ingest_stop(GwIngest *ingest);

/* Hand every publication of the ledger in here (its effects are camera.*, reader.*, checkin.push,
 * still.save). */
void gw_ingest_on_publication(GwIngest *ingest, const GwPublication *publication);

GwStills *gw_ingest_stills(GwIngest *ingest); /* lent */

/* For /healthz and /metrics: [{"worker","job","up","pid","restarts","since_us"}].  A new reference. */
json_t *gw_ingest_status(GwIngest *ingest);
gboolean gw_ingest_is_up(GwIngest *ingest, const char *name); /* "cameras", "checkins" */

/* Connects to a camera once and says what it found: `result` is `camera.probed` of the link without type
 * and ref; NULL with an error (UNAVAILABLE: the worker is down or too many probes wait; BUSY).  `done` is
 * called exactly once, never before this returns. */
typedef void (*GwProbeFunc)(json_t *result, const GError *error, gpointer user);
void gw_ingest_probe(GwIngest *ingest, const char *url, const char *user_name, const char *password,
                     int timeout_ms, GwProbeFunc done, gpointer user);
