#pragma once
#include "pipelines/stream.h"

#include <gst/rtsp/gstrtspdefs.h>

/* Between stream.c and stream_rtspsrc.c. */
#define GW_STREAM_CHAINS 2 /* rtspsrc has one per codec, gwrtspsrc one */

struct GwStream {
  gint ref;              /* atomic: posts on the way and probes hold the struct */
  GwStreamTarget target; /* owned */
  GwReaper *reaper;
  GwStreamSink sink;
  GwStreamEvents events;
  gpointer user;
  gboolean closed; /* control thread: say nothing any more */
  gboolean ended;  /* control thread: on_ended was called */

  /* control thread */
  GstElement *pipeline;
  GstElement *lean; /* the gwrtspsrc within; NULL: it is rtspsrc */
  GstElement *meters[GW_STREAM_CHAINS], *taps[GW_STREAM_CHAINS];
  guint n_chains;

  /* written by streaming threads of rtspsrc; order: the last lock taken, nothing is called while it is held
   */
  GMutex lock;
  gboolean answered, no_codec;
  GstRTSPMethod last_method; /* of the requests, and how often it went out in a row */
  guint sends;
  const char *codec, *audio;
};

GwStream *gw_stream_ref(GwStream *s);
void gw_stream_unref(gpointer s);

void gw_stream_post_playing(GwStream *s);                                  /* any thread */
void gw_stream_post_ended(GwStream *s, GwCause cause, char *detail_taken); /* any thread */

/* Adds gwmeter ! gwtap; the meter, lent by the pipeline. */
GstElement *gw_stream_add_end(GwStream *s);

/* Puts rtspsrc and its chains into the empty pipeline; `any` transport: the one it takes, when `target` does
 * not say. */
void gw_stream_add_rtspsrc(GwStream *s, gboolean any_transport);
/* PROGRESS and the like of rtspsrc; bus, any thread. */
void gw_stream_rtspsrc_message(GwStream *s, GstMessage *message);
/* The codec was none of ours, whatever else the error says. */
gboolean gw_stream_rtspsrc_has_no_codec(GwStream *s);
