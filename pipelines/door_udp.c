#include "pipelines/door_udp.h"

#include "pipelines/checkin_meta.h"
#include "pipelines/passage.h"

#include <gst/net/gstnetaddressmeta.h>

struct GwDoorUdp {
  GwPassage *passage;
  GwReport *report;
  GSocket *socket; /* udpsrc's own */
  guint16 port;
};

static gboolean may_take(gpointer user) {
  return gw_report_may_take(((GwDoorUdp *)user)->report);
}

static void on_checkin(GwPassage *passage, GstBuffer *checkin, gpointer user) {
  GwDoorUdp *door = user;
  GstNetAddressMeta *sender = gst_buffer_get_net_address_meta(checkin);
  if (!sender)
    return; /* udpsrc always says who; without, nobody could be answered */
  const GwReturnPath path = {door->socket, sender->addr};
  gw_report_line(door->report, checkin, &path);
}

static void on_end(GwPassage *passage, gpointer user) {
  GwDoorUdp *door = user; /* the socket is gone: the next `listen` opens it anew */
  gw_passage_close(g_steal_pointer(&door->passage), NULL, NULL);
}

static guint16 port_of(GSocket *socket) {
  g_autoptr(GSocketAddress) local = g_socket_get_local_address(socket, NULL);
  return local ? g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(local)) : 0;
}

GwDoorUdp *gw_door_udp_open(const char *address, guint16 port, GwReaderTable *readers, GwReport *report,
                            GwReaper *reaper) {
  static const GwPassageEvents events = {may_take, on_checkin, on_end};
  const GwPassageWay way = {readers, "udp", GW_FRAMING_MESSAGE, FALSE};
  GstElement *source = gst_element_factory_make("udpsrc", NULL);
  GwDoorUdp *door = g_new0(GwDoorUdp, 1);
  g_assert(source);
  g_object_set(source, "address", address, "port", (int)port, "reuse", FALSE, "auto-multicast", FALSE, NULL);
  gst_object_ref(source); /* to ask it for its socket */
  door->report = report;
  door->passage = gw_passage_open(source, &way, reaper, &events, door);
  if (door->passage)
    g_object_get(source, "used-socket", &door->socket, NULL);
  gst_object_unref(source);
  if (!door->socket) {
    gw_door_udp_free(door);
    return NULL;
  }
  door->port = port_of(door->socket);
  return door;
}

void gw_door_udp_free(GwDoorUdp *door) {
  if (!door)
    return;
  gw_passage_close(door->passage, NULL, NULL);
  g_clear_object(&door->socket);
  g_free(door);
}

guint16 gw_door_udp_port(GwDoorUdp *door) {
  return door->port;
}
