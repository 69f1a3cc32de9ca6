/* Clips: what people ask. */
#include "daemon/ledger/clip.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/core/refusal.h"
#include "daemon/ledger/absent.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/ticket.h"
#include "daemon/store/camera.h"
#include "daemon/store/recorder.h"

static json_t *result_of(const GwClipRow *row) {
  return json_pack("{s:I, s:s}", "clip_id", (json_int_t)row->id, "state", gw_clip_state_to_string(row->core.state));
}

/* ---- clip.ask ---- */

static gboolean check_alert(GwTx *tx, GwId alert_id, GError **error) {
  GwAlertRow alert;
  return alert_id == 0 || gw_store_alert_get(tx->db, alert_id, &alert, error) ||
         gw_tx_not_found(tx, error, "没有这条警情。", "There is no such alert.");
}

static gboolean check_room(GwTx *tx, GError **error) {
  guint open = 0;
  return gw_store_clip_count_open(tx->db, &open, error) &&
         (open < GW_CLIP_OPEN_MOST || gw_refuse(error, GW_REFUSAL_CLIP_TOO_MANY));
}

static gboolean look_at_recorder(GwTx *tx, GwId camera_id, GwClipAsk *ask, GError **error) {
  g_auto(GwRecorderRow) recorder = {0};
  g_autoptr(GError) failed = NULL;
  ask->has_recorder = gw_store_recorder_of_camera(tx->db, camera_id, &recorder, &ask->channel, &failed);
  return (ask->has_recorder || gw_absent(&failed, error)) &&
         gw_store_clip_before_us(tx->db, camera_id, 0, &ask->before_us, error);
}

static gboolean run_ask(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) camera = {0};
  GwClipRow row = {.camera_id = gw_arg_id(args, "camera_id"), .alert_id = gw_arg_id(args, "alert_id")};
  GwClipDecision decision;
  if (!gw_store_camera_get(tx->db, row.camera_id, &camera, error))
    return gw_tx_not_found(tx, error, "没有这个摄像机。", "There is no such camera.");
  GwClipAsk ask = {.actor_id = tx->actor.user_id,
                   .is_lead = tx->actor.role == GW_ROLE_SUPERVISOR || tx->actor.role == GW_ROLE_ADMIN,
                   .is_watched = camera.enabled && camera.removed_at_us == 0,
                   .from_us = gw_arg_int(args, "from_us"),
                   .to_us = gw_arg_int(args, "to_us"),
                   .ahead_us = MAX(0, tx->now_us - gw_clock_real_us())};
  if (!check_alert(tx, row.alert_id, error) || !check_room(tx, error) ||
      !look_at_recorder(tx, row.camera_id, &ask, error) || !gw_clip_decide_ask(&ask, tx->now_us, &decision, error))
    return FALSE;
  json_t *extra = json_object();
  const char *words = gw_arg_text(args, "words");
  if (!gw_tx_words_into(tx, extra, "words", words, error)) {
    json_decref(extra);
    return FALSE;
  }
  row.words_text_id = gw_arg_id(json_object_get(extra, "words"), "text_id");
  if (!gw_clip_begin(tx, &row, &decision, extra, error))
    return FALSE;
  *ret_result = result_of(&row);
  return TRUE;
}

/* ---- the others ---- */

static gboolean load(GwTx *tx, json_t *args, GwClipRow *ret, GError **error) {
  if (!gw_store_clip_get(tx->db, gw_arg_id(args, "clip_id"), ret, error))
    return gw_tx_not_found(tx, error, "没有这段录像。", "There is no such clip.");
  return gw_tx_check_rev(tx, "clip", ret->id, ret->rev, error);
}

static gboolean move_with_words(GwTx *tx, json_t *args, GwClipRow *row, const GwClipMove *move, json_t **ret_result,
                                GError **error) {
  json_t *extra = json_object();
  if (!gw_tx_words_into(tx, extra, "words", gw_arg_text(args, "words"), error)) {
    json_decref(extra);
    return FALSE;
  }
  if (!gw_clip_move(tx, row, move, extra, error))
    return FALSE;
  *ret_result = result_of(row);
  return TRUE;
}

static gboolean run_allow(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  GwClipRow row;
  GwClipMove move = {.input = json_is_true(json_object_get(args, "allow")) ? GW_CLIP_DO_ALLOW : GW_CLIP_DO_DENY,
                     .actor_id = tx->actor.user_id};
  return load(tx, args, &row, error) &&
         gw_store_clip_before_us(tx->db, row.camera_id, row.id, &move.before_us, error) &&
         move_with_words(tx, args, &row, &move, ret_result, error);
}

static gboolean run_lock(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  GwClipRow row;
  GwClipMove move = {.input = json_is_true(json_object_get(args, "locked")) ? GW_CLIP_DO_LOCK : GW_CLIP_DO_UNLOCK,
                     .actor_id = tx->actor.user_id};
  return load(tx, args, &row, error) && move_with_words(tx, args, &row, &move, ret_result, error);
}

/* What the file is called outside: the camera, and the community's time at which it begins. */
static char *url_of(const GwClipRow *row, const char *code) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(row->core.from_us / GW_SEC);
  g_autoptr(GDateTime) local = g_date_time_to_local(utc);
  g_autofree char *time = g_date_time_format(local, "%Y%m%d-%H%M%S");
  g_autofree char *name = g_strdup_printf("%s-%s.mp4", code, time);
  g_autofree char *escaped = g_uri_escape_string(name, NULL, FALSE);
  return g_strdup_printf("file/%s?name=%s", row->hash, escaped);
}

static gboolean run_export(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  GwClipRow row;
  g_auto(GwCameraRow) camera = {0};
  const GwClipMove move = {.input = GW_CLIP_DO_EXPORT, .actor_id = tx->actor.user_id};
  if (!load(tx, args, &row, error) || !gw_store_camera_get(tx->db, row.camera_id, &camera, error) ||
      !gw_clip_move(tx, &row, &move, NULL, error))
    return FALSE;
  g_autofree char *url = url_of(&row, camera.code);
  *ret_result = json_pack("{s:I, s:s, s:s}", "clip_id", (json_int_t)row.id, "hash", row.hash, "url", url);
  return TRUE;
}

const GwCommandEntry gw_clip_commands[] = {
    {"clip.ask", run_ask}, {"clip.allow", run_allow}, {"clip.lock", run_lock}, {"clip.export", run_export}, {0},
};
