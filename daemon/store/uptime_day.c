#include "daemon/store/uptime.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/store/meta.h"

/* Days of uptime: which are done, and a month of them. */
#define DAY_KEY "uptime.day"

GW_SQL(UPTIME_PUT, "insert into uptime (day, camera_id, watched_us, online_us, seeing_us)"
                   " values (:day, :camera_id, :watched_us, :online_us, :seeing_us)"
                   " on conflict do update set watched_us = excluded.watched_us, online_us = excluded.online_us,"
                   " seeing_us = excluded.seeing_us");
GW_SQL(UPTIME_JOURNAL_BEGINS, "select coalesce(min(at_us), 0) from journal");
GW_SQL(UPTIME_DAYS, "select day, watched_us, online_us, seeing_us from uptime where day between :first and :last"
                    " and camera_id = :camera_id order by day");
GW_SQL(UPTIME_MONTH, "select camera_id, sum(watched_us), sum(online_us), sum(seeing_us) from uptime"
                     " where day between :first and :last group by camera_id");

void gw_uptime_day_of(GwUsec at_us, char ret[GW_UPTIME_DAY_BYTES]) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_us / GW_SEC);
  g_autoptr(GDateTime) local = g_date_time_to_local(utc);
  g_autofree char *text = g_date_time_format(local, "%Y%m%d");
  g_strlcpy(ret, text, GW_UPTIME_DAY_BYTES);
}

static GDateTime *midnight_of(const char *day) {
  guint64 n = 0;
  if (!day || strlen(day) != 8 || !g_ascii_string_to_unsigned(day, 10, 19700101, 99991231, &n, NULL))
    return NULL;
  return g_date_time_new_local((int)(n / 10000), (int)(n / 100 % 100), (int)(n % 100), 0, 0, 0);
}

GwUsec gw_uptime_day_start_us(const char *day) {
  g_autoptr(GDateTime) midnight = midnight_of(day);
  return midnight ? g_date_time_to_unix(midnight) * GW_SEC : 0;
}

GwUsec gw_uptime_day_end_us(const char *day) {
  g_autoptr(GDateTime) midnight = midnight_of(day);
  g_autoptr(GDateTime) next = midnight ? g_date_time_add_days(midnight, 1) : NULL;
  return next ? g_date_time_to_unix(next) * GW_SEC : 0;
}

static gboolean put(GwDb *db, const char *day, const GwUptime *sum, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UPTIME_PUT);
  gw_bind_text(s, ":day", day);
  gw_bind_id(s, ":camera_id", sum->camera_id);
  gw_bind_int(s, ":watched_us", sum->watched_us);
  gw_bind_int(s, ":online_us", sum->online_us);
  gw_bind_int(s, ":seeing_us", sum->seeing_us);
  return gw_step_done(s, error);
}

gboolean gw_uptime_write_day(GwDb *db, const char *day, GError **error) {
  g_autoptr(GArray) sums = gw_uptime_add_up(db, gw_uptime_day_start_us(day), gw_uptime_day_end_us(day), error);
  if (!sums)
    return FALSE;
  for (guint i = 0; i < sums->len; i++)
    if (!put(db, day, &g_array_index(sums, GwUptime, i), error))
      return FALSE;
  return gw_meta_set(db, DAY_KEY, day, error);
}

gboolean gw_uptime_last_day(GwDb *db, char ret[GW_UPTIME_DAY_BYTES], GError **error) {
  g_autoptr(GError) failed = NULL;
  g_autofree char *done = gw_meta_get(db, DAY_KEY, &failed);
  if (failed) {
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
  }
  if (done) {
    g_strlcpy(ret, done, GW_UPTIME_DAY_BYTES);
    return TRUE;
  }
  g_autoptr(GwStmt) s = gw_stmt(db, &UPTIME_JOURNAL_BEGINS);
  if (!gw_step_row(s, error) || gw_col_int(s, 0) == 0)
    return FALSE;
  char first[GW_UPTIME_DAY_BYTES];
  gw_uptime_day_of(gw_col_int(s, 0), first);
  gw_uptime_day_of(gw_uptime_day_start_us(first) - 1, ret);
  return TRUE;
}

/* ---- a month ---- */

static void add(GHashTable *all, const GwUptime *part) {
  GwUptime *sum = g_hash_table_lookup(all, &part->camera_id);
  if (!sum) {
    sum = g_new0(GwUptime, 1);
    sum->camera_id = part->camera_id;
    g_hash_table_insert(all, g_memdup2(&sum->camera_id, sizeof sum->camera_id), sum);
  }
  sum->watched_us += part->watched_us;
  sum->online_us += part->online_us;
  sum->seeing_us += part->seeing_us;
}

typedef struct Month {
  char first[GW_UPTIME_DAY_BYTES], last[GW_UPTIME_DAY_BYTES];
} Month;

static gboolean add_done(GwDb *db, GHashTable *all, const Month *month, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UPTIME_MONTH);
  gw_bind_text(s, ":first", month->first);
  gw_bind_text(s, ":last", month->last);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    const GwUptime part = {gw_col_int(s, 0), gw_col_int(s, 1), gw_col_int(s, 2), gw_col_int(s, 3)};
    add(all, &part);
  }
  return step == GW_STEP_DONE;
}

/* What a day is so far that nobody has added up yet: an empty array when it is done, or of another month. */
static GArray *open_day(GwDb *db, const Month *month, GwUsec at_us, GwUsec until_us, GError **error) {
  char day[GW_UPTIME_DAY_BYTES], done[GW_UPTIME_DAY_BYTES];
  g_autoptr(GError) failed = NULL;
  gw_uptime_day_of(at_us, day);
  const gboolean begun = gw_uptime_last_day(db, done, &failed);
  if (failed) {
    g_propagate_error(error, g_steal_pointer(&failed));
    return NULL;
  }
  if (!begun || strcmp(day, done) <= 0 || strcmp(day, month->first) < 0 || strcmp(day, month->last) > 0)
    return g_array_new(FALSE, FALSE, sizeof(GwUptime));
  return gw_uptime_add_up(db, gw_uptime_day_start_us(day), MIN(gw_uptime_day_end_us(day), until_us), error);
}

static gboolean add_open(GwDb *db, GHashTable *all, const Month *month, GwUsec at_us, GwUsec until_us, GError **error) {
  g_autoptr(GArray) sums = open_day(db, month, at_us, until_us, error);
  for (guint i = 0; sums && i < sums->len; i++)
    add(all, &g_array_index(sums, GwUptime, i));
  return sums != NULL;
}

static GwUsec yesterday_us(GwUsec now_us) {
  char today[GW_UPTIME_DAY_BYTES];
  gw_uptime_day_of(now_us, today);
  return gw_uptime_day_start_us(today) - 1;
}

static gboolean read_month(const char *text, Month *ret, GError **error) {
  guint64 year = 0, month = 0;
  const gsize n = text ? strlen(text) : 0;
  if ((n == 6 || (n == 7 && text[4] == '-'))) {
    g_autofree char *head = g_strndup(text, 4);
    if (g_ascii_string_to_unsigned(head, 10, 1970, 9999, &year, NULL) &&
        g_ascii_string_to_unsigned(text + n - 2, 10, 1, 12, &month, NULL)) {
      g_snprintf(ret->first, sizeof ret->first, "%04u%02u01", (guint)year, (guint)month);
      g_snprintf(ret->last, sizeof ret->last, "%04u%02u31", (guint)year, (guint)month);
      return TRUE;
    }
  }
  g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "month: say which, as 2026-11.");
  return FALSE;
}

GHashTable *gw_uptime_month(GwDb *db, const char *text, GwUsec now_us, GError **error) {
  Month month;
  if (!read_month(text, &month, error))
    return NULL;
  g_autoptr(GHashTable) all = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  if (!add_done(db, all, &month, error) || !add_open(db, all, &month, yesterday_us(now_us), now_us, error) ||
      !add_open(db, all, &month, now_us, now_us, error))
    return NULL;
  return g_steal_pointer(&all);
}

/* ---- one camera's days ---- */

static gboolean append_done(GwDb *db, GArray *days, const Month *month, GwId camera_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UPTIME_DAYS);
  gw_bind_text(s, ":first", month->first);
  gw_bind_text(s, ":last", month->last);
  gw_bind_id(s, ":camera_id", camera_id);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    GwUptimeDay day = {.sum = {camera_id, gw_col_int(s, 1), gw_col_int(s, 2), gw_col_int(s, 3)}};
    g_strlcpy(day.day, gw_col_text(s, 0), sizeof day.day);
    g_array_append_val(days, day);
  }
  return step == GW_STEP_DONE;
}

static gboolean append_open(GwDb *db, GArray *days, const Month *month, GwId camera_id, GwUsec at_us, GwUsec until_us,
                            GError **error) {
  g_autoptr(GArray) sums = open_day(db, month, at_us, until_us, error);
  for (guint i = 0; sums && i < sums->len; i++) {
    GwUptimeDay day = {.sum = g_array_index(sums, GwUptime, i)};
    gw_uptime_day_of(at_us, day.day);
    if (day.sum.camera_id == camera_id)
      g_array_append_val(days, day);
  }
  return sums != NULL;
}

GArray *gw_uptime_days(GwDb *db, const char *text, GwId camera_id, GwUsec now_us, GError **error) {
  Month month;
  if (!read_month(text, &month, error))
    return NULL;
  g_autoptr(GArray) days = g_array_new(FALSE, FALSE, sizeof(GwUptimeDay));
  if (!append_done(db, days, &month, camera_id, error) ||
      !append_open(db, days, &month, camera_id, yesterday_us(now_us), now_us, error) ||
      !append_open(db, days, &month, camera_id, now_us, now_us, error))
    return NULL;
  return g_steal_pointer(&days);
}
