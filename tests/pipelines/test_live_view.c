/* Views and clips without a camera: joins, what there is no room for, pictures out of order. */
#include "daemon/base/clock.h"
#include "pipelines/live/clip_maker.h"
#include "pipelines/views.h"
#include "tests/pipelines/clip.h"
#include "tests/pipelines/cm.h"
#include "tests/pipelines/shown.h"

#include <gst/app/gstappsink.h>

#include <string.h>

#define STEP 6000 /* 15 pictures a second */
#define AT_US(i) ((GwUsec)(i)*GW_SEC / 15)
#define RATE 90000

static void is_near(gint64 is, gint64 should) {
  if (ABS(is - should) > 20)
    fail_msg("%" G_GINT64_FORMAT " and not %" G_GINT64_FORMAT, is, should);
}

/* ---- joins ---- */

typedef struct Feeder {
  GwOutlet *outlet;
  GstCaps *caps;
  gint stop; /* atomic */
  guint32 next;
} Feeder;

static gpointer feed(gpointer p) {
  Feeder *f = p;
  while (!g_atomic_int_get(&f->stop)) {
    g_autoptr(GstBuffer) unit = gst_buffer_new_allocate(NULL, 3000, NULL);
    if (f->next % 10 != 0)
      GST_BUFFER_FLAG_SET(unit, GST_BUFFER_FLAG_DELTA_UNIT);
    GST_BUFFER_OFFSET(unit) = f->next;
    GST_BUFFER_OFFSET_END(unit) = RATE;
    gw_outlet_push(f->outlet, unit, f->caps, gw_clock_mono_us(), f->next == 0);
    f->next++;
    g_thread_yield();
  }
  return NULL;
}

static void nothing(gpointer user) {
}

static void replay_and_live_join_without_a_hole_and_nothing_twice(void **state) {
  GwRings *rings = gw_rings_new(GW_SEC, 64 * 1024 * 1024);
  GwRing *ring = gw_ring_new(rings);
  Feeder f = {gw_outlet_new(nothing, NULL), gst_caps_new_empty_simple("video/x-h264"), 0, 0};
  gw_outlet_set_ring(f.outlet, ring);
  GThread *thread = g_thread_new("feed", feed, &f);
  guint replayed = 0, live = 0;
  for (guint n = 0; n < 500; n++) {
    GwEar *ear = gw_ear_open(f.outlet, GW_OUTLET_NOW);
    guint64 expected = G_MAXUINT64;
    for (guint left = 37; left > 0;) {
      g_autoptr(GArray) units = gw_ear_take(ear);
      for (guint i = 0; units && i < units->len; i++) {
        const GwOutletUnit *unit = &g_array_index(units, GwOutletUnit, i);
        const guint64 number = GST_BUFFER_OFFSET(unit->unit);
        if (expected == G_MAXUINT64)
          assert_int_equal(unit->is_replay ? number % 10 : 0, 0); /* from a keyframe on */
        else
          assert_int_equal(number, expected);
        expected = number + 1;
        replayed += unit->is_replay;
        live += !unit->is_replay;
        left -= left > 0;
      }
      g_thread_yield();
    }
    gw_ear_close(ear);
  }
  g_atomic_int_set(&f.stop, 1);
  g_thread_join(thread);
  assert_true(replayed > 500 && live > 500);
  gw_outlet_set_ring(f.outlet, NULL);
  gst_caps_unref(f.caps);
  gw_outlet_unref(f.outlet);
  gw_ring_free(ring);
  gw_rings_free(rings);
}

static void an_ear_that_nobody_empties_forgets_and_says_so(void **state) {
  Feeder f = {gw_outlet_new(nothing, NULL), gst_caps_new_empty_simple("video/x-h264"), 0, 0};
  GwEar *ear = gw_ear_open(f.outlet, GW_OUTLET_NOW);
  for (guint i = 0; i < 9; i++) {
    g_autoptr(GstBuffer) unit = gst_buffer_new_allocate(NULL, 2 * 1024 * 1024, NULL);
    gw_outlet_push(f.outlet, unit, f.caps, gw_clock_mono_us(), i == 0);
  }
  g_autoptr(GArray) units = gw_ear_take(ear);
  assert_int_equal(units->len, 1);
  assert_true(g_array_index(units, GwOutletUnit, 0).after_hole);
  gw_ear_close(ear);
  gst_caps_unref(f.caps);
  gw_outlet_unref(f.outlet);
}

/* ---- room ---- */

typedef struct Daemon {
  GwOutlet *outlet;
  GwViews *views;
  gsize room;
  GPtrArray *said; /* json_t */
  GArray *sizes;   /* gsize, of what came with each */
} Daemon;

static gboolean show(json_t *message, const guint8 *data, gsize bytes, gpointer user) {
  Daemon *d = user;
  g_ptr_array_add(d->said, json_deep_copy(message));
  g_array_append_val(d->sizes, bytes);
  return TRUE;
}

static gboolean has_room(gsize bytes, gpointer user) {
  return bytes <= ((Daemon *)user)->room;
}

static void on_view_ended(json_t *message, gpointer user) {
  json_decref(message);
}

static GwOutlet *outlet_of(GwId camera, gpointer user) {
  return ((Daemon *)user)->outlet;
}

static void open_view(Daemon *d, int number) {
  const char *reason = NULL;
  json_t *message = json_pack("{s:s,s:i,s:i}", "type", "view.open", "view", number, "id", 1);
  gw_views_open(d->views, message, &reason);
  json_decref(message);
  assert_null(reason);
}

static void daemon_init(Daemon *d) {
  const GwSideRoom room = {0};
  const GwViewsOut out = {show, has_room, on_view_ended, outlet_of, d};
  *d = (Daemon){.outlet = gw_outlet_new(nothing, NULL), .room = G_MAXSIZE};
  d->said = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
  d->sizes = g_array_new(FALSE, FALSE, sizeof(gsize));
  d->views = gw_views_new(&room, &out, nothing, NULL);
}

static void daemon_clear(Daemon *d) {
  gw_views_free(d->views);
  gw_outlet_unref(d->outlet);
  g_ptr_array_unref(d->said);
  g_array_unref(d->sizes);
}

static gint64 said(const Daemon *d, guint i, const char *key) {
  json_t *value = json_object_get(d->said->pdata[i], key);
  return json_is_boolean(value) ? json_is_true(value) : json_integer_value(value);
}

static gboolean is_init(const Daemon *d, guint i) {
  return strcmp(json_string_value(json_object_get(d->said->pdata[i], "type")), "view.init") == 0;
}

static GwClip *load(void) {
  GwClip *clip = gw_clip_load(GW_CLIPS_DIR "/large.h264", "h264", 60);
  assert_non_null(clip);
  return clip;
}

/* Unit `i` of the clip as gwrtspsrc gives it; `more` bytes of nothing (a message for decoders) inside. */
static void push(Daemon *d, const GwClip *clip, guint i, gsize more) {
  g_autoptr(GstBuffer) unit = gst_buffer_copy(clip->units->pdata[i]);
  GST_BUFFER_OFFSET(unit) = i * STEP;
  GST_BUFFER_OFFSET_END(unit) = RATE;
  GST_BUFFER_FLAG_UNSET(unit, GST_BUFFER_FLAG_DISCONT);
  if (more) {
    guint8 *filler = g_malloc(more);
    memset(filler, 0xff, more);
    memcpy(filler, "\0\0\0\1\6", 5);
    gst_buffer_append_memory(unit, gst_memory_new_wrapped(0, filler, more, 0, more, filler, g_free));
  }
  gw_outlet_push(d->outlet, unit, clip->caps, GW_SEC + AT_US(i), i == 0);
  gw_views_drain(d->views);
}

static void without_room_a_view_waits_for_its_next_keyframe(void **state) {
  GwClip *clip = load();
  Daemon d;
  daemon_init(&d);
  open_view(&d, 1);
  for (guint i = 0; i < 45; i++) {
    d.room = i == 20 ? 0 : G_MAXSIZE; /* one picture alone finds no room */
    push(&d, clip, i, 0);
  }
  assert_int_equal(d.said->len, 1 + 20 + 15);
  assert_true(is_init(&d, 0));
  for (guint i = 1; i <= 20; i++)
    assert_int_equal(said(&d, i, "number"), i);
  assert_int_equal(said(&d, 21, "number"), 31);
  assert_true(said(&d, 21, "key"));
  assert_int_equal(said(&d, 21, "gen"), 1);
  is_near(said(&d, 21, "at_us") - said(&d, 20, "at_us"), AT_US(11));
  GwViewsFigures figures;
  gw_views_figures(d.views, &figures);
  assert_int_equal(figures.counts.late, 1);
  assert_int_equal(figures.counts.units, 35);
  daemon_clear(&d);
  gw_clip_free(clip);
}

static guint64 big_endian(const guint8 *p, guint bytes) {
  guint64 n = 0;
  for (guint i = 0; i < bytes; i++)
    n = n << 8 | p[i];
  return n;
}

static const guint8 *box(GBytes *data, const char *name) {
  gsize n;
  const guint8 *bytes = g_bytes_get_data(data, &n), *at = memmem(bytes, n, name, 4);
  assert_non_null(at);
  return at + 4;
}

typedef struct Steps {
  guint64 decoded, duration;
  guint n;
} Steps;

static gboolean on_init(GwView *view, const GwViewInit *init, GBytes *bytes, gpointer user) {
  return TRUE;
}

static gboolean on_unit(GwView *view, const GwViewUnit *unit, GBytes *bytes, gpointer user) {
  Steps *steps = user;
  const guint8 *trun = box(bytes, "trun");
  const guint64 decoded = big_endian(box(bytes, "tfdt") + 4, 8);
  const gint32 later = big_endian(trun, 4) & 0x800 ? (gint32)big_endian(trun + 24, 4) : 0;
  if (steps->n++ > 0)
    assert_in_range(decoded - steps->decoded, 1, 2 * steps->duration);
  is_near((GwUsec)((gint64)decoded + later) * GW_SEC / RATE, unit->at_us - GW_SEC);
  steps->decoded = decoded;
  steps->duration = big_endian(trun + 12, 4);
  return TRUE;
}

/* 15 pictures a second, then 3, then 15 again, then none for a while: a browser must not take that for a
 * hole. */
static void no_picture_is_decoded_more_than_two_durations_later(void **state) {
  static const guint at[] = {0, 3, 6, 7, 8, 9, 14, 19, 24, 25, 26, 27, 28, 90, 91, 92, 93, 94};
  GwClip *clip = load();
  GwOutlet *outlet = gw_outlet_new(nothing, NULL);
  GwEar *ear = gw_ear_open(outlet, GW_OUTLET_NOW);
  Steps steps = {0};
  const GwViewOut out = {on_init, on_unit, &steps};
  GwView *view = gw_view_new(0, &out);
  for (guint i = 0; i < G_N_ELEMENTS(at); i++) {
    g_autoptr(GstBuffer) unit = gst_buffer_copy(clip->units->pdata[i % 15]);
    if (i > 0)
      GST_BUFFER_FLAG_SET(unit, GST_BUFFER_FLAG_DELTA_UNIT);
    GST_BUFFER_FLAG_UNSET(unit, GST_BUFFER_FLAG_DISCONT);
    GST_BUFFER_OFFSET(unit) = at[i] * STEP;
    GST_BUFFER_OFFSET_END(unit) = RATE;
    gw_outlet_push(outlet, unit, clip->caps, GW_SEC + AT_US(at[i]), i == 0);
    g_autoptr(GArray) units = gw_ear_take(ear);
    gw_view_take(view, units, 0);
  }
  assert_int_equal(steps.n, G_N_ELEMENTS(at));
  gw_view_free(view);
  gw_ear_close(ear);
  gw_outlet_unref(outlet);
  gw_clip_free(clip);
}

/* As x264enc gives them, in the order in which they are decoded; their time stamps say when they are shown.
 */
static GPtrArray *encode(const char *encoder, const char *codec) {
  GError *error = NULL;
  g_autofree char *text =
      g_strdup_printf("videotestsrc num-buffers=45 pattern=ball ! "
                      "video/x-raw,format=I420,width=320,height=240,framerate=15/1 ! "
                      "%s key-int-max=15 ! %sparse config-interval=-1 ! "
                      "video/x-%s,stream-format=byte-stream,alignment=au ! appsink name=out sync=false",
                      encoder, codec, codec);
  g_autoptr(GstElement) pipeline = gst_parse_launch(text, &error);
  assert_null(error);
  g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "out");
  GPtrArray *samples = g_ptr_array_new_with_free_func((GDestroyNotify)gst_sample_unref);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  for (GstSample *sample; (sample = gst_app_sink_pull_sample(GST_APP_SINK(sink)));)
    g_ptr_array_add(samples, sample);
  gst_element_set_state(pipeline, GST_STATE_NULL);
  assert_int_equal(samples->len, 45);
  return samples;
}

static void a_clip_shows_pictures_in_order_that_came_out_of_order(void **state) {
  g_autoptr(GPtrArray) samples = encode("x264enc bframes=2 b-adapt=false", "h264");
  GwOutlet *outlet = gw_outlet_new(nothing, NULL);
  GwEar *ear = gw_ear_open(outlet, GW_OUTLET_NOW);
  GwClipMaker *maker = gw_clip_maker_new(GW_SEC, 100 * GW_SEC, 2 * GW_SEC, FALSE);
  GwClipDone done;
  const GstClockTime first = GST_BUFFER_PTS(gst_sample_get_buffer(samples->pdata[0]));
  for (guint i = 0; i < samples->len; i++) {
    g_autoptr(GstBuffer) unit = gst_buffer_copy(gst_sample_get_buffer(samples->pdata[i]));
    GST_BUFFER_OFFSET(unit) = (GST_BUFFER_PTS(unit) - first) * 9 / 100000;
    GST_BUFFER_OFFSET_END(unit) = RATE;
    GST_BUFFER_FLAG_UNSET(unit, GST_BUFFER_FLAG_DISCONT);
    gw_outlet_push(outlet, unit, gst_sample_get_caps(samples->pdata[i]), GW_SEC + AT_US(i), i == 0);
    g_autoptr(GArray) units = gw_ear_take(ear);
    assert_true(gw_clip_maker_take(maker, units, 0));
  }
  g_autoptr(GBytes) file = gw_clip_maker_finish(maker, &done);
  gsize bytes;
  const guint8 *data = g_bytes_get_data(file, &bytes);
  assert_int_equal(done.frames, 45);
  assert_int_equal(done.broken, 0);
  assert_non_null(memmem(data, bytes, "ctts", 4));
  assert_int_equal(shown_in_order(data, bytes, 15), 45);
  gw_clip_done_clear(&done);
  gw_clip_maker_free(maker);
  gw_ear_close(ear);
  gw_outlet_unref(outlet);
}

static void push_all(GwOutlet *outlet, GwEar *ear, GwClipMaker *maker, GPtrArray *samples, guint from) {
  for (guint i = 0; i < samples->len; i++) {
    g_autoptr(GstBuffer) unit = gst_buffer_copy(gst_sample_get_buffer(samples->pdata[i]));
    GST_BUFFER_OFFSET(unit) = (guint64)i * STEP;
    GST_BUFFER_OFFSET_END(unit) = RATE;
    GST_BUFFER_FLAG_UNSET(unit, GST_BUFFER_FLAG_DISCONT);
    gw_outlet_push(outlet, unit, gst_sample_get_caps(samples->pdata[i]), GW_SEC + AT_US(from + i), i == 0);
    g_autoptr(GArray) units = gw_ear_take(ear);
    assert_true(gw_clip_maker_take(maker, units, 0));
  }
}

/* Somebody sets the camera to another codec while a clip is made, and the size stays. */
static void a_clip_holds_pictures_of_one_codec_alone(void **state) {
  g_autoptr(GPtrArray) before = encode("x264enc tune=zerolatency", "h264");
  g_autoptr(GPtrArray) after = encode("x265enc tune=zerolatency", "h265");
  GwOutlet *outlet = gw_outlet_new(nothing, NULL);
  GwEar *ear = gw_ear_open(outlet, GW_OUTLET_NOW);
  GwClipMaker *maker = gw_clip_maker_new(GW_SEC, 100 * GW_SEC, 2 * GW_SEC, FALSE);
  push_all(outlet, ear, maker, before, 0);
  push_all(outlet, ear, maker, after, 60);
  GwClipDone done;
  g_autoptr(GBytes) file = gw_clip_maker_finish(maker, &done);
  gsize bytes;
  const guint8 *data = g_bytes_get_data(file, &bytes);
  assert_true(g_str_has_prefix(done.codecs, "avc1."));
  assert_int_equal(done.frames, 45);
  assert_true(done.to_us < 4500 * GW_MS + AT_US(1));
  assert_int_equal(shown_decoded(data, bytes, "h264"), 45);
  gw_clip_done_clear(&done);
  gw_clip_maker_free(maker);
  gw_ear_close(ear);
  gw_outlet_unref(outlet);
}

static void without_room_for_its_header_a_view_begins_later(void **state) {
  GwClip *clip = load();
  Daemon d;
  daemon_init(&d);
  open_view(&d, 1);
  for (guint i = 0; i < 45; i++) {
    d.room = i < 3 ? 0 : G_MAXSIZE;
    push(&d, clip, i, 0);
  }
  assert_int_equal(d.said->len, 1 + 30);
  assert_int_equal(said(&d, 0, "gen"), 1);
  assert_true(said(&d, 1, "key"));
  assert_int_equal(said(&d, 1, "number"), 1);
  daemon_clear(&d);
  gw_clip_free(clip);
}

static void a_large_picture_comes_in_pieces(void **state) {
  GwClip *clip = load();
  Daemon d;
  daemon_init(&d);
  open_view(&d, 1);
  push(&d, clip, 0, 1300 * 1024);
  push(&d, clip, 1, 0);
  assert_int_equal(d.said->len, 1 + 3 + 1);
  gsize sum = 0;
  for (guint i = 1; i <= 3; i++) {
    assert_int_equal(said(&d, i, "number"), 1);
    assert_int_equal(said(&d, i, "more"), i < 3);
    assert_in_range(g_array_index(d.sizes, gsize, i), 1, 512 * 1024);
    sum += g_array_index(d.sizes, gsize, i);
  }
  assert_true(sum > 1300 * 1024);
  assert_false(said(&d, 4, "more"));
  daemon_clear(&d);
  gw_clip_free(clip);
}

int main(void) {
  gst_init(NULL, NULL);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(replay_and_live_join_without_a_hole_and_nothing_twice),
      cmocka_unit_test(an_ear_that_nobody_empties_forgets_and_says_so),
      cmocka_unit_test(without_room_a_view_waits_for_its_next_keyframe),
      cmocka_unit_test(no_picture_is_decoded_more_than_two_durations_later),
      cmocka_unit_test(a_clip_shows_pictures_in_order_that_came_out_of_order),
      cmocka_unit_test(a_clip_holds_pictures_of_one_codec_alone),
      cmocka_unit_test(without_room_for_its_header_a_view_begins_later),
      cmocka_unit_test(a_large_picture_comes_in_pieces),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
