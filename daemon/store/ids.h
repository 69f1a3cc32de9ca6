#pragma once
#include "daemon/store/db.h"

/* Steps a bound statement to its end and gathers its first column: GwId, in order.  The caller frees the
 * array; NULL with an error.  For "change each of these": a table is not changed while it is read. */
GArray *gw_store_read_ids(GwStmt *s, GError **error);
