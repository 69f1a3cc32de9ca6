#include "daemon/ingest/child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"

#define CONTROL_FD 3
#define MEDIA_FD 4

struct GwChild {
  GPid pid;
  guint watch; /* source id of the child watch */
  GwLink *control, *media;
  GwChildEvents events;
  gpointer user;
  char *reason; /* why it ended, when we know before the process is reaped */
};

static void drop_links(GwChild *child) {
  g_clear_pointer(&child->control, gw_link_free);
  g_clear_pointer(&child->media, gw_link_free);
}

void gw_child_kill(GwChild *child, const char *reason) {
  if (!child->reason)
    child->reason = g_strdup(reason);
  drop_links(child);
  kill(child->pid, SIGKILL);
}

/* A broken stream and a closed one end the same way: the process is started anew. */
static void on_closed(GwLink *link, const char *reason, gpointer user) {
  gw_child_kill(user, reason);
}

static char *describe(int status) {
  if (WIFSIGNALED(status))
    return g_strdup_printf("killed by signal %d", WTERMSIG(status));
  return g_strdup_printf("ended with code %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

/* The watch may come before the links have told what the child said last: nothing of it counts any more. */
static void on_ended(GPid pid, gint status, gpointer user) {
  GwChild *child = user;
  child->watch = 0;
  drop_links(child);
  g_autofree char *ended = describe(status);
  g_autofree char *reason = child->reason ? g_strdup_printf("%s, %s", child->reason, ended) : g_strdup(ended);
  g_spawn_close_pid(child->pid);
  child->events.on_gone(child, reason, child->user);
}

static gboolean make_pairs(int pairs[2][2], GError **error) {
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pairs[0]) != 0) {
    g_set_error(error, GW_ERROR, GW_CODE_UNAVAILABLE, "No socket for a worker: %s.", g_strerror(errno));
    return FALSE;
  }
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pairs[1]) == 0)
    return TRUE;
  g_set_error(error, GW_ERROR, GW_CODE_UNAVAILABLE, "No socket for a worker: %s.", g_strerror(errno));
  close(pairs[0][0]);
  close(pairs[0][1]);
  return FALSE;
}

GwChild *gw_child_start(const char *program, const GwChildEvents *events, gpointer user, GError **error) {
  int pairs[2][2];
  if (!make_pairs(pairs, error))
    return NULL;
  const char *argv[] = {program, NULL};
  const int ours[] = {pairs[0][1], pairs[1][1]}, theirs[] = {CONTROL_FD, MEDIA_FD};
  GPid pid = 0;
  g_autoptr(GError) why = NULL;
  /* GStreamer's network elements ask GSettings for a proxy; a worker has no home for its database. */
  g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "GSETTINGS_BACKEND", "memory", TRUE);
  const gboolean ok = g_spawn_async_with_pipes_and_fds(
      NULL, argv, (const char *const *)environment, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, -1, -1, -1, ours,
      theirs, G_N_ELEMENTS(ours), &pid, NULL, NULL, NULL, &why);
  close(pairs[0][1]);
  close(pairs[1][1]);
  if (!ok) {
    close(pairs[0][0]);
    close(pairs[1][0]);
    g_set_error(error, GW_ERROR, GW_CODE_UNAVAILABLE, "The worker %s cannot be started: %s", program,
                why->message);
    return NULL;
  }
  GwChild *child = g_new0(GwChild, 1);
  child->pid = pid;
  child->events = *events;
  child->user = user;
  child->control = gw_link_new(NULL, pairs[0][0], events->on_control, on_closed, child);
  child->media = gw_link_new(NULL, pairs[1][0], events->on_media, on_closed, child);
  child->watch = g_child_watch_add(pid, on_ended, child);
  return child;
}

void gw_child_hang_up(GwChild *child) {
  drop_links(child);
}

static gboolean wait_for(GPid pid, GwUsec wait_us) {
  const int fd = (int)syscall(SYS_pidfd_open, pid, 0);
  if (fd < 0)
    return FALSE;
  struct pollfd p = {fd, POLLIN, 0};
  const gboolean ended = poll(&p, 1, (int)(wait_us / GW_MS)) > 0;
  close(fd);
  return ended;
}

void gw_child_end(GwChild *child, GwUsec wait_us) {
  if (!child)
    return;
  drop_links(child); /* the worker's loop ends when its control socket does */
  if (child->watch > 0) {
    g_source_remove(child->watch);
    child->watch = 0;
    if (!wait_for(child->pid, wait_us))
      kill(child->pid, SIGKILL);
    while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR) {
    }
  }
  gw_child_free(child);
}

void gw_child_free(GwChild *child) {
  drop_links(child);
  g_free(child->reason);
  g_free(child);
}

GwLink *gw_child_control(GwChild *child) {
  return child->control;
}

GwLink *gw_child_media(GwChild *child) {
  return child->media;
}

GPid gw_child_pid(const GwChild *child) {
  return child->pid;
}

gpointer gw_child_user(const GwChild *child) {
  return child->user;
}
