#pragma once
#include "daemon/base/types.h"
#include "pipelines/rtsp/handshake.h"

#include <gst/rtsp/gstrtspconnection.h>

/* Between handshake.c, the steps, and ask.c, one request and its answer. */
struct GwHandshake {
  gint ref; /* atomic */
  GwHandshakeWish wish;
  GMutex lock;
  GstRTSPConnection *connection; /* under lock: cancel() interrupts it */
  int fd;                        /* its socket once it is connected, lent; else -1; under lock */
  gboolean cancelled, late;      /* under lock; late: ALL_US are over */

  /* of run() alone */
  GwHandshakeResult *result;
  GwUsec until_mono_us;
  char *url;             /* without credentials; another one after a redirect */
  char *base;            /* what relative control URLs are below */
  gboolean was_accepted; /* our credentials were right once */
};

gboolean gw_handshake_is_cancelled(GwHandshake *h);
gboolean gw_handshake_is_late(GwHandshake *h);

/* How it ends; all return FALSE, so that a step can end with them.  `detail` is static. */
gboolean gw_handshake_fail(GwHandshake *h, GwCause cause, const char *detail);
gboolean gw_handshake_fail_status(GwHandshake *h, guint status, const char *detail);
gboolean gw_handshake_fall_back(GwHandshake *h, const char *reason);

GwUsec gw_handshake_step_us(GwHandshake *h); /* how long the next step may take */

/* TRUE: *ret_answer is there, whatever its status; unset it.  `value` (may be NULL) is that of `header`. */
gboolean gw_handshake_ask(GwHandshake *h, GstRTSPMethod method, const char *url, GstRTSPHeaderField header,
                          const char *value, GstRTSPMessage *ret_answer);
guint gw_handshake_status_of(GstRTSPMessage *answer); /* 0: it has none */
const char *gw_handshake_header_of(GstRTSPMessage *answer,
                                   GstRTSPHeaderField field); /* lent; NULL: not there */
