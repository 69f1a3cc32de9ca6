#include "daemon/store/object_private.h"

/* What pictures are watched for and what was found: zones, findings, and the rules that choose. */
#define ZONE                                                                                              \
  "select id, rev, camera_id, name, category, points, from_min, to_min, dwell_s, enabled from zone"       \
  " where removed_at_us is null"
GW_SQL(ZONE_OBJECT, ZONE " and id = :id");
GW_SQL(ZONE_SNAPSHOT, ZONE);
const GwSql *const gw_snapshot_zone = &ZONE_SNAPSHOT;

static json_t *make_zone(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "zone", "iiittjiiib");
}

const GwObjectType gw_object_zone = {"zone", &ZONE_OBJECT, FALSE, make_zone};

#define FINDING                                                                                           \
  "select id, rev, camera_id, kind, zone_id, measure, threshold, before_hash, now_hash, alert_id,"        \
  " first_at_us, ended_at_us from finding"
GW_SQL(FINDING_OBJECT, FINDING " where id = :id");
/* What is open, and what ended within the window of the snapshot. */
GW_SQL(FINDING_SNAPSHOT, FINDING " indexed by finding_open where ended_at_us is null union all " FINDING " where ended_at_us > :since"
                                 " and first_at_us > :since - 86400000000");
const GwSql *const gw_snapshot_finding = &FINDING_SNAPSHOT;

static json_t *make_finding(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "finding", "iiitirrttiii");
}

const GwObjectType gw_object_finding = {"finding", &FINDING_OBJECT, FALSE, make_finding};

#define RULE                                                                                              \
  "select id, version as rev, kind, name, selector, makes, category, priority, on_delay_us, off_delay_us,"\
  " latched, response_zh, response_en, enabled from rule"                                                \
  " where version = (select max(version) from rule r where r.id = rule.id)"
GW_SQL(RULE_OBJECT, RULE " and id = :id");
GW_SQL(RULE_SNAPSHOT, RULE " order by id");
const GwSql *const gw_snapshot_rule = &RULE_SNAPSHOT;

static json_t *make_rule(GwDb *db, GwStmt *s, GError **error) {
  json_t *object = gw_object_from_row(s, "rule", "iittJttiiibttb");
  if (!json_is_object(json_object_get(object, "selector")))
    json_object_set_new_nocheck(object, "selector", json_object());
  return object;
}

const GwObjectType gw_object_rule = {"rule", &RULE_OBJECT, FALSE, make_rule};
