/* Reading by pages: every row once, cursors that cannot be mistaken, filters, masks. */
#include "tests/unit/store_fixture.h"
#include "daemon/store/page.h"
#include "daemon/store/journal.h"
#include "daemon/store/text.h"

static int setup(void **state) {
  fixture_setup(state);
  fixture_community(*state);
  Fixture *f = *state;
  GwJournalHead head = {0};
  fixture_exec(f, "begin");
  for (int i = 0; i < 1000; i++) {
    json_t *body = json_pack("{s:i}", "n", i);
    GwJournalRow row = {.at_us = FIXTURE_NOW_US + i * GW_SEC, .kind = i % 10 ? "camera.lost" : "alert.raised",
                        .subject = i % 10 ? "camera" : "alert", .subject_id = i % 10 ? 2 : 1, .place_id = i % 7 ? 0 : 2,
                        .severity = i % 5, .actor_id = i % 3 ? 0 : 1, .body = body};
    assert_true(gw_journal_append(f->db, &head, &row, NULL));
    json_decref(body);
  }
  fixture_exec(f, "insert into finding (camera_id, kind, measure, threshold, first_at_us, ended_at_us) values"
                  " (1, 'moved', 0.9, 0.5, 1000, 2000), (1, 'moved', 0.9, 0.5, 3000, null), (2, 'black', 1, 0.5, 3000, null)");
  fixture_exec(f, "commit");
  return 0;
}

static json_t *page(Fixture *f, const char *noun, const char *cursor, int limit, json_t *filters, gboolean unmask) {
  g_autoptr(GError) error = NULL;
  GwPageQuery query = {.noun = noun, .cursor = cursor, .limit = limit, .filters = filters, .unmask = unmask};
  json_t *answer = gw_page(f->db, &query, &error);
  must(answer != NULL, error, noun);
  return answer;
}

/* Follows the cursors to the end; returns how many rows came, each once and in one direction. */
static guint walk(Fixture *f, const char *noun, int limit, json_t *filters) {
  guint rows = 0;
  gint64 last = 0;
  int direction = 0;
  g_autofree char *cursor = NULL;
  do {
    json_t *answer = page(f, noun, cursor, limit, filters, FALSE), *row;
    size_t i;
    assert_true(json_array_size(json_object_get(answer, "rows")) <= (gsize)limit);
    json_array_foreach(json_object_get(answer, "rows"), i, row) {
      gint64 id = json_integer_value(json_object_get(row, "id"));
      if (last && !direction)
        direction = id > last ? 1 : -1;
      assert_true(!last || (direction > 0 ? id > last : id < last));
      last = id;
      rows++;
    }
    g_free(cursor);
    cursor = g_strdup(json_string_value(json_object_get(answer, "next")));
    json_decref(answer);
  } while (cursor);
  return rows;
}

static guint walk_events(Fixture *f, const char *key, const char *value, const char *key2, const char *value2) {
  json_t *filters = json_object();
  if (key)
    json_object_set_new(filters, key, json_string(value));
  if (key2)
    json_object_set_new(filters, key2, json_string(value2));
  guint rows = walk(f, "event", 37, filters);
  json_decref(filters);
  return rows;
}

static void every_noun_of_the_protocol_is_read_whole(void **state) {
  static const struct { const char *noun; guint rows; } nouns[] = {
      {"event", 1000}, {"alert", 3}, {"ticket", 2}, {"camera", 2}, {"place", 2}, {"way", 1}, {"checkpoint", 1}, {"route", 1},
      {"round", 2}, {"unit", 2}, {"slot", 1}, {"person", 2}, {"reader", 1}, {"user", 2}, {"session", 0}, {"rule", 16}, {"shift", 1},
      {"finding", 3}};
  for (gsize i = 0; i < G_N_ELEMENTS(nouns); i++) {
    assert_true(gw_page_has(nouns[i].noun));
    assert_int_equal(walk(*state, nouns[i].noun, 1 + (int)(i % 3), NULL), nouns[i].rows);
  }
  assert_false(gw_page_has("secret"));
}

static void a_page_that_is_exactly_full_has_no_empty_one_behind_it(void **state) {
  json_t *answer = page(*state, "alert", NULL, 3, NULL, FALSE);
  assert_true(json_is_null(json_object_get(answer, "next")));
  json_decref(answer);
  json_t *filters = json_pack("{s:s}", "kind", "alert.raised");
  answer = page(*state, "event", NULL, 100, filters, FALSE);
  assert_int_equal(json_array_size(json_object_get(answer, "rows")), 100);
  json_decref(answer);
  json_decref(filters);
}

static void rows_that_come_meanwhile_do_not_shift_the_pages(void **state) {
  Fixture *f = *state;
  json_t *first = page(f, "alert", NULL, 2, NULL, FALSE);
  fixture_exec(f, "insert into alert (id, code, rule_id, rule_version, key, category, priority, state, active, latched, subject,"
                  " subject_id, first_at_us, last_at_us) values (9, 'n', 1, 1, 'n', 'fall', 2, 'UNACKED', 1, 0, 'place', 2, 1, 1)");
  json_t *second = page(f, "alert", json_string_value(json_object_get(first, "next")), 2, NULL, FALSE);
  json_t *row = json_array_get(json_object_get(second, "rows"), 0);
  assert_int_equal(json_integer_value(json_object_get(row, "id")), 1);
  json_decref(first);
  json_decref(second);
}

static guint walk_findings(Fixture *f, const char *key, const char *value) {
  json_t *filters = json_pack("{s:s}", key, value);
  guint rows = walk(f, "finding", 1, filters);
  json_decref(filters);
  return rows;
}

static void findings_are_found_by_each_filter(void **state) {
  assert_int_equal(walk_findings(*state, "camera_id", "1"), 2);
  assert_int_equal(walk_findings(*state, "kind", "black"), 1);
  assert_int_equal(walk_findings(*state, "open", "1"), 2);
  assert_int_equal(walk_findings(*state, "open", "0"), 1);
  assert_int_equal(walk_findings(*state, "from_us", "3000"), 2);
  assert_int_equal(walk_findings(*state, "to_us", "3000"), 1);
}

static void events_are_found_by_each_filter(void **state) {
  assert_int_equal(walk_events(*state, "kind", "alert.raised", NULL, NULL), 100);
  assert_int_equal(walk_events(*state, "subject", "alert", "subject_id", "1"), 100);
  assert_int_equal(walk_events(*state, "subject", "camera", NULL, NULL), 900);
  assert_int_equal(walk_events(*state, "place_id", "2", NULL, NULL), 143);
  assert_int_equal(walk_events(*state, "severity", "3", NULL, NULL), 200);
  assert_int_equal(walk_events(*state, "actor_id", "1", "severity", "3"), 67);
  assert_int_equal(walk_events(*state, "text", "\"n\":777", NULL, NULL), 1);
  assert_int_equal(walk_events(*state, "text", "A-20261121-0001", NULL, NULL), 100);
  assert_int_equal(walk_events(*state, "text", "有人倒地", "severity", "0"), 100);
  assert_int_equal(walk_events(*state, "text", "%", NULL, NULL), 0); /* no pattern, a text */
}

static void a_span_of_time_is_half_open(void **state) {
  g_autofree char *from = g_strdup_printf("%" G_GINT64_FORMAT, FIXTURE_NOW_US + 10 * GW_SEC);
  g_autofree char *to = g_strdup_printf("%" G_GINT64_FORMAT, FIXTURE_NOW_US + 20 * GW_SEC);
  assert_int_equal(walk_events(*state, "from_us", from, "to_us", to), 10);
  assert_int_equal(walk_events(*state, "from_us", to, "to_us", from), 0);
  assert_int_equal(walk_events(*state, "to_us", "1", NULL, NULL), 0);
  assert_int_equal(walk_events(*state, "from_us", "9007199254740990", NULL, NULL), 0);
}

static void refuse(Fixture *f, const char *noun, const char *cursor, int limit, json_t *filters, GwCode code) {
  g_autoptr(GError) error = NULL;
  GwPageQuery query = {.noun = noun, .cursor = cursor, .limit = limit, .filters = filters};
  assert_null(gw_page(f->db, &query, &error));
  assert_int_equal(error->code, code);
  json_decref(filters);
}

static void what_cannot_be_asked_is_refused(void **state) {
  refuse(*state, "secret", NULL, 0, NULL, GW_CODE_UNKNOWN_COMMAND);
  refuse(*state, "alert", NULL, 201, NULL, GW_CODE_BAD_ARGS);
  refuse(*state, "alert", NULL, -1, NULL, GW_CODE_BAD_ARGS);
  refuse(*state, "alert", "!!", 0, NULL, GW_CODE_BAD_ARGS);
  refuse(*state, "alert", "dGlja2V0OjE", 0, NULL, GW_CODE_BAD_ARGS); /* "ticket:1": another noun's */
  refuse(*state, "alert", NULL, 0, json_pack("{s:s}", "colour", "red"), GW_CODE_BAD_ARGS);
  refuse(*state, "event", NULL, 0, json_pack("{s:s}", "colour", "red"), GW_CODE_BAD_ARGS);
  refuse(*state, "event", NULL, 0, json_pack("{s:s}", "place_id", "two"), GW_CODE_BAD_ARGS);
}

static void people_are_masked_unless_the_role_asks(void **state) {
  json_t *masked = page(*state, "person", NULL, 0, NULL, FALSE), *open = page(*state, "person", NULL, 0, NULL, TRUE);
  json_t *a = json_array_get(json_object_get(masked, "rows"), 0), *b = json_array_get(json_object_get(open, "rows"), 0);
  assert_string_equal(json_string_value(json_object_get(a, "name")), "李**");
  assert_string_equal(json_string_value(json_object_get(a, "phone")), "138****34");
  assert_string_equal(json_string_value(json_object_get(b, "name")), "李四");
  assert_string_equal(json_string_value(json_object_get(b, "phone")), "13800001234");
  json_decref(masked);
  json_decref(open);
  masked = page(*state, "slot", NULL, 0, NULL, FALSE);
  g_autofree char *text = json_dumps(masked, 0);
  assert_null(strstr(text, "李四"));
  json_decref(masked);
}

static void no_page_shows_a_secret(void **state) {
  Fixture *f = *state;
  fixture_exec(f, "update user set password_hash = 'argon-hash'; insert into session (token_hash, user_id, kind, created_at_us, seen_at_us,"
                  " expires_at_us) values (hex(zeroblob(32)), 1, 'login', 1, 1, 1)");
  static const char *const nouns[] = {"user", "session", "camera", "reader"};
  for (gsize i = 0; i < G_N_ELEMENTS(nouns); i++) {
    json_t *answer = page(f, nouns[i], NULL, 0, NULL, TRUE);
    g_autofree char *text = json_dumps(answer, 0);
    assert_null(strstr(text, "argon"));
    assert_null(strstr(text, "000000000000"));
    assert_null(strstr(text, "secret"));
    assert_null(strstr(text, "rtsp:"));
    json_decref(answer);
  }
}

int main(void) {
#define FACT(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      FACT(every_noun_of_the_protocol_is_read_whole),
      FACT(a_page_that_is_exactly_full_has_no_empty_one_behind_it),
      FACT(rows_that_come_meanwhile_do_not_shift_the_pages),
      FACT(findings_are_found_by_each_filter),
      FACT(events_are_found_by_each_filter),
      FACT(a_span_of_time_is_half_open),
      FACT(what_cannot_be_asked_is_refused),
      FACT(people_are_masked_unless_the_role_asks),
      FACT(no_page_shows_a_secret),
  };
  return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
