/* The rings: whole groups, one bound for all, bytes that come back whole. */
#include "pipelines/look/ring.h"
#include "tests/pipelines/cm.h"

#define FPS 10
#define GOP 10

static GstCaps *caps_a, *caps_b;

static GstBuffer *unit(gboolean keyframe, gsize bytes) {
  static guint8 filling;
  GstBuffer *buffer = gst_buffer_new_allocate(NULL, bytes, NULL);
  gst_buffer_memset(buffer, 0, filling++, bytes);
  if (!keyframe)
    GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  return buffer;
}

static void push(GwRing *ring, gboolean keyframe, gsize bytes, GstCaps *caps, GwUsec at_us) {
  g_autoptr(GstBuffer) buffer = unit(keyframe, bytes);
  gw_ring_push(ring, buffer, caps, at_us);
}

/* Ten units a second, a keyframe each second. */
static void fill(GwRing *ring, guint from_unit, guint n, gsize bytes) {
  for (guint i = from_unit; i < from_unit + n; i++)
    push(ring, i % GOP == 0, bytes, caps_a, (GwUsec)i * GW_SEC / FPS);
}

static const GwRingUnit *nth(const GArray *units, guint i) {
  return &g_array_index(units, GwRingUnit, i);
}

static gboolean is_keyframe(const GwRingUnit *u) {
  return !GST_BUFFER_FLAG_IS_SET(u->unit, GST_BUFFER_FLAG_DELTA_UNIT);
}

static void ring_keeps_its_span_in_whole_groups(void **state) {
  GwRings *rings = gw_rings_new(5 * GW_SEC, 100 << 20);
  GwRing *ring = gw_ring_new(rings);
  fill(ring, 0, 203, 1000); /* up to 20.2 s */
  g_autoptr(GArray) all = gw_ring_since(ring, 0);
  assert_true(is_keyframe(nth(all, 0)));
  assert_int_equal(nth(all, 0)->arrival_mono_us, 15 * GW_SEC);
  assert_int_equal(nth(all, 0)->number, 150);
  assert_int_equal(all->len, 53);
  assert_int_equal(nth(all, 52)->number, 202);
  assert_int_equal(gw_ring_span_us(ring), 52 * GW_SEC / FPS);
  gw_ring_free(ring);
  gw_rings_free(rings);
}

static void since_begins_at_the_keyframe_before(void **state) {
  GwRings *rings = gw_rings_new(60 * GW_SEC, 100 << 20);
  GwRing *ring = gw_ring_new(rings);
  fill(ring, 0, 100, 1000);
  g_autoptr(GArray) some = gw_ring_since(ring, 75 * GW_SEC / 10);
  assert_int_equal(nth(some, 0)->number, 70);
  assert_int_equal(some->len, 30);
  g_autoptr(GArray) exact = gw_ring_since(ring, 8 * GW_SEC);
  assert_int_equal(nth(exact, 0)->number, 80);
  g_autoptr(GArray) before = gw_ring_since(ring, -GW_SEC); /* older than all: what there is */
  assert_int_equal(before->len, 100);
  g_autoptr(GArray) future = gw_ring_since(ring, GW_HOUR); /* the newest group */
  assert_int_equal(nth(future, 0)->number, 90);
  gw_ring_free(ring);
  gw_rings_free(rings);
}

static void oldest_group_of_all_rings_goes_first_over_the_bound(void **state) {
  const gsize most = 400 * 1024;
  GwRings *rings = gw_rings_new(GW_HOUR, most);
  GwRing *ring[8];
  for (guint r = 0; r < 8; r++)
    ring[r] = gw_ring_new(rings);
  for (guint i = 0; i < 400; i++) /* 8 rings x 1.5 KiB x 10 a second: some 3 s fit */
    for (guint r = 0; r < 8; r++) {
      push(ring[r], i % GOP == 0, 1024, caps_a, (GwUsec)i * GW_SEC / FPS + r);
      assert_true(gw_rings_bytes(rings) <= most);
    }
  for (guint r = 0; r < 8; r++) { /* none starved another */
    g_autoptr(GArray) units = gw_ring_since(ring[r], 0);
    assert_true(units->len >= 10 && units->len <= 50);
    assert_true(is_keyframe(nth(units, 0)));
    assert_int_equal(nth(units, units->len - 1)->number, 399);
  }
  for (guint r = 0; r < 8; r++)
    gw_ring_free(ring[r]);
  assert_int_equal(gw_rings_bytes(rings), 0);
  gw_rings_free(rings);
}

/* What makes room for one unit is a group or two, not a part of all: evidence wants what lies behind. */
static void full_rings_stay_full(void **state) {
  GwRings *rings = gw_rings_new(GW_HOUR, 8 << 20);
  GwRing *ring[16];
  GwUsec least_us = GW_HOUR, most_us = 0;
  for (guint r = 0; r < G_N_ELEMENTS(ring); r++)
    ring[r] = gw_ring_new(rings);
  for (guint i = 0; i < 400; i++) {
    GwUsec all_us = 0;
    for (guint r = 0; r < G_N_ELEMENTS(ring); r++) {
      push(ring[r], (i + r) % GOP == 0, 8 * 1024, caps_a, (GwUsec)i * GW_SEC / FPS + r);
      all_us += gw_ring_span_us(ring[r]);
    }
    least_us = i >= 200 ? MIN(least_us, all_us) : least_us;
    most_us = i >= 200 ? MAX(most_us, all_us) : most_us;
  }
  assert_true(least_us > 0 && least_us * 10 >= most_us * 9);
  for (guint r = 0; r < G_N_ELEMENTS(ring); r++)
    gw_ring_free(ring[r]);
  gw_rings_free(rings);
}

static void stream_without_further_keyframes_stays_below_its_share(void **state) {
  const gsize most = 1 << 20;
  GwRings *rings = gw_rings_new(12 * GW_SEC, most);
  GwRing *endless = gw_ring_new(rings), *other = gw_ring_new(rings);
  fill(other, 0, 20, 1000);
  for (guint i = 0; i < 3000; i++)
    push(endless, i == 0, 1000, caps_a, (GwUsec)i * GW_MS);
  assert_true(gw_rings_bytes(rings) <= most / 4 + 2 * 20 * 1600);
  g_autoptr(GArray) kept = gw_ring_since(other, 0);
  assert_int_equal(kept->len, 20);
  g_autoptr(GArray) none = gw_ring_since(endless, 0); /* its one group went, and nothing after it can be decoded */
  assert_int_equal(none->len, 0);
  assert_int_equal(gw_ring_span_us(endless), 0);
  push(endless, TRUE, 1000, caps_a, 4 * GW_SEC);
  g_autoptr(GArray) again = gw_ring_since(endless, 0);
  assert_int_equal(again->len, 1);
  assert_int_equal(nth(again, 0)->number, 3000); /* dropped ones are counted */
  gw_ring_free(endless);
  gw_ring_free(other);
  gw_rings_free(rings);
}

static void tiny_units_are_bounded_too(void **state) {
  GwRings *rings = gw_rings_new(GW_HOUR, 1 << 20);
  GwRing *ring = gw_ring_new(rings);
  fill(ring, 0, 100000, 1);
  g_autoptr(GArray) units = gw_ring_since(ring, 0);
  assert_true(units->len > 100 && units->len < 10000);
  gw_ring_free(ring);
  gw_rings_free(rings);
}

static void units_before_the_first_keyframe_are_not_kept(void **state) {
  GwRings *rings = gw_rings_new(GW_HOUR, 1 << 20);
  GwRing *ring = gw_ring_new(rings);
  fill(ring, 5, 10, 100); /* 5..14, a keyframe at 10 */
  g_autoptr(GArray) units = gw_ring_since(ring, 0);
  assert_int_equal(units->len, 5);
  assert_true(is_keyframe(nth(units, 0)));
  gw_ring_free(ring);
  gw_rings_free(rings);
}

static void new_caps_stand_between_units(void **state) {
  GwRings *rings = gw_rings_new(GW_HOUR, 1 << 20);
  GwRing *ring = gw_ring_new(rings);
  fill(ring, 0, 10, 100);
  push(ring, TRUE, 100, caps_b, GW_SEC);
  push(ring, FALSE, 100, caps_b, GW_SEC + 1);
  g_autoptr(GArray) units = gw_ring_since(ring, 0);
  assert_int_equal(units->len, 12);
  assert_ptr_equal(nth(units, 9)->caps, caps_a);
  assert_ptr_equal(nth(units, 10)->caps, caps_b);
  assert_ptr_equal(nth(units, 11)->caps, caps_b);
  gw_ring_free(ring);
  gw_rings_free(rings);
}

static void units_outlive_the_ring(void **state) {
  GwRings *rings = gw_rings_new(GW_HOUR, 1 << 20);
  GwRing *ring = gw_ring_new(rings);
  push(ring, TRUE, 100, caps_a, 0);
  push(ring, FALSE, 50000, caps_a, 1); /* in several blocks */
  g_autoptr(GArray) units = gw_ring_since(ring, 0);
  gw_ring_free(ring);
  gw_rings_free(rings);
  assert_int_equal(gst_buffer_get_size(nth(units, 0)->unit), 100);
  assert_int_equal(gst_buffer_get_size(nth(units, 1)->unit), 50000);
}

/* Sizes of real life, long enough for each block to be used again many times. */
static void bytes_come_out_as_they_went_in(void **state) {
  GwRings *rings = gw_rings_new(3 * GW_SEC, 100 << 20);
  GwRing *ring = gw_ring_new(rings);
  for (guint i = 0; i < 2000; i++) {
    g_autoptr(GstBuffer) in = unit(i % GOP == 0, (i * 7919) % 40000 + (i % GOP == 0 ? 60000 : 1));
    GST_BUFFER_PTS(in) = i;
    GST_BUFFER_OFFSET(in) = 2 * i;
    gw_ring_push(ring, in, caps_a, (GwUsec)i * GW_SEC / FPS);
    if (i % 37 != 0)
      continue;
    g_autoptr(GArray) units = gw_ring_since(ring, GW_HOUR);
    GstMapInfo a, b;
    GstBuffer *out = nth(units, units->len - 1)->unit;
    assert_true(gst_buffer_map(in, &a, GST_MAP_READ) && gst_buffer_map(out, &b, GST_MAP_READ));
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
    gst_buffer_unmap(in, &a);
    gst_buffer_unmap(out, &b);
    assert_int_equal(GST_BUFFER_PTS(out), i);
    assert_int_equal(GST_BUFFER_OFFSET(out), 2 * i);
    assert_true(gw_rings_bytes(rings) < 4 * FPS * 110000);
  }
  gw_ring_free(ring);
  assert_int_equal(gw_rings_bytes(rings), 0);
  gw_rings_free(rings);
}

static void bound_of_zero_keeps_nothing(void **state) {
  GwRings *rings = gw_rings_new(0, 0);
  GwRing *ring = gw_ring_new(rings);
  fill(ring, 0, 100, 100);
  assert_int_equal(gw_rings_bytes(rings), 0);
  gw_ring_free(ring);
  gw_rings_free(rings);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ring_keeps_its_span_in_whole_groups),
      cmocka_unit_test(since_begins_at_the_keyframe_before),
      cmocka_unit_test(oldest_group_of_all_rings_goes_first_over_the_bound),
      cmocka_unit_test(full_rings_stay_full),
      cmocka_unit_test(stream_without_further_keyframes_stays_below_its_share),
      cmocka_unit_test(tiny_units_are_bounded_too),
      cmocka_unit_test(units_before_the_first_keyframe_are_not_kept),
      cmocka_unit_test(new_caps_stand_between_units),
      cmocka_unit_test(units_outlive_the_ring),
      cmocka_unit_test(bytes_come_out_as_they_went_in),
      cmocka_unit_test(bound_of_zero_keeps_nothing),
  };
  gst_init(&argc, &argv);
  caps_a = gst_caps_from_string("video/x-h264, width=640, height=360");
  caps_b = gst_caps_from_string("video/x-h264, width=1280, height=720");
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  gst_caps_unref(caps_a);
  gst_caps_unref(caps_b);
  return failed;
}
