#include "pipelines/side_stream.h"

#include "daemon/base/clock.h"
#include "pipelines/knock.h"
#include "pipelines/target.h"

#define BEGIN_US (20 * GW_SEC)      /* from the first knock to the first picture: recorders look for it */
#define SILENT_LIVE_US (8 * GW_SEC) /* as long as a watched camera until it is lost */
#define SILENT_PLAYBACK_US (GW_MIN) /* recorders pause at holes */
#define LIKELY_US (3600 * GW_SEC)   /* a recorder's clock may be wrong by so much */
#define ELSEWHERE_US (36 * GW_HOUR) /* no zone and no clock that somebody looks at is off by so much: it plays other footage */
#define NOW_US (10 * GW_SEC)        /* who says that it is now tells nothing about a recording */

struct GwSideStream {
  GwSideRoom room;
  char *url, *name, *password, *host;
  guint16 port;
  gboolean udp, by_range;
  GwUsec play_from_us;
  GwOutlet *outlet;
  GwUsec deadline_mono_us;
  gboolean plays; /* PLAY was answered */
  gboolean has_pictures;
  GwUsec first_real_us;
  GwKnock *knock;
  GwGatePass *host_pass, *pass;
  GwStream *stream;
  GwSideEnded ended;
  gpointer user;
};

static void leave_gates(GwSideStream *s) {
  gw_gate_leave(s->room.gate, g_steal_pointer(&s->pass));
  gw_gate_leave(s->room.hosts, g_steal_pointer(&s->host_pass));
}

void gw_side_stream_free(GwSideStream *s) {
  if (!s)
    return;
  gw_knock_free(s->knock);
  gw_stream_close(s->stream);
  leave_gates(s);
  gw_outlet_unref(s->outlet);
  g_free(s->url);
  g_free(s->name);
  g_free(s->password);
  g_free(s->host);
  g_free(s);
}

static void end(GwSideStream *s, GwCause cause) {
  GwSideEnd how = s->has_pictures ? GW_SIDE_OVER : GW_SIDE_FAILED;
  if (!s->has_pictures && s->play_from_us &&
      (cause == GW_CAUSE_NOT_FOUND ||
       (s->plays && (cause == GW_CAUSE_CLOSED || cause == GW_CAUSE_NO_PACKETS))))
    how = GW_SIDE_NO_FOOTAGE; /* it answered, and had nothing to show */
  s->ended(s, how, cause, s->user);
}

static void on_playing(GwStream *stream, gpointer user) {
  ((GwSideStream *)user)->plays = TRUE;
  leave_gates(user);
}

static void on_first_frame(GwStream *stream, gpointer user) {
  GwSideStream *s = user;
  s->has_pictures = TRUE;
  s->first_real_us = gw_clock_real_us();
}

static void on_ended(GwStream *stream, GwCause cause, const char *detail, gpointer user) {
  end(user, cause);
}

static void open_stream(gpointer user) {
  static const GwStreamEvents events = {on_playing, on_first_frame, on_ended};
  GwSideStream *s = user;
  const GwStreamTarget target = {.url = s->url,
                                 .user = s->name,
                                 .password = s->password,
                                 .udp = s->udp,
                                 .play_from_us = s->by_range ? s->play_from_us : 0};
  const GwStreamSink sink = {.outlet = s->outlet};
  s->stream = gw_stream_open(&target, s->room.reaper, &sink, &events, s);
}

static void on_knocked(GwKnock *knock, const GError *error, gpointer user) {
  GwSideStream *s = user;
  g_clear_pointer(&s->knock, gw_knock_free);
  if (error)
    end(s, GW_CAUSE_UNREACHABLE);
  else
    gw_gate_ask(s->room.gate, s->host, &s->pass, open_stream, s);
}

static void knock(gpointer user) {
  GwSideStream *s = user;
  s->knock = gw_knock_start(s->host, s->port, on_knocked, s);
}

GwSideStream *gw_side_stream_open(const GwSideTarget *target, const GwSideRoom *room, GwOutlet *outlet,
                                  GwSideEnded ended, gpointer user) {
  g_autofree char *host = NULL;
  guint16 port = 0;
  if (!gw_target_parse(target->url, &host, &port))
    return NULL;
  GwSideStream *s = g_new0(GwSideStream, 1);
  s->room = *room;
  s->url = g_strdup(target->url);
  s->name = g_strdup(target->user);
  s->password = g_strdup(target->password);
  s->udp = target->udp;
  s->by_range = target->by_range;
  s->play_from_us = target->play_from_us;
  s->host = g_steal_pointer(&host);
  s->port = port;
  s->outlet = gw_outlet_ref(outlet);
  s->ended = ended;
  s->user = user;
  s->deadline_mono_us = gw_clock_mono_us() + BEGIN_US;
  gw_gate_ask(s->room.hosts, s->host, &s->host_pass, knock, s);
  return s;
}

static GwCause cause_of_silence(GwSideStream *s) {
  GwRtspStats stats;
  if (!s->stream)
    return GW_CAUSE_UNREACHABLE;
  gw_stream_stats(s->stream, &stats);
  return stats.answered ? GW_CAUSE_NO_PACKETS : GW_CAUSE_TIMEOUT;
}

/* Some recorders play the nearest they have where they have nothing: that must not pass for what was asked. */
static gboolean plays_elsewhere(GwSideStream *s, GwUsec now_real_us) {
  GwRtspStats stats;
  gw_stream_stats(s->stream, &stats);
  const GwUsec asked_us = s->play_from_us + now_real_us - s->first_real_us;
  if (stats.plays_from_us && ABS(stats.plays_from_us - s->play_from_us) > ELSEWHERE_US)
    return TRUE;
  return stats.has_clock && ABS(stats.clock_offset_us) > GW_HOUR &&
         ABS(now_real_us + stats.clock_offset_us - asked_us) > ELSEWHERE_US;
}

void gw_side_stream_tick(GwSideStream *s, GwUsec now_us) {
  if (!s->has_pictures) {
    if (now_us >= s->deadline_mono_us)
      end(s, cause_of_silence(s));
    return;
  }
  if (s->play_from_us && plays_elsewhere(s, gw_clock_real_us())) {
    s->ended(s, GW_SIDE_NO_FOOTAGE, GW_CAUSE_NOT_FOUND, s->user);
    return;
  }
  GwMeter meter;
  gw_stream_meter(s->stream, FALSE, now_us, &meter);
  if (now_us - meter.last_mono_us >= (s->play_from_us ? SILENT_PLAYBACK_US : SILENT_LIVE_US))
    end(s, GW_CAUSE_NO_PACKETS);
}

/* Where it says PLAY began counts most; then its sender reports, unless they are simply of now. */
gboolean gw_side_stream_recorded_us(GwSideStream *s, GwUsec now_real_us, GwUsec *ret_us) {
  if (!s->stream || !s->play_from_us)
    return FALSE;
  GwRtspStats stats;
  gw_stream_stats(s->stream, &stats);
  const GwUsec played_us = s->has_pictures ? now_real_us - s->first_real_us : 0;
  if (stats.plays_from_us && ABS(stats.plays_from_us - s->play_from_us) <= LIKELY_US) {
    *ret_us = stats.plays_from_us + played_us;
    return TRUE;
  }
  *ret_us = now_real_us + stats.clock_offset_us;
  return stats.has_clock && ABS(stats.clock_offset_us) > NOW_US &&
         ABS(*ret_us - s->play_from_us - played_us) <= LIKELY_US;
}
