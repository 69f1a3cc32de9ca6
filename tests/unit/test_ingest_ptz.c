/* The supervisor passes orders to turn cameras to a worker, and believes of the answers what was asked. */
#include "tests/unit/ingest_fixture.h"

#include <jansson.h>
#include "daemon/base/clock.h"
#include "daemon/ingest/ingest.h"
#include "daemon/ledger/ledger.h"
#include "daemon/link/frame.h"
#include "daemon/store/db.h"

#define PRESETS "select count(*) from preset"
#define FAILED(cause)                                                                                        \
  "select count(*) from journal where kind = 'camera.turn_failed' and body ->> 'cause' = '" cause "'"
#define AWAY "select count(*) from camera where away_preset = '"

/* ---- the worker's side ---- */

static void answer(Fake *fake, const char *type, json_int_t ref, json_int_t id, const char *cause,
                   json_t *presets) {
  json_t *m = json_pack("{s:s, s:I, s:I, s:b, s:s}", "type", type, "ref", ref, "id", id, "ok",
                        strcmp(cause, "none") == 0, "cause", cause);
  if (presets)
    json_object_set_new(m, "presets", presets);
  say(fake->control, m, NULL, 0);
}

static json_t *too_many_presets(void) {
  json_t *rows = json_array();
  g_autofree char *long_token = g_strnfill(65, 'x');
  json_array_append_new(rows, json_pack("{s:s, s:s}", "token", long_token, "name", "too long"));
  json_array_append_new(rows, json_pack("{s:s, s:s}", "token", "", "name", "none"));
  json_array_append_new(rows, json_pack("[s]", "no object"));
  for (int i = 1; i <= 90; i++) {
    g_autofree char *token = g_strdup_printf("%d", i);
    json_array_append_new(rows, json_pack("{s:s, s:s}", "token", token, "name", "预置位"));
  }
  return rows;
}

static json_int_t kept_ref; /* of a turn that is answered later */

static void fake_turn(Fake *fake, json_int_t ref, json_int_t id, const char *preset) {
  g_autofree char *note = g_strdup_printf("turn:%s", preset);
  leave_note(note);
  if (strcmp(preset, "3") == 0)
    _exit(1);
  if (strcmp(preset, "4") == 0) {
    kept_ref = ref;
    return;
  }
  if (kept_ref)
    answer(fake, "camera.turned", kept_ref, id, "auth", NULL); /* of before: nobody waits for it any more */
  answer(fake, "camera.turned", ref + 1000, id, "auth", NULL);
  answer(fake, "camera.turned", ref, id + 1, "auth", NULL);
  answer(fake, "camera.turned", ref, id, strcmp(preset, "5") == 0 ? "made up" : "none", NULL);
}

static gboolean fake_ptz(Fake *fake, const char *type, json_t *m) {
  const json_int_t ref = number(m, "ref"), id = number(m, "id");
  if (strcmp(type, "camera.presets") == 0) {
    g_assert(strcmp(text(m, "url"), "http://192.0.2.1/onvif") == 0 &&
             strcmp(text(m, "password"), "s3cret") == 0);
    answer(fake, "camera.presets", ref, id + 1, "none",
           json_pack("[{s:s, s:s}]", "token", "1", "name", "another's"));
    answer(fake, "camera.presets", ref, id, "none", too_many_presets());
    return TRUE;
  }
  if (strcmp(type, "camera.turn") != 0)
    return FALSE;
  fake_turn(fake, ref, id, text(m, "preset"));
  return TRUE;
}

/* ---- the test's side ---- */

static GwId add_turnable(Center *c, const char *code) {
  const GwId id = add_camera(c, code);
  order(c, 1, "camera.change",
        json_pack("{s:I, s:s}", "camera_id", (json_int_t)id, "control_url", "http://192.0.2.1/onvif"), "id");
  return id;
}

static void turn(Center *c, GwId id, const char *preset) {
  order(c, 1, "camera.turn", json_pack("{s:I, s:s}", "camera_id", (json_int_t)id, "preset", preset), "id");
}

static GwId start_with_presets(Center *c) {
  add_camera(c, "C-1");
  const GwId id = add_turnable(c, "C-2");
  start_ingest(c);
  turn_until(count(c, PRESETS) > 0);
  return id;
}

/* The camera was registered before the daemon ran. */
static void presets_are_asked_for_at_the_start_and_bounded(void **state) {
  Center *c = *state;
  start_with_presets(c);
  assert_int_equal(count(c, PRESETS), 61); /* of the first 64 those that are some */
  assert_int_equal(count(c, PRESETS " where camera_id = 1 or length(token) > 2"), 0);
}

static void what_was_not_asked_changes_nothing(void **state) {
  Center *c = *state;
  const GwId id = start_with_presets(c);
  turn(c, id, "2");
  turn_until(took_note("turn:2") && count(c, AWAY "2'") == 1);
  turn(c, id, "1");
  turn_until(took_note("turn:1") && count(c, AWAY "1'") == 1);
  assert_int_equal(count(c, FAILED("auth")), 0);
}

static void of_two_turns_the_newer_ones_answer_counts(void **state) {
  Center *c = *state;
  const GwId id = start_with_presets(c);
  turn(c, id, "4");
  turn_until(took_note("turn:4"));
  turn(c, id, "5");
  turn_until(count(c, FAILED("protocol")) == 1); /* a cause that there is not */
  assert_int_equal(count(c, FAILED("auth")), 0);
}

static void a_worker_that_dies_over_an_order_is_not_told_it_again(void **state) {
  Center *c = *state;
  const GwId id = start_with_presets(c);
  turn(c, id, "3");
  turn_until(count(c, FAILED("worker_gone")) == 1);
  assert_int_equal(count(c, AWAY "3'"), 1); /* it may have heard */
  turn_until(c->ups == 2);
  turn(c, id, "2");
  turn_until(took_note("turn:2"));
  assert_int_equal(count(c, FAILED("worker_gone")), 1);
}

int main(void) {
  fake_more = fake_ptz;
  if (is_worker())
    return fake_worker();
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      T(presets_are_asked_for_at_the_start_and_bounded),
      T(what_was_not_asked_changes_nothing),
      T(of_two_turns_the_newer_ones_answer_counts),
      T(a_worker_that_dies_over_an_order_is_not_told_it_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
