#include "tests/faults/life.h"
#include "tests/farm/scene/figures.h"

#include <math.h>
#include <string.h>

#define DAY 86400.0
#define ACTORS_MOST 6000

typedef enum ActorKind {
  WALKER,
  STANDER,
  CYCLIST,
  CAR,
  PARKED,
  TRUCK,
  HEADLIGHT,
  INSECT,
  RAIN,
  FOG,
  LAMP_OFF,
  CLOUD
} ActorKind;

typedef struct Actor {
  ActorKind kind;
  double from, to; /* seconds of this life */
  double x1, y1, x2, y2, size;
  Ink ink;
} Actor;

struct Life {
  const Place *place;
  double day_s, length_s;
  GArray *actors;  /* Actor, by kind only */
  guint first[16]; /* unused kinds have the same first and next */
  double sunrise, sunset, lot_share;
  double grain_day, grain_night;
  gint8 *grain; /* of strength 16, scaled when it is used */
  double shade_x, shade_slope, shade_depth;
  double sway_px;
  Point clock_at;
  double clock_size; /* 0: none */
  gboolean has_web;
  guint32 seed;
  guint8 *mix; /* one row of light */
};

static double between(GRand *d, double a, double b) {
  return g_rand_double_range(d, a, b);
}

static double hour_of(const Life *l, double t) {
  return fmod(l->day_s + t, DAY) / 3600;
}

double life_light(const Life *l, double t) {
  if (!l->place->outdoor)
    return 1;
  const double h = hour_of(l, t);
  const double up = CLAMP((h - l->sunrise) / 0.8 + 0.5, 0, 1),
               down = CLAMP((l->sunset - h) / 0.8 + 0.5, 0, 1);
  return MIN(up, down);
}

gboolean life_is_grey(const Life *l, double t) {
  return l->place->infrared && life_light(l, t) < 0.35;
}

static void add(Life *l, const Actor *a) {
  if (l->actors->len < ACTORS_MOST && a->to > 0 && a->from < l->length_s)
    g_array_append_val(l->actors, *a);
}

/* Events of a rate that depends on the hour, as a Poisson process. */
static double next_event(GRand *d, double t, double per_hour) {
  return per_hour <= 0 ? G_MAXDOUBLE : t - log(1 - g_rand_double(d)) * 3600 / per_hour;
}

static double busy(const Life *l, double t) { /* share of the rate at this hour */
  const double h = hour_of(l, t);
  return h < 5.5 ? 0.06 : h < 9 ? 1 : h < 17 ? 0.6 : h < 21 ? 0.9 : 0.25;
}

static void plan_passers(Life *l, GRand *d, ActorKind kind, double per_hour, double from_s, double to_s) {
  for (double t = next_event(d, 0, per_hour); t < l->length_s; t = next_event(d, t, per_hour)) {
    if (g_rand_double(d) > busy(l, t))
      continue;
    const double y = between(d, l->place->ground + 30, 715),
                 depth = (y - l->place->ground) / (720 - l->place->ground);
    const gboolean back = g_rand_boolean(d);
    Actor a = {kind,
               t,
               t + between(d, from_s, to_s),
               back ? 1380 : -100,
               y,
               back ? -100 : 1380,
               y + between(d, -60, 60),
               0,
               INK((guint8)between(d, 30, 200), (guint8)between(d, 100, 156), (guint8)between(d, 100, 156))};
    a.size = (kind == CAR ? 40 + 130 * depth : 50 + 210 * depth) * between(d, 0.85, 1.1);
    add(l, &a);
    if (kind == CAR) { /* seen from afar by what it lights */
      a.kind = HEADLIGHT;
      a.size *= between(d, 0.5, 1.6);
      add(l, &a);
    }
  }
}

static void plan_standers(Life *l, GRand *d, double per_hour) {
  for (double t = next_event(d, 0, per_hour); t < l->length_s; t = next_event(d, t, per_hour)) {
    if (g_rand_double(d) > busy(l, t))
      continue;
    const double y = between(d, l->place->ground + 30, 715),
                 depth = (y - l->place->ground) / (720 - l->place->ground);
    const Actor a = {STANDER,
                     t,
                     t + between(d, 10, 55),
                     between(d, 0, 1280),
                     y,
                     0,
                     0,
                     50 + 210 * depth,
                     INK((guint8)between(d, 30, 200), 120, 130)};
    add(l, &a);
  }
}

static void plan_parking(Life *l, GRand *d) {
  for (guint i = 0; i < l->place->n_lots; i++) {
    double t = -between(d, 0, 20000);
    while (t < l->length_s) {
      const double stay = between(d, 1200, 30000);
      Actor a = {
          PARKED,
          t,
          t + stay,
          l->place->lots_x[i],
          l->place->lots_y,
          0,
          0,
          l->place->car_height * between(d, 0.9, 1.1),
          INK((guint8)between(d, 40, 210), (guint8)between(d, 110, 150), (guint8)between(d, 110, 150))};
      if (g_rand_double(d) < l->lot_share)
        add(l, &a);
      t += stay + between(d, 300, 9000);
    }
  }
}

static void plan_spells(Life *l, GRand *d, ActorKind kind, double per_day, double from_s, double to_s) {
  for (double t = next_event(d, -to_s, per_day / 24); t < l->length_s; t = next_event(d, t, per_day / 24)) {
    const Actor a = {kind,
                     t,
                     t + between(d, from_s, to_s),
                     between(d, 0, 1280),
                     between(d, 0, 720),
                     between(d, -300, 300),
                     0,
                     between(d, 0.2, 1),
                     GREY(0)};
    add(l, &a);
    t += to_s;
  }
}

static gint by_kind(gconstpointer a, gconstpointer b) {
  const Actor *x = a, *y = b;
  return x->kind != y->kind ? (gint)x->kind - (gint)y->kind : (x->from > y->from) - (x->from < y->from);
}

static void plan(Life *l, GRand *d) {
  const gboolean outdoor = l->place->outdoor,
                 vehicles = l->place->kind != PLACE_HALL && l->place->kind != PLACE_WALL;
  plan_passers(l, d, WALKER, between(d, 2, 60), 8, 45);
  plan_passers(l, d, CYCLIST, outdoor ? between(d, 0, 20) : 0, 5, 15);
  plan_passers(l, d, CAR, vehicles ? between(d, 0, 40) : 0, 3, 14);
  plan_standers(l, d, between(d, 0, 6));
  plan_parking(l, d);
  plan_spells(l, d, TRUCK, vehicles ? 1.2 : 0, 20, 140);
  plan_spells(l, d, INSECT, outdoor ? 30 : 4, 2, 25);
  plan_spells(l, d, RAIN, outdoor ? 0.7 : 0, 1200, 9000);
  plan_spells(l, d, FOG, outdoor ? 0.12 : 0, 3600, 14000);
  plan_spells(l, d, LAMP_OFF, outdoor ? 0.4 : 6, 60, 7200);
  plan_spells(l, d, CLOUD, outdoor ? 60 : 0, 60, 900);
  g_array_sort(l->actors, by_kind);
  guint at = 0;
  for (guint kind = 0; kind < G_N_ELEMENTS(l->first); kind++) {
    while (at < l->actors->len && (guint)g_array_index(l->actors, Actor, at).kind < kind)
      at++;
    l->first[kind] = at;
  }
}

Life *life_new(const Place *place, guint32 seed, double day_s, double length_s) {
  Life *l = g_new0(Life, 1);
  GRand *d = g_rand_new_with_seed(seed);
  *l = (Life){.place = place, .day_s = day_s, .length_s = length_s, .seed = seed};
  l->actors = g_array_new(FALSE, FALSE, sizeof(Actor));
  l->sunrise = between(d, 5, 7.5);
  l->sunset = between(d, 17, 19.5);
  l->lot_share = between(d, 0.2, 0.9);
  l->grain_day = between(d, 0.6, 2);
  l->grain_night = between(d, 1.5, 5);
  l->shade_x = between(d, -600, 600);
  l->shade_slope = between(d, -0.8, 0.8);
  l->shade_depth = between(d, 0.45, 0.85);
  l->sway_px = place->outdoor && g_rand_int_range(d, 0, 4) == 0 ? 1.2 : 0;
  l->has_web = g_rand_int_range(d, 0, 10) == 0;
  l->clock_at = (Point){g_rand_boolean(d) ? 18 : 820, g_rand_boolean(d) ? 16 : 670};
  l->clock_size = g_rand_int_range(d, 0, 5) ? between(d, 22, 34) : 0;
  Canvas view = {.width = place->width, .height = place->height};
  l->grain = paint_grain_new(&view, 16, d);
  l->mix = g_malloc(place->width);
  plan(l, d);
  g_rand_free(d);
  return l;
}

void life_free(Life *l) {
  if (!l)
    return;
  g_array_unref(l->actors);
  g_free(l->grain);
  g_free(l->mix);
  g_free(l);
}

/* Whether a car that is parked there would reach into x1 … x2, y1 … y2 (points). */
static gboolean is_parked_in(const Place *p, double x1, double y1, double x2, double y2) {
  for (guint i = 0; i < p->n_lots; i++) {
    const double half = p->car_height * 1.1 * 1.7, top = p->lots_y - p->car_height * 1.1;
    if (p->lots_x[i] + half > x1 && p->lots_x[i] - half < x2 && p->lots_y + p->car_height * 0.2 > y1 &&
        top < y2)
      return TRUE;
  }
  return FALSE;
}

gboolean life_zone(const Life *l, Point corners[4]) {
  static const double lefts[] = {0.55, 0.05, 0.3, 0.6, 0.02}, widths[] = {0.38, 0.38, 0.34, 0.26, 0.26};
  const double horizon = MIN(0.55, l->place->ground / 720 + 0.12);
  for (guint low = 0; low < 2; low++)
    for (guint i = 0; i < G_N_ELEMENTS(lefts); i++) {
      const double left = lefts[i], right = left + widths[i] + 0.02,
                   top = low ? MIN(0.7, horizon + 0.2) : horizon;
      if (is_parked_in(l->place, (left - 0.03) * 1280, top * 720, right * 1280, 0.95 * 720))
        continue;
      corners[0] = (Point){left, top + 0.05};
      corners[1] = (Point){right - 0.02, top};
      corners[2] = (Point){right, 0.93};
      corners[3] = (Point){left - 0.03, 0.95};
      return TRUE;
    }
  return FALSE;
}

/* ---- painting ---- */

static const Actor *now(const Life *l, ActorKind kind, double t, guint *iter) {
  const guint end = l->first[kind + 1];
  for (guint i = MAX(*iter, l->first[kind]); i < end; i++) {
    const Actor *a = &g_array_index(l->actors, Actor, i);
    if (a->from > t)
      break;
    if (t <= a->to) {
      *iter = i + 1;
      return a;
    }
  }
  return NULL;
}

static double part(const Actor *a, double t) {
  return (t - a->from) / (a->to - a->from);
}

static void paint_actors(Life *l, double t, const LifeView *view, Canvas *c) {
  const double shift_x = -view->dx * PAINT_WIDTH / c->width, shift_y = -view->dy * PAINT_HEIGHT / c->height;
  const double wind = sin(t * 0.9) * 10 * (1 + sin(t * 0.0021));
  for (guint i = 0; i < l->place->n_trees; i++)
    figure_tree(c, l->place->trees[i].x + shift_x, l->place->trees[i].y + shift_y, 150 + 40 * i,
                wind + sin(t * 1.7 + i) * 6, INK(84, 118, 118));
  const Actor *a;
  for (guint i = 0; (a = now(l, PARKED, t, &i));)
    figure_car(c, a->x1 + shift_x, a->y1 + shift_y, a->size, 1, a->ink, FALSE);
  for (guint i = 0; (a = now(l, STANDER, t, &i));)
    figure_walker(c, a->x1 + shift_x + 3 * sin(t), a->y1 + shift_y, a->size, 0.05, a->ink, GREY(50));
  for (guint i = 0; (a = now(l, WALKER, t, &i));)
    figure_walker(c, a->x1 + (a->x2 - a->x1) * part(a, t) + shift_x,
                  a->y1 + (a->y2 - a->y1) * part(a, t) + shift_y, a->size, t, a->ink, GREY(50));
  for (guint i = 0; (a = now(l, CYCLIST, t, &i));)
    figure_cyclist(c, a->x1 + (a->x2 - a->x1) * part(a, t) + shift_x, a->y1 + shift_y, a->size, t,
                   a->x2 > a->x1 ? 1 : -1, a->ink);
  for (guint i = 0; (a = now(l, CAR, t, &i));)
    figure_car(c, a->x1 + (a->x2 - a->x1) * part(a, t) + shift_x, a->y1 + shift_y, a->size,
               a->x2 > a->x1 ? 1 : -1, a->ink, FALSE);
  for (guint i = 0; (a = now(l, TRUCK, t, &i));) { /* stops right before the lens */
    const double w = 400 + 500 * a->size, x = a->x1 - w / 2 + shift_x;
    paint_box(c, x, 120, w, 520, INK((guint8)(60 + a->y1 / 6), 124, 134));
    paint_box(c, x + w * 0.1, 200, w * 0.3, 120, GREY(60));
    paint_box(c, x, 420, w, 26, GREY(200));
    paint_oval(c, x + w * 0.2, 650, 60, 60, GREY(35));
    paint_oval(c, x + w * 0.8, 650, 60, 60, GREY(35));
  }
}

static double share_of(const Life *l, ActorKind kind, double t, double edge_s) {
  guint iter = 0;
  const Actor *a = now(l, kind, t, &iter);
  return a ? a->size * MIN(1, MIN(t - a->from, a->to - t) / edge_s) : 0;
}

/* Light, shadow and the camera's own exposure, which keeps the mean within bounds. */
static void expose(Life *l, double t, Canvas *c) {
  const double day = life_light(l, t), cloud = share_of(l, CLOUD, t, 20);
  guint iter = 0;
  const gboolean off = now(l, LAMP_OFF, t, &iter) != NULL;
  const double sun = day * (1 - 0.45 * cloud), h = hour_of(l, t);
  const gboolean shade = l->place->outdoor && day > 0.5 && cloud < 0.5;
  const double edge = (h - 12) * 220 + l->shade_x;
  const double lamps = off ? (l->place->outdoor ? 0.55 : 0.45) : 1;
  double night = 1 - day;
  const double gain = MIN(1.25, 0.95 / MAX(0.3, sun + night * 0.6 * lamps));
  for (guint y = 0; y < c->height; y++) {
    guint8 *row = c->data + (gsize)y * c->width;
    const guint8 *lit = l->place->lit + (gsize)y * c->width;
    const double line = (edge + l->shade_slope * y * PAINT_HEIGHT / c->height) / PAINT_WIDTH * c->width;
    const int from = (int)CLAMP(line, 0, c->width), to = (int)CLAMP(line + c->width * 0.4, 0, c->width);
    for (guint x = 0; x < c->width; x++) {
      double light = sun + night * lit[x] / 255.0 * lamps;
      if (!l->place->outdoor)
        light = lamps;
      if (shade && (int)x >= from && (int)x < to && y * 720.0 / c->height > l->place->ground)
        light *= l->shade_depth;
      const double v = 16 + (row[x] - 16) * light * gain;
      row[x] = (guint8)CLAMP(v, 16, 235);
    }
  }
}

/* What gives light itself, or hangs between lens and world. */
static void paint_air(Life *l, double t, Canvas *c) {
  const Actor *a;
  const gboolean dark = life_light(l, t) < 0.4;
  for (guint i = 0; dark && (a = now(l, HEADLIGHT, t, &i));) {
    const double x = a->x1 + (a->x2 - a->x1) * part(a, t);
    paint_oval(c, x, a->y1 - a->size * 0.4, a->size * 0.6, a->size * 0.4, GREY(235));
    Point beam[] = {{x, a->y1 - a->size * 0.4},
                    {x + (a->x2 > a->x1 ? 400 : -400), a->y1 - 20},
                    {x + (a->x2 > a->x1 ? 400 : -400), a->y1 + 40}};
    paint_polygon(c, beam, 3, GREY(170));
  }
  for (guint i = 0; dark && (a = now(l, INSECT, t, &i));)
    paint_oval(c, a->x1 + a->x2 * part(a, t), a->y1, 30 + 90 * a->size, 20 + 50 * a->size, GREY(200));
  if (l->has_web && dark)
    paint_line(c, 300 + 30 * sin(t / 7), -10, 420 + 20 * sin(t / 5), 730, 5, GREY(190));
  const double rain = share_of(l, RAIN, t, 120), fog = share_of(l, FOG, t, 1800) * 0.75 + rain * 0.15;
  if (fog > 0) {
    const gsize n = (gsize)c->width * c->height;
    const double grey = dark ? 70 : 165;
    for (gsize i = 0; i < n; i++)
      c->data[i] = (guint8)(c->data[i] + (grey - c->data[i]) * fog * 0.7);
  }
  GRand *d = rain > 0 ? g_rand_new_with_seed(l->seed ^ (guint32)(t * 10)) : NULL;
  for (int i = (int)(rain * 60); i > 0; i--) {
    const double x = between(d, 0, 1280), y = between(d, -40, 720), n = between(d, 15, 60);
    paint_line(c, x, y, x - n * 0.1, y + n, 4, GREY(dark ? 130 : 190));
  }
  if (d)
    g_rand_free(d);
}

static void grey_out(Canvas *c) {
  const gsize luma = (gsize)c->width * c->height;
  memset(c->data + luma, 128, c->bytes - luma);
}

void life_paint(Life *l, double t, const LifeView *view, Canvas *c, gboolean with_colour) {
  const int sway = (int)lrint(l->sway_px * sin(t * 2.3) * (sin(t * 0.004) > 0 ? 1 : 0));
  const LifeView here = {view->dx + sway, view->dy};
  place_crop(l->place, here.dx, here.dy, c, with_colour);
  paint_actors(l, t, &here, c);
  expose(l, t, c);
  paint_air(l, t, c);
  if (with_colour && life_is_grey(l, t))
    grey_out(c);
}

void life_sense(Life *l, double t, Canvas *c, GRand *dice) {
  const double strength = l->grain_day + (l->grain_night - l->grain_day) * (1 - life_light(l, t));
  const int scale = (int)lrint(strength * 16); /* grain of 16 is about three to one of it */
  const gsize n = (gsize)c->width * c->height;
  const gint8 *grain = l->grain + g_rand_int_range(dice, 0, 64 * 1024);
  for (gsize i = 0; i < n; i++)
    c->data[i] = (guint8)CLAMP(c->data[i] + ((grain[i] * scale) >> 7), 16, 235);
}

void life_clock(Life *l, double t, Canvas *c) {
  if (l->clock_size <= 0)
    return;
  const int s = (int)fmod(l->day_s + t, DAY);
  g_autofree char *text = g_strdup_printf("%02d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  paint_digits(c, l->clock_at.x, l->clock_at.y, l->clock_size, text, GREY(225));
}
