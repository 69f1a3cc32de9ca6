#include "tests/pipelines/clip.h"

#include <gst/app/gstappsink.h>
#include <string.h>

#define WAIT_NS (5 * GST_SECOND) /* a file that cannot be read brings nothing */

static void take(GwClip *clip, GstSample *sample) {
  GstCaps *caps = gst_sample_get_caps(sample);
  g_ptr_array_add(clip->units, gst_buffer_ref(gst_sample_get_buffer(sample)));
  if (!clip->caps && caps) {
    const GstStructure *s = gst_caps_get_structure(caps, 0);
    clip->caps = gst_caps_ref(caps);
    gst_structure_get_int(s, "width", &clip->width);
    gst_structure_get_int(s, "height", &clip->height);
  }
}

GwClip *gw_clip_load(const char *path, const char *codec, guint units_most) {
  g_autofree char *line = g_strdup_printf("filesrc name=file ! %sparse config-interval=-1 ! "
                                          "video/x-%s,stream-format=byte-stream,alignment=au ! appsink "
                                          "name=sink sync=false max-buffers=4",
                                          codec, codec);
  g_autoptr(GError) error = NULL;
  GstElement *pipeline = gst_parse_launch(line, &error);
  if (error) {
    g_printerr("%s\n", error->message);
    gst_clear_object(&pipeline);
    return NULL;
  }
  g_autoptr(GstElement) file = gst_bin_get_by_name(GST_BIN(pipeline), "file");
  g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");
  g_object_set(file, "location", path, NULL);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  GwClip *clip = g_new0(GwClip, 1);
  clip->units = g_ptr_array_new_with_free_func((GDestroyNotify)gst_buffer_unref);
  GstSample *sample;
  while (clip->units->len < units_most &&
         (sample = gst_app_sink_try_pull_sample(GST_APP_SINK(sink), WAIT_NS))) {
    take(clip, sample);
    gst_sample_unref(sample);
  }
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(pipeline);
  if (clip->units->len == 0)
    g_clear_pointer(&clip, gw_clip_free);
  return clip;
}

void gw_clip_free(GwClip *clip) {
  if (!clip)
    return;
  g_ptr_array_unref(clip->units);
  gst_clear_caps(&clip->caps);
  g_free(clip);
}

GstBuffer *gw_clip_keyframe(const GwClip *clip, guint n) {
  guint keyframes = 0;
  for (guint turn = 0; turn < 2; turn++) {
    guint seen = 0;
    for (guint i = 0; i < clip->units->len; i++) {
      GstBuffer *unit = clip->units->pdata[i];
      if (GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_DELTA_UNIT))
        continue;
      if (turn == 1 && seen == n % keyframes)
        return unit;
      seen++;
    }
    keyframes = seen;
    g_assert(keyframes > 0);
  }
  g_assert_not_reached();
}
