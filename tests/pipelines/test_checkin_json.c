/* The JSON form of a check-in: types and ranges, nothing half read. */
#include "pipelines/checkin_json.h"
#include "tests/pipelines/cm.h"

#include <string.h>

#define UUID "123e4567-e89b-42d3-a456-426614174000"
#define AT "\"device_at_us\":1700000000000000"

static void whole_checkin_is_read(void **state) {
  const char *text = "{\"client_id\":\"" UUID
                     "\",\"unit_id\":4,\"user_id\":5,\"method\":\"qr\",\"tag\":\"P-7\",\"checkpoint_id\":6,"
                     "\"lat\":36.5,\"lon\":120,\"accuracy_m\":8.5,\"words\":\"\xe5\x88\xb0\xe4\xba\x86\","
                     "\"channel\":\"3\"," AT "}";
  g_auto(GwCheckinJson) c = {0};
  assert_true(gw_checkin_json_parse(text, strlen(text), &c));
  assert_string_equal(c.client_id, UUID);
  assert_string_equal(c.method, "qr");
  assert_string_equal(c.tag, "P-7");
  assert_string_equal(c.words, "\xe5\x88\xb0\xe4\xba\x86");
  assert_string_equal(c.channel, "3");
  assert_int_equal(c.unit_id, 4);
  assert_int_equal(c.user_id, 5);
  assert_int_equal(c.checkpoint_id, 6);
  assert_true(c.has_position && c.lat == 36.5 && c.lon == 120);
  assert_true(c.has_accuracy && c.accuracy_m == 8.5);
  assert_int_equal(c.device_at_us, G_GINT64_CONSTANT(1700000000000000));
}

static void only_method_and_time_are_needed(void **state) {
  const char *text = "{\"method\":\"radio\",\"tag\":null,\"unknown\":[1,2]," AT "}";
  g_auto(GwCheckinJson) c = {0};
  assert_true(gw_checkin_json_parse(text, strlen(text), &c));
  assert_null(c.tag);
  assert_false(c.has_position);
}

static void a_camera_says_whose_badge_it_saw_and_where(void **state) {
  const char *text = "{\"method\":\"qr\",\"badge\":\"GWB-ABCDEFGHIJKLMNOPQRST\",\"camera_id\":7,\"checkpoint_id\":2," AT "}";
  g_auto(GwCheckinJson) c = {0};
  assert_true(gw_checkin_json_parse(text, strlen(text), &c));
  assert_string_equal(c.badge, "GWB-ABCDEFGHIJKLMNOPQRST");
  assert_int_equal(c.camera_id, 7);
  assert_int_equal(c.checkpoint_id, 2);
  assert_null(c.tag);
}

static void wrong_ones_are_refused_and_leave_nothing(void **state) {
  static const char *const rows[] = {
      "",
      "{",
      "[]",
      "{}",
      "{\"method\":\"qr\"}", /* no time */
      "{" AT "}",            /* no method */
      "{\"method\":\"telepathy\"," AT "}",
      "{\"method\":1," AT "}",
      "{\"method\":\"qr\",\"badge\":\"no spaces\"," AT "}",
      "{\"method\":\"qr\",\"camera_id\":-1," AT "}",
      "{\"method\":\"qr\",\"device_at_us\":\"now\"}",
      "{\"method\":\"qr\",\"device_at_us\":-5}",
      "{\"method\":\"qr\",\"device_at_us\":9007199254740993}",
      "{\"method\":\"qr\",\"tag\":\"a b\"," AT "}",
      "{\"method\":\"qr\",\"tag\":7," AT "}",
      "{\"method\":\"qr\",\"tag\":\"\"," AT "}",
      "{\"method\":\"qr\",\"client_id\":\"short\"," AT "}",
      "{\"method\":\"qr\",\"unit_id\":0," AT "}",
      "{\"method\":\"qr\",\"unit_id\":1.5," AT "}",
      "{\"method\":\"position\",\"lat\":36.5," AT "}", /* half a position */
      "{\"method\":\"position\",\"lat\":91,\"lon\":0," AT "}",
      "{\"method\":\"position\",\"lat\":0,\"lon\":-181," AT "}",
      "{\"method\":\"position\",\"lat\":0,\"lon\":0,\"accuracy_m\":-1," AT "}",
      "{\"method\":\"qr\",\"method\":\"nfc\"," AT "}", /* twice */
      "{\"method\":\"qr\"," AT "} trailing",
      "{\"method\":\"qr\",\"words\":\"\xff\"," AT "}", /* not UTF-8 */
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    GwCheckinJson c;
    if (gw_checkin_json_parse(rows[i], strlen(rows[i]), &c))
      fail_msg("taken: %s", rows[i]);
    assert_null(c.method);
    assert_null(c.tag);
  }
}

static void overlong_words_are_refused(void **state) {
  g_autofree char *words = g_strnfill(2001, 'w');
  g_autofree char *text = g_strdup_printf("{\"method\":\"qr\",\"words\":\"%s\"," AT "}", words);
  GwCheckinJson c;
  assert_false(gw_checkin_json_parse(text, strlen(text), &c));
}

static void code_message_is_cut_only_where_it_says(void **state) {
  const guint8 good[] = {0, 0, 0, 2, '{', '}', 'P', 'I', 'C'};
  const guint8 lies[] = {0, 0, 0, 9, '{', '}', 'P'};
  const guint8 huge[] = {0xff, 0xff, 0xff, 0xff, '{'};
  const char *json = NULL;
  const guint8 *picture = NULL;
  gsize json_bytes = 0, picture_bytes = 0;
  assert_true(gw_checkin_code_split(good, sizeof good, &json, &json_bytes, &picture, &picture_bytes));
  assert_int_equal(json_bytes, 2);
  assert_int_equal(picture_bytes, 3);
  assert_memory_equal(picture, "PIC", 3);
  assert_false(gw_checkin_code_split(lies, sizeof lies, &json, &json_bytes, &picture, &picture_bytes));
  assert_false(gw_checkin_code_split(huge, sizeof huge, &json, &json_bytes, &picture, &picture_bytes));
  assert_false(gw_checkin_code_split(good, 3, &json, &json_bytes, &picture, &picture_bytes));
}

static void tag_of_the_picture_replaces_one_that_was_written(void **state) {
  const char *text = "{\"method\":\"qr\",\"tag\":\"forged\"," AT "}";
  g_autofree char *with_tag = gw_checkin_json_with_tag(text, strlen(text), "P-9");
  g_auto(GwCheckinJson) c = {0};
  assert_non_null(with_tag);
  assert_true(gw_checkin_json_parse(with_tag, strlen(with_tag), &c));
  assert_string_equal(c.tag, "P-9");
  assert_null(gw_checkin_json_with_tag("[]", 2, "P-9"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whole_checkin_is_read),
      cmocka_unit_test(only_method_and_time_are_needed),
      cmocka_unit_test(a_camera_says_whose_badge_it_saw_and_where),
      cmocka_unit_test(wrong_ones_are_refused_and_leave_nothing),
      cmocka_unit_test(overlong_words_are_refused),
      cmocka_unit_test(code_message_is_cut_only_where_it_says),
      cmocka_unit_test(tag_of_the_picture_replaces_one_that_was_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
