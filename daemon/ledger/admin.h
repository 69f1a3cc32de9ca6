#pragma once
#include "daemon/ledger/tx.h"

/* What the administrator's noun is made of: admin.c (users, tokens, sessions) and admin_place.c. */
gboolean gw_admin_revoke(GwTx *tx, GwId session_id, GError **error); /* with its journal row and effect */
gboolean gw_admin_place_change(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
gboolean gw_admin_route_change(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
/* session.cli {token_hash, expires_at_us} -> {session_id, user_id}: a session for the command line on this
 * machine, of the internal user "cli" (admin_cli.c); the one before is revoked. */
gboolean gw_admin_session_cli(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                              GError **error);
/* center.set {name, community, demo}: what the configuration says at start (admin_center.c). */
gboolean gw_admin_center_set(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                             GError **error);
