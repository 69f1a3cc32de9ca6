#include "daemon/store/finding.h"

#include "daemon/store/ids.h"

#define COLUMNS                                                                                              \
  "id, rev, camera_id, kind, zone_id, measure, threshold, before_hash, now_hash, alert_id, first_at_us, "    \
  "ended_at_us"                                                                                              \
  " from finding "
#define OF_KIND "camera_id = :camera_id and kind = :kind and coalesce(zone_id, 0) = :zone_id"

GW_SQL(FINDING_BY_ID, "select " COLUMNS "where id = :id");
GW_SQL(FINDING_OPEN, "select " COLUMNS "where " OF_KIND " and ended_at_us is null");
GW_SQL(FINDING_INSERT,
       "insert into finding (camera_id, kind, zone_id, measure, threshold, before_hash, now_hash, alert_id, "
       "first_at_us)"
       " values (:camera_id, :kind, :zone_id, :measure, :threshold, :before, :now, :alert_id, :first_at)");
GW_SQL(FINDING_UPDATE, "update finding set rev = :rev, measure = :measure, threshold = :threshold, "
                       "before_hash = :before, now_hash = :now,"
                       " alert_id = :alert_id, ended_at_us = :ended_at where id = :id");
GW_SQL(FINDING_COUNT_SINCE, "select count(*) from finding where " OF_KIND " and first_at_us > :since");
/* Three of them: one that asks for either would read the whole table, years of it, for each camera of a worker. */
#define IDS_OPEN "select id from finding indexed by finding_open where ended_at_us is null"
GW_SQL(FINDING_IDS_OPEN, IDS_OPEN " order by id");
GW_SQL(FINDING_IDS_OPEN_CAMERA, IDS_OPEN " and camera_id = :camera_id order by id");
GW_SQL(FINDING_IDS_OPEN_ZONE, IDS_OPEN " and camera_id = (select camera_id from zone where id = :zone_id)"
                              " and zone_id = :zone_id order by id");

static gboolean read_row(GwStmt *s, GwFindingRow *ret, GError **error) {
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (GwFindingRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .camera_id = gw_col_int(s, 2),
      .zone_id = gw_col_int(s, 4),
      .measure = gw_col_real(s, 5),
      .threshold = gw_col_real(s, 6),
      .alert_id = gw_col_int(s, 9),
      .first_at_us = gw_col_int(s, 10),
      .ended_at_us = gw_col_int(s, 11),
  };
  g_strlcpy(ret->before_hash, gw_col_text(s, 7), sizeof ret->before_hash);
  g_strlcpy(ret->now_hash, gw_col_text(s, 8), sizeof ret->now_hash);
  if (gw_finding_kind_from_string(gw_col_text(s, 3), &ret->kind))
    return TRUE;
  g_set_error(error, GW_ERROR, GW_CODE_INTERNAL, "The finding kind \"%s\" is not known.", gw_col_text(s, 3));
  return FALSE;
}

static void bind_kind(GwStmt *s, GwId camera_id, GwFindingKind kind, GwId zone_id) {
  gw_bind_int(s, ":camera_id", camera_id);
  gw_bind_text(s, ":kind", gw_finding_kind_to_string(kind));
  gw_bind_int(s, ":zone_id", zone_id);
}

gboolean gw_store_finding_get(GwDb *db, GwId id, GwFindingRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &FINDING_BY_ID);
  gw_bind_id(s, ":id", id);
  return read_row(s, ret, error);
}

gboolean gw_store_finding_open(GwDb *db, GwId camera_id, GwFindingKind kind, GwId zone_id, GwFindingRow *ret,
                               GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &FINDING_OPEN);
  bind_kind(s, camera_id, kind, zone_id);
  return read_row(s, ret, error);
}

static void bind_seen(GwStmt *s, const GwFindingRow *row) {
  gw_bind_real(s, ":measure", row->measure);
  gw_bind_real(s, ":threshold", row->threshold);
  gw_bind_text(s, ":before", row->before_hash);
  gw_bind_text(s, ":now", row->now_hash);
  gw_bind_id(s, ":alert_id", row->alert_id);
}

gboolean gw_store_finding_insert(GwDb *db, GwFindingRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &FINDING_INSERT);
  gw_bind_int(s, ":camera_id", row->camera_id);
  gw_bind_text(s, ":kind", gw_finding_kind_to_string(row->kind));
  gw_bind_id(s, ":zone_id", row->zone_id);
  bind_seen(s, row);
  gw_bind_int(s, ":first_at", row->first_at_us);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  row->rev = 1;
  return TRUE;
}

gboolean gw_store_finding_update(GwDb *db, GwFindingRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &FINDING_UPDATE);
  row->rev++;
  gw_bind_int(s, ":id", row->id);
  gw_bind_int(s, ":rev", row->rev);
  bind_seen(s, row);
  gw_bind_at(s, ":ended_at", row->ended_at_us);
  return gw_step_done(s, error);
}

gboolean gw_store_finding_count_since(GwDb *db, GwId camera_id, GwFindingKind kind, GwId zone_id,
                                      GwUsec since_us, guint *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &FINDING_COUNT_SINCE);
  bind_kind(s, camera_id, kind, zone_id);
  gw_bind_int(s, ":since", since_us);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (guint)gw_col_int(s, 0);
  return TRUE;
}

GArray *gw_store_finding_ids_open(GwDb *db, GwId camera_id, GwId zone_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, zone_id > 0     ? &FINDING_IDS_OPEN_ZONE
                                    : camera_id > 0 ? &FINDING_IDS_OPEN_CAMERA
                                                    : &FINDING_IDS_OPEN);
  if (zone_id > 0)
    gw_bind_id(s, ":zone_id", zone_id);
  else if (camera_id > 0)
    gw_bind_id(s, ":camera_id", camera_id);
  return gw_store_read_ids(s, error);
}
