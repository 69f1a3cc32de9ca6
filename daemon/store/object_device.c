#include "daemon/store/object_private.h"

/* Cameras and readers: things that report. */
#define CAMERA                                                                                              \
  "select c.id, c.rev, c.code, c.name, c.place_id, c.lat, c.lon, c.zone, c.enabled, c.state, c.cause,"       \
  " c.state_at_us, c.codec, c.width, c.height, c.recorder, c.switch, c.power, c.watch,"                     \
  " c.sub_url <> '' as has_sub, c.metadata, c.checkpoint_id, c.via, c.sees,"                                \
  " (select m.outage_id from outage_camera m join outage o on o.id = m.outage_id"                           \
  "  where m.camera_id = c.id and m.back_at_us is null and o.ended_at_us is null) as outage_id,"            \
  " r.at_us as reference_at_us, r.hash as reference_hash, c.channel,"                                       \
  " c.channel > 0 and exists (select 1 from recorder d where d.name = c.recorder and d.removed_at_us is null)" \
  "  as look_back, c.control_url <> '' as control,"                                                         \
  " (select json_group_array(json_object('token', p.token, 'name', p.name)) from (select token, name"       \
  "  from preset where camera_id = c.id order by length(token), token) p) as presets,"                      \
  " c.home_preset, c.away_preset"                                                                           \
  " from camera c left join reference r on r.camera_id = c.id where c.removed_at_us is null"
GW_SQL(CAMERA_OBJECT, CAMERA " and c.id = :id");
GW_SQL(CAMERA_SNAPSHOT, CAMERA);
const GwSql *const gw_snapshot_camera = &CAMERA_SNAPSHOT;

static json_t *make_camera(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "camera", "iittirrtbttitiittttbbittiitibbjtt");
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
