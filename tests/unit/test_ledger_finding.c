/* Findings in the ledger: rows, alerts by rule, pictures, chatter, and what ends them. */
#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "daemon/store/file.h"
#include "tests/unit/sight_fixture.h"

static void a_finding_begins_and_ends_with_its_measure(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  field_forget(f);
  sight_say(f, id, "moved", 0, TRUE);
  assert_int_equal(sight_count(f, "finding where ended_at_us is null and kind = 'moved' and measure = 0.9"),
                   1);
  assert_int_equal(
      sight_count(f, "journal where kind = 'finding.began' and json_extract(body, '$.threshold') = 0.5"), 1);
  json_t *object = field_put(f, "finding", 1);
  assert_non_null(object);
  assert_true(json_is_null(json_object_get(object, "ended_at_us")));
  assert_int_equal(json_integer_value(json_object_get(object, "alert_id")), 1);
  field_assert_text(f, "select sees from camera", "no");
  field_pass(f, 40 * GW_SEC);
  sight_say(f, id, "moved", 0, FALSE);
  assert_int_equal(sight_count(f, "finding where ended_at_us is not null"), 1);
  assert_int_equal(
      field_int(f, "select json_extract(body, '$.lasted_us') from journal where kind = 'finding.ended'"),
      40 * GW_SEC);
  field_assert_text(f, "select state from alert", "RETURNED");
  field_assert_text(f, "select sees from camera", "yes");
}

static void the_alert_is_called_after_the_kind_and_shows_the_picture(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  sight_camera(f, "C-2", 1);
  json_t *body = sight_body(id, "covered", 0, TRUE);
  json_object_set_new(body, "before_hash", json_string(sight_picture(f, 'a')));
  json_object_set_new(body, "now_hash", json_string(sight_picture(f, 'b')));
  field_forget(f);
  assert_int_equal(field_observe(f, "camera.finding", body, NULL), GW_CODE_OK);
  field_assert_text(f, "select category from alert", "camera_covered");
  assert_int_equal(field_int(f, "select rule_id from alert"), 12); /* the rule that is for covered ones */
  assert_int_equal(field_int(f, "select priority from alert"), 3);
  assert_int_equal(sight_count(f, "alert where still_hash like 'bbbb%' and camera_id = 1"), 1);
  assert_int_equal(sight_count(f, "journal where kind = 'alert.still'"), 1);
  assert_null(field_effect(f, "still.save"));
  sight_say(f, id, "defocused", 0, TRUE);
  assert_int_equal(
      sight_count(f, "alert where category = 'camera_defocused' and rule_id = 11 and priority = 4"), 1);
}

static void pictures_that_were_not_stored_are_left_out(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  json_t *body = sight_body(id, "covered", 0, TRUE);
  g_autofree char *never = g_strnfill(64, 'c');
  json_object_set_new(body, "now_hash", json_string(never));
  assert_int_equal(field_observe(f, "camera.finding", body, NULL), GW_CODE_OK);
  assert_int_equal(sight_count(f, "finding where now_hash = ''"), 1);
}

static void pictures_of_findings_and_references_are_no_orphans(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  json_t *body = sight_body(id, "covered", 0, TRUE);
  json_object_set_new(body, "before_hash", json_string(sight_picture(f, 'a')));
  json_object_set_new(body, "now_hash", json_string(sight_picture(f, 'b')));
  assert_int_equal(field_observe(f, "camera.finding", body, NULL), GW_CODE_OK);
  body = json_pack("{s:I, s:b, s:s}", "id", (json_int_t)id, "asked", FALSE, "hash", sight_picture(f, 'c'));
  assert_int_equal(field_observe(f, "camera.reference", body, "opaque"), GW_CODE_OK);
  sight_picture(f, 'd');
  field_exec(f, "update alert set still_hash = ''");
  g_autofree char *hash = NULL, *kind = NULL;
  assert_true(gw_store_file_orphan(f->db, FIELD_NOON_US + GW_DAY, &hash, &kind, NULL));
  assert_int_equal(hash[0], 'd');
  field_exec(f, "delete from file where hash like 'd%'");
  assert_false(gw_store_file_orphan(f->db, FIELD_NOON_US + GW_DAY, &hash, &kind, NULL));
}

static void the_last_camera_that_sees_a_grid_is_graver(void **state) {
  Field *f = *state;
  const GwId one = sight_camera(f, "C-1", 2), two = sight_camera(f, "C-2", 1);
  sight_say(f, one, "moved", 0, TRUE);
  sight_say(f, two, "black", 0, TRUE);
  assert_int_equal(field_int(f, "select priority from alert where camera_id = 1"), 4);
  assert_int_equal(field_int(f, "select priority from alert where camera_id = 2"), 3);
}

static void a_slow_stream_blinds_nobody(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  sight_say(f, id, "fps_low", 0, TRUE);
  field_assert_text(f, "select category from alert", "camera_fps_low");
  assert_int_equal(field_int(f, "select priority from alert"), 4);
  assert_int_equal(sight_count(f, "camera where sees = 'no'"), 0);
}

static void a_blocked_fire_lane_is_p2_and_named(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  const GwId lane = sight_zone(f, id, "消防通道", "fire_lane"), bins = sight_zone(f, id, "垃圾点", "dumping");
  sight_say(f, id, "zone", lane, TRUE);
  sight_say(f, id, "zone", bins, TRUE);
  field_assert_text(f, "select category from alert where priority = 2", "fire_lane");
  field_assert_text(f, "select category from alert where priority = 3", "dumping");
  field_assert_text(
      f, "select t.body from alert a join text t on t.id = a.words_text_id where a.priority = 2", "消防通道");
  assert_int_equal(sight_count(f, "finding where zone_id is not null and alert_id is not null"), 2);
  /* gone for the off-delay: the card stays until a person says what it was */
  sight_say(f, id, "zone", lane, FALSE);
  field_pass(f, 31 * GW_SEC);
  field_assert_text(f, "select state from alert where priority = 2", "RETURNED");
  assert_int_equal(field_command(f, 3, "alert.ack", json_pack("{s:i}", "alert_id", 1)), GW_CODE_ILLEGAL);
  field_ok(f, 3, "alert.dispose", json_pack("{s:i, s:s}", "alert_id", 1, "disposition", "real"));
  field_assert_text(f, "select state from alert where priority = 2", "NORM");
}

static void a_zone_must_be_this_cameras_and_watched(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2), other = sight_camera(f, "C-2", 2);
  const GwId zone = sight_zone(f, id, "消防通道", "fire_lane");
  assert_int_equal(field_observe(f, "camera.finding", sight_body(other, "zone", zone, TRUE), NULL),
                   GW_CODE_BAD_ARGS);
  assert_int_equal(field_observe(f, "camera.finding", sight_body(id, "zone", 99, TRUE), NULL),
                   GW_CODE_NOT_FOUND);
  field_ok(f, 1, "zone.change", json_pack("{s:I, s:b}", "zone_id", (json_int_t)zone, "enabled", FALSE));
  sight_say(f, id, "zone", zone, TRUE);
  assert_int_equal(sight_count(f, "finding"), 0);
}

static void a_rule_may_make_a_row_or_nothing_of_it(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  field_ok(f, 1, "rule.add",
           json_pack("{s:s, s:s, s:{s:[s]}, s:s, s:s, s:s}", "kind", "sight", "name", "对焦只记录",
                     "selector", "kinds", "defocused", "makes", "event", "response_zh", "看日志",
                     "response_en", "Look at the log"));
  sight_say(f, id, "defocused", 0, TRUE);
  assert_int_equal(sight_count(f, "finding"), 1);
  assert_int_equal(sight_count(f, "alert"), 0);
  field_ok(f, 1, "rule.change", json_pack("{s:i, s:b}", "rule_id", 11, "enabled", FALSE));
  sight_say(f, id, "moved", 0, TRUE);
  assert_int_equal(sight_count(f, "finding"), 2);
  assert_int_equal(sight_count(f, "alert"), 0);
}

static void a_delayed_rule_names_its_alert_in_the_finding(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  field_ok(f, 1, "rule.change", json_pack("{s:i, s:i}", "rule_id", 11, "on_delay_us", 20 * (int)GW_SEC));
  sight_say(f, id, "moved", 0, TRUE);
  assert_int_equal(sight_count(f, "finding where alert_id is null"), 1);
  field_pass(f, 21 * GW_SEC);
  assert_int_equal(sight_count(f, "finding where alert_id = 1"), 1);
  /* too short to be told of */
  sight_say(f, id, "frozen", 0, TRUE);
  field_pass(f, 5 * GW_SEC);
  sight_say(f, id, "frozen", 0, FALSE);
  field_pass(f, 30 * GW_SEC);
  assert_int_equal(sight_count(f, "alert"), 1);
}

static void said_again_is_the_same_finding(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  sight_say(f, id, "moved", 0, TRUE);
  json_t *lost = json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "state", "lost", "cause", "closed");
  assert_int_equal(field_observe(f, "camera.state", lost, NULL), GW_CODE_OK);
  assert_int_equal(sight_count(f, "finding where ended_at_us is null"), 1); /* open while nobody can look */
  field_pass(f, 10 * GW_SEC);
  json_t *live = json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "state", "live", "cause", "none");
  assert_int_equal(field_observe(f, "camera.state", live, NULL), GW_CODE_OK);
  sight_say(f, id, "moved", 0, TRUE);
  assert_int_equal(sight_count(f, "finding"), 1);
  assert_int_equal(sight_count(f, "journal where kind = 'finding.began'"), 1);
  assert_int_equal(sight_count(f, "alert"), 1);
}

/* A worker that dies takes with it what it knew: the next one says again what is still so, and no more. */
static void what_a_new_worker_does_not_find_is_over(void **state) {
  Field *f = *state;
  const GwId one = sight_camera(f, "C-1", 2), two = sight_camera(f, "C-2", 2), three = sight_camera(f, "C-3", 2);
  sight_say(f, one, "black", 0, TRUE);
  sight_say(f, two, "black", 0, TRUE);
  sight_say(f, three, "black", 0, TRUE);
  assert_int_equal(field_observe(f, "worker.down", json_pack("{s:s, s:s}", "job", "cameras", "cause", "killed"), NULL),
                   GW_CODE_OK);
  for (GwId id = one; id <= two; id++)
    assert_int_equal(field_observe(f, "camera.state",
                                   json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "state", "live", "cause", "none"),
                                   NULL),
                     GW_CODE_OK);
  field_pass(f, 2 * GW_MIN);
  sight_say(f, two, "black", 0, TRUE);
  assert_int_equal(sight_count(f, "finding where ended_at_us is null"), 3);
  field_pass(f, 16 * GW_MIN);
  field_assert_text(f, "select group_concat(camera_id) from finding where ended_at_us is null", "2,3");
  field_assert_text(f, "select json_extract(body, '$.why') from journal where kind = 'finding.ended'", "unsaid");
  /* the third is not live: nobody has looked */
  assert_int_equal(field_observe(f, "camera.state",
                                 json_pack("{s:I, s:s, s:s}", "id", (json_int_t)three, "state", "live", "cause", "none"),
                                 NULL),
                   GW_CODE_OK);
  field_pass(f, 32 * GW_MIN);
  field_assert_text(f, "select group_concat(camera_id) from finding where ended_at_us is null", "2");
}

static void chatter_becomes_one_finding_that_is_held(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  for (int i = 0; i < 30; i++) {
    sight_say(f, id, "moved", 0, TRUE);
    field_pass(f, 5 * GW_SEC);
    sight_say(f, id, "moved", 0, FALSE);
    field_pass(f, 5 * GW_SEC);
  }
  assert_int_equal(sight_count(f, "finding"), 6);
  assert_int_equal(sight_count(f, "journal where kind = 'finding.began'"), 6);
  assert_true(sight_count(f, "journal where kind = 'finding.chatter'") <= 1);
  assert_true(sight_count(f, "journal where kind = 'finding.ended'") <= 6);
  assert_int_equal(sight_count(f, "finding where ended_at_us is null"), 1); /* held */
  field_pass(f, 11 * GW_MIN);
  assert_int_equal(sight_count(f, "finding where ended_at_us is null"), 0);
  assert_int_equal(sight_count(f, "timer where kind = 'finding.end'"), 0);
  assert_int_equal(field_int(f, "select ended_at_us from finding where id = 6"),
                   FIELD_NOON_US + 295 * GW_SEC);
  /* again within the hour: a row, and no word to anybody */
  const gint64 alerts = sight_count(f, "journal where kind = 'alert.raised'");
  sight_say(f, id, "moved", 0, TRUE);
  assert_int_equal(sight_count(f, "finding"), 7);
  assert_int_equal(sight_count(f, "journal where kind = 'finding.chatter'"), 1);
  assert_int_equal(sight_count(f, "journal where kind = 'alert.raised'"), alerts);
  sight_say(f, id, "moved", 0, FALSE);
  field_pass(f, 11 * GW_MIN);
  assert_int_equal(sight_count(f, "finding where ended_at_us is null"), 0);
  /* other kinds, and other cameras, are told of all the same */
  sight_say(f, id, "frozen", 0, TRUE);
  assert_int_equal(sight_count(f, "finding"), 8);
  assert_int_equal(sight_count(f, "journal where kind = 'finding.began'"), 7);
}

static void at_most_six_alerts_an_hour_are_made_of_one_kind(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  for (int i = 0; i < 12; i++) {
    sight_say(f, id, "black", 0, TRUE);
    field_pass(f, 2 * GW_SEC);
    sight_say(f, id, "black", 0, FALSE);
    g_autofree char *open = field_text(f, "select id from alert where state = 'RETURNED'");
    if (open)
      field_ok(f, 3, "alert.dispose",
               json_pack("{s:I, s:s}", "alert_id", (json_int_t)atoll(open), "disposition", "false"));
    field_pass(f, 2 * GW_SEC);
  }
  assert_int_equal(sight_count(f, "alert"), 6);
}

/* Somebody tries six times, and then hangs his coat over it. */
static void chatter_that_stays_is_told_of_after_all(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  for (int i = 0; i < 6; i++) {
    sight_say(f, id, "covered", 0, TRUE);
    field_pass(f, 2 * GW_SEC);
    sight_say(f, id, "covered", 0, FALSE);
    g_autofree char *open = field_text(f, "select id from alert where state = 'RETURNED' and subject = 'camera'");
    if (open)
      field_ok(f, 3, "alert.dispose",
               json_pack("{s:I, s:s}", "alert_id", (json_int_t)atoll(open), "disposition", "false"));
  }
  field_pass(f, 11 * GW_MIN); /* the sixth was held */
  g_autofree char *last = field_text(f, "select id from alert where state = 'RETURNED' and subject = 'camera'");
  field_ok(f, 3, "alert.dispose",
           json_pack("{s:I, s:s}", "alert_id", (json_int_t)atoll(last), "disposition", "false"));
  sight_say(f, id, "covered", 0, TRUE);
  field_pass(f, 9 * GW_MIN);
  sight_say(f, id, "covered", 0, FALSE); /* it went for a moment: the time begins anew */
  field_pass(f, GW_SEC);
  sight_say(f, id, "covered", 0, TRUE);
  field_pass(f, 9 * GW_MIN);
  assert_int_equal(sight_count(f, "finding where ended_at_us is null"), 1);
  assert_int_equal(sight_count(f, "alert where active = 1 and subject = 'camera'"), 0);
  field_pass(f, 2 * GW_MIN);
  assert_int_equal(sight_count(f, "alert where active = 1 and subject = 'camera'"), 1);
  assert_int_equal(sight_count(f, "finding where ended_at_us is null and alert_id is not null"), 1);
  assert_int_equal(sight_count(f, "timer where kind = 'finding.stays'"), 0);
}

/* A camera that was given to another worker is looked at by one that knows nothing of it. */
static void a_worker_that_takes_a_camera_over_has_new_eyes(void **state) {
  Field *f = *state;
  const GwId one = sight_camera(f, "C-1", 2), two = sight_camera(f, "C-2", 2);
  sight_say(f, one, "black", 0, TRUE);
  sight_say(f, two, "black", 0, TRUE);
  assert_int_equal(field_observe(f, "worker.up",
                                 json_pack("{s:s, s:s, s:[I]}", "job", "cameras", "worker", "cameras-2",
                                           "camera_ids", (json_int_t)two),
                                 NULL),
                   GW_CODE_OK);
  field_pass(f, 16 * GW_MIN);
  field_assert_text(f, "select group_concat(camera_id) from finding where ended_at_us is null", "1");
}

static void what_is_not_looked_at_any_more_has_no_findings(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  sight_say(f, id, "moved", 0, TRUE);
  sight_say(f, id, "frozen", 0, TRUE);
  field_ok(f, 1, "camera.change", json_pack("{s:I, s:b}", "camera_id", (json_int_t)id, "enabled", FALSE));
  assert_int_equal(sight_count(f, "finding where ended_at_us is null"), 0);
  field_assert_text(f, "select json_extract(body, '$.why') from journal where kind = 'finding.ended' limit 1",
                    "disabled");
  assert_int_equal(sight_count(f, "alert where active = 1"), 0);
  sight_say(f, id, "moved", 0, TRUE); /* said before the worker heard it */
  assert_int_equal(sight_count(f, "finding where ended_at_us is null"), 0);
}

static void bad_findings_are_refused(void **state) {
  Field *f = *state;
  const GwId id = sight_camera(f, "C-1", 2);
  assert_int_equal(field_observe(f, "camera.finding", sight_body(id, "boring", 0, TRUE), NULL),
                   GW_CODE_BAD_ARGS);
  assert_int_equal(field_observe(f, "camera.finding", sight_body(99, "moved", 0, TRUE), NULL),
                   GW_CODE_NOT_FOUND);
  json_t *body = sight_body(id, "moved", 0, TRUE);
  json_object_del(body, "measure");
  assert_int_equal(field_observe(f, "camera.finding", body, NULL), GW_CODE_BAD_ARGS);
  sight_say(f, id, "moved", 0, FALSE); /* the end of what never began is nothing */
  assert_int_equal(sight_count(f, "finding"), 0);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, field_setup, field_teardown)

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(a_finding_begins_and_ends_with_its_measure),
      FACT(the_alert_is_called_after_the_kind_and_shows_the_picture),
      FACT(pictures_that_were_not_stored_are_left_out),
      FACT(pictures_of_findings_and_references_are_no_orphans),
      FACT(the_last_camera_that_sees_a_grid_is_graver),
      FACT(a_slow_stream_blinds_nobody),
      FACT(a_blocked_fire_lane_is_p2_and_named),
      FACT(a_zone_must_be_this_cameras_and_watched),
      FACT(a_rule_may_make_a_row_or_nothing_of_it),
      FACT(a_delayed_rule_names_its_alert_in_the_finding),
      FACT(said_again_is_the_same_finding),
      FACT(what_a_new_worker_does_not_find_is_over),
      FACT(chatter_becomes_one_finding_that_is_held),
      FACT(at_most_six_alerts_an_hour_are_made_of_one_kind),
      FACT(chatter_that_stays_is_told_of_after_all),
      FACT(a_worker_that_takes_a_camera_over_has_new_eyes),
      FACT(what_is_not_looked_at_any_more_has_no_findings),
      FACT(bad_findings_are_refused),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
