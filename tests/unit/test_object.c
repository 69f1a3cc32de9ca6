/* Objects: every type has the shape of objects.json, patches and snapshots agree, what is gone is gone. */
#include "tests/unit/store_fixture.h"
#include "daemon/store/object.h"
#include "daemon/wire/schema.h"
#include "daemon/base/clock.h"
#include "daemon/store/journal.h"

static int setup(void **state) {
  fixture_setup(state);
  fixture_community(*state);
  Fixture *f = *state;
  GwJournalHead head = {0};
  json_t *body = json_pack("{s:s}", "state", "lost");
  GwJournalRow row = {.at_us = FIXTURE_NOW_US, .kind = "camera.lost", .subject = "camera", .subject_id = 2, .rev = 1,
                      .severity = 3, .actor_id = 1, .body = body};
  assert_true(gw_journal_append(f->db, &head, &row, NULL));
  json_decref(body);
  fixture_exec(f, "insert into zone (id, camera_id, name, category, points, dwell_s) values"
                  " (1, 1, '消防通道', 'fire_lane', '[[0.1,0.1],[0.5,0.1],[0.5,1]]', 60)");
  fixture_exec(f, "insert into finding (camera_id, kind, zone_id, measure, threshold, alert_id, first_at_us) values"
                  " (1, 'zone', 1, 0.9, 0.5, 1, 1), (1, 'moved', null, 1, 0.5, null, 2)");
  fixture_exec(f, "insert into outage (id, cause, name, place_id, alert_id, members, began_at_us, ended_at_us) values"
                  " (1, 'switch', 'SW-1', null, null, 8, 5, null), (2, 'link', '', 1, null, 9, 1, 2)");
  fixture_exec(f, "insert into outage_camera values (1, 2, 6, null), (1, 1, 5, 7), (2, 1, 1, null)");
  fixture_exec(f, "insert into reference values (2, 9, null, '0123456789012345678901234567890123456789012345678901234567890123', x'00')");
  return 0;
}

static void check(json_t *object) {
  g_autoptr(GError) error = NULL;
  json_t *root = gw_schema_root("objects");
  const char *type = json_string_value(json_object_get(object, "type"));
  json_t *schema = json_object_get(json_object_get(root, "$defs"), type);
  assert_non_null(schema);
  g_autofree char *text = json_dumps(object, JSON_ENCODE_ANY);
  if (!gw_schema_check(root, schema, object, type, &error))
    fail_msg("%s in %s", error->message, text);
}

static json_t *load(Fixture *f, const char *type, GwId id) {
  g_autoptr(GError) error = NULL;
  json_t *object = gw_object_load(f->db, type, id, &error);
  must(object != NULL, error, type);
  return object;
}

static gint64 int_of(json_t *object, const char *key) {
  assert_true(json_is_integer(json_object_get(object, key)));
  return json_integer_value(json_object_get(object, key));
}

static const char *text_of(json_t *object, const char *key) {
  assert_true(json_is_string(json_object_get(object, key)));
  return json_string_value(json_object_get(object, key));
}

static void every_type_has_its_shape(void **state) {
  static const char *const types[] = {"center", "place", "camera", "checkpoint", "unit", "alert", "ticket",
                                      "round", "shift", "watch", "outbox", "reader", "event", "zone", "finding", "rule",
                                      "outage"};
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
    for (GwId id = 1; id <= 2; id++) {
      json_t *object = gw_object_load(((Fixture *)*state)->db, types[i], id, NULL);
      if (id == 1)
        assert_non_null(object);
      if (object)
        check(object);
      json_decref(object);
    }
}

static void a_camera_names_the_outage_it_is_down_in_and_its_reference(void **state) {
  json_t *back = load(*state, "camera", 1), *down = load(*state, "camera", 2), *outage = load(*state, "outage", 1);
  assert_true(json_is_null(json_object_get(back, "outage_id"))); /* back in one, and the other is over */
  assert_true(json_is_null(json_object_get(back, "reference_at_us")));
  assert_int_equal(int_of(down, "outage_id"), 1);
  assert_int_equal(int_of(down, "reference_at_us"), 9);
  json_t *cameras = json_object_get(outage, "cameras"), *first = json_array_get(cameras, 0);
  assert_int_equal(json_array_size(cameras), 2);
  assert_int_equal(int_of(first, "camera_id"), 1); /* in the order in which they fell */
  assert_int_equal(int_of(first, "back_at_us"), 7);
  json_decref(back);
  json_decref(down);
  json_decref(outage);
}

static void what_is_gone_is_null_without_an_error(void **state) {
  Fixture *f = *state;
  static const struct { const char *type; GwId id; } gone[] = {
      {"place", 3}, {"camera", 3}, {"alert", 99}, {"ticket", 99}, {"center", 2}, {"event", 99}};
  for (gsize i = 0; i < G_N_ELEMENTS(gone); i++) {
    g_autoptr(GError) error = NULL;
    assert_null(gw_object_load(f->db, gone[i].type, gone[i].id, &error));
    assert_null(error);
  }
  g_autoptr(GError) error = NULL;
  assert_null(gw_object_load(f->db, "user", 1, &error));
  assert_int_equal(error->code, GW_CODE_INTERNAL);
}

static void an_alert_says_when_it_must_be_answered(void **state) {
  json_t *alert = load(*state, "alert", 1); /* P2 of rule "reported", acknowledged, with a ticket of kind E */
  gint64 first_us = int_of(alert, "first_at_us");
  assert_int_equal(int_of(alert, "ack_due_us"), first_us + GW_MIN);
  assert_true(json_is_null(json_object_get(alert, "act_due_us"))); /* somebody went */
  assert_int_equal(int_of(alert, "arrive_due_us"), first_us + 5 * GW_MIN);
  assert_string_equal(text_of(alert, "words"), "2单元门前有人倒地");
  assert_string_equal(text_of(alert, "owner"), "王值机");
  assert_string_equal(text_of(alert, "reporter"), "patrol1"); /* no display name: the login name */
  assert_string_equal(text_of(alert, "response_en"), "Verify, send the nearest unit");
  json_decref(alert);
}

static void another_priority_brings_its_own_times(void **state) {
  json_t *alert = load(*state, "alert", 2); /* a P4 rule, raised as P3 because the place is blind */
  gint64 first_us = int_of(alert, "first_at_us");
  assert_int_equal(int_of(alert, "ack_due_us"), first_us + 30 * GW_SEC + 5 * GW_MIN);
  assert_true(json_is_null(json_object_get(alert, "arrive_due_us"))); /* nobody runs for a camera */
  json_decref(alert);
}

static void an_acknowledged_alert_without_a_ticket_says_when_to_act(void **state) {
  Fixture *f = *state;
  fixture_exec(f, "update alert set ticket_id = null where id = 1");
  json_t *alert = load(f, "alert", 1);
  assert_int_equal(int_of(alert, "act_due_us"), int_of(alert, "acked_at_us") + 2 * GW_MIN);
  assert_int_equal(int_of(alert, "arrive_due_us"), int_of(alert, "first_at_us") + 5 * GW_MIN);
  json_decref(alert);
}

static void a_ticket_brings_clocks_files_and_candidates(void **state) {
  json_t *ticket = load(*state, "ticket", 1);
  assert_int_equal(json_array_size(json_object_get(ticket, "clocks")), 2);
  assert_int_equal(json_array_size(json_object_get(ticket, "files")), 1);
  json_t *candidate = json_array_get(json_object_get(ticket, "candidates"), 0);
  assert_string_equal(text_of(candidate, "name"), "巡防一队");
  assert_string_equal(text_of(ticket, "dispatcher"), "王值机");
  json_decref(ticket);
}

static void people_of_a_unit_are_masked_and_its_phone_is_not(void **state) {
  json_t *unit = load(*state, "unit", 1);
  assert_string_equal(text_of(unit, "members"), "李**、张**");
  assert_string_equal(text_of(unit, "phone"), "13800001234");
  json_decref(unit);
}

static void the_center_counts_today_in_local_time(void **state) {
  Fixture *f = *state;
  fixture_exec(f, "insert into ticket (id, code, kind, state, category, priority, origin_at_us, closed_at_us) values"
                  " (8, 'x', 'O', 'CLOSED', 'order', 3, 1795190399000000, 1795190401000000)"); /* 23:59:59, closed 00:00:01 */
  json_t *center = load(f, "center", 1);
  assert_int_equal(int_of(center, "tickets_today"), 2);
  assert_int_equal(int_of(center, "tickets_closed_today"), 1);
  assert_int_equal(int_of(center, "utc_offset_s"), 28800);
  assert_string_equal(text_of(center, "checkin_worker"), "down");
  assert_string_equal(text_of(center, "camera_worker"), "up");
  json_decref(center);
}

static guint count(json_t *put, const char *type) {
  guint n = 0;
  size_t i;
  json_t *object;
  json_array_foreach(put, i, object)
    n += g_strcmp0(json_string_value(json_object_get(object, "type")), type) == 0;
  return n;
}

static json_t *snapshot(Fixture *f, const char *view, GwId unit_id) {
  g_autoptr(GError) error = NULL;
  gint64 seq = -1;
  json_t *put = gw_snapshot(f->db, view, unit_id, FIXTURE_NOW_US, &seq, &error);
  must(put != NULL, error, view);
  assert_int_equal(seq, 1);
  assert_false(gw_db_in_transaction(f->db));
  return put;
}

static void a_snapshot_is_what_single_loads_are(void **state) {
  Fixture *f = *state;
  json_t *put = snapshot(f, "desk", 0), *object;
  size_t i;
  json_array_foreach(put, i, object) {
    check(object);
    json_t *alone = load(f, text_of(object, "type"), int_of(object, "id"));
    assert_true(json_equal(object, alone));
    json_decref(alone);
  }
  static const struct { const char *type; guint n; } expected[] = {
      {"center", 1}, {"place", 3}, {"camera", 2}, {"checkpoint", 1}, {"unit", 2}, {"alert", 2}, {"ticket", 2},
      {"round", 1}, {"shift", 1}, {"watch", 1}, {"outbox", 2}, {"reader", 1}, {"event", 1}, {"zone", 1}, {"finding", 2},
      {"rule", 16}, {"outage", 1}};
  for (i = 0; i < G_N_ELEMENTS(expected); i++)
    assert_int_equal(count(put, expected[i].type), expected[i].n);
  json_decref(put);
}

static void what_was_closed_within_twelve_hours_stays(void **state) {
  Fixture *f = *state;
  fixture_exec(f, "update alert set closed_at_us = 1795226400000000 - 43199000000 where id = 3");
  json_t *put = snapshot(f, "desk", 0);
  assert_int_equal(count(put, "alert"), 3);
  json_decref(put);
}

static void each_view_sees_its_own(void **state) {
  Fixture *f = *state;
  json_t *wall = snapshot(f, "wall", 0), *first = snapshot(f, "unit:1", 0), *second = snapshot(f, "unit", 2), *object;
  size_t i;
  json_array_foreach(wall, i, object) {
    check(object);
    if (json_object_get(object, "words"))
      assert_string_equal(text_of(object, "words"), "");
    if (json_object_get(object, "phone"))
      assert_string_equal(text_of(object, "phone"), "");
  }
  assert_int_equal(count(first, "ticket"), 1);
  assert_int_equal(count(first, "alert"), 1);
  assert_int_equal(count(first, "outbox"), 1);
  assert_int_equal(count(first, "unit"), 1);
  assert_int_equal(count(first, "round"), 1);
  assert_int_equal(count(first, "camera") + count(first, "event") + count(first, "watch") + count(first, "reader"), 0);
  assert_int_equal(count(second, "ticket") + count(second, "alert") + count(second, "outbox"), 0);
  assert_int_equal(count(second, "place"), 3);
  assert_int_equal(count(wall, "rule") + count(first, "rule") + count(first, "zone") + count(first, "finding"), 0);
  assert_int_equal(count(wall, "finding"), 2);
  assert_int_equal(count(wall, "outage"), 1);
  assert_int_equal(count(first, "outage"), 0);
  g_autoptr(GError) error = NULL;
  gint64 seq;
  assert_null(gw_snapshot(f->db, "kitchen", 0, FIXTURE_NOW_US, &seq, &error));
  assert_int_equal(error->code, GW_CODE_BAD_ARGS);
  json_decref(wall);
  json_decref(first);
  json_decref(second);
}

static void a_damaged_byte_of_text_does_not_take_the_snapshot_down(void **state) {
  Fixture *f = *state;
  fixture_exec(f, "update camera set name = cast(x'e4b8ff41' as text) where id = 1");
  json_t *camera = load(f, "camera", 1);
  check(camera);
  json_decref(camera);
}

int main(void) {
#define FACT(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      FACT(every_type_has_its_shape),
      FACT(what_is_gone_is_null_without_an_error),
      FACT(a_camera_names_the_outage_it_is_down_in_and_its_reference),
      FACT(an_alert_says_when_it_must_be_answered),
      FACT(another_priority_brings_its_own_times),
      FACT(an_acknowledged_alert_without_a_ticket_says_when_to_act),
      FACT(a_ticket_brings_clocks_files_and_candidates),
      FACT(people_of_a_unit_are_masked_and_its_phone_is_not),
      FACT(the_center_counts_today_in_local_time),
      FACT(a_snapshot_is_what_single_loads_are),
      FACT(what_was_closed_within_twelve_hours_stays),
      FACT(each_view_sees_its_own),
      FACT(a_damaged_byte_of_text_does_not_take_the_snapshot_down),
  };
  return cmocka_run_group_tests_name("object", tests, NULL, NULL);
}
