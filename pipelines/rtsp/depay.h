#pragma once
#include <glib.h>

/* RTP payloads to access units: H.264 (RFC 6184, packetization modes 0 and 1) and H.265 (RFC 7798, without
 * DONL), single, aggregated and fragmented NAL units; ONVIF metadata has its own assembler (pipelines/onvif).
 *
 * Pure: no socket, no clock, no GStreamer.  Thread: one at a time.  Whatever comes in is bounded and cannot
 * do harm: a unit over GW_DEPAY_MOST_BYTES is dropped up to the next keyframe. */
#define GW_DEPAY_MOST_BYTES (4 * 1024 * 1024)
#define GW_DEPAY_MOST_SETS_BYTES (16 * 1024) /* VPS, SPS and PPS together */

typedef enum GwCodec { GW_CODEC_H264, GW_CODEC_H265 } GwCodec;
const char *gw_codec_name(GwCodec codec); /* static: "h264", "h265" */

typedef enum GwUnitFlags {
  GW_UNIT_KEY = 1 << 0,     /* IDR or CRA/BLA, or a recovery point: can be decoded alone, its parameter sets in front;
                               never together with BROKEN: a keyframe with a hole in it is none */
  GW_UNIT_BROKEN = 1 << 1,  /* a packet of it, or of one before it since the last keyframe, was lost */
  GW_UNIT_NEW_SETS = 1 << 2 /* the parameter sets are others than before: size or profile may be, too */
} GwUnitFlags;

/* One access unit: NAL units with start codes (00 00 00 01).  `data` is g_malloc'ed and the receiver's; the
 * struct itself is lent. */
typedef struct GwUnit {
  guint8 *data;
  gsize bytes;
  guint32 rtp_time;
  GwUnitFlags flags;
  guint skipped_bytes; /* bytes of its slices alone: what tells a picture that only says "as before" */
} GwUnit;
typedef void (*GwUnitFunc)(GwUnit *unit_taken, gpointer user); /* called from gw_depay_packet() */

typedef struct GwDepay GwDepay;
GwDepay *gw_depay_new(GwCodec codec, GwUnitFunc on_unit, gpointer user);
void gw_depay_free(GwDepay *depay); /* accepts NULL */

/* Parameter sets from the SDP: one NAL unit each, without start code.  Put before keyframes that bring none. */
void gw_depay_add_set(GwDepay *depay, const guint8 *nal, gsize bytes);

/* One RTP payload (header, padding and extension already off).  `gap`: packets before it were lost. */
void gw_depay_packet(GwDepay *depay, const guint8 *payload, gsize bytes, guint32 rtp_time, gboolean marker, gboolean gap);

/* The parameter sets as they are now, with start codes; lent until the next packet.  0 bytes: none yet. */
const guint8 *gw_depay_sets(const GwDepay *depay, gsize *ret_bytes);
guint gw_depay_dropped(const GwDepay *depay); /* units that were too large or made no sense, since the start */
