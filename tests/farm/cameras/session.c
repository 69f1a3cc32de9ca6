#include "tests/farm/cameras/farm.h"

#include <arpa/inet.h>
#include <string.h>

void farm_answer(FarmClient *client, const FarmRequest *request, const char *status, const char *headers,
                   const char *body) {
  g_autofree char *cseq = farm_request_header(request, "CSeq");
  GString *text = g_string_new(NULL);
  g_string_printf(text, "RTSP/1.0 %s\r\nCSeq: %s\r\n%s", status, cseq ? cseq : "0", headers);
  if (body)
    g_string_append_printf(text, "Content-Type: application/sdp\r\nContent-Length: %zu\r\n", strlen(body));
  g_string_append(text, "\r\n");
  if (body)
    g_string_append(text, body);
  farm_client_send(client, text->str, text->len);
  g_string_free(text, TRUE);
}

/* The session line, and nothing else. */
void farm_answer_ok(FarmClient *client, const FarmRequest *request, const char *more) {
  g_autofree char *headers = g_strdup_printf("Session: %s;timeout=%u\r\n%s", client->session,
                                             client->farm->options.session_timeout_s, more);
  farm_answer(client, request, "200 OK", headers, NULL);
}

/* FALSE: a 401 went out instead. */
static gboolean may(FarmClient *client, const FarmRequest *request) {
  const FarmOptions *options = &client->farm->options;
  FarmCamera *camera = client->camera;
  if (!options->user && camera->mode != FARM_MODE_REFUSE && !camera->password)
    return TRUE;
  g_autofree char *sent = farm_request_header(request, "Authorization");
  const char *password = camera->password ? camera->password : options->password ? options->password : "";
  FarmVerdict verdict = FARM_VERDICT_STALE;
  if (sent)
    verdict = farm_auth_check(options->auth, sent, request->method, options->realm, client->nonce,
                              options->user ? options->user : "", password);
  if (verdict == FARM_VERDICT_RIGHT && camera->mode != FARM_MODE_REFUSE)
    return TRUE;
  if (verdict == FARM_VERDICT_STALE)
    camera->counts.challenged++;
  else
    camera->counts.refused++;
  g_autofree char *challenge = farm_auth_challenge(options->auth, options->realm, client->nonce,
                                                   sent && verdict == FARM_VERDICT_STALE);
  farm_answer(client, request, "401 Unauthorized", challenge, NULL);
  return FALSE;
}

/* The connection then names no camera any more: the same one may be used for the other. */
static void redirect(FarmClient *client, const FarmRequest *request) {
  FarmCamera *camera = client->camera;
  g_autofree char *location =
      g_strdup_printf("Location: rtsp://%s:%u/cam/%u\r\n", client->farm->options.address, client->farm->port,
                      camera->redirect);
  farm_answer(client, request, "302 Moved Temporarily", location, NULL);
  camera->counts.redirected++;
  client->camera = NULL;
}

static const char *metadata_lines(const FarmCamera *camera) {
  if (camera->dialect == FARM_DIALECT_OFF)
    return "";
  return "m=application 0 RTP/AVP 107\r\n"
         "c=IN IP4 0.0.0.0\r\n"
         "a=rtpmap:107 vnd.onvif.metadata/90000\r\n"
         "a=recvonly\r\n"
         "a=control:track1\r\n";
}

char *farm_session_sdp(const FarmClient *client, const FarmClip *clip, guint number, const char *more) {
  return g_strdup_printf("v=0\r\n"
                         "o=- %u 1 IN IP4 %s\r\n"
                         "s=camera %u\r\n"
                         "t=0 0\r\n"
                         "a=control:*\r\n"
                         "a=range:npt=0-\r\n"
                         "m=video 0 RTP/AVP 96\r\n"
                         "c=IN IP4 0.0.0.0\r\n"
                         "b=AS:1200\r\n"
                         "a=rtpmap:96 %s/90000\r\n"
                         "a=framerate:%.0f\r\n"
                         "a=fmtp:96 %s\r\n"
                         "a=control:track0\r\n"
                         "%s",
                         number, client->farm->options.address, number, clip->codec == FARM_H265 ? "H265" : "H264",
                         clip->fps, clip->format, more);
}

static void describe(FarmClient *client, const FarmRequest *request) {
  if (client->camera->redirect) {
    redirect(client, request);
    return;
  }
  const FarmClip *clip = client->camera->next_clip ? client->camera->next_clip : client->camera->clip;
  g_autofree char *sdp = farm_session_sdp(client, clip, client->camera->number, metadata_lines(client->camera));
  g_autofree char *base = g_strdup_printf("Content-Base: %s/\r\n", request->url);
  farm_answer(client, request, "200 OK", base, sdp);
  client->camera->counts.describes++;
}

static gboolean is_full(const FarmClient *client) {
  guint most = client->farm->options.most_sessions;
  if (client->camera->mode == FARM_MODE_FULL)
    return TRUE;
  guint taken = 0;
  for (guint i = 0; most && i < client->farm->clients->len; i++)
    taken += ((FarmClient *)g_ptr_array_index(client->farm->clients, i))->set_up;
  return most && !client->set_up && taken >= most;
}

static void setup_udp(FarmClient *client, const FarmRequest *request, const FarmTransport *transport,
                      gboolean is_metadata) {
  struct sockaddr_in peer = {0};
  socklen_t size = sizeof peer;
  if (getpeername(client->fd, (struct sockaddr *)&peer, &size)) {
    farm_client_end(client);
    return;
  }
  client->udp = TRUE;
  peer.sin_port = htons(transport->rtp_port);
  if (is_metadata)
    client->meta_to = peer;
  else
    client->rtp_to = client->rtcp_to = peer;
  if (!is_metadata)
    client->rtcp_to.sin_port = htons(transport->rtcp_port);
  g_autofree char *line = g_strdup_printf(
      "Transport: RTP/AVP;unicast;client_port=%u-%u;server_port=%u-%u;ssrc=%08X\r\n", transport->rtp_port,
      transport->rtcp_port, client->farm->rtp_port, client->farm->rtp_port + 1, client->ssrc + is_metadata);
  farm_answer_ok(client, request, line);
}

static void setup_tcp(FarmClient *client, const FarmRequest *request, const FarmTransport *transport) {
  client->udp = FALSE;
  client->channel = transport->channel;
  g_autofree char *line = g_strdup_printf("Transport: RTP/AVP/TCP;unicast;interleaved=%u-%u;ssrc=%08X\r\n",
                                          transport->channel, transport->channel + 1, client->ssrc);
  farm_answer_ok(client, request, line);
}

static void setup_metadata(FarmClient *client, const FarmRequest *request, const FarmTransport *transport) {
  if (client->camera->dialect == FARM_DIALECT_OFF) {
    farm_answer(client, request, "404 Not Found", "", NULL);
    return;
  }
  client->meta_set_up = TRUE;
  if (!transport->tcp) {
    setup_udp(client, request, transport, TRUE);
    return;
  }
  client->meta_channel = transport->channel;
  g_autofree char *line = g_strdup_printf("Transport: RTP/AVP/TCP;unicast;interleaved=%u-%u;ssrc=%08X\r\n",
                                          transport->channel, transport->channel + 1, client->ssrc + 1);
  farm_answer_ok(client, request, line);
}

/* What the Transport header asks for; FALSE: none of it, and a 461 went out. */
static gboolean read_transport(FarmClient *client, const FarmRequest *request, FarmTransport *ret) {
  g_autofree char *value = farm_request_header(request, "Transport");
  if (value && farm_transport_parse(value, ret))
    return TRUE;
  farm_answer(client, request, "461 Unsupported Transport", "", NULL);
  return FALSE;
}

gboolean farm_session_transport(FarmClient *client, const FarmRequest *request) {
  FarmTransport transport;
  if (!read_transport(client, request, &transport))
    return FALSE;
  if (transport.tcp)
    setup_tcp(client, request, &transport);
  else
    setup_udp(client, request, &transport, FALSE);
  return TRUE;
}

static void setup(FarmClient *client, const FarmRequest *request) {
  if (is_full(client)) {
    client->camera->counts.full++;
    gboolean unavailable = client->camera->full_status == 503;
    farm_answer(client, request, unavailable ? "503 Service Unavailable" : "453 Not Enough Bandwidth", "", NULL);
    return;
  }
  FarmTransport transport;
  if (!read_transport(client, request, &transport))
    return;
  if (client->camera->udp_only && transport.tcp) {
    client->camera->counts.udp_refused++;
    farm_answer(client, request, "461 Unsupported Transport", "", NULL);
    return;
  }
  if (g_str_has_suffix(request->url, "/track1")) {
    setup_metadata(client, request, &transport);
    return;
  }
  client->set_up = TRUE;
  client->camera->counts.setups++;
  if (transport.tcp)
    setup_tcp(client, request, &transport);
  else
    setup_udp(client, request, &transport, FALSE);
}

static void play(FarmClient *client, const FarmRequest *request) {
  if (!client->set_up) {
    farm_answer(client, request, "455 Method Not Valid in This State", "", NULL);
    return;
  }
  farm_answer_ok(client, request, "Range: npt=now-\r\n");
  if (client->playing || client->ended)
    return;
  client->playing = TRUE;
  client->in_step = FALSE;
  client->farm->n_playing++;
  client->camera->counts.plays++;
  g_queue_push_tail(&client->camera->viewers, client);
}

static void stop(FarmClient *client, const FarmRequest *request) {
  farm_answer_ok(client, request, "");
  farm_client_end(client);
}

static void keep_alive(FarmClient *client, const FarmRequest *request) {
  farm_answer_ok(client, request, "");
}

static void options(FarmClient *client, const FarmRequest *request) {
  farm_answer(client, request, "200 OK", "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER\r\n",
         NULL);
}

typedef struct Method {
  const char *name;
  void (*serve)(FarmClient *client, const FarmRequest *request);
  gboolean open; /* answered without credentials */
} Method;

static const Method methods[] = {
    {"OPTIONS", options, TRUE}, {"DESCRIBE", describe, FALSE}, {"SETUP", setup, FALSE},
    {"PLAY", play, FALSE},      {"TEARDOWN", stop, TRUE},      {"GET_PARAMETER", keep_alive, TRUE},
};

void farm_session_answer(FarmClient *client, const FarmRequest *request) {
  for (guint i = 0; i < G_N_ELEMENTS(methods); i++) {
    if (strcmp(request->method, methods[i].name) != 0)
      continue;
    if (!client->camera && methods[i].serve != options)
      farm_answer(client, request, "404 Not Found", "", NULL);
    else if (methods[i].open || may(client, request))
      methods[i].serve(client, request);
    return;
  }
  farm_answer(client, request, "501 Not Implemented", "", NULL);
}
