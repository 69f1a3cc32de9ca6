#pragma once
#include <gst/gst.h>

#include "pipelines/look/meter.h"

/* gwmeter: lets encoded video through and counts it (video/x-h264 or video/x-h265, an access unit a buffer).
 *
 * The first buffer after READY posts the element message "gw-first-frame"; with post-every-ms, "gw-meter"
 * tells the figures as they are (for gst-launch-1.0 -m).  All else is read. */
#define GW_TYPE_METER_ELEMENT (gw_meter_element_get_type())
G_DECLARE_FINAL_TYPE(GwMeterElement, gw_meter_element, GW, METER_ELEMENT, GstElement)

#define GW_METER_FIRST_FRAME "gw-first-frame"

/* What was counted since READY; takes a sample of the rates first when `sample` (once a second).
 * Thread: any; holds a lock for a copy. */
void gw_meter_element_read(GstElement *meter, gboolean sample, GwUsec mono_us, GwMeter *ret_meter);

/* The caps' codec, as a static name: "h264" or "h265", NULL for any other. */
const char *gw_caps_codec(const GstCaps *caps);
