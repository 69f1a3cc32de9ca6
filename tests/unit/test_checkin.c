#include "tests/unit/core_facts.h"

#include "daemon/core/checkin.h"

#define METRE (1.0 / 111195.08) /* in degrees of latitude */

static const GwPoint gate = {36.29, 120.40};

static GwPoint north_of_gate(double metres) {
  return (GwPoint){gate.lat + metres * METRE, gate.lon};
}

/* Gate at ten, garage 200 m north at 10:20, the gate again at 10:40. */
static void set_points(GwCheckinPoint points[3]) {
  static const GwId checkpoints[] = {1, 2, 1};
  static const char *tags[] = {"GATE", "GARAGE", "GATE"};
  for (int i = 0; i < 3; i++) {
    GwUsec due_us = TEN_O_CLOCK + i * 20 * GW_MIN;
    points[i] = (GwCheckinPoint){
        .checkpoint_id = checkpoints[i],
        .tag = tags[i],
        .at = i == 1 ? north_of_gate(200) : gate,
        .radius_m = 30,
        .due_at_us = due_us,
        .from_us = due_us - 5 * GW_MIN,
        .to_us = due_us + 10 * GW_MIN,
    };
  }
}

static void a_tag_finds_its_point_and_the_window_which_of_two(void **state) {
  GwCheckinPoint points[3];
  set_points(points);
  assert_int_equal(gw_checkin_match(&(GwCheckin){.tag = "GARAGE", .at_us = TEN_O_CLOCK}, points, 3), 1);
  assert_int_equal(gw_checkin_match(&(GwCheckin){.tag = "GATE", .at_us = TEN_O_CLOCK + GW_MIN}, points, 3),
                   0);
  assert_int_equal(
      gw_checkin_match(&(GwCheckin){.tag = "GATE", .at_us = TEN_O_CLOCK + 38 * GW_MIN}, points, 3), 2);
}

static void between_two_windows_the_nearer_in_time_counts(void **state) {
  GwCheckinPoint points[3];
  set_points(points);
  assert_int_equal(
      gw_checkin_match(&(GwCheckin){.tag = "GATE", .at_us = TEN_O_CLOCK + 15 * GW_MIN}, points, 3), 0);
  assert_int_equal(
      gw_checkin_match(&(GwCheckin){.tag = "GATE", .at_us = TEN_O_CLOCK + 25 * GW_MIN}, points, 3), 2);
}

static void a_point_not_done_goes_before_one_that_is(void **state) {
  GwCheckinPoint points[3];
  set_points(points);
  points[0].state = GW_POINT_DONE;
  assert_int_equal(gw_checkin_match(&(GwCheckin){.tag = "GATE", .at_us = TEN_O_CLOCK + GW_MIN}, points, 3),
                   2);
}

static void a_strange_tag_matches_nothing_even_with_a_position(void **state) {
  GwCheckinPoint points[3];
  set_points(points);
  GwCheckin checkin = {.tag = "ELSEWHERE", .has_fix = TRUE, .at = gate, .at_us = TEN_O_CLOCK};
  assert_int_equal(gw_checkin_match(&checkin, points, 3), -1);
}

static void without_a_tag_the_checkpoint_counts_and_then_the_position(void **state) {
  GwCheckinPoint points[3];
  set_points(points);
  GwCheckin said = {.checkpoint_id = 2, .at_us = TEN_O_CLOCK};
  assert_int_equal(gw_checkin_match(&said, points, 3), 1);
  GwCheckin walked = {.has_fix = TRUE, .at = north_of_gate(190), .at_us = TEN_O_CLOCK};
  assert_int_equal(gw_checkin_match(&walked, points, 3), 1);
  walked.at = north_of_gate(100);
  assert_int_equal(gw_checkin_match(&walked, points, 3), -1);
  assert_int_equal(gw_checkin_match(&(GwCheckin){.at_us = TEN_O_CLOCK}, points, 3), -1);
  assert_int_equal(gw_checkin_match(&said, points, 0), -1);
}

/* R5: each flag alone, from both sides of its limit. */
static guint flags(GwCheckin checkin, GwCheckinBefore before) {
  GwCheckinPoint points[3];
  set_points(points);
  checkin.at_us = TEN_O_CLOCK;
  return gw_checkin_flags(&checkin, &points[0], &before);
}

static void a_clean_check_in_has_no_flag(void **state) {
  assert_int_equal(flags((GwCheckin){.has_fix = TRUE, .at = gate, .wants_fix = TRUE}, (GwCheckinBefore){0}),
                   0);
}

static void out_of_radius_is_flagged(void **state) {
  GwCheckin checkin = {.has_fix = TRUE, .at = north_of_gate(29)};
  assert_int_equal(flags(checkin, (GwCheckinBefore){0}), 0);
  checkin.at = north_of_gate(31);
  assert_int_equal(flags(checkin, (GwCheckinBefore){0}), GW_FLAG(OUT_OF_RADIUS));
}

static void no_fix_is_flagged_for_a_phone_and_not_for_a_reader(void **state) {
  assert_int_equal(flags((GwCheckin){.wants_fix = TRUE}, (GwCheckinBefore){0}), GW_FLAG(NO_FIX));
  assert_int_equal(flags((GwCheckin){.tag = "GATE"}, (GwCheckinBefore){0}), 0);
}

static void a_clock_off_by_more_than_two_minutes_is_flagged(void **state) {
  assert_int_equal(flags((GwCheckin){.skew_us = 120 * GW_SEC}, (GwCheckinBefore){0}), 0);
  assert_int_equal(flags((GwCheckin){.skew_us = 121 * GW_SEC}, (GwCheckinBefore){0}), GW_FLAG(CLOCK_SKEW));
  assert_int_equal(flags((GwCheckin){.skew_us = -121 * GW_SEC}, (GwCheckinBefore){0}), GW_FLAG(CLOCK_SKEW));
}

static void the_same_tag_from_two_devices_is_flagged(void **state) {
  assert_int_equal(flags((GwCheckin){.tag = "GATE"}, (GwCheckinBefore){.tag_by_other = TRUE}),
                   GW_FLAG(TAG_TWO_DEVICES));
}

static void faster_than_twelve_metres_a_second_is_flagged(void **state) {
  GwCheckinBefore before = {.has_last = TRUE, .last_at = north_of_gate(600)};
  before.last_at_us = TEN_O_CLOCK - 51 * GW_SEC;
  assert_int_equal(flags((GwCheckin){.tag = "GATE"}, before), 0);
  before.last_at_us = TEN_O_CLOCK - 49 * GW_SEC;
  assert_int_equal(flags((GwCheckin){.tag = "GATE"}, before), GW_FLAG(TOO_FAST));
}

static void two_far_points_within_seconds_are_flagged_as_a_jump_too(void **state) {
  GwCheckinBefore before = {.has_last = TRUE, .last_at = north_of_gate(600), .last_at_us = TEN_O_CLOCK};
  assert_int_equal(flags((GwCheckin){.tag = "GATE"}, before), GW_FLAG(TOO_FAST) | GW_FLAG(JUMP));
}

static void a_trembling_fix_on_the_spot_is_no_speed(void **state) {
  GwCheckinBefore before = {.has_last = TRUE, .last_at = north_of_gate(15), .last_at_us = TEN_O_CLOCK};
  assert_int_equal(flags((GwCheckin){.has_fix = TRUE, .at = gate}, before), 0);
}

static void every_flag_has_a_name(void **state) {
  for (int bit = 0; bit < GW_N_CHECKIN_FLAGS; bit++)
    assert_string_not_equal(gw_checkin_flag_to_string((GwCheckinFlag)bit), "?");
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(a_tag_finds_its_point_and_the_window_which_of_two),
      FACT(between_two_windows_the_nearer_in_time_counts),
      FACT(a_point_not_done_goes_before_one_that_is),
      FACT(a_strange_tag_matches_nothing_even_with_a_position),
      FACT(without_a_tag_the_checkpoint_counts_and_then_the_position),
      FACT(a_clean_check_in_has_no_flag),
      FACT(out_of_radius_is_flagged),
      FACT(no_fix_is_flagged_for_a_phone_and_not_for_a_reader),
      FACT(a_clock_off_by_more_than_two_minutes_is_flagged),
      FACT(the_same_tag_from_two_devices_is_flagged),
      FACT(faster_than_twelve_metres_a_second_is_flagged),
      FACT(two_far_points_within_seconds_are_flagged_as_a_jump_too),
      FACT(a_trembling_fix_on_the_spot_is_no_speed),
      FACT(every_flag_has_a_name),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
