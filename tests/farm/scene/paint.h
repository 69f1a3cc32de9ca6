#pragma once
#include <glib.h>

/* A picture in I420 and a few brushes.  Everything is drawn in a frame of 1280 x 720 points, whatever
 * size the picture has.  Thread: one; plain functions. */
#define PAINT_WIDTH 1280.0
#define PAINT_HEIGHT 720.0

typedef struct Canvas {
  guint width, height; /* pixels, both even */
  gsize bytes;
  guint8 *data; /* Y, then U, then V */
} Canvas;

typedef struct Ink {
  guint8 y, u, v;
} Ink;

typedef struct Point {
  double x, y;
} Point;

#define INK(y, u, v) ((Ink){y, u, v})
#define GREY(y) ((Ink){y, 128, 128})

Canvas *canvas_new(guint width, guint height);
void canvas_free(Canvas *canvas);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Canvas, canvas_free)
void canvas_copy(Canvas *to, const Canvas *from); /* same size */

void paint_polygon(Canvas *canvas, const Point *corners, guint n, Ink ink);
void paint_box(Canvas *canvas, double x, double y, double w, double h, Ink ink);
void paint_oval(Canvas *canvas, double cx, double cy, double rx, double ry, Ink ink);
void paint_line(Canvas *canvas, double x1, double y1, double x2, double y2, double thick, Ink ink);
/* From `top` at y to `bottom` at y + h. */
void paint_gradient(Canvas *canvas, double x, double y, double w, double h, Ink top, Ink bottom);
/* Digits, colons and dashes, as burnt in by a camera. */
void paint_digits(Canvas *canvas, double x, double y, double size, const char *text, Ink ink);
/* Sensor noise on the luma; `grain` as made by paint_grain_new() for this canvas. */
void paint_noise(Canvas *canvas, const gint8 *grain, GRand *dice);
gint8 *paint_grain_new(const Canvas *canvas, double strength, GRand *dice); /* caller frees */
