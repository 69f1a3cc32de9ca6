/* Users, tokens, sessions; places and routes as the administrator changes them one by one.
 *
 * Passwords are hashed before they come here, never on this thread: net (or the command line) checks the
 * arguments against the schema, hashes with Argon2id on its own thread, takes `password` and `old` out, and
 * adds "_password_hash" (and "_old_ok": true after it has checked the old one). */
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/base/token.h"
#include "daemon/ledger/admin.h"
#include "daemon/ledger/field.h"
#include "daemon/store/session.h"
#include "daemon/store/unit.h"
#include "daemon/store/user.h"

#define TOKEN_LIVES_US (3650 * GW_DAY) /* until it is revoked */

/* ---- users ---- */

static gboolean journal_user(GwTx *tx, const char *kind, const GwUserRow *row, GError **error) {
  json_t *body = json_pack("{s:s, s:s, s:o, s:b}", "name", row->name, "role", gw_role_to_string(row->role),
                           "unit_id", gw_json_id(row->unit_id), "enabled", row->disabled_at_us == 0);
  return gw_tx_journal(tx, kind, "user", row->id, row->rev, 0, 0, 0, body, error) > 0;
}

static gboolean check_unit(GwTx *tx, GwId unit_id, GError **error) {
  g_auto(GwUnitRow) unit = {0};
  return unit_id == 0 || gw_store_unit_get(tx->db, unit_id, &unit, error) ||
         gw_tx_not_found(tx, error, "没有这支队伍。", "There is no such unit.");
}

static gboolean check_role(GwTx *tx, const GwUserRow *row, GError **error) {
  if (row->role == GW_ROLE_PATROL && row->unit_id == 0)
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "巡逻用户须指定所属队伍。",
                        "A patrol user needs the unit it speaks for.");
  return check_unit(tx, row->unit_id, error);
}

static const char *hash_of(GwTx *tx, json_t *args, GError **error) {
  const char *hash = gw_arg_text(args, "_password_hash");
  if (!hash)
    gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "密码未经处理，请重新登录后再试。",
                 "The password was not hashed: log in again and retry.");
  return hash;
}

static gboolean user_add(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  const char *name = gw_arg_text(args, "name"), *hash = hash_of(tx, args, error);
  if (!hash)
    return FALSE;
  g_auto(GwUserRow) there = {0}, row = {.most_priority = 1, .created_at_us = tx->now_us};
  if (gw_store_user_by_name(tx->db, name, &there, error))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "该用户名已被使用。",
                        "This name is taken: choose another.");
  if (error && *error)
    return FALSE;
  row.name = g_strdup(name);
  row.role = gw_role_from_string(gw_arg_text(args, "role"));
  row.display = g_strdup(gw_arg_has(args, "display") ? gw_arg_text(args, "display") : name);
  row.password_hash = g_strdup(hash);
  row.unit_id = gw_arg_id(args, "unit_id");
  if (!check_role(tx, &row, error) || !gw_store_user_insert(tx->db, &row, error))
    return FALSE;
  *ret_result = json_pack("{s:I}", "user_id", (json_int_t)row.id);
  return journal_user(tx, "user.added", &row, error);
}

static gboolean load_user(GwTx *tx, GwId id, GwUserRow *ret, GError **error) {
  return gw_store_user_get(tx->db, id, ret, error) ||
         gw_tx_not_found(tx, error, "没有这个用户。", "There is no such user.");
}

/* Every session of the user ends, and with it its sockets. */
static gboolean revoke_all(GwTx *tx, GwId user_id, GwId but_session_id, GError **error) {
  g_autoptr(GArray) ids = gw_store_session_ids_valid(tx->db, user_id, tx->now_us, error);
  for (guint i = 0; ids && i < ids->len; i++) {
    const GwId id = g_array_index(ids, GwId, i);
    if (id != but_session_id && !gw_admin_revoke(tx, id, error))
      return FALSE;
  }
  return ids != NULL;
}

static gboolean keeps_an_admin(GwTx *tx, const GwUserRow *row, GError **error) {
  gint64 others = 0;
  if (!gw_store_user_other_admins(tx->db, row->id, &others, error))
    return FALSE;
  return others > 0 || (row->role == GW_ROLE_ADMIN && row->disabled_at_us == 0) ||
         gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "至少须保留一名可登录的管理员。",
                      "At least one administrator must be able to log in.");
}

/* Who may what is read at each command, but a socket's views are not: a changed user logs in anew. */
static gboolean user_change(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwUserRow) row = {0};
  if (!load_user(tx, gw_arg_id(args, "user_id"), &row, error) ||
      !gw_tx_check_rev(tx, "user", row.id, row.rev, error))
    return FALSE;
  const GwRole role_before = row.role;
  const GwId unit_before = row.unit_id;
  const gboolean was_enabled = row.disabled_at_us == 0;
  if (gw_arg_has(args, "role"))
    row.role = gw_role_from_string(gw_arg_text(args, "role"));
  gw_arg_take_text(args, "display", &row.display);
  if (gw_arg_has(args, "unit_id"))
    row.unit_id = gw_arg_id(args, "unit_id");
  if (gw_arg_has(args, "enabled"))
    row.disabled_at_us = json_is_true(json_object_get(args, "enabled")) ? 0
                         : was_enabled                                  ? tx->now_us
                                                                        : row.disabled_at_us;
  row.rev++;
  if (!check_role(tx, &row, error) || (role_before == GW_ROLE_ADMIN && !keeps_an_admin(tx, &row, error)) ||
      !gw_store_user_update(tx->db, &row, error))
    return FALSE;
  const gboolean means_other =
      row.disabled_at_us > 0 || row.role != role_before || row.unit_id != unit_before;
  return (!means_other || revoke_all(tx, row.id, 0, error)) && journal_user(tx, "user.changed", &row, error);
}

static gboolean user_passwd(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  const GwId user_id = gw_arg_has(args, "user_id") ? gw_arg_id(args, "user_id") : tx->actor.user_id;
  const gboolean is_own = user_id == tx->actor.user_id;
  if (!is_own && tx->actor.role != GW_ROLE_ADMIN)
    return gw_tx_refuse(tx, error, GW_CODE_FORBIDDEN, "只能修改自己的密码。",
                        "You may change only your own password.");
  if (is_own && !json_is_true(json_object_get(args, "_old_ok")))
    return gw_tx_refuse(tx, error, GW_CODE_FORBIDDEN, "旧密码不正确。", "The old password is not right.");
  const char *hash = hash_of(tx, args, error);
  g_auto(GwUserRow) row = {0};
  if (!hash || !load_user(tx, user_id, &row, error))
    return FALSE;
  if (row.role & (GW_ROLE_WALL | GW_ROLE_SOURCE))
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "大屏和设备使用令牌，没有密码。",
                        "Kiosks and machines have tokens, no password.");
  g_free(row.password_hash);
  row.password_hash = g_strdup(hash);
  row.rev++;
  return gw_store_user_update(tx->db, &row, error) &&
         revoke_all(tx, user_id, is_own ? tx->actor.session_id : 0, error) &&
         journal_user(tx, "user.password_changed", &row, error);
}

/* ---- tokens: a kiosk that may look, a machine that reports ---- */

static gboolean token_user(GwTx *tx, json_t *args, const char *kind, GwUserRow *row, GError **error) {
  g_autofree char *uuid = gw_uuid_new();
  const gboolean is_kiosk = g_str_equal(kind, "kiosk");
  row->name = g_strdup_printf("%s-%.8s", kind, uuid);
  row->role = is_kiosk ? GW_ROLE_WALL : GW_ROLE_SOURCE;
  row->display = g_strdup(gw_arg_text(args, "label"));
  row->most_priority = gw_arg_has(args, "most_priority") ? (int)gw_arg_int(args, "most_priority")
                       : is_kiosk                        ? 4
                                                         : 1;
  row->created_at_us = tx->now_us;
  return gw_store_user_insert(tx->db, row, error) && journal_user(tx, "user.added", row, error);
}

static gboolean token_add(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  const char *kind = gw_arg_text(args, "kind");
  g_auto(GwUserRow) user = {0};
  if (!token_user(tx, args, kind, &user, error))
    return FALSE;
  g_autofree char *token = gw_token_new();
  g_auto(GwSessionRow) row = {
      .token_hash = gw_hash_hex(token, strlen(token)),
      .user_id = user.id,
      .kind = g_strdup(kind),
      .label = g_strdup(gw_arg_text(args, "label")),
      .created_at_us = tx->now_us,
      .expires_at_us = tx->now_us + TOKEN_LIVES_US,
  };
  if (!gw_store_session_insert(tx->db, &row, error))
    return FALSE;
  *ret_result = json_pack("{s:s, s:I, s:I}", "token", token, "session_id", (json_int_t)row.id, "user_id",
                          (json_int_t)user.id);
  return gw_tx_journal(
             tx, "token.added", "session", row.id, 1, 0, 0, 0,
             json_pack("{s:s, s:s, s:I}", "kind", kind, "label", row.label, "user_id", (json_int_t)user.id),
             error) > 0;
}

/* ---- sessions ---- */

gboolean gw_admin_revoke(GwTx *tx, GwId session_id, GError **error) {
  gw_tx_effect(tx, "session.revoked", json_pack("{s:I}", "session_id", (json_int_t)session_id));
  return gw_store_session_revoke(tx->db, session_id, tx->now_us, error) &&
         gw_tx_journal(tx, "session.revoked", "session", session_id, 2, 0, 0, 0, json_object(), error) > 0;
}

static gboolean session_revoke(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwSessionRow) row = {0};
  if (!gw_store_session_get(tx->db, gw_arg_id(args, "session_id"), &row, error))
    return gw_tx_not_found(tx, error, "没有这个会话。", "There is no such session.");
  if (row.user_id != tx->actor.user_id && tx->actor.role != GW_ROLE_ADMIN)
    return gw_tx_refuse(tx, error, GW_CODE_NOT_FOUND, "没有这个会话。", "There is no such session.");
  return row.revoked_at_us > 0 || gw_admin_revoke(tx, row.id, error);
}

/* A user who logs in everywhere loses the oldest session, not the newest. */
static gboolean make_room(GwTx *tx, GwId user_id, GError **error) {
  g_autoptr(GArray) ids = gw_store_session_ids_valid(tx->db, user_id, tx->now_us, error);
  for (guint i = 0; ids && i + GW_LIMIT_SESSIONS_PER_USER <= ids->len; i++)
    if (!gw_admin_revoke(tx, g_array_index(ids, GwId, i), error))
      return FALSE;
  return ids != NULL;
}

/* A token that is exchanged for a cookie is worth nothing afterwards, even when two come at once. */
static gboolean exchange(GwTx *tx, GwId session_id, GError **error) {
  g_auto(GwSessionRow) row = {0};
  if (session_id == 0)
    return TRUE;
  if (!gw_store_session_get(tx->db, session_id, &row, error) || row.revoked_at_us > 0 ||
      row.expires_at_us <= tx->now_us)
    return (error && *error) || gw_tx_refuse(tx, error, GW_CODE_UNAUTHORIZED, "该令牌已失效，请重新发放。",
                                             "This token is used up: make a new one.");
  return gw_store_session_revoke(tx->db, session_id, tx->now_us, error);
}

static gboolean check_user_may_log_in(GwTx *tx, GwId user_id, GError **error) {
  g_auto(GwUserRow) user = {0};
  if (!load_user(tx, user_id, &user, error))
    return FALSE;
  return user.disabled_at_us == 0 || gw_tx_refuse(tx, error, GW_CODE_UNAUTHORIZED, "该账号已停用。",
                                                  "This user is disabled: ask the administrator.");
}

/* session.open {user_id, kind, label, address, agent, token_hash, expires_at_us, exchanges_id?} ->
 * {session_id}; exchanges_id: the token's session that this one takes the place of. */
static gboolean session_open(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                             GError **error) {
  g_auto(GwSessionRow) row = {.user_id = gw_arg_id(body, "user_id"),
                              .created_at_us = tx->now_us,
                              .expires_at_us = gw_arg_int(body, "expires_at_us")};
  gw_arg_take_text(body, "token_hash", &row.token_hash);
  gw_arg_take_text(body, "kind", &row.kind);
  gw_arg_take_text(body, "label", &row.label);
  gw_arg_take_text(body, "address", &row.address);
  gw_arg_take_text(body, "agent", &row.agent);
  if (!row.token_hash || !row.kind)
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "会话信息不完整。",
                        "The session lacks its token or kind.");
  tx->actor.user_id = row.user_id;
  if (!check_user_may_log_in(tx, row.user_id, error) ||
      !exchange(tx, gw_arg_id(body, "exchanges_id"), error) || !make_room(tx, row.user_id, error) ||
      !gw_store_session_insert(tx->db, &row, error))
    return FALSE;
  *ret_result = json_pack("{s:I}", "session_id", (json_int_t)row.id);
  return gw_tx_journal(tx, "session.opened", "session", row.id, 1, 0, 0, 0,
                       json_pack("{s:I, s:s, s:s}", "user_id", (json_int_t)row.user_id, "kind", row.kind,
                                 "address", row.address ? row.address : ""),
                       error) > 0;
}

/* session.close {session_id}: the user logged out. */
static gboolean session_close(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                              GError **error) {
  g_auto(GwSessionRow) row = {0};
  if (!gw_store_session_get(tx->db, gw_arg_id(body, "session_id"), &row, error))
    return gw_tx_not_found(tx, error, "没有这个会话。", "There is no such session.");
  if (row.revoked_at_us > 0)
    return TRUE;
  tx->actor.user_id = row.user_id;
  gw_tx_effect(tx, "session.revoked", json_pack("{s:I}", "session_id", (json_int_t)row.id));
  return gw_store_session_revoke(tx->db, row.id, tx->now_us, error) &&
         gw_tx_journal(tx, "session.closed", "session", row.id, 2, 0, 0, 0, json_object(), error) > 0;
}

/* session.seen {session_ids}: used within the last minute.  State, not news: nothing is journaled. */
static gboolean session_seen(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                             GError **error) {
  size_t i;
  json_t *id;
  json_array_foreach(json_object_get(body, "session_ids"), i, id) {
    if (!gw_store_session_seen(tx->db, json_integer_value(id), tx->now_us, error))
      return FALSE;
  }
  return TRUE;
}

static const GwCommandEntry commands[] = {
    {"user.add", user_add},
    {"user.change", user_change},
    {"user.passwd", user_passwd},
    {"token.add", token_add},
    {"session.revoke", session_revoke},
    {"place.change", gw_admin_place_change},
    {"route.change", gw_admin_route_change},
    {NULL, NULL},
};
static const GwObserveEntry observations[] = {
    {"session.open", session_open},
    {"session.close", session_close},
    {"session.seen", session_seen},
    {"session.cli", gw_admin_session_cli},
    {"center.set", gw_admin_center_set},
    {NULL, NULL},
};

const GwLedgerNoun gw_ledger_admin = {.commands = commands, .observations = observations};
