#pragma once
#include "pipelines/rtsp/depay.h"

#include <gst/sdp/gstsdpmessage.h>

/* What an SDP offers, as far as it concerns us.  Pure; thread: any. */
typedef struct GwSdpTrack {
  const GstSDPMedia *media; /* lent by the message; NULL: there is none */
  guint8 payload_type;
  guint clock_rate;
} GwSdpTrack;

typedef struct GwSdpOffer {
  GwCodec codec;
  GwSdpTrack video, metadata;
  const char *audio;  /* static: the coding of the first audio track, "other", or NULL */
  gboolean has_video; /* some video, perhaps of a coding that we do not read */
} GwSdpOffer;

void gw_sdp_read(const GstSDPMessage *sdp, GwSdpOffer *ret_offer);
/* Parameter sets that it names: GBytes, a NAL unit each, without start codes (the caller's). */
GPtrArray *gw_sdp_sets(const GwSdpOffer *offer);
/* The URL of `control` (may be NULL or "*": the base itself) below `base` (the caller's). */
char *gw_sdp_url(const char *base, const char *control);
