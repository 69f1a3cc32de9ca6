#define GST_USE_UNSTABLE_API /* stable since 1.0 in what is used here */
#include "pipelines/rtsp/shape.h"

#include <gst/codecparsers/gsth264parser.h>
#include <gst/codecparsers/gsth265parser.h>

typedef struct Shape {
  int width, height, fps_n, fps_d;
} Shape;

static gboolean of_h264(const guint8 *sets, gsize bytes, Shape *ret) {
  GstH264NalParser *parser = gst_h264_nal_parser_new();
  GstH264NalUnit nal = {0};
  GstH264SPS sps = {0};
  gboolean found = FALSE;
  for (guint at = 0; !found && at < bytes; at = nal.offset + nal.size) {
    const GstH264ParserResult result = gst_h264_parser_identify_nalu(parser, sets, at, bytes, &nal);
    if (result != GST_H264_PARSER_OK && result != GST_H264_PARSER_NO_NAL_END)
      break;
    found =
        nal.type == GST_H264_NAL_SPS && gst_h264_parser_parse_sps(parser, &nal, &sps) == GST_H264_PARSER_OK;
  }
  if (found) {
    *ret = (Shape){sps.width, sps.height, 0, 1};
    if (sps.frame_cropping_flag)
      ret->width = sps.crop_rect_width, ret->height = sps.crop_rect_height;
    gst_h264_video_calculate_framerate(&sps, 0, 0, &ret->fps_n, &ret->fps_d);
    gst_h264_sps_clear(&sps);
  }
  gst_h264_nal_parser_free(parser);
  return found;
}

static gboolean of_h265(const guint8 *sets, gsize bytes, Shape *ret) {
  GstH265Parser *parser = gst_h265_parser_new();
  GstH265NalUnit nal = {0};
  g_autofree GstH265SPS *sps = g_new0(GstH265SPS, 1); /* many kilobytes */
  g_autofree GstH265VPS *vps = g_new0(GstH265VPS, 1);
  gboolean found = FALSE;
  for (guint at = 0; !found && at < bytes; at = nal.offset + nal.size) {
    const GstH265ParserResult result = gst_h265_parser_identify_nalu(parser, sets, at, bytes, &nal);
    if (result != GST_H265_PARSER_OK && result != GST_H265_PARSER_NO_NAL_END)
      break;
    if (nal.type == GST_H265_NAL_VPS)
      (void)gst_h265_parser_parse_vps(parser, &nal, vps); /* it remembers it for the other sets */
    found = nal.type == GST_H265_NAL_SPS &&
            gst_h265_parser_parse_sps(parser, &nal, sps, TRUE) == GST_H265_PARSER_OK;
  }
  if (found) {
    *ret = (Shape){sps->width, sps->height, sps->fps_num, sps->fps_den};
    if (ret->fps_n <= 0 && vps->timing_info_present_flag)
      ret->fps_n = (int)MIN(vps->time_scale, G_MAXINT),
      ret->fps_d = (int)MIN(vps->num_units_in_tick, G_MAXINT);
    if (sps->conformance_window_flag)
      ret->width = sps->crop_rect_width, ret->height = sps->crop_rect_height;
  }
  gst_h265_parser_free(parser);
  return found;
}

GstCaps *gw_shape_caps(GwCodec codec, const guint8 *sets, gsize bytes) {
  Shape shape = {0};
  const gboolean known = codec == GW_CODEC_H264 ? of_h264(sets, bytes, &shape) : of_h265(sets, bytes, &shape);
  if (!known || shape.width < 1 || shape.height < 1)
    return NULL;
  GstCaps *caps =
      gst_caps_new_simple(codec == GW_CODEC_H264 ? "video/x-h264" : "video/x-h265", "stream-format",
                          G_TYPE_STRING, "byte-stream", "alignment", G_TYPE_STRING, "au", "width", G_TYPE_INT,
                          shape.width, "height", G_TYPE_INT, shape.height, NULL);
  if (shape.fps_n > 0 && shape.fps_d > 0)
    gst_caps_set_simple(caps, "framerate", GST_TYPE_FRACTION, shape.fps_n, shape.fps_d, NULL);
  return caps;
}
