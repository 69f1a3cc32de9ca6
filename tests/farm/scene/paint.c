#include "tests/farm/scene/paint.h"

#include <math.h>
#include <string.h>

#define GRAIN_SPARE (64 * 1024) /* the grain is shifted by up to this much from picture to picture */

Canvas *canvas_new(guint width, guint height) {
  Canvas *canvas = g_new0(Canvas, 1);
  canvas->width = width;
  canvas->height = height;
  canvas->bytes = (gsize)width * height * 3 / 2;
  canvas->data = g_malloc(canvas->bytes);
  memset(canvas->data, 128, canvas->bytes);
  return canvas;
}

void canvas_free(Canvas *canvas) {
  if (!canvas)
    return;
  g_free(canvas->data);
  g_free(canvas);
}

void canvas_copy(Canvas *to, const Canvas *from) {
  memcpy(to->data, from->data, from->bytes);
}

/* Pixels [from, to) of one row, luma and (on even rows) colour. */
static void row(Canvas *c, int y, double from, double to, Ink ink) {
  int a = MAX(0, (int)ceil(from)), b = MIN((int)c->width, (int)ceil(to));
  if (y < 0 || y >= (int)c->height || a >= b)
    return;
  memset(c->data + (gsize)y * c->width + a, ink.y, b - a);
  if (y % 2 || b / 2 <= a / 2)
    return;
  gsize half = c->width / 2, luma = (gsize)c->width * c->height, at = (gsize)(y / 2) * half + a / 2;
  memset(c->data + luma + at, ink.u, b / 2 - a / 2);
  memset(c->data + luma + luma / 4 + at, ink.v, b / 2 - a / 2);
}

static int by_value(const void *a, const void *b) {
  double d = *(const double *)a - *(const double *)b;
  return (d > 0) - (d < 0);
}

void paint_polygon(Canvas *canvas, const Point *corners, guint n, Ink ink) {
  double scale = canvas->width / PAINT_WIDTH, crossings[16], top = G_MAXDOUBLE, bottom = -G_MAXDOUBLE;
  for (guint i = 0; i < n; i++) {
    top = MIN(top, corners[i].y * scale);
    bottom = MAX(bottom, corners[i].y * scale);
  }
  for (int y = MAX(0, (int)floor(top)); y <= MIN((int)canvas->height - 1, (int)bottom); y++) {
    guint found = 0;
    for (guint i = 0; i < n && found < G_N_ELEMENTS(crossings); i++) {
      Point p = corners[i], q = corners[(i + 1) % n];
      double py = p.y * scale, qy = q.y * scale, at = y + 0.5;
      if ((py <= at) != (qy <= at))
        crossings[found++] = (p.x + (q.x - p.x) * (at - py) / (qy - py)) * scale;
    }
    qsort(crossings, found, sizeof *crossings, by_value);
    for (guint i = 0; i + 1 < found; i += 2)
      row(canvas, y, crossings[i], crossings[i + 1], ink);
  }
}

void paint_box(Canvas *canvas, double x, double y, double w, double h, Ink ink) {
  Point corners[] = {{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}};
  paint_polygon(canvas, corners, 4, ink);
}

void paint_oval(Canvas *canvas, double cx, double cy, double rx, double ry, Ink ink) {
  double scale = canvas->width / PAINT_WIDTH;
  for (int y = (int)floor((cy - ry) * scale); y <= (int)((cy + ry) * scale); y++) {
    double t = ((y + 0.5) / scale - cy) / ry;
    if (fabs(t) >= 1)
      continue;
    double half = rx * sqrt(1 - t * t);
    row(canvas, y, (cx - half) * scale, (cx + half) * scale, ink);
  }
}

void paint_line(Canvas *canvas, double x1, double y1, double x2, double y2, double thick, Ink ink) {
  double length = hypot(x2 - x1, y2 - y1), nx = -(y2 - y1) / length * thick / 2,
         ny = (x2 - x1) / length * thick / 2;
  Point corners[] = {{x1 + nx, y1 + ny}, {x2 + nx, y2 + ny}, {x2 - nx, y2 - ny}, {x1 - nx, y1 - ny}};
  paint_polygon(canvas, corners, 4, ink);
}

void paint_gradient(Canvas *canvas, double x, double y, double w, double h, Ink top, Ink bottom) {
  for (double at = 0; at < h; at += 2) {
    double t = at / h;
    paint_box(
        canvas, x, y + at, w, 2,
        INK(top.y + t * (bottom.y - top.y), top.u + t * (bottom.u - top.u), top.v + t * (bottom.v - top.v)));
  }
}

/* Five rows of three bits, from the top. */
static guint16 glyph(char ch) {
  static const guint16 digits[] = {075557, 026227, 071747, 071717, 055711,
                                   074717, 074757, 071122, 075757, 075717};
  if (g_ascii_isdigit(ch))
    return digits[ch - '0'];
  return ch == ':' ? 002020 : ch == '-' ? 000700 : 0;
}

void paint_digits(Canvas *canvas, double x, double y, double size, const char *text, Ink ink) {
  double dot = size / 5;
  for (; *text; text++, x += dot * 4)
    for (guint bit = 0; bit < 15; bit++)
      if (glyph(*text) >> (14 - bit) & 1)
        paint_box(canvas, x + bit % 3 * dot, y + bit / 3 * dot, dot, dot, ink);
}

gint8 *paint_grain_new(const Canvas *canvas, double strength, GRand *dice) {
  gsize n = (gsize)canvas->width * canvas->height + GRAIN_SPARE;
  gint8 *grain = g_malloc(n);
  for (gsize i = 0; i < n; i++) /* the sum of three throws is bell-shaped enough */
    grain[i] = lrint(strength * (g_rand_double(dice) + g_rand_double(dice) + g_rand_double(dice) - 1.5));
  return grain;
}

void paint_noise(Canvas *canvas, const gint8 *grain, GRand *dice) {
  gsize luma = (gsize)canvas->width * canvas->height;
  grain += g_rand_int_range(dice, 0, GRAIN_SPARE);
  for (gsize i = 0; i < luma; i++)
    canvas->data[i] = CLAMP(canvas->data[i] + grain[i], 16, 235);
}
