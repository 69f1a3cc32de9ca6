/* Turning cameras: what is asked, what is understood of the answers, and whole talks with a simulated device.
 */
#include "tests/pipelines/cm.h"
#include "daemon/base/clock.h"
#include "pipelines/ptz/post.h"
#include "pipelines/ptz/said.h"
#include "pipelines/ptz/soap.h"
#include "pipelines/ptz/talk.h"
#include "tests/farm/onvif/device.h"

#include <string.h>

#define ENVELOPE(body)                                                                                       \
  "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope' "                                           \
  "xmlns:t='http://www.onvif.org/ver10/schema'>"                                                             \
  "<e:Body>" body "</e:Body></e:Envelope>"

/* ---- what is asked ---- */

/* The example of ONVIF's Application Programmer's Guide. */
static void a_password_travels_as_a_digest(void **state) {
  gsize bytes = 0;
  g_autofree guchar *nonce = g_base64_decode("LKqI6G/AikKCQrN0zqZFlg==", &bytes);
  g_autofree char *digest = gw_soap_digest(nonce, bytes, "2010-09-16T07:50:45Z", "userpassword");
  assert_string_equal(digest, "tuOSpGlFlIXsozq4HFNeeGeFLEI=");
  const GwSoapWho who = {"admin", "top-secret", 1795226400 * GW_SEC};
  g_autofree char *asked = gw_soap_services(&who);
  assert_non_null(strstr(asked, "<Username>admin</Username>"));
  assert_non_null(strstr(asked, ">2026-11-21T02:00:00.000Z</Created>"));
  assert_null(strstr(asked, "top-secret"));
}

static void who_has_no_name_sends_no_token(void **state) {
  const GwSoapWho nobody = {NULL, NULL, 0};
  g_autofree char *asked = gw_soap_profiles(&nobody);
  assert_null(strstr(asked, "Security"));
}

static void what_a_camera_called_its_preset_cannot_become_xml(void **state) {
  const GwSoapWho who = {"a<b&c", "x", 0};
  g_autofree char *asked = gw_soap_goto(&who, "p</ProfileToken>", "\"><x>");
  assert_null(strstr(asked, "a<b"));
  assert_null(strstr(asked, "<x>"));
  assert_non_null(strstr(asked, "p&lt;/ProfileToken&gt;"));
}

/* ---- what is understood ---- */

static GwPtzSaid said_by(const char *xml) {
  GwPtzSaid said;
  if (!gw_ptz_said_parse(xml, strlen(xml), &said))
    fail_msg("not understood: %.200s", xml);
  return said;
}

static void presets_have_a_token_and_a_name(void **state) {
  const GwPtzSaid said =
      said_by(ENVELOPE("<p:GetPresetsResponse xmlns:p='http://www.onvif.org/ver20/ptz/wsdl'>"
                       "<p:Preset token='1'><t:Name> 大门 &amp; 路 </t:Name><t:PTZPosition/></p:Preset>"
                       "<p:Preset token='a&amp;b'/><p:Preset><t:Name>none</t:Name></p:Preset>"
                       "</p:GetPresetsResponse>"));
  assert_int_equal(said.n_presets, 2); /* what has no token cannot be turned to */
  assert_string_equal(said.presets[0].token, "1");
  assert_string_equal(said.presets[0].name, "大门 & 路");
  assert_string_equal(said.presets[1].token, "a&b");
  assert_string_equal(said.presets[1].name, "a&b");
}

static void the_first_profile_that_can_be_turned_is_taken(void **state) {
  const GwPtzSaid said =
      said_by(ENVELOPE("<r><m:Profiles xmlns:m='x' token='still'/><m:Profiles xmlns:m='x' token='two'>"
                       "<t:PTZConfiguration token='c'/></m:Profiles><m:Profiles xmlns:m='x' token='three'>"
                       "<t:PTZConfiguration/></m:Profiles></r>"));
  assert_string_equal(said.profile, "two");
  assert_int_equal(said.n_profiles, 3);
}

static void faults_are_told_by_their_subcode(void **state) {
  static const struct {
    const char *code;
    GwPtzFault is;
  } rows[] = {{"ter:NotAuthorized", GW_PTZ_FAULT_AUTH},
              {"wsse:FailedAuthentication", GW_PTZ_FAULT_AUTH},
              {"ter:ActionNotSupported", GW_PTZ_FAULT_NO_ACTION},
              {"ter:NoToken", GW_PTZ_FAULT_NO_ENTITY},
              {"ter:Whatever", GW_PTZ_FAULT_OTHER}};
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *xml = g_strdup_printf(
        ENVELOPE("<e:Fault><e:Code><e:Value>e:Sender</e:Value><e:Subcode><e:Value>%s</e:Value>"
                 "</e:Subcode></e:Code></e:Fault>"),
        rows[i].code);
    assert_int_equal(said_by(xml).fault, rows[i].is);
  }
}

static void a_clock_is_read_or_left(void **state) {
#define CLOCK(year)                                                                                          \
  ENVELOPE("<t:UTCDateTime><t:Time><t:Hour>2</t:Hour><t:Minute>0</t:Minute><t:Second>1</t:Second></t:Time>"  \
           "<t:Date><t:Year>" year                                                                           \
           "</t:Year><t:Month>11</t:Month><t:Day>21</t:Day></t:Date></t:UTCDateTime>")
  assert_true(said_by(CLOCK("2026")).utc_us == (GwUsec)1795226401 * GW_SEC);
  assert_true(said_by(CLOCK("99999")).utc_us == 0);
  assert_true(said_by(CLOCK("")).utc_us == 0);
}

static void no_camera_says_more_than_we_take(void **state) {
  g_autoptr(GString) many = g_string_new(NULL), deep = g_string_new(NULL);
  g_autofree char *long_token = g_strnfill(65, 'x'), *long_name = g_strnfill(200, 'n');
  for (int i = 0; i < 200; i++)
    g_string_append_printf(many, "<Preset token='%d'><Name>%s</Name></Preset>", i, long_name);
  g_autofree char *full =
      g_strdup_printf("<Envelope><Preset token='%s'/>%s</Envelope>", long_token, many->str);
  const GwPtzSaid said = said_by(full);
  assert_int_equal(said.n_presets, GW_PTZ_MOST_PRESETS);
  assert_string_equal(said.presets[0].token, "0");
  assert_int_equal(strlen(said.presets[0].name), GW_PTZ_NAME_CHARS);
  for (int i = 0; i < 40; i++)
    g_string_append(deep, "<Envelope>");
  static const char *const bad[] = {"",
                                    "<",
                                    "<Envelope>",
                                    "<a/>",
                                    "HTTP",
                                    "<?xml version='1.0'?><!DOCTYPE x><Envelope/>",
                                    "<!DOCTYPE e [<!ENTITY a 'b'>]><Envelope>&a;</Envelope>"};
  GwPtzSaid none;
  assert_false(gw_ptz_said_parse(deep->str, deep->len, &none));
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_false(gw_ptz_said_parse(bad[i], strlen(bad[i]), &none));
  g_autofree char *huge = g_strnfill(GW_PTZ_ANSWER_BYTES + 1, ' ');
  assert_false(gw_ptz_said_parse(huge, strlen(huge), &none));
}

static void questions_stay_with_the_host_that_was_named(void **state) {
  static const struct {
    const char *asked, *said, *goes;
  } rows[] = {
      {"http://192.0.2.7/onvif/device_service", "http://192.0.2.7:8000/onvif/ptz",
       "http://192.0.2.7:8000/onvif/ptz"},
      {"http://192.0.2.7:81/onvif/device_service", "http://10.0.0.5/onvif/ptz?x=1",
       "http://192.0.2.7:81/onvif/ptz?x=1"},
      {"https://192.0.2.7/d", "http://evil.example:22", "https://192.0.2.7/"},
      {"https://192.0.2.7/d", "http://user:pw@192.0.2.7/p", "http://192.0.2.7/p"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *address = gw_talk_address(rows[i].asked, rows[i].said);
    assert_string_equal(address, rows[i].goes);
  }
  assert_null(gw_talk_address("http://h/", "not an address"));
}

/* ---- whole talks ---- */

typedef struct World {
  OnvifDevice *device;
  GwTalkWho who;
  GwTalkKnown known;
  int cancelled;
} World;

static int set_up(void **state) {
  static const char *const presets[] = {"1=大门", "2=道路", "a&b=<third>", NULL};
  World *w = g_new0(World, 1);
  gw_post_global_init();
  w->device = onvif_device_new("admin", "secret", presets, NULL);
  w->who =
      (GwTalkWho){g_strdup_printf("http://127.0.0.1:%u/onvif/device_service", onvif_device_port(w->device)),
                  g_strdup("admin"), g_strdup("secret")};
  *state = w;
  return 0;
}

static int tear_down(void **state) {
  World *w = *state;
  onvif_device_free(w->device);
  gw_talk_who_clear(&w->who);
  gw_talk_known_clear(&w->known);
  g_free(w);
  return 0;
}

static void assert_presets(World *w, const char *cause) {
  g_autofree GwPtzSaid *said = g_new0(GwPtzSaid, 1);
  assert_string_equal(gw_talk_presets(&w->who, &w->known, &w->cancelled, said), cause);
  if (strcmp(cause, "none") != 0)
    return;
  assert_int_equal(said->n_presets, 3);
  assert_string_equal(said->presets[0].name, "大门");
  assert_string_equal(said->presets[2].token, "a&b");
  assert_string_equal(said->presets[2].name, "<third>");
}

static void assert_turns(World *w, const char *preset, const char *cause) {
  assert_string_equal(gw_talk_turn(&w->who, &w->known, &w->cancelled, preset), cause);
  if (strcmp(cause, "none") == 0)
    assert_string_equal(onvif_device_counts(w->device).preset, preset);
}

static void presets_are_read_and_turned_to(void **state) {
  World *w = *state;
  assert_presets(w, "none");
  assert_turns(w, "2", "none");
  assert_int_equal(onvif_device_counts(w->device).refused, 0);
}

static void a_known_camera_is_asked_once(void **state) {
  World *w = *state;
  assert_turns(w, "1", "none");
  const guint before = onvif_device_counts(w->device).requests;
  assert_turns(w, "2", "none");
  assert_int_equal(onvif_device_counts(w->device).requests, before + 1);
}

static void a_wrong_password_is_tried_once(void **state) {
  World *w = *state;
  onvif_device_set_password(w->device, "other");
  assert_presets(w, "auth");
  assert_int_equal(onvif_device_counts(w->device).refused, 1);
}

static void a_camera_with_another_clock_is_asked_by_its_own(void **state) {
  World *w = *state;
  const int offs[] = {-8 * 3600, 400 * 86400};
  for (guint i = 0; i < G_N_ELEMENTS(offs); i++) {
    onvif_device_set(w->device, &(OnvifHow){.clock_off_s = offs[i]});
    assert_presets(w, "none");
    assert_turns(w, "2", "none");
  }
  assert_int_equal(onvif_device_counts(w->device).refused, 2); /* once for each clock */
}

static void a_camera_that_wants_http_digest_gets_it(void **state) {
  World *w = *state;
  onvif_device_set(w->device, &(OnvifHow){.http_digest = TRUE});
  assert_presets(w, "none");
  assert_turns(w, "1", "none");
  assert_int_equal(onvif_device_counts(w->device).refused, 0);
  onvif_device_set_password(w->device, "other");
  assert_turns(w, "1", "auth");
  assert_int_equal(onvif_device_counts(w->device).refused, 1);
}

static void an_old_camera_tells_its_capabilities(void **state) {
  World *w = *state;
  onvif_device_set(w->device, &(OnvifHow){.mode = ONVIF_OLD});
  assert_presets(w, "none");
}

static void a_camera_behind_a_router_is_asked_where_it_was_found(void **state) {
  World *w = *state;
  onvif_device_set(w->device, &(OnvifHow){.other_host = TRUE});
  assert_turns(w, "2", "none");
}

static void no_ptz_and_no_such_preset_are_not_found(void **state) {
  World *w = *state;
  assert_turns(w, "77", "not_found");
  gw_talk_known_clear(&w->known);
  onvif_device_set(w->device, &(OnvifHow){.mode = ONVIF_NO_PTZ});
  assert_presets(w, "not_found");
}

static void noise_bombs_and_floods_are_no_answer(void **state) {
  World *w = *state;
  const OnvifMode modes[] = {ONVIF_GARBAGE, ONVIF_BOMB, ONVIF_HUGE};
  for (guint i = 0; i < G_N_ELEMENTS(modes); i++) {
    onvif_device_set(w->device, &(OnvifHow){.mode = modes[i]});
    assert_presets(w, "protocol");
  }
}

static void silence_ends_after_three_seconds(void **state) {
  World *w = *state;
  onvif_device_set(w->device, &(OnvifHow){.mode = ONVIF_HANG});
  const GwUsec from_us = gw_clock_mono_us();
  assert_presets(w, "timeout");
  assert_in_range(gw_clock_mono_us() - from_us, 2900 * GW_MS, 6000 * GW_MS);
}

static void nobody_there_is_unreachable(void **state) {
  World *w = *state;
  onvif_device_free(g_steal_pointer(&w->device));
  assert_presets(w, "unreachable");
}

int main(void) {
#define TALK(fact) cmocka_unit_test_setup_teardown(fact, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_password_travels_as_a_digest),
      cmocka_unit_test(who_has_no_name_sends_no_token),
      cmocka_unit_test(what_a_camera_called_its_preset_cannot_become_xml),
      cmocka_unit_test(presets_have_a_token_and_a_name),
      cmocka_unit_test(the_first_profile_that_can_be_turned_is_taken),
      cmocka_unit_test(faults_are_told_by_their_subcode),
      cmocka_unit_test(a_clock_is_read_or_left),
      cmocka_unit_test(no_camera_says_more_than_we_take),
      cmocka_unit_test(questions_stay_with_the_host_that_was_named),
      TALK(presets_are_read_and_turned_to),
      TALK(a_known_camera_is_asked_once),
      TALK(a_wrong_password_is_tried_once),
      TALK(a_camera_with_another_clock_is_asked_by_its_own),
      TALK(a_camera_that_wants_http_digest_gets_it),
      TALK(an_old_camera_tells_its_capabilities),
      TALK(a_camera_behind_a_router_is_asked_where_it_was_found),
      TALK(no_ptz_and_no_such_preset_are_not_found),
      TALK(noise_bombs_and_floods_are_no_answer),
      TALK(silence_ends_after_three_seconds),
      TALK(nobody_there_is_unreachable),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
