#include "tests/farm/reader/send.h"
#include "daemon/base/error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_BYTES 4096

struct ReaderSocket {
  int fd;
  gboolean tcp;
  GString *in;
};

ReaderSocket *reader_socket_new(const char *host, guint16 port, gboolean tcp, GError **error) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  int fd = socket(AF_INET, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
  if (inet_pton(AF_INET, host, &to.sin_addr) != 1 || connect(fd, (struct sockaddr *)&to, sizeof to)) {
    g_set_error(error, GW_ERROR, GW_CODE_UNAVAILABLE, "%s port %u: %s", host, port, g_strerror(errno));
    close(fd);
    return NULL;
  }
  ReaderSocket *socket = g_new0(ReaderSocket, 1);
  socket->fd = fd;
  socket->tcp = tcp;
  socket->in = g_string_new(NULL);
  return socket;
}

void reader_socket_free(ReaderSocket *socket) {
  if (!socket)
    return;
  close(socket->fd);
  g_string_free(socket->in, TRUE);
  g_free(socket);
}

gboolean reader_socket_say(ReaderSocket *socket, const char *line, GError **error) {
  g_autofree char *text = g_strconcat(line, socket->tcp ? "\n" : "", NULL);
  gsize bytes = strlen(text);
  if (send(socket->fd, text, bytes, MSG_NOSIGNAL) == (gssize)bytes)
    return TRUE;
  /* A UDP socket reports here that nobody listened to the line before: that line simply stays unanswered. */
  if (!socket->tcp && errno == ECONNREFUSED)
    return TRUE;
  g_set_error(error, GW_ERROR, GW_CODE_UNAVAILABLE, "the center closed the connection: %s",
              g_strerror(errno));
  return FALSE;
}

static char *take_line(ReaderSocket *socket) {
  char *end = strchr(socket->in->str, '\n');
  if (!end)
    return NULL;
  char *line = g_strndup(socket->in->str, end - socket->in->str);
  g_string_erase(socket->in, 0, end - socket->in->str + 1);
  return g_strchomp(line);
}

char *reader_socket_hear(ReaderSocket *socket, gint wait_ms, gboolean *ret_closed) {
  *ret_closed = FALSE;
  char *line = take_line(socket);
  if (line)
    return line;
  struct pollfd wait = {.fd = socket->fd, .events = POLLIN};
  char data[ANSWER_BYTES];
  if (poll(&wait, 1, wait_ms) <= 0)
    return NULL;
  gssize n = recv(socket->fd, data, sizeof data, MSG_DONTWAIT);
  *ret_closed = socket->tcp && (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR));
  if (n <= 0)
    return NULL;
  g_string_append_len(socket->in, data, n);
  if (!socket->tcp && data[n - 1] != '\n') /* a datagram is a line, whether it ends like one or not */
    g_string_append_c(socket->in, '\n');
  if (socket->in->len > 16 * ANSWER_BYTES)
    g_string_truncate(socket->in, 0); /* nothing that the center says is that long */
  return take_line(socket);
}

int reader_socket_fd(const ReaderSocket *socket) {
  return socket->fd;
}
