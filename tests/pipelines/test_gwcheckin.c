/* The element alone, in a harness: every cut of a stream, every verdict, every bound. */
#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "pipelines/checkin_meta.h"
#include "pipelines/elements.h"
#include "tests/pipelines/cm.h"

#include <glib/gstdio.h>
#include <gst/check/gstharness.h>
#include <string.h>

#define KEY_HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static GwReaderTable *table;

static char *line_of(const char *reader, int seq, gint64 seconds, const char *tag) {
  guint8 key[GW_KEY_BYTES];
  char mac[GW_MAC_HEX + 1];
  g_autofree char *text = g_strdup_printf("GW1,%s,1,%d,%" G_GINT64_FORMAT ",%s", reader, seq, seconds, tag);
  assert_true(gw_reader_key_parse(KEY_HEX, key));
  gw_reader_mac(text, strlen(text), key, mac);
  return g_strdup_printf("%s,%s", text, mac);
}

static char *fresh_line(int seq) {
  return line_of("gate-1", seq, gw_clock_real_us() / GW_SEC, "P-1");
}

static GstHarness *harness_of(const char *framing) {
  GstHarness *h = gst_harness_new("gwcheckin");
  g_object_set(h->element, "readers", table, "source", "udp", NULL);
  gst_util_set_object_arg(G_OBJECT(h->element), "framing", framing);
  gst_harness_set_src_caps_str(h, "application/octet-stream");
  return h;
}

static void push(GstHarness *h, const char *text, gsize bytes) {
  assert_int_equal(gst_harness_push(h, gst_buffer_new_memdup(text, bytes)), GST_FLOW_OK);
}

/* The next one out must have this verdict; its fields are the caller's. */
static GstStructure *expect(GstHarness *h, const char *verdict) {
  g_autoptr(GstBuffer) out = gst_harness_try_pull(h);
  assert_non_null(out);
  const GstStructure *fields = gw_checkin_fields(out);
  assert_non_null(fields);
  assert_string_equal(gst_structure_get_string(fields, "verdict"), verdict);
  return gst_structure_copy(fields);
}

static void expect_only(GstHarness *h, const char *verdict) {
  gst_structure_free(expect(h, verdict));
}

static gint64 number(const GstStructure *s, const char *field) {
  gint64 n = -1;
  gst_structure_get_int64(s, field, &n);
  return n;
}

static gboolean is_late(const GstStructure *s) {
  gboolean late = FALSE;
  assert_true(gst_structure_get_boolean(s, "late", &late));
  return late;
}

static void every_cut_of_a_stream_gives_the_same_checkins(void **state) {
  g_autofree char *one = fresh_line(1), *two = fresh_line(2);
  g_autofree char *text = g_strdup_printf("%s\r\n\n%s\n", one, two);
  for (gsize step = 1; step <= strlen(text); step += 7) {
    GstHarness *h = harness_of("stream");
    for (gsize at = 0; at < strlen(text); at += step)
      push(h, text + at, MIN(step, strlen(text) - at));
    for (int seq = 1; seq <= 2; seq++) {
      GstStructure *fields = expect(h, "ok");
      assert_int_equal(number(fields, "seq"), seq);
      assert_int_equal(number(fields, "reader_id"), 7);
      assert_string_equal(gst_structure_get_string(fields, "source"), "udp");
      assert_false(is_late(fields));
      gst_structure_free(fields);
    }
    assert_int_equal(gst_harness_buffers_in_queue(h), 0);
    gst_harness_teardown(h);
  }
}

static void last_line_without_its_end_counts_at_the_end(void **state) {
  g_autofree char *one = fresh_line(1);
  GstHarness *h = harness_of("stream");
  push(h, one, strlen(one));
  assert_int_equal(gst_harness_buffers_in_queue(h), 0);
  assert_true(gst_harness_push_event(h, gst_event_new_eos()));
  expect_only(h, "ok");
  gst_harness_teardown(h);
}

static void buffer_out_is_the_raw_message_with_our_caps(void **state) {
  g_autofree char *one = fresh_line(1);
  GstHarness *h = harness_of("message");
  push(h, one, strlen(one));
  g_autoptr(GstBuffer) out = gst_harness_try_pull(h);
  g_autoptr(GstCaps) caps = gst_pad_get_current_caps(h->sinkpad);
  assert_non_null(out);
  assert_int_equal(gst_buffer_get_size(out), strlen(one));
  assert_int_equal(gst_buffer_memcmp(out, 0, one, strlen(one)), 0);
  assert_true(gst_structure_has_name(gst_caps_get_structure(caps, 0), GW_CHECKIN_CAPS));
  gst_harness_teardown(h);
}

static void wrong_mac_unknown_reader_and_junk_have_their_verdicts(void **state) {
  g_autofree char *forged = fresh_line(1), *stranger = line_of("gate-9", 1, 1700000000, "P-1");
  GstHarness *h = harness_of("message");
  guint64 accepted = 9, refused = 9;
  forged[strlen(forged) - 1] = forged[strlen(forged) - 1] == '0' ? '1' : '0';
  push(h, forged, strlen(forged));
  expect_only(h, "bad_mac");
  push(h, stranger, strlen(stranger));
  expect_only(h, "unknown_reader");
  push(h, "GW1,a", 5);
  expect_only(h, "bad_format");
  push(h, "\0\0\n", 3);
  expect_only(h, "bad_format");
  push(h, "{\"method\":", 10);
  expect_only(h, "bad_format");
  g_object_get(h->element, "accepted", &accepted, "refused", &refused, NULL);
  assert_int_equal(accepted, 0);
  assert_int_equal(refused, 5);
  gst_harness_teardown(h);
}

static void overlong_line_is_told_once_and_the_next_one_counts(void **state) {
  g_autofree char *junk = g_strnfill(100000, 'x'), *good = fresh_line(1);
  GstHarness *h = harness_of("stream");
  for (int i = 0; i < 20; i++)
    push(h, junk, strlen(junk));
  push(h, "\n", 1);
  push(h, good, strlen(good));
  push(h, "\n", 1);
  expect_only(h, "bad_format");
  expect_only(h, "ok");
  assert_int_equal(gst_harness_buffers_in_queue(h), 0);
  gst_harness_teardown(h);
}

static void old_reads_and_dumps_are_late(void **state) {
  g_autofree char *old = line_of("gate-1", 1, gw_clock_real_us() / GW_SEC - 301, "P-1"),
                  *fresh = fresh_line(2);
  GstHarness *h = harness_of("message");
  push(h, old, strlen(old));
  GstStructure *fields = expect(h, "ok");
  assert_true(is_late(fields));
  gst_structure_free(fields);
  g_object_set(h->element, "late", TRUE, NULL);
  push(h, fresh, strlen(fresh));
  fields = expect(h, "ok");
  assert_true(is_late(fields));
  gst_structure_free(fields);
  gst_harness_teardown(h);
}

static void what_the_pusher_says_of_itself_wins(void **state) {
  const char *text = "{\"method\":\"qr\",\"tag\":\"P-3\",\"unit_id\":666,\"device_at_us\":1700000000000000}";
  GstHarness *h = harness_of("message");
  GstBuffer *in = gst_buffer_new_memdup(text, strlen(text));
  gst_structure_set(gw_checkin_origin_new(in), "raw_id", G_TYPE_INT64, (gint64)11, "source", G_TYPE_STRING,
                    "phone", "unit_id", G_TYPE_INT64, (gint64)4, NULL);
  assert_int_equal(gst_harness_push(h, in), GST_FLOW_OK);
  GstStructure *fields = expect(h, "ok");
  assert_int_equal(number(fields, "raw_id"), 11);
  assert_int_equal(number(fields, "unit_id"), 4); /* a phone does not choose whose it is */
  assert_string_equal(gst_structure_get_string(fields, "source"), "phone");
  assert_string_equal(gst_structure_get_string(fields, "tag"), "P-3");
  gst_structure_free(fields);
  gst_harness_teardown(h);
}

static void each_checkin_is_told_on_the_bus_unless_not_wanted(void **state) {
  g_autofree char *one = fresh_line(1);
  GstHarness *h = harness_of("message");
  g_autoptr(GstBus) bus = gst_bus_new();
  gst_element_set_bus(h->element, bus);
  push(h, one, strlen(one));
  g_autoptr(GstMessage) told = gst_bus_pop_filtered(bus, GST_MESSAGE_ELEMENT);
  assert_non_null(told);
  assert_true(gst_message_has_name(told, GW_CHECKIN_MESSAGE));
  g_object_set(h->element, "post-messages", FALSE, NULL);
  push(h, one, strlen(one));
  assert_null(gst_bus_pop_filtered(bus, GST_MESSAGE_ELEMENT));
  gst_element_set_bus(h->element, NULL);
  gst_harness_teardown(h);
}

static void readers_come_from_a_file_and_a_wrong_one_stops_the_element(void **state) {
  g_autofree char *path = NULL;
  const int fd = g_file_open_tmp("gw-readers-XXXXXX", &path, NULL);
  g_autofree char *one = fresh_line(1);
  assert_true(fd >= 0);
  g_close(fd, NULL);
  assert_true(g_file_set_contents(path, "# ours\ngate-1, " KEY_HEX "\n", -1, NULL));
  GstHarness *h = gst_harness_new_parse("gwcheckin framing=message");
  gst_harness_set_src_caps_str(h, "application/octet-stream");
  gst_element_set_state(h->element, GST_STATE_NULL);
  g_autoptr(GstElement) element = gst_harness_find_element(h, "gwcheckin");
  g_object_set(element, "readers-file", path, NULL);
  gst_harness_play(h);
  assert_true(g_file_set_contents(path, "gate-1,tooshort\n", -1, NULL));
  g_autoptr(GstElement) wrong = gst_object_ref_sink(gst_element_factory_make("gwcheckin", NULL));
  g_object_set(wrong, "readers-file", path, NULL);
  assert_int_equal(gst_element_set_state(wrong, GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
  gst_element_set_state(wrong, GST_STATE_NULL);
  gst_harness_push_event(h, gst_event_new_stream_start("again"));
  gst_harness_push_event(h, gst_event_new_caps(gst_caps_new_empty_simple("application/octet-stream")));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(h, gst_event_new_segment(&segment));
  push(h, one, strlen(one));
  expect_only(h, "ok");
  gst_harness_teardown(h);
  g_unlink(path);
}

static void removed_and_repaired_readers_change_at_once(void **state) {
  g_autofree char *one = fresh_line(1);
  GstHarness *h = harness_of("message");
  gw_reader_table_remove(table, 7);
  push(h, one, strlen(one));
  expect_only(h, "unknown_reader");
  assert_false(gw_reader_table_set(table, 7, "gate-1", "junk"));
  assert_false(gw_reader_table_set(table, 7, "gate 1", KEY_HEX));
  assert_true(gw_reader_table_set(table, 7, "gate-1", KEY_HEX));
  push(h, one, strlen(one));
  expect_only(h, "ok");
  gst_harness_teardown(h);
}

static void reader_table_is_bounded(void **state) {
  GwReaderTable *t = gw_reader_table_new();
  for (int i = 1; i <= GW_LIMIT_READERS; i++) {
    g_autofree char *name = g_strdup_printf("r%d", i);
    assert_true(gw_reader_table_set(t, i, name, KEY_HEX));
  }
  assert_false(gw_reader_table_set(t, 1000, "one-more", KEY_HEX));
  assert_true(gw_reader_table_set(t, 5, "r5-renamed", KEY_HEX));
  gw_reader_table_unref(t);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_cut_of_a_stream_gives_the_same_checkins),
      cmocka_unit_test(last_line_without_its_end_counts_at_the_end),
      cmocka_unit_test(buffer_out_is_the_raw_message_with_our_caps),
      cmocka_unit_test(wrong_mac_unknown_reader_and_junk_have_their_verdicts),
      cmocka_unit_test(overlong_line_is_told_once_and_the_next_one_counts),
      cmocka_unit_test(old_reads_and_dumps_are_late),
      cmocka_unit_test(what_the_pusher_says_of_itself_wins),
      cmocka_unit_test(each_checkin_is_told_on_the_bus_unless_not_wanted),
      cmocka_unit_test(readers_come_from_a_file_and_a_wrong_one_stops_the_element),
      cmocka_unit_test(removed_and_repaired_readers_change_at_once),
      cmocka_unit_test(reader_table_is_bounded),
  };
  g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE); /* ours alone is needed */
  gst_init(&argc, &argv);
  gw_elements_register_static();
  table = gw_reader_table_new();
  assert_true(gw_reader_table_set(table, 7, "gate-1", KEY_HEX));
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  gw_reader_table_unref(table);
  return failed;
}
