/* Outages: several cameras that fell by one cause are one alert that grows. */
#include "daemon/ledger/outage.h"

#include <math.h>
#include <string.h>

#include "daemon/core/camera.h"
#include "daemon/ledger/absent.h"
#include "daemon/ledger/alert.h"
#include "daemon/ledger/field.h"
#include "daemon/store/camera.h"
#include "daemon/store/outage.h"
#include "daemon/store/place.h"

static char *key_of(GwId outage_id) {
  return g_strdup_printf("outage:%" G_GINT64_FORMAT, outage_id);
}

static gboolean load(GwTx *tx, GwId id, GwOutageRow *ret, GError **error) {
  return gw_store_outage_get(tx->db, id, ret, error) ||
         gw_tx_not_found(tx, error, "没有这次中断。", "There is no such outage.");
}

static gboolean journal(GwTx *tx, const GwOutageRow *row, const char *kind, int severity, json_t *body,
                        GError **error) {
  json_object_set_new(body, "cause", json_string(gw_outage_cause_to_string(row->cause)));
  json_object_set_new(body, "name", json_string(row->name));
  json_object_set_new(body, "members", json_integer(row->members));
  json_object_set_new(body, "alert_id", gw_json_id(row->alert_id));
  return gw_tx_journal(tx, kind, "outage", row->id, row->rev, row->place_id, severity, 0, body, error) > 0;
}

/* The camera's object names its outage. */
static gboolean touch_camera(GwTx *tx, GwId camera_id, GError **error) {
  gw_tx_touch(tx, "camera", camera_id);
  return gw_store_camera_bump(tx->db, camera_id, error);
}

/* ---- its end ---- */

/* One timer an outage: each camera that falls or comes back sets it anew, or takes it away.  The alert of one
 * that goes on and off is not told each time that it seems to be over. */
static gboolean set_end(GwTx *tx, GwId outage_id, guint cameras, guint back, GError **error) {
  gboolean has_ended = FALSE;
  if (!gw_store_outage_has_ended(tx->db, outage_id, &has_ended, error))
    return FALSE;
  const GwUsec after_us = gw_outage_ends_after_us(cameras, back, has_ended);
  g_autofree char *key = key_of(outage_id);
  if (after_us == 0)
    return gw_tx_timer_cancel(tx, "outage.end", "outage", outage_id, 0, error);
  if (back == cameras && !has_ended && !gw_condition_clear(tx, key, error))
    return FALSE;
  return gw_tx_timer_set(tx, "outage.end", "outage", outage_id, 0, tx->now_us + after_us, GW_TIMER_DURATION, error);
}

static gboolean write_moved(GwTx *tx, GwOutageRow *row, GError **error) {
  guint cameras = 0, back = 0;
  GwUsec moved_at_us = 0;
  row->rev++;
  gw_tx_touch(tx, "outage", row->id);
  return gw_store_outage_count(tx->db, row->id, &cameras, &back, &moved_at_us, error) &&
         gw_store_outage_update(tx->db, row, error) && set_end(tx, row->id, cameras, back, error);
}

static json_t *ids_json(const GArray *ids) {
  json_t *list = json_array();
  for (guint i = 0; ids && i < ids->len; i++)
    json_array_append_new(list, json_integer(g_array_index(ids, GwId, i)));
  return list;
}

/* What stays away gets an alert of its own; why: NULL, or the outage of which this one is a part. */
static gboolean end(GwTx *tx, GwOutageRow *row, GwId part_of, GError **error) {
  guint cameras = 0, back = 0;
  GwUsec moved_at_us = 0;
  g_autoptr(GArray) down = gw_store_outage_ids_down(tx->db, row->id, error);
  if (!down || !gw_store_outage_count(tx->db, row->id, &cameras, &back, &moved_at_us, error))
    return FALSE;
  row->ended_at_us = down->len == 0 && moved_at_us > 0 ? moved_at_us : tx->now_us;
  row->rev++;
  gw_tx_touch(tx, "outage", row->id);
  json_t *body = json_pack("{s:i, s:I}", "cameras", (int)cameras, "lasted_us",
                           (json_int_t)(row->ended_at_us - row->began_at_us));
  json_object_set_new(body, part_of ? "part_of" : "not_back", part_of ? json_integer(part_of) : ids_json(down));
  if (!gw_store_outage_update(tx->db, row, error) || !journal(tx, row, "outage.ended", 0, body, error))
    return FALSE;
  for (guint i = 0; i < down->len; i++)
    if (!touch_camera(tx, g_array_index(down, GwId, i), error) ||
        (!part_of && !gw_camera_own_fault(tx, g_array_index(down, GwId, i), error)))
      return FALSE;
  return TRUE;
}

static gboolean end_due(GwTx *tx, const GwTimer *timer, GError **error) {
  g_auto(GwOutageRow) row = {0};
  guint cameras = 0, back = 0;
  GwUsec moved_at_us = 0;
  if (!load(tx, timer->subject_id, &row, error) ||
      !gw_store_outage_count(tx->db, row.id, &cameras, &back, &moved_at_us, error))
    return FALSE;
  if (row.ended_at_us > 0 || gw_outage_ends_after_us(cameras, back, FALSE) == 0)
    return TRUE;
  g_autofree char *key = key_of(row.id);
  return end(tx, &row, 0, error) && gw_condition_clear(tx, key, error);
}

/* ---- its alert ---- */

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

static gboolean raise_alert(GwTx *tx, GwOutageRow *row, int priority, GError **error) {
  g_autofree char *key = key_of(row->id);
  const GwCondition condition = {.rule_kind = "outage",
                                 .key = key,
                                 .category = gw_outage_category(row->cause),
                                 .subject = "outage",
                                 .subject_id = row->id,
                                 .place_id = row->place_id,
                                 .priority = priority,
                                 .lat = NAN,
                                 .lon = NAN,
                                 .since_us = tx->now_us};
  GwAlertRow alert = {0};
  if (!gw_condition_raise_row(tx, &condition, &alert, error))
    return FALSE;
  if (alert.id > 0)
    row->alert_id = alert.id;
  return TRUE;
}

/* More of it: its card counts up, and stands higher when a grid has gone blind meanwhile. */
static gboolean grow_alert(GwTx *tx, GwOutageRow *row, int priority, GError **error) {
  g_autofree char *key = key_of(row->id);
  g_autoptr(GError) failed = NULL;
  GwAlertRow open;
  if (!gw_store_alert_open(tx->db, key, &open, &failed))
    return gw_absent(&failed, error) && raise_alert(tx, row, priority, error);
  GwAlertWithRule alert;
  GwAlertMove move = {.input = GW_ALERT_AGAIN, .priority = priority};
  row->alert_id = open.id;
  return raise_alert(tx, row, priority, error) && gw_alert_load(tx, open.id, &alert, error) &&
         gw_alert_move(tx, &alert, &move, json_pack("{s:I}", "outage_id", (json_int_t)row->id), error);
}

/* ---- what it takes ---- */

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
  return touch_camera(tx, camera->id, error) &&
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
    g_autofree char *key = key_of(open->id);
    if (!load(tx, open->id, &part, error) || !end(tx, &part, row->id, error) ||
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

static gboolean grow(GwTx *tx, GwOutageScene *scene, const GwOutageDecision *decision, GwId asked_id, GError **error) {
  g_auto(GwOutageRow) row = {0};
  if (!load(tx, decision->outage_id, &row, error))
    return FALSE;
  int priority = 4;
  json_t *new_ids = json_array();
  gboolean ok = end_parts(tx, scene, decision, &row, error) &&
                take_all(tx, scene, decision, &row, asked_id, new_ids, error) && locate(tx, &row, error) &&
                priority_of(tx, scene, decision, &priority, error);
  const gboolean is_more = json_array_size(new_ids) > 0;
  row.members = MAX(row.members, decision->members);
  ok = ok && (is_more ? grow_alert(tx, &row, priority, error) : raise_alert(tx, &row, priority, error)) &&
       write_moved(tx, &row, error);
  guint cameras = 0, back = 0;
  GwUsec moved_at_us = 0;
  ok = ok && gw_store_outage_count(tx->db, row.id, &cameras, &back, &moved_at_us, error);
  if (!ok || !is_more) { /* those that fell again are in the cameras' own rows */
    json_decref(new_ids);
    return ok;
  }
  json_t *body = json_pack("{s:i, s:i, s:o}", "count", (int)cameras, "back", (int)back, "cameras", new_ids);
  return journal(tx, &row, "outage.grew", priority, body, error);
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
  if (!load(tx, recent, row, error))
    return FALSE;
  row->members = members;
  row->ended_at_us = 0;
  row->rev++;
  return TRUE;
}

static gboolean begin(GwTx *tx, GwOutageScene *scene, const GwOutageDecision *decision, GwId asked_id, GError **error) {
  g_auto(GwOutageRow) row = {0};
  gboolean again = FALSE;
  int priority = 4;
  if (!name_it(tx, scene, decision, &row, error) || !open_row(tx, &row, &again, error) ||
      !gw_store_outage_update(tx->db, &row, error))
    return FALSE;
  json_t *new_ids = json_array();
  gboolean ok = end_parts(tx, scene, decision, &row, error) &&
                take_all(tx, scene, decision, &row, asked_id, new_ids, error) && locate(tx, &row, error) &&
                priority_of(tx, scene, decision, &priority, error) && raise_alert(tx, &row, priority, error) &&
                write_moved(tx, &row, error);
  if (!ok) {
    json_decref(new_ids);
    return FALSE;
  }
  json_t *body = json_pack("{s:s, s:o, s:b, s:I}", "row", decision->row, "cameras", new_ids, "again", again,
                           "began_at_us", (json_int_t)row.began_at_us);
  return journal(tx, &row, "outage.began", priority, body, error);
}

/* ---- a camera's on-delay is over ---- */

static gboolean find_in(const GwOutageScene *scene, GwId camera_id, guint *ret) {
  for (guint i = 0; i < scene->cameras->len; i++)
    if (g_array_index(scene->cameras, GwOutageCamera, i).id == camera_id) {
      *ret = i;
      return TRUE;
    }
  return FALSE;
}

static gboolean decide(GwTx *tx, GwId camera_id, const GwConditionRow *row, GwUsec on_delay_us, GwOutageAnswer *ret,
                       GwUsec *ret_again_at_us, GError **error) {
  g_autoptr(GwOutageScene) scene = gw_store_outage_scene(tx->db, error);
  GwOutageFacts facts = {.asked_since_us = row->core.first_at_us + on_delay_us};
  GwOutageDecision decision;
  if (!scene)
    return FALSE;
  if (!find_in(scene, camera_id, &facts.which))
    return TRUE;
  /* Where there is no on-delay, its row is not written yet. */
  g_array_index(scene->cameras, GwOutageCamera, facts.which).fell_at_us = row->core.first_at_us;
  facts.cameras = (const GwOutageCamera *)scene->cameras->data;
  facts.n_cameras = scene->cameras->len;
  facts.open = (const GwOutageOpen *)scene->open->data;
  facts.n_open = scene->open->len;
  gw_outage_decide(&facts, tx->now_us, &decision);
  switch (decision.verdict) {
  case GW_OUTAGE_WAIT:
    *ret = GW_OUTAGE_SAYS_LATER;
    *ret_again_at_us = decision.again_at_us;
    return TRUE;
  case GW_OUTAGE_JOIN:
    *ret = GW_OUTAGE_SAYS_TAKEN;
    return grow(tx, scene, &decision, camera_id, error);
  case GW_OUTAGE_BEGIN:
    *ret = GW_OUTAGE_SAYS_TAKEN;
    return begin(tx, scene, &decision, camera_id, error);
  case GW_OUTAGE_OWN:
    break;
  }
  return TRUE;
}

/* P3 only when it blinded its grid, and the grid is blind still: not the first of two that fell, and not the one
 * that was looked at while all others were still connecting. */
static gboolean set_priority(GwTx *tx, GwConditionRow *row, json_t *sighting, GwId camera_id, GError **error) {
  int priority = 0;
  if (!gw_camera_priority_now(tx, camera_id, &priority, error))
    return FALSE;
  priority = MAX(priority, (int)gw_arg_int(sighting, "priority"));
  json_object_set_new(sighting, "priority", json_integer(priority));
  char *text = json_dumps(sighting, JSON_COMPACT | JSON_SORT_KEYS);
  g_free(row->sighting);
  row->sighting = g_strdup(text);
  free(text);
  return TRUE;
}

/* Its worker is gone and nobody can say whether it is still down: for a while one waits for the worker. */
static void wait_for_worker(GwTx *tx, const GwConditionRow *row, GwUsec on_delay_us, GwOutageAnswer *ret,
                            GwUsec *ret_again_at_us) {
  const gboolean is_over = tx->now_us >= row->core.first_at_us + on_delay_us + GW_OUTAGE_WAIT_US;
  *ret = is_over ? GW_OUTAGE_SAYS_TAKEN : GW_OUTAGE_SAYS_LATER;
  *ret_again_at_us = tx->now_us + GW_OUTAGE_ASK_AGAIN_US;
}

static gboolean ask(GwTx *tx, GwConditionRow *row, json_t *sighting, GwUsec on_delay_us, GwOutageAnswer *ret,
                    GwUsec *ret_again_at_us, GError **error) {
  const GwId camera_id = gw_arg_id(sighting, "camera_id");
  const char *category = gw_arg_text(sighting, "category");
  const gboolean is_own = g_strcmp0(category, gw_camera_category(GW_CAMERA_REFUSED)) == 0 ||
                          g_strcmp0(category, gw_camera_category(GW_CAMERA_UNSUPPORTED)) == 0 ||
                          json_is_true(json_object_get(sighting, "own"));
  g_auto(GwCameraRow) camera = {0};
  g_autoptr(GError) failed = NULL;
  if (!gw_store_camera_get(tx->db, camera_id, &camera, &failed))
    return gw_absent(&failed, error);
  if (strcmp(camera.state, "unknown") == 0 && camera.enabled)
    wait_for_worker(tx, row, on_delay_us, ret, ret_again_at_us);
  else if (!is_own && !decide(tx, camera_id, row, on_delay_us, ret, ret_again_at_us, error))
    return FALSE;
  return *ret != GW_OUTAGE_SAYS_RAISE || set_priority(tx, row, sighting, camera_id, error);
}

gboolean gw_outage_ask(GwTx *tx, GwConditionRow *row, GwUsec on_delay_us, GwOutageAnswer *ret,
                       GwUsec *ret_again_at_us, GError **error) {
  *ret = GW_OUTAGE_SAYS_RAISE;
  json_t *sighting = json_loads(row->sighting, 0, NULL);
  gboolean ok = ask(tx, row, sighting, on_delay_us, ret, ret_again_at_us, error);
  json_decref(sighting);
  return ok;
}

/* ---- its cameras move ---- */

gboolean gw_outage_camera_fell(GwTx *tx, GwId camera_id, gboolean *ret_taken, GError **error) {
  GwId outage_id = 0;
  guint cameras = 0, back = 0;
  GwUsec moved_at_us = 0;
  g_auto(GwOutageRow) row = {0};
  g_autoptr(GError) failed = NULL;
  *ret_taken = FALSE;
  gboolean is_down = FALSE, is_new;
  if (!gw_store_outage_of_camera(tx->db, camera_id, &outage_id, &is_down, &failed))
    return gw_absent(&failed, error);
  *ret_taken = is_down;
  if (is_down)
    return TRUE;
  if (!load(tx, outage_id, &row, error) ||
      !gw_store_outage_count(tx->db, outage_id, &cameras, &back, &moved_at_us, error))
    return FALSE;
  /* Nearly all are back: then this one fell by itself, or it is asked about when its on-delay is over. */
  if (!gw_outage_lasts(cameras - back + 1, row.members))
    return TRUE;
  *ret_taken = TRUE;
  return gw_store_outage_camera_fell(tx->db, outage_id, camera_id, tx->now_us, &is_new, error) &&
         raise_alert(tx, &row, 0, error) && write_moved(tx, &row, error);
}

gboolean gw_outage_camera_left(GwTx *tx, GwId camera_id, GError **error) {
  GwId outage_id = 0;
  gboolean is_down = FALSE;
  g_autoptr(GError) failed = NULL;
  if (!gw_store_outage_of_camera(tx->db, camera_id, &outage_id, &is_down, &failed))
    return gw_absent(&failed, error);
  if (!is_down)
    return TRUE;
  g_auto(GwOutageRow) row = {0};
  return load(tx, outage_id, &row, error) &&
         gw_store_outage_camera_back(tx->db, outage_id, camera_id, tx->now_us, error) && write_moved(tx, &row, error);
}

static const GwTimerEntry timers[] = {{"outage.end", end_due}, {NULL, NULL}};

const GwLedgerNoun gw_ledger_outage = {.timers = timers};
