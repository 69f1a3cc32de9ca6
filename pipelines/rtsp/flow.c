#include "pipelines/rtsp/flow.h"

#include "pipelines/rtsp/interleave.h"

#include <string.h>

#define REPORT_US (5 * GW_SEC)     /* between receiver reports */
#define BYE_US (2 * GW_SEC)        /* silence after a BYE that makes it one */
#define KEEP_ALIVE_LEAST_US GW_SEC /* some cameras have timeouts of a few seconds */
#define KEEP_ALIVE_MOST_US (60 * GW_SEC)
#define CSEQ_FIRST 1000 /* above those of the handshake */

struct GwFlow {
  GwRtspSession session;
  GwFlowEvents events;
  gpointer user;
  GwDepay *depay;
  GwOnvifAssemble *assemble; /* NULL: no metadata */
  GwRtpTrack video, metadata;
  guint32 ssrc;
  GwUsec mono_us; /* of what is being taken apart */
  guint64 bytes;
  GwFlowOver over;
  GwUsec report_mono_us, alive_mono_us, bye_mono_us; /* last sent; 0: no BYE */
  guint cseq, challenges;                            /* challenges: 401 in a row */
  gboolean by_options;                               /* keep-alive by OPTIONS */
};

/* ---- up ---- */

static void on_unit(GwUnit *unit, gpointer user) {
  GwFlow *f = user;
  if (f->over == GW_FLOW_GOES_ON)
    f->events.on_unit(unit, f->mono_us, f->user);
  else
    g_free(unit->data);
}

static void on_document(const guint8 *xml, gsize bytes, guint32 rtp_time, gpointer user) {
  GwFlow *f = user;
  if (f->over == GW_FLOW_GOES_ON)
    f->events.on_document(xml, bytes, f->mono_us, f->user);
}

static void take_rtp(GwFlow *f, GwRtpTrack *track, const GwRtspTrackSetup *setup, const GwPiece *piece) {
  GwRtpPacket packet;
  gboolean gap = FALSE;
  if (!gw_rtp_parse(piece->bytes, piece->n, &packet) || packet.payload_type != setup->payload_type ||
      !gw_rtp_take(track, &packet, f->mono_us, &gap))
    return;
  if (track == &f->video) {
    f->bye_mono_us = 0;
    gw_depay_packet(f->depay, packet.payload, packet.bytes, packet.time, packet.marker, gap);
  } else {
    gw_onvif_assemble_packet(f->assemble, packet.payload, packet.bytes, packet.time, packet.marker, gap);
  }
}

static void take_data(GwFlow *f, const GwPiece *piece, GwUsec real_us) {
  const GwRtspSession *s = &f->session;
  if (piece->channel == s->video.channel)
    take_rtp(f, &f->video, &s->video, piece);
  else if (piece->channel == s->video.rtcp_channel &&
           gw_rtcp_take(&f->video, piece->bytes, piece->n, f->mono_us, real_us) == GW_RTCP_BYE)
    f->bye_mono_us = f->mono_us;
  else if (f->assemble && piece->channel == s->metadata.channel)
    take_rtp(f, &f->metadata, &s->metadata, piece);
}

/* ---- down ---- */

static void send_text(GwFlow *f, const char *text) {
  (void)f->events.send((const guint8 *)text, strlen(text), f->user);
}

static char *request(GwFlow *f, const char *method) {
  g_autofree char *credentials = gw_auth_answer(&f->session.auth, method, f->session.url);
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_printf(text, "%s %s RTSP/1.0\r\nCSeq: %u\r\nSession: %s\r\n", method, f->session.url, ++f->cseq,
                  f->session.id);
  if (f->session.user_agent)
    g_string_append_printf(text, "User-Agent: %s\r\n", f->session.user_agent);
  if (credentials)
    g_string_append_printf(text, "Authorization: %s\r\n", credentials);
  g_string_append(text, "\r\n");
  return g_strdup(text->str);
}

static void send_keep_alive(GwFlow *f, GwUsec mono_us) {
  g_autofree char *text = request(f, f->by_options ? "OPTIONS" : "GET_PARAMETER");
  f->alive_mono_us = mono_us;
  send_text(f, text);
}

char *gw_flow_farewell(GwFlow *f) {
  return request(f, "TEARDOWN");
}

static void send_report(GwFlow *f, GwUsec mono_us) {
  guint8 frame[4 + GW_RTCP_RECEIVER_BYTES];
  const gsize n = gw_rtcp_write(&f->video, f->ssrc, mono_us, frame + 4);
  frame[0] = '$';
  frame[1] = f->session.video.rtcp_channel;
  frame[2] = 0;
  frame[3] = (guint8)n;
  f->report_mono_us = mono_us;
  (void)f->events.send(frame, 4 + n, f->user); /* the next one tells it too */
}

static GwUsec keep_alive_us(const GwFlow *f) {
  return CLAMP((GwUsec)f->session.timeout_s * GW_SEC / 2, KEEP_ALIVE_LEAST_US, KEEP_ALIVE_MOST_US);
}

void gw_flow_second(GwFlow *f, GwUsec mono_us) {
  if (f->over != GW_FLOW_GOES_ON)
    return;
  if (f->video.started && mono_us - f->report_mono_us >= REPORT_US)
    send_report(f, mono_us);
  if (mono_us - f->alive_mono_us >= keep_alive_us(f))
    send_keep_alive(f, mono_us);
  if (f->bye_mono_us && mono_us - f->bye_mono_us >= BYE_US)
    f->over = GW_FLOW_ENDED;
}

/* ---- messages ---- */

/* Nonces are renewed by many cameras; a fresh one that is refused as well is another password. */
static void take_challenge(GwFlow *f, const GwPiece *answer) {
  GwPiece rest = *answer;
  gboolean usable = FALSE;
  gw_auth_forget(&f->session.auth);
  for (int i = 0; i < 8; i++) {
    gsize bytes = 0;
    const char *value = gw_interleave_header(&rest, "WWW-Authenticate", &bytes);
    if (!value)
      break;
    g_autofree char *text = g_strndup(value, bytes);
    usable = gw_auth_challenge(&f->session.auth, text) || usable;
    rest.n -= (gsize)((const guint8 *)value + bytes - rest.bytes);
    rest.bytes = (const guint8 *)value + bytes;
  }
  if (!usable || !f->session.auth.user || ++f->challenges > 1)
    f->over = GW_FLOW_REFUSED;
  else
    send_keep_alive(f, f->mono_us);
}

static void take_answer(GwFlow *f, const GwPiece *answer) {
  if (answer->cseq != f->cseq || f->cseq == CSEQ_FIRST)
    return; /* of the handshake, or too late */
  if (answer->status == 401) {
    take_challenge(f, answer);
    return;
  }
  f->challenges = 0;
  if (answer->status == 454)
    f->over = GW_FLOW_ENDED;
  else if (answer->status == 405 || answer->status == 501 || answer->status == 551)
    f->by_options = TRUE;
}

/* Some cameras ask whether we are still there. */
static void take_request(GwFlow *f, const GwPiece *asked) {
  const gboolean known = gw_interleave_is_method(asked, "OPTIONS") ||
                         gw_interleave_is_method(asked, "GET_PARAMETER") ||
                         gw_interleave_is_method(asked, "SET_PARAMETER");
  g_autofree char *text = g_strdup_printf("RTSP/1.0 %s\r\nCSeq: %u\r\n\r\n",
                                          known ? "200 OK" : "501 Not Implemented", asked->cseq);
  send_text(f, text);
}

gsize gw_flow_bytes(GwFlow *f, const guint8 *data, gsize n, GwUsec mono_us, GwUsec real_us) {
  gsize used = 0;
  f->mono_us = mono_us;
  while (f->over == GW_FLOW_GOES_ON) {
    GwPiece piece;
    used += gw_interleave_next(data + used, n - used, &piece);
    if (piece.kind == GW_PIECE_MORE)
      break;
    if (piece.kind == GW_PIECE_DATA)
      take_data(f, &piece, real_us);
    else if (piece.kind == GW_PIECE_ANSWER)
      take_answer(f, &piece);
    else if (piece.kind == GW_PIECE_REQUEST)
      take_request(f, &piece);
    else
      f->over = GW_FLOW_BROKEN;
  }
  f->bytes += used;
  return used;
}

/* ---- life ---- */

GwFlow *gw_flow_new(GwRtspSession *session, const GwFlowEvents *events, gpointer user, GwUsec mono_us) {
  GwFlow *f = g_new0(GwFlow, 1);
  f->session = *session;
  f->session.fd = -1;
  *session = (GwRtspSession){.fd = session->fd};
  f->events = *events;
  f->user = user;
  f->ssrc = g_random_int();
  f->cseq = CSEQ_FIRST;
  f->by_options = !f->session.has_get_parameter;
  f->report_mono_us = f->alive_mono_us = mono_us;
  f->depay = gw_depay_new(f->session.codec, on_unit, f);
  gw_rtp_track_init(&f->video, f->session.video.clock_rate);
  gw_rtp_track_init(&f->metadata, f->session.metadata.clock_rate);
  if (f->session.metadata.is_set)
    f->assemble = gw_onvif_assemble_new(on_document, f);
  for (guint i = 0; f->session.sets && i < f->session.sets->len; i++) {
    gsize bytes = 0;
    const guint8 *nal = g_bytes_get_data(g_ptr_array_index(f->session.sets, i), &bytes);
    gw_depay_add_set(f->depay, nal, bytes);
  }
  return f;
}

void gw_flow_free(GwFlow *f) {
  if (!f)
    return;
  gw_depay_free(f->depay);
  gw_onvif_assemble_free(f->assemble);
  gw_rtsp_session_clear(&f->session);
  g_free(f);
}

void gw_flow_stop(GwFlow *f) {
  f->over = GW_FLOW_STOPPED;
}

GwFlowOver gw_flow_over(const GwFlow *f) {
  return f->over;
}

void gw_flow_counts(const GwFlow *f, GwFlowCounts *ret) {
  *ret = (GwFlowCounts){.packets = f->video.received,
                        .lost = f->video.lost,
                        .bytes = f->bytes,
                        .jitter_us = gw_rtp_jitter_us(&f->video),
                        .dropped_units = gw_depay_dropped(f->depay)};
  ret->has_clock = gw_rtp_clock(&f->video, &ret->clock_ahead_us);
}

const guint8 *gw_flow_sets(const GwFlow *f, gsize *ret_bytes) {
  return gw_depay_sets(f->depay, ret_bytes);
}

GwCodec gw_flow_codec(const GwFlow *f) {
  return f->session.codec;
}

guint gw_flow_clock_rate(const GwFlow *f) {
  return f->video.clock_rate;
}
