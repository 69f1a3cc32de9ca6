#include <stdlib.h>
#include <string.h>

#include "daemon/core/plan.h"
#include "daemon/ledger/import.h"
#include "daemon/store/registry.h"

/* A route is several lines, one a point, in the order of `idx`; what belongs to the route stands in each of
 * them alike.  Its plan: times of day (HH:MM, parted by ";") on weekdays (1 Monday … 7 Sunday), days of the month,
 * or the last such weekday of the month. */

static const GwCsvColumn columns[] = {{"code", GW_CSV_TEXT, TRUE, 0, 40},
                                      {"name", GW_CSV_TEXT, TRUE},
                                      {"unit", GW_CSV_TEXT, FALSE, 0, 40},
                                      {"volunteer", GW_CSV_BOOL},
                                      {"ordered", GW_CSV_BOOL},
                                      {"times", GW_CSV_TEXT, TRUE, 0, 400},
                                      {"weekdays", GW_CSV_TEXT, FALSE, 0, 40},
                                      {"days", GW_CSV_TEXT, FALSE, 0, 100},
                                      {"last_weekday", GW_CSV_INT, FALSE, 1, 7},
                                      {"idx", GW_CSV_INT, TRUE, 1, 200},
                                      {"checkpoint", GW_CSV_TEXT, TRUE, 0, 40},
                                      {"offset_s", GW_CSV_INT, TRUE, 0, 86400},
                                      {"early_s", GW_CSV_INT, FALSE, 0, 7200},
                                      {"late_s", GW_CSV_INT, FALSE, 0, 7200},
                                      {NULL}};
static const char *const route_wide[] = {"name", "unit", "volunteer", "ordered", "times", "weekdays", "days", "last_weekday"};

#define FIELD(name) gw_csv_text(in->table, row, name)

/* "1;3;5" as a JSON array of whole numbers within the range; NULL when it is not one. */
static json_t *number_list(const char *text, int least, int most) {
  json_t *list = json_array();
  g_auto(GStrv) parts = g_strsplit(text, ";", -1);
  for (char **part = parts; *part; part++) {
    gint64 n;
    if (!**part)
      continue;
    if (!g_ascii_string_to_signed(g_strstrip(*part), 10, least, most, &n, NULL)) {
      json_decref(list);
      return NULL;
    }
    json_array_append_new(list, json_integer(n));
  }
  return list;
}

static json_t *time_list(const char *text) {
  json_t *list = json_array();
  g_auto(GStrv) parts = g_strsplit(text, ";", -1);
  for (char **part = parts; *part; part++) {
    const char *t = g_strstrip(*part);
    gboolean ok = strlen(t) == 5 && g_ascii_isdigit(t[0]) && g_ascii_isdigit(t[1]) && t[2] == ':' && g_ascii_isdigit(t[3]) &&
                  g_ascii_isdigit(t[4]) && atoi(t) <= 23 && atoi(t + 3) <= 59;
    if (!ok || json_array_size(list) >= GW_PLAN_TIMES_MOST) {
      json_decref(list);
      return NULL;
    }
    json_array_append_new(list, json_string(t));
  }
  return list;
}

static char *plan_text(GwImport *in, guint row) {
  json_t *plan = json_object();
  json_object_set_new(plan, "times", time_list(FIELD("times")));
  if (*FIELD("weekdays"))
    json_object_set_new(plan, "weekdays", number_list(FIELD("weekdays"), 1, 7));
  if (*FIELD("days"))
    json_object_set_new(plan, "days", number_list(FIELD("days"), 1, 31));
  if (*FIELD("last_weekday"))
    json_object_set_new(plan, "last_weekday", json_integer(gw_csv_int(in->table, row, "last_weekday", 0)));
  char *text = json_dumps(plan, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(plan);
  return text;
}

static void check_plan(GwImport *in, guint row) {
  json_t *times = time_list(FIELD("times")), *weekdays = number_list(FIELD("weekdays"), 1, 7), *days = number_list(FIELD("days"), 1, 31);
  if (!times)
    gw_csv_add_problem(in->table, row, "times", "应写成 20:00;22:30，最多 48 个", "expected times like 20:00;22:30, at most 48");
  if (!weekdays)
    gw_csv_add_problem(in->table, row, "weekdays", "应写成 1;2;3，1 是周一，7 是周日", "expected days like 1;2;3, 1 Monday to 7 Sunday");
  if (!days)
    gw_csv_add_problem(in->table, row, "days", "应写成 9;19;29", "expected days of the month like 9;19;29");
  if (weekdays && days && json_array_size(weekdays) + json_array_size(days) == 0 && !*FIELD("last_weekday"))
    gw_csv_add_problem(in->table, row, "weekdays", "没有说在哪些天：weekdays、days、last_weekday 至少填一个", "no day is named: fill weekdays, days or last_weekday");
  json_decref(times);
  json_decref(weekdays);
  json_decref(days);
}

static void check_ref(GwImport *in, guint row, const char *column, const char *noun) {
  if (!*FIELD(column) || gw_registry_id(in->tx->db, noun, FIELD(column), NULL))
    return;
  g_autofree char *zh = g_strdup_printf("登记里没有代码“%.40s”（%s）；先导入它", FIELD(column), noun);
  g_autofree char *en = g_strdup_printf("there is no %s with the code \"%.40s\"; import it first", noun, FIELD(column));
  gw_csv_add_problem(in->table, row, column, zh, en);
}

static gboolean check(GwImport *in, GError **error) {
  g_autoptr(GHashTable) first = g_hash_table_new(g_str_hash, g_str_equal); /* code -> its first row + 1 */
  g_autoptr(GHashTable) points = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint row = 0; row < in->rows; row++) {
    guint of = GPOINTER_TO_UINT(g_hash_table_lookup(first, FIELD("code")));
    if (!of) {
      g_hash_table_insert(first, (gpointer)FIELD("code"), GUINT_TO_POINTER(row + 1));
      check_plan(in, row);
      check_ref(in, row, "unit", "unit");
    }
    for (gsize i = 0; of && i < G_N_ELEMENTS(route_wide); i++)
      if (strcmp(FIELD(route_wide[i]), gw_csv_text(in->table, of - 1, route_wide[i])) != 0)
        gw_csv_add_problem(in->table, row, route_wide[i], "同一条路线的各行，这一列要一样", "this column must be alike in all lines of a route");
    if (!g_hash_table_add(points, g_strdup_printf("%s\n%s", FIELD("code"), FIELD("idx"))))
      gw_csv_add_problem(in->table, row, "idx", "这条路线里已有这个序号", "this route has this number already");
    check_ref(in, row, "checkpoint", "checkpoint");
  }
  return TRUE;
}

static GwId put_route(GwImport *in, guint row, GError **error) {
  char *plan = plan_text(in, row);
  GwRouteImport route = {.code = FIELD("code"), .name = FIELD("name"), .plan = plan,
                         .unit_id = *FIELD("unit") ? gw_registry_id(in->tx->db, "unit", FIELD("unit"), NULL) : 0,
                         .volunteer = gw_csv_bool(in->table, row, "volunteer", FALSE), .ordered = gw_csv_bool(in->table, row, "ordered", FALSE)};
  gboolean changed;
  GwId id = gw_registry_route_put(in->tx->db, &route, &changed, error);
  free(plan);
  return id && gw_registry_route_clear_points(in->tx->db, id, error) && gw_import_note(in, "route", id, route.code, 0, FALSE, error) ? id : 0;
}

static gboolean apply(GwImport *in, GError **error) {
  g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free); /* code -> GwId */
  for (guint row = 0; row < in->rows; row++) {
    GwId *id = g_hash_table_lookup(ids, FIELD("code"));
    if (!id) {
      id = g_new0(GwId, 1);
      g_hash_table_insert(ids, (gpointer)FIELD("code"), id);
      if (!(*id = put_route(in, row, error)))
        return FALSE;
    }
    GwId checkpoint_id = gw_registry_id(in->tx->db, "checkpoint", FIELD("checkpoint"), error);
    if (!checkpoint_id || !gw_registry_route_add_point(in->tx->db, *id, (int)gw_csv_int(in->table, row, "idx", 1), checkpoint_id,
                                                       (int)gw_csv_int(in->table, row, "offset_s", 0), (int)gw_csv_int(in->table, row, "early_s", 300),
                                                       (int)gw_csv_int(in->table, row, "late_s", 600), error))
      return FALSE;
  }
  /* The rounds of the next day are planned at once, not at the next full hour. */
  return gw_tx_timer_set(in->tx, "round.plan", "center", 1, 0, in->tx->now_us, GW_TIMER_DURATION, error);
}

const GwImportNoun gw_import_route = {"route", columns, check, apply};
