/* The command line's way into the running daemon (daemon/app/cli_token.h). */
#include "daemon/ledger/admin.h"
#include "daemon/ledger/field.h"
#include "daemon/store/session.h"
#include "daemon/store/user.h"

#define CLI_USER "cli"

/* An internal administrator without a password: nobody can log in as it, its name stands in the journal. */
static gboolean find_or_make_user(GwTx *tx, GwUserRow *row, GError **error) {
  g_autoptr(GError) failed = NULL;
  if (gw_store_user_by_name(tx->db, CLI_USER, row, &failed))
    return TRUE;
  if (failed) {
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
  }
  row->name = g_strdup(CLI_USER);
  row->display = g_strdup("命令行");
  row->role = GW_ROLE_ADMIN;
  row->most_priority = 1;
  row->created_at_us = tx->now_us;
  return gw_store_user_insert(tx->db, row, error) &&
         gw_tx_journal(tx, "user.added", "user", row->id, row->rev, 0, 0, 0,
                       json_pack("{s:s, s:s, s:n, s:b}", "name", CLI_USER, "role", "admin", "unit_id", "enabled", TRUE), error) > 0;
}

/* The one before belongs to a run of the daemon that is over. */
static gboolean revoke_older(GwTx *tx, GwId user_id, GError **error) {
  g_autoptr(GArray) ids = gw_store_session_ids_valid(tx->db, user_id, tx->now_us, error);
  for (guint i = 0; ids && i < ids->len; i++)
    if (!gw_admin_revoke(tx, g_array_index(ids, GwId, i), error))
      return FALSE;
  return ids != NULL;
}

gboolean gw_admin_session_cli(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result, GError **error) {
  g_auto(GwUserRow) user = {0};
  if (!find_or_make_user(tx, &user, error) || !revoke_older(tx, user.id, error))
    return FALSE;
  g_auto(GwSessionRow) row = {
      .user_id = user.id,
      .token_hash = g_strdup(gw_arg_text(body, "token_hash")),
      .kind = g_strdup("source"),
      .label = g_strdup("gridwarden"),
      .created_at_us = tx->now_us,
      .seen_at_us = tx->now_us,
      .expires_at_us = gw_arg_int(body, "expires_at_us"),
  };
  tx->actor.user_id = user.id;
  if (!gw_store_session_insert(tx->db, &row, error))
    return FALSE;
  *ret_result = json_pack("{s:I, s:I}", "session_id", (json_int_t)row.id, "user_id", (json_int_t)user.id);
  return gw_tx_journal(tx, "session.opened", "session", row.id, 1, 0, 0, 0,
                       json_pack("{s:I, s:s, s:s}", "user_id", (json_int_t)user.id, "kind", "source", "address", "127.0.0.1"), error) > 0;
}
