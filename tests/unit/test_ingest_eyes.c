/* The supervisor: several workers, and what they say about the pictures of cameras. */
#include "tests/unit/ingest_fixture.h"

#include <jansson.h>
#include "daemon/base/clock.h"
#include "daemon/ingest/ingest.h"
#include "daemon/ledger/ledger.h"
#include "daemon/link/frame.h"
#include "daemon/store/db.h"

#define UNKNOWN "select count(*) from camera where state = 'unknown' and cause = 'worker_gone'"

static void start_with(Center *c, int workers, int cameras) {
  for (int i = 1; i <= cameras; i++) {
    g_autofree char *code = g_strdup_printf("C-%d", i);
    add_camera(c, code);
  }
  c->camera_workers = workers;
  start_ingest(c);
  turn_until(count(c, LIVE) == cameras);
}

static guint worker_cameras(Center *c, size_t i, const char *field) {
  json_t *status = gw_ingest_status(c->ingest);
  const guint n = (guint)json_integer_value(json_object_get(json_array_get(status, i), field));
  json_decref(status);
  return n;
}

/* ---- several workers ---- */

static void cameras_are_shared_out_evenly_and_their_budgets_too(void **state) {
  Center *c = *state;
  start_with(c, 3, 7);
  assert_int_equal(worker_cameras(c, 0, "cameras"), 3);
  assert_int_equal(worker_cameras(c, 1, "cameras"), 2);
  assert_int_equal(worker_cameras(c, 2, "cameras"), 2);
  assert_int_equal(worker_cameras(c, 1, "live"), 2);
  assert_int_equal(notes("hello:cameras:400:13"), 1); /* a third of 1200 bytes and of 40 looks */
  assert_int_equal(notes("hello:cameras-2:400:13"), 1);
  assert_int_equal(notes("set:"), 7);
  assert_true(gw_ingest_is_up(c->ingest, "cameras-3"));
}

static void death_of_one_worker_disturbs_no_camera_of_the_others(void **state) {
  Center *c = *state;
  start_with(c, 2, 4);
  turn_until(count(c, "select count(*) from camera where codec = 'h264'") == 4);
  const gint64 others = count(c, "select sum(rev) from camera where id in (1, 3)");
  const GwUsec killed_us = gw_clock_mono_us();
  kill(pid_of(c, 1), SIGKILL);
  turn_until(count(c, UNKNOWN) == 2);
  assert_int_equal(count(c, "select count(*) from camera where id in (2, 4) and state = 'unknown'"), 2);
  turn_until(count(c, LIVE) == 4);
  assert_true(gw_clock_mono_us() - killed_us < 2 * GW_SEC);
  turn_until(count(c, "select count(*) from camera where codec = 'h264'") == 4);
  assert_int_equal(count(c, "select sum(rev) from camera where id in (1, 3)"), others);
  assert_int_equal(notes("set:cameras:1:"), 1);
  assert_int_equal(notes("set:cameras-2:2:"), 2);
  assert_int_equal(c->downs, 0); /* the first one never was */
}

static void camera_that_kills_its_worker_kills_no_other(void **state) {
  Center *c = *state;
  start_with(c, 2, 2);
  const gint64 other = count(c, "select rev from camera where id = 1");
  add_camera_at(c, "C-3", "rtsp://192.0.2.1/other"); /* the first one's */
  add_camera_at(c, "C-4", "rtsp://192.0.2.1/poison");
  turn_until(notes("set:cameras-2:4:") >= 3); /* it was tried again and again */
  assert_int_equal(worker_cameras(c, 0, "restarts"), 0);
  turn_until(count(c, "select count(*) from camera where id in (1, 3) and state = 'live'") == 2);
  assert_true(count(c, "select rev from camera where id = 1") <= other + 1); /* the codec, nothing else */
  order(c, 1, "camera.remove", json_pack("{s:i}", "camera_id", 4), "camera_id");
  turn_until(count(c, LIVE) == 3);
}

static void worker_that_is_added_takes_its_share_and_no_other_camera_moves(void **state) {
  Center *c = *state;
  start_with(c, 1, 6);
  gw_ingest_set_camera_workers(c->ingest, 2);
  turn_until(worker_cameras(c, 1, "live") == 3);
  assert_int_equal(worker_cameras(c, 0, "cameras"), 3);
  assert_int_equal(notes("set:cameras-2:"), 3);
  assert_int_equal(notes("removed:cameras:"), 3);
  assert_int_equal(notes("set:"), 9);             /* six at the start, three that moved */
  turn_until(notes("hello:cameras:600:20") == 1); /* its half is told to the one that runs */
  turn_until(count(c, LIVE) == 6);
  assert_int_equal(worker_cameras(c, 0, "restarts"), 0);
}

static void worker_that_is_stopped_leaves_its_cameras_to_the_others(void **state) {
  Center *c = *state;
  start_with(c, 3, 6);
  const int pid = pid_of(c, 2);
  gw_ingest_set_camera_workers(c->ingest, 1);
  assert_int_equal(gw_ingest_camera_workers(c->ingest), 1);
  assert_int_equal(worker_cameras(c, 0, "cameras"), 6);
  turn_until(worker_cameras(c, 0, "live") == 6);
  turn_until(kill(pid, 0) != 0); /* its process is gone and reaped */
  turn_until(count(c, LIVE) == 6);
  assert_int_equal(notes("set:cameras:1:"), 1); /* who was there stayed */
  assert_int_equal(count(c, "select count(*) from condition where key like 'worker:%'"), 0);
  gw_ingest_set_camera_workers(c->ingest, 2);
  turn_until(worker_cameras(c, 1, "live") == 3);
}

static void camera_is_added_changed_and_removed_without_the_others(void **state) {
  Center *c = *state;
  start_with(c, 2, 3);
  const GwId id = add_camera(c, "C-9");
  turn_until(count(c, LIVE) == 4);
  order(c, 1, "camera.change",
        json_pack("{s:I, s:s}", "camera_id", (json_int_t)id, "url", "rtsp://192.0.2.1/9"), "camera_id");
  turn_until(notes("set:") == 5);
  order(c, 1, "camera.remove", json_pack("{s:I}", "camera_id", (json_int_t)id), "camera_id");
  turn_until(notes("removed:") == 1);
  assert_int_equal(notes("set:"), 5);
  assert_int_equal(c->forgotten, 1);
}

static void word_of_a_worker_about_a_camera_of_another_is_not_believed(void **state) {
  Center *c = *state;
  start_with(c, 2, 2);
  json_t *lie =
      json_pack("{s:s, s:i, s:s, s:s}", "type", "camera.state", "id", 2, "state", "lost", "cause", "closed");
  gw_cameras_on_message(g_ptr_array_index(c->ingest->workers, 0), "camera.state", lie, NULL, 0);
  json_object_set_new(lie, "kind", json_string("black"));
  json_object_set_new(lie, "on", json_true());
  json_object_set_new(lie, "measure", json_integer(1));
  json_object_set_new(lie, "threshold", json_integer(0));
  gw_cameras_on_message(g_ptr_array_index(c->ingest->workers, 0), "finding", lie, NULL, 0);
  json_decref(lie);
  const GwId after = add_camera(c, "C-3"); /* what was said before it has reached the ledger */
  assert_true(after > 0);
  assert_int_equal(count(c, "select count(*) from camera where state = 'lost'"), 0);
  assert_int_equal(count(c, "select count(*) from finding"), 0);
}

/* Its process is there and its sockets are open, but it hangs. */
static void worker_that_falls_silent_is_ended(void **state) {
  Center *c = *state;
  start_with(c, 1, 1);
  GwWorker *worker = g_ptr_array_index(c->ingest->workers, 0);
  turn_until(worker->has_spoken);
  for (int s = 0; s < 12; s++)
    gw_worker_tick(worker, gw_clock_mono_us());
  assert_non_null(gw_child_control(worker->child));
  gw_worker_tick(worker, gw_clock_mono_us());
  turn_until(worker->restarts == 1);
  turn_until(count(c, LIVE) == 1);
}

/* More than the link's queue holds: they are told one after the other. */
static void many_cameras_with_large_references_are_all_told(void **state) {
  Center *c = *state;
  for (int i = 1; i <= 40; i++) {
    g_autofree char *code = g_strdup_printf("C-%d", i);
    add_camera(c, code);
  }
  g_autoptr(GwDb) db = gw_db_open(c->database, GW_DB_WRITE, NULL);
  assert_true(gw_db_exec(
      db,
      "insert into reference (camera_id, at_us, hash, body) select id, 1, lower(hex(zeroblob(32))), "
      "zeroblob(262144) from camera",
      NULL));
  start_ingest(c);
  turn_until(count(c, LIVE) == 40);
  assert_int_equal(notes("set:cameras:"), 40);
  assert_int_equal(worker_cameras(c, 0, "restarts"), 0);
}

static void picture_that_is_right_is_learnt_also_when_the_worker_was_away(void **state) {
  Center *c = *state;
  leave_note("want-reference");
  start_with(c, 1, 1);
  turn_until(count(c, "select count(*) from reference where cast(body as text) = 'first'") == 1);
  kill(pid_of(c, 0), SIGKILL);
  turn_until(c->downs == 1);
  order(c, 1, "camera.relearn", json_pack("{s:i}", "camera_id", 1), "camera_id");
  turn_until(count(c, "select count(*) from reference where cast(body as text) = 'learnt'") == 1);
}

/* ---- what pictures say ---- */

static void findings_come_with_their_pictures_and_in_order(void **state) {
  Center *c = *state;
  leave_note("want-findings");
  start_with(c, 1, 1);
  turn_until(count(c, "select count(*) from finding where kind = 'covered' and ended_at_us is null") == 1);
  turn_until(count(c, "select count(*) from finding where kind = 'black' and ended_at_us is not null") == 1);
  g_autofree char *before = gw_hash_hex(tiny_jpeg, sizeof tiny_jpeg),
                  *now = gw_hash_hex(other_jpeg, sizeof other_jpeg);
  g_autofree char *sql = g_strdup_printf(
      "select count(*) from finding where before_hash = '%s' and now_hash = '%s'", before, now);
  assert_int_equal(count(c, sql), 2);
  turn_until(c->thumbs == 1);
}

static void finding_comes_without_pictures_when_they_cannot_be_stored(void **state) {
  Center *c = *state;
  leave_note("want-findings");
  c->store_is_busy = TRUE;
  start_with(c, 1, 1);
  turn_until(g_queue_get_length(&c->ingest->unsaved) == 3);
  for (int i = 0; i < 10; i++)
    gw_pictures_tick(c->ingest); /* ten seconds later it is told all the same */
  turn_until(count(c, "select count(*) from finding where now_hash = ''") == 2);
  assert_true(g_queue_is_empty(&c->ingest->unsaved));
  assert_int_equal(c->ingest->unsaved_bytes, 0);
}

static void zone_is_told_and_only_those_that_were_told_are_believed(void **state) {
  Center *c = *state;
  leave_note("want-findings");
  start_with(c, 1, 1);
  turn_until(notes("scene-0-28800-") == 1);
  order(c, 1, "zone.add",
        json_pack("{s:i, s:s, s:s, s:[[f,f],[f,f],[f,f]], s:i}", "camera_id", 1, "name", "消防通道",
                  "category", "fire_lane", "points", 0.1, 0.5, 0.5, 0.5, 0.5, 0.9, "dwell_s", 120),
        "zone_id");
  turn_until(count(c, "select count(*) from finding where kind = 'zone' and zone_id = 1") == 1);
  assert_int_equal(notes("scene-1-28800-"), 1);
  assert_int_equal(notes("set:"), 1); /* its stream is not touched by it */
}

static void reference_is_kept_and_told_again(void **state) {
  Center *c = *state;
  leave_note("want-reference");
  start_with(c, 1, 1);
  turn_until(count(c, "select count(*) from reference where cast(body as text) = 'first'") == 1);
  kill(pid_of(c, 0), SIGKILL);
  turn_until(notes("scene-0-28800-first") == 1);
  turn_until(count(c, LIVE) == 1);
  order(c, 1, "camera.relearn", json_pack("{s:i}", "camera_id", 1), "camera_id");
  turn_until(count(c, "select count(*) from reference where cast(body as text) = 'learnt' and user_id = 1") ==
             1);
  GwWatched *watched = g_hash_table_lookup(c->ingest->cameras, &(GwId){1});
  turn_until(watched->learnt == NULL);
}

static void sub_stream_is_watched_where_there_is_one(void **state) {
  Center *c = *state;
  order(c, 1, "camera.add",
        json_pack("{s:s, s:s, s:s, s:s, s:b}", "code", "C-1", "name", "x", "url", "rtsp://192.0.2.1/main",
                  "sub_url", "rtsp://192.0.2.1/sub", "metadata", 0),
        "camera_id");
  start_ingest(c);
  turn_until(took_note("sub-without-metadata"));
  order(c, 1, "camera.change", json_pack("{s:i, s:s}", "camera_id", 1, "watch", "main"), "camera_id");
  turn_until(notes("set:") == 2);
  assert_int_equal(notes("sub-"), 1);
}

static void nothing_a_hostile_worker_says_is_believed_and_what_is_true_still_is(void **state) {
  Center *c = *state;
  leave_note("want-hostile");
  leave_note("want-findings");
  start_with(c, 1, 1);
  turn_until(c->thumbs == 1); /* the true one, said last */
  turn_until(count(c, "select count(*) from finding") == 2);
  assert_int_equal(count(c, "select count(*) from reference"), 0);
  assert_int_equal(count(c, "select count(*) from journal where kind in ('camera.light', 'camera.code')"), 0);
  assert_int_equal(c->forgotten, 0);
  assert_int_equal(worker_cameras(c, 0, "restarts"), 0);
  turn_until(json_array_size(c->gauges) == 1);
  const json_t *gauge = json_array_get(c->gauges, 0);
  assert_true(json_number_value(json_object_get(gauge, "fps")) <= 1000);
  assert_true(json_integer_value(json_object_get(gauge, "key_ms")) >= 0);
  assert_string_equal(json_string_value(json_object_get(gauge, "rate")), "");
  assert_true(json_is_null(json_object_get(gauge, "activity")));
}

static void worker_that_finds_without_end_is_ended(void **state) {
  Center *c = *state;
  leave_note("want-flood");
  add_camera(c, "C-1");
  start_ingest(c);
  turn_until(worker_cameras(c, 0, "restarts") == 1);
}

int main(void) {
  if (is_worker())
    return fake_worker();
  const struct CMUnitTest tests[] = {
      fact(cameras_are_shared_out_evenly_and_their_budgets_too),
      fact(death_of_one_worker_disturbs_no_camera_of_the_others),
      fact(camera_that_kills_its_worker_kills_no_other),
      fact(worker_that_is_added_takes_its_share_and_no_other_camera_moves),
      fact(worker_that_is_stopped_leaves_its_cameras_to_the_others),
      fact(camera_is_added_changed_and_removed_without_the_others),
      fact(word_of_a_worker_about_a_camera_of_another_is_not_believed),
      fact(worker_that_falls_silent_is_ended),
      fact(many_cameras_with_large_references_are_all_told),
      fact(picture_that_is_right_is_learnt_also_when_the_worker_was_away),
      fact(findings_come_with_their_pictures_and_in_order),
      fact(finding_comes_without_pictures_when_they_cannot_be_stored),
      fact(zone_is_told_and_only_those_that_were_told_are_believed),
      fact(reference_is_kept_and_told_again),
      fact(sub_stream_is_watched_where_there_is_one),
      fact(nothing_a_hostile_worker_says_is_believed_and_what_is_true_still_is),
      fact(worker_that_finds_without_end_is_ended),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
