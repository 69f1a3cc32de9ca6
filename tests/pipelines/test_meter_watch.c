/* What the figures of a stream tell: nothing of an ordinary day, and each fault with its end. */
#include "pipelines/look/meter_watch.h"
#include "pipelines/needed.h"
#include "tests/pipelines/clip.h"
#include "tests/pipelines/cm.h"

#include <math.h>
#include <string.h>

/* A camera as its encoder behaves now. */
typedef struct Camera {
  GwMeterWatch *watch;
  GwMeter meter;
  GwUsec now_us;
  guint fps, gop, key_bytes, p_bytes;
  double noise; /* of sizes, as a part */
  gboolean has_clock;
  GwUsec clock_us;
  guint n;
  GRand *rand;
  guint begun[GW_METER_N_KINDS], ended[GW_METER_N_KINDS];
  GwMeterSaid said;
} Camera;

static void camera_init(Camera *c) {
  *c = (Camera){.watch = gw_meter_watch_new(),
                .now_us = GW_SEC,
                .fps = 15,
                .gop = 15,
                .key_bytes = 40000,
                .p_bytes = 4000,
                .noise = 0.1,
                .rand = g_rand_new_with_seed(3)};
  gw_meter_shape(&c->meter, "h264", 1920, 1080);
}

static void camera_clear(Camera *c) {
  gw_meter_watch_free(c->watch);
  g_rand_free(c->rand);
}

static guint size_of(Camera *c, gboolean is_key) {
  const double mean = is_key ? c->key_bytes : c->p_bytes;
  return (guint)(mean * (1 + (g_rand_double(c->rand) - 0.5) * 2 * c->noise));
}

static void second(Camera *c) {
  for (guint i = 0; i < c->fps; i++, c->n++) {
    const gboolean is_key = c->n % c->gop == 0;
    gw_meter_frame(&c->meter, size_of(c, is_key), is_key, c->now_us + (GwUsec)i * GW_SEC / c->fps, c->now_us);
  }
  c->now_us += GW_SEC;
  gw_meter_watch_second(c->watch, &c->meter, c->has_clock, c->clock_us, c->now_us, &c->said);
  for (guint i = 0; i < c->said.n; i++)
    (c->said.findings[i].on ? c->begun : c->ended)[c->said.findings[i].kind]++;
}

static void seconds(Camera *c, guint n) {
  for (guint i = 0; i < n; i++)
    second(c);
}

static guint all_begun(const Camera *c) {
  guint n = 0;
  for (guint i = 0; i < GW_METER_N_KINDS; i++)
    n += c->begun[i];
  return n;
}

/* Seconds until the kind is said; 0: not within `most`. */
static guint until(Camera *c, const guint *counter, guint most) {
  const guint before = *counter;
  for (guint i = 1; i <= most; i++) {
    second(c);
    if (*counter > before)
      return i;
  }
  return 0;
}

static void ordinary_day_says_nothing(void **state) {
  Camera c;
  camera_init(&c);
  for (guint s = 0; s < 24 * 3600; s++) { /* from busy noon to still night, cars now and then, jitter */
    const double day = 0.55 + 0.45 * sin(2 * G_PI * s / 86400), car = s % 300 < 12 ? 2.5 : 1;
    c.p_bytes = (guint)(6000 * day * car);
    c.key_bytes = (guint)(60000 * (0.6 + 0.4 * day));
    c.fps = 15 - (s % 97 == 0 ? 3 : 0);
    second(&c);
  }
  assert_int_equal(all_begun(&c), 0);
  camera_clear(&c);
}

static void collapsed_pictures_a_second_begin_and_end(void **state) {
  Camera c;
  camera_init(&c);
  seconds(&c, 120);
  c.fps = 5;
  const guint after_s = until(&c, &c.begun[GW_METER_FPS_LOW], 30);
  assert_true(after_s > 10 && after_s <= 16);
  assert_true(c.said.findings[0].measure > c.said.findings[0].threshold);
  seconds(&c, 600);
  assert_int_equal(c.begun[GW_METER_FPS_LOW], 1);
  c.fps = 15;
  assert_true(until(&c, &c.ended[GW_METER_FPS_LOW], 15) > 0);
  seconds(&c, 60);
  assert_int_equal(all_begun(&c), 1);
  camera_clear(&c);
}

static void short_or_halved_is_no_collapse(void **state) {
  Camera c;
  camera_init(&c);
  c.fps = 24;
  seconds(&c, 120);
  c.fps = 3;
  seconds(&c, 8);
  c.fps = 12; /* the slow shutter of a dark night */
  seconds(&c, 3600);
  assert_int_equal(all_begun(&c), 0);
  camera_clear(&c);
}

static void collapsed_bitrate_begins_and_ends(void **state) {
  Camera c;
  camera_init(&c);
  seconds(&c, 120);
  c.p_bytes = 500; /* not skips alone: a lens cap, or a setting */
  c.key_bytes = 3000;
  const guint after_s = until(&c, &c.begun[GW_METER_BITRATE_LOW], 60);
  assert_true(after_s >= 10 && after_s <= 25);
  c.p_bytes = 4000;
  c.key_bytes = 40000;
  assert_true(until(&c, &c.ended[GW_METER_BITRATE_LOW], 30) > 0);
  assert_int_equal(all_begun(&c), 1);
  camera_clear(&c);
}

static void skips_alone_with_whole_keyframes_are_frozen(void **state) {
  Camera c;
  camera_init(&c);
  c.p_bytes = 6876;
  seconds(&c, 120);
  c.p_bytes = 71; /* both as measured */
  c.noise = 0.02;
  const guint after_s = until(&c, &c.begun[GW_METER_FROZEN], 60);
  assert_true(after_s >= 15 && after_s <= 22);
  c.p_bytes = 6876;
  assert_true(until(&c, &c.ended[GW_METER_FROZEN], 30) > 0);
  assert_int_equal(c.begun[GW_METER_FROZEN], 1);
  camera_clear(&c);
}

static void still_scene_learned_as_such_is_not_frozen(void **state) {
  Camera c;
  camera_init(&c);
  c.p_bytes = 200; /* a corridor at night, little noise */
  seconds(&c, 300);
  c.p_bytes = 90;
  seconds(&c, 300);
  assert_int_equal(c.begun[GW_METER_FROZEN], 0);
  camera_clear(&c);
}

static void clock_jump_is_said_and_settles(void **state) {
  Camera c;
  camera_init(&c);
  c.has_clock = TRUE;
  for (guint i = 0; i < 3600; i++, c.clock_us += GW_MS) /* drifts by 3.6 s in an hour */
    second(&c);
  assert_int_equal(all_begun(&c), 0);
  c.clock_us += 30 * GW_SEC;
  assert_int_equal(until(&c, &c.begun[GW_METER_TIME_JUMP], 2), 1);
  assert_true(c.said.findings[0].measure > 29 && c.said.findings[0].measure < 31);
  const guint after_s = until(&c, &c.ended[GW_METER_TIME_JUMP], 90);
  assert_true(after_s >= 50 && after_s <= 70);
  c.clock_us -= 5 * GW_SEC;
  assert_int_equal(until(&c, &c.begun[GW_METER_TIME_JUMP], 2), 1);
  c.clock_us += 5 * GW_SEC; /* and back at once */
  assert_int_equal(until(&c, &c.ended[GW_METER_TIME_JUMP], 2), 1);
  camera_clear(&c);
}

static void what_still_holds_is_said_again_after_a_reconnect(void **state) {
  Camera c;
  camera_init(&c);
  seconds(&c, 120);
  c.fps = 5;
  assert_true(until(&c, &c.begun[GW_METER_FPS_LOW], 30) > 0);
  c.meter = (GwMeter){0};
  gw_meter_shape(&c.meter, "h264", 1920, 1080);
  gw_meter_watch_reconnected(c.watch);
  c.now_us += 20 * GW_SEC;
  assert_true(until(&c, &c.begun[GW_METER_FPS_LOW], 40) > 0); /* the second time */
  assert_int_equal(c.ended[GW_METER_FPS_LOW], 0);
  camera_clear(&c);
}

static void another_camera_has_none_of_the_old_findings(void **state) {
  Camera c;
  camera_init(&c);
  c.has_clock = TRUE;
  seconds(&c, 120);
  c.fps = 3;
  c.clock_us = 10 * GW_SEC;
  seconds(&c, 30);
  assert_int_equal(all_begun(&c), 2);
  GwMeterSaid said;
  gw_meter_watch_end(c.watch, &said);
  assert_int_equal(said.n, 2);
  assert_int_equal(said.findings[0].kind, GW_METER_FPS_LOW);
  assert_int_equal(said.findings[1].kind, GW_METER_TIME_JUMP);
  assert_false(said.findings[0].on || said.findings[1].on);
  gw_meter_watch_end(c.watch, &said);
  assert_int_equal(said.n, 0);
  camera_clear(&c);
}

static void another_size_is_another_normal(void **state) {
  Camera c;
  camera_init(&c);
  seconds(&c, 120);
  c.fps = 5;
  assert_true(until(&c, &c.begun[GW_METER_FPS_LOW], 30) > 0);
  gw_meter_shape(&c.meter, "h264", 640, 360); /* somebody has set it so */
  second(&c);
  assert_int_equal(c.ended[GW_METER_FPS_LOW], 1);
  assert_string_equal(c.said.rate, "");
  seconds(&c, 600);
  assert_int_equal(all_begun(&c), 1);
  camera_clear(&c);
}

static void stall_is_another_ones_business(void **state) {
  Camera c;
  camera_init(&c);
  seconds(&c, 120);
  c.fps = 0;
  seconds(&c, 8);
  c.fps = 15;
  seconds(&c, 60);
  assert_int_equal(all_begun(&c), 0);
  camera_clear(&c);
}

static void variable_rate_is_told_from_constant(void **state) {
  Camera vbr, cbr;
  camera_init(&vbr);
  camera_init(&cbr);
  assert_int_equal((second(&vbr), vbr.said.activity), -1);
  for (guint s = 0; s < 300; s++) {
    vbr.p_bytes = s % 60 < 20 ? 9000 : 3000; /* somebody walks by */
    second(&vbr);
    cbr.p_bytes = s % 60 < 20 ? 4500 : 3500;
    cbr.key_bytes = 14 * (8000 - cbr.p_bytes) - 14 * 1500; /* what one takes the other lacks */
    second(&cbr);
  }
  assert_string_equal(vbr.said.rate, "vbr");
  assert_string_equal(cbr.said.rate, "cbr");
  assert_int_equal(cbr.said.activity, -1);
  vbr.p_bytes = 3000;
  seconds(&vbr, 3);
  const int calm = vbr.said.activity;
  vbr.p_bytes = 9000;
  seconds(&vbr, 3);
  assert_true(calm >= 0 && calm < 30 && vbr.said.activity > 60);
  camera_clear(&vbr);
  camera_clear(&cbr);
}

/* The clips that the farm's cameras send, round and round, as a day of theirs. */
static void real_clips_are_ordinary(void **state) {
  static const char *const clips[] = {GW_CLIPS_DIR "/large.h264", GW_CLIPS_DIR "/small.h264"};
  for (gsize i = 0; i < G_N_ELEMENTS(clips); i++) {
    GwClip *clip = gw_clip_load(clips[i], "h264", G_MAXUINT);
    Camera c;
    assert_non_null(clip);
    camera_init(&c);
    for (guint n = 0; n < 15 * 900; n++) {
      GstBuffer *unit = clip->units->pdata[n % clip->units->len];
      gw_meter_frame(&c.meter, gst_buffer_get_size(unit),
                     !GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_DELTA_UNIT), c.now_us, c.now_us);
      c.now_us += GW_SEC / 15;
      if (n % 15 == 14)
        gw_meter_watch_second(c.watch, &c.meter, FALSE, 0, c.now_us, &c.said);
      assert_int_equal(c.said.n, 0);
    }
    camera_clear(&c);
    gw_clip_free(clip);
  }
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ordinary_day_says_nothing),
      cmocka_unit_test(collapsed_pictures_a_second_begin_and_end),
      cmocka_unit_test(short_or_halved_is_no_collapse),
      cmocka_unit_test(collapsed_bitrate_begins_and_ends),
      cmocka_unit_test(skips_alone_with_whole_keyframes_are_frozen),
      cmocka_unit_test(still_scene_learned_as_such_is_not_frozen),
      cmocka_unit_test(clock_jump_is_said_and_settles),
      cmocka_unit_test(what_still_holds_is_said_again_after_a_reconnect),
      cmocka_unit_test(another_camera_has_none_of_the_old_findings),
      cmocka_unit_test(another_size_is_another_normal),
      cmocka_unit_test(stall_is_another_ones_business),
      cmocka_unit_test(variable_rate_is_told_from_constant),
      cmocka_unit_test(real_clips_are_ordinary),
  };
  gw_needed_prepare();
  gst_init(&argc, &argv);
  g_autofree char *missing = gw_needed_load();
  assert_null(missing);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
