#include "daemon/core/plan.h"

#include "daemon/core/refusal.h"

gboolean gw_plan_check(const GwPlan *plan, GError **error) {
  if (plan->n_times == 0 || plan->n_times > GW_PLAN_TIMES_MOST)
    return gw_refuse(error, GW_REFUSAL_PLAN_BAD_TIME);
  for (guint i = 0; i < plan->n_times; i++)
    if (plan->time_min[i] < 0 || plan->time_min[i] >= 24 * 60)
      return gw_refuse(error, GW_REFUSAL_PLAN_BAD_TIME);
  gboolean names_day = (plan->weekdays & 0x7f) || (plan->month_days & 0x7fffffff) ||
                       (plan->last_weekday >= 1 && plan->last_weekday <= 7);
  return names_day || gw_refuse(error, GW_REFUSAL_PLAN_NO_DAY);
}

static gboolean is_chosen(const GwPlan *plan, GwDate date) {
  int year, month, day, weekday = gw_date_weekday(date);
  gw_date_to_ymd(date, &year, &month, &day);
  gboolean is_last = day + 7 > gw_date_days_in_month(year, month);
  return ((plan->weekdays >> (weekday - 1)) & 1) || ((plan->month_days >> (day - 1)) & 1) ||
         (plan->last_weekday == weekday && is_last);
}

static gint by_time(gconstpointer a, gconstpointer b) {
  GwUsec left = *(const GwUsec *)a, right = *(const GwUsec *)b;
  return (left > right) - (left < right);
}

static void drop_doubles(GArray *sorted) {
  for (guint i = sorted->len; i > 1; i--)
    if (g_array_index(sorted, GwUsec, i - 1) == g_array_index(sorted, GwUsec, i - 2))
      g_array_remove_index(sorted, i - 1);
}

GArray *gw_plan_expand(const GwPlan *plan, GwUsec from_us, GwUsec to_us, int utc_offset_s) {
  GArray *starts = g_array_new(FALSE, FALSE, sizeof(GwUsec));
  if (to_us <= from_us)
    return starts;
  GwDate last = gw_date_of(to_us, utc_offset_s);
  for (GwDate date = gw_date_of(from_us, utc_offset_s); date <= last; date++) {
    if (!is_chosen(plan, date))
      continue;
    for (guint i = 0; i < plan->n_times; i++) {
      GwUsec at_us = gw_date_start_us(date, utc_offset_s) + plan->time_min[i] * GW_MIN;
      if (at_us >= from_us && at_us < to_us)
        g_array_append_val(starts, at_us);
    }
  }
  g_array_sort(starts, by_time);
  drop_doubles(starts);
  return starts;
}
