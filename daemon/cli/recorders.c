#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/probe.h"
#include "daemon/core/playback.h"
#include "daemon/store/recorder.h"
#include "daemon/store/secret.h"

/* What doctor says of recorders. */

#define PROBE_MS 6000
#define FRESH_US (7 * GW_DAY)
#define PLAYS_ELSEWHERE_US (6 * GW_HOUR) /* it plays something, but not of that time */
#define NAMED_MOST 12

GW_SQL(CLI_RECORDERS, "select id from recorder where removed_at_us is null order by name");
GW_SQL(CLI_RECORDER_CHANNEL,
       "select channel from camera where recorder = :name and channel > 0 and removed_at_us is null "
       "and enabled = 1 order by state <> 'live', code limit 1");
GW_SQL(CLI_WITHOUT_CHANNEL,
       "select c.code from camera c join recorder r on r.name = c.recorder and r.removed_at_us is null "
       "where c.removed_at_us is null and c.enabled = 1 and c.channel = 0 order by c.code");
GW_SQL(
    CLI_UNREGISTERED,
    "select distinct recorder from camera where recorder <> '' and removed_at_us is null and recorder not in "
    "(select name from recorder where removed_at_us is null) order by recorder");

typedef struct {
  GwCli *cli;
  GwDb *db;
  GwCliSay say;
  gpointer doctor;
} Doctor;

G_GNUC_PRINTF(3, 4)
static void say(const Doctor *d, gboolean good, const char *format, ...) {
  va_list args;
  va_start(args, format);
  g_autofree char *line = g_strdup_vprintf(format, args);
  va_end(args);
  d->say(d->doctor, good, line);
}

/* "C-001, C-002 …" of the first column; how many there are. */
static guint list_names(GwDb *db, const GwSql *sql, GString *names) {
  g_autoptr(GwStmt) s = gw_stmt(db, sql);
  guint n = 0;
  for (; gw_step_row(s, NULL); n++)
    if (n < NAMED_MOST)
      g_string_append_printf(names, "%s%s", n ? ", " : "", gw_col_text(s, 0));
  if (n > NAMED_MOST)
    g_string_append(names, " …");
  return n;
}

static void look_at_names(const Doctor *d) {
  g_autoptr(GString) without = g_string_new(NULL), unknown = g_string_new(NULL);
  const guint n_without = list_names(d->db, &CLI_WITHOUT_CHANNEL, without);
  const guint n_unknown = list_names(d->db, &CLI_UNREGISTERED, unknown);
  if (n_without)
    say(d, FALSE, "%u cameras have no channel at their recorder, so nobody can look back at them: %s",
        n_without, without->str);
  if (n_unknown)
    say(d, TRUE, "%u recorders are named by cameras and not registered, so nobody can look back at those: %s",
        n_unknown, unknown->str);
}

/* ---- asking one ---- */

typedef struct {
  const GwRecorderRow *row;
  int channel;
  char *password; /* NULL: none */
} Asked;

static int channel_of(GwDb *db, const char *name) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CLI_RECORDER_CHANNEL);
  gw_bind_text(s, ":name", name);
  return gw_step_row(s, NULL) ? (int)gw_col_int(s, 0) : 0;
}

static char *password_of(const GwCli *cli, const GwRecorderRow *row, GError **error) {
  gsize sealed_bytes = 0, bytes = 0;
  g_autoptr(GwSecret) secret = gw_secret_load(cli->config->key, FALSE, error);
  if (!secret)
    return NULL;
  const guint8 *sealed = g_bytes_get_data(row->secret, &sealed_bytes);
  return gw_secret_open(secret, sealed, sealed_bytes, &bytes, error);
}

static void show_progress(const Asked *asked, int days) {
  if (!isatty(STDERR_FILENO))
    return;
  if (days < 0)
    fputs("\r\033[K", stderr);
  else if (days == 0)
    fprintf(stderr, "\r\033[K      %s: has it anything?", asked->row->name);
  else
    fprintf(stderr, "\r\033[K      %s: has it anything of %d days ago?", asked->row->name, days);
  fflush(stderr);
}

typedef enum { HAS, HAS_NOT, SAYS_NOTHING } Has;

static Has read_answer(json_t *found, GwUsec at_us, GError **error) {
  const char *cause = json_string_value(json_object_get(found, "cause"));
  const char *sentence = json_string_value(json_object_get(found, "sentence_en"));
  const GwUsec recorded_us = json_integer_value(json_object_get(found, "recorded_us"));
  if (json_is_true(json_object_get(found, "ok"))) /* a clock that tells of now tells nothing of the footage */
    return recorded_us && ABS(recorded_us - at_us) > PLAYS_ELSEWHERE_US &&
                   ABS(recorded_us - gw_clock_real_us()) > GW_HOUR
               ? HAS_NOT
               : HAS;
  static const char *const nothing[] = {"not_found", "closed", "no_packets", NULL};
  if (cause && g_strv_contains(nothing, cause))
    return HAS_NOT;
  g_set_error_literal(error, GW_ERROR, GW_CODE_UNAVAILABLE, sentence ? sentence : "it did not answer");
  return SAYS_NOTHING;
}

static Has has_footage(const Doctor *d, const Asked *asked, int days, GError **error) {
  const GwUsec at_us = gw_playback_search_at(days, gw_clock_real_us());
  const GwPlaybackAsk ask = {asked->channel, at_us, at_us + GW_MIN, d->cli->config->utc_offset_s,
                             asked->row->user_name, asked->password};
  gboolean by_range = FALSE;
  g_autofree char *url = gw_playback_expand(asked->row->url_template, &ask, &by_range, error);
  const char *user = *asked->row->user_name ? asked->row->user_name : NULL;
  json_t *found =
      url ? gw_cli_probe(d->cli->config->worker, url, user, asked->password, PROBE_MS, at_us, by_range, error)
          : NULL;
  const Has has = found ? read_answer(found, at_us, error) : SAYS_NOTHING;
  json_decref(found);
  return has;
}

static gboolean search(const Doctor *d, const Asked *asked, GwPlaybackSearch *ret, GError **error) {
  gw_playback_search_begin(ret);
  for (int days; (days = gw_playback_search_next(ret)) >= 0;) {
    show_progress(asked, days);
    const Has has = has_footage(d, asked, days, error);
    show_progress(asked, -1);
    if (has == SAYS_NOTHING)
      return FALSE;
    gw_playback_search_tell(ret, days, has == HAS);
  }
  return TRUE;
}

static void keep(const Doctor *d, GwId recorder_id, int days) {
  g_autoptr(GError) error = NULL;
  json_t *args = json_pack("{s:I, s:i}", "recorder_id", (json_int_t)recorder_id, "days_held", days);
  json_t *result = gw_cli_command(d->cli, "recorder.held", args, &error);
  if (!result)
    fprintf(stderr, "gridwarden: that could not be noted: %s\n", error->message);
  json_decref(result);
  json_decref(args);
}

static void ask(const Doctor *d, const Asked *asked) {
  g_autoptr(GError) error = NULL;
  GwPlaybackSearch found;
  if (!search(d, asked, &found, &error))
    say(d, FALSE, "Recorder %s could not be asked how far back it goes: %s", asked->row->name,
        error->message);
  else if (found.held < 0)
    say(d, FALSE,
        "Recorder %s plays nothing of ten minutes ago: look at its disk, its clock, its address, and at "
        "channel %d",
        asked->row->name, asked->channel);
  else
    say(d, TRUE, "Recorder %s holds %s%d days of footage", asked->row->name,
        found.held == GW_PLAYBACK_DAYS_MOST ? "at least " : "", found.held);
  if (!error)
    keep(d, asked->row->id, MAX(0, found.held));
}

static void look_at(const Doctor *d, const GwRecorderRow *row, gboolean anew) {
  g_autoptr(GError) error = NULL;
  Asked asked = {.row = row, .channel = channel_of(d->db, row->name)};
  const GwUsec age_us = gw_clock_real_us() - row->held_at_us;
  if (!anew && row->days_held > 0 && age_us < FRESH_US) {
    g_autofree char *when =
        age_us < GW_DAY ? g_strdup("less than a day") : g_strdup_printf("%d days", (int)(age_us / GW_DAY));
    say(d, TRUE,
        "Recorder %s holds %" G_GINT64_FORMAT " days of footage (asked %s ago; doctor --recorders asks anew)",
        row->name, row->days_held, when);
    return;
  }
  if (asked.channel == 0) {
    say(d, FALSE, "Recorder %s: no camera names it and a channel there, so it cannot be asked for anything",
        row->name);
    return;
  }
  if (row->secret && !(asked.password = password_of(d->cli, row, &error))) {
    say(d, FALSE, "The password of recorder %s cannot be read: %s", row->name, error->message);
    return;
  }
  ask(d, &asked);
  if (asked.password)
    gw_secret_wipe(asked.password, strlen(asked.password));
}

void gw_cli_doctor_recorders(GwCli *cli, GwDb *db, gboolean anew, GwCliSay say_line, gpointer doctor) {
  const Doctor d = {cli, db, say_line, doctor};
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(GwId));
  look_at_names(&d);
  {
    g_autoptr(GwStmt) s = gw_stmt(db, &CLI_RECORDERS);
    while (gw_step_row(s, NULL)) {
      const GwId id = gw_col_int(s, 0);
      g_array_append_val(ids, id);
    }
  }
  for (guint i = 0; i < ids->len; i++) {
    g_auto(GwRecorderRow) row = {0};
    if (gw_store_recorder_get(db, g_array_index(ids, GwId, i), &row, NULL))
      look_at(&d, &row, anew);
  }
}
