#pragma once
#include "daemon/base/error.h"

/* What a daemon asks of the kernel at start.  Thread: the main one, before the others exist. */

/* Raises the soft limit of open files to `wanted` or, when the hard limit is lower, to that; returns
 * what it is now. */
guint64 gw_process_raise_descriptors(guint64 wanted);

/* Takes an exclusive lock on `path` (made when missing) and writes our process id into it.  The lock
 * lives until the returned descriptor is closed.  -1 and GW_CODE_UNAVAILABLE with the id of who holds
 * it. */
int gw_process_lock(const char *path, GError **error);

/* SIGTERM and SIGINT call `on_stop`, SIGHUP `on_reload`, on the default GMainContext; SIGPIPE is
 * ignored.  Any callback may be called again. */
void gw_process_signals(void (*on_stop)(gpointer user), void (*on_reload)(gpointer user), gpointer user);
void gw_process_signals_off(void);
