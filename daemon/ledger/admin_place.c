/* Places and routes, changed one by one. */
#include <math.h>
#include <string.h>

#include "daemon/ledger/admin.h"
#include "daemon/ledger/blind.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/round.h"
#include "daemon/store/place.h"
#include "daemon/store/route.h"
#include "daemon/store/unit.h"

/* ---- places: a change is a new version; alerts and tickets keep the one they were in ---- */

static void touch_all(GwTx *tx, const char *type, GArray *ids) {
  for (guint i = 0; i < ids->len; i++)
    gw_tx_touch(tx, type, g_array_index(ids, GwId, i));
}

static gboolean move_contents(GwTx *tx, GwId from_id, GwId to_id, GError **error) {
  if (!gw_store_place_move_contents(tx->db, from_id, to_id, error))
    return FALSE;
  g_autoptr(GArray) places = gw_store_place_children(tx->db, to_id, error);
  g_autoptr(GArray) cameras = places ? gw_store_place_cameras(tx->db, to_id, error) : NULL;
  g_autoptr(GArray) points = cameras ? gw_store_place_checkpoints(tx->db, to_id, error) : NULL;
  if (!points)
    return FALSE;
  touch_all(tx, "place", places);
  touch_all(tx, "camera", cameras);
  touch_all(tx, "checkpoint", points);
  return TRUE;
}

gboolean gw_admin_place_change(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwPlaceRow) row = {0};
  if (!gw_store_place_get(tx->db, gw_arg_id(args, "place_id"), &row, error))
    return gw_tx_not_found(tx, error, "没有这个地点。", "There is no such place.");
  if (row.valid_to_us > 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该地点已有新版本，请修改现行地点。",
                        "This place has a newer version: change the present one.");
  if (!gw_tx_check_rev(tx, "place", row.id, row.rev, error))
    return FALSE;
  if (gw_arg_has(args, "lat") != gw_arg_has(args, "lon"))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "经度和纬度须同时给出。",
                        "Give latitude and longitude together.");
  const GwId old_id = row.id;
  const GwUsec now_us = MAX(tx->now_us, row.valid_from_us + 1); /* a version lasts, if only a moment */
  if (!gw_store_place_close(tx->db, old_id, row.rev + 1, now_us, error))
    return FALSE;
  gw_arg_take_text(args, "name", &row.name);
  if (gw_arg_has(args, "lat")) {
    row.lat = gw_arg_real(args, "lat");
    row.lon = gw_arg_real(args, "lon");
  }
  row.rev++;
  row.valid_from_us = now_us;
  row.replaces_id = old_id;
  if (!gw_store_place_insert(tx->db, &row, error) || !move_contents(tx, old_id, row.id, error) ||
      !gw_blind_note(tx, old_id, error) || !gw_blind_note(tx, row.id, error))
    return FALSE;
  gw_tx_gone(tx, "place", old_id);
  gw_tx_touch(tx, "place", row.id);
  *ret_result = json_pack("{s:I}", "place_id", (json_int_t)row.id);
  json_t *body =
      json_pack("{s:s, s:s, s:I}", "code", row.code, "name", row.name, "replaces_id", (json_int_t)old_id);
  return gw_tx_journal(tx, "place.changed", "place", row.id, row.rev, row.id, 0, 0, body, error) > 0;
}

/* ---- routes ---- */

static gboolean take_times(GwTx *tx, GwRouteRow *row, json_t *times, GError **error) {
  json_t *plan = json_loads(row->plan, 0, NULL);
  if (!plan)
    plan = json_object();
  json_object_set(plan, "times", times);
  char *text = json_dumps(plan, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(plan);
  g_free(row->plan);
  row->plan = g_strdup(text);
  free(text);
  GwPlan checked;
  return gw_round_plan_from_json(row->plan, &checked, error);
}

gboolean gw_admin_route_change(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwRouteRow) row = {0};
  g_auto(GwUnitRow) unit = {0};
  if (!gw_store_route_get(tx->db, gw_arg_id(args, "route_id"), &row, error))
    return gw_tx_not_found(tx, error, "没有这条路线。", "There is no such route.");
  if (!gw_tx_check_rev(tx, "route", row.id, row.rev, error))
    return FALSE;
  gw_arg_take_text(args, "name", &row.name);
  if (gw_arg_has(args, "unit_id"))
    row.unit_id = gw_arg_id(args, "unit_id");
  if (row.unit_id > 0 && !gw_store_unit_get(tx->db, row.unit_id, &unit, error))
    return gw_tx_not_found(tx, error, "没有这支队伍。", "There is no such unit.");
  if (gw_arg_has(args, "enabled"))
    row.enabled = json_is_true(json_object_get(args, "enabled"));
  if (gw_arg_has(args, "times") && !take_times(tx, &row, json_object_get(args, "times"), error))
    return FALSE;
  row.rev++;
  json_t *body = json_pack("{s:s, s:s, s:b, s:o}", "code", row.code, "name", row.name, "enabled", row.enabled,
                           "unit_id", gw_json_id(row.unit_id));
  return gw_store_route_update(tx->db, &row, error) &&
         gw_tx_journal(tx, "route.changed", "route", row.id, row.rev, 0, 0, 0, body, error) > 0 &&
         gw_round_replan(tx, row.id, error);
}
