#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "daemon/net/parse.h"

static void a_cookie_is_found_by_its_whole_name(void **state) {
  g_autofree char *a = gw_parse_cookie("x=1; gw=abc; gw1=d", "gw");
  g_autofree char *b = gw_parse_cookie("x=1; gw=abc;gw1=d", "gw1");
  assert_string_equal(a, "abc");
  assert_string_equal(b, "d");
  assert_null(gw_parse_cookie("xgw=abc", "gw"));
  assert_null(gw_parse_cookie("gw=", "gw"));
  assert_null(gw_parse_cookie("gw", "gw"));
  assert_null(gw_parse_cookie("", "gw"));
  assert_null(gw_parse_cookie(NULL, "gw"));
  g_autofree char *huge = g_strnfill(200, 'a');
  g_autofree char *header = g_strconcat("gw=", huge, NULL);
  assert_null(gw_parse_cookie(header, "gw"));
}

static void a_bearer_token_is_one_word(void **state) {
  g_autofree char *token = gw_parse_bearer("bearer  abc ");
  assert_string_equal(token, "abc");
  assert_null(gw_parse_bearer("Basic abc"));
  assert_null(gw_parse_bearer("Bearer a b"));
  assert_null(gw_parse_bearer("Bearer "));
  assert_null(gw_parse_bearer(NULL));
}

static void a_host_loses_its_port_and_nothing_else_passes(void **state) {
  static const struct {
    const char *in, *out;
  } rows[] = {{"localhost:8080", "localhost"}, {"LOCALHOST", "localhost"},  {"[::1]:8443", "::1"},
              {"[::1]", "::1"},                {"192.0.2.7:80", "192.0.2.7"}, {"name.", "name"},
              {"a b", NULL},                   {"", NULL},                  {"host:", NULL},
              {"host:1234567", NULL},          {"host:80x", NULL},          {"[::1", NULL},
              {"[]", NULL},                    {"a/b", NULL},               {"a@b", NULL},
              {"a\r\nb", NULL},                {NULL, NULL}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *host = gw_parse_host(rows[i].in);
    if (g_strcmp0(host, rows[i].out) != 0)
      fail_msg("%s became %s", rows[i].in, host);
  }
}

static void an_origin_is_ours_only_whole(void **state) {
  assert_true(gw_parse_origin_is("http://localhost:8080", FALSE, "localhost:8080"));
  assert_true(gw_parse_origin_is("https://LAN:8443", TRUE, "lan:8443"));
  assert_false(gw_parse_origin_is("http://lan:8443", TRUE, "lan:8443"));
  assert_false(gw_parse_origin_is("https://lan:8443.evil", TRUE, "lan:8443"));
  assert_false(gw_parse_origin_is("https://lan", TRUE, "lan:8443"));
  assert_false(gw_parse_origin_is("null", TRUE, "lan"));
  assert_false(gw_parse_origin_is(NULL, TRUE, "lan"));
}

static void gzip_is_taken_when_it_is_offered(void **state) {
  assert_true(gw_parse_accepts_gzip("deflate, gzip;q=0.5"));
  assert_true(gw_parse_accepts_gzip("GZIP"));
  assert_false(gw_parse_accepts_gzip("gzip;q=0"));
  assert_false(gw_parse_accepts_gzip("br, xgzip"));
  assert_false(gw_parse_accepts_gzip(NULL));
}

static void etags_match_weak_or_strong(void **state) {
  assert_true(gw_parse_etag_matches("\"b\", W/\"a\"", "\"a\""));
  assert_true(gw_parse_etag_matches("*", "\"a\""));
  assert_false(gw_parse_etag_matches("\"ab\"", "\"a\""));
  assert_false(gw_parse_etag_matches(NULL, "\"a\""));
}

static void a_content_type_may_have_parameters(void **state) {
  assert_true(gw_parse_type_is("application/json", "application/json"));
  assert_true(gw_parse_type_is("Application/JSON; charset=utf-8", "application/json"));
  assert_false(gw_parse_type_is("application/json5", "application/json"));
  assert_false(gw_parse_type_is("text/plain", "application/json"));
  assert_false(gw_parse_type_is(NULL, "application/json"));
}

static void numbers_are_whole_and_in_range(void **state) {
  gint64 n = 0;
  assert_true(gw_parse_int("200", 1, 200, &n) && n == 200);
  assert_true(gw_parse_int("-1", -1, 1, &n) && n == -1);
  static const char *const bad[] = {"", "201", "0", "1 ", " 1", "+1", "1e2", "0x1", "9999999999999999999", "一"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_false(gw_parse_int(bad[i], 1, 200, &n));
  assert_false(gw_parse_int(NULL, 1, 200, &n));
}

static void a_path_cannot_climb(void **state) {
  assert_true(gw_parse_path_is_safe("/api/v1/alert"));
  static const char *const bad[] = {"", "x", "/../etc", "/a/..", "/a//b", "/a\\b", "/a\nb", "/a\x7f"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_false(gw_parse_path_is_safe(bad[i]));
}

static void a_range_is_a_part_all_or_outside(void **state) {
  static const struct {
    const char *header;
    gint64 size;
    GwRange range;
    gint64 first, last;
  } cases[] = {
      {"bytes=0-0", 100, GW_RANGE_PART, 0, 0},
      {"bytes=0-99", 100, GW_RANGE_PART, 0, 99},
      {"bytes=10-19", 100, GW_RANGE_PART, 10, 19},
      {"BYTES=10-", 100, GW_RANGE_PART, 10, 99},
      {"bytes=90-500", 100, GW_RANGE_PART, 90, 99},
      {"bytes=-1", 100, GW_RANGE_PART, 99, 99},
      {"bytes=-500", 100, GW_RANGE_PART, 0, 99},
      {"bytes=99-", 100, GW_RANGE_PART, 99, 99},
      {"bytes=100-", 100, GW_RANGE_OUTSIDE, 0, 0},
      {"bytes=100-200", 100, GW_RANGE_OUTSIDE, 0, 0},
      {"bytes=-0", 100, GW_RANGE_OUTSIDE, 0, 0},
      {"bytes=0-", 0, GW_RANGE_OUTSIDE, 0, 0},
      {"bytes=999999999999999999-", 100, GW_RANGE_OUTSIDE, 0, 0},
      {NULL, 100, GW_RANGE_NONE, 0, 0},
      {"", 100, GW_RANGE_NONE, 0, 0},
      {"bytes", 100, GW_RANGE_NONE, 0, 0},
      {"bytes=", 100, GW_RANGE_NONE, 0, 0},
      {"bytes=-", 100, GW_RANGE_NONE, 0, 0},
      {"bytes=5", 100, GW_RANGE_NONE, 0, 0},
      {"bytes=5-4", 100, GW_RANGE_NONE, 0, 0},
      {"bytes=0-1,5-6", 100, GW_RANGE_NONE, 0, 0},
      {"bytes=--5", 100, GW_RANGE_NONE, 0, 0},
      {"bytes=+1-2", 100, GW_RANGE_NONE, 0, 0},
      {"bytes= 1-2", 100, GW_RANGE_NONE, 0, 0},
      {"bytes=1-2x", 100, GW_RANGE_NONE, 0, 0},
      {"bytes=9999999999999999999-", 100, GW_RANGE_NONE, 0, 0}, /* no number that we can hold */
      {"pages=1-2", 100, GW_RANGE_NONE, 0, 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    gint64 first = 0, last = 0;
    assert_int_equal(gw_parse_range(cases[i].header, cases[i].size, &first, &last), cases[i].range);
    assert_int_equal(first, cases[i].first);
    assert_int_equal(last, cases[i].last);
  }
}

static void a_file_is_saved_under_a_name_that_every_system_takes(void **state) {
  g_autofree char *plain = gw_parse_attachment("C-087-20261121-143000.mp4");
  assert_string_equal(plain, "attachment; filename=\"C-087-20261121-143000.mp4\"; filename*=UTF-8''C-087-20261121-143000.mp4");
  g_autofree char *chinese = gw_parse_attachment("东门 1.mp4");
  assert_string_equal(chinese, "attachment; filename=\"__ 1.mp4\"; filename*=UTF-8''%E4%B8%9C%E9%97%A8%201.mp4");
  static const char *const bad[] = {"", ".mp4", "../a.mp4", "a/b", "a\\b", "a\"b", "a\r\nX: y", "a\x01", "a;b", "a%41", "\xff", "a\xe2\x80\xae" "b"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_null(gw_parse_attachment(bad[i]));
  g_autofree char *longest = g_strnfill(120, 'a'), *longer = g_strnfill(121, 'a');
  g_autofree char *taken = gw_parse_attachment(longest);
  assert_non_null(taken);
  assert_null(gw_parse_attachment(longer));
  assert_null(gw_parse_attachment(NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_cookie_is_found_by_its_whole_name),
      cmocka_unit_test(a_bearer_token_is_one_word),
      cmocka_unit_test(a_host_loses_its_port_and_nothing_else_passes),
      cmocka_unit_test(an_origin_is_ours_only_whole),
      cmocka_unit_test(gzip_is_taken_when_it_is_offered),
      cmocka_unit_test(etags_match_weak_or_strong),
      cmocka_unit_test(a_content_type_may_have_parameters),
      cmocka_unit_test(numbers_are_whole_and_in_range),
      cmocka_unit_test(a_path_cannot_climb),
      cmocka_unit_test(a_range_is_a_part_all_or_outside),
      cmocka_unit_test(a_file_is_saved_under_a_name_that_every_system_takes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
