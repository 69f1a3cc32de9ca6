#include "daemon/ledger/ledger.h"
#include "tests/unit/ledger_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define DISK "size=12m,mode=0700"
#define FILLER_BYTES (6 * 1024 * 1024)
#define RESERVE_BYTES (1024 * 1024)

/* A center on a small disk of its own, most of which somebody else's file takes. */
static int disk_setup(void **state) {
  char *folder = g_dir_make_tmp("gw-disk-XXXXXX", NULL);
  *state = NULL;
  if (mount("tmpfs", folder, "tmpfs", 0, DISK) < 0) {
    printf("skipped: a small disk cannot be mounted here: %s\n", g_strerror(errno));
    g_rmdir(folder);
    g_free(folder);
    return 0;
  }
  Center *c = center_new_in(folder);
  c->reserve = g_build_filename(folder, "reserve", NULL);
  c->reserve_bytes = RESERVE_BYTES;
  center_open(c);
  *state = c;
  return 0;
}

static int disk_teardown(void **state) {
  Center *c = *state;
  if (!c)
    return 0;
  center_close(c);
  umount2(c->folder, MNT_DETACH);
  int bad = bad_objects(c);
  center_free(c);
  return bad;
}

static char *filler_path(Center *c) {
  return g_build_filename(c->folder, "filler", NULL);
}

static void fill(Center *c) {
  g_autofree char *path = filler_path(c);
  int fd = open(path, O_CREAT | O_WRONLY, 0600);
  assert_true(fd >= 0);
  assert_int_equal(posix_fallocate(fd, 0, FILLER_BYTES), 0);
  close(fd);
}

static gint64 reserve_size(Center *c) {
  struct stat st;
  return stat(c->reserve, &st) == 0 ? st.st_blocks * 512 : -1;
}

/* An incident whose words take space. */
static json_t *wordy(void) {
  char words[1901];
  memset(words, 'x', sizeof words - 1);
  words[sizeof words - 1] = 0;
  return json_pack("{s:s, s:s}", "category", "order", "words", words);
}

/* Batches of 60 until one is refused; the ids that were acknowledged. */
static GArray *work_until_full(Center *c, guint *ret_refused) {
  enum { BATCH = 60 };
  GArray *acknowledged = g_array_new(FALSE, FALSE, sizeof(gint64));
  Answer answers[BATCH] = {0};
  *ret_refused = 0;
  for (int batch = 0; batch < 200 && *ret_refused == 0; batch++) {
    for (int i = 0; i < BATCH; i++)
      queue(c, &operator_1, NULL, "incident.open", wordy(), 0, &answers[i]);
    run(c);
    for (int i = 0; i < BATCH; i++) {
      gint64 id = json_integer_value(json_object_get(answers[i].result, "alert_id"));
      if (answers[i].code == GW_CODE_OK)
        g_array_append_val(acknowledged, id);
      else
        assert_int_equal(answers[i].code, GW_CODE_STORAGE);
      *ret_refused += answers[i].code != GW_CODE_OK;
      answer_clear(&answers[i]);
    }
  }
  return acknowledged;
}

static void assert_verifies(Center *c) {
  g_autoptr(GError) error = NULL;
  g_auto(GwVerifyReport) report = {0};
  g_autoptr(GwDb) db = gw_db_open(c->path, GW_DB_MAINTAIN, &error);
  must(db && gw_verify(db, NULL, NULL, NULL, &report, &error), error, "verify");
  if (report.sentence_en)
    fail_msg("%s", report.sentence_en);
}

static void a_disk_full_in_the_middle_of_a_batch_loses_nothing_acknowledged(void **state) {
  Center *c = *state;
  if (!c)
    skip();
  fill(c);
  guint refused = 0;
  g_autoptr(GArray) acknowledged = work_until_full(c, &refused);
  assert_true(acknowledged->len > 0);
  assert_int_equal(refused, 60); /* the whole batch, or none of it */
  assert_int_equal(count(c, "select count(*) from alert"), acknowledged->len);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'alert.raised'"), acknowledged->len);
  assert_string_equal(c->storage, "full");
  assert_false(gw_ledger_can_commit(c->ledger));
  assert_verifies(c);
}

static void the_reserve_lets_the_beginning_be_journaled(void **state) {
  Center *c = *state;
  if (!c)
    skip();
  assert_int_equal(reserve_size(c), RESERVE_BYTES);
  fill(c);
  guint refused = 0;
  g_array_unref(work_until_full(c, &refused));
  assert_int_equal(reserve_size(c), -1);
  assert_string_equal(
      text(c, "select json_extract(body, '$.state') from journal where kind = 'storage.fault'"), "full");
}

static void while_it_lasts_commands_get_a_sentence_and_workers_words_wait(void **state) {
  Center *c = *state;
  if (!c)
    skip();
  fill(c);
  guint refused = 0;
  g_array_unref(work_until_full(c, &refused));
  assert_int_equal(ask(c, &operator_1, "alert.ack", json_pack("{s:i}", "alert_id", 1)), GW_CODE_STORAGE);
  assert_string_equal(c->answer.zh, "磁盘已满，本次操作未记录。请清理空间后重试。");
  see(c, "camera.state", json_pack("{s:i, s:s, s:s}", "id", 1, "state", "lost", "cause", "silent"));
  assert_false(c->answer.came);
  assert_int_equal(gw_ledger_waiting(c->ledger), 1);
}

static void when_space_is_back_the_end_is_journaled_and_all_goes_on(void **state) {
  Center *c = *state;
  if (!c)
    skip();
  fill(c);
  guint refused = 0;
  g_array_unref(work_until_full(c, &refused));
  see(c, "camera.state", json_pack("{s:i, s:s, s:s}", "id", 1, "state", "lost", "cause", "silent"));
  wait_us(c, 3 * GW_SEC);
  assert_string_equal(c->storage, "full"); /* nobody made room yet */
  g_autofree char *path = filler_path(c);
  assert_int_equal(g_unlink(path), 0);
  wait_us(c, 3 * GW_SEC);
  assert_string_equal(c->storage, "ok");
  assert_true(gw_ledger_can_commit(c->ledger));
  assert_int_equal(reserve_size(c), RESERVE_BYTES);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'storage.back'"), 1);
  assert_true(c->answer.came); /* what the worker said meanwhile */
  assert_string_equal(text(c, "select state from camera"), "lost");
  say(c, &operator_1, "alert.ack", json_pack("{s:i}", "alert_id", 1));
  assert_publications_join(c);
  assert_verifies(c);
}

/* Writing past this offset of any file fails, as on a disk that has gone bad. */
static void limit_files(rlim_t bytes) {
  struct rlimit limit;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = MIN(bytes, limit.rlim_max);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_disk_that_refuses_writes_is_said_so_and_comes_back(void **state) {
  Center *c = *state;
  say(c, &operator_1, "incident.open", wordy());
  signal(SIGXFSZ, SIG_IGN);
  limit_files(4096);
  queue(c, &operator_1, NULL, "incident.open", wordy(), 0, &c->answer);
  run(c);
  limit_files(RLIM_INFINITY);
  assert_int_equal(c->answer.code, GW_CODE_STORAGE);
  assert_string_equal(c->storage, "read_only");
  assert_false(gw_ledger_can_commit(c->ledger));
  assert_int_equal(count(c, "select count(*) from alert"), 1);
  wait_us(c, 3 * GW_SEC);
  assert_string_equal(c->storage, "ok");
  say(c, &operator_1, "incident.open", wordy());
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      FACT(a_disk_full_in_the_middle_of_a_batch_loses_nothing_acknowledged),
      FACT(the_reserve_lets_the_beginning_be_journaled),
      FACT(while_it_lasts_commands_get_a_sentence_and_workers_words_wait),
      FACT(when_space_is_back_the_end_is_journaled_and_all_goes_on),
      cmocka_unit_test_setup_teardown(a_disk_that_refuses_writes_is_said_so_and_comes_back, center_setup,
                                      center_teardown),
  };
  return cmocka_run_group_tests_name("ledger_storage", tests, NULL, NULL);
}
