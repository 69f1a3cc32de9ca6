#include "pipelines/look/jpeg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#define QUALITY 75
#define QUALITY_LOW 40 /* for the rare picture that would not fit a message */
#define ROWS 16        /* of luma in one turn: two rows of blocks, one of chroma */

typedef struct Source {
  const guint8 *planes[3];
  int width[3], height[3];
  guint n;
} Source;

/* The library takes whole blocks: rows and columns beyond the picture repeat its last ones. */
static void fill_rows(const Source *s, guint c, int from_row, int rows, int padded, guint8 *to,
                      JSAMPROW *ret_rows) {
  for (int i = 0; i < rows; i++) {
    const int y = MIN(from_row + i, s->height[c] - 1);
    const guint8 *from = s->planes[c] + (gsize)y * (gsize)s->width[c];
    guint8 *row = to + (gsize)i * (gsize)padded;
    memcpy(row, from, (gsize)s->width[c]);
    memset(row + s->width[c], from[s->width[c] - 1], (gsize)(padded - s->width[c]));
    ret_rows[i] = row;
  }
}

static void write_rows(struct jpeg_compress_struct *jpeg, const Source *s) {
  const int turn = s->n == 1 ? 8 : ROWS;
  const int padded = (s->width[0] + 15) / 16 * 16;
  g_autofree guint8 *copy = g_malloc((gsize)padded * ROWS * 2);
  JSAMPROW rows[3][ROWS];
  JSAMPARRAY arrays[3] = {rows[0], rows[1], rows[2]};
  for (int y = 0; y < s->height[0]; y += turn) {
    guint8 *to = copy;
    for (guint c = 0; c < s->n; c++) {
      const int half = c == 0 ? 1 : 2;
      fill_rows(s, c, y / half, turn / half, padded / half, to, rows[c]);
      to += padded / half * (turn / half);
    }
    (void)jpeg_write_raw_data(jpeg, arrays, (JDIMENSION)turn);
  }
}

static GBytes *compress(const Source *s, int quality) {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  unsigned char *data = NULL;
  unsigned long bytes = 0;
  jpeg.err = jpeg_std_error(&errors); /* ends the process: only when memory does, what comes in is ours */
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &data, &bytes);
  jpeg.image_width = (JDIMENSION)s->width[0];
  jpeg.image_height = (JDIMENSION)s->height[0];
  jpeg.input_components = (int)s->n;
  jpeg.in_color_space = s->n == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg.raw_data_in = TRUE;
  jpeg.dct_method = JDCT_IFAST;
  for (guint c = 0; c < s->n; c++)
    jpeg.comp_info[c].h_samp_factor = jpeg.comp_info[c].v_samp_factor = s->n == 3 && c == 0 ? 2 : 1;
  jpeg_start_compress(&jpeg, TRUE);
  write_rows(&jpeg, s);
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  return g_bytes_new_with_free_func(data, bytes, free, data);
}

GBytes *gw_jpeg_new(const guint8 *y, const guint8 *u, const guint8 *v, int width, int height,
                    gsize most_bytes) {
  const int w2 = (width + 1) / 2, h2 = (height + 1) / 2;
  const Source s = {{y, u, v}, {width, w2, w2}, {height, h2, h2}, u && v ? 3 : 1};
  GBytes *jpeg = compress(&s, QUALITY);
  if (g_bytes_get_size(jpeg) > most_bytes) {
    g_bytes_unref(jpeg);
    jpeg = compress(&s, QUALITY_LOW);
  }
  if (g_bytes_get_size(jpeg) > most_bytes)
    g_clear_pointer(&jpeg, g_bytes_unref);
  return jpeg;
}
