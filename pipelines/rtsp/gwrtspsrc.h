#pragma once
#include <gst/gst.h>
#include "daemon/base/types.h"
#include "pipelines/cause.h"

/* gwrtspsrc: one RTSP camera over TCP, without a thread of its own.  A few threads of the process do the
 * handshakes (GstRTSPConnection, SDP, Basic and Digest, redirects), then one epoll thread receives all
 * cameras, takes the packets apart and pushes access units downstream: whatever is below must not block.
 *
 * Pads: `src` (always; video/x-h264 or video/x-h265, byte-stream, alignment au, width and height; PTS is the
 * arrival in running time, OFFSET the RTP time, OFFSET_END its clock rate, DELTA_UNIT on all but keyframes, whose parameter sets stand
 * in front; DISCONT after a loss, CORRUPTED until the next keyframe) and `meta` (sometimes, with property metadata;
 * application/x-onvif-metadata, a whole document a buffer).
 * Properties: location, user-id, user-pw, metadata, user-agent, play-from-us; stats (GstStructure, as below).
 * Over: an ERROR message with a GW_RTSP_SRC_CAUSE detail field (gw_cause_of_error() knows it), then EOS never;
 * every end is exactly one such message.  It leaves the epoll set before PAUSED->READY returns: no push afterwards.
 *
 * "gw-playing" element message: the handshake is over (PLAY was answered).
 * "gw-fallback" element message (field reason) instead of an error: the camera wants what this element does
 * not do (UDP only, rtsps, HTTP tunnel): use rtspsrc. */
#define GW_TYPE_RTSP_SRC (gw_rtsp_src_get_type())
GType gw_rtsp_src_get_type(void);
#define GW_RTSP_SRC_CAUSE "gw-cause"
#define GW_RTSP_SRC_PLAYING "gw-playing"
#define GW_RTSP_SRC_FALLBACK "gw-fallback"

/* Counted since PLAYING.  Thread: any, cheap. */
typedef struct GwRtspStats {
  guint64 packets, lost, bytes;
  guint32 jitter_us; /* interarrival jitter, RFC 3550 6.4.1 */
  gboolean has_clock;
  GwUsec clock_offset_us; /* the camera's clock is so much ahead of ours (RTCP SR against arrival, smallest delay of a minute) */
  guint dropped_units;
  gboolean answered; /* it sent an SDP */
  GwUsec plays_from_us; /* with play-from-us: where the answer to PLAY says that it begins; 0: it does not say */
  const char *codec, *audio; /* static or NULL: "h264", "h265"; audio coding offered */
} GwRtspStats;
void gw_rtsp_src_stats(GstElement *src, GwRtspStats *ret);
