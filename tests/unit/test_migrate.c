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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_rebuilt_parent_keeps_its_children),
      cmocka_unit_test(a_step_that_fails_leaves_nothing_behind),
      cmocka_unit_test(a_step_that_loses_a_parent_is_undone),
      cmocka_unit_test(a_newer_database_is_refused),
      cmocka_unit_test(current_sql_is_what_the_migrations_make),
      cmocka_unit_test(every_column_of_current_sql_is_explained),
  };
  return cmocka_run_group_tests_name("migrate", tests, NULL, NULL);
}
