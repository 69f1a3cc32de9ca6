#include "daemon/store/object_private.h"

/* A journal row as the pages show it.  Words in it are references (text.h), never the words themselves. */
#define EVENT                                                                                                  \
  "select j.seq as id, j.rev, j.at_us, j.kind, j.subject, j.subject_id, j.place_id, j.severity, "              \
  GW_USER_NAME("u") " as actor, j.on_behalf_id, j.body from journal j left join user u on u.id = j.actor_id"
GW_SQL(EVENT_OBJECT, EVENT " where j.seq = :id");
/* What the ticker tells: what has a severity, and what happened to an alert, a ticket or a round.  It looks no
 * further back than 10,000 rows, so that a journal full of small news does not hold a snapshot up. */
GW_SQL(EVENT_SNAPSHOT, EVENT " where j.seq > (select max(seq) - 10000 from journal)"
                             " and (j.severity > 0 or j.subject in ('alert', 'ticket', 'round'))"
                             " and j.kind not in ('round.planned', 'round.opened') order by j.seq desc limit :n");
const GwSql *const gw_snapshot_event = &EVENT_SNAPSHOT;

static json_t *make_event(GwDb *db, GwStmt *s, GError **error) {
  json_t *object = gw_object_from_row(s, "event", "iiittiiitiJ");
  if (!json_is_object(json_object_get(object, "body")))
    json_object_set_new_nocheck(object, "body", json_object());
  return object;
}

const GwObjectType gw_object_event_type = {"event", &EVENT_OBJECT, FALSE, make_event};

GW_SQL(EVENT_ACTOR, "select " GW_USER_NAME("u") " from user u where u.id = :id");

char *gw_object_actor(GwDb *db, GwId user_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &EVENT_ACTOR);
  gw_bind_int(s, ":id", user_id);
  GwStep step = gw_step(s, error);
  return step == GW_STEP_FAILED ? NULL : g_strdup(step == GW_STEP_ROW ? gw_col_text(s, 0) : "");
}

json_t *gw_object_event(const GwJournalRow *row, const char *actor) {
  return json_pack("{s:s, s:I, s:I, s:I, s:s, s:s, s:I, s:I, s:i, s:s, s:I, s:O}", "type", "event", "id",
                   (json_int_t)row->seq, "rev", (json_int_t)row->rev, "at_us", (json_int_t)row->at_us, "kind", row->kind,
                   "subject", row->subject, "subject_id", (json_int_t)row->subject_id, "place_id",
                   (json_int_t)row->place_id, "severity", row->severity, "actor", actor, "on_behalf_id",
                   (json_int_t)row->on_behalf_id, "body", row->body);
}
