#include "tests/unit/core_facts.h"

#include "daemon/core/clockmath.h"

static GwUsec at(int month, int day, int hour, int minute) {
  return gw_date_start_us(gw_date_from_ymd(2026, month, day), CHINA) + hour * GW_HOUR + minute * GW_MIN;
}

static GwUsec work(GwUsec start_us, int hours) {
  return gw_clock_add(start_us, hours, GW_UNIT_WORKING_HOUR, gw_calendar_default());
}

static GwUsec days(GwUsec start_us, int amount) {
  return gw_clock_add(start_us, amount, GW_UNIT_WORKING_DAY, gw_calendar_default());
}

static void minutes_and_days_run_through_nights_and_weekends(void **state) {
  assert_true(gw_clock_add(at(11, 20, 23, 58), 5, GW_UNIT_MINUTE, gw_calendar_default()) == at(11, 21, 0, 3));
  assert_true(gw_clock_add(at(11, 20, 23, 58), 3, GW_UNIT_DAY, gw_calendar_default()) == at(11, 23, 23, 58));
}

static void working_hours_skip_the_noon_break_the_night_and_the_weekend(void **state) {
  assert_true(work(at(11, 19, 9, 0), 2) == at(11, 19, 11, 0));
  assert_true(work(at(11, 19, 11, 0), 2) == at(11, 19, 14, 30));
  assert_true(work(at(11, 19, 17, 0), 2) == at(11, 20, 10, 0));
  assert_true(work(at(11, 20, 17, 0), 4) ==
              at(11, 23, 12, 0)); /* Friday evening: half an hour, then Monday */
}

static void what_starts_outside_working_hours_starts_with_the_next(void **state) {
  assert_true(work(at(11, 19, 3, 0), 1) == at(11, 19, 9, 30));
  assert_true(work(at(11, 19, 12, 30), 1) == at(11, 19, 14, 30));
  assert_true(work(at(11, 21, 10, 0), 1) == at(11, 23, 9, 30));
}

static void a_span_that_is_just_used_up_ends_that_day(void **state) {
  assert_true(work(at(11, 19, 8, 30), 7) == at(11, 19, 17, 0));
  assert_true(work(at(11, 19, 13, 30), 4) == at(11, 19, 17, 30));
}

static void working_days_keep_the_time_of_day(void **state) {
  assert_true(days(at(11, 19, 15, 20), 1) == at(11, 20, 15, 20));
  assert_true(days(at(11, 20, 15, 20), 1) == at(11, 23, 15, 20));
  assert_true(days(at(11, 21, 10, 0), 1) == at(11, 23, 10, 0));
  assert_true(days(at(11, 20, 15, 20), 15) == at(12, 11, 15, 20));
}

static void holidays_are_skipped_and_shifted_workdays_worked(void **state) {
  GwCalendar calendar = *gw_calendar_default();
  calendar.holiday[calendar.n_holidays++] = gw_date_from_ymd(2026, 11, 23);
  calendar.workday[calendar.n_workdays++] = gw_date_from_ymd(2026, 11, 22); /* a Sunday */
  assert_true(gw_clock_add(at(11, 20, 17, 0), 2, GW_UNIT_WORKING_HOUR, &calendar) == at(11, 22, 10, 0));
  assert_true(gw_clock_add(at(11, 20, 17, 0), 2, GW_UNIT_WORKING_DAY, &calendar) == at(11, 24, 17, 0));
}

static void the_calendar_follows_its_offset_from_utc(void **state) {
  GwCalendar calendar = *gw_calendar_default();
  calendar.utc_offset_s = 0;
  GwUsec midnight_us = gw_date_start_us(gw_date_from_ymd(2026, 11, 19), 0);
  assert_true(gw_clock_add(midnight_us, 1, GW_UNIT_WORKING_HOUR, &calendar) ==
              midnight_us + 9 * GW_HOUR + 30 * GW_MIN);
}

static void a_calendar_without_work_has_no_due_time(void **state) {
  GwCalendar calendar = *gw_calendar_default();
  calendar.weekdays = 0;
  assert_true(gw_clock_add(TEN_O_CLOCK, 1, GW_UNIT_WORKING_HOUR, &calendar) == G_MAXINT64);
  assert_true(gw_clock_add(TEN_O_CLOCK, 1, GW_UNIT_WORKING_DAY, &calendar) == G_MAXINT64);
}

static void nothing_added_is_the_start(void **state) {
  for (int unit = GW_UNIT_MINUTE; unit <= GW_UNIT_DAY; unit++)
    assert_true(gw_clock_add(TEN_O_CLOCK, 0, (GwClockUnit)unit, gw_calendar_default()) == TEN_O_CLOCK);
}

static void half_is_rounded_up_in_its_unit(void **state) {
  GwAmount half = gw_clock_half((GwAmount){30, GW_UNIT_MINUTE});
  assert_true(half.amount == 15 && half.unit == GW_UNIT_MINUTE);
  half = gw_clock_half((GwAmount){15, GW_UNIT_WORKING_DAY});
  assert_true(half.amount == 8 && half.unit == GW_UNIT_WORKING_DAY);
  half = gw_clock_half((GwAmount){1, GW_UNIT_DAY});
  assert_true(half.amount == 720 && half.unit == GW_UNIT_MINUTE);
  half = gw_clock_half((GwAmount){1, GW_UNIT_MINUTE});
  assert_true(half.amount == 1);
}

static void dates_and_weekdays_are_the_calendars(void **state) {
  GwDate date = gw_date_of(TEN_O_CLOCK, CHINA);
  int year, month, day;
  gw_date_to_ymd(date, &year, &month, &day);
  assert_int_equal(year, 2026);
  assert_int_equal(month, 11);
  assert_int_equal(day, 21);
  assert_int_equal(gw_date_weekday(date), 6);
  assert_int_equal(gw_date_weekday(0), 4);
  assert_int_equal(gw_date_weekday(-1), 3);
  assert_int_equal(gw_date_of(-1, 0), -1);
  assert_int_equal(gw_date_days_in_month(2028, 2), 29);
  assert_int_equal(gw_date_from_ymd(1970, 1, 1), 0);
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(minutes_and_days_run_through_nights_and_weekends),
      FACT(working_hours_skip_the_noon_break_the_night_and_the_weekend),
      FACT(what_starts_outside_working_hours_starts_with_the_next),
      FACT(a_span_that_is_just_used_up_ends_that_day),
      FACT(working_days_keep_the_time_of_day),
      FACT(holidays_are_skipped_and_shifted_workdays_worked),
      FACT(the_calendar_follows_its_offset_from_utc),
      FACT(a_calendar_without_work_has_no_due_time),
      FACT(nothing_added_is_the_start),
      FACT(half_is_rounded_up_in_its_unit),
      FACT(dates_and_weekdays_are_the_calendars),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
