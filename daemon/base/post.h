#pragma once
#include <glib.h>

/* The only door from any thread to a GMainContext's owner: runs func(data) once on the thread that
 * iterates `context` (NULL: the default context, the owner of the daemon), in the order posted.
 *
 * Not g_main_context_invoke_full(): while the loop is not running that one calls right here, on
 * the wrong thread (tried).  Thread: any.  `destroy` (may be NULL) runs after func on the same
 * thread, or alone when the context dies first. */
void gw_post(GMainContext *context, void (*func)(gpointer data), gpointer data, GDestroyNotify destroy);
