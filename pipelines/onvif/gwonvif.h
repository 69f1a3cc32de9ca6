#pragma once
#include "pipelines/onvif/onvif.h"

#include <gst/gst.h>

/* gwonvif: the sink of a camera's ONVIF metadata track.  Posts what is worth knowing as element messages
 * GW_ONVIF_OBSERVED, at most ten a second.  Never blocks, has no thread, waits for no clock. */
#define GW_TYPE_ONVIF (gw_onvif_get_type())
G_DECLARE_FINAL_TYPE(GwOnvif, gw_onvif, GW, ONVIF, GstElement)

#define GW_ONVIF_DOCUMENT_CAPS "application/x-onvif-metadata"
#define GW_ONVIF_OBSERVED "gw-observed"

/* The message's structure and back.  Fields: topic, op, tail, rule, class, object (strings; absent when
 * empty), active (boolean; absent: a single happening), score (double; absent when not told), x, y, width,
 * height (doubles; absent without a box), utc-us (int64, the camera's clock; absent when not told), at-us
 * (int64, ours). */
GstStructure *gw_onvif_observed_new(const GwOnvifObservation *observation, GwUsec at_us);
gboolean gw_onvif_observed_read(const GstStructure *structure, GwOnvifObservation *ret_observation,
                                GwUsec *ret_at_us);
