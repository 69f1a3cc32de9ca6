#include "pipelines/live/unit.h"

#include "pipelines/look/gwmeter.h"

#include <string.h>

gboolean gw_unit_is_key(const GwOutletUnit *unit) {
  return !GST_BUFFER_FLAG_IS_SET(unit->unit, GST_BUFFER_FLAG_DELTA_UNIT);
}

/* rtspsrc has taken RTP time apart already, and smoothed it. */
guint32 gw_unit_ticks(const GwOutletUnit *unit) {
  if (GST_BUFFER_OFFSET_END(unit->unit) == GW_MP4_TICKS) /* both codecs have no other, but some cameras do */
    return (guint32)GST_BUFFER_OFFSET(unit->unit);
  if (GST_BUFFER_PTS_IS_VALID(unit->unit))
    return (guint32)gst_util_uint64_scale(GST_BUFFER_PTS(unit->unit), GW_MP4_TICKS, GST_SECOND);
  return (guint32)((guint64)unit->arrival_mono_us * (GW_MP4_TICKS / 1000) / 1000);
}

gboolean gw_unit_shape(const GwOutletUnit *unit, GwCodec *ret_codec, int *ret_width, int *ret_height) {
  const GstStructure *s = gst_caps_get_structure(unit->caps, 0);
  const char *codec = gw_caps_codec(unit->caps);
  if (!codec)
    return FALSE;
  *ret_codec = strcmp(codec, "h265") == 0 ? GW_CODEC_H265 : GW_CODEC_H264;
  return gst_structure_get_int(s, "width", ret_width) && gst_structure_get_int(s, "height", ret_height);
}
