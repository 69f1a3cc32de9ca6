#include "tests/farm/cameras/control.h"
#include "daemon/base/error.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LINE_BYTES (64 * 1024)
#define MOST_PEERS 32

struct FarmControl {
  Farm *farm;
  int fd;
  FarmWatch watch;
  char *address;
  char *unix_path; /* NULL: TCP */
  GPtrArray *peers, *gone;
};

typedef struct Peer {
  FarmControl *control;
  int fd;
  FarmWatch watch;
  GString *in;
  gboolean ended;
} Peer;

static void peer_free(gpointer data) {
  Peer *peer = data;
  close(peer->fd);
  g_string_free(peer->in, TRUE);
  g_free(peer);
}

static void peer_end(Peer *peer) {
  if (peer->ended)
    return;
  peer->ended = TRUE;
  (void)epoll_ctl(peer->control->farm->epoll_fd, EPOLL_CTL_DEL, peer->fd, NULL);
  g_ptr_array_remove_fast(peer->control->peers, peer);
  g_ptr_array_add(peer->control->gone, peer);
}

/* Answers are small and the peer is a test that reads them: it is waited for at most as long as its
 * socket buffer is full, and a peer that does not read is left. */
static void peer_say(Peer *peer, const char *text) {
  g_autofree char *line = g_strdup_printf("%s\n", text);
  gsize bytes = strlen(line);
  for (gsize at = 0; at < bytes;) {
    gssize n = send(peer->fd, line + at, bytes - at, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) {
      peer_end(peer);
      return;
    }
    at += n;
  }
}

static void on_peer(gpointer owner, guint32 events) {
  Peer *peer = owner;
  char data[4096];
  gssize n = peer->ended ? 0 : recv(peer->fd, data, sizeof data, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0 || peer->in->len + n > LINE_BYTES) {
    peer_end(peer);
    return;
  }
  g_string_append_len(peer->in, data, n);
  for (char *end; !peer->ended && (end = memchr(peer->in->str, '\n', peer->in->len));) {
    g_autofree char *line = g_strndup(peer->in->str, end - peer->in->str);
    g_string_erase(peer->in, 0, end - peer->in->str + 1);
    g_autofree char *said = farm_control_do(peer->control->farm, line);
    peer_say(peer, said);
  }
}

static void on_control(gpointer owner, guint32 events) {
  FarmControl *control = owner;
  g_ptr_array_set_size(control->gone, 0);
  int fd;
  while ((fd = accept4(control->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    if (control->peers->len >= MOST_PEERS) {
      close(fd);
      continue;
    }
    Peer *peer = g_new0(Peer, 1);
    peer->control = control;
    peer->fd = fd;
    peer->in = g_string_new(NULL);
    peer->watch = (FarmWatch){on_peer, peer};
    g_ptr_array_add(control->peers, peer);
    if (!farm_watch(control->farm, fd, EPOLLIN, &peer->watch))
      peer_end(peer);
  }
}

static int listen_unix(const char *path, GError **error) {
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  if (g_strlcpy(at.sun_path, path, sizeof at.sun_path) >= sizeof at.sun_path) {
    g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "%s: longer than a socket's path may be", path);
    return -1;
  }
  (void)unlink(path); /* what an earlier farm left behind; bind() speaks if it cannot be replaced */
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, MOST_PEERS) == 0)
    return fd;
  g_set_error(error, GW_ERROR, GW_CODE_UNAVAILABLE, "%s: %s", path, g_strerror(errno));
  close(fd);
  return -1;
}

FarmControl *farm_control_new(Farm *farm, const char *where, GError **error) {
  g_autoptr(FarmControl) control = g_new0(FarmControl, 1);
  control->farm = farm;
  control->peers = g_ptr_array_new_with_free_func(NULL);
  control->gone = g_ptr_array_new_with_free_func(peer_free);
  if (g_str_has_prefix(where, "unix:")) {
    control->unix_path = g_strdup(where + strlen("unix:"));
    control->address = g_strdup(where);
    control->fd = listen_unix(control->unix_path, error);
  } else {
    guint16 port = 0;
    control->fd = farm_listen("127.0.0.1", (guint16)g_ascii_strtoull(where, NULL, 10), &port, error);
    control->address = g_strdup_printf("127.0.0.1:%u", port);
  }
  control->watch = (FarmWatch){on_control, control};
  if (control->fd < 0 || !farm_watch(farm, control->fd, EPOLLIN, &control->watch))
    return NULL;
  return g_steal_pointer(&control);
}

void farm_control_free(FarmControl *control) {
  if (!control)
    return;
  while (control->peers->len)
    peer_end(g_ptr_array_index(control->peers, 0));
  g_ptr_array_unref(control->peers);
  g_ptr_array_unref(control->gone);
  if (control->fd >= 0)
    close(control->fd);
  if (control->unix_path)
    (void)unlink(control->unix_path); /* the next farm takes it over all the same */
  g_free(control->unix_path);
  g_free(control->address);
  g_free(control);
}

const char *farm_control_address(const FarmControl *control) {
  return control->address;
}
