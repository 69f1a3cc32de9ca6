#include "pipelines/door_tcp.h"

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "pipelines/checkin_meta.h"
#include "pipelines/passage.h"

#include <gio/gio.h>

#define SILENT_US (120 * GW_SEC)  /* a reader that keeps its connection says something this often */
#define STRANGER_US (20 * GW_SEC) /* who never said an authentic line goes sooner */
#define TICK_MS 2000

struct GwDoorTcp {
  GSocketListener *listener;
  GCancellable *cancel;
  GwReaderTable *readers;
  GwReport *report;
  GwReaper *reaper;
  GQueue connections;
  guint tick_source;
  guint16 port;
};

typedef struct Connection {
  GwDoorTcp *door;
  GSocket *socket;
  GwPassage *passage;
  GwUsec opened_mono_us, heard_mono_us;
  gboolean authentic;
} Connection;

/* The socket is let go only when fdsrc reads it no more, and when no answer waits for it. */
static void connection_free(Connection *c) {
  g_queue_remove(&c->door->connections, c);
  if (c->passage)
    gw_passage_close(c->passage, g_object_unref, c->socket);
  else
    g_object_unref(c->socket);
  g_free(c);
}

static gboolean may_take(gpointer user) {
  return gw_report_may_take(((Connection *)user)->door->report);
}

static void on_checkin(GwPassage *passage, GstBuffer *checkin, gpointer user) {
  Connection *c = user;
  const GwReturnPath path = {c->socket, NULL};
  const char *verdict = gst_structure_get_string(gw_checkin_fields(checkin), "verdict");
  if (g_strcmp0(verdict, "ok") == 0) {
    c->authentic = TRUE;
    c->heard_mono_us = gw_clock_mono_us();
  }
  gw_report_line(c->door->report, checkin, &path);
}

static void on_end(GwPassage *passage, gpointer user) {
  connection_free(user);
}

static void on_connection(GwDoorTcp *door, GSocket *socket_taken) {
  static const GwPassageEvents events = {may_take, on_checkin, on_end};
  const GwPassageWay way = {door->readers, "tcp", GW_FRAMING_STREAM, FALSE};
  if (g_queue_get_length(&door->connections) >= GW_LIMIT_READER_CONNECTIONS) {
    g_object_unref(socket_taken);
    return;
  }
  GstElement *source = gst_element_factory_make("fdsrc", NULL);
  Connection *c = g_new0(Connection, 1);
  g_assert(source);
  c->door = door;
  c->socket = socket_taken;
  c->opened_mono_us = c->heard_mono_us = gw_clock_mono_us();
  g_socket_set_blocking(c->socket, FALSE);
  g_object_set(source, "fd", g_socket_get_fd(c->socket), NULL);
  g_queue_push_tail(&door->connections, c);
  c->passage = gw_passage_open(source, &way, door->reaper, &events, c);
  if (!c->passage)
    connection_free(c);
}

static void accept_next(GwDoorTcp *door);

static void on_accepted(GObject *listener, GAsyncResult *result, gpointer user) {
  g_autoptr(GError) error = NULL;
  GSocket *socket = g_socket_listener_accept_socket_finish(G_SOCKET_LISTENER(listener), result, NULL, &error);
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the door is gone */
  GwDoorTcp *door = user;
  if (socket)
    on_connection(door, socket);
  accept_next(door);
}

static void accept_next(GwDoorTcp *door) {
  g_socket_listener_accept_socket_async(door->listener, door->cancel, on_accepted, door);
}

static gboolean on_tick(gpointer user) {
  GwDoorTcp *door = user;
  const GwUsec now_us = gw_clock_mono_us();
  for (GList *l = door->connections.head, *next; l; l = next) {
    Connection *c = l->data;
    next = l->next;
    if (now_us - c->heard_mono_us >= (c->authentic ? SILENT_US : STRANGER_US))
      connection_free(c);
  }
  return G_SOURCE_CONTINUE;
}

static gboolean listen_on(GwDoorTcp *door, const char *address, guint16 port) {
  g_autoptr(GSocketAddress) wanted = g_inet_socket_address_new_from_string(address, port);
  g_autoptr(GSocketAddress) got = NULL;
  if (!wanted || !g_socket_listener_add_address(door->listener, wanted, G_SOCKET_TYPE_STREAM,
                                                G_SOCKET_PROTOCOL_TCP, NULL, &got, NULL))
    return FALSE;
  door->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(got));
  return TRUE;
}

GwDoorTcp *gw_door_tcp_open(const char *address, guint16 port, GwReaderTable *readers, GwReport *report,
                            GwReaper *reaper) {
  GwDoorTcp *door = g_new0(GwDoorTcp, 1);
  door->listener = g_socket_listener_new();
  door->cancel = g_cancellable_new();
  door->readers = gw_reader_table_ref(readers);
  door->report = report;
  door->reaper = reaper;
  g_queue_init(&door->connections);
  door->tick_source = g_timeout_add(TICK_MS, on_tick, door);
  if (!listen_on(door, address, port)) {
    gw_door_tcp_free(door);
    return NULL;
  }
  accept_next(door);
  return door;
}

void gw_door_tcp_free(GwDoorTcp *door) {
  if (!door)
    return;
  g_cancellable_cancel(door->cancel);
  g_source_remove(door->tick_source);
  while (!g_queue_is_empty(&door->connections))
    connection_free(g_queue_peek_head(&door->connections));
  g_socket_listener_close(door->listener);
  g_object_unref(door->listener);
  g_object_unref(door->cancel);
  gw_reader_table_unref(door->readers);
  g_free(door);
}

guint16 gw_door_tcp_port(GwDoorTcp *door) {
  return door->port;
}

guint gw_door_tcp_connections(GwDoorTcp *door) {
  return g_queue_get_length(&door->connections);
}
