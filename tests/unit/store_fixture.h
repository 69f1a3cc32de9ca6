#pragma once
/* For tests of the store: a real database in a folder of its own, and a small community in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/store/db.h"

#define FIXTURE_NOW_US ((GwUsec)1795226400 * GW_SEC) /* 2026-11-21 10:00 in Shanghai */

typedef struct Fixture {
  char *folder, *path;
  GwDb *db; /* GW_DB_WRITE */
} Fixture;

static inline void must(gboolean ok, GError *error, const char *what) {
  if (!ok)
    fail_msg("%s: %s", what, error ? error->message : "failed");
}

static inline void fixture_exec(Fixture *f, const char *sql) {
  g_autoptr(GError) error = NULL;
  must(gw_db_exec(f->db, sql, &error), error, sql);
}

static inline gint64 fixture_int(Fixture *f, const char *sql) {
  sqlite3_stmt *stmt = NULL;
  assert_int_equal(sqlite3_prepare_v2(gw_db_handle(f->db), sql, -1, &stmt, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
  gint64 v = sqlite3_column_int64(stmt, 0);
  sqlite3_finalize(stmt);
  return v;
}

static inline int fixture_setup(void **state) {
  g_setenv("TZ", "Asia/Shanghai", TRUE);
  gw_clock_fake(FIXTURE_NOW_US);
  Fixture *f = g_new0(Fixture, 1);
  f->folder = g_dir_make_tmp("gw-store-XXXXXX", NULL);
  f->path = g_build_filename(f->folder, "center.db", NULL);
  g_autoptr(GError) error = NULL;
  f->db = gw_db_open(f->path, GW_DB_WRITE, &error);
  must(f->db != NULL, error, "open");
  *state = f;
  return 0;
}

static inline void fixture_remove(const char *path) {
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *inner = g_build_filename(path, name, NULL);
    if (g_file_test(inner, G_FILE_TEST_IS_DIR))
      fixture_remove(inner);
    else
      g_unlink(inner);
  }
  g_rmdir(path);
}

static inline int fixture_teardown(void **state) {
  Fixture *f = *state;
  gw_clock_unfake();
  gw_db_close(f->db);
  fixture_remove(f->folder);
  g_free(f->folder);
  g_free(f->path);
  g_free(f);
  return 0;
}

/* Everything one incident touches: a place, people, a unit, a camera, an alert with its ticket, a round, a shift.
 * Times are around FIXTURE_NOW_US. */
static inline void fixture_community(Fixture *f) {
  fixture_exec(f,
    "begin;"
    "insert into meta values ('center.name', '东旺疃监控指挥中心'), ('center.community', '东旺疃'), ('worker.camera', 'up');"
    "insert into text (id, salt, body) values (1, zeroblob(16), '李四'), (2, zeroblob(16), '13800001234'),"
    " (3, zeroblob(16), '2单元门前有人倒地'), (4, zeroblob(16), '张三');"
    "insert into place (id, code, name, kind, parent_id, lat, lon, outline, valid_from_us, valid_to_us) values"
    " (1, 'DWT', '东旺疃', 'community', null, 36.29, 120.38, '{\"type\":\"Polygon\",\"coordinates\":[]}', 1, null),"
    " (2, 'B12', '12号楼', 'building', 1, 36.291, 120.381, null, 1, null),"
    " (3, 'OLD', '旧网格', 'grid', 1, null, null, null, 1, 1000),"
    " (4, 'W1', '小路', 'way', 1, null, null, null, 1, null);"
    "insert into person (id, code, name_text_id, phone_text_id) values (1, 'P1', 1, 2), (2, 'P2', 4, null);"
    "insert into slot (id, code, name, place_id) values (1, 'S1', '网格长', 1);"
    "insert into slot_person values (1, 1, 5, null);"
    "insert into unit (id, code, name, kind, phone_text_id, radio_channel, on_duty, lat, lon, accuracy_m, position_at_us, presence)"
    " values (1, 'U1', '巡防一队', 'guard', 2, '5', 1, 36.29, 120.38, 8, 1795226390000000, 'visible'),"
    " (2, 'U2', '夕阳红', 'volunteer', null, '', 0, null, null, null, null, 'none');"
    "insert into unit_member values (1, 1), (1, 2);"
    "insert into user (id, name, role, display, unit_id, created_at_us) values (1, 'operator', 'operator', '王值机', null, 1),"
    " (2, 'patrol1', 'patrol', '', 1, 1);"
    "insert into camera (id, code, name, place_id, url, secret, state, cause, state_at_us) values"
    " (1, 'C-001', '东门', 2, 'rtsp://10.0.0.1/a', x'00', 'live', 'none', 5), (2, 'C-002', '西门', 2, 'rtsp://10.0.0.2/a', null, 'lost', 'silent', 6);"
    "insert into camera (id, code, name, url, removed_at_us) values (3, 'C-003', '拆除', 'rtsp://10.0.0.3/a', 7);"
    "insert into checkpoint (id, code, name, place_id, lat, lon, tag) values (1, 'K1', '南墙', 1, 36.2, 120.3, 'T1');"
    "insert into reader (id, name, secret, unit_id) values (1, 'R1', x'00', 1);"
    "insert into route (id, code, name, unit_id, plan) values (1, 'N1', '夜巡', 1, '{\"times\":[\"20:00\"]}');"
    "insert into route_point (route_id, idx, checkpoint_id, offset_s) values (1, 1, 1, 0);"
    "insert into round (id, route_id, unit_id, name, volunteer, ordered, state, planned_at_us, ends_at_us) values"
    " (1, 1, 1, '夜巡', 0, 0, 'STARTED', 1795226200000000, 1795227200000000),"
    " (2, 1, 2, '夜巡', 0, 0, 'COMPLETED', 1795071200000000, 1795072200000000);"
    "insert into round_point (id, round_id, idx, checkpoint_id, name, tag, lat, lon, radius_m, due_at_us, from_us, to_us, state, flags)"
    " values (1, 1, 1, 1, '南墙', 'T1', 36.2, 120.3, 30, 1795226500000000, 1795226200000000, 1795227100000000, 'DUE', '[\"no_fix\"]');"
    "insert into alert (id, code, rule_id, rule_version, key, category, priority, state, active, latched, subject, subject_id,"
    " place_id, camera_id, lat, lon, words_text_id, ticket_id, owner_id, reported_by, first_at_us, last_at_us, acked_at_us) values"
    " (1, 'A-20261121-0001', 1, 1, 'reported:1', 'fall', 2, 'ACKED', 1, 0, 'place', 2, 2, 1, 36.291, 120.381, 3, 1, 1, 2,"
    "  1795226300000000, 1795226300000000, 1795226310000000),"
    " (2, 'A-20261121-0002', 4, 1, 'camera_fault:2', 'camera_lost', 3, 'UNACKED', 1, 0, 'camera', 2, 2, 2, null, null, null, null, null, null,"
    "  1795226350000000, 1795226350000000, null);"
    "insert into alert (id, code, rule_id, rule_version, key, category, priority, state, active, latched, disposition, subject, subject_id,"
    " first_at_us, last_at_us, closed_at_us) values"
    " (3, 'A-20261120-0001', 1, 1, 'reported:1', 'fall', 2, 'NORM', 0, 0, 'false', 'place', 2, 1795071200000000, 1795071200000000, 1795072200000000);"
    "insert into ticket (id, code, kind, state, alert_id, category, priority, place_id, words_text_id, unit_id, dispatcher_id, candidates,"
    " origin_at_us, filed_at_us, dispatched_at_us, accepted_at_us) values"
    " (1, 'E-20261121-0001', 'E', 'ACCEPTED', 1, 'fall', 2, 2, 3, 1, 1,"
    "  '[{\"unit_id\":1,\"name\":\"巡防一队\",\"rank\":1,\"free\":true,\"reason\":\"free\",\"metres\":120.5,\"arrive_s\":95,\"way\":\"path\",\"position_age_s\":10}]',"
    "  1795226300000000, 1795226311000000, 1795226311000000, 1795226330000000),"
    " (2, 'F-20261121-0001', 'F', 'FILED', null, 'facility', 4, 2, null, null, null, '[]', 1795226200000000, 1795226200000000, null, null);"
    "update unit set ticket_id = 1 where id = 1;"
    "insert into ticket_file values (1, '" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" "', 'before', 1795226360000000, 2);"
    "insert into clock (ticket_id, kind, started_at_us, due_at_us, stopped_at_us) values"
    " (1, 'arrive', 1795226300000000, 1795226600000000, null), (1, 'accept', 1795226311000000, 1795226371000000, 1795226330000000);"
    "insert into outbox (id, channel, target, target_id, subject, subject_id, template, priority, state, queued_at_us) values"
    " (1, 'phone', 'unit', 1, 'ticket', 1, 'dispatch', 2, 'READ', 1795226311000000),"
    " (2, 'desk', 'role', 0, 'alert', 2, 'escalation', 3, 'QUEUED', 1795226360000000);"
    "insert into shift (id, kind, starts_at_us, ends_at_us) values (1, 'day', 1795219200000000, 1795262400000000);"
    "insert into watch (id, shift_id, user_id, seat, from_us) values (1, 1, 1, 1, 1795219200000000);"
    "commit");
}
