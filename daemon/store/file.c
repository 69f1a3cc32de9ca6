#include "daemon/store/file.h"

GW_SQL(FILE_ADD,
       "insert into file (hash, kind, bytes, user_id, at_us) values (:hash, :kind, :bytes, :user, :at)"
       " on conflict do nothing");
GW_SQL(FILE_HAS, "select 1 from file where hash = :hash");
GW_SQL(FILE_REMOVE_ORPHAN, "delete from file where hash = :hash and not (" GW_FILE_NAMED ")");
GW_SQL(FILE_ORPHAN,
       "select hash, kind from file where at_us < :before and not (" GW_FILE_NAMED ") order by at_us limit 1");

gboolean gw_store_file_add(GwDb *db, const char *hash, const char *kind, gint64 bytes, GwId user_id,
                           GwUsec at_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &FILE_ADD);
  gw_bind_text(s, ":hash", hash);
  gw_bind_text(s, ":kind", kind);
  gw_bind_int(s, ":bytes", bytes);
  gw_bind_id(s, ":user", user_id);
  gw_bind_int(s, ":at", at_us);
  return gw_step_done(s, error);
}

gboolean gw_store_file_has(GwDb *db, const char *hash, gboolean *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &FILE_HAS);
  gw_bind_text(s, ":hash", hash);
  GwStep step = gw_step(s, error);
  *ret = step == GW_STEP_ROW;
  return step != GW_STEP_FAILED;
}

gboolean gw_store_file_remove_orphan(GwDb *db, const char *hash, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &FILE_REMOVE_ORPHAN);
  gw_bind_text(s, ":hash", hash);
  return gw_step_done(s, error);
}

gboolean gw_store_file_orphan(GwDb *db, GwUsec before_us, char **ret_hash, char **ret_kind, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &FILE_ORPHAN);
  gw_bind_int(s, ":before", before_us);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret_hash = g_strdup(gw_col_text(s, 0));
  *ret_kind = g_strdup(gw_col_text(s, 1));
  return TRUE;
}
