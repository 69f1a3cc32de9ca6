/* What the worker read from a message: judged once, counted or refused, in the transaction that stores it. */
#include <math.h>
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/core/sequence.h"
#include "daemon/ledger/checkin.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/round.h"
#include "daemon/store/route.h"

static void say(json_t **ret_result, const char *code) {
  json_decref(*ret_result);
  *ret_result = json_pack("{s:s}", "code", code);
}

static const char *code_of(GwSequenceVerdict verdict) {
  switch (verdict) {
  case GW_SEQUENCE_TAKEN:
    return "ok";
  case GW_SEQUENCE_REPLAYED:
  case GW_SEQUENCE_TOO_OLD:
    return "replay";
  case GW_SEQUENCE_WRONG_EPOCH:
    return "old_epoch";
  case GW_SEQUENCE_BAD:
    break;
  }
  return "bad_format";
}

static gboolean set(char **value, const char *text) {
  g_free(*value);
  *value = g_strdup(text);
  return TRUE;
}

/* Asks the window of the reader; what is refused there is counted with the reader, not stored. */
static gboolean take_number(GwTx *tx, json_t *read, GwCheckinRow *row, const char **ret_code,
                            GError **error) {
  g_auto(GwReaderRow) reader = {0};
  *ret_code = "unknown_reader";
  if (!gw_store_reader_get(tx->db, row->reader_id, &reader, error))
    return !(error && *error) && gw_reader_unknown_refused(tx, "unknown_reader", error);
  if (reader.removed_at_us > 0)
    return gw_reader_refused(tx, &reader, "unknown_reader", error);
  GwSequence window = {reader.epoch, reader.last_seq, reader.seen};
  const GwSequenceVerdict verdict = gw_sequence_accept(&window, row->epoch, row->sequence);
  *ret_code = code_of(verdict);
  if (verdict != GW_SEQUENCE_TAKEN)
    return gw_reader_refused(tx, &reader, *ret_code, error);
  reader.last_seq = window.last;
  reader.seen = window.seen;
  reader.seen_at_us = tx->now_us;
  reader.rev++;
  row->unit_id = reader.unit_id;
  gw_tx_touch(tx, "reader", reader.id);
  return gw_store_reader_update(tx->db, &reader, error) && gw_reader_heard(tx, reader.id, error);
}

/* The unit stood at the point: its fix, else the point itself. */
static gboolean place_unit(GwTx *tx, const GwCheckinRow *row, GwUsec at_us, GError **error) {
  if (row->unit_id == 0 || g_str_equal(row->source, "behalf"))
    return TRUE;
  if (isfinite(row->lat) && isfinite(row->lon))
    return gw_unit_seen_at(tx, row->unit_id, row->lat, row->lon, row->accuracy_m, at_us, error);
  GwCheckpointRow checkpoint = {0};
  if (row->checkpoint_id == 0 || !gw_store_checkpoint_get(tx->db, row->checkpoint_id, &checkpoint, error))
    return !(error && *error);
  return gw_unit_seen_at(tx, row->unit_id, checkpoint.lat, checkpoint.lon, checkpoint.radius_m, at_us, error);
}

static gboolean journal_counted(GwTx *tx, const GwCheckinRow *row, GError **error) {
  GwCheckpointRow checkpoint = {0};
  if (row->checkpoint_id > 0)
    (void)gw_store_checkpoint_get(tx->db, row->checkpoint_id, &checkpoint, NULL);
  json_t *body =
      json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:o, s:I}", "source", row->source, "method", row->method,
                "unit_id", gw_json_id(row->unit_id), "reader_id", gw_json_id(row->reader_id), "checkpoint_id",
                gw_json_id(row->checkpoint_id), "point_id", gw_json_id(row->point_id), "tag", row->tag,
                "flags", json_loads(row->flags, 0, NULL), "device_at_us", (json_int_t)row->device_at_us);
  const GwId on_behalf_id = g_str_equal(row->source, "behalf") ? row->unit_id : 0;
  return gw_tx_journal(tx, "checkin.counted", "checkin", row->id, 2, checkpoint.place_id, 0, on_behalf_id,
                       body, error) > 0;
}

/* The time it was done, in server time: a device cannot have done it after we heard of it. */
static gboolean count(GwTx *tx, GwCheckinRow *row, gboolean is_late, GError **error) {
  if (row->device_at_us <= 0)
    row->device_at_us = row->received_at_us;
  const GwUsec at_us = MIN(row->device_at_us, row->received_at_us);
  const gboolean is_live = !is_late && row->reader_id > 0;
  const GwUsec skew_us =
      is_live || row->device_at_us > row->received_at_us ? row->device_at_us - row->received_at_us : 0;
  set(&row->state, "counted");
  set(&row->verdict, "ok");
  return gw_round_count(tx, row, at_us, skew_us, error) && gw_store_checkin_update(tx->db, row, error) &&
         place_unit(tx, row, at_us, error) && journal_counted(tx, row, error);
}

/* What the element found in the message, over what was known when it came. */
static void take_fields(GwCheckinRow *row, json_t *read) {
  const struct {
    const char *name;
    gint64 *value;
  } ids[] = {{"reader_id", &row->reader_id},
             {"epoch", &row->epoch},
             {"seq", &row->sequence},
             {"device_at_us", &row->device_at_us}};
  for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
    if (gw_arg_has(read, ids[i].name))
      *ids[i].value = gw_arg_int(read, ids[i].name);
  gw_arg_take_text(read, "tag", &row->tag);
}

static gboolean refuse_stored(GwTx *tx, GwCheckinRow *row, const char *verdict, GError **error) {
  set(&row->state, "refused");
  set(&row->verdict, verdict);
  return gw_store_checkin_update(tx->db, row, error) &&
         gw_tx_journal(tx, "checkin.refused", "checkin", row->id, 2, 0, 0, 0,
                       json_pack("{s:s, s:s, s:o}", "verdict", verdict, "source", row->source, "unit_id",
                                 gw_json_id(row->unit_id)),
                       error) > 0;
}

/* One read of a dump: a check-in of its own, late by nature.  A refused one is counted with its reader. */
static gboolean read_item(GwTx *tx, const GwCheckinRow *from, json_t *item, guint *ret_counted,
                          GError **error) {
  g_auto(GwCheckinRow) row = gw_checkin_row_new("dump", from->received_at_us);
  char *text = json_dumps(item, JSON_COMPACT);
  row.raw = g_bytes_new(text, strlen(text));
  free(text);
  row.unit_id = from->unit_id;
  row.user_id = from->user_id;
  row.reader_id = from->reader_id;
  row.epoch = from->epoch;
  take_fields(&row, item);
  set(&row.method, "reader");
  const char *verdict = gw_arg_text(item, "verdict"), *code = "ok";
  if (verdict && !g_str_equal(verdict, "ok"))
    return TRUE; /* the element says the same for the dump as a whole */
  if (row.reader_id > 0 && row.sequence > 0 && !take_number(tx, item, &row, &code, error))
    return FALSE;
  if (!g_str_equal(code, "ok"))
    return TRUE;
  (*ret_counted)++;
  return gw_store_checkin_insert(tx->db, &row, error) && count(tx, &row, TRUE, error);
}

static gboolean read_dump(GwTx *tx, GwCheckinRow *row, json_t *items, GError **error) {
  guint counted = 0;
  size_t i;
  json_t *item;
  json_array_foreach(items, i, item) {
    if (!json_is_object(item) || !read_item(tx, row, item, &counted, error))
      return FALSE;
  }
  set(&row->state, "counted");
  set(&row->verdict, "ok");
  return gw_store_checkin_update(tx->db, row, error) &&
         gw_tx_journal(tx, "checkin.dump_read", "checkin", row->id, 2, 0, 0, 0,
                       json_pack("{s:i, s:i}", "reads", (int)json_array_size(items), "counted", (int)counted),
                       error) > 0;
}

/* ---- a message that we stored before and pushed ---- */

static gboolean read_pushed(GwTx *tx, json_t *body, GwId raw_id, json_t **ret_result, GError **error) {
  g_auto(GwCheckinRow) row = {0};
  if (!gw_store_checkin_get(tx->db, raw_id, &row, error))
    return gw_tx_not_found(tx, error, "没有这条签到。", "There is no such check-in.");
  say(ret_result, "ok");
  if (!g_str_equal(row.state, "stored"))
    return TRUE; /* pushed twice, after a worker came back: once is enough */
  const char *verdict = gw_arg_text(body, "verdict");
  if (!g_str_equal(verdict, "ok")) {
    say(ret_result, verdict);
    return refuse_stored(tx, &row, verdict, error);
  }
  json_t *items = json_object_get(body, "items");
  if (json_is_array(items))
    return read_dump(tx, &row, items, error);
  take_fields(&row, body);
  return count(tx, &row, json_is_true(json_object_get(body, "late")), error);
}

/* ---- a line that comes from a reader now ---- */

static gboolean refuse_line(GwTx *tx, json_t *body, const char *verdict, GError **error) {
  g_auto(GwReaderRow) reader = {0};
  if (gw_store_reader_get(tx->db, gw_arg_id(body, "reader_id"), &reader, error))
    return gw_reader_refused(tx, &reader, verdict, error);
  return !(error && *error) && gw_reader_unknown_refused(tx, verdict, error);
}

static gboolean read_line(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                          GError **error) {
  const char *verdict = gw_arg_text(body, "verdict"), *source = gw_arg_text(body, "source");
  if (!g_str_equal(verdict, "ok")) {
    say(ret_result, verdict);
    return refuse_line(tx, body, verdict, error);
  }
  if (bytes == 0 || bytes > GW_LIMIT_CHECKIN_BYTES || !source)
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "签到原文缺失或过长。",
                        "The raw message is missing or too long.");
  g_auto(GwCheckinRow) row = gw_checkin_row_new(source, tx->now_us);
  row.raw = g_bytes_new(data, bytes);
  set(&row.method, "reader");
  take_fields(&row, body);
  const char *code = "ok";
  if (!take_number(tx, body, &row, &code, error))
    return FALSE;
  say(ret_result, code);
  if (!g_str_equal(code, "ok"))
    return TRUE;
  return gw_store_checkin_insert(tx->db, &row, error) &&
         count(tx, &row, json_is_true(json_object_get(body, "late")), error);
}

gboolean gw_checkin_read(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                         GError **error) {
  if (!gw_arg_text(body, "verdict"))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "缺少判读结果。", "The verdict is missing.");
  const GwId raw_id = gw_arg_id(body, "raw_id");
  return raw_id > 0 ? read_pushed(tx, body, raw_id, ret_result, error)
                    : read_line(tx, body, data, bytes, ret_result, error);
}
