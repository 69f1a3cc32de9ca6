#pragma once
#include "daemon/store/db.h"

/* Single facts of the center by key.  Thread: the connection's.  Errors as in db.h.
 *   center.name, center.community   shown on every page
 *   center.demo                     "1": made by the demo
 *   center.rev                      changes of the center object, counted by gw_meta_bump_center()
 *   center.blind                    JSON array of the center object's `blind` (ledger/blind.h)
 *   worker.checkin, worker.camera   "up" when all workers of that job are, or "down", as the ledger last heard
 *   workers.<name>                  "up" or "down" of one worker, and the run of the daemon that it was told in
 *   uptime.day                      the last local day that is added up (store/uptime.h) */
char *gw_meta_get(GwDb *db, const char *key, GError **error); /* NULL: not there; caller frees */
gboolean gw_meta_set(GwDb *db, const char *key, const char *value, GError **error);
gboolean gw_meta_delete(GwDb *db, const char *key, GError **error); /* one that is not there is no error */
/* Of the keys `prefix` and `prefix`-… whose values end in `suffix`: how many, and how many are `value`. */
gboolean gw_meta_count(GwDb *db, const char *prefix, const char *suffix, const char *value, guint *ret_n,
                       guint *ret_equal, GError **error);
/* The center object changed: its next rev; 0 on failure. */
gint64 gw_meta_bump_center(GwDb *db, GError **error);
