#pragma once
#include "pipelines/gate.h"
#include "pipelines/look/outlet.h"
#include "pipelines/stream.h"

/* A stream that is opened for one view or clip alone, beside those that are watched: a camera's main stream,
 * or what a recorder plays back.  One try; connections take their turn at the gates as those of all cameras.
 *
 * Thread: the control thread. */
typedef struct GwSideStream GwSideStream;

typedef struct GwSideRoom {
  GwGate *hosts, *gate;
  GwReaper *reaper;
} GwSideRoom; /* lent */

typedef struct GwSideTarget {
  const char *url, *user, *password; /* user and password may be NULL */
  gboolean udp;
  GwUsec play_from_us; /* 0: it is live */
  gboolean by_range;   /* the URL does not say that time: PLAY does */
} GwSideTarget;

typedef enum GwSideEnd {
  GW_SIDE_FAILED,     /* no picture came; why says the cause */
  GW_SIDE_NO_FOOTAGE, /* it has nothing for that time */
  GW_SIDE_OVER        /* pictures came and then no more */
} GwSideEnd;

/* Once, when it is over; free it then.  It may be freed inside. */
typedef void (*GwSideEnded)(GwSideStream *side, GwSideEnd end, GwCause cause, gpointer user);

/* Its units go to `outlet`, which is lent.  NULL: the URL leads nowhere. */
GwSideStream *gw_side_stream_open(const GwSideTarget *target, const GwSideRoom *room, GwOutlet *outlet,
                                  GwSideEnded ended, gpointer user);
void gw_side_stream_free(GwSideStream *side); /* accepts NULL; nothing is called afterwards */

/* Several times a second: sees what takes too long. */
void gw_side_stream_tick(GwSideStream *side, GwUsec now_mono_us);
/* When what comes now was recorded, as far as the recorder says something likely.  FALSE: it does not. */
gboolean gw_side_stream_recorded_us(GwSideStream *side, GwUsec now_real_us, GwUsec *ret_us);
