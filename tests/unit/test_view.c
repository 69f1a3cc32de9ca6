/* What each view gets of a publication; JSON in, JSON out, no database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "daemon/store/view.h"

static json_t *ticket(int id, int unit_id, const char *state) {
  return json_pack("{s:s, s:i, s:o, s:i, s:s, s:s, s:s}", "type", "ticket", "id", id, "unit_id",
                   unit_id ? json_integer(unit_id) : json_null(), "alert_id", id + 100, "state", state, "words", "人倒地", "reason", "");
}

static json_t *alert(int id, int ticket_id) {
  return json_pack("{s:s, s:i, s:i, s:s}", "type", "alert", "id", id, "ticket_id", ticket_id, "words", "人倒地");
}

typedef struct Cut {
  json_t *put, *del;
} Cut;

/* One publication through a unit's view; `put` is consumed. */
static Cut publish(GwViewTickets *tickets, const char *name, json_t *put, json_t *del) {
  GwView view;
  Cut cut;
  assert_true(gw_view_parse(name, &view));
  gw_view_tickets_note(tickets, put);
  gw_view_patch(&view, tickets, put, del, &cut.put, &cut.del);
  json_decref(put);
  return cut;
}

static void expect(Cut cut, gsize put, const char *del) {
  g_autofree char *text = json_dumps(cut.del, JSON_COMPACT);
  assert_int_equal(json_array_size(cut.put), put);
  assert_string_equal(text, del);
  json_decref(cut.put);
  json_decref(cut.del);
}

static void names_are_read_strictly(void **state) {
  GwView view;
  assert_true(gw_view_parse("unit:7", &view));
  assert_int_equal(view.unit_id, 7);
  static const char *const wrong[] = {"", "unit:", "unit:0", "unit:-1", "unit:7x", "unit:9007199254740993", "Desk", "review"};
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
    assert_false(gw_view_parse(wrong[i], &view));
  assert_false(gw_view_parse(NULL, &view));
}

static void a_ticket_and_its_alert_come_to_the_unit_it_is_given_to(void **state) {
  g_autoptr(GwViewTickets) tickets = gw_view_tickets_new();
  expect(publish(tickets, "unit:1", json_pack("[o]", alert(107, 0)), NULL), 0, "[]");
  expect(publish(tickets, "unit:1", json_pack("[o, o]", alert(107, 7), ticket(7, 1, "DISPATCHED")), NULL), 2, "[]");
  expect(publish(tickets, "unit:1", json_pack("[o]", alert(107, 7)), NULL), 1, "[]"); /* remembered */
  expect(publish(tickets, "unit:2", json_pack("[o, o]", alert(107, 7), ticket(7, 1, "ACCEPTED")), NULL), 0, "[]");
}

static void a_declined_ticket_leaves_the_unit_and_comes_to_the_next(void **state) {
  g_autoptr(GwViewTickets) tickets = gw_view_tickets_new();
  expect(publish(tickets, "unit:1", json_pack("[o]", ticket(7, 1, "DISPATCHED")), NULL), 1, "[]");
  json_t *declined = json_pack("[o]", ticket(7, 0, "FILED"));
  json_incref(declined);
  expect(publish(tickets, "unit:1", declined, NULL), 0, "[[\"ticket\",7],[\"alert\",107]]");
  expect(publish(tickets, "unit:2", json_pack("[o]", ticket(7, 2, "DISPATCHED")), NULL), 1, "[]");
  expect(publish(tickets, "unit:1", json_pack("[o]", ticket(7, 2, "ACCEPTED")), NULL), 0, "[]"); /* told once is enough */
  json_decref(declined);
}

static void a_ticket_given_straight_to_another_leaves_the_first(void **state) {
  g_autoptr(GwViewTickets) tickets = gw_view_tickets_new();
  expect(publish(tickets, "unit:1", json_pack("[o]", ticket(7, 1, "DISPATCHED")), NULL), 1, "[]");
  GwView first = {GW_VIEW_UNIT, 1}, second = {GW_VIEW_UNIT, 2}, desk = {GW_VIEW_DESK, 0};
  json_t *put = json_pack("[o]", ticket(7, 2, "DISPATCHED"));
  gw_view_tickets_note(tickets, put); /* once a publication, then every view from the same */
  Cut a, b, c;
  gw_view_patch(&first, tickets, put, NULL, &a.put, &a.del);
  gw_view_patch(&second, tickets, put, NULL, &b.put, &b.del);
  gw_view_patch(&desk, tickets, put, NULL, &c.put, &c.del);
  expect(a, 0, "[[\"ticket\",7],[\"alert\",107]]");
  expect(b, 1, "[]");
  expect(c, 1, "[]");
  json_decref(put);
}

static void what_went_goes_from_every_view(void **state) {
  g_autoptr(GwViewTickets) tickets = gw_view_tickets_new();
  json_t *del = json_pack("[[s, i]]", "place", 3);
  expect(publish(tickets, "unit:1", json_array(), del), 0, "[[\"place\",3]]");
  expect(publish(tickets, "wall", json_array(), del), 0, "[[\"place\",3]]");
  assert_int_equal(json_array_size(del), 1); /* lent, not changed */
  json_decref(del);
}

static void the_wall_gets_a_masked_copy_and_the_object_stays(void **state) {
  GwView wall = {GW_VIEW_WALL, 0};
  json_t *unit = json_pack("{s:s, s:i, s:s, s:s, s:s}", "type", "unit", "id", 1, "phone", "138", "radio_channel", "5", "members", "李**");
  json_t *event = json_pack("{s:s, s:i, s:{s:s, s:i}}", "type", "event", "id", 1, "body", "reason", "张三不在", "n", 4);
  json_t *masked = gw_view_filter(&wall, NULL, unit), *masked_event = gw_view_filter(&wall, NULL, event);
  assert_string_equal(json_string_value(json_object_get(masked, "phone")), "");
  assert_string_equal(json_string_value(json_object_get(masked, "radio_channel")), "");
  assert_string_equal(json_string_value(json_object_get(unit, "phone")), "138");
  assert_string_equal(json_string_value(json_object_get(json_object_get(masked_event, "body"), "reason")), "");
  assert_int_equal(json_integer_value(json_object_get(json_object_get(masked_event, "body"), "n")), 4);
  assert_string_equal(json_string_value(json_object_get(json_object_get(event, "body"), "reason")), "张三不在");
  json_decref(masked);
  json_decref(masked_event);
  json_decref(unit);
  json_decref(event);
}

static void the_wall_hears_neither_a_cameras_words_nor_of_rules(void **state) {
  GwView wall = {GW_VIEW_WALL, 0};
  json_t *observed = json_pack("{s:s, s:i, s:s, s:{s:s, s:s, s:s}}", "type", "event", "id", 1, "subject", "camera", "body",
                               "topic", "line", "rule", "张三家门口", "tail", "LineCrossed");
  json_t *changed = json_pack("{s:s, s:i, s:s, s:{s:s}}", "type", "event", "id", 2, "subject", "rule", "body", "name", "夜间");
  json_t *masked = gw_view_filter(&wall, NULL, observed), *body = json_object_get(masked, "body");
  assert_string_equal(json_string_value(json_object_get(body, "topic")), "line");
  assert_string_equal(json_string_value(json_object_get(body, "rule")), "");
  assert_string_equal(json_string_value(json_object_get(body, "tail")), "");
  assert_null(gw_view_filter(&wall, NULL, changed));
  json_decref(masked);
  json_decref(observed);
  json_decref(changed);
}

static void the_desk_gets_the_object_itself(void **state) {
  GwView desk = {GW_VIEW_DESK, 0};
  json_t *object = alert(1, 2), *seen = gw_view_filter(&desk, NULL, object);
  assert_ptr_equal(object, seen);
  json_decref(seen);
  json_decref(object);
}

static void memory_of_tickets_is_bounded(void **state) {
  g_autoptr(GwViewTickets) tickets = gw_view_tickets_new();
  expect(publish(tickets, "unit:1", json_pack("[o]", ticket(1, 1, "HANDLING")), NULL), 1, "[]");
  for (int id = 2; id < 9000; id++)
    expect(publish(tickets, "unit:1", json_pack("[o]", ticket(id, 2, "CLOSED")), NULL), 0, "[]");
  expect(publish(tickets, "unit:1", json_pack("[o]", alert(101, 1)), NULL), 1, "[]");  /* an open one is never forgotten */
  expect(publish(tickets, "unit:2", json_pack("[o]", alert(102, 2)), NULL), 0, "[]"); /* a closed one was */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_are_read_strictly),
      cmocka_unit_test(a_ticket_and_its_alert_come_to_the_unit_it_is_given_to),
      cmocka_unit_test(a_declined_ticket_leaves_the_unit_and_comes_to_the_next),
      cmocka_unit_test(a_ticket_given_straight_to_another_leaves_the_first),
      cmocka_unit_test(what_went_goes_from_every_view),
      cmocka_unit_test(the_wall_gets_a_masked_copy_and_the_object_stays),
      cmocka_unit_test(the_wall_hears_neither_a_cameras_words_nor_of_rules),
      cmocka_unit_test(the_desk_gets_the_object_itself),
      cmocka_unit_test(memory_of_tickets_is_bounded),
  };
  return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
