/* What a picture claims to be, before a decoder believes it. */
#include "pipelines/picture.h"
#include "tests/pipelines/cm.h"

#include <string.h>

static const guint8 png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D',
                             'R',  0,   0,   4,   0,    0,    0,    3,    0, 8, 2, 0,  0,   0};
static const guint8 jpeg[] = {0xff, 0xd8, 0xff, 0xe0, 0,    4,    'J',  'F', 0xff, 0xff, 0xc2,
                              0,    11,   8,    0x02, 0xd0, 0x05, 0x00, 1,   1,    0x11, 0};

static void png_and_jpeg_are_known_with_their_size(void **state) {
  int w = 0, h = 0;
  assert_int_equal(gw_picture_kind(png, sizeof png, &w, &h), GW_PICTURE_PNG);
  assert_int_equal(w, 1024);
  assert_int_equal(h, 768);
  assert_int_equal(gw_picture_kind(jpeg, sizeof jpeg, &w, &h), GW_PICTURE_JPEG);
  assert_int_equal(w, 1280);
  assert_int_equal(h, 720);
}

static void cut_off_anywhere_is_none_or_the_same(void **state) {
  for (gsize n = 0; n < sizeof jpeg; n++) {
    int w = 0, h = 0;
    g_autofree guint8 *exact = g_memdup2(jpeg, n); /* so that a read beyond it is seen */
    if (gw_picture_kind(exact, n, &w, &h) != GW_PICTURE_NONE)
      assert_int_equal(w, 1280);
  }
  for (gsize n = 0; n < 24; n++) {
    int w = 0, h = 0;
    g_autofree guint8 *exact = g_memdup2(png, n);
    assert_int_equal(gw_picture_kind(exact, n, &w, &h), GW_PICTURE_NONE);
  }
}

static void absurd_sizes_are_refused(void **state) {
  guint8 huge[sizeof png];
  int w = 0, h = 0;
  memcpy(huge, png, sizeof png);
  huge[16] = 0x7f;
  assert_int_equal(gw_picture_kind(huge, sizeof huge, &w, &h), GW_PICTURE_NONE);
  memcpy(huge, png, sizeof png);
  memset(huge + 16, 0, 8);
  assert_int_equal(gw_picture_kind(huge, sizeof huge, &w, &h), GW_PICTURE_NONE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(png_and_jpeg_are_known_with_their_size),
      cmocka_unit_test(cut_off_anywhere_is_none_or_the_same),
      cmocka_unit_test(absurd_sizes_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
