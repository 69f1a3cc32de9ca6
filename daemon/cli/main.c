#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "daemon/base/limits.h"
#include "daemon/cli/cli.h"

#define DEFAULT_CONFIG "/etc/gridwarden/gridwarden.conf"

static const GwSubcommand *const groups[] = {gw_cli_center, gw_cli_user, gw_cli_camera, gw_cli_cameras, gw_cli_registry, gw_cli_machine};

static void print_help(FILE *out) {
  fputs("Usage: gridwarden [--config FILE] [--json] COMMAND ...\n\nThe command line of a Gridwarden center.\n\n", out);
  for (gsize g = 0; g < G_N_ELEMENTS(groups); g++)
    for (const GwSubcommand *c = groups[g]; c->name; c++)
      fprintf(out, "  %-18s %s\n", c->name, c->summary);
  fputs("\n  gridwarden COMMAND --help shows one command with an example.\n"
        "  The configuration is " DEFAULT_CONFIG ", or $GRIDWARDEN_CONFIG, or --config FILE.\n",
        out);
}

static int print_usage(const GwSubcommand *c, FILE *out) {
  fprintf(out, "Usage: gridwarden %s %s\n\n%s\n\nExample: gridwarden %s\n", c->name, c->usage, c->summary, c->example);
  return 2;
}

static const GwSubcommand *find(const char *name) {
  for (gsize g = 0; g < G_N_ELEMENTS(groups); g++)
    for (const GwSubcommand *c = groups[g]; c->name; c++)
      if (strcmp(c->name, name) == 0)
        return c;
  return NULL;
}

int gw_cli_usage(const GwCli *cli, const char *name) {
  for (guint i = 0; cli->args[i]; i++)
    if (g_str_has_prefix(cli->args[i], "--")) {
      fprintf(stderr, "gridwarden: %s needs a value.\n", cli->args[i]);
      break;
    }
  return print_usage(find(name), stderr);
}

/* An option that the usage line does not name is a mistake, not a word to be passed over. */
static gboolean options_are_known(const GwCli *cli, const GwSubcommand *c) {
  for (guint i = 0; cli->args[i]; i++) {
    gsize n = strcspn(cli->args[i], "=");
    g_autofree char *option = g_strndup(cli->args[i], n);
    const char *at = g_str_has_prefix(option, "--") ? strstr(c->usage, option) : c->usage;
    if (at && (at == c->usage || !at[n] || strchr(" ]", at[n])))
      continue;
    fprintf(stderr, "gridwarden: \"%s\" has no option %s.\n", c->name, option);
    return FALSE;
  }
  return TRUE;
}

static void take_out(char **args, guint at, guint n) {
  guint length = g_strv_length(args);
  for (guint i = at; i + n <= length; i++)
    args[i] = args[i + n];
}

const char *gw_cli_option(GwCli *cli, const char *name) {
  gsize n = strlen(name);
  for (guint i = 0; cli->args[i]; i++) {
    const char *value = cli->args[i + 1];
    if (strcmp(cli->args[i], name) == 0 && value) {
      take_out(cli->args, i, 2);
      return value;
    }
    if (strncmp(cli->args[i], name, n) == 0 && cli->args[i][n] == '=') {
      value = cli->args[i] + n + 1;
      take_out(cli->args, i, 1);
      return value;
    }
  }
  return NULL;
}

gboolean gw_cli_flag(GwCli *cli, const char *name) {
  for (guint i = 0; cli->args[i]; i++)
    if (strcmp(cli->args[i], name) == 0) {
      take_out(cli->args, i, 1);
      return TRUE;
    }
  return FALSE;
}

const char *gw_cli_word(GwCli *cli, guint n) {
  return n < g_strv_length(cli->args) ? cli->args[n] : NULL;
}

int gw_cli_fail(const GError *error) {
  fprintf(stderr, "gridwarden: %s\n", error ? error->message : "failed without a reason");
  return gw_error_code(error) == GW_CODE_BAD_ARGS ? 2 : 1;
}

static char *read_line_without_echo(const char *prompt) {
  struct termios before, quiet;
  gboolean terminal = tcgetattr(STDIN_FILENO, &before) == 0;
  if (terminal) {
    fprintf(stderr, "%s: ", prompt);
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  char line[GW_LIMIT_WORDS_CHARS] = "";
  gboolean read = fgets(line, sizeof line, stdin) != NULL;
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
  }
  line[strcspn(line, "\r\n")] = '\0';
  char *password = read ? g_strdup(line) : NULL;
  sodium_memzero(line, sizeof line);
  return password;
}

char *gw_cli_password(GwCli *cli, const char *prompt, GError **error) {
  const char *file = gw_cli_option(cli, "--password-file");
  char *password = NULL;
  if (file && !g_file_get_contents(file, &password, NULL, error))
    return NULL;
  if (file)
    password[strcspn(password, "\r\n")] = '\0';
  else
    password = read_line_without_echo(prompt);
  if (!password)
    g_set_error_literal(error, GW_ERROR, GW_CODE_BAD_ARGS, "No password came; type it, pipe it in, or use --password-file FILE.");
  return password;
}

GwDb *gw_cli_db(GwCli *cli, GError **error) {
  if (!g_file_test(cli->config->database, G_FILE_TEST_EXISTS)) {
    g_set_error(error, GW_ERROR, GW_CODE_NOT_FOUND, "There is no database at %s; make one with: gridwarden init", cli->config->database);
    return NULL;
  }
  return gw_db_open(cli->config->database, GW_DB_READ, error);
}

static GwConfig *load_config(GwCli *cli, GError **error) {
  const char *path = gw_cli_option(cli, "--config");
  if (!path)
    path = g_getenv("GRIDWARDEN_CONFIG");
  if (!path && g_file_test(DEFAULT_CONFIG, G_FILE_TEST_EXISTS))
    path = DEFAULT_CONFIG;
  if (path && !g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "There is no configuration file %s.", path);
    return NULL;
  }
  return gw_config_load(path, error);
}

/* "user add NAME" -> the subcommand "user add", then what is left; "verify" is one word. */
static const GwSubcommand *take_subcommand(GwCli *cli) {
  const char *first = gw_cli_word(cli, 0), *second = gw_cli_word(cli, 1);
  g_autofree char *two = second ? g_strdup_printf("%s %s", first, second) : NULL;
  const GwSubcommand *c = two ? find(two) : NULL;
  if (c) {
    take_out(cli->args, 0, 2);
    return c;
  }
  if ((c = find(first)))
    take_out(cli->args, 0, 1);
  return c;
}

static int suggest(const char *first) {
  fprintf(stderr, "gridwarden: there is no command \"%s\".", first);
  gboolean any = FALSE;
  for (gsize g = 0; g < G_N_ELEMENTS(groups); g++)
    for (const GwSubcommand *c = groups[g]; c->name; c++)
      if (g_str_has_prefix(c->name, first) || (first[0] && first[1] && c->name[0] == first[0] && c->name[1] == first[1])) {
        fprintf(stderr, "%s %s", any ? "," : " There is:", c->name);
        any = TRUE;
      }
  fputs("\nSee: gridwarden --help\n", stderr);
  return 2;
}

static int run(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  gboolean help = gw_cli_flag(cli, "--help") || gw_cli_flag(cli, "-h");
  if (gw_cli_flag(cli, "--version")) {
    puts("gridwarden " GW_VERSION);
    return 0;
  }
  cli->json = gw_cli_flag(cli, "--json");
  cli->config = load_config(cli, &error);
  const char *first = gw_cli_word(cli, 0);
  if (!first) {
    print_help(help ? stdout : stderr);
    return help ? 0 : 2;
  }
  const GwSubcommand *c = take_subcommand(cli);
  if (!c)
    return suggest(first);
  if (help) {
    print_usage(c, stdout);
    return 0;
  }
  if (!options_are_known(cli, c))
    return print_usage(c, stderr);
  if (!cli->config)
    return gw_cli_fail(error);
  gw_config_apply_time_zone(cli->config);
  return c->run(cli);
}

int main(int argc, char **argv) {
  setlocale(LC_ALL, "");
  gw_log_init("gridwarden", GW_LOG_WARNING);
  if (sodium_init() < 0)
    g_error("libsodium does not start");
  GwCli cli = {.zh = g_str_has_prefix(g_getenv("LANG") ? g_getenv("LANG") : "", "zh")};
  /* args is shifted while words are taken out, so the strings stay argv's. */
  cli.args = g_new0(char *, (gsize)argc + 1);
  for (int i = 1; i < argc; i++)
    cli.args[i - 1] = argv[i];
  int status = run(&cli);
  g_free(cli.args);
  gw_config_free(cli.config);
  return status;
}
