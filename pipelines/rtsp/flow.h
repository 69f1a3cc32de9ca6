#pragma once
#include "pipelines/onvif/onvif_assemble.h"
#include "pipelines/rtsp/rtp.h"
#include "pipelines/rtsp/session.h"

/* The life of a playing session: takes what comes on its socket apart into access units and metadata
 * documents, reports back (RTCP), keeps the session alive at half its timeout.
 *
 * Pure but for the clock inside credentials: bytes and times in, units and bytes out.  Thread: one at a time;
 * callbacks come from within gw_flow_bytes() and gw_flow_second(). */
typedef struct GwFlow GwFlow;

typedef struct GwFlowEvents {
  void (*on_unit)(GwUnit *unit_taken, GwUsec mono_us, gpointer user);
  void (*on_document)(const guint8 *xml, gsize bytes, GwUsec mono_us, gpointer user);
  /* FALSE: no room, let it be */
  gboolean (*send)(const guint8 *data, gsize bytes, gpointer user);
} GwFlowEvents;

/* How it came to its end. */
typedef enum GwFlowOver {
  GW_FLOW_GOES_ON,
  GW_FLOW_BROKEN,  /* not RTSP, or out of step */
  GW_FLOW_ENDED,   /* the camera ended the session */
  GW_FLOW_REFUSED, /* it does not know our password any more */
  GW_FLOW_STOPPED  /* gw_flow_stop() */
} GwFlowOver;

typedef struct GwFlowCounts {
  guint64 packets, lost, bytes;
  guint32 jitter_us;
  gboolean has_clock;
  GwUsec clock_ahead_us;
  guint dropped_units;
} GwFlowCounts;

/* Takes the session (its descriptor aside). */
GwFlow *gw_flow_new(GwRtspSession *session_taken, const GwFlowEvents *events, gpointer user, GwUsec mono_us);
void gw_flow_free(GwFlow *flow); /* accepts NULL; not from inside a callback */

/* How many bytes are done with; the rest is the start of the next piece. */
gsize gw_flow_bytes(GwFlow *flow, const guint8 *data, gsize n, GwUsec mono_us, GwUsec real_us);
void gw_flow_second(GwFlow *flow, GwUsec mono_us); /* about once a second */
GwFlowOver gw_flow_over(const GwFlow *flow);
void gw_flow_stop(GwFlow *flow); /* from inside a callback: nothing more is taken apart */

void gw_flow_counts(const GwFlow *flow, GwFlowCounts *ret_counts);
const guint8 *gw_flow_sets(const GwFlow *flow, gsize *ret_bytes); /* lent until the next packet */
GwCodec gw_flow_codec(const GwFlow *flow);
guint gw_flow_clock_rate(const GwFlow *flow);
char *gw_flow_farewell(GwFlow *flow); /* a TEARDOWN (the caller's) */
