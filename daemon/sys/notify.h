#pragma once
#include <glib.h>

/* What systemd wants to hear, without libsystemd: datagrams to $NOTIFY_SOCKET.  Where nobody listens
 * (foreground, container) every call does nothing.
 *
 * Thread: any for gw_sd_notify(); the watchdog lives on the default GMainContext. */

/* `state` as sd_notify(3) writes it: "READY=1", "STATUS=…", "STOPPING=1", several lines allowed. */
void gw_sd_notify(const char *state);

/* Pings at half of $WATCHDOG_USEC as long as the loop runs and `is_alive` (may be NULL) says so: a
 * daemon that cannot do its work any more is started anew instead of being kept. */
void gw_sd_watchdog_start(gboolean (*is_alive)(gpointer user), gpointer user);
void gw_sd_watchdog_stop(void);
