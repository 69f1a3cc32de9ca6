/* What the configuration calls the center, brought into the database when it has changed. */
#include <string.h>

#include "daemon/ledger/admin.h"
#include "daemon/ledger/field.h"
#include "daemon/store/meta.h"

static gboolean set_if_other(GwTx *tx, const char *key, const char *value, gboolean *changed, GError **error) {
  g_autoptr(GError) failed = NULL;
  g_autofree char *now = gw_meta_get(tx->db, key, &failed);
  if (failed) {
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
  }
  if (g_strcmp0(now ? now : "", value) == 0)
    return TRUE;
  *changed = TRUE;
  return gw_meta_set(tx->db, key, value, error);
}

gboolean gw_admin_center_set(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result, GError **error) {
  const char *name = gw_arg_text(body, "name"), *community = gw_arg_text(body, "community");
  const gboolean demo = json_is_true(json_object_get(body, "demo"));
  gboolean changed = FALSE;
  if (!name || !community)
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "中心名称不完整。", "The center lacks its name.");
  if (!set_if_other(tx, "center.name", name, &changed, error) ||
      !set_if_other(tx, "center.community", community, &changed, error) ||
      !set_if_other(tx, "center.demo", demo ? "1" : "", &changed, error))
    return FALSE;
  if (!changed)
    return TRUE;
  gint64 rev = gw_meta_bump_center(tx->db, error);
  gw_tx_touch(tx, "center", 1);
  return rev > 0 && gw_tx_journal(tx, "center.changed", "center", 1, rev, 0, 0, 0,
                                  json_pack("{s:s, s:s, s:b}", "name", name, "community", community, "demo", demo), error) > 0;
}
