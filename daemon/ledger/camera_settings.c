/* Cameras: the administrator's commands. */
#include "daemon/ledger/camera_private.h"

#include <math.h>
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/ledger/blind.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/finding.h"
#include "daemon/ledger/outage.h"
#include "daemon/ledger/tour.h"
#include "daemon/ledger/turn.h"
#include "daemon/ledger/spot.h"

/* Credentials that somebody typed into an address go where they belong: out of it.  *user and *password are
 * replaced when it has some. */
static gboolean split_url(GwTx *tx, char **url, char **user, char **password, GError **error) {
  const char *at_scheme = strstr(*url, "://");
  if (!g_str_has_prefix(*url, "rtsp://") && !g_str_has_prefix(*url, "rtsps://"))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "地址应以 rtsp:// 或 rtsps:// 开头。",
                        "The address starts with rtsp:// or rtsps://.");
  const char *host = at_scheme + 3;
  const gsize authority = strcspn(host, "/?");
  const char *at = memrchr(host, '@', authority);
  if (authority == 0 || (at && (gsize)(at - host) + 1 == authority))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "地址中没有主机名。", "The address names no host.");
  if (!at)
    return TRUE;
  g_autofree char *who = g_strndup(host, (gsize)(at - host));
  char *colon = strchr(who, ':');
  if (colon) {
    *colon = '\0';
    g_free(*password);
    *password = g_uri_unescape_string(colon + 1, NULL);
  }
  g_autofree char *name = g_uri_unescape_string(who, NULL);
  if (!name || (colon && !*password))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "地址中的用户名或密码编码有误。",
                        "User name or password in the address are not encoded rightly.");
  g_free(*user);
  *user = g_steal_pointer(&name);
  g_autofree char *scheme = g_strndup(*url, (gsize)(host - *url));
  char *clean = g_strconcat(scheme, at + 1, NULL);
  g_free(*url);
  *url = clean;
  return TRUE;
}

/* Both streams are one camera's: it has one user.  "" takes the small stream away. */
static gboolean take_sub_url(GwTx *tx, GwCameraRow *row, json_t *args, char **password, GError **error) {
  g_autofree char *user = g_strdup(row->user_name), *secret = NULL;
  gw_arg_take_text(args, "sub_url", &row->sub_url);
  if (!*row->sub_url)
    return TRUE;
  if (!split_url(tx, &row->sub_url, &user, &secret, error))
    return FALSE;
  const gboolean is_other = (*row->user_name && strcmp(user, row->user_name) != 0 && gw_arg_has(args, "url")) ||
                            (secret && *password && strcmp(secret, *password) != 0);
  if (is_other)
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "主、子码流的用户名和密码须相同。",
                        "Main and sub-stream take the same user name and password.");
  g_free(row->user_name);
  row->user_name = g_steal_pointer(&user);
  if (secret) {
    g_free(*password);
    *password = g_steal_pointer(&secret);
  }
  return TRUE;
}

static void seal(GwTx *tx, GwCameraRow *row, const char *password) {
  g_clear_pointer(&row->secret, g_bytes_unref);
  if (!*password)
    return;
  gsize bytes = 0;
  guint8 *box = gw_secret_seal(gw_tx_secret(tx), password, strlen(password), &bytes);
  row->secret = g_bytes_new_take(box, bytes);
}

/* Where it looks at a checkpoint, its pictures are read for codes: no new stream, but another way to look. */
static gboolean take_checkpoint(GwTx *tx, GwCameraRow *row, json_t *args, GError **error) {
  if (!gw_arg_has(args, "checkpoint_id"))
    return TRUE;
  const GwId before = row->checkpoint_id;
  row->checkpoint_id = gw_arg_id(args, "checkpoint_id");
  gboolean is_there = TRUE;
  if (row->checkpoint_id > 0 && !gw_store_camera_checkpoint_is_there(tx->db, row->checkpoint_id, &is_there, error))
    return FALSE;
  if (!is_there)
    return gw_tx_refuse(tx, error, GW_CODE_NOT_FOUND, "没有这个巡更点。", "There is no such checkpoint.");
  if (row->id > 0 && row->checkpoint_id != before)
    gw_tx_effect(tx, "scene.set", json_pack("{s:I}", "id", (json_int_t)row->id));
  return TRUE;
}

static gboolean take_watching(GwCameraRow *row, json_t *args) {
  gboolean stream = gw_arg_take_text(args, "watch", &row->watch);
  if (gw_arg_has(args, "metadata")) {
    row->metadata = json_is_true(json_object_get(args, "metadata"));
    stream = TRUE;
  }
  return stream;
}

/* *ret_stream says whether the worker has to be told. */
static gboolean take_settings(GwTx *tx, GwCameraRow *row, json_t *args, gboolean *ret_stream,
                              GError **error) {
  gw_arg_take_text(args, "name", &row->name);
  gw_arg_take_text(args, "zone", &row->zone);
  gw_arg_take_text(args, "recorder", &row->recorder);
  gw_arg_take_text(args, "switch", &row->switch_name);
  gw_arg_take_text(args, "power", &row->power);
  gboolean stream = gw_arg_take_text(args, "user_name", &row->user_name);
  stream |= gw_arg_take_text(args, "transport", &row->transport);
  stream |= take_watching(row, args);
  g_autofree char *password = g_strdup(gw_arg_text(args, "password"));
  if (gw_arg_take_text(args, "url", &row->url)) {
    if (!split_url(tx, &row->url, &row->user_name, &password, error))
      return FALSE;
    stream = TRUE;
  }
  if (gw_arg_has(args, "sub_url")) {
    if (!take_sub_url(tx, row, args, &password, error))
      return FALSE;
    stream = TRUE;
  }
  if (password) {
    seal(tx, row, password);
    stream = TRUE;
  }
  if (gw_arg_has(args, "lat") != gw_arg_has(args, "lon"))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "经度和纬度须同时给出。",
                        "Give latitude and longitude together.");
  if (gw_arg_has(args, "lat")) {
    row->lat = gw_arg_real(args, "lat");
    row->lon = gw_arg_real(args, "lon");
  }
  if (gw_arg_has(args, "place_id"))
    row->place_id = gw_arg_id(args, "place_id");
  if (gw_arg_has(args, "channel"))
    row->channel = (int)gw_arg_int(args, "channel");
  *ret_stream = stream;
  return gw_turn_take_settings(tx, row, args, error) && gw_tx_check_place(tx, row->place_id, error) && take_checkpoint(tx, row, args, error);
}

static gboolean journal_settings(GwTx *tx, const char *kind, const GwCameraRow *row, GError **error) {
  gw_tx_touch(tx, "camera", row->id);
  json_t *body = json_pack("{s:s, s:s, s:b, s:b}", "code", row->code, "name", row->name, "enabled",
                           row->enabled, "removed", row->removed_at_us > 0);
  return gw_tx_journal(tx, kind, "camera", row->id, row->rev, row->place_id, 0, 0, body, error) > 0 &&
         gw_tour_cameras_changed(tx, error);
}

static void tell_worker(GwTx *tx, const GwCameraRow *row) {
  const gboolean watched = row->enabled && row->removed_at_us == 0;
  gw_tx_effect(tx, watched ? "camera.set" : "camera.remove", json_pack("{s:I}", "id", (json_int_t)row->id));
}

/* Nobody looks at it any more: it says nothing, so its fault is over. */
static gboolean unwatch(GwTx *tx, GwCameraRow *row, GError **error) {
  if (!gw_finding_end_of_camera(tx, row->id, row->removed_at_us > 0 ? "removed" : "disabled", error) ||
      !gw_observed_end_of_camera(tx, row->id, error))
    return FALSE;
  gw_camera_set_unknown(tx, row, "none");
  g_autofree char *key = gw_camera_condition_key(row->id);
  return gw_camera_see_anew(tx, row, error) && gw_outage_camera_left(tx, row->id, error) && gw_condition_clear(tx, key, error);
}

gboolean gw_camera_imported(GwTx *tx, GwId camera_id, GError **error) {
  g_auto(GwCameraRow) row = {0};
  if (!gw_camera_load(tx, camera_id, &row, error))
    return FALSE;
  /* Also when its worker is gone: what was found stands open, and an outage still counts it. */
  if (row.enabled ? !gw_finding_new_eyes(tx, row.id, error)
                  : !unwatch(tx, &row, error) || !gw_store_camera_update(tx->db, &row, error))
    return FALSE;
  if (!gw_turn_imported(tx, &row, error))
    return FALSE;
  tell_worker(tx, &row);
  gw_tx_effect(tx, "scene.set", json_pack("{s:I}", "id", (json_int_t)row.id));
  return journal_settings(tx, "camera.imported", &row, error);
}

static gboolean add(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) there = {0};
  g_auto(GwCameraRow) row = {.rev = 1, .lat = NAN, .lon = NAN, .enabled = TRUE, .metadata = TRUE};
  if (gw_store_camera_by_code(tx->db, gw_arg_text(args, "code"), &there, error))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "该编号已被使用，请换一个。",
                        "This code is taken: choose another.");
  gint64 cameras = 0;
  if ((error && *error) || !gw_store_camera_count(tx->db, &cameras, error))
    return FALSE;
  if (cameras >= GW_LIMIT_CAMERAS)
    return gw_tx_refuse(tx, error, GW_CODE_TOO_LARGE, "摄像机数量已达上限。",
                        "The center has as many cameras as it can take.");
  row.code = g_strdup(gw_arg_text(args, "code"));
  row.name = g_strdup("");
  row.url = g_strdup("");
  row.zone = g_strdup("inside");
  row.user_name = g_strdup("");
  row.transport = g_strdup("tcp");
  row.recorder = g_strdup("");
  row.switch_name = g_strdup("");
  row.sub_url = g_strdup("");
  row.power = g_strdup("");
  row.watch = g_strdup("sub");
  row.control_url = g_strdup("");
  row.home_preset = g_strdup("");
  row.away_preset = g_strdup("");
  gboolean stream = FALSE;
  if (!take_settings(tx, &row, args, &stream, error) || !gw_store_camera_insert(tx->db, &row, error))
    return FALSE;
  tell_worker(tx, &row);
  gw_turn_ask_presets(tx, &row);
  *ret_result = json_pack("{s:I}", "camera_id", (json_int_t)row.id);
  return gw_blind_note(tx, row.place_id, error) && journal_settings(tx, "camera.added", &row, error);
}

static gboolean change(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) row = {0};
  if (!gw_camera_load(tx, gw_arg_id(args, "camera_id"), &row, error))
    return FALSE;
  if (!gw_tx_check_rev(tx, "camera", row.id, row.rev, error))
    return FALSE;
  gboolean stream = FALSE;
  const GwId was_in = row.place_id;
  if (!take_settings(tx, &row, args, &stream, error))
    return FALSE;
  const gboolean was_enabled = row.enabled;
  if (gw_arg_has(args, "enabled"))
    row.enabled = json_is_true(json_object_get(args, "enabled"));
  if (was_enabled && !row.enabled && !unwatch(tx, &row, error))
    return FALSE;
  row.rev++;
  if (stream && row.enabled && !gw_finding_new_eyes(tx, row.id, error)) /* perhaps another picture altogether */
    return FALSE;
  if (stream || row.enabled != was_enabled)
    tell_worker(tx, &row);
  return gw_store_camera_update(tx->db, &row, error) && gw_blind_note(tx, was_in, error) &&
         gw_blind_note(tx, row.place_id, error) && journal_settings(tx, "camera.changed", &row, error);
}

static gboolean remove_camera(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) row = {0};
  if (!gw_camera_load(tx, gw_arg_id(args, "camera_id"), &row, error) ||
      !gw_tx_check_rev(tx, "camera", row.id, row.rev, error))
    return FALSE;
  if (row.removed_at_us > 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该摄像机已移除。", "This camera is removed already.");
  row.removed_at_us = tx->now_us;
  row.rev++;
  if (!unwatch(tx, &row, error) || !gw_store_camera_update(tx->db, &row, error) ||
      !gw_spot_camera_gone(tx, row.id, error) ||
      !gw_blind_note(tx, row.place_id, error) || !journal_settings(tx, "camera.removed", &row, error))
    return FALSE;
  gw_tx_gone(tx, "camera", row.id);
  tell_worker(tx, &row);
  return TRUE;
}

static gboolean restore(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) row = {0};
  if (!gw_camera_load(tx, gw_arg_id(args, "camera_id"), &row, error) ||
      !gw_tx_check_rev(tx, "camera", row.id, row.rev, error))
    return FALSE;
  if (row.removed_at_us == 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该摄像机没有被移除。", "This camera is not removed.");
  row.removed_at_us = 0;
  row.rev++;
  tell_worker(tx, &row);
  return gw_store_camera_update(tx->db, &row, error) && gw_blind_note(tx, row.place_id, error) &&
         journal_settings(tx, "camera.restored", &row, error);
}

const GwCommandEntry gw_camera_commands[] = {
    {"camera.add", add},
    {"camera.change", change},
    {"camera.remove", remove_camera},
    {"camera.restore", restore},
    {NULL, NULL},
};
