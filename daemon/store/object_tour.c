#include "daemon/store/object_private.h"
#include "daemon/store/tour.h"

/* Tours with the cameras that they have now, and their runs. */
#define TOUR "select id, rev, name, tiles, dwell_s, per_shift, selector, enabled from tour where removed_at_us is null"
GW_SQL(TOUR_OBJECT, TOUR " and id = :id");
GW_SQL(TOUR_SNAPSHOT, TOUR);
const GwSql *const gw_snapshot_tour = &TOUR_SNAPSHOT;

static json_t *make_tour(GwDb *db, GwStmt *s, GError **error) {
  g_autoptr(GArray) cameras = gw_store_tour_cameras(db, gw_col_int(s, 0), error);
  if (!cameras)
    return NULL;
  json_t *object = gw_object_from_row(s, "tour", "iitiiiJb"), *ids = json_array();
  for (guint i = 0; i < cameras->len; i++)
    json_array_append_new(ids, json_integer(g_array_index(cameras, GwId, i)));
  json_object_set_new_nocheck(object, "camera_ids", ids);
  return object;
}

const GwObjectType gw_object_tour = {"tour", &TOUR_OBJECT, FALSE, make_tour};

#define TOUR_RUN                                                                                             \
  "select r.id, r.rev, r.tour_id, r.shift_id, r.state, r.due_from_us, r.due_to_us, r.user_id,"               \
  " " GW_USER_NAME("u") " as name, r.pages,"                                                                 \
  " (select json_group_array(l.page) from tour_look l where l.run_id = r.id) as looked,"                     \
  " r.started_at_us, r.ended_at_us from tour_run r left join user u on u.id = r.user_id"
GW_SQL(TOUR_RUN_OBJECT, TOUR_RUN " where r.id = :id");
/* Of this shift and the one before. */
GW_SQL(TOUR_RUN_SNAPSHOT,
       TOUR_RUN " where r.shift_id in (select id from shift where ends_at_us > :since and starts_at_us <= :now) order by r.id");
const GwSql *const gw_snapshot_tour_run = &TOUR_RUN_SNAPSHOT;

static json_t *make_run(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "tour_run", "iiiitiiitjjii");
}

const GwObjectType gw_object_tour_run = {"tour_run", &TOUR_RUN_OBJECT, FALSE, make_run};
