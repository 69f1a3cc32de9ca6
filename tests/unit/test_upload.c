#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "daemon/net/picture.h"
#include "daemon/net/throttle.h"

#define SOI "\xff\xd8"
#define APP0 "\xff\xe0\x00\x07JFIF\0"
#define EXIF "\xff\xe1\x00\x0c" "Exif\0place"
#define COM "\xff\xfe\x00\x08secret"
#define ADOBE "\xff\xee\x00\x0e" "Adobe\0d\0\0\0\0\1"
#define DQT "\xff\xdb\x00\x03q"
#define SOS "\xff\xda\x00\x03s"
#define SCAN "ab\xff\x00" "cd\xff\xd0" "ef"
#define EOI "\xff\xd9"

static GBytes *clean(const char *bytes, gsize n, GwPictureKind expected) {
  GwPictureKind kind = GW_PICTURE_NONE;
  g_autoptr(GError) error = NULL;
  GBytes *out = gw_picture_clean((const guint8 *)bytes, n, &kind, &error);
  if (out)
    assert_int_equal(kind, expected);
  else
    assert_int_equal(gw_error_code(error), GW_CODE_UNSUPPORTED);
  return out;
}

static void assert_same(GBytes *out, const char *expected, gsize n) {
  assert_non_null(out);
  assert_int_equal(g_bytes_get_size(out), n);
  assert_memory_equal(g_bytes_get_data(out, NULL), expected, n);
}

static void a_jpeg_loses_what_it_tells_beside_and_keeps_its_pixels(void **state) {
  static const char in[] = SOI APP0 EXIF COM ADOBE DQT SOS SCAN EOI "what stands behind";
  static const char out[] = SOI APP0 ADOBE DQT SOS SCAN EOI;
  g_autoptr(GBytes) got = clean(in, sizeof in - 1, GW_PICTURE_JPEG);
  assert_same(got, out, sizeof out - 1);
}

static void segments_between_scans_are_cleaned_too(void **state) {
  static const char in[] = SOI DQT SOS SCAN EXIF SOS SCAN EOI;
  static const char out[] = SOI DQT SOS SCAN SOS SCAN EOI;
  g_autoptr(GBytes) got = clean(in, sizeof in - 1, GW_PICTURE_JPEG);
  assert_same(got, out, sizeof out - 1);
}

static void a_cut_jpeg_is_refused_wherever_it_is_cut(void **state) {
  static const char in[] = SOI APP0 EXIF DQT SOS SCAN EOI;
  for (gsize n = 0; n < sizeof in - 1; n++) {
    g_autofree char *copy = g_memdup2(in, n + 1); /* exactly n bytes matter; the sanitizer sees a step beyond */
    assert_null(clean(copy, n, GW_PICTURE_JPEG));
  }
}

static void a_segment_longer_than_the_file_is_refused(void **state) {
  static const char in[] = SOI "\xff\xdb\xff\xff" "q" EOI;
  assert_null(clean(in, sizeof in - 1, GW_PICTURE_JPEG));
  static const char tiny[] = SOI "\xff\xdb\x00\x01" EOI;
  assert_null(clean(tiny, sizeof tiny - 1, GW_PICTURE_JPEG));
}

#define PNG "\x89PNG\r\n\x1a\n"
#define IHDR "\0\0\0\1IHDRhcrc!"
#define TEXT "\0\0\0\6tEXtsecretcrc!"
#define TIME "\0\0\0\1tIMEtcrc!"
#define IDAT "\0\0\0\2IDATpxcrc!"
#define IEND "\0\0\0\0IENDcrc!"

static void a_png_loses_its_texts_and_time(void **state) {
  static const char in[] = PNG IHDR TEXT IDAT TIME IEND "behind";
  static const char out[] = PNG IHDR IDAT IEND;
  g_autoptr(GBytes) got = clean(in, sizeof in - 1, GW_PICTURE_PNG);
  assert_same(got, out, sizeof out - 1);
}

static void a_png_that_lies_about_its_lengths_is_refused(void **state) {
  static const char huge[] = PNG IHDR "\xff\xff\xff\xffIDATpx";
  assert_null(clean(huge, sizeof huge - 1, GW_PICTURE_PNG));
  static const char headless[] = PNG IDAT IEND;
  assert_null(clean(headless, sizeof headless - 1, GW_PICTURE_PNG));
  static const char endless[] = PNG IHDR IDAT;
  assert_null(clean(endless, sizeof endless - 1, GW_PICTURE_PNG));
}

static void what_is_neither_is_refused(void **state) {
  static const char gif[] = "GIF89a........";
  assert_null(clean(gif, sizeof gif - 1, GW_PICTURE_NONE));
  assert_null(clean("", 0, GW_PICTURE_NONE));
}

static void a_key_waits_after_its_failures_and_is_free_again_later(void **state) {
  g_autoptr(GwThrottle) throttle = gw_throttle_new(3);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(gw_throttle_wait_us(throttle, "a", 0), 0);
    gw_throttle_failed(throttle, "a", 0);
  }
  assert_int_equal(gw_throttle_wait_us(throttle, "a", 0), GW_MIN / 3);
  assert_int_equal(gw_throttle_wait_us(throttle, "b", 0), 0);
  assert_int_equal(gw_throttle_wait_us(throttle, "a", GW_MIN / 3), 0);
  gw_throttle_failed(throttle, "a", GW_MIN / 3);
  gw_throttle_forget(throttle, "a");
  assert_int_equal(gw_throttle_wait_us(throttle, "a", GW_MIN / 3), 0);
}

static void the_throttle_stays_bounded(void **state) {
  g_autoptr(GwThrottle) throttle = gw_throttle_new(1);
  for (int i = 0; i < 10000; i++) {
    g_autofree char *key = g_strdup_printf("a:%d", i);
    gw_throttle_failed(throttle, key, i);
  }
  assert_int_equal(gw_throttle_wait_us(throttle, "a:0", 10000), 0); /* forgotten */
  assert_true(gw_throttle_wait_us(throttle, "a:9999", 10000) > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_jpeg_loses_what_it_tells_beside_and_keeps_its_pixels),
      cmocka_unit_test(segments_between_scans_are_cleaned_too),
      cmocka_unit_test(a_cut_jpeg_is_refused_wherever_it_is_cut),
      cmocka_unit_test(a_segment_longer_than_the_file_is_refused),
      cmocka_unit_test(a_png_loses_its_texts_and_time),
      cmocka_unit_test(a_png_that_lies_about_its_lengths_is_refused),
      cmocka_unit_test(what_is_neither_is_refused),
      cmocka_unit_test(a_key_waits_after_its_failures_and_is_free_again_later),
      cmocka_unit_test(the_throttle_stays_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
