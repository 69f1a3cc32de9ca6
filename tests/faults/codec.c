#include "tests/faults/codec.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include "pipelines/look/key_decoder.h"

#define WAIT (10 * GST_SECOND)

struct Codec {
  GstElement *pipeline; /* the encoder */
  GstAppSrc *in;
  GstAppSink *out;
  GwKeyDecoder *decoder; /* the worker's own */
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
  const char *name = mode->h265 ? "h265" : "h264";
  g_autofree char *text = g_strdup_printf(
      "appsrc name=in format=time caps=video/x-raw,format=I420,width=%u,height=%u,framerate=1/1 ! %s ! "
      "video/x-%s,stream-format=byte-stream,alignment=au ! appsink name=out sync=false",
      width, height, encoder, name);
  g_autoptr(GError) error = NULL;
  GstElement *pipeline = gst_parse_launch(text, &error);
  GwKeyDecoder *decoder = error ? NULL : gw_key_decoder_new(name);
  if (!decoder) {
    g_printerr("faults: %s\n", error ? error->message : "there is no decoder");
    gst_clear_object(&pipeline);
    return NULL;
  }
  Codec *c = g_new0(Codec, 1);
  c->pipeline = pipeline;
  c->decoder = decoder;
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
  gw_key_decoder_free(c->decoder);
  g_free(c);
}

/* As the looker does: small by means over areas, full range. */
static gboolean see(Codec *c, GstBuffer *keyframe, guint8 *luma, double *ret_colour) {
  static const gsize n = GW_SCENE_WIDTH * GW_SCENE_HEIGHT;
  guint8 chroma[2][GW_SCENE_WIDTH * GW_SCENE_HEIGHT / 4];
  GwKeyPicture picture;
  if (!gw_key_decoder_decode(c->decoder, keyframe, &picture))
    return FALSE;
  gw_plane_shrink(&picture.planes.y, luma, GW_SCENE_WIDTH, GW_SCENE_WIDTH, GW_SCENE_HEIGHT);
  gw_plane_shrink(&picture.planes.u, chroma[0], GW_SCENE_WIDTH / 2, GW_SCENE_WIDTH / 2, GW_SCENE_HEIGHT / 2);
  gw_plane_shrink(&picture.planes.v, chroma[1], GW_SCENE_WIDTH / 2, GW_SCENE_WIDTH / 2, GW_SCENE_HEIGHT / 2);
  if (!picture.planes.is_full_range)
    gw_plane_widen_luma(luma, n);
  *ret_colour = gw_plane_colour(chroma[0], chroma[1], n / 4);
  gw_key_decoder_release(c->decoder);
  return TRUE;
}

gboolean codec_through(Codec *c, const Canvas *picture, guint8 *luma, double *ret_colour) {
  GstBuffer *buffer = gst_buffer_new_memdup(picture->data, picture->bytes);
  GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = c->pts;
  GST_BUFFER_DURATION(buffer) = GST_SECOND;
  c->pts += GST_SECOND;
  if (gst_app_src_push_buffer(c->in, buffer) != GST_FLOW_OK)
    return FALSE;
  GstSample *sample = gst_app_sink_try_pull_sample(c->out, WAIT);
  const gboolean ok = sample && see(c, gst_sample_get_buffer(sample), luma, ret_colour);
  if (sample)
    gst_sample_unref(sample);
  return ok;
}
