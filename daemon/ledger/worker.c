/* The ingest workers as the ledger knows them: a dead one is an event, and what only it could see is unknown.
 */
#include <math.h>

#include "daemon/base/token.h"
#include "daemon/ledger/field.h"
#include "daemon/store/meta.h"

/* Names this run of the daemon, so that an "up" which an earlier run left behind is not believed. */
static const char *run_name(void) {
  static gsize once;
  static char *name;
  if (g_once_init_enter(&once)) {
    name = gw_uuid_new();
    g_once_init_leave(&once, 1);
  }
  return name;
}

/* Workers have no table: a number, and two facts of the center each. */
typedef struct Worker {
  const char *job;
  GwId id;
  const char *state_key, *run_key;
} Worker;

static const Worker *find(const char *job) {
  static const Worker workers[] = {
      {"cameras", 1, "worker.camera", "worker.camera.run"},
      {"checkins", 2, "worker.checkin", "worker.checkin.run"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(workers); i++)
    if (g_strcmp0(job, workers[i].job) == 0)
      return &workers[i];
  return NULL;
}

static gboolean meta_is(GwTx *tx, const char *key, const char *value) {
  g_autofree char *is = gw_meta_get(tx->db, key, NULL);
  return g_strcmp0(is, value) == 0;
}

gboolean gw_worker_is_up(GwTx *tx, const char *job) {
  const Worker *w = find(job);
  return meta_is(tx, w->state_key, "up") && meta_is(tx, w->run_key, run_name());
}

static gboolean note(GwTx *tx, const Worker *w, const char *state, GError **error) {
  gw_tx_touch(tx, "center", 1);
  return gw_meta_set(tx->db, w->state_key, state, error) &&
         gw_meta_set(tx->db, w->run_key, run_name(), error) && gw_meta_bump_center(tx->db, error) > 0;
}

static gboolean journal(GwTx *tx, const char *kind, const Worker *w, int severity, json_t *body,
                        GError **error) {
  json_object_set_new(body, "worker", json_string(w->job));
  return gw_tx_journal(tx, kind, "worker", w->id, 0, 0, severity, 0, body, error) > 0;
}

static gboolean refuse_unknown(GwTx *tx, GError **error) {
  return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "未知的采集进程。", "There is no such worker.");
}

gboolean gw_worker_up(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                      GError **error) {
  const Worker *w = find(gw_arg_text(body, "job"));
  if (!w)
    return refuse_unknown(tx, error);
  g_autofree char *alert_key = g_strdup_printf("worker:%s", w->job);
  const char *gstreamer = gw_arg_text(body, "gstreamer");
  json_t *said = json_pack("{s:I, s:s}", "pid", (json_int_t)gw_arg_int(body, "pid"), "gstreamer",
                           gstreamer ? gstreamer : "");
  return note(tx, w, "up", error) && journal(tx, "worker.up", w, 0, said, error) &&
         gw_condition_clear(tx, alert_key, error);
}

static gboolean raise_gone(GwTx *tx, const Worker *w, GError **error) {
  g_autofree char *key = g_strdup_printf("worker:%s", w->job);
  const GwCondition condition = {
      .rule_kind = "worker_gone",
      .key = key,
      .category = "worker_gone",
      .subject = "worker",
      .subject_id = w->id,
      .lat = NAN,
      .lon = NAN,
      .since_us = tx->now_us,
  };
  GwId alert_id = 0;
  return gw_condition_raise(tx, &condition, &alert_id, error);
}

/* News only when it was up: a worker that cannot start at all, or a daemon that starts, is no new death. */
gboolean gw_worker_down(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                        GError **error) {
  const Worker *w = find(gw_arg_text(body, "job"));
  if (!w)
    return refuse_unknown(tx, error);
  const char *cause = gw_arg_text(body, "cause");
  const gboolean is_news = meta_is(tx, w->state_key, "up");
  if (!note(tx, w, "down", error))
    return FALSE;
  if (is_news && !journal(tx, "worker.down", w, 4, json_pack("{s:s}", "cause", cause ? cause : ""), error))
    return FALSE;
  if (w->id == 1 && !gw_camera_worker_gone(tx, error))
    return FALSE;
  return raise_gone(tx, w, error);
}
