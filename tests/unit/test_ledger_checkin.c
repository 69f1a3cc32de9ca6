/* Check-ins in the ledger: stored first, judged once, counted at the right point, never lost and never twice.
 */
#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "tests/unit/field_fixture.h"

#define CLIENT "11111111-1111-4111-8111-111111111111"

static GwId add_reader(Field *f) {
  field_ok(f, 1, "reader.add", json_pack("{s:s, s:i}", "name", "stick1", "unit_id", 1));
  return json_integer_value(json_object_get(f->result, "reader_id"));
}

static const char *line(Field *f, GwId reader_id, gint64 epoch, gint64 seq, GwUsec at_us, const char *tag) {
  json_t *body = json_pack("{s:i, s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:b}", "ref", 1, "source", "udp",
                           "verdict", "ok", "reader_id", (json_int_t)reader_id, "epoch", (json_int_t)epoch,
                           "seq", (json_int_t)seq, "device_at_us", (json_int_t)at_us, "tag", tag, "late", 0);
  assert_int_equal(field_observe(f, "checkin", body, "GW1,raw"), GW_CODE_OK);
  return json_string_value(json_object_get(f->result, "code"));
}

static GwId submit(Field *f, const char *client_id, const char *tag) {
  field_ok(f, 2, "checkin.submit",
           json_pack("{s:s, s:s, s:s, s:I, s:f, s:f, s:f}", "client_id", client_id, "method", "qr", "tag",
                     tag, "device_at_us", (json_int_t)gw_clock_real_us(), "lat", 36.29, "lon", 120.38,
                     "accuracy_m", 5.0));
  return json_integer_value(json_object_get(f->result, "raw_id"));
}

static void worker_reads(Field *f, GwId raw_id, const char *verdict) {
  assert_int_equal(
      field_observe(f, "checkin",
                    json_pack("{s:i, s:I, s:s, s:s, s:b}", "ref", 9, "raw_id", (json_int_t)raw_id, "source",
                              "phone", "verdict", verdict, "late", 0),
                    NULL),
      GW_CODE_OK);
}

/* 20:30 is the start of the round; point 1 is due 20:40 [20:35, 20:50], point 2 20:50 [20:45, 21:00]. */
static void pass_to(Field *f, int minutes_after_20) {
  const GwUsec until_us = FIELD_NOON_US + minutes_after_20 * GW_MIN;
  assert_true(until_us >= gw_clock_real_us());
  field_pass(f, until_us - gw_clock_real_us());
}

static void stored_is_answered_before_it_counts(void **state) {
  Field *f = *state;
  const GwId raw_id = submit(f, CLIENT, "TAG1");
  assert_string_equal(json_string_value(json_object_get(f->result, "state")), "stored");
  json_t *push = field_effect(f, "checkin.push");
  assert_int_equal(json_integer_value(json_object_get(push, "raw_id")), raw_id);
  field_assert_text(f, "select state from checkin", "stored");
  worker_reads(f, raw_id, "ok");
  field_assert_text(f, "select state from checkin", "counted");
  assert_int_equal(field_int(f, "select checkpoint_id from checkin"), 1);
  assert_int_equal(field_int(f, "select count(*) from journal where kind = 'checkin.counted'"), 1);
  assert_true(field_int(f, "select position_at_us from unit where id = 1") > 0);
}

static void same_client_id_answers_the_first_one(void **state) {
  Field *f = *state;
  const GwId raw_id = submit(f, CLIENT, "TAG1");
  assert_int_equal(submit(f, CLIENT, "TAG1"), raw_id);
  worker_reads(f, raw_id, "ok");
  assert_int_equal(submit(f, CLIENT, "TAG1"), raw_id);
  assert_string_equal(json_string_value(json_object_get(f->result, "state")), "counted");
  assert_int_equal(field_int(f, "select count(*) from checkin"), 1);
}

static void pushed_twice_counts_once(void **state) {
  Field *f = *state;
  const GwId raw_id = submit(f, CLIENT, "TAG1");
  worker_reads(f, raw_id, "ok");
  worker_reads(f, raw_id, "ok");
  worker_reads(f, raw_id, "bad_format");
  field_assert_text(f, "select state from checkin", "counted");
  assert_int_equal(field_int(f, "select count(*) from journal where kind = 'checkin.counted'"), 1);
}

static void picture_without_a_code_is_refused_and_told(void **state) {
  Field *f = *state;
  const GwId raw_id = submit(f, CLIENT, "TAG1");
  worker_reads(f, raw_id, "no_code");
  field_assert_text(f, "select state || ' ' || verdict from checkin", "refused no_code");
  assert_int_equal(field_int(f, "select count(*) from journal where kind = 'checkin.refused'"), 1);
}

static void check_in_without_any_proof_is_refused(void **state) {
  Field *f = *state;
  assert_int_equal(field_command(f, 2, "checkin.submit",
                                 json_pack("{s:s, s:s, s:I}", "client_id", CLIENT, "method", "qr",
                                           "device_at_us", (json_int_t)1)),
                   GW_CODE_BAD_ARGS);
  assert_int_equal(field_command(f, 2, "checkin.submit",
                                 json_pack("{s:s, s:s, s:I, s:i}", "client_id", CLIENT, "method", "qr",
                                           "device_at_us", (json_int_t)1, "checkpoint_id", 77)),
                   GW_CODE_NOT_FOUND);
}

static void reader_line_counts_once_and_replay_is_refused(void **state) {
  Field *f = *state;
  const GwId id = add_reader(f);
  const GwUsec now_us = gw_clock_real_us();
  assert_string_equal(line(f, id, 1, 7, now_us, "TAG1"), "ok");
  assert_string_equal(line(f, id, 1, 7, now_us, "TAG1"), "replay");
  assert_string_equal(line(f, id, 1, 6, now_us, "TAG2"), "ok"); /* overtaken, inside the window */
  assert_string_equal(line(f, id, 2, 8, now_us, "TAG1"), "old_epoch");
  assert_int_equal(field_int(f, "select count(*) from checkin"), 2);
  assert_int_equal(field_int(f, "select last_seq from reader"), 7);
}

static void window_survives_a_restart(void **state) {
  Field *f = *state;
  const GwId id = add_reader(f);
  const GwUsec now_us = gw_clock_real_us();
  assert_string_equal(line(f, id, 1, 7, now_us, "TAG1"), "ok");
  field_close(f);
  field_open(f);
  assert_string_equal(line(f, id, 1, 7, now_us, "TAG1"), "replay");
}

static void refused_lines_are_journaled_once_a_minute(void **state) {
  Field *f = *state;
  const GwId id = add_reader(f);
  for (int i = 0; i < 100; i++) {
    json_t *body = json_pack("{s:i, s:s, s:s, s:I}", "ref", i, "source", "udp", "verdict", "bad_mac",
                             "reader_id", (json_int_t)id);
    assert_int_equal(field_observe(f, "checkin", body, "GW1,forged"), GW_CODE_OK);
  }
  assert_int_equal(field_int(f, "select count(*) from journal where kind = 'reader.refused'"), 1);
  assert_int_equal(field_int(f, "select count(*) from checkin"), 0);
  field_pass(f, 61 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from journal where kind = 'reader.refused'"), 2);
  assert_int_equal(
      field_int(f, "select sum(json_extract(body, '$.lines')) from journal where kind = 'reader.refused'"),
      100);
}

static void lines_of_nobody_are_journaled_once_a_minute(void **state) {
  Field *f = *state;
  for (int i = 0; i < 50; i++)
    assert_int_equal(field_observe(f, "checkin",
                                   json_pack("{s:s, s:s}", "source", "udp", "verdict", "unknown_reader"),
                                   "GW1,x"),
                     GW_CODE_OK);
  assert_int_equal(field_int(f, "select count(*) from journal where kind = 'reader.unknown_refused'"), 1);
}

static void new_pairing_is_a_new_epoch(void **state) {
  Field *f = *state;
  const GwId id = add_reader(f);
  g_autofree char *first = g_strdup(json_string_value(json_object_get(f->result, "key")));
  assert_int_equal(strlen(first), 64);
  assert_string_equal(line(f, id, 1, 7, gw_clock_real_us(), "TAG1"), "ok");
  field_ok(f, 1, "reader.pair", json_pack("{s:I}", "reader_id", (json_int_t)id));
  assert_string_not_equal(json_string_value(json_object_get(f->result, "key")), first);
  assert_string_equal(line(f, id, 1, 8, gw_clock_real_us(), "TAG1"), "old_epoch");
  assert_string_equal(line(f, id, 2, 1, gw_clock_real_us(), "TAG1"), "ok");
  assert_int_equal(field_int(f, "select count(*) from journal where instr(body, 'key')"), 0);
}

static void dump_counts_each_read_once_however_often_it_is_uploaded(void **state) {
  Field *f = *state;
  const GwId id = add_reader(f);
  for (int i = 0; i < 2; i++) {
    field_ok(f, 3, "checkin.dump", json_pack("{s:s}", "body", "GW1,stick1,1,1,1,TAG1,x\n"));
    const GwId raw_id = json_integer_value(json_object_get(f->result, "raw_id"));
    json_t *items =
        json_pack("[{s:I, s:s, s:I, s:i, s:i}, {s:I, s:s, s:I, s:i, s:i}]", "device_at_us",
                  (json_int_t)(FIELD_NOON_US - GW_HOUR), "tag", "TAG1", "reader_id", (json_int_t)id, "epoch",
                  1, "seq", 1, "device_at_us", (json_int_t)(FIELD_NOON_US - GW_HOUR + GW_MIN), "tag", "TAG2",
                  "reader_id", (json_int_t)id, "epoch", 1, "seq", 2);
    assert_int_equal(field_observe(f, "checkin",
                                   json_pack("{s:I, s:s, s:s, s:b, s:o}", "raw_id", (json_int_t)raw_id,
                                             "source", "dump", "verdict", "ok", "late", 1, "items", items),
                                   NULL),
                     GW_CODE_OK);
  }
  assert_int_equal(field_int(f, "select count(*) from checkin where tag <> ''"), 2);
  assert_int_equal(field_int(f, "select count(*) from checkin where state = 'stored'"), 0);
}

static void on_behalf_keeps_words_out_of_the_raw_message(void **state) {
  Field *f = *state;
  field_ok(f, 3, "checkin.behalf",
           json_pack("{s:i, s:i, s:s, s:s}", "unit_id", 1, "checkpoint_id", 1, "channel", "radio", "words",
                     "二组到东门"));
  const GwId raw_id = json_integer_value(json_object_get(f->result, "raw_id"));
  assert_int_equal(field_int(f, "select instr(cast(raw as text), '二组') from checkin"), 0);
  field_assert_text(f, "select body from text where id = (select words_text_id from checkin)", "二组到东门");
  worker_reads(f, raw_id, "ok");
  assert_int_equal(field_int(f, "select on_behalf_id from journal where kind = 'checkin.counted'"), 1);
}

/* ---- at the points of a round ---- */

static void check_in_starts_the_round_and_its_last_point_completes_it(void **state) {
  Field *f = *state;
  field_workers_up(f);
  const GwId id = add_reader(f);
  field_ok(f, 2, "unit.duty", json_pack("{s:b}", "on", 1));
  field_assert_text(f, "select state from round where planned_at_us = 1795264200000000", "PLANNED");
  pass_to(f, 16);
  field_assert_text(f, "select state from round order by planned_at_us limit 1", "OPEN");
  pass_to(f, 38);
  assert_string_equal(line(f, id, 1, 1, gw_clock_real_us(), "TAG1"), "ok");
  field_assert_text(f, "select state from round order by planned_at_us limit 1", "STARTED");
  field_assert_text(f, "select state || ' ' || timing from round_point where idx = 1 order by id limit 1",
                    "DONE on_time");
  pass_to(f, 47);
  assert_string_equal(line(f, id, 1, 2, gw_clock_real_us(), "TAG2"), "ok");
  field_assert_text(f, "select state from round order by planned_at_us limit 1", "COMPLETED");
  assert_int_equal(field_int(f, "select count(*) from round_record where kind = 'DONE'"), 2);
  pass_to(f, 70);
  assert_int_equal(field_int(f, "select count(*) from alert"), 0);
}

static void missed_point_raises_and_a_late_proof_withdraws(void **state) {
  Field *f = *state;
  field_workers_up(f);
  const GwId id = add_reader(f);
  field_ok(f, 2, "unit.duty", json_pack("{s:b}", "on", 1));
  pass_to(f, 38);
  const GwUsec in_window_us = gw_clock_real_us() + 60 * GW_SEC;
  field_ok(f, 2, "round.start",
           json_pack("{s:I}", "round_id",
                     (json_int_t)field_int(f, "select id from round order by planned_at_us limit 1")));
  pass_to(f, 54); /* the window ends 20:50, grace until 20:55 */
  assert_int_equal(field_int(f, "select count(*) from alert"), 0);
  pass_to(f, 56);
  field_assert_text(f, "select category from alert", "point_missed");
  assert_int_equal(field_int(f, "select priority from alert"), 3);
  field_assert_text(f, "select state from round_point where idx = 1 order by id limit 1", "MISSED");
  assert_string_equal(line(f, id, 1, 1, in_window_us, "TAG1"), "ok");
  field_assert_text(f, "select state || ' ' || timing from round_point where idx = 1 order by id limit 1",
                    "DONE late_sync");
  field_assert_text(f, "select group_concat(kind) from round_record", "MISSED,DONE_LATE_SYNC");
  field_assert_text(f, "select state from alert", "NORM");
}

static void point_is_unknown_while_the_worker_is_down(void **state) {
  Field *f = *state;
  field_workers_up(f);
  const GwId id = add_reader(f);
  pass_to(f, 41);
  assert_int_equal(
      field_observe(f, "worker.down", json_pack("{s:s, s:s}", "job", "checkins", "cause", "x"), NULL),
      GW_CODE_OK);
  pass_to(f, 57);
  field_assert_text(f, "select state from round_point where idx = 1 order by id limit 1", "UNKNOWN");
  assert_int_equal(field_int(f, "select count(*) from alert where category = 'point_missed'"), 0);
  assert_int_equal(field_observe(f, "worker.up", json_pack("{s:s}", "job", "checkins"), NULL), GW_CODE_OK);
  assert_string_equal(line(f, id, 1, 1, FIELD_NOON_US + 44 * GW_MIN, "TAG1"), "ok");
  field_assert_text(f, "select state from round_point where idx = 1 order by id limit 1", "DONE");
  pass_to(f, 70);
  field_assert_text(f, "select state from round_point where idx = 2 order by id limit 1", "MISSED");
}

static void point_is_unknown_while_a_raw_message_of_the_unit_waits(void **state) {
  Field *f = *state;
  field_workers_up(f);
  pass_to(f, 45);
  const GwId raw_id = submit(f, CLIENT, "TAG1");
  pass_to(f, 57);
  field_assert_text(f, "select state from round_point where idx = 1 order by id limit 1", "UNKNOWN");
  worker_reads(f, raw_id, "ok");
  field_assert_text(f, "select state || ' ' || timing from round_point where idx = 1 order by id limit 1",
                    "DONE on_time");
}

static void odd_check_in_is_flagged_not_refused(void **state) {
  Field *f = *state;
  field_workers_up(f);
  pass_to(f, 38);
  field_ok(f, 2, "checkin.submit",
           json_pack("{s:s, s:s, s:s, s:I, s:f, s:f}", "client_id", CLIENT, "method", "qr", "tag", "TAG1",
                     "device_at_us", (json_int_t)(gw_clock_real_us() + 10 * GW_MIN), "lat", 36.30, "lon",
                     120.38));
  worker_reads(f, json_integer_value(json_object_get(f->result, "raw_id")), "ok");
  field_assert_text(f, "select state || flags from round_point where idx = 1 order by id limit 1",
                    "DONE[\"out_of_radius\",\"clock_skew\"]");
}

static void reader_is_gone_when_a_whole_window_passed_without_a_word(void **state) {
  Field *f = *state;
  field_workers_up(f);
  const GwId id = add_reader(f);
  field_ok(f, 2, "unit.duty", json_pack("{s:b}", "on", 1));
  assert_string_equal(line(f, id, 1, 1, gw_clock_real_us(), "TAG1"), "ok");
  pass_to(f, 29);
  assert_int_equal(field_int(f, "select count(*) from alert"), 0); /* silent for long, but nothing was due */
  field_ok(f, 2, "round.start",
           json_pack("{s:I}", "round_id",
                     (json_int_t)field_int(f, "select id from round order by planned_at_us limit 1")));
  for (int minute = 40; minute <= 52; minute += 4) {
    pass_to(f, minute); /* the unit lives, its phone says where it is; its reader is broken */
    field_ok(f, 2, "unit.position", json_pack("{s:f, s:f}", "lat", 36.29, "lon", 120.38));
  }
  pass_to(f, 53);
  assert_int_equal(field_int(f, "select count(*) from alert where category = 'reader_gone'"), 0);
  pass_to(f, 55);
  assert_int_equal(field_int(f, "select count(*) from alert where category = 'reader_gone' and active = 1"),
                   1);
  assert_string_equal(line(f, id, 1, 2, gw_clock_real_us(), "TAG2"), "ok");
  field_pass(f, 31 * GW_SEC);
  assert_int_equal(field_int(f, "select active from alert where category = 'reader_gone'"), 0);
}

#define fact(name) cmocka_unit_test_setup_teardown(name, field_setup, field_teardown)
int main(void) {
  const struct CMUnitTest tests[] = {
      fact(stored_is_answered_before_it_counts),
      fact(same_client_id_answers_the_first_one),
      fact(pushed_twice_counts_once),
      fact(picture_without_a_code_is_refused_and_told),
      fact(check_in_without_any_proof_is_refused),
      fact(reader_line_counts_once_and_replay_is_refused),
      fact(window_survives_a_restart),
      fact(refused_lines_are_journaled_once_a_minute),
      fact(lines_of_nobody_are_journaled_once_a_minute),
      fact(new_pairing_is_a_new_epoch),
      fact(dump_counts_each_read_once_however_often_it_is_uploaded),
      fact(on_behalf_keeps_words_out_of_the_raw_message),
      fact(check_in_starts_the_round_and_its_last_point_completes_it),
      fact(missed_point_raises_and_a_late_proof_withdraws),
      fact(point_is_unknown_while_the_worker_is_down),
      fact(point_is_unknown_while_a_raw_message_of_the_unit_waits),
      fact(odd_check_in_is_flagged_not_refused),
      fact(reader_is_gone_when_a_whole_window_passed_without_a_word),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
