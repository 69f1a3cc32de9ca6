#include "daemon/ledger/ledger.h"
#include "tests/unit/ledger_fixture.h"

/* A fall, dispatched to the nearest unit; the id of its message. */
static gint64 dispatched(Center *c) {
  say(c, &operator_1, "incident.open", json_pack("{s:s, s:i}", "category", "fall", "place_id", PLACE_12));
  say(c, &operator_1, "alert.dispatch",
      json_pack("{s:I}", "alert_id", (json_int_t)result_int(c, "alert_id")));
  return count(c, "select max(id) from outbox where template = 'dispatch'");
}

static json_t *receipt(gint64 id, const char *state) {
  return json_pack("{s:I, s:s}", "outbox_id", (json_int_t)id, "state", state);
}

static const char *state_of(Center *c, gint64 id) {
  return published_text(c, "outbox", id, "state");
}

static void sender_says(Center *c, gint64 id, const char *state) {
  see(c, "outbox.sent", receipt(id, state));
  assert_int_equal(c->answer.code, GW_CODE_OK);
}

static void a_message_goes_from_queued_to_read_to_answered(void **state) {
  Center *c = *state;
  gint64 id = dispatched(c);
  assert_string_equal(state_of(c, id), "QUEUED");
  sender_says(c, id, "SENDING");
  assert_string_equal(state_of(c, id), "SENDING");
  say(c, &patrol_near, "outbox.receipt", receipt(id, "delivered"));
  assert_string_equal(state_of(c, id), "DELIVERED");
  say(c, &patrol_near, "outbox.receipt", receipt(id, "read"));
  assert_string_equal(state_of(c, id), "READ");
  say(c, &patrol_near, "ticket.accept", json_pack("{s:i}", "ticket_id", 1));
  assert_string_equal(state_of(c, id), "ANSWERED");
  assert_string_equal(text(c, "select group_concat(kind, ' ') from journal where subject = 'outbox' and "
                              "json_extract(body, '$.template') = 'dispatch'"),
                      "outbox.queued outbox.delivered outbox.read outbox.answered");
}

static void ten_seconds_without_a_receipt_say_call(void **state) {
  Center *c = *state;
  gint64 id = dispatched(c);
  sender_says(c, id, "SENDING");
  wait_us(c, 10 * GW_SEC - 1);
  assert_string_equal(state_of(c, id), "SENDING");
  wait_us(c, 1);
  assert_string_equal(state_of(c, id), "UNKNOWN");
  say(c, &patrol_near, "outbox.receipt", receipt(id, "delivered")); /* late, but it proves that they know */
  assert_string_equal(state_of(c, id), "DELIVERED");
}

static void what_could_not_be_sent_is_tried_again(void **state) {
  Center *c = *state;
  gint64 id = dispatched(c);
  sender_says(c, id, "TEMP_FAIL");
  assert_string_equal(state_of(c, id), "TEMP_FAIL");
  wait_us(c, 5 * GW_SEC);
  assert_string_equal(state_of(c, id), "QUEUED");
}

static void a_receipt_twice_is_no_mistake_and_no_news(void **state) {
  Center *c = *state;
  gint64 id = dispatched(c);
  say(c, &patrol_near, "outbox.receipt", receipt(id, "delivered"));
  gint64 rows = count(c, "select count(*) from journal");
  say(c, &patrol_near, "outbox.receipt", receipt(id, "delivered"));
  assert_int_equal(count(c, "select count(*) from journal"), rows);
}

static void another_unit_may_not_sign_for_it(void **state) {
  Center *c = *state;
  gint64 id = dispatched(c);
  assert_int_equal(ask(c, &patrol_far, "outbox.receipt", receipt(id, "read")), GW_CODE_FORBIDDEN);
  assert_int_equal(ask(c, &patrol_near, "outbox.receipt", receipt(9999, "read")), GW_CODE_NOT_FOUND);
}

static void the_desk_needs_no_receipt(void **state) {
  Center *c = *state;
  dispatched(c);
  assert_int_equal(
      count(c, "select count(*) from outbox where channel = 'desk' and deadline_at_us is not null"), 0);
  wait_us(c, GW_MIN);
  assert_int_equal(count(c, "select count(*) from outbox where channel = 'desk' and state = 'UNKNOWN'"), 0);
}

/* ---- the desk's seats and shifts ---- */

static void a_seat_holds_one_and_a_sound_test_is_kept(void **state) {
  Center *c = *state;
  say(c, &operator_1, "watch.join", json_pack("{s:i}", "seat", 1));
  assert_int_equal(ask(c, &operator_2, "watch.join", json_pack("{s:i}", "seat", 1)), GW_CODE_ILLEGAL);
  say(c, &operator_2, "watch.join", json_pack("{s:i}", "seat", 2));
  say(c, &operator_1, "watch.sound", json_pack("{s:b}", "heard", 1));
  assert_int_equal(json_integer_value(json_object_get(published(c, "watch", 1), "sound_at_us")),
                   gw_clock_real_us());
  say(c, &operator_1, "watch.leave", json_object());
  assert_int_equal(ask(c, &operator_1, "watch.leave", json_object()), GW_CODE_NOT_FOUND);
  say(c, &operator_2, "watch.join", json_pack("{s:i}", "seat", 1));
  assert_int_equal(count(c, "select count(*) from watch where to_us is null"), 1);
}

static void the_night_shift_begins_at_eight_and_who_sits_stays(void **state) {
  Center *c = *state;
  assert_string_equal(text(c, "select kind from shift"), "day");
  say(c, &operator_1, "watch.join", json_pack("{s:i}", "seat", 1));
  wait_us(c, 8 * GW_HOUR); /* noon to 20:00 */
  assert_string_equal(text(c, "select kind from shift order by id desc limit 1"), "night");
  assert_int_equal(count(c, "select shift_id from watch where to_us is null"),
                   count(c, "select max(id) from shift"));
  wait_us(c, 12 * GW_HOUR);
  assert_int_equal(count(c, "select count(*) from shift"), 3);
}

static void shifts_that_passed_while_nobody_ran_are_not_invented(void **state) {
  Center *c = *state;
  center_close(c);
  gw_clock_fake_advance(3 * GW_DAY);
  center_open(c);
  run(c);
  assert_int_equal(count(c, "select count(*) from shift"), 2);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, center_setup, center_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      FACT(a_message_goes_from_queued_to_read_to_answered),
      FACT(ten_seconds_without_a_receipt_say_call),
      FACT(what_could_not_be_sent_is_tried_again),
      FACT(a_receipt_twice_is_no_mistake_and_no_news),
      FACT(another_unit_may_not_sign_for_it),
      FACT(the_desk_needs_no_receipt),
      FACT(a_seat_holds_one_and_a_sound_test_is_kept),
      FACT(the_night_shift_begins_at_eight_and_who_sits_stays),
      FACT(shifts_that_passed_while_nobody_ran_are_not_invented),
  };
  return cmocka_run_group_tests_name("ledger_outbox", tests, NULL, NULL);
}
