#include "pipelines/rtsp/interleave.h"

#include <string.h>

#define FRAME_HEAD_BYTES 4

static gsize next_data(const guint8 *data, gsize n, GwPiece *ret) {
  if (n < FRAME_HEAD_BYTES)
    return 0;
  const gsize bytes = (gsize)data[2] << 8 | data[3];
  if (n < FRAME_HEAD_BYTES + bytes)
    return 0;
  *ret = (GwPiece){.kind = GW_PIECE_DATA, .channel = data[1], .bytes = data + FRAME_HEAD_BYTES, .n = bytes};
  return FRAME_HEAD_BYTES + bytes;
}

/* The end of the head, after its empty line; NULL: not within these bytes. */
static const guint8 *head_end(const guint8 *data, gsize n) {
  const guint8 *end = memmem(data, n, "\r\n\r\n", 4);
  if (end)
    return end + 4;
  end = memmem(data, n, "\n\n", 2); /* some small cameras */
  return end ? end + 2 : NULL;
}

const char *gw_interleave_header(const GwPiece *message, const char *name, gsize *ret_bytes) {
  const char *at = (const char *)message->bytes, *end = at + message->n;
  const gsize name_bytes = strlen(name);
  while (at < end) {
    const char *line_end = memchr(at, '\n', (gsize)(end - at));
    if (!line_end)
      return NULL;
    if ((gsize)(line_end - at) > name_bytes && at[name_bytes] == ':' &&
        g_ascii_strncasecmp(at, name, name_bytes) == 0) {
      const char *value = at + name_bytes + 1;
      while (value < line_end && g_ascii_isspace(*value))
        value++;
      while (line_end > value && g_ascii_isspace(line_end[-1]))
        line_end--;
      *ret_bytes = (gsize)(line_end - value);
      return value;
    }
    at = line_end + 1;
  }
  return NULL;
}

/* Digits alone, at most nine of them; FALSE: something else. */
static gboolean read_number(const char *text, gsize bytes, guint *ret) {
  guint number = 0;
  if (bytes < 1 || bytes > 9)
    return FALSE;
  for (gsize i = 0; i < bytes; i++) {
    if (!g_ascii_isdigit(text[i]))
      return FALSE;
    number = number * 10 + (guint)(text[i] - '0');
  }
  *ret = number;
  return TRUE;
}

static gboolean read_number_header(const GwPiece *message, const char *name, guint *ret) {
  gsize bytes = 0;
  const char *value = gw_interleave_header(message, name, &bytes);
  *ret = 0;
  return !value || read_number(value, bytes, ret);
}

gboolean gw_interleave_is_method(const GwPiece *request, const char *method) {
  const gsize bytes = strlen(method);
  return request->n > bytes && memcmp(request->bytes, method, bytes) == 0 && request->bytes[bytes] == ' ';
}

/* "RTSP/1.0 200 OK" or "OPTIONS rtsp://... RTSP/1.0". */
static gboolean read_first_line(GwPiece *piece) {
  const char *text = (const char *)piece->bytes;
  if (piece->n >= 12 && memcmp(text, "RTSP/", 5) == 0) {
    piece->kind = GW_PIECE_ANSWER;
    return text[8] == ' ' && read_number(text + 9, 3, &piece->status);
  }
  piece->kind = GW_PIECE_REQUEST;
  return TRUE;
}

static gsize next_message(const guint8 *data, gsize n, GwPiece *ret) {
  const gsize look = MIN(n, GW_INTERLEAVE_HEAD_MOST_BYTES);
  const guint8 *end = head_end(data, look);
  guint body = 0;
  if (!end) {
    ret->kind = n >= GW_INTERLEAVE_HEAD_MOST_BYTES ? GW_PIECE_BROKEN : GW_PIECE_MORE;
    return 0;
  }
  GwPiece piece = {.bytes = data, .n = (gsize)(end - data)};
  if (!read_first_line(&piece) || !read_number_header(&piece, "Content-Length", &body) ||
      body > GW_INTERLEAVE_BODY_MOST_BYTES) {
    ret->kind = GW_PIECE_BROKEN;
    return 0;
  }
  (void)read_number_header(&piece, "CSeq", &piece.cseq); /* a strange one is nobody's answer */
  if (n < piece.n + body)
    return 0;
  *ret = piece;
  return piece.n + body;
}

gsize gw_interleave_next(const guint8 *data, gsize n, GwPiece *ret) {
  gsize blank = 0;
  *ret = (GwPiece){.kind = GW_PIECE_MORE};
  while (blank < n && blank < 4 && (data[blank] == '\r' || data[blank] == '\n'))
    blank++; /* some end a body with one line too many */
  if (blank == n)
    return 0;
  gsize used = 0;
  if (data[blank] == '$')
    used = next_data(data + blank, n - blank, ret);
  else if (g_ascii_isupper(data[blank]))
    used = next_message(data + blank, n - blank, ret);
  else
    ret->kind = GW_PIECE_BROKEN;
  return used ? blank + used : 0;
}
