#include "pipelines/rtsp/play.h"

#include "daemon/base/clock.h"
#include "pipelines/rtsp/receiver.h"
#include "pipelines/rtsp/turn.h"

#include <unistd.h>

#define POOL_THREADS 16 /* as many as handshakes are let in at once; idle ones end by themselves */

struct GwPlay {
  gint ref;    /* atomic: the owner, the pool, a call that is running */
  GwTurn turn; /* of the handshake's end */
  GwHandshake *handshake;
  GwPlayEvents events;
  gpointer user;
  GwReceiver *receiver; /* set within the turn; the owner's afterwards */
  GwReceiver *inside;   /* the same, as the receiving thread knows it */
  GwFlow *flow;         /* the receiving thread's; freed with the play */
  gboolean has_units;   /* the receiving thread's */
};

static void unref_play(GwPlay *p) {
  if (!g_atomic_int_dec_and_test(&p->ref))
    return;
  gw_flow_free(p->flow);
  gw_handshake_unref(p->handshake);
  gw_turn_clear(&p->turn);
  g_free(p);
}

static GwPlay *ref_play(GwPlay *p) {
  g_atomic_int_inc(&p->ref);
  return p;
}

/* ---- the receiving thread ---- */

static void tell_counts(GwPlay *p) {
  GwFlowCounts counts;
  gw_flow_counts(p->flow, &counts);
  p->events.on_counts(&counts, p->user);
}

static void on_unit(GwUnit *unit, GwUsec mono_us, gpointer user) {
  GwPlay *p = user;
  if (!p->has_units) /* what sender reports said before the first picture tells when that was */
    tell_counts(p);
  p->has_units = TRUE;
  p->events.on_unit(p, unit, mono_us, p->user);
}

static void on_document(const guint8 *xml, gsize bytes, GwUsec mono_us, gpointer user) {
  GwPlay *p = user;
  p->events.on_document(xml, bytes, mono_us, p->user);
}

static gboolean send_out(const guint8 *data, gsize n, gpointer user) {
  GwPlay *p = user;
  return gw_receiver_send(p->inside, data, n);
}

static void look_whether_over(GwPlay *p, GwReceiver *receiver) {
  const GwFlowOver over = gw_flow_over(p->flow);
  if (over == GW_FLOW_GOES_ON)
    return;
  gw_receiver_quit(receiver);
  if (over == GW_FLOW_BROKEN)
    p->events.on_failed(GW_CAUSE_PROTOCOL, 0, "what it sends is out of step", p->user);
  else if (over == GW_FLOW_ENDED)
    p->events.on_failed(GW_CAUSE_CLOSED, 0, "the camera ended the session", p->user);
  else if (over == GW_FLOW_REFUSED)
    p->events.on_failed(GW_CAUSE_AUTH, 401, "the session is refused", p->user);
}

static gsize on_bytes(GwReceiver *receiver, const guint8 *data, gsize n, GwUsec mono_us, gpointer user) {
  GwPlay *p = ref_play(user); /* its end may come from inside */
  p->inside = receiver;
  const gsize used = gw_flow_bytes(p->flow, data, n, mono_us, gw_clock_real_us());
  if (gw_flow_over(p->flow) != GW_FLOW_STOPPED)
    look_whether_over(p, receiver);
  unref_play(p);
  return used;
}

static void on_over(GwReceiver *receiver, const char *reason, gpointer user) {
  GwPlay *p = ref_play(user);
  if (gw_flow_over(p->flow) == GW_FLOW_GOES_ON)
    p->events.on_failed(GW_CAUSE_CLOSED, 0, reason, p->user);
  unref_play(p);
}

static void on_second(GwReceiver *receiver, GwUsec mono_us, gpointer user) {
  GwPlay *p = ref_play(user);
  p->inside = receiver;
  gw_flow_second(p->flow, mono_us);
  tell_counts(p);
  look_whether_over(p, receiver);
  unref_play(p);
}

void gw_play_stop(GwPlay *p) {
  gw_flow_stop(p->flow);
  gw_receiver_quit(p->inside);
}

const guint8 *gw_play_sets(GwPlay *p, gsize *ret_bytes) {
  return gw_flow_sets(p->flow, ret_bytes);
}

/* ---- the pool ---- */

static void begin_flow(GwPlay *p, GwRtspSession *session) {
  static const GwFlowEvents flow_events = {on_unit, on_document, send_out};
  static const GwReceiverEvents events = {on_bytes, on_over, on_second};
  g_autoptr(GByteArray) early = g_steal_pointer(&session->early);
  const int fd = session->fd;
  session->fd = -1;
  const gboolean has_metadata = session->metadata.is_set;
  p->flow = gw_flow_new(session, &flow_events, p, gw_clock_mono_us());
  p->events.on_playing(gw_flow_codec(p->flow), has_metadata, p->user);
  if (gw_turn_is_over(&p->turn)) /* ended from inside */
    close(fd);
  else
    p->receiver = gw_receiver_add(fd, early->data, early->len, &events, p);
}

static void tell_end(GwPlay *p, GwHandshakeResult *result) {
  p->events.on_answered(result, p->user);
  if (result->end == GW_HANDSHAKE_OK)
    begin_flow(p, &result->session);
  else if (result->end == GW_HANDSHAKE_FALLBACK)
    p->events.on_fallback(result->detail, p->user);
  else if (result->end == GW_HANDSHAKE_FAILED)
    p->events.on_failed(result->cause, result->status, result->detail, p->user);
}

static void run_handshake(gpointer data, gpointer unused) {
  GwPlay *p = data;
  GwHandshakeResult result;
  gw_handshake_run(p->handshake, &result);
  if (gw_turn_enter(&p->turn)) {
    tell_end(p, &result);
    gw_turn_leave(&p->turn);
  }
  gw_rtsp_session_clear(&result.session);
  unref_play(p);
}

static GThreadPool *handshakes(void) {
  static gsize pool;
  if (g_once_init_enter(&pool))
    g_once_init_leave(&pool, (gsize)g_thread_pool_new(run_handshake, NULL, POOL_THREADS, FALSE, NULL));
  return (GThreadPool *)pool;
}

/* ---- the owner ---- */

GwPlay *gw_play_new(const GwHandshakeWish *wish, const GwPlayEvents *events, gpointer user) {
  GwPlay *p = g_new0(GwPlay, 1);
  p->ref = 1;
  gw_turn_init(&p->turn);
  p->handshake = gw_handshake_new(wish);
  p->events = *events;
  p->user = user;
  g_thread_pool_push(handshakes(), ref_play(p), NULL);
  return p;
}

void gw_play_end(GwPlay *p) {
  if (!p)
    return;
  gw_handshake_cancel(p->handshake);
  gw_turn_end(&p->turn);
  if (p->receiver) {
    gw_receiver_stop(p->receiver);
    gw_flow_stop(p->flow);
    g_autofree char *farewell = gw_flow_farewell(p->flow);
    gw_receiver_free(p->receiver, farewell);
  }
  unref_play(p);
}

GwCodec gw_play_codec(GwPlay *p) {
  return gw_flow_codec(p->flow);
}

guint gw_play_clock_rate(GwPlay *p) {
  return gw_flow_clock_rate(p->flow);
}
