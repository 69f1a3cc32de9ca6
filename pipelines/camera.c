#include "pipelines/camera.h"

#include "daemon/base/clock.h"
#include "pipelines/backoff.h"
#include "pipelines/knock.h"
#include "pipelines/loss.h"
#include "pipelines/stream.h"
#include "pipelines/target.h"

#define OPENING_US (10 * GW_SEC)   /* from the first RTSP byte to the first frame */
#define STALLED_US (5 * GW_SEC)    /* how long a stall lasts before it is a loss */
#define HEALTHY_US (10 * GW_SEC)   /* frames for this long forgive the failures before */
#define KNOCK_FROM_US (2 * GW_SEC) /* an unreachable camera is knocked at this often */
#define KNOCK_TO_US (4 * GW_SEC)
#define WAIT_US (4 * GW_SEC)       /* at most between tries at one that answers: it may be back any moment */
#define LONG_WAIT_US (30 * GW_SEC) /* at a recorder that is full, or after a wrong password */
#define REFUSED_US (30 * GW_MIN)   /* vendors lock an address after several wrong passwords */
#define UNSUPPORTED_US (60 * GW_SEC) /* somebody may be changing its codec right now */
#define AUTH_TRIES 2

typedef enum Phase { WAITING, KNOCKING, QUEUED, OPENING, FLOWING } Phase;

struct GwCamera {
  const GwCameraRoom *room;
  GwId id;
  char *url, *user, *password, *host;
  guint16 port;
  gboolean udp, metadata;

  Phase phase;
  GwUsec due_mono_us; /* WAITING: until then; OPENING: give up then */
  GwKnock *knock;
  GwGatePass *host_pass, *pass;
  GwStream *stream;
  GwRing *ring;    /* NULL: nothing is kept */
  GwOutlet *outlet;
  const char *via; /* static; NULL: never live */

  GwCameraState state;
  GwCause cause;
  GwBackoff backoff;
  guint auth_failures;
  guint reconnects;
  guint64 frames_before; /* of the streams before this one */
  GwLoss loss;
  GwMeterWatch *watch;
  gboolean was_live;
  GwUsec healthy_since_mono_us; /* FLOWING without a stall since */
  GwUsec stalled_since_mono_us;
};

static const char *const state_names[] = {"connecting", "live", "stalled", "lost", "refused", "unsupported"};
G_STATIC_ASSERT(G_N_ELEMENTS(state_names) == GW_CAMERA_N_STATES);

const char *gw_camera_state_to_string(GwCameraState state) {
  g_assert((guint)state < GW_CAMERA_N_STATES);
  return state_names[state];
}

/* The only writer of state and cause. */
static void become(GwCamera *c, GwCameraState state, GwCause cause, const char *detail) {
  if (c->state == state && c->cause == cause)
    return;
  c->state = state;
  c->cause = cause;
  c->room->on_state(c->id, state, cause, detail, c->via, c->room->user);
}

static void leave_gates(GwCamera *c) {
  gw_gate_leave(c->room->gate, g_steal_pointer(&c->pass));
  gw_gate_leave(c->room->hosts, g_steal_pointer(&c->host_pass));
}

/* Lets go of whatever the present try holds. */
static void let_go(GwCamera *c) {
  g_clear_pointer(&c->knock, gw_knock_free);
  if (c->stream) {
    GwMeter meter;
    gw_stream_meter(c->stream, FALSE, 0, &meter);
    c->frames_before += meter.frames;
    gw_stream_close(g_steal_pointer(&c->stream));
  }
  leave_gates(c);
}

static void wait_for(GwCamera *c, GwUsec us) {
  let_go(c);
  c->phase = WAITING;
  c->due_mono_us = gw_clock_mono_us() + us;
}

static GwUsec next_us(GwCamera *c, GwUsec most_us) {
  return gw_backoff_next_us(&c->backoff, most_us, g_random_int());
}

static void fail_auth(GwCamera *c, const char *detail) {
  if (c->auth_failures < AUTH_TRIES)
    c->auth_failures++;
  if (c->auth_failures < AUTH_TRIES) {
    wait_for(c, next_us(c, LONG_WAIT_US));
    return;
  }
  wait_for(c, REFUSED_US);
  become(c, GW_CAMERA_REFUSED, GW_CAUSE_AUTH, detail);
}

/* One try is over.  `detail` is lent and may be NULL. */
static void fail(GwCamera *c, GwCause cause, const char *detail) {
  g_autofree char *words = g_strdup(detail); /* it may belong to what is let go */
  if (cause == GW_CAUSE_AUTH) {
    fail_auth(c, words);
  } else if (cause == GW_CAUSE_CODEC) {
    wait_for(c, UNSUPPORTED_US);
    become(c, GW_CAMERA_UNSUPPORTED, cause, words);
  } else if (cause == GW_CAUSE_UNREACHABLE) {
    wait_for(c, gw_backoff_between_us(KNOCK_FROM_US, KNOCK_TO_US, g_random_int()));
    become(c, GW_CAMERA_LOST, cause, words);
  } else {
    wait_for(c, next_us(c, cause == GW_CAUSE_RECORDER_FULL ? LONG_WAIT_US : WAIT_US));
    become(c, GW_CAMERA_LOST, cause, words);
  }
}

static void on_playing(GwStream *stream, gpointer user) {
  leave_gates(user);
}

static void on_first_frame(GwStream *stream, gpointer user) {
  GwCamera *c = user;
  c->phase = FLOWING;
  c->auth_failures = 0;
  c->healthy_since_mono_us = gw_clock_mono_us();
  if (c->was_live)
    c->reconnects++;
  c->was_live = TRUE;
  c->via = gw_stream_via(stream);
  c->loss = (GwLoss){0};
  gw_meter_watch_reconnected(c->watch);
  if (c->room->looker)
    gw_looker_reconnected(c->room->looker, c->id);
  become(c, GW_CAMERA_LIVE, GW_CAUSE_NONE, NULL);
}

static void on_ended(GwStream *stream, GwCause cause, const char *detail, gpointer user) {
  fail(user, cause, detail);
}

static void on_observed(GwStream *stream, const GwOnvifObservation *observed, GwUsec at_us, gpointer user) {
  GwCamera *c = user;
  c->room->on_observed(c->id, observed, at_us, c->room->user);
}

static void open_stream(gpointer user) {
  static const GwStreamEvents events = {on_playing, on_first_frame, on_ended, on_observed};
  GwCamera *c = user;
  const GwStreamTarget target = {c->url, c->user, c->password, c->udp, c->metadata};
  const GwStreamSink sink = {c->id, c->outlet, c->room->looker};
  c->phase = OPENING;
  c->due_mono_us = gw_clock_mono_us() + OPENING_US;
  c->stream = gw_stream_open(&target, c->room->reaper, &sink, &events, c);
}

static void on_knocked(GwKnock *knock, const GError *error, gpointer user) {
  GwCamera *c = user;
  g_clear_pointer(&c->knock, gw_knock_free);
  if (error) {
    fail(c, GW_CAUSE_UNREACHABLE, error->message);
    return;
  }
  c->phase = QUEUED;
  gw_gate_ask(c->room->gate, c->host, &c->pass, open_stream, c);
}

static void knock(gpointer user) {
  GwCamera *c = user;
  c->knock = gw_knock_start(c->host, c->port, on_knocked, c);
}

static void look_at_frames(GwCamera *c, GwUsec now_us) {
  GwMeter meter;
  gw_stream_meter(c->stream, FALSE, now_us, &meter);
  const GwUsec silent_us = now_us - meter.last_mono_us;
  if (silent_us >= c->room->stall_us) {
    if (c->state != GW_CAMERA_STALLED)
      c->stalled_since_mono_us = now_us;
    become(c, GW_CAMERA_STALLED, GW_CAUSE_NO_PACKETS, NULL);
    if (now_us - c->stalled_since_mono_us >= STALLED_US)
      fail(c, GW_CAUSE_NO_PACKETS, "silent");
    return;
  }
  if (c->state == GW_CAMERA_STALLED)
    c->healthy_since_mono_us = now_us;
  become(c, GW_CAMERA_LIVE, GW_CAUSE_NONE, NULL);
  if (now_us - c->healthy_since_mono_us >= HEALTHY_US)
    gw_backoff_reset(&c->backoff);
}

static gboolean has_answered(GwStream *stream) {
  GwRtspStats stats;
  gw_stream_stats(stream, &stats);
  return stats.answered;
}

void gw_camera_tick(GwCamera *c, GwUsec now_us) {
  if (c->phase == WAITING && now_us >= c->due_mono_us) {
    if (!c->host) {
      c->due_mono_us = G_MAXINT64; /* only a new URL helps */
      become(c, GW_CAMERA_UNSUPPORTED, GW_CAUSE_PROTOCOL, "not an rtsp:// address");
      return;
    }
    c->phase = KNOCKING;
    gw_gate_ask(c->room->hosts, c->host, &c->host_pass, knock, c);
  } else if (c->phase == OPENING && now_us >= c->due_mono_us) {
    fail(c, has_answered(c->stream) ? GW_CAUSE_NO_PACKETS : GW_CAUSE_TIMEOUT, "no frame came");
  } else if (c->phase == FLOWING) {
    look_at_frames(c, now_us);
  }
}

static void watch_meter(GwCamera *c, GwCameraGauge *gauge, GwUsec now_us) {
  GwMeterSaid said;
  gw_meter_watch_second(c->watch, &gauge->meter, gauge->stats.has_clock, gauge->stats.clock_offset_us, now_us,
                        &said);
  gauge->rate = said.rate;
  gauge->activity = said.activity;
  for (guint i = 0; i < said.n; i++)
    c->room->on_meter(c->id, &said.findings[i], c->room->user);
}

gboolean gw_camera_gauge(GwCamera *c, GwUsec now_us, GwCameraGauge *ret_gauge) {
  if (c->phase != FLOWING)
    return FALSE;
  *ret_gauge = (GwCameraGauge){.reconnects = c->reconnects};
  gw_stream_meter(c->stream, TRUE, now_us, &ret_gauge->meter);
  gw_stream_stats(c->stream, &ret_gauge->stats);
  ret_gauge->frames = c->frames_before + ret_gauge->meter.frames;
  ret_gauge->lost_ppm = gw_loss_ppm(&c->loss, ret_gauge->stats.packets, ret_gauge->stats.lost, now_us);
  watch_meter(c, ret_gauge, now_us);
  if (c->room->looker)
    ret_gauge->look_at_us = gw_looker_last_look_us(c->room->looker, c->id);
  return TRUE;
}

GwCameraState gw_camera_state(const GwCamera *c) {
  return c->state;
}

gboolean gw_camera_has_config(const GwCamera *c, const GwCameraConfig *config) {
  return g_strcmp0(c->url, config->url) == 0 && g_strcmp0(c->user, config->user) == 0 &&
         g_strcmp0(c->password, config->password) == 0 && c->udp == config->udp &&
         c->metadata == config->metadata;
}

GwCamera *gw_camera_new(const GwCameraRoom *room, GwId id, const GwCameraConfig *config, GwOutlet *outlet) {
  GwCamera *c = g_new0(GwCamera, 1);
  c->room = room;
  c->id = id;
  c->url = g_strdup(config->url);
  c->user = g_strdup(config->user);
  c->password = g_strdup(config->password);
  c->udp = config->udp;
  c->metadata = config->metadata;
  c->watch = gw_meter_watch_new();
  if (room->rings)
    c->ring = gw_ring_new(room->rings);
  c->outlet = outlet;
  gw_outlet_set_ring(outlet, c->ring);
  (void)gw_target_parse(config->url, &c->host, &c->port); /* a NULL host says so at the first tick */
  c->state = GW_CAMERA_N_STATES;                          /* so that the first one is news */
  become(c, GW_CAMERA_CONNECTING, GW_CAUSE_STARTING, NULL);
  return c;
}

void gw_camera_end_findings(GwCamera *c) {
  GwMeterSaid said;
  gw_meter_watch_end(c->watch, &said);
  for (guint i = 0; i < said.n; i++)
    c->room->on_meter(c->id, &said.findings[i], c->room->user);
}

void gw_camera_free(GwCamera *c) {
  if (!c)
    return;
  let_go(c);
  gw_outlet_set_ring(c->outlet, NULL);
  gw_ring_free(c->ring);
  gw_meter_watch_free(c->watch);
  g_free(c->url);
  g_free(c->user);
  g_free(c->password);
  g_free(c->host);
  g_free(c);
}
