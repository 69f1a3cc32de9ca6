#pragma once
#include <jansson.h>
#include "daemon/base/error.h"
#include "daemon/base/types.h"

/* What each view may see of an object (PROTOCOL.md).  Pure: JSON in, JSON out; no database.
 *
 * A unit sees the tickets that are with it, and their alerts; which unit a ticket is with is not written on an
 * alert, so GwViewTickets remembers it: feed it the snapshot once, then each publication's `put` before cutting
 * any view from it.
 * Thread: whoever owns the struct. */
typedef enum GwViewKind {
  GW_VIEW_DESK, /* operator, supervisor, admin: everything */
  GW_VIEW_WALL, /* everything but words, telephones, radio channels, badges and rules */
  GW_VIEW_UNIT, /* one team's phone */
} GwViewKind;

typedef struct GwView {
  GwViewKind kind;
  GwId unit_id; /* of GW_VIEW_UNIT */
} GwView;

gboolean gw_view_parse(const char *name, GwView *ret); /* "desk", "wall", "unit:7"; FALSE: no such view */

typedef struct GwViewTickets GwViewTickets;
GwViewTickets *gw_view_tickets_new(void);
void gw_view_tickets_free(GwViewTickets *tickets); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwViewTickets, gw_view_tickets_free)
/* Takes note of every ticket in the array; forgets what the note before had moved away. */
void gw_view_tickets_note(GwViewTickets *tickets, json_t *put);

/* The object itself, a masked copy, or NULL: not for this view.  Yours (a new reference). */
json_t *gw_view_filter(const GwView *view, const GwViewTickets *tickets, json_t *object);

/* One publication as this view gets it.  A ticket that left the unit (declined, timed out, given to another)
 * becomes a `del` of it and of its alert.  Both arrays are yours, and may be empty. */
void gw_view_patch(const GwView *view, const GwViewTickets *tickets, json_t *put, json_t *del, json_t **ret_put,
                   json_t **ret_del);
