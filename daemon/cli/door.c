#include <curl/curl.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/limits.h"
#include "daemon/base/token.h"
#include "daemon/cli/cli.h"
#include "daemon/ledger/ledger.h"
#include "daemon/net/passwords.h"

/* The two doors of the command line.  The daemon holds a lock beside the database while it runs; then a
 * command goes to it over loopback, with the token that it wrote where only its own user can read it. */

gboolean gw_cli_daemon_runs(GwCli *cli) {
  g_autofree char *path = g_strconcat(cli->config->database, ".lock", NULL);
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  gboolean held = flock(fd, LOCK_EX | LOCK_NB) != 0;
  close(fd);
  return held;
}

static gsize on_body(char *data, gsize size, gsize n, void *user) {
  GString *body = user;
  if (body->len + size * n > GW_LIMIT_IMPORT_BYTES)
    return 0;
  g_string_append_len(body, data, (gssize)(size * n));
  return size * n;
}

/* "args.noun: …" is for programs; a person typed the noun without "args". */
static json_t *refused(const char *zh, const char *en, GwCode code, gboolean say_zh, GError **error) {
  const char *sentence = say_zh && zh ? zh : en ? en : gw_code_to_string(code);
  g_set_error_literal(error, GW_ERROR, (int)code, g_str_has_prefix(sentence, "args.") ? sentence + strlen("args.") : sentence);
  return NULL;
}

static GwCode code_named(const char *name) {
  for (int c = 0; c < GW_N_CODES; c++)
    if (g_strcmp0(name, gw_code_to_string((GwCode)c)) == 0)
      return (GwCode)c;
  return GW_CODE_INTERNAL;
}

static json_t *read_reply(GwCli *cli, const GString *body, GError **error) {
  json_t *reply = json_loadb(body->str, body->len, JSON_REJECT_DUPLICATES, NULL);
  GwCode code = code_named(json_string_value(json_object_get(reply, "code")));
  json_t *result = NULL;
  if (!reply)
    refused(NULL, "The daemon's answer was not understood.", GW_CODE_INTERNAL, FALSE, error);
  else if (code != GW_CODE_OK)
    refused(json_string_value(json_object_get(reply, "sentence_zh")), json_string_value(json_object_get(reply, "sentence_en")), code, cli->zh, error);
  else if (!(result = json_incref(json_object_get(reply, "result"))))
    result = json_object();
  json_decref(reply);
  return result;
}

/* `text` NULL: a GET.  FALSE with an error when nothing came back. */
static gboolean exchange(GwCli *cli, const char *path, const char *text, const char *token, GString *body, GError **error) {
  g_autofree char *url = g_strdup_printf("http://127.0.0.1:%d/api/v1/%s", cli->config->port, path);
  g_autofree char *bearer = g_strdup_printf("Authorization: Bearer %s", token);
  struct curl_slist *headers = curl_slist_append(curl_slist_append(NULL, "Content-Type: application/json"), bearer);
  headers = curl_slist_append(headers, "Expect:"); /* an extra second for nothing */
  CURL *curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  if (text)
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, text);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
  CURLcode done = curl_easy_perform(curl);
  curl_easy_cleanup(curl);
  curl_slist_free_all(headers);
  if (done == CURLE_OK)
    return TRUE;
  g_set_error(error, GW_ERROR, GW_CODE_UNAVAILABLE, "The daemon runs but does not answer on port %d: %s", cli->config->port, curl_easy_strerror(done));
  return FALSE;
}

static char *read_token(GwCli *cli, GError **error) {
  g_autofree char *path = g_build_filename(cli->config->state, "cli.token", NULL);
  char *token = NULL;
  if (!g_file_get_contents(path, &token, NULL, NULL)) {
    g_set_error(error, GW_ERROR, GW_CODE_FORBIDDEN, "The daemon runs, and %s cannot be read: run this command as the daemon's own user, or as root.", path);
    return NULL;
  }
  return g_strstrip(token);
}

static json_t *over_http(GwCli *cli, const char *command, json_t *args, GError **error) {
  g_autofree char *token = read_token(cli, error);
  if (!token)
    return NULL;
  g_autoptr(GString) body = g_string_new(NULL);
  g_autofree char *uuid = gw_uuid_new();
  json_t *request = json_pack("{s:s, s:O}", "id", uuid, "args", args);
  char *text = json_dumps(request, JSON_COMPACT);
  json_decref(request);
  json_t *result = exchange(cli, command, text, token, body, error) ? read_reply(cli, body, error) : NULL;
  free(text);
  return result;
}

json_t *gw_cli_get(GwCli *cli, const char *path, GError **error) {
  g_autofree char *token = read_token(cli, error);
  g_autoptr(GString) body = g_string_new(NULL);
  if (!token || !exchange(cli, path, NULL, token, body, error))
    return NULL;
  json_t *answer = json_loadb(body->str, body->len, JSON_REJECT_DUPLICATES, NULL);
  if (answer && !json_object_get(answer, "sentence_en"))
    return answer;
  refused(json_string_value(json_object_get(answer, "sentence_zh")),
          answer ? json_string_value(json_object_get(answer, "sentence_en")) : "The daemon's answer was not understood.",
          answer ? code_named(json_string_value(json_object_get(answer, "code"))) : GW_CODE_INTERNAL, cli->zh, error);
  json_decref(answer);
  return NULL;
}

typedef struct {
  GMainLoop *loop;
  gboolean zh;
  json_t *result;
  GError *error;
} Answer;

static void on_reply(const GwReply *reply, gpointer user) {
  Answer *a = user;
  if (reply->code == GW_CODE_OK)
    a->result = reply->result ? json_incref(reply->result) : json_object();
  else
    refused(reply->sentence_zh, reply->sentence_en, reply->code, a->zh, &a->error);
  g_main_loop_quit(a->loop);
}

/* What net does for a browser (net/passwords.h): the ledger never sees a password. */
static void hash_password(json_t *args) {
  const char *password = json_string_value(json_object_get(args, "password"));
  if (!password)
    return;
  g_autofree char *hash = gw_password_hash_now(password);
  json_object_set_new(args, "_password_hash", json_string(hash));
  json_object_set_new(args, "_old_ok", json_true());
}

/* Root would leave files behind that the daemon's own user cannot write: it would not start any more. */
gboolean gw_cli_may_write(GwCli *cli, GError **error) {
  struct stat state;
  g_autofree char *folder = g_path_get_dirname(cli->config->database);
  if (geteuid() != 0 || stat(folder, &state) != 0 || state.st_uid == 0)
    return TRUE;
  const struct passwd *owner = getpwuid(state.st_uid);
  g_autofree char *number = g_strdup_printf("#%u", (guint)state.st_uid);
  g_set_error(error, GW_ERROR, GW_CODE_FORBIDDEN, "%s belongs to the daemon's user; while the daemon does not run, say: sudo -u %s gridwarden …", folder,
              owner ? owner->pw_name : number);
  return FALSE;
}

static json_t *in_process(GwCli *cli, const char *command, json_t *args, GError **error) {
  const GwLedgerConfig config = {.database = cli->config->database, .key_file = cli->config->key};
  GwLedger *ledger = gw_cli_may_write(cli, error) ? gw_ledger_start(&config, error) : NULL;
  if (!ledger)
    return NULL;
  if (g_str_has_prefix(command, "user."))
    hash_password(args);
  Answer answer = {.loop = g_main_loop_new(NULL, FALSE), .zh = cli->zh};
  const GwActor actor = {.role = GW_ROLE_ADMIN};
  if (gw_ledger_command(ledger, &actor, NULL, command, args, 0, on_reply, &answer, error))
    g_main_loop_run(answer.loop);
  gw_ledger_stop(ledger);
  g_main_loop_unref(answer.loop);
  if (answer.error)
    g_propagate_error(error, answer.error);
  return answer.result;
}

json_t *gw_cli_command(GwCli *cli, const char *command, json_t *args, GError **error) {
  if (gw_cli_daemon_runs(cli))
    return over_http(cli, command, args, error);
  if (!g_file_test(cli->config->database, G_FILE_TEST_EXISTS)) {
    g_set_error(error, GW_ERROR, GW_CODE_NOT_FOUND, "There is no database at %s; make one with: gridwarden init", cli->config->database);
    return NULL;
  }
  return in_process(cli, command, args, error);
}
