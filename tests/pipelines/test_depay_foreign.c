#include "tests/pipelines/cm.h"
#include "pipelines/rtsp/depay.h"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <string.h>

/* Streams of independent encoders through GStreamer's own payloaders, byte for byte, with and without loss.
 */
typedef struct Packet {
  guint8 *data; /* RTP, header included */
  gsize bytes;
} Packet;

typedef struct Stream {
  GwCodec codec;
  GPtrArray *pictures; /* GBytes: access units with start codes as the encoder made them */
  GArray *packets;     /* Packet */
} Stream;

static void clear_packet(gpointer data) {
  g_free(((Packet *)data)->data);
}

static GBytes *bytes_of(GstSample *sample) {
  GstMapInfo map;
  assert_true(gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ));
  GBytes *bytes = g_bytes_new(map.data, map.size);
  gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
  return bytes;
}

static GPtrArray *pull_all(GstElement *pipeline, const char *name) {
  GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), name);
  for (GstSample *sample; (sample = gst_app_sink_pull_sample(GST_APP_SINK(sink)));) {
    g_ptr_array_add(all, bytes_of(sample));
    gst_sample_unref(sample);
  }
  return all;
}

/* 60 pictures, a keyframe every 15, several slices; the payloader adds no parameter sets.  The H.265 ones are repeated
 * by h265parse, not by the encoder: with repeat-headers, GStreamer's x265enc ends what it puts before the first picture
 * with as many bytes as the sets have, which nobody wrote, and now and then there is a start code in them. */
static Stream make_stream(GwCodec codec, guint mtu, guint aggregate) {
  const char *h264 = "x264enc tune=zerolatency key-int-max=15 bitrate=1500 option-string=slices=3:scenecut=0 "
                     "! video/x-h264,stream-format=byte-stream,alignment=au";
  const char *h265 = "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=15 bitrate=1500 "
                     "option-string=scenecut=0:slices=2 ! h265parse config-interval=-1 ! "
                     "video/x-h265,stream-format=byte-stream,alignment=au";
  g_autofree char *text = g_strdup_printf(
      "videotestsrc num-buffers=60 pattern=snow ! "
      "video/x-raw,format=I420,width=320,height=240,framerate=15/1 ! %s ! tee name=t "
      "t. ! queue max-size-buffers=0 max-size-time=0 max-size-bytes=0 ! appsink name=pictures sync=false "
      "t. ! queue max-size-buffers=0 max-size-time=0 max-size-bytes=0 ! rtph%upay mtu=%u aggregate-mode=%u "
      "config-interval=0 "
      "! appsink name=packets sync=false",
      codec == GW_CODEC_H264 ? h264 : h265, codec == GW_CODEC_H264 ? 264 : 265, mtu, aggregate);
  g_autoptr(GError) error = NULL;
  g_autoptr(GstElement) pipeline = gst_parse_launch(text, &error);
  assert_null(error);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  Stream stream = {.codec = codec, .packets = g_array_new(FALSE, FALSE, sizeof(Packet))};
  g_array_set_clear_func(stream.packets, clear_packet);
  stream.pictures = pull_all(pipeline, "pictures");
  g_autoptr(GPtrArray) packets = pull_all(pipeline, "packets");
  gst_element_set_state(pipeline, GST_STATE_NULL);
  for (guint i = 0; i < packets->len; i++) {
    Packet packet = {0};
    packet.data = g_bytes_unref_to_data(g_bytes_ref(g_ptr_array_index(packets, i)), &packet.bytes);
    g_array_append_val(stream.packets, packet);
  }
  assert_int_equal(stream.pictures->len, 60);
  return stream;
}

static void stream_clear(Stream *stream) {
  g_ptr_array_unref(stream->pictures);
  g_array_unref(stream->packets);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Stream, stream_clear)

/* NAL units joined by one kind of start code, so that encoders that write three bytes of it compare equal. */
static GByteArray *normal(const guint8 *data, gsize bytes) {
  GByteArray *out = g_byte_array_new();
  gsize from = 0;
  for (gsize i = 0; i <= bytes; i++) {
    gboolean is_code = i + 3 <= bytes && data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1;
    if (!is_code && i < bytes)
      continue;
    gsize end = i;
    while (end > from && data[end - 1] == 0)
      end--;
    if (end > from) {
      g_byte_array_append(out, (const guint8 *)"\0\0\0\1", 4);
      g_byte_array_append(out, data + from, (guint)(end - from));
    }
    from = i + 3;
    i += 2;
  }
  return out;
}

static void on_unit(GwUnit *unit, gpointer user) {
  g_array_append_val((GArray *)user, *unit);
}

static void clear_unit(gpointer unit) {
  g_free(((GwUnit *)unit)->data);
}

/* All packets but those that `dice` takes away (one in `one_in`; 0: none). */
static GArray *receive(const Stream *stream, GRand *dice, guint one_in, guint *ret_lost) {
  GArray *units = g_array_new(FALSE, FALSE, sizeof(GwUnit));
  g_array_set_clear_func(units, clear_unit);
  GwDepay *depay = gw_depay_new(stream->codec, on_unit, units);
  guint16 expected = 0;
  *ret_lost = 0;
  for (guint i = 0; i < stream->packets->len; i++) {
    const Packet *packet = &g_array_index(stream->packets, Packet, i);
    const guint8 *p = packet->data;
    guint16 sequence = (guint16)(p[2] << 8 | p[3]);
    assert_int_equal(p[0], 0x80); /* no padding, no extension: the payload begins after twelve bytes */
    if (one_in && i && g_rand_int_range(dice, 0, one_in) == 0) {
      ++*ret_lost;
      continue;
    }
    guint32 time = (guint32)p[4] << 24 | (guint32)p[5] << 16 | (guint32)p[6] << 8 | p[7];
    gw_depay_packet(depay, p + 12, packet->bytes - 12, time, p[1] & 0x80, i && sequence != expected);
    expected = sequence + 1;
  }
  gw_depay_free(depay);
  return units;
}

static gboolean is_same(const GwUnit *unit, GBytes *picture) {
  gsize bytes;
  const guint8 *data = g_bytes_get_data(picture, &bytes);
  g_autoptr(GByteArray) wanted = normal(data, bytes), got = normal(unit->data, unit->bytes);
  return wanted->len == got->len && memcmp(wanted->data, got->data, got->len) == 0;
}

static void comes_out_as_it_went_in(GwCodec codec) {
  static const guint mtus[] = {200, 1400, 60000};
  for (guint m = 0; m < G_N_ELEMENTS(mtus); m++)
    for (guint aggregate = 0; aggregate < 3; aggregate++) {
      g_auto(Stream) stream = make_stream(codec, mtus[m], aggregate);
      guint lost = 0;
      g_autoptr(GArray) units = receive(&stream, NULL, 0, &lost);
      assert_int_equal(units->len, stream.pictures->len);
      for (guint i = 0; i < units->len; i++) {
        const GwUnit *unit = &g_array_index(units, GwUnit, i);
        assert_true(is_same(unit, g_ptr_array_index(stream.pictures, i)));
        assert_int_equal(unit->flags, (i % 15 ? 0 : GW_UNIT_KEY) | (i ? 0 : GW_UNIT_NEW_SETS));
        assert_true(unit->skipped_bytes > 0 && unit->skipped_bytes < unit->bytes);
      }
    }
}

static void h264_comes_out_as_it_went_in(void **state) {
  comes_out_as_it_went_in(GW_CODEC_H264);
}

static void h265_comes_out_as_it_went_in(void **state) {
  comes_out_as_it_went_in(GW_CODEC_H265);
}

/* Which picture a unit is of: units keep their order and their time stamps, 6000 apart at 15 a second. */
static guint picture_of(const GwUnit *unit, guint32 first_time) {
  return (unit->rtp_time - first_time + 3000) / 6000;
}

/* From its first slice on. */
static GByteArray *slices_of(GwCodec codec, const guint8 *data, gsize bytes) {
  GByteArray *all = normal(data, bytes);
  for (guint i = 0; i + 4 < all->len; i++) {
    guint type = codec == GW_CODEC_H264 ? all->data[i + 4] & 31 : all->data[i + 4] >> 1 & 63;
    gboolean is_slice = codec == GW_CODEC_H264 ? type == 1 || type == 5 : type < 32;
    if (memcmp(all->data + i, "\0\0\0\1", 4) == 0 && is_slice) {
      g_byte_array_remove_range(all, 0, i);
      return all;
    }
  }
  fail_msg("a unit without a slice");
  return all;
}

/* A keyframe after a loss may lack what is not needed: a delimiter, an SEI message. */
static gboolean has_same_slices(GwCodec codec, const GwUnit *unit, GBytes *picture) {
  gsize bytes;
  const guint8 *data = g_bytes_get_data(picture, &bytes);
  g_autoptr(GByteArray) wanted = slices_of(codec, data, bytes),
                        got = slices_of(codec, unit->data, unit->bytes);
  return wanted->len == got->len && memcmp(wanted->data, got->data, got->len) == 0;
}

/* A unit that is not flagged is whole, and so is every one since the keyframe it depends on. */
static void what_is_not_flagged_is_whole(GwCodec codec, guint mtu) {
  g_auto(Stream) stream = make_stream(codec, mtu, 1);
  g_autoptr(GRand) dice = g_rand_new_with_seed(mtu);
  const guint8 *p = g_array_index(stream.packets, Packet, 0).data;
  guint32 first = (guint32)p[4] << 24 | (guint32)p[5] << 16 | (guint32)p[6] << 8 | p[7];
  guint whole = 0, broken = 0, lost_ever = 0;
  for (guint round = 0; round < 30; round++) {
    guint lost = 0, whole_until = 0; /* pictures that can be decoded: up to there since the last keyframe */
    g_autoptr(GArray) units = receive(&stream, dice, 10 + round * 5, &lost);
    for (guint i = 0; i < units->len; i++) {
      const GwUnit *unit = &g_array_index(units, GwUnit, i);
      guint picture = picture_of(unit, first);
      if (unit->flags & GW_UNIT_BROKEN) {
        broken++;
        assert_false(unit->flags & GW_UNIT_KEY);
        continue;
      }
      whole++;
      GBytes *original = g_ptr_array_index(stream.pictures, picture);
      gboolean is_key = unit->flags & GW_UNIT_KEY;
      assert_true(is_key ? has_same_slices(codec, unit, original) : is_same(unit, original));
      assert_true(is_key || picture == whole_until + 1);
      whole_until = picture;
    }
    lost_ever += lost;
  }
  assert_true(whole > 100 && broken > 100 && lost_ever > 20);
}

static void h264_losses_are_told(void **state) {
  what_is_not_flagged_is_whole(GW_CODEC_H264, 1400);
  what_is_not_flagged_is_whole(GW_CODEC_H264, 60000);
}

static void h265_losses_are_told(void **state) {
  what_is_not_flagged_is_whole(GW_CODEC_H265, 1400);
  what_is_not_flagged_is_whole(GW_CODEC_H265, 60000);
}

int main(int argc, char **argv) {
  gst_init(&argc, &argv);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(h264_comes_out_as_it_went_in),
      cmocka_unit_test(h265_comes_out_as_it_went_in),
      cmocka_unit_test(h264_losses_are_told),
      cmocka_unit_test(h265_losses_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
