#include "daemon/ledger/ledger_private.h"

#include <sodium.h>
#include <string.h>

#include "daemon/base/token.h"
#include "daemon/store/command.h"

/* The same command again (a lost reply, an offline queue) answers the same and does nothing; another
 * payload under the same id is a conflict.  A reply is kept in the transaction that made it true. */
#define KEEP_US (7 * GW_DAY)
#define PURGE_EVERY_US GW_HOUR
#define PURGE_ROWS 2000

/* What is shown once is not kept: neither in the row nor, as a guessable hash, beside it. */
static const char *const shown_once[] = {"key", "token", "secret", "password"};

/* What our own doors add is no part of what was asked: a password hashed once more has another salt, and the
 * old one is no longer right when it has been changed. */
static char *payload_text(json_t *body) {
  json_t *asked = json_copy(body);
  gw_item_drop_added(asked);
  char *text = json_dumps(asked, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(asked);
  return text;
}

/* Keyed, since arguments may hold a password whose plain hash could be guessed from the row. */
static const char *payload_hash(GwLedger *ledger, GwItem *item) {
  if (item->payload_hash)
    return item->payload_hash;
  g_autofree char *args = payload_text(item->body);
  g_autofree char *text = g_strdup_printf("%s\n%" G_GINT64_FORMAT "\n%s", item->name, item->if_rev, args);
  item->payload_hash = ledger->secret ? gw_secret_hash_hex(ledger->secret, text, strlen(text))
                                      : gw_hash_hex(text, strlen(text));
  sodium_memzero(text, strlen(text));
  sodium_memzero(args, strlen(args));
  return item->payload_hash;
}

static gboolean has_secret(json_t *result) {
  for (gsize i = 0; i < G_N_ELEMENTS(shown_once); i++)
    if (json_object_get(result, shown_once[i]))
      return TRUE;
  return FALSE;
}

/* A new reference, NULL for NULL. */
static json_t *without_secrets(json_t *result) {
  if (!has_secret(result))
    return json_incref(result);
  json_t *copy = json_copy(result);
  for (gsize i = 0; i < G_N_ELEMENTS(shown_once); i++)
    if (json_object_get(copy, shown_once[i]))
      json_object_set_new(copy, shown_once[i], json_null());
  return copy;
}

/* Takes `value`; NULL leaves it out. */
static void set_if(json_t *object, const char *name, json_t *value) {
  if (value)
    json_object_set_new_nocheck(object, name, value);
}

static void replay(GwItem *item, const char *text) {
  json_t *reply = json_loads(text, 0, NULL);
  item->replayed = TRUE;
  item->code = (GwCode)json_integer_value(json_object_get(reply, "code"));
  item->zh = g_strdup(json_string_value(json_object_get(reply, "zh")));
  item->en = g_strdup(json_string_value(json_object_get(reply, "en")));
  item->seq = json_integer_value(json_object_get(reply, "seq"));
  json_t *result = json_object_get(reply, "result");
  json_t *object = json_object_get(reply, "object");
  item->result = json_is_object(result) ? json_incref(result) : NULL;
  item->object = json_is_object(object) ? json_incref(object) : NULL;
  json_decref(reply);
}

gboolean gw_idempotency_find(GwLedger *ledger, GwItem *item, GError **error) {
  if (!item->uuid)
    return FALSE;
  g_autofree char *kept_hash = NULL;
  g_autofree char *reply = NULL;
  if (!gw_store_command_get(ledger->db, item->actor.user_id, item->uuid, &kept_hash, &reply, error))
    return FALSE;
  if (strcmp(payload_hash(ledger, item), kept_hash) == 0)
    replay(item, reply);
  else
    gw_item_refuse(item, GW_CODE_CONFLICT, "同一命令编号已用于另一内容，请重新操作。",
                   "This command id was used with another content: send it as a new command.");
  return TRUE;
}

/* What another try might answer differently is not kept. */
static gboolean is_final(GwCode code) {
  return code != GW_CODE_BUSY && code != GW_CODE_THROTTLED && code != GW_CODE_STORAGE &&
         code != GW_CODE_UNAVAILABLE && code != GW_CODE_INTERNAL;
}

gboolean gw_idempotency_keep(GwLedger *ledger, GwItem *item, GError **error) {
  if (!item->uuid || !is_final(item->code))
    return TRUE;
  json_t *reply = json_pack("{s:i, s:I}", "code", (int)item->code, "seq", (json_int_t)item->seq);
  set_if(reply, "zh", item->zh ? json_string(item->zh) : NULL);
  set_if(reply, "en", item->en ? json_string(item->en) : NULL);
  set_if(reply, "result", without_secrets(item->result));
  set_if(reply, "object", item->object ? json_incref(item->object) : NULL);
  g_autofree char *text = json_dumps(reply, JSON_COMPACT);
  json_decref(reply);
  return gw_store_command_put(ledger->db, item->actor.user_id, item->uuid, gw_ledger_now_us(ledger),
                              payload_hash(ledger, item), text, error);
}

static gboolean on_purge(GwTx *tx, const GwTimer *timer, GError **error) {
  gint64 gone = 0;
  if (!gw_store_command_purge(tx->db, tx->now_us - KEEP_US, PURGE_ROWS, &gone, error))
    return FALSE;
  GwUsec again_us = gone == PURGE_ROWS ? GW_SEC : PURGE_EVERY_US; /* in small steps: nobody waits for it */
  return gw_tx_timer_set(tx, timer->kind, timer->subject, timer->subject_id, 0, tx->now_us + again_us,
                         GW_TIMER_DURATION, error);
}

static const GwTimerEntry timers[] = {{"command.purge", on_purge}, {0}};

static gboolean start(GwTx *tx, GError **error) {
  return gw_timer_set_once(tx->db, "command.purge", "center", 1, 0, tx->now_us + GW_MIN, FALSE, error);
}

const GwLedgerNoun gw_ledger_idempotency = {.timers = timers, .start = start};
