#include "tests/pipelines/scene_painter.h"

#include <math.h>
#include <string.h>

static guint32 next(Painter *painter) {
  painter->random = painter->random * 6364136223846793005u + 1442695040888963407u;
  return (guint32)(painter->random >> 33);
}

double painter_random(Painter *painter) {
  return (double)next(painter) / 2147483648.0;
}

static float normal(Painter *painter) { /* near enough: four of them */
  int sum = 0;
  guint32 bits = next(painter);
  for (int i = 0; i < 4; i++)
    sum += (int)(bits >> (7 * i) & 127);
  return (float)(sum - 254) / 73.9f;
}

static void box(Painter *p, int x0, int y0, int w, int h, float level) {
  for (int y = MAX(y0, 0); y < MIN(y0 + h, PAINTER_H); y++)
    for (int x = MAX(x0, 0); x < MIN(x0 + w, PAINTER_W); x++)
      p->world[y][x] = level;
}

static void house(Painter *p, int x0, int y0, int w, int h) {
  float level = 70 + 90 * (float)painter_random(p), pane = level - 35 - 25 * (float)painter_random(p);
  int pitch = 14 + (int)(next(p) % 14);
  box(p, x0, y0, w, h, level);
  for (int y = y0 + 6; y + 8 < y0 + h; y += pitch)
    for (int x = x0 + 5; x + 6 < x0 + w; x += pitch)
      box(p, x, y, 6 + (int)(next(p) % 3), 8, pane + 12 * (float)painter_random(p));
}

static void tree(Painter *p, int x0, int y0, int r) {
  for (int y = -r; y <= r; y++)
    for (int x = -r; x <= r; x++)
      if (x * x + y * y < r * r && y0 + y >= 0 && y0 + y < PAINTER_H && x0 + x >= 0 && x0 + x < PAINTER_W)
        p->world[y0 + y][x0 + x] = 55 + 22 * (float)((next(p) >> 3) % 3);
}

void painter_init(Painter *p, guint64 seed) {
  memset(p, 0, sizeof *p);
  p->random = seed * 77 + 5;
  int skyline = 200 + (int)(next(p) % 60);
  for (int y = 0; y < PAINTER_H; y++)
    for (int x = 0; x < PAINTER_W; x++)
      p->world[y][x] = y < skyline ? 205 - (float)y * 0.1f : 105 + (float)(y - skyline) * 0.08f;
  for (int x = 10 + (int)(next(p) % 30); x < PAINTER_W - 60;) {
    int w = 50 + (int)(next(p) % 90), h = 60 + (int)(next(p) % 110);
    house(p, x, skyline + 30 - h, w, h);
    x += w + (int)(next(p) % 40);
  }
  for (int i = 0; i < 14; i++)
    tree(p, (int)(next(p) % PAINTER_W), skyline + (int)(next(p) % 60), 10 + (int)(next(p) % 14));
  for (int y = skyline + 60; y < PAINTER_H; y += 55) /* lanes and kerbs */
    for (int x = (int)(next(p) % 20); x < PAINTER_W; x += 46)
      box(p, x, y, 26, 3, 175);
  box(p, 0, skyline + 34, PAINTER_W, 4, 150);
  for (int i = 0; i < 12; i++)
    box(p, (int)(next(p) % PAINTER_W), skyline - 20 + (int)(next(p) % 200), 3, 40, 60);
  for (int y = 0; y < PAINTER_H; y++)
    for (int x = 0; x < PAINTER_W; x++) {
      float far = hypotf((float)(x % 320) - 160, (float)y - (float)skyline - 40);
      p->lamp[y][x] = 0.12f + 0.6f * expf(-far * far / 12000);
    }
}

static float at(float plane[PAINTER_H][PAINTER_W], double x, double y) {
  x = CLAMP(x, 0, PAINTER_W - 1.01);
  y = CLAMP(y, 0, PAINTER_H - 1.01);
  int ix = (int)x, iy = (int)y;
  float fx = (float)(x - ix), fy = (float)(y - iy);
  return (1 - fy) * ((1 - fx) * plane[iy][ix] + fx * plane[iy][ix + 1]) +
         fy * ((1 - fx) * plane[iy + 1][ix] + fx * plane[iy + 1][ix + 1]);
}

static float thing_level(const PainterThing *thing, int x, int y) {
  int u = x - thing->x, v = y - thing->y;
  if (!thing->is_car)
    return thing->level;
  gboolean is_window = v > thing->h / 6 && v < thing->h / 2 && u % MAX(thing->w / 3, 4) > 3;
  gboolean is_wheel = v > thing->h * 3 / 4 && (u / MAX(thing->w / 6, 2)) % 3 == 1;
  return is_window || is_wheel ? thing->level * 0.4f : thing->level;
}

static float thing_cover(const PainterThing *thing, int x, int y) {
  float in = (float)MIN(MIN(x - thing->x, thing->x + thing->w - 1 - x),
                        MIN(y - thing->y, thing->y + thing->h - 1 - y));
  if (thing->soft <= 0)
    return in >= 0 ? 1 : 0;
  return CLAMP(0.5f + in / thing->soft, 0.f, 1.f);
}

static void blur(float *plane, float sigma) {
  int r = MIN((int)(3 * sigma) + 1, 40);
  float weights[81], sum = 0;
  g_autofree float *copy = g_new(float, GW_SCENE_WIDTH *GW_SCENE_HEIGHT);
  for (int i = -r; i <= r; i++)
    sum += weights[i + r] = expf(-(float)(i * i) / (2 * sigma * sigma));
  for (int pass = 0; pass < 2; pass++) {
    memcpy(copy, plane, sizeof(float) * GW_SCENE_WIDTH * GW_SCENE_HEIGHT);
    for (int y = 0; y < GW_SCENE_HEIGHT; y++)
      for (int x = 0; x < GW_SCENE_WIDTH; x++) {
        float to = 0;
        for (int i = -r; i <= r; i++) {
          int sx = pass ? x : CLAMP(x + i, 0, GW_SCENE_WIDTH - 1),
              sy = pass ? CLAMP(y + i, 0, GW_SCENE_HEIGHT - 1) : y;
          to += weights[i + r] * copy[sy * GW_SCENE_WIDTH + sx];
        }
        plane[y * GW_SCENE_WIDTH + x] = to / sum;
      }
  }
}

static void clock_on(float *plane, int second) {
  for (int digit = 0; digit < 14; digit++) {
    int what = digit < 12 ? digit * 7 : second / (digit == 12 ? 10 : 1) % 10;
    for (int i = 0; i < 15; i++) /* 3x5 dots of 2x2 */
      for (int k = 0; k < 4; k++) {
        int x = 8 + digit * 8 + i % 3 * 2 + k % 2, y = 6 + i / 3 * 2 + k / 2;
        plane[y * GW_SCENE_WIDTH + x] = (what * 2654435761u >> (i + 3) & 1) ? 235 : 20;
      }
  }
}

const guint8 *painter_paint(Painter *p, const PainterView *view) {
  g_autofree float *plane = g_new(float, GW_SCENE_WIDTH *GW_SCENE_HEIGHT);
  double zoom = view->zoom > 0 ? view->zoom : 1;
  float light = view->light > 0 ? view->light : 1;
  for (int y = 0; y < GW_SCENE_HEIGHT; y++)
    for (int x = 0; x < GW_SCENE_WIDTH; x++) {
      double wx = 320 + 160 + (x - 160 + view->dx) / zoom, wy = 180 + 90 + (y - 90 + view->dy) / zoom;
      float level = at(p->world, wx, wy);
      if (view->is_lamps)
        level *= at(p->lamp, wx, wy);
      if (view->shadow > 0 && x < view->shadow && y > 60)
        level *= 0.55f;
      for (guint i = 0; i < view->n_things; i++) {
        float cover = thing_cover(&view->things[i], x, y);
        if (cover > 0)
          level += cover * (thing_level(&view->things[i], x, y) - level);
      }
      level = level * (1 - view->fog) + 190 * view->fog;
      plane[y * GW_SCENE_WIDTH + x] = light * level + view->lift;
    }
  if (view->blur > 0)
    blur(plane, view->blur);
  if (view->has_clock)
    clock_on(plane, (int)view->at_s);
  for (int i = 0; i < GW_SCENE_WIDTH * GW_SCENE_HEIGHT; i++) {
    float noise = view->noise > 0 ? view->noise * normal(p) : 0;
    p->luma[i] = (guint8)CLAMP(plane[i] + noise + 0.5f, 0, 255);
  }
  return p->luma;
}
