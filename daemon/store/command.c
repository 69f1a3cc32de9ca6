#include "daemon/store/command.h"

GW_SQL(COMMAND_GET, "select payload_hash, reply from command where user_id = :user and uuid = :uuid");
GW_SQL(COMMAND_PUT, "insert into command (user_id, uuid, at_us, payload_hash, reply) values (:user, :uuid, "
                    ":at, :hash, :reply)");
GW_SQL(COMMAND_PURGE,
       "delete from command where (user_id, uuid) in"
       " (select user_id, uuid from command where at_us < :before order by at_us limit :most)");

gboolean gw_store_command_get(GwDb *db, GwId user_id, const char *uuid, char **ret_payload_hash,
                              char **ret_reply, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &COMMAND_GET);
  gw_bind_int(s, ":user", user_id);
  gw_bind_text(s, ":uuid", uuid);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret_payload_hash = g_strdup(gw_col_text(s, 0));
  *ret_reply = g_strdup(gw_col_text(s, 1));
  return TRUE;
}

gboolean gw_store_command_put(GwDb *db, GwId user_id, const char *uuid, GwUsec at_us,
                              const char *payload_hash, const char *reply, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &COMMAND_PUT);
  gw_bind_int(s, ":user", user_id);
  gw_bind_text(s, ":uuid", uuid);
  gw_bind_int(s, ":at", at_us);
  gw_bind_text(s, ":hash", payload_hash);
  gw_bind_text(s, ":reply", reply);
  return gw_step_done(s, error);
}

gboolean gw_store_command_purge(GwDb *db, GwUsec before_us, int most, gint64 *ret_gone, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &COMMAND_PURGE);
  gw_bind_int(s, ":before", before_us);
  gw_bind_int(s, ":most", most);
  if (!gw_step_done(s, error))
    return FALSE;
  *ret_gone = gw_db_changes(db);
  return TRUE;
}
