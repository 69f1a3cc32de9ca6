#include "tests/farm/scene/scenes.h"
#include "tests/farm/scene/figures.h"

#include <math.h>
#include <string.h>

#define LEAF INK(84, 118, 118)
#define ASPHALT GREY(92)
#define COAT_RED INK(84, 118, 178)
#define COAT_BLUE INK(80, 160, 114)
#define COAT_GREEN INK(92, 116, 112)
#define COAT_SAND INK(150, 112, 138)
#define VEST INK(190, 70, 150)
#define DARK GREY(46)

static void facade(Canvas *c, double x, double y, double w, double h, int columns, int rows, Ink wall) {
  paint_gradient(c, x, y, w, h, INK(MIN(wall.y + 16, 235), wall.u, wall.v), wall);
  double cw = w / columns, rh = h / rows;
  for (int i = 0; i < columns * rows; i++) {
    double at_x = x + i % columns * cw, at_y = y + (int)(i / columns) * rh;
    gboolean lit = (i * 7 + rows) % 11 == 0;
    paint_box(c, at_x + cw * 0.22, at_y + rh * 0.2, cw * 0.56, rh * 0.5,
              lit ? INK(190, 108, 140) : INK(66, 134, 124));
    paint_box(c, at_x + cw * 0.16, at_y + rh * 0.76, cw * 0.68, rh * 0.07, GREY(150));
    paint_box(c, at_x + cw * 0.48, at_y + rh * 0.2, cw * 0.04, rh * 0.5, GREY(150));
  }
}

static void yard_still(Canvas *c) {
  paint_gradient(c, 0, 0, 1280, 250, INK(196, 136, 122), INK(168, 132, 126));
  facade(c, 30, 20, 470, 300, 7, 5, INK(132, 122, 136));
  facade(c, 790, 50, 470, 270, 7, 4, INK(120, 124, 134));
  paint_gradient(c, 0, 320, 1280, 400, INK(104, 118, 120), INK(84, 116, 118));
  Point path[] = {{560, 320}, {700, 320}, {1010, 720}, {270, 720}},
        across[] = {{0, 470}, {1280, 440}, {1280, 520}, {0, 560}};
  paint_polygon(c, path, 4, GREY(142));
  paint_polygon(c, across, 4, GREY(132));
  paint_box(c, 206, 250, 76, 70, GREY(70)); /* the entrance */
  paint_box(c, 1010, 610, 150, 10, INK(100, 120, 140));
  paint_box(c, 1022, 620, 10, 36, GREY(60));
  paint_box(c, 1138, 620, 10, 36, GREY(60));
}

static void yard_moving(Canvas *c, double t, double length) {
  figure_tree(c, 600, 350, 190, figure_swing(t, 4, -6, 6), LEAF);
  figure_walker(c, figure_cross(t, length, 0.1, -60, 1340), 512, 126, t * 1.1, COAT_BLUE, DARK);
  figure_walker(c, figure_cross(t, length, 0.55, 1340, -60), 486, 112, t * 1.2, COAT_RED, GREY(60));
  double near = figure_swing(t, length, 0, 1);
  figure_walker(c, 640 - 60 * near, 380 + 300 * near, 80 + 130 * near, t, VEST, INK(60, 134, 124));
  figure_walker(c, 1085, 640, 90, 0.08 * sin(t * 2), COAT_SAND, GREY(70));
  figure_tree(c, 150, 640, 330, figure_swing(t, 5, -12, 10), LEAF);
}

static void gate_still(Canvas *c) {
  paint_gradient(c, 0, 0, 1280, 300, INK(180, 138, 120), INK(156, 132, 126));
  facade(c, 860, 60, 420, 240, 6, 4, INK(124, 122, 136));
  paint_gradient(c, 0, 290, 1280, 430, GREY(112), GREY(84));
  for (int i = 0; i < 6; i++)
    paint_box(c, 40 + i * 230, 560, 130, 12, GREY(200));
  paint_box(c, 0, 200, 330, 120, INK(110, 122, 140));
  paint_box(c, 330, 170, 24, 190, GREY(96));
  paint_gradient(c, 500, 190, 150, 230, INK(150, 124, 134), INK(122, 124, 134)); /* the booth */
  paint_box(c, 516, 220, 118, 90, INK(70, 136, 122));
  paint_box(c, 486, 170, 178, 26, INK(84, 126, 148));
  paint_box(c, 690, 330, 22, 110, INK(170, 80, 152));
}

static void gate_moving(Canvas *c, double t, double length) {
  double lift = CLAMP(sin(2 * G_PI * (t / length - 0.12)) * 3, 0, 1) * 1.2;
  double tip_x = 712 + 520 * cos(lift), tip_y = 350 - 520 * sin(lift);
  figure_walker(c, 585, 336, 120, 0.05 * sin(t * 3), VEST, DARK);
  paint_box(c, 516, 290, 118, 130, INK(126, 124, 134));
  figure_car(c, figure_cross(t, length, 0.02, 1700, -500), 640, 150, -1, INK(150, 124, 132), FALSE);
  figure_cyclist(c, figure_cross(t, length / 2, 0.3, -150, 1430), 500, 170, t * 1.4, 1, COAT_GREEN);
  paint_line(c, 700, 350, tip_x, tip_y, 12, GREY(215));
  for (int i = 1; i < 9; i += 2)
    paint_line(c, 700 + (tip_x - 700) * i / 9, 350 + (tip_y - 350) * i / 9, 700 + (tip_x - 700) * (i + 1) / 9,
               350 + (tip_y - 350) * (i + 1) / 9, 12, INK(90, 100, 200));
  figure_walker(c, figure_cross(t, length, 0.7, -60, 1340), 700, 190, t, COAT_BLUE, GREY(58));
}

static void corridor_still(Canvas *c) {
  Point floor_[] = {{0, 720}, {1280, 720}, {740, 330}, {540, 330}},
        ceiling[] = {{0, 0}, {1280, 0}, {740, 210}, {540, 210}};
  Point left[] = {{0, 0}, {540, 210}, {540, 330}, {0, 720}},
        right[] = {{1280, 0}, {740, 210}, {740, 330}, {1280, 720}};
  paint_box(c, 0, 0, 1280, 720, GREY(120));
  paint_polygon(c, ceiling, 4, GREY(176));
  paint_polygon(c, floor_, 4, INK(116, 122, 132));
  paint_polygon(c, left, 4, INK(150, 124, 132));
  paint_polygon(c, right, 4, INK(138, 124, 132));
  paint_box(c, 540, 210, 200, 120, GREY(128));
  paint_box(c, 596, 232, 88, 98, INK(92, 132, 124));
  for (int i = 0; i < 3; i++) {
    double s = pow(0.55, i), x = 540 - 540 * s, w = 120 * s, top = 210 - 150 * s, bottom = 330 + 380 * s;
    Point door[] = {{x + w * 0.5, top + 60 * s},
                    {x + w * 1.5, top + 105 * s},
                    {x + w * 1.5, bottom - 92 * s},
                    {x + w * 0.5, bottom - 20 * s}};
    Point other[] = {{1280 - door[0].x, door[0].y},
                     {1280 - door[1].x, door[1].y},
                     {1280 - door[1].x, door[1].y + (bottom - top - 257 * s)},
                     {1280 - door[0].x, door[3].y}};
    other[2].y = door[2].y;
    paint_polygon(c, door, 4, INK(96, 120, 144));
    paint_polygon(c, other, 4, INK(90, 120, 144));
  }
  paint_box(c, 1090, 300, 70, 96, INK(110, 104, 190)); /* the hydrant's box */
}

static void corridor_moving(Canvas *c, double t, double length) {
  for (int i = 0; i < 3; i++) {
    double s = pow(0.5, i);
    gboolean flickers = i == 1 && fmod(t, 3.3) < 0.25;
    Point lamp[] = {{640 - 150 * s, 190 - 160 * s},
                    {640 + 150 * s, 190 - 160 * s},
                    {640 + 110 * s, 198 - 110 * s},
                    {640 - 110 * s, 198 - 110 * s}};
    paint_polygon(c, lamp, 4, flickers ? GREY(150) : GREY(232));
  }
  double far = figure_swing(t, length, 1, 0), h = 100 + 460 * (1 - far);
  figure_walker(c, 640 + 90 * (1 - far), 340 + 330 * (1 - far), h, t * 1.1, COAT_GREEN, DARK);
  double other = figure_swing(t + length / 3, length / 2, 0, 0.45);
  figure_walker(c, 600 - 150 * other, 345 + 330 * other, 105 + 300 * other, t * 1.2, COAT_RED, GREY(58));
}

static void road_still(Canvas *c) {
  paint_gradient(c, 0, 0, 1280, 260, INK(34, 140, 124), INK(52, 136, 126));
  for (int i = 0; i < 5; i++)
    facade(c, i * 270 - 20, 60 + i % 2 * 40, 230, 210 - i % 2 * 40, 5, 4, INK(50, 130, 130));
  paint_gradient(c, 0, 260, 1280, 460, GREY(58), GREY(78));
  paint_box(c, 0, 330, 1280, 60, GREY(88));
  for (int i = 0; i < 8; i++)
    paint_box(c, i * 180 - 40, 548, 100, 9, GREY(170));
  for (int i = 0; i < 3; i++) {
    double x = 190 + i * 450;
    paint_oval(c, x + 60, 430, 210, 46, INK(104, 118, 136));
    paint_box(c, x, 110, 9, 250, GREY(104));
    paint_line(c, x, 114, x + 84, 96, 8, GREY(104));
    paint_oval(c, x + 88, 100, 26, 10, INK(232, 104, 142));
  }
}

static void road_moving(Canvas *c, double t, double length) {
  figure_walker(c, figure_cross(t, length, 0.2, -40, 1320), 384, 110, t * 1.1, VEST, DARK);
  figure_walker(c, figure_cross(t, length, 0.26, -40, 1320), 388, 106, t * 1.1 + 0.4, VEST, DARK);
  figure_car(c, figure_cross(t, length / 3, 0.5, 1800, -600), 520, 120, -1, INK(88, 120, 150), TRUE);
  figure_cyclist(c, figure_cross(t, length / 2, 0.9, 1450, -170), 590, 170, t * 1.5, -1, INK(120, 150, 110));
  figure_car(c, figure_cross(t, length / 2, 0.1, -700, 1900), 690, 160, 1, INK(120, 132, 120), TRUE);
}

static void plaza_still(Canvas *c) {
  paint_gradient(c, 0, 0, 1280, 200, INK(186, 136, 122), INK(166, 130, 126));
  facade(c, 0, 40, 1280, 150, 20, 3, INK(128, 122, 136));
  paint_gradient(c, 0, 190, 1280, 530, GREY(150), GREY(122));
  for (int i = 0; i < 9; i++)
    paint_line(c, 640 + (i - 4) * 70, 190, 640 + (i - 4) * 330, 720, 3, GREY(112));
  for (int i = 0; i < 6; i++)
    paint_box(c, 0, 200 + i * i * 16, 1280, 3, GREY(112));
  paint_oval(c, 640, 430, 250, 70, GREY(98));
  paint_oval(c, 640, 424, 236, 62, INK(126, 146, 112));
}

static void plaza_moving(Canvas *c, double t, double length) {
  for (int i = 0; i < 12; i++) {
    double h = 30 + 70 * fabs(sin(t * 1.6 + i * 1.9));
    paint_line(c, 560 + i * 15, 424, 560 + i * 15 + (i - 6) * 2, 424 - h, 4, INK(196, 138, 122));
  }
  for (int i = 0; i < 8; i++) { /* the evening's dance: eight who step together */
    double side = 26 * sin(t * G_PI), x = 130 + i % 4 * 84 + side, y = 520 + (int)(i / 4) * 110;
    figure_walker(c, x, y, 120 + (int)(i / 4) * 26, t + 0.25 * sin(t * G_PI), i % 3 ? COAT_RED : COAT_SAND,
                  DARK);
  }
  double a = 2 * G_PI * t / length;
  figure_cyclist(c, 640 + 420 * cos(a), 450 + 130 * sin(a), 110 + 30 * sin(a), t * 1.2, sin(a) > 0 ? -1 : 1,
                 COAT_BLUE);
  figure_walker(c, figure_cross(t, length, 0.4, 1330, -50), 660, 170, t, COAT_GREEN, GREY(60));
}

static const Scene scenes[] = {
    {"corridor", corridor_still, corridor_moving, 6},
    {"gate", gate_still, gate_moving, 5},
    {"plaza", plaza_still, plaza_moving, 5},
    {"road", road_still, road_moving, 9},
    {"yard", yard_still, yard_moving, 5},
};

const Scene *scene_find(const char *name) {
  for (guint i = 0; i < G_N_ELEMENTS(scenes); i++)
    if (strcmp(scenes[i].name, name) == 0)
      return &scenes[i];
  return NULL;
}

const char *scene_names(void) {
  return "corridor, gate, plaza, road, yard";
}
