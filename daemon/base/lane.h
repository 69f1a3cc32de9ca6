#pragma once
#include "daemon/base/types.h"

/* A bounded queue between threads: never blocks the pusher, never grows past its bound.
 *
 * Thread: push from any, pop from one.  Ownership: an item that was not taken stays the pusher's;
 * items left when the lane dies are freed with `free_item`. */
typedef struct GwLane GwLane;

GwLane *gw_lane_new(gsize most, GDestroyNotify free_item);
void gw_lane_free(GwLane *lane); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwLane, gw_lane_free)

gboolean gw_lane_push(GwLane *lane, gpointer item); /* FALSE: full or closed; the item is still yours */
gpointer gw_lane_try_pop(GwLane *lane);              /* NULL: empty */
/* Waits until an item is there, the lane is closed, gw_lane_wake() or until_mono_us (0: for ever); NULL then. */
gpointer gw_lane_pop_until(GwLane *lane, GwUsec until_mono_us);
void gw_lane_wake(GwLane *lane);  /* the popper returns NULL once */
void gw_lane_close(GwLane *lane); /* no more pushes; what is queued can still be popped */
gboolean gw_lane_is_closed(GwLane *lane);
gsize gw_lane_length(GwLane *lane);
