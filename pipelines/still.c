#include "pipelines/still.h"

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "pipelines/decoder.h"

#include <string.h>
#include <sys/resource.h>

#define NICENESS 5 /* a picture may wait, the streams may not */

typedef struct Place {
  GwId camera;
  GwUsec due_mono_us;
  GstBuffer *newest; /* NULL: nothing to do */
  const char *codec;
  GwUsec at_us;
} Place;

struct GwStillPool {
  GMutex lock; /* order: the last lock taken; never held while decoding */
  GCond more;
  GHashTable *places; /* GwId* -> Place */
  GQueue todo;        /* cameras (as GwId*) with a newest one, longest waiting first */
  GwUsec every_us;
  gboolean quit;
  GThread *thread;
  GwStillReady ready;
  gpointer user;
};

static void place_free(gpointer p) {
  Place *place = p;
  gst_clear_buffer(&place->newest);
  g_free(place);
}

void gw_still_watch(GwStillPool *pool, const GwId *cameras, gsize n, GwUsec every_us) {
  g_mutex_lock(&pool->lock);
  GHashTable *before = pool->places;
  pool->places = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, place_free);
  pool->every_us = every_us;
  for (gsize i = 0; i < n && i < GW_LIMIT_CAMERAS; i++) {
    Place *place = g_hash_table_lookup(before, &cameras[i]);
    if (place) {
      g_hash_table_steal(before, &cameras[i]);
    } else if (!g_hash_table_contains(pool->places, &cameras[i])) {
      place = g_new0(Place, 1);
      place->camera = cameras[i];
    } else {
      continue; /* named twice */
    }
    g_hash_table_insert(pool->places, &place->camera, place);
  }
  g_hash_table_unref(before);
  g_mutex_unlock(&pool->lock);
}

void gw_still_offer(GwStillPool *pool, GwId camera, const char *codec, GstBuffer *keyframe, GwUsec at_us) {
  const GwUsec now_us = gw_clock_mono_us();
  g_mutex_lock(&pool->lock);
  Place *place = g_hash_table_lookup(pool->places, &camera);
  if (place && now_us >= place->due_mono_us) {
    /* keeps step, so that keyframes a little early or late do not halve the rate */
    place->due_mono_us = MAX(place->due_mono_us + pool->every_us, now_us + pool->every_us / 2);
    if (!place->newest) {
      g_queue_push_tail(&pool->todo, g_memdup2(&camera, sizeof camera));
      g_cond_signal(&pool->more);
    }
    gst_buffer_replace(&place->newest, keyframe);
    place->codec = codec;
    place->at_us = at_us;
  }
  g_mutex_unlock(&pool->lock);
}

/* The next picture to make, with its buffer the caller's.  FALSE: the pool ends. */
static gboolean take(GwStillPool *pool, Place *ret_place) {
  gboolean got = FALSE;
  g_mutex_lock(&pool->lock);
  while (!pool->quit && !got) {
    g_autofree GwId *camera = g_queue_pop_head(&pool->todo);
    if (!camera) {
      g_cond_wait(&pool->more, &pool->lock);
      continue;
    }
    Place *place = g_hash_table_lookup(pool->places, camera);
    if (place && place->newest) {
      *ret_place = *place;
      place->newest = NULL;
      got = TRUE;
    }
  }
  g_mutex_unlock(&pool->lock);
  return got;
}

static void make(GwStillPool *pool, GwDecoder *decoders[2], const Place *place) {
  GwDecoder **decoder = &decoders[strcmp(place->codec, "h264") == 0 ? 0 : 1];
  if (!*decoder)
    *decoder = gw_decoder_new(place->codec, GW_STILL_WIDTH);
  GwPicture picture;
  if (*decoder && gw_decoder_jpeg(*decoder, place->newest, GW_LIMIT_STILL_BYTES, &picture)) {
    pool->ready(place->camera, place->at_us, picture.width, picture.height, picture.jpeg, pool->user);
    g_bytes_unref(picture.jpeg);
  } else {
    /* a stream that it could not read must not stay inside it */
    gw_decoder_free(g_steal_pointer(decoder));
  }
}

static gpointer run(gpointer p) {
  GwStillPool *pool = p;
  GwDecoder *decoders[2] = {NULL, NULL}; /* H.264, H.265: one for all cameras */
  Place place;
  (void)setpriority(PRIO_PROCESS, 0, NICENESS); /* of this thread alone, on Linux */
  while (take(pool, &place)) {
    make(pool, decoders, &place);
    gst_buffer_unref(place.newest);
  }
  gw_decoder_free(decoders[0]);
  gw_decoder_free(decoders[1]);
  return NULL;
}

GwStillPool *gw_still_pool_new(GwStillReady ready, gpointer user) {
  GwStillPool *pool = g_new0(GwStillPool, 1);
  g_mutex_init(&pool->lock);
  g_cond_init(&pool->more);
  g_queue_init(&pool->todo);
  pool->places = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, place_free);
  pool->ready = ready;
  pool->user = user;
  pool->thread = g_thread_new("gw-stills", run, pool);
  return pool;
}

void gw_still_pool_free(GwStillPool *pool) {
  if (!pool)
    return;
  g_mutex_lock(&pool->lock);
  pool->quit = TRUE;
  g_cond_signal(&pool->more);
  g_mutex_unlock(&pool->lock);
  g_thread_join(pool->thread);
  g_queue_clear_full(&pool->todo, g_free);
  g_hash_table_unref(pool->places);
  g_cond_clear(&pool->more);
  g_mutex_clear(&pool->lock);
  g_free(pool);
}
