#pragma once
#include "pipelines/rtsp/flow.h"
#include "pipelines/rtsp/handshake.h"

/* One try at a camera, from the handshake to its end: runs the handshake on the pool, then the flow on the
 * receiving thread, and tells its owner.
 *
 * Events come on those threads, one at a time, and never after gw_play_end().  Exactly one of on_failed and
 * on_fallback comes, at the end; on_unit and on_document after on_playing. */
typedef struct GwPlay GwPlay;

typedef struct GwPlayEvents {
  void (*on_answered)(const GwHandshakeResult *result,
                      gpointer user); /* the handshake is over, well or not */
  void (*on_playing)(GwCodec codec, gboolean has_metadata, gpointer user);
  void (*on_unit)(GwPlay *play, GwUnit *unit_taken, GwUsec mono_us, gpointer user);
  void (*on_document)(const guint8 *xml, gsize bytes, GwUsec mono_us, gpointer user);
  void (*on_counts)(const GwFlowCounts *counts, gpointer user); /* once a second */
  void (*on_failed)(GwCause cause, guint status, const char *detail, gpointer user);
  void (*on_fallback)(const char *reason, gpointer user);
} GwPlayEvents;

GwPlay *gw_play_new(const GwHandshakeWish *wish, const GwPlayEvents *events, gpointer user);
/* Lets go of it: interrupts a handshake, closes the socket, waits for an event that is running unless called
 * from inside of it.  Accepts NULL. */
void gw_play_end(GwPlay *play);

/* From inside on_unit: nobody wants more; the socket is closed and no more is told. */
void gw_play_stop(GwPlay *play);
/* From inside on_unit: the parameter sets as they are now. */
const guint8 *gw_play_sets(GwPlay *play, gsize *ret_bytes);
GwCodec gw_play_codec(GwPlay *play);
guint gw_play_clock_rate(GwPlay *play); /* of RTP time, in Hz */
