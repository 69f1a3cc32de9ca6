/* The doors of check-ins: the raw message is stored and acknowledged; it counts when the worker has read it.
 */
#include "daemon/ledger/checkin.h"

#include <math.h>
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/file.h"
#include "daemon/store/route.h"
#include "daemon/store/unit.h"

gboolean gw_checkin_store(GwTx *tx, GwCheckinRow *row, const char *raw, GwId on_behalf_id, json_t **ret_result,
                          GError **error) {
  row->raw = g_bytes_new(raw, strlen(raw));
  if (!gw_store_checkin_insert(tx->db, row, error))
    return FALSE;
  gw_tx_effect(tx, "checkin.push",
               json_pack("{s:I, s:s, s:I}", "raw_id", (json_int_t)row->id, "source", row->source, "unit_id",
                         (json_int_t)row->unit_id));
  json_t *body = json_pack("{s:s, s:s, s:o, s:o}", "source", row->source, "method", row->method, "unit_id",
                           gw_json_id(row->unit_id), "checkpoint_id", gw_json_id(row->checkpoint_id));
  if (gw_tx_journal(tx, "checkin.stored", "checkin", row->id, 1, 0, 0, on_behalf_id, body, error) == 0)
    return FALSE;
  *ret_result = json_pack("{s:I, s:s}", "raw_id", (json_int_t)row->id, "state", "stored");
  return TRUE;
}

/* What the element gets: the arguments, with who sent them; words stay out, they are erasable. */
static gboolean store_json(GwTx *tx, GwCheckinRow *row, json_t *args, GwId on_behalf_id, json_t **ret_result,
                           GError **error) {
  json_t *message = json_deep_copy(args);
  json_object_del(message, "words");
  json_object_set_new(message, "unit_id", json_integer(row->unit_id));
  json_object_set_new(message, "user_id", json_integer(row->user_id));
  json_object_set_new(message, "method", json_string(row->method));
  json_object_set_new(message, "device_at_us", json_integer(row->device_at_us));
  char *text = json_dumps(message, JSON_COMPACT);
  json_decref(message);
  const gboolean ok = text && gw_checkin_store(tx, row, text, on_behalf_id, ret_result, error);
  free(text);
  return ok;
}

/* The phone did not hear the first answer: it hears it again. */
static gboolean answer_again(GwTx *tx, GwId id, json_t **ret_result, GError **error) {
  g_auto(GwCheckinRow) row = {0};
  if (!gw_store_checkin_get(tx->db, id, &row, error))
    return FALSE;
  if (row.user_id != tx->actor.user_id)
    return gw_tx_refuse(tx, error, GW_CODE_CONFLICT, "该签到编号已被他人使用。",
                        "Somebody else used this check-in's id.");
  *ret_result = json_pack("{s:I, s:s}", "raw_id", (json_int_t)row.id, "state", row.state);
  return TRUE;
}

static gboolean check_point(GwTx *tx, GwId checkpoint_id, GError **error) {
  GwCheckpointRow checkpoint = {0};
  return checkpoint_id == 0 || gw_store_checkpoint_get(tx->db, checkpoint_id, &checkpoint, error) ||
         gw_tx_not_found(tx, error, "没有这个巡更点。", "There is no such checkpoint.");
}

static gboolean check_unit(GwTx *tx, GwId unit_id, GError **error) {
  g_auto(GwUnitRow) unit = {0};
  return gw_store_unit_get(tx->db, unit_id, &unit, error) ||
         gw_tx_not_found(tx, error, "没有这支队伍。", "There is no such unit.");
}

static gboolean submit(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  const GwId there = gw_store_checkin_by_client(tx->db, gw_arg_text(args, "client_id"));
  if (there > 0)
    return answer_again(tx, there, ret_result, error);
  if (tx->actor.unit_id == 0)
    return gw_tx_refuse(tx, error, GW_CODE_FORBIDDEN, "该账号未关联队伍，请联系管理员。",
                        "This user speaks for no unit: ask the administrator.");
  const char *picture = gw_arg_text(args, "picture");
  if (!check_point(tx, gw_arg_id(args, "checkpoint_id"), error) ||
      (picture && !gw_file_check(tx, picture, error)))
    return FALSE;
  if (!picture && !gw_arg_has(args, "tag") && !gw_arg_has(args, "checkpoint_id") && !gw_arg_has(args, "lat"))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "请扫码、拍照或开启定位。",
                        "Scan the tag, take its picture, or switch the position on.");
  if (gw_arg_has(args, "lat") != gw_arg_has(args, "lon"))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "经度和纬度须同时给出。",
                        "Give latitude and longitude together.");
  g_auto(GwCheckinRow) row = gw_checkin_row_new(picture ? "code" : "phone", tx->now_us);
  row.client_id = g_strdup(gw_arg_text(args, "client_id"));
  row.unit_id = tx->actor.unit_id;
  row.user_id = tx->actor.user_id;
  row.checkpoint_id = gw_arg_id(args, "checkpoint_id");
  row.device_at_us = gw_arg_int(args, "device_at_us") > 0 ? gw_arg_int(args, "device_at_us") : tx->now_us;
  row.lat = gw_arg_real(args, "lat");
  row.lon = gw_arg_real(args, "lon");
  row.accuracy_m = gw_arg_real(args, "accuracy_m");
  gw_arg_take_text(args, "method", &row.method);
  gw_arg_take_text(args, "tag", &row.tag);
  return store_json(tx, &row, args, 0, ret_result, error);
}

static gboolean behalf(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  const GwId unit_id = gw_arg_id(args, "unit_id"), checkpoint_id = gw_arg_id(args, "checkpoint_id");
  if (!check_unit(tx, unit_id, error) || !check_point(tx, checkpoint_id, error))
    return FALSE;
  g_auto(GwCheckinRow) row = gw_checkin_row_new("behalf", tx->now_us);
  row.words_text_id = gw_tx_text(tx, gw_arg_text(args, "words"), error);
  if (row.words_text_id == 0 && error && *error)
    return FALSE;
  row.unit_id = unit_id;
  row.user_id = tx->actor.user_id;
  row.checkpoint_id = checkpoint_id;
  row.device_at_us = gw_arg_has(args, "at_us") ? gw_arg_int(args, "at_us") : tx->now_us;
  gw_arg_take_text(args, "channel", &row.method);
  gw_arg_take_text(args, "channel", &row.channel);
  return store_json(tx, &row, args, unit_id, ret_result, error);
}

static gboolean dump(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCheckinRow) row = gw_checkin_row_new("dump", tx->now_us);
  row.unit_id = tx->actor.unit_id;
  row.user_id = tx->actor.user_id;
  return gw_checkin_store(tx, &row, gw_arg_text(args, "body"), 0, ret_result, error);
}

static const GwCommandEntry commands[] = {
    {"checkin.submit", submit},
    {"checkin.behalf", behalf},
    {"checkin.dump", dump},
    {NULL, NULL},
};
static const GwObserveEntry observations[] = {
    {"checkin", gw_checkin_read},
    {NULL, NULL},
};

const GwLedgerNoun gw_ledger_checkin = {.commands = commands, .observations = observations};
