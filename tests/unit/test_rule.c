#include "tests/unit/core_facts.h"

#include <sqlite3.h>

#include "daemon/core/rule.h"

static void priorities_have_the_times_of_the_life_cycle(void **state) {
  static const struct {
    GwUsec ack_us, act_us, retone_us;
  } wanted[] = {
      {20 * GW_SEC, 60 * GW_SEC, 20 * GW_SEC},
      {60 * GW_SEC, 120 * GW_SEC, 60 * GW_SEC},
      {5 * GW_MIN, 15 * GW_MIN, 0},
      {30 * GW_MIN, 12 * GW_HOUR, 0},
  };
  for (int priority = 1; priority <= 4; priority++) {
    GwRule rule = {0};
    gw_rule_set_priority(&rule, priority);
    assert_int_equal(rule.priority, priority);
    assert_true(rule.ack_us == wanted[priority - 1].ack_us);
    assert_true(rule.act_us == wanted[priority - 1].act_us);
    assert_true(rule.retone_us == wanted[priority - 1].retone_us);
  }
}

static void what_people_report_people_end(void **state) {
  assert_true(gw_rule_kind_cleared_by_person(GW_RULE_REPORTED));
  assert_true(gw_rule_kind_cleared_by_person(GW_RULE_SOS));
  assert_true(gw_rule_kind_cleared_by_person(GW_RULE_OBSERVED));
  assert_false(gw_rule_kind_cleared_by_person(GW_RULE_CAMERA_FAULT));
  assert_false(gw_rule_kind_cleared_by_person(GW_RULE_POINT_MISSED));
}

static void run_migration(sqlite3 *db, const char *file) {
  g_autofree char *sql = NULL;
  assert_true(g_file_get_contents(file, &sql, NULL, NULL));
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* Both say how a fresh center behaves; a database made by the migrations must agree with the code.  Of a kind
 * with several rules it is the first, which selects nothing in particular. */
static void the_migrations_insert_these_very_rules(void **state) {
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
  run_migration(db, GW_SOURCE_DIR "/schema/001_center.sql");
  run_migration(db, GW_SOURCE_DIR "/schema/002_eyes.sql");
  sqlite3_stmt *rows = NULL;
  assert_int_equal(
      sqlite3_prepare_v2(db,
                         "select id, version, kind, priority, on_delay_us, off_delay_us, latched, ack_us,"
                         " act_us, retone_us, enabled from rule r where id = (select min(id) from rule"
                         " where kind = r.kind) order by id",
                         -1, &rows, NULL),
      SQLITE_OK);
  int n = 0;
  for (; sqlite3_step(rows) == SQLITE_ROW; n++) {
    GwRuleKind kind;
    assert_true(gw_rule_kind_from_string((const char *)sqlite3_column_text(rows, 2), &kind));
    GwRule rule = gw_rule_default(kind);
    assert_int_equal(rule.id, sqlite3_column_int64(rows, 0));
    assert_int_equal(rule.version, sqlite3_column_int(rows, 1));
    assert_int_equal(rule.priority, sqlite3_column_int(rows, 3));
    assert_true(rule.on_delay_us == sqlite3_column_int64(rows, 4));
    assert_true(rule.off_delay_us == sqlite3_column_int64(rows, 5));
    assert_int_equal(rule.latched, sqlite3_column_int(rows, 6));
    assert_true(rule.ack_us == sqlite3_column_int64(rows, 7));
    assert_true(rule.act_us == sqlite3_column_int64(rows, 8));
    assert_true(rule.retone_us == sqlite3_column_int64(rows, 9));
    assert_int_equal(rule.enabled, sqlite3_column_int(rows, 10));
  }
  assert_int_equal(n, GW_N_RULES);
  sqlite3_finalize(rows);
  sqlite3_close(db);
}

static void an_unknown_kind_is_unknown(void **state) {
  GwRuleKind kind = GW_RULE_SOS;
  assert_false(gw_rule_kind_from_string("flood", &kind));
  assert_int_equal(kind, GW_RULE_SOS);
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(priorities_have_the_times_of_the_life_cycle),
      FACT(what_people_report_people_end),
      FACT(the_migrations_insert_these_very_rules),
      FACT(an_unknown_kind_is_unknown),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
