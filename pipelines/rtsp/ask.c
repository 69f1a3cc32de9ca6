#include "pipelines/rtsp/handshake_private.h"

#include "daemon/base/clock.h"

#define STEP_US (3 * GW_SEC)
#define SENDS_MOST 2      /* of one request: without and with credentials */
#define STRAYS_MOST 20000 /* frames and requests before an answer */
#define EARLY_MOST_BYTES (128 * 1024)

/* ---- how it ends; all return FALSE, so that a step can end with them ---- */

gboolean gw_handshake_fail(GwHandshake *h, GwCause cause, const char *detail) {
  h->result->end = gw_handshake_is_cancelled(h) ? GW_HANDSHAKE_CANCELLED : GW_HANDSHAKE_FAILED;
  h->result->cause = cause;
  h->result->detail = detail;
  return FALSE;
}

gboolean gw_handshake_fail_status(GwHandshake *h, guint status, const char *detail) {
  h->result->status = status;
  return gw_handshake_fail(h, gw_cause_of_rtsp_status(status), detail);
}

static gboolean fail_result(GwHandshake *h, GstRTSPResult result) {
  if (result == GST_RTSP_ETIMEOUT || gw_handshake_is_late(h))
    return gw_handshake_fail(h, GW_CAUSE_TIMEOUT, "no answer in time");
  if (result == GST_RTSP_EEOF || result == GST_RTSP_ESYS || result == GST_RTSP_ENET)
    return gw_handshake_fail(h, GW_CAUSE_CLOSED, "the camera closed the connection");
  return gw_handshake_fail(h, GW_CAUSE_PROTOCOL, "the answer is not usable RTSP");
}

gboolean gw_handshake_fall_back(GwHandshake *h, const char *reason) {
  h->result->end = GW_HANDSHAKE_FALLBACK;
  h->result->detail = reason;
  return FALSE;
}

/* ---- one request and its answer ---- */

GwUsec gw_handshake_step_us(GwHandshake *h) {
  return CLAMP(h->until_mono_us - gw_clock_mono_us(), 1, STEP_US);
}

static void keep_early(GwHandshake *h, GstRTSPMessage *frame) {
  GByteArray *early = h->result->session.early;
  guint8 channel = 0, *data = NULL;
  guint n = 0;
  if (gst_rtsp_message_parse_data(frame, &channel) != GST_RTSP_OK ||
      gst_rtsp_message_get_body(frame, &data, &n) != GST_RTSP_OK || n < 1)
    return;
  n--; /* a zero byte stands behind every body */
  if (n > 0xffff || early->len + n + 4 > EARLY_MOST_BYTES)
    return; /* it shows as lost packets */
  const guint8 head[4] = {'$', channel, (guint8)(n >> 8), (guint8)n};
  g_byte_array_append(early, head, sizeof head);
  g_byte_array_append(early, data, n);
}

/* The answer, past frames and requests that came before it. */
static GstRTSPResult receive(GwHandshake *h, GstRTSPMessage *answer) {
  const GwUsec until_us = gw_clock_mono_us() + gw_handshake_step_us(h);
  for (guint i = 0; i < STRAYS_MOST; i++) {
    const GwUsec left_us = until_us - gw_clock_mono_us();
    if (left_us <= 0)
      return GST_RTSP_ETIMEOUT;
    const GstRTSPResult result = gst_rtsp_connection_receive_usec(h->connection, answer, left_us);
    if (result != GST_RTSP_OK)
      return result;
    const GstRTSPMsgType type = gst_rtsp_message_get_type(answer);
    if (type == GST_RTSP_MESSAGE_RESPONSE)
      return GST_RTSP_OK;
    if (type == GST_RTSP_MESSAGE_DATA)
      keep_early(h, answer);
    gst_rtsp_message_unset(answer);
  }
  return GST_RTSP_ERROR;
}

static void add_headers(GwHandshake *h, GstRTSPMessage *request, GstRTSPMethod method, const char *url) {
  g_autofree char *credentials =
      gw_auth_answer(&h->result->session.auth, gst_rtsp_method_as_text(method), url);
  if (h->wish.user_agent)
    gst_rtsp_message_add_header(request, GST_RTSP_HDR_USER_AGENT, h->wish.user_agent);
  gst_rtsp_message_remove_header(request, GST_RTSP_HDR_AUTHORIZATION, -1);
  if (credentials)
    gst_rtsp_message_add_header(request, GST_RTSP_HDR_AUTHORIZATION, credentials);
}

/* FALSE: there is nothing new to answer with. */
static gboolean take_challenge(GwHandshake *h, GstRTSPMessage *answer) {
  GwAuth *auth = &h->result->session.auth;
  const gboolean had_answered = auth->kind != GW_AUTH_NONE;
  char *value = NULL;
  gboolean usable = FALSE;
  if (!auth->user)
    return FALSE;
  gw_auth_forget(auth);
  for (int i = 0;
       i < 8 && gst_rtsp_message_get_header(answer, GST_RTSP_HDR_WWW_AUTHENTICATE, &value, i) == GST_RTSP_OK;
       i++)
    usable = gw_auth_challenge(auth, value) || usable;
  return usable && (!had_answered || auth->stale || h->was_accepted);
}

guint gw_handshake_status_of(GstRTSPMessage *answer) {
  GstRTSPStatusCode code = GST_RTSP_STS_INVALID;
  return gst_rtsp_message_parse_response(answer, &code, NULL, NULL) == GST_RTSP_OK ? (guint)code : 0;
}

/* TRUE: *ret_answer is there, whatever its status; unset it.  `header` (may be an invalid one) is added. */
gboolean gw_handshake_ask(GwHandshake *h, GstRTSPMethod method, const char *url, GstRTSPHeaderField header,
                          const char *value, GstRTSPMessage *ret_answer) {
  for (int sends = 1;; sends++) {
    GstRTSPMessage request = {0};
    gst_rtsp_message_init_request(&request, method, url);
    if (value)
      gst_rtsp_message_add_header(&request, header, value);
    add_headers(h, &request, method, url);
    const gboolean credited = h->result->session.auth.kind != GW_AUTH_NONE;
    GstRTSPResult result = gst_rtsp_connection_send_usec(h->connection, &request, gw_handshake_step_us(h));
    gst_rtsp_message_unset(&request);
    if (result == GST_RTSP_OK)
      result = receive(h, ret_answer);
    if (result != GST_RTSP_OK)
      return fail_result(h, result);
    const guint status = gw_handshake_status_of(ret_answer);
    if (status != GST_RTSP_STS_UNAUTHORIZED) {
      h->was_accepted = h->was_accepted || (credited && status < 300);
      return TRUE;
    }
    if (sends == SENDS_MOST || !take_challenge(h, ret_answer))
      return TRUE;
    gst_rtsp_message_unset(ret_answer);
  }
}

const char *gw_handshake_header_of(GstRTSPMessage *answer, GstRTSPHeaderField field) {
  char *value = NULL;
  return gst_rtsp_message_get_header(answer, field, &value, 0) == GST_RTSP_OK ? value : NULL;
}
