#include "daemon/ledger/ledger_private.h"

#include "daemon/base/clock.h"
#include "daemon/ledger/geography.h"
#include "daemon/store/object.h"
#include "daemon/store/number.h"
#include "daemon/store/text.h"

void gw_tx_mark(GwLedger *ledger, GwMark *ret) {
  *ret = (GwMark){
      .head = ledger->head,
      .first_seq = ledger->batch.first_seq,
      .touched = ledger->batch.touched->len,
      .effects = json_array_size(ledger->batch.effects),
      .events = json_array_size(ledger->batch.events),
  };
}

static void cut(json_t *array, gsize to) {
  while (json_array_size(array) > to)
    json_array_remove(array, json_array_size(array) - 1);
}

void gw_tx_back_to(GwLedger *ledger, const GwMark *mark) {
  GwBatch *batch = &ledger->batch;
  ledger->head = mark->head;
  batch->first_seq = mark->first_seq;
  g_array_set_size(batch->touched, mark->touched);
  cut(batch->effects, mark->effects);
  cut(batch->events, mark->events);
  g_hash_table_remove_all(batch->actors); /* a user made by what is now rolled back */
  if (ledger->geography_fresh)
    gw_geography_forget(ledger); /* loaded from what is now rolled back */
  if (ledger->rules_fresh)
    gw_rules_forget(ledger);
}

static gboolean changes_geography(const char *kind) {
  return g_str_has_prefix(kind, "import.") || g_str_has_prefix(kind, "place.");
}

static const char *actor_name(GwTx *tx, GError **error) {
  GHashTable *actors = ((GwLedger *)tx->ledger)->batch.actors;
  GwId id = tx->actor.user_id;
  if (id == 0)
    return "";
  char *name = g_hash_table_lookup(actors, &id);
  if (name || !(name = gw_object_actor(tx->db, id, error)))
    return name;
  gint64 *key = g_new(gint64, 1);
  *key = id;
  g_hash_table_insert(actors, key, name);
  return name;
}

/* Takes the body on. */
static gboolean note_event(GwTx *tx, const GwJournalRow *row, GError **error) {
  const char *actor = actor_name(tx, error);
  if (actor)
    json_array_append_new(((GwLedger *)tx->ledger)->batch.events, gw_object_event(row, actor));
  json_decref(row->body);
  return actor != NULL;
}

gint64 gw_tx_journal(GwTx *tx, const char *kind, const char *subject, GwId subject_id, gint64 rev,
                     GwId place_id, int severity, GwId on_behalf_id, json_t *body, GError **error) {
  GwLedger *ledger = tx->ledger;
  json_t *own = body ? body : json_object();
  if (tx->late_by_us > 0)
    json_object_set_new(own, "late_by_us", json_integer(tx->late_by_us));
  GwJournalRow row = {
      .txn = ledger->batch.first_seq,
      .at_us = tx->now_us,
      .boot_id = gw_clock_boot_id(),
      .mono_us = gw_clock_mono_us(),
      .kind = kind,
      .subject = subject,
      .subject_id = subject_id,
      .rev = rev,
      .place_id = place_id,
      .severity = severity,
      .actor_id = tx->actor.user_id,
      .on_behalf_id = on_behalf_id,
      .command_id = tx->command_id ? tx->command_id : "",
      .body = own,
  };
  if (!gw_journal_append(tx->db, &ledger->head, &row, error)) {
    json_decref(own);
    return 0;
  }
  if (!note_event(tx, &row, error))
    return 0;
  if (ledger->batch.first_seq == 0)
    ledger->batch.first_seq = row.seq;
  if (changes_geography(kind)) {
    gw_geography_forget(ledger);
    ledger->geography_fresh = TRUE;
  }
  if (g_str_has_prefix(kind, "rule.")) {
    gw_rules_forget(ledger);
    ledger->rules_fresh = TRUE;
  }
  return row.seq;
}

static void touch(GwTx *tx, const char *type, GwId id, gboolean gone) {
  GwTouch one = {.id = id, .gone = gone};
  g_strlcpy(one.type, type, sizeof one.type);
  g_array_append_val(((GwLedger *)tx->ledger)->batch.touched, one);
}

void gw_tx_touch(GwTx *tx, const char *type, GwId id) {
  touch(tx, type, id, FALSE);
}

void gw_tx_gone(GwTx *tx, const char *type, GwId id) {
  touch(tx, type, id, TRUE);
}

void gw_tx_effect(GwTx *tx, const char *name, json_t *body) {
  json_t *effect = body ? body : json_object();
  json_object_set_new(effect, "effect", json_string(name));
  json_array_append_new(((GwLedger *)tx->ledger)->batch.effects, effect);
}

gboolean gw_tx_timer_set(GwTx *tx, const char *kind, const char *subject, GwId subject_id, gint64 arg,
                         GwUsec due_at_us, GwTimerBasis basis, GError **error) {
  /* After the wall clock was set back the ledger's time stands still until it is caught up with; what is to
   * last a minute must last a minute all the same. */
  GwUsec ahead_us = basis == GW_TIMER_DURATION ? MAX(0, tx->now_us - gw_clock_real_us()) : 0;
  return gw_timer_set(tx->db, kind, subject, subject_id, arg, due_at_us - ahead_us,
                      basis == GW_TIMER_CALENDAR, error);
}

gboolean gw_tx_timer_cancel(GwTx *tx, const char *kind, const char *subject, GwId subject_id, gint64 arg,
                            GError **error) {
  return gw_timer_cancel(tx->db, kind, subject, subject_id, arg, error);
}

GwId gw_tx_text(GwTx *tx, const char *words, GError **error) {
  return gw_text_add(tx->db, words, error);
}

char *gw_tx_code(GwTx *tx, char letter, GError **error) {
  return gw_number_next(tx->db, letter, tx->now_us, error);
}

gboolean gw_tx_refuse(GwTx *tx, GError **error, GwCode code, const char *zh, const char *en) {
  GwSaid *said = &((GwLedger *)tx->ledger)->said;
  g_free(said->zh);
  g_free(said->en);
  said->zh = g_strdup(zh);
  said->en = g_strdup(en);
  g_set_error_literal(error, GW_ERROR, (int)code, en);
  return FALSE;
}

gboolean gw_tx_check_rev(GwTx *tx, const char *type, GwId id, gint64 rev, GError **error) {
  if (tx->if_rev == 0 || tx->if_rev == rev)
    return TRUE;
  GwSaid *said = &((GwLedger *)tx->ledger)->said;
  json_t *object = gw_object_load(tx->db, type, id, NULL);
  json_decref(said->object);
  said->object = object;
  return gw_tx_refuse(tx, error, GW_CODE_CHANGED, "内容已被他人更新，请查看后再决定。",
                      "Somebody changed it meanwhile: look at it, then decide again.");
}

const GwSecret *gw_tx_secret(GwTx *tx) {
  return ((GwLedger *)tx->ledger)->secret;
}
