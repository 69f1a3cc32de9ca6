/* The ingest workers as the ledger knows them: a dead one is an event, and what only it could see is unknown.
 */
#include <math.h>
#include <string.h>

#include "daemon/base/token.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/finding.h"
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

/* Workers have no table: a number, and two facts of the center each; a third sums up a job's. */
#define NAME_BYTES 24
#define WORKERS_MOST 64

typedef struct Worker {
  char name[NAME_BYTES]; /* "cameras", "cameras-2" …, "checkins" */
  const char *job, *job_key;
  GwId id;
} Worker;

static const struct {
  const char *job, *job_key;
  GwId id; /* of the worker that is named like its job */
} jobs[] = {{"cameras", "worker.camera", 1}, {"checkins", "worker.checkin", 2}};

/* The second of the cameras is 3, after the two that every center has; those of check-ins stand far behind. */
static gboolean number_of(const char *name, const char *job, GwId base_id, GwId *ret) {
  guint64 n = 0;
  if (strcmp(name, job) == 0) {
    *ret = base_id;
    return TRUE;
  }
  const gsize prefix = strlen(job);
  if (strncmp(name, job, prefix) != 0 || name[prefix] != '-' ||
      !g_ascii_string_to_unsigned(name + prefix + 1, 10, 2, WORKERS_MOST, &n, NULL))
    return FALSE;
  *ret = (GwId)n + (base_id == 1 ? 1 : 1 + WORKERS_MOST);
  return TRUE;
}

/* Of the body of worker.up and worker.down: `job`, and `worker` when it is not the job's only one. */
static gboolean find(json_t *body, Worker *ret) {
  const char *job = gw_arg_text(body, "job"), *name = gw_arg_text(body, "worker");
  *ret = (Worker){0};
  for (gsize i = 0; i < G_N_ELEMENTS(jobs); i++) {
    if (g_strcmp0(job, jobs[i].job) != 0)
      continue;
    ret->job = jobs[i].job;
    ret->job_key = jobs[i].job_key;
    g_strlcpy(ret->name, name ? name : job, sizeof ret->name);
    return number_of(ret->name, job, jobs[i].id, &ret->id);
  }
  return FALSE;
}

static char *state_key(const Worker *w) {
  return g_strdup_printf("workers.%s", w->name);
}

static char *state_value(const char *state) {
  return g_strdup_printf("%s %s", state, run_name());
}

gboolean gw_worker_is_up(GwTx *tx, const char *job) {
  g_autofree char *prefix = g_strdup_printf("workers.%s", job), *up = state_value("up");
  guint n = 0, is_up = 0;
  return gw_meta_count(tx->db, prefix, run_name(), up, &n, &is_up, NULL) && n > 0 && is_up == n;
}

static gboolean was_up(GwTx *tx, const Worker *w) {
  g_autofree char *key = state_key(w), *is = gw_meta_get(tx->db, key, NULL);
  return is && g_str_has_prefix(is, "up ");
}

/* The center's row says "up" when all workers of the job are that this run of the daemon has. */
static gboolean note(GwTx *tx, const Worker *w, const char *state, GError **error) {
  g_autofree char *key = state_key(w), *value = state_value(state);
  gw_tx_touch(tx, "center", 1);
  return gw_meta_set(tx->db, key, value, error) &&
         gw_meta_set(tx->db, w->job_key, gw_worker_is_up(tx, w->job) ? "up" : "down", error) &&
         gw_meta_bump_center(tx->db, error) > 0;
}

/* It was taken away on purpose: it is no worker any more, and none that is missed. */
static gboolean forget(GwTx *tx, const Worker *w, GError **error) {
  g_autofree char *key = state_key(w);
  gw_tx_touch(tx, "center", 1);
  return gw_meta_delete(tx->db, key, error) &&
         gw_meta_set(tx->db, w->job_key, gw_worker_is_up(tx, w->job) ? "up" : "down", error) &&
         gw_meta_bump_center(tx->db, error) > 0;
}

static gboolean journal(GwTx *tx, const char *kind, const Worker *w, int severity, json_t *body,
                        GError **error) {
  json_object_set_new(body, "worker", json_string(w->name));
  json_object_set_new(body, "job", json_string(w->job));
  return gw_tx_journal(tx, kind, "worker", w->id, 0, 0, severity, 0, body, error) > 0;
}

static gboolean refuse_unknown(GwTx *tx, GError **error) {
  return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "未知的采集进程。", "There is no such worker.");
}

/* What its cameras were found to have, somebody else found: it knows nothing of it. */
static gboolean begin_with_new_eyes(GwTx *tx, json_t *camera_ids, GError **error) {
  size_t i;
  json_t *id;
  json_array_foreach(camera_ids, i, id) {
    if (json_integer_value(id) > 0 && !gw_finding_new_eyes(tx, json_integer_value(id), error))
      return FALSE;
  }
  return TRUE;
}

gboolean gw_worker_up(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                      GError **error) {
  Worker w;
  if (!find(body, &w))
    return refuse_unknown(tx, error);
  g_autofree char *alert_key = g_strdup_printf("worker:%s", w.name);
  const char *gstreamer = gw_arg_text(body, "gstreamer");
  json_t *said = json_pack("{s:I, s:s}", "pid", (json_int_t)gw_arg_int(body, "pid"), "gstreamer",
                           gstreamer ? gstreamer : "");
  return note(tx, &w, "up", error) && journal(tx, "worker.up", &w, 0, said, error) &&
         begin_with_new_eyes(tx, json_object_get(body, "camera_ids"), error) &&
         gw_condition_clear(tx, alert_key, error);
}

static gboolean raise_gone(GwTx *tx, const Worker *w, GError **error) {
  g_autofree char *key = g_strdup_printf("worker:%s", w->name);
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

/* Which cameras it watched stands in the row: for how long each was watched is added up from these. */
static gboolean journal_down(GwTx *tx, const Worker *w, json_t *body, GError **error) {
  const char *cause = gw_arg_text(body, "cause");
  json_t *said = json_pack("{s:s}", "cause", cause ? cause : "");
  json_t *ids = json_object_get(body, "camera_ids");
  if (json_is_array(ids))
    json_object_set(said, "camera_ids", ids);
  return journal(tx, "worker.down", w, 4, said, error);
}

/* News only when it was up: a worker that cannot start at all, or a daemon that starts, is no new death.  One
 * that was taken away (cause "removed") raises nothing. */
gboolean gw_worker_down(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                        GError **error) {
  Worker w;
  if (!find(body, &w))
    return refuse_unknown(tx, error);
  const gboolean is_news = was_up(tx, &w), is_removed = g_strcmp0(gw_arg_text(body, "cause"), "removed") == 0;
  if (is_removed ? !forget(tx, &w, error) : !note(tx, &w, "down", error))
    return FALSE;
  if (is_news && !journal_down(tx, &w, body, error))
    return FALSE;
  if (strcmp(w.job, "cameras") == 0 && !gw_camera_worker_gone(tx, json_object_get(body, "camera_ids"), error))
    return FALSE;
  g_autofree char *key = g_strdup_printf("worker:%s", w.name);
  return is_removed ? gw_condition_clear(tx, key, error) : raise_gone(tx, &w, error);
}
