#include "pipelines/live/mp4_box.h"

#include <string.h>

void gw_box_bytes(GByteArray *out, gconstpointer data, gsize bytes) {
  g_byte_array_append(out, data, (guint)bytes);
}

void gw_box_u8(GByteArray *out, guint value) {
  const guint8 byte = (guint8)value;
  gw_box_bytes(out, &byte, 1);
}

void gw_box_u16(GByteArray *out, guint value) {
  const guint16 big = GUINT16_TO_BE((guint16)value);
  gw_box_bytes(out, &big, sizeof big);
}

void gw_box_u32(GByteArray *out, guint32 value) {
  const guint32 big = GUINT32_TO_BE(value);
  gw_box_bytes(out, &big, sizeof big);
}

void gw_box_u64(GByteArray *out, guint64 value) {
  const guint64 big = GUINT64_TO_BE(value);
  gw_box_bytes(out, &big, sizeof big);
}

void gw_box_zeros(GByteArray *out, guint n) {
  const guint at = out->len;
  g_byte_array_set_size(out, at + n);
  memset(out->data + at, 0, n);
}

void gw_box_set_u32(GByteArray *out, guint at, guint32 value) {
  const guint32 big = GUINT32_TO_BE(value);
  memcpy(out->data + at, &big, sizeof big);
}

guint gw_box_begin(GByteArray *out, const char name[4]) {
  const guint begun = out->len;
  gw_box_u32(out, 0);
  gw_box_bytes(out, name, 4);
  return begun;
}

guint gw_box_begin_full(GByteArray *out, const char name[4], guint8 version, guint32 flags) {
  const guint begun = gw_box_begin(out, name);
  gw_box_u32(out, (guint32)version << 24 | flags);
  return begun;
}

void gw_box_end(GByteArray *out, guint begun) {
  gw_box_set_u32(out, begun, out->len - begun);
}
