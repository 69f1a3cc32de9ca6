/* What the contract promises is there: somebody does each command, somebody makes each object. */
#include "daemon/ledger/ledger_private.h"
#include "daemon/store/object.h"
#include "daemon/wire/schema.h"
#include "tests/unit/ledger_fixture.h"

static void every_command_of_the_contract_has_somebody_who_does_it(void **state) {
  json_t *commands = json_object_get(gw_schema_root("commands"), "commands");
  const char *name;
  json_t *command;
  guint n = 0;
  json_object_foreach(commands, name, command) {
    n++;
    if (!gw_table_command(name))
      fail_msg("nobody does %s", name);
  }
  assert_true(n > 70);
}

static void every_object_of_the_contract_has_somebody_who_makes_it(void **state) {
  Center *c = *state;
  json_t *types = json_object_get(gw_schema_root("objects"), "$defs");
  const char *name;
  json_t *type;
  guint n = 0;
  json_object_foreach(types, name, type) {
    g_autoptr(GError) error = NULL;
    if (g_str_has_prefix(name, "message_") || !json_object_get(json_object_get(type, "properties"), "type"))
      continue; /* what travels between page and daemon, and parts of objects */
    n++;
    json_t *object = gw_object_load(c->reader, name, 1, &error);
    if (error)
      fail_msg("%s: %s", name, error->message);
    json_decref(object);
  }
  assert_true(n > 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(every_object_of_the_contract_has_somebody_who_makes_it, center_setup, center_teardown),
      cmocka_unit_test(every_command_of_the_contract_has_somebody_who_does_it),
  };
  return cmocka_run_group_tests_name("ledger table", tests, NULL, NULL);
}
