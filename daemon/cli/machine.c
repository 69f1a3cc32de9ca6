#include <stdio.h>
#include <string.h>

#include "daemon/cli/cli.h"
#include "daemon/store/registry.h"

/* Machines and kiosks: secrets that are shown once. */

static int show_once(json_t *result, const char *field, const char *what) {
  const char *secret = json_string_value(json_object_get(result, field));
  fprintf(stderr, "%s It is shown this once and kept only as a hash or encrypted.\n", what);
  printf("%s\n", secret ? secret : "");
  json_decref(result);
  return secret ? 0 : 1;
}

static int add_token(GwCli *cli, const char *kind, const char *name, const char *what) {
  g_autoptr(GError) error = NULL;
  const char *most = gw_cli_option(cli, "--most-priority");
  const char *label = gw_cli_word(cli, 0);
  if (!label || gw_cli_word(cli, 1))
    return gw_cli_usage(cli, name);
  json_t *args = json_pack("{s:s, s:s}", "kind", kind, "label", label);
  if (most)
    json_object_set_new(args, "most_priority", json_integer(g_ascii_strtoll(most, NULL, 10)));
  json_t *result = gw_cli_command(cli, "token.add", args, &error);
  json_decref(args);
  return result ? show_once(result, "token", what) : gw_cli_fail(error);
}

static int run_kiosk(GwCli *cli) {
  return add_token(cli, "kiosk", "kiosk add", "The token of the kiosk: open /wall#token=TOKEN on the wall.");
}

static int run_source(GwCli *cli) {
  return add_token(cli, "source", "source add", "The token of the source: Authorization: Bearer TOKEN.");
}

static int run_reader(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  const char *unit = gw_cli_option(cli, "--unit");
  const char *name = gw_cli_word(cli, 0);
  if (!name || gw_cli_word(cli, 1))
    return gw_cli_usage(cli, "reader add");
  json_t *args = json_pack("{s:s}", "name", name);
  if (unit) {
    g_autoptr(GwDb) db = gw_cli_db(cli, &error);
    GwId unit_id = db ? gw_registry_id(db, "unit", unit, &error) : 0;
    if (!unit_id && !error)
      g_set_error(&error, GW_ERROR, GW_CODE_NOT_FOUND, "There is no unit with the code %s; see: gridwarden export unit", unit);
    json_object_set_new(args, "unit_id", json_integer(unit_id));
  }
  json_t *result = error ? NULL : gw_cli_command(cli, "reader.add", args, &error);
  json_decref(args);
  return result ? show_once(result, "key", "The reader's key, 64 hex digits, for its set-up.") : gw_cli_fail(error);
}

const GwSubcommand gw_cli_machine[] = {
    {"reader add", "NAME [--unit CODE]", "Register a guard-tour reader; answers its key.", "reader add stick1 --unit U-N1", run_reader},
    {"kiosk add", "LABEL", "Make a token for a wall that may only look.", "kiosk add 大屏一", run_kiosk},
    {"source add", "LABEL [--most-priority 1..4]", "Make a token for a machine that reports observations.", "source add aibox1 --most-priority 2", run_source},
    {NULL}};
