#include "tests/unit/core_facts.h"

#include <math.h>

#include "daemon/core/recommend.h"

static const GwPoint target_at = {36.29, 120.40};

static GwPoint north(double metres) {
  return (GwPoint){target_at.lat + metres / 111195.08, target_at.lon};
}

static GwTarget target(GwTicketKind kind, int priority) {
  return (GwTarget){.kind = kind, .priority = priority, .has_position = TRUE, .at = target_at};
}

static GwUnitFacts guard(GwId id, double metres_away) {
  return (GwUnitFacts){
      .id = id,
      .kind = GW_UNIT_GUARD,
      .on_duty = TRUE,
      .has_position = TRUE,
      .at = north(metres_away),
      .position_at_us = TEN_O_CLOCK - 10 * GW_SEC,
  };
}

static GwCandidate only(const GwTarget *t, GwUnitFacts unit) {
  GwCandidate c;
  gsize may_go = gw_recommend(t, &unit, 1, NULL, TEN_O_CLOCK, &c);
  assert_int_equal(may_go, c.may_go ? 1 : 0);
  return c;
}

static void a_guard_on_foot_takes_the_line_times_one_point_four(void **state) {
  GwTarget t = target(GW_TICKET_E, 1);
  GwCandidate c = only(&t, guard(1, 99.9));
  assert_int_equal(c.reason, GW_REASON_FREE);
  assert_false(c.via_path);
  assert_true(fabs(c.metres - 140) < 0.5);
  assert_int_equal(c.arrival_s, 20 + 100); /* 140 m at 1.4 m/s */
}

static void an_ebike_is_quicker_and_stairs_cost(void **state) {
  GwTarget t = target(GW_TICKET_E, 1);
  GwUnitFacts rider = guard(1, 499.9);
  rider.ebike = TRUE;
  assert_int_equal(only(&t, rider).arrival_s, 20 + 140); /* 700 m at 5 m/s */
  t.floors = 4;
  assert_int_equal(only(&t, rider).arrival_s, 20 + 140 + 60);
}

static void the_ways_overrule_the_line(void **state) {
  /* The near guard stands behind a wall: his way round is 1 km, the other's 300 m. */
  g_autoptr(GwWays) ways = gw_ways_new();
  GwPoint round_the_wall[] = {
      target_at, {target_at.lat, target_at.lon + 0.0055}, {north(70).lat, target_at.lon + 0.0055}, north(70)};
  GwPoint straight[] = {target_at, {target_at.lat - 300 / 111195.08, target_at.lon}};
  gw_ways_add_line(ways, round_the_wall, 4);
  gw_ways_add_line(ways, straight, 2);
  gw_ways_build(ways);
  GwUnitFacts units[] = {guard(1, 70), guard(2, -300)};
  GwTarget t = target(GW_TICKET_E, 1);
  GwCandidate ranked[2];
  gw_recommend(&t, units, 2, ways, TEN_O_CLOCK, ranked);
  assert_int_equal(ranked[0].unit_id, 2);
  assert_true(ranked[0].via_path && ranked[1].via_path);
  assert_true(ranked[1].metres > 1000);
  gw_recommend(&t, units, 2, NULL, TEN_O_CLOCK, ranked);
  assert_int_equal(ranked[0].unit_id, 1);
}

static void far_from_any_way_the_line_is_taken(void **state) {
  g_autoptr(GwWays) ways = gw_ways_new();
  GwPoint lane[] = {target_at, north(50)};
  gw_ways_add_line(ways, lane, 2);
  gw_ways_build(ways);
  GwUnitFacts unit = guard(1, 200);
  GwTarget t = target(GW_TICKET_E, 1);
  GwCandidate c;
  gw_recommend(&t, &unit, 1, ways, TEN_O_CLOCK, &c);
  assert_false(c.via_path);
  assert_true(fabs(c.metres - 280) < 0.5);
}

static void an_old_position_is_unknown_and_ranked_after_the_known(void **state) {
  GwUnitFacts units[] = {guard(1, 5), guard(2, 2000)};
  units[0].position_at_us = TEN_O_CLOCK - 61 * GW_SEC;
  GwTarget t = target(GW_TICKET_E, 1);
  GwCandidate ranked[2];
  assert_int_equal(gw_recommend(&t, units, 2, NULL, TEN_O_CLOCK, ranked), 2);
  assert_int_equal(ranked[0].unit_id, 2);
  assert_int_equal(ranked[1].reason, GW_REASON_POSITION_UNKNOWN);
  assert_true(ranked[1].may_go);
  assert_int_equal(ranked[1].arrival_s, -1);
  units[0].position_at_us = TEN_O_CLOCK - 60 * GW_SEC;
  gw_recommend(&t, units, 2, NULL, TEN_O_CLOCK, ranked);
  assert_int_equal(ranked[0].unit_id, 1);
}

static void a_matter_without_a_place_has_no_arrival(void **state) {
  GwTarget t = target(GW_TICKET_S, 3);
  t.has_position = FALSE;
  GwCandidate c = only(&t, guard(1, 100));
  assert_int_equal(c.reason, GW_REASON_POSITION_UNKNOWN);
  assert_int_equal(c.arrival_s, -1);
}

static void who_may_not_go_is_shown_last_with_the_reason(void **state) {
  GwUnitFacts units[] = {guard(1, 10), guard(2, 20), guard(3, 30), guard(4, 40), guard(5, 50), guard(6, 900)};
  units[0].ticket_id = 99;
  units[1].on_duty = FALSE;
  units[2].kind = GW_UNIT_VOLUNTEER;
  units[3].kind = GW_UNIT_MAINTENANCE;
  units[4].tried = TRUE;
  GwTarget t = target(GW_TICKET_E, 1);
  GwCandidate ranked[6];
  assert_int_equal(gw_recommend(&t, units, 6, NULL, TEN_O_CLOCK, ranked), 1);
  assert_int_equal(ranked[0].unit_id, 6);
  static const GwReason wanted[] = {
      [1] = GW_REASON_BUSY,       [2] = GW_REASON_OFF_DUTY, [3] = GW_REASON_VOLUNTEER_P1,
      [4] = GW_REASON_WRONG_KIND, [5] = GW_REASON_TRIED,    [6] = GW_REASON_FREE,
  };
  for (int i = 0; i < 6; i++)
    assert_int_equal(ranked[i].reason, wanted[ranked[i].unit_id]);
}

static void volunteers_may_go_to_p2_and_below(void **state) {
  GwUnitFacts elder = guard(1, 10);
  elder.kind = GW_UNIT_VOLUNTEER;
  GwTarget t = target(GW_TICKET_O, 2);
  assert_true(only(&t, elder).may_go);
  t.priority = 1;
  assert_false(only(&t, elder).may_go);
}

static void a_facility_is_for_maintenance_alone(void **state) {
  GwTarget t = target(GW_TICKET_F, 4);
  GwUnitFacts unit = guard(1, 10);
  assert_int_equal(only(&t, unit).reason, GW_REASON_WRONG_KIND);
  unit.kind = GW_UNIT_MAINTENANCE;
  assert_int_equal(only(&t, unit).reason, GW_REASON_FREE);
}

static void equals_keep_the_order_of_their_ids(void **state) {
  GwUnitFacts units[] = {guard(9, 100), guard(3, 100), guard(5, 100)};
  GwTarget t = target(GW_TICKET_E, 1);
  GwCandidate ranked[3];
  gw_recommend(&t, units, 3, NULL, TEN_O_CLOCK, ranked);
  assert_int_equal(ranked[0].unit_id, 3);
  assert_int_equal(ranked[1].unit_id, 5);
  assert_int_equal(ranked[2].unit_id, 9);
}

static void nobody_is_nobody(void **state) {
  GwTarget t = target(GW_TICKET_E, 1);
  assert_int_equal(gw_recommend(&t, NULL, 0, NULL, TEN_O_CLOCK, NULL), 0);
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(a_guard_on_foot_takes_the_line_times_one_point_four),
      FACT(an_ebike_is_quicker_and_stairs_cost),
      FACT(the_ways_overrule_the_line),
      FACT(far_from_any_way_the_line_is_taken),
      FACT(an_old_position_is_unknown_and_ranked_after_the_known),
      FACT(a_matter_without_a_place_has_no_arrival),
      FACT(who_may_not_go_is_shown_last_with_the_reason),
      FACT(volunteers_may_go_to_p2_and_below),
      FACT(a_facility_is_for_maintenance_alone),
      FACT(equals_keep_the_order_of_their_ids),
      FACT(nobody_is_nobody),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
