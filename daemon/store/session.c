#include "daemon/store/session.h"

#include "daemon/store/ids.h"

#define COLUMNS                                                                                              \
  "id, token_hash, user_id, kind, label, address, agent, created_at_us, seen_at_us, expires_at_us, "         \
  "revoked_at_us"

GW_SQL(SESSION_BY_ID, "select " COLUMNS " from session where id = :id");
GW_SQL(SESSION_BY_TOKEN_HASH, "select " COLUMNS " from session where token_hash = :token_hash");
GW_SQL(SESSION_INSERT, "insert into session (token_hash, user_id, kind, label, address, agent, "
                       "created_at_us, seen_at_us, expires_at_us) "
                       "values (:token_hash, :user_id, :kind, :label, :address, :agent, :created_at_us, "
                       ":created_at_us, :expires_at_us)");
GW_SQL(SESSION_REVOKE, "update session set revoked_at_us = :at_us where id = :id and revoked_at_us is null");
GW_SQL(SESSION_SEEN, "update session set seen_at_us = :at_us where id = :id");
GW_SQL(SESSION_IDS_VALID, "select id from session where user_id = :user_id and revoked_at_us is null and "
                          "expires_at_us > :at_us order by id");

void gw_session_row_clear(GwSessionRow *row) {
  char **strings[] = {&row->token_hash, &row->kind, &row->label, &row->address, &row->agent};
  for (gsize i = 0; i < G_N_ELEMENTS(strings); i++)
    g_clear_pointer(strings[i], g_free);
}

static gboolean read_row(GwStmt *s, GwSessionRow *row, GError **error) {
  if (!gw_step_row(s, error))
    return FALSE;
  *row = (GwSessionRow){
      .id = gw_col_int(s, 0),
      .token_hash = g_strdup(gw_col_text(s, 1)),
      .user_id = gw_col_int(s, 2),
      .kind = g_strdup(gw_col_text(s, 3)),
      .label = g_strdup(gw_col_text(s, 4)),
      .address = g_strdup(gw_col_text(s, 5)),
      .agent = g_strdup(gw_col_text(s, 6)),
      .created_at_us = gw_col_int(s, 7),
      .seen_at_us = gw_col_int(s, 8),
      .expires_at_us = gw_col_int(s, 9),
      .revoked_at_us = gw_col_int(s, 10),
  };
  return TRUE;
}

gboolean gw_store_session_get(GwDb *db, GwId id, GwSessionRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &SESSION_BY_ID);
  gw_bind_id(s, ":id", id);
  return read_row(s, ret, error);
}

gboolean gw_store_session_by_token_hash(GwDb *db, const char *token_hash, GwSessionRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &SESSION_BY_TOKEN_HASH);
  gw_bind_text(s, ":token_hash", token_hash);
  return read_row(s, ret, error);
}

gboolean gw_store_session_insert(GwDb *db, GwSessionRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &SESSION_INSERT);
  gw_bind_text(s, ":token_hash", row->token_hash);
  gw_bind_id(s, ":user_id", row->user_id);
  gw_bind_text(s, ":kind", row->kind);
  gw_bind_text(s, ":label", row->label ? row->label : "");
  gw_bind_text(s, ":address", row->address ? row->address : "");
  gw_bind_text(s, ":agent", row->agent ? row->agent : "");
  gw_bind_int(s, ":created_at_us", row->created_at_us);
  gw_bind_int(s, ":expires_at_us", row->expires_at_us);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  return TRUE;
}

static gboolean set_at(GwDb *db, const GwSql *sql, GwId id, GwUsec at_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, sql);
  gw_bind_id(s, ":id", id);
  gw_bind_int(s, ":at_us", at_us);
  return gw_step_done(s, error);
}

gboolean gw_store_session_revoke(GwDb *db, GwId id, GwUsec at_us, GError **error) {
  return set_at(db, &SESSION_REVOKE, id, at_us, error);
}

gboolean gw_store_session_seen(GwDb *db, GwId id, GwUsec at_us, GError **error) {
  return set_at(db, &SESSION_SEEN, id, at_us, error);
}

GArray *gw_store_session_ids_valid(GwDb *db, GwId user_id, GwUsec at_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &SESSION_IDS_VALID);
  gw_bind_id(s, ":user_id", user_id);
  gw_bind_int(s, ":at_us", at_us);
  return gw_store_read_ids(s, error);
}
