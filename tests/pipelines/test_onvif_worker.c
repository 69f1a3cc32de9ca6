/* gridwarden-ingest and cameras that say what they see: from the metadata track to the daemon's end of the
 * link. */
#include "tests/pipelines/cm.h"
#include "tests/pipelines/farm_peer.h"
#include "tests/pipelines/worker_peer.h"

typedef struct World {
  FarmPeer *farm;
  WorkerPeer *w;
} World;

enum { PLAIN = 1, NESTED, FLAT, GARBAGE, UNASKED, N_CAMERAS = 5 };

static void watch(World *world, int camera, gboolean metadata) {
  g_autofree char *url = farm_url(world->farm, camera);
  worker_say(world->w, "{s:s,s:i,s:s,s:s,s:b}", "type", "camera.set", "id", camera, "url", url, "transport",
             "tcp", "metadata", metadata);
}

static int set_up(void **state) {
  static const char *const arguments[] = {"-n", "5", "--onvif", NULL};
  static const char *const dialects[] = {
      [PLAIN] = "plain", [NESTED] = "nested", [FLAT] = "flat", [GARBAGE] = "garbage"};
  World *world = g_new0(World, 1);
  world->farm = farm_start(arguments);
  for (int i = PLAIN; i <= GARBAGE; i++)
    json_decref(
        farm_do(world->farm, "{s:s,s:i,s:s}", "do", "metadata", "cameras", i, "dialect", dialects[i]));
  world->w = worker_start("cameras");
  for (int i = PLAIN; i <= N_CAMERAS; i++)
    watch(world, i, i != UNASKED);
  for (int i = PLAIN; i <= N_CAMERAS; i++)
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

static void tell(World *world, const char *topic, gboolean active) {
  json_decref(farm_do(world->farm, "{s:s,s:s,s:b,s:s,s:s,s:[f,f,f,f]}", "do", "event", "topic", topic,
                      "active", active, "rule", "East gate", "class", "Vehicle", "box", 0.25, 0.5, 0.125,
                      0.25));
}

static void every_dialect_says_the_same(void **state) {
  World *world = *state;
  static const char *const states[] = {"motion", "field", "tamper"};
  for (guint i = 0; i < G_N_ELEMENTS(states); i++)
    for (int active = 1; active >= 0; active--) {
      tell(world, states[i], active);
      for (int camera = PLAIN; camera <= GARBAGE; camera++)
        worker_expect(world->w, 3000, "{s:s,s:i,s:s,s:b,s:s}", "type", "observed", "id", camera, "topic",
                      states[i], "active", active, "rule", "East gate");
    }
  tell(world, "line", TRUE);
  for (int camera = PLAIN; camera <= GARBAGE; camera++)
    worker_expect(world->w, 3000, "{s:s,s:i,s:s}", "type", "observed", "id", camera, "topic", "line");
  tell(world, "object", TRUE);
  for (int camera = PLAIN; camera <= GARBAGE; camera++) {
    const Said *said = worker_expect(world->w, 3000, "{s:s,s:i,s:s,s:s}", "type", "observed", "id", camera,
                                     "topic", "object", "class", "Vehicle");
    json_t *box = json_object_get(said->message, "box");
    assert_int_equal(json_array_size(box), 4);
    const double width = json_number_value(json_array_get(box, 2));
    assert_true(width > 0.124 && width < 0.126);
    assert_true(said_real(said, "score") > 0.89);
  }
  assert_int_equal(worker_count(world->w, 0, "{s:s,s:i}", "type", "observed", "id", UNASKED), 0);
}

static void a_state_is_said_once_and_anew_after_a_reconnect(void **state) {
  World *world = *state;
  for (int i = 0; i < 5; i++)
    tell(world, "motion", TRUE);
  worker_expect(world->w, 3000, "{s:s,s:i,s:s}", "type", "observed", "id", PLAIN, "topic", "motion");
  assert_int_equal(worker_count(world->w, 500, "{s:s,s:i}", "type", "observed", "id", PLAIN), 1);
  worker_forget(world->w, "{s:s,s:i}", "type", "camera.state", "id", PLAIN);
  json_decref(farm_do(world->farm, "{s:s,s:i}", "do", "cut", "cameras", PLAIN));
  worker_expect(world->w, 8000, "{s:s,s:i,s:s}", "type", "camera.state", "id", PLAIN, "state", "live");
  tell(world, "motion", TRUE);
  worker_expect(world->w, 3000, "{s:s,s:i,s:s}", "type", "observed", "id", PLAIN, "topic", "motion");
}

static void garbage_costs_no_picture(void **state) {
  World *world = *state;
  for (int i = 0; i < 10; i++)
    tell(world, "motion", i % 2);
  worker_expect(world->w, 3000, "{s:s,s:i}", "type", "observed", "id", GARBAGE);
  assert_int_equal(
      worker_count(world->w, 1000, "{s:s,s:i,s:s}", "type", "camera.state", "id", GARBAGE, "state", "lost"),
      0);
  assert_int_equal(farm_count(world->farm, GARBAGE, "plays"), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(every_dialect_says_the_same, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_state_is_said_once_and_anew_after_a_reconnect, set_up, tear_down),
      cmocka_unit_test_setup_teardown(garbage_costs_no_picture, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
