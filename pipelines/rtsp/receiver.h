#pragma once
#include "daemon/base/types.h"

/* All sockets of the process that carry video, received by one thread: it waits for any, reads each that has
 * something in one big piece, calls, and after a round waits a few milliseconds so that wake-ups stay few.
 * The thread begins with the first socket and ends some seconds after the last.
 *
 * What is called must not block: every other camera would wait. */
typedef struct GwReceiver GwReceiver; /* one socket within */

#define GW_RECEIVER_READ_BYTES (256 * 1024)
#define GW_RECEIVER_KEEP_MOST_BYTES (128 * 1024)
#define GW_RECEIVER_OUT_MOST_BYTES (8 * 1024)

/* Called on the receiving thread, one at a time for all sockets. */
typedef struct GwReceiverEvents {
  /* What was kept of the last time, and what is new behind it; returns how many bytes are done with, the rest
   * is kept.  More than GW_RECEIVER_KEEP_MOST_BYTES kept is a piece without an end: the socket is over then.
   */
  gsize (*on_bytes)(GwReceiver *receiver, const guint8 *data, gsize n, GwUsec mono_us, gpointer user);
  /* The peer is gone; `reason` is static.  Nothing is called afterwards. */
  void (*on_over)(GwReceiver *receiver, const char *reason, gpointer user);
  void (*on_second)(GwReceiver *receiver, GwUsec mono_us, gpointer user); /* about once a second */
} GwReceiverEvents;

/* Takes the descriptor, a connected non-blocking socket.  `first` (may be NULL, at most
 * GW_RECEIVER_READ_BYTES) is as if it had just been received.  The caller's until gw_receiver_free(); calls
 * may begin before this returns. */
GwReceiver *gw_receiver_add(int fd_taken, const guint8 *first, gsize first_bytes,
                            const GwReceiverEvents *events, gpointer user);

/* Nothing is called afterwards; waits for the call that is running, unless made inside of it.  Thread: any.
 */
void gw_receiver_stop(GwReceiver *receiver);
/* Stops it and closes the socket.  Accepts NULL.  `farewell` (may be NULL): last bytes, sent if there is
 * room. */
void gw_receiver_free(GwReceiver *receiver, const char *farewell);

/* Sends or keeps for later.  Thread: inside a call of GwReceiverEvents.  FALSE: no room, nothing was kept. */
gboolean gw_receiver_send(GwReceiver *receiver, const guint8 *data, gsize n);
/* No more calls; closes the socket.  Thread: inside a call of GwReceiverEvents. */
void gw_receiver_quit(GwReceiver *receiver);

guint gw_receiver_count(void); /* how many there are; for tests */
