#pragma once
#include "daemon/base/types.h"

/* due = add(start, amount, unit, calendar).  Pure: the offset from UTC comes with the calendar, so no
 * time zone database is asked.  Thread: any. */
typedef enum GwClockUnit {
  GW_UNIT_MINUTE,       /* runs day and night */
  GW_UNIT_WORKING_HOUR, /* 工作时 */
  GW_UNIT_WORKING_DAY,  /* 工作日: to the same time of day, n working days on */
  GW_UNIT_DAY,          /* calendar day */
} GwClockUnit;

#define GW_CALENDAR_SPANS 4
#define GW_CALENDAR_DAYS_MOST 128

/* A local date as days since 1970-01-01. */
typedef gint32 GwDate;

typedef struct GwCalendar {
  int utc_offset_s; /* Asia/Shanghai: +28800 */
  guint8 weekdays;  /* bit 0 Monday … bit 6 Sunday */
  struct {
    int from_min, to_min; /* minutes of the local day, ascending, not overlapping */
  } span[GW_CALENDAR_SPANS];
  guint n_spans;
  GwDate holiday[GW_CALENDAR_DAYS_MOST]; /* no work although the weekday says so */
  guint n_holidays;
  GwDate workday[GW_CALENDAR_DAYS_MOST]; /* 调休: work although the weekday says no */
  guint n_workdays;
} GwCalendar;

typedef struct GwAmount {
  int amount;
  GwClockUnit unit;
} GwAmount;

/* Monday to Friday, 08:30-12:00 and 13:30-17:30, +08:00, no holidays. */
const GwCalendar *gw_calendar_default(void);

/* A calendar without a single working minute in ten years answers G_MAXINT64. */
GwUsec gw_clock_add(GwUsec start_us, int amount, GwClockUnit unit, const GwCalendar *calendar);
/* Half of it, rounded up in its unit (a single day becomes twelve hours): rework restarts a clock of 50 %. */
GwAmount gw_clock_half(GwAmount whole);
/* TRUE when a step of the wall clock must not shift the due time (working hours and days). */
gboolean gw_clock_unit_is_calendar(GwClockUnit unit);

GwDate gw_date_of(GwUsec at_us, int utc_offset_s);
GwDate gw_date_from_ymd(int year, int month, int day);
void gw_date_to_ymd(GwDate date, int *year, int *month, int *day);
int gw_date_weekday(GwDate date); /* 1 Monday … 7 Sunday */
int gw_date_days_in_month(int year, int month);
GwUsec gw_date_start_us(GwDate date, int utc_offset_s); /* local midnight */
gboolean gw_calendar_is_workday(const GwCalendar *calendar, GwDate date);
