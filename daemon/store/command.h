#pragma once
#include "daemon/store/db.h"

/* Rows of `command`: what was asked under which id, and the answer.  Thread: the connection's. */

/* FALSE without an error when there is none.  Both strings are the caller's. */
gboolean gw_store_command_get(GwDb *db, GwId user_id, const char *uuid, char **ret_payload_hash,
                              char **ret_reply, GError **error);
gboolean gw_store_command_put(GwDb *db, GwId user_id, const char *uuid, GwUsec at_us,
                              const char *payload_hash, const char *reply, GError **error);
/* Forgets at most `most` rows from before. */
gboolean gw_store_command_purge(GwDb *db, GwUsec before_us, int most, gint64 *ret_gone, GError **error);
