/* Large files: under their name they are whole or not there, and what a kill left behind goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <utime.h>

#include "daemon/base/clock.h"
#include "daemon/base/token.h"
#include "daemon/ledger/ledger.h"
#include "daemon/net/files.h"
#include "daemon/net/files_private.h"
#include "daemon/store/db.h"
#include "daemon/store/file.h"
#include "daemon/store/journal.h"

typedef struct Store {
  char *dir, *media, *database;
  GwFiles *files;
  guint answers;
  char *hash;
  gsize bytes;
  GwCode code;
} Store;

static void start(Store *s) {
  s->files = gw_files_start(s->media, s->database, NULL);
  assert_non_null(s->files);
}

static int setup(void **state) {
  Store *s = g_new0(Store, 1);
  s->dir = g_dir_make_tmp("gw-files-XXXXXX", NULL);
  s->media = g_build_filename(s->dir, "media", NULL);
  s->database = g_build_filename(s->dir, "gridwarden.db", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GwDb) db = gw_db_open(s->database, GW_DB_WRITE, &error);
  if (!db)
    fail_msg("%s", error->message);
  *state = s;
  return 0;
}

static void remove_tree(const char *path) {
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  for (const char *name; dir && (name = g_dir_read_name(dir));) {
    g_autofree char *below = g_build_filename(path, name, NULL);
    remove_tree(below);
  }
  (void)g_remove(path);
}

static int teardown(void **state) {
  Store *s = *state;
  gw_files_free(s->files);
  remove_tree(s->dir);
  g_free(s->dir);
  g_free(s->media);
  g_free(s->database);
  g_free(s->hash);
  g_free(s);
  return 0;
}

static void on_answer(const char *hash, gsize bytes, const GError *error, gpointer user) {
  Store *s = user;
  s->answers++;
  g_free(s->hash);
  s->hash = g_strdup(hash);
  s->bytes = bytes;
  s->code = gw_error_code(error);
}

static gboolean give_up(gpointer user) {
  *(gboolean *)user = TRUE;
  return G_SOURCE_CONTINUE;
}

static void wait_for(Store *s, guint answers) {
  gboolean timed_out = FALSE;
  const guint limit = g_timeout_add(10000, give_up, &timed_out);
  while (s->answers < answers && !timed_out)
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(limit);
  assert_false(timed_out);
}

/* Names below the store, files alone. */
static guint count_files(const char *path, const char *like) {
  guint n = 0;
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  for (const char *name; dir && (name = g_dir_read_name(dir));) {
    g_autofree char *below = g_build_filename(path, name, NULL);
    n += g_file_test(below, G_FILE_TEST_IS_DIR) ? count_files(below, like) : strstr(name, like) != NULL;
  }
  return n;
}

static GBytes *piece(const char *head, gsize n) {
  char *bytes = g_malloc0(n);
  memcpy(bytes, head, strlen(head));
  if (strlen(head) == 0)
    memset(bytes, 'x', n);
  return g_bytes_new_take(bytes, n);
}

static void write_piece(Store *s, GwFileWriter *writer, const char *head, gsize n) {
  g_autoptr(GBytes) bytes = piece(head, n);
  const guint answers = s->answers;
  gw_files_write(writer, bytes, on_answer, s);
  wait_for(s, answers + 1);
}

#define MP4 "....ftypisom"

static void pieces_become_one_file_named_by_what_it_holds(void **state) {
  Store *s = *state;
  start(s);
  GwFileWriter *writer = gw_files_begin(s->files);
  write_piece(s, writer, MP4, 300000);
  write_piece(s, writer, "", 5);
  assert_int_equal(s->code, GW_CODE_OK);
  assert_int_equal(count_files(s->media, ".mp4"), 0); /* not before it is whole */
  gw_files_end(writer, on_answer, s);
  wait_for(s, 3);
  g_autofree char *path = gw_files_path(s->files, s->hash, "mp4"), *there = NULL;
  gsize n = 0;
  assert_true(g_file_get_contents(path, &there, &n, NULL));
  assert_int_equal(n, 300005);
  assert_int_equal(s->bytes, n);
  g_autofree char *hash = gw_hash_hex(there, n);
  assert_string_equal(s->hash, hash);
  assert_int_equal(count_files(s->media, ".new-"), 0);
}

static void what_is_dropped_leaves_nothing(void **state) {
  Store *s = *state;
  start(s);
  GwFileWriter *writer = gw_files_begin(s->files);
  write_piece(s, writer, MP4, 1000);
  assert_int_equal(count_files(s->media, ".new-"), 1);
  gw_files_drop(writer);
  GwFileWriter *open = gw_files_begin(s->files); /* and one that nobody ends */
  write_piece(s, open, MP4, 1000);
  g_clear_pointer(&s->files, gw_files_free);
  assert_int_equal(count_files(s->media, ""), 0);
}

static void what_is_no_mp4_or_too_large_is_refused(void **state) {
  Store *s = *state;
  start(s);
  GwFileWriter *writer = gw_files_begin(s->files);
  write_piece(s, writer, "<html>", 1000);
  assert_int_equal(s->code, GW_CODE_UNSUPPORTED);
  gw_files_end(writer, on_answer, s);
  wait_for(s, 2);
  assert_int_equal(s->code, GW_CODE_UNSUPPORTED);
  writer = gw_files_begin(s->files);
  write_piece(s, writer, MP4, GW_LIMIT_LARGE_FILE_BYTES);
  assert_int_equal(s->code, GW_CODE_OK);
  write_piece(s, writer, "", 1);
  assert_int_equal(s->code, GW_CODE_UNSUPPORTED);
  gw_files_drop(writer);
}

static void few_are_written_at_once(void **state) {
  Store *s = *state;
  start(s);
  GwFileWriter *writers[GW_LIMIT_FILE_WRITERS];
  for (int i = 0; i < GW_LIMIT_FILE_WRITERS; i++)
    assert_non_null(writers[i] = gw_files_begin(s->files));
  assert_null(gw_files_begin(s->files));
  gw_files_drop(writers[0]);
  assert_non_null(gw_files_begin(s->files));
}

/* A job that holds the file thread until the test lets it go. */
typedef struct Hold {
  GwFileJob job;
  GMutex lock;
} Hold;

static void hold_thread(GwFiles *files, GwFileJob *job) {
  Hold *hold = (Hold *)job;
  g_mutex_lock(&hold->lock);
  g_mutex_unlock(&hold->lock);
}

static void keep(gpointer unused) {
}

static void writer_that_ended_while_too_much_waited_takes_no_place_for_good(void **state) {
  Store *s = *state;
  start(s);
  static Hold hold = {.job = {hold_thread, NULL, keep}};
  GwFileWriter *writers[GW_LIMIT_FILE_WRITERS];
  for (int i = 0; i < GW_LIMIT_FILE_WRITERS; i++)
    assert_non_null(writers[i] = gw_files_begin(s->files));
  write_piece(s, writers[0], MP4, 1000);
  g_mutex_lock(&hold.lock);
  assert_true(gw_lane_push(s->files->lane, &hold));
  static Hold more = {.job = {hold_thread, NULL, keep}}; /* runs through */
  while (gw_lane_push(s->files->lane, &more)) {
  }
  const guint before = s->answers;
  gw_files_end(writers[0], on_answer, s);
  wait_for(s, before + 1);
  assert_int_equal(s->code, GW_CODE_BUSY);
  for (int i = 1; i < GW_LIMIT_FILE_WRITERS; i++)
    gw_files_drop(writers[i]);
  assert_null(gw_files_begin(s->files)); /* the thread has them still */
  g_mutex_unlock(&hold.lock);
  gw_files_remove(s->files, "cc", "png", NULL, NULL);
  while (gw_lane_length(s->files->lane) > 0)
    g_thread_yield();
  for (int i = 0; i < GW_LIMIT_FILE_WRITERS; i++)
    assert_non_null(gw_files_begin(s->files));
  gw_files_remove(s->files, "cc", "png", on_answer, s);
  wait_for(s, before + 2);
  assert_int_equal(count_files(s->media, ".new-"), 0); /* and leaves no half file */
}

static void make(Store *s, const char *folder, const char *name) {
  g_autofree char *dir = g_build_filename(s->media, folder, NULL), *path = g_build_filename(dir, name, NULL);
  assert_int_equal(g_mkdir_with_parents(dir, 0750), 0);
  assert_true(g_file_set_contents(path, "x", 1, NULL));
}

/* The database was in use just now. */
static void journal(Store *s) {
  g_autoptr(GwDb) db = gw_db_open(s->database, GW_DB_WRITE, NULL);
  GwJournalHead head;
  GwJournalRow row = {.at_us = gw_clock_real_us(), .boot_id = "b", .kind = "center.started", .subject = "center",
                      .subject_id = 1, .command_id = "", .body = json_object()};
  assert_true(gw_journal_load_head(db, &head, NULL));
  assert_true(gw_journal_append(db, &head, &row, NULL));
  json_decref(row.body);
}

/* The folder has clips that were made after this database was put aside. */
static void backup_that_was_brought_back_costs_no_proof(void **state) {
  Store *s = *state;
  g_autofree char *hash = g_strnfill(64, 'c'), *name = g_strconcat(hash, ".mp4", NULL);
  journal(s);
  make(s, "cc", name);
  g_autofree char *path = g_build_filename(s->media, "cc", name, NULL);
  const struct utimbuf hour_ago = {.modtime = time(NULL) - 3600};
  assert_int_equal(g_utime(path, (struct utimbuf *)&hour_ago), 0);
  make(s, "cc", ".new-1-1");
  start(s);
  gw_files_remove(s->files, hash, "png", on_answer, s); /* comes after the tidying */
  wait_for(s, 1);
  assert_int_equal(count_files(s->media, "cccc"), 1);
  assert_int_equal(count_files(s->media, ".new-"), 0);
}

static void what_a_kill_left_behind_goes_and_what_has_a_row_stays(void **state) {
  Store *s = *state;
  g_autofree char *named = g_strnfill(64, 'a'), *orphan = g_strnfill(64, 'b');
  g_autofree char *named_mp4 = g_strconcat(named, ".mp4", NULL), *orphan_mp4 = g_strconcat(orphan, ".mp4", NULL);
  g_autofree char *orphan_jpg = g_strconcat(orphan, ".jpg", NULL);
  {
    g_autoptr(GwDb) db = gw_db_open(s->database, GW_DB_WRITE, NULL);
    assert_true(gw_store_file_add(db, named, "mp4", 1, 0, 1, NULL));
  }
  make(s, "", ".new-1-1");
  make(s, "aa", ".new-1-2");
  make(s, "aa", named_mp4);
  make(s, "bb", orphan_mp4);
  make(s, "bb", orphan_jpg); /* perhaps of a database that is older than this folder */
  make(s, "bb", "notes.mp4"); /* nothing of ours */
  journal(s);
  start(s);
  gw_files_remove(s->files, orphan, "png", on_answer, s); /* comes after the tidying */
  wait_for(s, 1);
  assert_int_equal(count_files(s->media, ".new-"), 0);
  assert_int_equal(count_files(s->media, "aaaa"), 1);
  assert_int_equal(count_files(s->media, "bbbb"), 1);
  assert_int_equal(count_files(s->media, "notes.mp4"), 1);
}

static void what_nobody_wanted_goes_unless_a_row_names_it(void **state) {
  Store *s = *state;
  g_autofree char *named = g_strnfill(64, 'a'), *orphan = g_strnfill(64, 'b');
  g_autofree char *named_mp4 = g_strconcat(named, ".mp4", NULL), *orphan_mp4 = g_strconcat(orphan, ".mp4", NULL);
  {
    g_autoptr(GwDb) db = gw_db_open(s->database, GW_DB_WRITE, NULL);
    assert_true(gw_store_file_add(db, named, "mp4", 1, 0, 1, NULL));
  }
  start(s);
  gw_files_remove(s->files, orphan, "png", on_answer, s); /* the thread has tidied */
  wait_for(s, 1);
  make(s, "aa", named_mp4);
  make(s, "bb", orphan_mp4);
  gw_files_forget(s->files, named);
  gw_files_forget(s->files, orphan);
  gw_files_remove(s->files, orphan, "png", on_answer, s);
  wait_for(s, 2);
  assert_int_equal(count_files(s->media, "aaaa"), 1);
  assert_int_equal(count_files(s->media, "bbbb"), 0);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(pieces_become_one_file_named_by_what_it_holds),
      TEST(what_is_dropped_leaves_nothing),
      TEST(what_is_no_mp4_or_too_large_is_refused),
      TEST(few_are_written_at_once),
      TEST(writer_that_ended_while_too_much_waited_takes_no_place_for_good),
      TEST(what_a_kill_left_behind_goes_and_what_has_a_row_stays),
      TEST(backup_that_was_brought_back_costs_no_proof),
      TEST(what_nobody_wanted_goes_unless_a_row_names_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
