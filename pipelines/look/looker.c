#include "pipelines/look/looker.h"

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "pipelines/look/look_turn.h"
#include "pipelines/look/look_work.h"

#include <string.h>
#include <sys/resource.h>

#define NICENESS 5 /* a picture may wait, the streams may not */
#define THREADS_MOST 2

typedef struct Place {
  GwId camera;
  GwLookTurn turn;
  gboolean is_busy;      /* a thread looks at it: what belongs to `subject` is that thread's */
  gboolean is_forgotten; /* that thread frees it */
  GwLookSubject *subject;
  GwLookOrders orders;
  guint reference_hash; /* of the one that it has; 0: none */
  GstBuffer *newest;    /* NULL: nothing to do */
  const char *codec;
  int width, height;
  GwUsec at_us, looked_at_us; /* of `newest`; of the last look */
} Place;

struct GwLooker {
  GwLookRules rules;
  GwLookerEvents events; /* the caller's */
  gpointer user;
  GMutex lock; /* order: the last lock taken; nothing is called while it is held */
  GCond more;
  GHashTable *by_camera; /* GwId* -> Place, lent by `places` */
  GPtrArray *places;
  GwLookOrder order;
  GwLookBudget budget;
  GwUsec still_every_us;
  guint64 looks, dropped;
  gboolean quit;
  guint n_threads;
  GThread *threads[THREADS_MOST];
};

static void place_free(gpointer p) {
  Place *place = p;
  gst_clear_buffer(&place->newest);
  gw_look_orders_clear(&place->orders);
  gw_look_subject_free(place->subject);
  g_free(place);
}

/* NULL: more cameras than there may be. */
static Place *find(GwLooker *looker, GwId camera) {
  Place *place = g_hash_table_lookup(looker->by_camera, &camera);
  if (place || looker->places->len >= GW_LIMIT_CAMERAS)
    return place;
  place = g_new0(Place, 1);
  place->camera = camera;
  place->subject = gw_look_subject_new(camera);
  g_ptr_array_add(looker->places, place);
  g_hash_table_insert(looker->by_camera, &place->camera, place);
  return place;
}

/* ---- control thread ---- */

void gw_looker_set(GwLooker *looker, GwId camera, gboolean codes, const GwSceneZone *zones, guint n_zones,
                   int utc_offset_s, GBytes *reference) {
  const guint hash = reference ? g_bytes_hash(reference) : 0;
  n_zones = MIN(n_zones, GW_SCENE_ZONES_MOST);
  GwLookOrders before = {0};
  g_mutex_lock(&looker->lock);
  Place *place = find(looker, camera);
  if (place) {
    GwLookOrders *orders = &place->orders;
    before.zones = g_steal_pointer(&orders->zones);
    orders->has_set = TRUE;
    orders->zones = g_memdup2(zones, n_zones * sizeof *zones);
    orders->n_zones = n_zones;
    orders->utc_offset_s = utc_offset_s;
    place->turn.has_codes = codes;
    if (reference && hash != place->reference_hash) { /* else it is what we told, or were told */
      before.reference = g_steal_pointer(&orders->reference);
      orders->reference = g_bytes_ref(reference);
      place->reference_hash = hash;
    }
  }
  g_mutex_unlock(&looker->lock);
  gw_look_orders_clear(&before);
}

void gw_looker_set_away(GwLooker *looker, GwId camera, gboolean away) {
  g_mutex_lock(&looker->lock);
  Place *place = find(looker, camera);
  if (place) {
    place->orders.has_away = TRUE;
    place->orders.away = away;
  }
  g_mutex_unlock(&looker->lock);
}

void gw_looker_set_budget(GwLooker *looker, guint looks_per_s) {
  g_mutex_lock(&looker->lock);
  looker->rules.looks_per_s = looks_per_s;
  g_mutex_unlock(&looker->lock);
}

void gw_looker_learn(GwLooker *looker, GwId camera) {
  g_mutex_lock(&looker->lock);
  Place *place = find(looker, camera);
  if (place) {
    place->orders.learn = TRUE;
    place->turn.is_suspected = TRUE; /* a person waits for it */
  }
  g_mutex_unlock(&looker->lock);
}

void gw_looker_reconnected(GwLooker *looker, GwId camera) {
  g_mutex_lock(&looker->lock);
  Place *place = find(looker, camera);
  if (place) {
    place->orders.reconnected = TRUE;
    place->turn.offered_us = 0; /* the gap is no keyframe interval */
  }
  g_mutex_unlock(&looker->lock);
}

void gw_looker_watch(GwLooker *looker, const GwId *cameras, gsize n, GwUsec every_us) {
  g_mutex_lock(&looker->lock);
  for (guint i = 0; i < looker->places->len; i++)
    ((Place *)looker->places->pdata[i])->turn.is_watched = FALSE;
  for (gsize i = 0; i < n && i < GW_LIMIT_CAMERAS; i++) {
    Place *place = find(looker, cameras[i]);
    if (place)
      place->turn.is_watched = TRUE;
  }
  looker->still_every_us = every_us;
  g_mutex_unlock(&looker->lock);
}

void gw_looker_forget(GwLooker *looker, GwId camera) {
  Place *to_free = NULL;
  g_mutex_lock(&looker->lock);
  Place *place = g_hash_table_lookup(looker->by_camera, &camera);
  if (place) {
    g_hash_table_remove(looker->by_camera, &camera);
    g_ptr_array_remove_fast(looker->places, place);
    place->is_forgotten = TRUE;
    to_free = place->is_busy ? NULL : place;
  }
  g_mutex_unlock(&looker->lock);
  if (to_free)
    place_free(to_free);
}

void gw_looker_figures(GwLooker *looker, GwLookerFigures *ret) {
  const GwUsec now_us = gw_clock_mono_us();
  *ret = (GwLookerFigures){0};
  g_mutex_lock(&looker->lock);
  ret->looks = looker->looks;
  ret->dropped = looker->dropped;
  for (guint i = 0; i < looker->places->len && looker->rules.looks_per_s; i++) {
    const GwLookTurn *turn = &((Place *)looker->places->pdata[i])->turn;
    const GwUsec since_us =
        MAX(turn->looked_us, turn->first_offer_us); /* the latter anew with each connection */
    if (gw_look_turn_is_fed(turn, now_us))
      ret->longest_wait_us = MAX(ret->longest_wait_us, now_us - since_us);
  }
  g_mutex_unlock(&looker->lock);
}

GwUsec gw_looker_last_look_us(GwLooker *looker, GwId camera) {
  g_mutex_lock(&looker->lock);
  const Place *place = g_hash_table_lookup(looker->by_camera, &camera);
  const GwUsec at_us = place ? place->looked_at_us : 0;
  g_mutex_unlock(&looker->lock);
  return at_us;
}

/* ---- receiving thread ---- */

void gw_looker_offer(GwLooker *looker, GwId camera, const char *codec, int width, int height,
                     GstBuffer *keyframe, GwUsec at_us) {
  const GwUsec now_us = gw_clock_mono_us();
  GstBuffer *before = NULL;
  if (width > GW_LOOKER_SIDE_MOST || height > GW_LOOKER_SIDE_MOST)
    return;
  g_mutex_lock(&looker->lock);
  Place *place = find(looker, camera);
  if (place && gw_look_turn_offer(&place->turn, &looker->rules, now_us)) {
    before = place->newest;
    looker->dropped += before != NULL;
    place->newest = gst_buffer_ref(keyframe);
    place->codec = codec;
    place->width = width;
    place->height = height;
    place->at_us = at_us;
    g_cond_signal(&looker->more);
  }
  g_mutex_unlock(&looker->lock);
  gst_clear_buffer(&before);
}

/* ---- decode threads ---- */

static GwLookTurn *turn_of(gpointer p) {
  Place *place = p;
  return place->newest && !place->is_busy ? &place->turn : NULL;
}

/* With the lock.  NULL: wait, until *ret_until_us when that is not 0. */
static Place *next(GwLooker *looker, GwUsec now_us, GwUsec *ret_until_us) {
  GwLookOrder order = looker->order;
  Place *place = gw_look_order_next(&order, looker->places->pdata, looker->places->len, turn_of);
  *ret_until_us = 0;
  if (!place)
    return NULL;
  const GwUsec wait_us = looker->rules.looks_per_s
                             ? gw_look_budget_wait_us(&looker->budget, looker->rules.looks_per_s, now_us)
                             : 0;
  if (wait_us) {
    *ret_until_us = now_us + wait_us;
    return NULL;
  }
  looker->order = order;
  return place;
}

/* With the lock: what is to be done moves from the place to the thread. */
static void take(GwLooker *looker, Place *place, GwUsec now_us, GwLookTask *task, GwLookOrders *orders) {
  GwLookTurn *turn = &place->turn;
  *task =
      (GwLookTask){.subject = place->subject,
                   .keyframe = g_steal_pointer(&place->newest),
                   .codec = place->codec,
                   .width = place->width,
                   .height = place->height,
                   .at_us = place->at_us,
                   .for_still = (turn->want & GW_LOOK_STILL) != 0,
                   .for_codes = turn->has_codes && looker->rules.looks_per_s && now_us >= turn->code_due_us};
  task->for_scene = gw_look_turn_taken(turn, &looker->rules, looker->still_every_us, now_us);
  *orders = place->orders;
  place->orders = (GwLookOrders){0};
  place->is_busy = TRUE;
  looker->looks++;
}

/* FALSE: the looker ends. */
static gboolean wait_for_task(GwLooker *looker, Place **ret_place, GwLookTask *task, GwLookOrders *orders) {
  gboolean got = FALSE;
  g_mutex_lock(&looker->lock);
  while (!looker->quit && !got) {
    GwUsec until_us = 0;
    const GwUsec now_us = gw_clock_mono_us();
    Place *place = next(looker, now_us, &until_us);
    if (place) {
      take(looker, place, now_us, task, orders);
      *ret_place = place;
      got = TRUE;
    } else if (until_us) {
      (void)g_cond_wait_until(&looker->more, &looker->lock, until_us);
    } else {
      g_cond_wait(&looker->more, &looker->lock);
    }
  }
  g_mutex_unlock(&looker->lock);
  return got;
}

static void finish(GwLooker *looker, Place *place, const GwLookTask *task, gboolean ok,
                   gboolean is_suspected) {
  g_mutex_lock(&looker->lock);
  place->is_busy = FALSE;
  if (ok && task->for_scene) {
    place->looked_at_us = task->at_us;
    place->turn.is_suspected = is_suspected || place->orders.learn;
  }
  if (place->subject->told_hash)
    place->reference_hash = place->subject->told_hash;
  place->subject->told_hash = 0;
  const gboolean is_forgotten = place->is_forgotten;
  if (place->newest) /* came meanwhile: it may be another thread's turn */
    g_cond_signal(&looker->more);
  g_mutex_unlock(&looker->lock);
  if (is_forgotten)
    place_free(place);
}

static gpointer run(gpointer p) {
  GwLooker *looker = p;
  GwLookWork *work = gw_look_work_new(&looker->events, looker->user);
  Place *place;
  GwLookTask task;
  GwLookOrders orders;
  (void)setpriority(PRIO_PROCESS, 0, NICENESS); /* of this thread alone, on Linux */
  while (wait_for_task(looker, &place, &task, &orders)) {
    gboolean is_suspected = FALSE;
    const gboolean ok = gw_look_work_do(work, &task, &orders, &is_suspected);
    gw_look_orders_clear(&orders);
    gst_buffer_unref(task.keyframe);
    finish(looker, place, &task, ok, is_suspected);
  }
  gw_look_work_free(work);
  return NULL;
}

GwLooker *gw_looker_new(const GwLookerConfig *config, const GwLookerEvents *events, gpointer user) {
  GwLooker *looker = g_new0(GwLooker, 1);
  looker->rules = (GwLookRules){config->looks_per_s, config->look_every_us, config->suspect_every_us};
  looker->events = *events;
  looker->user = user;
  g_mutex_init(&looker->lock);
  g_cond_init(&looker->more);
  looker->by_camera = g_hash_table_new(g_int64_hash, g_int64_equal);
  looker->places = g_ptr_array_new();
  looker->still_every_us = GW_SEC;
  looker->n_threads = CLAMP(config->threads, 1, THREADS_MOST);
  for (guint i = 0; i < looker->n_threads; i++)
    looker->threads[i] = g_thread_new("gw-look", run, looker);
  return looker;
}

void gw_looker_free(GwLooker *looker) {
  if (!looker)
    return;
  g_mutex_lock(&looker->lock);
  looker->quit = TRUE;
  g_cond_broadcast(&looker->more);
  g_mutex_unlock(&looker->lock);
  for (guint i = 0; i < looker->n_threads; i++)
    g_thread_join(looker->threads[i]);
  g_ptr_array_set_free_func(looker->places, place_free);
  g_ptr_array_unref(looker->places);
  g_hash_table_unref(looker->by_camera);
  g_cond_clear(&looker->more);
  g_mutex_clear(&looker->lock);
  g_free(looker);
}
