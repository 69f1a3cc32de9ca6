#include "tests/pipelines/cm.h"
#include "daemon/base/clock.h"
#include "pipelines/onvif/gwonvif.h"
#include "tests/farm/cameras/metadata.h"

#include <gst/check/gstharness.h>
#include <string.h>

/* The element in a harness: documents and packets in, messages out. */
typedef struct World {
  GstElement *element;
  GstHarness *harness;
  GstBus *bus;
  guint16 sequence;
} World;

static World world_of(const char *caps) {
  World w = {.element = g_object_new(GW_TYPE_ONVIF, NULL), .bus = gst_bus_new()};
  gst_object_ref_sink(w.element);
  gst_element_set_bus(w.element, w.bus);
  w.harness = gst_harness_new_with_element(w.element, "sink", NULL);
  gst_harness_set_src_caps_str(w.harness, caps);
  return w;
}

static void world_end(World *w) {
  gst_harness_teardown(w->harness);
  gst_element_set_bus(w->element, NULL);
  gst_object_unref(w->element);
  gst_object_unref(w->bus);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_end)

static gboolean next(World *w, GwOnvifObservation *ret) {
  g_autoptr(GstMessage) message = gst_bus_pop_filtered(w->bus, GST_MESSAGE_ELEMENT);
  GwUsec at_us = 0;
  if (!message)
    return FALSE;
  assert_true(gw_onvif_observed_read(gst_message_get_structure(message), ret, &at_us));
  assert_true(at_us > 0);
  return TRUE;
}

static char *document(const char *topic, gboolean active) {
  FarmHappening happening = {topic, "Human", "r", active, 0.5, {0.1, 0.2, 0.3, 0.4}};
  return farm_metadata_document(FARM_DIALECT_PLAIN, &happening, 1795230245678000);
}

static void push(World *w, const void *data, gsize bytes) {
  GstBuffer *buffer = gst_buffer_new_memdup(data, bytes);
  assert_int_equal(gst_harness_push(w->harness, buffer), GST_FLOW_OK);
}

static void push_text(World *w, const char *text) {
  push(w, text, strlen(text));
}

/* In packets of 100 bytes, with an extension and padding on each; `skip`: that one is lost. */
static void push_rtp(World *w, const char *text, guint32 time, int skip) {
  gsize bytes = strlen(text);
  for (gsize at = 0, i = 0; at < bytes; at += 100, i++) {
    gsize n = MIN(100, bytes - at);
    guint16 sequence = w->sequence++;
    guint8 packet[200] = {
        0xb0, 107 | (at + n == bytes ? 0x80 : 0), sequence >> 8, sequence & 255, 0, 0, 0, time, [15] = 1};
    packet[19] = 1; /* one word of extension */
    memcpy(packet + 20, text + at, n);
    packet[20 + n + 2] = 3;
    if ((int)i != skip)
      push(w, packet, 20 + n + 3);
  }
}

static void whole_documents_become_messages(void **state) {
  g_auto(World) w = world_of("application/x-onvif-metadata");
  g_autofree char *on = document("motion", TRUE), *off = document("motion", FALSE),
                  *object = document("object", TRUE);
  GwOnvifObservation o;
  push_text(&w, on);
  assert_true(next(&w, &o));
  assert_int_equal(o.topic, GW_ONVIF_MOTION);
  assert_true(o.has_active && o.active && !o.has_box && o.score < 0);
  assert_string_equal(o.rule, "r");
  assert_string_equal(o.tail, "CellMotionDetector/Motion");
  push_text(&w, on);
  assert_false(next(&w, &o)); /* a repeat */
  push_text(&w, off);
  assert_true(next(&w, &o));
  assert_true(o.has_active && !o.active);
  assert_int_equal(o.op, GW_ONVIF_OP_DELETED);
  push_text(&w, object);
  assert_true(next(&w, &o));
  assert_true(o.has_box && o.box[3] > 0.39 && o.box[3] < 0.41 && o.score > 0.49);
  assert_string_equal(o.class, "Human");
  assert_int_equal(o.utc_us, 1795230245678000);
}

static void packets_are_put_together(void **state) {
  g_auto(World) w = world_of("application/x-rtp, media=application, encoding-name=VND.ONVIF.METADATA");
  g_autofree char *on = document("field", TRUE), *off = document("field", FALSE);
  GwOnvifObservation o;
  push_rtp(&w, on, 1, -1);
  assert_true(next(&w, &o));
  assert_int_equal(o.topic, GW_ONVIF_FIELD);
  push_rtp(&w, off, 2, 3);
  assert_false(next(&w, &o));
  push_rtp(&w, off, 3, -1);
  assert_true(next(&w, &o));
  push(&w, "\x80\x6b", 2);
  push(&w, "\xb0\xeb\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff", 16); /* an extension longer than the packet */
  assert_false(next(&w, &o));
}

static void refused_documents_are_counted(void **state) {
  g_auto(World) w = world_of("application/x-onvif-metadata");
  g_autofree char *good = document("line", TRUE);
  guint64 documents = 0, refused = 0, observed = 0;
  push_text(&w, "noise of a NotificationMessage");
  push_text(&w, "<!DOCTYPE x><NotificationMessage/>");
  push_text(&w, good);
  g_object_get(w.element, "documents", &documents, "refused", &refused, "observed", &observed, NULL);
  assert_int_equal(documents, 1);
  assert_int_equal(refused, 2);
  assert_int_equal(observed, 1);
}

static guint64 counter(World *w, const char *name) {
  guint64 n = 0;
  g_object_get(w->element, name, &n, NULL);
  return n;
}

static void frames_are_read_twice_a_second(void **state) {
  g_auto(World) w = world_of("application/x-onvif-metadata");
  g_autofree char *object = document("object", TRUE), *motion = document("motion", TRUE);
  gw_clock_fake(1795230245678000);
  for (guint i = 0; i < 250; i++) { /* ten seconds */
    push_text(&w, object);
    push_text(&w, "<MetadataStream "
                  "xmlns=\"http://www.onvif.org/ver10/schema\"><VideoAnalytics><Frame/></VideoAnalytics>"
                  "</MetadataStream>");
    gw_clock_fake_advance(40 * GW_MS);
  }
  push_text(&w, motion);
  gw_clock_unfake();
  assert_in_range(counter(&w, "documents"), 18, 22);
  assert_int_equal(counter(&w, "documents") + counter(&w, "skipped"), 501);
  assert_int_equal(counter(&w, "observed"), 2);
}

/* Who sends large documents without end takes no more of the thread than anybody else. */
static void endless_documents_are_mostly_skipped(void **state) {
  g_auto(World) w = world_of("application/x-onvif-metadata");
  g_autofree char *on = document("motion", TRUE), *blank = g_strnfill(200 * 1024, ' ');
  char *end = strstr(on, "</tt:MetadataStream>");
  assert_non_null(end);
  g_autofree char *large = g_strdup_printf("%.*s%s%s", (int)(end - on), on, blank, end);
  guint64 read = 0, skipped = 0;
  const GwUsec began_us = gw_clock_mono_us();
  for (guint i = 0; i < 50; i++)
    push_text(&w, large);
  const GwUsec lasted_us = gw_clock_mono_us() - began_us;
  g_object_get(w.element, "documents", &read, "skipped", &skipped, NULL);
  assert_int_equal(read + skipped, 50);
  assert_true(read >= 2 && read <= 3 + (guint64)lasted_us * 256 / 200 / GW_SEC);
}

static void a_new_start_says_states_anew(void **state) {
  g_auto(World) w = world_of("application/x-onvif-metadata");
  g_autofree char *on = document("tamper", TRUE);
  GwOnvifObservation o;
  push_text(&w, on);
  assert_true(next(&w, &o));
  gst_element_set_state(w.element, GST_STATE_READY);
  gst_element_set_state(w.element, GST_STATE_PLAYING);
  gst_harness_set_src_caps_str(w.harness, "application/x-onvif-metadata");
  push_text(&w, on);
  assert_true(next(&w, &o));
}

static void the_end_is_told(void **state) {
  g_auto(World) w = world_of("application/x-onvif-metadata");
  assert_true(gst_harness_push_event(w.harness, gst_event_new_eos()));
  g_autoptr(GstMessage) eos = gst_bus_pop_filtered(w.bus, GST_MESSAGE_EOS);
  assert_non_null(eos);
}

int main(int argc, char **argv) {
  gst_init(&argc, &argv);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whole_documents_become_messages), cmocka_unit_test(packets_are_put_together),
      cmocka_unit_test(refused_documents_are_counted),   cmocka_unit_test(frames_are_read_twice_a_second),
      cmocka_unit_test(endless_documents_are_mostly_skipped),
      cmocka_unit_test(a_new_start_says_states_anew),    cmocka_unit_test(the_end_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
