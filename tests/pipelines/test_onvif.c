#include "tests/pipelines/cm.h"
#include "daemon/base/error.h"
#include "pipelines/onvif/onvif.h"
#include "pipelines/onvif/onvif_assemble.h"
#include "pipelines/onvif/onvif_filter.h"
#include "tests/farm/cameras/metadata.h"

#include <string.h>

/* Documents as cameras of several makers write them (tests/farm/cameras/metadata.c has its own, which are
 * read here, too), and documents that nobody should send. */
#define TT "xmlns:tt=\"http://www.onvif.org/ver10/schema\""
#define WSNT "xmlns:wsnt=\"http://docs.oasis-open.org/wsn/b-2\""
#define STREAM(inner) "<tt:MetadataStream " TT " " WSNT ">" inner "</tt:MetadataStream>"
#define NOTE(topic, message)                                                                                 \
  STREAM("<tt:Event><wsnt:NotificationMessage><wsnt:Topic>" topic "</wsnt:Topic><wsnt:Message>" message      \
         "</wsnt:Message></wsnt:NotificationMessage></tt:Event>")

static GArray *parse(const char *text) {
  g_autoptr(GError) error = NULL;
  GArray *found = gw_onvif_parse((const guint8 *)text, strlen(text), &error);
  if (error)
    print_error("%s\n", error->message);
  assert_non_null(found);
  return found;
}

static GwOnvifObservation only(const char *text) {
  g_autoptr(GArray) found = parse(text);
  assert_int_equal(found->len, 1);
  return g_array_index(found, GwOnvifObservation, 0);
}

static void assert_near(double a, double b) {
  if (a < b - 0.001 || a > b + 0.001)
    fail_msg("%f is not %f", a, b);
}

static void a_motion_is_a_state_with_a_rule(void **state) {
  GwOnvifObservation o =
      only(NOTE("tns1:RuleEngine/CellMotionDetector/Motion",
                "<tt:Message UtcTime=\"2026-11-21T03:04:05.678Z\" PropertyOperation=\"Changed\">"
                "<tt:Source><tt:SimpleItem Name=\"VideoSourceConfigurationToken\" Value=\"1\"/>"
                "<tt:SimpleItem Name=\"Rule\" Value=\"北门 &amp; 路\"/></tt:Source>"
                "<tt:Data><tt:SimpleItem Name=\"IsMotion\" Value=\"true\"/></tt:Data></tt:Message>"));
  assert_int_equal(o.topic, GW_ONVIF_MOTION);
  assert_int_equal(o.op, GW_ONVIF_OP_CHANGED);
  assert_true(o.has_active && o.active && !o.has_box && o.score < 0);
  assert_string_equal(o.rule, "北门 & 路");
  assert_string_equal(o.tail, "CellMotionDetector/Motion");
  assert_int_equal(o.utc_us, 1795230245678000);
}

static void topics_are_told_by_their_last_segments(void **state) {
  static const struct {
    const char *topic;
    GwOnvifTopic is;
    const char *tail, *class;
  } topics[] = {
      {"tns1:RuleEngine/CellMotionDetector/Motion", GW_ONVIF_MOTION, "CellMotionDetector/Motion", ""},
      {"tns1:VideoSource/MotionAlarm", GW_ONVIF_MOTION, "VideoSource/MotionAlarm", ""},
      {"ns0:CameraApplicationPlatform/VMD/Camera1ProfileANY", GW_ONVIF_MOTION, "VMD/Camera1ProfileANY", ""},
      {"tns1:RuleEngine/tnsacme:LineDetector/tnsacme:Crossed", GW_ONVIF_LINE, "LineDetector/Crossed", ""},
      {"a:SmartRules/b:CrossLineDetection", GW_ONVIF_LINE, "SmartRules/CrossLineDetection", ""},
      {"tns1:RuleEngine/FieldDetector/ObjectsInside", GW_ONVIF_FIELD, "FieldDetector/ObjectsInside", ""},
      {"tns1:RuleEngine/MyRuleDetector/PeopleDetect", GW_ONVIF_OBJECT, "MyRuleDetector/PeopleDetect",
       "Human"},
      {"tns1:VideoSource/GlobalSceneChange/ImagingService", GW_ONVIF_TAMPER,
       "GlobalSceneChange/ImagingService", ""},
      {"tns1:VideoSource/ImageTooDark/AnalyticsService", GW_ONVIF_TAMPER, "ImageTooDark/AnalyticsService",
       ""},
      {"tns1:Device/Trigger/DigitalInput", GW_ONVIF_OTHER, "Trigger/DigitalInput", ""},
      {"  tns1:Motion  ", GW_ONVIF_MOTION, "Motion", ""},
      {"///", GW_ONVIF_OTHER, "", ""},
      {"", GW_ONVIF_OTHER, "", ""},
  };
  for (guint i = 0; i < G_N_ELEMENTS(topics); i++) {
    char tail[GW_ONVIF_TEXT_BYTES], class[GW_ONVIF_CLASS_BYTES];
    assert_int_equal(gw_onvif_topic_of(topics[i].topic, tail, class), topics[i].is);
    assert_string_equal(tail, topics[i].tail);
    assert_string_equal(class, topics[i].class);
  }
}

static void a_state_is_found_under_many_names(void **state) {
  static const struct {
    const char *items;
    gboolean has, active;
  } items[] = {
      {"<tt:SimpleItem Name='State' Value='1'/>", TRUE, TRUE},
      {"<tt:SimpleItem Name='active' Value='0'/>", TRUE, FALSE},
      {"<tt:SimpleItem Name='IsInside' Value='TRUE'/>", TRUE, TRUE},
      {"<tt:SimpleItem Name='Whatever' Value='false'/>", TRUE, FALSE},
      {"<tt:SimpleItem Name='Whatever' Value='true'/><tt:SimpleItem Name='State' Value='false'/>", TRUE,
       FALSE},
      {"<tt:SimpleItem Name='State' Value='false'/><tt:SimpleItem Name='Whatever' Value='true'/>", TRUE,
       FALSE},
      {"<tt:SimpleItem Name='Count' Value='1'/>", FALSE, FALSE},
      {"<tt:SimpleItem Name='ObjectId' Value='1'/>", FALSE, FALSE},
      {"", FALSE, FALSE},
  };
  for (guint i = 0; i < G_N_ELEMENTS(items); i++) {
    g_autofree char *text =
        g_strdup_printf(NOTE("tns1:X/Y", "<tt:Message><tt:Data>%s</tt:Data></tt:Message>"), items[i].items);
    GwOnvifObservation o = only(text);
    assert_int_equal(o.has_active, items[i].has);
    assert_int_equal(o.active, items[i].active);
  }
  assert_true(only(NOTE("tns1:X/Y", "<tt:Message PropertyOperation='Deleted'/>")).has_active);
}

static void what_a_farm_camera_says_is_understood(void **state) {
  static const struct {
    const char *topic;
    GwOnvifTopic is;
  } topics[] = {{"motion", GW_ONVIF_MOTION},
                {"line", GW_ONVIF_LINE},
                {"field", GW_ONVIF_FIELD},
                {"tamper", GW_ONVIF_TAMPER},
                {"object", GW_ONVIF_OBJECT}};
  for (FarmDialect dialect = FARM_DIALECT_PLAIN; dialect < FARM_N_DIALECTS; dialect++)
    for (guint i = 0; i < G_N_ELEMENTS(topics); i++)
      for (guint active = 0; active < 2; active++) {
        FarmHappening happening = {topics[i].topic, "Vehicle", "East gate",
                                   active,          0.75,      {0.25, 0.125, 0.5, 0.25}};
        g_autofree char *text = farm_metadata_document(dialect, &happening, 1795230245678000);
        GwOnvifObservation o = only(text);
        assert_int_equal(o.topic, topics[i].is);
        assert_int_equal(o.utc_us, 1795230245678000);
        if (o.topic != GW_ONVIF_OBJECT) {
          assert_string_equal(o.rule, "East gate");
          if (o.topic != GW_ONVIF_LINE)
            assert_true(o.has_active && o.active == (gboolean)active);
          continue;
        }
        assert_string_equal(o.class, "Vehicle");
        assert_near(o.score, 0.75);
        assert_true(o.has_box);
        for (guint k = 0; k < 4; k++)
          assert_near(o.box[k], happening.box[k]);
      }
}

static void a_frame_tells_several_objects(void **state) {
  g_autoptr(GArray) found = parse(STREAM(
      "<tt:VideoAnalytics><tt:Frame UtcTime=\"2026-11-21T03:04:05Z\">"
      "<tt:Object ObjectId=\"1\"><tt:Appearance><tt:Class>"
      "<tt:ClassCandidate><tt:Type>Animal</tt:Type><tt:Likelihood>0.2</tt:Likelihood></tt:ClassCandidate>"
      "<tt:ClassCandidate><tt:Type>Human</tt:Type><tt:Likelihood>0.7</tt:Likelihood></tt:ClassCandidate>"
      "</tt:Class><tt:Shape><tt:BoundingBox left=\"900\" top=\"1\" right=\"2\" bottom=\"3\"/></tt:Shape>"
      "</tt:Appearance></tt:Object>"
      "<tt:Object ObjectId=\"2 b\"><tt:Appearance><tt:Class><tt:Type Likelihood=\"55\">Two wheels</tt:Type>"
      "</tt:Class></tt:Appearance></tt:Object>"
      "<tt:Object/></tt:Frame></tt:VideoAnalytics>"));
  assert_int_equal(found->len, 3);
  const GwOnvifObservation *o = (GwOnvifObservation *)found->data;
  assert_string_equal(o[0].class, "Human");
  assert_false(o[0].has_box); /* pixels that nobody explained */
  assert_string_equal(o[1].class, "Two_wheels");
  assert_near(o[1].score, 0.55);
  assert_string_equal(o[1].object, "2_b");
  assert_string_equal(o[2].class, "");
  assert_int_equal(o[2].utc_us, 1795230245000000);
}

static void other_namespaces_say_nothing(void **state) {
  g_autoptr(GArray) none =
      parse(STREAM("<x:Event xmlns:x='urn:x'><x:NotificationMessage><x:Topic>tns1:Motion</x:Topic>"
                   "</x:NotificationMessage></x:Event>"));
  assert_int_equal(none->len, 0);
  /* a prefix that was never declared is a mistake that cameras make */
  assert_int_equal(
      only("<MetadataStream><tt:Event><wsnt:NotificationMessage><wsnt:Topic>tns1:Motion</wsnt:Topic>"
           "</wsnt:NotificationMessage></tt:Event></MetadataStream>")
          .topic,
      GW_ONVIF_MOTION);
}

static void assert_refused(const char *text, gsize bytes) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) found = gw_onvif_parse((const guint8 *)text, bytes, &error);
  assert_null(found);
  assert_true(error->domain == GW_ERROR);
}

static void hostile_documents_are_refused(void **state) {
  static const char *const bad[] = {
      "",
      "\n \n",
      "noise",
      "<",
      "<a/>",
      "<tt:MetadataStream",
      "<!DOCTYPE a>" STREAM(""),
      "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"cccccccc\">]>" STREAM("&b;"),
      "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/x.dtd\">" STREAM(""),
      "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>" STREAM("&x;"),
      STREAM("&unknown;"),
      STREAM("<a>"),
      STREAM("") STREAM(""),
      STREAM("<a b=\"1\" b=\"2\"/>"),
      "<MetadataStream xmlns=\"urn:other\"/>",
      "<?xml version=\"1.0\" encoding=\"no-such-thing\"?>" STREAM("\xff\xfe"),
  };
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_refused(bad[i], strlen(bad[i]));
  const char *whole = NOTE("tns1:Motion", "<tt:Message/>");
  for (gsize cut = 0; cut < strlen(whole); cut++)
    assert_refused(whole, cut);
  g_autoptr(GString) deep = g_string_new("<MetadataStream xmlns=\"http://www.onvif.org/ver10/schema\">");
  for (guint i = 0; i < 20000; i++)
    g_string_append(deep, "<Event>");
  assert_refused(deep->str, deep->len);
  g_autoptr(GString) huge = g_string_new("<MetadataStream xmlns=\"http://www.onvif.org/ver10/schema\">");
  while (huge->len < GW_ONVIF_MOST_BYTES)
    g_string_append(huge, "<Extension/>");
  g_string_append(huge, "</MetadataStream>");
  assert_refused(huge->str, huge->len);
}

static void values_are_cut_to_fit(void **state) {
  g_autofree char *longest = g_strnfill(5000, 'x');
  g_autofree char *text = g_strdup_printf(
      NOTE("tns1:%s/Motion",
           "<tt:Message UtcTime='%s'><tt:Source><tt:SimpleItem Name='Rule' Value='%s'/></tt:Source>"
           "<tt:Data><tt:SimpleItem Name='ObjectType' Value='%s'/>"
           "<tt:SimpleItem Name='Likelihood' Value='1e999'/></tt:Data></tt:Message>"),
      "Z", longest, longest, longest);
  GwOnvifObservation o = only(text);
  assert_int_equal(strlen(o.rule), GW_ONVIF_TEXT_BYTES - 1);
  assert_int_equal(strlen(o.class), GW_ONVIF_CLASS_BYTES - 1);
  assert_true(o.score < 0 && o.utc_us == 0);
  g_autoptr(GString) many =
      g_string_new("<MetadataStream xmlns=\"http://www.onvif.org/ver10/schema\"><Frame>");
  for (guint i = 0; i < 1000; i++)
    g_string_append(many, "<Object/>");
  g_string_append(many, "</Frame></MetadataStream>");
  g_autoptr(GArray) found = parse(many->str);
  assert_int_equal(found->len, GW_ONVIF_MOST_OBSERVATIONS);
}

static void a_glance_tells_what_is_worth_reading(void **state) {
  static const struct {
    const char *text;
    gsize bytes;
    GwOnvifGlance is;
  } texts[] = {
      {STREAM("<tt:VideoAnalytics><tt:Frame/></tt:VideoAnalytics>"), 0, GW_ONVIF_NOTHING},
      {STREAM("<tt:VideoAnalytics><tt:Frame><tt:Object/></tt:Frame></tt:VideoAnalytics>"), 0,
       GW_ONVIF_FRAMES},
      {NOTE("tns1:Motion", "<tt:Object/>"), 0, GW_ONVIF_NOTES},
      {"\xff\xfe<\0", 4, GW_ONVIF_NOTES},
      {"<\0M\0", 4, GW_ONVIF_NOTES},
  };
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    assert_int_equal(gw_onvif_glance((const guint8 *)texts[i].text,
                                     texts[i].bytes ? texts[i].bytes : strlen(texts[i].text)),
                     texts[i].is);
  assert_int_equal(gw_onvif_glance((const guint8 *)"", 0), GW_ONVIF_NOTHING);
}

static GwOnvifObservation motion(gboolean active) {
  return (GwOnvifObservation){.topic = GW_ONVIF_MOTION, .has_active = TRUE, .active = active, .score = -1};
}

static void repeats_are_left_out(void **state) {
  g_autoptr(GwOnvifFilter) filter = gw_onvif_filter_new();
  GwOnvifObservation on = motion(TRUE), off = motion(FALSE);
  assert_true(gw_onvif_filter_pass(filter, &on, 0));
  assert_false(gw_onvif_filter_pass(filter, &on, 60 * GW_SEC));
  assert_true(gw_onvif_filter_pass(filter, &off, 61 * GW_SEC));
  assert_true(gw_onvif_filter_pass(filter, &on, 62 * GW_SEC));
  GwOnvifObservation line = {.topic = GW_ONVIF_LINE, .utc_us = 5},
                     other = {.topic = GW_ONVIF_LINE, .utc_us = 6};
  assert_true(gw_onvif_filter_pass(filter, &line, 70 * GW_SEC));
  assert_false(gw_onvif_filter_pass(filter, &line, 80 * GW_SEC)); /* the same moment, told twice */
  assert_true(gw_onvif_filter_pass(filter, &other, 81 * GW_SEC));
  GwOnvifObservation car = {.topic = GW_ONVIF_OBJECT, .class = "Car"},
                     man = {.topic = GW_ONVIF_OBJECT, .class = "Human"};
  assert_true(gw_onvif_filter_pass(filter, &car, 100 * GW_SEC));
  assert_true(gw_onvif_filter_pass(filter, &man, 100 * GW_SEC));
  assert_false(gw_onvif_filter_pass(filter, &car, 109 * GW_SEC));
  assert_true(gw_onvif_filter_pass(filter, &car, 110 * GW_SEC));
}

static void ten_a_second_and_no_more(void **state) {
  g_autoptr(GwOnvifFilter) filter = gw_onvif_filter_new();
  guint passed = 0;
  for (guint i = 0; i < 10000; i++) {
    GwOnvifObservation o = motion(TRUE);
    g_snprintf(o.rule, sizeof o.rule, "rule %u", i);
    passed += gw_onvif_filter_pass(filter, &o, (GwUsec)i * GW_MS);
  }
  assert_in_range(passed, 100, 111);
  /* a state that could not be said is said by its next repeat */
  GwOnvifObservation o = motion(TRUE);
  g_strlcpy(o.rule, "late", sizeof o.rule);
  assert_true(gw_onvif_filter_pass(filter, &o, 20 * GW_SEC));
}

/* ---- putting documents together ---- */

typedef struct Documents {
  GPtrArray *texts;
  guint32 last_time;
} Documents;

static void on_document(const guint8 *xml, gsize bytes, guint32 rtp_time, gpointer user) {
  Documents *documents = user;
  g_ptr_array_add(documents->texts, g_strndup((const char *)xml, bytes));
  documents->last_time = rtp_time;
}

enum { MARK = 1, GAP = 2 };
static void give(GwOnvifAssemble *assemble, const char *text, guint32 time, int how) {
  gw_onvif_assemble_packet(assemble, (const guint8 *)text, strlen(text), time, how & MARK, how & GAP);
}

static void documents_end_by_marker_time_or_tag(void **state) {
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
  Documents documents = {texts, 0};
  g_autoptr(GwOnvifAssemble) assemble = gw_onvif_assemble_new(on_document, &documents);
  give(assemble, "<?xml version='1.0'?><x>", 1, 0);
  give(assemble, "</x>", 1, MARK);
  assert_string_equal(g_ptr_array_index(texts, 0), "<?xml version='1.0'?><x></x>");
  give(assemble, "<a/>", 2, 0);
  assert_int_equal(texts->len, 1);
  give(assemble, "<b/>", 3, MARK);
  assert_int_equal(texts->len, 3);
  assert_string_equal(g_ptr_array_index(texts, 1), "<a/>");
  give(assemble, "<n:MetadataStream xmlns:n='x'><b/></n:Metada", 4, 0);
  give(assemble, "taStream >\r\n", 4, 0);
  assert_int_equal(texts->len, 4);
  assert_int_equal(documents.last_time, 4);
  give(assemble, "\n", 4, MARK); /* nothing but white space is no document */
  give(assemble, "<MetadataStream/>", 5, MARK);
  assert_int_equal(texts->len, 5);
  assert_int_equal(gw_onvif_assemble_dropped(assemble), 0);
}

static void a_gap_drops_what_it_is_in(void **state) {
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
  Documents documents = {texts, 0};
  g_autoptr(GwOnvifAssemble) assemble = gw_onvif_assemble_new(on_document, &documents);
  give(assemble, "the end of one that began before</x>", 1, 0);
  give(assemble, "</x>", 1, MARK);
  assert_int_equal(texts->len, 0);
  give(assemble, "<x>", 2, 0);
  give(assemble, "</x>", 2, MARK | GAP);
  assert_int_equal(texts->len, 0);
  assert_int_equal(gw_onvif_assemble_dropped(assemble), 1);
  give(assemble, "<y/>", 3, MARK);
  give(assemble, " <?xml version='1.0'?><z/>", 4, MARK | GAP); /* begins with its packet */
  assert_int_equal(texts->len, 2);
  give(assemble, "middle", 5, GAP);
  give(assemble, "<MetadataStream>", 6, 0); /* no marker ever: a beginning is one by itself */
  give(assemble, "</MetadataStream>", 6, 0);
  assert_int_equal(texts->len, 3);
}

static void a_document_that_never_ends_is_dropped(void **state) {
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
  Documents documents = {texts, 0};
  g_autoptr(GwOnvifAssemble) assemble = gw_onvif_assemble_new(on_document, &documents);
  g_autofree char *part = g_strnfill(1400, 'x');
  give(assemble, "<?xml?>", 1, 0);
  for (guint i = 0; i < 1000; i++)
    give(assemble, part, 1, 0);
  give(assemble, part, 1, MARK);
  give(assemble, "<ok/>", 2, MARK);
  assert_int_equal(texts->len, 1);
  assert_string_equal(g_ptr_array_index(texts, 0), "<ok/>");
  assert_int_equal(gw_onvif_assemble_dropped(assemble), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_motion_is_a_state_with_a_rule),
      cmocka_unit_test(topics_are_told_by_their_last_segments),
      cmocka_unit_test(a_state_is_found_under_many_names),
      cmocka_unit_test(what_a_farm_camera_says_is_understood),
      cmocka_unit_test(a_frame_tells_several_objects),
      cmocka_unit_test(other_namespaces_say_nothing),
      cmocka_unit_test(hostile_documents_are_refused),
      cmocka_unit_test(values_are_cut_to_fit),
      cmocka_unit_test(a_glance_tells_what_is_worth_reading),
      cmocka_unit_test(repeats_are_left_out),
      cmocka_unit_test(ten_a_second_and_no_more),
      cmocka_unit_test(documents_end_by_marker_time_or_tag),
      cmocka_unit_test(a_gap_drops_what_it_is_in),
      cmocka_unit_test(a_document_that_never_ends_is_dropped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
