#include "daemon/store/object_private.h"

/* Outages, with the cameras that each took. */
#define OUTAGE                                                                                        \
  "select id, rev, cause, name, place_id, alert_id, members, began_at_us, ended_at_us from outage"
GW_SQL(OUTAGE_OBJECT, OUTAGE " where id = :id");
/* What lasts, and what ended within the window of the snapshot. */
GW_SQL(OUTAGE_SNAPSHOT, OUTAGE " where ended_at_us is null union all " OUTAGE " where ended_at_us > :since");
GW_SQL(OUTAGE_OBJECT_CAMERAS, "select camera_id, fell_at_us, back_at_us from outage_camera where outage_id = :id"
                              " order by fell_at_us, camera_id");
const GwSql *const gw_snapshot_outage = &OUTAGE_SNAPSHOT;

static json_t *make_outage(GwDb *db, GwStmt *s, GError **error) {
  json_t *object = gw_object_from_row(s, "outage", "iittiiiii");
  json_t *cameras = gw_object_rows(db, &OUTAGE_OBJECT_CAMERAS, gw_col_int(s, 0), "iii", error);
  if (cameras && json_object_set_new_nocheck(object, "cameras", cameras) == 0)
    return object;
  json_decref(object);
  return NULL;
}

const GwObjectType gw_object_outage = {"outage", &OUTAGE_OBJECT, FALSE, make_outage};
