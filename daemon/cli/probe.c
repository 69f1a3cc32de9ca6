#include "daemon/cli/probe.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/link/frame.h"

extern char **environ;

typedef struct {
  GMainLoop *loop;
  json_t *result;
} Probe;

static void on_message(GwLink *link, json_t *message, const guint8 *data, gsize bytes, gpointer user) {
  Probe *probe = user;
  if (g_strcmp0(json_string_value(json_object_get(message, "type")), "camera.probed") != 0 || probe->result)
    return;
  probe->result = json_incref(message);
  g_main_loop_quit(probe->loop);
}

static void on_closed(GwLink *link, const char *reason, gpointer user) {
  g_main_loop_quit(((Probe *)user)->loop);
}

static gboolean on_timeout(gpointer user) {
  g_main_loop_quit(user);
  return G_SOURCE_CONTINUE; /* removed by who added it */
}

/* The worker finds its sockets as descriptors 3 and 4. */
static pid_t start_worker(const char *worker, int control, int media) {
  posix_spawn_file_actions_t actions;
  pid_t pid = -1;
  /* Above 4 first, so that one dup2 cannot overwrite what the other still needs. */
  int high_control = fcntl(control, F_DUPFD_CLOEXEC, 10), high_media = fcntl(media, F_DUPFD_CLOEXEC, 10);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, high_control, 3);
  posix_spawn_file_actions_adddup2(&actions, high_media, 4);
  char *argv[] = {(char *)worker, NULL};
  if (posix_spawn(&pid, worker, &actions, NULL, argv, environ) != 0)
    pid = -1;
  posix_spawn_file_actions_destroy(&actions);
  close(high_control);
  close(high_media);
  return pid;
}

static void ask(GwLink *link, const char *url, const char *user_name, const char *password, int timeout_ms,
                GwUsec play_from_us, gboolean by_range) {
  json_t *hello = json_pack("{s:s, s:i, s:s, s:s, s:i, s:i, s:i}", "type", "hello", "v", 1, "worker", "probe", "job", "cameras", "connects", 1,
                            "connects_per_host", 1, "stall_ms", 3000);
  json_t *look = json_pack("{s:s, s:i, s:s, s:i, s:s*, s:s*}", "type", "camera.probe", "ref", 1, "url", url, "timeout_ms", timeout_ms, "user",
                           user_name, "password", password);
  if (play_from_us)
    json_object_update_new(look, json_pack("{s:I, s:b}", "play_from_us", (json_int_t)play_from_us, "by_range", by_range));
  (void)(gw_link_send(link, hello, NULL, 0) && gw_link_send(link, look, NULL, 0)); /* a fresh queue is empty */
  json_decref(hello);
  json_decref(look);
}

json_t *gw_cli_probe(const char *worker, const char *url, const char *user_name, const char *password, int timeout_ms,
                     GwUsec play_from_us, gboolean by_range, GError **error) {
  int control[2], media[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) != 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, media) != 0) {
    g_set_error_literal(error, GW_ERROR, GW_CODE_INTERNAL, "No socket pair could be made; too many files are open.");
    return NULL;
  }
  pid_t pid = start_worker(worker, control[1], media[1]);
  close(control[1]);
  close(media[1]);
  Probe probe = {.loop = g_main_loop_new(NULL, FALSE)};
  GwLink *link = gw_link_new(NULL, control[0], on_message, on_closed, &probe);
  guint timer = g_timeout_add((guint)timeout_ms + 1000, on_timeout, probe.loop);
  if (pid > 0) {
    ask(link, url, user_name, password, timeout_ms, play_from_us, by_range);
    g_main_loop_run(probe.loop);
  }
  g_source_remove(timer);
  gw_link_free(link);
  close(media[0]);
  if (pid > 0) {
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
  }
  g_main_loop_unref(probe.loop);
  if (!probe.result)
    g_set_error(error, GW_ERROR, GW_CODE_UNAVAILABLE, pid > 0 ? "The worker %s gave no answer." : "The worker %s cannot be started; see [ingest] worker in the configuration.", worker);
  return probe.result;
}
