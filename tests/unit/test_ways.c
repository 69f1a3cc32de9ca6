#include "tests/unit/core_facts.h"

#include <math.h>

#include "daemon/core/ways.h"

/* Plans are drawn here in metres east and north of one corner. */
static GwPoint spot(double east_m, double north_m) {
  static const GwPoint corner = {36.29, 120.40};
  double degree_m = 111195.08;
  return (GwPoint){corner.lat + north_m / degree_m,
                   corner.lon + east_m / (degree_m * cos(corner.lat * (G_PI / 180.0)))};
}

static void add(GwWays *ways, double ax, double ay, double bx, double by) {
  GwPoint line[] = {spot(ax, ay), spot(bx, by)};
  assert_true(gw_ways_add_line(ways, line, 2));
}

static double distance(const GwWays *ways, GwPoint from, GwPoint to) {
  double metres;
  gw_ways_distances(ways, from, &to, 1, &metres);
  return metres;
}

static void assert_about(double got, double wanted) {
  if (!(fabs(got - wanted) <= 1.0))
    fail_msg("%.2f m is not about %.2f m", got, wanted);
}

/* A wall between two lanes: they join only at their east end, 300 m away. */
static GwWays *hairpin(void) {
  GwWays *ways = gw_ways_new();
  GwPoint line[] = {spot(0, 0), spot(300, 0), spot(300, 30), spot(0, 30)};
  assert_true(gw_ways_add_line(ways, line, 4));
  gw_ways_build(ways);
  return ways;
}

static void the_way_round_is_taken_not_the_line_through_the_wall(void **state) {
  g_autoptr(GwWays) ways = hairpin();
  assert_int_equal(gw_ways_nodes(ways), 4);
  assert_about(distance(ways, spot(0, 0), spot(0, 30)), 630);
  assert_about(distance(ways, spot(100, 0), spot(50, 30)), 200 + 30 + 250);
}

static void the_walk_to_the_way_counts_and_ends_at_sixty_metres(void **state) {
  g_autoptr(GwWays) ways = hairpin();
  assert_about(distance(ways, spot(100, -20), spot(200, 0)), 120);
  assert_about(distance(ways, spot(100, -20), spot(200, -30)), 150);
  assert_true(distance(ways, spot(100, -61), spot(200, 0)) < 0);
  assert_true(distance(ways, spot(100, 0), spot(200, -61)) < 0);
}

static void two_on_the_same_stretch_walk_straight(void **state) {
  g_autoptr(GwWays) ways = hairpin();
  assert_about(distance(ways, spot(120, 0), spot(180, 0)), 60);
  assert_about(distance(ways, spot(120, 0), spot(120, 0)), 0);
}

static void crossing_lines_meet_although_they_share_no_point(void **state) {
  g_autoptr(GwWays) ways = gw_ways_new();
  add(ways, 0, 50, 100, 50);
  add(ways, 40, 0, 40, 100);
  gw_ways_build(ways);
  assert_int_equal(gw_ways_nodes(ways), 5);
  assert_about(distance(ways, spot(0, 50), spot(40, 100)), 90);
}

static void a_lane_that_ends_on_another_meets_it(void **state) {
  g_autoptr(GwWays) ways = gw_ways_new();
  add(ways, 0, 0, 100, 0);
  add(ways, 60, 80, 60, 0.3); /* drawn by hand, thirty centimetres short */
  gw_ways_build(ways);
  assert_int_equal(gw_ways_nodes(ways), 4);
  assert_about(distance(ways, spot(0, 0), spot(60, 80)), 140);
}

static void lines_a_metre_apart_do_not_meet(void **state) {
  g_autoptr(GwWays) ways = gw_ways_new();
  add(ways, 0, 0, 100, 0);
  add(ways, 0, 200, 100, 1);
  gw_ways_build(ways);
  assert_true(distance(ways, spot(0, 0), spot(0, 200)) < 0);
}

static void many_are_asked_at_once(void **state) {
  g_autoptr(GwWays) ways = hairpin();
  GwPoint to[] = {spot(300, 0), spot(0, 500), spot(300, 30), {NAN, 0}};
  double metres[4];
  gw_ways_distances(ways, spot(200, 0), to, 4, metres);
  assert_about(metres[0], 100);
  assert_true(metres[1] < 0);
  assert_about(metres[2], 130);
  assert_true(metres[3] < 0);
}

static void without_ways_nothing_is_joined(void **state) {
  g_autoptr(GwWays) ways = gw_ways_new();
  gw_ways_build(ways);
  assert_true(distance(ways, spot(0, 0), spot(1, 1)) < 0);
}

static void a_line_that_is_none_is_refused(void **state) {
  g_autoptr(GwWays) ways = gw_ways_new();
  GwPoint line[] = {spot(0, 0), {NAN, 120}};
  assert_false(gw_ways_add_line(ways, line, 1));
  assert_false(gw_ways_add_line(ways, line, 2));
  g_autofree GwPoint *endless = g_new(GwPoint, GW_WAYS_SEGMENTS_MOST + 1);
  assert_false(gw_ways_add_line(ways, endless, GW_WAYS_SEGMENTS_MOST + 1));
}

/* The judge of Dijkstra on a lattice: with some streets missing, Floyd and Warshall over the same lattice. */
#define SIDE 6
#define CORNERS (SIDE * SIDE)

static void all_pairs(const gboolean missing[2][CORNERS], double m[CORNERS][CORNERS]) {
  for (int i = 0; i < CORNERS; i++)
    for (int j = 0; j < CORNERS; j++)
      m[i][j] = i == j ? 0 : HUGE_VAL;
  for (int i = 0; i < CORNERS; i++) {
    if (i % SIDE < SIDE - 1 && !missing[0][i])
      m[i][i + 1] = m[i + 1][i] = 100;
    if (i / SIDE < SIDE - 1 && !missing[1][i])
      m[i][i + SIDE] = m[i + SIDE][i] = 100;
  }
  for (int k = 0; k < CORNERS; k++)
    for (int i = 0; i < CORNERS; i++)
      for (int j = 0; j < CORNERS; j++)
        m[i][j] = MIN(m[i][j], m[i][k] + m[k][j]);
}

static void a_town_with_closed_streets_agrees_with_another_method(void **state) {
  static double wanted[CORNERS][CORNERS];
  gboolean missing[2][CORNERS] = {{FALSE}};
  g_autoptr(GwWays) ways = gw_ways_new();
  g_autoptr(GRand) rand = g_rand_new_with_seed(20261121);
  for (int i = 0; i < CORNERS; i++) {
    double x = 100 * (i % SIDE), y = 100 * (i / SIDE);
    missing[0][i] = g_rand_int_range(rand, 0, 10) < 4;
    missing[1][i] = g_rand_int_range(rand, 0, 10) < 4;
    if (i % SIDE < SIDE - 1 && !missing[0][i])
      add(ways, x, y, x + 100, y);
    if (i / SIDE < SIDE - 1 && !missing[1][i])
      add(ways, x, y, x, y + 100);
  }
  gw_ways_build(ways);
  all_pairs(missing, wanted);
  guint joined = 0;
  for (int i = 0; i < CORNERS; i++)
    for (int j = 0; j < CORNERS; j++) {
      double metres =
          distance(ways, spot(100 * (i % SIDE), 100 * (i / SIDE)), spot(100 * (j % SIDE), 100 * (j / SIDE)));
      if (isfinite(wanted[i][j]) && wanted[i][j] > 0) {
        assert_about(metres, wanted[i][j]);
        joined++;
      }
    }
  assert_true(joined > CORNERS); /* the town is not all walls */
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(the_way_round_is_taken_not_the_line_through_the_wall),
      FACT(the_walk_to_the_way_counts_and_ends_at_sixty_metres),
      FACT(two_on_the_same_stretch_walk_straight),
      FACT(crossing_lines_meet_although_they_share_no_point),
      FACT(a_lane_that_ends_on_another_meets_it),
      FACT(lines_a_metre_apart_do_not_meet),
      FACT(many_are_asked_at_once),
      FACT(without_ways_nothing_is_joined),
      FACT(a_line_that_is_none_is_refused),
      FACT(a_town_with_closed_streets_agrees_with_another_method),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
