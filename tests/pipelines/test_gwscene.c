/* gwscene in a harness: pictures pass as they are, what begins and ends is posted, time is the buffers'. */
#include "pipelines/elements.h"
#include "pipelines/scene/gwscene.h"
#include "tests/pipelines/cm.h"

#include <gst/check/gstharness.h>
#include <string.h>

#define W 320
#define H 180
#define CAPS "video/x-raw, format=GRAY8, width=320, height=180, framerate=1/10"
#define STEP (10 * GST_SECOND)

typedef struct World {
  GstHarness *h;
  GstBus *bus;
  GRand *rand;
  GstClockTime pts;
} World;

/* A wall of windows in daylight, with a camera's noise; or a cap on the lens. */
static GstBuffer *picture(World *world, gboolean is_black) {
  GstBuffer *buffer = gst_buffer_new_allocate(NULL, W * H, NULL);
  GstMapInfo map;
  gst_buffer_map(buffer, &map, GST_MAP_WRITE);
  for (int y = 0; y < H; y++)
    for (int x = 0; x < W; x++) {
      const int wall = (x / 23 + y / 17) % 2 ? 170 - y / 3 : 70 + x / 8;
      map.data[y * W + x] = (guint8)((is_black ? 3 : wall) + g_rand_int_range(world->rand, 0, 4));
    }
  gst_buffer_unmap(buffer, &map);
  GST_BUFFER_PTS(buffer) = world->pts;
  world->pts += STEP;
  return buffer;
}

static int setup(void **state) {
  World *world = g_new0(World, 1);
  world->h = gst_harness_new("gwscene");
  world->bus = gst_bus_new();
  world->rand = g_rand_new_with_seed(5);
  gst_element_set_bus(world->h->element, world->bus);
  gst_harness_set_src_caps_str(world->h, CAPS);
  *state = world;
  return 0;
}

static int teardown(void **state) {
  World *world = *state;
  gst_element_set_bus(world->h->element, NULL);
  gst_harness_teardown(world->h);
  gst_object_unref(world->bus);
  g_rand_free(world->rand);
  g_free(world);
  return 0;
}

/* Looks until this is posted; FALSE: not within `most` looks. */
static gboolean until(World *world, gboolean is_black, gboolean on, guint most) {
  for (guint i = 0; i < most; i++) {
    GstMessage *message;
    GstBuffer *in = picture(world, is_black);
    assert_int_equal(gst_harness_push(world->h, in), GST_FLOW_OK);
    g_autoptr(GstBuffer) out = gst_harness_pull(world->h);
    assert_ptr_equal(out, in);
    while ((message = gst_bus_pop_filtered(world->bus, GST_MESSAGE_ELEMENT))) {
      const GstStructure *s = gst_message_get_structure(message);
      gboolean is_on = FALSE;
      const gboolean is_it = gst_structure_has_name(s, "gw-finding") && gst_structure_get_boolean(s, "on", &is_on) &&
                             is_on == on && g_strcmp0(gst_structure_get_string(s, "kind"), "black") == 0;
      gst_message_unref(message);
      if (is_it)
        return TRUE;
    }
  }
  return FALSE;
}

static void black_picture_is_posted_and_its_end_too(void **state) {
  World *world = *state;
  guint findings = 9;
  assert_false(until(world, FALSE, TRUE, 60)); /* ten minutes of an ordinary day */
  g_object_get(world->h->element, "findings", &findings, NULL);
  assert_int_equal(findings, 0);
  assert_true(until(world, TRUE, TRUE, 30));
  assert_true(until(world, FALSE, FALSE, 30));
  g_object_get(world->h->element, "findings", &findings, NULL);
  assert_int_equal(findings, 1);
}

static void zones_that_make_no_sense_stop_the_element(void **state) {
  static const struct {
    const char *zone;
    gboolean ok;
  } rows[] = {
      {"0.1,0.1 0.9,0.1 0.5,0.9", TRUE}, {" 0,0  1,0 1,1 0,1 ", TRUE}, {"0.1,0.1 0.9,0.1", FALSE}, {"", FALSE},
      {"0.1,0.1 0.9,0.1 0.5,1.1", FALSE}, {"0.1,0.1 0.9,0.1 a,b", FALSE}, {"0.1,0.1 0.9,0.1 0.5", FALSE},
      {"0.1,0.1 0.9,0.1 0.5,nan", FALSE}, {"0.1,0.1 0.9,0.1 0.5,0.9x", FALSE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GstElement) element = gst_object_ref_sink(gst_element_factory_make("gwscene", NULL));
    g_object_set(element, "zone", rows[i].zone, NULL);
    assert_int_equal(gst_element_set_state(element, GST_STATE_PAUSED) != GST_STATE_CHANGE_FAILURE, rows[i].ok);
    gst_element_set_state(element, GST_STATE_NULL);
  }
  g_autoptr(GString) many = g_string_new(NULL); /* more points than there may be */
  for (guint i = 0; i < 40; i++)
    g_string_append_printf(many, "0.%u,0.5 ", i + 10);
  g_autoptr(GstElement) element = gst_object_ref_sink(gst_element_factory_make("gwscene", NULL));
  g_object_set(element, "zone", many->str, NULL);
  assert_int_equal(gst_element_set_state(element, GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
  gst_element_set_state(element, GST_STATE_NULL);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(black_picture_is_posted_and_its_end_too, setup, teardown),
      cmocka_unit_test(zones_that_make_no_sense_stop_the_element),
  };
  gst_init(&argc, &argv);
  gw_elements_register_static();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
