#pragma once
#include <gst/gst.h>

/* gwscene: what thumbnails tell, for gst-launch-1.0 and for anybody's pipeline.  Passes video/x-raw, GRAY8,
 * 320x180 through and posts "gw-finding" when something begins or ends, "gw-light" when day and night change.
 * Its time is that of the buffers, so a file is looked at faster than life.
 *
 * The worker does not use it: there one scene a camera is fed by the shared decoders (pipelines/look). */
#define GW_TYPE_SCENE_ELEMENT (gw_scene_element_get_type())
G_DECLARE_FINAL_TYPE(GwSceneElement, gw_scene_element, GW, SCENE_ELEMENT, GstElement)
