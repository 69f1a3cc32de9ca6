#include "daemon/store/object_private.h"

/* Shifts, who sits at the desk, and the messages that go out. */
#define SHIFT "select id, rev, kind, starts_at_us, ends_at_us from shift"
GW_SQL(SHIFT_OBJECT, SHIFT " where id = :id");
GW_SQL(SHIFT_SNAPSHOT, SHIFT " where starts_at_us <= :now and ends_at_us > :now order by starts_at_us desc limit 1");
const GwSql *const gw_snapshot_shift = &SHIFT_SNAPSHOT;

static json_t *make_shift(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "shift", "iitii");
}

const GwObjectType gw_object_shift = {"shift", &SHIFT_OBJECT, FALSE, make_shift};

#define WATCH                                                                                             \
  "select w.id, w.rev, w.shift_id, w.user_id, " GW_USER_NAME("u") " as name, w.seat, w.from_us, w.to_us," \
  " w.sound_at_us from watch w join user u on u.id = w.user_id"
GW_SQL(WATCH_OBJECT, WATCH " where w.id = :id");
GW_SQL(WATCH_SNAPSHOT, WATCH " where w.to_us is null");
const GwSql *const gw_snapshot_watch = &WATCH_SNAPSHOT;

static json_t *make_watch(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "watch", "iiiitiiii");
}

const GwObjectType gw_object_watch = {"watch", &WATCH_OBJECT, FALSE, make_watch};

#define OUTBOX                                                                                                    \
  "select id, rev, channel, target, target_id, target_role, subject, subject_id, template, priority, state, attempts," \
  " queued_at_us, sent_at_us, delivered_at_us, read_at_us, answered_at_us, deadline_at_us from outbox"
GW_SQL(OUTBOX_OBJECT, OUTBOX " where id = :id");
/* What is under way, and the last 12 h of every ticket that is open. */
GW_SQL(OUTBOX_SNAPSHOT,
       OUTBOX " where state in ('QUEUED','SENDING','ACCEPTED','DELIVERED','TEMP_FAIL','UNKNOWN')"
              " union " OUTBOX " where subject = 'ticket' and queued_at_us > :since and subject_id in"
              " (select id from ticket where state not in ('CLOSED','REJECTED','MERGED','CANCELLED'))");
const GwSql *const gw_snapshot_outbox = &OUTBOX_SNAPSHOT;

static json_t *make_outbox(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "outbox", "iittittititiiiiiii");
}

const GwObjectType gw_object_outbox = {"outbox", &OUTBOX_OBJECT, FALSE, make_outbox};
