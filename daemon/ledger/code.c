/* Codes that cameras read: the badge of a patrol before a checkpoint's camera, or a point's tag held up to
 * it. Both become raw check-ins and go the way of all check-ins. */
#include <math.h>
#include <sodium.h>
#include <string.h>

#include "daemon/ledger/checkin.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/finding.h"
#include "daemon/store/camera.h"
#include "daemon/store/journal.h"
#include "daemon/store/route.h"
#include "daemon/store/unit.h"

#define BADGE_PREFIX "GWB-"
#define BADGE_CHARS 20
#define SAME_AGAIN_US GW_MIN /* who stands before the camera is there once */

/* ---- unit.badge ---- */

static char *new_badge(void) {
  static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  GString *badge = g_string_new(BADGE_PREFIX);
  for (int i = 0; i < BADGE_CHARS; i++)
    g_string_append_c(badge, base32[randombytes_uniform(32)]);
  return g_string_free(badge, FALSE);
}

static gboolean badge(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwUnitRow) unit = {0};
  if (!gw_store_unit_get(tx->db, gw_arg_id(args, "unit_id"), &unit, error))
    return gw_tx_not_found(tx, error, "没有这支队伍。", "There is no such unit.");
  if (!gw_tx_check_rev(tx, "unit", unit.id, unit.rev, error))
    return FALSE;
  g_autofree char *code = new_badge();
  if (!gw_store_unit_set_badge(tx->db, unit.id, code, unit.rev + 1, error))
    return FALSE;
  gw_tx_touch(tx, "unit", unit.id);
  *ret_result = json_pack("{s:I, s:s}", "unit_id", (json_int_t)unit.id, "badge", code);
  return gw_tx_journal(tx, "unit.badge", "unit", unit.id, unit.rev + 1, 0, 0, 0,
                       json_pack("{s:s}", "name", unit.name), error) > 0;
}

/* ---- camera.code ---- */

static gboolean is_printable(const char *text) {
  for (const char *c = text; *c; c++)
    if (*c < ' ' || *c > '~')
      return FALSE;
  return *text && strlen(text) <= 128;
}

/* Somebody shows a badge that is nobody's: worth a look, once a minute.  The code itself is not written: it
 * may be one that was in force until yesterday. */
static gboolean unknown_badge(GwTx *tx, const GwCameraRow *camera, GError **error) {
  if (gw_journal_count_since(tx->db, "camera.code", "camera", camera->id, tx->now_us - GW_MIN, 1) > 0)
    return TRUE;
  return gw_tx_journal(tx, "camera.code", "camera", camera->id, camera->rev, camera->place_id, 4, 0,
                       json_pack("{s:s, s:I}", "why", "unknown_badge", "checkpoint_id",
                                 (json_int_t)camera->checkpoint_id),
                       error) > 0;
}

/* What the element gets; a badge says who, a tag says where. */
static char *message_of(const GwCheckinRow *row, const GwCameraRow *camera, const char *shown_badge) {
  json_t *message =
      json_pack("{s:s, s:I, s:I, s:I}", "method", "qr", "camera_id", (json_int_t)camera->id, "checkpoint_id",
                (json_int_t)row->checkpoint_id, "device_at_us", (json_int_t)row->device_at_us);
  if (isfinite(row->lat) && isfinite(row->lon)) {
    json_object_set_new(message, "lat", json_real(row->lat));
    json_object_set_new(message, "lon", json_real(row->lon));
  }
  if (row->unit_id > 0)
    json_object_set_new(message, "unit_id", json_integer(row->unit_id));
  if (shown_badge)
    json_object_set_new(message, "badge", json_string(shown_badge));
  else
    json_object_set_new(message, "tag", json_string(row->tag));
  char *dumped = json_dumps(message, JSON_COMPACT | JSON_SORT_KEYS), *text = g_strdup(dumped);
  free(dumped);
  json_decref(message);
  return text;
}

/* Whoever shows it stands before the camera: a tag that was carried away is flagged by the distance. */
static gboolean stands_at(GwTx *tx, const GwCameraRow *camera, GwCheckinRow *row, GError **error) {
  GwCheckpointRow here = {0};
  if (!gw_store_checkpoint_get(tx->db, camera->checkpoint_id, &here, error))
    return !(error && *error);
  row->lat = here.lat;
  row->lon = here.lon;
  row->accuracy_m = here.radius_m;
  return TRUE;
}

static gboolean store(GwTx *tx, const GwCameraRow *camera, GwId unit_id, GwId checkpoint_id, const char *tag,
                      const char *shown_badge, GwUsec at_us, json_t **ret_result, GError **error) {
  if (gw_store_checkin_by_camera_since(tx->db, checkpoint_id, unit_id, tag, tx->now_us - SAME_AGAIN_US))
    return TRUE;
  g_auto(GwCheckinRow) row = gw_checkin_row_new("camera", tx->now_us);
  row.unit_id = unit_id;
  row.checkpoint_id = checkpoint_id;
  row.device_at_us = at_us;
  g_free(row.method);
  row.method = g_strdup("qr");
  g_free(row.tag);
  row.tag = g_strdup(tag);
  if (!stands_at(tx, camera, &row, error))
    return FALSE;
  g_autofree char *raw = message_of(&row, camera, shown_badge);
  return gw_checkin_store(tx, &row, raw, 0, ret_result, error);
}

/* Held up without a badge: it is the unit whose round has this point to do now, when there is but one. */
static gboolean store_tag(GwTx *tx, const GwCameraRow *camera, GwId checkpoint_id, const char *tag,
                          GwUsec at_us, json_t **ret_result, GError **error) {
  g_autoptr(GArray) units = gw_store_unit_ids_due_at(tx->db, checkpoint_id, at_us, error);
  if (!units)
    return FALSE;
  const GwId unit_id = units->len == 1 ? g_array_index(units, GwId, 0) : 0;
  return store(tx, camera, unit_id, checkpoint_id, tag, NULL, at_us, ret_result, error);
}

static gboolean on_code(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                        GError **error) {
  g_auto(GwCameraRow) camera = {0};
  const char *text = gw_arg_text(body, "text");
  if (!gw_store_camera_get(tx->db, gw_arg_id(body, "id"), &camera, error))
    return gw_tx_not_found(tx, error, "没有这个摄像机。", "There is no such camera.");
  if (!text || !is_printable(text))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "二维码内容无效。",
                        "The code has no text that could be one.");
  if (camera.removed_at_us > 0 || !camera.enabled || camera.checkpoint_id == 0)
    return TRUE; /* read before the worker heard that it should not */
  const GwUsec said_us = gw_arg_int(body, "at_us"),
               at_us = said_us > 0 && said_us < tx->now_us ? said_us : tx->now_us;
  const GwId unit_id = gw_store_unit_by_badge(tx->db, text);
  if (unit_id > 0)
    return store(tx, &camera, unit_id, camera.checkpoint_id, "", text, at_us, ret_result, error);
  const GwId checkpoint_id = gw_store_checkpoint_by_tag(tx->db, text);
  if (checkpoint_id > 0)
    return store_tag(tx, &camera, checkpoint_id, text, at_us, ret_result, error);
  return !g_str_has_prefix(text, BADGE_PREFIX) || unknown_badge(tx, &camera, error);
}

static const GwCommandEntry commands[] = {{"unit.badge", badge}, {0}};
static const GwObserveEntry observations[] = {{"camera.code", on_code}, {0}};
const GwLedgerNoun gw_ledger_code = {.commands = commands, .observations = observations};
