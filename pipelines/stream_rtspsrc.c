#include "pipelines/stream_private.h"

#include "pipelines/rtsp/range.h"

#include <gst/rtsp/gstrtspmessage.h>
#include <gst/sdp/gstsdpmessage.h>
#include <string.h>

#define TCP_TIMEOUT_US (3 * GW_SEC)
#define LATENCY_TCP_MS 0 /* nothing comes out of order over TCP */
#define LATENCY_UDP_MS 150

/* ---- streaming threads ---- */

static GstPadProbeReturn on_parsed(GstPad *pad, GstPadProbeInfo *info, gpointer user) {
  if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_EOS)
    gw_stream_post_ended(user, GW_CAUSE_CLOSED, g_strdup("end of stream"));
  return GST_PAD_PROBE_OK;
}

/* rtspsrc says each command that it completed; of those, PLAY is the first "request". */
static gboolean is_playing(GstMessage *message) {
  GstProgressType type = GST_PROGRESS_TYPE_START;
  g_autofree char *code = NULL;
  gst_message_parse_progress(message, &type, &code, NULL);
  return type == GST_PROGRESS_TYPE_COMPLETE && g_strcmp0(code, "request") == 0;
}

void gw_stream_rtspsrc_message(GwStream *s, GstMessage *message) {
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS)
    gw_stream_post_ended(s, GW_CAUSE_CLOSED, g_strdup("end of stream"));
  else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_PROGRESS && is_playing(message))
    gw_stream_post_playing(s);
}

gboolean gw_stream_rtspsrc_has_no_codec(GwStream *s) {
  g_mutex_lock(&s->lock);
  const gboolean no_codec = s->no_codec;
  g_mutex_unlock(&s->lock);
  return no_codec;
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
  if (method == GST_RTSP_PLAY && s->target.play_from_us) {
    g_autofree char *clock = gw_range_clock(s->target.play_from_us);
    gst_rtsp_message_remove_header(request, GST_RTSP_HDR_RANGE, -1);
    gst_rtsp_message_add_header(request, GST_RTSP_HDR_RANGE, clock);
  }
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
    gw_stream_post_ended(s, GW_CAUSE_CODEC, g_strdup("no H.264 or H.265 stream is offered"));
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
  g_autoptr(GstCaps) caps = gst_caps_new_simple(media_type, "stream-format", G_TYPE_STRING, "byte-stream",
                                                "alignment", G_TYPE_STRING, "au", NULL);
  g_assert(depay && parse);                         /* main() looked for them */
  g_object_set(parse, "config-interval", -1, NULL); /* each keyframe can be decoded alone */
  gst_bin_add_many(GST_BIN(s->pipeline), depay, parse, NULL);
  gst_element_link_filtered(depay, parse, caps);
  gst_element_link_filtered(parse, gw_stream_add_end(s), caps);
  g_autoptr(GstPad) pad = gst_element_get_static_pad(parse, "src");
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_parsed, gw_stream_ref(s), gw_stream_unref);
}

static void connect(GstElement *src, const char *signal, GCallback callback, GwStream *s) {
  g_signal_connect_data(src, signal, callback, gw_stream_ref(s),
                        (GClosureNotify)(void (*)(void))gw_stream_unref, 0);
}

static const char *protocols(const GwStreamTarget *target, gboolean any_transport) {
  if (any_transport && !g_str_has_prefix(target->url, "rtsps"))
    return "udp+tcp";
  return target->udp ? "udp" : "tcp";
}

static GstElement *make_source(const GwStreamTarget *target, gboolean any_transport) {
  const char *wanted = protocols(target, any_transport);
  const gboolean udp = g_str_has_prefix(wanted, "udp");
  GstElement *src = gst_element_factory_make("rtspsrc", NULL);
  g_assert(src);
  g_object_set(src, "location", target->url, "latency", udp ? LATENCY_UDP_MS : LATENCY_TCP_MS, "tcp-timeout",
               (guint64)TCP_TIMEOUT_US, "timeout", (guint64)TCP_TIMEOUT_US, "drop-on-latency", TRUE,
               "udp-reconnect", FALSE, "user-agent", "Gridwarden/" GW_VERSION, NULL);
  if (target->user)
    g_object_set(src, "user-id", target->user, "user-pw", target->password ? target->password : "", NULL);
  gst_util_set_object_arg(G_OBJECT(src), "protocols", wanted);
  return src;
}

void gw_stream_add_rtspsrc(GwStream *s, gboolean any_transport) {
  GstElement *src = make_source(&s->target, any_transport);
  gst_bin_add(GST_BIN(s->pipeline), src);
  add_chain(s, "h264", "rtph264depay", "h264parse", "video/x-h264");
  add_chain(s, "h265", "rtph265depay", "h265parse", "video/x-h265");
  connect(src, "select-stream", G_CALLBACK(on_select_stream), s);
  connect(src, "before-send", G_CALLBACK(on_before_send), s);
  connect(src, "on-sdp", G_CALLBACK(on_sdp), s);
  g_signal_connect(src, "pad-added", G_CALLBACK(on_pad_added), NULL);
}
