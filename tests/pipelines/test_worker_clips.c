/* gridwarden-ingest's clips and playbacks: evidence holds what it says, to the picture. */
#include "daemon/base/clock.h"
#include "tests/pipelines/cm.h"
#include "tests/pipelines/farm_peer.h"
#include "tests/pipelines/shown.h"

#include <gst/gst.h>
#include <string.h>

#define FPS 15
#define GOP_US GW_SEC
#define PICTURE_US (GW_SEC / FPS)
#define BEFORE_US (10 * GW_SEC)
#define AFTER_US (20 * GW_SEC)

typedef struct World {
  FarmPeer *farm;
  WorkerPeer *w;
} World;

static int set_up(void **state) {
  static const char *const arguments[] = {"-n", "6", "--footage-days", "2", NULL};
  World *world = g_new0(World, 1);
  world->farm = farm_start(arguments);
  world->w = worker_start("cameras");
  *state = world;
  return 0;
}

static int tear_down(void **state) {
  World *world = *state;
  worker_stop(world->w);
  farm_stop(world->farm);
  g_free(world);
  return 0;
}

static void set_camera(World *world, int id) {
  g_autofree char *url = farm_url(world->farm, id);
  worker_say(world->w, "{s:s,s:i,s:s,s:s}", "type", "camera.set", "id", id, "url", url, "transport", "tcp");
  worker_expect(world->w, 9000, "{s:s,s:i,s:s}", "type", "camera.state", "id", id, "state", "live");
}

static void wait_until(World *world, GwUsec at_us) {
  while (gw_clock_real_us() < at_us) {
    worker_forget(world->w, "{s:s}", "type", "gauges");
    worker_expect(world->w, 3000, "{s:s}", "type", "gauges");
  }
}

static void cut(World *world, int clip, int id, GwUsec from_us, GwUsec to_us) {
  worker_say(world->w, "{s:s,s:i,s:i,s:I,s:I}", "type", "clip.cut", "clip", clip, "id", id, "from_us",
             (json_int_t)from_us, "to_us", (json_int_t)to_us);
}

static const Said *expect_ready(World *world, int clip, int within_ms) {
  return worker_expect(world->w, within_ms, "{s:s,s:i}", "type", "clip.ready", "clip", clip);
}

static void expect_failed(World *world, int clip, const char *why, int within_ms) {
  worker_expect(world->w, within_ms, "{s:s,s:i,s:s}", "type", "clip.failed", "clip", clip, "why", why);
}

/* As the daemon does it. */
static GByteArray *fetch(World *world, int clip, gsize bytes) {
  GByteArray *file = g_byte_array_new();
  while (file->len < bytes) {
    worker_say(world->w, "{s:s,s:i,s:i}", "type", "clip.read", "clip", clip, "offset", (int)file->len);
    const Said *part = worker_expect(world->w, 3000, "{s:s,s:i,s:i}", "type", "clip.part", "clip", clip,
                                     "offset", (int)file->len);
    gsize n;
    const guint8 *data = g_bytes_get_data(part->data, &n);
    assert_in_range(n, 1, 256 * 1024);
    g_byte_array_append(file, data, (guint)n);
  }
  assert_int_equal(file->len, bytes);
  worker_say(world->w, "{s:s,s:i}", "type", "clip.drop", "clip", clip);
  return file;
}

/* Decoded, it has the pictures that it says. */
static void holds_what_it_says(World *world, const Said *ready, const char *codec) {
  g_autoptr(GByteArray) file = fetch(world, (int)said_int(ready, "clip"), (gsize)said_int(ready, "bytes"));
  assert_int_equal(shown_decoded(file->data, file->len, codec), said_int(ready, "frames"));
}

static void is_about_us(gint64 is, gint64 should, gint64 within_us) {
  if (ABS(is - should) > within_us)
    fail_msg("%" G_GINT64_FORMAT " us off", is - should);
}

/* All at once, because each takes half a minute: an untroubled camera in H.264, one in H.265, one whose size
 * changes, one that is gone for a while, one that loses packets, one that is gone for good. */
static void a_clip_holds_ten_seconds_before_and_twenty_after(void **state) {
  World *world = *state;
  json_decref(farm_do(world->farm, "{s:s,s:i,s:s}", "do", "size", "cameras", 6, "clip", "large-h265"));
  for (int id = 1; id <= 6; id++)
    set_camera(world, id);
  const GwUsec alert_us = gw_clock_real_us() + BEFORE_US + GOP_US;
  wait_until(world, alert_us);
  for (int id = 1; id <= 6; id++)
    cut(world, id, id, alert_us - BEFORE_US, alert_us + AFTER_US);
  json_decref(farm_do(world->farm, "{s:s,s:i,s:i}", "do", "lose", "cameras", 4, "one_in", 100));
  json_decref(farm_do(world->farm, "{s:s,s:i,s:i}", "do", "drop", "cameras", 3, "for_ms", 3000));
  json_decref(farm_do(world->farm, "{s:s,s:i}", "do", "drop", "cameras", 5));
  wait_until(world, alert_us + 5 * GW_SEC);
  json_decref(
      farm_do(world->farm, "{s:s,s:i,s:s,s:b}", "do", "size", "cameras", 2, "clip", "large", "live", 1));
  const Said *good = expect_ready(world, 1, 20000), *changed = expect_ready(world, 2, 1000),
             *away = expect_ready(world, 3, 3000), *lossy = expect_ready(world, 4, 1000),
             *gone = expect_ready(world, 5, 3000), *hevc = expect_ready(world, 6, 1000);
  assert_in_range(gw_clock_real_us() - alert_us - AFTER_US, 0, 2500 * GW_MS);

  const Said *whole[] = {good, hevc};
  for (guint i = 0; i < G_N_ELEMENTS(whole); i++) {
    const gint64 from_us = said_int(whole[i], "from_us"), to_us = said_int(whole[i], "to_us");
    assert_in_range(alert_us - BEFORE_US - from_us, 0, GOP_US + PICTURE_US);
    is_about_us(to_us, alert_us + AFTER_US, 2 * PICTURE_US);
    is_about_us(said_int(whole[i], "frames") * PICTURE_US, to_us - from_us, 2 * PICTURE_US);
    assert_int_equal(said_int(whole[i], "broken"), 0);
  }
  assert_int_equal(said_int(good, "width"), 1280);
  holds_what_it_says(world, good, "h264");
  holds_what_it_says(world, hevc, "h265");

  assert_int_equal(said_int(changed, "width"), 640); /* up to where another size begins: the alert is in it */
  assert_in_range(said_int(changed, "to_us"), alert_us + 4 * GW_SEC, alert_us + 9 * GW_SEC);
  holds_what_it_says(world, changed, "h264");

  is_about_us(said_int(away, "to_us"), alert_us + AFTER_US, 2 * PICTURE_US); /* it came back */
  assert_true(said_int(away, "frames") < 28 * FPS);
  holds_what_it_says(world, away, "h264");

  assert_true(said_int(lossy, "broken") > 0);
  is_about_us(said_int(lossy, "to_us"), alert_us + AFTER_US, GOP_US + 2 * PICTURE_US);
  holds_what_it_says(world, lossy, "h264");

  is_about_us(said_int(gone, "to_us"), alert_us, 2 * GW_SEC); /* orders are given after it */
  holds_what_it_says(world, gone, "h264");
}

static void a_clip_of_what_is_not_seen_says_why(void **state) {
  World *world = *state;
  const GwUsec now_us = gw_clock_real_us();
  cut(world, 1, 99, now_us - GW_SEC, now_us);
  expect_failed(world, 1, "not_live", 1000);
  set_camera(world, 1);
  json_decref(farm_do(world->farm, "{s:s,s:i}", "do", "drop", "cameras", 1));
  json_decref(farm_do(world->farm, "{s:s,s:i}", "do", "drop", "cameras", 2));
  worker_expect(world->w, 5000, "{s:s,s:i,s:s}", "type", "camera.state", "id", 1, "state", "lost");
  g_autofree char *url = farm_url(world->farm, 2);
  worker_say(world->w, "{s:s,s:i,s:s,s:s}", "type", "camera.set", "id", 2, "url", url, "transport", "tcp");
  cut(world, 2, 2, now_us - GW_SEC, gw_clock_real_us() + GW_SEC / 2);
  expect_failed(world, 2, "not_live", 4000);
  worker_say(world->w, "{s:s,s:i}", "type", "camera.remove", "id", 1);
}

static void what_makes_no_sense_does_no_harm(void **state) {
  World *world = *state;
  const GwUsec now_us = gw_clock_real_us();
  set_camera(world, 1);
  worker_say(world->w, "{s:s,s:s}", "type", "clip.cut", "clip", "one");
  worker_expect(world->w, 1000, "{s:s,s:i}", "type", "log", "level", 4);
  cut(world, 1, 1, now_us, now_us - 1);
  expect_failed(world, 1, "no_pictures", 1000);
  cut(world, 2, 1, now_us, now_us + 3600 * GW_SEC);
  expect_failed(world, 2, "no_pictures", 1000);
  worker_say(world->w, "{s:s,s:i,s:i}", "type", "clip.read", "clip", 77, "offset", 0);
  expect_failed(world, 77, "timeout", 1000);
  worker_say(world->w, "{s:s,s:i}", "type", "clip.drop", "clip", 77);
  cut(world, 3, 1, now_us, now_us + 2 * GW_SEC);
  worker_say(world->w, "{s:s,s:i,s:i}", "type", "clip.read", "clip", 3, "offset", 0); /* not yet */
  worker_forget(world->w, "{s:s}", "type", "log");
  const Said *ready = expect_ready(world, 3, 6000);
  worker_say(world->w, "{s:s,s:i,s:i}", "type", "clip.read", "clip", 3, "offset", -1);
  worker_expect(world->w, 1000, "{s:s,s:i}", "type", "log", "level", 4);
  worker_say(world->w, "{s:s,s:i,s:i}", "type", "clip.read", "clip", 3, "offset", 100000000);
  worker_expect(world->w, 1000, "{s:s,s:i}", "type", "log", "level", 4);
  holds_what_it_says(world, ready, "h264");
  for (int clip = 10; clip <= 42; clip++)
    cut(world, clip, 1, now_us, gw_clock_real_us() + 60 * GW_SEC);
  expect_failed(world, 42, "busy", 1000);
  worker_say(world->w, "{s:s,s:i}", "type", "camera.remove", "id", 1);
  for (int clip = 10; clip < 42; clip++) /* with what there is */
    expect_ready(world, clip, 1000);
}

/* ---- recorders ---- */

static void recorder_is(World *world, const char *key, const char *value) {
  json_decref(farm_do(world->farm, "{s:s,s:s,s:s}", "do", "recorder", key, value, "reports", "recorded"));
}

static void look_back(World *world, int view, const char *path, GwUsec at_us) {
  g_autofree char *url = farm_recorder_url(world->farm, path);
  worker_say(world->w, "{s:s,s:i,s:i,s:s,s:I,s:b}", "type", "view.open", "view", view, "id", 1, "url", url,
             "play_from_us", (json_int_t)at_us, "by_range", 1);
}

/* When the first keyframe was recorded, as the recorder wrote into the picture itself. */
static GwUsec written_us(const guint8 *data, gsize bytes) {
  static const char mark[] = "gridwarden-farm!footage ";
  const guint8 *at = memmem(data, bytes, mark, sizeof mark - 1);
  int n[6], ms, channel;
  assert_non_null(at);
  assert_int_equal(sscanf((const char *)at + sizeof mark - 1, "%d %4d%2d%2dT%2d%2d%2d.%3dZ", &channel, &n[0],
                          &n[1], &n[2], &n[3], &n[4], &n[5], &ms),
                   8);
  g_autoptr(GDateTime) time = g_date_time_new_utc(n[0], n[1], n[2], n[3], n[4], n[5]);
  return g_date_time_to_unix(time) * GW_SEC + ms * GW_MS;
}

static void playback_shows_when_it_was_recorded(void **state) {
  World *world = *state;
  const GwUsec at_us = gw_clock_real_us() / GW_SEC * GW_SEC - 600 * GW_SEC + GW_SEC / 2;
  look_back(world, 1, "/recording/1", at_us);
  g_autoptr(Shown) shown = shown_begin(world->w, 1, 1, 5000);
  shown_more(shown, 3 * FPS, 6000);
  assert_in_range(at_us - shown_at(shown, 0)->at_us, 0, GOP_US + 100 * GW_MS);
  is_about_us(shown_at(shown, 0)->at_us, written_us(shown->file->data, shown->file->len), 50 * GW_MS);
  assert_int_equal(shown_decoded(shown->file->data, shown->file->len, "h264"), 3 * FPS);
  worker_say(world->w, "{s:s,s:i}", "type", "view.close", "view", 1);
  /* reports of now tell nothing: then it begins where it was asked to */
  recorder_is(world, "nothing", "404");
  json_decref(farm_do(world->farm, "{s:s,s:s}", "do", "recorder", "reports", "now"));
  look_back(world, 2, "/recording/1", at_us);
  g_autoptr(Shown) other = shown_begin(world->w, 2, 1, 5000);
  shown_more(other, 2 * FPS, 5000);
  assert_true(shown_at(other, 0)->at_us == at_us);
}

/* Where the address says the time, PLAY does not. */
static void a_time_may_stand_in_the_address(void **state) {
  World *world = *state;
  const GwUsec at_us = gw_clock_real_us() / GW_SEC * GW_SEC - 1200 * GW_SEC;
  g_autofree char *path = g_strdup_printf("/c1/b%" G_GINT64_FORMAT "/e%" G_GINT64_FORMAT "/replay/",
                                          at_us / GW_SEC, at_us / GW_SEC + 3);
  g_autofree char *url = farm_recorder_url(world->farm, path);
  worker_say(world->w, "{s:s,s:i,s:i,s:s,s:I}", "type", "view.open", "view", 1, "id", 1, "url", url,
             "play_from_us", (json_int_t)at_us);
  g_autoptr(Shown) shown = shown_begin(world->w, 1, 1, 5000);
  shown_more(shown, 2 * FPS, 5000);
  is_about_us(shown_at(shown, 0)->at_us, written_us(shown->file->data, shown->file->len), 50 * GW_MS);
  worker_expect(world->w, 6000, "{s:s,s:i,s:s}", "type", "view.ended", "view", 1, "cause", "closed");
}

static void a_recorder_without_footage_says_so(void **state) {
  World *world = *state;
  const GwUsec long_ago_us = gw_clock_real_us() - 30 * 86400 * GW_SEC;
  recorder_is(world, "nothing", "404");
  look_back(world, 1, "/recording/1", long_ago_us);
  worker_expect(world->w, 5000, "{s:s,s:i,s:s}", "type", "view.ended", "view", 1, "cause", "no_footage");
  recorder_is(world, "nothing", "end");
  look_back(world, 2, "/recording/1", long_ago_us);
  worker_expect(world->w, 5000, "{s:s,s:i,s:s}", "type", "view.ended", "view", 2, "cause", "no_footage");
  json_decref(farm_do(world->farm, "{s:s,s:b}", "do", "recorder", "full", 1));
  look_back(world, 3, "/recording/1", gw_clock_real_us() - 600 * GW_SEC);
  worker_expect(world->w, 5000, "{s:s,s:i,s:s}", "type", "view.ended", "view", 3, "cause", "recorder_full");
  json_decref(
      farm_do(world->farm, "{s:s,s:b,s:I}", "do", "recorder", "full", 0, "end_after_ms", (json_int_t)1500));
  look_back(world, 4, "/recording/1", gw_clock_real_us() - 600 * GW_SEC);
  worker_expect(world->w, 6000, "{s:s,s:i,s:s}", "type", "view.ended", "view", 4, "cause", "closed");
  assert_true(worker_count(world->w, 1, "{s:s,s:i}", "type", "view.unit", "view", 4) >= FPS);
}

static void record(World *world, int clip, GwUsec from_us, GwUsec to_us) {
  g_autofree char *url = farm_recorder_url(world->farm, "/recording/1");
  worker_say(world->w, "{s:s,s:i,s:i,s:s,s:I,s:I,s:b}", "type", "clip.record", "clip", clip, "id", 1, "url",
             url, "from_us", (json_int_t)from_us, "to_us", (json_int_t)to_us, "by_range", 1);
}

static void a_clip_is_recorded_from_a_recorder(void **state) {
  World *world = *state;
  const GwUsec from_us = gw_clock_real_us() / GW_SEC * GW_SEC - 600 * GW_SEC + GW_SEC / 2;
  record(world, 1, from_us, from_us + 4 * GW_SEC);
  worker_expect(world->w, 6000, "{s:s,s:i}", "type", "clip.progress", "clip", 1);
  const Said *ready = expect_ready(world, 1, 9000);
  assert_in_range(from_us - said_int(ready, "from_us"), 0, GOP_US + 100 * GW_MS);
  is_about_us(said_int(ready, "to_us"), from_us + 4 * GW_SEC, 2 * PICTURE_US);
  g_autoptr(GByteArray) file = fetch(world, 1, (gsize)said_int(ready, "bytes"));
  assert_int_equal(shown_decoded(file->data, file->len, "h264"), said_int(ready, "frames"));
  is_about_us(said_int(ready, "from_us"), written_us(file->data, file->len), 50 * GW_MS);
  recorder_is(world, "nothing", "404");
  record(world, 2, from_us - 30 * 86400 * GW_SEC, from_us - 30 * 86400 * GW_SEC + GW_SEC);
  expect_failed(world, 2, "no_footage", 5000);
  json_decref(farm_do(world->farm, "{s:s,s:b}", "do", "recorder", "full", 1));
  record(world, 3, from_us, from_us + GW_SEC);
  expect_failed(world, 3, "recorder_full", 5000);
  json_decref(farm_do(world->farm, "{s:s,s:b,s:b}", "do", "recorder", "full", 0, "gone", 1));
  record(world, 4, from_us, from_us + GW_SEC);
  worker_expect(world->w, 5000, "{s:s,s:i}", "type", "clip.failed", "clip", 4);
}

int main(void) {
  gst_init(NULL, NULL);
#define with_world(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      with_world(a_clip_holds_ten_seconds_before_and_twenty_after),
      with_world(a_clip_of_what_is_not_seen_says_why),
      with_world(what_makes_no_sense_does_no_harm),
      with_world(playback_shows_when_it_was_recorded),
      with_world(a_time_may_stand_in_the_address),
      with_world(a_recorder_without_footage_says_so),
      with_world(a_clip_is_recorded_from_a_recorder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
