#pragma once
#include "daemon/base/types.h"

/* RTP and RTCP of one track as its receiver sees them (RFC 3550): headers, what was lost, jitter, the
 * sender's clock, and the report that goes back.
 *
 * Pure.  Thread: one at a time.  Over TCP nothing comes out of order: what is older than the last is dropped.
 */
typedef struct GwRtpPacket {
  guint8 payload_type;
  gboolean marker;
  guint16 seq;
  guint32 time, ssrc;
  const guint8 *payload; /* into the data that was given */
  gsize bytes;
} GwRtpPacket;

/* FALSE: not RTP version 2, or its lengths contradict each other. */
gboolean gw_rtp_parse(const guint8 *data, gsize n, GwRtpPacket *ret);

typedef struct GwRtpTrack {
  guint clock_rate;
  gboolean started;
  guint32 ssrc;
  guint16 seq;
  guint32 cycles; /* how often seq went round, in the upper half */
  guint64 received, lost;
  guint32 first_seq; /* of this ssrc, extended */
  guint64 received_ssrc;
  guint32 expected_before, received_before; /* at the last report */
  gint32 transit;                           /* of the last packet, in clock ticks */
  guint32 jitter16;                         /* 16 times the jitter, in clock ticks */
  guint32 sr_middle;                        /* the middle of the last sender report's NTP time; 0: none yet */
  GwUsec sr_mono_us;
  /* the camera's clock against ours: the greatest of each half minute, so the one that waited least */
  gboolean has_clock;
  GwUsec offset_now_us, offset_before_us, offset_since_mono_us;
  gboolean has_before;
} GwRtpTrack;

void gw_rtp_track_init(GwRtpTrack *track, guint clock_rate);

/* FALSE: an old or doubled packet, to be left out.  *ret_gap: packets are missing before it. */
gboolean gw_rtp_take(GwRtpTrack *track, const GwRtpPacket *packet, GwUsec mono_us, gboolean *ret_gap);
guint32 gw_rtp_jitter_us(const GwRtpTrack *track);

typedef enum GwRtcpKind { GW_RTCP_OTHER, GW_RTCP_REPORT, GW_RTCP_BYE } GwRtcpKind;
/* A compound RTCP packet: takes sender reports in.  BYE wins over REPORT. */
GwRtcpKind gw_rtcp_take(GwRtpTrack *track, const guint8 *data, gsize n, GwUsec mono_us, GwUsec real_us);
/* The camera's clock is so much ahead of ours.  FALSE: no sender report with a time yet. */
gboolean gw_rtp_clock(const GwRtpTrack *track, GwUsec *ret_ahead_us);

/* A receiver report with an SDES CNAME, as RFC 3550 6.4.2 and 6.5 write it; how many bytes. */
#define GW_RTCP_RECEIVER_BYTES 52
gsize gw_rtcp_write(GwRtpTrack *track, guint32 own_ssrc, GwUsec mono_us, guint8 ret[GW_RTCP_RECEIVER_BYTES]);
