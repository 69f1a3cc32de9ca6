#include "daemon/base/log.h"
#include "tests/farm/onvif/device.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* gwfarm-onvif: prints one JSON line with its address, then takes orders on stdin, one JSON object a line,
 * and answers each with its counts; ends with stdin. */
static char *arg_user = NULL, *arg_password = NULL;
static char **arg_presets = NULL;

static GOptionEntry entries[] = {
    {"user", 'u', 0, G_OPTION_ARG_STRING, &arg_user, "ask for this user", "NAME"},
    {"password", 0, 0, G_OPTION_ARG_STRING, &arg_password, "and this password (a simulated one)", "TEXT"},
    {"preset", 'p', 0, G_OPTION_ARG_FILENAME_ARRAY, &arg_presets, "it can be turned to this; may come again",
     "TOKEN=NAME"},
    {NULL},
};

static void obey(OnvifDevice *device, json_t *order, OnvifHow *how) {
  const char *mode = json_string_value(json_object_get(order, "mode"));
  const char *password = json_string_value(json_object_get(order, "password"));
  int http_digest = how->http_digest, other_host = how->other_host;
  (void)onvif_mode_from_string(mode, &how->mode);
  (void)json_unpack(order, "{s?b, s?b, s?i, s?i}", "http_digest", &http_digest, "other_host", &other_host,
                    "clock_off_s", &how->clock_off_s, "slow_ms", &how->slow_ms); /* what is not named stays */
  how->http_digest = http_digest;
  how->other_host = other_host;
  onvif_device_set(device, how);
  if (password)
    onvif_device_set_password(device, password);
}

static void say_counts(OnvifDevice *device) {
  const OnvifCounts c = onvif_device_counts(device);
  json_t *said = json_pack("{s:b, s:i, s:i, s:i, s:s}", "ok", TRUE, "requests", (int)c.requests, "refused",
                           (int)c.refused, "turns", (int)c.turns, "preset", c.preset);
  char *text = json_dumps(said, JSON_COMPACT);
  printf("%s\n", text);
  fflush(stdout);
  g_free(text);
  json_decref(said);
}

static void serve(OnvifDevice *device) {
  OnvifHow how = {0};
  char line[4096];
  printf("{\"ready\":true,\"url\":\"http://127.0.0.1:%u/onvif/device_service\"}\n",
         onvif_device_port(device));
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    json_t *order = json_loads(line, 0, NULL);
    if (order)
      obey(device, order, &how);
    json_decref(order);
    say_counts(device);
  }
}

int main(int argc, char **argv) {
  static const char *const some[] = {"1=大门", "2=道路", NULL};
  gw_log_init("gwfarm-onvif", GW_LOG_INFO);
  g_autoptr(GError) error = NULL;
  g_autoptr(GOptionContext) context = g_option_context_new("- a simulated camera that can be turned");
  g_option_context_add_main_entries(context, entries, NULL);
  g_option_context_set_description(context,
                                   "Example: gwfarm-onvif --user admin --password secret --preset 1=Gate");
  OnvifDevice *device = NULL;
  if (g_option_context_parse(context, &argc, &argv, &error))
    device = onvif_device_new(arg_user, arg_password, arg_presets ? (const char *const *)arg_presets : some,
                              &error);
  if (!device) {
    gw_error("%s", error->message);
    return 1;
  }
  serve(device);
  onvif_device_free(device);
  g_strfreev(arg_presets);
  return 0;
}
