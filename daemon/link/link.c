/* A link on a GMainContext: one GSource that reads, writes and notices the end. */
#include "daemon/base/limits.h"
#include "daemon/link/frame.h"
#include "daemon/link/frame_private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_BYTES (64 * 1024)
#define ROUNDS 8 /* reads or writes per turn of the loop, so that one busy link does not starve the rest */

struct GwLink {
  int ref; /* freed inside a callback: the struct lives until the callback has returned */
  int fd;
  GSource *source;
  gpointer fd_tag; /* NULL while the descriptor is not polled at all */
  GIOCondition events;
  GwFrameReader *reader;
  GQueue queue; /* GByteArray, whole frames; the first may be partly written */
  gsize first_written_bytes;
  gsize queued_bytes;
  gboolean paused;
  gboolean dead; /* ended or freed: no more callbacks */
  GwLinkMessage on_message;
  GwLinkClosed on_closed;
  gpointer user;
};

typedef struct LinkSource {
  GSource source;
  GwLink *link;
} LinkSource;

static void unref_link(GwLink *link) {
  if (--link->ref > 0)
    return;
  gw_frame_reader_free(link->reader);
  g_queue_clear_full(&link->queue, (GDestroyNotify)g_byte_array_unref);
  g_free(link);
}

/* Not polled at all when nothing is wanted: a hung-up peer would otherwise wake the loop for ever. */
static void set_events(GwLink *link) {
  const GIOCondition events = (link->paused ? 0 : G_IO_IN) | (g_queue_is_empty(&link->queue) ? 0 : G_IO_OUT);
  if (link->dead || events == link->events)
    return;
  if (link->fd_tag && events)
    g_source_modify_unix_fd(link->source, link->fd_tag, events);
  else if (link->fd_tag)
    g_source_remove_unix_fd(link->source, g_steal_pointer(&link->fd_tag));
  else
    link->fd_tag = g_source_add_unix_fd(link->source, link->fd, events);
  link->events = events;
}

static void shut(GwLink *link) {
  link->dead = TRUE;
  gw_frame_reader_hold(link->reader, TRUE);
  g_source_destroy(link->source);
  g_source_unref(link->source);
  link->source = NULL;
  close(link->fd);
  link->fd = -1;
}

static void end(GwLink *link, const char *reason) {
  if (link->dead)
    return;
  shut(link);
  if (link->on_closed)
    link->on_closed(link, reason, link->user);
}

static void on_frame(json_t *message, const guint8 *data, gsize bytes, gpointer user) {
  GwLink *link = user;
  if (!link->dead)
    link->on_message(link, message, data, bytes, link->user);
}

static void feed(GwLink *link, const guint8 *bytes, gsize n) {
  const char *reason = NULL;
  if (!gw_frame_reader_feed(link->reader, bytes, n, on_frame, link, &reason))
    end(link, reason);
}

static void read_some(GwLink *link) {
  guint8 bytes[READ_BYTES];
  for (int i = 0; i < ROUNDS && !link->dead && !link->paused; i++) {
    const ssize_t n = recv(link->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n > 0) {
      feed(link, bytes, (gsize)n);
    } else if (n == 0) {
      end(link, gw_frame_reader_is_between(link->reader) ? "closed" : "closed in the middle of a frame");
    } else if (errno != EINTR) {
      if (errno != EAGAIN && errno != EWOULDBLOCK)
        end(link, errno == ECONNRESET ? "closed" : g_strerror(errno));
      return;
    }
  }
}

/* A peer that is gone is noticed by reading, which also takes what it had said before; only a link
 * that does not read ends here. */
static void write_failed(GwLink *link, int error) {
  g_queue_clear_full(&link->queue, (GDestroyNotify)g_byte_array_unref);
  link->queued_bytes = link->first_written_bytes = 0;
  if (link->paused)
    end(link, error == EPIPE || error == ECONNRESET ? "closed" : g_strerror(error));
}

static void write_some(GwLink *link) {
  for (int i = 0; i < ROUNDS && !g_queue_is_empty(&link->queue); i++) {
    GByteArray *first = g_queue_peek_head(&link->queue);
    const ssize_t n = send(link->fd, first->data + link->first_written_bytes,
                           first->len - link->first_written_bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINTR)
        continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK)
        write_failed(link, errno);
      return;
    }
    link->first_written_bytes += (gsize)n;
    link->queued_bytes -= (gsize)n;
    if (link->first_written_bytes == first->len) {
      g_byte_array_unref(g_queue_pop_head(&link->queue));
      link->first_written_bytes = 0;
    }
  }
}

static gboolean dispatch(GSource *source, GSourceFunc callback, gpointer user) {
  GwLink *link = ((LinkSource *)source)->link;
  link->ref++;
  const GIOCondition got = link->fd_tag ? g_source_query_unix_fd(source, link->fd_tag) : 0;
  g_source_set_ready_time(source, -1);
  if (!link->paused)
    feed(link, NULL, 0); /* what waited during a pause */
  if (!link->dead && (got & (G_IO_OUT | G_IO_HUP | G_IO_ERR)))
    write_some(link);
  if (!link->dead && (got & (G_IO_IN | G_IO_HUP | G_IO_ERR)))
    read_some(link);
  set_events(link);
  unref_link(link);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs funcs = {.dispatch = dispatch};

GwLink *gw_link_new(GMainContext *context, int fd, GwLinkMessage on_message, GwLinkClosed on_closed,
                    gpointer user) {
  GwLink *link = g_new0(GwLink, 1);
  link->ref = 1;
  link->fd = fd;
  link->reader = gw_frame_reader_new();
  g_queue_init(&link->queue);
  link->on_message = on_message;
  link->on_closed = on_closed;
  link->user = user;
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  g_unix_set_fd_nonblocking(fd, TRUE, NULL);
  link->source = g_source_new(&funcs, sizeof(LinkSource));
  ((LinkSource *)link->source)->link = link;
  g_source_set_static_name(link->source, "gw_link");
  set_events(link);
  g_source_attach(link->source, context);
  return link;
}

void gw_link_free(GwLink *link) {
  if (!link)
    return;
  if (!link->dead)
    shut(link);
  unref_link(link);
}

gboolean gw_link_send(GwLink *link, json_t *message, const guint8 *data, gsize bytes) {
  if (link->dead || link->queued_bytes > GW_LIMIT_LINK_QUEUE_BYTES)
    return FALSE;
  GByteArray *frame = gw_frame_encode(message, data, bytes);
  if (!frame)
    return FALSE;
  if (link->queued_bytes + frame->len > GW_LIMIT_LINK_QUEUE_BYTES) {
    g_byte_array_unref(frame);
    return FALSE;
  }
  link->queued_bytes += frame->len;
  g_queue_push_tail(&link->queue, frame);
  set_events(link);
  return TRUE;
}

gsize gw_link_queued_bytes(GwLink *link) {
  return link->queued_bytes;
}

void gw_link_pause(GwLink *link, gboolean pause) {
  if (link->dead || link->paused == pause)
    return;
  link->paused = pause;
  gw_frame_reader_hold(link->reader, pause);
  if (!pause)
    g_source_set_ready_time(link->source, 0); /* the next turn delivers what was held */
  set_events(link);
}
