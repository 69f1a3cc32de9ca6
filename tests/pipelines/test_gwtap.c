/* gwmeter and gwtap in a harness and in pipelines: what passes is counted, kept and shown. */
#include "daemon/base/clock.h"
#include "pipelines/elements.h"
#include "pipelines/look/gwmeter.h"
#include "pipelines/look/gwtap.h"
#include "pipelines/needed.h"
#include "tests/pipelines/clip.h"
#include "tests/pipelines/cm.h"

#include <gst/check/gstharness.h>
#include <string.h>

#define CAPS "video/x-h264, stream-format=byte-stream, alignment=au, width=1280, height=720"

static GstBuffer *unit(gboolean keyframe, gsize bytes) {
  GstBuffer *buffer = gst_buffer_new_allocate(NULL, bytes, NULL);
  if (!keyframe)
    GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  return buffer;
}

static guint posted(GstBus *bus, const char *name) {
  guint n = 0;
  GstMessage *message;
  while ((message = gst_bus_pop_filtered(bus, GST_MESSAGE_ELEMENT))) {
    n += gst_structure_has_name(gst_message_get_structure(message), name);
    gst_message_unref(message);
  }
  return n;
}

static void meter_counts_what_passes(void **state) {
  GstHarness *h = gst_harness_new("gwmeter");
  g_autoptr(GstBus) bus = gst_bus_new();
  GwMeter m;
  gst_element_set_bus(h->element, bus);
  gst_harness_set_src_caps_str(h, CAPS);
  gw_clock_fake(1000 * GW_SEC);
  for (guint i = 0; i < 60; i++) {
    GstBuffer *in = unit(i % 15 == 0, i % 15 == 0 ? 5000 : 500);
    if (i % 15 == 0)
      gw_meter_element_read(h->element, TRUE, gw_clock_mono_us(), &m);
    assert_int_equal(gst_harness_push(h, in), GST_FLOW_OK);
    g_autoptr(GstBuffer) out = gst_harness_pull(h);
    assert_ptr_equal(out, in); /* the very same: nothing is copied */
    gw_clock_fake_advance(GW_SEC / 15);
  }
  gw_meter_element_read(h->element, TRUE, gw_clock_mono_us(), &m);
  gw_clock_unfake();
  assert_int_equal(m.frames, 60);
  assert_int_equal(m.keyframes, 4);
  assert_int_equal(m.delta_bytes, 56 * 500);
  assert_int_equal(m.bytes, 56 * 500 + 4 * 5000);
  assert_int_equal(m.gop, 15);
  assert_int_equal(m.group_bytes, 12000);
  assert_true(m.key_interval_us > 990 * GW_MS && m.key_interval_us < 1010 * GW_MS);
  assert_true(gw_meter_fps(&m) > 14.9 && gw_meter_fps(&m) < 15.1);
  assert_string_equal(m.codec, "h264");
  assert_int_equal(m.width, 1280);
  assert_int_equal(m.changes, 0);
  assert_int_equal(posted(bus, GW_METER_FIRST_FRAME), 1);
  gst_harness_set_src_caps_str(h, "video/x-h265, stream-format=byte-stream, alignment=au, width=1920, height=1080");
  gst_harness_push(h, unit(TRUE, 1));
  gw_meter_element_read(h->element, FALSE, 0, &m);
  assert_string_equal(m.codec, "h265");
  assert_int_equal(m.changes, 1);
  gst_element_set_bus(h->element, NULL);
  gst_harness_teardown(h);
}

static void meter_starts_over_with_its_element(void **state) {
  GstHarness *h = gst_harness_new("gwmeter");
  GwMeter m;
  gst_harness_set_src_caps_str(h, CAPS);
  gst_harness_push(h, unit(TRUE, 100));
  gst_element_set_state(h->element, GST_STATE_READY);
  gst_element_set_state(h->element, GST_STATE_PLAYING);
  gw_meter_element_read(h->element, FALSE, 0, &m);
  assert_int_equal(m.frames, 0);
  gst_harness_teardown(h);
}

static void tap_keeps_units_from_the_first_keyframe_on(void **state) {
  GwRings *rings = gw_rings_new(12 * GW_SEC, 1 << 20);
  GwRing *ring = gw_ring_new(rings);
  GstElement *tap = gst_element_factory_make("gwtap", NULL);
  gst_object_ref_sink(tap);
  gw_tap_attach(tap, ring, NULL, 1);
  GstHarness *h = gst_harness_new_with_element(tap, "sink", NULL);
  gst_harness_set_src_caps_str(h, CAPS);
  for (guint i = 7; i < 20; i++) /* joined in the middle of a group */
    assert_int_equal(gst_harness_push(h, unit(i % 10 == 0, 100)), GST_FLOW_OK);
  g_autoptr(GArray) units = gw_ring_since(ring, 0);
  assert_int_equal(units->len, 10);
  /* after a detach buffers may still come, and are nobody's */
  gw_tap_detach(tap);
  assert_int_equal(gst_harness_push(h, unit(TRUE, 100)), GST_FLOW_OK);
  g_autoptr(GArray) same = gw_ring_since(ring, 0);
  assert_int_equal(same->len, 10);
  gw_ring_free(ring);
  assert_int_equal(gst_harness_push(h, unit(TRUE, 100)), GST_FLOW_OK);
  gst_harness_teardown(h);
  gst_object_unref(tap);
  gw_rings_free(rings);
}

static void nothing(GwId camera, GwUsec at_us, int width, int height, gboolean is_thumb, GBytes *jpeg, gpointer user) {
}

/* A looker that may decode one picture in a long time: what waits with it is what was offered. */
static void tap_shows_whole_keyframes_alone(void **state) {
  static const GwLookerEvents events = {.on_picture = nothing};
  static const struct {
    guint flags;
    guint dropped; /* a keyframe that was shown takes the place of the one that waited */
  } rows[] = {
      {GST_BUFFER_FLAG_DISCONT, 0}, /* the first one: it takes the look */
      {0, 0},                       /* waits */
      {0, 1},
      {GST_BUFFER_FLAG_DELTA_UNIT, 1},
      {GST_BUFFER_FLAG_CORRUPTED, 1},
      {GST_BUFFER_FLAG_DISCONT, 1}, /* after a loss */
      {0, 2},
  };
  const GwLookerConfig config = {.looks_per_s = 1, .look_every_us = 1, .suspect_every_us = 1, .threads = 1};
  GwLooker *looker = gw_looker_new(&config, &events, NULL);
  GstElement *tap = gst_object_ref_sink(gst_element_factory_make("gwtap", NULL));
  gw_tap_attach(tap, NULL, looker, 1);
  GstHarness *h = gst_harness_new_with_element(tap, "sink", NULL);
  GwLookerFigures figures = {0};
  gst_harness_set_src_caps_str(h, CAPS);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    GstBuffer *buffer = gst_buffer_new_allocate(NULL, 100, NULL);
    GST_BUFFER_FLAGS(buffer) |= rows[i].flags;
    gst_harness_push(h, buffer);
    const gint64 until = g_get_monotonic_time() + 5 * GW_SEC;
    do
      gw_looker_figures(looker, &figures);
    while (i == 0 && figures.looks == 0 && g_get_monotonic_time() < until);
    assert_int_equal(figures.looks, 1);
    assert_int_equal(figures.dropped, rows[i].dropped);
  }
  gw_tap_detach(tap);
  gst_harness_teardown(h);
  gst_object_unref(tap);
  gw_looker_free(looker);
}

static void a_whole_clip_runs_to_its_end(void **state) {
  g_autoptr(GError) error = NULL;
  GstElement *pipeline = gst_parse_launch(
      "filesrc location=" GW_CLIPS_DIR "/large.h264 ! h264parse ! video/x-h264,stream-format=byte-stream,alignment=au ! "
      "gwmeter name=meter ! gwtap name=tap post-keyframes=true ring-seconds=3600",
      &error);
  assert_null(error);
  g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
  g_autoptr(GstElement) tap = gst_bin_get_by_name(GST_BIN(pipeline), "tap");
  g_autoptr(GstElement) meter = gst_bin_get_by_name(GST_BIN(pipeline), "meter");
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  g_autoptr(GstMessage) over =
      gst_bus_timed_pop_filtered(bus, 10 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  assert_non_null(over);
  assert_int_equal(GST_MESSAGE_TYPE(over), GST_MESSAGE_EOS);
  guint keyframes = 0;
  guint64 frames = 0, kept = 0, bytes = 0;
  g_object_get(tap, "keyframes", &keyframes, "kept-bytes", &kept, NULL);
  g_object_get(meter, "frames", &frames, "bytes", &bytes, NULL);
  assert_int_equal(frames, 60);
  assert_int_equal(keyframes, 4);
  assert_true(kept > bytes && kept < bytes + 60 * 1024); /* all of it, with what a unit costs */
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(pipeline);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(meter_counts_what_passes),
      cmocka_unit_test(meter_starts_over_with_its_element),
      cmocka_unit_test(tap_keeps_units_from_the_first_keyframe_on),
      cmocka_unit_test(tap_shows_whole_keyframes_alone),
      cmocka_unit_test(a_whole_clip_runs_to_its_end),
  };
  gw_needed_prepare();
  gst_init(&argc, &argv);
  g_autofree char *missing = gw_needed_load();
  assert_null(missing);
  gw_elements_register_static();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
