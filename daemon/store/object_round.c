#include "daemon/store/object_private.h"

#define ROUND                                                                                                \
  "select id, rev, route_id, unit_id, name, volunteer, ordered, state, planned_at_us, ends_at_us, started_at_us," \
  " done_at_us from round"
GW_SQL(ROUND_OBJECT, ROUND " where id = :id");
GW_SQL(ROUND_SNAPSHOT, ROUND " where planned_at_us between :since and :until");
GW_SQL(ROUND_POINTS, "select id, idx, checkpoint_id, name, lat, lon, due_at_us, from_us, to_us, state, timing, flags,"
                     " done_at_us from round_point where round_id = :id order by idx");
const GwSql *const gw_snapshot_round = &ROUND_SNAPSHOT;

static json_t *make_round(GwDb *db, GwStmt *s, GError **error) {
  json_t *points = gw_object_rows(db, &ROUND_POINTS, gw_col_int(s, 0), "iiitrriiittji", error);
  if (!points)
    return NULL;
  json_t *object = gw_object_from_row(s, "round", "iiiitbbtiiii");
  json_object_set_new_nocheck(object, "points", points);
  return object;
}

const GwObjectType gw_object_round = {"round", &ROUND_OBJECT, FALSE, make_round};
