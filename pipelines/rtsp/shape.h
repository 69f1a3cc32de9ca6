#pragma once
#include "pipelines/rtsp/depay.h"

#include <gst/gst.h>

/* The caps of a stream by its parameter sets: size, frame rate where they tell it.  Thread: any. */
GstCaps *gw_shape_caps(GwCodec codec, const guint8 *sets, gsize bytes); /* NULL: they make no sense */
