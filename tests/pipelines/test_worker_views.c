/* gridwarden-ingest's views: what somebody who looks at a camera is shown, decoded by others than who wrote
 * it. */
#include "daemon/base/clock.h"
#include "tests/pipelines/cm.h"
#include "tests/pipelines/farm_peer.h"
#include "tests/pipelines/shown.h"

#include <gst/gst.h>
#include <string.h>

#define TICKS 90000
#define FPS 15
#define KEY_EVERY 15
#define ROUNDING 100
#define JITTER (TICKS / 50) /* what is read comes in rounds of 20 ms */

typedef struct World {
  FarmPeer *farm;
  WorkerPeer *w;
} World;

static int set_up(void **state) {
  static const char *const arguments[] = {"-n", "4", NULL};
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

static void order(World *world, const char *what, int camera) {
  json_decref(farm_do(world->farm, "{s:s,s:i}", "do", what, "cameras", camera));
}

static void set_camera(World *world, int id) {
  g_autofree char *url = farm_url(world->farm, id);
  worker_say(world->w, "{s:s,s:i,s:s,s:s}", "type", "camera.set", "id", id, "url", url, "transport", "tcp");
}

static void expect_live(World *world, int id, const char *via) {
  worker_expect(world->w, 9000, "{s:s,s:i,s:s,s:s}", "type", "camera.state", "id", id, "state", "live", "via",
                via);
}

/* Some groups of pictures. */
static void fill_ring(World *world) {
  for (int i = 0; i < 3; i++) {
    worker_forget(world->w, "{s:s}", "type", "gauges");
    worker_expect(world->w, 3000, "{s:s}", "type", "gauges");
  }
}

static void watch(World *world, int id) {
  set_camera(world, id);
  expect_live(world, id, "lean");
  fill_ring(world);
}

static void open_view(World *world, int view, int id) {
  worker_say(world->w, "{s:s,s:i,s:i}", "type", "view.open", "view", view, "id", id);
}

/* The farm's stamps are of whole milliseconds. */
static void is_about(gint64 is, gint64 should) {
  if (ABS(is - should) > ROUNDING)
    fail_msg("%" G_GINT64_FORMAT " and not %" G_GINT64_FORMAT, is, should);
}

/* Each picture once, at the camera's own pace, and shown when it was taken. */
static void is_smooth(const Shown *shown) {
  for (guint i = 0; i < shown->pictures->len; i++) {
    const ShownPicture *p = shown_at(shown, i);
    assert_int_equal(p->number, i + 1);
    is_about((gint64)p->ticks, (gint64)i * TICKS / FPS);
    assert_in_range(p->duration, TICKS / FPS - JITTER, TICKS / FPS + JITTER);
    is_about(p->at_us - shown->epoch_us, (gint64)p->ticks * GW_SEC / TICKS);
  }
}

static guint decoded(const Shown *shown, const char *codec) {
  return shown_decoded(shown->file->data, shown->file->len, codec);
}

static void a_view_begins_with_the_last_keyframe_and_goes_on_without_a_hole(void **state) {
  World *world = *state;
  watch(world, 1);
  const GwUsec opened_us = gw_clock_real_us();
  open_view(world, 7, 1);
  g_autoptr(Shown) shown = shown_begin(world->w, 7, 1, 1000);
  shown_more(shown, 1, 100); /* at once */
  assert_true(shown_at(shown, 0)->is_key && shown_at(shown, 0)->is_replay);
  assert_in_range(opened_us - shown_at(shown, 0)->at_us, 0, (KEY_EVERY + 2) * GW_SEC / FPS);
  shown_more(shown, 3 * FPS, 2000);
  is_smooth(shown);
  guint keys = 0;
  for (guint i = 0; i < shown->pictures->len; i++) {
    const ShownPicture *p = shown_at(shown, i);
    assert_int_equal(p->is_key, i % KEY_EVERY == 0);
    assert_true(p->is_replay == (p->at_us < opened_us) || ABS(p->at_us - opened_us) < 100 * GW_MS);
    keys += p->is_key;
  }
  assert_true(keys >= 3);
  assert_true(ABS(gw_clock_real_us() - shown_at(shown, 3 * FPS)->at_us) < 300 * GW_MS);
  assert_int_equal(shown->width, 1280);
  assert_true(g_str_has_prefix(shown->codecs, "avc1.42"));
  assert_int_equal(decoded(shown, "h264"), 3 * FPS + 1);
  worker_say(world->w, "{s:s,s:i}", "type", "view.close", "view", 7);
  worker_expect(world->w, 3000, "{s:s}", "type", "gauges");
  worker_forget(world->w, "{s:s}", "type", "view.unit");
  const guint before = worker_count(world->w, 1, "{s:s,s:i}", "type", "view.unit", "view", 7);
  assert_int_equal(worker_count(world->w, 300, "{s:s,s:i}", "type", "view.unit", "view", 7), before);
}

/* The clip of H.265 is shown by whoever is told to. */
static void show_clip(World *world, int id, const char *clip, gboolean live) {
  json_decref(
      farm_do(world->farm, "{s:s,s:i,s:s,s:b}", "do", "size", "cameras", id, "clip", clip, "live", live));
}

static void h265_is_shown(void **state) {
  World *world = *state;
  show_clip(world, 1, "large-h265", FALSE);
  watch(world, 1);
  open_view(world, 1, 1);
  g_autoptr(Shown) shown = shown_begin(world->w, 1, 1, 3000);
  shown_more(shown, 2 * FPS, 4000);
  is_smooth(shown);
  if (!g_str_has_prefix(shown->codecs, "hvc1."))
    fail_msg("%s", shown->codecs);
  assert_int_equal(decoded(shown, "h265"), 2 * FPS);
}

static void another_size_in_the_middle_is_another_gen(void **state) {
  World *world = *state;
  watch(world, 1);
  open_view(world, 1, 1);
  g_autoptr(Shown) before = shown_begin(world->w, 1, 1, 1000);
  shown_more(before, FPS, 2000);
  show_clip(world, 1, "small", TRUE);
  g_autoptr(Shown) after = shown_begin(world->w, 1, 2, 3000);
  shown_more(after, 2 * FPS, 4000);
  assert_int_equal(before->width, 1280);
  assert_int_equal(after->width, 640);
  assert_true(shown_at(after, 0)->is_key);
  assert_int_equal(shown_at(after, 0)->number, 1);
  assert_int_equal(decoded(before, "h264"), FPS);
  assert_int_equal(decoded(after, "h264"), 2 * FPS);
}

static void a_camera_that_drops_goes_on_with_the_next_gen(void **state) {
  World *world = *state;
  watch(world, 1);
  open_view(world, 1, 1);
  g_autoptr(Shown) before = shown_begin(world->w, 1, 1, 1000);
  shown_more(before, FPS, 2000);
  order(world, "drop", 1);
  worker_expect(world->w, 5000, "{s:s,s:i,s:s}", "type", "camera.state", "id", 1, "state", "lost");
  open_view(world, 2, 1); /* while it is lost there is nothing to see */
  assert_int_equal(worker_count(world->w, 500, "{s:s,s:i}", "type", "view.init", "view", 2), 0);
  order(world, "resume", 1);
  worker_forget(world->w, "{s:s,s:s}", "type", "camera.state", "state", "live");
  expect_live(world, 1, "lean");
  g_autoptr(Shown) after = shown_begin(world->w, 1, 2, 3000), late = shown_begin(world->w, 2, 1, 3000);
  shown_more(after, FPS, 3000);
  shown_more(late, FPS, 3000);
  assert_true(shown_at(after, 0)->is_key);
  assert_true(after->epoch_us > shown_at(before, FPS - 1)->at_us);
  assert_int_equal(worker_count(world->w, 1, "{s:s}", "type", "view.ended"), 0);
  assert_int_equal(decoded(after, "h264"), FPS);
}

static void what_a_loss_broke_is_not_shown(void **state) {
  World *world = *state;
  watch(world, 1);
  json_decref(farm_do(world->farm, "{s:s,s:i,s:i}", "do", "lose", "cameras", 1, "one_in", 60));
  open_view(world, 1, 1);
  g_autoptr(Shown) shown = shown_begin(world->w, 1, 1, 3000);
  shown_more(shown, 5 * FPS, 5000);
  guint left_out = 0;
  for (guint i = 1; i < shown->pictures->len; i++) {
    const ShownPicture *p = shown_at(shown, i), *before = shown_at(shown, i - 1);
    const guint missing = p->number - before->number - 1;
    assert_true(missing == 0 || p->is_key); /* after a hole comes a keyframe */
    is_about((gint64)(p->ticks - before->ticks), (missing + 1) * TICKS / FPS);
    left_out += missing;
  }
  assert_true(left_out > 0);
  assert_int_equal(decoded(shown, "h264"), 5 * FPS);
  worker_forget(world->w, "{s:s}", "type", "gauges");
  const Said *gauges = worker_expect(world->w, 3000, "{s:s}", "type", "gauges");
  json_t *worker = json_object_get(gauges->message, "worker");
  assert_true(json_integer_value(json_object_get(worker, "view_broken")) > 0);
  assert_int_equal(json_integer_value(json_object_get(worker, "views")), 1);
}

static void a_camera_by_rtspsrc_is_shown_as_well(void **state) {
  World *world = *state;
  order(world, "udp_only", 1);
  set_camera(world, 1);
  expect_live(world, 1, "rtspsrc");
  fill_ring(world);
  open_view(world, 1, 1);
  g_autoptr(Shown) shown = shown_begin(world->w, 1, 1, 3000);
  shown_more(shown, 2 * FPS, 3000);
  assert_true(shown_at(shown, 0)->is_key);
  for (guint i = 1; i < shown->pictures->len; i++)
    assert_true(shown_at(shown, i)->ticks > shown_at(shown, i - 1)->ticks);
  assert_int_equal(decoded(shown, "h264"), 2 * FPS);
}

static void the_clock_of_a_camera_may_jump(void **state) {
  World *world = *state;
  watch(world, 1);
  open_view(world, 1, 1);
  g_autoptr(Shown) before = shown_begin(world->w, 1, 1, 1000);
  shown_more(before, FPS, 2000);
  json_decref(farm_do(world->farm, "{s:s,s:i,s:i}", "do", "jump", "cameras", 1, "ms", 3600000));
  g_autoptr(Shown) after = shown_begin(world->w, 1, 2, 3000);
  shown_more(after, FPS, 2000);
  is_smooth(after);
  assert_in_range(after->epoch_us - shown_at(before, FPS - 1)->at_us, 0, 2 * GW_SEC);
}

static void a_main_stream_is_opened_for_its_viewer(void **state) {
  World *world = *state;
  g_autofree char *url = farm_url(world->farm, 2);
  worker_say(world->w, "{s:s,s:i,s:i,s:s}", "type", "view.open", "view", 1, "id", 1, "url", url);
  g_autoptr(Shown) shown = shown_begin(world->w, 1, 1, 5000);
  shown_more(shown, 2 * FPS, 4000);
  assert_int_equal(shown->width, 640);
  assert_int_equal(decoded(shown, "h264"), 2 * FPS);
  assert_int_equal(farm_count(world->farm, 2, "viewers"), 1);
  worker_say(world->w, "{s:s,s:i}", "type", "view.close", "view", 1);
  worker_say(world->w, "{s:s,s:i,s:i,s:s}", "type", "view.open", "view", 2, "id", 1, "url", url);
  g_autoptr(Shown) again = shown_begin(world->w, 2, 1, 5000);
  order(world, "drop", 2);
  worker_expect(world->w, 3000, "{s:s,s:i,s:s}", "type", "view.ended", "view", 2, "cause", "closed");
  order(world, "full", 3);
  g_autofree char *full = farm_url(world->farm, 3);
  worker_say(world->w, "{s:s,s:i,s:i,s:s}", "type", "view.open", "view", 3, "id", 1, "url", full);
  worker_expect(world->w, 5000, "{s:s,s:i,s:s}", "type", "view.ended", "view", 3, "cause", "recorder_full");
}

static void what_makes_no_sense_is_said_and_does_no_harm(void **state) {
  World *world = *state;
  watch(world, 1);
  worker_say(world->w, "{s:s,s:s}", "type", "view.open", "view", "one");
  worker_expect(world->w, 1000, "{s:s,s:i}", "type", "log", "level", 4);
  open_view(world, 1, 99);
  worker_expect(world->w, 1000, "{s:s,s:i,s:s}", "type", "view.ended", "view", 1, "cause", "not_found");
  worker_say(world->w, "{s:s,s:i,s:i,s:s}", "type", "view.open", "view", 2, "id", 1, "url", "http://x/");
  worker_expect(world->w, 1000, "{s:s,s:i,s:s}", "type", "view.ended", "view", 2, "cause", "protocol");
  open_view(world, 3, 1);
  open_view(world, 3, 1);
  worker_expect(world->w, 1000, "{s:s,s:i}", "type", "log", "level", 4);
  worker_say(world->w, "{s:s,s:i}", "type", "view.close", "view", 77);
  worker_say(world->w, "{s:s}", "type", "view.close");
  g_autoptr(Shown) shown = shown_begin(world->w, 3, 1, 1000);
  shown_more(shown, 2 * FPS, 3000);
  is_smooth(shown); /* once, not twice */
}

static void sixty_four_views_and_no_more(void **state) {
  World *world = *state;
  watch(world, 1);
  for (int view = 1; view <= 65; view++)
    open_view(world, view, 1);
  worker_expect(world->w, 3000, "{s:s,s:i,s:s}", "type", "view.ended", "view", 65, "cause", "busy");
  for (int view = 1; view <= 64; view += 9) {
    g_autoptr(Shown) shown = shown_begin(world->w, view, 1, 3000);
    shown_more(shown, FPS, 3000);
    is_smooth(shown);
  }
  worker_say(world->w, "{s:s,s:i}", "type", "camera.remove", "id", 1);
  worker_expect(world->w, 3000, "{s:s,s:i,s:s}", "type", "view.ended", "view", 64, "cause", "closed");
}

static gint64 figure(World *world, const char *key) {
  worker_forget(world->w, "{s:s}", "type", "gauges");
  const Said *gauges = worker_expect(world->w, 3000, "{s:s}", "type", "gauges");
  return json_integer_value(json_object_get(json_object_get(gauges->message, "worker"), key));
}

/* The daemon reads no pictures for a while: what waits is bounded, whole groups are left out, and the words
 * between the two go on. */
static void a_daemon_that_lags_gets_whole_groups(void **state) {
  World *world = *state;
  watch(world, 1);
  worker_read_media(world->w, FALSE);
  for (int view = 1; view <= 64; view++)
    open_view(world, view, 1);
  json_decref(farm_do(world->farm, "{s:s,s:i,s:i}", "do", "fps", "cameras", 1, "fps", 60));
  for (int i = 0; i < 30 && figure(world, "view_late") < 640; i++) {
    /* gauges go on coming: the control link is its own */
  }
  assert_true(figure(world, "view_late") >= 640);
  assert_true(figure(world, "rss_bytes") < 200 * 1024 * 1024);
  worker_read_media(world->w, TRUE);
  g_autoptr(Shown) shown = shown_begin(world->w, 64, 1, 3000);
  gboolean after_hole = FALSE;
  while (!after_hole) {
    shown_more(shown, 1, 5000);
    const guint n = shown->pictures->len;
    const guint missing = shown_at(shown, n - 1)->number - (n > 1 ? shown_at(shown, n - 2)->number : 0) - 1;
    assert_true(missing == 0 || shown_at(shown, n - 1)->is_key);
    after_hole = missing > 0;
  }
  shown_more(shown, FPS, 3000);
  assert_int_equal(decoded(shown, "h264"), shown->pictures->len);
}

int main(void) {
  gst_init(NULL, NULL);
#define with_world(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      with_world(a_view_begins_with_the_last_keyframe_and_goes_on_without_a_hole),
      with_world(h265_is_shown),
      with_world(another_size_in_the_middle_is_another_gen),
      with_world(a_camera_that_drops_goes_on_with_the_next_gen),
      with_world(what_a_loss_broke_is_not_shown),
      with_world(a_camera_by_rtspsrc_is_shown_as_well),
      with_world(the_clock_of_a_camera_may_jump),
      with_world(a_main_stream_is_opened_for_its_viewer),
      with_world(what_makes_no_sense_is_said_and_does_no_harm),
      with_world(sixty_four_views_and_no_more),
      with_world(a_daemon_that_lags_gets_whole_groups),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
