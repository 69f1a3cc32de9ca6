#pragma once
#include <glib.h>

/* Payloads of an ONVIF metadata track (vnd.onvif.metadata, ONVIF Streaming Specification) to whole documents:
 * RTP carries a piece of XML in each packet, and the marker bit is on the last.  Cameras that never set it
 * are told by a new time stamp or by the closing tag of MetadataStream.
 *
 * Pure: no clock, no GStreamer.  Thread: one at a time.  A document with a hole in it is dropped, and so is
 * one over GW_ONVIF_MOST_BYTES. */
#define GW_ONVIF_MOST_BYTES (256 * 1024)

typedef struct GwOnvifAssemble GwOnvifAssemble;
/* Called from gw_onvif_assemble_packet(); `xml` is lent and not terminated. */
typedef void (*GwOnvifDocumentFunc)(const guint8 *xml, gsize bytes, guint32 rtp_time, gpointer user);

GwOnvifAssemble *gw_onvif_assemble_new(GwOnvifDocumentFunc on_document, gpointer user);
void gw_onvif_assemble_free(GwOnvifAssemble *assemble); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwOnvifAssemble, gw_onvif_assemble_free)

/* One RTP payload (header, padding and extension already off).  `gap`: packets before it were lost. */
void gw_onvif_assemble_packet(GwOnvifAssemble *assemble, const guint8 *payload, gsize bytes, guint32 rtp_time,
                              gboolean marker, gboolean gap);
guint gw_onvif_assemble_dropped(const GwOnvifAssemble *assemble); /* documents not given, since the start */
