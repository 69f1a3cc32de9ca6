#include "daemon/store/user.h"

#define COLUMNS                                                                                                \
  "id, rev, name, role, display, password_hash, unit_id, person_id, most_priority, created_at_us, disabled_at_us"

GW_SQL(USER_BY_ID, "select " COLUMNS " from user where id = :id");
GW_SQL(USER_BY_NAME, "select " COLUMNS " from user where name = :name");
GW_SQL(USER_INSERT,
       "insert into user (name, role, display, password_hash, unit_id, person_id, most_priority, created_at_us) "
       "values (:name, :role, :display, :password_hash, :unit_id, :person_id, :most_priority, :created_at_us)");
GW_SQL(USER_UPDATE,
       "update user set rev = :rev, role = :role, display = :display, password_hash = :password_hash, unit_id = :unit_id, "
       "person_id = :person_id, most_priority = :most_priority, disabled_at_us = :disabled_at_us where id = :id");
GW_SQL(USER_OTHER_ADMINS,
       "select count(*) from user where role = 'admin' and disabled_at_us is null and password_hash is not null "
       "and id <> :id");

void gw_user_row_clear(GwUserRow *row) {
  g_clear_pointer(&row->name, g_free);
  g_clear_pointer(&row->display, g_free);
  g_clear_pointer(&row->password_hash, g_free);
}

static gboolean read_row(GwStmt *s, GwUserRow *row, GError **error) {
  if (!gw_step_row(s, error))
    return FALSE;
  *row = (GwUserRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .name = g_strdup(gw_col_text(s, 2)),
      .role = gw_role_from_string(gw_col_text(s, 3)),
      .display = g_strdup(gw_col_text(s, 4)),
      .password_hash = gw_col_is_null(s, 5) ? NULL : g_strdup(gw_col_text(s, 5)),
      .unit_id = gw_col_int(s, 6),
      .person_id = gw_col_int(s, 7),
      .most_priority = (int)gw_col_int(s, 8),
      .created_at_us = gw_col_int(s, 9),
      .disabled_at_us = gw_col_int(s, 10),
  };
  return TRUE;
}

gboolean gw_store_user_get(GwDb *db, GwId id, GwUserRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &USER_BY_ID);
  gw_bind_id(s, ":id", id);
  return read_row(s, ret, error);
}

gboolean gw_store_user_by_name(GwDb *db, const char *name, GwUserRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &USER_BY_NAME);
  gw_bind_text(s, ":name", name);
  return read_row(s, ret, error);
}

static void bind_common(GwStmt *s, const GwUserRow *row) {
  gw_bind_text(s, ":role", gw_role_to_string(row->role));
  gw_bind_text(s, ":display", row->display ? row->display : "");
  gw_bind_text(s, ":password_hash", row->password_hash);
  gw_bind_id(s, ":unit_id", row->unit_id);
  gw_bind_id(s, ":person_id", row->person_id);
  gw_bind_int(s, ":most_priority", row->most_priority);
}

gboolean gw_store_user_insert(GwDb *db, GwUserRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &USER_INSERT);
  gw_bind_text(s, ":name", row->name);
  gw_bind_int(s, ":created_at_us", row->created_at_us);
  bind_common(s, row);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  row->rev = 1;
  return TRUE;
}

gboolean gw_store_user_update(GwDb *db, const GwUserRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &USER_UPDATE);
  bind_common(s, row);
  gw_bind_id(s, ":id", row->id);
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_at(s, ":disabled_at_us", row->disabled_at_us);
  return gw_step_done(s, error);
}

gboolean gw_store_user_other_admins(GwDb *db, GwId id, gint64 *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &USER_OTHER_ADMINS);
  gw_bind_int(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = gw_col_int(s, 0);
  return TRUE;
}
