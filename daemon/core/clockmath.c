#include "daemon/core/clockmath.h"

#define EPOCH_JULIAN 719163 /* GDate's day number of 1970-01-01 */
#define LOOK_AHEAD_DAYS 3660

static const GwCalendar usual = {
    .utc_offset_s = 8 * 3600,
    .weekdays = 0x1f,
    .span = {{8 * 60 + 30, 12 * 60}, {13 * 60 + 30, 17 * 60 + 30}},
    .n_spans = 2,
};

const GwCalendar *gw_calendar_default(void) {
  return &usual;
}

/* Rounds down, also before 1970. */
static gint64 floor_div(gint64 a, gint64 b) {
  return a / b - (a % b < 0);
}

GwDate gw_date_of(GwUsec at_us, int utc_offset_s) {
  return (GwDate)floor_div(at_us + utc_offset_s * GW_SEC, GW_DAY);
}

GwDate gw_date_from_ymd(int year, int month, int day) {
  GDate date;
  g_date_clear(&date, 1);
  g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
  return (GwDate)g_date_get_julian(&date) - EPOCH_JULIAN;
}

void gw_date_to_ymd(GwDate date, int *year, int *month, int *day) {
  GDate g;
  g_date_clear(&g, 1);
  g_date_set_julian(&g, (guint32)(date + EPOCH_JULIAN));
  *year = g_date_get_year(&g);
  *month = (int)g_date_get_month(&g);
  *day = g_date_get_day(&g);
}

int gw_date_weekday(GwDate date) {
  /* 1970-01-01 was a Thursday, 4. */
  return (int)(((gint64)date + 3 - floor_div((gint64)date + 3, 7) * 7) + 1);
}

int gw_date_days_in_month(int year, int month) {
  return g_date_get_days_in_month((GDateMonth)month, (GDateYear)year);
}

GwUsec gw_date_start_us(GwDate date, int utc_offset_s) {
  return (GwUsec)date * GW_DAY - utc_offset_s * GW_SEC;
}

static gboolean is_listed(const GwDate *list, guint n, GwDate date) {
  for (guint i = 0; i < n; i++)
    if (list[i] == date)
      return TRUE;
  return FALSE;
}

gboolean gw_calendar_is_workday(const GwCalendar *calendar, GwDate date) {
  if (is_listed(calendar->workday, calendar->n_workdays, date))
    return TRUE;
  if (is_listed(calendar->holiday, calendar->n_holidays, date))
    return FALSE;
  return (calendar->weekdays >> (gw_date_weekday(date) - 1)) & 1;
}

/* Spends `left_us` inside the spans of one day; 0 when it is used up, then *at_us is the end. */
static GwUsec spend_day(const GwCalendar *calendar, GwDate date, GwUsec *at_us, GwUsec left_us) {
  GwUsec midnight_us = gw_date_start_us(date, calendar->utc_offset_s);
  for (guint i = 0; i < calendar->n_spans; i++) {
    GwUsec from_us = MAX(*at_us, midnight_us + calendar->span[i].from_min * GW_MIN);
    GwUsec to_us = midnight_us + calendar->span[i].to_min * GW_MIN;
    if (from_us >= to_us)
      continue;
    *at_us = MIN(to_us, from_us + left_us);
    left_us -= *at_us - from_us;
    if (left_us == 0)
      return 0;
  }
  return left_us;
}

static GwUsec add_working_hours(GwUsec start_us, int hours, const GwCalendar *calendar) {
  GwUsec left_us = hours * GW_HOUR, at_us = start_us;
  GwDate first = gw_date_of(start_us, calendar->utc_offset_s);
  for (GwDate date = first; date < first + LOOK_AHEAD_DAYS; date++) {
    if (!gw_calendar_is_workday(calendar, date))
      continue;
    left_us = spend_day(calendar, date, &at_us, left_us);
    if (left_us == 0)
      return at_us;
  }
  return G_MAXINT64;
}

static GwUsec add_working_days(GwUsec start_us, int days, const GwCalendar *calendar) {
  GwDate first = gw_date_of(start_us, calendar->utc_offset_s);
  GwUsec of_day_us = start_us - gw_date_start_us(first, calendar->utc_offset_s);
  for (GwDate date = first + 1; date < first + LOOK_AHEAD_DAYS; date++)
    if (gw_calendar_is_workday(calendar, date) && --days == 0)
      return gw_date_start_us(date, calendar->utc_offset_s) + of_day_us;
  return G_MAXINT64;
}

GwUsec gw_clock_add(GwUsec start_us, int amount, GwClockUnit unit, const GwCalendar *calendar) {
  if (amount <= 0)
    return start_us;
  switch (unit) {
  case GW_UNIT_MINUTE:
    return start_us + amount * GW_MIN;
  case GW_UNIT_WORKING_HOUR:
    return add_working_hours(start_us, amount, calendar);
  case GW_UNIT_WORKING_DAY:
    return add_working_days(start_us, amount, calendar);
  case GW_UNIT_DAY:
    return start_us + amount * GW_DAY;
  }
  g_return_val_if_reached(start_us);
}

/* Working hours halve to hours where they can, else to the next finer unit that exists. */
GwAmount gw_clock_half(GwAmount whole) {
  if (whole.amount % 2 == 0)
    return (GwAmount){MAX(1, whole.amount / 2), whole.unit};
  if (whole.unit == GW_UNIT_DAY)
    return (GwAmount){whole.amount * 12 * 60, GW_UNIT_MINUTE};
  return (GwAmount){(whole.amount + 1) / 2, whole.unit}; /* 15 days: 8, never less than was promised */
}

gboolean gw_clock_unit_is_calendar(GwClockUnit unit) {
  return unit == GW_UNIT_WORKING_HOUR || unit == GW_UNIT_WORKING_DAY;
}
