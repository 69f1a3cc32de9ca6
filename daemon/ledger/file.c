#include "daemon/ledger/file.h"

#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/base/token.h"
#include "daemon/core/clip.h"
#include "daemon/ledger/field.h"
#include "daemon/store/file.h"

gboolean gw_file_note(GwTx *tx, const char *hash, const char *kind, gint64 bytes, GwId user_id,
                      GError **error) {
  const gboolean is_clip = g_strcmp0(kind, "mp4") == 0;
  const gint64 most = is_clip ? GW_CLIP_BYTES_MOST : GW_LIMIT_UPLOAD_BYTES;
  gboolean valid = gw_hash_hex_is_valid(hash) &&
                   (is_clip || g_strcmp0(kind, "jpg") == 0 || g_strcmp0(kind, "png") == 0) && bytes > 0 && bytes <= most;
  if (!valid)
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "图片信息无效。", "That is no picture of ours.");
  return gw_store_file_add(tx->db, hash, kind, bytes, user_id, tx->now_us, error);
}

gboolean gw_file_check(GwTx *tx, const char *hash, GError **error) {
  gboolean there = FALSE;
  if (!gw_store_file_has(tx->db, hash, &there, error))
    return FALSE;
  return there || gw_tx_refuse(tx, error, GW_CODE_NOT_FOUND, "找不到该图片，请先上传。",
                               "This picture is not here: upload it first.");
}

/* Written by the files thread, fsynced and renamed: from now on a command may name it. */
static gboolean on_stored(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                          GError **error) {
  const char *hash = gw_arg_text(body, "hash");
  if (!gw_file_note(tx, hash, gw_arg_text(body, "kind"), gw_arg_int(body, "bytes"),
                    gw_arg_id(body, "user_id"), error))
    return FALSE;
  *ret_result = json_pack("{s:s, s:I, s:s}", "hash", hash, "bytes", (json_int_t)gw_arg_int(body, "bytes"),
                          "kind", gw_arg_text(body, "kind"));
  return TRUE;
}

/* Its file was taken away: nothing ever named it. */
static gboolean on_removed(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                           GError **error) {
  const char *hash = gw_arg_text(body, "hash");
  return hash && gw_store_file_remove_orphan(tx->db, hash, error);
}

static const GwObserveEntry observations[] = {{"file.stored", on_stored}, {"file.removed", on_removed}, {0}};
const GwLedgerNoun gw_ledger_file = {NULL, observations, NULL, NULL};
