#include "daemon/store/object_private.h"

/* Places and checkpoints: where things are. */
#define PLACE "select id, rev, code, name, kind, parent_id, lat, lon, outline from place"
#define PLACE_VALID " and valid_from_us <= :now and (valid_to_us is null or valid_to_us > :now)"
GW_SQL(PLACE_OBJECT, PLACE " where id = :id" PLACE_VALID);
GW_SQL(PLACE_SNAPSHOT, PLACE " where 1" PLACE_VALID);
const GwSql *const gw_snapshot_place = &PLACE_SNAPSHOT;

static json_t *make_place(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "place", "iitttirrJ");
}

const GwObjectType gw_object_place = {"place", &PLACE_OBJECT, TRUE, make_place};

#define CHECKPOINT "select id, rev, code, name, place_id, lat, lon, radius_m from checkpoint"
GW_SQL(CHECKPOINT_OBJECT, CHECKPOINT " where id = :id");
GW_SQL(CHECKPOINT_SNAPSHOT, CHECKPOINT);
const GwSql *const gw_snapshot_checkpoint = &CHECKPOINT_SNAPSHOT;

static json_t *make_checkpoint(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "checkpoint", "iittirrr");
}

const GwObjectType gw_object_checkpoint = {"checkpoint", &CHECKPOINT_OBJECT, FALSE, make_checkpoint};
