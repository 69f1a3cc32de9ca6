#pragma once
#include <jansson.h>
#include "daemon/store/db.h"

/* The parts of GET /metrics.  Thread: the owner, but where a database is given: its connection's. */
void gw_metrics_head(GString *text, const char *name, const char *type, const char *help);
/* label NULL: none.  `value` is escaped. */
void gw_metrics_line(GString *text, const char *name, const char *label, const char *value, double number);

/* Cameras one by one (at most GW_LIMIT_CAMERAS): what the database knows, read by a reader; NULL with an error. */
GPtrArray *gw_metrics_read_cameras(GwDb *db, GError **error);
/* `gauges`: the array of message_gauges, NULL when there is none of the last seconds. */
void gw_metrics_cameras(GString *text, GPtrArray *cameras, json_t *gauges);
