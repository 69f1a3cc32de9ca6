/* Each fault is found, in three streets, with the kind that it is and in time. */
#include "tests/pipelines/scene_life.h"

#include <string.h>

#define STREETS 3
#define GROSS_S 32
#define HARD_S 120

typedef void (*Fault)(Life *life);

static void each_street(Fault fault, GwSceneKind kind, double within_s) {
  for (guint64 seed = 1; seed <= STREETS; seed++) {
    Life *life = life_new(seed);
    fault(life);
    double at_s = life->now_s;
    life_run(life, 180);
    life_expect(life, kind, at_s, within_s);
    assert_true(gw_scene_has(life->scene, kind, 0));
    life_free(life);
  }
}

static void sheet(Life *life, float level) {
  life_put(life, &(PainterThing){-20, -20, 360, 220, level, FALSE, 0}, 1);
}

static void go_black(Life *life) {
  sheet(life, 4);
}
static void black_is_found_at_once(void **state) {
  each_street(go_black, GW_SCENE_BLACK, GROSS_S);
}

static void go_white(Life *life) {
  sheet(life, 252);
}
static void washed_out_is_found_at_once(void **state) {
  each_street(go_white, GW_SCENE_WASHED, GROSS_S);
}

static void cover(Life *life) {
  sheet(life, 90);
  life->view.noise = 2.5f;
}
static void a_cover_is_found(void **state) {
  each_street(cover, GW_SCENE_COVERED, HARD_S);
}

static void cover_at_night(Life *life) {
  life->view.is_lamps = TRUE;
  life->view.noise = 4;
  life_run(life, 1200);
  sheet(life, 150); /* a white paper, under lamps */
}
static void a_cover_at_night_is_found(void **state) {
  each_street(cover_at_night, GW_SCENE_COVERED, HARD_S);
}

static void spray(Life *life) {
  const PainterThing paint[] = {{30, 20, 110, 80, 50, FALSE, 18}, {170, 70, 110, 90, 60, FALSE, 20}};
  life_put(life, paint, 2);
}
static void paint_is_found(void **state) {
  each_street(spray, GW_SCENE_SPRAYED, HARD_S);
}

static void defocus(Life *life) {
  life->view.blur = 1.5f;
}
static void defocus_is_found(void **state) {
  each_street(defocus, GW_SCENE_DEFOCUSED, HARD_S);
}

static void defocus_strongly(Life *life) {
  life->view.blur = 5;
}
static void strong_defocus_is_no_cover(void **state) {
  each_street(defocus_strongly, GW_SCENE_DEFOCUSED, HARD_S);
}

static void push(Life *life) {
  life->view.dx = 12;
  life->view.dy = 4;
}
static void a_pushed_camera_is_found(void **state) {
  each_street(push, GW_SCENE_MOVED, HARD_S);
}

static void turn(Life *life) {
  life->view.dx = 150;
  life->view.dy = 30;
}
static void a_turned_camera_is_found(void **state) {
  each_street(turn, GW_SCENE_MOVED, HARD_S);
}

static void zoom(Life *life) {
  life->view.zoom = 1.5;
}
static void a_zoomed_camera_is_found(void **state) {
  each_street(zoom, GW_SCENE_MOVED, HARD_S);
}

/* ---- frozen: the same bytes again and again ---- */

static void run_frozen_each(Life *life, double seconds, gboolean has_clock, double each_s) {
  static guint8 still[GW_SCENE_WIDTH * GW_SCENE_HEIGHT];
  memcpy(still, painter_paint(&life->painter, &life->view), sizeof still);
  for (double end_s = life->now_s + seconds; life->now_s < end_s;
       life->now_s += life->suspected ? 2 : each_s) {
    if (has_clock)
      for (int i = 0; i < 40; i++)
        still[(8 + i / 10) * GW_SCENE_WIDTH + 100 + i % 10] = (guint8)(40 + (int)life->now_s % 7 * 30);
    GwSceneSaid said;
    gw_scene_look(life->scene, &(GwSceneLook){still, (GwUsec)(life->now_s * GW_SEC), life->colour}, &said);
    for (guint i = 0; i < said.n; i++) {
      life->last = said.findings[i];
      life->raised[said.findings[i].kind] += said.findings[i].on;
      life->ended[said.findings[i].kind] += !said.findings[i].on;
      life->raised_at_s[said.findings[i].kind] = life->now_s;
    }
    life->suspected = said.suspected;
  }
}

static void run_frozen(Life *life, double seconds, gboolean has_clock) {
  run_frozen_each(life, seconds, has_clock, 10);
}

static void a_frozen_picture_is_found(void **state) {
  Life *life = life_new(1);
  double at_s = life->now_s;
  run_frozen(life, 120, FALSE);
  life_expect(life, GW_SCENE_FROZEN, at_s, 75);
  life_run(life, 30);
  assert_int_equal(life->ended[GW_SCENE_FROZEN], 1);
  life_free(life);
}

static void a_frozen_picture_with_a_running_clock_is_found(void **state) {
  Life *life = life_new(2);
  double at_s = life->now_s;
  run_frozen(life, 120, TRUE);
  life_expect(life, GW_SCENE_FROZEN, at_s, 75);
  life_free(life);
}

static void what_stands_still_for_less_than_a_minute_is_not_frozen(void **state) {
  Life *life = life_new(1);
  run_frozen(life, 50, FALSE);
  life_run(life, 60);
  life_expect_nothing(life);
  life_free(life);
}

static void one_that_is_still_frozen_after_a_reconnect_does_not_end(void **state) {
  static const double looks_s[] = {2, 10, 20};
  for (guint i = 0; i < G_N_ELEMENTS(looks_s); i++) {
    Life *life = life_new(3);
    run_frozen(life, 120, FALSE);
    assert_int_equal(life->raised[GW_SCENE_FROZEN], 1);
    gw_scene_reconnected(life->scene);
    run_frozen_each(life, 140, FALSE, looks_s[i]);
    assert_int_equal(life->ended[GW_SCENE_FROZEN], 0);
    assert_int_equal(life->raised[GW_SCENE_FROZEN], 2);
    gw_scene_reconnected(life->scene);
    life_run(life, 60);
    assert_int_equal(life->ended[GW_SCENE_FROZEN], 1);
    life_free(life);
  }
}

/* ---- how findings end ---- */

static void a_finding_ends_when_the_picture_is_right_again(void **state) {
  Fault faults[] = {go_black, go_white, cover, spray, defocus, turn};
  GwSceneKind kinds[] = {GW_SCENE_BLACK,   GW_SCENE_WASHED,    GW_SCENE_COVERED,
                         GW_SCENE_SPRAYED, GW_SCENE_DEFOCUSED, GW_SCENE_MOVED};
  for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
    Life *life = life_new(4);
    PainterView before = life->view;
    faults[i](life);
    life_run(life, 180);
    assert_true(gw_scene_has(life->scene, kinds[i], 0));
    life->view = before;
    life_run(life, 120);
    assert_false(gw_scene_has(life->scene, kinds[i], 0));
    assert_int_equal(life->ended[kinds[i]], 1);
    assert_int_equal(life_findings(life), 1);
    life_free(life);
  }
}

static void what_is_wrong_for_hours_is_not_learned(void **state) {
  Life *life = life_new(5);
  spray(life);
  life_run(life, 3 * 3600);
  assert_true(gw_scene_has(life->scene, GW_SCENE_SPRAYED, 0));
  assert_int_equal(life_findings(life), 1);
  assert_int_equal(life->references, 1);
  life_free(life);
}

static void a_fault_that_flickers_is_one_finding(void **state) {
  Life *life = life_new(6);
  cover(life);
  life_run(life, 120);
  for (int i = 0; i < 6; i++) {
    life->view.n_things = 0;
    life_run(life, 6);
    life->view.n_things = 1;
    life_run(life, 30);
  }
  assert_int_equal(life_findings(life), 1);
  assert_int_equal(life->ended[GW_SCENE_COVERED], 0);
  life_free(life);
}

static void nothing_is_raised_in_the_first_seconds_of_a_stream(void **state) {
  Life *life = life_new(7);
  for (int i = 0; i < 20; i++) {
    gw_scene_reconnected(life->scene);
    go_black(life);
    life_run(life, 14);
    life->view.n_things = 0;
    life_run(life, 20);
  }
  life_expect_nothing(life);
  life_free(life);
}

static void what_still_holds_after_a_reconnect_is_said_again(void **state) {
  Life *life = life_new(8);
  cover(life);
  life_run(life, 150);
  assert_int_equal(life->raised[GW_SCENE_COVERED], 1);
  gw_scene_reconnected(life->scene);
  life_run(life, 14);
  assert_int_equal(life->raised[GW_SCENE_COVERED], 1);
  life_run(life, 40);
  assert_int_equal(life->raised[GW_SCENE_COVERED], 2);
  life_run(life, 200);
  assert_int_equal(life->raised[GW_SCENE_COVERED], 2);
  life_free(life);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(black_is_found_at_once),
      cmocka_unit_test(washed_out_is_found_at_once),
      cmocka_unit_test(a_cover_is_found),
      cmocka_unit_test(a_cover_at_night_is_found),
      cmocka_unit_test(paint_is_found),
      cmocka_unit_test(defocus_is_found),
      cmocka_unit_test(strong_defocus_is_no_cover),
      cmocka_unit_test(a_pushed_camera_is_found),
      cmocka_unit_test(a_turned_camera_is_found),
      cmocka_unit_test(a_zoomed_camera_is_found),
      cmocka_unit_test(a_frozen_picture_is_found),
      cmocka_unit_test(a_frozen_picture_with_a_running_clock_is_found),
      cmocka_unit_test(what_stands_still_for_less_than_a_minute_is_not_frozen),
      cmocka_unit_test(one_that_is_still_frozen_after_a_reconnect_does_not_end),
      cmocka_unit_test(a_finding_ends_when_the_picture_is_right_again),
      cmocka_unit_test(what_is_wrong_for_hours_is_not_learned),
      cmocka_unit_test(a_fault_that_flickers_is_one_finding),
      cmocka_unit_test(nothing_is_raised_in_the_first_seconds_of_a_stream),
      cmocka_unit_test(what_still_holds_after_a_reconnect_is_said_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
