#include <math.h>
#include <stdio.h>
#include <string.h>

#include "daemon/cli/cli.h"

/* How every camera is: the registry and states from the database, the measures of the last second from the daemon. */

#define SLOW_KEYFRAME_MS 10000 /* a picture that is older is not looked at in time */
#define DRIFT_MS 2000          /* times on pictures are not to be trusted beyond */
#define KEYFRAME_S 2           /* what is advised */

GW_SQL(CLI_CAMERAS, "select id, code, name, state, cause, via, sees from camera "
                    "where removed_at_us is null and enabled = 1 order by code");

typedef struct {
  gboolean lost, blind, slow, drift;
} Filter;

typedef struct {
  const char *code, *name, *state, *cause, *via, *sees;
  json_t *gauge; /* lent; NULL: none now */
} Row;

static double gauge(const Row *row, const char *field) {
  json_t *value = json_object_get(row->gauge, field);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

static gboolean is_slow(const Row *row) {
  return gauge(row, "key_ms") > SLOW_KEYFRAME_MS;
}

static gboolean is_adrift(const Row *row) {
  return fabs(gauge(row, "clock_ms")) > DRIFT_MS;
}

static gboolean is_wanted(const Filter *filter, const Row *row) {
  if (!filter->lost && !filter->blind && !filter->slow && !filter->drift)
    return TRUE;
  return (filter->lost && strcmp(row->state, "live") != 0) || (filter->blind && strcmp(row->sees, "no") == 0) ||
         (filter->slow && is_slow(row)) || (filter->drift && is_adrift(row));
}

/* "-" when it is not known. */
static const char *digits(char *text, gsize bytes, double value, int decimals, const char *unit) {
  if (isnan(value))
    return "-";
  g_snprintf(text, bytes, "%.*f%s", decimals, value, unit);
  return text;
}

static void print_row(const Row *row) {
  char fps[32], kbps[32], key[32], clock[32];
  const double key_ms = gauge(row, "key_ms");
  printf("%-12s %-12s %-8s %6s %7s %9s %9s %-8s %s\n", row->code, row->state, *row->via ? row->via : "-",
         digits(fps, sizeof fps, gauge(row, "fps"), 1, ""), digits(kbps, sizeof kbps, gauge(row, "kbps"), 0, ""),
         digits(key, sizeof key, key_ms > 0 ? key_ms / 1000 : NAN, 1, " s"),
         digits(clock, sizeof clock, gauge(row, "clock_ms") / 1000, 1, " s"), row->sees, row->name);
}

static void advise(const GwCli *cli, const Row *row) {
  const double fps = gauge(row, "fps");
  const int frames = (int)lround((fps > 0 ? fps : 25) * KEYFRAME_S);
  if (is_slow(row) && cli->zh)
    printf("  %s：请在摄像机的视频编码设置中关闭智能编码（Smart、H.264+、H.265+），并将 I 帧间隔设为 %d（%d 秒）。\n", row->code,
           frames, KEYFRAME_S);
  else if (is_slow(row))
    printf("  %s: in the camera's video settings, turn the smart codec off (Smart, H.264+, H.265+) and set the I-frame "
           "interval to %d (%d s).\n",
           row->code, frames, KEYFRAME_S);
  if (is_adrift(row) && cli->zh)
    printf("  %s：时钟有偏差，请在摄像机的时间设置中填写 NTP 服务器。\n", row->code);
  else if (is_adrift(row))
    printf("  %s: its clock is off; give it an NTP server in its time settings.\n", row->code);
}

static json_t *row_json(const Row *row) {
  json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "code", row->code, "name", row->name, "state", row->state,
                             "cause", row->cause, "via", row->via, "sees", row->sees);
  static const char *const fields[] = {"fps", "kbps", "key_ms", "clock_ms", "lost_ppm", "look_age_ms", "frames"};
  for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
    json_t *value = json_object_get(row->gauge, fields[i]);
    json_object_set_new(object, fields[i], json_is_number(value) ? json_incref(value) : json_null());
  }
  return object;
}

/* Camera id -> gauge, lent by `root`. */
static GHashTable *index_gauges(json_t *root) {
  GHashTable *by_id = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  json_t *one;
  gsize i;
  json_array_foreach(json_object_get(root, "cameras"), i, one) {
    const GwId id = json_integer_value(json_object_get(one, "id"));
    g_hash_table_insert(by_id, g_memdup2(&id, sizeof id), one);
  }
  return by_id;
}

/* Without a daemon nobody watches: no state is true, and nothing is measured. */
static void read_row(GwStmt *s, GHashTable *gauges, gboolean runs, Row *ret) {
  const GwId id = gw_col_int(s, 0);
  *ret = (Row){.code = gw_col_text(s, 1),
               .name = gw_col_text(s, 2),
               .state = runs ? gw_col_text(s, 3) : "unknown",
               .cause = runs ? gw_col_text(s, 4) : "no daemon",
               .via = runs ? gw_col_text(s, 5) : "",
               .sees = runs ? gw_col_text(s, 6) : "unknown",
               .gauge = g_hash_table_lookup(gauges, &id)};
}

typedef void (*RowFunc)(const GwCli *cli, const Row *row, gpointer user);

static gboolean for_each(GwCli *cli, RowFunc func, gpointer user, GError **error) {
  g_autoptr(GwDb) db = gw_cli_db(cli, error);
  if (!db)
    return FALSE;
  const gboolean runs = gw_cli_daemon_runs(cli);
  json_t *root = runs ? gw_cli_get(cli, "gauges", error) : json_object();
  if (!root)
    return FALSE;
  g_autoptr(GHashTable) gauges = index_gauges(root);
  g_autoptr(GwStmt) s = gw_stmt(db, &CLI_CAMERAS);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    Row row;
    read_row(s, gauges, runs, &row);
    func(cli, &row, user);
  }
  json_decref(root);
  return step == GW_STEP_DONE;
}

typedef struct {
  Filter filter;
  json_t *list; /* NULL: printed as it comes */
} Listing;

static void list_row(const GwCli *cli, const Row *row, gpointer user) {
  Listing *listing = user;
  if (!is_wanted(&listing->filter, row))
    return;
  if (listing->list) {
    json_array_append_new(listing->list, row_json(row));
    return;
  }
  print_row(row);
  if (listing->filter.slow || listing->filter.drift)
    advise(cli, row);
}

static int run_cameras(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  Listing listing = {.filter = {gw_cli_flag(cli, "--lost"), gw_cli_flag(cli, "--blind"),
                                gw_cli_flag(cli, "--slow-keyframes"), gw_cli_flag(cli, "--drift")}};
  if (gw_cli_word(cli, 0))
    return gw_cli_usage(cli, "cameras");
  listing.list = cli->json ? json_array() : NULL;
  if (!cli->json)
    printf("%-12s %-12s %-8s %6s %7s %9s %9s %-8s %s\n", "code", "state", "via", "fps", "kbit/s", "keyframe", "clock",
           "sees", "name");
  const gboolean ok = for_each(cli, list_row, &listing, &error);
  if (ok && listing.list) {
    json_dumpf(listing.list, stdout, JSON_COMPACT);
    putchar('\n');
  }
  json_decref(listing.list);
  return ok ? 0 : gw_cli_fail(error);
}

typedef struct {
  guint fallback, slow;
} Figures;

static void count_row(const GwCli *cli, const Row *row, gpointer user) {
  Figures *figures = user;
  figures->fallback += strcmp(row->via, "rtspsrc") == 0;
  figures->slow += is_slow(row);
}

gboolean gw_cli_camera_figures(GwCli *cli, guint *ret_fallback, guint *ret_slow, GError **error) {
  Figures figures = {0};
  if (!for_each(cli, count_row, &figures, error))
    return FALSE;
  *ret_fallback = figures.fallback;
  *ret_slow = figures.slow;
  return TRUE;
}

const GwSubcommand gw_cli_cameras[] = {
    {"cameras", "[--lost] [--blind] [--slow-keyframes] [--drift]",
     "How each camera is received and whether it sees; or those alone that need somebody.", "cameras --slow-keyframes", run_cameras},
    {NULL}};
