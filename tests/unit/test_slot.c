/* What waits for one slot of one viewer, and what is left out when the viewer is slow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "daemon/net/slot.h"

/* A picture of n bytes with this time; the clock is the caller's. */
static void put(GwSlotQueue *q, GwSlotWhat what, gsize n, GwUsec at_us, gboolean is_old, GwUsec now_us) {
  g_autoptr(GBytes) bytes = g_bytes_new_take(g_malloc0(n), n);
  const GwSlotItem item = {.what = what, .bytes = bytes, .at_us = at_us, .is_old = is_old};
  gw_slot_queue_put(q, &item, now_us);
}

static void begin(GwSlotQueue *q, GwUsec now_us) {
  put(q, GW_SLOT_WORDS, 20, 0, FALSE, now_us);
  put(q, GW_SLOT_INIT, 700, 0, FALSE, now_us);
}

/* The next item must be this one. */
static void expect(GwSlotQueue *q, GwUsec now_us, GwSlotWhat what, GwUsec at_us, guint lost) {
  GwSlotItem item = {0};
  assert_true(gw_slot_queue_take(q, now_us, &item));
  assert_int_equal(item.what, what);
  assert_int_equal(item.at_us, at_us);
  assert_int_equal(item.lost, lost);
  g_bytes_unref(item.bytes);
}

static void expect_nothing(GwSlotQueue *q, GwUsec now_us) {
  GwSlotItem item;
  assert_false(gw_slot_queue_take(q, now_us, &item));
}

static void who_keeps_up_gets_everything_in_order(void **state) {
  GwSlotQueue q;
  gw_slot_queue_init(&q);
  begin(&q, 0);
  put(&q, GW_SLOT_KEY, 1000, 1, TRUE, 0);
  put(&q, GW_SLOT_PICTURE, 100, 2, FALSE, 0);
  expect(&q, 0, GW_SLOT_WORDS, 0, 0);
  expect(&q, 0, GW_SLOT_INIT, 0, 0);
  expect(&q, 0, GW_SLOT_KEY, 1, 0);
  expect(&q, GW_SLOT_LATE_US, GW_SLOT_PICTURE, 2, 0); /* five seconds are not yet too long */
  expect_nothing(&q, 0);
  assert_int_equal(q.bytes, 0);
  assert_int_equal(q.late, 0);
  gw_slot_queue_clear(&q);
}

static void who_is_late_goes_on_with_the_newest_keyframe_and_knows_what_was_lost(void **state) {
  GwSlotQueue q;
  gw_slot_queue_init(&q);
  begin(&q, 0);
  GwUsec at_us = 0;
  for (int i = 0; i < 60; i++, at_us += GW_SEC / 10) /* six seconds, a keyframe each second */
    put(&q, i % 10 ? GW_SLOT_PICTURE : GW_SLOT_KEY, 1000, at_us + 1, FALSE, at_us);
  /* at 5.1 s the first was too old: all before the one of 5 s went, but what is needed to decode it */
  expect(&q, at_us, GW_SLOT_WORDS, 0, 0);
  expect(&q, at_us, GW_SLOT_INIT, 0, 0);
  expect(&q, at_us, GW_SLOT_KEY, 5 * GW_SEC + 1, 50);
  for (int i = 1; i < 10; i++)
    expect(&q, at_us, GW_SLOT_PICTURE, 5 * GW_SEC + i * GW_SEC / 10 + 1, 0);
  expect_nothing(&q, at_us);
  assert_int_equal(q.late, 50);
  gw_slot_queue_clear(&q);
}

static void too_many_bytes_are_too_late_as_well(void **state) {
  GwSlotQueue q;
  gw_slot_queue_init(&q);
  begin(&q, 0);
  const gsize half = GW_SLOT_BYTES_MOST / 2;
  put(&q, GW_SLOT_KEY, half, 1, FALSE, 0);
  put(&q, GW_SLOT_PICTURE, 1000, 2, FALSE, 0);
  put(&q, GW_SLOT_KEY, half, 3, FALSE, 0);
  assert_true(q.bytes <= GW_SLOT_BYTES_MOST);
  expect(&q, 0, GW_SLOT_WORDS, 0, 0);
  expect(&q, 0, GW_SLOT_INIT, 0, 0);
  expect(&q, 0, GW_SLOT_KEY, 3, 2);
  gw_slot_queue_clear(&q);
}

static void without_a_newer_keyframe_it_waits_for_the_next_one(void **state) {
  GwSlotQueue q;
  gw_slot_queue_init(&q);
  begin(&q, 0);
  put(&q, GW_SLOT_KEY, 1000, 1, FALSE, 0);
  put(&q, GW_SLOT_PICTURE, 1000, 2, FALSE, GW_SEC);
  put(&q, GW_SLOT_PICTURE, 1000, 3, FALSE, 6 * GW_SEC);
  put(&q, GW_SLOT_PICTURE, 1000, 4, FALSE, 6 * GW_SEC);
  expect(&q, 6 * GW_SEC, GW_SLOT_WORDS, 0, 0);
  expect(&q, 6 * GW_SEC, GW_SLOT_INIT, 0, 0);
  expect_nothing(&q, 6 * GW_SEC); /* a picture without the one before would be a smear */
  put(&q, GW_SLOT_KEY, 1000, 5, FALSE, 7 * GW_SEC);
  expect(&q, 7 * GW_SEC, GW_SLOT_KEY, 5, 4);
  gw_slot_queue_clear(&q);
}

static void what_a_slot_begins_with_may_be_large_but_not_stale(void **state) {
  GwSlotQueue q;
  gw_slot_queue_init(&q);
  begin(&q, 0);
  put(&q, GW_SLOT_KEY, GW_SLOT_BYTES_MOST, 1, TRUE, 0);
  put(&q, GW_SLOT_PICTURE, GW_SLOT_BYTES_MOST, 2, TRUE, 0);
  put(&q, GW_SLOT_PICTURE, 1000, 3, FALSE, 0);
  assert_int_equal(q.late, 0);
  assert_int_equal(q.items.length, 5);
  put(&q, GW_SLOT_KEY, 1000, 4, FALSE, GW_SLOT_LATE_US + 1);
  assert_int_equal(q.late, 3);
  gw_slot_queue_clear(&q);
}

static void old_gen_is_not_shown_after_the_new_one_has_come(void **state) {
  GwSlotQueue q;
  gw_slot_queue_init(&q);
  begin(&q, 0);
  put(&q, GW_SLOT_KEY, 1000, 1, FALSE, 0);
  put(&q, GW_SLOT_WORDS, 20, 0, FALSE, 0); /* waiting */
  begin(&q, 2 * GW_SEC);
  put(&q, GW_SLOT_PICTURE, 1000, 2, FALSE, 2 * GW_SEC); /* no keyframe of this gen yet */
  put(&q, GW_SLOT_KEY, 1000, 3, FALSE, 6 * GW_SEC);
  expect(&q, 6 * GW_SEC, GW_SLOT_WORDS, 0, 0);
  expect(&q, 6 * GW_SEC, GW_SLOT_INIT, 0, 0);
  expect(&q, 6 * GW_SEC, GW_SLOT_KEY, 3, 1);
  expect_nothing(&q, 6 * GW_SEC);
  gw_slot_queue_clear(&q);
}

/* Who comes in the middle of a group that was too large to keep has lost nothing. */
static void what_came_before_the_first_keyframe_is_no_loss(void **state) {
  GwSlotQueue q;
  gw_slot_queue_init(&q);
  begin(&q, 0);
  for (int i = 0; i < 100; i++)
    put(&q, GW_SLOT_PICTURE, 1000, i + 1, FALSE, 0);
  put(&q, GW_SLOT_KEY, 1000, 200, FALSE, 0);
  expect(&q, 0, GW_SLOT_WORDS, 0, 0);
  expect(&q, 0, GW_SLOT_INIT, 0, 0);
  expect(&q, 0, GW_SLOT_KEY, 200, 0);
  assert_int_equal(q.late, 0);
  gw_slot_queue_clear(&q);
}

/* A worker that was taken over says of everything that it is from before. */
static void what_is_called_old_is_bounded_too(void **state) {
  GwSlotQueue q;
  gw_slot_queue_init(&q);
  begin(&q, 0);
  gsize most = 0;
  for (int i = 0; i < 100; i++) {
    put(&q, i % 10 ? GW_SLOT_PICTURE : GW_SLOT_KEY, GW_SLOT_BYTES_MOST, i + 1, TRUE, 0);
    gsize held = 0;
    for (const GList *l = q.items.head; l; l = l->next)
      held += g_bytes_get_size(((GwSlotItem *)l->data)->bytes);
    most = MAX(most, held);
  }
  assert_true(most <= GW_SLOT_OLD_BYTES_MOST + GW_SLOT_BYTES_MOST);
  gw_slot_queue_clear(&q);
  assert_int_equal(q.old_bytes, 0);
}

static void pictures_that_never_came_are_said_too(void **state) {
  GwSlotQueue q;
  gw_slot_queue_init(&q);
  put(&q, GW_SLOT_KEY, 10, 1, FALSE, 0);
  gw_slot_queue_missed(&q, 7);
  put(&q, GW_SLOT_KEY, 10, 2, FALSE, 0);
  expect(&q, 0, GW_SLOT_KEY, 1, 0);
  expect(&q, 0, GW_SLOT_KEY, 2, 7);
  assert_int_equal(q.late, 0); /* that was not the viewer */
  gw_slot_queue_clear(&q);
}

static void camera_that_comes_and_goes_fills_no_queue(void **state) {
  GwSlotQueue q;
  gw_slot_queue_init(&q);
  for (int i = 0; i < 10000; i++) {
    begin(&q, 0);
    put(&q, GW_SLOT_KEY, 10, i + 1, FALSE, 0);
    put(&q, GW_SLOT_WORDS, 20, 0, FALSE, 0);
  }
  assert_true(q.items.length <= 3 * GW_SLOT_WORDS_MOST);
  GwSlotItem item;
  gboolean has_init = FALSE;
  while (gw_slot_queue_take(&q, 0, &item)) { /* and no picture is without its init segment */
    has_init = has_init || item.what == GW_SLOT_INIT;
    assert_true(has_init || item.what == GW_SLOT_WORDS);
    g_bytes_unref(item.bytes);
  }
  gw_slot_queue_clear(&q);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(who_keeps_up_gets_everything_in_order),
      cmocka_unit_test(who_is_late_goes_on_with_the_newest_keyframe_and_knows_what_was_lost),
      cmocka_unit_test(too_many_bytes_are_too_late_as_well),
      cmocka_unit_test(without_a_newer_keyframe_it_waits_for_the_next_one),
      cmocka_unit_test(what_a_slot_begins_with_may_be_large_but_not_stale),
      cmocka_unit_test(old_gen_is_not_shown_after_the_new_one_has_come),
      cmocka_unit_test(what_came_before_the_first_keyframe_is_no_loss),
      cmocka_unit_test(what_is_called_old_is_bounded_too),
      cmocka_unit_test(pictures_that_never_came_are_said_too),
      cmocka_unit_test(camera_that_comes_and_goes_fills_no_queue),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
