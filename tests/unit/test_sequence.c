#include "tests/unit/core_facts.h"

#include "daemon/core/sequence.h"

static GwSequence at(gint64 last) {
  GwSequence window = {.epoch = 3};
  if (last > 0)
    assert_int_equal(gw_sequence_accept(&window, 3, last), GW_SEQUENCE_TAKEN);
  return window;
}

static void assert_untouched(GwSequence window, gint64 epoch, gint64 number, GwSequenceVerdict verdict) {
  GwSequence before = window;
  assert_int_equal(gw_sequence_accept(&window, epoch, number), verdict);
  assert_memory_equal(&window, &before, sizeof window);
}

static void each_number_is_taken_once(void **state) {
  GwSequence window = at(0);
  for (gint64 n = 1; n <= 200; n++) {
    assert_int_equal(gw_sequence_accept(&window, 3, n), GW_SEQUENCE_TAKEN);
    assert_untouched(window, 3, n, GW_SEQUENCE_REPLAYED);
  }
}

static void lines_may_overtake_within_sixty_four(void **state) {
  GwSequence window = at(100);
  assert_int_equal(gw_sequence_accept(&window, 3, 37), GW_SEQUENCE_TAKEN);
  assert_untouched(window, 3, 37, GW_SEQUENCE_REPLAYED);
  assert_untouched(window, 3, 36, GW_SEQUENCE_TOO_OLD);
  assert_int_equal(gw_sequence_accept(&window, 3, 99), GW_SEQUENCE_TAKEN);
  assert_int_equal(window.last, 100);
}

static void a_leap_forgets_what_falls_out_of_the_window(void **state) {
  GwSequence window = at(10);
  assert_int_equal(gw_sequence_accept(&window, 3, 73), GW_SEQUENCE_TAKEN); /* 63 on: ten is just inside */
  assert_untouched(window, 3, 10, GW_SEQUENCE_REPLAYED);
  assert_int_equal(gw_sequence_accept(&window, 3, 137), GW_SEQUENCE_TAKEN); /* 64 on */
  assert_untouched(window, 3, 73, GW_SEQUENCE_TOO_OLD);
  assert_int_equal(gw_sequence_accept(&window, 3, 74), GW_SEQUENCE_TAKEN); /* nothing old is left standing */
  assert_int_equal(gw_sequence_accept(&window, 3, 1000000), GW_SEQUENCE_TAKEN);
  assert_int_equal(gw_sequence_accept(&window, 3, 999999), GW_SEQUENCE_TAKEN);
}

static void another_epoch_needs_pairing_whether_old_or_new(void **state) {
  assert_untouched(at(10), 2, 11, GW_SEQUENCE_WRONG_EPOCH);
  assert_untouched(at(10), 4, 1, GW_SEQUENCE_WRONG_EPOCH);
}

static void numbers_that_are_none_are_refused(void **state) {
  assert_untouched(at(10), 3, 0, GW_SEQUENCE_BAD);
  assert_untouched(at(10), 3, -5, GW_SEQUENCE_BAD);
  assert_untouched(at(10), 3, G_MAXINT64, GW_SEQUENCE_BAD);
  assert_untouched(at(10), 3, G_MININT64, GW_SEQUENCE_BAD);
}

static void any_order_within_a_window_takes_all_and_none_twice(void **state) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(7);
  gint64 order[64];
  for (int i = 0; i < 64; i++)
    order[i] = i + 1;
  for (int i = 63; i > 0; i--) {
    int j = g_rand_int_range(rand, 0, i + 1);
    gint64 swap = order[i];
    order[i] = order[j];
    order[j] = swap;
  }
  GwSequence window = at(0);
  for (int round = 0; round < 2; round++)
    for (int i = 0; i < 64; i++)
      assert_int_equal(gw_sequence_accept(&window, 3, order[i]),
                       round ? GW_SEQUENCE_REPLAYED : GW_SEQUENCE_TAKEN);
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(each_number_is_taken_once),
      FACT(lines_may_overtake_within_sixty_four),
      FACT(a_leap_forgets_what_falls_out_of_the_window),
      FACT(another_epoch_needs_pairing_whether_old_or_new),
      FACT(numbers_that_are_none_are_refused),
      FACT(any_order_within_a_window_takes_all_and_none_twice),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
