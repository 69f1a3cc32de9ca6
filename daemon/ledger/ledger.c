#include "daemon/ledger/ledger_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/base/log.h"
#include "daemon/ledger/geography.h"
#include "daemon/ledger/start.h"

/* Never longer asleep than this: CLOCK_BOOTTIME may have gone on while the machine slept. */
#define NAP_US GW_SEC
#define STORAGE_NAP_US (2 * GW_SEC)
/* Of every four items one is an observation while there are any: commands first, but nobody starves. */
#define OBSERVATION_SHARE 4
#define TIMERS_PER_BATCH 64

void gw_item_free(GwItem *item) {
  if (!item)
    return;
  g_free(item->name);
  g_free(item->uuid);
  json_decref(item->body);
  g_clear_pointer(&item->data, g_bytes_unref);
  gw_timer_row_free(item->timer);
  g_free(item->payload_hash);
  g_free(item->zh);
  g_free(item->en);
  json_decref(item->result);
  json_decref(item->object);
  g_free(item);
}

void gw_item_refuse(GwItem *item, GwCode code, const char *zh, const char *en) {
  item->code = code;
  g_free(item->zh);
  g_free(item->en);
  item->zh = g_strdup(zh);
  item->en = g_strdup(en);
  g_clear_pointer(&item->result, json_decref);
}

void gw_item_drop_added(json_t *args) {
  json_object_del(args, "_password_hash");
  json_object_del(args, "_old_ok");
}

static void item_free(gpointer item) {
  gw_item_free(item);
}

/* ---- gathering ---- */

static gboolean has_room(const GwBatch *batch) {
  return batch->items->len < GW_LIMIT_BATCH_ITEMS;
}

static void gather_timers(GwLedger *ledger) {
  if (!gw_storage_is_ok(ledger) || !gw_ledger_may_fire(ledger) ||
      gw_clock_mono_us() < ledger->lame_until_mono_us)
    return;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) due = gw_timer_due(ledger->db, gw_clock_real_us(), TIMERS_PER_BATCH, &error);
  if (!due) {
    gw_error("The timers cannot be read: %s Trying again in a second.", error->message);
    ledger->lame_until_mono_us = gw_clock_mono_us() + GW_SEC;
    return;
  }
  g_ptr_array_set_free_func(due, NULL);
  for (guint i = 0; i < due->len; i++) {
    GwItem *item = g_new0(GwItem, 1);
    item->kind = GW_ITEM_TIMER;
    item->timer = g_ptr_array_index(due, i);
    g_ptr_array_add(ledger->batch.items, item);
  }
}

/* Wall clock and CLOCK_BOOTTIME drift apart slowly when the time is disciplined, at once when it is set. */
static void gather_clock_step(GwLedger *ledger) {
  GwUsec offset_us = gw_clock_real_us() - gw_clock_boot_us();
  GwUsec step_us = offset_us - ledger->clock_offset_us;
  ledger->clock_offset_us = offset_us;
  gboolean was_trusted = ledger->is_time_trusted;
  ledger->is_time_trusted = gw_ledger_may_fire(ledger);
  if (ABS(step_us) <= GW_LEDGER_CLOCK_STEP_US)
    return;
  GwItem *item = g_new0(GwItem, 1);
  item->kind = GW_ITEM_CLOCK_STEP;
  item->step_us = step_us;
  item->is_first_sync = !was_trusted;
  g_ptr_array_add(ledger->batch.items, item);
}

static GwItem *pop_observation(GwLedger *ledger) {
  if (!gw_storage_is_ok(ledger))
    return NULL; /* they wait: a worker's word is not lost to a full disk */
  GwItem *item = g_queue_pop_head(&ledger->kept);
  return item ? item : gw_lane_try_pop(ledger->observations);
}

static void gather_lanes(GwLedger *ledger, GwItem *first) {
  GPtrArray *items = ledger->batch.items;
  GwItem *carried;
  while ((carried = g_queue_pop_head(&ledger->carried)))
    g_ptr_array_add(items, carried);
  if (first)
    g_ptr_array_add(items, first);
  while (has_room(&ledger->batch)) {
    gboolean observation_first = items->len % OBSERVATION_SHARE == OBSERVATION_SHARE - 1;
    GwItem *item = observation_first ? pop_observation(ledger) : gw_lane_try_pop(ledger->commands);
    if (!item)
      item = observation_first ? gw_lane_try_pop(ledger->commands) : pop_observation(ledger);
    if (!item)
      return;
    g_ptr_array_add(items, item);
  }
}

/* One turn: what is due and what is queued, in one transaction.  FALSE: there was nothing. */
static gboolean turn(GwLedger *ledger, GwItem *first) {
  if (!gw_storage_is_ok(ledger))
    gw_storage_probe(ledger);
  gather_clock_step(ledger);
  gather_timers(ledger);
  gather_lanes(ledger, first);
  if (ledger->batch.items->len == 0)
    return FALSE;
  gw_batch_run(ledger);
  return TRUE;
}

/* ---- the thread ---- */

/* Until when nothing needs to be done, on the monotonic clock. */
static GwUsec nap_until(GwLedger *ledger) {
  GwUsec now_mono_us = gw_clock_mono_us();
  if (!gw_storage_is_ok(ledger))
    return now_mono_us + STORAGE_NAP_US;
  GwUsec due_us = gw_timer_next_due_us(ledger->db, NULL);
  GwUsec wait_us = due_us == 0 ? NAP_US : CLAMP(due_us - gw_clock_real_us(), 0, NAP_US);
  if (!gw_ledger_may_fire(ledger) || now_mono_us < ledger->lame_until_mono_us)
    wait_us = NAP_US;
  return now_mono_us + wait_us;
}

static gpointer run_thread(gpointer data) {
  GwLedger *ledger = data;
  for (;;) {
    GwItem *first = NULL;
    gboolean busy =
        (gw_lane_length(ledger->observations) > 0 && gw_storage_is_ok(ledger)) || ledger->carried.length > 0;
    if (!busy && !g_atomic_int_get(&ledger->stopping))
      first = gw_lane_pop_until(ledger->commands, nap_until(ledger));
    gboolean did = turn(ledger, first);
    if (!did && g_atomic_int_get(&ledger->stopping))
      return NULL;
  }
}

/* ---- opening and closing ---- */

static gboolean open_all(GwLedger *ledger, const GwLedgerConfig *config, GError **error) {
  ledger->db = gw_db_open(config->database, GW_DB_WRITE, error);
  if (!ledger->db)
    return FALSE;
  if (config->key_file) {
    ledger->secret = gw_secret_load(config->key_file, TRUE, error);
    g_autofree char *sign_key = g_strconcat(config->key_file, ".sign", NULL);
    ledger->signer = ledger->secret ? gw_signer_load(sign_key, TRUE, error) : NULL;
    if (!ledger->signer)
      return FALSE;
  }
  if (!gw_journal_load_head(ledger->db, &ledger->head, error))
    return FALSE;
  gw_storage_init(ledger, config->reserve, config->reserve_bytes);
  ledger->now_us = ledger->head.at_us;
  ledger->clock_offset_us = gw_clock_real_us() - gw_clock_boot_us();
  ledger->is_time_trusted = gw_ledger_may_fire(ledger);
  ledger->opened_at_us = gw_ledger_now_us(ledger);
  return gw_ledger_first_transaction(ledger, error);
}

static GwLedger *open_ledger(const GwLedgerConfig *config, GError **error) {
  GwLedger *ledger = g_new0(GwLedger, 1);
  ledger->on_publish = config->on_publish;
  ledger->on_storage = config->on_storage;
  ledger->user = config->user;
  ledger->commands = gw_lane_new(GW_LIMIT_COMMAND_LANE, item_free);
  ledger->observations = gw_lane_new(GW_LIMIT_OBSERVATION_LANE, item_free);
  g_queue_init(&ledger->carried);
  g_queue_init(&ledger->kept);
  ledger->batch.items = g_ptr_array_new_with_free_func(item_free);
  ledger->batch.touched = g_array_new(FALSE, FALSE, sizeof(GwTouch));
  ledger->batch.effects = json_array();
  ledger->batch.events = json_array();
  ledger->batch.actors = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  ledger->deliveries = g_ptr_array_new();
  ledger->rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  ledger->throttle = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  ledger->unwritten = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  ledger->can_commit = TRUE;
  if (open_all(ledger, config, error))
    return ledger;
  gw_ledger_stop(ledger);
  return NULL;
}

GwLedger *gw_ledger_start(const GwLedgerConfig *config, GError **error) {
  GwLedger *ledger = open_ledger(config, error);
  if (ledger)
    ledger->thread = g_thread_new("ledger", run_thread, ledger);
  return ledger;
}

GwLedger *gw_ledger_open_for_test(const GwLedgerConfig *config, GError **error) {
  return open_ledger(config, error);
}

void gw_ledger_run_for_test(GwLedger *ledger) {
  g_assert(!ledger->thread);
  while (turn(ledger, NULL)) {
  }
  gw_delivery_run_all(ledger);
}

/* Whoever waits is told, rather than left waiting. */
static void refuse_rest(GwLedger *ledger) {
  static const char zh[] = "系统正在停止，本次操作未记录。请稍后重试。";
  static const char en[] = "The center is stopping: nothing was recorded. Try again in a moment.";
  GwItem *item;
  while ((item = g_queue_pop_head(&ledger->carried)) || (item = gw_lane_try_pop(ledger->commands)) ||
         (item = g_queue_pop_head(&ledger->kept)) || (item = gw_lane_try_pop(ledger->observations))) {
    gw_item_refuse(item, GW_CODE_UNAVAILABLE, zh, en);
    g_ptr_array_add(ledger->batch.items, item);
  }
  if (ledger->batch.items->len > 0)
    gw_delivery_send(ledger, gw_delivery_of_refused(ledger));
}

void gw_ledger_stop(GwLedger *ledger) {
  if (!ledger)
    return;
  gw_lane_close(ledger->commands);
  gw_lane_close(ledger->observations);
  g_atomic_int_set(&ledger->stopping, TRUE);
  gw_lane_wake(ledger->commands);
  if (ledger->thread)
    g_thread_join(ledger->thread);
  ledger->thread = NULL;
  refuse_rest(ledger);
  gw_delivery_run_all(ledger);
  g_ptr_array_unref(ledger->deliveries);
  gw_lane_free(ledger->commands);
  gw_lane_free(ledger->observations);
  g_ptr_array_unref(ledger->batch.items);
  g_array_unref(ledger->batch.touched);
  json_decref(ledger->batch.effects);
  json_decref(ledger->batch.events);
  g_hash_table_unref(ledger->batch.actors);
  json_decref(ledger->said.object);
  g_free(ledger->said.zh);
  g_free(ledger->said.en);
  g_hash_table_unref(ledger->rules);
  g_hash_table_unref(ledger->throttle);
  g_hash_table_unref(ledger->unwritten);
  gw_geography_free(ledger->geography);
  gw_storage_clear(ledger);
  gw_secret_free(ledger->secret);
  gw_signer_free(ledger->signer);
  gw_db_close(ledger->db);
  g_free(ledger);
}

/* ---- the doors ---- */

static GwItem *item_new(GwItemKind kind, const char *name, json_t *body, GwReplyFunc done, gpointer user) {
  GwItem *item = g_new0(GwItem, 1);
  item->kind = kind;
  item->name = g_strdup(name);
  item->body = body ? json_incref(body) : json_object();
  item->done = done;
  item->user = user;
  return item;
}

static gboolean push(GwLedger *ledger, GwLane *lane, GwItem *item, GError **error) {
  if (gw_lane_push(lane, item)) {
    if (lane != ledger->commands)
      gw_lane_wake(ledger->commands); /* the thread sleeps there */
    return TRUE;
  }
  gw_item_free(item);
  g_set_error_literal(error, GW_ERROR, GW_CODE_BUSY, "The center is busy: try again in a moment.");
  return FALSE;
}

gboolean gw_ledger_command(GwLedger *ledger, const GwActor *actor, const char *uuid, const char *command,
                           json_t *args, gint64 if_rev, GwReplyFunc done, gpointer user, GError **error) {
  GwItem *item = item_new(GW_ITEM_COMMAND, command, args, done, user);
  item->actor = *actor;
  item->uuid = uuid && *uuid ? g_ascii_strdown(uuid, -1) : NULL;
  item->if_rev = if_rev;
  return push(ledger, ledger->commands, item, error);
}

gboolean gw_ledger_observe(GwLedger *ledger, const char *kind, json_t *body, const guint8 *data, gsize bytes,
                           GwReplyFunc done, gpointer user, GError **error) {
  GwItem *item = item_new(GW_ITEM_OBSERVATION, kind, body, done, user);
  item->data = data ? g_bytes_new(data, bytes) : NULL;
  return push(ledger, ledger->observations, item, error);
}

gboolean gw_ledger_can_commit(GwLedger *ledger) {
  return g_atomic_int_get(&ledger->can_commit);
}

gsize gw_ledger_waiting(GwLedger *ledger) {
  return gw_lane_length(ledger->commands) + gw_lane_length(ledger->observations);
}
