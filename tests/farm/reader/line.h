#pragma once
#include <glib.h>

/* The documented line of a guard-tour reader (daemon/link/README.md), written from the reader's side: this
 * file shares no code with the daemon's, so that a mistake in either shows.  Thread: any; no state. */
#define LINE_KEY_BYTES 32
#define LINE_MAC_HEX 32

gboolean line_key_from_hex(const char *hex, guint8 *ret_key); /* 64 hex digits */

/* "GW1,reader,epoch,seq,time,tag,mac" without line end.  Caller frees. */
char *line_make(const guint8 *key, const char *reader, guint64 epoch, guint64 seq, gint64 time_s,
                const char *tag);
void line_forge(char *line); /* changes the MAC in place, so that it is wrong */

typedef struct LineAnswer {
  gboolean ok; /* GW1-OK; else GW1-NO */
  guint64 epoch, seq;
  char code[32]; /* of a GW1-NO */
} LineAnswer;

/* FALSE: not an answer to this reader, or its MAC is wrong. */
gboolean line_read_answer(const guint8 *key, const char *reader, const char *line, LineAnswer *ret_answer);
