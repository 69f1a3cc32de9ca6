#include "daemon/ledger/ledger_private.h"
#include "daemon/store/meta.h"

/* What the configuration says of the center, for the object every page shows.  The daemon tells it at each start;
 * only what changed is written. */

static gboolean set(GwTx *tx, const char *key, const char *value, json_t *changed, GError **error) {
  GError *failed = NULL;
  g_autofree char *now = gw_meta_get(tx->db, key, &failed);
  if (failed) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  if (g_strcmp0(now, value) == 0)
    return TRUE;
  json_object_set_new(changed, key, json_string(value));
  return gw_meta_set(tx->db, key, value, error);
}

static gboolean on_describe(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result, GError **error) {
  json_t *changed = json_object();
  gboolean ok = set(tx, "center.name", json_string_value(json_object_get(body, "name")), changed, error) &&
                set(tx, "center.community", json_string_value(json_object_get(body, "community")), changed, error) &&
                set(tx, "center.demo", json_is_true(json_object_get(body, "demo")) ? "1" : "0", changed, error);
  gint64 rev = ok && json_object_size(changed) > 0 ? gw_meta_bump_center(tx->db, error) : 0;
  if (!ok || json_object_size(changed) == 0) {
    json_decref(changed);
    return ok;
  }
  gw_tx_touch(tx, "center", 1);
  return rev > 0 && gw_tx_journal(tx, "center.described", "center", 1, rev, 0, 0, 0, changed, error) > 0;
}

static const GwObserveEntry observations[] = {{"center.describe", on_describe}, {NULL}};
const GwLedgerNoun gw_ledger_center = {.observations = observations};
