#pragma once
#include "pipelines/live/mp4.h"
#include "pipelines/look/outlet.h"

/* What views and clips want to know of a unit. */
gboolean gw_unit_is_key(const GwOutletUnit *unit);
guint32 gw_unit_ticks(const GwOutletUnit *unit); /* RTP time, or what stands for it; modulo 2^32 */

/* What a muxer needs of its caps.  FALSE: they do not say. */
gboolean gw_unit_shape(const GwOutletUnit *unit, GwCodec *ret_codec, int *ret_width, int *ret_height);
