#pragma once
#include "pipelines/look/ring.h"

/* What of a camera's stream goes on besides the ring: to those who watch it and to clips that are being cut.
 * Who begins to listen is given what the ring holds and then each new unit, none missing and none twice.
 *
 * One outlet per camera; streams come and go below it.  Units are shared, not copied. */
typedef struct GwOutlet GwOutlet;
typedef struct GwEar GwEar; /* one who listens */

typedef struct GwOutletUnit {
  GstBuffer *unit; /* of gwrtspsrc: OFFSET its RTP time, OFFSET_END of so many Hz */
  GstCaps *caps;
  GwUsec arrival_mono_us;
  guint stream;        /* another one for each connection */
  gboolean is_broken;  /* something before or of it is missing; a keyframe that is not broken heals */
  gboolean is_replay;  /* it came before one listened */
  gboolean after_hole; /* units between the one before and this one were dropped: nobody took them */
} GwOutletUnit;

/* `woken` is called on the streaming thread when an empty ear has something; it must not block. */
typedef void (*GwOutletWoken)(gpointer user);

/* Thread: the control thread. */
GwOutlet *gw_outlet_new(GwOutletWoken woken, gpointer user);
GwOutlet *gw_outlet_ref(GwOutlet *outlet);
void gw_outlet_unref(GwOutlet *outlet); /* accepts NULL; its ears are closed by then */
/* Lent until another one is set; NULL: no ring.  What came before is forgotten. */
void gw_outlet_set_ring(GwOutlet *outlet, GwRing *ring);

/* Thread: the streaming thread.  Into the ring, and to all ears. */
void gw_outlet_push(GwOutlet *outlet, GstBuffer *unit, GstCaps *caps, GwUsec arrival_mono_us,
                    gboolean begins_stream);
/* Thread: any.  The stream is over: its last pictures are not given to new ears as if they were of now. */
void gw_outlet_end(GwOutlet *outlet);

#define GW_OUTLET_NOW                                                                                        \
  G_MAXINT64 /* from the last keyframe of the stream that runs; nothing when none does                       \
              */
/* Begins with the last keyframe at or before `from_mono_us` that the ring holds, or its oldest one.
 * Thread: the control thread; so are those below. */
GwEar *gw_ear_open(GwOutlet *outlet, GwUsec from_mono_us);
void gw_ear_close(GwEar *ear); /* accepts NULL */
/* All that waits, oldest first: a new GArray of GwOutletUnit with a clear function; NULL: nothing. */
GArray *gw_ear_take(GwEar *ear);

/* By gwrtspsrc, which says what others do not: RTP time, and what a loss broke. */
gboolean gw_unit_is_lean(GstBuffer *unit);
