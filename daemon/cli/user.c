#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "daemon/cli/cli.h"
#include "daemon/store/registry.h"
#include "daemon/store/user.h"

static void wipe(char *password) {
  if (password)
    sodium_memzero(password, strlen(password));
  g_free(password);
}

static int give(GwCli *cli, const char *command, json_t *args, const char *done) {
  g_autoptr(GError) error = NULL;
  json_t *result = gw_cli_command(cli, command, args, &error);
  json_decref(args);
  if (!result)
    return gw_cli_fail(error);
  json_decref(result);
  puts(done);
  return 0;
}

static int run_add(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  const char *role = gw_cli_option(cli, "--role"), *display = gw_cli_option(cli, "--display"), *unit = gw_cli_option(cli, "--unit");
  GwId unit_id = 0;
  if (role && gw_role_from_string(role) == GW_ROLE_NONE) { /* before a password is typed for nothing */
    g_set_error(&error, GW_ERROR, GW_CODE_BAD_ARGS, "There is no role %s; there is admin, supervisor, operator, patrol, warden.", role);
    return gw_cli_fail(error);
  }
  if (unit) {
    g_autoptr(GwDb) db = gw_cli_db(cli, &error);
    if (!db || !(unit_id = gw_registry_id(db, "unit", unit, &error))) {
      if (!error)
        g_set_error(&error, GW_ERROR, GW_CODE_NOT_FOUND, "There is no unit with the code %s; see: gridwarden export unit", unit);
      return gw_cli_fail(error);
    }
  }
  char *password = gw_cli_word(cli, 0) && role ? gw_cli_password(cli, "Password (at least 8 characters)", &error) : NULL;
  const char *name = gw_cli_word(cli, 0);
  if (!name || !role || gw_cli_word(cli, 1)) {
    wipe(password);
    return gw_cli_usage(cli, "user add");
  }
  if (!password)
    return gw_cli_fail(error);
  json_t *args = json_pack("{s:s, s:s, s:s, s:s*}", "name", name, "role", role, "password", password, "display", display);
  if (unit_id)
    json_object_set_new(args, "unit_id", json_integer(unit_id));
  wipe(password);
  g_autofree char *done = g_strdup_printf("User %s may log in as %s.", name, role);
  return give(cli, "user.add", args, done);
}

static int run_passwd(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  char *password = gw_cli_word(cli, 0) ? gw_cli_password(cli, "New password (at least 8 characters)", &error) : NULL;
  const char *name = gw_cli_word(cli, 0);
  g_auto(GwUserRow) row = {0};
  if (!name)
    return gw_cli_usage(cli, "user passwd");
  g_autoptr(GwDb) db = password ? gw_cli_db(cli, &error) : NULL;
  if (!db || !gw_store_user_by_name(db, name, &row, &error)) {
    wipe(password);
    if (!error)
      g_set_error(&error, GW_ERROR, GW_CODE_NOT_FOUND, "There is no user %s; see: gridwarden user list", name);
    return gw_cli_fail(error);
  }
  g_clear_pointer(&db, gw_db_close);
  json_t *args = json_pack("{s:I, s:s}", "user_id", (json_int_t)row.id, "password", password);
  wipe(password);
  return give(cli, "user.passwd", args, "The password is changed; open sessions of this user have ended.");
}

GW_SQL(CLI_USER_LIST, "select u.name, u.role, u.display, coalesce(n.name, ''), u.disabled_at_us is not null from user u "
                      "left join unit n on n.id = u.unit_id order by u.role, u.name");

static int run_list(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GwDb) db = gw_cli_db(cli, &error);
  if (!db)
    return gw_cli_fail(error);
  g_autoptr(GwStmt) s = gw_stmt(db, &CLI_USER_LIST);
  printf("%-20s %-11s %-20s %s\n", "name", "role", "display", "unit");
  while (gw_step(s, &error) == GW_STEP_ROW)
    printf("%-20s %-11s %-20s %s%s\n", gw_col_text(s, 0), gw_col_text(s, 1), gw_col_text(s, 2), gw_col_text(s, 3), gw_col_int(s, 4) ? " (disabled)" : "");
  return error ? gw_cli_fail(error) : 0;
}

const GwSubcommand gw_cli_user[] = {
    {"user add", "NAME --role ROLE [--display NAME] [--unit CODE] [--password-file FILE]",
     "Add a person who may log in: admin, supervisor, operator, patrol, warden.", "user add wang --role operator --display 王海燕", run_add},
    {"user passwd", "NAME [--password-file FILE]", "Set a user's password.", "user passwd wang", run_passwd},
    {"user list", "", "Who may log in, and as what.", "user list", run_list},
    {NULL}};
