/* Clips in the ledger: who may ask, allow, lock and take out; what is journaled; how long proof stays. */
#include "daemon/ledger/ledger.h"
#include "tests/unit/looking_fixture.h"

static json_t *allow_args(gint64 id, gboolean allow) {
  return json_pack("{s:I, s:b, s:s}", "clip_id", (json_int_t)id, "allow", allow, "words", "同意");
}

static json_t *lock_args(gint64 id, gboolean locked) {
  return json_pack("{s:I, s:b, s:s}", "clip_id", (json_int_t)id, "locked", locked, "words", "派出所调取");
}

static json_t *last_effect(Center *c, const char *name) {
  for (guint i = c->publications->len; i-- > 0;) {
    size_t k;
    json_t *effect;
    json_array_foreach(json_object_get(g_ptr_array_index(c->publications, i), "effects"), k, effect) {
      if (strcmp(json_string_value(json_object_get(effect, "effect")), name) == 0)
        return effect;
    }
  }
  return NULL;
}

/* ---- an alert ---- */

static void an_alert_with_a_camera_keeps_what_was_around_it(void **state) {
  Center *c = *state;
  gint64 alert_id = alert_raised(c, "fall", 1, CAMERA);
  assert_int_equal(count(c, "select count(*) from clip"), 1);
  assert_int_equal(count(c, "select alert_id from clip"), alert_id);
  assert_int_equal(count(c, "select c.from_us - a.first_at_us from clip c, alert a"), -10 * GW_SEC);
  assert_int_equal(count(c, "select c.to_us - a.first_at_us from clip c, alert a"), 20 * GW_SEC);
  assert_string_equal(clip_state(c, 1), "waiting");
  assert_string_equal(text(c, "select source from clip"), "ring");
  assert_int_equal(count(c, "select asked_by is null and allowed_by is null from clip"), 1);
  assert_string_equal(published_text(c, "clip", 1, "asked_by"), "");
  json_t *effect = last_effect(c, "clip.save");
  assert_int_equal(json_integer_value(json_object_get(effect, "clip_id")), 1);
  assert_int_equal(json_integer_value(json_object_get(effect, "camera_id")), CAMERA);
  assert_string_equal(json_string_value(json_object_get(effect, "source")), "ring");
  assert_int_equal(json_integer_value(json_object_get(effect, "to_us")) - json_integer_value(json_object_get(effect, "from_us")),
                   30 * GW_SEC);
  assert_verifies(c);
}

static void a_card_that_counts_up_keeps_its_first_clip(void **state) {
  Center *c = *state;
  for (int i = 0; i < 3; i++) {
    say(c, &ai_box, "observation.report", json_pack("{s:s, s:s}", "category", "intrusion", "camera_code", "C-087"));
    wait_us(c, 10 * GW_SEC);
  }
  assert_int_equal(count(c, "select count from alert"), 3);
  assert_int_equal(count(c, "select count(*) from clip"), 1);
}

/* The center's time stands still until the clock has come to it again; pictures have the clock's. */
static void a_clock_that_was_set_back_costs_no_clip(void **state) {
  Center *c = *state;
  run(c);
  gw_clock_fake(gw_clock_real_us() - GW_HOUR);
  run(c);
  const gint64 now_us = gw_clock_real_us();
  alert_raised(c, "fall", 1, CAMERA);
  assert_int_equal(count(c, "select from_us from clip"), now_us - 10 * GW_SEC);
  assert_int_equal(count(c, "select to_us from clip"), now_us + 20 * GW_SEC);
  const gint64 id = clip_asked(c, &operator_1, 8 * GW_SEC, 10 * GW_SEC); /* the last seconds are the last seconds */
  assert_string_equal(clip_state(c, id), "waiting");
  assert_int_equal(count(c, "select count(*) from clip where source = 'ring'"), 2);
  wait_us(c, 80 * GW_SEC);
  assert_string_equal(clip_state(c, 1), "waiting");
  wait_us(c, 31 * GW_SEC);
  assert_string_equal(clip_state(c, 1), "failed timeout");
}

static void an_alert_without_a_camera_has_none(void **state) {
  Center *c = *state;
  say(c, &operator_1, "incident.open", json_pack("{s:s, s:i}", "category", "fall", "place_id", PLACE_12));
  assert_int_equal(count(c, "select count(*) from clip"), 0);
}

static void what_was_saved_is_in_the_journal_with_its_hash_and_its_times(void **state) {
  Center *c = *state;
  alert_raised(c, "fall", 1, CAMERA);
  const gint64 from_us = count(c, "select from_us from clip"), to_us = count(c, "select to_us from clip");
  wait_us(c, 25 * GW_SEC);
  clip_saved(c, 1, 'a');
  assert_string_equal(clip_state(c, 1), "saved");
  assert_int_equal(count(c, "select from_us from clip"), from_us + 3 * GW_SEC);
  assert_int_equal(count(c, "select to_us from clip"), to_us - GW_SEC);
  assert_string_equal(text(c, "select json_extract(body, '$.hash') from journal where kind = 'clip.saved'"), clip_hash('a'));
  assert_int_equal(count(c, "select json_extract(body, '$.from_us') from journal where kind = 'clip.saved'"), from_us + 3 * GW_SEC);
  assert_int_equal(count(c, "select json_extract(body, '$.asked_from_us') from journal where kind = 'clip.saved'"), from_us);
  assert_int_equal(count(c, "select json_extract(body, '$.bytes') from journal where kind = 'clip.saved'"), 4000000);
  assert_int_equal(count(c, "select count(*) from file where kind = 'mp4' and bytes = 4000000"), 1);
  assert_int_equal(count(c, "select count(*) from timer where kind = 'clip.late'"), 0);
  assert_string_equal(published_text(c, "clip", 1, "codecs"), "avc1.64001F");
  assert_int_equal(json_integer_value(json_object_get(published(c, "clip", 1), "broken")), 2);
  assert_verifies(c);
}

static void the_same_word_twice_is_one_clip(void **state) {
  Center *c = *state;
  alert_raised(c, "fall", 1, CAMERA);
  json_t *body = json_pack("{s:i, s:s, s:i, s:i, s:I, s:I, s:i, s:i, s:s, s:i}", "clip_id", 1, "hash", clip_hash('a'), "bytes",
                           9, "frames", 1, "from_us", (json_int_t)1, "to_us", (json_int_t)2, "width", 1, "height", 1, "codecs",
                           "", "broken", 0);
  see(c, "clip.saved", json_incref(body));
  see(c, "clip.saved", body);
  assert_int_equal(c->answer.code, GW_CODE_OK);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'clip.saved'"), 1);
  clip_failed(c, 1, "timeout"); /* said after it was there: it is there */
  assert_string_equal(clip_state(c, 1), "saved");
}

static void a_clip_that_could_not_be_made_says_why(void **state) {
  static const char *const whys[] = {"not_live", "no_pictures", "no_footage", "no_recorder",  "recorder_full", "recorder_refused",
                                     "worker_gone", "storage_full", "too_large", "busy", "timeout"};
  Center *c = *state;
  for (gsize i = 0; i < G_N_ELEMENTS(whys); i++) {
    gint64 id = clip_asked(c, &operator_1, 5 * GW_SEC, 10 * GW_SEC);
    g_autofree char *expected = g_strconcat("failed ", whys[i], NULL);
    clip_failed(c, id, whys[i]);
    assert_string_equal(clip_state(c, id), expected);
  }
  assert_int_equal(count(c, "select count(distinct json_extract(body, '$.why')) from journal where kind = 'clip.failed'"),
                   G_N_ELEMENTS(whys));
  gint64 id = clip_asked(c, &operator_1, 5 * GW_SEC, 10 * GW_SEC);
  clip_failed(c, id, "a word of a newer worker");
  assert_string_equal(clip_state(c, id), "failed timeout");
}

static void nobody_waits_for_ever(void **state) {
  Center *c = *state;
  alert_raised(c, "fall", 1, CAMERA);
  wait_us(c, 109 * GW_SEC); /* its end is 20 s away, and 90 s more */
  assert_string_equal(clip_state(c, 1), "waiting");
  wait_us(c, 2 * GW_SEC);
  assert_string_equal(clip_state(c, 1), "failed timeout");
  assert_string_equal(published_text(c, "clip", 1, "why"), "timeout");
  assert_int_equal(count(c, "select severity from journal where kind = 'clip.failed'"), 0); /* nobody asked: no news for all */
}

/* ---- people ---- */

static void an_operator_has_the_last_seconds_at_once(void **state) {
  Center *c = *state;
  gint64 id = clip_asked(c, &operator_1, 8 * GW_SEC, 12 * GW_SEC);
  assert_string_equal(clip_state(c, id), "waiting");
  assert_string_equal(published_text(c, "clip", id, "asked_by"), "王值机");
  assert_string_equal(published_text(c, "clip", id, "allowed_by"), "王值机");
  assert_string_equal(published_text(c, "clip", id, "words"), "纠纷取证");
  assert_int_equal(count(c, "select count(*) from journal where kind = 'clip.asked' and actor_id = 1"
                            " and json_extract(body, '$.words.text_id') is not null and body not like '%纠纷%'"), 1);
}

static void footage_needs_a_second_person_and_both_are_in_the_journal(void **state) {
  Center *c = *state;
  recorder_there(c);
  gint64 id = clip_asked(c, &operator_1, GW_HOUR, GW_MIN);
  assert_string_equal(clip_state(c, id), "asked");
  assert_int_equal(effects_named(c, "clip.save"), 0);
  assert_int_equal(ask(c, &operator_2, "clip.allow", allow_args(id, TRUE)), GW_CODE_FORBIDDEN);
  say(c, &supervisor, "clip.allow", allow_args(id, TRUE));
  assert_string_equal(clip_state(c, id), "waiting");
  assert_int_equal(effects_named(c, "clip.save"), 1);
  assert_string_equal(json_string_value(json_object_get(last_effect(c, "clip.save"), "source")), "recorder");
  assert_string_equal(published_text(c, "clip", id, "allowed_by"), "赵主管");
  assert_int_equal(count(c, "select actor_id from journal where kind = 'clip.asked'"), 1);
  assert_int_equal(count(c, "select actor_id from journal where kind = 'clip.allowed'"), 3);
  assert_int_equal(ask(c, &supervisor, "clip.allow", allow_args(id, TRUE)), GW_CODE_ILLEGAL); /* decided */
  wait_us(c, 181 * GW_SEC); /* its minute and two more, and nobody said anything */
  assert_string_equal(clip_state(c, id), "failed timeout");
  assert_int_equal(count(c, "select severity from journal where kind = 'clip.failed'"), 4); /* somebody waits for it */
  assert_verifies(c);
}

static void whoever_asked_may_not_allow_it_himself_in_another_role(void **state) {
  Center *c = *state;
  recorder_there(c);
  gint64 id = clip_asked(c, &operator_1, GW_HOUR, GW_MIN);
  const GwActor promoted = {.user_id = 1, .role = GW_ROLE_SUPERVISOR};
  assert_int_equal(ask(c, &promoted, "clip.allow", allow_args(id, TRUE)), GW_CODE_FORBIDDEN);
  assert_int_equal(ask(c, &promoted, "clip.allow", allow_args(id, FALSE)), GW_CODE_FORBIDDEN);
  assert_string_equal(clip_state(c, id), "asked");
}

static void refused_footage_says_who_refused_it(void **state) {
  Center *c = *state;
  recorder_there(c);
  gint64 id = clip_asked(c, &operator_1, GW_HOUR, GW_MIN);
  say(c, &administrator, "clip.allow", allow_args(id, FALSE));
  assert_string_equal(clip_state(c, id), "refused denied");
  assert_int_equal(count(c, "select actor_id from journal where kind = 'clip.refused'"), 8);
  assert_int_equal(effects_named(c, "clip.save"), 0);
  assert_int_equal(count(c, "select count(*) from timer where kind = 'clip.late'"), 0);
  assert_verifies(c);
}

static void a_supervisor_who_asks_allows_it_himself(void **state) {
  Center *c = *state;
  recorder_there(c);
  gint64 id = clip_asked(c, &supervisor, GW_HOUR, GW_MIN);
  assert_string_equal(clip_state(c, id), "waiting");
  assert_int_equal(count(c, "select allowed_by from clip"), 3);
  assert_int_equal(effects_named(c, "clip.save"), 1);
}

static void a_second_one_waits_for_the_first_to_be_played(void **state) {
  Center *c = *state;
  recorder_there(c);
  clip_asked(c, &supervisor, GW_HOUR, 5 * GW_MIN);
  clip_asked(c, &supervisor, GW_HOUR, GW_MIN);
  wait_us(c, 7 * GW_MIN + GW_SEC); /* the first is given up; the second would have been alone after three minutes */
  assert_string_equal(clip_state(c, 1), "failed timeout");
  assert_string_equal(clip_state(c, 2), "waiting");
  wait_us(c, GW_MIN);
  assert_string_equal(clip_state(c, 2), "failed timeout");
}

static void nobody_answers_a_question_for_a_week(void **state) {
  Center *c = *state;
  recorder_there(c);
  gint64 id = clip_asked(c, &operator_1, GW_HOUR, GW_MIN);
  wait_us(c, 7 * GW_DAY - GW_SEC);
  assert_string_equal(clip_state(c, id), "asked");
  wait_us(c, 2 * GW_SEC);
  assert_string_equal(clip_state(c, id), "failed timeout");
}

static void what_is_missing_is_said_with_what_to_do(void **state) {
  Center *c = *state;
  assert_int_equal(ask(c, &operator_1, "clip.ask", clip_args(GW_HOUR, GW_MIN)), GW_CODE_ILLEGAL);
  assert_non_null(strstr(c->answer.en, "recorder is not registered"));
  assert_non_null(strstr(c->answer.zh, "录像机"));
  recorder_there(c);
  say(c, &administrator, "camera.change", json_pack("{s:i, s:i}", "camera_id", CAMERA, "channel", 0));
  assert_int_equal(ask(c, &operator_1, "clip.ask", clip_args(GW_HOUR, GW_MIN)), GW_CODE_ILLEGAL);
  assert_non_null(strstr(c->answer.en, "channel"));
  assert_int_equal(ask(c, &operator_1, "clip.ask", clip_args(GW_HOUR, 5 * GW_MIN + 1)), GW_CODE_BAD_ARGS);
  assert_int_equal(ask(c, &operator_1, "clip.ask", clip_args(-GW_SEC, GW_MIN)), GW_CODE_BAD_ARGS);
  assert_int_equal(ask(c, &operator_1, "clip.ask", json_pack("{s:i, s:I, s:I}", "camera_id", 99, "from_us", (json_int_t)1,
                                                             "to_us", (json_int_t)2)), GW_CODE_NOT_FOUND);
  json_t *args = clip_args(5 * GW_SEC, 10 * GW_SEC);
  json_object_set_new(args, "alert_id", json_integer(77));
  assert_int_equal(ask(c, &operator_1, "clip.ask", args), GW_CODE_NOT_FOUND);
  assert_int_equal(count(c, "select count(*) from clip"), 0);
}

static void a_double_click_asks_once(void **state) {
  Center *c = *state;
  g_autofree char *uuid = gw_uuid_new();
  Answer first = {0}, second = {0}, other = {0};
  json_t *args = clip_args(5 * GW_SEC, 10 * GW_SEC);
  queue(c, &operator_1, uuid, "clip.ask", json_incref(args), 0, &first);
  queue(c, &operator_1, uuid, "clip.ask", json_incref(args), 0, &second);
  json_t *others = json_deep_copy(args);
  json_decref(args);
  json_object_set_new(others, "words", json_string("另一件事"));
  queue(c, &operator_1, uuid, "clip.ask", others, 0, &other);
  run(c);
  assert_int_equal(first.code, GW_CODE_OK);
  assert_int_equal(json_integer_value(json_object_get(second.result, "clip_id")),
                   json_integer_value(json_object_get(first.result, "clip_id")));
  assert_int_equal(other.code, GW_CODE_CONFLICT);
  assert_int_equal(count(c, "select count(*) from clip"), 1);
  assert_int_equal(effects_named(c, "clip.save"), 1);
  answer_clear(&first);
  answer_clear(&second);
  answer_clear(&other);
}

static void who_decided_by_an_old_picture_is_told(void **state) {
  Center *c = *state;
  gint64 id = clip_asked(c, &operator_1, 5 * GW_SEC, 10 * GW_SEC);
  clip_saved(c, id, 'b');
  assert_int_equal(ask_rev(c, &supervisor, "clip.lock", lock_args(id, TRUE), 1), GW_CODE_CHANGED);
  assert_string_equal(json_string_value(json_object_get(c->answer.object, "state")), "saved");
  assert_int_equal(ask_rev(c, &supervisor, "clip.lock", lock_args(id, TRUE), 2), GW_CODE_OK);
}

static void roles_both_ways(void **state) {
  static const struct {
    const char *command;
    gboolean operators, leads;
  } facts[] = {{"clip.ask", TRUE, TRUE}, {"clip.allow", FALSE, TRUE}, {"clip.lock", FALSE, TRUE}, {"clip.export", TRUE, TRUE}};
  static const GwActor kiosk = {.user_id = 1, .role = GW_ROLE_WALL};
  Center *c = *state;
  for (gsize i = 0; i < G_N_ELEMENTS(facts); i++) {
    const GwActor *const actors[] = {&operator_1, &supervisor, &administrator, &patrol_near, &ai_box, &kiosk};
    const gboolean may[] = {facts[i].operators, facts[i].leads, facts[i].leads, FALSE, FALSE, FALSE};
    for (gsize k = 0; k < G_N_ELEMENTS(actors); k++) {
      json_t *args = strcmp(facts[i].command, "clip.ask") == 0     ? clip_args(5 * GW_SEC, 10 * GW_SEC)
                     : strcmp(facts[i].command, "clip.allow") == 0 ? allow_args(77, TRUE)
                     : strcmp(facts[i].command, "clip.lock") == 0  ? lock_args(77, TRUE)
                                                                   : clip_of(77);
      GwCode code = ask(c, actors[k], facts[i].command, args);
      assert_int_equal(code == GW_CODE_FORBIDDEN, !may[k]);
    }
  }
}

static void so_many_at_once_and_no_more(void **state) {
  Center *c = *state;
  for (int i = 0; i < 64; i++)
    clip_asked(c, &operator_1, 5 * GW_SEC, 10 * GW_SEC);
  assert_int_equal(ask(c, &operator_1, "clip.ask", clip_args(5 * GW_SEC, 10 * GW_SEC)), GW_CODE_ILLEGAL);
  assert_non_null(strstr(c->answer.en, "Too many"));
  alert_raised(c, "fall", 1, CAMERA); /* an alert's own is no question of a person's */
  assert_int_equal(count(c, "select count(*) from clip where alert_id is not null"), 1);
  clip_failed(c, 1, "not_live");
  clip_asked(c, &operator_1, 5 * GW_SEC, 10 * GW_SEC);
}

/* ---- out of the center ---- */

static void an_export_has_the_journals_hash_and_says_who(void **state) {
  Center *c = *state;
  gint64 alert_id = alert_raised(c, "fall", 1, CAMERA);
  assert_int_equal(ask(c, &operator_2, "clip.export", clip_of(1)), GW_CODE_ILLEGAL); /* not made yet */
  clip_saved(c, 1, 'c');
  say(c, &operator_2, "clip.export", clip_of(1));
  assert_string_equal(json_string_value(json_object_get(c->answer.result, "hash")),
                      text(c, "select json_extract(body, '$.hash') from journal where kind = 'clip.saved'"));
  g_autofree char *url = g_strdup_printf("file/%s?name=C-087-20261121-115953.mp4", clip_hash('c'));
  assert_string_equal(json_string_value(json_object_get(c->answer.result, "url")), url);
  assert_int_equal(count(c, "select actor_id from journal where kind = 'clip.exported'"), 2);
  assert_int_equal(count(c, "select json_extract(body, '$.alert_id') from journal where kind = 'clip.exported'"), alert_id);
  assert_int_equal(count(c, "select rev from clip"), 2); /* taking it out does not change it */
}

/* ---- how long it stays ---- */

static void after_its_time_it_goes_and_what_it_was_is_known(void **state) {
  Center *c = *state;
  alert_raised(c, "fall", 1, CAMERA);
  clip_saved(c, 1, 'd');
  wait_us(c, 30 * GW_DAY - GW_MIN);
  assert_string_equal(clip_state(c, 1), "saved");
  wait_us(c, 2 * GW_HOUR);
  assert_string_equal(clip_state(c, 1), "removed");
  assert_string_equal(published_text(c, "clip", 1, "hash"), clip_hash('d'));
  assert_int_equal(effects_named(c, "file.remove"), 1);
  assert_string_equal(json_string_value(json_object_get(last_effect(c, "file.remove"), "hash")), clip_hash('d'));
  assert_string_equal(text(c, "select json_extract(body, '$.hash') from journal where kind = 'clip.removed'"), clip_hash('d'));
  assert_int_equal(ask(c, &operator_1, "clip.export", clip_of(1)), GW_CODE_ILLEGAL);
  assert_non_null(strstr(c->answer.en, "removed by rule"));
  see(c, "file.removed", json_pack("{s:s}", "hash", clip_hash('d')));
  assert_int_equal(count(c, "select count(*) from file"), 0);
  assert_verifies(c);
}

static void a_file_whose_removal_was_not_heard_is_named_again(void **state) {
  Center *c = *state;
  alert_raised(c, "fall", 1, CAMERA);
  clip_saved(c, 1, 'd');
  wait_us(c, 30 * GW_DAY + 2 * GW_HOUR);
  assert_int_equal(effects_named(c, "file.remove"), 1);
  wait_us(c, GW_HOUR + GW_SEC);
  assert_int_equal(effects_named(c, "file.remove"), 2);
  see(c, "file.removed", json_pack("{s:s}", "hash", clip_hash('d')));
  wait_us(c, GW_HOUR + GW_SEC);
  assert_int_equal(effects_named(c, "file.remove"), 2);
}

static void many_go_in_small_steps(void **state) {
  Center *c = *state;
  for (int i = 0; i < 45; i++) {
    gint64 id = clip_asked(c, &operator_1, 5 * GW_SEC, 10 * GW_SEC);
    clip_saved(c, id, (char)('a' + i % 6));
  }
  gint64 before = count(c, "select count(*) from journal");
  wait_us(c, 30 * GW_DAY + 2 * GW_HOUR);
  assert_int_equal(count(c, "select count(*) from clip where state = 'removed'"), 20);
  assert_true(count(c, "select count(*) from journal") >= before + 20);
  assert_int_equal(effects_named(c, "file.remove"), 0); /* each of the six files is a clip's still */
  wait_us(c, 3 * GW_SEC);
  assert_int_equal(count(c, "select count(*) from clip where state = 'removed'"), 40);
  assert_int_equal(effects_named(c, "file.remove"), 1); /* of one of them the last clip is gone */
  see(c, "file.removed", json_pack("{s:s}", "hash", clip_hash('d')));
  wait_us(c, 3 * GW_SEC);
  assert_int_equal(count(c, "select count(*) from clip where state = 'removed'"), 45);
  assert_int_equal(effects_named(c, "file.remove"), 6);
  assert_verifies(c);
}

static void a_locked_one_stays_though_its_alert_is_gone(void **state) {
  Center *c = *state;
  gint64 alert_id = alert_raised(c, "fall", 1, CAMERA);
  clip_saved(c, 1, 'e');
  say(c, &supervisor, "clip.lock", lock_args(1, TRUE));
  assert_string_equal(published_text(c, "clip", 1, "locked_by"), "赵主管");
  assert_true(json_is_true(json_object_get(published(c, "clip", 1), "locked")));
  assert_int_equal(count(c, "select actor_id from journal where kind = 'clip.locked'"), 3);
  say(c, &operator_1, "alert.ack", json_pack("{s:I}", "alert_id", (json_int_t)alert_id));
  say(c, &operator_1, "alert.dispose", json_pack("{s:I, s:s}", "alert_id", (json_int_t)alert_id, "disposition", "real"));
  assert_string_equal(published_text(c, "alert", alert_id, "state"), "NORM");
  wait_us(c, 400 * GW_DAY);
  assert_string_equal(clip_state(c, 1), "saved");
  assert_int_equal(effects_named(c, "file.remove"), 0);
  say(c, &administrator, "clip.lock", lock_args(1, FALSE));
  assert_int_equal(count(c, "select actor_id from journal where kind = 'clip.unlocked'"), 8);
  wait_us(c, GW_DAY - GW_HOUR);
  assert_string_equal(clip_state(c, 1), "saved"); /* whoever did it by mistake has a day */
  wait_us(c, 3 * GW_HOUR);
  assert_string_equal(clip_state(c, 1), "removed");
  assert_verifies(c);
}

/* ---- a new start ---- */

static void a_start_gives_up_what_memory_lost_and_keeps_waiting_for_a_recorder(void **state) {
  Center *c = *state;
  recorder_there(c);
  gint64 ring = clip_asked(c, &operator_1, 5 * GW_SEC, 10 * GW_SEC), recorded = clip_asked(c, &supervisor, GW_HOUR, GW_MIN),
         asked = clip_asked(c, &operator_1, GW_HOUR, GW_MIN);
  center_close(c);
  gw_clock_fake_advance(10 * GW_MIN); /* longer than anybody would have waited */
  center_open(c);
  run(c);
  assert_string_equal(clip_state(c, ring), "failed worker_gone");
  assert_string_equal(clip_state(c, recorded), "waiting");
  assert_string_equal(clip_state(c, asked), "asked");
  assert_int_equal(count(c, "select count(*) from journal where kind = 'clip.failed' and body like '%worker_gone%'"), 1);
  wait_us(c, 181 * GW_SEC);
  assert_string_equal(clip_state(c, recorded), "failed timeout");
  assert_verifies(c);
}

static void a_quick_start_asks_memory_for_what_is_left(void **state) {
  Center *c = *state;
  alert_raised(c, "fall", 1, CAMERA);
  center_close(c);
  gw_clock_fake_advance(8 * GW_SEC);
  center_open(c);
  run(c);
  assert_string_equal(clip_state(c, 1), "waiting");
  assert_int_equal(count(c, "select count(*) from timer where kind = 'clip.late'"), 1);
}

/* ---- verify ---- */

static void corrupt(Center *c, const char *sql) {
  g_autoptr(GError) error = NULL;
  center_close(c);
  g_autoptr(GwDb) db = gw_db_open(c->path, GW_DB_WRITE, &error);
  must(db && gw_db_exec(db, sql, &error), error, sql);
}

static void verify_names_proof_that_is_not_there(void **state) {
  static const struct {
    const char *sql, *sentence;
  } facts[] = {
      {"delete from file", "its file is not known"},
      {"update file set bytes = 1", "its file is not known"},
      {"update clip set state = 'waiting'", "nobody would give it up"},
      {"update clip set locked_by = 3", "locked"},
      {"update spot set camera_id = 1 where id = 2", "spot"},
      {"update spot set alert_id = null where id = 1", "spot"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(facts); i++) {
    void *one = NULL;
    center_setup(&one);
    Center *c = one;
    alert_raised(c, "fall", 1, CAMERA);
    clip_saved(c, 1, 'a');
    assert_verifies(c);
    corrupt(c, facts[i].sql);
    g_autoptr(GError) error = NULL;
    GwVerifyReport report;
    g_autoptr(GwDb) reader = gw_db_open(c->path, GW_DB_READ, &error);
    must(reader && gw_verify(reader, NULL, NULL, NULL, &report, &error), error, "verify");
    if (!report.sentence_en || !strstr(report.sentence_en, facts[i].sentence))
      fail_msg("%s: %s", facts[i].sql, report.sentence_en ? report.sentence_en : "nothing was found");
    g_free(report.sentence_en);
    g_free(report.sentence_zh);
    g_clear_pointer(&reader, gw_db_close);
    center_free(c);
  }
}

int main(void) {
#define T(fact) cmocka_unit_test_setup_teardown(fact, center_setup, center_teardown)
  const struct CMUnitTest tests[] = {
      T(an_alert_with_a_camera_keeps_what_was_around_it),
      T(a_card_that_counts_up_keeps_its_first_clip),
      T(a_clock_that_was_set_back_costs_no_clip),
      T(an_alert_without_a_camera_has_none),
      T(what_was_saved_is_in_the_journal_with_its_hash_and_its_times),
      T(the_same_word_twice_is_one_clip),
      T(a_clip_that_could_not_be_made_says_why),
      T(nobody_waits_for_ever),
      T(an_operator_has_the_last_seconds_at_once),
      T(footage_needs_a_second_person_and_both_are_in_the_journal),
      T(whoever_asked_may_not_allow_it_himself_in_another_role),
      T(refused_footage_says_who_refused_it),
      T(a_supervisor_who_asks_allows_it_himself),
      T(a_second_one_waits_for_the_first_to_be_played),
      T(nobody_answers_a_question_for_a_week),
      T(what_is_missing_is_said_with_what_to_do),
      T(a_double_click_asks_once),
      T(who_decided_by_an_old_picture_is_told),
      T(roles_both_ways),
      T(so_many_at_once_and_no_more),
      T(an_export_has_the_journals_hash_and_says_who),
      T(after_its_time_it_goes_and_what_it_was_is_known),
      T(a_file_whose_removal_was_not_heard_is_named_again),
      T(many_go_in_small_steps),
      T(a_locked_one_stays_though_its_alert_is_gone),
      T(a_start_gives_up_what_memory_lost_and_keeps_waiting_for_a_recorder),
      T(a_quick_start_asks_memory_for_what_is_left),
      cmocka_unit_test(verify_names_proof_that_is_not_there),
  };
  return cmocka_run_group_tests_name("ledger clip", tests, NULL, NULL);
}
