/* How a recorder's address is checked, and what is made of it. */
#include "tests/unit/core_facts.h"

#include "daemon/core/playback.h"

#define HOST "rtsp://192.0.2.9:554"

static const GwPlaybackAsk ask = {
    .channel = 7, .from_us = TEN_O_CLOCK, .to_us = TEN_O_CLOCK + 90 * GW_SEC, .utc_offset_s = CHINA};

static void assert_expands(const char *url_template, const GwPlaybackAsk *to, const char *wanted,
                           gboolean by_range) {
  g_autoptr(GError) error = NULL;
  gboolean is_by_range = !by_range;
  g_autofree char *url = gw_playback_expand(url_template, to, &is_by_range, &error);
  assert_null(error);
  assert_string_equal(url, wanted);
  assert_int_equal(is_by_range, by_range);
  assert_true(gw_playback_check(url_template, NULL));
}

static void the_forms_of_the_makes_say_channel_and_time(void **state) {
  assert_expands(
      HOST "/Streaming/tracks/{channel}01?starttime={start:%Y%m%dT%H%M%SZ}&endtime={end:%Y%m%dT%H%M%SZ}",
      &ask, HOST "/Streaming/tracks/701?starttime=20261121T020000Z&endtime=20261121T020130Z", FALSE);
  assert_expands(HOST "/cam/playback?channel={channel}&starttime={start:local:%Y_%m_%d_%H_%M_%S}", &ask,
                 HOST "/cam/playback?channel=7&starttime=2026_11_21_10_00_00", FALSE);
  assert_expands(HOST "/c{channel}/b{start:unix}/e{end:unix}/replay/", &ask,
                 HOST "/c7/b1795226400/e1795226490/replay/", FALSE);
}

static void without_a_start_the_time_belongs_into_the_range(void **state) {
  assert_expands(HOST "/recording/{channel}", &ask, HOST "/recording/7", TRUE);
}

static void local_time_is_the_communitys_also_across_midnight(void **state) {
  GwPlaybackAsk late = ask;
  late.from_us = (GwUsec)1798732800 * GW_SEC - GW_SEC; /* 2026-12-31 15:59:59 UTC */
  late.to_us = late.from_us + 2 * GW_SEC;
  assert_expands(HOST "/{channel}/{start:local:%Y%m%d%H%M%S}/{end:local:%Y%m%d%H%M%S}", &late,
                 HOST "/7/20261231235959/20270101000001", FALSE);
  late.utc_offset_s = -5 * 3600;
  assert_expands(HOST "/{channel}/{start:local:%Y-%m-%dT%H:%M:%S}", &late, HOST "/7/2026-12-31T10:59:59",
                 FALSE);
}

static void a_leap_day_is_a_day(void **state) {
  GwPlaybackAsk leap = ask;
  leap.from_us = (GwUsec)1835395200 * GW_SEC; /* 2028-02-29 */
  leap.to_us = 0;
  assert_expands(HOST "/{channel}/{start:%Y%m%d}", &leap, HOST "/7/20280229", FALSE);
}

/* 10:00:00.6 to 10:00:09.2 lies within 10:00:00 to 10:00:10. */
static void whole_seconds_hold_what_was_asked(void **state) {
  GwPlaybackAsk odd = ask;
  odd.from_us = TEN_O_CLOCK + 600 * 1000;
  odd.to_us = TEN_O_CLOCK + 9200 * 1000;
  assert_expands(HOST "/{channel}/{start:%S}/{end:%S}", &odd, HOST "/7/00/10", FALSE);
  assert_expands(HOST "/{channel}/{start:unix}/{end:unix}", &odd, HOST "/7/1795226400/1795226410", FALSE);
}

static void name_and_password_go_where_the_address_wants_them(void **state) {
  const char *url_template = HOST "/{channel}?user={user}&password={password}&t={start:unix}";
  GwPlaybackAsk known = ask;
  known.user_name = "admin";
  known.password = "a&b c/密";
  assert_expands(url_template, &known, HOST "/7?user=admin&password=a%26b%20c%2F%E5%AF%86&t=1795226400", FALSE);
  assert_expands(url_template, &ask, HOST "/7?user=&password=&t=1795226400", FALSE);
}

static void who_names_no_end_gets_an_hour(void **state) {
  GwPlaybackAsk open = ask;
  open.to_us = 0;
  assert_expands(HOST "/{channel}/{start:unix}/{end:unix}", &open, HOST "/7/1795226400/1795230000", FALSE);
}

static void every_example_of_a_make_is_an_address(void **state) {
  gsize n = 0;
  const GwPlaybackMake *makes = gw_playback_makes(&n);
  g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
  assert_int_equal(n, 6);
  for (gsize i = 0; i < n; i++) {
    g_autoptr(GError) error = NULL;
    gboolean by_range = FALSE;
    g_autofree char *url = gw_playback_expand(makes[i].example, &ask, &by_range, &error);
    assert_non_null(url);
    assert_null(strpbrk(url, "{} "));
    assert_int_equal(by_range, g_str_equal(makes[i].name, "onvif"));
    assert_true(strlen(makes[i].name) <= 40 && g_hash_table_add(names, (gpointer)makes[i].name));
    assert_true(*makes[i].zh && *makes[i].en && *makes[i].note_zh && *makes[i].note_en);
  }
}

static void what_is_wrong_is_said(void **state) {
  g_autofree char *long_path = g_strnfill(GW_PLAYBACK_TEMPLATE_CHARS, 'a');
  g_autofree char *too_long = g_strconcat(HOST "/{channel}/", long_path, NULL);
  const struct {
    const char *url_template;
    GwRefusal why;
  } rows[] = {
      {"", GW_REFUSAL_PLAYBACK_NOT_RTSP},
      {"http://192.0.2.9/{channel}", GW_REFUSAL_PLAYBACK_NOT_RTSP},
      {"192.0.2.9/{channel}", GW_REFUSAL_PLAYBACK_NOT_RTSP},
      {"rtsp://", GW_REFUSAL_PLAYBACK_NO_HOST},
      {"rtsp:///{channel}", GW_REFUSAL_PLAYBACK_NO_HOST},
      {"rtsp://:554/{channel}", GW_REFUSAL_PLAYBACK_NO_HOST},
      {"rtsp://{channel}:554/", GW_REFUSAL_PLAYBACK_NO_HOST},
      {"rtsp://admin:12345@192.0.2.9/{channel}", GW_REFUSAL_PLAYBACK_PASSWORD_INSIDE},
      {HOST "/{channel}?user=admin&password=12345", GW_REFUSAL_PLAYBACK_PASSWORD_INSIDE},
      {HOST "/{channel}?PassWd=12345", GW_REFUSAL_PLAYBACK_PASSWORD_INSIDE},
      {HOST "/Streaming/tracks/101", GW_REFUSAL_PLAYBACK_NO_CHANNEL},
      {HOST "/{chanel}", GW_REFUSAL_PLAYBACK_UNKNOWN_PLACE},
      {HOST "/{channel:2}", GW_REFUSAL_PLAYBACK_UNKNOWN_PLACE},
      {HOST "/{}", GW_REFUSAL_PLAYBACK_UNKNOWN_PLACE},
      {HOST "/{start}", GW_REFUSAL_PLAYBACK_UNKNOWN_PLACE},
      {HOST "/{channel}{start:}", GW_REFUSAL_PLAYBACK_BAD_FORMAT},
      {HOST "/{channel}{start:YYYYMMDD}", GW_REFUSAL_PLAYBACK_BAD_FORMAT},
      {HOST "/{channel}{start:%Y%j}", GW_REFUSAL_PLAYBACK_BAD_FORMAT},
      {HOST "/{channel}{start:%Y%}", GW_REFUSAL_PLAYBACK_BAD_FORMAT},
      {HOST "/{channel}{start:%Y {x}", GW_REFUSAL_PLAYBACK_BAD_FORMAT},
      {HOST "/{channel}{start:local:unix}", GW_REFUSAL_PLAYBACK_BAD_FORMAT},
      {HOST "/{channel}{start:unix", GW_REFUSAL_PLAYBACK_OPEN_BRACE},
      {HOST "/{channel}}", GW_REFUSAL_PLAYBACK_OPEN_BRACE},
      {HOST "/{channel}?e={end:unix}", GW_REFUSAL_PLAYBACK_END_ALONE},
      {HOST "/{channel}/a b", GW_REFUSAL_PLAYBACK_BAD_CHAR},
      {HOST "/{channel}/通道", GW_REFUSAL_PLAYBACK_BAD_CHAR},
      {HOST "/{channel}\r\nX: y", GW_REFUSAL_PLAYBACK_BAD_CHAR},
      {too_long, GW_REFUSAL_PLAYBACK_TOO_LONG},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    const gboolean ok = gw_playback_check(rows[i].url_template, &error);
    assert_refused(ok, error, rows[i].why);
    assert_null(gw_playback_expand(rows[i].url_template, &ask, NULL, NULL));
  }
}

static void a_question_that_no_recorder_can_answer_is_refused(void **state) {
  const char *good = HOST "/{channel}/{start:unix}";
  const struct {
    GwPlaybackAsk ask;
    GwRefusal why;
  } rows[] = {
      {{0, TEN_O_CLOCK, 0, 0}, GW_REFUSAL_PLAYBACK_CAMERA_HAS_NO_CHANNEL},
      {{1, -1, 0, 0}, GW_REFUSAL_PLAYBACK_BAD_TIME},
      {{1, G_MAXINT64, 0, 0}, GW_REFUSAL_PLAYBACK_BAD_TIME},
      {{1, TEN_O_CLOCK, TEN_O_CLOCK, 0}, GW_REFUSAL_PLAYBACK_BAD_TIME},
      {{1, TEN_O_CLOCK, TEN_O_CLOCK - 1, 0}, GW_REFUSAL_PLAYBACK_BAD_TIME},
      {{1, TEN_O_CLOCK, G_MAXINT64, 0}, GW_REFUSAL_PLAYBACK_BAD_TIME},
      {{1, 0, 0, -3600}, GW_REFUSAL_PLAYBACK_BAD_TIME},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *url = gw_playback_expand(good, &rows[i].ask, NULL, &error);
    assert_refused(url != NULL, error, rows[i].why);
  }
}

/* Footage of `held` days ago and of later; -1: none at all. */
static GwPlaybackSearch search_through(int held, guint *ret_tries) {
  GwPlaybackSearch search;
  gw_playback_search_begin(&search);
  *ret_tries = 0;
  for (int days; (days = gw_playback_search_next(&search)) >= 0; (*ret_tries)++)
    gw_playback_search_tell(&search, days, days <= held);
  return search;
}

static void how_far_back_it_goes_is_found_in_a_dozen_tries(void **state) {
  for (int held = -1; held <= GW_PLAYBACK_DAYS_MOST; held++) {
    guint tries = 0;
    assert_int_equal(search_through(held, &tries).held, held);
    assert_in_range(tries, 1, 11);
  }
}

static void what_is_asked_for_lies_within_the_day(void **state) {
  assert_true(gw_playback_search_at(0, TEN_O_CLOCK) == TEN_O_CLOCK - 10 * GW_MIN);
  const GwUsec at_us = gw_playback_search_at(30, TEN_O_CLOCK);
  assert_true(at_us > TEN_O_CLOCK - 30 * GW_DAY && at_us < TEN_O_CLOCK - 29 * GW_DAY);
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(the_forms_of_the_makes_say_channel_and_time),
      FACT(without_a_start_the_time_belongs_into_the_range),
      FACT(local_time_is_the_communitys_also_across_midnight),
      FACT(a_leap_day_is_a_day),
      FACT(whole_seconds_hold_what_was_asked),
      FACT(name_and_password_go_where_the_address_wants_them),
      FACT(who_names_no_end_gets_an_hour),
      FACT(every_example_of_a_make_is_an_address),
      FACT(what_is_wrong_is_said),
      FACT(a_question_that_no_recorder_can_answer_is_refused),
      FACT(how_far_back_it_goes_is_found_in_a_dozen_tries),
      FACT(what_is_asked_for_lies_within_the_day),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
