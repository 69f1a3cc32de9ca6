#include "daemon/store/meta.h"

GW_SQL(META_GET, "select value from meta where key = :key");
GW_SQL(META_SET, "insert into meta (key, value) values (:key, :value) on conflict (key) do update set value = excluded.value");
GW_SQL(META_BUMP, "insert into meta (key, value) values ('center.rev', '2')"
                  " on conflict (key) do update set value = cast(cast(value as integer) + 1 as text)"
                  " returning cast(value as integer)");

GW_SQL(META_DELETE, "delete from meta where key = :key");
/* Keys that are the prefix, or the prefix and a "-" with something behind it; values that end in the suffix. */
GW_SQL(META_COUNT, "select count(*), coalesce(sum(value = :value), 0) from meta"
                   " where (key = :prefix or substr(key, 1, length(:prefix) + 1) = :prefix || '-')"
                   " and substr(value, -length(:suffix)) = :suffix");

char *gw_meta_get(GwDb *db, const char *key, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &META_GET);
  gw_bind_text(s, ":key", key);
  return gw_step_row(s, error) ? g_strdup(gw_col_text(s, 0)) : NULL;
}

gboolean gw_meta_set(GwDb *db, const char *key, const char *value, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &META_SET);
  gw_bind_text(s, ":key", key);
  gw_bind_text(s, ":value", value);
  return gw_step_done(s, error);
}

gint64 gw_meta_bump_center(GwDb *db, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &META_BUMP);
  if (!gw_step_row(s, error))
    return 0;
  gint64 rev = gw_col_int(s, 0);
  return gw_step_done(s, error) ? rev : 0;
}

gboolean gw_meta_delete(GwDb *db, const char *key, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &META_DELETE);
  gw_bind_text(s, ":key", key);
  return gw_step_done(s, error);
}

gboolean gw_meta_count(GwDb *db, const char *prefix, const char *suffix, const char *value, guint *ret_n,
                       guint *ret_equal, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &META_COUNT);
  gw_bind_text(s, ":prefix", prefix);
  gw_bind_text(s, ":suffix", suffix);
  gw_bind_text(s, ":value", value);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret_n = (guint)gw_col_int(s, 0);
  *ret_equal = (guint)gw_col_int(s, 1);
  return TRUE;
}
