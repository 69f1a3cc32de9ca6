#include "daemon/net/picture.h"

#include <string.h>

#include "daemon/net/sentence.h"

static const guint8 png_magic[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

GwPictureKind gw_picture_kind(const guint8 *bytes, gsize n) {
  if (n >= 4 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff)
    return GW_PICTURE_JPEG;
  if (n >= sizeof png_magic && memcmp(bytes, png_magic, sizeof png_magic) == 0)
    return GW_PICTURE_PNG;
  return GW_PICTURE_NONE;
}

const char *gw_picture_kind_name(GwPictureKind kind) {
  return kind == GW_PICTURE_PNG ? "png" : "jpg";
}

/* APP0 is JFIF, APP14 Adobe's colour transform: without the latter the colours of some pictures are wrong, and
 * it tells nothing of anybody, so it stays when it is just that. */
static gboolean is_told_beside(guint8 marker, const guint8 *body, gsize n) {
  if (marker == 0xee && n == 12 && memcmp(body, "Adobe", 5) == 0)
    return FALSE;
  return (marker >= 0xe1 && marker <= 0xef) || marker == 0xfe;
}

/* Bytes of entropy-coded data from `at` to the next marker that is not a stuffed byte or a restart. */
static gsize scan_length(const guint8 *bytes, gsize at, gsize n) {
  gsize i = at;
  while (i + 1 < n && !(bytes[i] == 0xff && bytes[i + 1] != 0 && !(bytes[i + 1] >= 0xd0 && bytes[i + 1] <= 0xd7) &&
                        bytes[i + 1] != 0xff))
    i++;
  return (i + 1 < n ? i : n) - at;
}

static gboolean clean_jpeg(const guint8 *bytes, gsize n, GByteArray *out) {
  gsize at = 2;
  gboolean has_scan = FALSE;
  g_byte_array_append(out, bytes, 2);
  while (at + 2 <= n) {
    if (bytes[at] != 0xff)
      return FALSE;
    guint8 marker = bytes[at + 1];
    if (marker == 0xff) { /* fill */
      at++;
      continue;
    }
    if (marker == 0xd9) {
      g_byte_array_append(out, bytes + at, 2);
      return has_scan;
    }
    if (at + 4 > n)
      return FALSE;
    gsize length = (gsize)bytes[at + 2] << 8 | bytes[at + 3];
    if (length < 2 || at + 2 + length > n)
      return FALSE;
    if (!is_told_beside(marker, bytes + at + 4, length - 2))
      g_byte_array_append(out, bytes + at, (guint)(length + 2));
    at += length + 2;
    if (marker == 0xda) {
      gsize scan = scan_length(bytes, at, n);
      g_byte_array_append(out, bytes + at, (guint)scan);
      at += scan;
      has_scan = TRUE;
    }
  }
  return FALSE;
}

static gboolean clean_png(const guint8 *bytes, gsize n, GByteArray *out) {
  static const char *const dropped[] = {"tEXt", "zTXt", "iTXt", "eXIf", "tIME"};
  gsize at = sizeof png_magic;
  g_byte_array_append(out, bytes, sizeof png_magic);
  while (at + 12 <= n) {
    gsize length = (gsize)bytes[at] << 24 | (gsize)bytes[at + 1] << 16 | (gsize)bytes[at + 2] << 8 | bytes[at + 3];
    if (length > n || at + 12 + length > n)
      return FALSE;
    if (at == sizeof png_magic && memcmp(bytes + at + 4, "IHDR", 4) != 0)
      return FALSE;
    gboolean drop = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(dropped); i++)
      drop = drop || memcmp(bytes + at + 4, dropped[i], 4) == 0;
    if (!drop)
      g_byte_array_append(out, bytes + at, (guint)(length + 12));
    if (memcmp(bytes + at + 4, "IEND", 4) == 0)
      return TRUE;
    at += length + 12;
  }
  return FALSE;
}

GBytes *gw_picture_clean(const guint8 *bytes, gsize n, GwPictureKind *ret_kind, GError **error) {
  GwPictureKind kind = gw_picture_kind(bytes, n);
  g_autoptr(GByteArray) out = g_byte_array_sized_new((guint)n);
  gboolean ok = (kind == GW_PICTURE_JPEG && clean_jpeg(bytes, n, out)) || (kind == GW_PICTURE_PNG && clean_png(bytes, n, out));
  if (!ok) {
    gw_say_error(error, GW_SAY_PICTURE_WANTED);
    return NULL;
  }
  *ret_kind = kind;
  return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
