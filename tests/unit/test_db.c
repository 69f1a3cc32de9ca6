/* The connection: how it is set up, what it refuses, and how it says that the disk failed. */
#include "tests/unit/store_fixture.h"
#include "daemon/store/db.h"

#include <math.h>
#include <sys/stat.h>

GW_SQL(T_ADD, "insert into meta (key, value) values (:key, :value)");
GW_SQL(T_GET, "select value from meta where key = :key");
GW_SQL(T_TYPES, "select :i, :id, :at, :r, :t, :b");
GW_SQL(T_ORPHAN, "insert into slot (code, name, place_id) values ('S', 'S', 4711)");
GW_SQL(T_SOME, "with recursive n (i) as (select 1 union all select i + 1 from n where i < 200000) select count(*) from n");
GW_SQL(T_LONG, "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n");

static gboolean add(GwDb *db, const char *key, const char *value, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &T_ADD);
  gw_bind_text(s, ":key", key);
  gw_bind_text(s, ":value", value);
  return gw_step_done(s, error);
}

static void a_new_database_is_set_up_before_its_first_table(void **state) {
  Fixture *f = *state;
  assert_int_equal(fixture_int(f, "pragma auto_vacuum"), 2);
  assert_int_equal(fixture_int(f, "pragma application_id"), 0x4757646e);
  assert_int_equal(fixture_int(f, "pragma synchronous"), 2);
  assert_int_equal(fixture_int(f, "pragma foreign_keys"), 1);
  assert_int_equal(fixture_int(f, "pragma wal_autocheckpoint"), 0);
  assert_int_equal(fixture_int(f, "select journal_mode = 'wal' from pragma_journal_mode"), 1);
  struct stat st;
  assert_int_equal(stat(f->path, &st), 0);
  assert_int_equal(st.st_mode & 07, 0); /* nobody else reads it */
}

static void values_come_back_as_they_were_bound(void **state) {
  Fixture *f = *state;
  g_autoptr(GError) error = NULL;
  g_autoptr(GwStmt) s = gw_stmt(f->db, &T_TYPES);
  gw_bind_int(s, ":i", G_MAXINT64);
  gw_bind_id(s, ":id", 0);
  gw_bind_at(s, ":at", 0);
  gw_bind_real(s, ":r", NAN);
  gw_bind_text(s, ":t", "东旺疃");
  gw_bind_blob(s, ":b", "\0\1", 2);
  assert_true(gw_step_row(s, &error));
  assert_true(gw_col_int(s, 0) == G_MAXINT64);
  assert_true(gw_col_is_null(s, 1) && gw_col_is_null(s, 2) && gw_col_is_null(s, 3));
  assert_true(isnan(gw_col_real(s, 3)));
  assert_string_equal(gw_col_text(s, 4), "东旺疃");
  gsize bytes;
  assert_memory_equal(gw_col_blob(s, 5, &bytes), "\0\1", 2);
  assert_int_equal(bytes, 2);
}

static void a_statement_is_clean_when_it_is_used_again(void **state) {
  Fixture *f = *state;
  g_autoptr(GError) error = NULL;
  assert_true(add(f->db, "a", "1", &error));
  for (int i = 0; i < 2; i++) {
    g_autoptr(GwStmt) s = gw_stmt(f->db, &T_GET);
    if (i == 0)
      gw_bind_text(s, ":key", "a");
    assert_int_equal(gw_step_row(s, &error), i == 0); /* the second time nothing is bound any more */
    assert_null(error);
  }
}

static void a_reader_sees_commits_and_may_not_write(void **state) {
  Fixture *f = *state;
  g_autoptr(GError) error = NULL;
  g_autoptr(GwDb) reader = gw_db_open(f->path, GW_DB_READ, &error);
  must(reader != NULL, error, "open reader");
  assert_true(add(f->db, "a", "1", NULL));
  {
    g_autoptr(GwStmt) s = gw_stmt(reader, &T_GET);
    gw_bind_text(s, ":key", "a");
    assert_true(gw_step_row(s, NULL));
  }
  assert_false(add(reader, "b", "1", &error));
  assert_int_equal(error->code, GW_CODE_STORAGE);
  assert_non_null(gw_db_sentence_zh(error->message));
}

static void a_question_that_takes_too_long_is_stopped_and_the_next_one_is_not(void **state) {
  Fixture *f = *state;
  g_autoptr(GError) error = NULL;
  g_autoptr(GwDb) reader = gw_db_open(f->path, GW_DB_READ, &error);
  gw_clock_unfake();
  gw_db_set_patience(reader, 20 * GW_MS);
  {
    g_autoptr(GwStmt) s = gw_stmt(reader, &T_LONG);
    assert_int_equal(gw_step(s, &error), GW_STEP_FAILED);
    assert_int_equal(error->code, GW_CODE_BUSY);
  }
  g_autoptr(GwStmt) s = gw_stmt(reader, &T_GET);
  gw_bind_text(s, ":key", "a");
  assert_int_equal(gw_step(s, NULL), GW_STEP_DONE);
}

/* Looks at the clock many times, and ends by itself. */
static gboolean some_question(GwDb *reader) {
  g_autoptr(GwStmt) s = gw_stmt(reader, &T_SOME);
  return gw_step_row(s, NULL);
}

static void patience_is_for_a_transaction_not_for_each_statement(void **state) {
  Fixture *f = *state;
  assert_true(add(f->db, "a", "1", NULL));
  g_autoptr(GwDb) reader = gw_db_open(f->path, GW_DB_READ, NULL);
  gw_db_set_patience(reader, 200 * GW_MS);
  assert_true(gw_db_exec(reader, "begin", NULL));
  assert_true(some_question(reader));
  gw_clock_fake_advance(300 * GW_MS);
  assert_false(some_question(reader)); /* the transaction's time is over */
  assert_false(some_question(reader)); /* and stays so */
  if (gw_db_in_transaction(reader))
    assert_true(gw_db_exec(reader, "rollback", NULL));
  {
    g_autoptr(GwStmt) open = gw_stmt(reader, &T_GET); /* a statement that stays open is one too */
    gw_bind_text(open, ":key", "a");
    assert_true(gw_step_row(open, NULL));
    assert_true(some_question(reader));
    gw_clock_fake_advance(300 * GW_MS);
    assert_false(some_question(reader));
  }
  assert_true(some_question(reader)); /* a new one has its own */
}

static void a_full_disk_is_storage_and_leaves_nothing_half_done(void **state) {
  Fixture *f = *state;
  g_autoptr(GError) error = NULL;
  fixture_exec(f, "pragma max_page_count = 1"); /* as many as there are: not one page more */
  assert_true(gw_db_exec(f->db, "begin immediate", NULL));
  g_autofree char *big = g_strnfill(60000, 'x');
  gboolean ok = TRUE;
  for (int i = 0; ok && i < 100; i++) {
    g_autofree char *key = g_strdup_printf("k%d", i);
    ok = add(f->db, key, big, &error);
  }
  assert_false(ok);
  assert_int_equal(error->code, GW_CODE_STORAGE);
  assert_string_equal(gw_db_sentence_zh(error->message), "磁盘已满，本次操作未记录。请清理空间后重试。");
  if (gw_db_in_transaction(f->db))
    assert_true(gw_db_exec(f->db, "rollback", NULL));
  assert_int_equal(fixture_int(f, "select count(*) from meta where key like 'k%'"), 0);
}

static void an_orphan_is_our_mistake_not_the_disks(void **state) {
  Fixture *f = *state;
  g_autoptr(GError) error = NULL;
  g_autoptr(GwStmt) s = gw_stmt(f->db, &T_ORPHAN);
  assert_false(gw_step_done(s, &error));
  assert_int_equal(error->code, GW_CODE_INTERNAL);
  assert_non_null(strstr(error->message, "T_ORPHAN"));
}

static void a_savepoint_takes_back_only_its_own(void **state) {
  Fixture *f = *state;
  assert_true(gw_db_exec(f->db, "begin immediate", NULL));
  assert_true(add(f->db, "a", "1", NULL));
  for (int i = 0; i < 2; i++) { /* twice: the control statements are kept */
    assert_true(gw_db_exec(f->db, "savepoint item", NULL));
    assert_true(add(f->db, "b", "1", NULL));
    assert_true(gw_db_exec(f->db, "rollback to item", NULL));
    assert_true(gw_db_exec(f->db, "release item", NULL));
  }
  assert_true(gw_db_in_transaction(f->db));
  assert_true(gw_db_exec(f->db, "commit", NULL));
  assert_int_equal(fixture_int(f, "select count(*) from meta where key in ('a', 'b')"), 1);
}

/* Opens as each mode; every one must refuse, name the file, and leave it as it was. */
static void assert_refused(const char *path, const char *word) {
  g_autofree char *before = NULL, *after = NULL;
  gsize bytes = 0, bytes_after = 0;
  g_file_get_contents(path, &before, &bytes, NULL);
  for (int mode = GW_DB_WRITE; mode <= GW_DB_MAINTAIN; mode++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GwDb) db = gw_db_open(path, (GwDbMode)mode, &error);
    assert_null(db);
    assert_int_equal(error->code, GW_CODE_STORAGE);
    if (!strstr(error->message, word))
      fail_msg("\"%s\" does not say \"%s\"", error->message, word);
  }
  g_file_get_contents(path, &after, &bytes_after, NULL);
  assert_int_equal(bytes, bytes_after);
  assert_memory_equal(before, after, bytes);
}

static char *other_file(Fixture *f, const char *sql) {
  char *path = g_build_filename(f->folder, "other.db", NULL);
  sqlite3 *handle;
  assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
  assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(handle);
  return path;
}

static void a_file_that_is_no_database_is_left_alone(void **state) {
  Fixture *f = *state;
  g_autofree char *path = g_build_filename(f->folder, "letter.txt", NULL);
  g_autofree char *text = g_strnfill(5000, 'a');
  g_file_set_contents(path, text, -1, NULL);
  assert_refused(path, "not a database");
}

static void another_programs_database_is_left_alone(void **state) {
  g_autofree char *path = other_file(*state, "create table t (x)");
  assert_refused(path, "another program");
}

static void a_newer_database_is_left_alone(void **state) {
  Fixture *f = *state;
  fixture_exec(f, "pragma user_version = 999; pragma journal_mode = delete");
  g_clear_pointer(&f->db, gw_db_close);
  assert_refused(f->path, "newer");
}

static void a_database_with_a_trigger_is_left_alone(void **state) {
  Fixture *f = *state;
  fixture_exec(f, "create trigger t after insert on meta begin delete from journal; end; pragma journal_mode = delete");
  g_clear_pointer(&f->db, gw_db_close);
  assert_refused(f->path, "triggers");
}

static void a_database_with_a_torn_schema_is_refused(void **state) {
  Fixture *f = *state;
  fixture_exec(f, "pragma journal_mode = delete");
  g_clear_pointer(&f->db, gw_db_close);
  g_autofree char *data = NULL;
  gsize bytes;
  g_file_get_contents(f->path, &data, &bytes, NULL);
  memset(data + 100, 0xff, 400); /* the root of sqlite_schema */
  g_file_set_contents(f->path, data, (gssize)bytes, NULL);
  assert_refused(f->path, "damaged");
}

static void what_is_not_there_or_no_file_is_said_so(void **state) {
  Fixture *f = *state;
  g_autofree char *missing = g_build_filename(f->folder, "missing.db", NULL);
  g_autoptr(GError) error = NULL;
  assert_null(gw_db_open(missing, GW_DB_READ, &error));
  assert_non_null(strstr(error->message, "gridwarden init"));
  assert_false(g_file_test(missing, G_FILE_TEST_EXISTS));
  g_clear_error(&error);
  assert_null(gw_db_open(f->folder, GW_DB_WRITE, &error));
  assert_int_equal(error->code, GW_CODE_STORAGE);
}

int main(void) {
#define FACT(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      FACT(a_new_database_is_set_up_before_its_first_table),
      FACT(values_come_back_as_they_were_bound),
      FACT(a_statement_is_clean_when_it_is_used_again),
      FACT(a_reader_sees_commits_and_may_not_write),
      FACT(a_question_that_takes_too_long_is_stopped_and_the_next_one_is_not),
      FACT(patience_is_for_a_transaction_not_for_each_statement),
      FACT(a_full_disk_is_storage_and_leaves_nothing_half_done),
      FACT(an_orphan_is_our_mistake_not_the_disks),
      FACT(a_savepoint_takes_back_only_its_own),
      FACT(a_file_that_is_no_database_is_left_alone),
      FACT(another_programs_database_is_left_alone),
      FACT(a_newer_database_is_left_alone),
      FACT(a_database_with_a_trigger_is_left_alone),
      FACT(a_database_with_a_torn_schema_is_refused),
      FACT(what_is_not_there_or_no_file_is_said_so),
  };
  return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
