#include "daemon/store/object_private.h"

/* Cameras and readers: things that report. */
#define CAMERA                                                                                              \
  "select id, rev, code, name, place_id, lat, lon, zone, enabled, state, cause, state_at_us, codec, width," \
  " height, recorder, switch from camera where removed_at_us is null"
GW_SQL(CAMERA_OBJECT, CAMERA " and id = :id");
GW_SQL(CAMERA_SNAPSHOT, CAMERA);
const GwSql *const gw_snapshot_camera = &CAMERA_SNAPSHOT;

static json_t *make_camera(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "camera", "iittirrtbttitiitt");
}

const GwObjectType gw_object_camera = {"camera", &CAMERA_OBJECT, FALSE, make_camera};

#define READER "select id, rev, name, unit_id, epoch, last_seq, seen_at_us, removed_at_us is not null as removed from reader"
GW_SQL(READER_OBJECT, READER " where id = :id");
GW_SQL(READER_SNAPSHOT, READER " where removed_at_us is null");
const GwSql *const gw_snapshot_reader = &READER_SNAPSHOT;

static json_t *make_reader(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "reader", "iitiiiib");
}

const GwObjectType gw_object_reader = {"reader", &READER_OBJECT, FALSE, make_reader};
