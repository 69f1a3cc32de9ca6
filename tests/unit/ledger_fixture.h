#pragma once
/* For tests of the ledger: the real ledger on a real database, without its thread, and a fake clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/token.h"
#include "daemon/ledger/ledger.h"
#include "daemon/store/db.h"
#include "daemon/store/verify.h"
#include "daemon/wire/schema.h"

#define NOON_US ((GwUsec)1795233600 * GW_SEC) /* 2026-11-21 12:00 in Shanghai, a Saturday */
#define PLACE_12 2
#define UNIT_NEAR 1
#define UNIT_FAR 2
#define UNIT_VOLUNTEER 3
#define UNIT_MAINTENANCE 4

/* One reply, kept beyond its call. */
typedef struct Answer {
  gboolean came;
  GwCode code;
  char en[256], zh[256];
  json_t *result, *object;
  gint64 seq;
} Answer;

typedef struct Center {
  char *folder, *path, *key, *reserve;
  gsize reserve_bytes;
  GwLedger *ledger;
  GwDb *reader;
  GPtrArray *publications; /* json: {"prev","seq","put","del","effects"} */
  char storage[16];
  Answer answer; /* of the last command */
} Center;

static const GwActor operator_1 = {.user_id = 1, .role = GW_ROLE_OPERATOR};
static const GwActor operator_2 = {.user_id = 2, .role = GW_ROLE_OPERATOR};
static const GwActor supervisor = {.user_id = 3, .role = GW_ROLE_SUPERVISOR};
static const GwActor patrol_near = {.user_id = 4, .unit_id = UNIT_NEAR, .role = GW_ROLE_PATROL};
static const GwActor patrol_far = {.user_id = 5, .unit_id = UNIT_FAR, .role = GW_ROLE_PATROL};
static const GwActor ai_box = {.user_id = 6, .role = GW_ROLE_SOURCE};
static const GwActor administrator = {.user_id = 8, .role = GW_ROLE_ADMIN};
static const GwActor maintenance = {.user_id = 7, .unit_id = UNIT_MAINTENANCE, .role = GW_ROLE_PATROL};

static const char community[] =
    "begin;"
    "insert into place (id, code, name, kind, parent_id, lat, lon, outline, valid_from_us) values"
    " (1, 'DWT', '东旺疃', 'community', null, 36.29, 120.38,"
    "  "
    "'{\"type\":\"Polygon\",\"coordinates\":[[[120.37,36.28],[120.39,36.28],[120.39,36.30],[120.37,36.30],["
    "120.37,36.28]]]}', 1),"
    " (2, 'B12', '12号楼', 'building', 1, 36.291, 120.381,"
    "  "
    "'{\"type\":\"Polygon\",\"coordinates\":[[[120.3808,36.2908],[120.3812,36.2908],[120.3812,36.2912],[120."
    "3808,36.2912],[120.3808,36.2908]]]}', 1),"
    " (3, 'W1', '主路', 'way', 1, null, null,"
    "  "
    "'{\"type\":\"LineString\",\"coordinates\":[[120.3790,36.2910],[120.3800,36.2910],[120.3811,36.2910]]}', "
    "1);"
    "insert into unit (id, code, name, kind, travel, radio_channel, on_duty, lat, lon, accuracy_m, "
    "position_at_us, presence) values"
    " (1, 'U1', '巡防一队', 'guard', 'ebike', '5', 1, 36.2910, 120.3800, 8, 1795233600000000, 'visible'),"
    " (2, 'U2', '巡防二队', 'guard', 'foot', '5', 1, 36.2910, 120.3790, 8, 1795233600000000, 'visible'),"
    " (3, 'U3', '夕阳红', 'volunteer', 'foot', '', 1, 36.2910, 120.3810, 8, 1795233600000000, 'none'),"
    " (4, 'U4', '维保', 'maintenance', 'foot', '', 1, null, null, null, null, 'none');"
    "insert into user (id, name, role, display, unit_id, most_priority, created_at_us) values"
    " (1, 'operator', 'operator', '王值机', null, 1, 1), (2, 'operator2', 'operator', '李值机', null, 1, 1),"
    " (3, 'supervisor', 'supervisor', '赵主管', null, 1, 1), (4, 'patrol1', 'patrol', '', 1, 1, 1),"
    " (5, 'patrol2', 'patrol', '', 2, 1, 1), (6, 'box', 'source', '', null, 2, 1), (7, 'fix', 'patrol', '', "
    "4, 1, 1), (8, 'admin', 'admin', '', null, 1, 1);"
    "insert into camera (id, code, name, place_id, lat, lon, url, state) values"
    " (1, 'C-087', '12号楼东', 2, 36.2911, 120.3811, 'rtsp://10.0.0.1/a', 'live');"
    "commit";

static inline void must(gboolean ok, GError *error, const char *what) {
  if (!ok)
    fail_msg("%s: %s", what, error ? error->message : "failed");
}

static void on_publish(const GwPublication *p, gpointer user) {
  Center *c = user;
  g_ptr_array_add(c->publications,
                  json_pack("{s:I, s:I, s:O, s:O, s:O}", "prev", (json_int_t)p->prev, "seq",
                            (json_int_t)p->seq, "put", p->put, "del", p->del, "effects", p->effects));
}

static void on_storage(const char *state, GwUsec since_us, gpointer user) {
  g_strlcpy(((Center *)user)->storage, state, sizeof((Center *)user)->storage);
}

static inline void center_open(Center *c) {
  g_autoptr(GError) error = NULL;
  GwLedgerConfig config = {
      .database = c->path,
      .key_file = c->key,
      .reserve = c->reserve,
      .reserve_bytes = c->reserve_bytes,
      .on_publish = on_publish,
      .on_storage = on_storage,
      .user = c,
  };
  c->ledger = gw_ledger_open_for_test(&config, &error);
  must(c->ledger != NULL, error, "open the ledger");
  c->reader = gw_db_open(c->path, GW_DB_READ, &error);
  must(c->reader != NULL, error, "open a reader");
}

static inline void center_close(Center *c) {
  g_clear_pointer(&c->reader, gw_db_close);
  g_clear_pointer(&c->ledger, gw_ledger_stop);
}

static inline void publication_free(gpointer p) {
  json_decref(p);
}

static inline Center *center_new_in(char *folder) {
  g_setenv("TZ", "Asia/Shanghai", TRUE);
  gw_clock_fake(NOON_US);
  Center *c = g_new0(Center, 1);
  g_autoptr(GError) error = NULL;
  c->folder = folder;
  c->path = g_build_filename(folder, "center.db", NULL);
  c->key = g_build_filename(folder, "key", NULL);
  c->publications = g_ptr_array_new_with_free_func(publication_free);
  g_autoptr(GwDb) db = gw_db_open(c->path, GW_DB_WRITE, &error);
  must(db && gw_db_exec(db, community, &error), error, "make the community");
  return c;
}

static inline int center_setup(void **state) {
  Center *c = center_new_in(g_dir_make_tmp("gw-ledger-XXXXXX", NULL));
  center_open(c);
  *state = c;
  return 0;
}

static inline void answer_clear(Answer *a) {
  json_decref(a->result);
  json_decref(a->object);
  *a = (Answer){0};
}

static inline void folder_remove(const char *path) {
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *inner = g_build_filename(path, name, NULL);
    g_unlink(inner);
  }
  g_rmdir(path);
}

static inline void center_free(Center *c) {
  center_close(c);
  gw_clock_unfake();
  folder_remove(c->folder);
  answer_clear(&c->answer);
  g_ptr_array_unref(c->publications);
  g_free(c->folder);
  g_free(c->path);
  g_free(c->key);
  g_free(c->reserve);
  g_free(c);
}

/* What goes to the pages is what schema/wire/objects.json promises them. */
static inline int bad_objects(Center *c) {
  json_t *root = gw_schema_root("objects");
  int bad = 0;
  for (guint i = 0; i < c->publications->len; i++) {
    size_t k;
    json_t *object;
    json_array_foreach(json_object_get(g_ptr_array_index(c->publications, i), "put"), k, object) {
      g_autoptr(GError) error = NULL;
      const char *type = json_string_value(json_object_get(object, "type"));
      json_t *schema = json_object_get(json_object_get(root, "$defs"), type);
      if (schema && gw_schema_check(root, schema, object, type, &error))
        continue;
      print_error("published against the schema: %s\n", error ? error->message : type);
      bad++;
    }
  }
  return bad;
}

static inline int center_teardown(void **state) {
  int bad = bad_objects(*state);
  center_free(*state);
  return bad;
}

/* ---- asking ---- */

static void keep_answer(const GwReply *reply, gpointer user) {
  Answer *a = user;
  answer_clear(a);
  a->came = TRUE;
  a->code = reply->code;
  a->seq = reply->seq;
  g_strlcpy(a->en, reply->sentence_en ? reply->sentence_en : "", sizeof a->en);
  g_strlcpy(a->zh, reply->sentence_zh ? reply->sentence_zh : "", sizeof a->zh);
  a->result = reply->result ? json_deep_copy(reply->result) : NULL;
  a->object = reply->object ? json_deep_copy(reply->object) : NULL;
}

/* Takes `args`.  Queues only; run() answers. */
static inline void queue(Center *c, const GwActor *actor, const char *uuid, const char *command, json_t *args,
                         gint64 if_rev, Answer *answer) {
  g_autoptr(GError) error = NULL;
  must(gw_ledger_command(c->ledger, actor, uuid, command, args, if_rev, answer ? keep_answer : NULL, answer,
                         &error),
       error, command);
  json_decref(args);
}

static inline void run(Center *c) {
  gw_ledger_run_for_test(c->ledger);
}

static inline GwCode ask_rev(Center *c, const GwActor *actor, const char *command, json_t *args,
                             gint64 if_rev) {
  g_autofree char *uuid = gw_uuid_new();
  answer_clear(&c->answer);
  queue(c, actor, uuid, command, args, if_rev, &c->answer);
  run(c);
  assert_true(c->answer.came);
  return c->answer.code;
}

static inline GwCode ask(Center *c, const GwActor *actor, const char *command, json_t *args) {
  return ask_rev(c, actor, command, args, 0);
}

/* Must be done. */
static inline void say(Center *c, const GwActor *actor, const char *command, json_t *args) {
  GwCode code = ask(c, actor, command, args);
  if (code != GW_CODE_OK)
    fail_msg("%s: %s: %s", command, gw_code_to_string(code), c->answer.en);
}

static inline gint64 result_int(Center *c, const char *name) {
  return json_integer_value(json_object_get(c->answer.result, name));
}

/* Takes `body`. */
static inline void see(Center *c, const char *kind, json_t *body) {
  g_autoptr(GError) error = NULL;
  answer_clear(&c->answer);
  must(gw_ledger_observe(c->ledger, kind, body, NULL, 0, keep_answer, &c->answer, &error), error, kind);
  json_decref(body);
  run(c);
}

static inline void wait_us(Center *c, GwUsec us) {
  gw_clock_fake_advance(us);
  run(c);
}

/* ---- looking ---- */

static inline gint64 count(Center *c, const char *sql) {
  sqlite3_stmt *stmt = NULL;
  assert_int_equal(sqlite3_prepare_v2(gw_db_handle(c->reader), sql, -1, &stmt, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
  gint64 v = sqlite3_column_int64(stmt, 0);
  sqlite3_finalize(stmt);
  return v;
}

static inline char *text(Center *c, const char *sql) {
  static char kept[4][4096];
  static int turn;
  char *to = kept[turn++ % 4];
  sqlite3_stmt *stmt = NULL;
  assert_int_equal(sqlite3_prepare_v2(gw_db_handle(c->reader), sql, -1, &stmt, NULL), SQLITE_OK);
  gboolean is_row = sqlite3_step(stmt) == SQLITE_ROW;
  const char *v = is_row ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
  g_strlcpy(to, v ? v : "", sizeof kept[0]);
  sqlite3_finalize(stmt);
  return to;
}

/* The newest published object of a type and id; NULL: never published.  Lent. */
static inline json_t *published(Center *c, const char *type, gint64 id) {
  for (guint i = c->publications->len; i-- > 0;) {
    size_t k;
    json_t *object;
    json_array_foreach(json_object_get(g_ptr_array_index(c->publications, i), "put"), k, object) {
      if (strcmp(json_string_value(json_object_get(object, "type")), type) == 0 &&
          json_integer_value(json_object_get(object, "id")) == id)
        return object;
    }
  }
  return NULL;
}

static inline const char *published_text(Center *c, const char *type, gint64 id, const char *field) {
  const char *value = json_string_value(json_object_get(published(c, type, id), field));
  return value ? value : "";
}

/* Every effect of that name that was published. */
static inline guint effects_named(Center *c, const char *name) {
  guint n = 0;
  for (guint i = 0; i < c->publications->len; i++) {
    size_t k;
    json_t *effect;
    json_array_foreach(json_object_get(g_ptr_array_index(c->publications, i), "effects"), k, effect) n +=
        strcmp(json_string_value(json_object_get(effect, "effect")), name) == 0;
  }
  return n;
}

/* Each publication begins where the one before ended: nobody who listens misses a row. */
static inline void assert_publications_join(Center *c) {
  gint64 seq = 0;
  for (guint i = 0; i < c->publications->len; i++) {
    json_t *p = g_ptr_array_index(c->publications, i);
    gint64 prev = json_integer_value(json_object_get(p, "prev"));
    if (i > 0)
      assert_int_equal(prev, seq);
    seq = json_integer_value(json_object_get(p, "seq"));
    assert_true(seq >= prev);
  }
}
