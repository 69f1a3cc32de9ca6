/* A real worker, confined as it is, turns a simulated camera. */
#include "tests/pipelines/cm.h"
#include "tests/farm/onvif/device.h"
#include "tests/pipelines/worker_peer.h"

typedef struct World {
  WorkerPeer *w;
  OnvifDevice *device;
  char *url;
} World;

static int set_up(void **state) {
  static const char *const presets[] = {"1=大门", "2=道路", NULL};
  World *world = g_new0(World, 1);
  world->w = worker_start("cameras");
  world->device = onvif_device_new("admin", "secret", presets, NULL);
  world->url = g_strdup_printf("http://127.0.0.1:%u/onvif/device_service", onvif_device_port(world->device));
  *state = world;
  return 0;
}

static int tear_down(void **state) {
  World *world = *state;
  worker_stop(world->w);
  onvif_device_free(world->device);
  g_free(world->url);
  g_free(world);
  return 0;
}

static void say(World *world, const char *type, int ref, const char *password, const char *preset) {
  if (preset)
    worker_say(world->w, "{s:s, s:i, s:i, s:s, s:s, s:s, s:s}", "type", type, "ref", ref, "id", 5, "url",
               world->url, "user", "admin", "password", password, "preset", preset);
  else
    worker_say(world->w, "{s:s, s:i, s:i, s:s, s:s, s:s}", "type", type, "ref", ref, "id", 5, "url",
               world->url, "user", "admin", "password", password);
}

static void presets_are_told_and_turned_to(void **state) {
  World *world = *state;
  say(world, "camera.presets", 1, "secret", NULL);
  const Said *said = worker_expect(world->w, 5000, "{s:s, s:i, s:i, s:b}", "type", "camera.presets", "ref", 1,
                                   "id", 5, "ok", 1);
  json_t *rows = json_object_get(said->message, "presets");
  assert_int_equal(json_array_size(rows), 2);
  assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 1), "name")), "道路");
  say(world, "camera.turn", 2, "secret", "2");
  worker_expect(world->w, 5000, "{s:s, s:i, s:b, s:s}", "type", "camera.turned", "ref", 2, "ok", 1, "cause",
                "none");
  assert_string_equal(onvif_device_counts(world->device).preset, "2");
}

static void a_failure_says_why(void **state) {
  World *world = *state;
  say(world, "camera.turn", 1, "guess", "1");
  worker_expect(world->w, 5000, "{s:s, s:i, s:b, s:s}", "type", "camera.turned", "ref", 1, "ok", 0, "cause",
                "auth");
  say(world, "camera.turn", 2, "secret", "9");
  worker_expect(world->w, 5000, "{s:s, s:i, s:b, s:s}", "type", "camera.turned", "ref", 2, "ok", 0, "cause",
                "not_found");
  worker_say(world->w, "{s:s, s:i}", "type", "camera.turn", "ref", 3);
  worker_expect(world->w, 5000, "{s:s, s:i}", "type", "log", "level", 4);
}

/* Nobody waits for a camera to pass by where he no longer wants it. */
static void of_several_orders_the_first_and_the_newest_are_sent(void **state) {
  World *world = *state;
  onvif_device_set(world->device, &(OnvifHow){.slow_ms = 150});
  for (int ref = 1; ref <= 6; ref++)
    say(world, "camera.turn", ref, "secret", ref % 2 ? "2" : "1");
  for (int ref = 1; ref <= 6; ref++)
    worker_expect(world->w, 8000, "{s:s, s:i, s:b}", "type", "camera.turned", "ref", ref, "ok", 1);
  const OnvifCounts counts = onvif_device_counts(world->device);
  assert_string_equal(counts.preset, "1");
  assert_int_equal(counts.turns, 2);
}

static void a_silent_camera_keeps_no_other_message_waiting(void **state) {
  World *world = *state;
  onvif_device_set(world->device, &(OnvifHow){.mode = ONVIF_HANG});
  say(world, "camera.presets", 1, "secret", NULL);
  worker_say(world->w, "{s:s, s:i, s:i, s:s}", "type", "camera.presets", "ref", 2, "id", 6, "url",
             "http://127.0.0.1:1/x");
  worker_expect(world->w, 1500, "{s:s, s:i, s:s}", "type", "camera.presets", "ref", 2, "cause",
                "unreachable");
  worker_expect(world->w, 6000, "{s:s, s:i, s:s}", "type", "camera.presets", "ref", 1, "cause", "timeout");
}

static void a_worker_that_is_told_to_go_does_not_wait_for_cameras(void **state) {
  World *world = *state;
  onvif_device_set(world->device, &(OnvifHow){.mode = ONVIF_HANG});
  say(world, "camera.presets", 1, "secret", NULL);
  say(world, "camera.presets", 2, "secret", NULL); /* its stop is awaited in tear_down(), for three seconds */
}

int main(void) {
#define WITH(fact) cmocka_unit_test_setup_teardown(fact, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      WITH(presets_are_told_and_turned_to),
      WITH(a_failure_says_why),
      WITH(of_several_orders_the_first_and_the_newest_are_sent),
      WITH(a_silent_camera_keeps_no_other_message_waiting),
      WITH(a_worker_that_is_told_to_go_does_not_wait_for_cameras),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
