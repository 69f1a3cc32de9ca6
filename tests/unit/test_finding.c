/* What follows from a finding, and which polygons are zones. */
#include "tests/unit/core_facts.h"

#include <math.h>

#include "daemon/core/finding.h"

static void every_kind_has_its_name_and_category(void **state) {
  for (int k = 0; k < GW_N_FINDING_KINDS; k++) {
    GwFindingKind back;
    const char *name = gw_finding_kind_to_string((GwFindingKind)k);
    assert_true(gw_finding_kind_from_string(name, &back));
    assert_int_equal(back, k);
    g_autofree char *category = g_strconcat("camera_", name, NULL);
    assert_string_equal(gw_finding_category((GwFindingKind)k), category);
  }
  GwFindingKind kind;
  assert_false(gw_finding_kind_from_string("boring", &kind));
}

static void what_blinds_and_what_a_new_reference_ends(void **state) {
  static const struct {
    GwFindingKind kind;
    gboolean blinds, learned;
  } rows[] = {
      {GW_FINDING_BLACK, TRUE, TRUE},       {GW_FINDING_WASHED, TRUE, TRUE},
      {GW_FINDING_COVERED, TRUE, TRUE},     {GW_FINDING_SPRAYED, TRUE, TRUE},
      {GW_FINDING_DEFOCUSED, TRUE, TRUE},   {GW_FINDING_MOVED, TRUE, TRUE},
      {GW_FINDING_FROZEN, TRUE, FALSE},     {GW_FINDING_ZONE, FALSE, TRUE},
      {GW_FINDING_FPS_LOW, FALSE, FALSE},   {GW_FINDING_BITRATE_LOW, FALSE, FALSE},
      {GW_FINDING_TIME_JUMP, FALSE, FALSE},
  };
  assert_int_equal(G_N_ELEMENTS(rows), GW_N_FINDING_KINDS);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    assert_int_equal(gw_finding_blinds(rows[i].kind), rows[i].blinds);
    assert_int_equal(gw_finding_is_learned(rows[i].kind), rows[i].learned);
  }
}

static void a_blind_grid_is_at_least_p3(void **state) {
  assert_int_equal(gw_finding_priority(4, GW_FINDING_COVERED, TRUE, 0), 3);
  assert_int_equal(gw_finding_priority(4, GW_FINDING_COVERED, TRUE, 1), 4);
  assert_int_equal(gw_finding_priority(4, GW_FINDING_COVERED, FALSE, 0), 4);
  assert_int_equal(gw_finding_priority(2, GW_FINDING_COVERED, TRUE, 0), 2);
  assert_int_equal(gw_finding_priority(4, GW_FINDING_FPS_LOW, TRUE, 0), 4);
}

static void the_seventh_within_the_hour_is_chatter(void **state) {
  assert_false(gw_finding_is_chatter(5));
  assert_true(gw_finding_is_chatter(6));
}

static void a_zone_is_an_area_whose_edges_do_not_cross(void **state) {
  const double triangle[] = {0.1, 0.5, 0.5, 0.5, 0.5, 0.9}, line[] = {0.1, 0.1, 0.5, 0.5, 0.9, 0.9},
               bow[] = {0.1, 0.1, 0.9, 0.9, 0.9, 0.1, 0.1, 0.9}, outside[] = {0.1, 0.1, 1.2, 0.1, 0.5, 0.9},
               arrow[] = {0.1, 0.1, 0.5, 0.4, 0.9, 0.1, 0.5, 0.9}, dot[] = {0.5, 0.5, 0.501, 0.5, 0.5, 0.501},
               unknown[] = {0.1, 0.1, NAN, 0.1, 0.5, 0.9};
  assert_true(gw_zone_polygon_is_valid(triangle, 3));
  assert_true(gw_zone_polygon_is_valid(arrow, 4)); /* not convex, and fine */
  assert_false(gw_zone_polygon_is_valid(triangle, 2));
  assert_false(gw_zone_polygon_is_valid(line, 3));
  assert_false(gw_zone_polygon_is_valid(bow, 4));
  assert_false(gw_zone_polygon_is_valid(outside, 3));
  assert_false(gw_zone_polygon_is_valid(dot, 3));
  assert_false(gw_zone_polygon_is_valid(unknown, 3));
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(every_kind_has_its_name_and_category),
      FACT(what_blinds_and_what_a_new_reference_ends),
      FACT(a_blind_grid_is_at_least_p3),
      FACT(the_seventh_within_the_hour_is_chatter),
      FACT(a_zone_is_an_area_whose_edges_do_not_cross),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
