#include "pipelines/stream_private.h"

#include "daemon/base/post.h"
#include "pipelines/look/gwmeter.h"
#include "pipelines/look/gwtap.h"
#include "pipelines/onvif/gwonvif.h"

GwStream *gw_stream_ref(GwStream *s) {
  g_atomic_int_inc(&s->ref);
  return s;
}

void gw_stream_unref(gpointer p) {
  GwStream *s = p;
  if (!g_atomic_int_dec_and_test(&s->ref))
    return;
  g_mutex_clear(&s->lock);
  g_free((char *)s->target.url);
  g_free((char *)s->target.user);
  g_free((char *)s->target.password);
  g_free(s);
}

/* ---- posts from streaming threads to the control thread ---- */

static void say_playing(gpointer p) {
  GwStream *s = p;
  if (!s->closed && !s->ended)
    s->events.on_playing(s, s->user);
}

void gw_stream_post_playing(GwStream *s) {
  gw_post(NULL, say_playing, gw_stream_ref(s), gw_stream_unref);
}

static void say_first_frame(gpointer p) {
  GwStream *s = p;
  if (!s->closed && !s->ended)
    s->events.on_first_frame(s, s->user);
}

typedef struct Ended {
  GwStream *stream;
  GwCause cause;
  char *detail;
} Ended;

static void ended_free(gpointer p) {
  Ended *e = p;
  gw_stream_unref(e->stream);
  g_free(e->detail);
  g_free(e);
}

static void say_ended(gpointer p) {
  Ended *e = p;
  GwStream *s = e->stream;
  if (s->closed || s->ended)
    return;
  s->ended = TRUE;
  s->events.on_ended(s, e->cause, e->detail, s->user);
}

void gw_stream_post_ended(GwStream *s, GwCause cause, char *detail_taken) {
  Ended *e = g_new(Ended, 1);
  *e = (Ended){gw_stream_ref(s), cause, detail_taken};
  gw_post(NULL, say_ended, e, ended_free);
}

typedef struct Observed {
  GwStream *stream;
  GwOnvifObservation what;
  GwUsec at_us;
} Observed;

static void observed_free(gpointer p) {
  Observed *o = p;
  gw_stream_unref(o->stream);
  g_free(o);
}

static void say_observed(gpointer p) {
  Observed *o = p;
  GwStream *s = o->stream;
  if (!s->closed && !s->ended && s->events.on_observed)
    s->events.on_observed(s, &o->what, o->at_us, s->user);
}

static void post_observed(GwStream *s, const GstStructure *said) {
  Observed *o = g_new0(Observed, 1);
  o->stream = gw_stream_ref(s);
  if (gw_onvif_observed_read(said, &o->what, &o->at_us))
    gw_post(NULL, say_observed, o, observed_free);
  else
    observed_free(o);
}

static void fall_back(gpointer p);

/* ---- streaming threads ---- */

static void on_error(GwStream *s, GstMessage *message) {
  char *detail = NULL;
  const GwCause cause = gw_cause_of_error(message, &detail);
  gw_stream_post_ended(s, gw_stream_rtspsrc_has_no_codec(s) ? GW_CAUSE_CODEC : cause, detail);
}

static void on_element(GwStream *s, const GstStructure *said) {
  if (gst_structure_has_name(said, GW_METER_FIRST_FRAME))
    gw_post(NULL, say_first_frame, gw_stream_ref(s), gw_stream_unref);
  else if (gst_structure_has_name(said, GW_RTSP_SRC_PLAYING))
    gw_stream_post_playing(s);
  else if (gst_structure_has_name(said, GW_RTSP_SRC_FALLBACK))
    gw_post(NULL, fall_back, gw_stream_ref(s), gw_stream_unref);
  else if (gst_structure_has_name(said, GW_ONVIF_OBSERVED))
    post_observed(s, said);
}

static GstBusSyncReply on_bus(GstBus *bus, GstMessage *message, gpointer user) {
  GwStream *s = user;
  const GstStructure *structure = gst_message_get_structure(message);
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
    on_error(s, message);
  else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ELEMENT && structure)
    on_element(s, structure);
  else
    gw_stream_rtspsrc_message(s, message);
  gst_message_unref(message); /* a dropped message is the handler's */
  return GST_BUS_DROP;
}

/* ---- control thread ---- */

GstElement *gw_stream_add_end(GwStream *s) {
  GstElement *meter = g_object_new(GW_TYPE_METER_ELEMENT, NULL);
  GstElement *tap = g_object_new(GW_TYPE_TAP, NULL);
  g_assert(s->n_chains < GW_STREAM_CHAINS);
  gw_tap_attach(tap, NULL, s->sink.looker, s->sink.camera);
  if (s->sink.outlet)
    gw_tap_set_outlet(tap, s->sink.outlet);
  gst_bin_add_many(GST_BIN(s->pipeline), meter, tap, NULL);
  gst_element_link(meter, tap);
  s->meters[s->n_chains] = meter;
  s->taps[s->n_chains++] = tap;
  return meter;
}

static void on_meta_added(GstElement *src, GstPad *pad, gpointer onvif) {
  g_autoptr(GstPad) sink = gst_element_get_static_pad(onvif, "sink");
  if (!gst_pad_is_linked(sink))
    (void)gst_pad_link(pad, sink); /* refused: then without */
}

static void add_metadata(GwStream *s) {
  GstElement *onvif = g_object_new(GW_TYPE_ONVIF, NULL);
  gst_bin_add(GST_BIN(s->pipeline), onvif);
  g_object_set(s->lean, "metadata", TRUE, NULL);
  g_signal_connect_object(s->lean, "pad-added", G_CALLBACK(on_meta_added), onvif, 0);
}

static void add_lean(GwStream *s) {
  s->lean = g_object_new(GW_TYPE_RTSP_SRC, "location", s->target.url, "user-id", s->target.user, "user-pw",
                         s->target.password, "play-from-us", s->target.play_from_us, NULL);
  gst_bin_add(GST_BIN(s->pipeline), s->lean);
  gst_element_link(s->lean, gw_stream_add_end(s));
  if (s->target.metadata)
    add_metadata(s);
}

static void begin(GwStream *s, gboolean lean, gboolean any_transport) {
  s->pipeline = gst_pipeline_new(NULL);
  g_autoptr(GstBus) bus = g_object_new(GST_TYPE_BUS, "enable-async", FALSE, NULL); /* no descriptors */
  gst_element_set_bus(s->pipeline, bus);
  gst_bus_set_sync_handler(bus, on_bus, gw_stream_ref(s), gw_stream_unref);
  s->n_chains = 0;
  if (lean)
    add_lean(s);
  else
    gw_stream_add_rtspsrc(s, any_transport);
  if (gst_element_set_state(s->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    gw_stream_post_ended(s, GW_CAUSE_PROTOCOL, g_strdup("the pipeline does not start"));
}

/* A lean one stands still at once; rtspsrc takes its time. */
static void stop(GwStream *s) {
  GstElement *pipeline = g_steal_pointer(&s->pipeline);
  for (guint i = 0; i < s->n_chains; i++)
    gw_tap_detach(s->taps[i]); /* the reaper may take longer than ring and looker live */
  if (!s->lean) {
    gw_reaper_take(s->reaper, pipeline, NULL, NULL);
    return;
  }
  s->lean = NULL;
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(pipeline);
}

static void fall_back(gpointer p) {
  GwStream *s = p;
  if (s->closed || s->ended || !s->lean)
    return;
  stop(s);
  begin(s, FALSE, TRUE);
}

static gboolean is_for_lean(const GwStreamTarget *target) {
  return !target->udp && !g_str_has_prefix(target->url, "rtsps");
}

GwStream *gw_stream_open(const GwStreamTarget *target, GwReaper *reaper, const GwStreamSink *sink,
                         const GwStreamEvents *events, gpointer user) {
  GwStream *s = g_new0(GwStream, 1);
  s->ref = 1;
  s->target = (GwStreamTarget){g_strdup(target->url), g_strdup(target->user), g_strdup(target->password),
                               target->udp, target->metadata, target->play_from_us};
  s->reaper = reaper;
  s->sink = *sink;
  s->events = *events;
  s->user = user;
  g_mutex_init(&s->lock);
  begin(s, is_for_lean(target), FALSE);
  return s;
}

void gw_stream_close(GwStream *s) {
  if (!s)
    return;
  s->closed = TRUE;
  stop(s);
  gw_stream_unref(s);
}

void gw_stream_meter(GwStream *s, gboolean sample, GwUsec mono_us, GwMeter *ret_meter) {
  gw_meter_element_read(s->meters[0], sample, mono_us, ret_meter);
  for (guint i = 1; i < s->n_chains && ret_meter->frames == 0; i++)
    gw_meter_element_read(s->meters[i], sample, mono_us, ret_meter);
}

void gw_stream_stats(GwStream *s, GwRtspStats *ret_stats) {
  *ret_stats = (GwRtspStats){0};
  if (s->lean) {
    gw_rtsp_src_stats(s->lean, ret_stats);
    return;
  }
  g_mutex_lock(&s->lock);
  ret_stats->answered = s->answered;
  ret_stats->codec = s->codec;
  ret_stats->audio = s->audio;
  g_mutex_unlock(&s->lock);
}

const char *gw_stream_via(GwStream *s) {
  return s->lean ? "lean" : "rtspsrc";
}
