#pragma once
/* A real ledger on a temporary database, run by hand on this thread, with a clock that only the test moves.
 */
#include <glib/gstdio.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "daemon/base/clock.h"
#include "daemon/base/token.h"
#include "daemon/ledger/ledger.h"
#include "daemon/store/db.h"

/* Saturday 2026-11-21, 12:00:00 UTC: 20:00 in the community. */
#define FIELD_NOON_US ((GwUsec)1795262400 * GW_SEC)

typedef struct Field {
  char *dir, *database, *key_file;
  GwLedger *ledger;
  GwDb *db;              /* reads what was committed */
  json_t *put, *effects; /* of all publications since field_forget() */
  gint64 prev, seq;      /* of the newest publication */
  GwCode code;           /* the newest reply */
  char *sentence;
  json_t *result;
} Field;

static G_GNUC_UNUSED void field_on_publish(const GwPublication *p, gpointer user) {
  Field *f = user;
  f->prev = p->prev;
  f->seq = p->seq;
  json_array_extend(f->put, p->put);
  json_array_extend(f->effects, p->effects);
}

static G_GNUC_UNUSED void field_forget(Field *f) {
  json_array_clear(f->put);
  json_array_clear(f->effects);
}

/* 38.. : grid 1 with place 2 in it; unit 1 guard, unit 2 volunteer; user 1 admin, 2 patrol of unit 1, 3
 * operator; checkpoints 1 and 2, 100 m apart; route 1: both points, 10 and 20 minutes after the start, every
 * day 20:30. */
static const char *const field_seed[] = {
    "insert into place (id, code, name, kind, parent_id, lat, lon, valid_from_us) values"
    " (1, 'G1', '一网格', 'grid', null, 36.29, 120.38, 0), (2, 'B1', '1号楼', 'building', 1, 36.2901, "
    "120.3801, 0)",
    "insert into unit (id, code, name, kind) values (1, 'U1', '一组', 'guard'), (2, 'U2', '夕阳红', "
    "'volunteer')",
    "insert into user (id, name, role, password_hash, unit_id, created_at_us) values (1, 'admin', 'admin', "
    "'x', null, 0),"
    " (2, 'patrol1', 'patrol', 'x', 1, 0), (3, 'operator', 'operator', 'x', null, 0)",
    "insert into checkpoint (id, code, name, place_id, lat, lon, radius_m, tag) values"
    " (1, 'P-01', '东门', 1, 36.2900, 120.3800, 30, 'TAG1'), (2, 'P-02', '西门', 2, 36.2909, 120.3800, 30, "
    "'TAG2')",
    "insert into route (id, code, name, unit_id, plan) values"
    " (1, 'R1', '夜巡', 1, '{\"times\":[\"20:30\"],\"weekdays\":[1,2,3,4,5,6,7]}')",
    "insert into route_point (route_id, idx, checkpoint_id, offset_s) values (1, 1, 1, 600), (1, 2, 2, 1200)",
};

static G_GNUC_UNUSED void field_exec(Field *f, const char *sql) {
  char *why = NULL;
  sqlite3 *handle = NULL;
  assert_int_equal(sqlite3_open(f->database, &handle), SQLITE_OK);
  if (sqlite3_exec(handle, sql, NULL, NULL, &why) != SQLITE_OK)
    fail_msg("%s: %s", sql, why);
  sqlite3_close(handle);
}

static G_GNUC_UNUSED void field_open(Field *f) {
  g_autoptr(GError) error = NULL;
  const GwLedgerConfig config = {
      .database = f->database, .key_file = f->key_file, .on_publish = field_on_publish, .user = f};
  f->ledger = gw_ledger_open_for_test(&config, &error);
  if (!f->ledger)
    fail_msg("%s", error->message);
  gw_ledger_run_for_test(f->ledger);
  f->db = gw_db_open(f->database, GW_DB_READ, &error);
  assert_non_null(f->db);
}

static G_GNUC_UNUSED void field_close(Field *f) {
  g_clear_pointer(&f->db, gw_db_close);
  g_clear_pointer(&f->ledger, gw_ledger_stop);
}

static G_GNUC_UNUSED int field_setup(void **state) {
  g_setenv("TZ", "Asia/Shanghai", TRUE);
  gw_clock_fake(FIELD_NOON_US);
  Field *f = g_new0(Field, 1);
  f->dir = g_dir_make_tmp("gw-field-XXXXXX", NULL);
  f->database = g_build_filename(f->dir, "center.db", NULL);
  f->key_file = g_build_filename(f->dir, "key", NULL);
  f->put = json_array();
  f->effects = json_array();
  g_autoptr(GError) error = NULL;
  GwDb *db = gw_db_open(f->database, GW_DB_WRITE, &error);
  if (!db)
    fail_msg("%s", error->message);
  for (gsize i = 0; i < G_N_ELEMENTS(field_seed); i++)
    if (!gw_db_exec(db, field_seed[i], &error))
      fail_msg("%s", error->message);
  gw_db_close(db);
  field_open(f);
  *state = f;
  return 0;
}

static G_GNUC_UNUSED int field_teardown(void **state) {
  Field *f = *state;
  field_close(f);
  GDir *dir = g_dir_open(f->dir, 0, NULL);
  for (const char *name; dir && (name = g_dir_read_name(dir));) {
    g_autofree char *path = g_build_filename(f->dir, name, NULL);
    g_unlink(path);
  }
  g_dir_close(dir);
  g_rmdir(f->dir);
  json_decref(f->put);
  json_decref(f->effects);
  json_decref(f->result);
  g_free(f->sentence);
  g_free(f->dir);
  g_free(f->database);
  g_free(f->key_file);
  g_free(f);
  gw_clock_unfake();
  return 0;
}

static G_GNUC_UNUSED void field_on_reply(const GwReply *reply, gpointer user) {
  Field *f = user;
  f->code = reply->code;
  g_free(f->sentence);
  f->sentence = g_strdup(reply->sentence_en);
  json_decref(f->result);
  f->result = json_incref(reply->result);
}

/* Runs a command under that id and answers its code; `args` is consumed. */
static G_GNUC_UNUSED GwCode field_command_as(Field *f, GwId user_id, const char *uuid, const char *command,
                                             json_t *args) {
  static const struct {
    GwId unit_id;
    GwRole role;
  } users[] = {{0, GW_ROLE_NONE}, {0, GW_ROLE_ADMIN}, {1, GW_ROLE_PATROL}, {0, GW_ROLE_OPERATOR}};
  assert_non_null(args);
  const GwActor actor = {.user_id = user_id, .unit_id = users[user_id].unit_id, .role = users[user_id].role};
  f->code = GW_N_CODES;
  assert_true(gw_ledger_command(f->ledger, &actor, uuid, command, args, 0, field_on_reply, f, NULL));
  json_decref(args);
  gw_ledger_run_for_test(f->ledger);
  return f->code;
}

static G_GNUC_UNUSED GwCode field_command(Field *f, GwId user_id, const char *command, json_t *args) {
  g_autofree char *uuid = gw_uuid_new();
  return field_command_as(f, user_id, uuid, command, args);
}

#define field_ok(f, user, command, args)                                                                     \
  do {                                                                                                       \
    if (field_command(f, user, command, args) != GW_CODE_OK)                                                 \
      fail_msg("%s: %s: %s", command, gw_code_to_string((f)->code), (f)->sentence);                          \
  } while (0)

static G_GNUC_UNUSED GwCode field_observe(Field *f, const char *kind, json_t *body, const char *data) {
  assert_non_null(body);
  f->code = GW_N_CODES;
  assert_true(gw_ledger_observe(f->ledger, kind, body, (const guint8 *)data, data ? strlen(data) : 0,
                                field_on_reply, f, NULL));
  json_decref(body);
  gw_ledger_run_for_test(f->ledger);
  return f->code;
}

/* Time passes: every timer that falls due runs at its own second. */
static G_GNUC_UNUSED void field_pass(Field *f, GwUsec us) {
  for (GwUsec gone = 0; gone < us; gone += MIN(us, GW_SEC)) {
    gw_clock_fake_advance(MIN(us, GW_SEC));
    gw_ledger_run_for_test(f->ledger);
  }
}

static G_GNUC_UNUSED gint64 field_int(Field *f, const char *sql) {
  sqlite3_stmt *s = NULL;
  if (sqlite3_prepare_v2(gw_db_handle(f->db), sql, -1, &s, NULL) != SQLITE_OK)
    fail_msg("%s: %s", sql, sqlite3_errmsg(gw_db_handle(f->db)));
  const gint64 value = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : -1;
  sqlite3_finalize(s);
  return value;
}

static G_GNUC_UNUSED char *field_text(Field *f, const char *sql) {
  sqlite3_stmt *s = NULL;
  if (sqlite3_prepare_v2(gw_db_handle(f->db), sql, -1, &s, NULL) != SQLITE_OK)
    fail_msg("%s: %s", sql, sqlite3_errmsg(gw_db_handle(f->db)));
  char *value = g_strdup(sqlite3_step(s) == SQLITE_ROW ? (const char *)sqlite3_column_text(s, 0) : NULL);
  sqlite3_finalize(s);
  return value;
}

#define field_assert_text(f, sql, expected)                                                                  \
  do {                                                                                                       \
    g_autofree char *field_is = field_text(f, sql);                                                          \
    assert_string_equal(field_is, expected);                                                                 \
  } while (0)

/* The newest effect of that name, lent; NULL: none since field_forget(). */
static G_GNUC_UNUSED json_t *field_effect(Field *f, const char *name) {
  for (size_t i = json_array_size(f->effects); i > 0; i--) {
    json_t *e = json_array_get(f->effects, i - 1);
    if (strcmp(json_string_value(json_object_get(e, "effect")), name) == 0)
      return e;
  }
  return NULL;
}

static G_GNUC_UNUSED json_t *field_put(Field *f, const char *type, GwId id) {
  for (size_t i = json_array_size(f->put); i > 0; i--) {
    json_t *o = json_array_get(f->put, i - 1);
    if (strcmp(json_string_value(json_object_get(o, "type")), type) == 0 &&
        json_integer_value(json_object_get(o, "id")) == id)
      return o;
  }
  return NULL;
}

static G_GNUC_UNUSED void field_workers_up(Field *f) {
  assert_int_equal(field_observe(f, "worker.up",
                                 json_pack("{s:s, s:i, s:s}", "job", "cameras", "pid", 1, "gstreamer", "1"),
                                 NULL),
                   GW_CODE_OK);
  assert_int_equal(field_observe(f, "worker.up",
                                 json_pack("{s:s, s:i, s:s}", "job", "checkins", "pid", 2, "gstreamer", "1"),
                                 NULL),
                   GW_CODE_OK);
}
