#pragma once
#include "daemon/store/db.h"

/* What keeps the file small and fast, in steps too small to be felt.  Errors as in db.h. */

#define GW_WAL_MOST_BYTES (256 * 1024 * 1024) /* above this somebody reads for too long: an event */

/* The maintenance connection (GW_DB_MAINTAIN), every few seconds: what nobody reads any more goes from the WAL
 * into the file; never waits for a reader or the writer.  The WAL's size comes back. */
gboolean gw_maintain_checkpoint(GwDb *db, gint64 *ret_wal_bytes, GError **error);

/* The rest is the writing connection's, outside of a transaction or in its own.  Each answers how much it did
 * (0: nothing is left to do), -1 on failure. */
gint64 gw_maintain_vacuum_step(GwDb *db, GError **error); /* free pages given back, at most 256 */
gint64 gw_maintain_forget_samples(GwDb *db, GwUsec before_us, GError **error); /* at most 500 rows */

#define GW_SAMPLE_KEPT_US (90 * GW_DAY)

/* Once a minute, for replay: a row `unit` for each unit whose position is known, {"lat","lon","on_duty",
 * "presence","ticket_id"}, and one row `camera` 0 of all that do not see, {"lost":[ids], ...}. */
gboolean gw_maintain_sample(GwDb *db, GwUsec at_us, GError **error);
