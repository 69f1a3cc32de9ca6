#include "tests/farm/scene/figures.h"

#include <math.h>

double figure_swing(double t, double period, double a, double b) {
  return a + (b - a) * (0.5 - 0.5 * cos(2 * G_PI * t / period));
}

double figure_cross(double t, double period, double offset, double a, double b) {
  double part = fmod(t / period + offset, 1);
  return a + (b - a) * part;
}

void figure_walker(Canvas *canvas, double x, double y, double h, double stride, Ink coat, Ink trousers) {
  double swing = sin(stride * 2 * G_PI) * h * 0.16, thick = h * 0.09;
  paint_oval(canvas, x + h * 0.05, y, h * 0.28, h * 0.05, GREY(62));
  paint_line(canvas, x, y - h * 0.46, x + swing, y, thick, trousers);
  paint_line(canvas, x, y - h * 0.46, x - swing, y - 1, thick, trousers);
  paint_line(canvas, x, y - h * 0.78, x - swing * 0.8, y - h * 0.45, thick * 0.7, coat);
  paint_oval(canvas, x, y - h * 0.63, h * 0.13, h * 0.22, coat);
  paint_line(canvas, x, y - h * 0.78, x + swing * 0.8, y - h * 0.45, thick * 0.7, coat);
  paint_oval(canvas, x, y - h * 0.92, h * 0.075, h * 0.085, INK(140, 116, 146));
  paint_oval(canvas, x, y - h * 0.96, h * 0.075, h * 0.05, GREY(44));
}

static void wheel(Canvas *canvas, double x, double y, double r, double turn) {
  paint_oval(canvas, x, y - r, r, r, GREY(40));
  paint_oval(canvas, x, y - r, r * 0.78, r * 0.78, GREY(108));
  for (guint i = 0; i < 3; i++) {
    double a = turn * 2 * G_PI + i * G_PI / 3;
    paint_line(canvas, x - r * 0.8 * cos(a), y - r - r * 0.8 * sin(a), x + r * 0.8 * cos(a),
               y - r + r * 0.8 * sin(a), r * 0.08, GREY(60));
  }
}

void figure_cyclist(Canvas *canvas, double x, double y, double h, double turn, int heading, Ink coat) {
  double r = h * 0.2, leg = sin(turn * 2 * G_PI) * r * 0.7;
  paint_oval(canvas, x, y, h * 0.5, h * 0.04, GREY(62));
  wheel(canvas, x - h * 0.34, y, r, turn);
  wheel(canvas, x + h * 0.34, y, r, turn);
  paint_line(canvas, x - h * 0.34, y - r, x + heading * h * 0.05, y - h * 0.42, h * 0.04, INK(90, 140, 110));
  paint_line(canvas, x + heading * h * 0.34, y - r, x + heading * h * 0.27, y - h * 0.55, h * 0.04,
             INK(90, 140, 110));
  paint_line(canvas, x - heading * h * 0.05, y - h * 0.5, x + leg, y - r, h * 0.08, GREY(52));
  paint_oval(canvas, x - heading * h * 0.02, y - h * 0.66, h * 0.11, h * 0.2, coat);
  paint_line(canvas, x, y - h * 0.76, x + heading * h * 0.27, y - h * 0.56, h * 0.05, coat);
  paint_oval(canvas, x + heading * h * 0.03, y - h * 0.92, h * 0.07, h * 0.08, INK(140, 116, 146));
}

void figure_car(Canvas *canvas, double x, double y, double h, int heading, Ink body, gboolean lights) {
  double w = h * 2.9;
  Point cabin[] = {
      {x - w * 0.28, y - h * 0.6}, {x - w * 0.17, y - h}, {x + w * 0.16, y - h}, {x + w * 0.3, y - h * 0.6}};
  Point glass[] = {{x - w * 0.24, y - h * 0.62},
                   {x - w * 0.155, y - h * 0.93},
                   {x + w * 0.145, y - h * 0.93},
                   {x + w * 0.25, y - h * 0.62}};
  paint_oval(canvas, x, y, w * 0.52, h * 0.08, GREY(48));
  paint_polygon(canvas, cabin, 4, body);
  paint_polygon(canvas, glass, 4, INK(70, 132, 124));
  paint_box(canvas, x - w / 2, y - h * 0.62, w, h * 0.46, body);
  paint_box(canvas, x - w * 0.01, y - h * 0.95, w * 0.03, h * 0.36, body);
  wheel(canvas, x - w * 0.3, y, h * 0.2, x / (h * 1.3));
  wheel(canvas, x + w * 0.3, y, h * 0.2, x / (h * 1.3));
  paint_box(canvas, heading > 0 ? x + w * 0.46 : x - w * 0.5, y - h * 0.52, w * 0.04, h * 0.14,
            lights ? INK(235, 110, 140) : GREY(200));
  paint_box(canvas, heading > 0 ? x - w * 0.5 : x + w * 0.47, y - h * 0.52, w * 0.03, h * 0.14,
            INK(90, 110, 200));
  if (!lights)
    return;
  double front = x + heading * w / 2;
  Point beam[] = {
      {front, y - h * 0.46}, {front + heading * w, y - h * 0.1}, {front + heading * w, y + h * 0.12}};
  paint_polygon(canvas, beam, 3, INK(150, 118, 134));
}

void figure_tree(Canvas *canvas, double x, double y, double h, double sway, Ink leaves) {
  paint_line(canvas, x, y, x + sway * 0.3, y - h * 0.55, h * 0.07, INK(64, 122, 136));
  paint_oval(canvas, x + sway * 0.6, y - h * 0.58, h * 0.28, h * 0.2, INK(leaves.y - 14, leaves.u, leaves.v));
  paint_oval(canvas, x + sway - h * 0.1, y - h * 0.74, h * 0.24, h * 0.2, leaves);
  paint_oval(canvas, x + sway * 1.2 + h * 0.1, y - h * 0.78, h * 0.2, h * 0.18,
             INK(leaves.y + 10, leaves.u, leaves.v));
}
