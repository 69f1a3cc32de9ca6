#pragma once
#include <jansson.h>
#include "daemon/store/db.h"

/* Everything of one incident in order: GET /api/v1/story/alert/<id>, /story/ticket/<id>.
 *   {"alert": object or null, "ticket": object or null,
 *    "items": [{"type": "event"|"outbox"|"clip"|"file"|"clock", "at_us", ...}, ...]}   by time
 * Events, outbox rows and clips are as in objects.json, an outbox row at the time it was queued, a clip when it was
 * asked for; a file is
 * {hash, role, user}, a clock {kind, started_at_us, due_at_us, stopped_at_us} at the time it was started.  Words
 * stand beside their references as "text" (null when erased).  At most GW_STORY_ITEMS events of each subject.
 *
 * Thread: the connection's.  NULL with an error: GW_CODE_NOT_FOUND, or as in db.h.  Yours. */
#define GW_STORY_ITEMS 1000
json_t *gw_story(GwDb *db, const char *subject, GwId id, GError **error); /* subject: "alert", "ticket" */
