#pragma once
#include <gst/gst.h>

/* Why a camera is in the state that it is in (daemon/link/README.md), and which GStreamer message
 * means which.  Pure; any thread. */
#define GW_CAUSES(X)                                                                                         \
  X(NONE, "none")                                                                                            \
  X(STARTING, "starting")                                                                                    \
  X(NO_PACKETS, "no_packets")       /* it answered, then sent nothing */                                     \
  X(CLOSED, "closed")               /* it ended the connection */                                            \
  X(UNREACHABLE, "unreachable")     /* no TCP connection */                                                  \
  X(TIMEOUT, "timeout")             /* TCP, but no answer to RTSP */                                         \
  X(AUTH, "auth")                   /* user or password is wrong */                                          \
  X(RECORDER_FULL, "recorder_full") /* 453 or 503: no more viewers */                                        \
  X(NOT_FOUND, "not_found")         /* no such path there */                                                 \
  X(CODEC, "codec")                 /* neither H.264 nor H.265 */                                            \
  X(PROTOCOL, "protocol")           /* it speaks something else */

typedef enum GwCause {
#define X(name, wire) GW_CAUSE_##name,
  GW_CAUSES(X)
#undef X
      GW_N_CAUSES
} GwCause;

const char *gw_cause_to_string(GwCause cause); /* static; the wire spelling */

/* What an RTSP status code says about the camera; GW_CAUSE_PROTOCOL for the rest. */
GwCause gw_cause_of_rtsp_status(guint status);

/* What an ERROR message of a pipeline with rtspsrc says.  *ret_detail (the caller's) is a short
 * English phrase without address or secret. */
GwCause gw_cause_of_error(GstMessage *error, char **ret_detail);

/* One sentence that a person can act on. */
const char *gw_cause_sentence_zh(GwCause cause);
const char *gw_cause_sentence_en(GwCause cause);
