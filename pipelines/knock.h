#pragma once
#include <glib.h>

/* Is there anybody?  One non-blocking TCP connect, let go at once: a dead camera costs no pipeline.
 *
 * Thread: the control thread (default GMainContext). */
typedef struct GwKnock GwKnock;
/* `error` (lent) is NULL when the connection stood; for its words only. */
typedef void (*GwKnockDone)(GwKnock *knock, const GError *error, gpointer user);

GwKnock *gw_knock_start(const char *host, guint16 port, GwKnockDone done, gpointer user);
void gw_knock_free(GwKnock *knock); /* accepts NULL; gives up: `done` is not called any more */
