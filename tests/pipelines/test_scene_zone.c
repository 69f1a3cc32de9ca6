/* Something came into a zone and stayed: told once, after its dwell time, and told when it left. */
#include "tests/pipelines/scene_life.h"

#include <math.h>

#define ZONE 7
#define DWELL_S 120

static const GwSceneZone lane = {
    .id = ZONE,
    .n_points = 4,
    .points = {{0.3f, 0.5f}, {0.8f, 0.5f}, {0.85f, 0.95f}, {0.25f, 0.95f}},
    .dwell_s = DWELL_S,
};
static const PainterThing car = {130, 105, 72, 34, 200, TRUE, 0};
static const PainterThing elsewhere = {4, 110, 60, 30, 200, TRUE, 0};
static const PainterThing bag = {150, 130, 16, 14, 35, FALSE, 0};

static Life *life_with(const GwSceneZone *zone, int utc_offset_s) {
  Life *life = life_new(31);
  gw_scene_set_zones(life->scene, zone, 1, utc_offset_s);
  life_run(life, 60);
  return life;
}

static void expect_found(const PainterThing *thing) {
  Life *life = life_with(&lane, 0);
  life_put(life, thing, 1);
  double at_s = life->now_s;
  life_run(life, DWELL_S - 20);
  life_expect_nothing(life);
  life_run(life, 60);
  life_expect(life, GW_SCENE_ZONE, at_s, DWELL_S + 25);
  assert_int_equal(life->last.zone_id, ZONE);
  assert_true(gw_scene_has(life->scene, GW_SCENE_ZONE, ZONE));
  life_free(life);
}

static void a_car_that_stays_is_found_after_its_dwell_time(void **state) {
  expect_found(&car);
}
static void a_bag_of_rubbish_is_found(void **state) {
  expect_found(&bag);
}

static void it_is_told_once_and_does_not_become_background(void **state) {
  Life *life = life_with(&lane, 0);
  life_put(life, &car, 1);
  life_run(life, 5 * 3600);
  assert_int_equal(life->raised[GW_SCENE_ZONE], 1);
  assert_int_equal(life->ended[GW_SCENE_ZONE], 0);
  life_free(life);
}

static void it_ends_when_it_left_and_begins_again(void **state) {
  Life *life = life_with(&lane, 0);
  for (guint i = 1; i <= 3; i++) {
    life_put(life, &car, 1);
    life_run(life, DWELL_S + 60);
    assert_int_equal(life->raised[GW_SCENE_ZONE], i);
    life->view.n_things = 0;
    life_run(life, 60);
    assert_int_equal(life->ended[GW_SCENE_ZONE], i);
    assert_false(gw_scene_has(life->scene, GW_SCENE_ZONE, ZONE));
  }
  life_free(life);
}

static void it_ends_after_hours_of_other_light(void **state) {
  Life *life = life_with(&lane, 0);
  life_put(life, &car, 1);
  life_run(life, DWELL_S + 60);
  for (int i = 0; i < 120; i++) {
    life->view.light = 1 - 0.004f * (float)i;
    life_run(life, 60);
  }
  assert_int_equal(life->ended[GW_SCENE_ZONE], 0);
  life->view.n_things = 0;
  life_run(life, 420);
  assert_int_equal(life->raised[GW_SCENE_ZONE], 1);
  assert_int_equal(life->ended[GW_SCENE_ZONE], 1);
  life_free(life);
}

static void one_who_passes_before_it_does_not_begin_it_anew(void **state) {
  Life *life = life_with(&lane, 0);
  life_put(life, (PainterThing[]){car, {150, 100, 12, 40, 60, FALSE, 0}}, 2);
  double at_s = life->now_s;
  for (int i = 0; i < 15; i++) {
    life->view.n_things = i % 4 == 2 ? 2 : 1;
    life->things[1].x = 100 + 9 * i;
    life_run(life, 10);
  }
  life_expect(life, GW_SCENE_ZONE, at_s, DWELL_S + 30);
  life_free(life);
}

static void what_was_there_when_it_is_learned_is_right(void **state) {
  Life *life = life_with(&lane, 0);
  life_put(life, &car, 1);
  life_run(life, DWELL_S + 60);
  gw_scene_learn(life->scene);
  life_run(life, 2 * DWELL_S);
  assert_int_equal(life->ended[GW_SCENE_ZONE], 1);
  assert_int_equal(life->raised[GW_SCENE_ZONE], 1);
  life_free(life);
}

/* ---- a worker that starts anew has the reference alone ---- */

static Life *life_anew(Life *life) {
  g_autoptr(GBytes) bytes = gw_scene_reference(life->scene);
  gw_scene_free(life->scene);
  life->scene = gw_scene_new();
  life->now_s += 30;
  gw_scene_set_zones(life->scene, &lane, 1, 0);
  gsize n = 0;
  const guint8 *data = g_bytes_get_data(bytes, &n);
  assert_true(gw_scene_set_reference(life->scene, data, n));
  gw_scene_reconnected(life->scene);
  return life;
}

static void what_stands_there_when_a_worker_starts_is_found_again(void **state) {
  Life *life = life_with(&lane, 0);
  life_put(life, &car, 1);
  life_run(life, DWELL_S + 60);
  assert_int_equal(life->raised[GW_SCENE_ZONE], 1);
  (void)life_anew(life);
  life->view.light = 0.85f; /* a cloud */
  life_run(life, DWELL_S + 40);
  assert_int_equal(life->raised[GW_SCENE_ZONE], 2);
  life->view.n_things = 0;
  life_run(life, 60);
  assert_int_equal(life->ended[GW_SCENE_ZONE], 1);
  assert_int_equal(life_findings(life), 2);
  life_free(life);
}

static void what_belongs_there_is_not_found_when_a_worker_starts(void **state) {
  Life *life = life_with(&lane, 0);
  life_put(life, &car, 1);
  gw_scene_learn(life->scene);
  life_run(life, 180);
  (void)life_anew(life);
  life_run(life, 3 * DWELL_S);
  life_expect_nothing(life);
  (void)life_anew(life);
  life->view.n_things = 0; /* it left meanwhile */
  life_run(life, 3 * DWELL_S);
  life_expect_nothing(life);
  life_free(life);
}

static void shadows_of_another_hour_are_not_found_when_a_worker_starts(void **state) {
  for (int x = 90; x <= 230; x += 20) {
    Life *life = life_anew(life_with(&lane, 0));
    life->view.shadow = (float)x;
    life_run(life, 3 * DWELL_S);
    life_expect_nothing(life);
    life_free(life);
  }
}

static void another_light_is_no_reference_for_a_zone(void **state) {
  Life *life = life_with(&lane, 0);
  (void)life_anew(life);
  life->view.is_lamps = TRUE;
  life->view.noise = 4;
  life->colour = 0.2;
  life_run(life, 1800);
  life_expect_nothing(life);
  life_free(life);
}

/* ---- what is not in a zone, or does not stay ---- */

static void a_car_beside_the_zone_is_nobodys_business(void **state) {
  Life *life = life_with(&lane, 0);
  life_put(life, &elsewhere, 1);
  life_run(life, 600);
  life_expect_nothing(life);
  life_free(life);
}

static void pass(Life *life, double since_s) {
  guint n = 0;
  for (; n < 2; n++)
    life->things[n] = (PainterThing){(int)(300 * painter_random(&life->painter)),
                                     70 + (int)(60 * painter_random(&life->painter)),
                                     10 + (int)(40 * painter_random(&life->painter)),
                                     30,
                                     (float)(20 + 200 * painter_random(&life->painter)),
                                     TRUE,
                                     0};
  life_put(life, life->things, n);
}
static void people_and_cars_that_pass_are_not_found(void **state) {
  Life *life = life_with(&lane, 0);
  life_do(life, 3600, pass);
  life_expect_nothing(life);
  life_free(life);
}

static void sunlight(Life *life, double since_s) {
  gboolean is_cloudy = fmod(since_s, 700) > 350;
  life->view.shadow = is_cloudy ? 0 : 120 + (float)since_s / 50;
  life->view.light = is_cloudy ? 0.65f : 1;
}
static void shadows_that_walk_come_and_go_are_not_found(void **state) {
  Life *life = life_with(&lane, 0);
  life_do(life, 2 * 3600, sunlight);
  life_expect_nothing(life);
  life_free(life);
}

static void lamp(Life *life, double since_s) {
  life->view.is_lamps = TRUE;
  life->view.noise = 4;
  life->things[0] = (PainterThing){120, 95, 100, 60, 150, FALSE, 50};
  life_put(life, life->things, fmod(since_s, 900) > 400);
}
static void a_pool_of_light_is_no_thing(void **state) {
  Life *life = life_with(&lane, 0);
  life->view.is_lamps = TRUE;
  life_run(life, 900);
  life_do(life, 3600, lamp);
  life_expect_nothing(life);
  life_free(life);
}

/* ---- hours ---- */

static int minute_of(const Life *life, int utc_offset_s) {
  return (int)fmod(life->now_s + utc_offset_s, 86400) / 60;
}

static void outside_its_hours_a_zone_is_silent(void **state) {
  static const int offset_s = 8 * 3600;
  Life *life = life_with(&lane, offset_s);
  GwSceneZone zone = lane;
  zone.from_min = (minute_of(life, offset_s) + 30) % 1440;
  zone.to_min = (zone.from_min + 60) % 1440;
  gw_scene_set_zones(life->scene, &zone, 1, offset_s);
  life_put(life, &car, 1);
  double from_s = life->now_s + 30 * 60;
  life_run(life, 28 * 60);
  life_expect_nothing(life);
  life_run(life, 10 * 60); /* it dwells from the beginning of the hours on */
  life_expect(life, GW_SCENE_ZONE, from_s, DWELL_S + 90);
  life_run(life, 60 * 60);
  assert_int_equal(life->ended[GW_SCENE_ZONE], 1);
  life_free(life);
}

static void a_zone_that_is_set_again_dwells_on(void **state) {
  Life *life = life_with(&lane, 0);
  life_put(life, &car, 1);
  double at_s = life->now_s;
  for (int i = 0; i < 16; i++) {
    gw_scene_set_zones(life->scene, &lane, 1, 0);
    life_run(life, 10);
  }
  life_expect(life, GW_SCENE_ZONE, at_s, DWELL_S + 25);
  gw_scene_set_zones(life->scene, NULL, 0, 0);
  assert_false(gw_scene_has(life->scene, GW_SCENE_ZONE, ZONE));
  life_free(life);
}

static void zones_without_a_shape_or_too_many_do_no_harm(void **state) {
  Life *life = life_new(32);
  GwSceneZone zones[12] = {0};
  for (guint i = 0; i < G_N_ELEMENTS(zones); i++)
    zones[i] = (GwSceneZone){.id = 1 + i, .n_points = i < 3 ? i : 200, .dwell_s = 10};
  gw_scene_set_zones(life->scene, zones, G_N_ELEMENTS(zones), 0);
  life_put(life, &car, 1);
  life_run(life, 120);
  life_expect_nothing(life);
  life_free(life);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_car_that_stays_is_found_after_its_dwell_time),
      cmocka_unit_test(a_bag_of_rubbish_is_found),
      cmocka_unit_test(it_is_told_once_and_does_not_become_background),
      cmocka_unit_test(it_ends_when_it_left_and_begins_again),
      cmocka_unit_test(it_ends_after_hours_of_other_light),
      cmocka_unit_test(one_who_passes_before_it_does_not_begin_it_anew),
      cmocka_unit_test(what_was_there_when_it_is_learned_is_right),
      cmocka_unit_test(what_stands_there_when_a_worker_starts_is_found_again),
      cmocka_unit_test(what_belongs_there_is_not_found_when_a_worker_starts),
      cmocka_unit_test(shadows_of_another_hour_are_not_found_when_a_worker_starts),
      cmocka_unit_test(another_light_is_no_reference_for_a_zone),
      cmocka_unit_test(a_car_beside_the_zone_is_nobodys_business),
      cmocka_unit_test(people_and_cars_that_pass_are_not_found),
      cmocka_unit_test(shadows_that_walk_come_and_go_are_not_found),
      cmocka_unit_test(a_pool_of_light_is_no_thing),
      cmocka_unit_test(outside_its_hours_a_zone_is_silent),
      cmocka_unit_test(a_zone_that_is_set_again_dwells_on),
      cmocka_unit_test(zones_without_a_shape_or_too_many_do_no_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
