#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/wire/command.h"
#include "daemon/wire/message.h"
#include "daemon/wire/schema.h"

static GwCode decode_code(const char *text) {
  GwMessage m;
  g_autoptr(GError) error = NULL;
  GwCode code = gw_message_decode(text, strlen(text), &m, &error) ? GW_CODE_OK : gw_error_code(error);
  gw_message_clear(&m);
  return code;
}

static void malformed_messages_are_refused_with_one_code_each(void **state) {
  static const struct {
    const char *text;
    GwCode code;
  } rows[] = {
      {"", GW_CODE_BAD_JSON},
      {"{", GW_CODE_BAD_JSON},
      {"[]", GW_CODE_BAD_JSON},
      {"{\"type\":1}", GW_CODE_BAD_ARGS},
      {"{\"type\":\"dance\"}", GW_CODE_BAD_ARGS},
      {"{\"type\":\"command\",\"command\":\"alert.ack\"}", GW_CODE_BAD_ARGS},
      {"{\"type\":\"command\",\"id\":\"not-a-uuid\",\"command\":\"alert.ack\"}", GW_CODE_BAD_ARGS},
      {"{\"type\":\"subscribe\",\"view\":\"desk\",\"seq\":\"1\"}", GW_CODE_BAD_ARGS},
      {"{\"type\":\"subscribe\",\"view\":\"desk\",\"view\":\"wall\"}", GW_CODE_BAD_JSON},
      {"{\"type\":\"subscribe\",\"view\":\"\xff\"}", GW_CODE_BAD_JSON},
      {"{\"a\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}", GW_CODE_BAD_JSON},
      {"{\"type\":\"subscribe\",\"view\":\"desk\",\"seq\":7}", GW_CODE_OK},
      {"{\"type\":\"command\",\"id\":\"00000000-0000-4000-8000-000000000000\",\"command\":\"alert.ack\",\"args\":{}}", GW_CODE_OK},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    assert_int_equal(decode_code(rows[i].text), rows[i].code);
}

static void a_message_over_the_limit_is_too_large(void **state) {
  g_autofree char *text = g_strnfill(GW_LIMIT_MESSAGE_BYTES + 1, ' ');
  assert_int_equal(decode_code(text), GW_CODE_TOO_LARGE);
}

static void a_refused_command_still_says_its_id(void **state) {
  GwMessage m;
  const char *text = "{\"type\":\"command\",\"id\":\"00000000-0000-4000-8000-000000000000\"}";
  assert_false(gw_message_decode(text, strlen(text), &m, NULL));
  assert_string_equal(m.id, "00000000-0000-4000-8000-000000000000");
  gw_message_clear(&m);
}

static GwCode check_code(const char *command, GwRole role, const char *args) {
  json_t *json = json_loads(args, 0, NULL);
  g_autoptr(GError) error = NULL;
  GwCode code = gw_command_check(command, role, json, &error) ? GW_CODE_OK : gw_error_code(error);
  json_decref(json);
  return code;
}

static void commands_are_checked_by_role_and_schema(void **state) {
  assert_int_equal(check_code("alert.ack", GW_ROLE_OPERATOR, "{\"alert_id\":1}"), GW_CODE_OK);
  assert_int_equal(check_code("alert.ack", GW_ROLE_PATROL, "{\"alert_id\":1}"), GW_CODE_FORBIDDEN);
  assert_int_equal(check_code("alert.ack", GW_ROLE_WALL, "{\"alert_id\":1}"), GW_CODE_FORBIDDEN);
  assert_int_equal(check_code("alert.ack", GW_ROLE_OPERATOR, "{}"), GW_CODE_BAD_ARGS);
  assert_int_equal(check_code("alert.ack", GW_ROLE_OPERATOR, "{\"alert_id\":\"1\"}"), GW_CODE_BAD_ARGS);
  assert_int_equal(check_code("alert.ack", GW_ROLE_OPERATOR, "{\"alert_id\":0}"), GW_CODE_BAD_ARGS);
  assert_int_equal(check_code("alert.ack", GW_ROLE_OPERATOR, "{\"alert_id\":1,\"x\":1}"), GW_CODE_BAD_ARGS);
  assert_int_equal(check_code("alert.explode", GW_ROLE_ADMIN, "{}"), GW_CODE_UNKNOWN_COMMAND);
  assert_int_equal(check_code("unit.position", GW_ROLE_PATROL, "{\"lat\":91,\"lon\":0}"), GW_CODE_BAD_ARGS);
  assert_int_equal(check_code("unit.position", GW_ROLE_PATROL, "{\"lat\":36,\"lon\":120.5}"), GW_CODE_OK);
}

static void the_sentence_of_a_bad_argument_names_the_field(void **state) {
  json_t *args = json_pack("{s:s, s:f}", "category", "fall", "lat", 91.0);
  g_autoptr(GError) error = NULL;
  assert_false(gw_command_check("incident.open", GW_ROLE_OPERATOR, args, &error));
  assert_non_null(strstr(error->message, "args.lat"));
  json_decref(args);
}

static void check_example(const char *name, json_t *entry, gpointer user) {
  g_autoptr(GError) error = NULL;
  json_t *root = gw_schema_root("commands");
  if (!gw_schema_check(root, json_object_get(entry, "args"), json_object_get(entry, "example"), name, &error))
    fail_msg("%s", error->message);
  assert_true(gw_command_roles(name) != 0);
  (*(int *)user)++;
}

static void every_command_has_roles_and_an_example_that_passes(void **state) {
  int n = 0;
  gw_command_foreach(check_example, &n);
  assert_true(n > 30);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(malformed_messages_are_refused_with_one_code_each),
      cmocka_unit_test(a_message_over_the_limit_is_too_large),
      cmocka_unit_test(a_refused_command_still_says_its_id),
      cmocka_unit_test(commands_are_checked_by_role_and_schema),
      cmocka_unit_test(the_sentence_of_a_bad_argument_names_the_field),
      cmocka_unit_test(every_command_has_roles_and_an_example_that_passes),
  };
  return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
