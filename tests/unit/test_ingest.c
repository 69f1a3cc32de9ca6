/* The supervisor: what it tells its workers, what it believes, and how it brings them back. */
#include "tests/unit/ingest_fixture.h"

#include <jansson.h>
#include "daemon/base/clock.h"
#include "daemon/ingest/ingest.h"
#include "daemon/ledger/ledger.h"
#include "daemon/link/frame.h"
#include "daemon/store/db.h"

static void camera_is_watched_with_its_password_and_its_size_is_learnt(void **state) {
  Center *c = *state;
  add_camera(c, "C-1"); /* before the worker runs */
  start_ingest(c);
  turn_until(count(c, LIVE) == 1);
  add_camera(c, "C-2"); /* and while it does */
  turn_until(count(c, LIVE) == 2);
  turn_until(count(c, "select count(*) from camera where codec = 'h264' and width = 1920") == 2);
  turn_until(json_array_size(c->gauges) == 1); /* of one camera a message, and the stranger is left out */
  assert_true(gw_ingest_is_up(c->ingest, "cameras"));
}

static void killed_worker_is_back_within_2_s_and_cameras_are_unknown_meanwhile(void **state) {
  Center *c = *state;
  add_camera(c, "C-1");
  start_ingest(c);
  turn_until(count(c, LIVE) == 1);
  const int pid = pid_of(c, 0);
  const GwUsec killed_us = gw_clock_mono_us();
  kill(pid, SIGKILL);
  turn_until(c->downs == 1);
  turn_until(count(c, "select count(*) from camera where state = 'unknown' and cause = 'worker_gone'") == 1);
  turn_until(c->ups == 2 && count(c, LIVE) == 1);
  assert_true(gw_clock_mono_us() - killed_us < 2 * GW_SEC);
  assert_int_not_equal(pid_of(c, 0), pid);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'worker.down'"), 1);
  assert_int_equal(count(c, "select count(*) from alert"), 0);
}

static void check_in_that_waited_for_the_worker_is_counted(void **state) {
  Center *c = *state;
  submit(c, "TAG1");
  assert_int_equal(count(c, "select count(*) from checkin where state = 'stored'"), 1);
  start_ingest(c);
  turn_until(count(c, "select count(*) from checkin where state = 'counted'") == 1);
  for (int i = 0; i < 40; i++) /* more than are under way at once */
    submit(c, "TAG1");
  turn_until(count(c, "select count(*) from checkin where state = 'counted'") == 41);
}

static void message_that_kills_the_worker_three_times_is_refused(void **state) {
  Center *c = *state;
  start_ingest(c);
  order(c, 1, "checkin.dump", json_pack("{s:s}", "body", "POISON"), "raw_id");
  turn_until(count(c, "select count(*) from checkin where state = 'refused'") == 1);
  assert_true(took_note("poisoned"));
  submit(c, "TAG1");
  turn_until(count(c, "select count(*) from checkin where state = 'counted'") == 1);
}

static void reader_line_is_acknowledged_after_it_is_stored(void **state) {
  Center *c = *state;
  start_ingest(c);
  turn_until(gw_ingest_is_up(c->ingest, "checkins"));
  order(c, 1, "reader.add", json_pack("{s:s, s:i}", "name", "stick1", "unit_id", 1), "reader_id");
  turn_until(took_note("stored-41-ok"));
  assert_int_equal(count(c, "select count(*) from checkin where state = 'counted' and tag = 'TAG1' and "
                            "cast(raw as text) = 'GW1,line'"),
                   1);
  turn_until(c->udp_port == 7710);
}

static void picture_comes_while_somebody_looks(void **state) {
  Center *c = *state;
  const GwId id = add_camera(c, "C-1");
  start_ingest(c);
  turn_until(count(c, LIVE) == 1);
  GwStills *stills = gw_ingest_stills(c->ingest);
  assert_null(gw_stills_newest(stills, id));
  gw_stills_watch_once(stills, id, 5 * GW_SEC);
  turn_until(gw_stills_newest(stills, id));
  assert_int_equal(gw_stills_newest(stills, id)->width, 640);
  assert_null(gw_stills_newest(stills, 998)); /* nobody gave that id */
  assert_int_equal(c->stills, 1);
}

/* It was taken before the clock was set back: how old it is nobody knows. */
static void still_from_ahead_of_now_is_no_proof(void **state) {
  Center *c = *state;
  add_camera(c, "C-1");
  start_ingest(c);
  turn_until(count(c, LIVE) == 1);
  g_autoptr(GBytes) jpeg = g_bytes_new_static(tiny_jpeg, sizeof tiny_jpeg);
  gw_stills_put(gw_ingest_stills(c->ingest), 1, gw_clock_real_us() + GW_HOUR, 640, 360, jpeg);
  gw_ingest_media_save(c->ingest, 7, 1);
  assert_int_equal(c->saved, 0);
  turn_until(c->saved == 1); /* one of now was asked for */
}

static void still_of_an_alert_is_saved_as_soon_as_there_is_one(void **state) {
  Center *c = *state;
  const GwId id = add_camera(c, "C-1");
  start_ingest(c);
  turn_until(count(c, LIVE) == 1);
  json_t *effects =
      json_pack("[{s:s, s:i, s:I}]", "effect", "still.save", "alert_id", 7, "camera_id", (json_int_t)id);
  const GwPublication publication = {.effects = effects};
  gw_ingest_on_publication(c->ingest, &publication); /* nobody looked: it is decoded for this */
  turn_until(c->saved == 1);
  gw_ingest_on_publication(c->ingest, &publication); /* fresh enough: at once */
  assert_int_equal(c->saved, 2);
  assert_int_equal(c->saved_alert_id, 7);
  json_decref(effects);
}

static void on_probed(json_t *result, const GError *error, gpointer user) {
  Center *c = user;
  c->probed = json_incref(result);
  c->probe_error = error ? g_error_copy(error) : NULL;
  c->replied = TRUE;
}

static void probe_answers_once(void **state) {
  Center *c = *state;
  start_ingest(c);
  c->replied = FALSE;
  gw_ingest_probe(c->ingest, "rtsp://192.0.2.1/1", NULL, NULL, 2000, on_probed, c);
  assert_false(c->replied); /* not before it returns, even when the worker is not there yet */
  turn_until(c->replied);
  assert_int_equal(gw_error_code(c->probe_error), GW_CODE_UNAVAILABLE);
  g_clear_error(&c->probe_error);
  turn_until(gw_ingest_is_up(c->ingest, "cameras"));
  c->replied = FALSE;
  gw_ingest_probe(c->ingest, "rtsp://192.0.2.1/1", NULL, NULL, 2000, on_probed, c);
  turn_until(c->replied);
  assert_true(json_is_true(json_object_get(c->probed, "ok")));
  assert_null(json_object_get(c->probed, "ref"));
}

static void missing_program_is_a_worker_that_is_down(void **state) {
  Center *c = *state;
  g_free(c->program);
  c->program = g_strdup("/nonexistent/gridwarden-ingest");
  start_ingest(c);
  turn_until(count(c, "select count(*) from condition where key = 'worker:cameras'") == 1);
  assert_false(gw_ingest_is_up(c->ingest, "cameras"));
}

static void full_lane_pauses_the_worker_and_loses_nothing(void **state) {
  Center *c = *state;
  order(c, 1, "camera.add",
        json_pack("{s:s, s:s, s:s}", "code", "C-1", "name", "x", "url", "rtsp://192.0.2.1/flood"),
        "camera_id");
  gw_ledger_stop(c->ledger);
  const GwLedgerConfig config = {.database = c->database, .key_file = c->key_file};
  c->ledger = gw_ledger_open_for_test(&config, NULL); /* one that only works when told to */
  start_ingest(c);
  turn_until(!g_queue_is_empty(&c->ingest->waiting));
  const guint waiting = g_queue_get_length(&c->ingest->waiting);
  for (int i = 0; i < 20; i++)
    g_main_context_iteration(NULL, FALSE);
  assert_int_equal(g_queue_get_length(&c->ingest->waiting), waiting); /* nothing more is read */
  gw_ledger_run_for_test(c->ledger);
  turn_until(g_queue_is_empty(&c->ingest->waiting));
  gw_ledger_run_for_test(c->ledger);
  turn_until((gw_ledger_run_for_test(c->ledger), count(c, "select rev from camera") == FLOOD + 1));
}

/* ---------------------------------------------------------------- stills alone */

static json_int_t watched(GwStills *stills, size_t i) {
  json_t *list = gw_stills_take_watch(stills);
  const json_int_t value =
      list ? (i == 99 ? (json_int_t)json_array_size(list) : json_integer_value(json_array_get(list, i))) : -1;
  json_decref(list);
  return value;
}

static void watch_list_is_the_union_and_ends(void **state) {
  gw_clock_fake(0);
  GwStills *stills = gw_stills_new(NULL, NULL);
  const GwId one[] = {3, 1}, two[] = {3, 9};
  assert_true(gw_stills_watch(stills, 1, one, 2, 0));
  assert_true(gw_stills_watch(stills, 2, two, 2, 5 * GW_SEC));
  assert_int_equal(watched(stills, 99), 3);
  assert_int_equal(watched(stills, 99), -1); /* told already */
  gw_clock_fake_advance(6 * GW_SEC);
  gw_stills_tick(stills, gw_clock_mono_us());
  assert_int_equal(watched(stills, 99), 2);
  assert_true(gw_stills_watch(stills, 1, NULL, 0, 0));
  assert_int_equal(watched(stills, 99), 0);
  gw_stills_free(stills);
  gw_clock_unfake();
}

static void picture_nobody_wants_is_let_go(void **state) {
  gw_clock_fake(0);
  GwStills *stills = gw_stills_new(NULL, NULL);
  g_autoptr(GBytes) jpeg = g_bytes_new_static(tiny_jpeg, sizeof tiny_jpeg);
  gw_stills_put(stills, 5, 1, 640, 360, jpeg);
  gw_clock_fake_advance(59 * GW_SEC);
  gw_stills_tick(stills, gw_clock_mono_us());
  assert_non_null(gw_stills_newest(stills, 5));
  gw_clock_fake_advance(2 * GW_SEC);
  gw_stills_tick(stills, gw_clock_mono_us());
  assert_null(gw_stills_newest(stills, 5));
  gw_stills_free(stills);
  gw_clock_unfake();
}

static void viewers_and_lists_are_bounded(void **state) {
  GwStills *stills = gw_stills_new(NULL, NULL);
  GwId many[GW_LIMIT_STILL_LIST + 1] = {1};
  assert_false(gw_stills_watch(stills, 1, many, G_N_ELEMENTS(many), 0));
  for (guint64 v = 1; v <= GW_LIMIT_STILL_VIEWERS; v++)
    assert_true(gw_stills_watch(stills, v, many, 1, 0));
  assert_false(gw_stills_watch(stills, GW_LIMIT_STILL_VIEWERS + 1, many, 1, 0));
  assert_true(gw_stills_watch(stills, 1, many, 2, 0)); /* who is there may change his list */
  gw_stills_free(stills);
}

int main(void) {
  if (is_worker())
    return fake_worker();
  const struct CMUnitTest tests[] = {
      fact(camera_is_watched_with_its_password_and_its_size_is_learnt),
      fact(killed_worker_is_back_within_2_s_and_cameras_are_unknown_meanwhile),
      fact(check_in_that_waited_for_the_worker_is_counted),
      fact(message_that_kills_the_worker_three_times_is_refused),
      fact(reader_line_is_acknowledged_after_it_is_stored),
      fact(picture_comes_while_somebody_looks),
      fact(still_from_ahead_of_now_is_no_proof),
      fact(still_of_an_alert_is_saved_as_soon_as_there_is_one),
      fact(probe_answers_once),
      fact(missing_program_is_a_worker_that_is_down),
      fact(full_lane_pauses_the_worker_and_loses_nothing),
      cmocka_unit_test(watch_list_is_the_union_and_ends),
      cmocka_unit_test(picture_nobody_wants_is_let_go),
      cmocka_unit_test(viewers_and_lists_are_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
