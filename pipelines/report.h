#pragma once
#include "pipelines/answers.h"
#include "pipelines/doors.h"

#include <gst/gst.h>

/* Turns check-ins into messages for the daemon, numbers them, and keeps a flood of junk from the
 * network away from it: of lines that are not ok, a few a second are told, the rest counted.
 *
 * Thread: the control thread. */
typedef struct GwReport GwReport;

GwReport *gw_report_new(const GwDoorsOut *out, GwAnswers *answers);
void gw_report_free(GwReport *report); /* accepts NULL */

/* The daemon reads what it was sent; FALSE: let the doors wait. */
gboolean gw_report_may_take(GwReport *report);

/* A check-in from the network; its bytes go along.  An ok one is answered on `path` later. */
void gw_report_line(GwReport *report, GstBuffer *checkin, const GwReturnPath *path);

/* A pushed one; `fields` has raw_id and source.  Takes items (may be NULL). */
void gw_report_pushed(GwReport *report, const GstStructure *fields, json_t *items_new);
