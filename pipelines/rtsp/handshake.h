#pragma once
#include "pipelines/cause.h"
#include "pipelines/rtsp/session.h"

#include <glib.h>

/* From a URL to a playing RTSP session over TCP whose socket somebody else receives: connect, OPTIONS,
 * DESCRIBE, SETUP of the first H.264 or H.265 track (and of the ONVIF metadata), PLAY.
 *
 * Blocks for seconds: on a pool of its own.  A request goes out once without credentials and once with them,
 * never more: vendors lock an address after a few wrong passwords.  All answers are bounded in time and size.
 */
typedef struct GwHandshakeWish {
  char *location, *user, *password, *user_agent; /* user and password may be NULL: then the URL's own */
  gboolean metadata;
  GwUsec play_from_us; /* of a recorder: play back from then on; 0: from now */
} GwHandshakeWish;
void gw_handshake_wish_clear(GwHandshakeWish *wish);

typedef enum GwHandshakeEnd {
  GW_HANDSHAKE_OK,
  GW_HANDSHAKE_FAILED,
  GW_HANDSHAKE_FALLBACK, /* it wants what we do not do; `detail` says what */
  GW_HANDSHAKE_CANCELLED
} GwHandshakeEnd;

typedef struct GwHandshakeResult {
  GwHandshakeEnd end;
  GwCause cause;             /* of FAILED */
  guint status;              /* of the answer that ended it; 0: none */
  const char *detail;        /* static, without address or secret */
  gboolean answered;         /* it sent an SDP */
  GwUsec plays_from_us;      /* where the answer to PLAY says that it begins; 0: it does not say */
  const char *codec, *audio; /* static or NULL */
  GwRtspSession session;     /* of OK; the receiver's */
} GwHandshakeResult;

typedef struct GwHandshake GwHandshake;
GwHandshake *gw_handshake_new(const GwHandshakeWish *wish); /* copies */
GwHandshake *gw_handshake_ref(GwHandshake *handshake);
void gw_handshake_unref(GwHandshake *handshake); /* accepts NULL */
/* Once.  Thread: any that may wait. */
void gw_handshake_run(GwHandshake *handshake, GwHandshakeResult *ret_result);
void gw_handshake_cancel(GwHandshake *handshake); /* thread: any; run() comes back soon */
