/* Tours: which there are.  Supervisors and administrators make them. */
#include "daemon/ledger/tour.h"

#include <stdlib.h>

#include "daemon/base/limits.h"
#include "daemon/ledger/field.h"

static gboolean load(GwTx *tx, json_t *args, GwTourRow *ret, GError **error) {
  if (!gw_store_tour_get(tx->db, gw_arg_id(args, "tour_id"), ret, error))
    return gw_tx_not_found(tx, error, "没有这个轮巡。", "There is no such tour.");
  return gw_tx_check_rev(tx, "tour", ret->id, ret->rev, error);
}

static gboolean load_present(GwTx *tx, json_t *args, GwTourRow *ret, GError **error) {
  if (!load(tx, args, ret, error))
    return FALSE;
  return ret->removed_at_us == 0 || gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该轮巡已移除，请先恢复。",
                                                 "This tour is removed: restore it first.");
}

static gboolean check_room(GwTx *tx, GError **error) {
  g_autoptr(GArray) there = gw_store_tour_ids(tx->db, error);
  if (!there)
    return FALSE;
  return there->len < GW_LIMIT_TOURS ||
         gw_tx_refuse(tx, error, GW_CODE_TOO_LARGE, "轮巡数量已达上限，请先移除一个。",
                      "The center has as many tours as it can take: remove one first.");
}

/* ---- what a person sets ---- */

static char *dumped(json_t *value) {
  char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY), *copy = g_strdup(text);
  free(text);
  return copy;
}

static gboolean check_selector(GwTx *tx, json_t *selector, GError **error) {
  json_t *cameras = json_object_get(selector, "cameras"), *places = json_object_get(selector, "places");
  gboolean ok = TRUE;
  if (cameras) {
    g_autofree char *ids = dumped(cameras);
    if (!gw_store_tour_are_cameras(tx->db, ids, &ok, error))
      return FALSE;
    if (!ok)
      return gw_tx_refuse(tx, error, GW_CODE_NOT_FOUND, "所选摄像机不存在。", "A camera that was chosen is not there.");
  }
  if (places) {
    g_autofree char *ids = dumped(places);
    if (!gw_store_tour_are_places(tx->db, ids, &ok, error))
      return FALSE;
    if (!ok)
      return gw_tx_refuse(tx, error, GW_CODE_NOT_FOUND, "所选地点不存在。", "A place that was chosen is not there.");
  }
  return TRUE;
}

static gboolean take_settings(GwTx *tx, GwTourRow *row, json_t *args, GError **error) {
  json_t *selector = json_object_get(args, "selector");
  gw_arg_take_text(args, "name", &row->name);
  if (gw_arg_has(args, "tiles"))
    row->tiles = (guint)gw_arg_int(args, "tiles");
  if (gw_arg_has(args, "dwell_s"))
    row->dwell_s = (guint)gw_arg_int(args, "dwell_s");
  if (gw_arg_has(args, "per_shift"))
    row->per_shift = (guint)gw_arg_int(args, "per_shift");
  if (gw_arg_has(args, "enabled"))
    row->enabled = json_is_true(json_object_get(args, "enabled"));
  if (!selector)
    return TRUE;
  if (!check_selector(tx, selector, error))
    return FALSE;
  g_free(row->selector);
  row->selector = dumped(selector);
  return TRUE;
}

static gboolean journal(GwTx *tx, const char *kind, const GwTourRow *row, GError **error) {
  if (row->removed_at_us > 0)
    gw_tx_gone(tx, "tour", row->id);
  else
    gw_tx_touch(tx, "tour", row->id);
  json_t *body = json_pack("{s:s, s:i, s:i, s:i, s:o, s:b}", "name", row->name, "tiles", (int)row->tiles, "dwell_s",
                           (int)row->dwell_s, "per_shift", (int)row->per_shift, "selector",
                           json_loads(row->selector, 0, NULL), "enabled", row->enabled);
  return gw_tx_journal(tx, kind, "tour", row->id, row->rev, 0, 0, 0, body, error) > 0;
}

/* ---- commands ---- */

static gboolean add(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTourRow) row = {.enabled = TRUE};
  if (!check_room(tx, error) || !take_settings(tx, &row, args, error) || !gw_store_tour_insert(tx->db, &row, error))
    return FALSE;
  *ret_result = json_pack("{s:I}", "tour_id", (json_int_t)row.id);
  return journal(tx, "tour.added", &row, error) && gw_tour_plan_rest(tx, &row, error);
}

static gboolean change(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTourRow) row = {0};
  if (!load_present(tx, args, &row, error))
    return FALSE;
  const guint per_shift = row.per_shift;
  const gboolean was_enabled = row.enabled;
  if (!take_settings(tx, &row, args, error) || !gw_store_tour_update(tx->db, &row, error) ||
      !journal(tx, "tour.changed", &row, error))
    return FALSE;
  if (per_shift == row.per_shift && was_enabled == row.enabled)
    return TRUE;
  return gw_tour_withdraw(tx, row.id, !row.enabled, "disabled", error) && gw_tour_plan_rest(tx, &row, error);
}

static gboolean remove_tour(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTourRow) row = {0};
  if (!load(tx, args, &row, error))
    return FALSE;
  if (row.removed_at_us > 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该轮巡已移除。", "This tour is removed already.");
  row.removed_at_us = tx->now_us;
  return gw_store_tour_update(tx->db, &row, error) && gw_tour_withdraw(tx, row.id, TRUE, "removed", error) &&
         journal(tx, "tour.removed", &row, error);
}

static gboolean restore(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTourRow) row = {0};
  if (!load(tx, args, &row, error))
    return FALSE;
  if (row.removed_at_us == 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该轮巡没有被移除。", "This tour is not removed.");
  if (!check_room(tx, error))
    return FALSE;
  row.removed_at_us = 0;
  return gw_store_tour_update(tx->db, &row, error) && journal(tx, "tour.restored", &row, error) &&
         gw_tour_plan_rest(tx, &row, error);
}

static const GwCommandEntry commands[] = {
    {"tour.add", add}, {"tour.change", change}, {"tour.remove", remove_tour}, {"tour.restore", restore}, {0},
};
const GwLedgerNoun gw_ledger_tour = {.commands = commands};
