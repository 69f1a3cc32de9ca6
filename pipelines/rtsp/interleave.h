#pragma once
#include <glib.h>

/* What comes on the socket of an RTSP session over TCP (RFC 2326, 10.12): `$` frames and RTSP messages in any
 * order.  A stream that is out of step is broken for good: nobody looks for the next `$` inside of video.
 *
 * Pure.  Thread: any. */
#define GW_INTERLEAVE_HEAD_MOST_BYTES (8 * 1024) /* request or status line and headers of a message */
#define GW_INTERLEAVE_BODY_MOST_BYTES (64 * 1024)
/* As much may wait for its end: the longest piece there is. */
#define GW_INTERLEAVE_MOST_BYTES (GW_INTERLEAVE_HEAD_MOST_BYTES + GW_INTERLEAVE_BODY_MOST_BYTES)

typedef enum GwPieceKind {
  GW_PIECE_MORE,   /* not whole yet: come again with more behind it */
  GW_PIECE_DATA,   /* a packet of `channel` */
  GW_PIECE_ANSWER, /* an RTSP message with a status */
  GW_PIECE_REQUEST,
  GW_PIECE_BROKEN
} GwPieceKind;

/* Pointers are into the data that was given. */
typedef struct GwPiece {
  GwPieceKind kind;
  guint8 channel;
  guint status;        /* ANSWER */
  guint cseq;          /* of messages; 0: none or unreadable */
  const guint8 *bytes; /* DATA: the packet; messages: the head, its empty line included */
  gsize n;
} GwPiece;

/* Takes one piece from the front; how many bytes it was (0: MORE or BROKEN). */
gsize gw_interleave_next(const guint8 *data, gsize n, GwPiece *ret_piece);

/* A header's value within a message's head, without spaces around it; NULL: not there. */
const char *gw_interleave_header(const GwPiece *message, const char *name, gsize *ret_bytes);
/* The method of a request, such as "OPTIONS". */
gboolean gw_interleave_is_method(const GwPiece *request, const char *method);
