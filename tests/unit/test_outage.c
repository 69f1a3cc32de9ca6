/* What a camera that fell belongs to: the table, row by row, and the scenes of the issue. */
#include "tests/unit/core_facts.h"

#include <string.h>

#include "daemon/core/outage.h"

#define CAMERAS_MOST 400

typedef struct Scene {
  GwOutageCamera camera[CAMERAS_MOST];
  guint n;
  GwOutageOpen open[4];
  guint n_open;
} Scene;

/* `n` cameras on one recorder and one switch; 0: not known.  Answers the index of the first. */
static guint add(Scene *s, guint n, GwId recorder, GwId switch_id) {
  const guint first = s->n;
  for (guint i = 0; i < n; i++, s->n++) {
    s->camera[s->n] = (GwOutageCamera){.id = (GwId)s->n + 1};
    s->camera[s->n].group[GW_OUTAGE_RECORDER] = recorder;
    s->camera[s->n].group[GW_OUTAGE_SWITCH] = switch_id;
  }
  return first;
}

static void falls(Scene *s, guint which, GwUsec after_us) {
  s->camera[which].fell_at_us = TEN_O_CLOCK + after_us;
}

static void all_fall(Scene *s, guint first, guint n, GwUsec within_us) {
  for (guint i = 0; i < n; i++)
    falls(s, first + i, within_us * i / n);
}

static GwOutageDecision ask(const Scene *s, guint which, GwUsec at_us) {
  const GwOutageFacts facts = {.cameras = s->camera,
                               .n_cameras = s->n,
                               .which = which,
                               .open = s->open,
                               .n_open = s->n_open,
                               .asked_since_us = s->camera[which].fell_at_us + 30 * GW_SEC};
  GwOutageDecision d;
  gw_outage_decide(&facts, TEN_O_CLOCK + at_us, &d);
  return d;
}

static guint taken(const Scene *s, const GwOutageDecision *d) {
  guint n = 0;
  for (guint i = 0; i < s->n; i++)
    n += gw_outage_takes(d, &s->camera[i]);
  return n;
}

static void assert_begins(const GwOutageDecision *d, GwOutageCause cause, GwId group, guint members) {
  assert_int_equal(d->verdict, GW_OUTAGE_BEGIN);
  assert_string_equal(d->row, "O2");
  assert_int_equal(d->cause, cause);
  assert_int_equal(d->group, group);
  assert_int_equal(d->members, members);
}

/* ---- row by row ---- */

static void o1_what_explains_most_is_down_already(void **state) {
  Scene s = {.open = {{7, GW_OUTAGE_SWITCH, 1}}, .n_open = 1};
  add(&s, 8, 0, 1);
  add(&s, 20, 0, 2);
  all_fall(&s, 0, 4, 10 * GW_SEC);
  const GwOutageDecision d = ask(&s, 3, 40 * GW_SEC);
  assert_int_equal(d.verdict, GW_OUTAGE_JOIN);
  assert_string_equal(d.row, "O1");
  assert_int_equal(d.outage_id, 7);
  assert_int_equal(taken(&s, &d), 4);
}

static void o2_three_and_a_quarter_of_a_group_are_its_outage(void **state) {
  Scene s = {0};
  add(&s, 12, 0, 1);
  add(&s, 50, 0, 2);
  all_fall(&s, 0, 3, 10 * GW_SEC);
  GwOutageDecision d = ask(&s, 0, 30 * GW_SEC);
  assert_begins(&d, GW_OUTAGE_SWITCH, 1, 12);
  assert_int_equal(taken(&s, &d), 3);
  add(&s, 1, 0, 1); /* 3 of 13 are less than a quarter */
  assert_int_not_equal(ask(&s, 0, 40 * GW_SEC).verdict, GW_OUTAGE_BEGIN);
}

static void o3_one_more_of_what_is_still_down(void **state) {
  Scene s = {.open = {{7, GW_OUTAGE_SWITCH, 1}}, .n_open = 1};
  add(&s, 8, 0, 1);
  add(&s, 20, 0, 2);
  all_fall(&s, 0, 3, GW_SEC);
  falls(&s, 3, GW_HOUR); /* long after the others */
  GwOutageDecision d = ask(&s, 3, GW_HOUR + 30 * GW_SEC);
  assert_int_equal(d.verdict, GW_OUTAGE_JOIN);
  assert_string_equal(d.row, "O3");
  assert_int_equal(d.outage_id, 7);
  s.camera[0].fell_at_us = s.camera[1].fell_at_us = 0; /* nearly all are back: it fell by itself */
  assert_int_equal(ask(&s, 3, GW_HOUR + 30 * GW_SEC).verdict, GW_OUTAGE_OWN);
}

static void o4_while_more_fall_one_waits_a_minute_and_no_longer(void **state) {
  Scene s = {0};
  add(&s, 40, 1, 0);
  all_fall(&s, 0, 4, 25 * GW_SEC); /* 4 of 40, the last after 19 s */
  GwOutageDecision d = ask(&s, 0, 30 * GW_SEC);
  assert_int_equal(d.verdict, GW_OUTAGE_WAIT);
  assert_string_equal(d.row, "O4");
  assert_true(d.again_at_us == TEN_O_CLOCK + 40 * GW_SEC);
  assert_int_equal(ask(&s, 0, 40 * GW_SEC).verdict, GW_OUTAGE_OWN); /* nothing fell for 20 s */
  falls(&s, 9, 85 * GW_SEC);
  assert_int_equal(ask(&s, 0, 89 * GW_SEC).verdict, GW_OUTAGE_WAIT);
  assert_int_equal(ask(&s, 0, 90 * GW_SEC).verdict, GW_OUTAGE_OWN);
}

static void o5_one_camera_is_its_own(void **state) {
  Scene s = {0};
  add(&s, 40, 1, 1);
  falls(&s, 0, 0);
  const GwOutageDecision d = ask(&s, 0, 30 * GW_SEC);
  assert_int_equal(d.verdict, GW_OUTAGE_OWN);
  assert_string_equal(d.row, "O5");
}

/* ---- the scenes of the issue ---- */

static void thirty_eight_of_forty_over_ninety_seconds_are_one_from_the_first_question_on(void **state) {
  Scene s = {0};
  add(&s, 40, 1, 0);
  add(&s, 253, 2, 0);
  GwUsec over_us = 90 * GW_SEC;
  for (guint i = 0; i < 38 && over_us * i / 38 <= 30 * GW_SEC; i++) /* what has fallen by then */
    falls(&s, i, over_us * i / 38);
  GwOutageDecision d = ask(&s, 0, 30 * GW_SEC);
  assert_begins(&d, GW_OUTAGE_RECORDER, 1, 40);
  assert_int_equal(taken(&s, &d), 13);
  s.open[s.n_open++] = (GwOutageOpen){9, GW_OUTAGE_RECORDER, 1};
  all_fall(&s, 0, 38, over_us);
  for (guint i = 13; i < 38; i++) {
    d = ask(&s, i, over_us * i / 38 + 30 * GW_SEC);
    assert_int_equal(d.verdict, GW_OUTAGE_JOIN);
    assert_int_equal(d.outage_id, 9);
  }
}

static void five_on_five_switches_are_five_even_on_one_recorder(void **state) {
  Scene s = {0};
  for (GwId at = 1; at <= 5; at++)
    add(&s, 8, 1, at);
  for (guint i = 0; i < 5; i++)
    falls(&s, 8 * i, GW_SEC * i);
  for (guint i = 0; i < 5; i++)
    assert_int_equal(ask(&s, 8 * i, GW_SEC * i + 30 * GW_SEC).verdict, GW_OUTAGE_OWN);
}

static void of_two_groups_the_one_that_fits_what_fell_is_the_cause(void **state) {
  Scene s = {0};
  add(&s, 20, 1, 1);
  add(&s, 20, 1, 2); /* one recorder over two switches */
  add(&s, 100, 2, 3);
  all_fall(&s, 0, 20, 10 * GW_SEC);
  GwOutageDecision d = ask(&s, 0, 30 * GW_SEC);
  assert_begins(&d, GW_OUTAGE_SWITCH, 1, 20); /* half of the recorder, all of the switch */
  all_fall(&s, 20, 20, 10 * GW_SEC);
  d = ask(&s, 0, 30 * GW_SEC);
  assert_begins(&d, GW_OUTAGE_RECORDER, 1, 40);
}

/* They fall in no order of the switches: four of one of them are a larger share, but explain little. */
static void a_larger_share_of_a_small_group_explains_less(void **state) {
  Scene s = {0};
  for (GwId at = 1; at <= 5; at++)
    add(&s, 8, 1, at);
  add(&s, 60, 2, 6);
  for (guint i = 0; i < 4; i++)
    falls(&s, i, i * GW_SEC);
  for (guint i = 0; i < 9; i++)
    falls(&s, 9 + 3 * i, 5 * GW_SEC + i * GW_SEC);
  const GwOutageDecision d = ask(&s, 0, 30 * GW_SEC);
  assert_begins(&d, GW_OUTAGE_RECORDER, 1, 40);
  assert_int_equal(taken(&s, &d), 13);
}

static void power_and_building_are_causes_too(void **state) {
  Scene s = {0};
  add(&s, 30, 0, 0);
  for (guint i = 0; i < 6; i++)
    s.camera[i].group[GW_OUTAGE_POWER] = 5;
  for (guint i = 6; i < 14; i++)
    s.camera[i].group[GW_OUTAGE_BUILDING] = 44;
  all_fall(&s, 0, 6, 5 * GW_SEC);
  GwOutageDecision d = ask(&s, 0, 30 * GW_SEC);
  assert_begins(&d, GW_OUTAGE_POWER, 5, 6);
  all_fall(&s, 6, 8, 5 * GW_SEC);
  d = ask(&s, 6, 30 * GW_SEC);
  assert_begins(&d, GW_OUTAGE_BUILDING, 44, 8);
}

static void nearly_all_of_several_groups_within_seconds_is_our_own_link(void **state) {
  Scene s = {0};
  add(&s, 100, 1, 1);
  add(&s, 100, 2, 2);
  all_fall(&s, 0, 190, 8 * GW_SEC);
  GwOutageDecision d = ask(&s, 150, 40 * GW_SEC);
  assert_begins(&d, GW_OUTAGE_LINK, 0, 200);
  assert_int_equal(taken(&s, &d), 190);
  all_fall(&s, 0, 190, 60 * GW_SEC); /* over a minute it is two switches */
  d = ask(&s, 50, 100 * GW_SEC);
  assert_int_equal(d.cause, GW_OUTAGE_SWITCH);
}

static void all_of_the_only_group_is_that_group(void **state) {
  Scene s = {0};
  add(&s, 40, 0, 1);
  all_fall(&s, 0, 40, 5 * GW_SEC);
  const GwOutageDecision d = ask(&s, 0, 30 * GW_SEC);
  assert_begins(&d, GW_OUTAGE_SWITCH, 1, 40);
}

static void a_few_cameras_are_no_link(void **state) {
  Scene s = {0};
  for (GwId at = 1; at <= 5; at++)
    add(&s, 1, 0, at);
  all_fall(&s, 0, 5, 4 * GW_SEC);
  assert_int_equal(ask(&s, 0, 30 * GW_SEC).verdict, GW_OUTAGE_OWN);
}

static void what_fell_long_before_is_another_matter(void **state) {
  Scene s = {0};
  add(&s, 8, 0, 1);
  add(&s, 40, 0, 2);
  falls(&s, 0, -3 * GW_HOUR);
  all_fall(&s, 1, 4, 20 * GW_SEC);
  const GwOutageDecision d = ask(&s, 1, 40 * GW_SEC);
  assert_begins(&d, GW_OUTAGE_SWITCH, 1, 8);
  assert_false(gw_outage_takes(&d, &s.camera[0]));
  assert_int_equal(taken(&s, &d), 4);
}

static void falls_two_minutes_apart_are_one_and_more_are_not(void **state) {
  Scene s = {0};
  add(&s, 12, 0, 1);
  add(&s, 40, 0, 2);
  falls(&s, 0, 0);
  falls(&s, 1, 60 * GW_SEC);
  falls(&s, 2, 120 * GW_SEC);
  assert_int_equal(ask(&s, 2, 150 * GW_SEC).verdict, GW_OUTAGE_BEGIN);
  falls(&s, 2, 121 * GW_SEC);
  assert_int_equal(ask(&s, 2, 151 * GW_SEC).verdict, GW_OUTAGE_OWN);
}

/* ---- its end ---- */

static void it_ends_when_all_are_back_or_most_and_nothing_moves(void **state) {
  static const struct {
    guint cameras, back;
    GwUsec after_us;
  } wanted[] = {{38, 38, 30 * GW_SEC}, {38, 37, 2 * GW_MIN}, {10, 8, 2 * GW_MIN}, {10, 7, 0}, {3, 0, 0}};
  for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++)
    assert_true(gw_outage_ends_after_us(wanted[i].cameras, wanted[i].back, FALSE) == wanted[i].after_us);
  assert_true(gw_outage_ends_after_us(38, 38, TRUE) == 2 * GW_MIN); /* it goes on and off */
}

static void it_lasts_while_three_and_a_quarter_are_down(void **state) {
  assert_true(gw_outage_lasts(3, 12));
  assert_false(gw_outage_lasts(2, 4));
  assert_false(gw_outage_lasts(3, 13));
}

static void names_go_both_ways(void **state) {
  for (int i = 0; i < GW_N_OUTAGE_CAUSES; i++) {
    GwOutageCause back;
    assert_true(gw_outage_cause_from_string(gw_outage_cause_to_string((GwOutageCause)i), &back));
    assert_int_equal(back, i);
  }
  assert_string_equal(gw_outage_category(GW_OUTAGE_RECORDER), "recorder_down");
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(o1_what_explains_most_is_down_already),
      FACT(o2_three_and_a_quarter_of_a_group_are_its_outage),
      FACT(o3_one_more_of_what_is_still_down),
      FACT(o4_while_more_fall_one_waits_a_minute_and_no_longer),
      FACT(o5_one_camera_is_its_own),
      FACT(thirty_eight_of_forty_over_ninety_seconds_are_one_from_the_first_question_on),
      FACT(five_on_five_switches_are_five_even_on_one_recorder),
      FACT(of_two_groups_the_one_that_fits_what_fell_is_the_cause),
      FACT(a_larger_share_of_a_small_group_explains_less),
      FACT(power_and_building_are_causes_too),
      FACT(nearly_all_of_several_groups_within_seconds_is_our_own_link),
      FACT(all_of_the_only_group_is_that_group),
      FACT(a_few_cameras_are_no_link),
      FACT(what_fell_long_before_is_another_matter),
      FACT(falls_two_minutes_apart_are_one_and_more_are_not),
      FACT(it_ends_when_all_are_back_or_most_and_nothing_moves),
      FACT(it_lasts_while_three_and_a_quarter_are_down),
      FACT(names_go_both_ways),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
