/* One decoder for keyframes of many cameras: each picture is of the keyframe that was given, at once; and how
 * it is made small. */
#include "pipelines/look/jpeg.h"
#include "pipelines/look/key_decoder.h"
#include "pipelines/needed.h"
#include "pipelines/picture.h"
#include "tests/pipelines/clip.h"
#include "tests/pipelines/cm.h"

#include <math.h>
#include <string.h>

static GwClip *large, *small, *bframes;

static void expect_picture(GwKeyDecoder *d, const GwClip *clip, guint n) {
  GwKeyPicture picture;
  assert_true(gw_key_decoder_decode(d, gw_clip_keyframe(clip, n), &picture));
  assert_int_equal(picture.planes.y.width, clip->width);
  assert_int_equal(picture.planes.y.height, clip->height);
  assert_int_equal(picture.planes.u.width, clip->width / 2);
  gw_key_decoder_release(d);
}

static void keyframes_of_different_cameras_take_turns(void **state) {
  GwKeyDecoder *d = gw_key_decoder_new("h264");
  assert_non_null(d);
  for (guint i = 0; i < 5; i++) {
    expect_picture(d, large, i);
    expect_picture(d, small, i);
    expect_picture(d, bframes, i); /* of an encoder that reorders: not held back */
    expect_picture(d, bframes, i + 1);
  }
  gw_key_decoder_free(d);
}

/* A white picture after a colourful one is white: nothing of the other camera's is left. */
static void picture_is_of_the_keyframe_that_was_given(void **state) {
  GwKeyDecoder *d = gw_key_decoder_new("h264");
  for (guint i = 0; i < 4; i++) {
    GwKeyPicture picture;
    guint8 one[1] = {0};
    assert_true(gw_key_decoder_decode(d, gw_clip_keyframe(i % 2 ? bframes : small, i), &picture));
    gw_plane_shrink(&picture.planes.y, one, 1, 1, 1);
    if (i % 2)
      assert_in_range(one[0], 225, 240);
    else
      assert_in_range(one[0], 20, 200);
  }
  gw_key_decoder_free(d);
}

static void junk_gives_no_picture_and_a_new_decoder_works(void **state) {
  g_autoptr(GstBuffer) junk = gst_buffer_new_memdup("\0\0\0\1\x65 no picture at all", 23);
  GwKeyPicture picture;
  GwKeyDecoder *d = gw_key_decoder_new("h264");
  assert_false(gw_key_decoder_decode(d, junk, &picture));
  gw_key_decoder_free(d);
  d = gw_key_decoder_new("h264");
  expect_picture(d, large, 0);
  gw_key_decoder_free(d);
}

static guint hash_of(GwKeyDecoder *d, GstBuffer *keyframe) {
  GwKeyPicture picture;
  guint8 small_luma[320 * 180];
  assert_true(gw_key_decoder_decode(d, keyframe, &picture));
  gw_plane_shrink(&picture.planes.y, small_luma, 320, 320, 180);
  gw_key_decoder_release(d);
  g_autoptr(GBytes) bytes = g_bytes_new(small_luma, sizeof small_luma);
  return g_bytes_hash(bytes);
}

/* Half a keyframe would look like a sprayed lens: it is no picture.  And libav must not go on with it: the
 * next picture is as if nothing had been. */
static void half_a_keyframe_is_no_picture(void **state) {
  GstBuffer *whole = gw_clip_keyframe(small, 0), *next = gw_clip_keyframe(small, 2);
  const gsize bytes = gst_buffer_get_size(whole);
  GwKeyDecoder *d = gw_key_decoder_new("h264");
  const guint expected = hash_of(d, next);
  for (guint part = 1; part < 20; part++) {
    GwKeyPicture picture;
    g_autoptr(GstBuffer) cut = gst_buffer_copy_region(whole, GST_BUFFER_COPY_ALL, 0, bytes * part / 20);
    assert_false(gw_key_decoder_decode(d, cut, &picture));
    gw_key_decoder_free(d);
    d = gw_key_decoder_new("h264");
    assert_int_equal(hash_of(d, next), expected);
  }
  gw_key_decoder_free(d);
}

static void both_codecs_have_a_decoder(void **state) {
  GwKeyDecoder *d = gw_key_decoder_new("h265");
  assert_non_null(d);
  gw_key_decoder_free(d);
}

/* ---- planes ---- */

static void area_means_keep_the_mean(void **state) {
  static const int sizes[][2] = {{1920, 1080}, {704, 576}, {321, 181}, {320, 180}, {100, 50}, {16, 16}};
  g_autoptr(GRand) rand = g_rand_new_with_seed(1);
  guint8 to[320 * 180];
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    const int w = sizes[i][0], h = sizes[i][1], stride = w + 7;
    double from_sum = 0, to_sum = 0;
    g_autofree guint8 *from = g_malloc0((gsize)stride * (gsize)h);
    for (int y = 0; y < h; y++)
      for (int x = 0; x < w; x++)
        from_sum += from[y * stride + x] = (guint8)g_rand_int_range(rand, 0, 256);
    const GwPlane plane = {from, stride, w, h};
    gw_plane_shrink(&plane, to, 320, 320, 180);
    for (gsize n = 0; n < sizeof to; n++)
      to_sum += to[n];
    assert_true(fabs(from_sum / (w * h) - to_sum / sizeof to) < 4);
  }
}

static void each_sample_is_the_mean_of_its_area(void **state) {
  static const guint8 from[4 * 4] = {0, 10, 100, 100, 20, 30, 100, 100, 7, 7, 1, 2, 7, 7, 3, 4};
  const GwPlane plane = {from, 4, 4, 4};
  guint8 to[4];
  gw_plane_shrink(&plane, to, 2, 2, 2);
  assert_int_equal(to[0], 15);
  assert_int_equal(to[1], 100);
  assert_int_equal(to[2], 7);
  assert_int_equal(to[3], 3); /* 2.5 */
}

static void limited_range_becomes_full(void **state) {
  guint8 luma[] = {0, 16, 126, 235, 255}, chroma[] = {16, 128, 240};
  gw_plane_widen_luma(luma, sizeof luma);
  gw_plane_widen_chroma(chroma, sizeof chroma);
  assert_memory_equal(luma, ((guint8[]){0, 0, 128, 255, 255}), sizeof luma);
  assert_memory_equal(chroma, ((guint8[]){0, 128, 255}), sizeof chroma);
}

static void grey_has_no_colour(void **state) {
  const guint8 grey[] = {128, 128, 128}, red[] = {84, 84, 84}, red_v[] = {255, 255, 255};
  assert_true(gw_plane_colour(grey, grey, 3) < 0.01);
  assert_true(gw_plane_colour(red, red_v, 3) > 100);
  assert_true(gw_plane_colour(grey, grey, 0) < 0.01);
}

static void jpeg_has_its_size_and_its_bound(void **state) {
  enum { W = 34, H = 18 };
  guint8 y[W * H], c[W * H / 4];
  int w = 0, h = 0;
  gsize n = 0;
  for (gsize i = 0; i < sizeof y; i++)
    y[i] = (guint8)(i * 37);
  memset(c, 90, sizeof c);
  for (int grey = 1; grey >= 0; grey--) {
    g_autoptr(GBytes) jpeg = gw_jpeg_new(y, grey ? NULL : c, grey ? NULL : c, W, H, G_MAXSIZE);
    const guint8 *data = g_bytes_get_data(jpeg, &n);
    assert_int_equal(gw_picture_kind(data, n, &w, &h), GW_PICTURE_JPEG);
    assert_int_equal(w, W);
    assert_int_equal(h, H);
  }
  g_autoptr(GBytes) lower = gw_jpeg_new(y, c, c, W, H, n - 1); /* at the low quality it fits */
  assert_non_null(lower);
  assert_null(gw_jpeg_new(y, c, c, W, H, 100));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keyframes_of_different_cameras_take_turns),
      cmocka_unit_test(picture_is_of_the_keyframe_that_was_given),
      cmocka_unit_test(junk_gives_no_picture_and_a_new_decoder_works),
      cmocka_unit_test(half_a_keyframe_is_no_picture),
      cmocka_unit_test(both_codecs_have_a_decoder),
      cmocka_unit_test(area_means_keep_the_mean),
      cmocka_unit_test(each_sample_is_the_mean_of_its_area),
      cmocka_unit_test(limited_range_becomes_full),
      cmocka_unit_test(grey_has_no_colour),
      cmocka_unit_test(jpeg_has_its_size_and_its_bound),
  };
  gw_needed_prepare();
  gst_init(&argc, &argv);
  g_autofree char *missing = gw_needed_load();
  assert_null(missing);
  large = gw_clip_load(GW_CLIPS_DIR "/large.h264", "h264", G_MAXUINT);
  small = gw_clip_load(GW_CLIPS_DIR "/small.h264", "h264", G_MAXUINT);
  bframes = gw_clip_load(GW_LOOKS_DIR "/bframes.h264", "h264", G_MAXUINT);
  assert_true(large && small && bframes);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  gw_clip_free(large);
  gw_clip_free(small);
  gw_clip_free(bframes);
  return failed;
}
