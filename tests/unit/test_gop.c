/* The pictures since the last keyframe: what somebody who begins to look is given at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "daemon/ingest/gop.h"

static gboolean put(GwGop *gop, gsize n, GwUsec at_us, gboolean is_key) {
  g_autoptr(GBytes) bytes = g_bytes_new_take(g_malloc0(n), n);
  const GwGopPicture picture = {bytes, at_us, is_key, FALSE};
  return gw_gop_put(gop, &picture);
}

static void it_begins_with_a_keyframe_and_anew_with_each(void **state) {
  GwGop gop;
  gw_gop_init(&gop);
  assert_false(put(&gop, 10, 1, FALSE)); /* nobody could show it */
  assert_int_equal(gop.pictures->len, 0);
  assert_true(put(&gop, 10, 2, TRUE));
  assert_true(put(&gop, 10, 3, FALSE));
  assert_int_equal(gop.pictures->len, 2);
  assert_true(put(&gop, 10, 4, TRUE));
  assert_int_equal(gop.pictures->len, 1);
  assert_int_equal(g_array_index(gop.pictures, GwGopPicture, 0).at_us, 4);
  assert_int_equal(gop.bytes, 10);
  gw_gop_clear(&gop);
}

static void one_too_large_to_keep_goes_on_for_those_who_look(void **state) {
  GwGop gop;
  gw_gop_init(&gop);
  assert_true(put(&gop, GW_GOP_BYTES_MOST - 10, 1, TRUE));
  assert_int_equal(gop.pictures->len, 1);
  assert_true(put(&gop, 11, 2, FALSE));
  assert_int_equal(gop.pictures->len, 0); /* half of it would be of no use */
  assert_true(put(&gop, 1, 3, FALSE));
  assert_int_equal(gop.pictures->len, 0);
  assert_true(put(&gop, 1, 4, TRUE));
  assert_int_equal(gop.pictures->len, 1);
  gw_gop_clear(&gop);
}

static void a_hole_ends_it_until_the_next_keyframe(void **state) {
  GwGop gop;
  gw_gop_init(&gop);
  assert_true(put(&gop, 10, 1, TRUE));
  gw_gop_break(&gop);
  assert_false(put(&gop, 10, 2, FALSE));
  assert_int_equal(gop.bytes, 0);
  assert_true(put(&gop, 10, 3, TRUE));
  gw_gop_clear(&gop);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_begins_with_a_keyframe_and_anew_with_each),
      cmocka_unit_test(one_too_large_to_keep_goes_on_for_those_who_look),
      cmocka_unit_test(a_hole_ends_it_until_the_next_keyframe),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
