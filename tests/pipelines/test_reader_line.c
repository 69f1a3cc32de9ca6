/* The documented line of a guard-tour reader: what is one, what is not, and whose MAC it bears. */
#include "daemon/base/limits.h"
#include "pipelines/reader_line.h"
#include "tests/pipelines/cm.h"

#include <string.h>

#define KEY_HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define SIGNED "GW1,gate-1,3,42,1700000000,P:07_a-B"
/* computed with another implementation: Python's hmac */
#define MAC "6b73e416897bfdc8e31232559a4c8f5d"
#define OK_MAC "e958636dfe840485eefe2dbbf5673a46"
#define NO_MAC "a7afbe16bc856c6626ec0b233d5f6885"

static void key_of(guint8 key[GW_KEY_BYTES]) {
  assert_true(gw_reader_key_parse(KEY_HEX, key));
}

static void documented_line_is_read_and_authentic(void **state) {
  const char *text = SIGNED "," MAC;
  guint8 key[GW_KEY_BYTES];
  GwReaderLine line;
  key_of(key);
  assert_true(gw_reader_line_parse(text, strlen(text), &line));
  assert_string_equal(line.reader, "gate-1");
  assert_int_equal(line.epoch, 3);
  assert_int_equal(line.seq, 42);
  assert_int_equal(line.device_at_us, G_GINT64_CONSTANT(1700000000000000));
  assert_string_equal(line.tag, "P:07_a-B");
  assert_true(gw_reader_line_is_authentic(&line, text, key));
}

static void upper_case_mac_is_the_same_mac(void **state) {
  g_autofree char *upper = g_ascii_strup(MAC, -1);
  g_autofree char *text = g_strconcat(SIGNED ",", upper, NULL);
  guint8 key[GW_KEY_BYTES];
  GwReaderLine line;
  key_of(key);
  assert_true(gw_reader_line_parse(text, strlen(text), &line));
  assert_true(gw_reader_line_is_authentic(&line, text, key));
}

static void every_changed_byte_breaks_the_line_or_its_mac(void **state) {
  const char *text = SIGNED "," MAC;
  guint8 key[GW_KEY_BYTES];
  key_of(key);
  for (gsize i = 0; i < strlen(text); i++) {
    g_autofree char *changed = g_strdup(text);
    GwReaderLine line;
    changed[i] = changed[i] == '1' ? '2' : '1';
    assert_false(gw_reader_line_parse(changed, strlen(changed), &line) &&
                 gw_reader_line_is_authentic(&line, changed, key));
  }
}

static void another_key_does_not_fit(void **state) {
  const char *text = SIGNED "," MAC;
  guint8 key[GW_KEY_BYTES];
  GwReaderLine line;
  key_of(key);
  key[31] ^= 1;
  assert_true(gw_reader_line_parse(text, strlen(text), &line));
  assert_false(gw_reader_line_is_authentic(&line, text, key));
}

static void junk_is_no_line(void **state) {
  static const char *const rows[] = {
      "",
      ",",
      ",,,,,,",
      "GW1",
      "GW2,gate-1,3,42,1700000000,P,00000000000000000000000000000000",   /* another version */
      "GW1,gate-1,3,42,1700000000,P",                                    /* no MAC */
      "GW1,gate-1,3,42,1700000000,P,0000000000000000000000000000000",    /* short MAC */
      "GW1,gate-1,3,42,1700000000,P,000000000000000000000000000000000",  /* long MAC */
      "GW1,gate-1,3,42,1700000000,P,0000000000000000000000000000000g",   /* no hex digit */
      "GW1,gate-1,3,42,1700000000,P,00000000000000000000000000000000,x", /* one field more */
      "GW1,,3,42,1700000000,P,00000000000000000000000000000000",         /* no reader */
      "GW1,gate 1,3,42,1700000000,P,00000000000000000000000000000000",
      "GW1,gate:1,3,42,1700000000,P,00000000000000000000000000000000",
      "GW1,a23456789012345678901234567890123,3,42,1,P,00000000000000000000000000000000", /* 33 characters */
      "GW1,gate-1,,42,1700000000,P,00000000000000000000000000000000",
      "GW1,gate-1,-3,42,1700000000,P,00000000000000000000000000000000",
      "GW1,gate-1,+3,42,1700000000,P,00000000000000000000000000000000",
      "GW1,gate-1,03,42,1700000000,P,00000000000000000000000000000000", /* one value, one spelling */
      "GW1,gate-1,0x3,42,1700000000,P,00000000000000000000000000000000",
      "GW1,gate-1,3000000000,42,1,P,00000000000000000000000000000000",      /* epoch beyond 31 bits */
      "GW1,gate-1,3,9007199254740993,1,P,00000000000000000000000000000000", /* seq beyond 2^53 */
      "GW1,gate-1,3,99999999999999999999,1,P,00000000000000000000000000000000",
      "GW1,gate-1,3,42,999999999999,P,00000000000000000000000000000000", /* after the year 9999 */
      "GW1,gate-1,3,42,1700000000,,00000000000000000000000000000000",
      "GW1,gate-1,3,42,1700000000,P/7,00000000000000000000000000000000",
      "GW1,gate-1,3,42,1700000000,\xe7\x82\xb9,00000000000000000000000000000000",
      " GW1,gate-1,3,42,1700000000,P,00000000000000000000000000000000",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    GwReaderLine line;
    if (gw_reader_line_parse(rows[i], strlen(rows[i]), &line))
      fail_msg("taken: %s", rows[i]);
  }
}

static void nul_bytes_are_junk_wherever_they_stand(void **state) {
  const char *text = SIGNED "," MAC;
  for (gsize i = 0; i < strlen(text); i++) {
    g_autofree char *changed = g_strdup(text);
    GwReaderLine line;
    changed[i] = '\0';
    assert_false(gw_reader_line_parse(changed, strlen(text), &line));
  }
}

static void overlong_line_is_refused_by_its_length(void **state) {
  g_autofree char *pad = g_strnfill(GW_LIMIT_READER_LINE_BYTES, 'A');
  g_autofree char *text = g_strdup_printf("GW1,r,1,1,1,%s,%s", pad, MAC);
  GwReaderLine line;
  assert_false(gw_reader_line_parse(text, strlen(text), &line));
}

static void keys_are_64_hex_digits(void **state) {
  guint8 key[GW_KEY_BYTES];
  assert_true(gw_reader_key_parse(KEY_HEX, key));
  assert_false(gw_reader_key_parse(NULL, key));
  assert_false(gw_reader_key_parse("", key));
  assert_false(gw_reader_key_parse(KEY_HEX "00", key));
  assert_false(gw_reader_key_parse("zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", key));
}

static void answers_bear_the_mac_of_the_same_key(void **state) {
  const char *text = SIGNED "," MAC;
  guint8 key[GW_KEY_BYTES];
  GwReaderLine line;
  key_of(key);
  assert_true(gw_reader_line_parse(text, strlen(text), &line));
  g_autofree char *ok = gw_reader_answer(&line, NULL, key);
  g_autofree char *no = gw_reader_answer(&line, "replay", key);
  assert_string_equal(ok, "GW1-OK,gate-1,3,42," OK_MAC "\n");
  assert_string_equal(no, "GW1-NO,gate-1,3,42,replay," NO_MAC "\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(documented_line_is_read_and_authentic),
      cmocka_unit_test(upper_case_mac_is_the_same_mac),
      cmocka_unit_test(every_changed_byte_breaks_the_line_or_its_mac),
      cmocka_unit_test(another_key_does_not_fit),
      cmocka_unit_test(junk_is_no_line),
      cmocka_unit_test(nul_bytes_are_junk_wherever_they_stand),
      cmocka_unit_test(overlong_line_is_refused_by_its_length),
      cmocka_unit_test(keys_are_64_hex_digits),
      cmocka_unit_test(answers_bear_the_mac_of_the_same_key),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
