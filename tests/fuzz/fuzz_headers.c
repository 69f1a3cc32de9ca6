/* Parameter sets of a camera, H.264 or H.265 (the first byte): what its size and rate are read from. */
#include "pipelines/rtsp/shape.h"

#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* GLib lets go of its first table of quarks on purpose, and its stack has no name to tell it by. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
  return "detect_leaks=0";
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  gst_init(NULL, NULL);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  g_autofree guint8 *exact = g_memdup2(data + 1, size - 1);
  g_autoptr(GstCaps) caps = gw_shape_caps(data[0] & 1 ? GW_CODEC_H265 : GW_CODEC_H264, exact, size - 1);
  int width = 0, height = 0;
  if (!caps)
    return 0;
  const GstStructure *s = gst_caps_get_structure(caps, 0);
  if (gst_structure_get_int(s, "width", &width) && gst_structure_get_int(s, "height", &height))
    g_assert(width > 0 && height > 0);
  return 0;
}
