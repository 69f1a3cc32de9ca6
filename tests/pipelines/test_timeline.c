/* Media time: RTP time stamps and arrival, on our clock. */
#include "pipelines/live/timeline.h"
#include "tests/pipelines/cm.h"

#include <glib.h>

#define STEP 6000 /* 15 pictures a second */
#define AT_US(i) ((GwUsec)(i)*GW_SEC / 15)
#define RATE GW_TIMELINE_TICKS

static void is_near(gint64 is, gint64 should) {
  if (ABS(is - should) > 20)
    fail_msg("%" G_GINT64_FORMAT " and not %" G_GINT64_FORMAT, is, should);
}

static void jitter_of_the_network_does_not_show(void **state) {
  static const GwUsec late_us[] = {0, 90000, 20000, 250000, 1000, 800000, 730000, 0};
  GwTimeline t;
  guint32 rtp = 0xffffa000; /* it goes round in the middle */
  gw_timeline_init(&t, GW_TIMELINE_LIVE);
  gw_timeline_anchor(&t, rtp, GW_SEC);
  for (guint i = 1; i < 200; i++) {
    rtp += STEP;
    assert_int_equal(gw_timeline_take(&t, rtp, GW_SEC + AT_US(i) + late_us[i % G_N_ELEMENTS(late_us)]),
                     i * STEP);
    is_near(gw_timeline_at_us(&t), GW_SEC + AT_US(i));
    assert_false(t.wants_anchor);
  }
}

static void a_hint_that_waited_less_moves_the_epoch(void **state) {
  GwTimeline t;
  gw_timeline_init(&t, GW_TIMELINE_LIVE);
  gw_timeline_anchor(&t, 0, GW_SEC + 200 * GW_MS);
  gw_timeline_hint(&t, STEP, GW_SEC + AT_US(1));
  gw_timeline_hint(&t, 2 * STEP, GW_SEC + AT_US(2) + 900 * GW_MS);
  is_near(t.epoch_us, GW_SEC);
}

static void a_jump_is_bridged_by_arrival_until_a_new_anchor(void **state) {
  static const gint32 jumps[] = {RATE * 3600, -RATE, -RATE * 3600};
  for (guint k = 0; k < G_N_ELEMENTS(jumps); k++) {
    GwTimeline t;
    guint32 rtp = 1000;
    gw_timeline_init(&t, GW_TIMELINE_LIVE);
    gw_timeline_anchor(&t, rtp, GW_SEC);
    gw_timeline_take(&t, rtp += STEP, GW_SEC + AT_US(1));
    rtp += (guint32)jumps[k];
    for (guint i = 2; i < 10; i++) {
      gw_timeline_take(&t, rtp += STEP, GW_SEC + AT_US(i));
      is_near(gw_timeline_at_us(&t), GW_SEC + AT_US(i));
      assert_true(t.wants_anchor);
    }
    gw_timeline_anchor(&t, rtp += STEP, GW_SEC + AT_US(10));
    assert_int_equal(gw_timeline_take(&t, rtp += STEP, GW_SEC + AT_US(11)), STEP);
    assert_false(t.wants_anchor);
  }
}

/* Its clock goes `percent` of ours; after how many seconds it wants an anchor. */
static guint seconds_until_drift(GwTimeline *t, guint percent) {
  guint32 rtp = t->rtp;
  const GwUsec from_us = gw_timeline_at_us(t);
  for (guint i = 1; i < 60 * 15; i++) {
    gw_timeline_take(t, rtp += STEP * percent / 100, from_us + AT_US(i));
    if (t->wants_anchor)
      return i / 15;
  }
  return G_MAXUINT;
}

static void pictures_out_of_order_are_no_jump(void **state) {
  static const guint order[] = {0, 3, 1, 2, 6, 4, 5, 9, 7, 8, 12, 10, 11};
  GwTimeline t;
  gw_timeline_init(&t, GW_TIMELINE_LIVE);
  gw_timeline_anchor(&t, 0, GW_SEC);
  for (guint i = 1; i < G_N_ELEMENTS(order); i++) {
    assert_int_equal(gw_timeline_take(&t, order[i] * STEP, GW_SEC + AT_US(i)), order[i] * STEP);
    assert_false(t.wants_anchor);
  }
  assert_in_range(t.step, STEP / 2, 3 * STEP / 2);
}

static void drift_wants_an_anchor_and_much_drift_is_not_believed(void **state) {
  GwTimeline t;
  gw_timeline_init(&t, GW_TIMELINE_LIVE);
  gw_timeline_anchor(&t, 0, GW_SEC);
  assert_int_equal(seconds_until_drift(&t, 100), G_MAXUINT);
  gw_timeline_anchor(&t, t.rtp, gw_timeline_at_us(&t));
  assert_in_range(seconds_until_drift(&t, 110), 2, 4); /* what comes before it was taken is noticed at once */
  gw_timeline_anchor(&t, t.rtp, gw_timeline_at_us(&t));
  assert_in_range(seconds_until_drift(&t, 90), 3, 7);
  assert_false(t.by_arrival);
  gw_timeline_anchor(&t, t.rtp, gw_timeline_at_us(&t));
  assert_in_range(seconds_until_drift(&t, 80), 1, 5);
  assert_true(t.by_arrival); /* three times within a minute */
  gw_timeline_anchor(&t, t.rtp, gw_timeline_at_us(&t));
  assert_int_equal(seconds_until_drift(&t, 80), G_MAXUINT);
}

static void what_is_played_back_is_not_measured_by_arrival(void **state) {
  GwTimeline t;
  guint32 rtp = 5;
  gw_timeline_init(&t, GW_TIMELINE_PLAYBACK);
  gw_timeline_anchor(&t, rtp, GW_SEC);
  for (guint i = 1; i < 100; i++)
    assert_int_equal(gw_timeline_take(&t, rtp += STEP, GW_SEC), i * STEP); /* all at once */
  assert_false(t.wants_anchor);
  gw_timeline_take(&t, rtp += RATE * 60, GW_SEC); /* nothing was recorded for a minute */
  assert_true(t.wants_anchor);
  is_near(gw_timeline_recorded_us(&t), GW_SEC + AT_US(99) + 60 * GW_SEC);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(jitter_of_the_network_does_not_show),
      cmocka_unit_test(a_hint_that_waited_less_moves_the_epoch),
      cmocka_unit_test(a_jump_is_bridged_by_arrival_until_a_new_anchor),
      cmocka_unit_test(pictures_out_of_order_are_no_jump),
      cmocka_unit_test(drift_wants_an_anchor_and_much_drift_is_not_believed),
      cmocka_unit_test(what_is_played_back_is_not_measured_by_arrival),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
