#include "tests/faults/codec.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <string.h>

#define WAIT (10 * GST_SECOND)

struct Codec {
  GstElement *pipeline;
  GstAppSrc *in;
  GstAppSink *out;
  GstClockTime pts;
};

static char *encoder_of(const CodecMode *m) {
  const guint kbps = MAX(1, m->key_bytes * 8 / 1000); /* one picture a second */
  if (m->h265)
    return m->constant_bitrate
               ? g_strdup_printf("x265enc tune=zerolatency speed-preset=ultrafast key-int-max=1 bitrate=%u "
                                 "option-string=pools=1:frame-threads=1:log-level=none",
                                 kbps)
               : g_strdup_printf("x265enc tune=zerolatency speed-preset=ultrafast key-int-max=1 qp=%u "
                                 "option-string=pools=1:frame-threads=1:log-level=none",
                                 m->quantizer);
  return m->constant_bitrate ? g_strdup_printf("x264enc tune=zerolatency speed-preset=superfast threads=1 "
                                               "key-int-max=1 pass=cbr bitrate=%u",
                                               kbps)
                             : g_strdup_printf("x264enc tune=zerolatency speed-preset=superfast threads=1 "
                                               "key-int-max=1 pass=quant quantizer=%u",
                                               m->quantizer);
}

Codec *codec_new(guint width, guint height, const CodecMode *mode) {
  g_autofree char *encoder = encoder_of(mode);
  g_autofree char *text = g_strdup_printf(
      "appsrc name=in format=time caps=video/x-raw,format=I420,width=%u,height=%u,framerate=1/1 ! %s ! %s "
      "max-threads=1 ! "
      "videoconvert ! video/x-raw,format=I420 ! appsink name=out sync=false",
      width, height, encoder, mode->h265 ? "h265parse ! avdec_h265" : "h264parse ! avdec_h264");
  g_autoptr(GError) error = NULL;
  GstElement *pipeline = gst_parse_launch(text, &error);
  if (error) {
    g_printerr("faults: %s\n", error->message);
    gst_clear_object(&pipeline);
    return NULL;
  }
  Codec *c = g_new0(Codec, 1);
  c->pipeline = pipeline;
  c->in = GST_APP_SRC(gst_bin_get_by_name(GST_BIN(pipeline), "in"));
  c->out = GST_APP_SINK(gst_bin_get_by_name(GST_BIN(pipeline), "out"));
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  return c;
}

void codec_free(Codec *c) {
  if (!c)
    return;
  gst_element_set_state(c->pipeline, GST_STATE_NULL);
  gst_object_unref(c->in);
  gst_object_unref(c->out);
  gst_object_unref(c->pipeline);
  g_free(c);
}

/* By means over areas, whole pixels each: the sizes are multiples. */
static void shrink(const guint8 *from, guint width, guint height, guint8 *luma) {
  const guint sx = width / GW_SCENE_WIDTH, sy = height / GW_SCENE_HEIGHT;
  for (guint y = 0; y < GW_SCENE_HEIGHT; y++)
    for (guint x = 0; x < GW_SCENE_WIDTH; x++) {
      guint sum = 0;
      for (guint j = 0; j < sy; j++)
        for (guint i = 0; i < sx; i++)
          sum += from[(gsize)(y * sy + j) * width + x * sx + i];
      luma[y * GW_SCENE_WIDTH + x] = (guint8)((sum + sx * sy / 2) / (sx * sy));
    }
}

static gboolean take(GstSample *sample, guint width, guint height, guint8 *luma, double *ret_colour) {
  GstMapInfo map;
  GstBuffer *buffer = gst_sample_get_buffer(sample);
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
    return FALSE;
  const gsize pixels = (gsize)width * height;
  gboolean whole = map.size >= pixels * 3 / 2;
  if (whole) {
    shrink(map.data, width, height, luma);
    double sum = 0;
    for (gsize i = pixels; i < pixels * 3 / 2; i++)
      sum += abs((int)map.data[i] - 128);
    *ret_colour = sum / (double)(pixels / 2);
  }
  gst_buffer_unmap(buffer, &map);
  return whole;
}

gboolean codec_through(Codec *c, const Canvas *picture, guint8 *luma, double *ret_colour) {
  GstBuffer *buffer = gst_buffer_new_memdup(picture->data, picture->bytes);
  GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = c->pts;
  GST_BUFFER_DURATION(buffer) = GST_SECOND;
  c->pts += GST_SECOND;
  if (gst_app_src_push_buffer(c->in, buffer) != GST_FLOW_OK)
    return FALSE;
  GstSample *sample = gst_app_sink_try_pull_sample(c->out, WAIT);
  if (!sample)
    return FALSE;
  const gboolean ok = take(sample, picture->width, picture->height, luma, ret_colour);
  gst_sample_unref(sample);
  return ok;
}
