#pragma once
#include "daemon/store/db.h"

/* Single facts of the center by key.  Thread: the connection's.  Errors as in db.h.
 *   center.name, center.community   shown on every page
 *   center.demo                     "1": made by the demo
 *   center.rev                      changes of the center object, counted by gw_meta_bump_center()
 *   worker.checkin, worker.camera   "up" or "down", as the ledger last heard */
char *gw_meta_get(GwDb *db, const char *key, GError **error); /* NULL: not there; caller frees */
gboolean gw_meta_set(GwDb *db, const char *key, const char *value, GError **error);
/* The center object changed: its next rev; 0 on failure. */
gint64 gw_meta_bump_center(GwDb *db, GError **error);
