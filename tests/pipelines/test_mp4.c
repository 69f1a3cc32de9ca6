#include "tests/pipelines/cm.h"
#include "pipelines/live/mp4.h"
#include "tests/pipelines/shown.h"

#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <string.h>

/* Our muxer against others: GStreamer's demuxer and decoder read what it writes, and its boxes stand where
 * mp4mux puts them. */
#define PICTURES 45
#define KEY_EVERY 15

typedef struct Stream {
  GwCodec codec;
  GPtrArray *units; /* GBytes, start codes of four bytes */
  GArray *shown;    /* GstClockTime, when each is shown */
} Stream;

static const char *codec_word(GwCodec codec) {
  return codec == GW_CODEC_H264 ? "h264" : "h265";
}

/* H.265 without repeat-headers: see test_depay_foreign.c. */
static char *encoder(GwCodec codec, const char *more) {
  return codec == GW_CODEC_H264
             ? g_strdup_printf("x264enc tune=zerolatency key-int-max=%d %s", KEY_EVERY, more)
             : g_strdup_printf("x265enc tune=zerolatency speed-preset=ultrafast key-int-max=%d "
                               "option-string=log-level=none %s ! h265parse config-interval=-1",
                               KEY_EVERY, more);
}

static GstElement *launch(const char *text) {
  g_autoptr(GError) error = NULL;
  GstElement *pipeline = gst_parse_launch(text, &error);
  assert_null(error);
  return pipeline;
}

/* Start codes of three bytes become such of four, as the depayloader writes them. */
static GBytes *with_long_starts(GstSample *sample) {
  GstMapInfo map;
  assert_true(gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ));
  GByteArray *out = g_byte_array_new();
  for (gsize i = 0; i < map.size; i++) {
    const gboolean start =
        i + 2 < map.size && map.data[i] == 0 && map.data[i + 1] == 0 && map.data[i + 2] == 1;
    if (start && (out->len == 0 || out->data[out->len - 1] != 0))
      g_byte_array_append(out, (const guint8[]){0}, 1);
    g_byte_array_append(out, &map.data[i], 1);
  }
  gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
  return g_byte_array_free_to_bytes(out);
}

static Stream make_stream(GwCodec codec, int width, int height, const char *more) {
  g_autofree char *enc = encoder(codec, more);
  g_autofree char *text =
      g_strdup_printf("videotestsrc num-buffers=%d pattern=ball ! "
                      "video/x-raw,format=I420,width=%d,height=%d,framerate=15/1 ! %s ! "
                      "video/x-%s,stream-format=byte-stream,alignment=au ! appsink name=out sync=false",
                      PICTURES, width, height, enc, codec_word(codec));
  g_autoptr(GstElement) pipeline = launch(text);
  g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "out");
  Stream s = {codec, g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
              g_array_new(FALSE, FALSE, sizeof(GstClockTime))};
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  for (GstSample *sample; (sample = gst_app_sink_pull_sample(GST_APP_SINK(sink)));) {
    const GstClockTime shown = GST_BUFFER_PTS(gst_sample_get_buffer(sample));
    g_array_append_val(s.shown, shown);
    g_ptr_array_add(s.units, with_long_starts(sample));
    gst_sample_unref(sample);
  }
  gst_element_set_state(pipeline, GST_STATE_NULL);
  assert_int_equal(s.units->len, PICTURES);
  return s;
}

static void stream_clear(Stream *s) {
  g_ptr_array_unref(s->units);
  g_array_unref(s->shown);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Stream, stream_clear)

static GwMp4 *mp4_of(const Stream *s, int width, int height) {
  gsize bytes;
  const guint8 *first = g_bytes_get_data(s->units->pdata[0], &bytes);
  GwMp4 *mp4 = gw_mp4_new(s->codec, first, bytes, width, height);
  assert_non_null(mp4);
  return mp4;
}

static GwMp4Sample sample_of(const Stream *s, guint i) {
  GwMp4Sample sample = {
      .ticks = i * GW_MP4_TICKS / 15, .duration = GW_MP4_TICKS / 15, .is_key = i % KEY_EVERY == 0};
  sample.unit = g_bytes_get_data(s->units->pdata[i], &sample.bytes);
  return sample;
}

static void append(GByteArray *out, GBytes *bytes_taken) {
  gsize n;
  const guint8 *data = g_bytes_get_data(bytes_taken, &n);
  g_byte_array_append(out, data, (guint)n);
  g_bytes_unref(bytes_taken);
}

/* As a viewer gets it: the header, then a fragment each picture. */
static GByteArray *fragmented(const Stream *s, const GwMp4 *mp4) {
  GByteArray *out = g_byte_array_new();
  append(out, gw_mp4_init(mp4));
  for (guint i = 0; i < s->units->len; i++) {
    const GwMp4Sample sample = sample_of(s, i);
    append(out, gw_mp4_fragment(mp4, i + 1, &sample, 1));
  }
  return out;
}

static GByteArray *whole(const Stream *s, const GwMp4 *mp4) {
  GwMp4Sample samples[PICTURES];
  for (guint i = 0; i < s->units->len; i++)
    samples[i] = sample_of(s, i);
  GByteArray *out = g_byte_array_new();
  append(out, gw_mp4_file(mp4, samples, PICTURES));
  return out;
}

/* How many pictures an independent demuxer and decoder make of it. */
static guint pictures_in(const GByteArray *file, const char *codec) {
  g_autofree char *path = NULL;
  const int fd = g_file_open_tmp("gw-mp4-XXXXXX", &path, NULL);
  assert_true(fd >= 0 && g_close(fd, NULL));
  assert_true(g_file_set_contents(path, (const char *)file->data, file->len, NULL));
  g_autofree char *text = g_strdup_printf(
      "filesrc location=%s ! qtdemux ! %sparse ! avdec_%s max-threads=1 ! appsink name=out sync=false", path,
      codec, codec);
  g_autoptr(GstElement) pipeline = launch(text);
  g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "out");
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  guint n = 0;
  for (GstSample *sample; (sample = gst_app_sink_pull_sample(GST_APP_SINK(sink))); n++)
    gst_sample_unref(sample);
  gst_element_set_state(pipeline, GST_STATE_NULL);
  g_unlink(path);
  return n;
}

static void pictures_that_come_out_of_order_are_shown_in_order(void **state) {
  g_auto(Stream) s = make_stream(GW_CODEC_H264, 320, 240, "tune=0 bframes=2 b-adapt=false");
  g_autoptr(GwMp4) mp4 = mp4_of(&s, 320, 240);
  g_autoptr(GByteArray) file = g_byte_array_new();
  GwMp4Sample samples[PICTURES];
  const GstClockTime first = g_array_index(s.shown, GstClockTime, 0);
  gboolean is_reordered = FALSE;
  for (guint i = 0; i < PICTURES; i++) {
    const gint64 shown = (gint64)((g_array_index(s.shown, GstClockTime, i) - first) * 9 / 100000);
    samples[i] = sample_of(&s, i);
    samples[i].later = (gint32)(shown - (gint64)samples[i].ticks);
    is_reordered = is_reordered || samples[i].later < 0;
  }
  append(file, gw_mp4_file(mp4, samples, PICTURES));
  assert_true(is_reordered);
  assert_int_equal(shown_in_order(file->data, file->len, 15), PICTURES);
}

/* The names of all boxes in their order, those within others in braces; leaves unopened. */
static void outline(const guint8 *data, gsize bytes, GString *out) {
  static const char *const holders[] = {"moov", "trak", "mdia", "minf", "dinf",
                                        "stbl", "mvex", "moof", "traf", NULL};
  while (bytes >= 8) {
    gsize size = (gsize)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
    assert_true(size >= 8 && size <= bytes);
    g_autofree char *name = g_strndup((const char *)data + 4, 4);
    g_string_append(out, name);
    if (g_strv_contains(holders, name)) {
      g_string_append_c(out, '{');
      outline(data + 8, size - 8, out);
      g_string_append_c(out, '}');
    }
    g_string_append_c(out, ' ');
    data += size;
    bytes -= size;
  }
  assert_int_equal(bytes, 0);
}

static void fragments_are_decoded(GwCodec codec) {
  g_auto(Stream) s = make_stream(codec, 320, 240, "");
  g_autoptr(GwMp4) mp4 = mp4_of(&s, 320, 240);
  g_autoptr(GByteArray) file = fragmented(&s, mp4);
  assert_int_equal(pictures_in(file, codec_word(codec)), PICTURES);
}

static void a_file_is_decoded(GwCodec codec) {
  g_auto(Stream) s = make_stream(codec, 320, 240, "");
  g_autoptr(GwMp4) mp4 = mp4_of(&s, 320, 240);
  g_autoptr(GByteArray) file = whole(&s, mp4);
  assert_int_equal(pictures_in(file, codec_word(codec)), PICTURES);
}

static void h264_fragments_are_decoded(void **state) {
  fragments_are_decoded(GW_CODEC_H264);
}
static void h265_fragments_are_decoded(void **state) {
  fragments_are_decoded(GW_CODEC_H265);
}
static void an_h264_file_is_decoded(void **state) {
  a_file_is_decoded(GW_CODEC_H264);
}
static void an_h265_file_is_decoded(void **state) {
  a_file_is_decoded(GW_CODEC_H265);
}

/* What of the header mp4mux writes, without its words about the file and about edits. */
static char *header_of_mp4mux(GwCodec codec) {
  g_autofree char *enc = encoder(codec, "");
  g_autofree char *text =
      g_strdup_printf("videotestsrc num-buffers=30 ! "
                      "video/x-raw,format=I420,width=320,height=240,framerate=15/1 ! %s ! %sparse ! "
                      "mp4mux fragment-duration=66 streamable=true ! appsink name=out sync=false",
                      enc, codec_word(codec));
  g_autoptr(GstElement) pipeline = launch(text);
  g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "out");
  g_autoptr(GByteArray) all = g_byte_array_new();
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  for (GstSample *sample; (sample = gst_app_sink_pull_sample(GST_APP_SINK(sink)));) {
    GstMapInfo map;
    assert_true(gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ));
    g_byte_array_append(all, map.data, (guint)map.size);
    gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
    gst_sample_unref(sample);
  }
  gst_element_set_state(pipeline, GST_STATE_NULL);
  GString *names = g_string_new(NULL);
  outline(all->data, all->len, names);
  return g_string_free(names, FALSE);
}

static void boxes_stand_as_in_mp4mux(GwCodec codec) {
  g_auto(Stream) s = make_stream(codec, 320, 240, "");
  g_autoptr(GwMp4) mp4 = mp4_of(&s, 320, 240);
  g_autoptr(GByteArray) file = fragmented(&s, mp4);
  g_autoptr(GString) ours = g_string_new(NULL);
  outline(file->data, file->len, ours);
  g_autofree char *theirs = header_of_mp4mux(codec);
  /* each box of ours is one of theirs, in the same order within the same holders */
  static const char *const same[] = {"ftyp ",
                                     "mvhd ",
                                     "trak{tkhd ",
                                     "mdia{mdhd hdlr minf{vmhd ",
                                     "dinf{dref } stbl{stsd stts ",
                                     "mvex{",
                                     "trex } } ",
                                     "moof{mfhd traf{tfhd tfdt trun } } mdat "};
  const char *at = ours->str, *there = theirs;
  for (guint i = 0; i < G_N_ELEMENTS(same); i++) {
    const char *mine = strstr(at, same[i]), *other = strstr(there, same[i]);
    if (!mine || !other)
      fail_msg("%s: ours %s\ntheirs %s", same[i], ours->str, theirs);
    at = mine;
    there = other;
  }
}

static void h264_boxes_stand_as_in_mp4mux(void **state) {
  boxes_stand_as_in_mp4mux(GW_CODEC_H264);
}
static void h265_boxes_stand_as_in_mp4mux(void **state) {
  boxes_stand_as_in_mp4mux(GW_CODEC_H265);
}

static void the_codec_has_its_name(void **state) {
  g_auto(Stream) s264 = make_stream(GW_CODEC_H264, 320, 240, ""),
                 s265 = make_stream(GW_CODEC_H265, 320, 240, "");
  g_autoptr(GwMp4) avc = mp4_of(&s264, 320, 240), hevc = mp4_of(&s265, 320, 240);
  assert_true(g_regex_match_simple("^avc1\\.[0-9A-F]{6}$", gw_mp4_codecs(avc), 0, 0));
  assert_true(
      g_regex_match_simple("^hvc1\\.1\\.[0-9A-F]+\\.[LH][0-9]+(\\.[0-9A-F]+)*$", gw_mp4_codecs(hevc), 0, 0));
}

static void other_parameter_sets_are_noticed(void **state) {
  g_auto(Stream) s = make_stream(GW_CODEC_H264, 320, 240, ""),
                 other = make_stream(GW_CODEC_H264, 640, 480, "");
  g_autoptr(GwMp4) mp4 = mp4_of(&s, 320, 240);
  gsize n;
  const guint8 *same = g_bytes_get_data(s.units->pdata[KEY_EVERY], &n);
  assert_false(gw_mp4_is_other(mp4, same, n));
  const guint8 *new = g_bytes_get_data(other.units->pdata[0], &n);
  assert_true(gw_mp4_is_other(mp4, new, n));
  const guint8 *delta = g_bytes_get_data(s.units->pdata[1], &n);
  assert_false(gw_mp4_is_other(mp4, delta, n)); /* it brings none */
}

static void nonsense_makes_no_header(void **state) {
  static const guint8 lone_sps[] = {0, 0, 0, 1, 0x67, 0x64, 0, 0x1f, 0xff},
                      cut[] = {0, 0, 0, 1, 0x67, 0, 0, 0, 1, 0x68};
  static const guint8 hevc_cut[] = {0, 0, 0, 1, 0x40, 1, 0, 0, 0, 1, 0x42, 1, 1, 0, 0, 0, 1, 0x44, 1};
  assert_null(gw_mp4_new(GW_CODEC_H264, lone_sps, sizeof lone_sps, 320, 240));
  assert_null(gw_mp4_new(GW_CODEC_H264, cut, sizeof cut, 320, 240));
  assert_null(gw_mp4_new(GW_CODEC_H265, hevc_cut, sizeof hevc_cut, 320, 240));
  assert_null(gw_mp4_new(GW_CODEC_H264, NULL, 0, 320, 240));
}

int main(void) {
  gst_init(NULL, NULL);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(h264_fragments_are_decoded),
      cmocka_unit_test(h265_fragments_are_decoded),
      cmocka_unit_test(an_h264_file_is_decoded),
      cmocka_unit_test(an_h265_file_is_decoded),
      cmocka_unit_test(h264_boxes_stand_as_in_mp4mux),
      cmocka_unit_test(h265_boxes_stand_as_in_mp4mux),
      cmocka_unit_test(the_codec_has_its_name),
      cmocka_unit_test(other_parameter_sets_are_noticed),
      cmocka_unit_test(nonsense_makes_no_header),
      cmocka_unit_test(pictures_that_come_out_of_order_are_shown_in_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
