/* Whose keyframe is decoded next: each camera in its time, the hurried first, and never they alone. */
#include "pipelines/look/look_turn.h"
#include "pipelines/look/shown.h"
#include "tests/pipelines/cm.h"

#include <string.h>

#define N 100

static const GwLookRules rules = {30, 10 * GW_SEC, 2 * GW_SEC};

static GwLookTurn *turn_of(gpointer place) {
  return place;
}

/* Keyframes of `n` cameras come every `interval`, and so many a second are decoded; returns the longest time
 * between two looks at any camera after the first minute. */
static GwUsec run(GwLookTurn *turns, guint n, GwUsec interval_us, guint per_s, guint seconds,
                  guint *ret_looks) {
  GwLookOrder order = {0};
  GwLookBudget budget = {0};
  GwUsec longest_us = 0;
  gpointer places[N];
  for (guint i = 0; i < n; i++)
    places[i] = &turns[i];
  const GwUsec step_us = 10 * GW_MS;
  for (GwUsec now_us = GW_SEC; now_us < seconds * GW_SEC; now_us += step_us) {
    for (guint i = 0; i < n; i++)
      if ((now_us + i * 7 * step_us) % interval_us < step_us)
        (void)gw_look_turn_offer(&turns[i], &rules, now_us);
    GwLookTurn *next = gw_look_order_next(&order, places, n, turn_of);
    while (next && gw_look_budget_wait_us(&budget, per_s, now_us) == 0) {
      const GwUsec before_us = next->looked_us;
      if (gw_look_turn_taken(next, &rules, GW_SEC, now_us) && now_us > GW_MIN)
        longest_us = MAX(longest_us, next->looked_us - before_us);
      if (ret_looks)
        ret_looks[next - turns]++;
      next = gw_look_order_next(&order, places, n, turn_of);
    }
  }
  return longest_us;
}

static void each_camera_is_looked_at_in_its_time(void **state) {
  GwLookTurn turns[N] = {0};
  guint looks[N] = {0};
  const GwUsec longest_us = run(turns, N, GW_SEC, 12, 300, looks);
  assert_true(longest_us <= 11 * GW_SEC);
  for (guint i = 0; i < N; i++)
    assert_in_range(looks[i], 28, 32); /* not more often than asked, either */
}

static void too_small_a_budget_is_shared_evenly(void **state) {
  GwLookTurn turns[N] = {0};
  guint looks[N] = {0};
  run(turns, N, GW_SEC, 2, 600, looks); /* 100 cameras, 2 a second: 50 s each */
  for (guint i = 0; i < N; i++)
    assert_in_range(looks[i], 11, 14);
}

static void long_keyframe_intervals_are_all_looked_at(void **state) {
  GwLookTurn turns[N] = {0};
  assert_true(run(turns, N, 8 * GW_SEC, 30, 300, NULL) <= 9 * GW_SEC); /* each, not every second one: 16 s */
  memset(turns, 0, sizeof turns);
  assert_true(run(turns, N, 40 * GW_SEC, 30, 300, NULL) <= 41 * GW_SEC);
}

static void suspected_cameras_are_looked_at_more_often(void **state) {
  GwLookTurn turns[N] = {0};
  guint looks[N] = {0};
  for (guint i = 0; i < 10; i++)
    turns[i].is_suspected = TRUE;
  const GwUsec longest_us = run(turns, N, GW_SEC, 20, 300, looks);
  assert_true(longest_us <= 12 * GW_SEC);
  for (guint i = 0; i < N; i++)
    assert_in_range(looks[i], i < 10 ? 110 : 26, i < 10 ? 155 : 32);
}

static void watched_cameras_never_take_more_than_half(void **state) {
  GwLookTurn turns[N] = {0};
  guint looks[N] = {0}, rest = 0;
  for (guint i = 0; i < 50; i++)
    turns[i].is_watched = TRUE; /* 50 stills a second are wanted, 10 can be made */
  run(turns, N, GW_SEC, 10, 600, looks);
  for (guint i = 50; i < N; i++) {
    rest += looks[i];
    assert_in_range(looks[i], 50, 62); /* every 10 s, as if nobody watched */
  }
  assert_in_range(rest, 2500, 3100);
}

static void codes_are_read_twice_a_second_at_most(void **state) {
  GwLookTurn turns[1] = {0};
  guint looks[1] = {0};
  turns[0].has_codes = TRUE;
  run(turns, 1, GW_SEC / 15, 30, 60, looks); /* every picture a keyframe */
  assert_in_range(looks[0], 110, 135);
}

static void without_a_budget_only_stills_are_wanted(void **state) {
  const GwLookRules none = {0, 10 * GW_SEC, 2 * GW_SEC};
  GwLookTurn turn = {.is_suspected = TRUE, .has_codes = TRUE};
  assert_int_equal(gw_look_turn_offer(&turn, &none, GW_SEC), GW_LOOK_NOT);
  turn.is_watched = TRUE;
  assert_int_equal(gw_look_turn_offer(&turn, &none, 2 * GW_SEC), GW_LOOK_STILL);
  assert_false(gw_look_turn_taken(&turn, &none, GW_SEC, 2 * GW_SEC)); /* not for the scene */
}

static void silent_camera_is_not_waited_for(void **state) {
  GwLookTurn turn = {0};
  assert_false(gw_look_turn_is_fed(&turn, GW_SEC));
  (void)gw_look_turn_offer(&turn, &rules, GW_SEC);
  assert_true(gw_look_turn_is_fed(&turn, 20 * GW_SEC));
  assert_false(gw_look_turn_is_fed(&turn, 60 * GW_SEC));
  (void)gw_look_turn_offer(&turn, &rules, 61 * GW_SEC); /* one a minute: "smart codec" */
  assert_true(gw_look_turn_is_fed(&turn, 200 * GW_SEC));
}

static void code_is_news_once_until_it_was_gone(void **state) {
  GwShown shown = {0};
  assert_true(gw_shown_is_news(&shown, "P:07", GW_SEC));
  for (guint s = 2; s < 60; s++)
    assert_false(gw_shown_is_news(&shown, "P:07", s * GW_SEC));
  assert_false(gw_shown_is_news(&shown, "P:07", 68 * GW_SEC));
  assert_true(gw_shown_is_news(&shown, "P:07", 78 * GW_SEC));
  assert_true(gw_shown_is_news(&shown, "P:08", 78 * GW_SEC));
}

static void wall_of_posters_is_bounded_and_makes_room(void **state) {
  GwShown shown = {0};
  guint said = 0;
  char text[16];
  for (guint s = 1; s < 5; s++)
    for (guint i = 0; i < 20; i++) {
      g_snprintf(text, sizeof text, "code %u", i);
      said += (guint)gw_shown_is_news(&shown, text, s * GW_SEC);
    }
  assert_int_equal(said, GW_SHOWN_MOST);
  assert_true(gw_shown_is_news(&shown, "badge", 30 * GW_SEC));
}

static void foreign_codes_are_no_news(void **state) {
  GwShown shown = {0};
  g_autofree char *longest = g_strnfill(128, 'a'), *longer = g_strnfill(129, 'a');
  assert_true(gw_shown_is_news(&shown, longest, GW_SEC));
  assert_false(gw_shown_is_news(&shown, longer, GW_SEC));
  assert_false(gw_shown_is_news(&shown, "", GW_SEC));
  assert_false(gw_shown_is_news(&shown, "caf\xc3\xa9", GW_SEC));
  assert_false(gw_shown_is_news(&shown, "two\nlines", GW_SEC));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_camera_is_looked_at_in_its_time),
      cmocka_unit_test(too_small_a_budget_is_shared_evenly),
      cmocka_unit_test(long_keyframe_intervals_are_all_looked_at),
      cmocka_unit_test(suspected_cameras_are_looked_at_more_often),
      cmocka_unit_test(watched_cameras_never_take_more_than_half),
      cmocka_unit_test(codes_are_read_twice_a_second_at_most),
      cmocka_unit_test(without_a_budget_only_stills_are_wanted),
      cmocka_unit_test(silent_camera_is_not_waited_for),
      cmocka_unit_test(code_is_news_once_until_it_was_gone),
      cmocka_unit_test(wall_of_posters_is_bounded_and_makes_room),
      cmocka_unit_test(foreign_codes_are_no_news),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
