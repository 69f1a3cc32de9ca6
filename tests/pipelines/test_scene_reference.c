/* What is learned, how it is kept, and what is refused. */
#include "tests/pipelines/scene_life.h"

#include <string.h>

static GBytes *reference_of(guint64 seed) {
  Life *life = life_new(seed);
  GBytes *bytes = gw_scene_reference(life->scene);
  assert_non_null(bytes);
  assert_in_range(g_bytes_get_size(bytes), 1, GW_SCENE_REFERENCE_MOST_BYTES);
  life_free(life);
  return bytes;
}

static gboolean takes(GwScene *scene, const guint8 *data, gsize bytes) {
  return gw_scene_set_reference(scene, data, bytes);
}

static void there_is_none_before_ten_looks_in_two_minutes(void **state) {
  Life *life = g_new0(Life, 1);
  painter_init(&life->painter, 3);
  life->scene = gw_scene_new();
  life->view.noise = 1.5f;
  life->now_s = 1800000000;
  assert_null(gw_scene_reference(life->scene));
  assert_null(gw_scene_before(life->scene, GW_SCENE_COVERED, 0));
  life_run(life, 80);
  assert_null(gw_scene_reference(life->scene));
  life_run(life, 60);
  g_autoptr(GBytes) bytes = gw_scene_reference(life->scene);
  assert_non_null(bytes);
  assert_non_null(gw_scene_before(life->scene, GW_SCENE_COVERED, 0));
  assert_int_equal(life->references, 1);
  life_free(life);
}

static void a_reference_survives_a_restart(void **state) {
  g_autoptr(GBytes) bytes = reference_of(41);
  Life *life = g_new0(Life, 1);
  painter_init(&life->painter, 41);
  life->scene = gw_scene_new();
  life->colour = 14;
  life->now_s = 1800100000;
  assert_true(takes(life->scene, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)));
  g_autoptr(GBytes) again = gw_scene_reference(life->scene);
  assert_true(g_bytes_equal(bytes, again));
  life->view = (PainterView){.noise = 1.5f, .has_clock = TRUE};
  life_run(life, 60);
  life_expect_nothing(life);
  life->view.dx = 140;
  double at_s = life->now_s;
  life_run(life, 150);
  life_expect(life, GW_SCENE_MOVED, at_s, 120);
  life_free(life);
}

static void a_camera_that_was_turned_while_nobody_looked_is_found(void **state) {
  g_autoptr(GBytes) bytes = reference_of(42);
  Life *life = g_new0(Life, 1);
  painter_init(&life->painter, 42);
  life->scene = gw_scene_new();
  life->colour = 14;
  life->now_s = 1800100000;
  assert_true(takes(life->scene, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)));
  gw_scene_reconnected(life->scene);
  life->view = (PainterView){.noise = 1.5f, .dx = 120};
  life_run(life, 180);
  assert_int_equal(life->raised[GW_SCENE_MOVED], 1);
  life_free(life);
}

static void what_an_operator_calls_right_is_the_reference_at_once(void **state) {
  Life *life = life_new(43);
  life->view.dx = 130;
  life_run(life, 180);
  assert_true(gw_scene_has(life->scene, GW_SCENE_MOVED, 0));
  gw_scene_learn(life->scene);
  life_run(life, 2);
  assert_false(gw_scene_has(life->scene, GW_SCENE_MOVED, 0));
  assert_int_equal(life->ended[GW_SCENE_MOVED], 1);
  assert_int_equal(life->references, 2);
  life_run(life, 600);
  assert_int_equal(life->raised[GW_SCENE_MOVED], 1);
  life->view.dx = 0;
  life_run(life, 180);
  assert_int_equal(life->raised[GW_SCENE_MOVED], 2);
  life_free(life);
}

static void day_and_night_have_a_reference_each(void **state) {
  Life *life = life_new(44);
  g_autoptr(GBytes) day = gw_scene_reference(life->scene);
  life->view.is_lamps = TRUE;
  life->view.noise = 4;
  life->view.light = 1.3f;
  life->colour = 0.2;
  life_run(life, 1800);
  life_expect_nothing(life);
  g_autoptr(GBytes) both = gw_scene_reference(life->scene);
  assert_true(g_bytes_get_size(both) >= g_bytes_get_size(day));
  life_put(life, &(PainterThing){-20, -20, 360, 220, 120, FALSE, 0}, 1);
  double at_s = life->now_s;
  life_run(life, 180);
  life_expect(life, GW_SCENE_COVERED, at_s, 120);
  life_free(life);
}

static void a_damaged_reference_is_refused_and_changes_nothing(void **state) {
  g_autoptr(GBytes) bytes = reference_of(45);
  gsize n = g_bytes_get_size(bytes);
  g_autofree guint8 *copy = g_memdup2(g_bytes_get_data(bytes, NULL), n);
  GwScene *scene = gw_scene_new();
  assert_true(takes(scene, copy, n));
  static const gsize places[] = {0, 3, 4, 5, 6, 8, 10, 12, 14, 400, 30000};
  for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
    copy[places[i]] ^= 0x41;
    assert_false(takes(scene, copy, n));
    copy[places[i]] ^= 0x41;
  }
  copy[n - 1] ^= 1;
  assert_false(takes(scene, copy, n));
  copy[n - 1] ^= 1;
  g_autoptr(GBytes) still = gw_scene_reference(scene);
  assert_true(g_bytes_equal(still, bytes));
  gw_scene_free(scene);
}

static void a_reference_of_any_other_length_is_refused(void **state) {
  g_autoptr(GBytes) bytes = reference_of(46);
  gsize n = g_bytes_get_size(bytes);
  g_autofree guint8 *longer = g_malloc0(GW_SCENE_REFERENCE_MOST_BYTES + 64);
  memcpy(longer, g_bytes_get_data(bytes, NULL), n);
  GwScene *scene = gw_scene_new();
  for (gsize length = 0; length < 64; length++)
    assert_false(takes(scene, longer, length));
  assert_false(takes(scene, longer, n - 1));
  assert_false(takes(scene, longer, n + 1));
  assert_false(takes(scene, longer, GW_SCENE_REFERENCE_MOST_BYTES));
  assert_false(takes(scene, longer, GW_SCENE_REFERENCE_MOST_BYTES + 64));
  assert_false(takes(scene, NULL, 0));
  assert_null(gw_scene_reference(scene));
  gw_scene_free(scene);
}

static void the_same_looks_give_the_same_reference(void **state) {
  g_autoptr(GBytes) one = reference_of(47);
  g_autoptr(GBytes) other = reference_of(47);
  assert_true(g_bytes_equal(one, other));
}

static void every_kind_has_a_name(void **state) {
  for (int kind = 0; kind < GW_SCENE_N_KINDS; kind++)
    assert_true(strlen(gw_scene_kind_to_string((GwSceneKind)kind)) >= 4);
  assert_string_equal(gw_scene_kind_to_string(GW_SCENE_ZONE), "zone");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(there_is_none_before_ten_looks_in_two_minutes),
      cmocka_unit_test(a_reference_survives_a_restart),
      cmocka_unit_test(a_camera_that_was_turned_while_nobody_looked_is_found),
      cmocka_unit_test(what_an_operator_calls_right_is_the_reference_at_once),
      cmocka_unit_test(day_and_night_have_a_reference_each),
      cmocka_unit_test(a_damaged_reference_is_refused_and_changes_nothing),
      cmocka_unit_test(a_reference_of_any_other_length_is_refused),
      cmocka_unit_test(the_same_looks_give_the_same_reference),
      cmocka_unit_test(every_kind_has_a_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
