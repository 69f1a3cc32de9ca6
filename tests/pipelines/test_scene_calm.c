/* Ordinary life raises nothing: the desk has one operator for 293 cameras. */
#include "tests/pipelines/scene_life.h"

#include <math.h>
#include <string.h>

#define STREETS 3

typedef void (*Before)(Life *life, double since_s);

static void nothing_in_each_street(double seconds, Before before, Before first) {
  for (guint64 seed = 11; seed < 11 + STREETS; seed++) {
    Life *life = life_new(seed);
    if (first)
      first(life, 0);
    life_do(life, seconds, before);
    life_run(life, 300);
    life_expect_nothing(life);
    life_free(life);
  }
}

static double any(Life *life, double from, double to) {
  return from + (to - from) * painter_random(&life->painter);
}

static void walkers(Life *life, double since_s) {
  guint n = 0;
  for (; n < 4; n++)
    life->things[n] = (PainterThing){
        (int)any(life, -10, 310), (int)any(life, 60, 130), 9, 26, (float)any(life, 20, 220), FALSE, 0};
  life_put(life, life->things, n);
}
static void people_pass(void **state) {
  nothing_in_each_street(1200, walkers, NULL);
}

static void traffic(Life *life, double since_s) {
  life->things[0] = (PainterThing){200, 110, 70, 34, 190, TRUE, 0}; /* parked */
  life->things[1] = (PainterThing){(int)any(life, -60, 300), 90, 60, 28, (float)any(life, 30, 220), TRUE, 0};
  life->things[2] =
      (PainterThing){(int)any(life, -200, 300), 60, 150, 90, (float)any(life, 60, 220), TRUE, 0};
  life_put(life, life->things, any(life, 0, 1) < 0.3 ? 3 : any(life, 0, 1) < 0.5 ? 2 : 1);
}
static void cars_pass_and_park(void **state) {
  nothing_in_each_street(2400, traffic, NULL);
}

static void a_lorry(Life *life, double since_s) {
  gboolean is_there = since_s < 66;
  life->things[0] = (PainterThing){-10, 10, 340, 180, 175, since_s > 30, 0};
  life_put(life, life->things, is_there ? 1 : 0);
}
static void a_lorry_stands_before_the_lens_for_a_minute(void **state) {
  nothing_in_each_street(240, a_lorry, NULL);
}

static void a_van_for_hours(Life *life, double since_s) {
  life->things[0] =
      (PainterThing){since_s < 1800 ? 40 : 110, 50, 150, 100, 215, since_s < 1800, 0}; /* plain later */
  life_put(life, life->things, since_s > 1700 && since_s < 1800 ? 0 : 1);
}
static void a_van_parks_in_front_for_an_hour(void **state) {
  nothing_in_each_street(3600, a_van_for_hours, NULL);
}

static void sway(Life *life, double since_s) {
  life->view.dx = any(life, -2.4, 2.4);
  life->view.dy = any(life, -1.5, 1.5);
}
static void a_pole_sways(void **state) {
  nothing_in_each_street(2400, sway, NULL);
}

static void night_noise(Life *life, double since_s) {
  life->view.noise = (float)any(life, 3, 8);
}
static void rain_and_noise(void **state) {
  nothing_in_each_street(1200, night_noise, NULL);
}

static void clouds(Life *life, double since_s) {
  life->view.light = 0.75f + 0.25f * (float)sin(since_s / 40);
  life->view.shadow = sin(since_s / 40) > 0 ? 140 : 0;
}
static void clouds_pass(void **state) {
  nothing_in_each_street(2400, clouds, NULL);
}

static void sun(Life *life, double since_s) {
  life->view.shadow = 10 + (float)since_s / 40;
  life->view.light = 0.9f + 0.1f * (float)sin(since_s / 3000);
}
static void shadows_walk_over_the_day(void **state) {
  nothing_in_each_street(3 * 3600, sun, NULL);
}

static void fog(Life *life, double since_s) {
  life->view.fog = (float)(0.93 * sin(G_PI * since_s / 3600));
}
static void fog_comes_and_goes(void **state) {
  nothing_in_each_street(3600, fog, NULL);
}

static void thick_fog(Life *life, double since_s) {
  life->view.fog = since_s < 300    ? (float)(since_s / 300) * 0.985f
                   : since_s < 2400 ? 0.985f
                                    : (float)MAX(3000 - since_s, 0) / 600 * 0.985f;
}
static void fog_hides_all(void **state) {
  nothing_in_each_street(3600, thick_fog, NULL);
}

static void dusk(Life *life, double since_s) {
  float day = (float)(0.5 + 0.5 * cos(2 * G_PI * since_s / 7200));
  life->view.light = 0.07f + 0.93f * day;
  life->view.noise = 1.5f + 3.5f * (1 - day);
}
static void dusk_and_dawn(void **state) {
  nothing_in_each_street(7200, dusk, NULL);
}

static void infrared(Life *life, double since_s) {
  gboolean is_night = fmod(since_s, 3600) > 1800;
  life->view.is_lamps = is_night;
  life->view.noise = is_night ? 4 : 1.5f;
  life->view.light = is_night ? 1.4f : 0.5f;
  life->colour = is_night ? 0.3 : 12;
}
static void a_camera_switches_to_infrared_and_back(void **state) {
  nothing_in_each_street(3 * 3600, infrared, NULL);
}

static void lamps(Life *life, double since_s) {
  gboolean is_on = fmod(since_s, 1200) < 600;
  life->view.is_lamps = TRUE;
  life->view.light = is_on ? 1.2f : 0.3f;
  life->view.noise = 3;
  life->colour = -1;
}
static void lamps_are_switched(void **state) {
  nothing_in_each_street(3600, lamps, NULL);
}

static void all_dark(Life *life, double since_s) {
  float day = (float)CLAMP(1 - since_s / 1800, 0.0, 1.0);
  life->view.light = 0.02f + day;
  life->view.lift = 12;
  life->view.noise = 2;
}
static void a_night_without_any_lamp_is_no_fault(void **state) {
  nothing_in_each_street(5400, all_dark, NULL);
}

static void insects(Life *life, double since_s) {
  guint n = 0;
  for (; n < 3; n++)
    life->things[n] = (PainterThing){(int)any(life, -60, 300),
                                     (int)any(life, -40, 150),
                                     (int)any(life, 20, 130),
                                     (int)any(life, 15, 80),
                                     235,
                                     FALSE,
                                     14};
  life_put(life, life->things, any(life, 0, 1) < 0.5 ? n : 0);
  life->view.is_lamps = TRUE;
  life->view.noise = 4;
  life->colour = 0.2;
}
static void insects_fly_before_the_lens(void **state) {
  nothing_in_each_street(2400, insects, NULL);
}

static void headlights(Life *life, double since_s) {
  life->things[0] = (PainterThing){(int)any(life, -60, 260), 80, 120, 70, 400, FALSE, 40};
  life_put(life, life->things, any(life, 0, 1) < 0.4);
  life->view.is_lamps = TRUE;
  life->view.light = any(life, 0, 1) < 0.3 ? 1.6f : 1;
  life->view.noise = 4;
}
static void headlights_shine(void **state) {
  nothing_in_each_street(2400, headlights, NULL);
}

static void calm(Life *life, double since_s) {
  life->view.noise = 0.35f;
}
static void a_quiet_sensor_is_not_frozen(void **state) {
  nothing_in_each_street(1200, calm, NULL);
}

static void each_light_switch_is_told(void **state) {
  Life *life = life_new(21);
  life_do(life, 2 * 3600, infrared);
  assert_int_equal(life_findings(life), 0);
  assert_in_range(life->lights, 3, 8);
  assert_in_range(life->references, 1, 3);
  life_free(life);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(people_pass),
      cmocka_unit_test(cars_pass_and_park),
      cmocka_unit_test(a_lorry_stands_before_the_lens_for_a_minute),
      cmocka_unit_test(a_van_parks_in_front_for_an_hour),
      cmocka_unit_test(a_pole_sways),
      cmocka_unit_test(rain_and_noise),
      cmocka_unit_test(clouds_pass),
      cmocka_unit_test(shadows_walk_over_the_day),
      cmocka_unit_test(fog_comes_and_goes),
      cmocka_unit_test(fog_hides_all),
      cmocka_unit_test(dusk_and_dawn),
      cmocka_unit_test(a_camera_switches_to_infrared_and_back),
      cmocka_unit_test(lamps_are_switched),
      cmocka_unit_test(a_night_without_any_lamp_is_no_fault),
      cmocka_unit_test(insects_fly_before_the_lens),
      cmocka_unit_test(headlights_shine),
      cmocka_unit_test(a_quiet_sensor_is_not_frozen),
      cmocka_unit_test(each_light_switch_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
