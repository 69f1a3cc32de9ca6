#include "tests/unit/core_facts.h"

#include "daemon/core/clockmath.h"
#include "daemon/core/shift.h"

static GwUsec at(int day, int hour, int minute) {
  return gw_date_start_us(gw_date_from_ymd(2026, 11, day), CHINA) + hour * GW_HOUR + minute * GW_MIN;
}

static void assert_shift(GwUsec now_us, gboolean night, GwUsec from_us) {
  GwShiftWindow shift = gw_shift_at(now_us, CHINA);
  assert_true(shift.night == night);
  assert_true(shift.starts_at_us == from_us);
  assert_true(shift.ends_at_us == from_us + 12 * GW_HOUR);
  assert_true(shift.starts_at_us <= now_us && now_us < shift.ends_at_us);
}

static void day_is_from_eight_to_eight(void **state) {
  assert_shift(at(21, 8, 0), FALSE, at(21, 8, 0));
  assert_shift(at(21, 19, 59), FALSE, at(21, 8, 0));
}

static void night_goes_over_midnight(void **state) {
  assert_shift(at(21, 20, 0), TRUE, at(21, 20, 0));
  assert_shift(at(22, 0, 0), TRUE, at(21, 20, 0));
  assert_shift(at(22, 7, 59), TRUE, at(21, 20, 0));
}

static void every_minute_of_a_day_lies_in_one_shift_that_meets_the_next(void **state) {
  GwUsec end_us = gw_shift_at(at(21, 0, 0), CHINA).ends_at_us;
  for (GwUsec now_us = at(21, 0, 0); now_us < at(23, 0, 0); now_us += GW_MIN) {
    GwShiftWindow shift = gw_shift_at(now_us, CHINA);
    assert_true(shift.ends_at_us == end_us || shift.starts_at_us == end_us);
    end_us = shift.ends_at_us;
  }
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(day_is_from_eight_to_eight),
      FACT(night_goes_over_midnight),
      FACT(every_minute_of_a_day_lies_in_one_shift_that_meets_the_next),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
