/* Cameras: commands of the administrator, and what the worker says about them. */
#include "daemon/core/camera.h"

#include <math.h>
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/ledger/field.h"
#include "daemon/store/camera.h"

#define ROWS_A_MINUTE 6 /* journal rows about one camera's states; what comes beyond is summed */

static char *condition_key(GwId id) {
  return g_strdup_printf("camera:%" G_GINT64_FORMAT, id);
}

static gboolean load(GwTx *tx, GwId id, GwCameraRow *ret, GError **error) {
  return gw_store_camera_get(tx->db, id, ret, error) ||
         gw_tx_not_found(tx, error, "没有这个摄像机。", "There is no such camera.");
}

/* ---- what the worker sees ---- */

static gboolean raise_fault(GwTx *tx, const GwCameraRow *row, GwCameraState state, GError **error) {
  guint others = 0, sound = 0;
  if (row->place_id > 0 &&
      !gw_store_camera_neighbours(tx->db, row->id, row->place_id, &others, &sound, error))
    return FALSE;
  g_autofree char *key = condition_key(row->id);
  const GwCondition condition = {
      .rule_kind = "camera_fault",
      .key = key,
      /* 64 cameras may be one recorder that has no stream left: that is its fault, not theirs. */
      .category = g_str_equal(row->cause, "recorder_full") ? "recorder_full" : gw_camera_category(state),
      .subject = "camera",
      .subject_id = row->id,
      .place_id = row->place_id,
      .camera_id = row->id,
      .priority = gw_camera_fault_priority(row->place_id > 0, sound),
      .lat = row->lat,
      .lon = row->lon,
      .since_us = row->state_at_us,
  };
  GwId alert_id = 0;
  return gw_condition_raise(tx, &condition, &alert_id, error);
}

static gboolean follow(GwTx *tx, const GwCameraRow *row, GError **error) {
  GwCameraState state;
  if (!gw_camera_state_from_string(row->state, &state))
    return TRUE;
  g_autofree char *key = condition_key(row->id);
  switch (gw_camera_says(state)) {
  case GW_SAYS_FAULT:
    return raise_fault(tx, row, state, error);
  case GW_SAYS_WELL:
    return gw_condition_clear(tx, key, error);
  case GW_SAYS_NOTHING:
    break;
  }
  return TRUE;
}

static int severity_of(const GwCameraRow *row) {
  GwCameraState state;
  return gw_camera_state_from_string(row->state, &state) && gw_camera_says(state) == GW_SAYS_FAULT ? 4 : 0;
}

static json_t *state_body(const GwCameraRow *row) {
  return json_pack("{s:s, s:s, s:s, s:i, s:i}", "state", row->state, "cause", row->cause, "codec", row->codec,
                   "width", row->width, "height", row->height);
}

/* At most six rows a minute: the first change beyond that sets a timer, which writes one row for all of them.
 * How many there were is the distance of the revs, so nothing has to be counted. */
static gboolean journal_state(GwTx *tx, const GwCameraRow *row, const char *before, GError **error) {
  if (gw_store_camera_rows_since(tx->db, row->id, tx->now_us - GW_MIN) < ROWS_A_MINUTE) {
    json_t *body = state_body(row);
    json_object_set_new(body, "before", json_string(before));
    return gw_tx_journal(tx, "camera.state", "camera", row->id, row->rev, row->place_id, severity_of(row), 0,
                         body, error) > 0;
  }
  if (row->rev - gw_store_camera_journaled_rev(tx->db, row->id) != 1)
    return TRUE;
  return gw_tx_timer_set(tx, "camera.sum", "camera", row->id, 0, tx->now_us + GW_MIN, GW_TIMER_DURATION,
                         error);
}

static gboolean sum_due(GwTx *tx, const GwTimer *timer, GError **error) {
  g_auto(GwCameraRow) row = {0};
  if (!gw_store_camera_get(tx->db, timer->subject_id, &row, error))
    return !(error && *error);
  const gint64 changes = row.rev - gw_store_camera_journaled_rev(tx->db, row.id);
  if (changes <= 0)
    return TRUE;
  json_t *body = state_body(&row);
  json_object_set_new(body, "changes", json_integer(changes));
  return gw_tx_journal(tx, "camera.states_summed", "camera", row.id, row.rev, row.place_id, severity_of(&row),
                       0, body, error) > 0;
}

static gboolean take(GwCameraRow *row, json_t *body) {
  gboolean changed = FALSE;
  const struct {
    const char *name;
    char **value;
  } texts[] = {{"state", &row->state}, {"cause", &row->cause}, {"codec", &row->codec}};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    const char *text = gw_arg_text(body, texts[i].name);
    if (text && strcmp(text, *texts[i].value) != 0)
      changed = gw_arg_take_text(body, texts[i].name, texts[i].value);
  }
  const int width = (int)gw_arg_int(body, "width"), height = (int)gw_arg_int(body, "height");
  if (width > 0 && height > 0 && (width != row->width || height != row->height)) {
    row->width = width;
    row->height = height;
    changed = TRUE;
  }
  return changed;
}

static gboolean state_seen(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                           GError **error) {
  g_auto(GwCameraRow) row = {0};
  if (!load(tx, gw_arg_id(body, "id"), &row, error))
    return FALSE;
  GwCameraState state;
  if (!gw_camera_state_from_string(gw_arg_text(body, "state"), &state))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "未知的摄像机状态。", "This is no state of a camera.");
  if (row.removed_at_us > 0 || !row.enabled)
    return TRUE; /* said before the worker heard that it should stop */
  g_autofree char *before = g_strdup(row.state);
  if (!take(&row, body))
    return TRUE;
  const GwUsec at_us = gw_arg_int(body, "at_us");
  if (strcmp(before, row.state) != 0)
    row.state_at_us = at_us > 0 && at_us < tx->now_us ? at_us : tx->now_us;
  row.rev++;
  gw_tx_touch(tx, "camera", row.id);
  return gw_store_camera_set_state(tx->db, &row, error) && journal_state(tx, &row, before, error) &&
         follow(tx, &row, error);
}

/* Not journaled one by one: the worker's own row says it for all of them. */
gboolean gw_camera_worker_gone(GwTx *tx, GError **error) {
  g_autoptr(GArray) ids = gw_store_camera_ids_known(tx->db, error);
  for (guint i = 0; ids && i < ids->len; i++) {
    g_auto(GwCameraRow) row = {0};
    if (!load(tx, g_array_index(ids, GwId, i), &row, error))
      return FALSE;
    g_free(row.state);
    g_free(row.cause);
    row.state = g_strdup("unknown");
    row.cause = g_strdup("worker_gone");
    row.state_at_us = tx->now_us;
    row.rev++;
    if (!gw_store_camera_set_state(tx->db, &row, error))
      return FALSE;
    if (row.removed_at_us == 0)
      gw_tx_touch(tx, "camera", row.id);
  }
  return ids != NULL;
}

/* ---- commands ---- */

/* Credentials that somebody typed into the address go where they belong: out of it. */
static gboolean split_url(GwTx *tx, GwCameraRow *row, char **ret_password, GError **error) {
  const char *at_scheme = strstr(row->url, "://");
  if (!g_str_has_prefix(row->url, "rtsp://") && !g_str_has_prefix(row->url, "rtsps://"))
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
    g_free(*ret_password);
    *ret_password = g_uri_unescape_string(colon + 1, NULL);
  }
  g_autofree char *name = g_uri_unescape_string(who, NULL);
  if (!name || (colon && !*ret_password))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "地址中的用户名或密码编码有误。",
                        "User name or password in the address are not encoded rightly.");
  g_free(row->user_name);
  row->user_name = g_steal_pointer(&name);
  g_autofree char *scheme = g_strndup(row->url, (gsize)(host - row->url));
  char *clean = g_strconcat(scheme, at + 1, NULL);
  g_free(row->url);
  row->url = clean;
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

/* *ret_stream says whether the worker has to be told. */
static gboolean take_settings(GwTx *tx, GwCameraRow *row, json_t *args, gboolean *ret_stream,
                              GError **error) {
  gw_arg_take_text(args, "name", &row->name);
  gw_arg_take_text(args, "zone", &row->zone);
  gw_arg_take_text(args, "recorder", &row->recorder);
  gw_arg_take_text(args, "switch", &row->switch_name);
  gboolean stream = gw_arg_take_text(args, "user_name", &row->user_name);
  stream |= gw_arg_take_text(args, "transport", &row->transport);
  g_autofree char *password = g_strdup(gw_arg_text(args, "password"));
  if (gw_arg_take_text(args, "url", &row->url)) {
    if (!split_url(tx, row, &password, error))
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
  *ret_stream = stream;
  return gw_tx_check_place(tx, row->place_id, error);
}

static gboolean journal_settings(GwTx *tx, const char *kind, const GwCameraRow *row, GError **error) {
  gw_tx_touch(tx, "camera", row->id);
  json_t *body = json_pack("{s:s, s:s, s:b, s:b}", "code", row->code, "name", row->name, "enabled",
                           row->enabled, "removed", row->removed_at_us > 0);
  return gw_tx_journal(tx, kind, "camera", row->id, row->rev, row->place_id, 0, 0, body, error) > 0;
}

static void tell_worker(GwTx *tx, const GwCameraRow *row) {
  const gboolean watched = row->enabled && row->removed_at_us == 0;
  gw_tx_effect(tx, watched ? "camera.set" : "camera.remove", json_pack("{s:I}", "id", (json_int_t)row->id));
}

/* Nobody looks at it any more: it says nothing, so its fault is over. */
static gboolean unwatch(GwTx *tx, GwCameraRow *row, GError **error) {
  g_free(row->state);
  g_free(row->cause);
  row->state = g_strdup("unknown");
  row->cause = g_strdup("none");
  row->state_at_us = tx->now_us;
  g_autofree char *key = condition_key(row->id);
  return gw_condition_clear(tx, key, error);
}

static gboolean add(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) there = {0}, row = {.rev = 1, .lat = NAN, .lon = NAN, .enabled = TRUE};
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
  gboolean stream = FALSE;
  if (!take_settings(tx, &row, args, &stream, error) || !gw_store_camera_insert(tx->db, &row, error))
    return FALSE;
  tell_worker(tx, &row);
  *ret_result = json_pack("{s:I}", "camera_id", (json_int_t)row.id);
  return journal_settings(tx, "camera.added", &row, error);
}

static gboolean change(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) row = {0};
  if (!load(tx, gw_arg_id(args, "camera_id"), &row, error))
    return FALSE;
  if (!gw_tx_check_rev(tx, "camera", row.id, row.rev, error))
    return FALSE;
  gboolean stream = FALSE;
  if (!take_settings(tx, &row, args, &stream, error))
    return FALSE;
  const gboolean was_enabled = row.enabled;
  if (gw_arg_has(args, "enabled"))
    row.enabled = json_is_true(json_object_get(args, "enabled"));
  if (was_enabled && !row.enabled && !unwatch(tx, &row, error))
    return FALSE;
  row.rev++;
  if (stream || row.enabled != was_enabled)
    tell_worker(tx, &row);
  return gw_store_camera_update(tx->db, &row, error) && journal_settings(tx, "camera.changed", &row, error);
}

static gboolean remove_camera(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) row = {0};
  if (!load(tx, gw_arg_id(args, "camera_id"), &row, error) ||
      !gw_tx_check_rev(tx, "camera", row.id, row.rev, error))
    return FALSE;
  if (row.removed_at_us > 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该摄像机已移除。", "This camera is removed already.");
  row.removed_at_us = tx->now_us;
  row.rev++;
  if (!unwatch(tx, &row, error) || !gw_store_camera_update(tx->db, &row, error) ||
      !journal_settings(tx, "camera.removed", &row, error))
    return FALSE;
  gw_tx_gone(tx, "camera", row.id);
  tell_worker(tx, &row);
  return TRUE;
}

static gboolean restore(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) row = {0};
  if (!load(tx, gw_arg_id(args, "camera_id"), &row, error) ||
      !gw_tx_check_rev(tx, "camera", row.id, row.rev, error))
    return FALSE;
  if (row.removed_at_us == 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该摄像机没有被移除。", "This camera is not removed.");
  row.removed_at_us = 0;
  row.rev++;
  tell_worker(tx, &row);
  return gw_store_camera_update(tx->db, &row, error) && journal_settings(tx, "camera.restored", &row, error);
}

static const GwCommandEntry commands[] = {
    {"camera.add", add},
    {"camera.change", change},
    {"camera.remove", remove_camera},
    {"camera.restore", restore},
    {NULL, NULL},
};
static const GwObserveEntry observations[] = {
    {"camera.state", state_seen},
    {"worker.up", gw_worker_up},
    {"worker.down", gw_worker_down},
    {NULL, NULL},
};
static const GwTimerEntry timers[] = {
    {"camera.sum", sum_due},
    {NULL, NULL},
};

const GwLedgerNoun gw_ledger_camera = {.commands = commands, .observations = observations, .timers = timers};
