#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/ledger/candidates.h"
#include "daemon/net/parse.h"
#include "daemon/net/read_job.h"
#include "daemon/store/shift_log.h"
#include "daemon/store/story.h"

/* --- GET /api/v1/story/alert/<id>, /api/v1/story/ticket/<id> --- */

static gboolean read_story(GwDb *db, gpointer p, GError **error) {
  GwReadJob *job = p;
  job->json = gw_story(db, job->noun, job->number, error);
  return job->json != NULL;
}

void gw_net_get_story(GwNet *net, GwRequest *r) {
  const char *rest = r->path + strlen("/api/v1/story/");
  const char *slash = strchr(rest, '/');
  g_autofree char *subject = slash ? g_strndup(rest, (gsize)(slash - rest)) : NULL;
  gint64 id = 0;
  if (!slash || !gw_parse_int(slash + 1, 1, GW_ID_MAX - 1, &id) ||
      (strcmp(subject, "alert") != 0 && strcmp(subject, "ticket") != 0)) {
    gw_respond_say(r, GW_SAY_NO_SUCH_OBJECT);
    return;
  }
  GwReadJob *job = gw_read_job_new(r);
  job->noun = g_steal_pointer(&subject);
  job->number = id;
  gw_read_job_run(net, job, read_story);
}

/* --- GET /api/v1/recommend/alert/<id> --- */

static gboolean read_recommend(GwDb *db, gpointer p, GError **error) {
  GwReadJob *job = p;
  g_autoptr(GwGeography) geography = gw_geography_load(db, error);
  json_t *candidates = geography ? gw_candidates_of_alert(db, geography, job->number, gw_clock_real_us(), error) : NULL;
  if (candidates)
    job->json = json_pack("{s:o}", "candidates", candidates);
  return job->json != NULL;
}

void gw_net_get_recommend(GwNet *net, GwRequest *r) {
  gint64 id = 0;
  if (!gw_parse_int(r->path + strlen("/api/v1/recommend/alert/"), 1, GW_ID_MAX - 1, &id)) {
    gw_respond_say(r, GW_SAY_NO_SUCH_OBJECT);
    return;
  }
  GwReadJob *job = gw_read_job_new(r);
  job->number = id;
  gw_read_job_run(net, job, read_recommend);
}

/* --- GET /api/v1/shift-log/<shift id or "current"> --- */

static gboolean read_shift_log(GwDb *db, gpointer p, GError **error) {
  GwReadJob *job = p;
  json_t *log = gw_shift_log(db, job->number, gw_clock_real_us(), error);
  if (!log)
    return FALSE;
  if (job->type) {
    job->text = gw_shift_log_csv(log);
    json_decref(log);
  } else {
    job->json = log;
  }
  return TRUE;
}

void gw_net_get_shift_log(GwNet *net, GwRequest *r) {
  const char *which = r->path + strlen("/api/v1/shift-log/");
  gint64 id = 0;
  if (strcmp(which, "current") != 0 && !gw_parse_int(which, 1, GW_ID_MAX - 1, &id)) {
    gw_respond_say(r, GW_SAY_NO_SUCH_OBJECT);
    return;
  }
  GwReadJob *job = gw_read_job_new(r);
  job->number = id;
  if (g_strcmp0(gw_request_query(r, "format"), "csv") == 0) {
    job->type = "text/csv; charset=utf-8";
    job->file_name = "attachment; filename=\"shift-log.csv\"";
  }
  gw_read_job_run(net, job, read_shift_log);
}
