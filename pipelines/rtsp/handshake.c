#include "pipelines/rtsp/handshake_private.h"

#include "daemon/base/clock.h"
#include "pipelines/rtsp/range.h"
#include "pipelines/rtsp/sdp.h"

#include <fcntl.h>
#include <gst/rtsp/gstrtsptransport.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ALL_US (10 * GW_SEC)
#define ANSWER_MOST_BYTES (64 * 1024)
#define REDIRECTS_MOST 3
#define TIMEOUT_DEFAULT_S 60
#define TIMEOUT_MOST_S 3600

void gw_handshake_wish_clear(GwHandshakeWish *wish) {
  if (wish->password)
    memset(wish->password, 0, strlen(wish->password));
  g_free(wish->location);
  g_free(wish->user);
  g_free(wish->password);
  g_free(wish->user_agent);
  *wish = (GwHandshakeWish){0};
}

GwHandshake *gw_handshake_new(const GwHandshakeWish *wish) {
  GwHandshake *h = g_new0(GwHandshake, 1);
  h->ref = 1;
  h->fd = -1;
  g_mutex_init(&h->lock);
  h->wish = (GwHandshakeWish){g_strdup(wish->location), g_strdup(wish->user), g_strdup(wish->password),
                              g_strdup(wish->user_agent), wish->metadata, wish->play_from_us};
  return h;
}

GwHandshake *gw_handshake_ref(GwHandshake *h) {
  g_atomic_int_inc(&h->ref);
  return h;
}

void gw_handshake_unref(GwHandshake *h) {
  if (!h || !g_atomic_int_dec_and_test(&h->ref))
    return;
  gw_handshake_wish_clear(&h->wish);
  g_free(h->url);
  g_free(h->base);
  g_mutex_clear(&h->lock);
  g_free(h);
}

/* With the lock.  In the middle of a message flush() is not heard (tried, 1.22), so the socket ends. */
static void interrupt(GwHandshake *h) {
  if (h->connection)
    (void)gst_rtsp_connection_flush(h->connection, TRUE);
  if (h->fd >= 0)
    (void)shutdown(h->fd, SHUT_RDWR);
}

void gw_handshake_cancel(GwHandshake *h) {
  g_mutex_lock(&h->lock);
  h->cancelled = TRUE;
  interrupt(h);
  g_mutex_unlock(&h->lock);
}

/* A timeout of GstRTSPConnection holds for each read, so a camera that sends a byte now and then, or headers
 * without end, would never be over. */
static gboolean on_late(GstClock *clock, GstClockTime time, GstClockID id, gpointer user) {
  GwHandshake *h = user;
  g_mutex_lock(&h->lock);
  h->late = TRUE;
  interrupt(h);
  g_mutex_unlock(&h->lock);
  return TRUE;
}

static GstClockID watch_time(GwHandshake *h) {
  g_autoptr(GstClock) clock = gst_system_clock_obtain();
  GstClockID id = gst_clock_new_single_shot_id(clock, gst_clock_get_time(clock) + ALL_US * GST_USECOND);
  (void)gst_clock_id_wait_async(id, on_late, gw_handshake_ref(h), (GDestroyNotify)gw_handshake_unref);
  return id;
}

gboolean gw_handshake_is_late(GwHandshake *h) {
  g_mutex_lock(&h->lock);
  const gboolean late = h->late;
  g_mutex_unlock(&h->lock);
  return late;
}

gboolean gw_handshake_is_cancelled(GwHandshake *h) {
  g_mutex_lock(&h->lock);
  const gboolean cancelled = h->cancelled;
  g_mutex_unlock(&h->lock);
  return cancelled;
}

/* ---- the steps ---- */

static void drop_connection(GwHandshake *h) {
  g_mutex_lock(&h->lock);
  GstRTSPConnection *connection = g_steal_pointer(&h->connection);
  h->fd = -1;
  g_mutex_unlock(&h->lock);
  if (connection)
    gst_rtsp_connection_free(connection);
}

static gboolean is_plain_rtsp(const char *location) {
  return g_ascii_strncasecmp(location, "rtsp://", 7) == 0 ||
         g_ascii_strncasecmp(location, "rtspt://", 8) == 0;
}

/* Connects; `location` may hold credentials, which count when there are no others. */
static gboolean dial(GwHandshake *h, const char *location) {
  GwAuth *auth = &h->result->session.auth;
  GstRTSPUrl *url = NULL;
  if (!is_plain_rtsp(location))
    return g_ascii_strncasecmp(location, "rtsp", 4) == 0
               ? gw_handshake_fall_back(h, "rtsps and tunnels are not read here")
               : gw_handshake_fail(h, GW_CAUSE_PROTOCOL, "not an rtsp:// address");
  if (gst_rtsp_url_parse(location, &url) != GST_RTSP_OK)
    return gw_handshake_fail(h, GW_CAUSE_PROTOCOL, "not an rtsp:// address");
  if (!auth->user && url->user)
    gw_auth_init(auth, url->user, url->passwd);
  g_clear_pointer(&url->user, g_free); /* we write the credentials ourselves */
  g_clear_pointer(&url->passwd, g_free);
  g_free(h->url);
  h->url = gst_rtsp_url_get_request_uri(url);
  GstRTSPConnection *connection = NULL;
  const GstRTSPResult made = gst_rtsp_connection_create(url, &connection);
  gst_rtsp_url_free(url);
  if (made != GST_RTSP_OK)
    return gw_handshake_fail(h, GW_CAUSE_PROTOCOL, "not an rtsp:// address");
  gst_rtsp_connection_set_content_length_limit(connection, ANSWER_MOST_BYTES);
  g_mutex_lock(&h->lock);
  h->connection = connection;
  const gboolean cancelled = h->cancelled || h->late;
  g_mutex_unlock(&h->lock);
  if (cancelled || gst_rtsp_connection_connect_usec(connection, gw_handshake_step_us(h)) != GST_RTSP_OK)
    return gw_handshake_fail(h, GW_CAUSE_UNREACHABLE, "no connection");
  g_mutex_lock(&h->lock);
  h->fd = g_socket_get_fd(gst_rtsp_connection_get_read_socket(connection));
  g_mutex_unlock(&h->lock);
  return TRUE;
}

/* What it can do besides; only a refusal of our password ends here. */
static gboolean ask_options(GwHandshake *h) {
  GstRTSPMessage answer = {0};
  if (!gw_handshake_ask(h, GST_RTSP_OPTIONS, h->url, GST_RTSP_HDR_INVALID, NULL, &answer))
    return FALSE;
  const guint status = gw_handshake_status_of(&answer);
  const char *methods = gw_handshake_header_of(&answer, GST_RTSP_HDR_PUBLIC);
  h->result->session.has_get_parameter = methods && strstr(methods, "GET_PARAMETER");
  gst_rtsp_message_unset(&answer);
  return status == GST_RTSP_STS_UNAUTHORIZED
             ? gw_handshake_fail_status(h, status, "user or password is wrong")
             : TRUE;
}

typedef enum Described { DESCRIBED, REDIRECTED, NOT_DESCRIBED } Described;

static void take_base(GwHandshake *h, GstRTSPMessage *answer) {
  const char *base = gw_handshake_header_of(answer, GST_RTSP_HDR_CONTENT_BASE);
  if (!base)
    base = gw_handshake_header_of(answer, GST_RTSP_HDR_CONTENT_LOCATION);
  g_free(h->base);
  h->base = g_strdup(base && g_ascii_strncasecmp(base, "rtsp://", 7) == 0 ? base : h->url);
}

static Described describe(GwHandshake *h, GstSDPMessage **ret_sdp, char **ret_location) {
  GstRTSPMessage answer = {0};
  guint8 *body = NULL;
  guint n = 0;
  Described how = NOT_DESCRIBED;
  if (!gw_handshake_ask(h, GST_RTSP_DESCRIBE, h->url, GST_RTSP_HDR_ACCEPT, "application/sdp", &answer))
    return NOT_DESCRIBED;
  const guint status = gw_handshake_status_of(&answer);
  const char *location = gw_handshake_header_of(&answer, GST_RTSP_HDR_LOCATION);
  if (status >= 300 && status < 400 && location) {
    *ret_location = g_strdup(location);
    how = REDIRECTED;
  } else if (status != GST_RTSP_STS_OK) {
    gw_handshake_fail_status(h, status, "DESCRIBE was refused");
  } else if (gst_rtsp_message_get_body(&answer, &body, &n) == GST_RTSP_OK && n > 1 &&
             gst_sdp_message_new(ret_sdp) == GST_SDP_OK) {
    take_base(h, &answer);
    how = gst_sdp_message_parse_buffer(body, n, *ret_sdp) == GST_SDP_OK ? DESCRIBED : NOT_DESCRIBED;
  }
  if (how == NOT_DESCRIBED && status == GST_RTSP_STS_OK)
    gw_handshake_fail(h, GW_CAUSE_PROTOCOL, "the description cannot be read");
  gst_rtsp_message_unset(&answer);
  return how;
}

static void take_session_id(GwRtspSession *s, const char *value) {
  const char *timeout = strstr(value, "timeout=");
  g_free(s->id);
  s->id = g_strndup(value, MIN(strcspn(value, "; "), 256));
  if (timeout)
    s->timeout_s = (guint)CLAMP(strtol(timeout + strlen("timeout="), NULL, 10), 0, TIMEOUT_MOST_S);
  if (s->timeout_s == 0)
    s->timeout_s = TIMEOUT_DEFAULT_S;
}

/* FALSE: the camera chose something else than this connection. */
static gboolean take_transport(GwRtspTrackSetup *track, const char *value) {
  GstRTSPTransport *transport = NULL;
  gboolean ok = TRUE;
  if (!value)
    return TRUE; /* it says nothing: then it is as we asked */
  gst_rtsp_transport_new(&transport);
  if (gst_rtsp_transport_parse(value, transport) == GST_RTSP_OK) {
    ok = transport->lower_transport == GST_RTSP_LOWER_TRANS_TCP;
    if (transport->interleaved.min >= 0 && transport->interleaved.min < 255) {
      track->channel = (guint8)transport->interleaved.min;
      track->rtcp_channel = (guint8)(transport->interleaved.max > transport->interleaved.min &&
                                             transport->interleaved.max <= 255
                                         ? transport->interleaved.max
                                         : transport->interleaved.min + 1);
    }
  }
  gst_rtsp_transport_free(transport);
  return ok;
}

/* The status, 0 when the connection failed.  *ret_is_ours: it will come on this connection. */
static guint set_up(GwHandshake *h, const GwSdpTrack *offered, GwRtspTrackSetup *track,
                    gboolean *ret_is_ours) {
  GwRtspSession *s = &h->result->session;
  g_autofree char *url = gw_sdp_url(h->base, gst_sdp_media_get_attribute_val(offered->media, "control"));
  g_autofree char *transport =
      g_strdup_printf("RTP/AVP/TCP;unicast;interleaved=%u-%u", track->channel, track->channel + 1);
  GstRTSPMessage answer = {0};
  track->payload_type = offered->payload_type;
  track->clock_rate = offered->clock_rate;
  if (!gw_handshake_ask(h, GST_RTSP_SETUP, url, GST_RTSP_HDR_TRANSPORT, transport, &answer))
    return 0;
  const guint status = gw_handshake_status_of(&answer);
  const char *id = gw_handshake_header_of(&answer, GST_RTSP_HDR_SESSION);
  if (status == GST_RTSP_STS_OK && id)
    take_session_id(s, id);
  *ret_is_ours = take_transport(track, gw_handshake_header_of(&answer, GST_RTSP_HDR_TRANSPORT));
  track->is_set = status == GST_RTSP_STS_OK && *ret_is_ours;
  gst_rtsp_message_unset(&answer);
  return status;
}

static gboolean set_up_tracks(GwHandshake *h, const GwSdpOffer *offer) {
  GwRtspSession *s = &h->result->session;
  gboolean is_ours = TRUE;
  s->video = (GwRtspTrackSetup){.channel = 0, .rtcp_channel = 1};
  const guint status = set_up(h, &offer->video, &s->video, &is_ours);
  if (status == 0)
    return FALSE;
  if (status == GST_RTSP_STS_UNSUPPORTED_TRANSPORT || (status == GST_RTSP_STS_OK && !is_ours))
    return gw_handshake_fall_back(h, "it does not send over TCP");
  if (status != GST_RTSP_STS_OK)
    return gw_handshake_fail_status(h, status, "SETUP was refused");
  if (!s->id)
    return gw_handshake_fail(h, GW_CAUSE_PROTOCOL, "SETUP gave no session");
  if (!h->wish.metadata || !offer->metadata.media)
    return TRUE;
  s->metadata = (GwRtspTrackSetup){.channel = 2, .rtcp_channel = 3};
  return set_up(h, &offer->metadata, &s->metadata, &is_ours) != 0; /* refused: then without */
}

static gboolean ask_play(GwHandshake *h, const char *range, guint *ret_status) {
  GstRTSPMessage answer = {0};
  if (!gw_handshake_ask(h, GST_RTSP_PLAY, h->result->session.url, GST_RTSP_HDR_RANGE, range, &answer))
    return FALSE;
  *ret_status = gw_handshake_status_of(&answer);
  h->result->plays_from_us = gw_range_begin_us(gw_handshake_header_of(&answer, GST_RTSP_HDR_RANGE));
  gst_rtsp_message_unset(&answer);
  return TRUE;
}

static gboolean play(GwHandshake *h) {
  g_autofree char *clock = h->wish.play_from_us ? gw_range_clock(h->wish.play_from_us) : NULL;
  guint status = 0;
  if (!ask_play(h, clock ? clock : "npt=0.000-", &status))
    return FALSE;
  if (status == GST_RTSP_STS_OK)
    return TRUE;
  h->result->status = status;
  return status == GST_RTSP_STS_INVALID_RANGE
             ? gw_handshake_fail(h, GW_CAUSE_NOT_FOUND, "it has nothing for that time")
             : gw_handshake_fail_status(h, status, "PLAY was refused");
}

/* The connection goes, its socket stays. */
static gboolean take_socket(GwHandshake *h) {
  GSocket *socket = gst_rtsp_connection_get_read_socket(h->connection);
  h->result->session.fd = socket ? fcntl(g_socket_get_fd(socket), F_DUPFD_CLOEXEC, 3) : -1;
  if (h->result->session.fd < 0)
    return gw_handshake_fail(h, GW_CAUSE_CLOSED, "no descriptor is left");
  (void)fcntl(h->result->session.fd, F_SETFL, O_NONBLOCK);
  return TRUE;
}

static gboolean take_offer(GwHandshake *h, const GstSDPMessage *sdp) {
  GwHandshakeResult *result = h->result;
  GwSdpOffer offer;
  gw_sdp_read(sdp, &offer);
  result->answered = TRUE;
  result->audio = offer.audio;
  if (!offer.video.media)
    return gw_handshake_fail(h, GW_CAUSE_CODEC, "no H.264 or H.265 stream is offered");
  result->codec = gw_codec_name(offer.codec);
  result->session.codec = offer.codec;
  result->session.sets = gw_sdp_sets(&offer);
  result->session.url = gw_sdp_url(h->base, gst_sdp_message_get_attribute_val(sdp, "control"));
  return set_up_tracks(h, &offer) && play(h) && take_socket(h);
}

static gboolean shake(GwHandshake *h) {
  g_autofree char *location = g_strdup(h->wish.location ? h->wish.location : "");
  for (int i = 0; i <= REDIRECTS_MOST; i++) {
    GstSDPMessage *sdp = NULL;
    g_autofree char *next = NULL;
    if (!dial(h, location) || !ask_options(h))
      return FALSE;
    const Described how = describe(h, &sdp, &next);
    const gboolean ok = how == DESCRIBED && take_offer(h, sdp);
    g_clear_pointer(&sdp, gst_sdp_message_free);
    if (how != REDIRECTED)
      return ok;
    drop_connection(h);
    gw_auth_forget(&h->result->session.auth); /* another door, another challenge */
    h->was_accepted = FALSE;
    if (!is_plain_rtsp(next))
      return gw_handshake_fail(h, GW_CAUSE_PROTOCOL, "it points to another kind of address");
    g_free(location);
    location = g_steal_pointer(&next);
  }
  return gw_handshake_fail(h, GW_CAUSE_PROTOCOL, "it points from one address to the next without end");
}

void gw_handshake_run(GwHandshake *h, GwHandshakeResult *ret) {
  *ret = (GwHandshakeResult){.end = GW_HANDSHAKE_OK, .session = {.fd = -1, .timeout_s = TIMEOUT_DEFAULT_S}};
  ret->session.early = g_byte_array_new();
  ret->session.user_agent = g_strdup(h->wish.user_agent);
  h->result = ret;
  h->until_mono_us = gw_clock_mono_us() + ALL_US;
  GstClockID late = watch_time(h);
  if (h->wish.user)
    gw_auth_init(&ret->session.auth, h->wish.user, h->wish.password);
  if (!shake(h))
    gw_rtsp_session_clear(&ret->session);
  drop_connection(h);
  gst_clock_id_unschedule(late);
  gst_clock_id_unref(late);
  h->result = NULL;
}
