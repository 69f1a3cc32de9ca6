/* The story of one incident, and the page that is signed at handover. */
#include "tests/unit/store_fixture.h"
#include "daemon/store/journal.h"
#include "daemon/store/shift_log.h"
#include "daemon/store/sign.h"
#include "daemon/store/story.h"
#include "daemon/store/text.h"

static GwJournalHead head;

static void tell(Fixture *f, const char *kind, const char *subject, GwId id, int after_s, json_t *body) {
  GwJournalRow row = {.at_us = FIXTURE_NOW_US - 100 * GW_SEC + after_s * GW_SEC, .kind = kind, .subject = subject, .subject_id = id,
                      .actor_id = 1, .body = body};
  assert_true(gw_journal_append(f->db, &head, &row, NULL));
  json_decref(body);
}

static int setup(void **state) {
  fixture_setup(state);
  fixture_community(*state);
  Fixture *f = *state;
  memset(&head, 0, sizeof head);
  tell(f, "alert.raised", "alert", 1, 0, json_pack("{s:o}", "words", gw_text_ref(f->db, 3, NULL)));
  tell(f, "camera.state", "camera", 2, 1, json_object());
  tell(f, "alert.acked", "alert", 1, 10, json_object());
  tell(f, "ticket.dispatched", "ticket", 1, 11, json_object());
  tell(f, "ticket.accepted", "ticket", 1, 30, json_object());
  return 0;
}

static json_t *story(Fixture *f, const char *subject, GwId id) {
  g_autoptr(GError) error = NULL;
  json_t *answer = gw_story(f->db, subject, id, &error);
  must(answer != NULL, error, subject);
  assert_false(gw_db_in_transaction(f->db));
  return answer;
}

static void an_incident_is_told_in_order_from_either_end(void **state) {
  json_t *by_alert = story(*state, "alert", 1), *by_ticket = story(*state, "ticket", 1);
  assert_true(json_equal(by_alert, by_ticket));
  static const char *const order[] = {"event", "clock", "event", "event", "outbox", "clock", "event", "file"};
  json_t *items = json_object_get(by_alert, "items"), *item;
  size_t i;
  gint64 last = 0;
  g_autoptr(GString) told = g_string_new(NULL);
  json_array_foreach(items, i, item) {
    gint64 at_us = json_integer_value(json_object_get(item, "at_us"));
    assert_true(at_us >= last);
    last = at_us;
    g_string_append_printf(told, "%s ", json_string_value(json_object_get(item, "type")));
  }
  g_autofree char *expected = g_strjoinv(" ", (char *[]){(char *)order[0], (char *)order[1], (char *)order[2], (char *)order[3],
                                                         (char *)order[4], (char *)order[5], (char *)order[6], (char *)order[7], "", NULL});
  assert_string_equal(told->str, expected);
  json_decref(by_alert);
  json_decref(by_ticket);
}

static void a_story_says_the_words(void **state) {
  Fixture *f = *state;
  json_t *answer = story(f, "alert", 1);
  json_t *words = json_object_get(json_object_get(json_array_get(json_object_get(answer, "items"), 0), "body"), "words");
  assert_string_equal(json_string_value(json_object_get(words, "text")), "2单元门前有人倒地");
  json_decref(answer);
  assert_true(gw_text_erase(f->db, 3, NULL));
  answer = story(f, "alert", 1);
  g_autofree char *text = json_dumps(answer, 0);
  assert_null(strstr(text, "倒地"));
  json_decref(answer);
}

static void an_alert_alone_and_a_ticket_alone_have_a_story_too(void **state) {
  json_t *alert = story(*state, "alert", 2), *ticket = story(*state, "ticket", 2);
  assert_true(json_is_null(json_object_get(alert, "ticket")));
  assert_true(json_is_null(json_object_get(ticket, "alert")));
  json_decref(alert);
  json_decref(ticket);
  Fixture *f = *state;
  g_autoptr(GError) error = NULL;
  assert_null(gw_story(f->db, "ticket", 99, &error));
  assert_int_equal(error->code, GW_CODE_NOT_FOUND);
  g_clear_error(&error);
  assert_null(gw_story(f->db, "journal", 1, &error));
  assert_int_equal(error->code, GW_CODE_NOT_FOUND);
}

static json_t *shift_log(Fixture *f, GwId id) {
  g_autoptr(GError) error = NULL;
  json_t *log = gw_shift_log(f->db, id, FIXTURE_NOW_US, &error);
  must(log != NULL, error, "shift log");
  return log;
}

static gint64 counted(json_t *log, const char *key) {
  return json_integer_value(json_object_get(json_object_get(log, "counts"), key));
}

static gsize listed(json_t *log, const char *key) {
  return json_array_size(json_object_get(log, key));
}

static void the_shift_log_has_what_happened_and_what_is_open(void **state) {
  Fixture *f = *state;
  fixture_exec(f, "update clock set stopped_at_us = due_at_us - 1 where kind = 'arrive'");
  json_t *log = shift_log(f, 0), *open = json_object_get(log, "open");
  assert_string_equal(json_string_value(json_object_get(json_object_get(log, "center"), "community")), "东旺疃");
  assert_int_equal(counted(log, "alerts_p2"), 1);
  assert_int_equal(counted(log, "alerts_p3"), 1);
  assert_int_equal(counted(log, "tickets"), 2);
  assert_int_equal(counted(log, "arrivals"), 1);
  assert_int_equal(counted(log, "arrivals_in_time"), 1);
  assert_int_equal(counted(log, "rounds"), 1);
  assert_int_equal(listed(log, "alerts"), 2);
  assert_int_equal(listed(log, "tickets"), 2);
  assert_int_equal(listed(log, "watches"), 1);
  assert_int_equal(listed(open, "alerts"), 2);
  assert_int_equal(listed(open, "tickets"), 2);
  assert_int_equal(listed(open, "cameras"), 1);
  json_t *first = json_array_get(json_object_get(log, "alerts"), 0); /* the gravest */
  assert_string_equal(json_string_value(json_object_get(first, "place")), "12号楼");
  assert_string_equal(json_string_value(json_object_get(first, "ticket")), "E-20261121-0001");
  json_decref(log);
}

static void the_shift_log_names_the_end_of_the_chain(void **state) {
  Fixture *f = *state;
  json_t *log = shift_log(f, 1), *journal = json_object_get(log, "journal");
  assert_int_equal(json_integer_value(json_object_get(journal, "seq")), 5);
  assert_true(json_is_null(json_object_get(journal, "signed")));
  json_decref(log);
  g_autofree char *path = g_build_filename(f->folder, "sign.key", NULL);
  g_autoptr(GwSigner) signer = gw_signer_load(path, TRUE, NULL);
  tell(f, GW_SIGNED_KIND, "journal", 0, 90, gw_journal_sign_head(signer, &head));
  log = shift_log(f, 1);
  json_t *signature = json_object_get(json_object_get(log, "journal"), "signed");
  assert_int_equal(json_integer_value(json_object_get(signature, "seq")), 6);
  assert_int_equal(strlen(json_string_value(json_object_get(signature, "signature"))), 128);
  json_decref(log);
}

static void a_shift_that_is_not_is_not_found(void **state) {
  Fixture *f = *state;
  g_autoptr(GError) error = NULL;
  assert_null(gw_shift_log(f->db, 99, FIXTURE_NOW_US, &error));
  assert_int_equal(error->code, GW_CODE_NOT_FOUND);
  g_clear_error(&error);
  assert_null(gw_shift_log(f->db, 0, FIXTURE_NOW_US + GW_DAY, &error));
  assert_int_equal(error->code, GW_CODE_NOT_FOUND);
}

static void the_csv_has_a_line_per_row_in_local_time(void **state) {
  Fixture *f = *state;
  fixture_exec(f, "update text set body = '=1+1,\"x\"' where id = 3");
  json_t *log = shift_log(f, 1);
  g_autofree char *csv = gw_shift_log_csv(log);
  assert_true(g_str_has_prefix(csv, "\xEF\xBB\xBFpart,at,code,category,priority,state,place,who,words\r\n"));
  assert_non_null(strstr(csv, "ticket,2026-11-21 09:58:20,E-20261121-0001,fall,2,ACCEPTED,12号楼,巡防一队,\"'=1+1,\"\"x\"\"\"\r\n"));
  assert_non_null(strstr(csv, "open_camera,"));
  json_decref(log);
}

int main(void) {
#define FACT(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      FACT(an_incident_is_told_in_order_from_either_end),
      FACT(a_story_says_the_words),
      FACT(an_alert_alone_and_a_ticket_alone_have_a_story_too),
      FACT(the_shift_log_has_what_happened_and_what_is_open),
      FACT(the_shift_log_names_the_end_of_the_chain),
      FACT(a_shift_that_is_not_is_not_found),
      FACT(the_csv_has_a_line_per_row_in_local_time),
  };
  return cmocka_run_group_tests_name("story", tests, NULL, NULL);
}
