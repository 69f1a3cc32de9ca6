/* Migrations: whole steps or none, children kept when a parent is rebuilt, current.sql true to them. */
#include "tests/unit/store_fixture.h"
#include "daemon/store/migrate.h"

#define ONE {1, "001_first", "create table parent (id integer primary key, name text) strict;" \
             "create table child (id integer primary key, parent_id integer not null references parent (id) on delete cascade) strict;" \
             "insert into parent values (1, 'a'), (2, 'b'); insert into child values (1, 1), (2, 1), (3, 2);"}

static sqlite3 *empty(void) {
  sqlite3 *handle;
  assert_int_equal(sqlite3_open(":memory:", &handle), SQLITE_OK);
  sqlite3_exec(handle, "pragma foreign_keys = on", NULL, NULL, NULL);
  return handle;
}

static gint64 ask(sqlite3 *handle, const char *sql) {
  sqlite3_stmt *stmt = NULL;
  assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
  gint64 v = sqlite3_column_int64(stmt, 0);
  sqlite3_finalize(stmt);
  return v;
}

static void a_rebuilt_parent_keeps_its_children(void **state) {
  const GwEmbeddedMigration steps[] = {
      ONE, {2, "002_rebuild", "create table parent_new (id integer primary key, name text not null, more text) strict;"
                              "insert into parent_new select id, name, null from parent; drop table parent;"
                              "alter table parent_new rename to parent;"}, {0}};
  sqlite3 *handle = empty();
  g_autoptr(GError) error = NULL;
  must(gw_migrate(handle, steps, &error), error, "migrate");
  assert_int_equal(ask(handle, "select count(*) from child"), 3); /* "on delete cascade" took none */
  assert_int_equal(ask(handle, "pragma user_version"), 2);
  assert_int_equal(ask(handle, "pragma foreign_keys"), 1);
  assert_true(gw_migrate(handle, steps, NULL)); /* nothing to do */
  sqlite3_close(handle);
}

static void a_step_that_fails_leaves_nothing_behind(void **state) {
  const GwEmbeddedMigration steps[] = {ONE, {2, "002_typo", "create table more (id integer); creat table x (y)"}, {0}};
  sqlite3 *handle = empty();
  g_autoptr(GError) error = NULL;
  assert_false(gw_migrate(handle, steps, &error));
  assert_non_null(strstr(error->message, "002_typo"));
  assert_int_equal(ask(handle, "pragma user_version"), 1); /* the step before it stands */
  assert_int_equal(ask(handle, "select count(*) from sqlite_schema where name = 'more'"), 0);
  assert_int_equal(ask(handle, "pragma foreign_keys"), 1);
  assert_true(sqlite3_get_autocommit(handle));
  sqlite3_close(handle);
}

static void a_step_that_loses_a_parent_is_undone(void **state) {
  const GwEmbeddedMigration steps[] = {ONE, {2, "002_careless", "delete from parent where id = 1"}, {0}};
  sqlite3 *handle = empty();
  g_autoptr(GError) error = NULL;
  assert_false(gw_migrate(handle, steps, &error));
  assert_non_null(strstr(error->message, "child"));
  assert_int_equal(ask(handle, "select count(*) from parent"), 2);
  sqlite3_close(handle);
}

static void a_newer_database_is_refused(void **state) {
  const GwEmbeddedMigration steps[] = {ONE, {0}};
  sqlite3 *handle = empty();
  g_autoptr(GError) error = NULL;
  sqlite3_exec(handle, "pragma user_version = 2", NULL, NULL, NULL);
  assert_false(gw_migrate(handle, steps, &error));
  assert_int_equal(error->code, GW_CODE_STORAGE);
  assert_non_null(strstr(error->message, "newer"));
  sqlite3_close(handle);
}

/* Comments and white space out, so that only what SQLite acts on is compared. */
static char *normalised(const char *sql) {
  GString *out = g_string_new(NULL);
  for (const char *p = sql; *p;) {
    if (p[0] == '-' && p[1] == '-')
      p += strcspn(p, "\n");
    else if (*p == '\'') { /* a literal stays as it is */
      gsize n = strcspn(p + 1, "'") + 2;
      g_string_append_len(out, p, (gssize)n);
      p += n;
    } else if (g_ascii_isspace(*p) || *p == '"') /* a table that was rebuilt carries its name in quotes */
      p++;
    else
      g_string_append_c(out, *p++);
  }
  return g_string_free(out, FALSE);
}

static GPtrArray *schema_of(sqlite3 *handle) {
  GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
  sqlite3_stmt *stmt = NULL;
  assert_int_equal(sqlite3_prepare_v2(handle, "select type || ' ' || name || ' ', sql from sqlite_schema where sql is not null"
                                              " order by type, name", -1, &stmt, NULL), SQLITE_OK);
  while (sqlite3_step(stmt) == SQLITE_ROW) {
    g_autofree char *sql = normalised((const char *)sqlite3_column_text(stmt, 1));
    g_ptr_array_add(lines, g_strconcat((const char *)sqlite3_column_text(stmt, 0), sql, NULL));
  }
  sqlite3_finalize(stmt);
  return lines;
}

static char *read_current(void) {
  char *text = NULL;
  g_autoptr(GError) error = NULL;
  must(g_file_get_contents(GW_SOURCE_DIR "/schema/current.sql", &text, NULL, &error), error, "current.sql");
  return text;
}

static void current_sql_is_what_the_migrations_make(void **state) {
  sqlite3 *migrated = empty(), *current = empty();
  g_autoptr(GError) error = NULL;
  must(gw_migrate(migrated, gw_migrations, &error), error, "migrate");
  g_autofree char *sql = read_current();
  char *message = NULL;
  if (sqlite3_exec(current, sql, NULL, NULL, &message) != SQLITE_OK)
    fail_msg("current.sql: %s", message);
  g_autoptr(GPtrArray) a = schema_of(migrated), b = schema_of(current);
  for (guint i = 0; i < MIN(a->len, b->len); i++)
    assert_string_equal(a->pdata[i], b->pdata[i]);
  assert_int_equal(a->len, b->len);
  sqlite3_close(migrated);
  sqlite3_close(current);
}

/* A line of current.sql that declares a column ends with a comment about it. */
static void every_column_of_current_sql_is_explained(void **state) {
  g_autofree char *sql = read_current();
  g_auto(GStrv) lines = g_strsplit(sql, "\n", -1);
  gboolean inside = FALSE;
  guint columns = 0;
  for (guint i = 0; lines[i]; i++) {
    if (g_str_has_prefix(lines[i], "create table"))
      inside = TRUE;
    else if (g_str_has_prefix(lines[i], ")"))
      inside = FALSE;
    else if (inside && g_regex_match_simple("^  [a-z_]+ +(integer|text|real|blob)\\b", lines[i], 0, 0)) {
      columns++;
      if (!strstr(lines[i], " -- "))
        fail_msg("current.sql:%u is not explained: %s", i + 1, lines[i]);
    }
  }
  sqlite3 *migrated = empty();
  assert_true(gw_migrate(migrated, gw_migrations, NULL));
  assert_int_equal(columns, ask(migrated, "select count(*) from sqlite_schema s, pragma_table_info(s.name) where s.type = 'table'"
                                          " and s.name not like 'sqlite_%'"));
  sqlite3_close(migrated);
}

/* ---- a database of the first version with rows in it ---- */

#define X8(s) s s s s s s s s
#define A64 X8("aaaaaaaa")
#define B64 X8("bbbbbbbb")
#define C64 X8("cccccccc")
#define D64 X8("dddddddd")

/* Everything that points at what 002 rebuilds (rules, check-ins) or widens (cameras, units). */
static const char version_1[] =
    "insert into text (id, salt, body) values (1, zeroblob(16), '听到\"好\"');"
    "insert into place (id, code, name, kind, valid_from_us) values (1, 'B1', '1号楼', 'building', 1);"
    "insert into unit (id, code, name, kind) values (1, 'U1', '一组', 'guard'), (2, 'U2', '二组', 'guard');"
    "insert into user (id, name, role, unit_id, created_at_us) values (1, 'operator', 'operator', null, 1), (2, 'p', 'patrol', 1, 1);"
    "insert into camera (id, code, name, place_id, url, user_name, secret, recorder, state, state_at_us, codec, width, height)"
    " values (1, 'C-1', '东门', 1, 'rtsp://h/1', 'u', x'0102', 'NVR', 'live', 5, 'H264', 1920, 1080);"
    "insert into camera (id, code, name, url, removed_at_us) values (2, 'C-2', '西门', 'rtsps://h/1', 7);"
    "insert into checkpoint (id, code, name, lat, lon, tag) values (1, 'K1', '南墙', 36.2, 120.3, 'T1');"
    "insert into reader (id, name, secret, unit_id) values (1, 'R1', x'00', 1);"
    "insert into route (id, code, name, unit_id, plan) values (1, 'N1', '夜巡', 1, '{}');"
    "insert into round (id, route_id, unit_id, name, volunteer, ordered, state, planned_at_us, ends_at_us)"
    " values (1, 1, 1, '夜巡', 0, 0, 'STARTED', 1, 2);"
    "insert into round_point (id, round_id, idx, checkpoint_id, name, tag, lat, lon, radius_m, due_at_us, from_us, to_us, state)"
    " values (1, 1, 1, 1, '南墙', 'T1', 36.2, 120.3, 30, 1, 1, 2, 'DONE');"
    "insert into rule (id, version, kind, priority, on_delay_us, off_delay_us, latched, ack_us, act_us, retone_us, response_zh,"
    " response_en, enabled, at_us) values (4, 2, 'camera_fault', 3, 60000000, 1, 0, 2, 3, 4, '改过', 'changed', 0, 99);"
    "insert into checkin (id, received_at_us, source, raw, state) values (1, 10, 'udp', x'00ff', 'stored');"
    "insert into checkin (id, received_at_us, source, raw, state, verdict, client_id, reader_id, epoch, sequence, unit_id, user_id,"
    " checkpoint_id, point_id, device_at_us, lat, lon, accuracy_m, method, tag, flags, words_text_id, channel) values"
    " (7, 11, 'behalf', x'7b7d', 'counted', 'ok', 'a-uuid', 1, 2, 3, 1, 2, 1, 1, 12, 36.2, 120.3, 8.5, 'radio', 'T1',"
    "  '[\"late\"]', 1, 'radio');"
    "insert into alert (id, code, rule_id, rule_version, key, category, priority, state, active, latched, subject, subject_id,"
    " place_id, camera_id, first_at_us, last_at_us) values"
    " (1, 'A-1', 4, 1, 'camera:1', 'camera_lost', 4, 'UNACKED', 1, 0, 'camera', 1, 1, 1, 3, 3),"
    " (2, 'A-2', 4, 2, 'camera:2', 'camera_lost', 3, 'NORM', 0, 0, 'camera', 2, null, 2, 3, 3);"
    "insert into condition (id, key, state, rule_kind, first_at_us, sighting) values (1, 'camera:1', 'ON', 'camera_fault', 3, '{}');"
    "insert into timer (due_at_us, kind, subject, subject_id, basis) values (9, 'alert.off', 'condition', 1, 'duration');";

static char *dump(sqlite3 *handle, const char *sql) {
  sqlite3_stmt *stmt = NULL;
  GString *out = g_string_new(NULL);
  assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL), SQLITE_OK);
  while (sqlite3_step(stmt) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(stmt); i++) {
      const guint8 *bytes = sqlite3_column_blob(stmt, i);
      g_string_append_printf(out, "%d:", sqlite3_column_type(stmt, i));
      for (int b = 0; b < sqlite3_column_bytes(stmt, i); b++)
        g_string_append_printf(out, "%02x", bytes[b]);
      g_string_append_c(out, '|');
    }
    g_string_append_c(out, '\n');
  }
  sqlite3_finalize(stmt);
  return g_string_free(out, FALSE);
}

static void the_second_version_keeps_every_row_of_the_first(void **state) {
  static const char *const kept[] = {
      "select * from checkin order by id",
      "select id, version, kind, priority, on_delay_us, off_delay_us, latched, ack_us, act_us, retone_us, response_zh,"
      " response_en, enabled, at_us from rule where id < 10 order by id, version",
      "select * from alert order by id",
      "select id, rev, code, name, place_id, lat, lon, zone, url, user_name, secret, transport, recorder, switch, enabled,"
      " state, cause, state_at_us, codec, width, height, removed_at_us from camera order by id",
      "select id, rev, code, name, kind, travel, on_duty, device from unit order by id",
      "select * from condition", "select * from timer", "select * from round_point", "select * from text"};
  sqlite3 *handle = empty();
  g_autoptr(GError) error = NULL;
  const GwEmbeddedMigration first[] = {gw_migrations[0], {0}};
  must(gw_migrate(handle, first, &error), error, "version 1");
  char *message = NULL;
  if (sqlite3_exec(handle, version_1, NULL, NULL, &message) != SQLITE_OK)
    fail_msg("rows of version 1: %s", message);
  char *before[G_N_ELEMENTS(kept)];
  for (gsize i = 0; i < G_N_ELEMENTS(kept); i++)
    before[i] = dump(handle, kept[i]);
  must(gw_migrate(handle, gw_migrations, &error), error, "migrate");
  for (gsize i = 0; i < G_N_ELEMENTS(kept); i++) {
    g_autofree char *after = dump(handle, kept[i]);
    assert_true(strlen(after) > 0);
    assert_string_equal(before[i], after);
    g_free(before[i]);
  }
  assert_int_equal(ask(handle, "select count(*) from pragma_foreign_key_check"), 0);
  assert_int_equal(ask(handle, "select count(*) from alert a join rule r on r.id = a.rule_id and r.version = a.rule_version"), 2);
  assert_int_equal(ask(handle, "select count(*) from rule where name = '' and selector = '{}' and makes = 'alert' and category = ''"
                               " and id < 10"), 10);
  assert_int_equal(ask(handle, "select count(*) from rule where id >= 10"), 7);
  assert_int_equal(ask(handle, "select count(*) from camera where sub_url = '' and watch = 'sub' and power = '' and metadata = 1"
                               " and checkpoint_id is null and via = '' and sees = 'unknown'"), 2);
  /* The keys of other tables still hold, and the new words are taken. */
  assert_int_equal(sqlite3_exec(handle, "update alert set rule_id = 99 where id = 1", NULL, NULL, NULL), SQLITE_CONSTRAINT);
  assert_int_equal(sqlite3_exec(handle, "insert into checkin (received_at_us, source, raw, state) values (1, 'camera', x'00', 'stored')",
                                NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_exec(handle, "insert into checkin (received_at_us, source, raw, state, client_id)"
                                        " values (1, 'phone', x'00', 'stored', 'a-uuid')", NULL, NULL, NULL), SQLITE_CONSTRAINT);
  sqlite3_close(handle);
}

/* What the second version added, and the table that 003 rebuilds with everything that names a row of it. */
static const char version_2[] =
    "insert into user (id, name, role, created_at_us) values (9, 'w', 'operator', 1);"
    "insert into file (hash, kind, bytes, user_id, at_us) values ('" A64 "', 'jpg', 100, 9, 5), ('" B64 "', 'png', 7, null, 6);"
    "insert into ticket (id, code, kind, state, category, priority, origin_at_us) values (1, 'E-1', 'E', 'FILED', 'fall', 1, 1);"
    "insert into ticket_file values (1, '" A64 "', 'before', 5, 9);"
    "insert into reference (camera_id, at_us, user_id, hash, body) values (1, 4, 9, '" B64 "', x'0102');"
    "insert into finding (id, camera_id, kind, measure, threshold, before_hash, now_hash, first_at_us) values"
    " (1, 1, 'moved', 0.5, 0.3, '" A64 "', '" B64 "', 8);"
    "insert into outage (id, cause, name, members, began_at_us) values (1, 'recorder', 'NVR', 4, 9);"
    "insert into outage_camera values (1, 1, 9, null);"
    "insert into uptime values ('20261121', 1, 3, 2, 1);"
    "update camera set sub_url = 'rtsp://h/sub', recorder = 'NVR', sees = 'no' where id = 1;";

static void the_third_version_keeps_every_row_of_the_second(void **state) {
  static const char *const kept[] = {
      "select * from file order by hash", "select * from ticket_file", "select * from reference", "select * from finding",
      "select * from outage", "select * from outage_camera", "select * from uptime", "select * from alert order by id",
      "select id, rev, code, name, place_id, lat, lon, zone, url, user_name, secret, transport, recorder, switch, enabled,"
      " state, cause, state_at_us, codec, width, height, removed_at_us, sub_url, watch, power, metadata, checkpoint_id, via,"
      " sees from camera order by id"};
  sqlite3 *handle = empty();
  g_autoptr(GError) error = NULL;
  const GwEmbeddedMigration second[] = {gw_migrations[0], gw_migrations[1], {0}};
  must(gw_migrate(handle, second, &error), error, "version 2");
  char *message = NULL;
  if (sqlite3_exec(handle, version_1, NULL, NULL, &message) != SQLITE_OK ||
      sqlite3_exec(handle, version_2, NULL, NULL, &message) != SQLITE_OK)
    fail_msg("rows of version 2: %s", message);
  char *before[G_N_ELEMENTS(kept)];
  for (gsize i = 0; i < G_N_ELEMENTS(kept); i++)
    before[i] = dump(handle, kept[i]);
  must(gw_migrate(handle, gw_migrations, &error), error, "migrate");
  for (gsize i = 0; i < G_N_ELEMENTS(kept); i++) {
    g_autofree char *after = dump(handle, kept[i]);
    assert_true(strlen(after) > 0);
    assert_string_equal(before[i], after);
    g_free(before[i]);
  }
  assert_int_equal(ask(handle, "select count(*) from pragma_foreign_key_check"), 0);
  assert_int_equal(ask(handle, "select count(*) from camera where channel = 0 and control_url = '' and home_preset = ''"
                               " and away_preset = ''"), 2);
  assert_int_equal(ask(handle, "select count(*) from spot where camera_id is null and pinned_by is null"), 2);
  /* Clips are files, their user is still looked up, and there are two spots and no third. */
  assert_int_equal(sqlite3_exec(handle, "insert into file values ('" C64 "', 'mp4', 9, 9, 9)", NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_exec(handle, "insert into file values ('" D64 "', 'mp4', 9, 77, 9)", NULL, NULL, NULL), SQLITE_CONSTRAINT);
  assert_int_equal(sqlite3_exec(handle, "insert into file values ('" D64 "', 'avi', 9, 9, 9)", NULL, NULL, NULL), SQLITE_CONSTRAINT);
  assert_int_equal(sqlite3_exec(handle, "insert into spot (id, at_us) values (3, 0)", NULL, NULL, NULL), SQLITE_CONSTRAINT);
  sqlite3_close(handle);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_rebuilt_parent_keeps_its_children),
      cmocka_unit_test(a_step_that_fails_leaves_nothing_behind),
      cmocka_unit_test(a_step_that_loses_a_parent_is_undone),
      cmocka_unit_test(a_newer_database_is_refused),
      cmocka_unit_test(current_sql_is_what_the_migrations_make),
      cmocka_unit_test(every_column_of_current_sql_is_explained),
      cmocka_unit_test(the_second_version_keeps_every_row_of_the_first),
      cmocka_unit_test(the_third_version_keeps_every_row_of_the_second),
  };
  return cmocka_run_group_tests_name("migrate", tests, NULL, NULL);
}
