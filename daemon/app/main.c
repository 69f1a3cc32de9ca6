#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/app/center.h"
#include "daemon/app/config.h"
#include "daemon/base/log.h"
#include "daemon/sys/notify.h"
#include "daemon/sys/process.h"

#ifndef GW_CONFIG_FILE
#define GW_CONFIG_FILE "/etc/gridwarden/gridwarden.conf"
#endif

typedef struct {
  const char *path; /* of the configuration */
  GMainLoop *loop;
  GwCenter *center;
} App;

static void on_stop(gpointer user) {
  App *app = user;
  gw_sd_notify("STOPPING=1");
  g_main_loop_quit(app->loop);
}

static void on_reload(gpointer user) {
  App *app = user;
  g_autoptr(GError) error = NULL;
  g_autoptr(GwConfig) config = gw_config_load(app->path, &error);
  if (!config)
    gw_warning("The configuration stays as it was: %s", error->message);
  gw_center_reload(app->center, config);
}

static gboolean is_alive(gpointer user) {
  App *app = user;
  return gw_center_is_alive(app->center);
}

static int run(const GwConfig *config, const char *path) {
  g_autoptr(GError) error = NULL;
  App app = {.path = path};
  gw_process_raise_descriptors((guint64)config->descriptors);
  app.center = gw_center_start(config, &error);
  if (!app.center) {
    gw_error("%s", error->message);
    return gw_error_code(error) == GW_CODE_UNAVAILABLE ? EX_UNAVAILABLE : EX_SOFTWARE;
  }
  app.loop = g_main_loop_new(NULL, FALSE);
  gw_process_signals(on_stop, on_reload, &app);
  gw_sd_watchdog_start(is_alive, &app);
  gw_sd_notify("READY=1\nSTATUS=watching");
  g_main_loop_run(app.loop);
  gw_info("stopping");
  gw_sd_watchdog_stop();
  gw_process_signals_off();
  gw_center_stop(app.center);
  g_main_loop_unref(app.loop);
  gw_info("stopped");
  return EX_OK;
}

int main(int argc, char **argv) {
  g_autofree char *path = NULL;
  gboolean check = FALSE, version = FALSE;
  const GOptionEntry entries[] = {
      {"config", 'c', 0, G_OPTION_ARG_FILENAME, &path, "Read FILE (default: " GW_CONFIG_FILE ")", "FILE"},
      {"check-config", 0, 0, G_OPTION_ARG_NONE, &check, "Read the configuration, say what is wrong with it, and exit", NULL},
      {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version and exit", NULL},
      {NULL}};
  g_autoptr(GError) error = NULL;
  g_autoptr(GOptionContext) options = g_option_context_new("- the monitoring center's daemon");
  g_option_context_add_main_entries(options, entries, NULL);
  g_option_context_set_description(options, "Example:\n  gridwardend --config /etc/gridwarden/gridwarden.conf\n");
  if (!g_option_context_parse(options, &argc, &argv, &error) || argc > 1) {
    fprintf(stderr, "gridwardend: %s\n", error ? error->message : "no arguments are taken; see --help");
    return EX_USAGE;
  }
  if (version) {
    puts("gridwardend " GW_VERSION);
    return EX_OK;
  }
  if (!path)
    path = g_strdup(GW_CONFIG_FILE);
  g_autoptr(GwConfig) config = gw_config_load(path, &error);
  if (!config) {
    fprintf(stderr, "gridwardend: %s\n", error->message);
    return EX_CONFIG;
  }
  if (check) {
    puts("The configuration is sound.");
    return EX_OK;
  }
  if (geteuid() == 0) {
    fputs("gridwardend: not as root: start it as its own user (the package makes “gridwarden”; ./run makes one too)\n",
          stderr);
    return EX_NOPERM;
  }
  gw_config_apply_time_zone(config);
  gw_log_init("gridwardend", config->level);
  return run(config, path);
}
