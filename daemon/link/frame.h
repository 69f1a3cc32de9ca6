#pragma once
#include <jansson.h>
#include "daemon/base/types.h"

/* Framed messages over a stream socket, both directions (README.md beside this file).
 *
 * A link is driven by a GMainContext: it reads when data comes, writes when the socket takes it.
 * Thread: the one that iterates the context given to gw_link_new(); gw_link_send() too.
 * Ownership: the link owns its descriptor. */
typedef struct GwLink GwLink;

/* One message came.  `message` (an object with a string "type") and `data` are lent for the call. */
typedef void (*GwLinkMessage)(GwLink *link, json_t *message, const guint8 *data, gsize bytes, gpointer user);
/* The link ended: peer gone (reason "closed"), or broken (the reason says how).  Called once, on the
 * loop; the link may be freed inside. */
typedef void (*GwLinkClosed)(GwLink *link, const char *reason, gpointer user);

GwLink *gw_link_new(GMainContext *context, int fd, GwLinkMessage on_message, GwLinkClosed on_closed, gpointer user);
void gw_link_free(GwLink *link); /* closes; accepts NULL; on_closed is not called */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwLink, gw_link_free)

/* Queues a message; `data` (may be NULL) is copied, `message` is borrowed.  FALSE: too large, the
 * queue is full, or the link has ended; nothing was queued. */
gboolean gw_link_send(GwLink *link, json_t *message, const guint8 *data, gsize bytes);
gsize gw_link_queued_bytes(GwLink *link);
void gw_link_pause(GwLink *link, gboolean pause); /* stop (or go on) reading: back-pressure to the peer */

/* The decoder alone, for tests and fuzzing: feeds bytes, calls on_message per whole frame.  FALSE and
 * a static reason when the stream is broken (it stays broken). */
typedef struct GwFrameReader GwFrameReader;
GwFrameReader *gw_frame_reader_new(void);
void gw_frame_reader_free(GwFrameReader *r); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwFrameReader, gw_frame_reader_free)
typedef void (*GwFrameFunc)(json_t *message, const guint8 *data, gsize bytes, gpointer user);
gboolean gw_frame_reader_feed(GwFrameReader *r, const guint8 *bytes, gsize n, GwFrameFunc func, gpointer user,
                              const char **ret_reason);
/* Encodes one frame; NULL when it would exceed the limit. */
GByteArray *gw_frame_encode(json_t *message, const guint8 *data, gsize bytes);
