/* The looker with real keyframes: every camera gets its turn, the newest picture wins, damage passes. */
#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "pipelines/look/looker.h"
#include "pipelines/needed.h"
#include "pipelines/picture.h"
#include "tests/pipelines/clip.h"
#include "tests/pipelines/cm.h"

#include <string.h>

#define WAIT_US (20 * GW_SEC)
#define CAMERAS 64

typedef struct Seen {
  GMutex lock;
  GCond more;
  guint thumbs[CAMERAS], stills[CAMERAS], references, n_all;
  GwUsec last_at_us[CAMERAS];
  int thumb_height, still_height;
  GString *codes;
} Seen;

static GwClip *large, *small, *code, *large_h265; /* the last one: NULL where there is no x265enc */

static void on_picture(GwId camera, GwUsec at_us, int width, int height, gboolean is_thumb, GBytes *jpeg,
                       gpointer user) {
  Seen *seen = user;
  int w = 0, h = 0;
  gsize n = 0;
  const guint8 *data = g_bytes_get_data(jpeg, &n);
  g_mutex_lock(&seen->lock);
  if (gw_picture_kind(data, n, &w, &h) == GW_PICTURE_JPEG && w == width && h == height) {
    seen->n_all++;
    if (is_thumb) {
      seen->thumbs[camera]++;
      seen->thumb_height = width == 320 ? height : -1;
      seen->last_at_us[camera] = at_us;
    } else {
      seen->stills[camera]++;
      seen->still_height = width == 640 ? height : -1;
    }
  }
  g_cond_signal(&seen->more);
  g_mutex_unlock(&seen->lock);
}

static void on_finding(GwId camera, GwUsec at_us, const GwSceneFinding *finding, GBytes *before, GBytes *now,
                       gpointer user) {
}

static void on_light(GwId camera, GwUsec at_us, gboolean is_night, gpointer user) {
}

static void on_reference(GwId camera, GwUsec at_us, gboolean asked, GBytes *jpeg, GBytes *opaque,
                         gpointer user) {
  Seen *seen = user;
  g_mutex_lock(&seen->lock);
  seen->references += asked && g_bytes_get_size(opaque) > 0;
  g_cond_signal(&seen->more);
  g_mutex_unlock(&seen->lock);
}

static void on_code(GwId camera, GwUsec at_us, const char *text, gpointer user) {
  Seen *seen = user;
  g_mutex_lock(&seen->lock);
  g_string_append_printf(seen->codes, "%s;", text);
  g_cond_signal(&seen->more);
  g_mutex_unlock(&seen->lock);
}

static const GwLookerEvents events = {on_picture, on_finding, on_light, on_reference, on_code};

static void seen_init(Seen *seen) {
  *seen = (Seen){0};
  g_mutex_init(&seen->lock);
  g_cond_init(&seen->more);
  seen->codes = g_string_new(NULL);
}

static void seen_clear(Seen *seen) {
  g_string_free(seen->codes, TRUE);
  g_mutex_clear(&seen->lock);
  g_cond_clear(&seen->more);
}

/* Waits until the counter is at least n; FALSE: it never was. */
static gboolean reaches(Seen *seen, const guint *counter, guint n) {
  const gint64 until = g_get_monotonic_time() + WAIT_US;
  gboolean in_time = TRUE;
  g_mutex_lock(&seen->lock);
  while (*counter < n && in_time)
    in_time = g_cond_wait_until(&seen->more, &seen->lock, until);
  const gboolean got = *counter >= n;
  g_mutex_unlock(&seen->lock);
  return got;
}

static GwLooker *looker_new(Seen *seen, guint looks_per_s, GwUsec look_every_us, guint threads) {
  const GwLookerConfig config = {looks_per_s, look_every_us, 2 * GW_SEC, threads};
  seen_init(seen);
  return gw_looker_new(&config, &events, seen);
}

static void offer(GwLooker *looker, GwId camera, const GwClip *clip, guint n, GwUsec at_us) {
  gw_looker_offer(looker, camera, clip == large_h265 ? "h265" : "h264", clip->width, clip->height,
                  gw_clip_keyframe(clip, n), at_us);
}

static void every_camera_is_seen_though_one_thread_serves_all_sizes(void **state) {
  Seen seen;
  GwLooker *looker = looker_new(&seen, 500, GW_HOUR, 1);
  for (GwId camera = 1; camera < CAMERAS; camera++)
    offer(looker, camera, camera % 2 ? large : small, (guint)camera, camera * GW_SEC);
  assert_true(reaches(&seen, &seen.n_all, CAMERAS - 1));
  for (GwId camera = 1; camera < CAMERAS; camera++) {
    assert_int_equal(seen.thumbs[camera], 1);
    assert_int_equal(seen.last_at_us[camera], camera * GW_SEC);
    if (camera < CAMERAS - 1) /* the last one is told before it is noted */
      assert_int_equal(gw_looker_last_look_us(looker, camera), camera * GW_SEC);
  }
  GwLookerFigures figures;
  gw_looker_figures(looker, &figures);
  assert_int_equal(figures.looks, CAMERAS - 1);
  assert_int_equal(figures.dropped, 0);
  gw_looker_free(looker);
  seen_clear(&seen);
}

static void thumb_has_the_shape_of_its_camera(void **state) {
  Seen seen;
  GwLooker *looker = looker_new(&seen, 500, GW_HOUR, 2);
  offer(looker, 1, small, 0, 1);
  assert_true(reaches(&seen, &seen.thumbs[1], 1));
  assert_int_equal(seen.thumb_height, 240);
  offer(looker, 2, large, 0, 1);
  assert_true(reaches(&seen, &seen.thumbs[2], 1));
  assert_int_equal(seen.thumb_height, 180);
  gw_looker_free(looker);
  seen_clear(&seen);
}

static void newer_keyframe_takes_the_place_of_one_that_waits(void **state) {
  Seen seen;
  GwLooker *looker = looker_new(&seen, 1, 1, 1); /* one look a second: the others wait */
  offer(looker, 1, small, 0, 1);
  assert_true(reaches(&seen, &seen.thumbs[1], 1));
  for (int i = 0; i < 5; i++)
    offer(looker, 2, small, 0, 10 + i);
  assert_true(reaches(&seen, &seen.thumbs[2], 1));
  GwLookerFigures figures;
  gw_looker_figures(looker, &figures);
  assert_int_equal(seen.last_at_us[2], 14);
  assert_int_equal(figures.dropped, 4);
  assert_int_equal(figures.looks, 2);
  gw_looker_free(looker);
  seen_clear(&seen);
}

static void camera_is_not_looked_at_again_before_its_time(void **state) {
  Seen seen;
  GwLooker *looker = looker_new(&seen, 500, GW_HOUR, 1);
  offer(looker, 1, small, 0, 1);
  assert_true(reaches(&seen, &seen.thumbs[1], 1));
  for (int i = 0; i < 10; i++)
    offer(looker, 1, small, 0, 2 + i);
  offer(looker, 2, small, 0, 2); /* served after it, if it were wanted */
  assert_true(reaches(&seen, &seen.thumbs[2], 1));
  assert_int_equal(seen.thumbs[1], 1);
  gw_looker_free(looker);
  seen_clear(&seen);
}

static void stills_are_of_watched_cameras_alone(void **state) {
  Seen seen;
  const GwId watched[] = {3};
  GwLooker *looker = looker_new(&seen, 0, GW_SEC, 1); /* no looks at all */
  gw_looker_watch(looker, watched, 1, 1);
  offer(looker, 2, large, 0, 1);
  offer(looker, 3, large, 0, 1);
  assert_true(reaches(&seen, &seen.stills[3], 1));
  assert_int_equal(seen.still_height, 360);
  assert_int_equal(seen.stills[2] + seen.thumbs[2] + seen.thumbs[3], 0);
  gw_looker_watch(looker, watched, 0, GW_SEC);
  offer(looker, 3, large, 0, 2);
  gw_looker_watch(looker, (GwId[]){2}, 1, GW_SEC);
  offer(looker, 2, large, 0, 3);
  assert_true(reaches(&seen, &seen.stills[2], 1));
  assert_int_equal(seen.stills[3], 1);
  gw_looker_free(looker);
  seen_clear(&seen);
}

/* All kinds of damage at one place, whole keyframes at the other: those are seen, always. */
static void damaged_keyframes_harm_no_other_camera(void **state) {
  Seen seen;
  const GwId watched[] = {1, 2};
  GwLooker *looker = looker_new(&seen, 0, GW_SEC, 1);
  gw_looker_watch(looker, watched, 2, 1);
  g_autoptr(GRand) rand = g_rand_new_with_seed(20);
  for (guint i = 0; i < 60; i++) {
    gsize bytes = 0;
    g_autoptr(GstBuffer) damaged = gst_buffer_copy_deep(gw_clip_keyframe(large, 0));
    GstMapInfo map;
    assert_true(gst_buffer_map(damaged, &map, GST_MAP_READWRITE));
    bytes = map.size;
    for (guint n = i % 3 == 0 ? 1 : 40; n > 0; n--)
      map.data[g_rand_int_range(rand, i % 2 ? 0 : 40, (gint32)bytes)] ^=
          (guint8)g_rand_int_range(rand, 1, 256);
    gst_buffer_unmap(damaged, &map);
    if (i % 5 == 0)
      gst_buffer_resize(damaged, 0, g_rand_int_range(rand, 1, (gint32)bytes));
    gw_looker_offer(looker, 1, "h264", large->width, large->height, damaged, i);
    offer(looker, 2, large, i, i);
    assert_true(reaches(&seen, &seen.stills[2], i + 1));
  }
  assert_true(seen.stills[1] < 60);
  gw_looker_free(looker);
  seen_clear(&seen);
}

static void picture_too_large_is_never_decoded(void **state) {
  Seen seen;
  GwLooker *looker = looker_new(&seen, 500, GW_HOUR, 1);
  gw_looker_offer(looker, 1, "h264", GW_LOOKER_SIDE_MOST + 1, 100, gw_clip_keyframe(large, 0), 1);
  offer(looker, 2, large, 0, 1);
  assert_true(reaches(&seen, &seen.thumbs[2], 1));
  assert_int_equal(seen.thumbs[1], 0);
  gw_looker_free(looker);
  seen_clear(&seen);
}

static void asked_reference_is_the_next_look(void **state) {
  Seen seen;
  gw_clock_fake(GW_DAY);
  GwLooker *looker = looker_new(&seen, 500, GW_HOUR, 1);
  offer(looker, 1, large, 0, gw_clock_real_us());
  assert_true(reaches(&seen, &seen.thumbs[1], 1));
  gw_looker_learn(looker, 1);
  gw_clock_fake_advance(2 * GW_SEC); /* hurried: at the first keyframe that suspect_every allows */
  offer(looker, 1, large, 0, gw_clock_real_us());
  assert_true(reaches(&seen, &seen.references, 1));
  gw_looker_free(looker);
  seen_clear(&seen);
  gw_clock_unfake();
}

/* Its picture is shown, so that whoever turned it sees where it looks; the scene sees nothing of it. */
static void turned_camera_is_seen_and_not_judged_until_it_is_home(void **state) {
  Seen seen;
  gw_clock_fake(GW_DAY);
  GwLooker *looker = looker_new(&seen, 500, GW_HOUR, 1);
  offer(looker, 1, large, 0, gw_clock_real_us());
  assert_true(reaches(&seen, &seen.thumbs[1], 1));
  gw_looker_set_away(looker, 1, TRUE);
  gw_looker_learn(looker, 1); /* nothing of this is right */
  for (guint i = 2; i < 5; i++) {
    gw_clock_fake_advance(GW_HOUR);
    offer(looker, 1, large, i, gw_clock_real_us());
    assert_true(reaches(&seen, &seen.thumbs[1], i));
  }
  assert_int_equal(seen.references, 0);
  gw_looker_set_away(looker, 1, FALSE);
  gw_clock_fake_advance(GW_HOUR);
  offer(looker, 1, large, 0, gw_clock_real_us());
  assert_true(reaches(&seen, &seen.references, 1));
  gw_looker_free(looker);
  seen_clear(&seen);
  gw_clock_unfake();
}

static void forgotten_camera_is_seen_no_more(void **state) {
  Seen seen;
  GwLooker *looker = looker_new(&seen, 500, GW_HOUR, 2);
  for (guint round = 0; round < 20; round++) {
    offer(looker, 1, large, 0, 1);
    gw_looker_forget(looker, 1); /* perhaps while a thread looks at it */
  }
  assert_int_equal(gw_looker_last_look_us(looker, 1), 0);
  gw_looker_forget(looker, 7); /* never known */
  offer(looker, 2, small, 0, 1);
  assert_true(reaches(&seen, &seen.thumbs[2], 1));
  gw_looker_free(looker);
  seen_clear(&seen);
}

static void keyframes_of_both_codecs_take_turns(void **state) {
  Seen seen;
  if (!large_h265)
    skip();
  GwLooker *looker = looker_new(&seen, 500, GW_HOUR, 1);
  for (GwId camera = 1; camera < CAMERAS; camera++)
    offer(looker, camera, camera % 2 ? large : large_h265, (guint)camera, 1);
  assert_true(reaches(&seen, &seen.n_all, CAMERAS - 1));
  gw_looker_free(looker);
  seen_clear(&seen);
}

/* A code in the picture is said once, also when it is seen again; only where codes are read. */
static void code_is_read_once_a_presentation(void **state) {
  static const int shown_at_s[] = {1, 2, 3, 9, 30, 31}; /* away from 9 to 30 */
  Seen seen;
  const GwId watched[] = {1, 2};
  gw_clock_fake(GW_DAY);
  GwLooker *looker = looker_new(&seen, 500, GW_HOUR, 1);
  gw_looker_watch(looker, watched, 2, 1);
  gw_looker_set(looker, 1, TRUE, NULL, 0, 0, NULL);
  gw_looker_set(looker, 2, FALSE, NULL, 0, 0, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(shown_at_s); i++) {
    gw_clock_fake_advance((shown_at_s[i] - (i ? shown_at_s[i - 1] : 0)) * GW_SEC);
    offer(looker, 1, code, 0, gw_clock_real_us());
    assert_true(reaches(&seen, &seen.stills[1], i + 1));
    offer(looker, 2, code, 0, gw_clock_real_us()); /* the one thread has ended with the other then */
    assert_true(reaches(&seen, &seen.stills[2], i + 1));
  }
  gw_looker_free(looker);
  assert_string_equal(seen.codes->str, "P:07-a;P:07-a;");
  seen_clear(&seen);
  gw_clock_unfake();
}

static void looker_ends_with_work_to_do(void **state) {
  Seen seen;
  GwLooker *looker = looker_new(&seen, 500, GW_HOUR, 2);
  for (GwId camera = 1; camera < CAMERAS; camera++)
    offer(looker, camera, large, 0, 1);
  gw_looker_free(looker);
  const guint n = seen.n_all;
  assert_true(n < CAMERAS);
  seen_clear(&seen);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_camera_is_seen_though_one_thread_serves_all_sizes),
      cmocka_unit_test(thumb_has_the_shape_of_its_camera),
      cmocka_unit_test(newer_keyframe_takes_the_place_of_one_that_waits),
      cmocka_unit_test(camera_is_not_looked_at_again_before_its_time),
      cmocka_unit_test(stills_are_of_watched_cameras_alone),
      cmocka_unit_test(damaged_keyframes_harm_no_other_camera),
      cmocka_unit_test(picture_too_large_is_never_decoded),
      cmocka_unit_test(asked_reference_is_the_next_look),
      cmocka_unit_test(turned_camera_is_seen_and_not_judged_until_it_is_home),
      cmocka_unit_test(forgotten_camera_is_seen_no_more),
      cmocka_unit_test(keyframes_of_both_codecs_take_turns),
      cmocka_unit_test(code_is_read_once_a_presentation),
      cmocka_unit_test(looker_ends_with_work_to_do),
  };
  gw_needed_prepare();
  gst_init(&argc, &argv);
  g_autofree char *missing = gw_needed_load();
  assert_null(missing);
  large = gw_clip_load(GW_CLIPS_DIR "/large.h264", "h264", G_MAXUINT);
  small = gw_clip_load(GW_CLIPS_DIR "/small.h264", "h264", G_MAXUINT);
  code = gw_clip_load(GW_LOOKS_DIR "/code.h264", "h264", G_MAXUINT);
  if (g_file_test(GW_LOOKS_DIR "/large.h265", G_FILE_TEST_EXISTS))
    large_h265 = gw_clip_load(GW_LOOKS_DIR "/large.h265", "h265", G_MAXUINT);
  assert_true(large && small && code);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  gw_clip_free(large);
  gw_clip_free(small);
  gw_clip_free(code);
  gw_clip_free(large_h265);
  return failed;
}
