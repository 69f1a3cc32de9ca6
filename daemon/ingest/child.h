#pragma once
#include "daemon/link/frame.h"

/* One process of gridwarden-ingest with its two links.  It knows no messages; supervisor.c does.
 *
 * Thread: the owner.  The child is ended and reaped by whoever calls gw_child_end(). */
typedef struct GwChild GwChild;

typedef struct GwChildEvents {
  GwLinkMessage on_control, on_media;
  /* The process is gone and reaped: called once, from the loop; free the child inside or later. */
  void (*on_gone)(GwChild *child, const char *reason, gpointer user);
} GwChildEvents;

GwChild *gw_child_start(const char *program, const GwChildEvents *events, gpointer user, GError **error);
/* Its messages are no longer delivered and it is killed; on_gone still comes. */
void gw_child_kill(GwChild *child, const char *reason);
void gw_child_hang_up(GwChild *child); /* closes its sockets: it should end by itself */
/* Ends it at once: asks (its sockets close), waits at most wait_us, kills; reaps.  on_gone does not come.
 * Accepts NULL. */
void gw_child_end(GwChild *child, GwUsec wait_us);
void gw_child_free(GwChild *child); /* after on_gone */

GwLink *gw_child_control(GwChild *child); /* lent; NULL once it is dying */
GwLink *gw_child_media(GwChild *child);
GPid gw_child_pid(const GwChild *child);
/* The callbacks on_control and on_media get the child as their user; this is the user of gw_child_start(). */
gpointer gw_child_user(const GwChild *child);
