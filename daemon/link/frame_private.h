#pragma once
#include "daemon/link/frame.h"

/* What link.c needs of the decoder beyond frame.h. */

/* While held, feed() only collects; feeding 0 bytes after the hold delivers what was collected.  May be
 * called from inside a GwFrameFunc: the next frame is then not delivered. */
void gw_frame_reader_hold(GwFrameReader *r, gboolean hold);
gboolean gw_frame_reader_is_between(const GwFrameReader *r); /* no part of a frame is waiting */
