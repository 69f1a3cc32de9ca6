#include <stdlib.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/store/page_private.h"
#include "daemon/store/uptime.h"

/* Outages, newest first; and how long cameras were there and saw in a month, by camera or by place. */
static const GwPageFilter outage_filters[] = {
    {"cause", ":cause", FALSE}, {"open", ":open", TRUE}, {"place_id", ":place_id", TRUE},
    {"from_us", ":from", TRUE}, {"to_us", ":to", TRUE},  {NULL}};
GW_SQL(OUTAGE_PAGE, "select id from outage where id < :after and (:cause is null or cause = :cause)"
                    " and (:open is null or (ended_at_us is null) = (:open <> 0))"
                    " and (:place_id is null or place_id = :place_id)"
                    " and (:from is null or began_at_us >= :from) and (:to is null or began_at_us < :to)"
                    " order by id desc limit :limit");

const GwPageNoun gw_page_outage[] = {
    {"outage", &OUTAGE_PAGE, TRUE, outage_filters, "outage"},
    {NULL},
};

/* ---- uptime ---- */

static const GwPageFilter uptime_filters[] = {{"month"}, {"by"}, {"camera_id"}, {NULL}};
GW_SQL(UPTIME_PAGE_CAMERA, "select id, code, name, place_id, removed_at_us is not null as removed from camera"
                           " where id > :after order by id");
/* Each place with each camera that stands in it or below it. */
GW_SQL(UPTIME_PAGE_PLACE,
       "with recursive above (camera_id, id, parent_id, depth) as ("
       " select c.id, p.id, p.parent_id, 0 from camera c join place p on p.id = c.place_id"
       " union all select a.camera_id, p.id, p.parent_id, depth + 1 from above a join place p on p.id = a.parent_id"
       "  where depth < 16)"
       " select p.id, p.code, p.name, p.kind, a.camera_id from above a join place p on p.id = a.id where p.id > :after"
       " and p.valid_to_us is null order by p.id");

static json_t *rate(GwUsec part_us, GwUsec of_us) {
  return of_us > 0 ? json_real((double)part_us / (double)of_us) : json_null();
}

static void set_sums(json_t *row, const GwUptime *sum) {
  json_object_set_new(row, "watched_us", json_integer(sum->watched_us));
  json_object_set_new(row, "online_us", json_integer(sum->online_us));
  json_object_set_new(row, "seeing_us", json_integer(sum->seeing_us));
  json_object_set_new(row, "online", rate(sum->online_us, sum->watched_us));
  json_object_set_new(row, "seeing", rate(sum->seeing_us, sum->watched_us));
}

/* One camera was asked for: its days too. */
static gboolean add_days(GwDb *db, json_t *row, const char *month, GwId camera_id, GwUsec now_us, GError **error) {
  g_autoptr(GArray) days = gw_uptime_days(db, month, camera_id, now_us, error);
  json_t *list = json_array();
  for (guint i = 0; days && i < days->len; i++) {
    const GwUptimeDay *day = &g_array_index(days, GwUptimeDay, i);
    json_t *one = json_pack("{s:s}", "day", day->day);
    set_sums(one, &day->sum);
    json_array_append_new(list, one);
  }
  json_object_set_new(row, "days", list);
  return days != NULL;
}

typedef struct Asked {
  GHashTable *sums;
  const char *month;
  GwId camera_id, after; /* camera_id 0: all */
  int limit;
  GwUsec now_us;
} Asked;

/* Removed cameras only where they were there in the month. */
static json_t *by_camera(GwDb *db, const Asked *asked, GwId *ret_next, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UPTIME_PAGE_CAMERA);
  gw_bind_int(s, ":after", asked->after);
  json_t *rows = json_array();
  GwId last = 0;
  GwStep step;
  gboolean ok = TRUE;
  while (ok && (step = gw_step(s, error)) == GW_STEP_ROW) {
    const GwId id = gw_col_int(s, 0);
    const GwUptime *sum = g_hash_table_lookup(asked->sums, &id), none = {0};
    if ((asked->camera_id > 0 && id != asked->camera_id) || (gw_col_int(s, 4) && !sum))
      continue;
    if ((int)json_array_size(rows) == asked->limit) {
      *ret_next = last;
      return rows;
    }
    json_t *row = gw_object_from_row(s, NULL, "ittib");
    json_object_set_new(row, "camera_id", json_integer(id));
    set_sums(row, sum ? sum : &none);
    json_array_append_new(rows, row);
    last = id;
    ok = asked->camera_id == 0 || add_days(db, row, asked->month, id, asked->now_us, error);
  }
  if (ok && step == GW_STEP_DONE)
    return rows;
  json_decref(rows);
  return NULL;
}

static void add(GwUptime *to, const GwUptime *part) {
  if (!part)
    return;
  to->watched_us += part->watched_us;
  to->online_us += part->online_us;
  to->seeing_us += part->seeing_us;
}

static void end_place(json_t *row, const GwUptime *sum, int cameras) {
  if (!row)
    return;
  json_object_set_new(row, "cameras", json_integer(cameras));
  set_sums(row, sum);
}

static json_t *by_place(GwDb *db, const Asked *asked, GwId *ret_next, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UPTIME_PAGE_PLACE);
  gw_bind_int(s, ":after", asked->after);
  json_t *rows = json_array(), *row = NULL;
  GwUptime sum = {0};
  GwId place_id = 0;
  int cameras = 0;
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    const GwId id = gw_col_int(s, 0), camera_id = gw_col_int(s, 4);
    if (id != place_id) {
      end_place(row, &sum, cameras);
      if ((int)json_array_size(rows) == asked->limit) {
        *ret_next = place_id;
        return rows;
      }
      row = gw_object_from_row(s, NULL, "ittt");
      json_object_set_new(row, "place_id", json_integer(id));
      json_array_append_new(rows, row);
      place_id = id;
      cameras = 0;
      sum = (GwUptime){0};
    }
    const GwUptime *part = g_hash_table_lookup(asked->sums, &camera_id);
    cameras += part != NULL;
    add(&sum, part);
  }
  end_place(row, &sum, cameras);
  if (step == GW_STEP_DONE)
    return rows;
  json_decref(rows);
  return NULL;
}

static const char *text_of(const GwPageQuery *query, const char *name) {
  return json_string_value(json_object_get(query->filters, name));
}

json_t *gw_page_uptime(GwDb *db, const GwPageQuery *query, GwId after, int limit, GwId *ret_next, GError **error) {
  const char *by = text_of(query, "by"), *camera = text_of(query, "camera_id");
  gint64 camera_id = 0;
  if (!gw_page_check(uptime_filters, query->filters, error))
    return NULL;
  if ((by && strcmp(by, "camera") != 0 && strcmp(by, "place") != 0) ||
      (camera && !g_ascii_string_to_signed(camera, 10, 1, GW_ID_MAX, &camera_id, NULL))) {
    g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "by: camera or place; camera_id: a camera's number.");
    return NULL;
  }
  const GwUsec now_us = gw_clock_real_us();
  g_autoptr(GHashTable) sums = gw_uptime_month(db, text_of(query, "month"), now_us, error);
  if (!sums)
    return NULL;
  const Asked asked = {sums, text_of(query, "month"), camera_id, after, limit, now_us};
  return by && strcmp(by, "place") == 0 ? by_place(db, &asked, ret_next, error)
                                        : by_camera(db, &asked, ret_next, error);
}
