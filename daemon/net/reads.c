#include <stdlib.h>
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/net/net_private.h"
#include "daemon/net/parse.h"
#include "daemon/net/read_job.h"
#include "daemon/store/export.h"
#include "daemon/store/page.h"

/* GET /api/v1/<noun>: who may page through what.  Names and telephones stay masked on this way. */
static const struct {
  const char *noun;
  guint roles;
} nouns[] = {
    {"event", GW_ROLES_DESK},
    {"alert", GW_ROLES_DESK},
    {"ticket", GW_ROLES_DESK},
    {"camera", GW_ROLES_DESK | GW_ROLE_WALL | GW_ROLE_SOURCE},
    {"place", GW_ROLES_ALL},
    {"way", GW_ROLES_ALL},
    {"checkpoint", GW_ROLES_ALL},
    {"route", GW_ROLES_DESK},
    {"round", GW_ROLES_DESK},
    {"unit", GW_ROLES_DESK},
    {"slot", GW_ROLES_DESK},
    {"person", GW_ROLES_DESK},
    {"reader", GW_ROLES_DESK},
    {"user", GW_ROLE_ADMIN},
    {"session", GW_ROLE_ADMIN},
    {"rule", GW_ROLES_DESK},
    {"finding", GW_ROLES_DESK},
    {"outage", GW_ROLES_DESK},
    {"clip", GW_ROLES_DESK},
    {"recorder", GW_ROLES_DESK},
    {"tour", GW_ROLES_DESK},
    {"tour_run", GW_ROLES_DESK},
    {"tour_look", GW_ROLES_DESK},
    {"uptime", GW_ROLES_DESK},
    {"shift", GW_ROLES_DESK},
};

static guint roles_of(const char *noun) {
  for (gsize i = 0; i < G_N_ELEMENTS(nouns); i++) {
    if (strcmp(nouns[i].noun, noun) == 0)
      return nouns[i].roles;
  }
  return 0;
}

/* --- one read on its way --- */

GwReadJob *gw_read_job_new(GwRequest *r) {
  GwReadJob *job = g_new0(GwReadJob, 1);
  job->r = gw_request_ref(r);
  return job;
}

static void job_free(GwReadJob *job) {
  gw_request_unref(job->r);
  json_decref(job->filters);
  json_decref(job->json);
  g_free(job->text);
  g_free(job->noun);
  g_free(job->cursor);
  g_free(job);
}

static void on_read(gpointer p, const GError *error) {
  GwReadJob *job = p;
  if (error) {
    gw_respond_error(job->r, error);
  } else if (job->text) {
    if (job->file_name)
      gw_request_header(job->r, "Content-Disposition", job->file_name);
    gw_request_header(job->r, "Cache-Control", "no-store");
    gw_respond_text(job->r, 200, job->type, job->text);
  } else {
    gw_respond_json(job->r, 200, g_steal_pointer(&job->json));
  }
  job_free(job);
}

void gw_read_job_run(GwNet *net, GwReadJob *job, GwReadWork work) {
  if (gw_readers_run(net->readers, work, on_read, job))
    return;
  gw_respond_say(job->r, GW_SAY_READS_BUSY);
  job_free(job);
}

/* --- pages --- */

static gboolean read_page(GwDb *db, gpointer p, GError **error) {
  GwReadJob *job = p;
  GwPageQuery query = {.noun = job->noun, .cursor = job->cursor, .limit = (int)job->number, .filters = job->filters};
  job->json = gw_page(db, &query, error);
  return job->json != NULL;
}

static json_t *filters_of(const GwRequest *r) {
  json_t *filters = json_object();
  GHashTableIter iter;
  gpointer name, value;
  g_hash_table_iter_init(&iter, r->query);
  while (g_hash_table_iter_next(&iter, &name, &value)) {
    if (strcmp(name, "limit") != 0 && strcmp(name, "cursor") != 0)
      json_object_set_new(filters, name, json_string(value));
  }
  return filters;
}

void gw_net_get_noun(GwNet *net, GwRequest *r) {
  const char *noun = r->path + strlen("/api/v1/");
  GwSession session;
  guint roles = roles_of(noun);
  const char *limit = gw_request_query(r, "limit");
  gint64 rows = 0;
  if (!roles || !gw_page_has(noun)) {
    gw_respond_say(r, GW_SAY_NO_SUCH_PAGE);
    return;
  }
  if (!gw_net_session_of(net, r, &session) || !(session.role & roles)) {
    gw_respond_say(r, GW_SAY_ROLE_MAY_NOT);
    return;
  }
  if (limit && !gw_parse_int(limit, 1, GW_LIMIT_PAGE_ROWS, &rows)) {
    gw_respond_say(r, GW_SAY_FILTER_WRONG);
    return;
  }
  GwReadJob *job = gw_read_job_new(r);
  job->noun = g_strdup(noun);
  job->cursor = g_strdup(gw_request_query(r, "cursor"));
  job->number = rows;
  job->filters = filters_of(r);
  gw_read_job_run(net, job, read_page);
}

/* --- export --- */

static gboolean read_export(GwDb *db, gpointer p, GError **error) {
  GwReadJob *job = p;
  job->text = gw_export(db, job->noun, error);
  job->type = gw_export_type(job->noun);
  return job->text != NULL;
}

void gw_net_get_export(GwNet *net, GwRequest *r) {
  GwReadJob *job = gw_read_job_new(r);
  job->noun = g_strdup(r->path + strlen("/api/v1/export/"));
  job->file_name = "attachment";
  gw_read_job_run(net, job, read_export);
}
