#pragma once
#include "daemon/net/net_private.h"

/* One GET that a reader answers: the request, what is asked, what was found.  Filled on the owner, worked on
 * by a reader (which touches neither the request nor net), answered and freed on the owner. */
typedef struct GwReadJob {
  GwRequest *r;
  char *noun, *cursor;
  gint64 number;
  json_t *filters;
  json_t *json;          /* the answer, or */
  char *text;            /* this one, with its type (static) */
  const char *type, *file_name; /* file_name: the value of Content-Disposition; NULL: none */
} GwReadJob;

GwReadJob *gw_read_job_new(GwRequest *r);
/* Takes the job over; answers whatever happens. */
void gw_read_job_run(GwNet *net, GwReadJob *job, GwReadWork work);
