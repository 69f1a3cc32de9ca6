#pragma once
#include "daemon/base/types.h"

#include <gst/gst.h>

/* Pictures of the cameras that somebody looks at: their newest keyframes become JPEGs on one thread.
 *
 * Each watched camera has one place, which a newer keyframe takes from an older one: a slow decoder
 * shows fewer pictures, never old ones.  Cameras that nobody watches are not decoded. */
#define GW_STILL_WIDTH 640

typedef struct GwStillPool GwStillPool;

/* On the decoding thread; `jpeg` is lent. */
typedef void (*GwStillReady)(GwId camera, GwUsec at_us, int width, int height, GBytes *jpeg, gpointer user);

GwStillPool *gw_still_pool_new(GwStillReady ready, gpointer user);
void gw_still_pool_free(GwStillPool *pool); /* accepts NULL; `ready` is not called afterwards */

/* The whole list; replaces the last one.  Thread: any. */
void gw_still_watch(GwStillPool *pool, const GwId *cameras, gsize n, GwUsec every_us);

/* An access unit with its parameter sets in band; kept by reference when it is wanted.  `codec` is static.
 * Thread: any; short. */
void gw_still_offer(GwStillPool *pool, GwId camera, const char *codec, GstBuffer *keyframe, GwUsec at_us);
