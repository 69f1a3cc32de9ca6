#include "daemon/sys/notify.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static guint watchdog_source;
static gboolean (*watchdog_is_alive)(gpointer user);
static gpointer watchdog_user;

void gw_sd_notify(const char *state) {
  const char *path = g_getenv("NOTIFY_SOCKET");
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  gsize length = path ? strlen(path) : 0;
  if (length < 2 || length >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@'))
    return;
  memcpy(to.sun_path, path, length);
  if (path[0] == '@') /* the abstract name space */
    to.sun_path[0] = '\0';
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;
  /* A lost notice is seen by systemd as a time-out; there is nobody else to tell. */
  (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to,
               (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
  close(fd);
}

static gboolean on_watchdog(gpointer unused) {
  if (!watchdog_is_alive || watchdog_is_alive(watchdog_user))
    gw_sd_notify("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

void gw_sd_watchdog_start(gboolean (*is_alive)(gpointer user), gpointer user) {
  const char *usec = g_getenv("WATCHDOG_USEC"), *pid = g_getenv("WATCHDOG_PID");
  if (pid && g_ascii_strtoll(pid, NULL, 10) != (gint64)getpid())
    return; /* meant for a parent of ours */
  guint64 interval_ms = usec ? g_ascii_strtoull(usec, NULL, 10) / 1000 / 2 : 0;
  if (interval_ms == 0 || interval_ms > G_MAXUINT)
    return;
  watchdog_is_alive = is_alive;
  watchdog_user = user;
  watchdog_source = g_timeout_add((guint)interval_ms, on_watchdog, NULL);
}

void gw_sd_watchdog_stop(void) {
  if (watchdog_source)
    g_source_remove(watchdog_source);
  watchdog_source = 0;
}
