/* gridwarden-ingest's eyes: by which way a camera is watched, what is kept, looked at and said of it. */
#include "pipelines/picture.h"
#include "tests/pipelines/cm.h"
#include "tests/pipelines/farm_peer.h"
#include "tests/pipelines/worker_peer.h"

#include <string.h>

typedef struct World {
  FarmPeer *farm;
  WorkerPeer *w;
} World;

static int set_up(void **state) {
  static const char *const arguments[] = {"-n", "4", NULL};
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

static void set_camera(World *world, int id, gboolean metadata) {
  g_autofree char *url = farm_url(world->farm, id);
  worker_say(world->w, "{s:s,s:i,s:s,s:s,s:b}", "type", "camera.set", "id", id, "url", url, "transport",
             "tcp", "metadata", metadata);
}

static void expect_live(World *world, int id, const char *via, int within_ms) {
  worker_expect(world->w, within_ms, "{s:s,s:i,s:s,s:s}", "type", "camera.state", "id", id, "state", "live",
                "via", via);
}

static void order(World *world, const char *what, int camera) {
  json_decref(farm_do(world->farm, "{s:s,s:i}", "do", what, "cameras", camera));
}

/* The shares are others now. */
static void share(World *world, int looks_per_s, int ring_bytes) {
  worker_say(world->w, "{s:s,s:i,s:s,s:s,s:i,s:i,s:i,s:i}", "type", "hello", "v", 1, "worker", "w1", "job",
             "cameras", "connects", 16, "connects_per_host", 4, "looks_per_s", looks_per_s, "ring_bytes",
             ring_bytes);
}

static json_t *next_figures(World *world) {
  worker_forget(world->w, "{s:s}", "type", "gauges");
  return json_object_get(worker_expect(world->w, 3000, "{s:s}", "type", "gauges")->message, "worker");
}

static gint64 figure(json_t *figures, const char *key) {
  json_t *value = json_object_get(figures, key);
  assert_true(json_is_integer(value));
  return json_integer_value(value);
}

static void gauges_tell_all_that_is_known(void **state) {
  static const char *const numbers[] = {"fps",    "kbps",     "width",     "height",
                                        "gop",    "age_ms",   "frames",    "reconnects",
                                        "key_ms", "lost_ppm", "jitter_ms", "clock_ms"};
  World *world = *state;
  set_camera(world, 1, FALSE);
  expect_live(world, 1, "lean", 5000);
  json_t *gauge = NULL;
  for (int i = 0; i < 5; i++) {
    worker_forget(world->w, "{s:s}", "type", "gauges");
    gauge = said_gauge(worker_expect(world->w, 3000, "{s:s}", "type", "gauges"), 1);
  }
  assert_non_null(gauge);
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    if (!json_is_number(json_object_get(gauge, numbers[i])))
      fail_msg("%s is no number", numbers[i]);
  assert_string_equal(json_string_value(json_object_get(gauge, "codec")), "h264");
  assert_int_equal(json_integer_value(json_object_get(gauge, "lost_ppm")), 0);
  assert_in_range(json_integer_value(json_object_get(gauge, "key_ms")), 900, 1100);
  assert_true(json_is_null(json_object_get(gauge, "look_age_ms"))); /* no budget, no look */
  const gint64 frames = json_integer_value(json_object_get(gauge, "frames")),
               sent = farm_count(world->farm, 1, "pictures");
  assert_true(frames > 30 && sent - frames < 30);
}

static void few_threads_serve_all(void **state) {
  World *world = *state;
  for (int id = 1; id <= 4; id++)
    set_camera(world, id, FALSE);
  for (int id = 1; id <= 4; id++)
    expect_live(world, id, "lean", 5000);
  for (int i = 0; i < 25 && figure(next_figures(world), "threads") > 8;
       i++) { /* those of the handshakes end */
  }
  json_t *figures = next_figures(world);
  assert_true(figure(figures, "threads") <= 8);
  assert_true(figure(figures, "rss_bytes") > 1000000 && figure(figures, "cpu_us") > 0);
}

static void rings_fill_and_keep_to_their_share(void **state) {
  World *world = *state;
  set_camera(world, 1, FALSE);
  set_camera(world, 2, FALSE);
  gint64 bytes = 0;
  for (int i = 0; i < 15 && bytes < 300000; i++)
    bytes = figure(next_figures(world), "ring_bytes");
  assert_true(bytes >= 300000);
  share(world, 0, 200000);
  for (int i = 0; i < 5 && bytes > 200000; i++)
    bytes = figure(next_figures(world), "ring_bytes");
  assert_true(bytes <= 200000);
  worker_say(world->w, "{s:s,s:i}", "type", "camera.remove", "id", 1);
  worker_say(world->w, "{s:s,s:i}", "type", "camera.remove", "id", 2);
  (void)next_figures(world);
  assert_int_equal(figure(next_figures(world), "ring_bytes"), 0);
}

static void camera_that_wants_udp_is_watched_by_rtspsrc(void **state) {
  World *world = *state;
  order(world, "udp_only", 1);
  set_camera(world, 1, FALSE);
  expect_live(world, 1, "rtspsrc", 9000);
  const Said *gauges = NULL;
  json_t *gauge = NULL;
  for (int i = 0; i < 4; i++) {
    worker_forget(world->w, "{s:s}", "type", "gauges");
    gauges = worker_expect(world->w, 3000, "{s:s}", "type", "gauges");
    gauge = said_gauge(gauges, 1);
  }
  assert_non_null(gauge);
  assert_true(json_number_value(json_object_get(gauge, "fps")) > 10);
  assert_int_equal(
      worker_count(world->w, 0, "{s:s,s:i,s:s}", "type", "camera.state", "id", 1, "state", "lost"), 0);
}

static void looks_give_thumbs_and_a_reference(void **state) {
  World *world = *state;
  share(world, 20, 1000000);
  set_camera(world, 1, FALSE);
  const Said *thumb = worker_expect(world->w, 8000, "{s:s,s:i}", "type", "thumb", "id", 1);
  int width = 0, height = 0;
  gsize bytes = 0;
  const guint8 *data = g_bytes_get_data(thumb->data, &bytes);
  assert_int_equal(gw_picture_kind(data, bytes, &width, &height), GW_PICTURE_JPEG);
  assert_int_equal(width, 320);
  assert_int_equal(said_int(thumb, "width"), 320);
  worker_say(world->w, "{s:s,s:i}", "type", "scene.learn", "id", 1);
  const Said *reference =
      worker_expect(world->w, 15000, "{s:s,s:i,s:b}", "type", "reference", "id", 1, "asked", 1);
  const gint64 jpeg = said_int(reference, "jpeg_bytes");
  data = g_bytes_get_data(reference->data, &bytes);
  assert_true(jpeg > 0 && (gsize)jpeg < bytes && bytes <= 512 * 1024);
  assert_int_equal(gw_picture_kind(data, (gsize)jpeg, &width, &height), GW_PICTURE_JPEG);
  /* and it takes it back */
  worker_say_bytes(world->w, data + jpeg, bytes - (gsize)jpeg, "{s:s,s:i,s:b,s:i,s:[]}", "type", "scene.set",
                   "id", 1, "codes", 0, "utc_offset_s", 28800, "zones");
  assert_int_equal(worker_count(world->w, 300, "{s:s,s:i}", "type", "log", "level", 4), 0);
}

static void scenes_without_sense_are_said(void **state) {
  World *world = *state;
  worker_say(world->w, "{s:s,s:s}", "type", "scene.set", "id", "one");
  worker_expect(world->w, 1000, "{s:s,s:i}", "type", "log", "level", 4);
  worker_say(world->w, "{s:s,s:i,s:[{s:i,s:[[i,i]],s:i,s:i,s:i}]}", "type", "scene.set", "id", 1, "zones",
             "id", 5, "points", 0, 0, "from_min", 0, "to_min", 0, "dwell_s", 60);
  worker_expect(world->w, 1000, "{s:s,s:i}", "type", "log", "level", 4);
  worker_say(world->w, "{s:s,s:i,s:[{s:i,s:[[f,f],[f,f],[f,f]],s:i,s:i,s:i}]}", "type", "scene.set", "id", 1,
             "zones", "id", 5, "points", 0.1, 0.1, 0.9, 0.1, 0.5, 0.9, "from_min", 0, "to_min", 0, "dwell_s",
             60);
  assert_int_equal(worker_count(world->w, 300, "{s:s,s:i}", "type", "log", "level", 4), 2);
}

static void what_a_camera_observes_is_said(void **state) {
  World *world = *state;
  json_decref(farm_do(world->farm, "{s:s,s:i,s:s}", "do", "metadata", "cameras", 1, "dialect", "plain"));
  set_camera(world, 1, TRUE);
  expect_live(world, 1, "lean", 5000);
  json_decref(
      farm_do(world->farm, "{s:s,s:i,s:s,s:b}", "do", "event", "cameras", 1, "topic", "motion", "active", 1));
  const Said *said = worker_expect(world->w, 5000, "{s:s,s:i,s:s,s:b}", "type", "observed", "id", 1, "topic",
                                   "motion", "active", 1);
  assert_true(said_int(said, "at_us") > 0);
  json_decref(farm_do(world->farm, "{s:s,s:i,s:s,s:s,s:f,s:[f,f,f,f]}", "do", "event", "cameras", 1, "topic",
                      "object", "class", "Vehicle", "score", 0.75, "box", 0.25, 0.25, 0.5, 0.25));
  said = worker_expect(world->w, 5000, "{s:s,s:i,s:s}", "type", "observed", "id", 1, "topic", "object");
  assert_int_equal(json_array_size(json_object_get(said->message, "box")), 4);
}

int main(void) {
#define with_world(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      with_world(gauges_tell_all_that_is_known),      with_world(few_threads_serve_all),
      with_world(rings_fill_and_keep_to_their_share), with_world(camera_that_wants_udp_is_watched_by_rtspsrc),
      with_world(looks_give_thumbs_and_a_reference),  with_world(scenes_without_sense_are_said),
      with_world(what_a_camera_observes_is_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
