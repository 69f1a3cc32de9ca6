/* The parts of gwrtspsrc that need no socket: frames, RTP, RTCP, credentials, the life of a session. */
#include "pipelines/rtsp/auth.h"
#include "pipelines/rtsp/flow.h"
#include "pipelines/rtsp/interleave.h"
#include "pipelines/rtsp/range.h"
#include "pipelines/rtsp/rtp.h"
#include "tests/pipelines/cm.h"

#include <string.h>

#define NTP_TO_UNIX_S 2208988800u

/* ---- interleaved ---- */

static const char mixed[] = "$\x01\x00\x03"
                            "abcRTSP/1.0 200 OK\r\nCSeq: 7\r\nContent-Length: 4\r\n\r\nbody"
                            "OPTIONS * RTSP/1.0\r\ncseq:  12 \r\n\r\n$\x00\x00\x00";

static void expect_mixed(guint i, const GwPiece *piece) {
  static const GwPieceKind kinds[] = {GW_PIECE_DATA, GW_PIECE_ANSWER, GW_PIECE_REQUEST, GW_PIECE_DATA};
  assert_int_equal(piece->kind, kinds[i]);
  if (i == 0) {
    assert_int_equal(piece->channel, 1);
    assert_int_equal(piece->n, 3);
    assert_memory_equal(piece->bytes, "abc", 3);
  } else if (i == 1) {
    assert_int_equal(piece->status, 200);
    assert_int_equal(piece->cseq, 7);
  } else if (i == 2) {
    assert_int_equal(piece->cseq, 12);
    assert_true(gw_interleave_is_method(piece, "OPTIONS"));
    assert_false(gw_interleave_is_method(piece, "OPTION"));
  } else {
    assert_int_equal(piece->n, 0);
  }
}

static void pieces_are_the_same_however_they_arrive(void **state) {
  const gsize all = sizeof mixed - 1;
  for (gsize first = 0; first <= all; first++) { /* in two parts, cut anywhere */
    guint n = 0;
    gsize used = 0;
    for (gsize have = first;; have = all) {
      for (;;) {
        GwPiece piece;
        g_autofree guint8 *exact = g_memdup2(mixed + used, have - used);
        const gsize took = gw_interleave_next(exact, have - used, &piece);
        assert_int_not_equal(piece.kind, GW_PIECE_BROKEN);
        if (took == 0)
          break;
        expect_mixed(n++, &piece);
        used += took;
      }
      if (have == all)
        break;
    }
    assert_int_equal(n, 4);
    assert_int_equal(used, all);
  }
}

static GwPieceKind kind_of(const char *text, gsize n) {
  GwPiece piece;
  (void)gw_interleave_next((const guint8 *)text, n, &piece);
  return piece.kind;
}

static void nonsense_is_broken_and_bounded(void **state) {
  g_autofree char *endless = g_strnfill(GW_INTERLEAVE_HEAD_MOST_BYTES, 'A');
  assert_int_equal(kind_of("\x00\x01", 2), GW_PIECE_BROKEN);
  assert_int_equal(kind_of("garbage", 7), GW_PIECE_BROKEN);
  assert_int_equal(kind_of(endless, GW_INTERLEAVE_HEAD_MOST_BYTES), GW_PIECE_BROKEN);
  assert_int_equal(kind_of(endless, GW_INTERLEAVE_HEAD_MOST_BYTES - 1), GW_PIECE_MORE);
  static const char huge[] = "RTSP/1.0 200 OK\r\nContent-Length: 999999\r\n\r\n";
  static const char negative[] = "RTSP/1.0 200 OK\r\nContent-Length: -4\r\n\r\n";
  static const char status[] = "RTSP/1.0 2x0 OK\r\n\r\n";
  assert_int_equal(kind_of(huge, sizeof huge - 1), GW_PIECE_BROKEN);
  assert_int_equal(kind_of(negative, sizeof negative - 1), GW_PIECE_BROKEN);
  assert_int_equal(kind_of(status, sizeof status - 1), GW_PIECE_BROKEN);
  assert_int_equal(kind_of("\r\n\r\n\r\n", 6), GW_PIECE_BROKEN);
}

/* ---- RTP ---- */

typedef struct RtpWish {
  guint16 seq;
  guint32 time, ssrc;
  gboolean marker;
} RtpWish;

static GwRtpPacket packet_of(const RtpWish *w, guint8 to[12]) {
  const guint8 head[12] = {0x80,
                           (guint8)(96 | (w->marker ? 0x80 : 0)),
                           (guint8)(w->seq >> 8),
                           (guint8)w->seq,
                           (guint8)(w->time >> 24),
                           (guint8)(w->time >> 16),
                           (guint8)(w->time >> 8),
                           (guint8)w->time,
                           (guint8)(w->ssrc >> 24),
                           (guint8)(w->ssrc >> 16),
                           (guint8)(w->ssrc >> 8),
                           (guint8)w->ssrc};
  GwRtpPacket packet;
  memcpy(to, head, 12);
  assert_true(gw_rtp_parse(to, 12, &packet));
  return packet;
}

static void header_with_all_there_can_be_is_taken_apart(void **state) {
  static const guint8 data[] = {0xb2, 0xe0, 0x12, 0x34, 0, 0, 0, 5,
                                0xde, 0xad, 0xbe, 0xef,             /* P, X, 2 CSRC, M */
                                1,    1,    1,    1,    2, 2, 2, 2, /* CSRC */
                                0xbe, 0xde, 0,    1,    9, 9, 9, 9, /* extension of one word */
                                'v',  'i',  'd',  0,    2};
  GwRtpPacket p;
  assert_true(gw_rtp_parse(data, sizeof data, &p));
  assert_int_equal(p.payload_type, 96);
  assert_true(p.marker);
  assert_int_equal(p.seq, 0x1234);
  assert_int_equal(p.time, 5);
  assert_int_equal(p.ssrc, 0xdeadbeef);
  assert_int_equal(p.bytes, 3);
  assert_memory_equal(p.payload, "vid", 3);
  for (gsize n = 0; n < sizeof data - 5; n++) { /* cut off anywhere in its head */
    g_autofree guint8 *exact = g_memdup2(data, n);
    assert_false(gw_rtp_parse(exact, n, &p) && p.bytes > n);
  }
}

static void lengths_that_contradict_are_refused(void **state) {
  GwRtpPacket p;
  guint8 data[16] = {0x80, 96};
  assert_true(gw_rtp_parse(data, 12, &p));
  data[0] = 0x40; /* version 1 */
  assert_false(gw_rtp_parse(data, 12, &p));
  data[0] = 0x8f; /* 15 CSRC that are not there */
  assert_false(gw_rtp_parse(data, 16, &p));
  data[0] = 0xa0; /* padding of 200 */
  data[15] = 200;
  assert_false(gw_rtp_parse(data, 16, &p));
  data[15] = 0; /* padding counts itself */
  assert_false(gw_rtp_parse(data, 16, &p));
}

static gboolean take(GwRtpTrack *track, guint16 seq, guint32 ssrc, gboolean *ret_gap) {
  guint8 room[12];
  const RtpWish wish = {seq, 0, ssrc, FALSE};
  const GwRtpPacket p = packet_of(&wish, room);
  return gw_rtp_take(track, &p, GW_SEC, ret_gap);
}

static void losses_are_counted_across_the_end_of_numbers(void **state) {
  GwRtpTrack t;
  gboolean gap = TRUE;
  gw_rtp_track_init(&t, 90000);
  assert_true(take(&t, 65533, 1, &gap));
  assert_false(gap);
  assert_true(take(&t, 65534, 1, &gap));
  assert_true(take(&t, 2, 1, &gap)); /* 65535, 0, 1 are missing */
  assert_true(gap);
  assert_int_equal(t.lost, 3);
  assert_false(take(&t, 2, 1, &gap));     /* doubled */
  assert_false(take(&t, 65535, 1, &gap)); /* late */
  assert_true(take(&t, 3, 1, &gap));
  assert_false(gap);
  assert_true(take(&t, 30000, 1, &gap)); /* began anew: no loss of 29996 */
  assert_true(gap);
  assert_true(take(&t, 7, 2, &gap)); /* another source */
  assert_true(gap);
  assert_int_equal(t.lost, 3);
  assert_int_equal(t.received, 6);
}

static void jitter_is_that_of_the_standard(void **state) {
  GwRtpTrack t;
  guint8 room[12];
  gw_rtp_track_init(&t, 90000);
  double expected = 0; /* RFC 3550, 6.4.1 in floating point, in ticks */
  for (guint i = 0; i < 500; i++) {
    const GwUsec late_us = i % 2 ? 10 * GW_MS : 0;
    const RtpWish wish = {(guint16)i, 0xfffff000u + i * 6000, 1, FALSE};
    const GwRtpPacket p = packet_of(&wish, room);
    gboolean gap = FALSE;
    assert_true(gw_rtp_take(&t, &p, GW_SEC + (GwUsec)i * 6000 * 1000 / 90 + late_us, &gap));
    if (i > 0)
      expected += (900 - expected) / 16;
  }
  assert_in_range(gw_rtp_jitter_us(&t), 9800, 10100);
  assert_in_range((int)(expected * 1000 / 90), 9800, 10100);
}

static void put32(guint8 *p, guint32 v) {
  p[0] = (guint8)(v >> 24);
  p[1] = (guint8)(v >> 16);
  p[2] = (guint8)(v >> 8);
  p[3] = (guint8)v;
}

static void sender_report(guint8 sr[28], GwUsec unix_us) {
  memset(sr, 0, 28);
  sr[0] = 0x80;
  sr[1] = 200;
  sr[3] = 6;
  put32(sr + 8, (guint32)(unix_us / GW_SEC + NTP_TO_UNIX_S));
  put32(sr + 12, (guint32)(((guint64)(unix_us % GW_SEC) << 32) / 1000000));
}

static void clock_is_the_least_delayed_of_the_last_minute(void **state) {
  const GwUsec real_us = 1800000000 * GW_SEC;
  GwRtpTrack t;
  GwUsec ahead_us = 0;
  guint8 sr[28];
  gw_rtp_track_init(&t, 90000);
  assert_false(gw_rtp_clock(&t, &ahead_us));
  for (int i = 0; i < 40; i++) { /* 1.5 s ahead, each report up to 40 ms late */
    const GwUsec now_us = (GwUsec)i * 5 * GW_SEC;
    sender_report(sr, real_us + now_us + 1500 * GW_MS - (i % 5) * 10 * GW_MS);
    assert_int_equal(gw_rtcp_take(&t, sr, sizeof sr, GW_SEC + now_us, real_us + now_us), GW_RTCP_REPORT);
  }
  assert_true(gw_rtp_clock(&t, &ahead_us));
  assert_in_range(ahead_us, 1499 * GW_MS, 1501 * GW_MS);
  for (int i = 40; i < 60; i++) { /* somebody set it back: seen within a minute or so */
    const GwUsec now_us = (GwUsec)i * 5 * GW_SEC;
    sender_report(sr, real_us + now_us);
    (void)gw_rtcp_take(&t, sr, sizeof sr, GW_SEC + now_us, real_us + now_us);
  }
  assert_true(gw_rtp_clock(&t, &ahead_us));
  assert_in_range(ahead_us + GW_MS, 0, 2 * GW_MS);
}

static void compound_with_a_bye_is_a_bye_and_cut_ones_are_nothing(void **state) {
  GwRtpTrack t;
  guint8 both[36];
  gw_rtp_track_init(&t, 90000);
  sender_report(both, GW_SEC);
  static const guint8 bye[8] = {0x81, 203, 0, 1, 0, 0, 0, 1};
  memcpy(both + 28, bye, 8);
  assert_int_equal(gw_rtcp_take(&t, both, 36, 1, 1), GW_RTCP_BYE);
  assert_int_equal(gw_rtcp_take(&t, both, 27, 1, 1), GW_RTCP_OTHER);
  assert_int_equal(gw_rtcp_take(&t, both, 0, 1, 1), GW_RTCP_OTHER);
}

static void receiver_report_says_what_was_lost(void **state) {
  GwRtpTrack t;
  gboolean gap = FALSE;
  guint8 rr[GW_RTCP_RECEIVER_BYTES];
  gw_rtp_track_init(&t, 90000);
  for (guint16 seq = 100; seq < 200; seq++)
    if (seq % 4 != 1)
      assert_true(take(&t, seq, 0x11223344, &gap));
  assert_int_equal(gw_rtcp_write(&t, 0xaabbccdd, GW_SEC, rr), GW_RTCP_RECEIVER_BYTES);
  static const guint8 head[] = {0x81, 201,  0,  7, 0xaa, 0xbb, 0xcc, 0xdd, 0x11, 0x22,
                                0x33, 0x44, 64, 0, 0,    25,   0,    0,    0,    199};
  assert_memory_equal(rr, head, sizeof head);
  static const guint8 sdes[] = {0x81, 202, 0, 4, 0xaa, 0xbb, 0xcc, 0xdd, 1, 10, 'g', 'r', 'i', 'd'};
  assert_memory_equal(rr + 32, sdes, sizeof sdes);
}

/* ---- credentials ---- */

static void digest_is_that_of_the_standard(void **state) {
  GwAuth auth;
  gw_auth_init(&auth, "Mufasa", "CircleOfLife");
  assert_true(gw_auth_challenge(
      &auth, "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\","
             " opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""));
  g_autofree char *answer = gw_auth_answer(&auth, "GET", "/dir/index.html");
  assert_non_null(
      strstr(answer, "response=\"1949323746fe6a43ef61f9606e7febea\"")); /* RFC 2069, as corrected */
  assert_non_null(strstr(answer, "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""));
  gw_auth_clear(&auth);
}

static void strongest_challenge_wins_whatever_their_order(void **state) {
  static const char *const challenges[] = {"Basic realm=\"x\"",
                                           "Digest realm=\"x\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\"",
                                           "Digest realm=\"x\", nonce=\"m\""};
  for (guint first = 0; first < 3; first++) {
    GwAuth auth;
    gw_auth_init(&auth, "u", "p");
    for (guint i = 0; i < 3; i++)
      assert_true(gw_auth_challenge(&auth, challenges[(first + i) % 3]));
    assert_int_equal(auth.kind, GW_AUTH_DIGEST_SHA256);
    assert_string_equal(auth.nonce, "n");
    gw_auth_clear(&auth);
  }
}

static void challenges_without_sense_are_none(void **state) {
  static const char *const bad[] = {"",
                                    "Digest",
                                    "Digest realm=\"x\"",
                                    "Digest realm=\"never ends",
                                    "Negotiate",
                                    "Digest realm=\"x\", nonce=\"n\", algorithm=MD5-sess"};
  GwAuth auth;
  gw_auth_init(&auth, "u", "p");
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_false(gw_auth_challenge(&auth, bad[i]));
  assert_null(gw_auth_answer(&auth, "GET", "/"));
  assert_true(gw_auth_challenge(&auth, "basic"));
  g_autofree char *answer = gw_auth_answer(&auth, "GET", "/");
  assert_string_equal(answer, "Basic dTpw");
  gw_auth_clear(&auth);
}

/* ---- a session's life ---- */

typedef struct Life {
  GwFlow *flow;
  GString *sent; /* the RTSP among it */
  guint reports, units, documents;
  GwUsec now_us;
} Life;

static void on_unit(GwUnit *unit, GwUsec mono_us, gpointer user) {
  ((Life *)user)->units++;
  g_free(unit->data);
}

static void on_document(const guint8 *xml, gsize bytes, GwUsec mono_us, gpointer user) {
  ((Life *)user)->documents++;
}

static gboolean on_send(const guint8 *data, gsize bytes, gpointer user) {
  Life *life = user;
  if (data[0] == '$')
    life->reports++;
  else
    g_string_append_len(life->sent, (const char *)data, (gssize)bytes);
  return TRUE;
}

static Life *life_begin(guint timeout_s, gboolean has_get_parameter) {
  static const GwFlowEvents events = {on_unit, on_document, on_send};
  GwRtspSession session = {.fd = -1, .timeout_s = timeout_s, .has_get_parameter = has_get_parameter};
  session.id = g_strdup("42");
  session.url = g_strdup("rtsp://h/s");
  session.video = (GwRtspTrackSetup){TRUE, 0, 1, 96, 90000};
  gw_auth_init(&session.auth, "u", "p");
  Life *life = g_new0(Life, 1);
  life->sent = g_string_new(NULL);
  life->now_us = GW_SEC;
  life->flow = gw_flow_new(&session, &events, life, life->now_us);
  return life;
}

static void life_end(Life *life) {
  gw_flow_free(life->flow);
  g_string_free(life->sent, TRUE);
  g_free(life);
}

static void feed(Life *life, gconstpointer data, gsize n) {
  assert_int_equal(gw_flow_bytes(life->flow, data, n, life->now_us, life->now_us), n);
}

static void feed_text(Life *life, const char *text) {
  feed(life, text, strlen(text));
}

static void pass_seconds(Life *life, guint seconds) {
  for (guint i = 0; i < seconds; i++) {
    life->now_us += GW_SEC;
    gw_flow_second(life->flow, life->now_us);
  }
}

static guint count(const Life *life, const char *what) {
  guint n = 0;
  for (const char *at = life->sent->str; (at = strstr(at, what)); at++)
    n++;
  return n;
}

static void session_is_kept_alive_at_half_its_timeout(void **state) {
  Life *life = life_begin(20, TRUE);
  pass_seconds(life, 9);
  assert_int_equal(life->sent->len, 0);
  pass_seconds(life, 22);
  assert_int_equal(count(life, "GET_PARAMETER rtsp://h/s RTSP/1.0\r\n"), 3);
  assert_int_equal(count(life, "\r\nSession: 42\r\n"), 3);
  life_end(life);
}

static void camera_without_get_parameter_is_asked_for_options(void **state) {
  Life *life = life_begin(20, FALSE);
  pass_seconds(life, 10);
  assert_int_equal(count(life, "OPTIONS rtsp://h/s"), 1);
  life_end(life);
  life = life_begin(20, TRUE);
  pass_seconds(life, 10);
  feed_text(life, "RTSP/1.0 501 Not Implemented\r\nCSeq: 1001\r\n\r\n");
  pass_seconds(life, 10);
  assert_int_equal(count(life, "GET_PARAMETER"), 1);
  assert_int_equal(count(life, "OPTIONS rtsp://h/s"), 1);
  life_end(life);
}

static void renewed_nonce_is_answered_once(void **state) {
  static const char challenge[] = "RTSP/1.0 401 Unauthorized\r\nCSeq: %u\r\n"
                                  "WWW-Authenticate: Basic realm=\"r\"\r\n"
                                  "WWW-Authenticate: Digest realm=\"r\", nonce=\"n%u\"\r\n\r\n";
  Life *life = life_begin(20, TRUE);
  pass_seconds(life, 10);
  g_autofree char *first = g_strdup_printf(challenge, 1001, 1);
  feed_text(life, first);
  assert_int_equal(count(life, "Authorization: Digest username=\"u\""), 1);
  assert_int_equal(count(life, "nonce=\"n1\""), 1);
  feed_text(life, "RTSP/1.0 200 OK\r\nCSeq: 1002\r\n\r\n");
  pass_seconds(life, 10); /* with the nonce that it has */
  assert_int_equal(count(life, "nonce=\"n1\""), 2);
  g_autofree char *second = g_strdup_printf(challenge, 1003, 2);
  g_autofree char *third = g_strdup_printf(challenge, 1004, 3);
  feed_text(life, second);
  assert_int_equal(gw_flow_over(life->flow), GW_FLOW_GOES_ON);
  feed_text(life, third); /* our password is not its own any more */
  assert_int_equal(gw_flow_over(life->flow), GW_FLOW_REFUSED);
  assert_int_equal(count(life, "nonce=\"n3\""), 0);
  life_end(life);
}

static void session_that_is_gone_is_over_and_old_answers_are_nothing(void **state) {
  Life *life = life_begin(20, TRUE);
  feed_text(life, "RTSP/1.0 454 Session Not Found\r\nCSeq: 3\r\n\r\n"); /* of the handshake */
  assert_int_equal(gw_flow_over(life->flow), GW_FLOW_GOES_ON);
  pass_seconds(life, 10);
  feed_text(life, "RTSP/1.0 454 Session Not Found\r\nCSeq: 1001\r\n\r\n");
  assert_int_equal(gw_flow_over(life->flow), GW_FLOW_ENDED);
  life_end(life);
}

static void requests_of_the_camera_are_answered(void **state) {
  Life *life = life_begin(60, TRUE);
  feed_text(life,
            "OPTIONS rtsp://h RTSP/1.0\r\nCSeq: 5\r\n\r\nANNOUNCE rtsp://h RTSP/1.0\r\nCSeq: 6\r\n\r\n");
  assert_string_equal(life->sent->str, "RTSP/1.0 200 OK\r\nCSeq: 5\r\n\r\n"
                                       "RTSP/1.0 501 Not Implemented\r\nCSeq: 6\r\n\r\n");
  life_end(life);
}

static void feed_picture(Life *life, guint16 seq) {
  guint8 frame[4 + 12 + 3] = {'$',         0, 0, 15,          0x80, 0xe0, (guint8)(seq >> 8),
                              (guint8)seq, 0, 0, (guint8)seq, 0};
  frame[16] = 0x41; /* a slice, the first of its picture */
  frame[17] = 0x9a;
  feed(life, frame, sizeof frame);
}

static void reports_go_out_while_pictures_come_in(void **state) {
  Life *life = life_begin(60, TRUE);
  pass_seconds(life, 20);
  assert_int_equal(life->reports, 0); /* nobody to report about */
  for (guint16 i = 0; i < 20; i++) {
    feed_picture(life, i);
    pass_seconds(life, 1);
  }
  assert_in_range(life->reports, 4, 5);
  assert_true(life->units >= 19);
  life_end(life);
}

static void goodbye_counts_when_nothing_follows(void **state) {
  static const char bye[] = "$\x01\x00\x08\x81\xcb\x00\x01\x00\x00\x00\x01";
  Life *life = life_begin(60, TRUE);
  feed(life, bye, sizeof bye - 1);
  pass_seconds(life, 1);
  feed_picture(life, 1); /* it only changed its mind */
  pass_seconds(life, 5);
  assert_int_equal(gw_flow_over(life->flow), GW_FLOW_GOES_ON);
  feed(life, bye, sizeof bye - 1);
  pass_seconds(life, 3);
  assert_int_equal(gw_flow_over(life->flow), GW_FLOW_ENDED);
  life_end(life);
}

static void a_range_is_said_and_read_as_absolute_time(void **state) {
  static const GwUsec at_us = 1795226400 * GW_SEC + 250 * GW_MS; /* 2026-11-21 02:00:00.25 UTC */
  static const char *const nonsense[] = {"",
                                         "npt=0.000-",
                                         "clock=now-",
                                         "clock=20261121-",
                                         "clock=20261321T020000Z-",
                                         "clock=20261121T020099Z-",
                                         "clock=99999999T999999Z-",
                                         "clock=20261121T02-1-1Z-",
                                         "clock=20261121T0200nan",
                                         "clock="};
  g_autofree char *said = gw_range_clock(at_us);
  assert_string_equal(said, "clock=20261121T020000.250Z-");
  assert_true(gw_range_begin_us(said) == at_us);
  assert_true(gw_range_begin_us("clock=20261121T020000Z-20261121T030000Z") == at_us - 250 * GW_MS);
  assert_true(gw_range_begin_us(NULL) == 0);
  for (guint i = 0; i < G_N_ELEMENTS(nonsense); i++)
    if (gw_range_begin_us(nonsense[i]) != 0)
      fail_msg("%s", nonsense[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pieces_are_the_same_however_they_arrive),
      cmocka_unit_test(nonsense_is_broken_and_bounded),
      cmocka_unit_test(header_with_all_there_can_be_is_taken_apart),
      cmocka_unit_test(lengths_that_contradict_are_refused),
      cmocka_unit_test(losses_are_counted_across_the_end_of_numbers),
      cmocka_unit_test(jitter_is_that_of_the_standard),
      cmocka_unit_test(clock_is_the_least_delayed_of_the_last_minute),
      cmocka_unit_test(compound_with_a_bye_is_a_bye_and_cut_ones_are_nothing),
      cmocka_unit_test(receiver_report_says_what_was_lost),
      cmocka_unit_test(digest_is_that_of_the_standard),
      cmocka_unit_test(strongest_challenge_wins_whatever_their_order),
      cmocka_unit_test(challenges_without_sense_are_none),
      cmocka_unit_test(session_is_kept_alive_at_half_its_timeout),
      cmocka_unit_test(camera_without_get_parameter_is_asked_for_options),
      cmocka_unit_test(renewed_nonce_is_answered_once),
      cmocka_unit_test(session_that_is_gone_is_over_and_old_answers_are_nothing),
      cmocka_unit_test(requests_of_the_camera_are_answered),
      cmocka_unit_test(reports_go_out_while_pictures_come_in),
      cmocka_unit_test(goodbye_counts_when_nothing_follows),
      cmocka_unit_test(a_range_is_said_and_read_as_absolute_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
