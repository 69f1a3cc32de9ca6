#include "daemon/ledger/ledger_private.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/base/log.h"
#include "daemon/core/refusal.h"
#include "daemon/ledger/start.h"
#include "daemon/ledger/sentence.h"
#include "daemon/store/clock.h"
#include "daemon/wire/command.h"

/* How one item ended. */
typedef enum Outcome {
  OUTCOME_DONE,
  OUTCOME_REFUSED, /* its savepoint is rolled back, the rest of the batch stands */
  OUTCOME_BROKEN,  /* the database failed: nothing of the batch may stand */
} Outcome;

GwUsec gw_ledger_now_us(GwLedger *ledger) {
  ledger->now_us = MAX(ledger->now_us, gw_clock_real_us());
  return ledger->now_us;
}

/* ---- one item ---- */

static void forget_said(GwSaid *said) {
  g_clear_pointer(&said->zh, g_free);
  g_clear_pointer(&said->en, g_free);
  g_clear_pointer(&said->object, json_decref);
}

static void answer_refused(GwLedger *ledger, GwItem *item, const GError *error) {
  const char *zh = g_strcmp0(ledger->said.en, error->message) == 0 ? ledger->said.zh : NULL;
  gw_item_refuse(item, gw_error_code(error), zh ? zh : gw_sentence_zh(error), error->message);
  if (item->code == GW_CODE_CHANGED)
    item->object = g_steal_pointer(&ledger->said.object);
  if (item->code == GW_CODE_INTERNAL)
    gw_error("%s failed: %s", item->kind == GW_ITEM_TIMER ? item->timer->kind : item->name, error->message);
}

static gboolean check_command(const GwItem *item, GError **error) {
  json_t *args = json_copy(item->body);
  gw_item_drop_added(args);
  gboolean ok = gw_command_check(item->name, item->actor.role, args, error);
  json_decref(args);
  return ok;
}

static gboolean run_command(GwTx *tx, GwItem *item, GError **error) {
  if (!check_command(item, error))
    return FALSE;
  const GwCommandEntry *entry = gw_table_command(item->name);
  if (!entry)
    return gw_tx_refuse(tx, error, GW_CODE_UNKNOWN_COMMAND, "系统不支持该命令。",
                        "The center has no such command.");
  return entry->run(tx, item->body, &item->result, error);
}

static gboolean run_observation(GwTx *tx, GwItem *item, GError **error) {
  const GwObserveEntry *entry = gw_table_observe(item->name);
  if (!entry)
    return gw_tx_refuse(tx, error, GW_CODE_UNKNOWN_COMMAND, "系统不认识该上报。",
                        "The center knows no such observation.");
  gsize bytes = 0;
  const guint8 *data = item->data ? g_bytes_get_data(item->data, &bytes) : NULL;
  return entry->run(tx, item->body, data, bytes, &item->result, error);
}

static gboolean run_timer(GwTx *tx, GwItem *item, GError **error) {
  const GwTimerEntry *entry = gw_table_timer(item->timer->kind);
  g_autoptr(GError) failed = NULL;
  if (!gw_timer_delete(tx->db, item->timer, &failed)) {
    if (!failed)
      return TRUE; /* moved or cancelled by an item before */
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
  }
  if (!entry) {
    gw_warning("A timer of kind %s has nobody who knows it: dropped", item->timer->kind);
    return TRUE;
  }
  GwTimer timer = {item->timer->kind, item->timer->subject, item->timer->subject_id, item->timer->arg,
                   item->timer->due_at_us};
  return entry->run(tx, &timer, error);
}

/* What was promised in minutes and days goes with the wall clock; working hours stand in the calendar. */
static gboolean shift_clocks(GwTx *tx, GwUsec by_us, GError **error) {
  g_autoptr(GArray) running = gw_store_clock_running(tx->db, error);
  for (guint i = 0; running && i < running->len; i++) {
    const GwClockRow *row = &g_array_index(running, GwClockRow, i);
    GwAmount promised;
    if (!gw_ticket_clock_amount(row->ticket_kind, TRUE, row->clock, &promised) ||
        gw_clock_unit_is_calendar(promised.unit))
      continue;
    gw_tx_touch(tx, "ticket", row->ticket_id);
    if (!gw_store_clock_shift(tx->db, row->id, by_us, error))
      return FALSE;
  }
  return running != NULL;
}

static gboolean run_clock_step(GwTx *tx, GwItem *item, GError **error) {
  return gw_timer_shift(tx->db, item->step_us, item->is_first_sync, error) &&
         (item->is_first_sync || shift_clocks(tx, item->step_us, error)) &&
         gw_tx_journal(
             tx, "clock.stepped", "center", 1, 0, 0, 0, 0,
             json_pack("{s:I, s:b}", "by_us", (json_int_t)item->step_us, "first_sync", item->is_first_sync),
             error) > 0;
}

static gboolean run_kind(GwTx *tx, GwItem *item, GError **error) {
  switch (item->kind) {
  case GW_ITEM_COMMAND:
    return run_command(tx, item, error);
  case GW_ITEM_OBSERVATION:
    return run_observation(tx, item, error);
  case GW_ITEM_TIMER:
    return run_timer(tx, item, error);
  case GW_ITEM_CLOCK_STEP:
    return run_clock_step(tx, item, error);
  }
  return FALSE;
}

static GwTx tx_of(GwLedger *ledger, GwItem *item) {
  GwTx tx = {
      .db = ledger->db,
      .actor = item->actor,
      .now_us = gw_ledger_now_us(ledger),
      .command_id = item->uuid ? item->uuid : "",
      .if_rev = item->if_rev,
      .ledger = ledger,
  };
  if (item->timer && item->timer->due_at_us < ledger->opened_at_us)
    tx.late_by_us = tx.now_us - item->timer->due_at_us;
  return tx;
}

/* A refused timer would fall due again and again: it goes, and its failure is news. */
static Outcome drop_timer(GwLedger *ledger, GwItem *item, const char *why) {
  g_autoptr(GError) error = NULL;
  GwTx tx = tx_of(ledger, item);
  gw_timer_delete(ledger->db, item->timer, &error);
  if (!error)
    gw_tx_journal(&tx, "timer.failed", item->timer->subject, item->timer->subject_id, 0, 0, 0, 0,
                  json_pack("{s:s, s:s}", "timer", item->timer->kind, "why", why), &error);
  return error ? OUTCOME_BROKEN : OUTCOME_REFUSED;
}

static gboolean is_broken(GwLedger *ledger, const GError *error) {
  return !gw_db_in_transaction(ledger->db) || gw_storage_error_is_fault(error);
}

static Outcome back_out(GwLedger *ledger, GwItem *item, const GwMark *mark, const GError *why,
                        GError **error) {
  if (is_broken(ledger, why) || !gw_db_exec(ledger->db, "rollback to item", error) ||
      !gw_db_exec(ledger->db, "release item", error)) {
    if (error && !*error)
      *error = g_error_copy(why);
    return OUTCOME_BROKEN;
  }
  gw_tx_back_to(ledger, mark);
  answer_refused(ledger, item, why);
  if (item->kind == GW_ITEM_TIMER)
    return drop_timer(ledger, item, why->message);
  if (item->kind == GW_ITEM_COMMAND && !gw_idempotency_keep(ledger, item, error))
    return OUTCOME_BROKEN;
  return OUTCOME_REFUSED;
}

static Outcome run_item(GwLedger *ledger, GwItem *item, GError **error) {
  g_autoptr(GError) why = NULL;
  forget_said(&ledger->said);
  if (item->kind == GW_ITEM_COMMAND && gw_idempotency_find(ledger, item, &why))
    return OUTCOME_DONE;
  if (why) {
    g_propagate_error(error, g_steal_pointer(&why));
    return OUTCOME_BROKEN;
  }
  GwMark mark;
  gw_tx_mark(ledger, &mark);
  if (!gw_db_exec(ledger->db, "savepoint item", error))
    return OUTCOME_BROKEN;
  GwTx tx = tx_of(ledger, item);
  if (!run_kind(&tx, item, &why)) {
    if (!why)
      g_set_error(&why, GW_ERROR, GW_CODE_INTERNAL, "A handler failed without a word.");
    return back_out(ledger, item, &mark, why, error);
  }
  item->code = GW_CODE_OK;
  item->seq = ledger->head.seq > mark.head.seq ? ledger->head.seq : 0;
  gboolean kept = item->kind != GW_ITEM_COMMAND || gw_idempotency_keep(ledger, item, error);
  return kept && gw_db_exec(ledger->db, "release item", error) ? OUTCOME_DONE : OUTCOME_BROKEN;
}

/* ---- the batch ---- */

static void clear_batch(GwLedger *ledger) {
  g_ptr_array_set_size(ledger->batch.items, 0);
  g_array_set_size(ledger->batch.touched, 0);
  json_array_clear(ledger->batch.effects);
  json_array_clear(ledger->batch.events);
  g_hash_table_remove_all(ledger->batch.actors);
  ledger->batch.first_seq = 0;
  ledger->geography_fresh = FALSE;
  ledger->rules_fresh = FALSE;
}

/* Nothing stands: what a person asked is refused, what a worker saw is kept, what fell due is a row still. */
static void refuse_batch(GwLedger *ledger, const GError *error) {
  GPtrArray *items = ledger->batch.items;
  ledger->storage.failed_rc = sqlite3_errcode(gw_db_handle(ledger->db));
  if (gw_db_in_transaction(ledger->db))
    gw_db_exec(ledger->db, "rollback", NULL);
  g_autoptr(GError) unread = NULL;
  if (!gw_journal_load_head(ledger->db, &ledger->head, &unread)) {
    gw_error("The journal's head cannot be read: %s", unread->message);
    ledger->head = ledger->batch.before; /* what was there before the batch is what is there now */
  }
  if (ledger->geography_fresh)
    gw_geography_forget(ledger);
  if (ledger->rules_fresh)
    gw_rules_forget(ledger);
  gboolean is_fault = gw_storage_note_failure(ledger, error);
  gboolean is_lost = !gw_storage_error_is_fault(error); /* our own mistake: trying again would fail again */
  if (is_lost)
    ledger->lame_until_mono_us = gw_clock_mono_us() + GW_SEC;
  for (guint i = items->len; i-- > 0;) {
    GwItem *item = g_ptr_array_index(items, i);
    g_clear_pointer(&item->result, json_decref);
    if (is_lost)
      gw_item_refuse(item, GW_CODE_INTERNAL, gw_sentence_zh(error), error->message);
    else if (item->kind == GW_ITEM_OBSERVATION)
      g_queue_push_head(&ledger->kept, g_steal_pointer(&items->pdata[i]));
    else
      gw_storage_refuse(ledger, item);
  }
  gw_delivery_send(ledger, gw_delivery_of_refused(ledger));
  clear_batch(ledger);
  if (is_fault)
    gw_storage_begin_fault(ledger);
}

/* From the n-th on they come in the next turn, in order; a timer is a row still, and is read again. */
static void carry_over(GwLedger *ledger, guint n) {
  GPtrArray *items = ledger->batch.items;
  for (guint i = n; i < items->len; i++) {
    GwItem *item = g_steal_pointer(&items->pdata[i]);
    if (item->kind == GW_ITEM_TIMER)
      gw_item_free(item);
    else
      g_queue_push_tail(&ledger->carried, item);
  }
  g_ptr_array_set_size(items, (gint)n);
}

static gboolean run_items(GwLedger *ledger, GError **error) {
  GwUsec until_mono_us = gw_clock_mono_us() + GW_LIMIT_BATCH_MS * GW_MS;
  for (guint i = 0; i < ledger->batch.items->len; i++) {
    if (run_item(ledger, g_ptr_array_index(ledger->batch.items, i), error) == OUTCOME_BROKEN)
      return FALSE;
    if (gw_clock_mono_us() >= until_mono_us)
      carry_over(ledger, i + 1);
  }
  return TRUE;
}

static void refuse_all_for_storage(GwLedger *ledger) {
  GPtrArray *items = ledger->batch.items;
  for (guint i = 0; i < items->len; i++) {
    GwItem *item = g_ptr_array_index(items, i);
    if (item->kind == GW_ITEM_OBSERVATION) /* carried over from before the fault */
      g_queue_push_tail(&ledger->kept, g_steal_pointer(&items->pdata[i]));
    else
      gw_storage_refuse(ledger, item);
  }
  gw_delivery_send(ledger, gw_delivery_of_refused(ledger));
}

void gw_batch_run(GwLedger *ledger) {
  g_autoptr(GError) error = NULL;
  if (!gw_storage_is_ok(ledger)) {
    refuse_all_for_storage(ledger);
    clear_batch(ledger);
    return;
  }
  ledger->batch.before = ledger->head;
  GwDelivery *delivery = NULL;
  GwUsec begun_us = gw_clock_mono_us();
  gboolean ok = gw_db_exec(ledger->db, "begin immediate", &error) && run_items(ledger, &error) &&
                (delivery = gw_delivery_build(ledger, &error)) && gw_db_exec(ledger->db, "commit", &error);
  if (ok) {
    gw_ledger_note_commit(ledger, gw_clock_mono_us() - begun_us, ledger->batch.items->len);
    gw_delivery_send(ledger, delivery);
  } else {
    gw_delivery_free(delivery);
    refuse_batch(ledger, error);
  }
  clear_batch(ledger);
}

gboolean gw_batch_journal_alone(GwLedger *ledger, const char *kind, json_t *body, GError **error) {
  g_assert(ledger->batch.items->len == 0); /* nobody may be answered by somebody else's commit */
  GwItem nobody = {.kind = GW_ITEM_OBSERVATION};
  GwTx tx = tx_of(ledger, &nobody);
  GwJournalHead before = ledger->head;
  GwDelivery *delivery = NULL;
  if (!gw_db_exec(ledger->db, "begin immediate", error)) {
    json_decref(body);
    return FALSE;
  }
  ledger->batch.before = before;
  gboolean ok = gw_tx_journal(&tx, kind, "center", 1, 0, 0, 0, 0, body, error) > 0;
  gw_tx_touch(&tx, "center", 1);
  ok = ok && (delivery = gw_delivery_build(ledger, error)) && gw_db_exec(ledger->db, "commit", error);
  if (ok) {
    gw_delivery_send(ledger, delivery);
  } else {
    gw_delivery_free(delivery);
    if (gw_db_in_transaction(ledger->db))
      gw_db_exec(ledger->db, "rollback", NULL);
    ledger->head = before;
  }
  clear_batch(ledger);
  return ok;
}
