#include "pipelines/stream.h"

#include "daemon/base/clock.h"
#include "daemon/base/post.h"

#include <gst/rtsp/gstrtspmessage.h>
#include <gst/sdp/gstsdpmessage.h>
#include <string.h>

#define TCP_TIMEOUT_US (3 * GW_SEC)
#define LATENCY_TCP_MS 0 /* nothing comes out of order over TCP */
#define LATENCY_UDP_MS 150

struct GwStream {
  gint ref; /* atomic: posts on the way and probes hold the struct */
  GstElement *pipeline;
  GwReaper *reaper;
  GwStillPool *stills;
  GwId camera;
  GwStreamEvents events;
  gpointer user;
  gboolean closed; /* control thread: say nothing any more */
  gboolean ended;  /* control thread: on_ended was called */

  /* written by streaming threads; order: the last lock taken, nothing is called while it is held */
  GMutex lock;
  GwMeter meter;
  gboolean answered, no_codec, said_first;
  GstRTSPMethod last_method; /* of the requests, and how often it went out in a row */
  guint sends;
  const char *codec, *audio;
};

static GwStream *ref_stream(GwStream *s) {
  g_atomic_int_inc(&s->ref);
  return s;
}

static void unref_stream(gpointer p) {
  GwStream *s = p;
  if (!g_atomic_int_dec_and_test(&s->ref))
    return;
  g_mutex_clear(&s->lock);
  g_free(s);
}

/* ---- posts from streaming threads to the control thread ---- */

static void say_playing(gpointer p) {
  GwStream *s = p;
  if (!s->closed && !s->ended)
    s->events.on_playing(s, s->user);
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
  unref_stream(e->stream);
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

static void post_ended(GwStream *s, GwCause cause, char *detail_taken) {
  Ended *e = g_new(Ended, 1);
  *e = (Ended){ref_stream(s), cause, detail_taken};
  gw_post(NULL, say_ended, e, ended_free);
}

/* ---- streaming threads ---- */

static void on_frame(GwStream *s, GstBuffer *buffer, const char *codec) {
  const GwUsec mono_us = gw_clock_mono_us(), at_us = gw_clock_real_us();
  const gboolean keyframe = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  g_mutex_lock(&s->lock);
  gw_meter_frame(&s->meter, gst_buffer_get_size(buffer), keyframe, mono_us, at_us);
  const gboolean first = !s->said_first;
  s->said_first = TRUE;
  s->codec = codec;
  g_mutex_unlock(&s->lock);
  if (first)
    gw_post(NULL, say_first_frame, ref_stream(s), unref_stream);
  if (keyframe && s->stills)
    gw_still_offer(s->stills, s->camera, codec, buffer, at_us);
}

static void on_caps(GwStream *s, GstEvent *event) {
  GstCaps *caps = NULL;
  gst_event_parse_caps(event, &caps);
  const GstStructure *structure = gst_caps_get_structure(caps, 0);
  int width = 0, height = 0;
  gst_structure_get_int(structure, "width", &width);
  gst_structure_get_int(structure, "height", &height);
  g_mutex_lock(&s->lock);
  s->meter.width = width;
  s->meter.height = height;
  g_mutex_unlock(&s->lock);
}

static GstPadProbeReturn on_parsed(GstPad *pad, GstPadProbeInfo *info, gpointer user) {
  GwStream *s = user;
  const char *codec = g_object_get_data(G_OBJECT(pad), "gw-codec");
  if (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER)
    on_frame(s, GST_PAD_PROBE_INFO_BUFFER(info), codec);
  else if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_CAPS)
    on_caps(s, GST_PAD_PROBE_INFO_EVENT(info));
  else if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_EOS)
    post_ended(s, GW_CAUSE_CLOSED, g_strdup("end of stream"));
  return GST_PAD_PROBE_OK;
}

/* rtspsrc says each command that it completed; of those, PLAY is the first "request". */
static gboolean is_playing(GstMessage *message) {
  GstProgressType type = GST_PROGRESS_TYPE_START;
  g_autofree char *code = NULL;
  gst_message_parse_progress(message, &type, &code, NULL);
  return type == GST_PROGRESS_TYPE_COMPLETE && g_strcmp0(code, "request") == 0;
}

static GstBusSyncReply on_bus(GstBus *bus, GstMessage *message, gpointer user) {
  GwStream *s = user;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    char *detail = NULL;
    GwCause cause = gw_cause_of_error(message, &detail);
    g_mutex_lock(&s->lock);
    if (s->no_codec)
      cause = GW_CAUSE_CODEC;
    g_mutex_unlock(&s->lock);
    post_ended(s, cause, detail);
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
    post_ended(s, GW_CAUSE_CLOSED, g_strdup("end of stream"));
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_PROGRESS && is_playing(message)) {
    gw_post(NULL, say_playing, ref_stream(s), unref_stream);
  }
  gst_message_unref(message); /* a dropped message is the handler's */
  return GST_BUS_DROP;
}

/* rtspsrc repeats a request up to eight times when its password is wrong, and vendors lock the address
 * after five: a request goes out without credentials, once with them, and no more.  Without a third send
 * rtspsrc runs out of tries and reports the 401 (tried, 1.22). */
static gboolean on_before_send(GstElement *src, GstRTSPMessage *request, gpointer user) {
  GwStream *s = user;
  GstRTSPMethod method = GST_RTSP_INVALID;
  const char *uri = NULL;
  if (gst_rtsp_message_parse_request(request, &method, &uri, NULL) != GST_RTSP_OK)
    return TRUE;
  g_mutex_lock(&s->lock);
  s->sends = method == s->last_method ? s->sends + 1 : 1;
  s->last_method = method;
  const gboolean counts = method == GST_RTSP_DESCRIBE || method == GST_RTSP_SETUP ||
                          method == GST_RTSP_PLAY || (method == GST_RTSP_OPTIONS && !s->answered);
  const gboolean send = !counts || s->sends <= 2;
  g_mutex_unlock(&s->lock);
  return send;
}

static const char *known_audio(const char *encoding) {
  static const char *const known[] = {"PCMU", "PCMA", "MPEG4-GENERIC", "MP4A-LATM", "OPUS", "G726-32", "L16"};
  for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
    if (encoding && g_ascii_strcasecmp(encoding, known[i]) == 0)
      return known[i];
  return "other";
}

static const char *known_video(const char *encoding) {
  if (g_strcmp0(encoding, "H264") == 0)
    return "h264";
  return g_strcmp0(encoding, "H265") == 0 ? "h265" : NULL;
}

/* Only the first video stream that we read is set up: an audio track would cost threads and bandwidth. */
static gboolean on_select_stream(GstElement *src, guint index, GstCaps *caps, gpointer user) {
  GwStream *s = user;
  const GstStructure *structure = gst_caps_get_structure(caps, 0);
  const char *media = gst_structure_get_string(structure, "media");
  const char *encoding = gst_structure_get_string(structure, "encoding-name");
  const char *video = g_strcmp0(media, "video") == 0 ? known_video(encoding) : NULL;
  g_mutex_lock(&s->lock);
  s->answered = TRUE;
  if (g_strcmp0(media, "audio") == 0)
    s->audio = known_audio(encoding);
  const gboolean take = video && !s->codec;
  if (take)
    s->codec = video;
  g_mutex_unlock(&s->lock);
  return take;
}

static gboolean has_known_video(const GstSDPMessage *sdp) {
  for (guint i = 0; i < gst_sdp_message_medias_len(sdp); i++) {
    const GstSDPMedia *media = gst_sdp_message_get_media(sdp, i);
    if (g_strcmp0(gst_sdp_media_get_media(media), "video") != 0)
      continue;
    for (guint j = 0; j < gst_sdp_media_attributes_len(media); j++) {
      const GstSDPAttribute *a = gst_sdp_media_get_attribute(media, j);
      if (g_strcmp0(a->key, "rtpmap") == 0 && a->value &&
          (strstr(a->value, " H264/") || strstr(a->value, " H265/")))
        return TRUE;
    }
  }
  return FALSE;
}

static void on_sdp(GstElement *src, GstSDPMessage *sdp, gpointer user) {
  GwStream *s = user;
  const gboolean known = has_known_video(sdp);
  g_mutex_lock(&s->lock);
  s->answered = TRUE;
  s->no_codec = !known;
  g_mutex_unlock(&s->lock);
  if (!known)
    post_ended(s, GW_CAUSE_CODEC, g_strdup("no H.264 or H.265 stream is offered"));
}

static void on_pad_added(GstElement *src, GstPad *pad, gpointer user) {
  g_autoptr(GstCaps) caps = gst_pad_get_current_caps(pad);
  if (!caps)
    caps = gst_pad_query_caps(pad, NULL);
  if (!gst_caps_get_size(caps))
    return;
  const char *codec = known_video(gst_structure_get_string(gst_caps_get_structure(caps, 0), "encoding-name"));
  if (!codec)
    return;
  g_autoptr(GstObject) pipeline = gst_object_get_parent(GST_OBJECT(src));
  if (!pipeline)
    return; /* it is being stopped */
  g_autoptr(GstElement) depay = gst_bin_get_by_name(GST_BIN(pipeline), codec);
  g_autoptr(GstPad) sink = gst_element_get_static_pad(depay, "sink");
  if (!gst_pad_is_linked(sink))
    gst_pad_link(pad, sink);
}

/* ---- control thread ---- */

/* Both chains are there from the start, because adding elements from rtspsrc's thread races with
 * stopping the pipeline; an unused one costs a few objects and no thread. */
static void add_chain(GwStream *s, const char *codec, const char *depay_name, const char *parse_name,
                      const char *media_type) {
  GstElement *depay = gst_element_factory_make(depay_name, codec);
  GstElement *parse = gst_element_factory_make(parse_name, NULL);
  GstElement *sink = gst_element_factory_make("fakesink", NULL);
  g_autoptr(GstCaps) caps = gst_caps_new_simple(media_type, "stream-format", G_TYPE_STRING, "byte-stream",
                                                "alignment", G_TYPE_STRING, "au", NULL);
  g_assert(depay && parse && sink);                 /* main() looked for them */
  g_object_set(parse, "config-interval", -1, NULL); /* each keyframe can be decoded alone */
  g_object_set(sink, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, "qos", FALSE, NULL);
  gst_bin_add_many(GST_BIN(s->pipeline), depay, parse, sink, NULL);
  gst_element_link_filtered(depay, parse, caps);
  gst_element_link_filtered(parse, sink, caps);
  g_autoptr(GstPad) pad = gst_element_get_static_pad(parse, "src");
  g_object_set_data(G_OBJECT(pad), "gw-codec", (gpointer)codec);
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_parsed,
                    ref_stream(s), unref_stream);
}

static void connect(GstElement *src, const char *signal, GCallback callback, GwStream *s) {
  g_signal_connect_data(src, signal, callback, ref_stream(s), (GClosureNotify)(void (*)(void))unref_stream,
                        0);
}

static GstElement *make_source(const GwStreamTarget *target) {
  GstElement *src = gst_element_factory_make("rtspsrc", NULL);
  g_assert(src);
  g_object_set(src, "location", target->url, "latency", target->udp ? LATENCY_UDP_MS : LATENCY_TCP_MS,
               "tcp-timeout", (guint64)TCP_TIMEOUT_US, "timeout", (guint64)TCP_TIMEOUT_US, "drop-on-latency",
               TRUE, "udp-reconnect", FALSE, "user-agent", "Gridwarden/" GW_VERSION, NULL);
  if (target->user)
    g_object_set(src, "user-id", target->user, "user-pw", target->password ? target->password : "", NULL);
  gst_util_set_object_arg(G_OBJECT(src), "protocols", target->udp ? "udp" : "tcp");
  return src;
}

GwStream *gw_stream_open(const GwStreamTarget *target, GwReaper *reaper, GwStillPool *stills, GwId camera,
                         const GwStreamEvents *events, gpointer user) {
  GwStream *s = g_new0(GwStream, 1);
  s->ref = 1;
  s->reaper = reaper;
  s->stills = stills;
  s->camera = camera;
  s->events = *events;
  s->user = user;
  g_mutex_init(&s->lock);
  s->pipeline = gst_pipeline_new(NULL);
  GstElement *src = make_source(target);
  gst_bin_add(GST_BIN(s->pipeline), src);
  add_chain(s, "h264", "rtph264depay", "h264parse", "video/x-h264");
  add_chain(s, "h265", "rtph265depay", "h265parse", "video/x-h265");
  connect(src, "select-stream", G_CALLBACK(on_select_stream), s);
  connect(src, "before-send", G_CALLBACK(on_before_send), s);
  connect(src, "on-sdp", G_CALLBACK(on_sdp), s);
  g_signal_connect(src, "pad-added", G_CALLBACK(on_pad_added), NULL);
  g_autoptr(GstBus) bus = gst_element_get_bus(s->pipeline);
  gst_bus_set_sync_handler(bus, on_bus, ref_stream(s), unref_stream);
  if (gst_element_set_state(s->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    post_ended(s, GW_CAUSE_PROTOCOL, g_strdup("the pipeline does not start"));
  return s;
}

void gw_stream_close(GwStream *s) {
  if (!s)
    return;
  s->closed = TRUE;
  gw_reaper_take(s->reaper, g_steal_pointer(&s->pipeline), NULL, NULL);
  unref_stream(s);
}

void gw_stream_meter(GwStream *s, gboolean sample, GwUsec mono_us, GwMeter *ret_meter) {
  g_mutex_lock(&s->lock);
  if (sample)
    gw_meter_sample(&s->meter, mono_us);
  *ret_meter = s->meter;
  g_mutex_unlock(&s->lock);
}

gboolean gw_stream_has_answered(GwStream *s) {
  g_mutex_lock(&s->lock);
  const gboolean answered = s->answered;
  g_mutex_unlock(&s->lock);
  return answered;
}

const char *gw_stream_codec(GwStream *s) {
  g_mutex_lock(&s->lock);
  const char *codec = s->codec;
  g_mutex_unlock(&s->lock);
  return codec;
}

const char *gw_stream_audio(GwStream *s) {
  g_mutex_lock(&s->lock);
  const char *audio = s->audio;
  g_mutex_unlock(&s->lock);
  return audio;
}
