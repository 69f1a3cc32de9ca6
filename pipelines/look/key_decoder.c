#include "pipelines/look/key_decoder.h"

#include "pipelines/look/damage.h"

#include <gst/video/video.h>
#include <string.h>

struct GwKeyDecoder {
  GstElement *pipeline;
  GstPad *in, *out; /* ours, on both ends */
  GstClockTime pts; /* of the keyframe that is inside */
  GstVideoInfo info;
  GstVideoFrame frame; /* mapped when has_frame */
  gboolean has_frame, is_damaged;
};

void gw_key_decoder_release(GwKeyDecoder *d) {
  if (d->has_frame)
    gst_video_frame_unmap(&d->frame);
  d->has_frame = FALSE;
}

static GstFlowReturn on_picture(GstPad *pad, GstObject *parent, GstBuffer *buffer) {
  GwKeyDecoder *d = gst_pad_get_element_private(pad);
  if (GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_CORRUPTED) ||
      GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_GAP))
    d->is_damaged = TRUE;
  gw_key_decoder_release(d);
  if (GST_BUFFER_PTS(buffer) == d->pts && GST_VIDEO_INFO_FORMAT(&d->info) == GST_VIDEO_FORMAT_I420)
    d->has_frame = gst_video_frame_map(&d->frame, &d->info, buffer, GST_MAP_READ);
  gst_buffer_unref(buffer); /* the map holds its own reference */
  return GST_FLOW_OK;
}

static gboolean on_event(GstPad *pad, GstObject *parent, GstEvent *event) {
  GwKeyDecoder *d = gst_pad_get_element_private(pad);
  gboolean ok = TRUE;
  if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
    GstCaps *caps = NULL;
    gst_event_parse_caps(event, &caps);
    ok = gst_video_info_from_caps(&d->info, caps);
  }
  gst_event_unref(event);
  return ok;
}

/* Nobody reads this pipeline's bus: an error shows as a push that brought no picture. */
static GstBusSyncReply drop(GstBus *bus, GstMessage *message, gpointer user) {
  gst_message_unref(message); /* a dropped message is the handler's */
  return GST_BUS_DROP;
}

/* A pad without a template would answer a caps query with its current caps, and so hold every later picture
 * to the size of the first.  This one refuses what is too large before it is converted. */
static GstStaticPadTemplate picture_sink =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
                            GST_STATIC_CAPS("video/x-raw, format=I420, width=[16, 8192], height=[16, 8192]"));
G_STATIC_ASSERT(GW_PLANE_SIDE_MOST >= 8192);

static void add_pads(GwKeyDecoder *d, GstElement *first, GstElement *last, const char *media_type) {
  g_autoptr(GstPad) first_sink = gst_element_get_static_pad(first, "sink");
  g_autoptr(GstPad) last_src = gst_element_get_static_pad(last, "src");
  d->in = gst_pad_new("in", GST_PAD_SRC);
  d->out = gst_pad_new_from_static_template(&picture_sink, "out");
  gst_pad_set_element_private(d->out, d);
  gst_pad_set_chain_function(d->out, on_picture);
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

GwKeyDecoder *gw_key_decoder_new(const char *codec) {
  const gboolean is_h264 = strcmp(codec, "h264") == 0;
  GstElement *dec = gst_element_factory_make(is_h264 ? "avdec_h264" : "avdec_h265", NULL);
  if (!dec)
    return NULL;
  GwKeyDecoder *d = g_new0(GwKeyDecoder, 1);
  GstElement *convert = gst_element_factory_make("videoconvert", NULL); /* passes 4:2:0 of 8 bits as it is */
  d->pipeline = gst_pipeline_new(NULL);
  g_assert(convert); /* main() looked for it */
  /* one thread, else each picture waits for the next; no damaged pictures, for they look like vandals' work
   */
  g_object_set(dec, "max-threads", 1, "output-corrupt", FALSE, NULL);
  gst_bin_add_many(GST_BIN(d->pipeline), dec, convert, NULL);
  gst_element_link(dec, convert);
  g_autoptr(GstBus) bus = gst_element_get_bus(d->pipeline);
  gst_bus_set_sync_handler(bus, drop, NULL, NULL);
  add_pads(d, dec, convert, is_h264 ? "video/x-h264" : "video/x-h265");
  return d;
}

void gw_key_decoder_free(GwKeyDecoder *d) {
  if (!d)
    return;
  gw_key_decoder_release(d);
  gst_element_set_state(d->pipeline, GST_STATE_NULL);
  gst_pad_set_active(d->in, FALSE);
  gst_pad_set_active(d->out, FALSE);
  gst_object_unref(d->pipeline);
  gst_object_unref(d->in);
  gst_object_unref(d->out);
  g_free(d);
}

/* Nothing of the picture before may show in this one: where a keyframe is damaged, libav would fill in from
 * what it decoded last, which is another camera's view. */
static void forget_last(GwKeyDecoder *d) {
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_pad_push_event(d->in, gst_event_new_flush_start());
  gst_pad_push_event(d->in, gst_event_new_flush_stop(TRUE));
  gst_pad_push_event(d->in, gst_event_new_segment(&segment));
}

/* The end of a segment makes the decoder give its picture now: streams with B-frames would otherwise hold
 * it back until the next keyframe, which is another camera's.  (A gap event does not: tried, 1.22.) */
static gboolean push(GwKeyDecoder *d, GstBuffer *keyframe) {
  GstBuffer *buffer = gst_buffer_copy(keyframe);
  gw_key_decoder_release(d);
  forget_last(d);
  gw_damage_begin();
  d->is_damaged = FALSE;
  d->pts += GST_SECOND;
  GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = d->pts;
  GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  if (gst_pad_push(d->in, buffer) != GST_FLOW_OK)
    return FALSE;
  if (!d->has_frame)
    gst_pad_push_event(d->in, gst_event_new_segment_done(GST_FORMAT_TIME, (gint64)d->pts));
  return d->has_frame && !d->is_damaged && !gw_damage_was_seen();
}

static GwPlane plane_of(GstVideoFrame *frame, guint i) {
  return (GwPlane){GST_VIDEO_FRAME_PLANE_DATA(frame, i), GST_VIDEO_FRAME_PLANE_STRIDE(frame, i),
                   GST_VIDEO_FRAME_COMP_WIDTH(frame, i), GST_VIDEO_FRAME_COMP_HEIGHT(frame, i)};
}

gboolean gw_key_decoder_decode(GwKeyDecoder *d, GstBuffer *keyframe, GwKeyPicture *ret) {
  if (!push(d, keyframe))
    return FALSE;
  GstVideoFrame *frame = &d->frame;
  ret->planes = (GwPlanes){plane_of(frame, 0), plane_of(frame, 1), plane_of(frame, 2),
                           GST_VIDEO_INFO_COLORIMETRY(&d->info).range == GST_VIDEO_COLOR_RANGE_0_255};
  ret->aspect_n = GST_VIDEO_INFO_PAR_N(&d->info);
  ret->aspect_d = GST_VIDEO_INFO_PAR_D(&d->info);
  return TRUE;
}
