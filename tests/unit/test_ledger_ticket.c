#include "daemon/store/object.h"
#include "tests/unit/ledger_fixture.h"

#include "daemon/ledger/ledger.h"

static gint64 open_fall(Center *c) {
  say(c, &operator_1, "incident.open",
      json_pack("{s:s, s:i, s:i, s:s}", "category", "fall", "place_id", PLACE_12, "camera_id", 1, "words",
                "2单元门前有人倒地"));
  return result_int(c, "alert_id");
}

static gint64 dispatch(Center *c, gint64 alert_id) {
  say(c, &operator_1, "alert.dispatch", json_pack("{s:I}", "alert_id", (json_int_t)alert_id));
  return result_int(c, "ticket_id");
}

static json_t *of_ticket(gint64 ticket_id) {
  return json_pack("{s:I}", "ticket_id", (json_int_t)ticket_id);
}

/* A file as the files thread would have written it. */
static const char *upload(Center *c, const char *what) {
  static char hash[65];
  g_autofree char *hex = gw_hash_hex(what, strlen(what));
  g_strlcpy(hash, hex, sizeof hash);
  see(c, "file.stored",
      json_pack("{s:s, s:s, s:i, s:i}", "hash", hash, "kind", "jpg", "bytes", 1234, "user_id", 4));
  assert_int_equal(c->answer.code, GW_CODE_OK);
  return hash;
}

static gint64 phone_message(Center *c, const char *template_name) {
  g_autofree char *sql = g_strdup_printf(
      "select coalesce(max(id), 0) from outbox where channel = 'phone' and template = '%s'", template_name);
  return count(c, sql);
}

static void close_request(Center *c, const GwActor *actor, gint64 ticket_id, const char *hash) {
  say(c, actor, "ticket.close_request",
      json_pack("{s:I, s:s, s:[s], s:f, s:f}", "ticket_id", (json_int_t)ticket_id, "result", "real_helped",
                "photos", hash, "lat", 36.2910, "lon", 120.3811));
}

static void incident_a_goes_from_a_sighting_to_a_closed_ticket(void **state) {
  Center *c = *state;
  gint64 alert = open_fall(c);
  assert_string_equal(published_text(c, "alert", alert, "state"), "UNACKED");
  assert_string_equal(published_text(c, "alert", alert, "words"), "2单元门前有人倒地");
  assert_int_equal(json_integer_value(json_object_get(published(c, "alert", alert), "priority")), 1);
  assert_int_equal(effects_named(c, "still.save"), 1);

  wait_us(c, 10 * GW_SEC);
  gint64 ticket = dispatch(c, alert);
  assert_int_equal(result_int(c, "unit_id"), UNIT_NEAR);
  assert_string_equal(published_text(c, "ticket", ticket, "state"), "DISPATCHED");
  assert_string_equal(published_text(c, "alert", alert, "state"), "ACKED");
  assert_string_equal(published_text(c, "alert", alert, "owner"), "王值机");
  assert_int_equal(json_integer_value(json_object_get(published(c, "unit", UNIT_NEAR), "ticket_id")), ticket);
  assert_int_equal(count(c, "select origin_at_us from ticket"), count(c, "select first_at_us from alert"));

  gint64 message = phone_message(c, "dispatch");
  assert_true(message > 0);
  see(c, "outbox.sent", json_pack("{s:I, s:s}", "outbox_id", (json_int_t)message, "state", "SENDING"));
  say(c, &patrol_near, "outbox.receipt",
      json_pack("{s:I, s:s}", "outbox_id", (json_int_t)message, "state", "delivered"));
  assert_int_equal(json_integer_value(json_object_get(published(c, "ticket", ticket), "received_at_us")),
                   gw_clock_real_us());
  wait_us(c, 20 * GW_SEC);
  say(c, &patrol_near, "ticket.accept", of_ticket(ticket));
  assert_string_equal(published_text(c, "outbox", message, "state"), "ANSWERED");
  say(c, &patrol_near, "ticket.en_route", of_ticket(ticket));
  wait_us(c, 90 * GW_SEC);
  say(c, &patrol_near, "ticket.arrive",
      json_pack("{s:I, s:s}", "ticket_id", (json_int_t)ticket, "proof", "tap"));
  assert_int_equal(
      count(c, "select count(*) from clock where kind = 'arrive' and stopped_at_us <= due_at_us"), 1);
  say(c, &patrol_near, "ticket.note",
      json_pack("{s:I, s:s}", "ticket_id", (json_int_t)ticket, "words", "老人清醒"));
  assert_string_equal(published_text(c, "ticket", ticket, "state"), "HANDLING");

  const char *hash = upload(c, "a picture");
  close_request(c, &patrol_near, ticket, hash);
  assert_string_equal(published_text(c, "ticket", ticket, "state"), "CLOSE_REQ");
  assert_true(json_is_null(json_object_get(published(c, "unit", UNIT_NEAR), "ticket_id")));

  say(c, &operator_1, "ticket.check",
      json_pack("{s:I, s:s}", "ticket_id", (json_int_t)ticket, "verdict", "close"));
  assert_string_equal(published_text(c, "ticket", ticket, "state"), "CLOSED");
  assert_string_equal(published_text(c, "alert", alert, "state"), "NORM");
  assert_string_equal(published_text(c, "alert", alert, "disposition"), "real");

  assert_string_equal(text(c, "select group_concat(kind, ' ') from (select kind from journal where kind like "
                              "'alert.%' or kind like 'ticket.%'"
                              " order by seq)"),
                      "alert.raised ticket.dispatched alert.dispatched ticket.received ticket.accepted "
                      "ticket.en_route ticket.arrived "
                      "ticket.handling ticket.close_requested ticket.closed alert.closed");
  assert_int_equal(count(c, "select count(*) from timer where subject in ('alert','ticket','condition')"), 0);
  assert_int_equal(count(c, "select count(*) from clock where stopped_at_us is null"), 0);
  assert_int_equal(count(c, "select count(*) from condition"), 0);
  assert_int_equal(count(c, "select count(*) from journal where body like '%倒地%' or body like '%清醒%'"),
                   0);
  assert_publications_join(c);
  for (gint64 seq = 2; seq <= count(c, "select max(seq) from journal"); seq++) {
    json_t *published_event = published(c, "event", seq);
    json_t *loaded = gw_object_load(c->reader, "event", seq, NULL);
    if (published_event) /* what was journaled at the opening went to nobody */
      assert_true(json_equal(published_event, loaded));
    json_decref(loaded);
  }
}

static void the_whole_of_it_holds_under_verify(void **state) {
  Center *c = *state;
  gint64 ticket = dispatch(c, open_fall(c));
  say(c, &patrol_near, "ticket.accept", of_ticket(ticket));
  g_autoptr(GError) error = NULL;
  g_auto(GwVerifyReport) report = {0};
  g_autoptr(GwDb) db = gw_db_open(c->path, GW_DB_MAINTAIN, &error);
  must(db && gw_verify(db, NULL, NULL, NULL, &report, &error), error, "verify");
  if (report.sentence_en)
    fail_msg("%s", report.sentence_en);
  assert_int_equal(report.rows, count(c, "select count(*) from journal"));
}

static void dispatching_is_one_transaction(void **state) {
  Center *c = *state;
  gint64 alert = open_fall(c);
  dispatch(c, alert);
  assert_int_equal(
      count(
          c,
          "select count(distinct txn) from journal where kind in ('alert.dispatched', 'ticket.dispatched')"),
      1);
  assert_int_equal(
      count(c, "select count(*) from outbox where channel = 'phone' and target = 'unit' and target_id = 1"),
      1);
}

static void the_nearest_free_unit_goes_and_each_has_its_reason(void **state) {
  Center *c = *state;
  gint64 ticket = dispatch(c, open_fall(c));
  json_t *candidates = json_object_get(published(c, "ticket", ticket), "candidates");
  assert_int_equal(json_array_size(candidates), 4);
  json_t *first = json_array_get(candidates, 0);
  assert_int_equal(json_integer_value(json_object_get(first, "unit_id")), UNIT_NEAR);
  assert_string_equal(json_string_value(json_object_get(first, "way")), "path");
  size_t i;
  json_t *one;
  int refused = 0;
  json_array_foreach(candidates, i, one) {
    const char *reason = json_string_value(json_object_get(one, "reason"));
    refused += strcmp(reason, "volunteer_not_for_p1") == 0 || strcmp(reason, "wrong_kind") == 0;
  }
  assert_int_equal(refused, 2);
}

/* 20 s to start, and 15 s for each storey above the ground. */
static void stairs_count_fifteen_seconds_a_storey(void **state) {
  Center *c = *state;
  static const char arrival[] = "select json_extract(candidates, '$[0].arrive_s') from ticket where id = %d";
  gint64 seconds[2];
  for (int i = 0; i < 2; i++) {
    say(c, &operator_1, "incident.open",
        json_pack("{s:s, s:i, s:i}", "category", "fall", "place_id", PLACE_12, "floor", i ? 6 : 1));
    gint64 ticket = dispatch(c, result_int(c, "alert_id"));
    g_autofree char *sql = g_strdup_printf(arrival, (int)ticket);
    seconds[i] = count(c, sql);
    say(c, &patrol_near, "ticket.decline",
        json_pack("{s:I, s:s}", "ticket_id", (json_int_t)ticket, "reason", "unsafe"));
  }
  assert_int_equal(seconds[1] - seconds[0], 5 * 15);
}

static void a_busy_unit_is_neither_recommended_nor_sent(void **state) {
  Center *c = *state;
  dispatch(c, open_fall(c));
  gint64 second = open_fall(c);
  assert_int_equal(ask(c, &operator_1, "alert.dispatch",
                       json_pack("{s:I, s:i}", "alert_id", (json_int_t)second, "unit_id", UNIT_NEAR)),
                   GW_CODE_ILLEGAL);
  say(c, &operator_1, "alert.dispatch", json_pack("{s:I}", "alert_id", (json_int_t)second));
  assert_int_equal(result_int(c, "unit_id"), UNIT_FAR);
}

static void with_nobody_free_it_is_filed_and_the_lead_is_told(void **state) {
  Center *c = *state;
  dispatch(c, open_fall(c));
  dispatch(c, open_fall(c));
  gint64 ticket = dispatch(c, open_fall(c));
  assert_true(json_is_true(json_object_get(c->answer.result, "needs_lead")));
  assert_string_equal(published_text(c, "ticket", ticket, "state"), "FILED");
  assert_int_equal(
      count(c, "select count(*) from outbox where template = 'no_candidate' and target_role = 'supervisor'"),
      2);
  assert_string_equal(published_text(c, "alert", 3, "state"), "ACKED");
  assert_string_equal(published_text(c, "alert", 4, "rule_kind"), "no_candidate");
  assert_int_equal(
      count(c, "select priority from alert where category = 'no_candidate' and state = 'UNACKED'"), 3);
  assert_int_equal(ask(c, &operator_1, "alert.dispatch", json_pack("{s:i}", "alert_id", 4)), GW_CODE_ILLEGAL);
}

static gint64 unsent_order(Center *c) {
  dispatch(c, open_fall(c));
  dispatch(c, open_fall(c));
  say(c, &operator_1, "incident.open", json_pack("{s:s, s:i}", "category", "parking", "place_id", PLACE_12));
  say(c, &operator_1, "alert.dispatch", json_pack("{s:I}", "alert_id", (json_int_t)3));
  return result_int(c, "ticket_id");
}

/* The volunteers would go to a P3; they are off duty here, so nobody is left. */
static void who_is_free_again_may_be_sent_by_the_operator_and_the_alert_closes(void **state) {
  Center *c = *state;
  say(c, &supervisor, "unit.duty", json_pack("{s:i, s:b}", "unit_id", UNIT_VOLUNTEER, "on", 0));
  gint64 ticket = unsent_order(c);
  assert_string_equal(published_text(c, "ticket", ticket, "state"), "FILED");
  say(c, &patrol_near, "ticket.decline", json_pack("{s:i, s:s}", "ticket_id", 1, "reason", "unsafe"));
  say(c, &operator_1, "ticket.dispatch",
      json_pack("{s:I, s:i}", "ticket_id", (json_int_t)ticket, "unit_id", UNIT_NEAR));
  assert_string_equal(published_text(c, "ticket", ticket, "state"), "DISPATCHED");
  assert_string_equal(published_text(c, "alert", 4, "state"), "NORM");
  assert_string_equal(published_text(c, "alert", 4, "disposition"), "real");
  assert_int_equal(count(c, "select count(*) from condition where rule_kind = 'no_candidate'"), 0);
}

static void who_does_not_accept_is_passed_over_then_the_lead_then_up(void **state) {
  Center *c = *state;
  gint64 ticket = dispatch(c, open_fall(c));
  wait_us(c, GW_MIN);
  assert_string_equal(published_text(c, "ticket", ticket, "state"), "DISPATCHED");
  assert_int_equal(count(c, "select unit_id from ticket"), UNIT_FAR);
  assert_true(json_is_null(json_object_get(published(c, "unit", UNIT_NEAR), "ticket_id")));
  assert_string_equal(published_text(c, "outbox", phone_message(c, "timed_out"), "state"), "QUEUED");
  assert_int_equal(ask(c, &patrol_near, "ticket.accept", of_ticket(ticket)), GW_CODE_FORBIDDEN);

  wait_us(c, GW_MIN);
  assert_string_equal(published_text(c, "ticket", ticket, "state"), "FILED");
  assert_true(json_is_true(json_object_get(published(c, "ticket", ticket), "needs_lead")));
  assert_int_equal(
      count(c, "select count(*) from outbox where template = 'timed_out' and target_role = 'supervisor'"), 2);

  say(c, &supervisor, "ticket.dispatch",
      json_pack("{s:I, s:i}", "ticket_id", (json_int_t)ticket, "unit_id", UNIT_FAR));
  wait_us(c, GW_MIN);
  assert_int_equal(count(c, "select timeouts from ticket"), 3);
  assert_true(
      count(c, "select count(*) from outbox where template = 'timed_out' and target_role = 'supervisor'") >
      2);
}

static void a_returned_ticket_says_why_and_twice_is_the_leads(void **state) {
  Center *c = *state;
  gint64 ticket = dispatch(c, open_fall(c));
  say(c, &patrol_near, "ticket.decline",
      json_pack("{s:I, s:s, s:s}", "ticket_id", (json_int_t)ticket, "reason", "unsafe", "words", "路上有狗"));
  assert_string_equal(published_text(c, "ticket", ticket, "state"), "FILED");
  assert_string_equal(
      text(c, "select json_extract(body, '$.reason') from journal where kind = 'ticket.returned'"), "unsafe");
  assert_int_equal(count(c, "select count(*) from clock where kind = 'handle' and stopped_at_us is null"), 1);
  say(c, &operator_1, "ticket.dispatch", of_ticket(ticket));
  assert_int_equal(result_int(c, "unit_id"), UNIT_FAR);
  say(c, &patrol_far, "ticket.decline",
      json_pack("{s:I, s:s}", "ticket_id", (json_int_t)ticket, "reason", "busy"));
  assert_int_equal(count(c, "select needs_lead from ticket"), 1);
}

static void a_dispatch_can_be_taken_back_for_five_seconds(void **state) {
  Center *c = *state;
  gint64 ticket = dispatch(c, open_fall(c));
  wait_us(c, 5 * GW_SEC);
  say(c, &operator_1, "ticket.recall", of_ticket(ticket));
  assert_string_equal(published_text(c, "ticket", ticket, "state"), "FILED");
  assert_string_equal(text(c, "select state from outbox where template = 'dispatch'"), "EXPIRED");
  assert_true(phone_message(c, "recall") > 0);
  say(c, &operator_1, "ticket.dispatch", of_ticket(ticket));
  wait_us(c, 5 * GW_SEC + 1);
  assert_int_equal(ask(c, &operator_1, "ticket.recall", of_ticket(ticket)), GW_CODE_ILLEGAL);
  assert_string_equal(c->answer.zh, "已超过5秒，不能撤回，请直接呼叫队伍。");
}

static void by_radio_it_goes_all_the_way_with_the_words_heard(void **state) {
  Center *c = *state;
  gint64 ticket = dispatch(c, open_fall(c));
  const char *commands[] = {"ticket.accept", "ticket.en_route", "ticket.arrive"};
  for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
    say(c, &operator_1, commands[i],
        json_pack("{s:I, s:{s:i, s:s, s:s}}", "ticket_id", (json_int_t)ticket, "behalf", "unit_id", UNIT_NEAR,
                  "channel", "radio", "words", "一队明白"));
  say(c, &operator_1, "ticket.close_request",
      json_pack("{s:I, s:s, s:{s:i, s:s, s:s}}", "ticket_id", (json_int_t)ticket, "result", "false_alarm",
                "behalf", "unit_id", UNIT_NEAR, "channel", "phone", "words", "没有人"));
  assert_int_equal(count(c, "select count(*) from journal where on_behalf_id = 1 and json_extract(body, "
                            "'$.heard.text_id') > 0"),
                   4);
  assert_int_equal(count(c, "select handler_id from ticket"), 4);
  say(c, &operator_1, "ticket.check",
      json_pack("{s:I, s:s}", "ticket_id", (json_int_t)ticket, "verdict", "close"));
}

static void on_behalf_of_another_unit_is_refused(void **state) {
  Center *c = *state;
  gint64 ticket = dispatch(c, open_fall(c));
  assert_int_equal(ask(c, &operator_1, "ticket.accept",
                       json_pack("{s:I, s:{s:i, s:s, s:s}}", "ticket_id", (json_int_t)ticket, "behalf",
                                 "unit_id", UNIT_FAR, "channel", "radio", "words", "二队明白")),
                   GW_CODE_ILLEGAL);
  assert_int_equal(ask(c, &operator_1, "ticket.accept", of_ticket(ticket)), GW_CODE_FORBIDDEN);
}

static void closing_wants_a_photo_that_is_there_and_another_person(void **state) {
  Center *c = *state;
  gint64 ticket = dispatch(c, open_fall(c));
  say(c, &patrol_near, "ticket.accept", of_ticket(ticket));
  say(c, &patrol_near, "ticket.arrive", of_ticket(ticket));
  json_t *without = json_pack("{s:I, s:s, s:f, s:f}", "ticket_id", (json_int_t)ticket, "result", "fixed",
                              "lat", 36.291, "lon", 120.3811);
  assert_int_equal(ask(c, &patrol_near, "ticket.close_request", without), GW_CODE_BAD_ARGS);
  json_t *invented = json_pack("{s:I, s:s, s:[s]}", "ticket_id", (json_int_t)ticket, "result", "fixed",
                               "photos", "0000000000000000000000000000000000000000000000000000000000000000");
  assert_int_equal(ask(c, &patrol_near, "ticket.close_request", invented), GW_CODE_NOT_FOUND);
  const char *hash = upload(c, "proof");
  json_t *far = json_pack("{s:I, s:s, s:[s], s:f, s:f}", "ticket_id", (json_int_t)ticket, "result", "fixed",
                          "photos", hash, "lat", 36.30, "lon", 120.39);
  assert_int_equal(ask(c, &patrol_near, "ticket.close_request", far), GW_CODE_BAD_ARGS);
  close_request(c, &patrol_near, ticket, hash);
  assert_int_equal(count(c, "select count(*) from ticket_file where role = 'after'"), 1);
  assert_int_equal(ask(c, &operator_1, "ticket.check",
                       json_pack("{s:I, s:s}", "ticket_id", (json_int_t)ticket, "verdict", "rework")),
                   GW_CODE_BAD_ARGS);
  say(c, &operator_1, "ticket.check",
      json_pack("{s:I, s:s, s:s}", "ticket_id", (json_int_t)ticket, "verdict", "rework", "words",
                "再拍一张"));
  assert_string_equal(published_text(c, "ticket", ticket, "state"), "HANDLING");
  assert_int_equal(count(c, "select count(*) from clock where kind = 'rework' and stopped_at_us is null"), 1);
  assert_int_equal(json_integer_value(json_object_get(published(c, "unit", UNIT_NEAR), "ticket_id")), ticket);
}

static void what_a_person_did_another_checks(void **state) {
  Center *c = *state;
  gint64 ticket = dispatch(c, open_fall(c));
  say(c, &patrol_near, "ticket.accept", of_ticket(ticket));
  say(c, &patrol_near, "ticket.arrive", of_ticket(ticket));
  close_request(c, &patrol_near, ticket, upload(c, "p"));
  const GwActor same = {.user_id = 4, .role = GW_ROLE_OPERATOR};
  assert_int_equal(ask(c, &same, "ticket.check",
                       json_pack("{s:I, s:s}", "ticket_id", (json_int_t)ticket, "verdict", "close")),
                   GW_CODE_FORBIDDEN);
}

static void another_units_ticket_is_not_mine_to_touch(void **state) {
  Center *c = *state;
  gint64 ticket = dispatch(c, open_fall(c));
  assert_int_equal(ask(c, &patrol_far, "ticket.accept", of_ticket(ticket)), GW_CODE_FORBIDDEN);
  assert_int_equal(ask(c, &patrol_far, "ticket.photo",
                       json_pack("{s:I, s:s, s:s}", "ticket_id", (json_int_t)ticket, "hash", upload(c, "x"),
                                 "role", "after")),
                   GW_CODE_FORBIDDEN);
}

static void words_on_the_way_answer_but_do_not_arrive(void **state) {
  Center *c = *state;
  gint64 ticket = dispatch(c, open_fall(c));
  say(c, &patrol_near, "ticket.accept", of_ticket(ticket));
  say(c, &patrol_near, "ticket.note",
      json_pack("{s:I, s:s}", "ticket_id", (json_int_t)ticket, "words", "马上到"));
  assert_string_equal(published_text(c, "ticket", ticket, "state"), "ACCEPTED");
  assert_int_equal(
      count(c, "select count(*) from clock where kind = 'first_words' and stopped_at_us is not null"), 1);
  say(c, &patrol_near, "ticket.arrive", of_ticket(ticket));
}

static void a_stale_revision_brings_the_object_as_it_is(void **state) {
  Center *c = *state;
  gint64 ticket = dispatch(c, open_fall(c));
  gint64 rev = json_integer_value(json_object_get(published(c, "ticket", ticket), "rev"));
  assert_int_equal(ask_rev(c, &patrol_near, "ticket.accept", of_ticket(ticket), rev + 1), GW_CODE_CHANGED);
  assert_int_equal(json_integer_value(json_object_get(c->answer.object, "rev")), rev);
  assert_int_equal(ask_rev(c, &patrol_near, "ticket.accept", of_ticket(ticket), rev), GW_CODE_OK);
}

/* Reported by somebody else than an alert; no command of this version makes such, the life cycle has them. */
static gint64 reported(Center *c, const char *code) {
  center_close(c);
  g_autoptr(GError) error = NULL;
  g_autoptr(GwDb) db = gw_db_open(c->path, GW_DB_WRITE, &error);
  g_autofree char *sql =
      g_strdup_printf("insert into ticket (code, kind, state, category, priority, place_id, origin_at_us)"
                      " values ('%s', 'O', 'REPORTED', 'parking', 3, 2, 1795233600000000)",
                      code);
  must(db && gw_db_exec(db, sql, &error), error, "a reported ticket");
  gint64 id = gw_db_last_id(db);
  g_clear_pointer(&db, gw_db_close);
  center_open(c);
  return id;
}

static void a_reported_ticket_is_filed_rejected_or_merged(void **state) {
  Center *c = *state;
  gint64 first = reported(c, "O-1"), second = reported(c, "O-2"), third = reported(c, "O-3");
  say(c, &operator_1, "ticket.file", json_pack("{s:I, s:i}", "ticket_id", (json_int_t)first, "priority", 2));
  assert_string_equal(published_text(c, "ticket", first, "state"), "FILED");
  assert_int_equal(ask(c, &operator_1, "ticket.reject",
                       json_pack("{s:I, s:s}", "ticket_id", (json_int_t)second, "reason", "")),
                   GW_CODE_BAD_ARGS);
  say(c, &operator_1, "ticket.reject",
      json_pack("{s:I, s:s}", "ticket_id", (json_int_t)second, "reason", "不属本社区"));
  assert_string_equal(published_text(c, "ticket", second, "state"), "REJECTED");
  assert_int_equal(ask(c, &operator_1, "ticket.merge",
                       json_pack("{s:I, s:I}", "ticket_id", (json_int_t)third, "into_id", (json_int_t)third)),
                   GW_CODE_ILLEGAL);
  say(c, &operator_1, "ticket.merge",
      json_pack("{s:I, s:I}", "ticket_id", (json_int_t)third, "into_id", (json_int_t)first));
  assert_string_equal(published_text(c, "ticket", third, "state"), "MERGED");
  assert_int_equal(count(c, "select merged_into from ticket where code = 'O-3'"), first);
  say(c, &operator_1, "ticket.dispatch", of_ticket(first));
}

static void tickets_of_the_day_are_counted_on_the_wall(void **state) {
  Center *c = *state;
  dispatch(c, open_fall(c));
  assert_int_equal(json_integer_value(json_object_get(published(c, "center", 1), "tickets_today")), 1);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, center_setup, center_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      FACT(incident_a_goes_from_a_sighting_to_a_closed_ticket),
      FACT(the_whole_of_it_holds_under_verify),
      FACT(dispatching_is_one_transaction),
      FACT(the_nearest_free_unit_goes_and_each_has_its_reason),
      FACT(stairs_count_fifteen_seconds_a_storey),
      FACT(a_busy_unit_is_neither_recommended_nor_sent),
      FACT(with_nobody_free_it_is_filed_and_the_lead_is_told),
      FACT(who_is_free_again_may_be_sent_by_the_operator_and_the_alert_closes),
      FACT(who_does_not_accept_is_passed_over_then_the_lead_then_up),
      FACT(a_returned_ticket_says_why_and_twice_is_the_leads),
      FACT(a_dispatch_can_be_taken_back_for_five_seconds),
      FACT(by_radio_it_goes_all_the_way_with_the_words_heard),
      FACT(on_behalf_of_another_unit_is_refused),
      FACT(closing_wants_a_photo_that_is_there_and_another_person),
      FACT(what_a_person_did_another_checks),
      FACT(another_units_ticket_is_not_mine_to_touch),
      FACT(words_on_the_way_answer_but_do_not_arrive),
      FACT(a_stale_revision_brings_the_object_as_it_is),
      FACT(a_reported_ticket_is_filed_rejected_or_merged),
      FACT(tickets_of_the_day_are_counted_on_the_wall),
  };
  return cmocka_run_group_tests_name("ledger_ticket", tests, NULL, NULL);
}
