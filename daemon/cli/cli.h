#pragma once
#include <jansson.h>
#include "daemon/app/config.h"
#include "daemon/store/db.h"

/* What the subcommands of `gridwarden` share.  One thread; everything may block: a person waits. */

typedef struct GwCli {
  GwConfig *config;
  char **args; /* after the subcommand's name; NULL-terminated */
  gboolean json, zh;
} GwCli;

typedef struct GwSubcommand {
  const char *name;    /* "camera add" */
  const char *usage;   /* "NAME URL [--user U]" */
  const char *summary; /* one line */
  const char *example;
  int (*run)(GwCli *cli); /* exit status: 0 done, 1 failed, 2 wrong words */
} GwSubcommand;

/* Each file's list ends with a NULL name. */
extern const GwSubcommand gw_cli_center[], gw_cli_user[], gw_cli_camera[], gw_cli_cameras[], gw_cli_registry[], gw_cli_machine[];

/* "--name value" or "--name=value" taken out of args; NULL when absent.  Lent. */
const char *gw_cli_option(GwCli *cli, const char *name);
gboolean gw_cli_flag(GwCli *cli, const char *name);
/* The n-th word that is left; NULL when there are fewer. */
const char *gw_cli_word(GwCli *cli, guint n);
/* Says the error on stderr and returns 1 (2 for wrong words). */
int gw_cli_fail(const GError *error);
/* Names the option that is left without its value, if one is, then the usage; returns 2. */
int gw_cli_usage(const GwCli *cli, const char *name);
/* Asks on the terminal without echo, or reads one line from standard input when it is no terminal, or takes
 * the file given by --password-file.  Never an argument: those are seen by everybody.  Caller wipes and frees. */
char *gw_cli_password(GwCli *cli, const char *prompt, GError **error);
GwDb *gw_cli_db(GwCli *cli, GError **error); /* for reading */

/* Gives a command: to the running daemon over its loopback door, or, when none runs, to a ledger in this
 * process.  A new reference to the result, NULL with an error. */
json_t *gw_cli_command(GwCli *cli, const char *command, json_t *args, GError **error);
/* GET /api/v1/PATH of the running daemon; a new reference, NULL with an error. */
json_t *gw_cli_get(GwCli *cli, const char *path, GError **error);
gboolean gw_cli_daemon_runs(GwCli *cli);
/* What doctor says of cameras: how many are received by the fallback, how many send keyframes too rarely. */
gboolean gw_cli_camera_figures(GwCli *cli, guint *ret_fallback, guint *ret_slow, GError **error);
/* What doctor says of recorders: which cameras cannot be looked back at, and how many days each recorder holds,
 * found out by asking it, one after the other, when that is older than a week or `anew`. */
typedef void (*GwCliSay)(gpointer doctor, gboolean good, const char *line);
void gw_cli_doctor_recorders(GwCli *cli, GwDb *db, gboolean anew, GwCliSay say, gpointer doctor);
/* FALSE with an error: root is about to write where the daemon runs as another user. */
gboolean gw_cli_may_write(GwCli *cli, GError **error);
