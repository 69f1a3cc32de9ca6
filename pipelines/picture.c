#include "pipelines/picture.h"

#include <string.h>

static guint u16(const guint8 *p) {
  return (guint)p[0] << 8 | p[1];
}

static gboolean is_sane(guint width, guint height) {
  return width > 0 && height > 0 && width <= GW_PICTURE_SIDE_MOST && height <= GW_PICTURE_SIDE_MOST &&
         (guint64)width * height <= GW_PICTURE_PIXELS_MOST;
}

static gboolean png_size(const guint8 *d, gsize n, guint *w, guint *h) {
  static const guint8 magic[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  if (n < 24 || memcmp(d, magic, sizeof magic) != 0 || memcmp(d + 12, "IHDR", 4) != 0)
    return FALSE;
  *w = u16(d + 16) << 16 | u16(d + 18);
  *h = u16(d + 20) << 16 | u16(d + 22);
  return TRUE;
}

static gboolean is_start_of_frame(guint8 marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/* Walks the segments to the start of frame, which has the size. */
static gboolean jpeg_size(const guint8 *d, gsize n, guint *w, guint *h) {
  gsize at = 2;
  if (n < 4 || d[0] != 0xff || d[1] != 0xd8)
    return FALSE;
  while (at + 4 <= n) {
    if (d[at] != 0xff)
      return FALSE;
    if (d[at + 1] == 0xff) { /* padding */
      at++;
      continue;
    }
    if (is_start_of_frame(d[at + 1])) {
      if (at + 9 > n)
        return FALSE;
      *h = u16(d + at + 5);
      *w = u16(d + at + 7);
      return TRUE;
    }
    at += 2 + u16(d + at + 2);
  }
  return FALSE;
}

GwPictureKind gw_picture_kind(const guint8 *data, gsize bytes, int *ret_width, int *ret_height) {
  guint w = 0, h = 0;
  GwPictureKind kind = GW_PICTURE_NONE;
  if (png_size(data, bytes, &w, &h))
    kind = GW_PICTURE_PNG;
  else if (jpeg_size(data, bytes, &w, &h))
    kind = GW_PICTURE_JPEG;
  if (kind == GW_PICTURE_NONE || !is_sane(w, h))
    return GW_PICTURE_NONE;
  *ret_width = (int)w;
  *ret_height = (int)h;
  return kind;
}
