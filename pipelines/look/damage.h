#pragma once
#include <glib.h>

/* Did libav patch the picture that it just decoded?  It says so only in its log, which gst-libav hands to
 * GStreamer's: so that is listened to, for the words that mean it.
 *
 * Thread: begin, decode and ask in one thread (a decoder of one thread logs in its caller's). */
void gw_damage_begin(void);
gboolean gw_damage_was_seen(void); /* since gw_damage_begin() of this thread */
