/* gridwarden-ingest against simulated cameras on real sockets: what it says of each kind of bad day. */
#include "pipelines/picture.h"
#include "tests/pipelines/cm.h"
#include "tests/pipelines/farm_peer.h"
#include "tests/pipelines/worker_peer.h"

#include <string.h>

#define USER "admin"
#define PASSWORD "p w:1"

typedef struct World {
  FarmPeer *farm;
  WorkerPeer *w;
} World;

static int set_up(void **state) {
  static const char *const arguments[] = {"-n", "12",         "--own-ports", "-u",
                                          USER, "--password", PASSWORD,      NULL};
  World *world = g_new0(World, 1);
  world->farm = farm_start(arguments);
  world->w = worker_start("cameras");
  *state = world;
  return 0;
}

static int tear_down(void **state) {
  World *world = *state;
  worker_stop(world->w);
  farm_stop(world->farm);
  g_free(world);
  return 0;
}

static void set_camera_as(World *world, int id, const char *url, const char *password) {
  worker_say(world->w, "{s:s,s:i,s:s,s:s,s:s,s:s}", "type", "camera.set", "id", id, "url", url, "user", USER,
             "password", password, "transport", "tcp");
}

static void set_camera(World *world, int id, int camera) {
  g_autofree char *url = farm_url(world->farm, camera);
  set_camera_as(world, id, url, PASSWORD);
}

static const Said *expect_state(World *world, int within_ms, int id, const char *state, const char *cause) {
  return worker_expect(world->w, within_ms, "{s:s,s:i,s:s,s:s}", "type", "camera.state", "id", id, "state",
                       state, "cause", cause);
}

static void order(World *world, const char *what, int camera) {
  json_decref(farm_do(world->farm, "{s:s,s:i}", "do", what, "cameras", camera));
}

/* What the farm says that this camera shows. */
static void facts_of(World *world, int camera, int *ret_width, int *ret_height) {
  json_t *answer = farm_do(world->farm, "{s:s,s:i}", "do", "list", "cameras", camera);
  json_t *facts = json_array_get(json_object_get(answer, "cameras"), 0);
  *ret_width = (int)json_integer_value(json_object_get(facts, "width"));
  *ret_height = (int)json_integer_value(json_object_get(facts, "height"));
  json_decref(answer);
}

/* Gauges, until those of this camera hold steady figures. */
static json_t *expect_gauge(World *world, int id, int seconds) {
  json_t *gauge = NULL;
  worker_forget(world->w, "{s:s}", "type", "gauges");
  for (int i = 0; i < seconds; i++) {
    json_t *g = said_gauge(worker_expect(world->w, 3000, "{s:s}", "type", "gauges"), id);
    gauge = g ? g : gauge;
  }
  assert_non_null(gauge);
  return gauge;
}

static gint64 number(json_t *gauge, const char *key) {
  return json_integer_value(json_object_get(gauge, key));
}

static void camera_is_live_with_its_true_figures(void **state) {
  World *world = *state;
  int width = 0, height = 0;
  facts_of(world, 1, &width, &height);
  set_camera(world, 1, 1);
  expect_state(world, 1000, 1, "connecting", "starting");
  expect_state(world, 4000, 1, "live", "none");
  json_t *gauge = expect_gauge(world, 1, 6);
  const double fps = json_number_value(json_object_get(gauge, "fps"));
  assert_true(fps > 14 && fps < 16);
  assert_int_equal(number(gauge, "width"), width);
  assert_int_equal(number(gauge, "height"), height);
  assert_int_equal(number(gauge, "gop"), 15);
  assert_int_equal(number(gauge, "reconnects"), 0);
  assert_in_range(number(gauge, "kbps"), 20, 2000);
  assert_in_range(number(gauge, "age_ms"), 0, 300);
  assert_string_equal(json_string_value(json_object_get(gauge, "codec")), "h264");
}

static void every_thread_of_a_working_worker_is_confined(void **state) {
  World *world = *state;
  set_camera(world, 1, 1);
  expect_state(world, 5000, 1, "live", "none");
  g_autofree char *folder = g_strdup_printf("/proc/%d/task", worker_pid(world->w));
  g_autoptr(GDir) tasks = g_dir_open(folder, 0, NULL);
  assert_non_null(tasks);
  const char *task;
  guint threads = 0, confined = 0;
  while ((task = g_dir_read_name(tasks))) {
    g_autofree char *path = g_build_filename(folder, task, "status", NULL);
    g_autofree char *status = NULL;
    if (!g_file_get_contents(path, &status, NULL, NULL))
      continue; /* it ended while we looked */
    threads++;
    confined += strstr(status, "NoNewPrivs:\t1") && strstr(status, "Seccomp:\t2");
  }
  assert_true(threads > 1);
  assert_int_equal(confined, threads);
}

static void only_watched_cameras_send_stills(void **state) {
  World *world = *state;
  worker_say(world->w, "{s:s,s:[i],s:i}", "type", "still.watch", "cameras", 2, "every_ms", 500);
  set_camera(world, 1, 1);
  set_camera(world, 2, 2);
  const Said *still = worker_expect(world->w, 5000, "{s:s,s:i}", "type", "still", "id", 2);
  int width = 0, height = 0;
  gsize bytes = 0;
  assert_non_null(still->data);
  const guint8 *data = g_bytes_get_data(still->data, &bytes);
  assert_int_equal(gw_picture_kind(data, bytes, &width, &height), GW_PICTURE_JPEG);
  assert_int_equal(width, 640);
  assert_int_equal(said_int(still, "width"), width);
  assert_int_equal(said_int(still, "height"), height);
  assert_int_equal(worker_count(world->w, 2500, "{s:s,s:i}", "type", "still", "id", 1), 0);
  assert_true(worker_count(world->w, 0, "{s:s,s:i}", "type", "still", "id", 2) >= 2);
}

static void silent_camera_stalls_is_lost_and_comes_back(void **state) {
  World *world = *state;
  set_camera(world, 1, 1);
  expect_state(world, 4000, 1, "live", "none");
  order(world, "stall", 1);
  const gint64 before_us = g_get_monotonic_time();
  expect_state(world, 4000, 1, "stalled", "no_packets");
  assert_true(g_get_monotonic_time() - before_us > 2500000);
  expect_state(world, 6500, 1, "lost", "no_packets");
  order(world, "resume", 1);
  expect_state(world, 15000, 1, "live", "none");
  assert_int_equal(number(expect_gauge(world, 1, 2), "reconnects"), 1);
}

static void stall_that_ends_in_time_is_no_loss(void **state) {
  World *world = *state;
  set_camera(world, 1, 1);
  expect_state(world, 4000, 1, "live", "none");
  order(world, "stall", 1);
  expect_state(world, 4000, 1, "stalled", "no_packets");
  order(world, "resume", 1);
  expect_state(world, 2000, 1, "live", "none");
  assert_int_equal(number(expect_gauge(world, 1, 2), "reconnects"), 0);
  assert_int_equal(farm_count(world->farm, 1, "plays"), 1);
}

static void camera_that_vanishes_is_lost_knocked_at_and_live_again(void **state) {
  World *world = *state;
  g_autofree char *url = farm_own_url(world->farm, 3);
  set_camera_as(world, 3, url, PASSWORD);
  expect_state(world, 4000, 3, "live", "none");
  order(world, "drop", 3);
  expect_state(world, 2000, 3, "lost", "closed");
  expect_state(world, 4000, 3, "lost", "unreachable");
  const gint64 describes = farm_count(world->farm, 3, "describes");
  order(world, "resume", 3);
  expect_state(world, 7000, 3, "live", "none");
  assert_int_equal(farm_count(world->farm, 3, "describes"), describes + 1);
}

static void wrong_password_is_tried_twice_and_then_refused(void **state) {
  World *world = *state;
  g_autofree char *url = farm_url(world->farm, 4);
  set_camera_as(world, 4, url, "wrong");
  expect_state(world, 6000, 4, "refused", "auth");
  assert_int_equal(farm_count(world->farm, 4, "refused"), 2);
  assert_int_equal(
      worker_count(world->w, 5000, "{s:s,s:i,s:s}", "type", "camera.state", "id", 4, "state", "live"), 0);
  assert_int_equal(farm_count(world->farm, 4, "refused"), 2); /* and left alone */
  set_camera_as(world, 4, url, PASSWORD);
  expect_state(world, 4000, 4, "live", "none");
}

static void full_recorder_and_missing_path_are_told_apart(void **state) {
  World *world = *state;
  json_decref(farm_do(world->farm, "{s:s,s:i,s:i}", "do", "full", "cameras", 5, "status", 453));
  json_decref(farm_do(world->farm, "{s:s,s:i,s:i}", "do", "full", "cameras", 6, "status", 503));
  set_camera(world, 5, 5);
  set_camera(world, 6, 6);
  set_camera(world, 7, 777);
  expect_state(world, 4000, 5, "lost", "recorder_full");
  expect_state(world, 4000, 6, "lost", "recorder_full");
  expect_state(world, 4000, 7, "lost", "not_found");
  order(world, "resume", 5);
  expect_state(world, 8000, 5, "live", "none");
}

static void answers_without_pictures_and_no_answers_are_told_apart(void **state) {
  World *world = *state;
  order(world, "silent", 8);
  order(world, "hang", 9);
  set_camera(world, 8, 8);
  set_camera(world, 9, 9);
  expect_state(world, 6000, 9, "lost", "timeout");
  expect_state(world, 13000, 8, "lost", "no_packets");
}

static void setting_and_removing_disturbs_nobody_else(void **state) {
  World *world = *state;
  set_camera(world, 1, 1);
  expect_state(world, 4000, 1, "live", "none");
  set_camera(world, 2, 2);
  expect_state(world, 4000, 2, "live", "none");
  set_camera(world, 2, 3); /* the same id, another camera */
  expect_state(world, 4000, 2, "live", "none");
  set_camera(world, 1, 1); /* the very same again is no news */
  worker_say(world->w, "{s:s,s:i}", "type", "camera.remove", "id", 2);
  worker_say(world->w, "{s:s,s:s}", "type", "no.such.type", "id", "x");
  worker_say(world->w, "{s:s,s:s}", "type", "camera.set", "id", "not a number");
  worker_expect(world->w, 1000, "{s:s,s:i}", "type", "log", "level", 4);
  assert_int_equal(worker_count(world->w, 1500, "{s:s,s:i}", "type", "camera.state", "id", 1), 2);
  assert_int_equal(farm_count(world->farm, 1, "plays"), 1);
  assert_int_equal(farm_count(world->farm, 2, "viewers"), 0);
  assert_int_equal(farm_count(world->farm, 3, "viewers"), 0);
}

static void new_picture_size_shows_in_the_gauges(void **state) {
  World *world = *state;
  int width = 0, height = 0;
  set_camera(world, 1, 1);
  expect_state(world, 4000, 1, "live", "none");
  order(world, "size", 1);
  facts_of(world, 1, &width, &height);
  expect_state(world, 3000, 1, "lost", "closed");
  expect_state(world, 5000, 1, "live", "none");
  json_t *gauge = expect_gauge(world, 1, 2);
  assert_int_equal(number(gauge, "width"), width);
  assert_int_equal(number(gauge, "height"), height);
}

static void handshakes_with_one_host_are_capped(void **state) {
  World *world = *state;
  json_decref(farm_do(world->farm, "{s:s,s:s,s:i}", "do", "slow", "cameras", "all", "ms", 100));
  json_decref(farm_do(world->farm, "{s:s,s:s}", "do", "reset", "cameras", "all"));
  for (int i = 1; i <= 12; i++)
    set_camera(world, i, i);
  for (int i = 1; i <= 12; i++)
    expect_state(world, 15000, i, "live", "none");
  json_t *answer = farm_do(world->farm, "{s:s,s:i}", "do", "count", "cameras", 1);
  assert_in_range(json_integer_value(json_object_get(answer, "handshakes_most")), 2, 4);
  json_decref(answer);
}

static void probe(World *world, const char *ref, const char *url, const char *password) {
  worker_say(world->w, "{s:s,s:s,s:s,s:s,s:s,s:i}", "type", "camera.probe", "ref", ref, "url", url, "user",
             USER, "password", password, "timeout_ms", 8000);
}

static void probe_says_what_it_found(void **state) {
  World *world = *state;
  int width = 0, height = 0;
  facts_of(world, 10, &width, &height);
  g_autofree char *good = farm_url(world->farm, 10);
  g_autofree char *hung = farm_url(world->farm, 11);
  order(world, "hang", 11);
  probe(world, "good", good, PASSWORD);
  probe(world, "auth", good, "wrong");
  probe(world, "hung", hung, PASSWORD);
  probe(world, "nobody", "rtsp://127.0.0.1:1/", PASSWORD);
  probe(world, "nonsense", "http://127.0.0.1/", PASSWORD);
  worker_expect(world->w, 1000, "{s:s,s:s,s:b,s:s}", "type", "camera.probed", "ref", "nonsense", "ok", 0,
                "cause", "protocol");
  worker_expect(world->w, 2000, "{s:s,s:s,s:b,s:s}", "type", "camera.probed", "ref", "nobody", "ok", 0,
                "cause", "unreachable");
  worker_expect(world->w, 4000, "{s:s,s:s,s:b,s:s}", "type", "camera.probed", "ref", "auth", "ok", 0, "cause",
                "auth");
  worker_expect(world->w, 8500, "{s:s,s:s,s:b,s:s}", "type", "camera.probed", "ref", "hung", "ok", 0, "cause",
                "timeout");
  const Said *found = worker_expect(world->w, 8500, "{s:s,s:s,s:b,s:s,s:s}", "type", "camera.probed", "ref",
                                    "good", "ok", 1, "cause", "none", "codec", "h264");
  assert_int_equal(said_int(found, "width"), width);
  assert_int_equal(said_int(found, "height"), height);
  assert_int_equal(said_int(found, "gop"), 15);
  assert_true(said_real(found, "fps") > 14 && said_real(found, "fps") < 16);
  assert_true(json_string_length(json_object_get(found->message, "sentence_zh")) > 0);
  assert_int_equal(worker_count(world->w, 0, "{s:s}", "type", "camera.state"), 0);
}

/* Sets, waits for the picture, removes; then waits until the reaper is done. */
static guint descriptors_after_rounds(World *world, int rounds, guint at_most) {
  guint n = 0;
  for (int round = 0; round < rounds; round++) {
    for (int i = 1; i <= 4; i++)
      set_camera(world, i, i);
    for (int i = 1; i <= 4; i++)
      expect_state(world, 6000, i, "live", "none");
    for (int i = 1; i <= 4; i++)
      worker_say(world->w, "{s:s,s:i}", "type", "camera.remove", "id", i);
  }
  for (int tries = 0; tries < 30; tries++) {
    worker_count(world->w, 100, "{}");
    n = worker_descriptors(world->w);
    if (n <= at_most)
      break;
  }
  return n;
}

static void removed_cameras_leave_no_descriptor_behind(void **state) {
  World *world = *state;
  const guint before = descriptors_after_rounds(world, 1, 16); /* threads and pools are made by then */
  assert_true(descriptors_after_rounds(world, 4, before) <= before);
}

static void worker_ends_when_the_daemon_is_gone(void **state) {
  World *world = *state;
  set_camera(world, 1, 1);
  expect_state(world, 4000, 1, "live", "none");
  worker_hang_up(world->w);
  world->w = worker_start("cameras");
}

int main(void) {
#define with_world(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      with_world(camera_is_live_with_its_true_figures),
      with_world(every_thread_of_a_working_worker_is_confined),
      with_world(only_watched_cameras_send_stills),
      with_world(silent_camera_stalls_is_lost_and_comes_back),
      with_world(stall_that_ends_in_time_is_no_loss),
      with_world(camera_that_vanishes_is_lost_knocked_at_and_live_again),
      with_world(wrong_password_is_tried_twice_and_then_refused),
      with_world(full_recorder_and_missing_path_are_told_apart),
      with_world(answers_without_pictures_and_no_answers_are_told_apart),
      with_world(setting_and_removing_disturbs_nobody_else),
      with_world(new_picture_size_shows_in_the_gauges),
      with_world(handshakes_with_one_host_are_capped),
      with_world(probe_says_what_it_found),
      with_world(removed_cameras_leave_no_descriptor_behind),
      with_world(worker_ends_when_the_daemon_is_gone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
