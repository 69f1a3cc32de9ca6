#include "pipelines/rtsp/rtp.h"

#include <string.h>

#define HEADER_BYTES 12
#define SEQ_JUMP_MOST 3000 /* more is a sender that began anew (RFC 3550, A.1) */
#define RTCP_SR 200
#define RTCP_RR 201
#define RTCP_SDES 202
#define RTCP_BYE 203
#define NTP_TO_UNIX_S 2208988800u /* 1900 to 1970 */
#define CLOCK_WINDOW_US (30 * GW_SEC)

static guint16 get16(const guint8 *p) {
  return (guint16)(p[0] << 8 | p[1]);
}

static guint32 get32(const guint8 *p) {
  return (guint32)p[0] << 24 | (guint32)p[1] << 16 | (guint32)p[2] << 8 | p[3];
}

static void put32(guint8 *p, guint32 v) {
  p[0] = (guint8)(v >> 24);
  p[1] = (guint8)(v >> 16);
  p[2] = (guint8)(v >> 8);
  p[3] = (guint8)v;
}

gboolean gw_rtp_parse(const guint8 *data, gsize n, GwRtpPacket *ret) {
  if (n < HEADER_BYTES || data[0] >> 6 != 2)
    return FALSE;
  gsize head = HEADER_BYTES + 4u * (data[0] & 0x0f);
  if (data[0] & 0x10) {
    if (n < head + 4)
      return FALSE;
    head += 4 + 4u * get16(data + head + 2);
  }
  const gsize padding = data[0] & 0x20 ? data[n - 1] : 0;
  if (((data[0] & 0x20) && padding == 0) || n < head + padding)
    return FALSE;
  *ret = (GwRtpPacket){.payload_type = data[1] & 0x7f,
                       .marker = data[1] >> 7,
                       .seq = get16(data + 2),
                       .time = get32(data + 4),
                       .ssrc = get32(data + 8),
                       .payload = data + head,
                       .bytes = n - head - padding};
  return TRUE;
}

void gw_rtp_track_init(GwRtpTrack *t, guint clock_rate) {
  *t = (GwRtpTrack){.clock_rate = clock_rate ? clock_rate : 90000};
}

static void start(GwRtpTrack *t, const GwRtpPacket *p) {
  t->started = TRUE;
  t->ssrc = p->ssrc;
  t->seq = p->seq;
  t->cycles = 0;
  t->first_seq = p->seq;
  t->received_ssrc = 0;
  t->expected_before = t->received_before = 0;
  t->jitter16 = 0;
  t->sr_middle = 0;
}

/* RFC 3550, A.8: in clock ticks, modulo 2^32 like the timestamps themselves. */
static void measure_jitter(GwRtpTrack *t, const GwRtpPacket *p, GwUsec mono_us, gboolean first) {
  const guint32 arrival = (guint32)((guint64)mono_us / 1000 * t->clock_rate / 1000 +
                                    (guint64)mono_us % 1000 * t->clock_rate / 1000000);
  const gint32 transit = (gint32)(arrival - p->time);
  if (!first) {
    const gint32 change = (gint32)((guint32)transit - (guint32)t->transit);
    const guint32 distance = change < 0 ? 0u - (guint32)change : (guint32)change;
    if (distance < 16 * t->clock_rate) /* else the sender's timestamps jumped, which is not jitter */
      t->jitter16 += distance - ((t->jitter16 + 8) >> 4);
  }
  t->transit = transit;
}

gboolean gw_rtp_take(GwRtpTrack *t, const GwRtpPacket *p, GwUsec mono_us, gboolean *ret_gap) {
  const gboolean first = !t->started || p->ssrc != t->ssrc;
  *ret_gap = t->started && first;
  if (first) {
    start(t, p);
  } else {
    const guint16 step = (guint16)(p->seq - t->seq);
    if (step == 0 || step > 0xffff - SEQ_JUMP_MOST)
      return FALSE;
    if (step > SEQ_JUMP_MOST) {
      start(t, p);
      *ret_gap = TRUE;
    } else {
      if (p->seq < t->seq)
        t->cycles += 0x10000;
      t->seq = p->seq;
      t->lost += step - 1u;
      *ret_gap = step > 1;
    }
  }
  t->received++;
  t->received_ssrc++;
  measure_jitter(t, p, mono_us, t->received_ssrc == 1);
  return TRUE;
}

guint32 gw_rtp_jitter_us(const GwRtpTrack *t) {
  return (guint32)((guint64)t->jitter16 * 1000000 / 16 / t->clock_rate);
}

/* Each packet waits somewhere on its way, so the greatest offset is the truest. */
static void take_clock(GwRtpTrack *t, GwUsec ahead_us, GwUsec mono_us) {
  if (!t->has_clock || mono_us - t->offset_since_mono_us >= 2 * CLOCK_WINDOW_US) {
    t->has_before = FALSE;
    t->offset_now_us = ahead_us;
    t->offset_since_mono_us = mono_us;
  } else if (mono_us - t->offset_since_mono_us >= CLOCK_WINDOW_US) {
    t->has_before = TRUE;
    t->offset_before_us = t->offset_now_us;
    t->offset_now_us = ahead_us;
    t->offset_since_mono_us = mono_us;
  } else {
    t->offset_now_us = MAX(t->offset_now_us, ahead_us);
  }
  t->has_clock = TRUE;
}

gboolean gw_rtp_clock(const GwRtpTrack *t, GwUsec *ret_ahead_us) {
  if (t->has_clock)
    *ret_ahead_us = t->has_before ? MAX(t->offset_before_us, t->offset_now_us) : t->offset_now_us;
  return t->has_clock;
}

static void take_report(GwRtpTrack *t, const guint8 *sr, GwUsec mono_us, GwUsec real_us) {
  const guint32 seconds = get32(sr + 8), fraction = get32(sr + 12);
  t->sr_middle = seconds << 16 | fraction >> 16;
  t->sr_mono_us = mono_us;
  if (!seconds && !fraction)
    return; /* it has no clock, says RFC 3550, 6.4.1 */
  const GwUsec camera_us =
      ((gint64)seconds - NTP_TO_UNIX_S) * GW_SEC + (GwUsec)(((guint64)fraction * 1000000) >> 32);
  take_clock(t, camera_us - real_us, mono_us);
}

GwRtcpKind gw_rtcp_take(GwRtpTrack *t, const guint8 *data, gsize n, GwUsec mono_us, GwUsec real_us) {
  GwRtcpKind kind = GW_RTCP_OTHER;
  while (n >= 4 && data[0] >> 6 == 2) {
    const gsize bytes = 4 * (1 + (gsize)get16(data + 2));
    if (bytes > n)
      break;
    if (data[1] == RTCP_SR && bytes >= 28) {
      take_report(t, data, mono_us, real_us);
      kind = kind == GW_RTCP_BYE ? kind : GW_RTCP_REPORT;
    } else if (data[1] == RTCP_BYE) {
      kind = GW_RTCP_BYE;
    }
    data += bytes;
    n -= bytes;
  }
  return kind;
}

/* RFC 3550, A.3. */
static void write_block(GwRtpTrack *t, GwUsec mono_us, guint8 *block) {
  const guint32 highest = t->cycles + t->seq;
  const guint32 expected = highest - t->first_seq + 1;
  const guint32 received = (guint32)t->received_ssrc;
  const gint32 lost = CLAMP((gint32)(expected - received), 0, 0x7fffff);
  const guint32 new_expected = expected - t->expected_before, new_received = received - t->received_before;
  const guint32 new_lost = new_expected > new_received ? new_expected - new_received : 0;
  t->expected_before = expected;
  t->received_before = received;
  put32(block, t->ssrc);
  put32(block + 4, (guint32)lost);
  block[4] = new_expected ? (guint8)MIN(255, (guint64)new_lost * 256 / new_expected) : 0;
  put32(block + 8, highest);
  put32(block + 12, t->jitter16 >> 4);
  put32(block + 16, t->sr_middle);
  put32(block + 20, t->sr_middle ? (guint32)((guint64)(mono_us - t->sr_mono_us) * 65536 / 1000000) : 0);
}

gsize gw_rtcp_write(GwRtpTrack *t, guint32 own_ssrc, GwUsec mono_us, guint8 ret[GW_RTCP_RECEIVER_BYTES]) {
  static const char name[] = "gridwarden"; /* ten bytes: with type and length 12, and four of end */
  guint8 *sdes = ret + 32;
  memset(ret, 0, GW_RTCP_RECEIVER_BYTES);
  ret[0] = 0x81; /* version 2, one block */
  ret[1] = RTCP_RR;
  ret[3] = 7; /* words after the first */
  put32(ret + 4, own_ssrc);
  write_block(t, mono_us, ret + 8);
  sdes[0] = 0x81;
  sdes[1] = RTCP_SDES;
  sdes[3] = 4;
  put32(sdes + 4, own_ssrc);
  sdes[8] = 1; /* CNAME */
  sdes[9] = sizeof name - 1;
  memcpy(sdes + 10, name, sizeof name - 1);
  return 32 + 20;
}
