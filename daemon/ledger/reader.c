/* Guard-tour readers: pairing, refused lines summed by the minute, and those that fell silent. */
#include <math.h>
#include <sodium.h>
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/ledger/checkin.h"
#include "daemon/ledger/field.h"
#include "daemon/store/unit.h"

#define KEY_BYTES 32
#define LOOK_EVERY_US GW_MIN

static char *condition_key(GwId id) {
  return g_strdup_printf("reader:%" G_GINT64_FORMAT, id);
}

/* ---- refused lines ---- */

static gboolean journal_refused(GwTx *tx, GwReaderRow *reader, const char *verdict, GError **error) {
  json_t *body = json_pack("{s:s, s:s, s:I}", "name", reader->name, "verdict", verdict, "lines",
                           (json_int_t)reader->refused);
  reader->refused = 0;
  reader->refused_at_us = tx->now_us;
  return gw_tx_journal(tx, "reader.refused", "reader", reader->id, reader->rev, 0, 4, 0, body, error) > 0;
}

gboolean gw_reader_refused(GwTx *tx, GwReaderRow *reader, const char *verdict, GError **error) {
  reader->refused++;
  const GwUsec next_us = reader->refused_at_us + GW_MIN;
  if (tx->now_us >= next_us) {
    if (!journal_refused(tx, reader, verdict, error))
      return FALSE;
  } else if (!gw_tx_timer_set(tx, "reader.refused", "reader", reader->id, 0, next_us, GW_TIMER_DURATION,
                              error)) {
    return FALSE;
  }
  return gw_store_reader_update(tx->db, reader, error);
}

static gboolean refused_due(GwTx *tx, const GwTimer *timer, GError **error) {
  g_auto(GwReaderRow) reader = {0};
  if (!gw_store_reader_get(tx->db, timer->subject_id, &reader, error))
    return !(error && *error);
  return reader.refused == 0 ||
         (journal_refused(tx, &reader, "several", error) && gw_store_reader_update(tx->db, &reader, error));
}

/* There is no row that could count them: the first of a minute is told. */
gboolean gw_reader_unknown_refused(GwTx *tx, const char *verdict, GError **error) {
  if (tx->now_us - gw_store_reader_journaled_at(tx->db, 0) < GW_MIN)
    return TRUE;
  return gw_tx_journal(tx, "reader.unknown_refused", "reader", 0, 0, 0, 4, 0,
                       json_pack("{s:s}", "verdict", verdict), error) > 0;
}

/* ---- silence ---- */

gboolean gw_reader_heard(GwTx *tx, GwId reader_id, GError **error) {
  g_autofree char *key = condition_key(reader_id);
  return gw_condition_clear(tx, key, error);
}

static gboolean raise_gone(GwTx *tx, GwId id, GError **error) {
  g_auto(GwReaderRow) reader = {0};
  if (!gw_store_reader_get(tx->db, id, &reader, error))
    return FALSE;
  g_auto(GwUnitRow) unit = {0};
  if (!gw_store_unit_get(tx->db, reader.unit_id, &unit, error))
    return !(error && *error);
  g_autofree char *key = condition_key(id);
  const GwCondition condition = {
      .rule_kind = "reader_gone",
      .key = key,
      .category = "reader_gone",
      .subject = "reader",
      .subject_id = id,
      .words = reader.name,
      .lat = unit.lat,
      .lon = unit.lon,
      .since_us = tx->now_us,
  };
  GwId alert_id = 0;
  return gw_condition_raise(tx, &condition, &alert_id, error);
}

static gboolean holds(GArray *ids, GwId id) {
  for (guint i = 0; i < ids->len; i++)
    if (g_array_index(ids, GwId, i) == id)
      return TRUE;
  return FALSE;
}

/* A reader speaks only when it reads a point, so silence alone means nothing.  It is gone when it was
 * expected to speak: its unit walks a round, and a whole window passed without a word (however the point was
 * done). The rule's on-delay (3 min) follows; whoever is heard, or is no longer expected, is not gone. */
static gboolean look(GwTx *tx, const GwTimer *timer, GError **error) {
  g_autoptr(GArray) all = gw_store_reader_ids(tx->db, error);
  g_autoptr(GArray) silent = all ? gw_store_reader_ids_silent(tx->db, tx->now_us, error) : NULL;
  for (guint i = 0; silent && i < all->len; i++) {
    const GwId id = g_array_index(all, GwId, i);
    if (!(holds(silent, id) ? raise_gone(tx, id, error) : gw_reader_heard(tx, id, error)))
      return FALSE;
  }
  return silent && gw_tx_timer_set(tx, "reader.look", "center", 1, 0, tx->now_us + LOOK_EVERY_US,
                                   GW_TIMER_DURATION, error);
}

static gboolean begin(GwTx *tx, GError **error) {
  return gw_tx_timer_set(tx, "reader.look", "center", 1, 0, tx->now_us + LOOK_EVERY_US, GW_TIMER_DURATION,
                         error);
}

/* ---- commands ---- */

/* The key leaves the center once, in the answer; kept is only the box. */
static void draw_key(GwTx *tx, GwReaderRow *row, json_t **ret_result) {
  guint8 key[KEY_BYTES];
  char hex[2 * KEY_BYTES + 1];
  randombytes_buf(key, sizeof key);
  sodium_bin2hex(hex, sizeof hex, key, sizeof key);
  gsize bytes = 0;
  guint8 *box = gw_secret_seal(gw_tx_secret(tx), key, sizeof key, &bytes);
  g_clear_pointer(&row->secret, g_bytes_unref);
  row->secret = g_bytes_new_take(box, bytes);
  *ret_result = json_pack("{s:s}", "key", hex);
  sodium_memzero(key, sizeof key);
  sodium_memzero(hex, sizeof hex);
}

static gboolean journal(GwTx *tx, const char *kind, const GwReaderRow *row, GError **error) {
  gw_tx_touch(tx, "reader", row->id);
  gw_tx_effect(tx, row->removed_at_us > 0 ? "reader.remove" : "reader.set",
               json_pack("{s:I}", "id", (json_int_t)row->id));
  json_t *body = json_pack("{s:s, s:I, s:o}", "name", row->name, "epoch", (json_int_t)row->epoch, "unit_id",
                           gw_json_id(row->unit_id));
  return gw_tx_journal(tx, kind, "reader", row->id, row->rev, 0, 0, 0, body, error) > 0;
}

static gboolean name_is_valid(const char *name) {
  return *name &&
         strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(name);
}

static gboolean add(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  const char *name = gw_arg_text(args, "name");
  if (!name_is_valid(name))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "名称只能用字母、数字、下划线和连字符。",
                        "The name takes letters, digits, underscore and hyphen.");
  g_auto(GwReaderRow) there = {0}, row = {.name = g_strdup(name), .unit_id = gw_arg_id(args, "unit_id")};
  if (gw_store_reader_by_name(tx->db, name, &there, error))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "该名称已被使用，请换一个或重新配对。",
                        "This name is taken: choose another, or pair that reader anew.");
  if (error && *error)
    return FALSE;
  g_autoptr(GArray) all = gw_store_reader_ids(tx->db, error);
  if (!all)
    return FALSE;
  if (all->len >= GW_LIMIT_READERS)
    return gw_tx_refuse(tx, error, GW_CODE_TOO_LARGE, "巡更机数量已达上限。",
                        "The center has as many readers as it can take.");
  g_auto(GwUnitRow) unit = {0};
  if (row.unit_id > 0 && !gw_store_unit_get(tx->db, row.unit_id, &unit, error))
    return gw_tx_not_found(tx, error, "没有这支队伍。", "There is no such unit.");
  draw_key(tx, &row, ret_result);
  if (!gw_store_reader_insert(tx->db, &row, error))
    return FALSE;
  json_object_set_new(*ret_result, "reader_id", json_integer(row.id));
  json_object_set_new(*ret_result, "epoch", json_integer(row.epoch));
  return journal(tx, "reader.added", &row, error);
}

static gboolean load(GwTx *tx, json_t *args, GwReaderRow *ret, GError **error) {
  if (!gw_store_reader_get(tx->db, gw_arg_id(args, "reader_id"), ret, error))
    return gw_tx_not_found(tx, error, "没有这台巡更机。", "There is no such reader.");
  return gw_tx_check_rev(tx, "reader", ret->id, ret->rev, error);
}

/* Pairing anew brings a removed reader back too. */
static gboolean pair(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwReaderRow) row = {0};
  if (!load(tx, args, &row, error))
    return FALSE;
  draw_key(tx, &row, ret_result);
  row.rev++;
  row.epoch++;
  row.last_seq = 0;
  row.seen = 0;
  row.removed_at_us = 0;
  json_object_set_new(*ret_result, "reader_id", json_integer(row.id));
  json_object_set_new(*ret_result, "epoch", json_integer(row.epoch));
  return gw_store_reader_update(tx->db, &row, error) && journal(tx, "reader.paired", &row, error);
}

static gboolean remove_reader(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwReaderRow) row = {0};
  if (!load(tx, args, &row, error))
    return FALSE;
  if (row.removed_at_us > 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该巡更机已移除。", "This reader is removed already.");
  row.rev++;
  row.removed_at_us = tx->now_us;
  return gw_store_reader_update(tx->db, &row, error) && gw_reader_heard(tx, row.id, error) &&
         journal(tx, "reader.removed", &row, error);
}

static const GwCommandEntry commands[] = {
    {"reader.add", add},
    {"reader.pair", pair},
    {"reader.remove", remove_reader},
    {NULL, NULL},
};
static const GwTimerEntry timers[] = {
    {"reader.refused", refused_due},
    {"reader.look", look},
    {NULL, NULL},
};

const GwLedgerNoun gw_ledger_reader = {.commands = commands, .timers = timers, .start = begin};
