#include "pipelines/ptz/ptz.h"

#include "daemon/base/clock.h"
#include "daemon/base/post.h"
#include "pipelines/ptz/post.h"
#include "pipelines/ptz/talk.h"

#include <sodium.h>
#include <string.h>

#define KNOWN_US (10 * GW_MIN)
#define KNOWN_MOST 2000

/* What is known of one camera, and what waits for it. */
typedef struct Place {
  GwId id;
  GwTalkWho who;
  GwTalkKnown known;
  GwUsec known_mono_us;
  gboolean is_busy; /* a thread talks to it; `known` and `who` are its */
  GQueue waiting;   /* Job */
} Place;

typedef struct Job {
  GwPtz *ptz;
  Place *place; /* lent, and kept while it is busy */
  json_t *ref;
  char *preset;  /* NULL: ask for presets */
  GwTalkWho who; /* as of this order */
  const char *cause;
  GwPtzSaid said;
} Job;

struct GwPtz {
  int ref; /* a job holds one: its end may come after gw_ptz_free() */
  gboolean is_stopped;
  GThreadPool *pool;
  GHashTable *places; /* GwId* -> Place */
  guint n_waiting;
  int cancelled; /* atomic */
  GwPtzSay say;
  gpointer user;
};

static void unref(GwPtz *ptz) {
  if (--ptz->ref > 0)
    return;
  g_hash_table_unref(ptz->places);
  g_free(ptz);
}

static void job_free(Job *job) {
  GwPtz *ptz = job->ptz;
  json_decref(job->ref);
  g_free(job->preset);
  gw_talk_who_clear(&job->who);
  g_free(job);
  unref(ptz);
}

static void place_free(gpointer p) {
  Place *place = p; /* nothing waits: those that did were let go first */
  gw_talk_who_clear(&place->who);
  gw_talk_known_clear(&place->known);
  g_free(place);
}

/* ---- answers ---- */

static void answer(GwPtz *ptz, const Job *job, const char *cause) {
  json_t *message =
      json_pack("{s:s, s:O, s:I, s:b, s:s}", "type", job->preset ? "camera.turned" : "camera.presets", "ref",
                job->ref, "id", (json_int_t)job->place->id, "ok", strcmp(cause, "none") == 0, "cause", cause);
  if (!job->preset) {
    json_t *rows = json_array();
    for (guint i = 0; strcmp(cause, "none") == 0 && i < job->said.n_presets; i++)
      json_array_append_new(rows, json_pack("{s:s, s:s}", "token", job->said.presets[i].token, "name",
                                            job->said.presets[i].name));
    json_object_set_new(message, "presets", rows);
  }
  ptz->say(message, ptz->user);
}

static void start_next(GwPtz *ptz, Place *place);

static void on_done(gpointer p) {
  Job *job = p;
  Place *place = job->place;
  place->is_busy = FALSE;
  place->known_mono_us = gw_clock_mono_us();
  if (job->ptz->is_stopped)
    return;
  answer(job->ptz, job, job->cause);
  start_next(job->ptz, place);
}

static void free_done(gpointer p) {
  job_free(p);
}

/* ---- a thread of the pool ---- */

static void talk(gpointer data, gpointer user) {
  Job *job = data;
  GwPtz *ptz = user;
  Place *place = job->place;
  if (g_atomic_int_get(&ptz->cancelled))
    job->cause = "timeout";
  else
    job->cause = job->preset ? gw_talk_turn(&place->who, &place->known, &ptz->cancelled, job->preset)
                             : gw_talk_presets(&place->who, &place->known, &ptz->cancelled, &job->said);
  gw_post(NULL, on_done, job, free_done);
}

/* ---- orders ---- */

static gboolean is_same(const GwTalkWho *a, const GwTalkWho *b) {
  return g_strcmp0(a->url, b->url) == 0 && g_strcmp0(a->user, b->user) == 0 &&
         g_strcmp0(a->password, b->password) == 0;
}

static void start_next(GwPtz *ptz, Place *place) {
  Job *job = place->is_busy ? NULL : g_queue_pop_head(&place->waiting);
  if (!job)
    return;
  ptz->n_waiting--;
  const GwUsec age_us = gw_clock_mono_us() - place->known_mono_us;
  if (!is_same(&place->who, &job->who) || age_us > KNOWN_US)
    gw_talk_known_clear(&place->known);
  gw_talk_who_clear(&place->who);
  place->who = job->who;
  job->who = (GwTalkWho){0};
  place->is_busy = TRUE;
  (void)g_thread_pool_push(ptz->pool, job, NULL); /* a thread that cannot be had now is had later */
}

/* Somebody turned it on before it was turned: that one would only be seen passing. */
static void drop_older_turns(GwPtz *ptz, Place *place) {
  for (GList *l = place->waiting.head, *next; l; l = next) {
    next = l->next;
    Job *job = l->data;
    if (!job->preset)
      continue;
    answer(ptz, job, "none");
    job_free(job);
    g_queue_delete_link(&place->waiting, l);
    ptz->n_waiting--;
  }
}

static Place *place_of(GwPtz *ptz, GwId id) {
  Place *place = g_hash_table_lookup(ptz->places, &id);
  if (place)
    return place;
  if (g_hash_table_size(ptz->places) >= KNOWN_MOST)
    return NULL;
  place = g_new0(Place, 1);
  place->id = id;
  g_queue_init(&place->waiting);
  g_hash_table_insert(ptz->places, &place->id, place);
  return place;
}

static const char *take(GwPtz *ptz, json_t *message, gboolean is_turn) {
  const char *url = NULL, *user = NULL, *password = NULL, *preset = NULL;
  json_t *ref = NULL;
  json_int_t id = 0;
  if (json_unpack(message, "{s:o, s:I, s:s, s?s, s?s, s?s}", "ref", &ref, "id", &id, "url", &url, "user",
                  &user, "password", &password, "preset", &preset) != 0 ||
      id <= 0 || (is_turn && !preset))
    return "camera.presets and camera.turn need ref, id and url, and a turn its preset";
  Place *place = place_of(ptz, id);
  if (!place)
    return "too many cameras were turned by this worker";
  Job *job = g_new0(Job, 1);
  ptz->ref++;
  *job =
      (Job){.ptz = ptz, .place = place, .ref = json_incref(ref), .preset = is_turn ? g_strdup(preset) : NULL};
  job->who = (GwTalkWho){g_strdup(url), g_strdup(user), g_strdup(password)};
  if (is_turn)
    drop_older_turns(ptz, place);
  if (ptz->n_waiting >= GW_PTZ_WAITING_MOST) {
    answer(ptz, job, "timeout");
    job_free(job);
    return NULL;
  }
  g_queue_push_tail(&place->waiting, job);
  ptz->n_waiting++;
  start_next(ptz, place);
  return NULL;
}

gboolean gw_ptz_message(GwPtz *ptz, const char *type, json_t *message, const char **ret_reason) {
  const gboolean is_turn = strcmp(type, "camera.turn") == 0;
  if (!is_turn && strcmp(type, "camera.presets") != 0)
    return FALSE;
  *ret_reason = take(ptz, message, is_turn);
  return TRUE;
}

GwPtz *gw_ptz_new(GwPtzSay say, gpointer user) {
  gw_post_global_init();
  g_assert(sodium_init() >= 0); /* the second time it does nothing */
  GwPtz *ptz = g_new0(GwPtz, 1);
  ptz->ref = 1;
  ptz->say = say;
  ptz->user = user;
  ptz->places = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, place_free);
  ptz->pool = g_thread_pool_new(talk, ptz, GW_PTZ_THREADS, FALSE, NULL);
  return ptz;
}

void gw_ptz_free(GwPtz *ptz) {
  if (!ptz)
    return;
  GHashTableIter iter;
  gpointer value;
  ptz->is_stopped = TRUE;
  g_atomic_int_set(&ptz->cancelled, TRUE);
  g_thread_pool_free(ptz->pool, FALSE, TRUE);
  g_hash_table_iter_init(&iter, ptz->places);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    for (Job *job; (job = g_queue_pop_head(&((Place *)value)->waiting));)
      job_free(job);
  unref(ptz);
}
