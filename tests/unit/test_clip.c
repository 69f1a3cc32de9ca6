/* Clips: where one comes from, who must allow it, what becomes of it, and how long it stays. */
#include "tests/unit/core_facts.h"
#include "daemon/core/clip.h"

#define NOW TEN_O_CLOCK
#define OPERATOR 1
#define LEAD 3

static GwClipAsk ask_of(GwUsec from_us, GwUsec to_us) {
  return (GwClipAsk){.actor_id = OPERATOR,
                     .is_watched = TRUE,
                     .has_recorder = TRUE,
                     .channel = 4,
                     .from_us = from_us,
                     .to_us = to_us};
}

static GwClipDecision asked(const GwClipAsk *ask) {
  GwClipDecision d;
  g_autoptr(GError) error = NULL;
  if (!gw_clip_decide_ask(ask, NOW, &d, &error))
    fail_msg("%s", error->message);
  return d;
}

static void assert_ask_refused(const GwClipAsk *ask, GwRefusal why) {
  GwClipDecision d = {.row = "untouched"};
  g_autoptr(GError) error = NULL;
  gboolean ok = gw_clip_decide_ask(ask, NOW, &d, &error);
  assert_refused(ok, error, why);
  assert_string_equal(d.row, "untouched");
}

static GwUsec late_at(const GwClipDecision *d) {
  const GwEffect *e = gw_effects_find(&d->effects, GW_EFFECT_TIMER_SET, GW_TIMER_CLIP_LATE, 0);
  assert_non_null(e);
  return e->due_at_us;
}

/* ---- asking ---- */

static void the_last_ten_seconds_come_from_memory_and_need_nobodys_leave(void **state) {
  GwClipAsk ask = ask_of(NOW - 10 * GW_SEC, NOW + 20 * GW_SEC);
  GwClipDecision d = asked(&ask);
  assert_int_equal(d.next.state, GW_CLIP_WAITING);
  assert_int_equal(d.next.source, GW_CLIP_RING);
  assert_int_equal(d.next.asked_by, OPERATOR);
  assert_int_equal(d.next.allowed_by, OPERATOR);
  assert_true(d.make);
  assert_string_equal(d.kind, "clip.asked");
  assert_int_equal(late_at(&d), NOW + 20 * GW_SEC + 90 * GW_SEC);
  assert_int_equal(d.next.keep_until_us, NOW + 30 * GW_DAY);
}

static void a_question_that_was_a_second_under_way_still_finds_memory(void **state) {
  GwClipAsk ask = ask_of(NOW - 11 * GW_SEC, NOW);
  assert_int_equal(asked(&ask).next.source, GW_CLIP_RING);
  ask = ask_of(NOW - 13 * GW_SEC, NOW);
  assert_int_equal(asked(&ask).next.source, GW_CLIP_RECORDER);
}

static void footage_of_a_recorder_waits_for_somebody_who_may_allow_it(void **state) {
  GwClipAsk ask = ask_of(NOW - GW_HOUR, NOW - GW_HOUR + GW_MIN);
  GwClipDecision d = asked(&ask);
  assert_int_equal(d.next.state, GW_CLIP_ASKED);
  assert_int_equal(d.next.source, GW_CLIP_RECORDER);
  assert_int_equal(d.next.allowed_by, 0);
  assert_false(d.make);
  assert_int_equal(late_at(&d), NOW + 7 * GW_DAY);
}

static void a_supervisor_allows_it_in_the_same_breath(void **state) {
  GwClipAsk ask = ask_of(NOW - GW_HOUR, NOW - GW_HOUR + GW_MIN);
  ask.actor_id = LEAD;
  ask.is_lead = TRUE;
  ask.before_us = 40 * GW_SEC;
  GwClipDecision d = asked(&ask);
  assert_int_equal(d.next.state, GW_CLIP_WAITING);
  assert_int_equal(d.next.allowed_by, LEAD);
  assert_int_equal(d.next.allowed_at_us, NOW);
  assert_true(d.make);
  assert_int_equal(late_at(&d), NOW + 40 * GW_SEC + GW_MIN + 120 * GW_SEC); /* those before it, its length, and a while */
}

static void what_a_rule_asks_for_comes_from_memory_however_long_the_rule_waited(void **state) {
  GwClipAsk ask = {.from_us = NOW - 80 * GW_SEC, .to_us = NOW - 50 * GW_SEC};
  GwClipDecision d = asked(&ask);
  assert_int_equal(d.next.state, GW_CLIP_WAITING);
  assert_int_equal(d.next.source, GW_CLIP_RING);
  assert_int_equal(d.next.asked_by, 0);
  assert_int_equal(d.next.allowed_by, 0);
  assert_int_equal(late_at(&d), NOW + 90 * GW_SEC);
}

static void without_a_recorder_memory_gives_what_it_has(void **state) {
  GwClipAsk ask = ask_of(NOW - 40 * GW_SEC, NOW + 5 * GW_SEC);
  ask.has_recorder = FALSE;
  assert_int_equal(asked(&ask).next.source, GW_CLIP_RING);
  ask.from_us = NOW - 61 * GW_SEC;
  assert_ask_refused(&ask, GW_REFUSAL_CLIP_NO_RECORDER);
  ask.from_us = NOW - 40 * GW_SEC;
  ask.to_us = NOW - 20 * GW_SEC; /* none of it is remembered */
  assert_ask_refused(&ask, GW_REFUSAL_CLIP_NO_RECORDER);
}

static void what_is_missing_is_named(void **state) {
  GwClipAsk ask = ask_of(NOW - GW_HOUR, NOW - GW_HOUR + GW_MIN);
  ask.channel = 0;
  assert_ask_refused(&ask, GW_REFUSAL_CLIP_NO_CHANNEL);
  ask.has_recorder = FALSE;
  assert_ask_refused(&ask, GW_REFUSAL_CLIP_NO_RECORDER);
  ask = ask_of(NOW - 5 * GW_SEC, NOW);
  ask.is_watched = ask.has_recorder = FALSE; /* nobody remembers a camera that is switched off */
  assert_ask_refused(&ask, GW_REFUSAL_CLIP_NO_RECORDER);
}

static void times_are_in_order_short_and_not_of_tomorrow(void **state) {
  GwClipAsk ask = ask_of(NOW, NOW);
  assert_ask_refused(&ask, GW_REFUSAL_CLIP_BACKWARDS);
  ask = ask_of(-5, NOW);
  assert_ask_refused(&ask, GW_REFUSAL_CLIP_BACKWARDS);
  ask = ask_of(NOW - GW_HOUR, NOW - GW_HOUR + 5 * GW_MIN + 1);
  assert_ask_refused(&ask, GW_REFUSAL_CLIP_TOO_LONG);
  ask = ask_of(NOW - GW_HOUR, NOW - GW_HOUR + 5 * GW_MIN);
  (void)asked(&ask);
  ask = ask_of(NOW, NOW + 60 * GW_SEC + 1);
  assert_ask_refused(&ask, GW_REFUSAL_CLIP_AHEAD);
  ask.to_us--;
  (void)asked(&ask);
}

static void looking_back_needs_a_recorder_a_channel_and_a_past(void **state) {
  const struct {
    gboolean has_recorder;
    int channel;
    GwUsec at_us;
    GwRefusal why;
  } facts[] = {{FALSE, 1, NOW - 1, GW_REFUSAL_BACK_NO_RECORDER},
               {TRUE, 0, NOW - 1, GW_REFUSAL_PLAYBACK_CAMERA_HAS_NO_CHANNEL},
               {TRUE, 1, NOW + 1, GW_REFUSAL_BACK_AHEAD},
               {TRUE, 1, 0, GW_REFUSAL_BACK_AHEAD}};
  assert_true(gw_clip_check_back(TRUE, 1, NOW - 1, NOW, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS(facts); i++) {
    g_autoptr(GError) error = NULL;
    gboolean ok = gw_clip_check_back(facts[i].has_recorder, facts[i].channel, facts[i].at_us, NOW, &error);
    assert_refused(ok, error, facts[i].why);
  }
}

/* ---- the table, once more by hand ---- */

static const Row rows[] = {
    {GW_CLIP_ASKED, GW_CLIP_DO_ALLOW, "K2"},      {GW_CLIP_ASKED, GW_CLIP_DO_DENY, "K3"},
    {GW_CLIP_ASKED, GW_CLIP_DO_LATE_DUE, "K6"},   {GW_CLIP_WAITING, GW_CLIP_DO_SAVE, "K4"},
    {GW_CLIP_WAITING, GW_CLIP_DO_FAIL, "K5"},     {GW_CLIP_WAITING, GW_CLIP_DO_LATE_DUE, "K6"},
    {GW_CLIP_WAITING, GW_CLIP_DO_AGAIN, "K7"},    {GW_CLIP_WAITING, GW_CLIP_DO_LOCK, "K9"},
    {GW_CLIP_WAITING, GW_CLIP_DO_UNLOCK, "K10"},  {GW_CLIP_SAVED, GW_CLIP_DO_EXPORT, "K8"},
    {GW_CLIP_SAVED, GW_CLIP_DO_LOCK, "K9"},       {GW_CLIP_SAVED, GW_CLIP_DO_UNLOCK, "K10"},
    {GW_CLIP_SAVED, GW_CLIP_DO_KEEP_DUE, "K11"},  {GW_CLIP_FAILED, GW_CLIP_DO_SAVE, "K4"},
};

static void every_cell_is_as_written_down(void **state) {
  for (int from = 0; from < GW_N_CLIP_STATES; from++)
    for (int input = 0; input < GW_N_CLIP_INPUTS; input++)
      assert_same_row(gw_clip_table_row((GwClipState)from, (GwClipInput)input),
                      row_of(rows, G_N_ELEMENTS(rows), from, input));
}

static void an_empty_cell_is_refused_with_a_sentence_and_changes_nothing(void **state) {
  for (int from = 0; from < GW_N_CLIP_STATES; from++)
    for (int input = 0; input < GW_N_CLIP_INPUTS; input++) {
      const GwClip clip = {.state = (GwClipState)from, .asked_by = OPERATOR};
      const GwClipMove move = {.input = (GwClipInput)input, .actor_id = LEAD};
      GwClipDecision d = {.row = "untouched"};
      g_autoptr(GError) error = NULL;
      if (row_of(rows, G_N_ELEMENTS(rows), from, input))
        continue;
      assert_false(gw_clip_decide(&clip, &move, NOW, &d, &error));
      assert_non_null(error);
      assert_non_null(gw_refusal_zh(error->message));
      assert_string_equal(d.row, "untouched");
    }
}

static GwClip clip_of(GwClipState state, GwClipSource source) {
  return (GwClip){.state = state,
                  .source = source,
                  .from_us = NOW - GW_HOUR,
                  .to_us = NOW - GW_HOUR + 30 * GW_SEC,
                  .asked_by = OPERATOR,
                  .asked_at_us = NOW - GW_MIN,
                  .keep_until_us = NOW + GW_DAY};
}

static GwClipDecision moved(const GwClip *clip, GwClipMove move) {
  GwClipDecision d;
  g_autoptr(GError) error = NULL;
  if (!gw_clip_decide(clip, &move, NOW, &d, &error))
    fail_msg("%s", error->message);
  return d;
}

static void assert_move_refused(const GwClip *clip, GwClipMove move, GwRefusal why) {
  GwClipDecision d;
  g_autoptr(GError) error = NULL;
  gboolean ok = gw_clip_decide(clip, &move, NOW, &d, &error);
  assert_refused(ok, error, why);
}

static void whoever_asked_may_neither_allow_nor_refuse_it(void **state) {
  GwClip clip = clip_of(GW_CLIP_ASKED, GW_CLIP_RECORDER);
  assert_move_refused(&clip, (GwClipMove){.input = GW_CLIP_DO_ALLOW, .actor_id = OPERATOR}, GW_REFUSAL_CLIP_SAME_PERSON);
  assert_move_refused(&clip, (GwClipMove){.input = GW_CLIP_DO_DENY, .actor_id = OPERATOR}, GW_REFUSAL_CLIP_SAME_PERSON);
  GwClipDecision yes = moved(&clip, (GwClipMove){.input = GW_CLIP_DO_ALLOW, .actor_id = LEAD});
  assert_int_equal(yes.next.state, GW_CLIP_WAITING);
  assert_int_equal(yes.next.allowed_by, LEAD);
  assert_true(yes.make);
  assert_int_equal(late_at(&yes), NOW + 150 * GW_SEC);
  GwClipDecision no = moved(&clip, (GwClipMove){.input = GW_CLIP_DO_DENY, .actor_id = LEAD});
  assert_int_equal(no.next.state, GW_CLIP_REFUSED);
  assert_string_equal(gw_clip_why_to_string(no.next.why), "denied");
  assert_false(no.make);
}

static void a_saved_clip_says_what_it_holds_and_is_kept_from_then_on(void **state) {
  GwClip clip = clip_of(GW_CLIP_WAITING, GW_CLIP_RING);
  GwClipDecision d = moved(&clip, (GwClipMove){.input = GW_CLIP_DO_SAVE, .from_us = 7, .to_us = 9});
  assert_int_equal(d.next.state, GW_CLIP_SAVED);
  assert_int_equal(d.next.from_us, 7);
  assert_int_equal(d.next.to_us, 9);
  assert_int_equal(d.next.saved_at_us, NOW);
  assert_int_equal(d.next.keep_until_us, NOW + 30 * GW_DAY);
  assert_non_null(gw_effects_find(&d.effects, GW_EFFECT_TIMER_CANCEL, GW_TIMER_CLIP_LATE, -1));
}

static void proof_that_comes_after_it_was_given_up_is_taken(void **state) {
  GwClip clip = clip_of(GW_CLIP_WAITING, GW_CLIP_RECORDER);
  clip = moved(&clip, (GwClipMove){.input = GW_CLIP_DO_LATE_DUE}).next;
  assert_int_equal(clip.state, GW_CLIP_FAILED);
  assert_int_equal(clip.why, GW_CLIP_WHY_TIMEOUT);
  clip = moved(&clip, (GwClipMove){.input = GW_CLIP_DO_SAVE, .from_us = 7, .to_us = 9}).next;
  assert_int_equal(clip.state, GW_CLIP_SAVED);
  assert_int_equal(clip.why, GW_CLIP_WHY_NONE);
}

static void a_start_gives_up_what_memory_has_lost_and_asks_again_for_the_rest(void **state) {
  GwClip gone = clip_of(GW_CLIP_WAITING, GW_CLIP_RING), from_recorder = clip_of(GW_CLIP_WAITING, GW_CLIP_RECORDER);
  GwClipDecision d = moved(&gone, (GwClipMove){.input = GW_CLIP_DO_AGAIN});
  assert_int_equal(d.next.state, GW_CLIP_FAILED);
  assert_int_equal(d.next.why, GW_CLIP_WHY_WORKER_GONE);
  assert_string_equal(d.kind, "clip.failed");
  assert_false(d.make);
  gone.to_us = NOW + 5 * GW_SEC; /* its end is still to come */
  d = moved(&gone, (GwClipMove){.input = GW_CLIP_DO_AGAIN});
  assert_int_equal(d.next.state, GW_CLIP_WAITING);
  assert_true(d.make);
  assert_null(d.kind);
  d = moved(&from_recorder, (GwClipMove){.input = GW_CLIP_DO_AGAIN});
  assert_int_equal(d.next.state, GW_CLIP_WAITING);
  assert_true(d.make);
  assert_int_equal(late_at(&d), NOW + 150 * GW_SEC);
}

static void a_locked_clip_outlives_its_time_and_an_unlocked_one_has_a_day(void **state) {
  GwClip clip = clip_of(GW_CLIP_SAVED, GW_CLIP_RING);
  clip.keep_until_us = NOW - 1;
  GwClip locked = moved(&clip, (GwClipMove){.input = GW_CLIP_DO_LOCK, .actor_id = LEAD}).next;
  assert_int_equal(locked.locked_by, LEAD);
  assert_move_refused(&locked, (GwClipMove){.input = GW_CLIP_DO_KEEP_DUE}, GW_REFUSAL_CLIP_LOCKED);
  assert_move_refused(&locked, (GwClipMove){.input = GW_CLIP_DO_LOCK, .actor_id = LEAD}, GW_REFUSAL_CLIP_LOCKED);
  GwClip open = moved(&locked, (GwClipMove){.input = GW_CLIP_DO_UNLOCK, .actor_id = LEAD}).next;
  assert_int_equal(open.locked_by, 0);
  assert_int_equal(open.keep_until_us, NOW + GW_DAY);
  assert_move_refused(&open, (GwClipMove){.input = GW_CLIP_DO_UNLOCK, .actor_id = LEAD}, GW_REFUSAL_CLIP_NOT_LOCKED);
  assert_move_refused(&open, (GwClipMove){.input = GW_CLIP_DO_KEEP_DUE}, GW_REFUSAL_CLIP_NO_SUCH_MOVE); /* not yet */
}

static void what_is_removed_is_known_and_gone(void **state) {
  GwClip clip = clip_of(GW_CLIP_SAVED, GW_CLIP_RING);
  clip.keep_until_us = NOW;
  GwClipDecision d = moved(&clip, (GwClipMove){.input = GW_CLIP_DO_KEEP_DUE});
  assert_int_equal(d.next.state, GW_CLIP_REMOVED);
  assert_true(d.drop);
  assert_string_equal(d.kind, "clip.removed");
  assert_move_refused(&d.next, (GwClipMove){.input = GW_CLIP_DO_EXPORT}, GW_REFUSAL_CLIP_GONE);
}

static void why_there_is_nothing_to_take_is_said(void **state) {
  const struct {
    GwClipState state;
    GwRefusal why;
  } facts[] = {{GW_CLIP_ASKED, GW_REFUSAL_CLIP_NOT_ALLOWED},
               {GW_CLIP_WAITING, GW_REFUSAL_CLIP_NOT_READY},
               {GW_CLIP_FAILED, GW_REFUSAL_CLIP_IS_NONE},
               {GW_CLIP_REFUSED, GW_REFUSAL_CLIP_IS_NONE}};
  for (gsize i = 0; i < G_N_ELEMENTS(facts); i++) {
    GwClip clip = clip_of(facts[i].state, GW_CLIP_RING);
    assert_move_refused(&clip, (GwClipMove){.input = GW_CLIP_DO_EXPORT}, facts[i].why);
  }
  GwClip decided = clip_of(GW_CLIP_WAITING, GW_CLIP_RECORDER);
  assert_move_refused(&decided, (GwClipMove){.input = GW_CLIP_DO_ALLOW, .actor_id = LEAD}, GW_REFUSAL_CLIP_DECIDED);
}

static void names_go_both_ways(void **state) {
  for (int i = 0; i < GW_N_CLIP_STATES; i++) {
    GwClipState back;
    assert_true(gw_clip_state_from_string(gw_clip_state_to_string((GwClipState)i), &back));
    assert_int_equal(back, i);
  }
  for (int i = 0; i < GW_N_CLIP_WHYS; i++) {
    GwClipWhy back;
    assert_true(gw_clip_why_from_string(gw_clip_why_to_string((GwClipWhy)i), &back));
    assert_int_equal(back, i);
  }
  GwClipWhy why = GW_CLIP_WHY_BUSY;
  assert_false(gw_clip_why_from_string("bad luck", &why));
  assert_false(gw_clip_why_from_string(NULL, &why));
  assert_int_equal(why, GW_CLIP_WHY_BUSY);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FACT(the_last_ten_seconds_come_from_memory_and_need_nobodys_leave),
      FACT(a_question_that_was_a_second_under_way_still_finds_memory),
      FACT(footage_of_a_recorder_waits_for_somebody_who_may_allow_it),
      FACT(a_supervisor_allows_it_in_the_same_breath),
      FACT(what_a_rule_asks_for_comes_from_memory_however_long_the_rule_waited),
      FACT(without_a_recorder_memory_gives_what_it_has),
      FACT(what_is_missing_is_named),
      FACT(times_are_in_order_short_and_not_of_tomorrow),
      FACT(looking_back_needs_a_recorder_a_channel_and_a_past),
      FACT(every_cell_is_as_written_down),
      FACT(an_empty_cell_is_refused_with_a_sentence_and_changes_nothing),
      FACT(whoever_asked_may_neither_allow_nor_refuse_it),
      FACT(a_saved_clip_says_what_it_holds_and_is_kept_from_then_on),
      FACT(proof_that_comes_after_it_was_given_up_is_taken),
      FACT(a_start_gives_up_what_memory_has_lost_and_asks_again_for_the_rest),
      FACT(a_locked_clip_outlives_its_time_and_an_unlocked_one_has_a_day),
      FACT(what_is_removed_is_known_and_gone),
      FACT(why_there_is_nothing_to_take_is_said),
      FACT(names_go_both_ways),
  };
  return cmocka_run_group_tests_name("clip", tests, NULL, NULL);
}
