/* What is said of a camera that somebody turned: nothing, and then what is still so. */
#include "pipelines/sight.h"
#include "tests/pipelines/cm.h"

#include <string.h>

typedef struct Said {
  guint n;
  gboolean on;
  char kind[32];
} Said;

static gboolean say(json_t *message, GBytes *bytes, gpointer user) {
  Said *said = user;
  const char *kind = json_string_value(json_object_get(message, "kind"));
  said->n++;
  said->on = json_is_true(json_object_get(message, "on"));
  g_strlcpy(said->kind, kind ? kind : "", sizeof said->kind);
  json_decref(message);
  return TRUE;
}

static void show(json_t *message, GBytes *picture, gpointer user) {
  json_decref(message);
}

static GwSight *sight_new(Said *said) {
  const GwSightConfig config = {.looker = {.look_every_us = GW_SEC, .suspect_every_us = GW_SEC, .threads = 1}};
  *said = (Said){0};
  return gw_sight_new(&config, &(GwSightOut){say, show, said});
}

static void set_away(GwSight *sight, GwId id, gboolean away) {
  const char *reason = NULL;
  json_t *message = json_pack("{s:s, s:I, s:b, s:b, s:i, s:[]}", "type", "scene.set", "id", (json_int_t)id, "codes", FALSE, "away",
                              away, "utc_offset_s", 28800, "zones");
  if (!gw_sight_message(sight, "scene.set", message, NULL, 0, &reason))
    fail_msg("%s", reason);
  json_decref(message);
}

static const GwMeterFinding low = {.kind = GW_METER_FPS_LOW, .on = TRUE, .measure = 3, .threshold = 2};
static const GwMeterFinding over = {.kind = GW_METER_FPS_LOW, .on = FALSE, .measure = 1, .threshold = 2};
static const GwMeterFinding frozen = {.kind = GW_METER_FROZEN, .on = TRUE, .measure = 3, .threshold = 2};

static void what_a_turned_cameras_stream_does_is_said_when_it_is_home_and_still_so(void **state) {
  Said said;
  GwSight *sight = sight_new(&said);
  gw_sight_say_meter(sight, 1, &low);
  assert_int_equal(said.n, 1);
  set_away(sight, 1, TRUE);
  gw_sight_say_meter(sight, 1, &frozen);
  gw_sight_say_meter(sight, 1, &over);
  gw_sight_say_meter(sight, 2, &low); /* another one's */
  assert_int_equal(said.n, 2);
  set_away(sight, 1, TRUE); /* a zone was drawn meanwhile */
  set_away(sight, 1, FALSE);
  assert_int_equal(said.n, 4);
  set_away(sight, 1, FALSE);
  assert_int_equal(said.n, 4);
  gw_sight_free(sight);
}

static void what_came_and_went_while_it_was_away_is_over(void **state) {
  Said said;
  GwSight *sight = sight_new(&said);
  set_away(sight, 1, TRUE);
  gw_sight_say_meter(sight, 1, &low);
  gw_sight_say_meter(sight, 1, &over);
  set_away(sight, 1, FALSE);
  assert_int_equal(said.n, 1);
  assert_false(said.on);
  gw_sight_free(sight);
}

static void a_forgotten_camera_has_nothing_to_say(void **state) {
  Said said;
  GwSight *sight = sight_new(&said);
  set_away(sight, 1, TRUE);
  gw_sight_say_meter(sight, 1, &low);
  gw_sight_forget(sight, 1);
  set_away(sight, 1, FALSE);
  assert_int_equal(said.n, 0);
  gw_sight_free(sight);
}

int main(void) {
  const struct CMUnitTest facts[] = {
      cmocka_unit_test(what_a_turned_cameras_stream_does_is_said_when_it_is_home_and_still_so),
      cmocka_unit_test(what_came_and_went_while_it_was_away_is_over),
      cmocka_unit_test(a_forgotten_camera_has_nothing_to_say),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
