#pragma once
#include "daemon/store/db.h"

/* Rows of `shift` and `watch`: the 12 h of the desk, and who sat where.  Plain values.  Thread: the
 * connection's. */
typedef struct GwWatchRow {
  GwId id;
  gint64 rev;
  GwId shift_id, user_id;
  int seat;
  GwUsec from_us, to_us, sound_at_us; /* 0: still there; not tested */
} GwWatchRow;

/* The shift that starts then, made when it is not there; *ret_made says which. */
gboolean gw_store_shift_put(GwDb *db, gboolean night, GwUsec starts_at_us, GwUsec ends_at_us, GwId *ret_id,
                            gboolean *ret_made, GError **error);
/* Who sits at the desk now; FALSE without an error: nobody.  user_id 0 or seat 0: whoever. */
gboolean gw_store_watch_sitting(GwDb *db, GwId user_id, int seat, GwWatchRow *ret, GError **error);
gboolean gw_store_watch_insert(GwDb *db, GwWatchRow *row, GError **error);
gboolean gw_store_watch_update(GwDb *db, GwWatchRow *row, GError **error);
/* Ids of all who sit, in order of seats; caller frees. */
GArray *gw_store_watch_all(GwDb *db, GError **error);
gboolean gw_store_watch_get(GwDb *db, GwId id, GwWatchRow *ret, GError **error);
