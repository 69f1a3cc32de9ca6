#include "tests/unit/core_facts.h"

#include "daemon/core/plan.h"

static GwUsec at(int year, int month, int day, int hour, int minute) {
  return gw_date_start_us(gw_date_from_ymd(year, month, day), CHINA) + hour * GW_HOUR + minute * GW_MIN;
}

static void assert_starts(const GwPlan *plan, GwUsec from_us, GwUsec to_us, const GwUsec *wanted, guint n) {
  g_autoptr(GArray) got = gw_plan_expand(plan, from_us, to_us, CHINA);
  assert_int_equal(got->len, n);
  for (guint i = 0; i < n; i++)
    assert_true(g_array_index(got, GwUsec, i) == wanted[i]);
}

static void daily_times_come_in_order_within_the_window(void **state) {
  GwPlan plan = {.time_min = {20 * 60, 8 * 60}, .n_times = 2, .weekdays = 0x7f};
  GwUsec wanted[] = {at(2026, 11, 21, 20, 0), at(2026, 11, 22, 8, 0)};
  assert_starts(&plan, TEN_O_CLOCK, TEN_O_CLOCK + GW_PLAN_AHEAD_US, wanted, 2);
}

static void the_window_holds_its_beginning_and_not_its_end(void **state) {
  GwPlan plan = {.time_min = {10 * 60}, .n_times = 1, .weekdays = 0x7f};
  assert_starts(&plan, TEN_O_CLOCK, TEN_O_CLOCK + GW_DAY, &(GwUsec){TEN_O_CLOCK}, 1);
  assert_starts(&plan, TEN_O_CLOCK + 1, TEN_O_CLOCK + GW_DAY, NULL, 0);
  assert_starts(&plan, TEN_O_CLOCK, TEN_O_CLOCK, NULL, 0);
}

static void only_the_named_weekdays_are_walked(void **state) {
  GwPlan plan = {.time_min = {8 * 60}, .n_times = 1, .weekdays = 1 << 0 | 1 << 5}; /* Monday, Saturday */
  GwUsec wanted[] = {at(2026, 11, 21, 8, 0), at(2026, 11, 23, 8, 0), at(2026, 11, 28, 8, 0)};
  assert_starts(&plan, at(2026, 11, 21, 0, 0), at(2026, 11, 29, 0, 0), wanted, 3);
}

static void a_day_that_a_month_does_not_have_is_left_out(void **state) {
  GwPlan plan = {.time_min = {8 * 60}, .n_times = 1, .month_days = 1u << 30}; /* the 31st */
  GwUsec wanted[] = {at(2026, 10, 31, 8, 0), at(2026, 12, 31, 8, 0)};
  assert_starts(&plan, at(2026, 10, 1, 0, 0), at(2027, 1, 1, 0, 0), wanted, 2);
}

static void the_last_saturday_is_found_also_in_february(void **state) {
  GwPlan plan = {.time_min = {9 * 60}, .n_times = 1, .last_weekday = 6};
  GwUsec wanted[] = {at(2026, 11, 28, 9, 0), at(2026, 12, 26, 9, 0), at(2027, 1, 30, 9, 0),
                     at(2027, 2, 27, 9, 0)};
  assert_starts(&plan, at(2026, 11, 1, 0, 0), at(2027, 3, 1, 0, 0), wanted, 4);
}

static void the_last_saturday_may_lie_a_whole_week_before_the_end(void **state) {
  GwPlan plan = {.time_min = {9 * 60}, .n_times = 1, .last_weekday = 6};
  assert_starts(&plan, at(2027, 12, 1, 0, 0), at(2028, 1, 1, 0, 0), &(GwUsec){at(2027, 12, 25, 9, 0)}, 1);
}

static void a_day_named_twice_is_walked_once(void **state) {
  GwPlan plan = {.time_min = {9 * 60, 9 * 60},
                 .n_times = 2,
                 .weekdays = 1 << 5,
                 .month_days = 1u << 27,
                 .last_weekday = 6};
  assert_starts(&plan, at(2026, 11, 28, 0, 0), at(2026, 11, 29, 0, 0), &(GwUsec){at(2026, 11, 28, 9, 0)}, 1);
}

static void windows_that_meet_make_each_run_once(void **state) {
  GwPlan plan = {.time_min = {0, 12 * 60, 23 * 60 + 59}, .n_times = 3, .weekdays = 0x7f};
  guint runs = 0;
  for (GwUsec from_us = TEN_O_CLOCK; from_us < TEN_O_CLOCK + 10 * GW_DAY;
       from_us += 7 * GW_HOUR + 13 * GW_MIN) {
    GwUsec to_us = MIN(from_us + 7 * GW_HOUR + 13 * GW_MIN, TEN_O_CLOCK + 10 * GW_DAY);
    g_autoptr(GArray) got = gw_plan_expand(&plan, from_us, to_us, CHINA);
    runs += got->len;
  }
  assert_int_equal(runs, 30);
}

static void a_plan_without_day_or_with_a_wrong_time_is_refused(void **state) {
  g_autoptr(GError) error = NULL;
  GwPlan plan = {.time_min = {8 * 60}, .n_times = 1};
  gboolean ok = gw_plan_check(&plan, &error);
  assert_refused(ok, error, GW_REFUSAL_PLAN_NO_DAY);
  g_clear_error(&error);
  plan.weekdays = 1;
  assert_true(gw_plan_check(&plan, &error));
  plan.time_min[0] = 24 * 60;
  ok = gw_plan_check(&plan, &error);
  assert_refused(ok, error, GW_REFUSAL_PLAN_BAD_TIME);
  g_clear_error(&error);
  plan.n_times = 0;
  ok = gw_plan_check(&plan, &error);
  assert_refused(ok, error, GW_REFUSAL_PLAN_BAD_TIME);
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(daily_times_come_in_order_within_the_window),
      FACT(the_window_holds_its_beginning_and_not_its_end),
      FACT(only_the_named_weekdays_are_walked),
      FACT(a_day_that_a_month_does_not_have_is_left_out),
      FACT(the_last_saturday_is_found_also_in_february),
      FACT(the_last_saturday_may_lie_a_whole_week_before_the_end),
      FACT(a_day_named_twice_is_walked_once),
      FACT(windows_that_meet_make_each_run_once),
      FACT(a_plan_without_day_or_with_a_wrong_time_is_refused),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
