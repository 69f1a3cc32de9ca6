/* The administrator's noun: users, tokens, sessions, places. */
#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "daemon/store/session.h"
#include "daemon/store/user.h"
#include "tests/unit/field_fixture.h"

#define HASH "$argon2id$v=19$m=65536,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaA"

static GwId add_user(Field *f, const char *name, const char *role) {
  field_ok(f, 1, "user.add",
           json_pack("{s:s, s:s, s:s, s:s}", "name", name, "role", role, "password", "longenough",
                     "_password_hash", HASH));
  return json_integer_value(json_object_get(f->result, "user_id"));
}

static json_t *session(GwId user_id, const char *token) {
  g_autofree char *hash = gw_hash_hex(token, strlen(token));
  return json_pack("{s:I, s:s, s:s, s:s, s:s, s:I}", "user_id", (json_int_t)user_id, "kind", "login",
                   "address", "127.0.0.1", "agent", "test", "token_hash", hash, "expires_at_us",
                   (json_int_t)(gw_clock_real_us() + GW_DAY));
}

static GwId open_session(Field *f, GwId user_id, const char *token) {
  assert_int_equal(field_observe(f, "session.open", session(user_id, token), NULL), GW_CODE_OK);
  return json_integer_value(json_object_get(f->result, "session_id"));
}

static void user_is_added_with_a_hash_alone(void **state) {
  Field *f = *state;
  const GwId id = add_user(f, "wang", "operator");
  g_auto(GwUserRow) row = {0};
  assert_true(gw_store_user_by_name(f->db, "wang", &row, NULL));
  assert_int_equal(row.id, id);
  assert_string_equal(row.password_hash, HASH);
  assert_int_equal(field_int(f, "select count(*) from journal where instr(body, 'argon2')"), 0);
  assert_int_equal(
      field_command(f, 1, "user.add",
                    json_pack("{s:s, s:s, s:s}", "name", "li", "role", "operator", "password", "longenough")),
      GW_CODE_BAD_ARGS); /* nobody hashed it: it must not be stored */
  assert_int_equal(field_command(f, 1, "user.add",
                                 json_pack("{s:s, s:s, s:s, s:s}", "name", "wang", "role", "operator",
                                           "password", "longenough", "_password_hash", HASH)),
                   GW_CODE_BAD_ARGS);
  assert_int_equal(field_command(f, 1, "user.add",
                                 json_pack("{s:s, s:s, s:s, s:s}", "name", "zhao", "role", "patrol",
                                           "password", "longenough", "_password_hash", HASH)),
                   GW_CODE_BAD_ARGS); /* a patrol without a unit */
  assert_int_equal(field_command(f, 3, "user.add",
                                 json_pack("{s:s, s:s, s:s, s:s}", "name", "zhao", "role", "admin",
                                           "password", "longenough", "_password_hash", HASH)),
                   GW_CODE_FORBIDDEN);
}

static void own_password_needs_the_old_one(void **state) {
  Field *f = *state;
  assert_int_equal(field_command(f, 3, "user.passwd",
                                 json_pack("{s:s, s:s}", "password", "longenough", "_password_hash", HASH)),
                   GW_CODE_FORBIDDEN);
  assert_int_equal(field_command(f, 3, "user.passwd",
                                 json_pack("{s:i, s:s, s:s, s:b}", "user_id", 1, "password", "longenough",
                                           "_password_hash", HASH, "_old_ok", 1)),
                   GW_CODE_FORBIDDEN);
  field_ok(f, 3, "user.passwd",
           json_pack("{s:s, s:s, s:b}", "password", "longenough", "_password_hash", HASH, "_old_ok", 1));
  field_ok(f, 1, "user.passwd",
           json_pack("{s:i, s:s, s:s}", "user_id", 3, "password", "longenough", "_password_hash", HASH));
}

/* The reply got lost and the browser asks again: its password is hashed once more, with another salt, and the
 * old one is no longer right. */
static void the_same_password_command_again_is_no_conflict(void **state) {
  Field *f = *state;
  static const char uuid[] = "0198c0de-0000-7000-8000-000000000001";
  json_t *first = json_pack("{s:s, s:s, s:s, s:b}", "old", "was this", "password", "longenough",
                            "_password_hash", HASH, "_old_ok", 1);
  json_t *again = json_pack("{s:s, s:s}", "old", "was this", "password", "longenough");
  json_t *other = json_pack("{s:s, s:s}", "old", "was this", "password", "another one");
  assert_int_equal(field_command_as(f, 3, uuid, "user.passwd", first), GW_CODE_OK);
  assert_int_equal(field_command_as(f, 3, uuid, "user.passwd", again), GW_CODE_OK);
  assert_int_equal(field_command_as(f, 3, uuid, "user.passwd", other), GW_CODE_CONFLICT);
  assert_int_equal(field_int(f, "select count(*) from journal where kind = 'user.password_changed'"), 1);
}

static void a_session_in_use_says_when_and_nothing_is_journaled(void **state) {
  Field *f = *state;
  const GwId used = open_session(f, 3, "t1"), idle = open_session(f, 3, "t2");
  const gint64 rows = field_int(f, "select count(*) from journal where kind like 'session.%'");
  gw_clock_fake_advance(5 * GW_MIN);
  json_t *body = json_pack("{s:[I]}", "session_ids", (json_int_t)used);
  assert_int_equal(field_observe(f, "session.seen", body, NULL), GW_CODE_OK);
  assert_int_equal(
      field_int(f, "select seen_at_us - created_at_us from session where label = '' order by id limit 1"),
      5 * GW_MIN);
  assert_int_equal(field_int(f, "select seen_at_us - created_at_us from session order by id desc limit 1"),
                   0);
  assert_int_equal(field_int(f, "select count(*) from journal where kind like 'session.%'"), rows);
  assert_true(used < idle);
}

static void disabling_a_user_ends_every_session(void **state) {
  Field *f = *state;
  const GwId one = open_session(f, 3, "t1"), two = open_session(f, 3, "t2");
  field_forget(f);
  field_ok(f, 1, "user.change", json_pack("{s:i, s:b}", "user_id", 3, "enabled", 0));
  assert_int_equal(field_int(f, "select count(*) from session where revoked_at_us is not null"), 2);
  assert_int_equal(json_array_size(f->effects), 2);
  assert_true(one != two);
  assert_int_equal(field_observe(f, "session.open", session(3, "t3"), NULL), GW_CODE_UNAUTHORIZED);
}

static void last_administrator_stays(void **state) {
  Field *f = *state;
  assert_int_equal(field_command(f, 1, "user.change", json_pack("{s:i, s:b}", "user_id", 1, "enabled", 0)),
                   GW_CODE_ILLEGAL);
  assert_int_equal(
      field_command(f, 1, "user.change", json_pack("{s:i, s:s}", "user_id", 1, "role", "operator")),
      GW_CODE_ILLEGAL);
  add_user(f, "second", "admin");
  field_ok(f, 1, "user.change", json_pack("{s:i, s:s}", "user_id", 1, "role", "operator"));
}

static void session_is_found_by_its_hash_and_closed(void **state) {
  Field *f = *state;
  const GwId id = open_session(f, 3, "token");
  g_autofree char *hash = gw_hash_hex("token", 5);
  g_auto(GwSessionRow) row = {0};
  assert_true(gw_store_session_by_token_hash(f->db, hash, &row, NULL));
  assert_int_equal(row.user_id, 3);
  assert_int_equal(row.revoked_at_us, 0);
  assert_int_equal(field_observe(f, "session.close", json_pack("{s:I}", "session_id", (json_int_t)id), NULL),
                   GW_CODE_OK);
  assert_int_equal(json_integer_value(json_object_get(field_effect(f, "session.revoked"), "session_id")), id);
  assert_true(field_int(f, "select revoked_at_us from session") > 0);
  assert_int_equal(field_int(f, "select actor_id from journal where kind = 'session.closed'"), 3);
}

static void oldest_session_goes_when_there_are_too_many(void **state) {
  Field *f = *state;
  for (int i = 0; i < 21; i++) {
    g_autofree char *token = g_strdup_printf("t%d", i);
    open_session(f, 3, token);
  }
  assert_int_equal(field_int(f, "select count(*) from session where revoked_at_us is null"), 20);
  assert_true(field_int(f, "select revoked_at_us from session order by id limit 1") > 0);
}

static void session_is_revoked_by_its_owner_or_the_administrator(void **state) {
  Field *f = *state;
  const GwId id = open_session(f, 3, "t1");
  assert_int_equal(field_command(f, 2, "session.revoke", json_pack("{s:I}", "session_id", (json_int_t)id)),
                   GW_CODE_NOT_FOUND);
  field_ok(f, 1, "session.revoke", json_pack("{s:I}", "session_id", (json_int_t)id));
  assert_non_null(field_effect(f, "session.revoked"));
}

static void kiosk_token_is_shown_once_and_exchanged_once(void **state) {
  Field *f = *state;
  field_ok(f, 1, "token.add", json_pack("{s:s, s:s}", "kind", "kiosk", "label", "大屏一"));
  g_autofree char *token = g_strdup(json_string_value(json_object_get(f->result, "token")));
  const GwId token_session = json_integer_value(json_object_get(f->result, "session_id"));
  const GwId user_id = json_integer_value(json_object_get(f->result, "user_id"));
  g_autofree char *hash = gw_hash_hex(token, strlen(token));
  g_auto(GwSessionRow) row = {0};
  g_auto(GwUserRow) user = {0};
  assert_true(gw_store_session_by_token_hash(f->db, hash, &row, NULL));
  assert_true(gw_store_user_get(f->db, row.user_id, &user, NULL));
  assert_int_equal(user.role, GW_ROLE_WALL);
  assert_null(user.password_hash);
  assert_int_equal(
      field_int(f, "select count(*) from journal j, session s where instr(j.body, s.token_hash)"), 0);
  for (int i = 0; i < 2; i++) {
    json_t *body = session(user_id, i ? "cookie2" : "cookie1");
    json_object_set_new(body, "exchanges_id", json_integer(token_session));
    assert_int_equal(field_observe(f, "session.open", body, NULL), i ? GW_CODE_UNAUTHORIZED : GW_CODE_OK);
  }
  assert_int_equal(field_int(f, "select count(*) from session where revoked_at_us is null"), 1);
}

static void source_token_carries_its_highest_priority(void **state) {
  Field *f = *state;
  field_ok(f, 1, "token.add",
           json_pack("{s:s, s:s, s:i}", "kind", "source", "label", "AI盒", "most_priority", 2));
  assert_int_equal(field_int(f, "select most_priority from user where role = 'source'"), 2);
}

static void changed_place_is_a_new_version_and_takes_its_contents_along(void **state) {
  Field *f = *state;
  field_ok(
      f, 1, "camera.add",
      json_pack("{s:s, s:s, s:s, s:i}", "code", "C-1", "name", "门", "url", "rtsp://h/1", "place_id", 1));
  field_forget(f);
  field_ok(f, 1, "place.change", json_pack("{s:i, s:s}", "place_id", 1, "name", "第一网格"));
  const gint64 id = json_integer_value(json_object_get(f->result, "place_id"));
  assert_true(id != 1);
  assert_true(field_int(f, "select valid_to_us from place where id = 1") > 0);
  assert_int_equal(field_int(f, "select replaces_id from place where code = 'G1' and valid_to_us is null"),
                   1);
  assert_int_equal(field_int(f, "select parent_id from place where id = 2"), id);
  assert_int_equal(field_int(f, "select place_id from camera"), id);
  assert_int_equal(field_int(f, "select json_extract(value, '$[0].place_id') from meta where key = 'center.blind'"), id);
  assert_int_equal(field_int(f, "select json_array_length(value) from meta where key = 'center.blind'"), 1);
  assert_non_null(field_put(f, "place", id));
  assert_non_null(field_put(f, "camera", 1));
  assert_int_equal(field_command(f, 1, "place.change", json_pack("{s:i, s:s}", "place_id", 1, "name", "x")),
                   GW_CODE_ILLEGAL);
}

#define fact(name) cmocka_unit_test_setup_teardown(name, field_setup, field_teardown)
int main(void) {
  const struct CMUnitTest tests[] = {
      fact(user_is_added_with_a_hash_alone),
      fact(own_password_needs_the_old_one),
      fact(a_session_in_use_says_when_and_nothing_is_journaled),
      fact(the_same_password_command_again_is_no_conflict),
      fact(disabling_a_user_ends_every_session),
      fact(last_administrator_stays),
      fact(session_is_found_by_its_hash_and_closed),
      fact(oldest_session_goes_when_there_are_too_many),
      fact(session_is_revoked_by_its_owner_or_the_administrator),
      fact(kiosk_token_is_shown_once_and_exchanged_once),
      fact(source_token_carries_its_highest_priority),
      fact(changed_place_is_a_new_version_and_takes_its_contents_along),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
