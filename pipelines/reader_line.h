#pragma once
#include "daemon/base/types.h"

/* The line of a guard-tour reader, `GW1,reader,epoch,seq,time,tag,mac` (daemon/link/README.md), and its
 * MAC.  Pure: bytes in, fields out; made to be fuzzed.
 *
 * Thread: any.  Ownership: everything is inside the struct. */
#define GW_READER_NAME_BYTES 32
#define GW_TAG_BYTES 64
#define GW_KEY_BYTES 32
#define GW_MAC_HEX 32 /* 128 bits of HMAC-SHA256 */

typedef struct GwReaderLine {
  char reader[GW_READER_NAME_BYTES + 1];
  char tag[GW_TAG_BYTES + 1];
  char mac[GW_MAC_HEX + 1]; /* lower case */
  guint32 epoch;
  gint64 seq;
  GwUsec device_at_us;
  gsize signed_bytes; /* everything before the last comma */
} GwReaderLine;

/* `text` without its line end; NUL bytes are junk.  FALSE: not such a line; *ret_line is undefined. */
gboolean gw_reader_line_parse(const char *text, gsize bytes, GwReaderLine *ret_line);

/* Compares in constant time. */
gboolean gw_reader_line_is_authentic(const GwReaderLine *line, const char *text,
                                     const guint8 key[GW_KEY_BYTES]);

/* 32 hex digits of HMAC-SHA256(key, text). */
void gw_reader_mac(const char *text, gsize bytes, const guint8 key[GW_KEY_BYTES],
                   char ret_hex[GW_MAC_HEX + 1]);

/* 64 hex digits; FALSE: not a key. */
gboolean gw_reader_key_parse(const char *hex, guint8 ret_key[GW_KEY_BYTES]);

gboolean gw_tag_is_valid(const char *tag); /* 1-64 of A-Za-z0-9:_- */

/* `GW1-OK,reader,epoch,seq,mac` or, with a code, `GW1-NO,reader,epoch,seq,code,mac`; with its line end.
 * The caller's. */
char *gw_reader_answer(const GwReaderLine *line, const char *code, const guint8 key[GW_KEY_BYTES]);
