/* Backup while somebody writes, and the upkeep that is done in small steps. */
#include "tests/unit/store_fixture.h"
#include "daemon/store/backup.h"
#include "daemon/store/journal.h"
#include "daemon/store/maintain.h"
#include "daemon/store/object.h"
#include "daemon/store/verify.h"
#include "daemon/base/token.h"

GW_SQL(T_FILE, "insert into file values (:hash, 'jpg', :bytes, null, 1)");

static void append(Fixture *f, GwJournalHead *head, int n) {
  fixture_exec(f, "begin immediate");
  for (int i = 0; i < n; i++) {
    GwJournalRow row = {.at_us = FIXTURE_NOW_US, .kind = "k", .subject = "s", .body = json_object()};
    assert_true(gw_journal_append(f->db, head, &row, NULL));
    json_decref(row.body);
  }
  fixture_exec(f, "commit");
}

static GwDb *maintain(Fixture *f) {
  g_autoptr(GError) error = NULL;
  GwDb *db = gw_db_open(f->path, GW_DB_MAINTAIN, &error);
  must(db != NULL, error, "open");
  return db;
}

/* A picture on disk as the file thread leaves it; returns its hash. */
static char *picture(Fixture *f, const char *content, gboolean on_disk) {
  char *hash = gw_hash_hex(content, strlen(content));
  const char first[3] = {hash[0], hash[1], 0};
  g_autofree char *folder = g_build_filename(f->folder, "media", first, NULL), *name = g_strconcat(hash, ".jpg", NULL);
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_mkdir_with_parents(folder, 0700);
  if (on_disk)
    g_file_set_contents(path, content, -1, NULL);
  g_autoptr(GwStmt) s = gw_stmt(f->db, &T_FILE);
  gw_bind_text(s, ":hash", hash);
  gw_bind_int(s, ":bytes", (gint64)strlen(content));
  assert_true(gw_step_done(s, NULL));
  return hash;
}

static void a_backup_is_whole_and_its_pictures_are_there(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  fixture_community(f);
  append(f, &head, 100);
  g_autofree char *there = picture(f, "a picture", TRUE), *gone = picture(f, "another", FALSE);
  g_autoptr(GwDb) db = maintain(f);
  g_autofree char *media = g_build_filename(f->folder, "media", NULL), *to = g_build_filename(f->folder, "backups", "today", NULL);
  g_autoptr(GError) error = NULL;
  GwBackupReport report;
  fixture_exec(f, "begin immediate; insert into meta values ('half', 'done')"); /* somebody is in the middle of writing */
  must(gw_backup(db, media, to, &report, &error), error, "backup");
  fixture_exec(f, "commit");
  assert_int_equal(report.files, 1);
  assert_int_equal(report.missing, 1);
  assert_int_equal(report.file_bytes, 9);
  g_autofree char *copy = g_build_filename(to, "gridwarden.db", NULL), *name = g_strconcat(there, ".jpg", NULL);
  const char first[3] = {there[0], there[1], 0};
  g_autofree char *picture_path = g_build_filename(to, "media", first, name, NULL);
  assert_true(g_file_test(picture_path, G_FILE_TEST_EXISTS));
  g_autoptr(GwDb) restored = gw_db_open(copy, GW_DB_WRITE, &error); /* a center can be started on it */
  must(restored != NULL, error, "open the copy");
  g_auto(GwVerifyReport) verified = {0};
  assert_true(gw_verify(restored, NULL, NULL, NULL, &verified, &error));
  assert_null(verified.sentence_en);
  assert_int_equal(verified.rows, 100);
  json_t *alert = gw_object_load(restored, "alert", 1, NULL);
  assert_non_null(alert);
  json_decref(alert);
  assert_false(gw_backup(db, media, to, &report, &error)); /* never over another */
  assert_int_equal(error->code, GW_CODE_STORAGE);
}

static void a_picture_that_is_not_its_name_is_not_copied(void **state) {
  Fixture *f = *state;
  g_autofree char *hash = picture(f, "a picture", TRUE);
  const char first[3] = {hash[0], hash[1], 0};
  g_autofree char *name = g_strconcat(hash, ".jpg", NULL), *path = g_build_filename(f->folder, "media", first, name, NULL);
  g_file_set_contents(path, "a picturf", -1, NULL);
  g_autoptr(GwDb) db = maintain(f);
  g_autofree char *media = g_build_filename(f->folder, "media", NULL), *to = g_build_filename(f->folder, "b", NULL);
  GwBackupReport report;
  assert_true(gw_backup(db, media, to, &report, NULL));
  assert_int_equal(report.files, 0);
  assert_int_equal(report.missing, 1);
}

static void a_backup_that_fails_leaves_nothing(void **state) {
  Fixture *f = *state;
  g_autoptr(GwDb) db = maintain(f);
  g_autofree char *blocker = g_build_filename(f->folder, "file", NULL), *to = g_build_filename(blocker, "b", NULL);
  g_file_set_contents(blocker, "x", -1, NULL);
  g_autoptr(GError) error = NULL;
  GwBackupReport report;
  assert_false(gw_backup(db, f->folder, to, &report, &error));
  assert_int_equal(error->code, GW_CODE_STORAGE);
  assert_int_equal(fixture_int(f, "pragma query_only"), 0);
}

static void a_checkpoint_empties_the_wal_unless_somebody_reads(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  append(f, &head, 2000);
  g_autoptr(GwDb) db = maintain(f);
  gint64 bytes = 0, after = 0;
  assert_true(gw_maintain_checkpoint(db, &bytes, NULL));
  assert_true(bytes > 100000);
  append(f, &head, 1); /* the writer starts the WAL over */
  assert_true(gw_maintain_checkpoint(db, &after, NULL));
  assert_true(after < bytes);
  g_autoptr(GwDb) reader = gw_db_open(f->path, GW_DB_READ, NULL);
  assert_true(gw_db_exec(reader, "begin", NULL));
  json_decref(gw_object_load(reader, "center", 1, NULL));
  append(f, &head, 2000);
  assert_true(gw_maintain_checkpoint(db, &bytes, NULL)); /* does not wait */
  append(f, &head, 1);
  assert_true(gw_maintain_checkpoint(db, &after, NULL));
  assert_true(after > bytes); /* held open by the reader: it grows */
}

static void free_pages_are_given_back_step_by_step(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  append(f, &head, 20000);
  fixture_exec(f, "delete from journal where seq < 19000");
  gint64 before = fixture_int(f, "pragma freelist_count"), step = gw_maintain_vacuum_step(f->db, NULL);
  assert_true(before > 256);
  assert_true(step > 0 && step <= 256);
  for (guint i = 0; i < 100 && gw_maintain_vacuum_step(f->db, NULL) > 0; i++)
    ;
  assert_int_equal(fixture_int(f, "pragma freelist_count"), 0);
}

static void old_samples_go_in_steps_and_young_ones_stay(void **state) {
  Fixture *f = *state;
  fixture_exec(f, "with recursive n(i) as (select 1 union all select i + 1 from n where i < 700)"
                  " insert into sample select i, 'unit', 1, '{}' from n");
  assert_int_equal(gw_maintain_forget_samples(f->db, 600, NULL), 500); /* one step */
  assert_int_equal(gw_maintain_forget_samples(f->db, 600, NULL), 99);
  assert_int_equal(gw_maintain_forget_samples(f->db, 600, NULL), 0);
  assert_int_equal(fixture_int(f, "select count(*) from sample"), 101);
}

static void a_sample_has_the_units_and_what_does_not_see(void **state) {
  Fixture *f = *state;
  fixture_community(f);
  assert_true(gw_maintain_sample(f->db, 60, NULL));
  assert_true(gw_maintain_sample(f->db, 60, NULL)); /* the same minute twice is one */
  assert_int_equal(fixture_int(f, "select count(*) from sample where subject = 'unit'"), 1); /* one has a position */
  assert_int_equal(fixture_int(f, "select body = '{\"lost\":[2]}' from sample where subject = 'camera'"), 1);
  fixture_exec(f, "update camera set state = 'live'");
  assert_true(gw_maintain_sample(f->db, 120, NULL));
  assert_int_equal(fixture_int(f, "select body = '{}' from sample where subject = 'camera' and at_us = 120"), 1);
}

int main(void) {
#define FACT(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      FACT(a_backup_is_whole_and_its_pictures_are_there),
      FACT(a_picture_that_is_not_its_name_is_not_copied),
      FACT(a_backup_that_fails_leaves_nothing),
      FACT(a_checkpoint_empties_the_wal_unless_somebody_reads),
      FACT(free_pages_are_given_back_step_by_step),
      FACT(old_samples_go_in_steps_and_young_ones_stay),
      FACT(a_sample_has_the_units_and_what_does_not_see),
  };
  return cmocka_run_group_tests_name("backup", tests, NULL, NULL);
}
