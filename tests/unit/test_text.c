/* Words that can be erased, passwords that can be opened with their key alone, numbers of the day, timers as rows. */
#include "tests/unit/store_fixture.h"
#include "daemon/store/meta.h"
#include "daemon/store/number.h"
#include "daemon/store/secret.h"
#include "daemon/store/text.h"
#include "daemon/store/timer.h"

#include <sys/stat.h>

static void words_come_back_and_none_is_no_row(void **state) {
  Fixture *f = *state;
  g_autoptr(GError) error = NULL;
  GwId id = gw_text_add(f->db, "李四", &error);
  g_autofree char *words = gw_text_get(f->db, id, &error);
  assert_string_equal(words, "李四");
  assert_int_equal(gw_text_add(f->db, "", &error) + gw_text_add(f->db, NULL, &error), 0);
  assert_null(gw_text_get(f->db, 0, &error));
  assert_null(error);
}

static void the_same_words_have_another_hash_each_time(void **state) {
  Fixture *f = *state;
  json_t *a = gw_text_ref(f->db, gw_text_add(f->db, "13800001234", NULL), NULL);
  json_t *b = gw_text_ref(f->db, gw_text_add(f->db, "13800001234", NULL), NULL);
  assert_string_not_equal(json_string_value(json_object_get(a, "text_hash")), json_string_value(json_object_get(b, "text_hash")));
  json_decref(a);
  json_decref(b);
}

static void references_are_filled_for_those_who_may_read(void **state) {
  Fixture *f = *state;
  g_autoptr(GError) error = NULL;
  GwId kept = gw_text_add(f->db, "清醒", NULL), erased = gw_text_add(f->db, "张三", NULL);
  json_t *body = json_pack("{s:{s:[o]}, s:o}", "a", "b", gw_text_ref(f->db, kept, NULL), "c", gw_text_ref(f->db, erased, NULL));
  assert_true(gw_text_erase(f->db, erased, &error));
  assert_true(gw_text_expand(f->db, body, &error));
  json_t *first = json_array_get(json_object_get(json_object_get(body, "a"), "b"), 0);
  assert_string_equal(json_string_value(json_object_get(first, "text")), "清醒");
  assert_true(json_is_null(json_object_get(json_object_get(body, "c"), "text")));
  assert_null(gw_text_ref(f->db, erased, &error));
  assert_int_equal(error->code, GW_CODE_NOT_FOUND);
  json_decref(body);
}

static void erased_words_are_nowhere_in_the_file(void **state) {
  Fixture *f = *state;
  GwId id = gw_text_add(f->db, "unmistakable-telephone-13800001234", NULL);
  fixture_exec(f, "pragma wal_checkpoint(truncate)");
  assert_true(gw_text_erase(f->db, id, NULL));
  fixture_exec(f, "pragma wal_checkpoint(truncate)");
  g_autofree char *data = NULL;
  gsize bytes;
  g_file_get_contents(f->path, &data, &bytes, NULL);
  assert_null(memmem(data, bytes, "unmistakable", 12));
}

static void a_name_is_masked_by_characters(void **state) {
  g_autofree char *a = gw_text_mask("欧阳锋"), *b = gw_text_mask(NULL), *c = gw_text_mask("");
  assert_string_equal(a, "欧**");
  assert_string_equal(b, "");
  assert_string_equal(c, "");
}

static void a_password_opens_with_its_own_key_alone(void **state) {
  Fixture *f = *state;
  g_autofree char *path = g_build_filename(f->folder, "key", NULL), *other_path = g_build_filename(f->folder, "other", NULL);
  g_autoptr(GError) error = NULL;
  assert_null(gw_secret_load(path, FALSE, &error));
  g_clear_error(&error);
  g_autoptr(GwSecret) made = gw_secret_load(path, TRUE, &error);
  g_autoptr(GwSecret) again = gw_secret_load(path, FALSE, &error);
  g_autoptr(GwSecret) other = gw_secret_load(other_path, TRUE, &error);
  must(made && again && other, error, "keys");
  gsize bytes, plain_bytes;
  g_autofree guint8 *sealed = gw_secret_seal(made, "admin:12345", 11, &bytes);
  assert_null(memmem(sealed, bytes, "12345", 5));
  char *plain = gw_secret_open(again, sealed, bytes, &plain_bytes, &error);
  assert_string_equal(plain, "admin:12345");
  gw_secret_wipe(plain, plain_bytes);
  assert_null(gw_secret_open(other, sealed, bytes, &plain_bytes, &error));
  assert_non_null(error);
  g_clear_error(&error);
  sealed[bytes - 1] ^= 1;
  assert_null(gw_secret_open(made, sealed, bytes, &plain_bytes, &error));
  assert_null(gw_secret_open(made, sealed, 3, &plain_bytes, NULL));
  assert_null(gw_secret_open(made, NULL, 0, &plain_bytes, NULL));
}

static void a_key_file_is_for_its_owner_alone(void **state) {
  Fixture *f = *state;
  g_autofree char *path = g_build_filename(f->folder, "key", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GwSecret) made = gw_secret_load(path, TRUE, &error);
  struct stat st;
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  assert_int_equal(g_chmod(path, 0640), 0);
  assert_null(gw_secret_load(path, TRUE, &error));
  assert_non_null(strstr(error->message, "chmod 600"));
  g_clear_error(&error);
  g_file_set_contents(path, "short", 5, NULL);
  g_chmod(path, 0600);
  assert_null(gw_secret_load(path, TRUE, &error)); /* never overwritten */
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_size, 5);
}

static void numbers_begin_anew_with_each_local_day(void **state) {
  Fixture *f = *state;
  GwUsec midnight_us = (GwUsec)1795190400 * GW_SEC; /* 2026-11-21 00:00 in Shanghai, 16:00 UTC the day before */
  g_autofree char *last = gw_number_next(f->db, 'A', midnight_us - 1, NULL), *a = gw_number_next(f->db, 'A', midnight_us, NULL),
                  *b = gw_number_next(f->db, 'A', midnight_us + GW_HOUR, NULL), *e = gw_number_next(f->db, 'E', midnight_us, NULL);
  assert_string_equal(last, "A-20261120-0001");
  assert_string_equal(a, "A-20261121-0001");
  assert_string_equal(b, "A-20261121-0002");
  assert_string_equal(e, "E-20261121-0001");
}

static void a_number_that_was_rolled_back_comes_again(void **state) {
  Fixture *f = *state;
  fixture_exec(f, "begin");
  g_autofree char *a = gw_number_next(f->db, 'A', FIXTURE_NOW_US, NULL);
  fixture_exec(f, "rollback");
  g_autofree char *b = gw_number_next(f->db, 'A', FIXTURE_NOW_US, NULL);
  assert_string_equal(a, b);
}

static void a_timer_is_one_row_that_moves(void **state) {
  Fixture *f = *state;
  assert_int_equal(gw_timer_next_due_us(f->db, NULL), 0);
  assert_true(gw_timer_set(f->db, "alert.ack", "alert", 1, 1, 500, FALSE, NULL));
  assert_true(gw_timer_set(f->db, "alert.ack", "alert", 1, 1, 300, FALSE, NULL));
  assert_true(gw_timer_set(f->db, "alert.ack", "alert", 1, 2, 400, FALSE, NULL));
  assert_true(gw_timer_set(f->db, "round.open", "round", 1, 0, 350, TRUE, NULL));
  assert_int_equal(gw_timer_next_due_us(f->db, NULL), 300);
  g_autoptr(GPtrArray) due = gw_timer_due(f->db, 360, 10, NULL), first = gw_timer_due(f->db, 1000, 1, NULL);
  assert_int_equal(due->len, 2);
  assert_int_equal(first->len, 1);
  GwTimerRow *row = due->pdata[0];
  assert_string_equal(row->kind, "alert.ack");
  assert_int_equal(row->arg, 1);
  assert_true(gw_timer_shift(f->db, 1000, FALSE, NULL)); /* the wall clock was set: the calendar's stays */
  assert_int_equal(gw_timer_next_due_us(f->db, NULL), 350);
  assert_false(gw_timer_delete(f->db, row, NULL)); /* moved meanwhile: not this one any more */
  assert_true(gw_timer_delete(f->db, due->pdata[1], NULL));
  assert_true(gw_timer_cancel(f->db, "alert.ack", "alert", 1, -1, NULL));
  assert_true(gw_timer_cancel(f->db, "alert.ack", "alert", 1, 1, NULL));
  assert_int_equal(gw_timer_next_due_us(f->db, NULL), 0);
}

static void facts_are_kept_by_key_and_the_centers_rev_counts(void **state) {
  Fixture *f = *state;
  assert_null(gw_meta_get(f->db, "center.name", NULL));
  assert_true(gw_meta_set(f->db, "center.name", "东旺疃", NULL));
  assert_true(gw_meta_set(f->db, "center.name", "西旺疃", NULL));
  g_autofree char *name = gw_meta_get(f->db, "center.name", NULL);
  assert_string_equal(name, "西旺疃");
  assert_int_equal(gw_meta_bump_center(f->db, NULL), 2);
  assert_int_equal(gw_meta_bump_center(f->db, NULL), 3);
}

int main(void) {
#define FACT(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      FACT(words_come_back_and_none_is_no_row),
      FACT(the_same_words_have_another_hash_each_time),
      FACT(references_are_filled_for_those_who_may_read),
      FACT(erased_words_are_nowhere_in_the_file),
      FACT(a_name_is_masked_by_characters),
      FACT(a_password_opens_with_its_own_key_alone),
      FACT(a_key_file_is_for_its_owner_alone),
      FACT(numbers_begin_anew_with_each_local_day),
      FACT(a_number_that_was_rolled_back_comes_again),
      FACT(a_timer_is_one_row_that_moves),
      FACT(facts_are_kept_by_key_and_the_centers_rev_counts),
  };
  return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
