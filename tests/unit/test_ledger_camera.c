/* Cameras in the ledger: commands, states, faults, dead workers. */
#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "daemon/store/camera.h"
#include "daemon/store/secret.h"
#include "tests/unit/field_fixture.h"

static GwId add_camera(Field *f, const char *code, GwId place_id) {
  json_t *args = json_pack("{s:s, s:s, s:s, s:I}", "code", code, "name", "东门", "url", "rtsp://192.0.2.1/1",
                           "place_id", (json_int_t)place_id);
  field_ok(f, 1, "camera.add", args);
  return json_integer_value(json_object_get(f->result, "camera_id"));
}

static void say(Field *f, GwId id, const char *state, const char *cause) {
  json_t *body = json_pack("{s:I, s:s, s:s, s:I}", "id", (json_int_t)id, "state", state, "cause", cause,
                           "at_us", (json_int_t)gw_clock_real_us());
  assert_int_equal(field_observe(f, "camera.state", body, NULL), GW_CODE_OK);
}

static gint64 open_alerts(Field *f) {
  return field_int(f, "select count(*) from alert where state <> 'NORM'");
}

static void credentials_leave_the_address_and_are_sealed(void **state) {
  Field *f = *state;
  json_t *args = json_pack("{s:s, s:s, s:s}", "code", "C-1", "name", "东门", "url",
                           "rtsp://ad%40min:s%3Acret@192.0.2.1:554/1");
  field_ok(f, 1, "camera.add", args);
  field_assert_text(f, "select url from camera", "rtsp://192.0.2.1:554/1");
  field_assert_text(f, "select user_name from camera", "ad@min");
  g_autoptr(GwSecret) secret = gw_secret_load(f->key_file, FALSE, NULL);
  g_auto(GwCameraRow) row = {0};
  assert_true(gw_store_camera_get(f->db, 1, &row, NULL));
  gsize sealed_bytes = 0, bytes = 0;
  const guint8 *sealed = g_bytes_get_data(row.secret, &sealed_bytes);
  char *plain = gw_secret_open(secret, sealed, sealed_bytes, &bytes, NULL);
  assert_string_equal(plain, "s:cret");
  gw_secret_wipe(plain, bytes);
  assert_non_null(field_effect(f, "camera.set"));
  assert_int_equal(
      field_int(f, "select count(*) from journal where instr(body, 's:cret') or instr(body, 's%3A')"), 0);
}

static void bad_addresses_and_taken_codes_are_refused(void **state) {
  Field *f = *state;
  const char *bad[] = {"http://192.0.2.1/1", "rtsp:///1xx", "rtsp://u:p@/1", "rtsp://u:%zz@h/1"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_int_equal(field_command(f, 1, "camera.add",
                                   json_pack("{s:s, s:s, s:s}", "code", "C-1", "name", "x", "url", bad[i])),
                     GW_CODE_BAD_ARGS);
  add_camera(f, "C-1", 2);
  assert_int_equal(
      field_command(f, 1, "camera.add",
                    json_pack("{s:s, s:s, s:s}", "code", "C-1", "name", "x", "url", "rtsp://h/1")),
      GW_CODE_BAD_ARGS);
  assert_int_equal(field_command(f, 1, "camera.add",
                                 json_pack("{s:s, s:s, s:s, s:i}", "code", "C-2", "name", "x", "url",
                                           "rtsp://h/1", "place_id", 99)),
                   GW_CODE_NOT_FOUND);
  assert_int_equal(
      field_command(f, 3, "camera.add",
                    json_pack("{s:s, s:s, s:s}", "code", "C-3", "name", "x", "url", "rtsp://h/1")),
      GW_CODE_FORBIDDEN);
  assert_int_equal(field_int(f, "select count(*) from camera"), 1);
}

static void fault_becomes_an_alert_after_30_s_and_ends_by_itself(void **state) {
  Field *f = *state;
  const GwId id = add_camera(f, "C-1", 2), other = add_camera(f, "C-2", 1);
  say(f, id, "live", "none");
  say(f, other, "live", "none");
  say(f, id, "lost", "closed");
  field_pass(f, 29 * GW_SEC);
  assert_int_equal(open_alerts(f), 0);
  field_pass(f, 2 * GW_SEC);
  assert_int_equal(open_alerts(f), 1);
  field_assert_text(f, "select category from alert", "camera_lost");
  assert_int_equal(field_int(f, "select priority from alert"), 4);
  assert_int_equal(field_int(f, "select camera_id from alert"), id);
  say(f, id, "live", "none");
  field_pass(f, 31 * GW_SEC);
  assert_int_equal(field_int(f, "select active from alert"), 0);
}

static void short_fault_raises_nothing(void **state) {
  Field *f = *state;
  const GwId id = add_camera(f, "C-1", 2);
  say(f, id, "lost", "closed");
  field_pass(f, 10 * GW_SEC);
  say(f, id, "connecting", "starting");
  say(f, id, "live", "none");
  field_pass(f, GW_MIN);
  assert_int_equal(field_int(f, "select count(*) from alert"), 0);
}

static void last_camera_of_a_grid_is_graver(void **state) {
  Field *f = *state;
  const GwId one = add_camera(f, "C-1", 2), two = add_camera(f, "C-2", 1);
  say(f, one, "live", "none");
  say(f, two, "live", "none");
  say(f, one, "lost", "closed");
  field_pass(f, 5 * GW_SEC);
  say(f, two, "stalled", "no_packets");
  field_pass(f, 40 * GW_SEC);
  assert_int_equal(field_int(f, "select priority from alert where camera_id = 1"), 4);
  assert_int_equal(field_int(f, "select priority from alert where camera_id = 2"), 3);
}

/* A tree whose lowest areas are grid groups: one building's only camera blinds no grid while another sees. */
static void a_building_with_one_camera_is_not_a_grid(void **state) {
  Field *f = *state;
  field_exec(f, "update place set kind = 'group' where id = 1");
  field_exec(f, "insert into place (id, code, name, kind, parent_id, valid_from_us) values (30, 'B30', '30号楼', 'building', 1, 0)");
  const GwId one = add_camera(f, "C-1", 2), two = add_camera(f, "C-2", 30);
  say(f, one, "live", "none");
  say(f, two, "live", "none");
  say(f, one, "lost", "closed");
  field_pass(f, 40 * GW_SEC);
  assert_int_equal(field_int(f, "select priority from alert where camera_id = 1"), 4);
}

static void full_recorder_is_not_a_lost_camera(void **state) {
  Field *f = *state;
  const GwId id = add_camera(f, "C-1", 2);
  say(f, id, "lost", "recorder_full");
  field_pass(f, 31 * GW_SEC);
  field_assert_text(f, "select category from alert", "recorder_full");
}

static void seventh_state_of_a_minute_is_summed(void **state) {
  Field *f = *state;
  const GwId id = add_camera(f, "C-1", 2); /* its own row is the first of the minute */
  for (int i = 0; i < 20; i++)
    say(f, id, i % 2 ? "live" : "connecting", i % 2 ? "none" : "starting");
  assert_int_equal(field_int(f, "select count(*) from journal where kind = 'camera.state'"), 5);
  assert_int_equal(field_int(f, "select rev from camera"), 21);
  field_pass(f, 61 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from journal where kind = 'camera.states_summed'"), 1);
  assert_int_equal(
      field_int(f, "select json_extract(body, '$.changes') from journal where kind = 'camera.states_summed'"),
      15);
}

static void same_state_again_changes_nothing(void **state) {
  Field *f = *state;
  const GwId id = add_camera(f, "C-1", 2);
  say(f, id, "live", "none");
  const gint64 rev = field_int(f, "select rev from camera"),
               rows = field_int(f, "select count(*) from journal");
  say(f, id, "live", "none");
  assert_int_equal(field_int(f, "select rev from camera"), rev);
  assert_int_equal(field_int(f, "select count(*) from journal"), rows);
}

static void dead_worker_leaves_cameras_unknown(void **state) {
  Field *f = *state;
  const GwId id = add_camera(f, "C-1", 2);
  field_workers_up(f);
  say(f, id, "live", "none");
  field_forget(f);
  assert_int_equal(
      field_observe(f, "worker.down", json_pack("{s:s, s:s}", "job", "cameras", "cause", "killed"), NULL),
      GW_CODE_OK);
  json_t *camera = field_put(f, "camera", id);
  assert_string_equal(json_string_value(json_object_get(camera, "state")), "unknown");
  assert_string_equal(json_string_value(json_object_get(camera, "cause")), "worker_gone");
  assert_string_equal(json_string_value(json_object_get(field_put(f, "center", 1), "camera_worker")), "down");
  field_pass(f, 3 * GW_SEC);
  assert_int_equal(field_observe(f, "worker.up", json_pack("{s:s}", "job", "cameras"), NULL), GW_CODE_OK);
  field_pass(f, 10 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from alert"), 0); /* back before the on-delay */
  assert_int_equal(field_int(f, "select count(*) from journal where kind = 'worker.down'"), 1);
}

static void worker_that_stays_away_raises_one_alert(void **state) {
  Field *f = *state;
  add_camera(f, "C-1", 2);
  field_workers_up(f);
  for (int i = 0; i < 3; i++)
    assert_int_equal(
        field_observe(f, "worker.down", json_pack("{s:s, s:s}", "job", "cameras", "cause", "x"), NULL),
        GW_CODE_OK);
  field_pass(f, 6 * GW_SEC);
  assert_int_equal(open_alerts(f), 1);
  field_assert_text(f, "select category from alert", "worker_gone");
  assert_int_equal(field_int(f, "select count(*) from journal where kind = 'worker.down'"), 1);
}

static void removed_camera_ends_its_fault_and_comes_back_by_restore(void **state) {
  Field *f = *state;
  const GwId id = add_camera(f, "C-1", 2);
  say(f, id, "lost", "closed");
  field_pass(f, 31 * GW_SEC);
  assert_int_equal(open_alerts(f), 1);
  field_ok(f, 1, "camera.remove", json_pack("{s:I}", "camera_id", (json_int_t)id));
  assert_non_null(field_effect(f, "camera.remove"));
  say(f, id, "lost", "timeout"); /* the worker had not heard yet */
  field_assert_text(f, "select state from camera", "unknown");
  field_pass(f, 31 * GW_SEC);
  assert_int_equal(field_int(f, "select active from alert"), 0);
  assert_int_equal(field_command(f, 1, "camera.remove", json_pack("{s:I}", "camera_id", (json_int_t)id)),
                   GW_CODE_ILLEGAL);
  field_forget(f);
  field_ok(f, 1, "camera.restore", json_pack("{s:I}", "camera_id", (json_int_t)id));
  assert_non_null(field_effect(f, "camera.set"));
  assert_non_null(field_put(f, "camera", id));
}

static void disabling_tells_the_worker_and_renaming_does_not(void **state) {
  Field *f = *state;
  const GwId id = add_camera(f, "C-1", 2);
  field_forget(f);
  field_ok(f, 1, "camera.change", json_pack("{s:I, s:s}", "camera_id", (json_int_t)id, "name", "西门"));
  assert_null(field_effect(f, "camera.set"));
  field_ok(f, 1, "camera.change", json_pack("{s:I, s:b}", "camera_id", (json_int_t)id, "enabled", 0));
  assert_non_null(field_effect(f, "camera.remove"));
  field_ok(f, 1, "camera.change",
           json_pack("{s:I, s:b, s:s}", "camera_id", (json_int_t)id, "enabled", 1, "password", "new"));
  assert_non_null(field_effect(f, "camera.set"));
}

/* ---- sub-streams, power feeds, checkpoints ---- */

static void both_addresses_lose_their_credentials_to_the_one_user(void **state) {
  Field *f = *state;
  field_ok(f, 1, "camera.add",
           json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:b}", "code", "C-1", "name", "东门", "url", "rtsp://h/main",
                     "sub_url", "rtsp://admin:secret@h/sub?a=b@c", "watch", "sub", "power", "P-3", "checkpoint_id", 2,
                     "metadata", 0));
  field_assert_text(f, "select url || ' ' || sub_url || ' ' || user_name || ' ' || power || ' ' || checkpoint_id || metadata from camera",
                    "rtsp://h/main rtsp://h/sub?a=b@c admin P-3 20");
  assert_int_equal(field_int(f, "select secret is not null from camera"), 1);
  json_t *camera = field_put(f, "camera", 1);
  assert_true(json_is_true(json_object_get(camera, "has_sub")));
  assert_null(json_object_get(camera, "sub_url")); /* addresses travel in no object */
  assert_int_equal(json_integer_value(json_object_get(camera, "checkpoint_id")), 2);
  assert_int_equal(field_command(f, 1, "camera.change",
                                 json_pack("{s:i, s:s, s:s}", "camera_id", 1, "url", "rtsp://a:x@h/1", "sub_url",
                                           "rtsp://a:y@h/2")),
                   GW_CODE_BAD_ARGS);
  const char *bad[] = {"http://h/1", "rtsp://", "rtsp://u:%zz@h/1"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_int_equal(
        field_command(f, 1, "camera.change", json_pack("{s:i, s:s}", "camera_id", 1, "sub_url", bad[i])),
        GW_CODE_BAD_ARGS);
  assert_int_equal(field_command(f, 1, "camera.change", json_pack("{s:i, s:i}", "camera_id", 1, "checkpoint_id", 99)),
                   GW_CODE_NOT_FOUND);
}

static void each_change_tells_the_worker_what_it_must_know(void **state) {
  Field *f = *state;
  const GwId id = add_camera(f, "C-1", 2);
  const struct {
    json_t *args;
    gboolean set, scene;
  } changes[] = {{json_pack("{s:I, s:s}", "camera_id", (json_int_t)id, "sub_url", "rtsp://h/2"), TRUE, FALSE},
                 {json_pack("{s:I, s:s}", "camera_id", (json_int_t)id, "watch", "main"), TRUE, FALSE},
                 {json_pack("{s:I, s:b}", "camera_id", (json_int_t)id, "metadata", 0), TRUE, FALSE},
                 {json_pack("{s:I, s:i}", "camera_id", (json_int_t)id, "checkpoint_id", 1), FALSE, TRUE},
                 {json_pack("{s:I, s:i}", "camera_id", (json_int_t)id, "checkpoint_id", 0), FALSE, TRUE},
                 {json_pack("{s:I, s:s}", "camera_id", (json_int_t)id, "power", "P-1"), FALSE, FALSE},
                 {json_pack("{s:I, s:s}", "camera_id", (json_int_t)id, "sub_url", ""), TRUE, FALSE}};
  for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
    field_forget(f);
    field_ok(f, 1, "camera.change", changes[i].args);
    assert_int_equal(field_effect(f, "camera.set") != NULL, changes[i].set);
    assert_int_equal(field_effect(f, "scene.set") != NULL, changes[i].scene);
  }
  assert_int_equal(field_int(f, "select count(*) from camera where sub_url = '' and checkpoint_id is null"), 1);
}

static void which_reader_receives_it_is_in_its_row(void **state) {
  Field *f = *state;
  const GwId id = add_camera(f, "C-1", 2);
  json_t *body = json_pack("{s:I, s:s, s:s, s:s}", "id", (json_int_t)id, "state", "live", "cause", "none", "via", "rtspsrc");
  assert_int_equal(field_observe(f, "camera.state", body, NULL), GW_CODE_OK);
  assert_string_equal(json_string_value(json_object_get(field_put(f, "camera", id), "via")), "rtspsrc");
}

static void an_import_brings_the_columns_and_an_old_file_leaves_them(void **state) {
  Field *f = *state;
  field_ok(f, 1, "import.apply",
           json_pack("{s:s, s:s}", "noun", "camera", "body",
                     "code,name,url,sub_url,watch,power,metadata,checkpoint\n"
                     "C-1,门,rtsp://h/1,rtsp://h/2,main,P-1,0,P-02\nC-2,门,rtsp://h/3,,,,,\n"));
  const char *row = "select sub_url || ' ' || watch || ' ' || power || ' ' || metadata || ' ' || coalesce(checkpoint_id, 0)"
                    " from camera where code = 'C-1'";
  field_assert_text(f, row, "rtsp://h/2 main P-1 0 2");
  field_assert_text(f, "select sub_url || watch || power || metadata || coalesce(checkpoint_id, 0) from camera where code = 'C-2'",
                    "sub10");
  field_ok(f, 1, "import.apply",
           json_pack("{s:s, s:s}", "noun", "camera", "body", "code,name,url\nC-1,东门,rtsp://h/1\n"));
  field_assert_text(f, row, "rtsp://h/2 main P-1 0 2");
  field_assert_text(f, "select name from camera where code = 'C-1'", "东门");
  assert_int_equal(field_command(f, 1, "import.apply",
                                 json_pack("{s:s, s:s}", "noun", "camera", "body",
                                           "code,name,url,sub_url\nC-3,门,rtsp://h/1,rtsp://u:p@h/2\n")),
                   GW_CODE_BAD_ARGS);
  say(f, 1, "live", "none");
  field_ok(f, 1, "import.apply",
           json_pack("{s:s, s:s}", "noun", "camera", "body", "code,name,url,enabled\nC-1,东门,rtsp://h/1,0\n"));
  field_assert_text(f, "select state from camera where code = 'C-1'", "unknown"); /* nobody looks any more */
}

static void an_import_that_disables_ends_what_was_found_also_while_the_worker_is_gone(void **state) {
  Field *f = *state;
  field_ok(f, 1, "import.apply", json_pack("{s:s, s:s}", "noun", "camera", "body", "code,name,url\nC-1,东门,rtsp://h/1\n"));
  say(f, 1, "live", "none");
  json_t *black = json_pack("{s:i, s:s, s:b, s:f, s:f}", "id", 1, "kind", "black", "on", 1, "measure", 0.9, "threshold", 0.5);
  assert_int_equal(field_observe(f, "camera.finding", black, NULL), GW_CODE_OK);
  assert_int_equal(field_observe(f, "worker.down", json_pack("{s:s, s:s}", "job", "cameras", "cause", "killed"), NULL),
                   GW_CODE_OK);
  field_ok(f, 1, "import.apply",
           json_pack("{s:s, s:s}", "noun", "camera", "body", "code,name,url,enabled\nC-1,东门,rtsp://h/1,0\n"));
  assert_int_equal(field_int(f, "select count(*) from finding where ended_at_us is null"), 0);
}

static void another_address_is_another_picture(void **state) {
  Field *f = *state;
  field_ok(f, 1, "import.apply", json_pack("{s:s, s:s}", "noun", "camera", "body", "code,name,url\nC-1,东门,rtsp://h/1\n"));
  say(f, 1, "live", "none");
  json_t *black = json_pack("{s:i, s:s, s:b, s:f, s:f}", "id", 1, "kind", "black", "on", 1, "measure", 0.9, "threshold", 0.5);
  assert_int_equal(field_observe(f, "camera.finding", black, NULL), GW_CODE_OK);
  field_ok(f, 1, "camera.change", json_pack("{s:i, s:s}", "camera_id", 1, "url", "rtsp://h/2"));
  field_pass(f, 16 * GW_MIN);
  assert_int_equal(field_int(f, "select count(*) from finding where ended_at_us is null"), 0);
}

/* ---- what it sees, and which places are blind ---- */

static json_t *blind(Field *f) {
  return json_object_get(field_put(f, "center", 1), "blind");
}

static void a_place_is_blind_while_none_of_its_cameras_is_live_and_sees(void **state) {
  Field *f = *state;
  const GwId one = add_camera(f, "C-1", 2), two = add_camera(f, "C-2", 2);
  assert_int_equal(json_array_size(blind(f)), 1);
  say(f, one, "live", "none");
  assert_int_equal(json_array_size(blind(f)), 0);
  field_pass(f, GW_MIN);
  const gint64 since_us = gw_clock_real_us();
  say(f, one, "lost", "closed");
  json_t *entry = json_array_get(blind(f), 0);
  assert_int_equal(json_integer_value(json_object_get(entry, "place_id")), 2);
  assert_int_equal(json_integer_value(json_object_get(entry, "cameras")), 2);
  assert_true(json_integer_value(json_object_get(entry, "since_us")) == since_us);
  field_pass(f, GW_MIN);
  field_ok(f, 1, "camera.remove", json_pack("{s:I}", "camera_id", (json_int_t)two));
  entry = json_array_get(blind(f), 0);
  assert_int_equal(json_integer_value(json_object_get(entry, "cameras")), 1);
  assert_true(json_integer_value(json_object_get(entry, "since_us")) == since_us); /* it was blind before */
  field_ok(f, 1, "camera.change", json_pack("{s:I, s:i}", "camera_id", (json_int_t)one, "place_id", 1));
  entry = json_array_get(blind(f), 0);
  assert_int_equal(json_array_size(blind(f)), 1);
  assert_int_equal(json_integer_value(json_object_get(entry, "place_id")), 1);
  field_ok(f, 1, "camera.change", json_pack("{s:I, s:b}", "camera_id", (json_int_t)one, "enabled", 0));
  assert_int_equal(json_array_size(blind(f)), 0); /* it has no cameras to be blind with */
}

static void a_finding_that_blinds_takes_its_sight(void **state) {
  Field *f = *state;
  const GwId id = add_camera(f, "C-1", 2);
  say(f, id, "live", "none");
  assert_string_equal(json_string_value(json_object_get(field_put(f, "camera", id), "sees")), "yes");
  const struct {
    const char *kind;
    gboolean on;
    const char *sees;
    guint blind;
  } steps[] = {{"fps_low", TRUE, "yes", 0}, {"covered", TRUE, "no", 1}, {"moved", TRUE, "no", 1},
               {"covered", FALSE, "no", 1}, {"moved", FALSE, "yes", 0}};
  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
    json_t *body = json_pack("{s:I, s:s, s:b, s:I, s:f, s:f}", "id", (json_int_t)id, "kind", steps[i].kind, "on",
                             steps[i].on, "at_us", (json_int_t)gw_clock_real_us(), "measure", 0.9, "threshold", 0.5);
    assert_int_equal(field_observe(f, "camera.finding", body, NULL), GW_CODE_OK);
    assert_string_equal(json_string_value(json_object_get(field_put(f, "camera", id), "sees")), steps[i].sees);
    assert_int_equal(json_array_size(blind(f)), steps[i].blind);
  }
  say(f, id, "lost", "closed");
  assert_string_equal(json_string_value(json_object_get(field_put(f, "camera", id), "sees")), "unknown");
}

/* ---- several workers ---- */

static void worker_says(Field *f, const char *kind, const char *name, GwId first, GwId last, const char *cause) {
  json_t *ids = json_array();
  for (GwId id = first; id <= last; id++)
    json_array_append_new(ids, json_integer(id));
  json_t *body = json_pack("{s:s, s:s, s:o, s:s}", "job", "cameras", "worker", name, "camera_ids", ids, "cause", cause);
  assert_int_equal(field_observe(f, kind, body, NULL), GW_CODE_OK);
}

static const char *center_text(Field *f, const char *key) {
  return json_string_value(json_object_get(field_put(f, "center", 1), key));
}

static gint64 unwatched(Field *f) {
  return json_integer_value(json_object_get(field_put(f, "center", 1), "cameras_unwatched"));
}

static void only_what_a_dead_worker_watched_is_unknown(void **state) {
  Field *f = *state;
  for (int i = 1; i <= 4; i++) {
    g_autofree char *code = g_strdup_printf("C-%d", i);
    say(f, add_camera(f, code, 2), "live", "none");
  }
  worker_says(f, "worker.up", "cameras", 1, 2, "");
  assert_string_equal(center_text(f, "camera_worker"), "up");
  worker_says(f, "worker.up", "cameras-2", 3, 4, "");
  worker_says(f, "worker.down", "cameras-2", 3, 4, "killed");
  assert_int_equal(field_int(f, "select count(*) from camera where state = 'live' and id <= 2"), 2);
  assert_int_equal(field_int(f, "select count(*) from camera where state = 'unknown' and cause = 'worker_gone' and id > 2"), 2);
  assert_string_equal(center_text(f, "camera_worker"), "down");
  assert_int_equal(unwatched(f), 2);
  field_assert_text(f, "select json_extract(body, '$.worker') || json_extract(body, '$.camera_ids') from journal where kind = 'worker.down'",
                    "cameras-2[3,4]");
  field_pass(f, 6 * GW_SEC);
  worker_says(f, "worker.down", "cameras", 1, 2, "killed");
  field_pass(f, 6 * GW_SEC);
  assert_int_equal(field_int(f, "select count(distinct subject_id) from alert where category = 'worker_gone'"), 2);
  worker_says(f, "worker.up", "cameras", 1, 2, "");
  assert_string_equal(center_text(f, "camera_worker"), "down");
  worker_says(f, "worker.up", "cameras-2", 3, 4, "");
  assert_string_equal(center_text(f, "camera_worker"), "up");
  field_pass(f, 6 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from alert where active = 1 and category = 'worker_gone'"), 0);
}

static void a_worker_that_was_taken_away_is_not_missed(void **state) {
  Field *f = *state;
  worker_says(f, "worker.up", "cameras", 1, 0, "");
  worker_says(f, "worker.up", "cameras-2", 1, 0, "");
  worker_says(f, "worker.down", "cameras-2", 1, 0, "removed");
  assert_string_equal(center_text(f, "camera_worker"), "up");
  field_pass(f, 10 * GW_SEC);
  assert_int_equal(field_int(f, "select count(*) from alert"), 0);
}

static void nobody_is_called_a_worker_who_is_none(void **state) {
  Field *f = *state;
  const char *bad[] = {"cameras-1", "cameras-", "cameras-65", "cameras-x", "checkins", "somebody"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_int_equal(field_observe(f, "worker.up", json_pack("{s:s, s:s}", "job", "cameras", "worker", bad[i]), NULL),
                     GW_CODE_BAD_ARGS);
}

static void after_a_restart_nothing_reads_live_that_nobody_watched(void **state) {
  Field *f = *state;
  say(f, add_camera(f, "C-1", 2), "live", "none");
  say(f, add_camera(f, "C-2", 2), "lost", "closed");
  field_close(f);
  field_open(f);
  field_assert_text(f, "select group_concat(state) from camera", "unknown,lost");
}

#define fact(name) cmocka_unit_test_setup_teardown(name, field_setup, field_teardown)
int main(void) {
  const struct CMUnitTest tests[] = {
      fact(credentials_leave_the_address_and_are_sealed),
      fact(bad_addresses_and_taken_codes_are_refused),
      fact(fault_becomes_an_alert_after_30_s_and_ends_by_itself),
      fact(short_fault_raises_nothing),
      fact(last_camera_of_a_grid_is_graver),
      fact(a_building_with_one_camera_is_not_a_grid),
      fact(full_recorder_is_not_a_lost_camera),
      fact(seventh_state_of_a_minute_is_summed),
      fact(same_state_again_changes_nothing),
      fact(dead_worker_leaves_cameras_unknown),
      fact(worker_that_stays_away_raises_one_alert),
      fact(removed_camera_ends_its_fault_and_comes_back_by_restore),
      fact(disabling_tells_the_worker_and_renaming_does_not),
      fact(both_addresses_lose_their_credentials_to_the_one_user),
      fact(each_change_tells_the_worker_what_it_must_know),
      fact(which_reader_receives_it_is_in_its_row),
      fact(an_import_brings_the_columns_and_an_old_file_leaves_them),
      fact(an_import_that_disables_ends_what_was_found_also_while_the_worker_is_gone),
      fact(another_address_is_another_picture),
      fact(a_place_is_blind_while_none_of_its_cameras_is_live_and_sees),
      fact(a_finding_that_blinds_takes_its_sight),
      fact(only_what_a_dead_worker_watched_is_unknown),
      fact(a_worker_that_was_taken_away_is_not_missed),
      fact(nobody_is_called_a_worker_who_is_none),
      fact(after_a_restart_nothing_reads_live_that_nobody_watched),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
