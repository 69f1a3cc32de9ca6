#pragma once
#include "daemon/ingest/child.h"
#include "daemon/ingest/ingest.h"
#include "daemon/ingest/stills_private.h"
#include "daemon/store/camera.h"
#include "daemon/store/db.h"
#include "daemon/store/secret.h"

/* The inside of the supervisor: ingest.c (start, stop, publications, the second's tick), worker.c (one
 * worker's life), workers.c (how many there are, and who watches what), cameras.c and checkins.c (the two
 * jobs), scene.c (how a camera is to look), seen.c (what its pictures say), pictures.c (what waits for its
 * pictures to be on disk), gauges.c, media.c (stills and thumbs), observe.c (what waits for the ledger),
 * probe.c. */

typedef enum GwJob { GW_JOB_CAMERAS, GW_JOB_CHECKINS } GwJob;

/* What a worker of cameras says about itself once a second; counted from its start. */
typedef struct GwWorkerFigures {
  gint64 ring_bytes, rss_bytes, threads, cpu_us, looks, looks_dropped, look_wait_ms;
} GwWorkerFigures;

typedef struct GwWorker {
  GwIngest *ingest; /* lent */
  GwJob job;
  char *name;          /* "cameras", "cameras-2" …, "checkins" */
  GwChild *child;      /* NULL: none runs */
  gboolean is_up;      /* it has said hello */
  gboolean has_joined; /* cameras are given to it; one that was added while others run waits for its hello */
  gboolean is_retired; /* stopped for good: freed when its process is gone */
  guint cameras;       /* how many it was given */
  guint generation;    /* counts starts: an answer to an earlier one is not for this one */
  guint restarts;
  guint failures;      /* deaths in a row before it had lived for a while */
  guint restart_timer; /* source id */
  GwUsec started_mono_us, since_us, retired_mono_us;
  gboolean has_spoken; /* gauges came from this process */
  guint silent_s;      /* since the newest, in ticks: a machine that stood still is no silence */
  json_t *gauges;      /* the newest of this second, checked; NULL: none */
  gboolean has_figures;
  GwWorkerFigures figures;
  GQueue untold;    /* gint64*: ids of cameras whose turn to be told will come, so that its queue does not run
                       over */
  guint tell_timer; /* source id */
} GwWorker;

/* What the worker has not been told yet about a camera, though it should know. */
typedef enum GwUntold { GW_UNTOLD_NOTHING, GW_UNTOLD_SCENE, GW_UNTOLD_CAMERA } GwUntold;

/* So much at once, and so much a second after it (bounds on what one camera may say). */
typedef struct GwBucket {
  double left;
  GwUsec at_mono_us; /* 0: full */
} GwBucket;

/* A camera that is watched. */
typedef struct GwWatched {
  GwWorker *worker; /* lent: the only one that is believed about it */
  GwUntold untold;
  gboolean must_learn;       /* scene.learn was asked for while its worker could not be told */
  char *state, *cause, *codec, *via; /* as last observed; NULL: nothing yet */
  int width, height;
  gint64 frames;
  GArray *zones;  /* GwId: those the worker was told of */
  GBytes *learnt; /* a reference that is on its way to the ledger: newer than the one there; NULL: none */
  guint learning; /* how many are on their way */
  GwBucket findings, references, observed, codes, lights, formats;
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
  GPtrArray *workers; /* GwWorker, of cameras, by number */
  GwWorker *checkins;
  GPtrArray *retired; /* GwWorker: told to end, not gone yet */
  guint tick;         /* source id */

  /* observe.c */
  GQueue waiting; /* observations that the ledger's full lane refused; the links are paused meanwhile */
  guint retry;    /* source id */

  /* pictures.c */
  GQueue unsaved; /* Unsaved: what was seen, in order, until its pictures are on disk */
  gsize unsaved_bytes;
  guint saving;     /* pictures that the file store has now */
  GwBucket pictures; /* of all workers together */
  gboolean is_full; /* too much is unsaved: the links are paused */

  /* cameras.c */
  GHashTable *cameras; /* GwId* -> GwWatched* */
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

  GHashTable *asked; /* ptz.c: what cameras were asked to do, and have not answered */

  struct GwViews *views; /* views.c */
  struct GwClips *clips; /* clips.c */
};

GwIngest *gw_ingest_ref(GwIngest *ingest);
void gw_ingest_unref(GwIngest *ingest);

/* ---- worker.c ---- */
const char *gw_job_name(GwJob job);                                 /* "cameras" */
GwWorker *gw_worker_new(GwIngest *ingest, GwJob job, guint number); /* number 1 …; does not start it */
void gw_worker_free(GwWorker *worker);                              /* after gw_worker_stop(); accepts NULL */
void gw_worker_start(GwWorker *worker);
void gw_worker_hello(GwWorker *worker);   /* its figures, at the start or anew */
void gw_worker_hang_up(GwWorker *worker); /* its sockets close, so it ends; gw_worker_stop() reaps it */
void gw_worker_stop(GwWorker *worker, GwUsec wait_us);
void gw_worker_kill(GwWorker *worker, const char *reason); /* it is broken; it is started anew */
/* FALSE: it is not there, or its queue is full; `message` is consumed. */
gboolean gw_worker_send(GwWorker *worker, json_t *message_new, const guint8 *data, gsize bytes);
void gw_worker_pause(GwWorker *worker, gboolean pause);
void gw_worker_tick(GwWorker *worker, GwUsec now_mono_us);

/* ---- workers.c ---- */
void gw_workers_init(GwIngest *ingest);
void gw_workers_clear(GwIngest *ingest);
void gw_workers_start(GwIngest *ingest); /* tells the ledger that nothing is seen yet, and starts them */
void gw_workers_stop(GwIngest *ingest);  /* waits 2 s at most */
void gw_workers_tick(GwIngest *ingest, GwUsec now_mono_us);
GwWorker *gw_workers_least(GwIngest *ingest);   /* where the next camera belongs; never NULL */
GwWorker *gw_workers_find_up(GwIngest *ingest); /* any that runs; NULL: none */
void gw_workers_join(GwWorker *worker);         /* it has said hello: it takes its share */
gboolean gw_workers_forget(GwWorker *worker);   /* its process is gone; TRUE: it was retired and is freed */
void gw_workers_pause(GwIngest *ingest);        /* all of them, or none, as the two queues say */
gboolean gw_workers_are_paused(const GwIngest *ingest);
guint gw_workers_live(const GwWorker *worker);   /* how many of its cameras it calls live */
json_t *gw_workers_camera_ids(GwWorker *worker); /* in order; a new reference */
GArray *gw_workers_cameras(GwWorker *worker);    /* GwId, in order; yours */

/* ---- observe.c ---- */
/* Tells the ledger; waits in memory (and pauses the workers) while its lane is full.  `body_new` is consumed.
 */
void gw_ingest_observe(GwIngest *ingest, const char *kind, json_t *body_new, const guint8 *data, gsize bytes,
                       GwReplyFunc done, gpointer user, GDestroyNotify user_free);
void gw_ingest_observe_clear(GwIngest *ingest);

/* ---- pictures.c ---- */
#define GW_PICTURES_MOST 2
/* Tells the ledger when the pictures (each may be NULL) are on disk, in the order of the calls; their hashes
 * stand in the body under `names`.  When too many wait, pictures are left out, observations never; with
 * `needs_picture` there is none without it.  `data` as in gw_ingest_observe(). */
typedef struct GwPictured {
  const char *kind;                          /* static */
  json_t *body;                              /* consumed */
  GBytes *pictures[GW_PICTURES_MOST], *data; /* consumed; NULL: none */
  const char *names[GW_PICTURES_MOST];       /* static */
  gboolean needs_picture;
  GwId camera_id;
} GwPictured;
void gw_pictures_observe(GwIngest *ingest, const GwPictured *pictured);
void gw_pictures_clear(GwIngest *ingest);
void gw_pictures_tick(GwIngest *ingest);

/* ---- cameras.c ---- */
void gw_cameras_init(GwIngest *ingest);
void gw_cameras_clear(GwIngest *ingest);
void gw_cameras_load(GwIngest *ingest); /* the table as the database has it */
void gw_cameras_tell(GwIngest *ingest,
                     GwId id); /* camera.set and scene.set to its worker, when its turn comes */
void gw_cameras_forget_untold(GwWorker *worker);
void gw_cameras_move(GwIngest *ingest, GwId id, GwWorker *to);
void gw_cameras_on_hello(GwWorker *worker);
void gw_cameras_on_down(GwWorker *worker);
void gw_cameras_on_message(GwWorker *worker, const char *type, json_t *message, const guint8 *data,
                           gsize bytes);
void gw_cameras_on_effect(GwIngest *ingest, const char *effect, json_t *body);
/* The camera, when it is this worker's; else NULL: what it says of others is not believed. */
GwWatched *gw_cameras_of(GwWorker *worker, GwId id);

/* ---- scene.c ---- */
void gw_scene_tell(GwIngest *ingest, const GwCameraRow *row, GwWatched *watched); /* its worker runs */
void gw_scene_learn(GwIngest *ingest, GwId id);

/* ---- seen.c ---- */
/* finding, reference, light, observed, code; TRUE: the type is one of these. */
gboolean gw_seen_on_message(GwWorker *worker, const char *type, json_t *message, const guint8 *data,
                            gsize bytes);

/* ---- gauges.c ---- */
void gw_gauges_on_message(GwWorker *worker, json_t *message);
void gw_gauges_tick(GwIngest *ingest);
json_t *gw_gauges_figures(const GwWorker *worker); /* for the status; new reference, NULL: none */

/* ---- media.c ---- */
void gw_ingest_media_on_message(GwWorker *worker, const char *type, json_t *message, const guint8 *data,
                                gsize bytes);
void gw_ingest_media_forget(GwIngest *ingest, GwId camera_id);
void gw_ingest_media_save(GwIngest *ingest, GwId alert_id, GwId camera_id);
void gw_ingest_media_watch(gpointer ingest); /* who looks at what has changed */
void gw_ingest_media_tick(GwIngest *ingest, GwUsec now_mono_us);
void gw_ingest_media_init(GwIngest *ingest);
void gw_ingest_media_clear(GwIngest *ingest);

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
void gw_probe_on_probed(GwWorker *worker, json_t *message);
void gw_probe_on_down(GwIngest *ingest, const GwWorker *worker); /* NULL: all */
void gw_probe_tick(GwIngest *ingest, GwUsec now_mono_us);

/* ---- ptz.c ---- */
void gw_ptz_init(GwIngest *ingest);
void gw_ptz_clear(GwIngest *ingest);
/* TRUE: the effect, or the type, is one of these. */
gboolean gw_ptz_on_effect(GwIngest *ingest, const char *effect, json_t *body);
gboolean gw_ptz_on_message(GwWorker *worker, const char *type, json_t *message);
void gw_ptz_load(GwIngest *ingest); /* asks those that have never said what they can be turned to */
void gw_ptz_on_hello(GwIngest *ingest);
void gw_ptz_on_down(GwWorker *worker);
void gw_ptz_tick(GwIngest *ingest, GwUsec now_mono_us);

/* ---- views.c, view_media.c ---- */
typedef struct GwView GwView;
void gw_views_init(GwIngest *ingest);
void gw_views_clear(GwIngest *ingest); /* whoever looks still is told that it ends */
void gw_views_on_camera_told(GwIngest *ingest, GwId camera_id); /* its worker has heard of it */
void gw_views_on_camera_moved(GwIngest *ingest, GwId camera_id); /* before its worker lets it go */
void gw_views_on_camera_gone(GwIngest *ingest, GwId camera_id);
void gw_views_on_camera_state(GwIngest *ingest, GwId camera_id, const char *state, const char *cause);
void gw_views_on_down(GwWorker *worker);
void gw_views_on_ended(GwView *view, const char *cause);
/* TRUE: the type is one of these. */
gboolean gw_views_on_message(GwWorker *worker, const char *type, json_t *message, const guint8 *data, gsize bytes);
void gw_views_tick(GwIngest *ingest, GwUsec now_mono_us);
guint gw_views_of_recorder(GwIngest *ingest, GwId recorder_id);

/* ---- clips.c ---- */
void gw_clips_init(GwIngest *ingest);
void gw_clips_clear(GwIngest *ingest);
void gw_clips_load(GwIngest *ingest);               /* those that wait, as the database has them */
void gw_clips_save(GwIngest *ingest, json_t *body); /* the effect clip.save */
void gw_clips_go_on(GwIngest *ingest);              /* a recorder, or a place, may be free */
void gw_clips_on_camera_told(GwIngest *ingest, GwId camera_id);
void gw_clips_on_camera_gone(GwIngest *ingest, GwId camera_id);
void gw_clips_on_down(GwWorker *worker); /* or it is stopped for good */
gboolean gw_clips_on_message(GwWorker *worker, const char *type, json_t *message, const guint8 *data, gsize bytes);
void gw_clips_tick(GwIngest *ingest, GwUsec now_mono_us);
guint gw_clips_of_recorder(GwIngest *ingest, GwId recorder_id); /* being recorded */

/* Adds `password`; without it (it cannot be opened: a warning names whose) what is asked reads "refused", which is
 * true. */
void gw_ingest_add_password(GwIngest *ingest, const char *of, GBytes *secret, json_t *message);

static inline gint64 gw_msg_int(json_t *message, const char *name) {
  return json_integer_value(json_object_get(message, name));
}
static inline const char *gw_msg_text(json_t *message, const char *name) {
  return json_string_value(json_object_get(message, name));
}
/* `at_us` of what a worker says: now where it has none, never ahead of now, and at most an hour ago. */
GwUsec gw_msg_at_us(json_t *message);
gint64 *gw_id_key(GwId id); /* for the tables by id */
/* FALSE: this one came too many times. */
gboolean gw_bucket_take(GwBucket *bucket, double most, double per_second);
