#include "pipelines/needed.h"

#include <gst/gst.h>

static const char *const plugins[] = {
    "coreelements", "app",        "rtsp", "rtp",  "rtpmanager",        "udp", "tcp", "videoparsersbad",
    "libav",        "jpeg",       "png",  "videoconvertscale", /* one plugin since 1.22 */
    "videoconvert",                                            /* two before */
};
/* not every one of `plugins` exists in each version: what counts is the elements */
static const char *const elements[] = {
    "rtspsrc",    "rtpbin",     "rtpjitterbuffer", "rtph264depay", "rtph265depay", "h264parse", "h265parse",
    "avdec_h264", "avdec_h265", "videoconvert",    "jpegdec",      "pngdec",       "appsrc",    "appsink",
    "udpsrc",     "fdsrc",      "filesrc",         "fakesink",
};

void gw_needed_prepare(void) {
  g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
  g_setenv("GSETTINGS_BACKEND", "memory", TRUE); /* GIO asks the desktop's settings for a proxy: there is no desktop */
}

static void load_from(const char *folder) {
  for (gsize i = 0; i < G_N_ELEMENTS(plugins); i++) {
    g_autofree char *name = g_strdup_printf("libgst%s.so", plugins[i]);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GstPlugin) plugin = NULL;
    if (g_file_test(path, G_FILE_TEST_EXISTS))
      plugin = gst_plugin_load_file(path, NULL); /* what fails shows as a missing element */
  }
}

const char *gw_needed_folders(void) {
  const char *folders = g_getenv("GST_PLUGIN_SYSTEM_PATH_1_0");
  return folders ? folders : GW_GST_PLUGIN_DIR;
}

char *gw_needed_load(void) {
  g_auto(GStrv) list = g_strsplit(gw_needed_folders(), ":", -1);
  for (char **folder = list; *folder; folder++)
    load_from(*folder);
  g_autoptr(GString) missing = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(elements); i++) {
    g_autoptr(GstElementFactory) factory = gst_element_factory_find(elements[i]);
    if (!factory)
      g_string_append_printf(missing, "%s%s", missing->len ? ", " : "", elements[i]);
  }
  return missing->len ? g_strdup(missing->str) : NULL;
}
