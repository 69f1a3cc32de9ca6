/* One decoder for keyframes of many cameras: each picture is of the keyframe that was given, at once. */
#include "daemon/base/limits.h"
#include "pipelines/decoder.h"
#include "pipelines/needed.h"
#include "pipelines/picture.h"
#include "tests/pipelines/cm.h"

#include <string.h>

/* The first access unit of a byte stream: everything up to the second slice's access unit. */
static GstBuffer *first_keyframe(const char *path) {
  g_autofree char *data = NULL;
  gsize n = 0, end = 0;
  gboolean slice = FALSE;
  assert_true(g_file_get_contents(path, &data, &n, NULL));
  const guint8 *p = (const guint8 *)data;
  for (gsize i = 0; i + 4 < n && !end; i++) {
    if (p[i] || p[i + 1] || p[i + 2] != 1)
      continue;
    const int type = p[i + 3] & 31;
    const gboolean starts_picture = (type == 1 || type == 5) && (p[i + 4] & 0x80); /* first_mb_in_slice 0 */
    if (slice && (starts_picture || type == 9 || type == 7))
      end = i > 0 && p[i - 1] == 0 ? i - 1 : i;
    slice = slice || type == 5;
  }
  assert_true(end > 0);
  return gst_buffer_new_memdup(data, end);
}

static GstBuffer *keyframe_of(const char *clip) {
  g_autofree char *path = g_build_filename(GW_CLIPS_DIR, clip, NULL);
  return first_keyframe(path);
}

static void expect_picture(GwDecoder *d, GstBuffer *keyframe, int width, int height) {
  GwPicture picture;
  int w = 0, h = 0;
  gsize n = 0;
  assert_true(gw_decoder_jpeg(d, keyframe, GW_LIMIT_STILL_BYTES, &picture));
  const guint8 *data = g_bytes_get_data(picture.jpeg, &n);
  assert_int_equal(gw_picture_kind(data, n, &w, &h), GW_PICTURE_JPEG);
  assert_int_equal(w, width);
  assert_int_equal(h, height);
  assert_int_equal(picture.width, width);
  assert_int_equal(picture.height, height);
  g_bytes_unref(picture.jpeg);
}

static void keyframes_of_different_cameras_take_turns(void **state) {
  g_autoptr(GstBuffer) large = keyframe_of("large.h264"), small = keyframe_of("small.h264"),
                       bframes = first_keyframe(GW_BFRAMES_FILE);
  GwDecoder *d = gw_decoder_new("h264", 640);
  assert_non_null(d);
  for (int i = 0; i < 5; i++) {
    expect_picture(d, large, 640, 360);
    expect_picture(d, small, 640, 480);
    expect_picture(d, bframes, 640, 480); /* of an encoder that reorders: not held back */
    expect_picture(d, bframes, 640, 480);
  }
  gw_decoder_free(d);
}

static void junk_gives_no_picture_and_a_new_decoder_works(void **state) {
  g_autoptr(GstBuffer) large = keyframe_of("large.h264");
  g_autoptr(GstBuffer) junk = gst_buffer_new_memdup("\0\0\0\1\x65 no picture at all", 23);
  GwPicture picture;
  GwDecoder *d = gw_decoder_new("h264", 640);
  assert_false(gw_decoder_jpeg(d, junk, GW_LIMIT_STILL_BYTES, &picture));
  gw_decoder_free(d);
  d = gw_decoder_new("h264", 640);
  expect_picture(d, large, 640, 360);
  gw_decoder_free(d);
}

static void picture_over_the_limit_is_refused(void **state) {
  g_autoptr(GstBuffer) large = keyframe_of("large.h264");
  GwPicture picture;
  GwDecoder *d = gw_decoder_new("h264", 640);
  assert_false(gw_decoder_jpeg(d, large, 100, &picture));
  gw_decoder_free(d);
}

static void both_codecs_have_a_decoder(void **state) {
  GwDecoder *d = gw_decoder_new("h265", 640);
  assert_non_null(d);
  gw_decoder_free(d);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keyframes_of_different_cameras_take_turns),
      cmocka_unit_test(junk_gives_no_picture_and_a_new_decoder_works),
      cmocka_unit_test(picture_over_the_limit_is_refused),
      cmocka_unit_test(both_codecs_have_a_decoder),
  };
  gw_needed_prepare();
  gst_init(&argc, &argv);
  g_autofree char *missing = gw_needed_load();
  assert_null(missing);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
