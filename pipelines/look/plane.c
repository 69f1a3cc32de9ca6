#include "pipelines/look/plane.h"

#include <math.h>
#include <string.h>

#define ROWS_MOST 256 /* so that a column's sum fits 16 bits */

/* Adds `rows` rows to one row of sums; the compiler makes vectors of it. */
static void add_rows(const guint8 *restrict from, int stride, int width, int rows, guint16 *restrict sums) {
  memset(sums, 0, (gsize)width * sizeof *sums);
  for (int y = 0; y < rows; y++, from += stride)
    for (int x = 0; x < width; x++)
      sums[x] = (guint16)(sums[x] + from[x]);
}

static void mean_columns(const guint16 *sums, const int *edges, int rows, guint8 *to, int to_width) {
  for (int x = 0; x < to_width; x++) {
    const int begin = edges[x], end = MAX(edges[x + 1], begin + 1);
    guint32 sum = 0;
    for (int i = begin; i < end; i++)
      sum += sums[i];
    const guint32 area = (guint32)((end - begin) * rows);
    to[x] = (guint8)((sum + area / 2) / area);
  }
}

void gw_plane_shrink(const GwPlane *from, guint8 *to, int to_stride, int to_width, int to_height) {
  guint16 sums[GW_PLANE_SIDE_MOST];
  int edges[GW_PLANE_SIDE_MOST + 1];
  g_return_if_fail(from->width > 0 && from->width <= GW_PLANE_SIDE_MOST && from->height > 0);
  g_return_if_fail(to_width > 0 && to_width <= GW_PLANE_SIDE_MOST && to_height > 0);
  for (int x = 0; x <= to_width; x++)
    edges[x] = (int)((gint64)x * from->width / to_width);
  for (int y = 0; y < to_height; y++) {
    const int begin = (int)((gint64)y * from->height / to_height);
    const int end = MAX((int)((gint64)(y + 1) * from->height / to_height), begin + 1);
    const int rows = MIN(end - begin, ROWS_MOST);
    add_rows(from->data + (gsize)begin * (gsize)from->stride, from->stride, from->width, rows, sums);
    mean_columns(sums, edges, rows, to + (gsize)y * (gsize)to_stride, to_width);
  }
}

/* `zero` becomes `zero_to`, and a span of `span` one of 255. */
static void widen(guint8 *samples, gsize n, int zero, int zero_to, double span) {
  guint8 table[256];
  for (int i = 0; i < 256; i++)
    table[i] = (guint8)CLAMP(lround((i - zero) * 255.0 / span) + zero_to, 0, 255);
  for (gsize i = 0; i < n; i++)
    samples[i] = table[samples[i]];
}

void gw_plane_widen_luma(guint8 *samples, gsize n) {
  widen(samples, n, 16, 0, 219);
}

void gw_plane_widen_chroma(guint8 *samples, gsize n) {
  widen(samples, n, 128, 128, 224);
}

double gw_plane_colour(const guint8 *u, const guint8 *v, gsize n) {
  double sum = 0;
  for (gsize i = 0; i < n; i++) {
    const int du = u[i] - 128, dv = v[i] - 128;
    sum += sqrt((double)(du * du + dv * dv));
  }
  return n ? MIN(sum / (double)n, 128) : 0;
}
