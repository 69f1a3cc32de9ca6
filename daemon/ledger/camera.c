/* Cameras: what their workers say about them, and what follows. */
#include "daemon/core/camera.h"

#include <math.h>
#include <string.h>

#include "daemon/ledger/blind.h"
#include "daemon/ledger/camera_private.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/finding.h"
#include "daemon/ledger/outage.h"
#include "daemon/store/rule.h"
#include "daemon/store/timer.h"

#define ROWS_A_MINUTE 6 /* journal rows about one camera's states; what comes beyond is summed */

char *gw_camera_condition_key(GwId id) {
  return g_strdup_printf("camera:%" G_GINT64_FORMAT, id);
}

gboolean gw_camera_load(GwTx *tx, GwId id, GwCameraRow *ret, GError **error) {
  return gw_store_camera_get(tx->db, id, ret, error) ||
         gw_tx_not_found(tx, error, "没有这个摄像机。", "There is no such camera.");
}

/* ---- what the worker sees ---- */

static gboolean priority_of(GwTx *tx, const GwCameraRow *row, int *ret, GError **error) {
  guint others = 0, see = 0;
  if (row->place_id > 0 &&
      !gw_store_camera_neighbours(tx->db, row->id, row->place_id, &others, &see, error))
    return FALSE;
  *ret = gw_camera_fault_priority(row->place_id > 0, see);
  return TRUE;
}

gboolean gw_camera_priority_now(GwTx *tx, GwId camera_id, int *ret, GError **error) {
  g_auto(GwCameraRow) row = {0};
  return gw_camera_load(tx, camera_id, &row, error) && priority_of(tx, &row, ret, error);
}

/* since_us: when it fell.  Whether its grid is blind is asked now and when the on-delay is over. */
static gboolean raise_fault(GwTx *tx, const GwCameraRow *row, GwCameraState state, GwUsec since_us,
                            gboolean is_own, GError **error) {
  int priority = 4;
  if (!priority_of(tx, row, &priority, error))
    return FALSE;
  g_autofree char *key = gw_camera_condition_key(row->id);
  const GwCondition condition = {
      .rule_kind = "camera_fault",
      .key = key,
      /* 64 cameras may be one recorder that has no stream left: that is its fault, not theirs. */
      .category = g_str_equal(row->cause, "recorder_full") ? "recorder_full" : gw_camera_category(state),
      .subject = "camera",
      .subject_id = row->id,
      .place_id = row->place_id,
      .camera_id = row->id,
      .lat = row->lat,
      .lon = row->lon,
      .priority = priority,
      .since_us = since_us,
      .own = is_own,
  };
  GwId alert_id = 0;
  return gw_condition_raise(tx, &condition, &alert_id, error);
}

/* Between two tries of an unreachable camera it reads "connecting": it is lost all the same. */
gboolean gw_camera_own_fault(GwTx *tx, GwId camera_id, GError **error) {
  g_auto(GwCameraRow) row = {0};
  GwCameraState state;
  GwRule rule;
  if (!gw_camera_load(tx, camera_id, &row, error) || !gw_store_rule_newest(tx->db, "camera_fault", &rule, error))
    return FALSE;
  if (!row.enabled || row.removed_at_us > 0 || !gw_camera_state_from_string(row.state, &state) ||
      state == GW_CAMERA_UNKNOWN || gw_camera_says(state) == GW_SAYS_WELL)
    return TRUE;
  if (gw_camera_says(state) == GW_SAYS_NOTHING)
    state = GW_CAMERA_LOST;
  return raise_fault(tx, &row, state, tx->now_us - rule.on_delay_us, TRUE, error);
}

static gboolean follow_fault(GwTx *tx, const GwCameraRow *row, GwCameraState state, GError **error) {
  gboolean is_taken = FALSE;
  if (gw_camera_is_own_fault(state)) /* it answers: what it hangs on is there again */
    return gw_outage_camera_left(tx, row->id, error) &&
           raise_fault(tx, row, state, row->state_at_us, FALSE, error);
  return gw_outage_camera_fell(tx, row->id, &is_taken, error) &&
         (is_taken || raise_fault(tx, row, state, row->state_at_us, FALSE, error));
}

static gboolean follow(GwTx *tx, const GwCameraRow *row, GError **error) {
  GwCameraState state;
  if (!gw_camera_state_from_string(row->state, &state))
    return TRUE;
  g_autofree char *key = gw_camera_condition_key(row->id);
  switch (gw_camera_says(state)) {
  case GW_SAYS_FAULT:
    return follow_fault(tx, row, state, error);
  case GW_SAYS_WELL:
    return gw_outage_camera_left(tx, row->id, error) && gw_condition_clear(tx, key, error);
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
  return gw_timer_set_once(tx->db, "camera.sum", "camera", row->id, 0, tx->now_us + GW_MIN, FALSE, error);
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
  } texts[] = {{"state", &row->state}, {"cause", &row->cause}, {"codec", &row->codec}, {"via", &row->via}};
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

/* Whether it sees follows from its state and from what is wrong with its picture. */
gboolean gw_camera_see_anew(GwTx *tx, GwCameraRow *row, GError **error) {
  GwCameraState state;
  gboolean is_blinded = FALSE;
  if (!gw_camera_state_from_string(row->state, &state))
    state = GW_CAMERA_UNKNOWN;
  if (!gw_store_camera_is_blinded(tx->db, row->id, &is_blinded, error))
    return FALSE;
  g_free(row->sees);
  row->sees = g_strdup(gw_camera_sees(state, is_blinded));
  return TRUE;
}

static gboolean state_seen(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                           GError **error) {
  g_auto(GwCameraRow) row = {0};
  if (!gw_camera_load(tx, gw_arg_id(body, "id"), &row, error))
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
  return gw_camera_see_anew(tx, &row, error) && gw_store_camera_set_state(tx->db, &row, error) &&
         gw_blind_note(tx, row.place_id, error) && journal_state(tx, &row, before, error) &&
         follow(tx, &row, error);
}

void gw_camera_set_unknown(GwTx *tx, GwCameraRow *row, const char *cause) {
  g_free(row->state);
  g_free(row->cause);
  row->state = g_strdup("unknown");
  row->cause = g_strdup(cause);
  row->state_at_us = tx->now_us;
}

static gboolean one_worker_gone(GwTx *tx, GwId id, gboolean is_start, GError **error) {
  g_auto(GwCameraRow) row = {0};
  GwCameraState state;
  if (!gw_store_camera_get(tx->db, id, &row, error))
    return !(error && *error); /* a worker may still name one that is long gone */
  if (!gw_finding_new_eyes(tx, id, error))
    return FALSE;
  if (!gw_camera_state_from_string(row.state, &state) || state == GW_CAMERA_UNKNOWN ||
      (is_start && gw_camera_says(state) == GW_SAYS_FAULT))
    return TRUE;
  gw_camera_set_unknown(tx, &row, "worker_gone");
  row.rev++;
  if (row.removed_at_us == 0)
    gw_tx_touch(tx, "camera", row.id);
  return gw_camera_see_anew(tx, &row, error) && gw_store_camera_set_state(tx->db, &row, error) &&
         gw_blind_note(tx, row.place_id, error);
}

static gboolean all_workers_gone(GwTx *tx, gboolean is_start, GError **error) {
  g_autoptr(GArray) ids = gw_store_camera_ids_known(tx->db, error);
  for (guint i = 0; ids && i < ids->len; i++)
    if (!one_worker_gone(tx, g_array_index(ids, GwId, i), is_start, error))
      return FALSE;
  return ids != NULL;
}

/* Not journaled one by one: the worker's own row says it for all of them. */
gboolean gw_camera_worker_gone(GwTx *tx, json_t *camera_ids, GError **error) {
  if (!json_is_array(camera_ids))
    return all_workers_gone(tx, FALSE, error);
  size_t i;
  json_t *id;
  json_array_foreach(camera_ids, i, id) {
    if (!one_worker_gone(tx, json_integer_value(id), FALSE, error))
      return FALSE;
  }
  return TRUE;
}

/* What an earlier run saw says nothing about now: nobody has looked since it ended.  Faults stay: what was down
 * is not better for nobody having looked, and the alerts on their way are about them. */
static gboolean start(GwTx *tx, GError **error) {
  return all_workers_gone(tx, TRUE, error) && gw_finding_new_eyes(tx, 0, error) && gw_blind_note_all(tx, error);
}

gboolean gw_camera_sight_changed(GwTx *tx, GwId camera_id, GError **error) {
  g_auto(GwCameraRow) row = {0};
  if (!gw_store_camera_get(tx->db, camera_id, &row, error))
    return !(error && *error);
  g_autofree char *before = g_strdup(row.sees);
  if (!gw_camera_see_anew(tx, &row, error))
    return FALSE;
  if (strcmp(before, row.sees) == 0)
    return TRUE;
  row.rev++;
  if (row.removed_at_us == 0)
    gw_tx_touch(tx, "camera", row.id);
  return gw_store_camera_set_state(tx->db, &row, error) && gw_blind_note(tx, row.place_id, error);
}

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

const GwLedgerNoun gw_ledger_camera = {.commands = gw_camera_commands, .observations = observations, .timers = timers, .start = start};
