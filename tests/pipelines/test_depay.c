#include "tests/pipelines/cm.h"
#include "pipelines/rtsp/depay.h"

/* Payloads made by hand: what RFC 6184 and RFC 7798 allow, what cameras do besides, and what nobody should
 * send.  (Whole streams out of a foreign payloader: test_depay_foreign.c.) */
typedef struct World {
  GwDepay *depay;
  GArray *got; /* GwUnit, their data owned */
} World;

static void on_unit(GwUnit *unit, gpointer user) {
  g_array_append_val((GArray *)user, *unit);
}

static void clear_unit(gpointer unit) {
  g_free(((GwUnit *)unit)->data);
}

static World world_of(GwCodec codec) {
  World w = {.got = g_array_new(FALSE, FALSE, sizeof(GwUnit))};
  g_array_set_clear_func(w.got, clear_unit);
  w.depay = gw_depay_new(codec, on_unit, w.got);
  return w;
}

static void world_end(World *w) {
  gw_depay_free(w->depay);
  g_array_unref(w->got);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_end)

#define BYTES(...) ((const guint8[]){__VA_ARGS__}), sizeof((const guint8[]){__VA_ARGS__})
enum { MARK = 1, GAP = 2 };

static void send(World *w, guint32 time, int how, const guint8 *data, gsize bytes) {
  gw_depay_packet(w->depay, data, bytes, time, how & MARK, how & GAP);
}

static const GwUnit *unit_at(const World *w, guint i) {
  assert_true(i < w->got->len);
  return &g_array_index(w->got, GwUnit, i);
}

static void assert_unit(const World *w, guint i, guint flags, const guint8 *data, gsize bytes) {
  const GwUnit *unit = unit_at(w, i);
  assert_int_equal(unit->flags, flags);
  assert_int_equal(unit->bytes, bytes);
  assert_memory_equal(unit->data, data, bytes);
}

#define SC 0, 0, 0, 1
#define SPS 0x67, 0x42, 0xc0, 0x1f, 0xda
#define OTHER_SPS 0x67, 0x42, 0xc0, 0x1f, 0xdb
#define PPS 0x68, 0xce, 0x3c, 0x80
#define AUD 0x09, 0xf0

static void bring_sets(World *w) {
  gw_depay_add_set(w->depay, BYTES(SPS));
  gw_depay_add_set(w->depay, BYTES(PPS));
}

/* A keyframe of one slice, so that what follows is not broken; it is taken out of `got` again. */
static void begin(World *w, guint32 time) {
  bring_sets(w);
  send(w, time, MARK, BYTES(0x65, 0x88, 1));
  g_array_set_size(w->got, 0);
}

static void a_marker_ends_a_unit(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  begin(&w, 1);
  send(&w, 2, 0, BYTES(0x41, 0x9a, 1, 2));
  assert_int_equal(w.got->len, 0);
  send(&w, 2, MARK, BYTES(0x41, 0x01, 3));
  assert_int_equal(w.got->len, 1);
  assert_unit(&w, 0, 0, BYTES(SC, 0x41, 0x9a, 1, 2, SC, 0x41, 0x01, 3));
  assert_int_equal(unit_at(&w, 0)->rtp_time, 2);
  assert_int_equal(unit_at(&w, 0)->skipped_bytes, 7);
}

static void a_new_time_ends_it_too(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  begin(&w, 1);
  send(&w, 2, 0, BYTES(0x41, 0x9a, 1));
  send(&w, 3, 0, BYTES(0x41, 0x9a, 2));
  send(&w, 4, 0, BYTES(0x41, 0x9a, 3));
  assert_int_equal(w.got->len, 2);
  assert_unit(&w, 1, 0, BYTES(SC, 0x41, 0x9a, 2));
}

static void aggregates_and_fragments_become_what_they_were(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  send(&w, 1, 0, BYTES(24, 0, 5, SPS, 0, 4, PPS));
  send(&w, 1, 0, BYTES(0x7c, 0x85, 0x88, 1)); /* FU-A, IDR, first */
  send(&w, 1, 0, BYTES(0x7c, 0x05, 2, 3));
  send(&w, 1, MARK, BYTES(0x7c, 0x45, 4));
  assert_int_equal(w.got->len, 1);
  assert_unit(&w, 0, GW_UNIT_KEY | GW_UNIT_NEW_SETS, BYTES(SC, SPS, SC, PPS, SC, 0x65, 0x88, 1, 2, 3, 4));
  assert_int_equal(unit_at(&w, 0)->skipped_bytes, 6);
}

static void sets_of_the_sdp_stand_in_front_of_keyframes(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  bring_sets(&w);
  send(&w, 1, 0, BYTES(AUD));
  send(&w, 1, MARK, BYTES(0x65, 0x88, 1));
  send(&w, 2, MARK, BYTES(0x65, 0x88, 2));
  assert_unit(&w, 0, GW_UNIT_KEY | GW_UNIT_NEW_SETS, BYTES(SC, AUD, SC, SPS, SC, PPS, SC, 0x65, 0x88, 1));
  assert_unit(&w, 1, GW_UNIT_KEY, BYTES(SC, SPS, SC, PPS, SC, 0x65, 0x88, 2));
  gsize bytes = 0;
  const guint8 *sets = gw_depay_sets(w.depay, &bytes);
  assert_int_equal(bytes, 17);
  assert_memory_equal(sets, ((const guint8[]){SC, SPS, SC, PPS}), 17);
}

static void sets_in_band_replace_those_of_the_sdp(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  bring_sets(&w);
  for (guint32 time = 1; time <= 3; time++) {
    send(&w, time, 0, time < 3 ? (const guint8[]){SPS} : (const guint8[]){OTHER_SPS}, 5);
    send(&w, time, 0, BYTES(PPS));
    send(&w, time, MARK, BYTES(0x65, 0x88, 1));
  }
  assert_int_equal(unit_at(&w, 0)->flags, GW_UNIT_KEY | GW_UNIT_NEW_SETS);
  assert_unit(&w, 1, GW_UNIT_KEY, BYTES(SC, SPS, SC, PPS, SC, 0x65, 0x88, 1));
  assert_unit(&w, 2, GW_UNIT_KEY | GW_UNIT_NEW_SETS, BYTES(SC, OTHER_SPS, SC, PPS, SC, 0x65, 0x88, 1));
}

/* 0xda begins with id 0 as ue(0) = 1; 0x4a begins with 010: id 1. */
static void a_keyframe_with_its_own_sets_makes_others_past(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  bring_sets(&w);
  send(&w, 1, 0, BYTES(0x67, 0x42, 0xc0, 0x1f, 0x4a));
  send(&w, 1, 0, BYTES(PPS));
  send(&w, 1, MARK, BYTES(0x65, 0x88, 1));
  gsize bytes = 0;
  const guint8 *sets = gw_depay_sets(w.depay, &bytes);
  assert_int_equal(bytes, 17);
  assert_memory_equal(sets, ((const guint8[]){SC, 0x67, 0x42, 0xc0, 0x1f, 0x4a, SC, PPS}), 17);
}

static void a_marker_on_sets_alone_ends_nothing(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  send(&w, 1, MARK, BYTES(SPS));
  send(&w, 1, MARK, BYTES(PPS));
  send(&w, 1, MARK, BYTES(0x65, 0x88, 1));
  assert_int_equal(w.got->len, 1);
  assert_unit(&w, 0, GW_UNIT_KEY | GW_UNIT_NEW_SETS, BYTES(SC, SPS, SC, PPS, SC, 0x65, 0x88, 1));
}

static void nothing_is_whole_before_the_first_keyframe(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  bring_sets(&w);
  send(&w, 1, MARK, BYTES(0x41, 0x9a, 1));
  send(&w, 2, MARK, BYTES(0x65, 0x88, 1));
  send(&w, 3, MARK, BYTES(0x41, 0x9a, 1));
  assert_int_equal(unit_at(&w, 0)->flags, GW_UNIT_BROKEN);
  assert_int_equal(unit_at(&w, 1)->flags, GW_UNIT_KEY | GW_UNIT_NEW_SETS);
  assert_int_equal(unit_at(&w, 2)->flags, 0);
}

static void a_keyframe_without_sets_is_none(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  gw_depay_add_set(w.depay, BYTES(SPS));
  send(&w, 1, MARK, BYTES(0x65, 0x88, 1));
  assert_unit(&w, 0, GW_UNIT_BROKEN, BYTES(SC, 0x65, 0x88, 1));
}

static void a_loss_breaks_up_to_the_next_keyframe(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  begin(&w, 1);
  send(&w, 2, MARK, BYTES(0x41, 0x9a, 1));
  send(&w, 3, MARK | GAP, BYTES(0x41, 0x9a, 1));
  send(&w, 4, MARK, BYTES(0x41, 0x9a, 1));
  send(&w, 5, MARK, BYTES(0x65, 0x88, 1));
  send(&w, 6, MARK, BYTES(0x41, 0x9a, 1));
  const guint wanted[] = {0, GW_UNIT_BROKEN, GW_UNIT_BROKEN, GW_UNIT_KEY, 0};
  for (guint i = 0; i < G_N_ELEMENTS(wanted); i++)
    assert_int_equal(unit_at(&w, i)->flags, wanted[i]);
}

static void half_a_slice_is_not_given(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  begin(&w, 1);
  send(&w, 2, 0, BYTES(0x65, 0x88, 9));
  send(&w, 2, 0, BYTES(0x7c, 0x85, 0x08, 1));
  send(&w, 2, MARK | GAP, BYTES(0x7c, 0x45, 4)); /* the middle is missing */
  assert_unit(&w, 0, GW_UNIT_BROKEN, BYTES(SC, 0x65, 0x88, 9));
  send(&w, 3, 0, BYTES(0x7c, 0x85, 0x88, 1)); /* the end never comes */
  send(&w, 4, MARK, BYTES(0x65, 0x88, 9));
  assert_int_equal(w.got->len, 2);
  assert_int_equal(unit_at(&w, 1)->flags, GW_UNIT_KEY);
  assert_int_equal(unit_at(&w, 1)->rtp_time, 4);
}

static void a_loss_just_before_a_keyframe_does_not_spoil_it(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  begin(&w, 1);
  send(&w, 2, MARK | GAP, BYTES(0x65, 0x88, 1)); /* its first slice */
  assert_int_equal(unit_at(&w, 0)->flags, GW_UNIT_KEY);
  send(&w, 3, MARK | GAP, BYTES(0x65, 0x08, 1)); /* a later one: the first is missing */
  assert_int_equal(unit_at(&w, 1)->flags, GW_UNIT_BROKEN);
}

/* The sets that this camera always sends were in what is missing, and may have been new ones. */
static void a_loss_that_may_hold_new_sets_spoils_it(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  send(&w, 1, 0, BYTES(24, 0, 5, SPS, 0, 4, PPS));
  send(&w, 1, MARK, BYTES(0x65, 0x88, 1));
  send(&w, 2, MARK | GAP, BYTES(0x65, 0x88, 1));
  assert_int_equal(unit_at(&w, 1)->flags, GW_UNIT_BROKEN);
}

static void a_camera_that_marks_every_slice_is_understood(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  begin(&w, 1);
  for (guint32 time = 2; time < 6; time++) {
    send(&w, time, MARK, BYTES(0x41, 0x9a, 1));
    send(&w, time, MARK, BYTES(0x5c, 0x81, 0x01, 2)); /* a later slice, fragmented */
    send(&w, time, MARK, BYTES(0x5c, 0x41, 3));
  }
  assert_int_equal(unit_at(&w, 0)->rtp_time, 2); /* the first time it is taken in two */
  assert_int_equal(unit_at(&w, 1)->rtp_time, 2);
  assert_unit(&w, 2, 0, BYTES(SC, 0x41, 0x9a, 1, SC, 0x41, 0x01, 2, 3));
  assert_int_equal(unit_at(&w, 2)->rtp_time, 3);
  assert_int_equal(unit_at(&w, 3)->rtp_time, 4);
}

static void two_fields_with_one_time_are_two_units(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  begin(&w, 1);
  for (guint32 time = 2; time < 4; time++) {
    send(&w, time, MARK, BYTES(0x41, 0x9a, 1));
    send(&w, time, MARK, BYTES(0x41, 0x9a, 2));
  }
  assert_int_equal(w.got->len, 4);
}

/* Payload type 6, size 1, recovery_frame_cnt ue(0), exact_match ... */
static void a_recovery_point_is_a_keyframe(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  bring_sets(&w);
  send(&w, 1, 0, BYTES(0x06, 5, 2, 0xaa, 0xbb, 6, 1, 0xc0, 0x80));
  send(&w, 1, MARK, BYTES(0x41, 0x88, 1));
  assert_int_equal(unit_at(&w, 0)->flags, GW_UNIT_KEY | GW_UNIT_NEW_SETS);
  send(&w, 2, 0, BYTES(0x06, 6, 1, 0x24, 0x80)); /* only after three pictures more */
  send(&w, 2, MARK, BYTES(0x41, 0x88, 1));
  assert_int_equal(unit_at(&w, 1)->flags, 0);
}

static void h265_units_are_taken_apart(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H265);
  /* AP of VPS, SPS, PPS; FU of an IDR_N_LP (20); a TRAIL_R */
  send(&w, 1, 0, BYTES(0x60, 1, 0, 3, 0x40, 1, 0x0c, 0, 3, 0x42, 1, 1, 0, 3, 0x44, 1, 0xc0));
  send(&w, 1, 0, BYTES(0x62, 1, 0x94, 0x88, 1));
  send(&w, 1, 0, BYTES(0x62, 1, 0x14, 2));
  send(&w, 1, MARK, BYTES(0x62, 1, 0x54, 3));
  send(&w, 2, MARK, BYTES(0x02, 1, 0xd0, 7));
  assert_unit(&w, 0, GW_UNIT_KEY | GW_UNIT_NEW_SETS,
              BYTES(SC, 0x40, 1, 0x0c, SC, 0x42, 1, 1, SC, 0x44, 1, 0xc0, SC, 0x28, 1, 0x88, 1, 2, 3));
  assert_unit(&w, 1, 0, BYTES(SC, 0x02, 1, 0xd0, 7));
  assert_int_equal(unit_at(&w, 1)->skipped_bytes, 4);
  send(&w, 3, MARK, BYTES(0x2a, 1, 0x88, 1)); /* CRA without sets */
  assert_unit(&w, 2, GW_UNIT_KEY,
              BYTES(SC, 0x40, 1, 0x0c, SC, 0x42, 1, 1, SC, 0x44, 1, 0xc0, SC, 0x2a, 1, 0x88, 1));
}

static void what_is_too_large_is_dropped(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  begin(&w, 1);
  g_autofree guint8 *part = g_malloc0(60000);
  memcpy(part, "\x7c\x85\x88", 3);
  for (guint i = 0; i < 100; i++) {
    send(&w, 2, 0, part, 60000);
    part[1] = 0x05;
  }
  part[1] = 0x45;
  send(&w, 2, MARK, part, 60000);
  assert_int_equal(w.got->len, 0);
  assert_int_equal(gw_depay_dropped(w.depay), 1);
  send(&w, 3, MARK, BYTES(0x41, 0x9a, 1));
  send(&w, 4, MARK, BYTES(0x65, 0x88, 1));
  assert_int_equal(unit_at(&w, 0)->flags, GW_UNIT_BROKEN);
  assert_int_equal(unit_at(&w, 1)->flags, GW_UNIT_KEY);
}

static void sets_are_bounded(void **state) {
  g_auto(World) w = world_of(GW_CODEC_H264);
  guint8 set[3000] = {0x68};
  for (guint i = 0; i < 400; i++) {
    set[1] = (guint8)i;
    set[2] = (guint8)(i >> 8 | 0x80);
    gw_depay_add_set(w.depay, set, i % 3 ? sizeof set : 20);
    gsize bytes = 0;
    (void)gw_depay_sets(w.depay, &bytes);
    assert_in_range(bytes, 1, GW_DEPAY_MOST_SETS_BYTES);
  }
  g_autofree guint8 *huge = g_malloc0(GW_DEPAY_MOST_SETS_BYTES);
  huge[0] = 0x67;
  gsize before = 0, after = 0;
  (void)gw_depay_sets(w.depay, &before);
  gw_depay_add_set(w.depay, huge, GW_DEPAY_MOST_SETS_BYTES);
  (void)gw_depay_sets(w.depay, &after);
  assert_int_equal(before, after);
}

static void what_makes_no_sense_is_counted_and_breaks(void **state) {
  static const struct {
    GwCodec codec;
    guint8 bytes[8];
    gsize n;
  } bad[] = {
      {GW_CODEC_H264, {0}, 0},
      {GW_CODEC_H264, {0x41}, 1},
      {GW_CODEC_H264, {0x00, 1, 2}, 3},
      {GW_CODEC_H264, {0xc1, 0x9a}, 2},
      {GW_CODEC_H264, {24}, 1},
      {GW_CODEC_H264, {24, 0, 9, 0x41}, 4},
      {GW_CODEC_H264, {24, 0, 0, 1}, 4},
      {GW_CODEC_H264, {25, 0, 0, 0, 1}, 5},
      {GW_CODEC_H264, {29, 0x81, 0, 0, 1}, 5},
      {GW_CODEC_H264, {28, 0x81}, 2},
      {GW_CODEC_H264, {31, 1, 1}, 3},
      {GW_CODEC_H265, {0}, 0},
      {GW_CODEC_H265, {0x02, 1}, 2},
      {GW_CODEC_H265, {0x60, 1}, 2},
      {GW_CODEC_H265, {0x60, 1, 0, 9, 2}, 5},
      {GW_CODEC_H265, {0x62, 1, 0x81}, 3},
      {GW_CODEC_H265, {0x64, 1, 0, 0}, 4},
      {GW_CODEC_H265, {0x82, 1, 0xd0}, 3},
  };
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_auto(World) w = world_of(bad[i].codec);
    send(&w, 1, MARK, bad[i].bytes, bad[i].n);
    send(&w, 2, 0, BYTES(AUD));
    assert_int_equal(w.got->len, 0);
    assert_int_equal(gw_depay_dropped(w.depay), 1);
  }
}

/* Anything at all, mostly with plausible first bytes: units stay well formed and bounded. */
static void noise_does_no_harm(void **state) {
  g_autoptr(GRand) dice = g_rand_new_with_seed(20261121);
  static const guint8 starts[] = {0x67, 0x68, 0x65, 0x41, 24,   28,   0x7c, 0x40,
                                  0x42, 0x44, 0x26, 0x02, 0x60, 0x62, 9,    6};
  for (guint codec = 0; codec < 2; codec++) {
    g_auto(World) w = world_of(codec);
    for (guint i = 0; i < 60000; i++) {
      guint8 data[64];
      gsize n = g_rand_int_range(dice, 0, sizeof data);
      for (gsize k = 0; k < n; k++)
        data[k] = g_rand_int_range(dice, 0, 3) ? g_rand_int(dice) : 0;
      if (n)
        data[0] = starts[g_rand_int_range(dice, 0, G_N_ELEMENTS(starts))];
      send(&w, i / 5, g_rand_int_range(dice, 0, 4), data, n);
    }
    for (guint i = 0; i < w.got->len; i++) {
      const GwUnit *unit = unit_at(&w, i);
      assert_true(unit->bytes > 5 && unit->bytes < 200000);
      assert_memory_equal(unit->data, "\0\0\0\1", 4);
      assert_false(unit->flags & GW_UNIT_KEY && unit->flags & GW_UNIT_BROKEN);
    }
    assert_true(w.got->len > 1000);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_marker_ends_a_unit),
      cmocka_unit_test(a_new_time_ends_it_too),
      cmocka_unit_test(aggregates_and_fragments_become_what_they_were),
      cmocka_unit_test(sets_of_the_sdp_stand_in_front_of_keyframes),
      cmocka_unit_test(sets_in_band_replace_those_of_the_sdp),
      cmocka_unit_test(a_keyframe_with_its_own_sets_makes_others_past),
      cmocka_unit_test(a_marker_on_sets_alone_ends_nothing),
      cmocka_unit_test(nothing_is_whole_before_the_first_keyframe),
      cmocka_unit_test(a_keyframe_without_sets_is_none),
      cmocka_unit_test(a_loss_breaks_up_to_the_next_keyframe),
      cmocka_unit_test(half_a_slice_is_not_given),
      cmocka_unit_test(a_loss_just_before_a_keyframe_does_not_spoil_it),
      cmocka_unit_test(a_loss_that_may_hold_new_sets_spoils_it),
      cmocka_unit_test(a_camera_that_marks_every_slice_is_understood),
      cmocka_unit_test(two_fields_with_one_time_are_two_units),
      cmocka_unit_test(a_recovery_point_is_a_keyframe),
      cmocka_unit_test(h265_units_are_taken_apart),
      cmocka_unit_test(what_is_too_large_is_dropped),
      cmocka_unit_test(sets_are_bounded),
      cmocka_unit_test(what_makes_no_sense_is_counted_and_breaks),
      cmocka_unit_test(noise_does_no_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
