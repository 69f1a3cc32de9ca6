#include "tests/faults/place.h"

#include <math.h>
#include <string.h>

#define WIDE 3 /* times the view */

/* Points of the view to points of the wide canvas, whose middle third it is. */
static double wx(double x) {
  return (x + PAINT_WIDTH) / WIDE;
}
static double wy(double y) {
  return (y + PAINT_HEIGHT) / WIDE;
}

static double between(GRand *dice, double a, double b) {
  return g_rand_double_range(dice, a, b);
}

static Ink tint(GRand *dice, double a, double b) {
  return INK((guint8)between(dice, a, b), (guint8)between(dice, 118, 138), (guint8)between(dice, 118, 138));
}

static void box(Canvas *c, double x, double y, double w, double h, Ink ink) {
  paint_box(c, wx(x), wy(y), w / WIDE, h / WIDE, ink);
}

static void facade(Canvas *c, GRand *dice, double x, double y, double w, double h) {
  const int columns = g_rand_int_range(dice, 3, 9), rows = g_rand_int_range(dice, 2, 7);
  const Ink wall = tint(dice, 80, 190), glass = tint(dice, 40, 90), sill = tint(dice, 120, 200);
  box(c, x, y, w, h, wall);
  for (int i = 0; i < columns * rows; i++) {
    const double cw = w / columns, rh = h / rows, at_x = x + i % columns * cw,
                 at_y = y + (int)(i / columns) * rh;
    box(c, at_x + cw * 0.2, at_y + rh * 0.2, cw * 0.6, rh * 0.5,
        g_rand_int_range(dice, 0, 9) ? glass : GREY(185));
    box(c, at_x + cw * 0.15, at_y + rh * 0.75, cw * 0.7, rh * 0.08, sill);
  }
}

/* Brick, grass, gravel: grain of several sizes that belongs to the place. */
static void texture(Canvas *c, GRand *dice, double strength) {
  const guint fine_w = c->width, fine_h = c->height;
  for (guint size = 1; size <= 8; size *= 2) {
    const guint columns = fine_w / size + 1, rows = fine_h / size + 1;
    g_autofree gint8 *grain = g_malloc((gsize)columns * rows);
    for (gsize i = 0; i < (gsize)columns * rows; i++)
      grain[i] = (gint8)lrint(between(dice, -strength, strength));
    for (guint y = 0; y < fine_h; y++)
      for (guint x = 0; x < fine_w; x++) {
        guint8 *p = &c->data[(gsize)y * fine_w + x];
        *p = CLAMP(*p + grain[(gsize)(y / size) * columns + x / size], 16, 235);
      }
  }
}

static void outdoors(Place *p, GRand *dice) {
  Canvas *c = p->wide;
  paint_gradient(c, 0, 0, PAINT_WIDTH, wy(p->ground), tint(dice, 170, 210), tint(dice, 140, 190));
  const int houses = g_rand_int_range(dice, 4, 9);
  for (int i = 0; i < houses; i++) {
    const double w = between(dice, 220, 620), h = between(dice, 120, 460);
    facade(c, dice, -1280 + i * 3840.0 / houses + between(dice, -80, 80), p->ground - h + 20, w, h);
  }
  paint_gradient(c, 0, wy(p->ground), PAINT_WIDTH, PAINT_HEIGHT - wy(p->ground), tint(dice, 90, 130),
                 tint(dice, 70, 110));
  for (int i = g_rand_int_range(dice, 1, 4); i > 0; i--) { /* ways */
    const double x = between(dice, -900, 2000), d = between(dice, -700, 700), w = between(dice, 60, 260);
    Point way[] = {{wx(x), wy(p->ground)},
                   {wx(x + w / 2), wy(p->ground)},
                   {wx(x + d + w * 2), wy(1440)},
                   {wx(x + d - w), wy(1440)}};
    paint_polygon(c, way, 4, tint(dice, 110, 160));
  }
  for (int i = g_rand_int_range(dice, 3, 14); i > 0; i--) /* posts, boxes, benches, bins */
    box(c, between(dice, -1200, 2500), between(dice, p->ground - 40, 900), between(dice, 10, 140),
        between(dice, 20, 160), tint(dice, 30, 220));
}

static void indoors(Place *p, GRand *dice) {
  Canvas *c = p->wide;
  paint_gradient(c, 0, 0, PAINT_WIDTH, wy(p->ground), tint(dice, 120, 190), tint(dice, 110, 170));
  paint_gradient(c, 0, wy(p->ground), PAINT_WIDTH, PAINT_HEIGHT - wy(p->ground), tint(dice, 80, 140),
                 tint(dice, 60, 120));
  for (int i = g_rand_int_range(dice, 5, 12); i > 0; i--) /* pillars, doors, cupboards */
    box(c, between(dice, -1200, 2500), between(dice, p->ground - 420, p->ground - 100),
        between(dice, 40, 220), between(dice, 180, 460), tint(dice, 50, 210));
  for (int i = g_rand_int_range(dice, 4, 12); i > 0; i--) { /* lines on the floor */
    const double x = between(dice, -1200, 2500), d = between(dice, -500, 500);
    paint_line(c, wx(x), wy(p->ground), wx(x + d), wy(1440), between(dice, 1, 5), tint(dice, 150, 225));
  }
  for (int i = g_rand_int_range(dice, 2, 7); i > 0; i--) /* signs and notices */
    box(c, between(dice, -1200, 2500), between(dice, p->ground - 380, p->ground - 160), between(dice, 30, 90),
        between(dice, 20, 90), tint(dice, 150, 230));
}

static double colour_of(const Canvas *c) {
  const gsize luma = (gsize)c->width * c->height;
  double sum = 0;
  for (gsize i = luma; i < c->bytes; i++)
    sum += abs((int)c->data[i] - 128);
  return sum / (double)(c->bytes - luma);
}

/* At night lamps make pools of light, or the camera's own make one that falls off to the rim. */
static void light_up(Place *p, GRand *dice) {
  const double dark = p->infrared ? between(dice, 0.12, 0.3) : between(dice, 0.14, 0.35);
  struct {
    double x, y, r, power;
  } lamps[5];
  const guint n = p->infrared ? 1 : (guint)g_rand_int_range(dice, 1, 6);
  for (guint i = 0; i < n; i++) {
    lamps[i].x = p->infrared ? 0.5 + between(dice, -0.08, 0.08) : between(dice, -0.1, 1.1);
    lamps[i].y = p->infrared ? 0.5 + between(dice, -0.08, 0.12) : between(dice, 0.1, 0.9);
    lamps[i].r = p->infrared ? between(dice, 0.4, 0.65) : between(dice, 0.12, 0.4);
    lamps[i].power = p->infrared ? between(dice, 0.6, 0.95) : between(dice, 0.4, 0.9);
  }
  p->lit = g_malloc((gsize)p->width * p->height);
  for (guint y = 0; y < p->height; y++)
    for (guint x = 0; x < p->width; x++) {
      double light = dark;
      for (guint i = 0; i < n; i++) {
        const double dx = (double)x / p->width - lamps[i].x, dy = ((double)y / p->height - lamps[i].y) * 0.75;
        light += lamps[i].power * exp(-(dx * dx + dy * dy) / (lamps[i].r * lamps[i].r));
      }
      p->lit[(gsize)y * p->width + x] = (guint8)CLAMP(light * 255, 0, 255);
    }
}

static void furnish(Place *p, GRand *dice) {
  p->lots_y = between(dice, MAX(p->ground + 60, 330), 690);
  p->car_height = between(dice, 40, 150) * (p->lots_y / 720);
  p->n_lots =
      p->kind == PLACE_HALL || p->kind == PLACE_WALL ? 0 : (guint)g_rand_int_range(dice, 0, PLACE_LOTS + 1);
  const double step = p->car_height * 3.1, from = between(dice, -100, 400);
  for (guint i = 0; i < p->n_lots; i++)
    p->lots_x[i] = from + i * step;
  p->n_trees = p->outdoor ? (guint)g_rand_int_range(dice, 0, 5) : 0;
  for (guint i = 0; i < p->n_trees; i++)
    p->trees[i] = (Point){between(dice, -50, 1330), between(dice, p->ground + 10, 720)};
}

Place *place_new(GRand *dice, guint width, guint height) {
  Place *p = g_new0(Place, 1);
  p->width = width;
  p->height = height;
  p->kind = (PlaceKind)g_rand_int_range(dice, 0, PLACE_N_KINDS);
  p->outdoor = p->kind != PLACE_GARAGE && p->kind != PLACE_HALL;
  p->infrared = p->outdoor ? g_rand_boolean(dice) : g_rand_int_range(dice, 0, 4) == 0;
  p->ground = p->kind == PLACE_WALL ? between(dice, 420, 560) : between(dice, 160, 380);
  p->wide = canvas_new(width * WIDE, height * WIDE);
  if (p->outdoor)
    outdoors(p, dice);
  else
    indoors(p, dice);
  texture(p->wide, dice, between(dice, 1, 5));
  furnish(p, dice);
  light_up(p, dice);
  p->colour = colour_of(p->wide);
  return p;
}

void place_free(Place *p) {
  if (!p)
    return;
  canvas_free(p->wide);
  g_free(p->lit);
  g_free(p);
}

static void crop_plane(const guint8 *from, guint from_width, guint8 *to, guint width, guint height, guint x,
                       guint y) {
  for (guint i = 0; i < height; i++)
    memcpy(to + (gsize)i * width, from + (gsize)(y + i) * from_width + x, width);
}

void place_crop(const Place *p, int dx, int dy, Canvas *view, gboolean with_colour) {
  const guint x = (guint)CLAMP((int)p->width + dx, 0, (int)p->width * 2),
              y = (guint)CLAMP((int)p->height + dy, 0, (int)p->height * 2);
  const gsize wide = (gsize)p->wide->width * p->wide->height, luma = (gsize)p->width * p->height;
  crop_plane(p->wide->data, p->wide->width, view->data, p->width, p->height, x, y);
  for (guint plane = 0; plane < 2 && with_colour; plane++)
    crop_plane(p->wide->data + wide + plane * wide / 4, p->wide->width / 2,
               view->data + luma + plane * luma / 4, p->width / 2, p->height / 2, x / 2, y / 2);
}
