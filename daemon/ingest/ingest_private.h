#pragma once
#include "daemon/ingest/child.h"
#include "daemon/ingest/ingest.h"
#include "daemon/ingest/stills_private.h"
#include "daemon/store/db.h"
#include "daemon/store/secret.h"

/* The inside of the supervisor: ingest.c (start, stop, publications, the second's tick), worker.c (one
 * worker's life), cameras.c and checkins.c (the two jobs), observe.c (what waits for the ledger), probe.c. */

typedef enum GwJob { GW_JOB_CAMERAS, GW_JOB_CHECKINS, GW_N_JOBS } GwJob;

typedef struct GwWorker {
  GwIngest *ingest; /* lent */
  GwJob job;
  GwChild *child;   /* NULL: none runs */
  gboolean is_up;   /* it has said hello */
  guint generation; /* counts starts: an answer to an earlier one is not for this one */
  guint restarts;
  guint failures;      /* deaths in a row before it had lived for a while */
  guint restart_timer; /* source id */
  GwUsec started_mono_us, since_us;
} GwWorker;

/* A camera that the worker was told to watch. */
typedef struct GwWatched {
  char *state, *codec; /* as last observed; NULL: nothing yet */
  int width, height;
} GwWatched;

typedef struct GwPushedRaw {
  GwUsec sent_mono_us;
  gboolean is_answered; /* the worker has read it; the ledger's answer is under way */
} GwPushedRaw;

struct GwIngest {
  int ref; /* answers of the ledger may come after stop */
  gboolean is_stopped;
  GwIngestConfig config; /* its strings are copies */
  GwDb *db;
  GwSecret *secret;
  GwStills *stills;
  GwWorker workers[GW_N_JOBS];
  guint tick; /* source id */

  /* observe.c */
  GQueue waiting; /* observations that the ledger's full lane refused; the links are paused meanwhile */
  guint retry;    /* source id */

  /* cameras.c */
  GHashTable *cameras; /* GwId* -> GwWatched*: assigned */
  json_t *gauges;      /* of this second; NULL: none */
  GArray *still_saves; /* StillSave */

  /* checkins.c */
  GHashTable *readers; /* GwId*: assigned */
  GHashTable *pushed;  /* GwId* -> GwPushedRaw* */
  GHashTable *deaths;  /* GwId* -> guint: the worker died while it read this message */
  GwId cursor;         /* messages up to here were pushed to this worker */
  gboolean push_again; /* something failed: begin from the start when nothing is under way */

  /* probe.c */
  GHashTable *probes; /* gint64* -> Probe* */
  gint64 last_ref;
};

GwIngest *gw_ingest_ref(GwIngest *ingest);
void gw_ingest_unref(GwIngest *ingest);

/* ---- worker.c ---- */
const char *gw_job_name(GwJob job); /* "cameras" */
void gw_worker_init(GwWorker *worker, GwIngest *ingest, GwJob job);
void gw_worker_start(GwWorker *worker);
void gw_worker_hang_up(GwWorker *worker); /* its sockets close, so it ends; gw_worker_stop() reaps it */
void gw_worker_stop(GwWorker *worker, GwUsec wait_us);
/* FALSE: it is not there, or its queue is full; `message` is consumed. */
gboolean gw_worker_send(GwWorker *worker, json_t *message_new, const guint8 *data, gsize bytes);
void gw_worker_pause(GwWorker *worker, gboolean pause);
void gw_worker_tick(GwWorker *worker, GwUsec now_mono_us);

/* ---- observe.c ---- */
/* Tells the ledger; waits in memory (and pauses the workers) while its lane is full.  `body_new` is consumed.
 */
void gw_ingest_observe(GwIngest *ingest, const char *kind, json_t *body_new, const guint8 *data, gsize bytes,
                       GwReplyFunc done, gpointer user, GDestroyNotify user_free);
void gw_ingest_observe_clear(GwIngest *ingest);

/* ---- cameras.c ---- */
void gw_cameras_init(GwIngest *ingest);
void gw_cameras_clear(GwIngest *ingest);
void gw_cameras_on_hello(GwIngest *ingest);
void gw_cameras_on_down(GwIngest *ingest);
void gw_cameras_on_message(GwIngest *ingest, const char *type, json_t *message);
void gw_cameras_on_media(GwIngest *ingest, const char *type, json_t *message, const guint8 *data,
                         gsize bytes);
void gw_cameras_on_effect(GwIngest *ingest, const char *effect, json_t *body);
void gw_cameras_send_watch(gpointer ingest); /* who looks at what has changed */
void gw_cameras_tick(GwIngest *ingest, GwUsec now_mono_us);

/* ---- checkins.c ---- */
void gw_checkins_init(GwIngest *ingest);
void gw_checkins_clear(GwIngest *ingest);
void gw_checkins_on_hello(GwIngest *ingest);
void gw_checkins_on_down(GwIngest *ingest);
void gw_checkins_on_message(GwIngest *ingest, const char *type, json_t *message, const guint8 *data,
                            gsize bytes);
void gw_checkins_on_effect(GwIngest *ingest, const char *effect, json_t *body);
void gw_checkins_tick(GwIngest *ingest, GwUsec now_mono_us);

/* ---- probe.c ---- */
void gw_probe_init(GwIngest *ingest);
void gw_probe_clear(GwIngest *ingest);
void gw_probe_on_probed(GwIngest *ingest, json_t *message);
void gw_probe_on_down(GwIngest *ingest);
void gw_probe_tick(GwIngest *ingest, GwUsec now_mono_us);

static inline gint64 gw_msg_int(json_t *message, const char *name) {
  return json_integer_value(json_object_get(message, name));
}
static inline const char *gw_msg_text(json_t *message, const char *name) {
  return json_string_value(json_object_get(message, name));
}
gint64 *gw_id_key(GwId id); /* for the tables by id */
