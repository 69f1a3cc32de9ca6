#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/limits.h"
#include "daemon/cli/cli.h"
#include "daemon/store/export.h"

/* Not /dev/stdin: that cannot be opened when it is a socket, or, under sudo, somebody else's pipe. */
static char *read_stdin(gsize *ret_bytes) {
  char *text = g_malloc(GW_LIMIT_IMPORT_BYTES + 2);
  *ret_bytes = fread(text, 1, GW_LIMIT_IMPORT_BYTES + 1, stdin);
  text[*ret_bytes] = '\0';
  return text;
}

static char *read_file(const char *path, GError **error) {
  char *text = NULL;
  gsize bytes = 0;
  if (strcmp(path, "-") == 0)
    text = read_stdin(&bytes);
  else if (!g_file_get_contents(path, &text, &bytes, error))
    return NULL;
  if (bytes <= GW_LIMIT_IMPORT_BYTES && g_utf8_validate(text, (gssize)bytes, NULL))
    return text;
  g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, bytes > GW_LIMIT_IMPORT_BYTES ? "%s is larger than 4 MiB; split it." : "%s is not UTF-8 text; save it as \"CSV UTF-8\".", path);
  g_free(text);
  return NULL;
}

static guint print_problems(GwCli *cli, const char *path, json_t *result) {
  size_t i;
  json_t *p;
  json_array_foreach(json_object_get(result, "problems"), i, p) {
    const char *column = json_string_value(json_object_get(p, "column"));
    fprintf(stderr, "%s:%d: %s%s%s\n", path, (int)json_integer_value(json_object_get(p, "line")), column, *column ? ": " : "",
            json_string_value(json_object_get(p, cli->zh ? "zh" : "en")));
  }
  return (guint)json_array_size(json_object_get(result, "problems"));
}

static int run_import(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  gboolean dry = gw_cli_flag(cli, "--dry-run");
  const char *noun = gw_cli_word(cli, 0), *path = gw_cli_word(cli, 1);
  if (!noun || !path || gw_cli_word(cli, 2))
    return gw_cli_usage(cli, "import");
  g_autofree char *body = read_file(path, &error);
  if (!body)
    return gw_cli_fail(error);
  json_t *args = json_pack("{s:s, s:s}", "noun", noun, "body", body);
  json_t *result = gw_cli_command(cli, "import.preview", args, &error);
  guint problems = result ? print_problems(cli, path, result) : 0;
  if (problems)
    fprintf(stderr, "%u %s; nothing was imported.\n", problems, problems == 1 ? "problem" : "problems");
  if (result && !problems && !dry) {
    json_decref(result);
    result = gw_cli_command(cli, "import.apply", args, &error);
  }
  json_decref(args);
  if (!result)
    return gw_cli_fail(error);
  if (!problems)
    printf("%s: %d rows, %d %s.\n", noun, (int)json_integer_value(json_object_get(result, "rows")), (int)json_integer_value(json_object_get(result, "changed")),
           dry ? "would change" : "new or changed");
  json_decref(result);
  return problems ? 1 : 0;
}

static int run_export(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  const char *noun = gw_cli_word(cli, 0);
  if (!noun || gw_cli_word(cli, 1))
    return gw_cli_usage(cli, "export");
  g_autoptr(GwDb) db = gw_cli_db(cli, &error);
  g_autofree char *text = db ? gw_export(db, noun, &error) : NULL;
  if (!text)
    return gw_cli_fail(error);
  fputs(text, stdout);
  return 0;
}

const GwSubcommand gw_cli_registry[] = {
    {"import", "NOUN FILE [--dry-run]", "Import places (GeoJSON), persons, slots, units, cameras, checkpoints or routes (CSV); all or nothing.",
     "import camera cameras.csv", run_import},
    {"export", "NOUN", "Write the registry as a file that import takes; passwords are left out.", "export camera > cameras.csv", run_export},
    {NULL}};
