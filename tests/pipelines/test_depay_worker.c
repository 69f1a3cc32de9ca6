/* gridwarden-ingest and cameras on bad lines: what of it shows in the gauges.  H.264 and H.265. */
#include "tests/pipelines/cm.h"
#include "tests/pipelines/farm_peer.h"
#include "tests/pipelines/worker_peer.h"

#include <math.h>

typedef struct World {
  FarmPeer *farm;
  WorkerPeer *w;
} World;

enum { H264 = 1, H265 };

static int set_up(void **state) {
  static const char *const arguments[] = {"-n", "2", "--one-send-per-packet", NULL};
  World *world = g_new0(World, 1);
  world->farm = farm_start(arguments);
  json_decref(farm_do(world->farm, "{s:s,s:i,s:s}", "do", "size", "cameras", H265, "clip", "large-h265"));
  world->w = worker_start("cameras");
  for (int i = H264; i <= H265; i++) {
    g_autofree char *url = farm_url(world->farm, i);
    worker_say(world->w, "{s:s,s:i,s:s,s:s}", "type", "camera.set", "id", i, "url", url, "transport", "tcp");
  }
  for (int i = H264; i <= H265; i++)
    worker_expect(world->w, 8000, "{s:s,s:i,s:s}", "type", "camera.state", "id", i, "state", "live");
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

/* The first gauge from now on of which `is` is true. */
static json_t *expect_gauge(World *world, int id, gboolean (*is)(json_t *gauge)) {
  worker_forget(world->w, "{s:s}", "type", "gauges");
  for (int i = 0; i < 15; i++) {
    json_t *gauge = said_gauge(worker_expect(world->w, 3000, "{s:s}", "type", "gauges"), id);
    if (gauge && is(gauge))
      return gauge;
  }
  fail_msg("no gauge of camera %d is so", id);
  return NULL;
}

static double figure(json_t *gauge, const char *key) {
  return json_number_value(json_object_get(gauge, key));
}

static gboolean has_frames(json_t *gauge) {
  return figure(gauge, "frames") >= 30;
}

static gboolean loses_a_tenth(json_t *gauge) {
  return figure(gauge, "lost_ppm") > 30000;
}

static gboolean is_an_hour_late(json_t *gauge) {
  return fabs(figure(gauge, "clock_ms") + 3600000) < 2000;
}

static void every_picture_is_counted(void **state) {
  World *world = *state;
  for (int id = H264; id <= H265; id++) {
    json_t *gauge = expect_gauge(world, id, has_frames);
    assert_string_equal(json_string_value(json_object_get(gauge, "codec")), id == H265 ? "h265" : "h264");
    assert_true(figure(gauge, "lost_ppm") == 0);
    const double sent = (double)farm_count(world->farm, id, "pictures");
    assert_true(fabs(sent - figure(gauge, "frames")) <= 4); /* a picture or two came since */
  }
}

static void losses_show_and_cost_no_connection(void **state) {
  World *world = *state;
  json_decref(farm_do(world->farm, "{s:s,s:i}", "do", "lose", "one_in", 10));
  for (int id = H264; id <= H265; id++) {
    json_t *gauge = expect_gauge(world, id, loses_a_tenth);
    assert_true(figure(gauge, "reconnects") == 0);
    assert_true(farm_count(world->farm, id, "lost") > 3);
    assert_int_equal(farm_count(world->farm, id, "plays"), 1);
  }
}

static void a_wrong_clock_shows(void **state) {
  World *world = *state;
  json_decref(farm_do(world->farm, "{s:s,s:i}", "do", "clock", "ms", -3600000));
  json_decref(farm_do(world->farm, "{s:s}", "do", "cut"));
  for (int id = H264; id <= H265; id++)
    (void)expect_gauge(world, id, is_an_hour_late);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(every_picture_is_counted, set_up, tear_down),
      cmocka_unit_test_setup_teardown(losses_show_and_cost_no_connection, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_wrong_clock_shows, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
