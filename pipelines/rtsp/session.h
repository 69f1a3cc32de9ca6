#pragma once
#include "pipelines/rtsp/auth.h"
#include "pipelines/rtsp/depay.h"

/* A playing RTSP session over TCP, as the handshake leaves it.  Thread: one at a time. */
typedef struct GwRtspTrackSetup {
  gboolean is_set;
  guint8 channel, rtcp_channel, payload_type;
  guint clock_rate;
} GwRtspTrackSetup;

typedef struct GwRtspSession {
  int fd;            /* non-blocking; -1: none */
  GByteArray *early; /* frames that came before the answer to PLAY, as they were */
  char *id, *url;    /* the session, and the URL that means all of it */
  char *user_agent;  /* may be NULL */
  guint timeout_s;
  gboolean has_get_parameter;
  GwAuth auth;
  GwCodec codec;
  GPtrArray *sets; /* GBytes: parameter sets of the SDP, a NAL unit each; may be NULL */
  GwRtspTrackSetup video, metadata;
} GwRtspSession;

void gw_rtsp_session_clear(GwRtspSession *session); /* closes the socket */
