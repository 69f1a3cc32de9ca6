#include "pipelines/look/damage.h"

#include <gst/gst.h>
#include <string.h>

static _Thread_local gboolean seen;

/* What a vendor puts into messages of its own makes libav complain too: that is no damage. */
static gboolean tells_damage(const char *text) {
  static const char *const words[] = {"error while decoding", "concealing ", "overread",
                                      "Error parsing slice", "cabac_"};
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    if (text && strstr(text, words[i]))
      return TRUE;
  return FALSE;
}

static void on_log(GstDebugCategory *category, GstDebugLevel level, const char *file, const char *function,
                   int line, GObject *object, GstDebugMessage *message, gpointer user) {
  if (!seen && strcmp(gst_debug_category_get_name(category), "libav") == 0)
    seen = tells_damage(gst_debug_message_get(message));
}

void gw_damage_begin(void) {
  static gsize listens = 0;
  if (g_once_init_enter(&listens)) {
    if (!g_getenv("GST_DEBUG"))
      gst_debug_remove_log_function(gst_debug_log_default); /* what we listen to is not for the terminal */
    gst_debug_add_log_function(on_log, NULL, NULL);
    gst_debug_set_active(TRUE);
    gst_debug_set_threshold_for_name("libav", GST_LEVEL_INFO);
    g_once_init_leave(&listens, 1);
  }
  seen = FALSE;
}

gboolean gw_damage_was_seen(void) {
  return seen;
}
