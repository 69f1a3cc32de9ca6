#include "pipelines/probe.h"

#include "daemon/base/clock.h"
#include "pipelines/knock.h"
#include "pipelines/stream.h"
#include "pipelines/target.h"

#include <math.h>

#define TICK_MS 200
#define LOOK_US (2 * GW_SEC)      /* frames are counted for this long at least */
#define LOOK_MOST_US (6 * GW_SEC) /* and for this long at most, waiting for a second keyframe */
#define TIMEOUT_DEFAULT_MS 10000
#define TIMEOUT_LEAST_MS 1000
#define TIMEOUT_MOST_MS 60000

struct GwProbes {
  GwGate *hosts, *gate;
  GwReaper *reaper;
  GQueue running; /* Probe */
  GwProbesSay say;
  gpointer user;
};

typedef struct Probe {
  GwProbes *owner;
  json_t *ref; /* whatever the daemon called it */
  char *url, *name, *password, *host;
  guint16 port;
  GwUsec deadline_mono_us;
  GwUsec play_from_us; /* a recorder's playback; 0: a camera */
  gboolean by_range;   /* PLAY asks for that time; else the URL does */
  GwKnock *knock;
  GwGatePass *host_pass, *pass;
  GwStream *stream;
  guint tick_source;
} Probe;

static void leave_gates(Probe *p) {
  gw_gate_leave(p->owner->gate, g_steal_pointer(&p->pass));
  gw_gate_leave(p->owner->hosts, g_steal_pointer(&p->host_pass));
}

static void probe_free(Probe *p) {
  g_queue_remove(&p->owner->running, p);
  g_source_remove(p->tick_source);
  gw_knock_free(p->knock);
  gw_stream_close(p->stream);
  leave_gates(p);
  json_decref(p->ref);
  g_free(p->url);
  g_free(p->name);
  g_free(p->password);
  g_free(p->host);
  g_free(p);
}

static json_t *answer(json_t *ref, GwCause cause) {
  return json_pack("{s:s,s:O,s:b,s:s,s:s,s:s}", "type", "camera.probed", "ref", ref, "ok",
                   cause == GW_CAUSE_NONE, "cause", gw_cause_to_string(cause), "sentence_zh",
                   gw_cause_sentence_zh(cause), "sentence_en", gw_cause_sentence_en(cause));
}

static void add_measured(json_t *message, GwStream *stream) {
  GwMeter m;
  gw_stream_meter(stream, FALSE, 0, &m);
  GwRtspStats stats;
  gw_stream_stats(stream, &stats);
  const char *codec = m.codec ? m.codec : stats.codec, *audio = stats.audio;
  const double seconds = (double)(m.last_mono_us - m.first_mono_us) / GW_SEC;
  if (codec)
    json_object_set_new(message, "codec", json_string(codec));
  if (audio)
    json_object_set_new(message, "audio", json_string(audio));
  if (m.width > 0) {
    json_object_set_new(message, "width", json_integer(m.width));
    json_object_set_new(message, "height", json_integer(m.height));
  }
  if (m.gop > 0)
    json_object_set_new(message, "gop", json_integer(m.gop));
  if (seconds > 0 && m.frames > 1) { /* n frames span n - 1 intervals */
    json_object_set_new(message, "fps", json_real(round((double)(m.frames - 1) / seconds * 10) / 10));
    json_object_set_new(message, "kbps", json_integer(llround((double)m.bytes * 8 / 1000 / seconds)));
  }
}

/* What it really plays, as far as it says so: some recorders play the nearest they have. */
static void add_recorded(json_t *message, GwStream *stream) {
  GwRtspStats stats;
  gw_stream_stats(stream, &stats);
  const GwUsec by_clock_us = stats.has_clock ? gw_clock_real_us() + stats.clock_offset_us : 0;
  const GwUsec at_us = stats.plays_from_us ? stats.plays_from_us : by_clock_us;
  if (at_us)
    json_object_set_new(message, "recorded_us", json_integer(at_us));
}

static void finish(Probe *p, GwCause cause) {
  GwProbes *probes = p->owner;
  json_t *message = answer(p->ref, cause);
  if (p->stream && p->play_from_us)
    add_recorded(message, p->stream);
  if (p->stream)
    add_measured(message, p->stream);
  probe_free(p);
  probes->say(message, probes->user);
}

/* Of a playback it is enough that there is one. */
static gboolean has_seen_enough(const Probe *p, GwUsec now_us) {
  GwMeter m;
  gw_stream_meter(p->stream, FALSE, now_us, &m);
  if (!m.first_mono_us)
    return FALSE;
  const GwUsec looked_us = now_us - m.first_mono_us;
  if (p->play_from_us)
    return TRUE;
  return looked_us >= LOOK_MOST_US || (looked_us >= LOOK_US && m.gop > 0);
}

static GwCause cause_of_silence(Probe *p) {
  GwMeter m = {0};
  if (!p->stream)
    return GW_CAUSE_UNREACHABLE;
  gw_stream_meter(p->stream, FALSE, 0, &m);
  if (m.frames > 0)
    return GW_CAUSE_NONE;
  GwRtspStats stats;
  gw_stream_stats(p->stream, &stats);
  return stats.answered ? GW_CAUSE_NO_PACKETS : GW_CAUSE_TIMEOUT;
}

static gboolean on_tick(gpointer user) {
  Probe *p = user;
  const GwUsec now_us = gw_clock_mono_us();
  if (p->stream && has_seen_enough(p, now_us))
    finish(p, GW_CAUSE_NONE);
  else if (now_us >= p->deadline_mono_us)
    finish(p, cause_of_silence(p));
  return G_SOURCE_CONTINUE; /* finish() removed it */
}

static void on_playing(GwStream *stream, gpointer user) {
  leave_gates(user);
}

static void on_first_frame(GwStream *stream, gpointer user) {
  /* the tick sees it, and goes on counting */
}

static void on_ended(GwStream *stream, GwCause cause, const char *detail, gpointer user) {
  finish(user, cause);
}

static void open_stream(gpointer user) {
  static const GwStreamEvents events = {on_playing, on_first_frame, on_ended};
  Probe *p = user;
  const GwStreamTarget target = {.url = p->url, .user = p->name, .password = p->password, .play_from_us = p->by_range ? p->play_from_us : 0};
  const GwStreamSink nowhere = {0};
  p->stream = gw_stream_open(&target, p->owner->reaper, &nowhere, &events, p);
}

static void on_knocked(GwKnock *knock, const GError *error, gpointer user) {
  Probe *p = user;
  g_clear_pointer(&p->knock, gw_knock_free);
  if (error)
    finish(p, GW_CAUSE_UNREACHABLE);
  else
    gw_gate_ask(p->owner->gate, p->host, &p->pass, open_stream, p);
}

static void knock(gpointer user) {
  Probe *p = user;
  p->knock = gw_knock_start(p->host, p->port, on_knocked, p);
}

void gw_probes_start(GwProbes *probes, json_t *message) {
  const char *url = NULL, *user = NULL, *password = NULL;
  int timeout_ms = TIMEOUT_DEFAULT_MS;
  json_int_t play_from_us = 0;
  int by_range = FALSE;
  json_t *ref = json_object_get(message, "ref");
  g_autofree char *host = NULL;
  guint16 port = 0;
  const gboolean is_read = json_unpack(message, "{s:s,s?s,s?s,s?i,s?I,s?b}", "url", &url, "user", &user, "password",
                                       &password, "timeout_ms", &timeout_ms, "play_from_us", &play_from_us,
                                       "by_range", &by_range) == 0;
  ref = ref ? json_incref(ref) : json_null();
  if (!is_read || !gw_target_parse(url, &host, &port) || probes->running.length >= GW_PROBES_MOST) {
    const gboolean busy = probes->running.length >= GW_PROBES_MOST;
    probes->say(answer(ref, busy ? GW_CAUSE_STARTING : GW_CAUSE_PROTOCOL), probes->user);
    json_decref(ref);
    return;
  }
  Probe *p = g_new0(Probe, 1);
  p->owner = probes;
  p->ref = ref;
  p->url = g_strdup(url);
  p->name = g_strdup(user);
  p->password = g_strdup(password);
  p->host = g_steal_pointer(&host);
  p->port = port;
  p->play_from_us = MAX(0, play_from_us);
  p->by_range = by_range;
  p->deadline_mono_us = gw_clock_mono_us() + CLAMP(timeout_ms, TIMEOUT_LEAST_MS, TIMEOUT_MOST_MS) * GW_MS;
  p->tick_source = g_timeout_add(TICK_MS, on_tick, p);
  g_queue_push_tail(&probes->running, p);
  gw_gate_ask(probes->hosts, p->host, &p->host_pass, knock, p);
}

GwProbes *gw_probes_new(GwGate *hosts, GwGate *gate, GwReaper *reaper, GwProbesSay say, gpointer user) {
  GwProbes *probes = g_new0(GwProbes, 1);
  probes->hosts = hosts;
  probes->gate = gate;
  probes->reaper = reaper;
  g_queue_init(&probes->running);
  probes->say = say;
  probes->user = user;
  return probes;
}

void gw_probes_free(GwProbes *probes) {
  if (!probes)
    return;
  while (!g_queue_is_empty(&probes->running))
    probe_free(g_queue_peek_head(&probes->running));
  g_free(probes);
}
