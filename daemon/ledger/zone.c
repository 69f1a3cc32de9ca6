/* Zones: areas of a picture, drawn by people, where what comes and stays is of interest. */
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/core/finding.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/finding.h"
#include "daemon/store/camera.h"
#include "daemon/store/zone.h"

#define CORNERS_MOST 32

static gboolean load(GwTx *tx, json_t *args, GwZoneRow *ret, GError **error) {
  if (!gw_store_zone_get(tx->db, gw_arg_id(args, "zone_id"), ret, error))
    return gw_tx_not_found(tx, error, "没有这个画面区域。", "There is no such zone.");
  return gw_tx_check_rev(tx, "zone", ret->id, ret->rev, error);
}

static gboolean check_camera(GwTx *tx, GwId camera_id, GwCameraRow *ret, GError **error) {
  if (!gw_store_camera_get(tx->db, camera_id, ret, error))
    return gw_tx_not_found(tx, error, "没有这个摄像机。", "There is no such camera.");
  if (ret->removed_at_us > 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该摄像机已移除。", "This camera is removed.");
  return TRUE;
}

static gboolean check_room(GwTx *tx, GwId camera_id, GError **error) {
  g_autoptr(GArray) there = gw_store_zones_of_camera(tx->db, camera_id, FALSE, error);
  if (!there)
    return FALSE;
  return there->len < GW_LIMIT_ZONES_PER_CAMERA ||
         gw_tx_refuse(tx, error, GW_CODE_TOO_LARGE, "每个摄像机最多 8 个区域，请先移除一个。",
                      "A camera takes eight zones: remove one first.");
}

/* *ret_changed: what the worker looks at is another area now. */
static gboolean take_points(GwTx *tx, GwZoneRow *row, json_t *args, gboolean *ret_changed, GError **error) {
  json_t *points = json_object_get(args, "points");
  if (!points)
    return TRUE;
  double xy[2 * CORNERS_MOST];
  const gsize n = json_array_size(points);
  for (gsize i = 0; i < MIN(n, CORNERS_MOST); i++)
    for (gsize axis = 0; axis < 2; axis++)
      xy[2 * i + axis] = json_number_value(json_array_get(json_array_get(points, i), axis));
  if (n > CORNERS_MOST || !gw_zone_polygon_is_valid(xy, n))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "区域须为边不相交、有面积的多边形，请重画。",
                        "The zone must be an area whose edges do not cross: draw it anew.");
  char *text = json_dumps(points, JSON_COMPACT | JSON_REAL_PRECISION(6));
  *ret_changed |= g_strcmp0(row->points, text) != 0;
  g_free(row->points);
  row->points = g_strdup(text);
  free(text);
  return TRUE;
}

static gboolean take_int(json_t *args, const char *name, int *value) {
  const int before = *value;
  if (gw_arg_has(args, name))
    *value = (int)gw_arg_int(args, name);
  return *value != before;
}

/* *ret_changed: the worker begins anew with it, and what it found by the old settings is over. */
static gboolean take_settings(GwTx *tx, GwZoneRow *row, json_t *args, gboolean *ret_changed, GError **error) {
  gw_arg_take_text(args, "name", &row->name);
  gw_arg_take_text(args, "category", &row->category);
  *ret_changed = take_int(args, "from_min", &row->from_min);
  *ret_changed |= take_int(args, "to_min", &row->to_min);
  *ret_changed |= take_int(args, "dwell_s", &row->dwell_s);
  if (gw_arg_has(args, "enabled"))
    row->enabled = json_is_true(json_object_get(args, "enabled"));
  return take_points(tx, row, args, ret_changed, error);
}

static gboolean journal(GwTx *tx, const char *kind, const GwZoneRow *row, GwId place_id, GError **error) {
  if (row->removed_at_us > 0)
    gw_tx_gone(tx, "zone", row->id);
  else
    gw_tx_touch(tx, "zone", row->id);
  gw_tx_effect(tx, "scene.set", json_pack("{s:I}", "id", (json_int_t)row->camera_id));
  json_t *body =
      json_pack("{s:I, s:s, s:s, s:o, s:i, s:i, s:i, s:b}", "camera_id", (json_int_t)row->camera_id, "name",
                row->name, "category", row->category, "points", json_loads(row->points, 0, NULL), "from_min",
                row->from_min, "to_min", row->to_min, "dwell_s", row->dwell_s, "enabled", row->enabled);
  return gw_tx_journal(tx, kind, "zone", row->id, row->rev, place_id, 0, 0, body, error) > 0;
}

static gboolean add(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) camera = {0};
  g_auto(GwZoneRow) row = {.camera_id = gw_arg_id(args, "camera_id"), .enabled = TRUE};
  gboolean changed = FALSE;
  if (!check_camera(tx, row.camera_id, &camera, error) || !check_room(tx, row.camera_id, error) ||
      !take_settings(tx, &row, args, &changed, error) || !gw_store_zone_insert(tx->db, &row, error))
    return FALSE;
  *ret_result = json_pack("{s:I}", "zone_id", (json_int_t)row.id);
  return journal(tx, "zone.added", &row, camera.place_id, error);
}

static gboolean change(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) camera = {0};
  g_auto(GwZoneRow) row = {0};
  gboolean changed = FALSE;
  if (!load(tx, args, &row, error) || !check_camera(tx, row.camera_id, &camera, error))
    return FALSE;
  if (row.removed_at_us > 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该区域已移除，请先恢复。",
                        "This zone is removed: restore it first.");
  if (!take_settings(tx, &row, args, &changed, error) || !gw_store_zone_update(tx->db, &row, error))
    return FALSE;
  if ((changed || !row.enabled) &&
      !gw_finding_end_of_zone(tx, row.id, row.enabled ? "zone_changed" : "disabled", error))
    return FALSE;
  return journal(tx, "zone.changed", &row, camera.place_id, error);
}

static gboolean remove_zone(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) camera = {0};
  g_auto(GwZoneRow) row = {0};
  if (!load(tx, args, &row, error) || !gw_store_camera_get(tx->db, row.camera_id, &camera, error))
    return FALSE;
  if (row.removed_at_us > 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该区域已移除。", "This zone is removed already.");
  row.removed_at_us = tx->now_us;
  return gw_store_zone_update(tx->db, &row, error) && gw_finding_end_of_zone(tx, row.id, "removed", error) &&
         journal(tx, "zone.removed", &row, camera.place_id, error);
}

static gboolean restore(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) camera = {0};
  g_auto(GwZoneRow) row = {0};
  if (!load(tx, args, &row, error))
    return FALSE;
  if (row.removed_at_us == 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该区域没有被移除。", "This zone is not removed.");
  if (!check_camera(tx, row.camera_id, &camera, error) || !check_room(tx, row.camera_id, error))
    return FALSE;
  row.removed_at_us = 0;
  return gw_store_zone_update(tx->db, &row, error) &&
         journal(tx, "zone.restored", &row, camera.place_id, error);
}

static const GwCommandEntry commands[] = {
    {"zone.add", add}, {"zone.change", change}, {"zone.remove", remove_zone}, {"zone.restore", restore}, {0},
};
const GwLedgerNoun gw_ledger_zone = {.commands = commands};
