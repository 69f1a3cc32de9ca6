#include "tests/faults/fault.h"
#include "tests/farm/scene/figures.h"

#include <math.h>
#include <string.h>

static double between(GRand *d, double a, double b) {
  return g_rand_double_range(d, a, b);
}

static double either(GRand *d, double a, double b) { /* a … b, to one side or the other */
  return between(d, a, b) * (g_rand_boolean(d) ? 1 : -1);
}

static void move(Fault *f, GRand *d, const Place *p) {
  const int how = g_rand_int_range(d, 0, 4); /* panned, tilted, both, turned and zoomed a little besides */
  f->view.dx = how == 1 ? 0 : (int)(either(d, 0.08, 0.9) * p->width);
  f->view.dy = how == 0 ? 0 : (int)(either(d, 0.1, 0.9) * p->height);
  if (how == 3) {
    f->turn = either(d, 0.03, 0.3);
    f->zoom = between(d, 0.85, 1.25);
  }
}

Fault *fault_new(GwSceneKind kind, guint32 seed, double from, const Life *life, const Place *place) {
  Fault *f = g_new0(Fault, 1);
  GRand *d = g_rand_new_with_seed(seed);
  *f = (Fault){.kind = kind, .from = from, .seed = seed, .zoom = 1};
  if (kind == GW_SCENE_MOVED)
    move(f, d, place);
  f->blur = between(d, 9, 34);
  f->clock_stops = g_rand_boolean(d);
  f->dwell_s = between(d, 60, 240);
  f->has_zone = life_zone(life, f->zone);
  g_rand_free(d);
  return f;
}

void fault_free(Fault *f) {
  if (!f)
    return;
  canvas_free(f->frozen);
  g_free(f);
}

LifeView fault_view(const Fault *f, double t) {
  return f->kind == GW_SCENE_MOVED && t >= f->from ? f->view : (LifeView){0, 0};
}

/* ---- each of them ---- */

static void colour_flat(Canvas *c, guint8 u, guint8 v) {
  const gsize luma = (gsize)c->width * c->height;
  memset(c->data + luma, u, luma / 4);
  memset(c->data + luma + luma / 4, v, luma / 4);
}

static void black(Fault *f, GRand *d, Canvas *c) {
  const double level = between(d, 16, 26), leak = between(d, 0, 0.02);
  for (gsize i = 0; i < (gsize)c->width * c->height; i++)
    c->data[i] = (guint8)(level + leak * (c->data[i] - 16));
  colour_flat(c, 128, 128);
}

static void washed(Fault *f, GRand *d, Canvas *c) {
  const double gain = between(d, 0.02, 0.5), base = between(d, 222, 240);
  const double x0 = between(d, 0.2, 0.8), y0 = between(d, 0.2, 0.8);
  for (guint y = 0; y < c->height; y++)
    for (guint x = 0; x < c->width; x++) {
      const double dx = (double)x / c->width - x0, dy = (double)y / c->height - y0;
      guint8 *p = &c->data[(gsize)y * c->width + x];
      *p = (guint8)CLAMP(base + gain * (*p - 60) - 25 * (dx * dx + dy * dy), 16, 235);
    }
  colour_flat(c, 128, 128);
}

/* A hand, a bag, a cloth, a board before the lens: near, so without detail; perhaps light at one edge. */
static void covered(Fault *f, GRand *d, Canvas *c) {
  const double level = between(d, 18, 150), slope_x = between(d, -60, 60), slope_y = between(d, -60, 60);
  const double weave = between(d, 0, 5), share = g_rand_boolean(d) ? 1 : between(d, 0.86, 1);
  const gboolean from_left = g_rand_boolean(d);
  const guint edge = (guint)(c->width * share);
  for (guint y = 0; y < c->height; y++)
    for (guint x = 0; x < c->width; x++) {
      if ((from_left ? x : c->width - 1 - x) >= edge)
        continue;
      const double fx = (double)x / c->width - 0.5, fy = (double)y / c->height - 0.5;
      const double v = level + slope_x * fx + slope_y * fy + 12 * sin(fx * 7 + f->seed % 7) +
                       weave * sin(x * 0.9) * sin(y * 0.8);
      c->data[(gsize)y * c->width + x] = (guint8)CLAMP(v, 16, 235);
    }
  colour_flat(c, (guint8)between(d, 110, 140), (guint8)between(d, 115, 160));
}

static void blur_rows(guint8 *data, guint width, guint height, guint stride_x, guint stride_y, int radius) {
  g_autofree guint8 *line = g_malloc(width);
  for (guint y = 0; y < height; y++) {
    guint8 *row = data + (gsize)y * stride_y;
    int sum = 0;
    for (int x = -radius; x <= radius; x++)
      sum += row[(gsize)CLAMP(x, 0, (int)width - 1) * stride_x];
    for (int x = 0; x < (int)width; x++) {
      line[x] = (guint8)(sum / (2 * radius + 1));
      sum += row[(gsize)MIN(x + radius + 1, (int)width - 1) * stride_x] -
             row[(gsize)MAX(x - radius, 0) * stride_x];
    }
    for (guint x = 0; x < width; x++)
      row[(gsize)x * stride_x] = line[x];
  }
}

/* Three box blurs are a bell. */
static void blur(Canvas *c, double points) {
  const int radius = MAX(1, (int)lrint(points * c->width / PAINT_WIDTH / 1.7));
  for (int i = 0; i < 3; i++) {
    blur_rows(c->data, c->width, c->height, 1, c->width, radius);
    blur_rows(c->data, c->height, c->width, c->width, 1, radius);
  }
}

/* Paint on the dome: blobs that run down, soft because they are too near. */
static void sprayed(Fault *f, GRand *d, Canvas *c) {
  g_autoptr(Canvas) paint = canvas_new(c->width, c->height);
  memset(paint->data, 16, (gsize)c->width * c->height);
  const double cx = between(d, 300, 980), cy = between(d, 180, 540), want = between(d, 0.25, 0.8);
  double area = 0;
  for (int i = 0; i < 60 && area < want * 1280 * 720; i++) {
    const double rx = between(d, 60, 260), ry = between(d, 60, 220);
    paint_oval(paint, cx + between(d, -420, 420), cy + between(d, -260, 260), rx, ry, GREY(235));
    area += rx * ry * 2.2;
    if (i % 3 == 0)
      paint_box(paint, cx + between(d, -400, 400), cy, between(d, 12, 40), between(d, 100, 400), GREY(235));
  }
  blur(paint, between(d, 4, 16));
  const double level = between(d, 16, 225);
  for (gsize i = 0; i < (gsize)c->width * c->height; i++) {
    const double share = (paint->data[i] - 16) / 219.0;
    c->data[i] = (guint8)(c->data[i] + (level - c->data[i]) * MIN(1, share * 1.1));
  }
}

static void turned(const Fault *f, Canvas *c) {
  g_autoptr(Canvas) from = canvas_new(c->width, c->height);
  canvas_copy(from, c);
  const double co = cos(f->turn) / f->zoom, si = sin(f->turn) / f->zoom;
  for (int y = 0; y < (int)c->height; y++)
    for (int x = 0; x < (int)c->width; x++) {
      const double px = x - c->width / 2.0, py = y - c->height / 2.0;
      const int sx = CLAMP((int)(px * co - py * si + c->width / 2.0), 0, (int)c->width - 1);
      const int sy = CLAMP((int)(px * si + py * co + c->height / 2.0), 0, (int)c->height - 1);
      c->data[(gsize)y * c->width + x] = from->data[(gsize)sy * c->width + sx];
    }
}

/* A car, a bicycle, or bags of rubbish, in the middle of the zone. */
static void put_something(Fault *f, GRand *d, Canvas *c) {
  const double x = (f->zone[0].x + f->zone[1].x) / 2 * 1280,
               foot = (f->zone[2].y * 0.6 + f->zone[0].y * 0.4) * 720;
  const double room = (f->zone[1].x - f->zone[0].x) * 1280;
  double seen = 0; /* it is lit as what is around it */
  for (gsize i = 0; i < (gsize)c->width * c->height; i++)
    seen += c->data[i];
  seen = MIN(1, seen / ((double)c->width * c->height) / 100);
  const guint8 level =
      (guint8)(16 + seen * ((g_rand_boolean(d) ? between(d, 20, 55) : between(d, 150, 215)) - 16));
  const int what = g_rand_int_range(d, 0, 3);
  if (what == 0) {
    figure_car(c, x, foot, MIN(room / 2.9, between(d, 80, 170)), 1, INK(level, 120, 140), FALSE);
  } else if (what == 1) {
    for (int i = 0; i < 3; i++)
      figure_cyclist(c, x - 80 + i * 80, foot + i * 6, between(d, 110, 170), 0.2, 1, INK(level, 128, 128));
  } else {
    for (int i = 0; i < 9; i++)
      paint_oval(c, x + between(d, -110, 110), foot - between(d, 0, 60), between(d, 25, 60),
                 between(d, 20, 50), INK((guint8)CLAMP(level + between(d, -25, 25), 16, 235), 128, 128));
  }
}

void fault_apply(Fault *f, double t, Canvas *c, gboolean with_colour) {
  if (t < f->from)
    return;
  GRand *d =
      g_rand_new_with_seed(f->seed ^ 0x9e3779b9u); /* the same dice each time: the fault does not change */
  switch (f->kind) {
  case GW_SCENE_BLACK:
    black(f, d, c);
    break;
  case GW_SCENE_WASHED:
    washed(f, d, c);
    break;
  case GW_SCENE_COVERED:
    covered(f, d, c);
    break;
  case GW_SCENE_SPRAYED:
    sprayed(f, d, c);
    break;
  case GW_SCENE_DEFOCUSED:
    blur(c, f->blur);
    break;
  case GW_SCENE_MOVED:
    if (f->turn != 0)
      turned(f, c);
    break;
  case GW_SCENE_ZONE:
    put_something(f, d, c);
    break;
  case GW_SCENE_FROZEN:
  case GW_SCENE_N_KINDS:
    break; /* whoever senses keeps the picture */
  }
  g_rand_free(d);
}
