#pragma once
#include "tests/farm/scene/paint.h"

/* Who and what moves through the scenes.  `x`, `y` is where the feet or wheels stand, `h` the height. */
void figure_walker(Canvas *canvas, double x, double y, double h, double stride, Ink coat, Ink trousers);
void figure_cyclist(Canvas *canvas, double x, double y, double h, double turn, int heading, Ink coat);
void figure_car(Canvas *canvas, double x, double y, double h, int heading, Ink body, gboolean lights);
void figure_tree(Canvas *canvas, double x, double y, double h, double sway, Ink leaves);
/* Where something is that goes from `a` to `b` and back within each `period`, smoothly. */
double figure_swing(double t, double period, double a, double b);
/* Where something is that crosses from `a` to `b` in each `period` and starts over. */
double figure_cross(double t, double period, double offset, double a, double b);
