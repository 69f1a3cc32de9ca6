#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "daemon/cli/cli.h"
#include "daemon/ledger/ledger.h"
#include "daemon/store/backup.h"
#include "daemon/store/meta.h"
#include "daemon/store/verify.h"

static gboolean make_folder_of(const char *path, GError **error) {
  g_autofree char *folder = g_path_get_dirname(path);
  if (g_mkdir_with_parents(folder, 0750) == 0)
    return TRUE;
  g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "The folder %s cannot be made: %s", folder, g_strerror(errno));
  return FALSE;
}

/* Opening the ledger once makes, migrates and journals the beginning. */
static int run_init(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  if (gw_cli_word(cli, 0))
    return gw_cli_usage(cli, "init");
  if (g_file_test(cli->config->database, G_FILE_TEST_EXISTS)) {
    printf("There is a database at %s already; nothing was changed.\n", cli->config->database);
    return 0;
  }
  if (!make_folder_of(cli->config->database, &error) || !make_folder_of(cli->config->key, &error))
    return gw_cli_fail(error);
  const GwLedgerConfig config = {.database = cli->config->database, .key_file = cli->config->key};
  GwLedger *ledger = gw_cli_may_write(cli, &error) ? gw_ledger_start(&config, &error) : NULL;
  if (!ledger)
    return gw_cli_fail(error);
  gw_ledger_stop(ledger);
  printf("The center's database is %s.\nNext: gridwarden user add admin --role admin\n", cli->config->database);
  return 0;
}

static gboolean on_progress(gint64 seq, gint64 last_seq, gpointer user) {
  if (isatty(STDERR_FILENO))
    fprintf(stderr, "\r%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " rows", seq, last_seq);
  return TRUE;
}

static void print_report(GwCli *cli, const GwVerifyReport *report, gboolean good) {
  if (cli->json) {
    json_t *root = json_pack("{s:b, s:I, s:I, s:I, s:I, s:s*}", "ok", good, "rows", (json_int_t)report->rows, "signatures",
                             (json_int_t)report->signatures, "broken_seq", (json_int_t)report->broken_seq, "head_seq",
                             (json_int_t)report->head.seq, "sentence", report->sentence_en);
    json_dumpf(root, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(root);
  } else if (good)
    printf("The journal is whole: %" G_GINT64_FORMAT " rows, each with the hash of the one before; %" G_GINT64_FORMAT " signed heads hold.\n",
           report->rows, report->signatures);
  else
    printf("%s\n", cli->zh ? report->sentence_zh : report->sentence_en);
}

static int run_verify(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  g_auto(GwVerifyReport) report = {0};
  const char *key = gw_cli_option(cli, "--key"), *path = gw_cli_word(cli, 0);
  if (gw_cli_word(cli, 1))
    return gw_cli_usage(cli, "verify");
  g_autoptr(GwDb) db = gw_db_open(path ? path : cli->config->database, GW_DB_MAINTAIN, &error);
  if (!db || !gw_verify(db, key, cli->json ? NULL : on_progress, NULL, &report, &error))
    return gw_cli_fail(error);
  if (!cli->json && isatty(STDERR_FILENO))
    fputs("\r\033[K", stderr); /* the last count goes */
  gboolean good = report.sentence_en == NULL;
  print_report(cli, &report, good);
  return good ? 0 : 1;
}

static int run_backup(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  const char *to = gw_cli_word(cli, 0);
  if (!to || gw_cli_word(cli, 1))
    return gw_cli_usage(cli, "backup");
  GwBackupReport report = {0};
  g_autoptr(GwDb) db = gw_db_open(cli->config->database, GW_DB_MAINTAIN, &error);
  if (!db || !gw_backup(db, cli->config->media, to, &report, &error))
    return gw_cli_fail(error);
  printf("Backed up to %s: the database (%.1f MB) and %" G_GINT64_FORMAT " pictures (%.1f MB).\n"
         "The key file %s is not in it; keep it apart.\n",
         to, (double)report.database_bytes / 1e6, report.files, (double)report.file_bytes / 1e6, cli->config->key);
  if (report.missing)
    fprintf(stderr, "%" G_GINT64_FORMAT " pictures that the database names were not in %s.\n", report.missing, cli->config->media);
  return report.missing ? 1 : 0;
}

/* doctor: one line a question, worst last; exit status 1 when something must be mended. */
typedef struct {
  GwCli *cli;
  int bad;
} Doctor;

G_GNUC_PRINTF(3, 4)
static void say(Doctor *d, gboolean good, const char *format, ...) {
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);
  printf("%s  %s\n", good ? "ok  " : "MEND", text);
  d->bad += !good;
}

static void look_at_disk(Doctor *d) {
  g_autofree char *folder = g_path_get_dirname(d->cli->config->database);
  struct statvfs fs;
  if (statvfs(folder, &fs) != 0) {
    say(d, FALSE, "The folder %s cannot be read: %s", folder, g_strerror(errno));
    return;
  }
  double free_gb = (double)fs.f_bavail * (double)fs.f_frsize / 1e9;
  say(d, free_gb >= 1.0, "%.1f GB are free where the database is%s", free_gb, free_gb < 1.0 ? "; less than 1 GB: make room" : "");
  say(d, !(fs.f_flag & ST_RDONLY), "The disk of %s can be written", folder);
}

GW_SQL(CLI_COUNTS, "select (select count(*) from user where disabled_at_us is null), (select count(*) from camera where removed_at_us is null and enabled), "
                   "(select count(*) from camera where removed_at_us is null and enabled and state = 'live'), "
                   "(select count(*) from checkin where state = 'stored'), (select count(*) from unit), "
                   "(select count(*) from unit where phone_text_id is null), (select count(*) from camera where place_id is null and removed_at_us is null)");

static void look_at_streams(Doctor *d) {
  g_autoptr(GError) error = NULL;
  guint fallback = 0, slow = 0;
  if (!gw_cli_camera_figures(d->cli, &fallback, &slow, &error)) {
    say(d, FALSE, "How the cameras are received cannot be told: %s", error->message);
    return;
  }
  say(d, TRUE, "%u cameras are received by the fallback (UDP or rtsps), which costs more%s", fallback, fallback ? "; see: gridwarden cameras" : "");
  say(d, slow == 0, "%u cameras send a keyframe more rarely than every 10 s%s", slow,
      slow ? ", so they are looked at more rarely; see: gridwarden cameras --slow-keyframes" : "");
}

static void look_at_registry(Doctor *d, GwDb *db, gboolean runs) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CLI_COUNTS);
  if (!gw_step_row(s, NULL)) {
    say(d, FALSE, "The registry cannot be read; run: gridwarden verify");
    return;
  }
  say(d, gw_col_int(s, 0) > 0, "%" G_GINT64_FORMAT " people may log in%s", gw_col_int(s, 0), gw_col_int(s, 0) ? "" : "; add one: gridwarden user add admin --role admin");
  if (runs)
    look_at_streams(d);
  if (runs)
    say(d, gw_col_int(s, 1) == gw_col_int(s, 2), "%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " cameras are live; see: gridwarden camera list", gw_col_int(s, 2), gw_col_int(s, 1));
  else
    say(d, TRUE, "%" G_GINT64_FORMAT " cameras are registered", gw_col_int(s, 1));
  say(d, gw_col_int(s, 3) == 0, "%" G_GINT64_FORMAT " check-ins wait to be counted", gw_col_int(s, 3));
  say(d, gw_col_int(s, 5) == 0, "%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " units have no telephone number", gw_col_int(s, 5), gw_col_int(s, 4));
  say(d, gw_col_int(s, 6) == 0, "%" G_GINT64_FORMAT " cameras stand in no place", gw_col_int(s, 6));
}

static void say_line(gpointer doctor, gboolean good, const char *line) {
  say(doctor, good, "%s", line);
}

static int run_doctor(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  const gboolean anew = gw_cli_flag(cli, "--recorders");
  if (gw_cli_word(cli, 0))
    return gw_cli_usage(cli, "doctor");
  Doctor d = {.cli = cli};
  gboolean runs = gw_cli_daemon_runs(cli);
  say(&d, runs, runs ? "The daemon runs" : "The daemon does not run; start it: systemctl start gridwarden");
  look_at_disk(&d);
  say(&d, g_file_test(cli->config->worker, G_FILE_TEST_IS_EXECUTABLE), "The worker is %s", cli->config->worker);
  say(&d, g_file_test(cli->config->key, G_FILE_TEST_EXISTS), "The key file is %s", cli->config->key);
  g_autoptr(GwDb) db = gw_cli_db(cli, &error);
  if (db) {
    look_at_registry(&d, db, runs);
    gw_cli_doctor_recorders(cli, db, anew, say_line, &d);
  } else
    say(&d, FALSE, "%s", error->message);
  if (d.bad)
    printf("%d %s to mend.\n", d.bad, d.bad == 1 ? "thing" : "things");
  else
    puts("All is well.");
  return d.bad ? 1 : 0;
}

const GwSubcommand gw_cli_center[] = {
    {"init", "", "Make the center's database and key.", "init", run_init},
    {"verify", "[DATABASE] [--key HEX]", "Walk the journal's hash chain and the tables; fails when one byte was changed.", "verify", run_verify},
    {"backup", "FOLDER", "Copy database and media files while the daemon runs.", "backup /srv/backup/2026-11-21", run_backup},
    {"doctor", "[--recorders]", "Look the installation over and say what to mend; with --recorders ask every recorder anew how far back it goes.", "doctor --recorders", run_doctor},
    {NULL}};
