#pragma once
#include "tests/faults/place.h"

/* What happens before a camera in a day, drawn from a seed: people, cars, weather, light.  life_paint() gives
 * the picture of any second, so that a day is run in as many steps as are wanted.  Thread: one. */
typedef struct Life Life;

typedef struct LifeView { /* how the camera looks, which faults change */
  int dx, dy;             /* pixels away from where it should look */
} LifeView;

/* `day_s`: local second of the day at `t` 0. */
Life *life_new(const Place *place, guint32 seed, double day_s, double length_s);
void life_free(Life *life);

/* A zone in which nobody of ordinary life stays longer than a lorry does, so nobody parks; corners in
 * fractions. FALSE: cars park all over. */
gboolean life_zone(const Life *life, Point corners[4]);
double life_light(const Life *life, double t);     /* 0 night … 1 day */
gboolean life_is_grey(const Life *life, double t); /* by infrared: no colour */
/* Everything before lens and sensor. */
void life_paint(Life *life, double t, const LifeView *view, Canvas *canvas, gboolean with_colour);
/* Sensor noise, then the burnt-in clock; `dice` is the sensor's own. */
void life_sense(Life *life, double t, Canvas *canvas, GRand *dice);
void life_clock(Life *life, double t, Canvas *canvas);
