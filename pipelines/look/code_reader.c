#include "pipelines/look/code_reader.h"

#include <string.h>

#include <zbar.h>

struct GwCodeReader {
  zbar_image_scanner_t *scanner;
};

GwCodeReader *gw_code_reader_new(void) {
  GwCodeReader *reader = g_new0(GwCodeReader, 1);
  reader->scanner = zbar_image_scanner_create();
  (void)zbar_image_scanner_set_config(reader->scanner, ZBAR_NONE, ZBAR_CFG_ENABLE,
                                      0); /* bar codes are noise here */
  (void)zbar_image_scanner_set_config(reader->scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
  return reader;
}

void gw_code_reader_free(GwCodeReader *reader) {
  if (!reader)
    return;
  zbar_image_scanner_destroy(reader->scanner);
  g_free(reader);
}

static void copy_rows(const GwPlane *from, guint8 *to) {
  for (int y = 0; y < from->height; y++)
    memcpy(to + (gsize)y * (gsize)from->width, from->data + (gsize)y * (gsize)from->stride,
           (gsize)from->width);
}

static guint say(const zbar_image_t *image, GwCodeFound found, gpointer user) {
  guint n = 0;
  for (const zbar_symbol_t *s = zbar_image_first_symbol(image); s; s = zbar_symbol_next(s)) {
    const char *text = zbar_symbol_get_data(s);
    const gsize bytes = zbar_symbol_get_data_length(s);
    if (!bytes || bytes >= GW_CODE_TEXT_BYTES || strlen(text) != bytes ||
        !g_utf8_validate(text, (gssize)bytes, NULL))
      continue;
    found(text, user);
    n++;
  }
  return n;
}

guint gw_code_reader_read(GwCodeReader *reader, const GwPlane *luma, int width, GwCodeFound found,
                          gpointer user) {
  const int w = MIN(width, luma->width), h = MAX(1, (int)((gint64)luma->height * w / luma->width));
  const gsize bytes = (gsize)w * (gsize)h;
  g_autofree guint8 *grey = g_malloc(bytes);
  if (w == luma->width)
    copy_rows(luma, grey);
  else
    gw_plane_shrink(luma, grey, w, w, h);
  zbar_image_t *image = zbar_image_create();
  zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
  zbar_image_set_size(image, (unsigned)w, (unsigned)h);
  zbar_image_set_data(image, grey, bytes, NULL);
  const guint n = zbar_scan_image(reader->scanner, image) > 0 ? say(image, found, user) : 0;
  zbar_image_destroy(image);
  return n;
}
