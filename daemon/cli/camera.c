#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "daemon/cli/cli.h"
#include "daemon/cli/probe.h"
#include "daemon/store/registry.h"

#define PROBE_MS 8000

/* Takes user and password out of rtsp://user:password@host/…; they never stay in the address. */
static gboolean split_url(const char *given, char **ret_url, char **ret_user, char **ret_password, GError **error) {
  g_autoptr(GUri) uri = g_uri_parse(given, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY, NULL);
  const char *scheme = uri ? g_uri_get_scheme(uri) : "";
  if (!uri || !g_uri_get_host(uri) || !*g_uri_get_host(uri) || (strcmp(scheme, "rtsp") != 0 && strcmp(scheme, "rtsps") != 0)) {
    g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "This is no camera address; it looks like rtsp://192.0.2.10/stream1 (the maker's handbook has it).");
    return FALSE;
  }
  *ret_user = g_strdup(g_uri_get_user(uri));
  *ret_password = g_strdup(g_uri_get_password(uri));
  *ret_url = g_uri_join(G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY, scheme, NULL, g_uri_get_host(uri), g_uri_get_port(uri),
                        g_uri_get_path(uri), g_uri_get_query(uri), NULL);
  return TRUE;
}

static void print_probe(GwCli *cli, json_t *found) {
  const char *sentence = json_string_value(json_object_get(found, cli->zh ? "sentence_zh" : "sentence_en"));
  if (json_is_true(json_object_get(found, "ok")))
    printf("%s %dx%d, %.1f fps, %d kbit/s, a keyframe every %d frames.\n", json_string_value(json_object_get(found, "codec")),
           (int)json_integer_value(json_object_get(found, "width")), (int)json_integer_value(json_object_get(found, "height")),
           json_number_value(json_object_get(found, "fps")), (int)json_number_value(json_object_get(found, "kbps")),
           (int)json_integer_value(json_object_get(found, "gop")));
  if (sentence)
    puts(sentence);
}

typedef struct {
  char *url, *user, *password;
} Address;

static void address_clear(Address *a) {
  if (a->password)
    sodium_memzero(a->password, strlen(a->password));
  g_free(a->url);
  g_free(a->user);
  g_free(a->password);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Address, address_clear)

static gboolean take_address(GwCli *cli, const char *given, const char *user, Address *ret, GError **error) {
  if (!split_url(given, &ret->url, &ret->user, &ret->password, error))
    return FALSE;
  if (user) {
    g_free(ret->user);
    ret->user = g_strdup(user);
  }
  if (ret->user && !ret->password)
    ret->password = gw_cli_password(cli, "Camera password", error);
  return !ret->user || ret->password;
}

static int add(GwCli *cli, const char *name, const char *code, const char *place, const Address *a, GError **error) {
  json_t *args = json_pack("{s:s, s:s, s:s, s:s*, s:s*}", "code", code ? code : name, "name", name, "url", a->url, "user_name", a->user, "password", a->password);
  if (place) {
    g_autoptr(GwDb) db = gw_cli_db(cli, error);
    GwId place_id = db ? gw_registry_id(db, "place", place, error) : 0;
    if (!place_id && !*error)
      g_set_error(error, GW_ERROR, GW_CODE_NOT_FOUND, "There is no place with the code %s; see: gridwarden export place", place);
    json_object_set_new(args, "place_id", json_integer(place_id));
  }
  json_t *result = *error ? NULL : gw_cli_command(cli, "camera.add", args, error);
  json_decref(args);
  if (!result)
    return gw_cli_fail(*error);
  json_decref(result);
  printf("Camera %s is added%s.\n", name, gw_cli_daemon_runs(cli) ? " and watched" : "; it is watched as soon as the daemon runs");
  return 0;
}

static int run_add(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  const char *user = gw_cli_option(cli, "--user"), *code = gw_cli_option(cli, "--code"), *place = gw_cli_option(cli, "--place");
  gboolean anyway = gw_cli_flag(cli, "--anyway");
  g_auto(Address) a = {0};
  const char *name = gw_cli_word(cli, 0), *url = gw_cli_word(cli, 1);
  if (!name || !url)
    return gw_cli_usage(cli, "camera add");
  if (!take_address(cli, url, user, &a, &error))
    return gw_cli_fail(error);
  if (gw_cli_word(cli, 2))
    return gw_cli_usage(cli, "camera add");
  json_t *found = gw_cli_probe(cli->config->worker, a.url, a.user, a.password, PROBE_MS, 0, FALSE, &error);
  if (!found)
    return gw_cli_fail(error);
  gboolean ok = json_is_true(json_object_get(found, "ok"));
  print_probe(cli, found);
  json_decref(found);
  if (!ok && !anyway) {
    fputs("Nothing was added. Mend the address or the password, or add it all the same with --anyway.\n", stderr);
    return 1;
  }
  return add(cli, name, code, place, &a, &error);
}

static int run_probe(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  const char *user = gw_cli_option(cli, "--user");
  g_auto(Address) a = {0};
  const char *url = gw_cli_word(cli, 0);
  if (!url)
    return gw_cli_usage(cli, "camera probe");
  if (!take_address(cli, url, user, &a, &error))
    return gw_cli_fail(error);
  json_t *found = gw_cli_probe(cli->config->worker, a.url, a.user, a.password, PROBE_MS, 0, FALSE, &error);
  if (!found)
    return gw_cli_fail(error);
  gboolean ok = json_is_true(json_object_get(found, "ok"));
  print_probe(cli, found);
  json_decref(found);
  return ok ? 0 : 1;
}

GW_SQL(CLI_CAMERA_LIST, "select c.code, c.name, c.state, c.cause, coalesce(p.name, ''), c.enabled from camera c "
                        "left join place p on p.id = c.place_id where c.removed_at_us is null order by c.code");

static int run_list(GwCli *cli) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GwDb) db = gw_cli_db(cli, &error);
  if (!db)
    return gw_cli_fail(error);
  gboolean runs = gw_cli_daemon_runs(cli); /* without a daemon nobody watches: no state is true */
  g_autoptr(GwStmt) s = gw_stmt(db, &CLI_CAMERA_LIST);
  printf("%-12s %-12s %-14s %-24s %s\n", "code", "state", "cause", "name", "place");
  while (gw_step(s, &error) == GW_STEP_ROW)
    printf("%-12s %-12s %-14s %-24s %s\n", gw_col_text(s, 0), !gw_col_int(s, 5) ? "off" : runs ? gw_col_text(s, 2) : "unknown",
           runs ? gw_col_text(s, 3) : "no daemon", gw_col_text(s, 1), gw_col_text(s, 4));
  return error ? gw_cli_fail(error) : 0;
}

const GwSubcommand gw_cli_camera[] = {
    {"camera add", "NAME URL [--user U] [--password-file FILE] [--code CODE] [--place CODE] [--anyway]",
     "Look at a camera, say what was found, and watch it from now on.", "camera add 东门 rtsp://admin@192.0.2.10/stream1", run_add},
    {"camera probe", "URL [--user U] [--password-file FILE]", "Look at a camera once and say what was found.", "camera probe rtsp://192.0.2.10/stream1", run_probe},
    {"camera list", "", "All cameras and how they are.", "camera list", run_list},
    {NULL}};
