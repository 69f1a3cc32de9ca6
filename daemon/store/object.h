#pragma once
#include <jansson.h>
#include "daemon/store/db.h"
#include "daemon/store/journal.h"

/* Rows as the objects of schema/wire/objects.json, whole: the one place that makes them, for patches, snapshots
 * and pages alike, so that these cannot differ.  Every field that a page shows and no row holds (due times,
 * names of people who acted) is made here too.
 *
 * Thread: the connection's.  Errors as in db.h. */

/* center (id 1), place, camera, checkpoint, unit, alert, ticket, round, shift, watch, outbox, reader, event (id is
 * its seq).  NULL when it is gone (no such row, removed, no longer valid; then no error is set) or on failure.  Yours. */
json_t *gw_object_load(GwDb *db, const char *type, GwId id, GError **error);

/* The event object of a row that was just appended, without reading it back; `actor` as gw_object_actor() says.
 * `row->body` is shared with it: change it no more. */
json_t *gw_object_event(const GwJournalRow *row, const char *actor);
/* The name that is shown for who acted; "" for the system.  Caller frees; NULL: failed. */
char *gw_object_actor(GwDb *db, GwId user_id, GError **error);

/* Everything that a view holds, in one read transaction, as an array; ret_seq is the journal's end in it.  `view`
 * is "desk", "wall" or "unit:ID" ("unit" with unit_id).  NULL with an error: unknown view, or storage.  Yours. */
json_t *gw_snapshot(GwDb *db, const char *view, GwId unit_id, GwUsec now_us, gint64 *ret_seq, GError **error);

#define GW_SNAPSHOT_PAST_US (12 * GW_HOUR) /* how long what is over stays on the pages */
#define GW_SNAPSHOT_EVENTS 50
