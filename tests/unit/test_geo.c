#include "tests/unit/core_facts.h"

#include <math.h>

#include "daemon/core/geo.h"

static void assert_about(double got, double wanted, double within) {
  if (!(fabs(got - wanted) <= within))
    fail_msg("%.6f is not about %.6f", got, wanted);
}

static void a_kilometre_is_a_kilometre(void **state) {
  GwPoint a = {36.29, 120.40};
  assert_about(gw_geo_distance_m(a, (GwPoint){36.29 + 1000 / 111195.08, 120.40}), 1000, 0.1);
  assert_about(gw_geo_distance_m(a, (GwPoint){36.29, 120.41}), 896.3,
               0.5); /* a degree east is shorter here */
  assert_true(gw_geo_distance_m(a, a) == 0);
}

static void far_places_take_the_great_circle(void **state) {
  GwPoint qingdao = {36.0671, 120.3826}, beijing = {39.9042, 116.4074};
  assert_about(gw_geo_distance_m(qingdao, beijing), 552700, 2000);
  assert_about(gw_geo_distance_m((GwPoint){0, 0}, (GwPoint){0, 180}), 6371008.8 * G_PI, 1);
}

static void inside_and_outside_of_a_ring_with_a_bay(void **state) {
  /* A U, open to the north. */
  static const GwPoint u[] = {{0, 0}, {0, 3}, {3, 3}, {3, 2}, {1, 2}, {1, 1}, {3, 1}, {3, 0}};
  assert_true(gw_geo_in_polygon((GwPoint){2, 0.5}, u, G_N_ELEMENTS(u)));
  assert_true(gw_geo_in_polygon((GwPoint){0.5, 1.5}, u, G_N_ELEMENTS(u)));
  assert_false(gw_geo_in_polygon((GwPoint){2, 1.5}, u, G_N_ELEMENTS(u)));
  assert_false(gw_geo_in_polygon((GwPoint){4, 0.5}, u, G_N_ELEMENTS(u)));
  assert_false(gw_geo_in_polygon((GwPoint){2, 0.5}, u, 0));
}

static void a_ring_may_repeat_its_first_point(void **state) {
  static const GwPoint ring[] = {{36, 120}, {36, 121}, {37, 121}, {37, 120}, {36, 120}};
  assert_true(gw_geo_in_polygon((GwPoint){36.5, 120.5}, ring, 5));
  GwPoint middle = gw_geo_centroid(ring, 5);
  assert_about(middle.lat, 36.5, 1e-9);
  assert_about(middle.lon, 120.5, 1e-9);
}

static void the_centroid_is_the_areas_and_of_a_line_its_middle(void **state) {
  static const GwPoint l[] = {{0, 0}, {0, 2}, {1, 2}, {1, 1}, {2, 1}, {2, 0}};
  GwPoint middle = gw_geo_centroid(l, 6);
  assert_about(middle.lat, 5.0 / 6, 1e-9);
  assert_about(middle.lon, 5.0 / 6, 1e-9);
  static const GwPoint line[] = {{1, 1}, {3, 3}};
  middle = gw_geo_centroid(line, 2);
  assert_about(middle.lat, 2, 1e-9);
}

static void the_nearest_point_of_a_segment_does_not_leave_it(void **state) {
  GwPoint a = {36.29, 120.40}, b = {36.29, 120.41};
  double share;
  GwPoint on = gw_geo_nearest_on_segment((GwPoint){36.295, 120.4025}, a, b, &share);
  assert_about(share, 0.25, 1e-9);
  assert_about(on.lat, 36.29, 1e-12);
  gw_geo_nearest_on_segment((GwPoint){36.29, 120.5}, a, b, &share);
  assert_about(share, 1, 0);
  gw_geo_nearest_on_segment((GwPoint){36.3, 120.5}, a, a, &share);
  assert_about(share, 0, 0);
}

static void what_is_no_place_is_known(void **state) {
  assert_true(gw_geo_is_valid((GwPoint){-90, 180}));
  assert_false(gw_geo_is_valid((GwPoint){90.1, 0}));
  assert_false(gw_geo_is_valid((GwPoint){0, NAN}));
  assert_false(gw_geo_is_valid((GwPoint){INFINITY, 0}));
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(a_kilometre_is_a_kilometre),
      FACT(far_places_take_the_great_circle),
      FACT(inside_and_outside_of_a_ring_with_a_bay),
      FACT(a_ring_may_repeat_its_first_point),
      FACT(the_centroid_is_the_areas_and_of_a_line_its_middle),
      FACT(the_nearest_point_of_a_segment_does_not_leave_it),
      FACT(what_is_no_place_is_known),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
