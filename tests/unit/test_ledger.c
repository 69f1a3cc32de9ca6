#include "daemon/base/limits.h"
#include "daemon/ledger/ledger.h"
#include "tests/unit/ledger_fixture.h"

#include "daemon/ledger/ledger_private.h"

#define UUID "11111111-1111-4111-8111-111111111111"

static json_t *fall(void) {
  return json_pack("{s:s, s:i}", "category", "fall", "place_id", PLACE_12);
}

static json_t *of_alert(gint64 id) {
  return json_pack("{s:I}", "alert_id", (json_int_t)id);
}

static void assert_verifies(Center *c) {
  g_autoptr(GError) error = NULL;
  g_auto(GwVerifyReport) report = {0};
  g_autoptr(GwDb) db = gw_db_open(c->path, GW_DB_MAINTAIN, &error);
  must(db && gw_verify(db, NULL, NULL, NULL, &report, &error), error, "verify");
  if (report.sentence_en)
    fail_msg("%s", report.sentence_en);
  assert_int_equal(report.rows, count(c, "select count(*) from journal"));
}

/* ---- the same command again ---- */

static void the_same_command_again_answers_the_same_and_does_nothing(void **state) {
  Center *c = *state;
  Answer first = {0}, second = {0};
  queue(c, &operator_1, UUID, "incident.open", fall(), 0, &first);
  run(c);
  guint published_before = c->publications->len;
  queue(c, &operator_1, UUID, "incident.open", fall(), 0, &second);
  run(c);
  assert_int_equal(second.code, GW_CODE_OK);
  assert_int_equal(second.seq, first.seq);
  assert_true(json_equal(first.result, second.result));
  assert_int_equal(count(c, "select count(*) from alert"), 1);
  assert_int_equal(c->publications->len, published_before);
  answer_clear(&first);
  answer_clear(&second);
}

static void twice_within_one_batch_is_once(void **state) {
  Center *c = *state;
  Answer first = {0}, second = {0};
  queue(c, &operator_1, UUID, "incident.open", fall(), 0, &first);
  queue(c, &operator_1, UUID, "incident.open", fall(), 0, &second);
  run(c);
  assert_true(json_equal(first.result, second.result));
  assert_int_equal(count(c, "select count(*) from alert"), 1);
  answer_clear(&first);
  answer_clear(&second);
}

static void the_same_id_with_another_payload_is_a_conflict(void **state) {
  Center *c = *state;
  queue(c, &operator_1, UUID, "incident.open", fall(), 0, &c->answer);
  queue(c, &operator_1, UUID, "incident.open", json_pack("{s:s}", "category", "fire"), 0, &c->answer);
  run(c);
  assert_int_equal(c->answer.code, GW_CODE_CONFLICT);
  queue(c, &operator_2, UUID, "incident.open", json_pack("{s:s}", "category", "fire"), 0, &c->answer);
  run(c);
  assert_int_equal(c->answer.code, GW_CODE_OK); /* an id is unique per user */
  assert_int_equal(count(c, "select count(*) from alert"), 2);
}

static void a_refusal_is_remembered_too_and_over_a_restart(void **state) {
  Center *c = *state;
  queue(c, &operator_1, UUID, "alert.ack", of_alert(1), 0, &c->answer);
  run(c);
  assert_int_equal(c->answer.code, GW_CODE_NOT_FOUND);
  say(c, &operator_1, "incident.open", fall());
  center_close(c);
  center_open(c);
  queue(c, &operator_1, UUID, "alert.ack", of_alert(1), 0, &c->answer);
  run(c);
  assert_int_equal(c->answer.code, GW_CODE_NOT_FOUND);
  assert_string_equal(text(c, "select state from alert"), "UNACKED");
}

static void what_is_shown_once_is_not_kept_with_the_reply(void **state) {
  Center *c = *state;
  const GwActor admin = {.user_id = 9, .role = GW_ROLE_ADMIN};
  Answer first = {0}, again = {0};
  queue(c, &admin, UUID, "reader.add", json_pack("{s:s}", "name", "stick1"), 0, &first);
  queue(c, &admin, UUID, "reader.add", json_pack("{s:s}", "name", "stick1"), 0, &again);
  run(c);
  assert_int_equal(first.code, GW_CODE_OK);
  const char *key = json_string_value(json_object_get(first.result, "key"));
  assert_non_null(key);
  assert_int_equal(again.code, GW_CODE_OK);
  assert_true(json_is_null(json_object_get(again.result, "key")));
  g_autofree char *kept = g_strdup(text(c, "select group_concat(reply) from command"));
  assert_null(strstr(kept, key));
  answer_clear(&first);
  answer_clear(&again);
}

static void old_replies_are_forgotten_after_seven_days(void **state) {
  Center *c = *state;
  say(c, &operator_1, "incident.open", fall());
  wait_us(c, 6 * GW_DAY);
  assert_int_equal(count(c, "select count(*) from command"), 1);
  wait_us(c, GW_DAY + 2 * GW_HOUR);
  assert_int_equal(count(c, "select count(*) from command"), 0);
}

/* ---- batches ---- */

static void one_that_fails_leaves_the_others_and_the_chain_whole(void **state) {
  Center *c = *state;
  Answer answers[5] = {0};
  for (int i = 0; i < 5; i++) {
    g_autofree char *uuid = gw_uuid_new();
    if (i == 2)
      queue(c, &operator_1, uuid, "alert.dispatch", json_pack("{s:i, s:i}", "alert_id", 1, "unit_id", 999), 0,
            &answers[i]);
    else
      queue(c, &operator_1, uuid, "incident.open", fall(), 0, &answers[i]);
  }
  run(c);
  for (int i = 0; i < 5; i++)
    assert_int_equal(answers[i].code, i == 2 ? GW_CODE_NOT_FOUND : GW_CODE_OK);
  assert_int_equal(count(c, "select count(*) from alert"), 4);
  assert_int_equal(count(c, "select count(distinct txn) from journal where kind = 'alert.raised'"), 1);
  assert_int_equal(count(c, "select count(*) from ticket"), 0);
  assert_int_equal(count(c, "select max(seq) - count(*) from journal"), 0);
  assert_verifies(c);
  for (int i = 0; i < 5; i++)
    answer_clear(&answers[i]);
}

static void many_commands_are_a_few_transactions_each_published_once(void **state) {
  Center *c = *state;
  for (int i = 0; i < 300; i++)
    queue(c, &operator_1, NULL, "incident.open", fall(), 0, NULL);
  run(c);
  assert_int_equal(count(c, "select count(*) from alert"), 300);
  gint64 transactions = count(c, "select count(distinct txn) from journal where kind = 'alert.raised'");
  assert_int_equal(transactions, 2);
  assert_int_equal(c->publications->len, 2);
  assert_publications_join(c);
}

typedef struct Order {
  GString *order;
  char mark;
} Order;

static void note_order(const GwReply *reply, gpointer user) {
  Order *o = user;
  g_string_append_c(o->order, o->mark);
}

static void observations_do_not_starve_behind_commands(void **state) {
  Center *c = *state;
  g_autoptr(GString) order = g_string_new(NULL);
  Order command = {order, 'c'}, observation = {order, 'o'};
  json_t *args = fall();
  json_t *body = json_pack("{s:s}", "hash", "");
  for (int i = 0; i < 1000; i++)
    assert_true(gw_ledger_command(c->ledger, &operator_1, NULL, "incident.open", args, 0, note_order,
                                  &command, NULL));
  for (int i = 0; i < 20; i++)
    assert_true(gw_ledger_observe(c->ledger, "file.removed", body, NULL, 0, note_order, &observation, NULL));
  json_decref(args);
  json_decref(body);
  run(c);
  assert_int_equal(order->len, 1020);
  const char *last = strrchr(order->str, 'o');
  assert_true(last - order->str < 100);
}

static void a_full_lane_says_busy_and_does_not_call_back(void **state) {
  Center *c = *state;
  g_autoptr(GError) error = NULL;
  json_t *args = fall();
  for (int i = 0; i < GW_LIMIT_COMMAND_LANE; i++)
    assert_true(gw_ledger_command(c->ledger, &operator_1, NULL, "incident.open", args, 0, NULL, NULL, NULL));
  assert_false(gw_ledger_command(c->ledger, &operator_1, NULL, "incident.open", args, 0, keep_answer,
                                 &c->answer, &error));
  assert_int_equal(error->code, GW_CODE_BUSY);
  assert_int_equal(gw_ledger_waiting(c->ledger), GW_LIMIT_COMMAND_LANE);
  json_decref(args);
  run(c);
  assert_false(c->answer.came);
}

static void nonsense_is_refused_in_both_languages(void **state) {
  Center *c = *state;
  assert_int_equal(ask(c, &operator_1, "no.such", json_object()), GW_CODE_UNKNOWN_COMMAND);
  assert_int_equal(ask(c, &operator_1, "incident.open", json_pack("{s:i}", "category", 5)), GW_CODE_BAD_ARGS);
  assert_true(*c->answer.zh && *c->answer.en);
  see(c, "no.such", json_object());
  assert_int_equal(c->answer.code, GW_CODE_UNKNOWN_COMMAND);
}

/* ---- time ---- */

static void the_wall_clock_set_back_moves_durations_and_never_the_journal(void **state) {
  Center *c = *state;
  say(c, &operator_1, "incident.open", fall());
  gint64 ack_due = count(c, "select min(due_at_us) from timer where kind = 'alert.ack'");
  gint64 shift_end = count(c, "select due_at_us from timer where kind = 'shift.begin'");
  gw_clock_fake(NOON_US - GW_HOUR);
  run(c);
  assert_int_equal(count(c, "select json_extract(body, '$.by_us') from journal where kind = 'clock.stepped'"),
                   -GW_HOUR);
  assert_int_equal(count(c, "select min(due_at_us) from timer where kind = 'alert.ack'"), ack_due - GW_HOUR);
  assert_int_equal(count(c, "select due_at_us from timer where kind = 'shift.begin'"), shift_end);
  say(c, &operator_1, "incident.open", fall());
  assert_int_equal(
      count(c, "select count(*) from journal a join journal b on b.seq = a.seq + 1 where b.at_us < a.at_us"),
      0);
  assert_verifies(c);
}

static void promised_minutes_go_with_the_wall_clock_and_working_hours_do_not(void **state) {
  Center *c = *state;
  static const char minutes[] = "select due_at_us from clock where kind = 'arrive'";
  static const char working[] = "select due_at_us from clock where kind = 'handle' and ticket_id = 2";
  say(c, &operator_1, "incident.open", fall());
  say(c, &operator_1, "alert.dispatch", json_pack("{s:i}", "alert_id", 1));
  say(c, &operator_1, "incident.open", json_pack("{s:s, s:i}", "category", "facility", "place_id", PLACE_12));
  say(c, &operator_1, "alert.dispatch", json_pack("{s:i}", "alert_id", 2));
  gint64 arrive = count(c, minutes), handle = count(c, working);
  gw_clock_fake(NOON_US + GW_HOUR);
  run(c);
  assert_int_equal(count(c, minutes), arrive + GW_HOUR);
  assert_int_equal(count(c, working), handle);
  assert_verifies(c);
}

/* The machine starts with a clock that is years behind; the minute before, it had the right time. */
static void a_clock_put_right_after_a_boot_leaves_the_timers_of_before_alone(void **state) {
  Center *c = *state;
  say(c, &operator_1, "incident.open", fall());
  gint64 before = count(c, "select min(due_at_us) from timer where kind = 'alert.ack'");
  must(gw_db_exec(c->ledger->db, "update timer set boot_id = 'the boot before' where kind = 'alert.ack'",
                  NULL),
       NULL, "another boot");
  say(c, &operator_1, "incident.open", fall());
  gint64 since = count(c, "select min(due_at_us) from timer where kind = 'alert.ack' and subject_id = 2");
  c->ledger->is_time_trusted = FALSE;
  gw_clock_fake(NOON_US + 2 * GW_SEC + 1);
  run(c);
  assert_int_equal(
      count(c, "select json_extract(body, '$.first_sync') from journal where kind = 'clock.stepped'"), 1);
  assert_int_equal(count(c, "select min(due_at_us) from timer where kind = 'alert.ack' and subject_id = 1"),
                   before);
  assert_int_equal(count(c, "select min(due_at_us) from timer where kind = 'alert.ack' and subject_id = 2"),
                   since + 2 * GW_SEC + 1);
}

static void after_the_clock_was_set_back_a_minute_is_a_minute(void **state) {
  Center *c = *state;
  gw_clock_fake(NOON_US - GW_HOUR);
  run(c);
  say(c, &operator_1, "incident.open", fall());
  wait_us(c, 19 * GW_SEC);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'alert.escalated'"), 0);
  wait_us(c, GW_SEC);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'alert.escalated'"), 1);
}

static void a_timer_nobody_knows_is_dropped_and_the_rest_goes_on(void **state) {
  Center *c = *state;
  center_close(c);
  g_autoptr(GError) error = NULL;
  GwDb *db = gw_db_open(c->path, GW_DB_WRITE, &error);
  must(db && gw_db_exec(db,
                        "insert into timer (due_at_us, kind, subject, subject_id, basis) values (1, "
                        "'no.such', 'center', 1, 'duration')",
                        &error),
       error, "a strange timer");
  gw_db_close(db);
  center_open(c);
  run(c);
  assert_int_equal(count(c, "select count(*) from timer where kind = 'no.such'"), 0);
}

static void a_timer_that_fails_is_news_and_does_not_come_again(void **state) {
  Center *c = *state;
  center_close(c);
  g_autoptr(GError) error = NULL;
  GwDb *db = gw_db_open(c->path, GW_DB_WRITE, &error);
  must(db && gw_db_exec(db,
                        "insert into timer (due_at_us, kind, subject, subject_id, arg, basis) values (1, "
                        "'alert.ack', 'alert', 77, 1, 'duration')",
                        &error),
       error, "a timer of nothing");
  gw_db_close(db);
  center_open(c);
  run(c);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'timer.failed' and subject_id = 77"),
                   1);
  assert_int_equal(count(c, "select count(*) from timer where subject_id = 77"), 0);
  assert_verifies(c);
}

/* ---- the thread ---- */

typedef struct Live {
  GMainLoop *loop;
  GThread *owner;
  guint replies, publications, out_of_order;
  guint wanted;
  gint64 published_seq;
} Live;

static void live_reply(const GwReply *reply, gpointer user) {
  Live *live = user;
  assert_ptr_equal(g_thread_self(), live->owner);
  assert_int_equal(reply->code, GW_CODE_OK);
  live->out_of_order += live->published_seq >= reply->seq; /* published before it was answered */
  if (++live->replies == live->wanted)
    g_main_loop_quit(live->loop);
}

static void live_publish(const GwPublication *p, gpointer user) {
  Live *live = user;
  assert_ptr_equal(g_thread_self(), live->owner);
  live->publications++;
  live->published_seq = p->seq;
}

static gboolean live_timeout(gpointer user) {
  g_main_loop_quit(((Live *)user)->loop);
  return G_SOURCE_REMOVE;
}

static void with_its_thread_replies_come_on_the_owners_in_order(void **state) {
  Center *c = *state;
  center_close(c);
  gw_clock_unfake();
  Live live = {.loop = g_main_loop_new(NULL, FALSE), .owner = g_thread_self(), .wanted = 500};
  GwLedgerConfig config = {
      .database = c->path, .key_file = c->key, .on_publish = live_publish, .user = &live};
  g_autoptr(GError) error = NULL;
  GwLedger *ledger = gw_ledger_start(&config, &error);
  must(ledger != NULL, error, "start");
  json_t *args = fall();
  for (guint i = 0; i < live.wanted; i++)
    assert_true(
        gw_ledger_command(ledger, &operator_1, NULL, "incident.open", args, 0, live_reply, &live, NULL));
  json_decref(args);
  guint watchdog = g_timeout_add_seconds(20, live_timeout, &live);
  g_main_loop_run(live.loop);
  assert_int_equal(live.replies, live.wanted);
  assert_int_equal(live.out_of_order, 0);
  assert_true(gw_ledger_can_commit(ledger));
  gw_ledger_stop(ledger);
  g_source_remove(watchdog);
  g_main_loop_unref(live.loop);
}

static void count_reply(const GwReply *reply, gpointer user) {
  (*(guint *)user)++;
}

static void stopping_finishes_what_is_queued(void **state) {
  Center *c = *state;
  center_close(c);
  gw_clock_unfake();
  GwLedgerConfig config = {.database = c->path, .key_file = c->key};
  g_autoptr(GError) error = NULL;
  GwLedger *ledger = gw_ledger_start(&config, &error);
  must(ledger != NULL, error, "start");
  guint replies = 0;
  json_t *args = fall();
  for (int i = 0; i < 100; i++)
    assert_true(
        gw_ledger_command(ledger, &operator_1, NULL, "incident.open", args, 0, count_reply, &replies, NULL));
  json_decref(args);
  gw_ledger_stop(ledger);
  while (g_main_context_iteration(NULL, FALSE)) {
  }
  assert_int_equal(replies, 100);
  c->reader = gw_db_open(c->path, GW_DB_READ, &error);
  assert_int_equal(count(c, "select count(*) from alert"), 100);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, center_setup, center_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      FACT(the_same_command_again_answers_the_same_and_does_nothing),
      FACT(twice_within_one_batch_is_once),
      FACT(the_same_id_with_another_payload_is_a_conflict),
      FACT(a_refusal_is_remembered_too_and_over_a_restart),
      FACT(what_is_shown_once_is_not_kept_with_the_reply),
      FACT(old_replies_are_forgotten_after_seven_days),
      FACT(one_that_fails_leaves_the_others_and_the_chain_whole),
      FACT(many_commands_are_a_few_transactions_each_published_once),
      FACT(observations_do_not_starve_behind_commands),
      FACT(a_full_lane_says_busy_and_does_not_call_back),
      FACT(nonsense_is_refused_in_both_languages),
      FACT(the_wall_clock_set_back_moves_durations_and_never_the_journal),
      FACT(promised_minutes_go_with_the_wall_clock_and_working_hours_do_not),
      FACT(a_clock_put_right_after_a_boot_leaves_the_timers_of_before_alone),
      FACT(after_the_clock_was_set_back_a_minute_is_a_minute),
      FACT(a_timer_nobody_knows_is_dropped_and_the_rest_goes_on),
      FACT(a_timer_that_fails_is_news_and_does_not_come_again),
      FACT(with_its_thread_replies_come_on_the_owners_in_order),
      FACT(stopping_finishes_what_is_queued),
  };
  return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
