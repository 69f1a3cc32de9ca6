/* What an outage takes: the cameras that fell by it, with the alerts they had, and smaller outages that were a part
 * of it. */
#include "daemon/ledger/outage_private.h"

#include "daemon/ledger/absent.h"
#include "daemon/ledger/alert.h"
#include "daemon/ledger/field.h"
#include "daemon/store/camera.h"
#include "daemon/store/place.h"

/* P3 when a grid is blind by it.  One look a place. */
static gboolean priority_of(GwTx *tx, const GwOutageScene *scene, const GwOutageDecision *decision, int *ret,
                            GError **error) {
  g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
  *ret = 4;
  for (guint i = 0; i < scene->cameras->len && *ret == 4; i++) {
    const GwOutageCamera *camera = &g_array_index(scene->cameras, GwOutageCamera, i);
    GwId *place_id = &g_array_index(scene->place_ids, GwId, i);
    if (*place_id > 0 && gw_outage_takes(decision, camera) && g_hash_table_add(seen, place_id) &&
        !gw_camera_priority_now(tx, camera->id, ret, error))
      return FALSE;
  }
  return TRUE;
}

/* More of it: its card counts up, and stands higher when a grid has gone blind meanwhile. */
static gboolean grow_alert(GwTx *tx, GwOutageRow *row, int priority, GError **error) {
  g_autofree char *key = gw_outage_key(row->id);
  g_autoptr(GError) failed = NULL;
  GwAlertRow open;
  if (!gw_store_alert_open(tx->db, key, &open, &failed))
    return gw_absent(&failed, error) && gw_outage_raise_alert(tx, row, priority, error);
  GwAlertWithRule alert;
  GwAlertMove move = {.input = GW_ALERT_AGAIN, .priority = priority};
  row->alert_id = open.id;
  return gw_outage_raise_alert(tx, row, priority, error) && gw_alert_load(tx, open.id, &alert, error) &&
         gw_alert_move(tx, &alert, &move, json_pack("{s:I}", "outage_id", (json_int_t)row->id), error);
}

/* An alert of the camera's own was raised before one knew: it goes, with the cause (A11).  One that somebody
 * was sent for stays until its ticket is done. */
static gboolean withdraw_own(GwTx *tx, GwId camera_id, const GwOutageRow *row, GError **error) {
  g_autofree char *key = g_strdup_printf("camera:%" G_GINT64_FORMAT, camera_id);
  g_autoptr(GError) failed = NULL;
  GwAlertRow open;
  if (gw_store_alert_open(tx->db, key, &open, &failed))
    return open.core.has_ticket || gw_condition_withdraw_by(tx, key, "outage", row->id, error);
  return gw_absent(&failed, error) && gw_condition_forget(tx, key, error);
}

/* Its condition is decided about right now by who asked, or all of them are. */
static gboolean take_one(GwTx *tx, const GwOutageRow *row, const GwOutageCamera *camera, GwId asked_id,
                         json_t *new_ids, GError **error) {
  gboolean is_new = FALSE;
  if (!gw_store_outage_camera_fell(tx->db, row->id, camera->id, camera->fell_at_us, &is_new, error))
    return FALSE;
  if (is_new)
    json_array_append_new(new_ids, json_integer(camera->id));
  return gw_outage_touch_camera(tx, camera->id, error) &&
         (camera->id == asked_id || withdraw_own(tx, camera->id, row, error));
}

/* An open outage all of whose cameras this cause took is a part of it (a switch of a recorder's building). */
static gboolean is_part(const GwOutageScene *scene, const GwOutageDecision *decision, GwId outage_id) {
  guint down = 0;
  for (guint i = 0; i < scene->cameras->len; i++) {
    if (g_array_index(scene->outage_ids, GwId, i) != outage_id)
      continue;
    if (!gw_outage_takes(decision, &g_array_index(scene->cameras, GwOutageCamera, i)))
      return FALSE;
    down++;
  }
  return down > 0;
}

static gboolean end_parts(GwTx *tx, GwOutageScene *scene, const GwOutageDecision *decision, const GwOutageRow *row,
                          GError **error) {
  for (guint i = 0; i < scene->open->len; i++) {
    const GwOutageOpen *open = &g_array_index(scene->open, GwOutageOpen, i);
    if (open->id == row->id || !is_part(scene, decision, open->id))
      continue;
    g_auto(GwOutageRow) part = {0};
    g_autofree char *key = gw_outage_key(open->id);
    if (!gw_outage_load(tx, open->id, &part, error) || !gw_outage_end(tx, &part, row->id, error) ||
        !gw_tx_timer_cancel(tx, "outage.end", "outage", part.id, -1, error) ||
        !gw_condition_withdraw_by(tx, key, "outage", row->id, error))
      return FALSE;
    for (guint c = 0; c < scene->cameras->len; c++)
      if (g_array_index(scene->outage_ids, GwId, c) == part.id)
        g_array_index(scene->outage_ids, GwId, c) = 0;
  }
  return TRUE;
}

static gboolean take_all(GwTx *tx, GwOutageScene *scene, const GwOutageDecision *decision, const GwOutageRow *row,
                         GwId asked_id, json_t *new_ids, GError **error) {
  for (guint i = 0; i < scene->cameras->len; i++) {
    const GwOutageCamera *camera = &g_array_index(scene->cameras, GwOutageCamera, i);
    const gboolean is_asked = camera->id == asked_id;
    if (g_array_index(scene->outage_ids, GwId, i) == 0 && (is_asked || gw_outage_takes(decision, camera)) &&
        !take_one(tx, row, camera, asked_id, new_ids, error))
      return FALSE;
  }
  return TRUE;
}

/* The building, or else the deepest place in which all of them stand. */
static gboolean locate(GwTx *tx, GwOutageRow *row, GError **error) {
  if (row->cause == GW_OUTAGE_BUILDING)
    return TRUE;
  g_autoptr(GError) failed = NULL;
  row->place_id = gw_store_outage_common_place(tx->db, row->id, &failed);
  return gw_absent(&failed, error);
}

gboolean gw_outage_grow(GwTx *tx, GwOutageScene *scene, const GwOutageDecision *decision, GwId asked_id, GError **error) {
  g_auto(GwOutageRow) row = {0};
  if (!gw_outage_load(tx, decision->outage_id, &row, error))
    return FALSE;
  int priority = 4;
  json_t *new_ids = json_array();
  gboolean ok = end_parts(tx, scene, decision, &row, error) &&
                take_all(tx, scene, decision, &row, asked_id, new_ids, error) && locate(tx, &row, error) &&
                priority_of(tx, scene, decision, &priority, error);
  const gboolean is_more = json_array_size(new_ids) > 0;
  row.members = MAX(row.members, decision->members);
  ok = ok && (is_more ? grow_alert(tx, &row, priority, error) : gw_outage_raise_alert(tx, &row, priority, error)) &&
       gw_outage_write_moved(tx, &row, error);
  guint cameras = 0, back = 0;
  GwUsec moved_at_us = 0;
  ok = ok && gw_store_outage_count(tx->db, row.id, &cameras, &back, &moved_at_us, error);
  if (!ok || !is_more) { /* those that fell again are in the cameras' own rows */
    json_decref(new_ids);
    return ok;
  }
  json_t *body = json_pack("{s:i, s:i, s:o}", "count", (int)cameras, "back", (int)back, "cameras", new_ids);
  return gw_outage_journal(tx, &row, "outage.grew", priority, body, error);
}

/* ---- its beginning ---- */

static gboolean name_it(GwTx *tx, const GwOutageScene *scene, const GwOutageDecision *decision, GwOutageRow *row,
                        GError **error) {
  row->cause = decision->cause;
  row->members = decision->members;
  row->began_at_us = decision->from_us;
  if (decision->cause != GW_OUTAGE_BUILDING) {
    row->name = g_strdup(gw_outage_scene_name(scene, decision->cause, decision->group));
    return TRUE;
  }
  g_auto(GwPlaceRow) place = {0};
  row->place_id = decision->group;
  if (!gw_store_place_get(tx->db, row->place_id, &place, error))
    return gw_tx_not_found(tx, error, "没有这个地点。", "There is no such place.");
  row->name = g_strdup(place.name);
  return TRUE;
}

/* The same again within minutes is the same one: a switch that keeps restarting makes no new row each time. */
static gboolean open_row(GwTx *tx, GwOutageRow *row, gboolean *ret_again, GError **error) {
  g_autoptr(GError) failed = NULL;
  const GwId recent = gw_store_outage_recent(tx->db, row->cause, row->name, row->place_id,
                                             tx->now_us - GW_OUTAGE_SAME_AGAIN_US, &failed);
  if (!gw_absent(&failed, error))
    return FALSE;
  *ret_again = recent > 0;
  if (!recent)
    return gw_store_outage_insert(tx->db, row, error);
  const guint members = row->members;
  gw_outage_row_clear(row);
  if (!gw_outage_load(tx, recent, row, error))
    return FALSE;
  const GwUsec ended_at_us = row->ended_at_us;
  row->members = members;
  row->ended_at_us = 0;
  row->rev++;
  /* Whoever stayed away then became a matter of its own; most have come back since, and nobody noted it here. */
  return ended_at_us == 0 || gw_store_outage_cameras_leave(tx->db, row->id, ended_at_us, error);
}

gboolean gw_outage_begin(GwTx *tx, GwOutageScene *scene, const GwOutageDecision *decision, GwId asked_id, GError **error) {
  g_auto(GwOutageRow) row = {0};
  gboolean again = FALSE;
  int priority = 4;
  if (!name_it(tx, scene, decision, &row, error) || !open_row(tx, &row, &again, error) ||
      !gw_store_outage_update(tx->db, &row, error))
    return FALSE;
  json_t *new_ids = json_array();
  gboolean ok = end_parts(tx, scene, decision, &row, error) &&
                take_all(tx, scene, decision, &row, asked_id, new_ids, error) && locate(tx, &row, error) &&
                priority_of(tx, scene, decision, &priority, error) && gw_outage_raise_alert(tx, &row, priority, error) &&
                gw_outage_write_moved(tx, &row, error);
  if (!ok) {
    json_decref(new_ids);
    return FALSE;
  }
  json_t *body = json_pack("{s:s, s:o, s:b, s:I}", "row", decision->row, "cameras", new_ids, "again", again,
                           "began_at_us", (json_int_t)row.began_at_us);
  return gw_outage_journal(tx, &row, "outage.began", priority, body, error);
}
