/* Cameras that can be turned: to a preset, and home again.  The camera only says that it took the request; where it
 * looks by then is reckoned from there. */
#include "daemon/ledger/turn.h"

#include <string.h>

#include "daemon/core/camera.h"
#include "daemon/ledger/absent.h"
#include "daemon/ledger/field.h"
#include "daemon/store/preset.h"

#define PRESETS_MOST 64
#define HOME_TIMER "camera.home"
#define SETTLED_TIMER "camera.settled"

static gboolean load(GwTx *tx, GwId id, GwCameraRow *ret, GError **error) {
  return gw_store_camera_get(tx->db, id, ret, error) ||
         gw_tx_not_found(tx, error, "没有这个摄像机。", "There is no such camera.");
}

static gboolean load_turnable(GwTx *tx, json_t *args, GwCameraRow *ret, GError **error) {
  if (!load(tx, gw_arg_id(args, "camera_id"), ret, error) || !gw_tx_check_rev(tx, "camera", ret->id, ret->rev, error))
    return FALSE;
  if (ret->removed_at_us > 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该摄像机已移除。", "This camera is removed.");
  return *ret->control_url || gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该摄像机不能转动：没有登记控制地址。",
                                           "This camera cannot be turned: it has no control address.");
}

static gboolean write_row(GwTx *tx, GwCameraRow *row, GError **error) {
  row->rev++;
  if (row->removed_at_us == 0)
    gw_tx_touch(tx, "camera", row->id);
  return gw_store_camera_update(tx->db, row, error);
}

static gboolean journal(GwTx *tx, const char *kind, const GwCameraRow *row, int severity, json_t *body, GError **error) {
  return gw_tx_journal(tx, kind, "camera", row->id, row->rev, row->place_id, severity, 0, body, error) > 0;
}

/* Told to its worker when it changes whether the picture is judged. */
static void set_away(GwTx *tx, GwCameraRow *row, const char *preset) {
  const gboolean was_away = *row->away_preset != '\0', is_away = *preset != '\0';
  char *kept = g_strdup(preset); /* it may be the row's own */
  g_free(row->away_preset);
  row->away_preset = kept;
  if (was_away != is_away)
    gw_tx_effect(tx, "scene.set", json_pack("{s:I}", "id", (json_int_t)row->id));
}

/* One goes home by itself when it knows where that is; the number of tries travels in the timer. */
static gboolean wait_for_home(GwTx *tx, const GwCameraRow *row, guint attempts, GError **error) {
  if (!gw_tx_timer_cancel(tx, HOME_TIMER, "camera", row->id, -1, error))
    return FALSE;
  return !*row->home_preset || !*row->away_preset ||
         gw_tx_timer_set(tx, HOME_TIMER, "camera", row->id, attempts, tx->now_us + gw_camera_home_again_us(attempts),
                         GW_TIMER_DURATION, error);
}

static gboolean forget_timers(GwTx *tx, GwId id, GError **error) {
  return gw_tx_timer_cancel(tx, HOME_TIMER, "camera", id, -1, error) &&
         gw_tx_timer_cancel(tx, SETTLED_TIMER, "camera", id, -1, error);
}

gboolean gw_turn_is_home(GwTx *tx, GwCameraRow *row, const char *why, GError **error) {
  set_away(tx, row, "");
  return forget_timers(tx, row->id, error) && write_row(tx, row, error) &&
         journal(tx, "camera.is_home", row, 0, json_pack("{s:s, s:s}", "code", row->code, "why", why), error);
}

/* ---- it is turned ---- */

/* Until it has come home it is away, also when it seemed to be at home before: on the way it shows anything. */
static gboolean turn(GwTx *tx, GwCameraRow *row, const char *preset, guint attempts, GError **error) {
  const gboolean home = *row->home_preset && strcmp(preset, row->home_preset) == 0;
  g_autofree char *before = g_strdup(row->away_preset);
  if (!home || !*row->away_preset)
    set_away(tx, row, preset); /* before it moves */
  gw_tx_effect(tx, "camera.turn", json_pack("{s:I, s:s}", "id", (json_int_t)row->id, "preset", preset));
  json_t *body = json_pack("{s:s, s:s, s:s, s:b, s:i}", "code", row->code, "preset", preset, "before", before, "home", home,
                           "attempt", (int)attempts);
  return gw_tx_timer_cancel(tx, SETTLED_TIMER, "camera", row->id, -1, error) &&
         wait_for_home(tx, row, home ? attempts + 1 : 0, error) && write_row(tx, row, error) &&
         journal(tx, "camera.turned", row, 0, body, error);
}

static gboolean run_turn(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) row = {0};
  const char *preset = gw_arg_text(args, "preset");
  gboolean known = TRUE;
  if (!load_turnable(tx, args, &row, error))
    return FALSE;
  if (!preset || !*preset) {
    if (!*row.home_preset)
      return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该摄像机没有设原位，请选择预置位。",
                          "This camera has no home: choose a preset.");
    preset = row.home_preset;
  } else if (!gw_store_preset_has(tx->db, row.id, preset, &known, error)) {
    return FALSE;
  }
  if (!known)
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "该摄像机没有这个预置位，请重新读取预置位。",
                        "This camera has no such preset: ask it for its presets again.");
  return turn(tx, &row, preset, 0, error);
}

static gboolean home_due(GwTx *tx, const GwTimer *timer, GError **error) {
  g_auto(GwCameraRow) row = {0};
  if (!gw_store_camera_get(tx->db, timer->subject_id, &row, error))
    return !(error && *error);
  if (row.removed_at_us > 0 || !*row.away_preset || !*row.home_preset || !*row.control_url)
    return TRUE;
  return turn(tx, &row, row.home_preset, (guint)timer->arg, error);
}

static gboolean settled(GwTx *tx, const GwTimer *timer, GError **error) {
  g_auto(GwCameraRow) row = {0};
  if (!gw_store_camera_get(tx->db, timer->subject_id, &row, error))
    return !(error && *error);
  return !*row.away_preset || gw_turn_is_home(tx, &row, "turned", error);
}

/* ---- what it answered ---- */

static gboolean took_it(GwTx *tx, GwCameraRow *row, const GwTurnRow *last, GError **error) {
  if (!last->home || !*row->away_preset)
    return TRUE;
  return gw_tx_timer_cancel(tx, HOME_TIMER, "camera", row->id, -1, error) &&
         gw_tx_timer_set(tx, SETTLED_TIMER, "camera", row->id, 0, tx->now_us + GW_CAMERA_SETTLE_US, GW_TIMER_DURATION,
                         error);
}

/* It is where it was, unless it may have heard: then it is brought home as if it had gone. */
static gboolean did_not(GwTx *tx, GwCameraRow *row, const GwTurnRow *last, const char *cause, GError **error) {
  json_t *body = json_pack("{s:s, s:s, s:s, s:b}", "code", row->code, "preset", last->preset, "cause", cause, "home", last->home);
  if (!gw_camera_may_have_turned(cause))
    set_away(tx, row, last->before);
  if (!write_row(tx, row, error) || !journal(tx, "camera.turn_failed", row, 4, body, error))
    return FALSE;
  if (!*row->away_preset)
    return forget_timers(tx, row->id, error);
  return wait_for_home(tx, row, last->home ? (guint)last->attempt + 1 : 0, error);
}

static gboolean on_turned(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) row = {0};
  g_auto(GwTurnRow) last = {0};
  g_autoptr(GError) failed = NULL;
  if (!load(tx, gw_arg_id(body, "id"), &row, error))
    return FALSE;
  if (!gw_store_turn_last(tx->db, row.id, &last, &failed))
    return gw_absent(&failed, error); /* nobody asked */
  if (json_is_true(json_object_get(body, "ok")))
    return took_it(tx, &row, &last, error);
  const char *cause = gw_arg_text(body, "cause");
  return did_not(tx, &row, &last, cause ? cause : "none", error);
}

/* ---- presets ---- */

void gw_turn_ask_presets(GwTx *tx, const GwCameraRow *row) {
  if (*row->control_url)
    gw_tx_effect(tx, "camera.presets", json_pack("{s:I}", "id", (json_int_t)row->id));
}

static gboolean run_presets(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) row = {0};
  if (!load_turnable(tx, args, &row, error))
    return FALSE;
  gw_turn_ask_presets(tx, &row);
  return TRUE;
}

static gboolean put_presets(GwTx *tx, GwId id, json_t *presets, GError **error) {
  size_t i;
  json_t *item;
  if (!gw_store_presets_clear(tx->db, id, error))
    return FALSE;
  json_array_foreach(presets, i, item) {
    const char *token = gw_arg_text(item, "token"), *name = gw_arg_text(item, "name");
    if (i >= PRESETS_MOST)
      break;
    if (!token || !*token || g_utf8_strlen(token, -1) > 64) /* none that a command could name */
      continue;
    name = name ? name : "";
    g_autofree char *shown = g_utf8_substring(name, 0, MIN(g_utf8_strlen(name, -1), 80));
    if (!gw_store_preset_add(tx->db, id, token, shown, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean on_presets(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) row = {0};
  json_t *presets = json_object_get(body, "presets"), *ok = json_object_get(body, "ok");
  if (!load(tx, gw_arg_id(body, "id"), &row, error))
    return FALSE;
  if (row.removed_at_us > 0 || !*row.control_url)
    return TRUE; /* changed meanwhile */
  if (ok && !json_is_true(ok)) {
    const char *cause = gw_arg_text(body, "cause");
    json_t *why = json_pack("{s:s, s:s}", "code", row.code, "cause", cause ? cause : "none");
    return journal(tx, "camera.presets_failed", &row, 4, why, error);
  }
  if (!json_is_array(presets))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "没有预置位列表。", "There is no list of presets.");
  g_autofree char *before = gw_store_presets_text(tx->db, row.id, error);
  if (!before || !put_presets(tx, row.id, presets, error))
    return FALSE;
  g_autofree char *after = gw_store_presets_text(tx->db, row.id, error);
  if (!after || strcmp(before, after) == 0)
    return after != NULL;
  json_t *now = json_pack("{s:s, s:o}", "code", row.code, "presets", json_loads(after, 0, NULL));
  if (write_row(tx, &row, error))
    return journal(tx, "camera.presets", &row, 0, now, error);
  json_decref(now);
  return FALSE;
}

/* ---- the administrator's settings ---- */

gboolean gw_turn_url_is_fit(const char *url) {
  const char *host = g_str_has_prefix(url, "http://") ? url + 7 : g_str_has_prefix(url, "https://") ? url + 8 : NULL;
  const gsize bytes = host ? strcspn(host, "/?#") : 0;
  return bytes > 0 && !memchr(host, '@', bytes);
}

static gboolean check_url(GwTx *tx, const char *url, GError **error) {
  return gw_turn_url_is_fit(url) ||
         gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "控制地址应以 http:// 或 https:// 开头，且不含用户名和密码：使用摄像机自己的。",
                      "The control address starts with http:// or https://, names a host, and holds no password: "
                      "the camera's own is used.");
}

/* Who cannot be turned any more looks where it looks. */
static gboolean lose_control(GwTx *tx, GwCameraRow *row, GError **error) {
  set_away(tx, row, "");
  return row->id == 0 || (gw_store_presets_clear(tx->db, row->id, error) && forget_timers(tx, row->id, error));
}

static gboolean take_home(GwTx *tx, GwCameraRow *row, json_t *args, GError **error) {
  if (!gw_arg_take_text(args, "home_preset", &row->home_preset) || row->id == 0 || !*row->away_preset)
    return TRUE;
  if (strcmp(row->home_preset, row->away_preset) != 0)
    return wait_for_home(tx, row, 0, error);
  set_away(tx, row, ""); /* where it looks is home from now on */
  return forget_timers(tx, row->id, error);
}

gboolean gw_turn_take_settings(GwTx *tx, GwCameraRow *row, json_t *args, GError **error) {
  g_autofree char *before = g_strdup(row->control_url);
  if (!gw_arg_take_text(args, "control_url", &row->control_url) || strcmp(before, row->control_url) == 0)
    return take_home(tx, row, args, error);
  if (!*row->control_url)
    return lose_control(tx, row, error) && take_home(tx, row, args, error);
  if (!check_url(tx, row->control_url, error))
    return FALSE;
  if (row->id > 0)
    gw_turn_ask_presets(tx, row);
  return take_home(tx, row, args, error);
}

gboolean gw_turn_imported(GwTx *tx, GwCameraRow *row, GError **error) {
  gw_turn_ask_presets(tx, row);
  if (*row->control_url)
    return TRUE;
  const gboolean was_away = *row->away_preset != '\0';
  return lose_control(tx, row, error) && (!was_away || gw_store_camera_update(tx->db, row, error));
}

static const GwCommandEntry commands[] = {{"camera.turn", run_turn}, {"camera.presets", run_presets}, {0}};
static const GwObserveEntry observations[] = {{"camera.turned", on_turned}, {"camera.presets", on_presets}, {0}};
static const GwTimerEntry timers[] = {{HOME_TIMER, home_due}, {SETTLED_TIMER, settled}, {0}};
const GwLedgerNoun gw_ledger_turn = {.commands = commands, .observations = observations, .timers = timers};
