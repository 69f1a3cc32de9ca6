#include "daemon/store/object_private.h"

/* A journal row as the pages show it.  Words in it are references (text.h), never the words themselves. */
#define EVENT                                                                                                  \
  "select j.seq as id, j.rev, j.at_us, j.kind, j.subject, j.subject_id, j.place_id, j.severity, "              \
  GW_USER_NAME("u") " as actor, j.on_behalf_id, j.body from journal j left join user u on u.id = j.actor_id"
GW_SQL(EVENT_OBJECT, EVENT " where j.seq = :id");
/* What the ticker tells: what has a severity, and what happened to an alert, a ticket or a round.  It looks no
 * further back than 10,000 rows, so that a journal full of small news does not hold a snapshot up. */
GW_SQL(EVENT_SNAPSHOT, EVENT " where j.seq > (select max(seq) - 10000 from journal)"
                             " and (j.severity > 0 or j.subject in ('alert', 'ticket', 'round')) order by j.seq desc limit :n");
const GwSql *const gw_snapshot_event = &EVENT_SNAPSHOT;

static json_t *make_event(GwDb *db, GwStmt *s, GError **error) {
  json_t *object = gw_object_from_row(s, "event", "iiittiiitiJ");
  if (!json_is_object(json_object_get(object, "body")))
    json_object_set_new_nocheck(object, "body", json_object());
  return object;
}

const GwObjectType gw_object_event = {"event", &EVENT_OBJECT, FALSE, make_event};
