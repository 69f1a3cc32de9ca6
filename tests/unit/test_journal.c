/* The chain: numbers without a gap, a hash that anyone can recompute, and a proof that notices one byte. */
#include "tests/unit/store_fixture.h"
#include "daemon/store/journal.h"
#include "daemon/store/sign.h"
#include "daemon/store/text.h"
#include "daemon/store/timer.h"
#include "daemon/store/verify.h"

#include <sodium.h>

static gint64 append(Fixture *f, GwJournalHead *head, gint64 txn, json_t *body) {
  g_autoptr(GError) error = NULL;
  GwJournalRow row = {.txn = txn, .at_us = FIXTURE_NOW_US, .boot_id = "b007", .mono_us = 7, .kind = "camera.lost",
                      .subject = "camera", .subject_id = 2, .rev = 3, .place_id = 4, .severity = 1, .actor_id = 5,
                      .on_behalf_id = 6, .command_id = "c0ffee", .body = body};
  must(gw_journal_append(f->db, head, &row, &error), error, "append");
  json_decref(body);
  return row.seq;
}

static void fill(Fixture *f, GwJournalHead *head, int n) {
  fixture_exec(f, "begin immediate");
  for (int i = 0; i < n; i++)
    append(f, head, 0, json_pack("{s:i, s:s}", "n", i, "a", "值"));
  fixture_exec(f, "commit");
}

static GwVerifyReport verify(GwDb *db, const char *public_hex) {
  GwVerifyReport report;
  g_autoptr(GError) error = NULL;
  must(gw_verify(db, public_hex, NULL, NULL, &report, &error), error, "verify");
  return report;
}

static void assert_whole(Fixture *f, gint64 rows) {
  g_auto(GwVerifyReport) report = verify(f->db, NULL);
  if (report.sentence_en)
    fail_msg("%s", report.sentence_en);
  assert_int_equal(report.rows, rows);
}

static void assert_broken(Fixture *f, gint64 seq, const char *word) {
  g_auto(GwVerifyReport) report = verify(f->db, NULL);
  assert_non_null(report.sentence_en);
  assert_non_null(report.sentence_zh);
  assert_int_equal(report.broken_seq, seq);
  if (!strstr(report.sentence_en, word))
    fail_msg("\"%s\" does not say \"%s\"", report.sentence_en, word);
}

/* As schema/README.md defines it, written down a second time. */
static void the_hash_is_as_documented(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  append(f, &head, 0, json_pack("{s:i, s:i}", "b", 2, "a", 1));
  static const char *const fields[] = {"1", "1", "1795226400000000", "b007", "7", "camera.lost", "camera", "2", "3", "4",
                                       "1", "5", "6", "c0ffee", "{\"a\":1,\"b\":2}"};
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  guint8 zeros[32] = {0}, expected[32];
  g_byte_array_append(bytes, zeros, sizeof zeros);
  for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
    guint8 length[4] = {0, 0, 0, (guint8)strlen(fields[i])};
    g_byte_array_append(bytes, length, 4);
    g_byte_array_append(bytes, (const guint8 *)fields[i], (guint)strlen(fields[i]));
  }
  crypto_generichash(expected, sizeof expected, bytes->data, bytes->len, NULL, 0);
  assert_memory_equal(head.hash, expected, sizeof expected);
}

static void numbers_have_no_gap_over_a_rollback(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  fill(f, &head, 3);
  fixture_exec(f, "begin immediate");
  GwJournalHead kept = head;
  append(f, &head, 0, json_object());
  fixture_exec(f, "rollback");
  assert_int_equal(head.seq, 4);
  assert_true(gw_journal_load_head(f->db, &head, NULL));
  assert_int_equal(head.seq, 3);
  assert_memory_equal(&head, &kept, sizeof head);
  assert_int_equal(append(f, &head, 0, json_object()), 4);
  assert_int_equal(append(f, &head, 4, json_object()), 5); /* the same transaction */
  assert_whole(f, 5);
}

static void time_never_goes_back(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {.at_us = FIXTURE_NOW_US + GW_HOUR};
  append(f, &head, 0, json_object());
  assert_int_equal(fixture_int(f, "select at_us from journal"), FIXTURE_NOW_US + GW_HOUR);
}

static void a_body_that_is_no_object_is_refused_and_moves_nothing(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  g_autoptr(GError) error = NULL;
  GwJournalRow row = {.kind = "x", .subject = "y", .body = json_null()};
  assert_false(gw_journal_append(f->db, &head, &row, &error));
  assert_int_equal(error->code, GW_CODE_INTERNAL);
  assert_int_equal(head.seq, 0);
}

static void every_change_of_a_row_is_named_by_its_seq(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  fill(f, &head, 5000); /* more than two pages */
  assert_whole(f, 5000);
  static const char *const changes[] = {
      "update journal set body = '{\"a\":\"值\",\"n\":9}' where seq = 4321", "update journal set at_us = at_us + 1 where seq = 4321",
      "update journal set actor_id = 6 where seq = 4321", "update journal set kind = 'camera.live' where seq = 4321",
      "update journal set hash = zeroblob(32) where seq = 4321", "update journal set command_id = '' where seq = 4321",
      "update journal set kind = kind || cast(x'00' as text) || 'x' where seq = 4321",
      "update journal set txn = 17 where seq = 4321"};
  for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
    fixture_exec(f, "begin");
    fixture_exec(f, changes[i]);
    assert_broken(f, 4321, "4321");
    fixture_exec(f, "rollback");
  }
}

static void a_row_cut_out_is_missing(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  fill(f, &head, 10);
  fixture_exec(f, "delete from journal where seq = 6");
  assert_broken(f, 6, "missing");
}

/* Somebody who writes a chain of his own, hashes and all, still has to keep its rules. */
static void a_forged_row_that_breaks_a_rule_is_noticed(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  fill(f, &head, 3);
  GwJournalHead forged = head;
  forged.at_us = 0;
  GwJournalRow row = {.at_us = FIXTURE_NOW_US - 1, .kind = "k", .subject = "s", .body = json_object()};
  assert_true(gw_journal_append(f->db, &forged, &row, NULL));
  assert_broken(f, 4, "earlier");
  fixture_exec(f, "delete from journal where seq = 4");
  row.txn = 2; /* a transaction that was over */
  row.at_us = FIXTURE_NOW_US;
  assert_true(gw_journal_append(f->db, &head, &row, NULL));
  assert_broken(f, 4, "transaction");
  json_decref(row.body);
}

/* The promise of issue 2: a copy of the file with one byte of the journal changed. */
static void one_byte_of_the_file_is_noticed(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  fill(f, &head, 300);
  fixture_exec(f, "pragma journal_mode = delete");
  g_clear_pointer(&f->db, gw_db_close);
  g_autofree char *data = NULL;
  gsize bytes;
  g_file_get_contents(f->path, &data, &bytes, NULL);
  const char *mark = "{\"a\":\"值\",\"n\":123}";
  char *found = memmem(data, bytes, mark, strlen(mark));
  assert_non_null(found);
  found[10] ^= 1;
  g_file_set_contents(f->path, data, (gssize)bytes, NULL);
  g_autoptr(GError) error = NULL;
  f->db = gw_db_open(f->path, GW_DB_MAINTAIN, &error);
  must(f->db != NULL, error, "open");
  assert_broken(f, 124, "not as it was written");
}

/* Any byte of any page that belongs to the journal: never "all is well". */
static void no_byte_of_the_journals_pages_goes_unnoticed(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  fill(f, &head, 120);
  gint64 page_bytes = fixture_int(f, "pragma page_size"), root = fixture_int(f, "select rootpage from sqlite_schema where name = 'journal'");
  fixture_exec(f, "pragma journal_mode = delete");
  g_clear_pointer(&f->db, gw_db_close);
  g_autofree char *data = NULL;
  gsize bytes;
  g_file_get_contents(f->path, &data, &bytes, NULL);
  guint8 *page = (guint8 *)data + (root - 1) * page_bytes; /* an interior page: its cells lead to leaves */
  guint8 *leaf = (guint8 *)data + ((((guint32)page[8] << 24) | ((guint32)page[9] << 16) | ((guint32)page[10] << 8) | page[11]) - 1) * (gsize)page_bytes;
  assert_int_equal(leaf[0], 13); /* a table's leaf */
  gsize first = ((gsize)leaf[5] << 8) | leaf[6];
  for (gsize at = first; at < (gsize)page_bytes; at += 37) {
    leaf[at] ^= 0x20;
    g_file_set_contents(f->path, data, (gssize)bytes, NULL);
    leaf[at] ^= 0x20;
    g_autoptr(GError) error = NULL;
    g_autoptr(GwDb) db = gw_db_open(f->path, GW_DB_MAINTAIN, &error);
    g_auto(GwVerifyReport) report = {0};
    if (db && gw_verify(db, NULL, NULL, NULL, &report, &error) && !report.sentence_en)
      fail_msg("byte %zu of the leaf was changed and nobody noticed", at);
  }
}

static void words_that_were_exchanged_are_noticed_and_erased_ones_are_not(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  g_autoptr(GError) error = NULL;
  GwId id = gw_text_add(f->db, "老人清醒", &error);
  append(f, &head, 0, json_pack("{s:o}", "words", gw_text_ref(f->db, id, &error)));
  assert_whole(f, 1);
  fixture_exec(f, "savepoint s; update text set body = '老人昏迷'");
  assert_broken(f, 1, "words");
  fixture_exec(f, "rollback to s; release s");
  assert_true(gw_text_erase(f->db, id, &error));
  assert_whole(f, 1);
  assert_int_equal(fixture_int(f, "select body is null and salt = zeroblob(16) from text"), 1);
}

static void what_tables_owe_each_other_is_checked(void **state) {
  Fixture *f = *state;
  fixture_community(f);
  assert_whole(f, 0);
  static const struct { const char *change, *word; } faults[] = {
      {"insert into timer (due_at_us, kind, subject, subject_id, basis) values (1, 'alert.ack', 'alert', 77, 'duration')", "timer"},
      {"update unit set ticket_id = 2 where id = 1", "unit"},
      {"update alert set ticket_id = 99 where id = 1", "ticket"},
      {"drop index alert_open_key; insert into alert (code, rule_id, rule_version, key, category, priority, state, active, latched,"
       " subject, subject_id, first_at_us, last_at_us) values ('z', 1, 1, 'reported:1', 'fall', 2, 'UNACKED', 1, 0, 'place', 2, 1, 1)", "same key"}};
  for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
    fixture_exec(f, "begin");
    fixture_exec(f, faults[i].change);
    assert_broken(f, 0, faults[i].word);
    fixture_exec(f, "rollback");
  }
  fixture_exec(f, "pragma foreign_keys = off");
  fixture_exec(f, "update camera set place_id = 4711 where id = 1");
  assert_broken(f, 0, "camera");
}

static void sign(Fixture *f, GwSigner *signer, GwJournalHead *head) {
  GwJournalRow row = {.at_us = FIXTURE_NOW_US, .kind = GW_SIGNED_KIND, .subject = "journal", .body = gw_journal_sign_head(signer, head)};
  assert_true(gw_journal_append(f->db, head, &row, NULL));
  json_decref(row.body);
}

static void a_signed_head_proves_the_key(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  g_autofree char *path = g_build_filename(f->folder, "sign.key", NULL), *other_path = g_build_filename(f->folder, "other.key", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GwSigner) signer = gw_signer_load(path, TRUE, &error);
  g_autoptr(GwSigner) other = gw_signer_load(other_path, TRUE, &error);
  assert_null(gw_signer_load("/nowhere/at/all", FALSE, NULL));
  fill(f, &head, 5);
  sign(f, signer, &head);
  g_autofree char *public = gw_signer_public_hex(signer), *wrong = gw_signer_public_hex(other);
  g_auto(GwVerifyReport) good = verify(f->db, public), bad = verify(f->db, wrong);
  assert_null(good.sentence_en);
  assert_int_equal(good.signatures, 1);
  assert_int_equal(bad.broken_seq, 6);
  /* Whoever rewrites the chain and has no key cannot make the signature fit. */
  fixture_exec(f, "delete from journal where seq = 6");
  assert_true(gw_journal_load_head(f->db, &head, NULL));
  GwJournalHead lie = head;
  lie.seq = 4;
  GwJournalRow row = {.at_us = FIXTURE_NOW_US, .kind = GW_SIGNED_KIND, .subject = "journal", .body = gw_journal_sign_head(signer, &lie)};
  assert_true(gw_journal_append(f->db, &head, &row, NULL));
  json_decref(row.body);
  assert_broken(f, 6, "signature");
}

static gboolean stop(gint64 seq, gint64 last, gpointer user) {
  return ++*(int *)user < 2;
}

static void a_walk_can_be_stopped(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  fill(f, &head, 5000);
  g_auto(GwVerifyReport) report = {0};
  g_autoptr(GError) error = NULL;
  int calls = 0;
  assert_false(gw_verify(f->db, NULL, stop, &calls, &report, &error));
  assert_int_equal(error->code, GW_CODE_BUSY);
  assert_int_equal(report.rows, 4000);
}

int main(void) {
#define FACT(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      FACT(the_hash_is_as_documented),
      FACT(numbers_have_no_gap_over_a_rollback),
      FACT(time_never_goes_back),
      FACT(a_body_that_is_no_object_is_refused_and_moves_nothing),
      FACT(every_change_of_a_row_is_named_by_its_seq),
      FACT(a_row_cut_out_is_missing),
      FACT(a_forged_row_that_breaks_a_rule_is_noticed),
      FACT(one_byte_of_the_file_is_noticed),
      FACT(no_byte_of_the_journals_pages_goes_unnoticed),
      FACT(words_that_were_exchanged_are_noticed_and_erased_ones_are_not),
      FACT(what_tables_owe_each_other_is_checked),
      FACT(a_signed_head_proves_the_key),
      FACT(a_walk_can_be_stopped),
  };
  return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
