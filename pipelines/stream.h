#pragma once
#include "daemon/base/types.h"
#include "pipelines/cause.h"
#include "pipelines/look/looker.h"
#include "pipelines/look/meter.h"
#include "pipelines/look/outlet.h"
#include "pipelines/onvif/onvif.h"
#include "pipelines/reaper.h"
#include "pipelines/rtsp/gwrtspsrc.h"

/* One connection to one camera: `gwrtspsrc ! gwmeter ! gwtap`, or, for a camera that wants what gwrtspsrc
 * does not do, `rtspsrc ! depayloader ! parser ! gwmeter ! gwtap`.  It lives from gw_stream_open() to its
 * end; a new try is a new stream.
 *
 * Thread: the control thread (default GMainContext), where the callbacks run too; streaming threads
 * only post.  Ownership: the opener's until gw_stream_close(). */
typedef struct GwStream GwStream;

typedef struct GwStreamTarget {
  const char *url;             /* rtsp:// or rtsps://, no credentials inside */
  const char *user, *password; /* may be NULL */
  gboolean udp, metadata;      /* metadata: its ONVIF track too; by gwrtspsrc alone */
  GwUsec play_from_us;         /* of a recorder: PLAY asks for that time; 0: it does not */
} GwStreamTarget;

/* Where its pictures go; lent for the life of the stream, each may be NULL. */
typedef struct GwStreamSink {
  GwId camera;
  GwOutlet *outlet; /* to its ring, too */
  GwLooker *looker;
} GwStreamSink;

typedef struct GwStreamEvents {
  void (*on_playing)(GwStream *stream, gpointer user); /* PLAY was answered: the handshake is over */
  void (*on_first_frame)(GwStream *stream, gpointer user);
  /* Over, once; close it.  `detail` is lent: a short English phrase. */
  void (*on_ended)(GwStream *stream, GwCause cause, const char *detail, gpointer user);
  /* Its own analytics say so; may be NULL. */
  void (*on_observed)(GwStream *stream, const GwOnvifObservation *observed, GwUsec at_us, gpointer user);
} GwStreamEvents;

GwStream *gw_stream_open(const GwStreamTarget *target, GwReaper *reaper, const GwStreamSink *sink,
                         const GwStreamEvents *events, gpointer user);
void gw_stream_close(GwStream *stream); /* accepts NULL; no callback afterwards */

/* What was counted so far; takes a sample of the rates first when `sample`. */
void gw_stream_meter(GwStream *stream, gboolean sample, GwUsec mono_us, GwMeter *ret_meter);
/* Of the network; all zero by rtspsrc, but for what the SDP said. */
void gw_stream_stats(GwStream *stream, GwRtspStats *ret_stats);
const char *gw_stream_via(GwStream *stream); /* static: "lean" or "rtspsrc" */
