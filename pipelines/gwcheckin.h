#pragma once
#include <gst/gst.h>

/* The element `gwcheckin`: bytes of any source in, one buffer per check-in out.  Its long description,
 * pads and properties are in the element itself: gst-inspect-1.0 gwcheckin. */
#define GW_TYPE_CHECKIN (gw_checkin_get_type())
G_DECLARE_FINAL_TYPE(GwCheckin, gw_checkin, GW, CHECKIN, GstElement)

typedef enum GwFraming {
  GW_FRAMING_STREAM,  /* messages end at a line end, wherever buffers are cut */
  GW_FRAMING_MESSAGE, /* each buffer is one datagram or one pushed message: whole lines, or one JSON object */
} GwFraming;
