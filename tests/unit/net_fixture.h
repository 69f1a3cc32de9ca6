#pragma once
/* For tests of net: the real ledger with its thread, the real listeners, on a real database and free ports; the test is
 * the owner's thread and turns the loop while it waits for its own sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <gio/gio.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/token.h"
#include "daemon/ledger/ledger.h"
#include "daemon/net/net.h"
#include "daemon/net/passwords.h"

#define WAIT_US (10 * GW_SEC)

typedef struct Center {
  char *folder, *database, *key, *media, *pages;
  GwLedger *ledger;
  GwNet *net;
} Center;

static void on_publish(const GwPublication *publication, gpointer user) {
  Center *center = user;
  if (center->net)
    gw_net_on_publication(center->net, publication);
}

static void on_storage(const char *state, GwUsec since_us, gpointer user) {
}

typedef struct Done {
  gboolean came;
  GwCode code;
  json_t *result;
} Done;

static void on_done(const GwReply *reply, gpointer user) {
  Done *done = user;
  done->came = TRUE;
  done->code = reply->code;
  done->result = reply->result ? json_incref(reply->result) : NULL;
}

static gboolean on_tick(gpointer unused) {
  return G_SOURCE_CONTINUE;
}

/* Turns the loop until `flag`, or fails. */
static void wait_for(const gboolean *flag, const char *what) {
  GwUsec until_us = gw_clock_mono_us() + WAIT_US;
  guint tick = g_timeout_add(20, on_tick, NULL);
  while (!*(const volatile gboolean *)flag && gw_clock_mono_us() < until_us)
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(tick);
  if (!*flag)
    fail_msg("waited in vain for %s", what);
}

static json_t *command_as_admin(Center *center, const char *command, json_t *consumed) {
  const GwActor actor = {.role = GW_ROLE_ADMIN};
  Done done = {0};
  assert_true(gw_ledger_command(center->ledger, &actor, NULL, command, consumed, 0, on_done, &done, NULL));
  json_decref(consumed);
  wait_for(&done.came, command);
  assert_int_equal(done.code, GW_CODE_OK);
  return done.result;
}

static void add_user(Center *center, const char *name, const char *role) {
  g_autofree char *hash = gw_password_hash_now("correct horse");
  json_decref(command_as_admin(center, "user.add", json_pack("{s:s,s:s,s:s,s:s}", "name", name, "role", role, "password",
                                                              "correct horse", "_password_hash", hash)));
}

static int center_up(void **state) {
  Center *center = g_new0(Center, 1);
  g_autoptr(GError) error = NULL;
  center->folder = g_dir_make_tmp("gw-net-XXXXXX", NULL);
  center->database = g_build_filename(center->folder, "center.db", NULL);
  center->key = g_build_filename(center->folder, "secret.key", NULL);
  center->media = g_build_filename(center->folder, "media", NULL);
  center->pages = g_build_filename(center->folder, "pages", NULL);
  GwLedgerConfig ledger = {
      .database = center->database, .key_file = center->key, .on_publish = on_publish, .on_storage = on_storage, .user = center};
  center->ledger = gw_ledger_start(&ledger, &error);
  if (!center->ledger)
    fail_msg("%s", error->message);
  GwNetConfig net = {.ledger = center->ledger,
                     .database = center->database,
                     .media = center->media,
                     .state = center->folder,
                     .dashboard = center->pages,
                     .demo = TRUE,
                     .port = 0,
                     .tls_port = 0,
                     .clients = 8,
                     .login_per_minute = 5,
                     .user = center};
  center->net = gw_net_start(&net, &error);
  if (!center->net)
    fail_msg("%s", error->message);
  add_user(center, "wang", "operator");
  *state = center;
  return 0;
}

static int center_down(void **state) {
  Center *center = *state;
  gw_net_stop(center->net);
  center->net = NULL;
  gw_ledger_stop(center->ledger);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_autofree char *command = g_strdup_printf("rm -rf '%s'", center->folder);
  g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL);
  g_free(center->folder);
  g_free(center->database);
  g_free(center->key);
  g_free(center->media);
  g_free(center->pages);
  g_free(center);
  return 0;
}

/* --- one HTTP exchange, as bytes, on a thread of its own: the owner turns the loop meanwhile --- */

typedef struct Exchange {
  int port;
  const char *address, *text;
  gsize bytes;
  GString *answer;
  gboolean done, refused;
} Exchange;

static gpointer exchange_thread(gpointer p) {
  Exchange *e = p;
  g_autoptr(GSocketClient) client = g_socket_client_new();
  g_socket_client_set_timeout(client, 8);
  g_autoptr(GSocketConnection) connection = g_socket_client_connect_to_host(client, e->address, (guint16)e->port, NULL, NULL);
  e->refused = connection == NULL;
  char part[4096];
  gssize n = -1;
  if (connection &&
      g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection)), e->text, e->bytes, NULL, NULL, NULL))
    while ((n = g_input_stream_read(g_io_stream_get_input_stream(G_IO_STREAM(connection)), part, sizeof part, NULL, NULL)) > 0)
      g_string_append_len(e->answer, part, n);
  g_atomic_int_set(&e->done, TRUE);
  return NULL;
}

/* Sends bytes as they are and gives everything until the other side closes.  Caller frees; NULL: refused. */
static char *exchange_at(const char *address, int port, const char *text, gsize bytes) {
  Exchange e = {.port = port, .address = address, .text = text, .bytes = bytes, .answer = g_string_new(NULL)};
  GThread *thread = g_thread_new("client", exchange_thread, &e);
  wait_for(&e.done, "an answer");
  g_thread_join(thread);
  return g_string_free(e.answer, e.refused);
}

/* A request with Host and Connection: close; `more` are further header lines, each with \r\n. */
static char *ask(Center *center, const char *method, const char *path, const char *more, const char *body) {
  g_autofree char *text =
      g_strdup_printf("%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s%s%zu\r\n\r\n%s", method, path, more ? more : "",
                      "Content-Length: ", body ? strlen(body) : (gsize)0, body ? body : "");
  return exchange_at("127.0.0.1", gw_net_port(center->net), text, strlen(text));
}

static int status_of(const char *answer) {
  return answer && g_str_has_prefix(answer, "HTTP/1.") ? atoi(answer + 9) : -1;
}

#define JSON_TYPE "Content-Type: application/json\r\n"

/* The session's cookie as a header line; caller frees. */
static char *login(Center *center, const char *name) {
  g_autofree char *body = g_strdup_printf("{\"name\":\"%s\",\"password\":\"correct horse\"}", name);
  g_autofree char *answer = ask(center, "POST", "/api/v1/session.login", JSON_TYPE, body);
  assert_int_equal(status_of(answer), 200);
  const char *cookie = strstr(answer, "Set-Cookie: gw=");
  assert_non_null(cookie);
  cookie += strlen("Set-Cookie: ");
  return g_strdup_printf("Cookie: %.*s\r\n", (int)strcspn(cookie, ";"), cookie);
}
