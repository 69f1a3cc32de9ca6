/* Recorders: where footage of days lies, and who looked back at it. */
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/core/clip.h"
#include "daemon/core/playback.h"
#include "daemon/ledger/absent.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/recorder.h"
#include "daemon/store/camera.h"

static gboolean load(GwTx *tx, json_t *args, GwRecorderRow *ret, GError **error) {
  if (!gw_store_recorder_get(tx->db, gw_arg_id(args, "recorder_id"), ret, error))
    return gw_tx_not_found(tx, error, "没有这台录像机。", "There is no such recorder.");
  return gw_tx_check_rev(tx, "recorder", ret->id, ret->rev, error);
}

/* ---- settings ---- */

void gw_recorder_seal(GwTx *tx, GwRecorderRow *row, const char *password) {
  g_clear_pointer(&row->secret, g_bytes_unref);
  if (!*password)
    return;
  gsize bytes = 0;
  guint8 *box = gw_secret_seal(gw_tx_secret(tx), password, strlen(password), &bytes);
  row->secret = g_bytes_new_take(box, bytes);
}

gboolean gw_recorder_make_is_known(const char *make) {
  gsize n = 0;
  const GwPlaybackMake *makes = gw_playback_makes(&n);
  for (gsize i = 0; i < n; i++)
    if (strcmp(makes[i].name, make) == 0)
      return TRUE;
  return FALSE;
}

static gboolean take_settings(GwTx *tx, GwRecorderRow *row, json_t *args, GError **error) {
  gw_arg_take_text(args, "name", &row->name);
  gw_arg_take_text(args, "make", &row->make);
  gw_arg_take_text(args, "url_template", &row->url_template);
  gw_arg_take_text(args, "user_name", &row->user_name);
  if (gw_arg_has(args, "playbacks_most"))
    row->playbacks_most = (int)gw_arg_int(args, "playbacks_most");
  if (gw_arg_text(args, "password"))
    gw_recorder_seal(tx, row, gw_arg_text(args, "password"));
  if (!gw_recorder_make_is_known(row->make))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "没有这个品牌，请从列表中选择；不在其中的选“其他”。",
                        "There is no such make: choose one of the list, \"other\" for those that are not in it.");
  return gw_playback_check(row->url_template, error);
}

/* Cameras name their recorder: one name, one recorder. */
static gboolean check_name(GwTx *tx, const GwRecorderRow *row, GError **error) {
  g_auto(GwRecorderRow) there = {0};
  g_autoptr(GError) failed = NULL;
  if (!gw_store_recorder_by_name(tx->db, row->name, &there, &failed))
    return gw_absent(&failed, error);
  return there.id == row->id || gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "该名称已被另一台录像机使用，请换一个。",
                                             "Another recorder has this name: choose another.");
}

static gboolean check_room(GwTx *tx, GError **error) {
  guint recorders = 0;
  return gw_store_recorder_count(tx->db, &recorders, error) &&
         (recorders < GW_LIMIT_RECORDERS || gw_tx_refuse(tx, error, GW_CODE_TOO_LARGE, "录像机数量已达上限。",
                                                         "The center has as many recorders as it can take."));
}

/* Whether one can look back at them is written on the cameras. */
static gboolean touch_cameras(GwTx *tx, const char *name, GError **error) {
  g_autoptr(GArray) ids = gw_store_recorder_cameras(tx->db, name, error);
  for (guint i = 0; ids && i < ids->len; i++) {
    gw_tx_touch(tx, "camera", g_array_index(ids, GwId, i));
    if (!gw_store_camera_bump(tx->db, g_array_index(ids, GwId, i), error))
      return FALSE;
  }
  return ids != NULL;
}

gboolean gw_recorder_journal(GwTx *tx, const char *kind, const GwRecorderRow *row, GError **error) {
  if (row->removed_at_us > 0)
    gw_tx_gone(tx, "recorder", row->id);
  else
    gw_tx_touch(tx, "recorder", row->id);
  json_t *body = json_pack("{s:s, s:s, s:s, s:i, s:b}", "name", row->name, "make", row->make, "url_template",
                           row->url_template, "playbacks_most", row->playbacks_most, "removed", row->removed_at_us > 0);
  return touch_cameras(tx, row->name, error) &&
         gw_tx_journal(tx, kind, "recorder", row->id, row->rev, 0, 0, 0, body, error) > 0;
}

static gboolean add(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwRecorderRow) row = {.user_name = g_strdup(""), .playbacks_most = 1, .days_held = -1};
  if (!take_settings(tx, &row, args, error) || !check_name(tx, &row, error) || !check_room(tx, error) ||
      !gw_store_recorder_insert(tx->db, &row, error))
    return FALSE;
  *ret_result = json_pack("{s:I}", "recorder_id", (json_int_t)row.id);
  return gw_recorder_journal(tx, "recorder.added", &row, error);
}

static gboolean change(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwRecorderRow) row = {0};
  if (!load(tx, args, &row, error))
    return FALSE;
  if (row.removed_at_us > 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该录像机已移除，请先恢复。",
                        "This recorder is removed: restore it first.");
  g_autofree char *was = g_strdup(row.name);
  if (!take_settings(tx, &row, args, error) || !check_name(tx, &row, error) ||
      !gw_store_recorder_update(tx->db, &row, error))
    return FALSE;
  return (strcmp(was, row.name) == 0 || touch_cameras(tx, was, error)) &&
         gw_recorder_journal(tx, "recorder.changed", &row, error);
}

static gboolean remove_recorder(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwRecorderRow) row = {0};
  if (!load(tx, args, &row, error))
    return FALSE;
  if (row.removed_at_us > 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该录像机已移除。", "This recorder is removed already.");
  row.removed_at_us = tx->now_us;
  return gw_store_recorder_update(tx->db, &row, error) && gw_recorder_journal(tx, "recorder.removed", &row, error);
}

static gboolean restore(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwRecorderRow) row = {0};
  if (!load(tx, args, &row, error))
    return FALSE;
  if (row.removed_at_us == 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该录像机没有被移除。", "This recorder is not removed.");
  row.removed_at_us = 0;
  return check_name(tx, &row, error) && check_room(tx, error) && gw_store_recorder_update(tx->db, &row, error) &&
         gw_recorder_journal(tx, "recorder.restored", &row, error);
}

/* ---- looking back ---- */

static gboolean look_back(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) camera = {0};
  g_auto(GwRecorderRow) recorder = {0};
  g_autoptr(GError) failed = NULL;
  int channel = 0;
  GwPlaybackRow row = {.camera_id = gw_arg_id(args, "camera_id"),
                       .user_id = tx->actor.user_id,
                       .at_us = gw_arg_int(args, "at_us"),
                       .asked_at_us = tx->now_us};
  if (!gw_store_camera_get(tx->db, row.camera_id, &camera, error))
    return gw_tx_not_found(tx, error, "没有这个摄像机。", "There is no such camera.");
  const gboolean has_recorder = gw_store_recorder_of_camera(tx->db, camera.id, &recorder, &channel, &failed);
  if ((!has_recorder && !gw_absent(&failed, error)) ||
      !gw_clip_check_back(has_recorder, channel, row.at_us, tx->now_us, error) ||
      !gw_store_playback_insert(tx->db, &row, error))
    return FALSE;
  *ret_result = json_pack("{s:I}", "playback_id", (json_int_t)row.id);
  json_t *body = json_pack("{s:I, s:I, s:s, s:s}", "playback_id", (json_int_t)row.id, "looked_at_us", (json_int_t)row.at_us,
                           "code", camera.code, "recorder", recorder.name);
  return gw_tx_journal(tx, "camera.looked_back", "camera", camera.id, camera.rev, camera.place_id, 0, 0, body, error) > 0;
}

/* How far back it goes, as `gridwarden doctor` found out by asking it: a measure, and no news. */
static gboolean held(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwRecorderRow) row = {0};
  if (!load(tx, args, &row, error))
    return FALSE;
  row.days_held = gw_arg_int(args, "days_held");
  row.held_at_us = tx->now_us;
  if (row.removed_at_us == 0)
    gw_tx_touch(tx, "recorder", row.id);
  return gw_store_recorder_update(tx->db, &row, error);
}

static const GwCommandEntry commands[] = {
    {"recorder.add", add},         {"recorder.change", change},      {"recorder.remove", remove_recorder},
    {"recorder.restore", restore}, {"camera.look_back", look_back}, {"recorder.held", held},
    {0},
};
const GwLedgerNoun gw_ledger_recorder = {.commands = commands};
