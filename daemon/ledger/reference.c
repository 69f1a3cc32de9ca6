/* How a camera should look: learned by the scene, renewed by an operator; and whether its light was switched.
 */
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/base/token.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/file.h"
#include "daemon/ledger/finding.h"
#include "daemon/ledger/turn.h"
#include "daemon/store/camera.h"
#include "daemon/store/journal.h"
#include "daemon/store/zone.h"

#define LIGHTS_A_DAY_MOST 20 /* rows about one camera: an infrared lamp that flickers is no news */

static gboolean load(GwTx *tx, GwId id, GwCameraRow *ret, GError **error) {
  return gw_store_camera_get(tx->db, id, ret, error) ||
         gw_tx_not_found(tx, error, "没有这个摄像机。", "There is no such camera.");
}

static GwUsec heard_at_us(const GwTx *tx, json_t *body) {
  const GwUsec at_us = gw_arg_int(body, "at_us");
  return at_us > 0 && at_us < tx->now_us ? at_us : tx->now_us;
}

static gboolean journal(GwTx *tx, const char *kind, const GwCameraRow *camera, json_t *body, GError **error) {
  return gw_tx_journal(tx, kind, "camera", camera->id, camera->rev, camera->place_id, 0, 0, body, error) > 0;
}

/* The worker has it already; it gets it back after its next start. */
static gboolean on_reference(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                             GError **error) {
  g_auto(GwCameraRow) camera = {0};
  const char *hash = gw_arg_text(body, "hash");
  const gboolean asked = json_is_true(json_object_get(body, "asked"));
  if (!load(tx, gw_arg_id(body, "id"), &camera, error))
    return FALSE;
  if (!gw_hash_hex_is_valid(hash) || bytes == 0 || bytes > GW_LIMIT_REFERENCE_BYTES)
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "基准画面缺失或过大。",
                        "The reference is missing or too large.");
  if (!gw_file_check(tx, hash, error))
    return FALSE;
  if (camera.removed_at_us > 0)
    return TRUE;
  g_auto(GwReferenceRow) row = {
      .camera_id = camera.id,
      .at_us = heard_at_us(tx, body),
      .user_id = asked ? gw_store_reference_asker(tx->db, camera.id) : 0,
      .hash = g_strdup(hash),
      .body = g_bytes_new(data, bytes),
  };
  gw_tx_touch(tx, "camera", camera.id);
  return gw_store_reference_put(tx->db, &row, error) &&
         (!asked ||
          journal(tx, "camera.learned", &camera,
                  json_pack("{s:s, s:o}", "hash", hash, "asked_by", gw_json_id(row.user_id)), error));
}

/* What compared with the old reference is over at once; what is wrong all the same is found again. */
static gboolean relearn(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) camera = {0};
  if (!load(tx, gw_arg_id(args, "camera_id"), &camera, error) ||
      !gw_tx_check_rev(tx, "camera", camera.id, camera.rev, error))
    return FALSE;
  if (camera.removed_at_us > 0 || !camera.enabled)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该摄像机未启用，没有画面可学。",
                        "This camera is not watched: there is no picture to learn.");
  if (*camera.away_preset && *camera.home_preset)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该摄像机已被转开，请先转回原位。",
                        "This camera is turned away: turn it home first.");
  if (*camera.away_preset && !gw_turn_is_home(tx, &camera, "relearned", error))
    return FALSE;
  gw_tx_effect(tx, "scene.learn", json_pack("{s:I}", "id", (json_int_t)camera.id));
  return journal(tx, "camera.relearned", &camera,
                 json_pack("{s:s, s:s}", "code", camera.code, "name", camera.name), error) &&
         gw_finding_end_learned(tx, camera.id, "relearned", error);
}

static gboolean on_light(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                         GError **error) {
  g_auto(GwCameraRow) camera = {0};
  const char *to = gw_arg_text(body, "to");
  if (!load(tx, gw_arg_id(body, "id"), &camera, error))
    return FALSE;
  if (g_strcmp0(to, "day") != 0 && g_strcmp0(to, "night") != 0)
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "光线只有白天和夜间。", "Light is day or night.");
  if (camera.removed_at_us > 0 ||
      gw_journal_count_since(tx->db, "camera.light", "camera", camera.id, tx->now_us - GW_DAY,
                             LIGHTS_A_DAY_MOST) >= LIGHTS_A_DAY_MOST)
    return TRUE;
  return journal(tx, "camera.light", &camera,
                 json_pack("{s:s, s:I}", "to", to, "seen_at_us", (json_int_t)heard_at_us(tx, body)), error);
}

static const GwCommandEntry commands[] = {{"camera.relearn", relearn}, {0}};
static const GwObserveEntry observations[] = {
    {"camera.reference", on_reference}, {"camera.light", on_light}, {0}};
const GwLedgerNoun gw_ledger_reference = {.commands = commands, .observations = observations};
