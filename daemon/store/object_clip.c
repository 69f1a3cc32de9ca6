#include "daemon/store/object_private.h"

/* Looking back and keeping proof: clips, recorders, and the wall's two spots. */
#define CLIP                                                                                              \
  "select p.id, p.rev, p.source, p.alert_id, p.camera_id, p.state, p.why, p.hash, p.from_us, p.to_us,"    \
  " p.bytes, p.frames, p.width, p.height, p.codecs, p.broken, " GW_USER_NAME("a") " as asked_by,"         \
  " p.asked_at_us, coalesce(t.body, '') as words, " GW_USER_NAME("o") " as allowed_by, p.allowed_at_us,"  \
  " p.saved_at_us, p.keep_until_us, p.locked_at_us is not null as locked, " GW_USER_NAME("l")             \
  " as locked_by from clip p left join user a on a.id = p.asked_by left join user o on o.id = p.allowed_by" \
  " left join user l on l.id = p.locked_by left join text t on t.id = p.words_text_id"
GW_SQL(CLIP_OBJECT, CLIP " where p.id = :id");
/* Whatever somebody waits for, whatever belongs to an open alert, and what was asked for lately.  Cross: the few
 * alerts that are open first, not the clips of years. */
GW_SQL(CLIP_SNAPSHOT,
       CLIP " where p.id in (select id from clip where state in ('asked','waiting')"
            " union select c.id from alert b cross join clip c on c.alert_id = b.id where b.state <> 'NORM'"
            " union select id from clip where asked_at_us > :since)");
const GwSql *const gw_snapshot_clip = &CLIP_SNAPSHOT;

static json_t *make_clip(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "clip", "iitiitttiiiiiititittiiibt");
}

const GwObjectType gw_object_clip = {"clip", &CLIP_OBJECT, FALSE, make_clip};

/* The password is in none of these. */
#define RECORDER                                                                                          \
  "select id, rev, name, make, url_template, user_name, playbacks_most, days_held, held_at_us"            \
  " from recorder where removed_at_us is null"
GW_SQL(RECORDER_OBJECT, RECORDER " and id = :id");
GW_SQL(RECORDER_SNAPSHOT, RECORDER);
const GwSql *const gw_snapshot_recorder = &RECORDER_SNAPSHOT;

static json_t *make_recorder(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "recorder", "iittttiii");
}

const GwObjectType gw_object_recorder = {"recorder", &RECORDER_OBJECT, FALSE, make_recorder};

#define SPOT                                                                                              \
  "select s.id, s.rev, s.camera_id, s.alert_id, s.pinned_by is not null as pinned,"                       \
  " " GW_USER_NAME("u") " as pinned_by, s.at_us from spot s left join user u on u.id = s.pinned_by"
GW_SQL(SPOT_OBJECT, SPOT " where s.id = :id");
GW_SQL(SPOT_SNAPSHOT, SPOT);
const GwSql *const gw_snapshot_spot = &SPOT_SNAPSHOT;

static json_t *make_spot(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "spot", "iiiibti");
}

const GwObjectType gw_object_spot = {"spot", &SPOT_OBJECT, FALSE, make_spot};
