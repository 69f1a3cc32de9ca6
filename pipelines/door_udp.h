#pragma once
#include "pipelines/report.h"

/* Readers over UDP: udpsrc ! gwcheckin ! appsink; answers leave by the same socket.
 * Thread: the control thread. */
typedef struct GwDoorUdp GwDoorUdp;

GwDoorUdp *gw_door_udp_open(const char *address, guint16 port, GwReaderTable *readers, GwReport *report,
                            GwReaper *reaper); /* NULL: the port is taken or not allowed */
void gw_door_udp_free(GwDoorUdp *door);        /* accepts NULL */
guint16 gw_door_udp_port(GwDoorUdp *door);
