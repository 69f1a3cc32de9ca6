#include "tests/farm/test/facts.h"
#include "tests/farm/reader/line.h"

static const char key_hex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

static void a_line_is_what_the_document_says(void **state) {
  guint8 key[LINE_KEY_BYTES];
  assert_true(line_key_from_hex(key_hex, key));
  g_autofree char *line = line_make(key, "R1", 2, 17, 1795246626, "GW-CP-05");
  /* printf 'GW1,R1,2,17,1795246626,GW-CP-05' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0001…1f | head
   * 32 */
  assert_string_equal(line, "GW1,R1,2,17,1795246626,GW-CP-05,68561434ea16c8afcfd8c0ef5dd7a350");
}

static void a_forged_line_differs_in_its_mac_alone(void **state) {
  guint8 key[LINE_KEY_BYTES] = {0};
  g_autofree char *right = line_make(key, "R1", 1, 1, 1, "T"), *forged = g_strdup(right);
  line_forge(forged);
  gsize n = strlen(right);
  assert_memory_equal(forged, right, n - 1);
  assert_int_not_equal(forged[n - 1], right[n - 1]);
}

static char *answer(const guint8 *key, const char *head) {
  g_autofree char *mac = g_compute_hmac_for_string(G_CHECKSUM_SHA256, key, LINE_KEY_BYTES, head, -1);
  return g_strdup_printf("%s,%.32s", head, mac);
}

static void only_answers_with_our_mac_count(void **state) {
  guint8 key[LINE_KEY_BYTES] = {7}, other[LINE_KEY_BYTES] = {8};
  LineAnswer got;
  g_autofree char *ok = answer(key, "GW1-OK,R1,1,9"), *no = answer(key, "GW1-NO,R1,1,9,replay"),
                  *alien = answer(other, "GW1-OK,R1,1,9");
  g_autofree char *elses = answer(key, "GW1-OK,R2,1,9"), *echo = answer(key, "GW1,R1,1,9");
  assert_true(line_read_answer(key, "R1", ok, &got) && got.ok && got.seq == 9);
  assert_true(line_read_answer(key, "R1", no, &got) && !got.ok);
  assert_string_equal(got.code, "replay");
  const char *strange[] = {alien, elses, echo, "", ",", "GW1-OK", "GW1-OK,R1,1,9,"};
  for (guint i = 0; i < G_N_ELEMENTS(strange); i++)
    assert_false(line_read_answer(key, "R1", strange[i], &got));
}

static void keys_are_64_hex_digits(void **state) {
  guint8 key[LINE_KEY_BYTES];
  assert_false(line_key_from_hex(NULL, key));
  assert_false(line_key_from_hex("00", key));
  g_autofree char *bad = g_strdup(key_hex);
  bad[63] = 'g';
  assert_false(line_key_from_hex(bad, key));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_line_is_what_the_document_says),
                                     cmocka_unit_test(a_forged_line_differs_in_its_mac_alone),
                                     cmocka_unit_test(only_answers_with_our_mac_count),
                                     cmocka_unit_test(keys_are_64_hex_digits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
