/* The frame's bytes: decoding, encoding.  No descriptor, no loop (link.c has those). */
#include "daemon/link/frame.h"
#include "daemon/base/limits.h"
#include "daemon/link/frame_private.h"

#include <string.h>

#define HEADER_BYTES 8

struct GwFrameReader {
  GByteArray *buffer;
  gsize taken;        /* bytes at the front of buffer that were already delivered */
  gboolean held;      /* deliver nothing for now */
  const char *broken; /* why the stream can not be read any further; NULL while it can */
};

GwFrameReader *gw_frame_reader_new(void) {
  GwFrameReader *r = g_new0(GwFrameReader, 1);
  r->buffer = g_byte_array_new();
  return r;
}

void gw_frame_reader_free(GwFrameReader *r) {
  if (!r)
    return;
  g_byte_array_unref(r->buffer);
  g_free(r);
}

void gw_frame_reader_hold(GwFrameReader *r, gboolean hold) {
  r->held = hold;
}

gboolean gw_frame_reader_is_between(const GwFrameReader *r) {
  return r->buffer->len == r->taken;
}

static guint32 read_u32(const guint8 *p) {
  return (guint32)p[0] << 24 | (guint32)p[1] << 16 | (guint32)p[2] << 8 | p[3];
}

static void write_u32(guint8 *p, guint32 v) {
  p[0] = (guint8)(v >> 24);
  p[1] = (guint8)(v >> 16);
  p[2] = (guint8)(v >> 8);
  p[3] = (guint8)v;
}

/* Jansson recurses once per level, so the depth is looked at before it sees the text. */
static gboolean is_shallow(const char *text, gsize bytes) {
  guint depth = 0;
  gboolean in_string = FALSE;
  for (gsize i = 0; i < bytes; i++) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        i++;
      else if (c == '"')
        in_string = FALSE;
    } else if (c == '"') {
      in_string = TRUE;
    } else if (c == '{' || c == '[') {
      if (++depth > GW_LIMIT_JSON_DEPTH)
        return FALSE;
    } else if ((c == '}' || c == ']') && depth > 0) {
      depth--;
    }
  }
  return TRUE;
}

/* NULL and a reason when the text is not what a frame may carry. */
static json_t *parse_message(const char *text, gsize bytes, const char **ret_reason) {
  if (!is_shallow(text, bytes)) {
    *ret_reason = "JSON is nested too deep";
    return NULL;
  }
  json_t *message = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, NULL);
  if (!message) {
    *ret_reason = "not JSON";
    return NULL;
  }
  if (!json_is_string(json_object_get(message, "type"))) {
    json_decref(message);
    *ret_reason = "not an object with a type";
    return NULL;
  }
  return message;
}

/* Delivers the frame at the front, if a whole one is there.  FALSE: none, or broken. */
static gboolean deliver_one(GwFrameReader *r, GwFrameFunc func, gpointer user) {
  const gsize have = r->buffer->len - r->taken;
  if (have < HEADER_BYTES)
    return FALSE;
  const guint8 *front = r->buffer->data + r->taken;
  const guint64 json_bytes = read_u32(front), data_bytes = read_u32(front + 4);
  if (json_bytes + data_bytes > GW_LIMIT_LINK_FRAME_BYTES) {
    r->broken = "frame is too large";
    return FALSE;
  }
  const gsize whole = HEADER_BYTES + (gsize)(json_bytes + data_bytes);
  if (have < whole)
    return FALSE;
  json_t *message = parse_message((const char *)front + HEADER_BYTES, (gsize)json_bytes, &r->broken);
  if (!message)
    return FALSE;
  r->taken += whole;
  func(message, data_bytes ? front + HEADER_BYTES + json_bytes : NULL, (gsize)data_bytes, user);
  json_decref(message);
  return TRUE;
}

static void forget_delivered(GwFrameReader *r) {
  if (r->taken > 0)
    g_byte_array_remove_range(r->buffer, 0, (guint)r->taken);
  r->taken = 0;
}

gboolean gw_frame_reader_feed(GwFrameReader *r, const guint8 *bytes, gsize n, GwFrameFunc func, gpointer user,
                              const char **ret_reason) {
  if (!r->broken && n > 0)
    g_byte_array_append(r->buffer, bytes, (guint)n);
  while (!r->broken && !r->held && deliver_one(r, func, user)) {
  }
  forget_delivered(r);
  if (r->broken)
    g_byte_array_set_size(r->buffer, 0);
  if (ret_reason)
    *ret_reason = r->broken;
  return r->broken == NULL;
}

GByteArray *gw_frame_encode(json_t *message, const guint8 *data, gsize bytes) {
  if (bytes > GW_LIMIT_LINK_FRAME_BYTES)
    return NULL;
  char *text = json_dumps(message, JSON_COMPACT);
  if (!text)
    return NULL;
  const gsize json_bytes = strlen(text);
  GByteArray *frame = NULL;
  if (json_bytes + bytes <= GW_LIMIT_LINK_FRAME_BYTES) {
    guint8 header[HEADER_BYTES];
    write_u32(header, (guint32)json_bytes);
    write_u32(header + 4, (guint32)bytes);
    frame = g_byte_array_sized_new((guint)(HEADER_BYTES + json_bytes + bytes));
    g_byte_array_append(frame, header, HEADER_BYTES);
    g_byte_array_append(frame, (const guint8 *)text, (guint)json_bytes);
    if (bytes > 0)
      g_byte_array_append(frame, data, (guint)bytes);
  }
  free(text);
  return frame;
}
