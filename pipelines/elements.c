#include "pipelines/elements.h"

#include "pipelines/gwcheckin.h"
#include "pipelines/look/gwmeter.h"
#include "pipelines/look/gwtap.h"
#include "pipelines/onvif/gwonvif.h"
#include "pipelines/rtsp/gwrtspsrc.h"
#include "pipelines/scene/gwscene.h"

#include <sodium.h>

gboolean gw_elements_init(GstPlugin *plugin) {
  return sodium_init() >= 0 && gst_element_register(plugin, "gwcheckin", GST_RANK_NONE, GW_TYPE_CHECKIN) &&
         gst_element_register(plugin, "gwmeter", GST_RANK_NONE, GW_TYPE_METER_ELEMENT) &&
         gst_element_register(plugin, "gwtap", GST_RANK_NONE, GW_TYPE_TAP) &&
         gst_element_register(plugin, "gwonvif", GST_RANK_NONE, GW_TYPE_ONVIF) &&
         gst_element_register(plugin, "gwrtspsrc", GST_RANK_NONE, GW_TYPE_RTSP_SRC) &&
         gst_element_register(plugin, "gwscene", GST_RANK_NONE, GW_TYPE_SCENE_ELEMENT);
}

void gw_elements_register_static(void) {
  gst_plugin_register_static(GST_VERSION_MAJOR, GST_VERSION_MINOR, "gridwarden", "Gridwarden's elements",
                             gw_elements_init, GW_VERSION, "Apache 2.0", "gridwarden", "gridwarden",
                             "https://localhost/");
}
