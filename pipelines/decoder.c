#include "pipelines/decoder.h"

#include <string.h>

#define QUALITY 75
#define QUALITY_LOW 40 /* for the rare picture that would not fit a message */

struct GwDecoder {
  GstElement *pipeline, *encoder;
  GstPad *in, *out; /* ours, on both ends */
  GstClockTime pts;
  GBytes *jpeg; /* what the last push brought */
  int width, height;
};

static GstFlowReturn on_jpeg(GstPad *pad, GstObject *parent, GstBuffer *buffer) {
  GwDecoder *d = gst_pad_get_element_private(pad);
  GstMapInfo map;
  if (gst_buffer_map(buffer, &map, GST_MAP_READ)) {
    g_clear_pointer(&d->jpeg, g_bytes_unref);
    d->jpeg = g_bytes_new(map.data, map.size);
    gst_buffer_unmap(buffer, &map);
  }
  gst_buffer_unref(buffer);
  return GST_FLOW_OK;
}

static gboolean on_event(GstPad *pad, GstObject *parent, GstEvent *event) {
  GwDecoder *d = gst_pad_get_element_private(pad);
  if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
    GstCaps *caps = NULL;
    gst_event_parse_caps(event, &caps);
    gst_structure_get_int(gst_caps_get_structure(caps, 0), "width", &d->width);
    gst_structure_get_int(gst_caps_get_structure(caps, 0), "height", &d->height);
  }
  gst_event_unref(event);
  return TRUE;
}

/* Nobody reads this pipeline's bus: an error shows as a push that brought no picture. */
static GstBusSyncReply drop(GstBus *bus, GstMessage *message, gpointer user) {
  gst_message_unref(message); /* a dropped message is the handler's */
  return GST_BUS_DROP;
}

/* A pad without a template answers a caps query with its current caps, which would hold every later
 * picture to the size of the first. */
static GstStaticPadTemplate any_sink =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static void add_pads(GwDecoder *d, GstElement *first, const char *media_type) {
  g_autoptr(GstPad) first_sink = gst_element_get_static_pad(first, "sink");
  g_autoptr(GstPad) last_src = gst_element_get_static_pad(d->encoder, "src");
  d->in = gst_pad_new("in", GST_PAD_SRC);
  d->out = gst_pad_new_from_static_template(&any_sink, "out");
  gst_pad_set_element_private(d->out, d);
  gst_pad_set_chain_function(d->out, on_jpeg);
  gst_pad_set_event_function(d->out, on_event);
  gst_pad_link(d->in, first_sink);
  gst_pad_link(last_src, d->out);
  gst_pad_set_active(d->out, TRUE);
  gst_pad_set_active(d->in, TRUE);
  gst_element_set_state(d->pipeline, GST_STATE_PLAYING);
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  g_autoptr(GstCaps) caps = gst_caps_new_simple(media_type, "stream-format", G_TYPE_STRING, "byte-stream",
                                                "alignment", G_TYPE_STRING, "au", NULL);
  gst_pad_push_event(d->in, gst_event_new_stream_start("keyframes"));
  gst_pad_push_event(d->in, gst_event_new_caps(caps));
  gst_pad_push_event(d->in, gst_event_new_segment(&segment));
}

GwDecoder *gw_decoder_new(const char *codec, int width) {
  const gboolean is_h264 = strcmp(codec, "h264") == 0;
  GstElement *dec = gst_element_factory_make(is_h264 ? "avdec_h264" : "avdec_h265", NULL);
  if (!dec)
    return NULL;
  GwDecoder *d = g_new0(GwDecoder, 1);
  GstElement *scale = gst_element_factory_make("videoscale", NULL);
  GstElement *convert = gst_element_factory_make("videoconvert", NULL);
  d->encoder = gst_element_factory_make("jpegenc", NULL);
  d->pipeline = gst_pipeline_new(NULL);
  g_assert(scale && convert && d->encoder);  /* main() looked for them */
  g_object_set(dec, "max-threads", 1, NULL); /* else each picture waits for the next */
  g_object_set(d->encoder, "quality", QUALITY, NULL);
  gst_bin_add_many(GST_BIN(d->pipeline), dec, scale, convert, d->encoder, NULL);
  g_autoptr(GstCaps) caps = gst_caps_new_simple("video/x-raw", "width", G_TYPE_INT, width,
                                                "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
  gst_element_link_many(dec, scale, convert, NULL);
  gst_element_link_filtered(convert, d->encoder, caps);
  g_autoptr(GstBus) bus = gst_element_get_bus(d->pipeline);
  gst_bus_set_sync_handler(bus, drop, NULL, NULL);
  add_pads(d, dec, is_h264 ? "video/x-h264" : "video/x-h265");
  return d;
}

void gw_decoder_free(GwDecoder *d) {
  if (!d)
    return;
  gst_element_set_state(d->pipeline, GST_STATE_NULL);
  gst_pad_set_active(d->in, FALSE);
  gst_pad_set_active(d->out, FALSE);
  gst_object_unref(d->pipeline);
  gst_object_unref(d->in);
  gst_object_unref(d->out);
  g_clear_pointer(&d->jpeg, g_bytes_unref);
  g_free(d);
}

/* The end of a segment makes the decoder give its picture now: streams with B-frames would otherwise hold
 * it back until the next keyframe, which is another camera's.  (A gap event does not: tried, 1.22.) */
static gboolean push(GwDecoder *d, GstBuffer *keyframe, int quality) {
  GstBuffer *buffer = gst_buffer_copy(keyframe);
  g_clear_pointer(&d->jpeg, g_bytes_unref);
  g_object_set(d->encoder, "quality", quality, NULL);
  GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = d->pts;
  GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  d->pts += GST_SECOND;
  if (gst_pad_push(d->in, buffer) != GST_FLOW_OK)
    return FALSE;
  if (!d->jpeg)
    gst_pad_push_event(d->in, gst_event_new_segment_done(GST_FORMAT_TIME, (gint64)d->pts));
  return d->jpeg != NULL;
}

gboolean gw_decoder_jpeg(GwDecoder *d, GstBuffer *keyframe, gsize most_bytes, GwPicture *ret_picture) {
  if (!push(d, keyframe, QUALITY))
    return FALSE;
  if (g_bytes_get_size(d->jpeg) > most_bytes && !push(d, keyframe, QUALITY_LOW))
    return FALSE;
  if (g_bytes_get_size(d->jpeg) > most_bytes)
    return FALSE;
  *ret_picture = (GwPicture){g_steal_pointer(&d->jpeg), d->width, d->height};
  return TRUE;
}
