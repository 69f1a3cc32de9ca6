#include "daemon/sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

static void (*stop_func)(gpointer user), (*reload_func)(gpointer user);
static gpointer signal_user;
static guint sources[3];

guint64 gw_process_raise_descriptors(guint64 wanted) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return 0;
  rlim_t target = MIN((rlim_t)wanted, limit.rlim_max);
  if (limit.rlim_cur < target || limit.rlim_cur > (rlim_t)wanted) {
    /* Lower too: tables sized by this limit must not grow with a machine that allows millions. */
    struct rlimit raised = {target, limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
      limit.rlim_cur = target;
  }
  return limit.rlim_cur;
}

int gw_process_lock(const char *path, GError **error) {
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    g_set_error(error, GW_ERROR, GW_CODE_UNAVAILABLE, "cannot open the lock file %s: %s", path, g_strerror(errno));
    return -1;
  }
  char text[32] = "";
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ssize_t n = read(fd, text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    g_strstrip(text);
    g_set_error(error, GW_ERROR, GW_CODE_UNAVAILABLE,
                "another gridwardend (process %s) works on this database; stop it first, or give this one "
                "its own [storage] database",
                *text ? text : "unknown");
    close(fd);
    return -1;
  }
  g_snprintf(text, sizeof text, "%d\n", (int)getpid());
  /* The number only helps who is refused; the lock is what counts. */
  if (ftruncate(fd, 0) != 0 || write(fd, text, strlen(text)) < 0)
    errno = 0;
  return fd;
}

static gboolean on_stop_signal(gpointer unused) {
  stop_func(signal_user);
  return G_SOURCE_CONTINUE;
}

static gboolean on_reload_signal(gpointer unused) {
  reload_func(signal_user);
  return G_SOURCE_CONTINUE;
}

void gw_process_signals(void (*on_stop)(gpointer user), void (*on_reload)(gpointer user), gpointer user) {
  stop_func = on_stop;
  reload_func = on_reload;
  signal_user = user;
  signal(SIGPIPE, SIG_IGN);
  sources[0] = g_unix_signal_add(SIGTERM, on_stop_signal, NULL);
  sources[1] = g_unix_signal_add(SIGINT, on_stop_signal, NULL);
  sources[2] = g_unix_signal_add(SIGHUP, on_reload_signal, NULL);
}

void gw_process_signals_off(void) {
  for (gsize i = 0; i < G_N_ELEMENTS(sources); i++) {
    if (sources[i])
      g_source_remove(sources[i]);
    sources[i] = 0;
  }
}
