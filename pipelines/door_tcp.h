#pragma once
#include "pipelines/report.h"

/* Readers over TCP: every connection gets its own fdsrc ! gwcheckin ! appsink; at most
 * GW_LIMIT_READER_CONNECTIONS of them, and none may hold its place in silence.
 * Thread: the control thread. */
typedef struct GwDoorTcp GwDoorTcp;

GwDoorTcp *gw_door_tcp_open(const char *address, guint16 port, GwReaderTable *readers, GwReport *report,
                            GwReaper *reaper); /* NULL: the port is taken or not allowed */
void gw_door_tcp_free(GwDoorTcp *door);        /* accepts NULL */
guint16 gw_door_tcp_port(GwDoorTcp *door);
guint gw_door_tcp_connections(GwDoorTcp *door);
