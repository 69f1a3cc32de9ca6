/* durable_events_per_second: how many events a second pass through the whole ledger (role and argument
 * check, idempotency, alert rule, state rows, hash chain, objects for the pages) and are on disk.
 * The peer is measured in the same run on the same disk: the same rows (of each event the one of the journal
 * and the one that remembers its command), inserted by plain SQLite with the same journal mode, `synchronous`
 * and indexes, as many to a commit. */
#include <glib.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/token.h"
#include "daemon/ledger/ledger.h"
#include "daemon/store/db.h"

#define PER_COMMIT 64
#define COMMITS 50
#define ROUNDS 5
#define LEAST_BODY_BYTES 300

typedef struct Bench {
  char *folder, *center, *peer, *key;
  guint done, published;
} Bench;

static void die(const char *what, const GError *error) {
  fprintf(stderr, "bench_ledger: %s: %s\n", what, error ? error->message : "failed");
  exit(1);
}

static void check(gboolean ok, const char *what, const GError *error) {
  if (!ok)
    die(what, error);
}

/* ---- the ledger ---- */

static void on_reply(const GwReply *reply, gpointer user) {
  if (reply->code != GW_CODE_OK) {
    fprintf(stderr, "bench_ledger: refused: %s\n", reply->sentence_en);
    exit(1);
  }
  ((Bench *)user)->done++;
}

static void on_publish(const GwPublication *publication, gpointer user) {
  ((Bench *)user)->published += (guint)json_array_size(publication->put);
}

static const char community[] =
    "begin;"
    "insert into place (id, code, name, kind, lat, lon, valid_from_us) values (1, 'B12', '12号楼', "
    "'building', 36.291, 120.381, 1);"
    "insert into user (id, name, role, created_at_us) values (1, 'operator', 'operator', 1);"
    "insert into camera (id, code, name, place_id, lat, lon, url) values (1, 'C-087', '12号楼东', 1, "
    "36.2911, 120.3811, 'rtsp://192.0.2.1/a');"
    "commit";

static GwLedger *open_center(Bench *b) {
  g_autoptr(GError) error = NULL;
  GwDb *db = gw_db_open(b->center, GW_DB_WRITE, &error);
  check(db && gw_db_exec(db, community, &error), "make the center", error);
  gw_db_close(db);
  GwLedgerConfig config = {.database = b->center, .key_file = b->key, .on_publish = on_publish, .user = b};
  GwLedger *ledger = gw_ledger_open_for_test(&config, &error);
  check(ledger != NULL, "open the ledger", error);
  return ledger;
}

static void report(Bench *b, GwLedger *ledger, json_t *args) {
  static const GwActor actor = {.user_id = 1, .role = GW_ROLE_OPERATOR};
  g_autofree char *uuid = gw_uuid_new();
  g_autoptr(GError) error = NULL;
  check(gw_ledger_command(ledger, &actor, uuid, "observation.report", args, 0, on_reply, b, &error), "queue",
        error);
}

static double run_ledger(Bench *b, GwLedger *ledger) {
  json_t *args = json_pack("{s:s, s:i, s:f, s:s}", "category", "intrusion", "camera_id", 1, "confidence",
                           0.83, "key", "camera-087-zone-3-person-crossing-the-line");
  report(b, ledger, args); /* raised: what follows counts up */
  gw_ledger_run_for_test(ledger);
  b->done = 0;
  GwUsec from_us = gw_clock_mono_us();
  for (int i = 0; i < COMMITS; i++) {
    for (int k = 0; k < PER_COMMIT; k++)
      report(b, ledger, args);
    gw_ledger_run_for_test(ledger);
  }
  double seconds = (double)(gw_clock_mono_us() - from_us) / (double)GW_SEC;
  check(b->done == COMMITS * PER_COMMIT, "not everything was answered", NULL);
  json_decref(args);
  return COMMITS * PER_COMMIT / seconds;
}

/* ---- the peer ---- */

static void sql(sqlite3 *db, const char *text) {
  if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK) {
    fprintf(stderr, "bench_ledger: peer: %s\n", sqlite3_errmsg(db));
    exit(1);
  }
}

static char *one_text(sqlite3 *db, const char *text) {
  sqlite3_stmt *s = NULL;
  check(sqlite3_prepare_v2(db, text, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW, text, NULL);
  char *value = g_strdup((const char *)sqlite3_column_text(s, 0));
  sqlite3_finalize(s);
  return value;
}

/* A journal row and its command row, read before the clock starts. */
#define JOURNAL_COLUMNS 16
#define COLUMNS (JOURNAL_COLUMNS + 5)

static GPtrArray *read_rows(sqlite3 *center) {
  GPtrArray *rows = g_ptr_array_new();
  sqlite3_stmt *s = NULL;
  check(sqlite3_prepare_v2(center,
                           "select j.*, c.* from journal j join command c on c.uuid = j.command_id"
                           " where j.kind = 'alert.again' order by j.seq",
                           -1, &s, NULL) == SQLITE_OK,
        "read", NULL);
  while (sqlite3_step(s) == SQLITE_ROW) {
    check(sqlite3_column_bytes(s, 14) >= LEAST_BODY_BYTES, "a body is too short to count", NULL);
    sqlite3_value **row = g_new0(sqlite3_value *, COLUMNS);
    for (int i = 0; i < COLUMNS; i++)
      row[i] = sqlite3_value_dup(sqlite3_column_value(s, i));
    g_ptr_array_add(rows, row);
  }
  sqlite3_finalize(s);
  return rows;
}

static void free_rows(GPtrArray *rows) {
  for (guint r = 0; r < rows->len; r++) {
    sqlite3_value **row = g_ptr_array_index(rows, r);
    for (int i = 0; i < COLUMNS; i++)
      sqlite3_value_free(row[i]);
    g_free(row);
  }
  g_ptr_array_unref(rows);
}

static void insert(sqlite3 *peer, sqlite3_stmt *s, sqlite3_value **values, int n) {
  for (int i = 0; i < n; i++)
    sqlite3_bind_value(s, i + 1, values[i]);
  check(sqlite3_step(s) == SQLITE_DONE, sqlite3_errmsg(peer), NULL);
  sqlite3_reset(s);
}

static sqlite3 *open_peer(Bench *b, sqlite3 *center) {
  sqlite3 *peer = NULL;
  check(sqlite3_open(b->peer, &peer) == SQLITE_OK, "open the peer", NULL);
  sql(peer, "pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 0");
  const char *parts[] = {"journal",       "journal_subject", "journal_kind", "journal_at",
                         "journal_place", "command",         "command_at"};
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
    g_autofree char *ask = g_strdup_printf("select sql from sqlite_schema where name = '%s'", parts[i]);
    g_autofree char *made = one_text(center, ask);
    sql(peer, made);
  }
  return peer;
}

static double run_peer(Bench *b) {
  sqlite3 *center = NULL;
  check(sqlite3_open_v2(b->center, &center, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK, "open the center",
        NULL);
  GPtrArray *rows = read_rows(center);
  check(rows->len >= COMMITS * PER_COMMIT, "too few rows for the peer", NULL);
  sqlite3 *peer = open_peer(b, center);
  sqlite3_stmt *journal = NULL, *command = NULL;
  check(sqlite3_prepare_v2(peer, "insert into journal values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", -1, &journal,
                           NULL) == SQLITE_OK &&
            sqlite3_prepare_v2(peer, "insert into command values (?,?,?,?,?)", -1, &command, NULL) ==
                SQLITE_OK,
        "prepare", NULL);
  GwUsec from_us = gw_clock_mono_us();
  for (guint r = 0; r < COMMITS * PER_COMMIT; r++) {
    if (r % PER_COMMIT == 0)
      sql(peer, "begin immediate");
    sqlite3_value **row = g_ptr_array_index(rows, r);
    insert(peer, journal, row, JOURNAL_COLUMNS);
    insert(peer, command, row + JOURNAL_COLUMNS, COLUMNS - JOURNAL_COLUMNS);
    if (r % PER_COMMIT == PER_COMMIT - 1)
      sql(peer, "commit");
  }
  double seconds = (double)(gw_clock_mono_us() - from_us) / (double)GW_SEC;
  sqlite3_finalize(journal);
  sqlite3_finalize(command);
  sqlite3_close(peer);
  sqlite3_close(center);
  free_rows(rows);
  return COMMITS * PER_COMMIT / seconds;
}

/* ---- rounds ---- */

static void remove_all(Bench *b) {
  g_autoptr(GDir) dir = g_dir_open(b->folder, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *path = g_build_filename(b->folder, name, NULL);
    g_unlink(path);
  }
}

static int by_value(const void *a, const void *b) {
  double one = *(const double *)a, other = *(const double *)b;
  return (one > other) - (one < other);
}

static double median(double *values) {
  qsort(values, ROUNDS, sizeof *values, by_value);
  return values[ROUNDS / 2];
}

int main(int argc, char **argv) {
  gw_log_init("bench_ledger", GW_LOG_WARNING);
  g_autofree char *folder =
      g_build_filename(argc > 1 && argv[1][0] != '-' ? argv[1] : g_get_tmp_dir(), "gw-bench-XXXXXX", NULL);
  Bench b = {.folder = g_mkdtemp(folder)};
  check(b.folder != NULL, "no folder to work in", NULL);
  b.center = g_build_filename(folder, "center.db", NULL);
  b.peer = g_build_filename(folder, "peer.db", NULL);
  b.key = g_build_filename(folder, "key", NULL);
  double values[ROUNDS], peers[ROUNDS];
  for (int i = 0; i < ROUNDS; i++) {
    remove_all(&b);
    GwLedger *ledger = open_center(&b);
    values[i] = run_ledger(&b, ledger);
    gw_ledger_stop(ledger);
    peers[i] = run_peer(&b);
    fprintf(stderr, "round %d: ledger %.0f/s, plain inserts %.0f/s\n", i + 1, values[i], peers[i]);
  }
  remove_all(&b);
  g_rmdir(folder);
  double value = median(values), peer = median(peers);
  printf("{\"bench\":\"ledger\",\"figure\":\"durable_events_per_second\",\"value\":%.0f,\"unit\":\"1/s\","
         "\"peer\":\"plain SQLite inserts of the same journal and command rows, same "
         "synchronous\",\"peer_value\":%.0f,\"ratio\":%.3f}\n",
         value, peer, value / peer);
  g_free(b.center);
  g_free(b.peer);
  g_free(b.key);
  return 0;
}
