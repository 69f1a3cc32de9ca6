#pragma once
#include <gst/gst.h>
#include "daemon/base/types.h"

/* The last seconds of a camera's encoded video, as access units, beginning with a keyframe.  All rings of the
 * worker together stay below one bound: what is oldest over all cameras goes first, whole GOPs at a time.
 * What evidence is cut from, and what a viewer is given first.
 *
 * Thread: any; one short lock for all rings of the worker, never held while anything is called. */
typedef struct GwRings GwRings; /* the bound that a worker's rings share */
typedef struct GwRing GwRing;

GwRings *gw_rings_new(GwUsec span_us, gsize most_bytes);
void gw_rings_free(GwRings *rings); /* accepts NULL; after all its rings */
gsize gw_rings_bytes(GwRings *rings);
void gw_rings_set_most(GwRings *rings, gsize most_bytes); /* holds from the next push on */

GwRing *gw_ring_new(GwRings *rings);
void gw_ring_free(GwRing *ring); /* accepts NULL */
/* Keeps a copy.  `arrival_mono_us` of its last packet.  New caps empty nothing: they stand between units. */
void gw_ring_push(GwRing *ring, GstBuffer *unit, GstCaps *caps, GwUsec arrival_mono_us);

/* One unit as it is kept; refs are the receiver's. */
typedef struct GwRingUnit {
  GstBuffer *unit;
  GstCaps *caps;
  GwUsec arrival_mono_us;
  guint64 number; /* counts all units of this ring */
} GwRingUnit;
/* The units from the last keyframe at or before `from_mono_us` (or the oldest kept) up to the newest: a new
 * GArray of GwRingUnit with a clear function. */
GArray *gw_ring_since(GwRing *ring, GwUsec from_mono_us);
GwUsec gw_ring_span_us(GwRing *ring); /* how far back it reaches now */
