#include "tests/farm/test/facts.h"
#include "tests/farm/cameras/clip.h"

static FarmClip *load(void) {
  g_autoptr(GByteArray) data = facts_clip();
  g_autoptr(GError) error = NULL;
  FarmClip *clip = farm_clip_parse("facts", FARM_H264, data->data, data->len, &error);
  assert_null(error);
  return clip;
}

static void headers_say_size_and_rate(void **state) {
  g_autoptr(FarmClip) clip = load();
  assert_int_equal(clip->sps.width, 1280);
  assert_int_equal(clip->sps.height, 720);
  assert_int_equal(clip->sps.macroblocks, 80 * 45);
  assert_true(clip->fps == 15);
  assert_non_null(strstr(clip->format, "profile-level-id=42c01f;sprop-parameter-sets=Z0"));
}

static void pictures_are_cut_where_slices_begin(void **state) {
  g_autoptr(FarmClip) clip = load();
  assert_int_equal(clip->pictures->len, 3 * FACTS_GOP);
  for (guint i = 0; i < clip->pictures->len; i++)
    assert_int_equal(g_array_index(clip->pictures, FarmPicture, i).key, i % FACTS_GOP == 0);
  assert_int_equal(farm_clip_key_before(clip, 7), 5);
  assert_int_equal(farm_clip_key_after(clip, 7), 10);
  assert_int_equal(farm_clip_key_after(clip, 12), 0);
}

/* Puts a keyframe together again as RFC 6184 tells a receiver to. */
static void fragments_join_to_the_nal_they_were(void **state) {
  g_autoptr(FarmClip) clip = load();
  const FarmPicture *key = &g_array_index(clip->pictures, FarmPicture, 0);
  g_autoptr(GByteArray) nal = g_byte_array_new();
  guint first = key->first_packet + 2; /* after SPS and PPS */
  for (guint i = first; i < key->first_packet + key->n_packets; i++) {
    const FarmPacket *packet = &g_array_index(clip->packets, FarmPacket, i);
    const guint8 *at = clip->blob->data + packet->offset;
    gboolean last = i + 1 == key->first_packet + key->n_packets;
    assert_int_equal(at[0], '$');
    assert_int_equal(at[2] << 8 | at[3], packet->bytes - FARM_INTERLEAVE_BYTES);
    assert_int_equal(at[5] >> 7, last); /* the marker ends the picture */
    assert_true(packet->bytes <= FARM_RTP_PAYLOAD_BYTES + FARM_INTERLEAVE_BYTES + FARM_RTP_HEADER_BYTES);
    const guint8 *payload = at + FARM_INTERLEAVE_BYTES + FARM_RTP_HEADER_BYTES;
    assert_int_equal(payload[0] & 31, 28);
    assert_int_equal(payload[1] >> 7, i == first);
    assert_int_equal(payload[1] >> 6 & 1, last);
    guint8 header = (payload[0] & 0x60) | (payload[1] & 31);
    if (i == first)
      g_byte_array_append(nal, &header, 1);
    g_byte_array_append(nal, payload + 2, packet->bytes - FARM_INTERLEAVE_BYTES - FARM_RTP_HEADER_BYTES - 2);
  }
  assert_int_equal(nal->len, FACTS_KEY_BYTES);
  assert_int_equal(nal->data[0], 0x65);
  for (guint i = 1; i < nal->len; i++)
    assert_int_equal(nal->data[i], 0xa5);
}

/* Parameter sets of a real 1920 x 1080, 15 pictures a second H.265 stream, and slices that are not decodable.
 */
static const guint8 h265_vps[] = {0x40, 0x01, 0x0c, 0x01, 0xff, 0xff, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00,
                                  0x90, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x78, 0xba, 0x02, 0x40};
static const guint8 h265_sps[] = {
    0x42, 0x01, 0x01, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00,
    0x78, 0xa0, 0x03, 0xc0, 0x80, 0x11, 0x07, 0xcb, 0x96, 0xe9, 0x29, 0x30, 0xbf, 0xfc, 0x00, 0x04, 0x00,
    0x05, 0xa8, 0x08, 0x08, 0x08, 0x20, 0x00, 0x00, 0x03, 0x00, 0x20, 0x00, 0x00, 0x03, 0x01, 0xe1};
static const guint8 h265_pps[] = {0x44, 0x01, 0xc0, 0x73, 0xc1, 0x89};

static FarmClip *load_h265(void) {
  g_autoptr(GByteArray) data = g_byte_array_new();
  guint8 key[FACTS_KEY_BYTES], small[200];
  memset(key, 0xa5, sizeof key);
  memset(small, 0xb6, sizeof small);
  memcpy(key, "\x26\x01", 2); /* IDR_W_RADL */
  memcpy(small, "\x02\x01", 2);
  for (guint i = 0; i < 2; i++) {
    facts_add(data, h265_vps, sizeof h265_vps);
    facts_add(data, h265_sps, sizeof h265_sps);
    facts_add(data, h265_pps, sizeof h265_pps);
    facts_add(data, key, sizeof key);
    facts_add(data, small, sizeof small);
  }
  g_autoptr(GError) error = NULL;
  FarmClip *clip = farm_clip_parse("facts", FARM_H265, data->data, data->len, &error);
  assert_null(error);
  return clip;
}

static void h265_headers_say_size_and_rate(void **state) {
  g_autoptr(FarmClip) clip = load_h265();
  assert_int_equal(clip->sps.width, 1920);
  assert_int_equal(clip->sps.height, 1080);
  assert_true(clip->fps == 15);
  assert_int_equal(clip->pictures->len, 4);
  assert_true(g_array_index(clip->pictures, FarmPicture, 2).key);
  assert_false(g_array_index(clip->pictures, FarmPicture, 3).key);
  g_autofree char *sps = g_base64_encode(h265_sps, sizeof h265_sps);
  g_autofree char *wanted = g_strdup_printf(";sprop-sps=%s;sprop-pps=", sps);
  assert_non_null(strstr(clip->format, wanted));
}

static const guint8 *payload_at(const FarmClip *clip, guint i, gsize *ret_bytes) {
  const FarmPacket *packet = &g_array_index(clip->packets, FarmPacket, i);
  *ret_bytes = packet->bytes - FARM_INTERLEAVE_BYTES - FARM_RTP_HEADER_BYTES;
  return clip->blob->data + packet->offset + FARM_INTERLEAVE_BYTES + FARM_RTP_HEADER_BYTES;
}

/* RFC 7798: the sets together in one AP, then the keyframe in FUs. */
static void h265_goes_in_aggregates_and_fragments(void **state) {
  g_autoptr(FarmClip) clip = load_h265();
  gsize bytes, sets = sizeof h265_vps + sizeof h265_sps + sizeof h265_pps;
  const guint8 *at = payload_at(clip, 0, &bytes);
  assert_int_equal(at[0] >> 1, 48);
  assert_int_equal(bytes, 2 + 3 * 2 + sets);
  assert_int_equal(at[2] << 8 | at[3], sizeof h265_vps);
  assert_memory_equal(at + 4, h265_vps, sizeof h265_vps);
  g_autoptr(GByteArray) nal = g_byte_array_new();
  const guint last = g_array_index(clip->pictures, FarmPicture, 0).n_packets - 1;
  for (guint i = 1; i <= last; i++) {
    at = payload_at(clip, i, &bytes);
    assert_int_equal(at[0] >> 1, 49);
    assert_int_equal(at[1], 1);
    assert_int_equal(at[2] & 63, 19);
    assert_int_equal(at[2] >> 7, i == 1);
    assert_int_equal(at[2] >> 6 & 1, i == last);
    g_byte_array_append(nal, at + 3, bytes - 3);
  }
  assert_int_equal(nal->len, FACTS_KEY_BYTES - 2);
  for (guint i = 0; i < nal->len; i++)
    assert_int_equal(nal->data[i], 0xa5);
}

static void a_frozen_run_is_as_long_as_the_longest_gop(void **state) {
  g_autoptr(FarmClip) clip = load();
  assert_int_equal(clip->skips->len, FACTS_GOP - 1);
  assert_true(g_array_index(clip->skips, FarmPicture, 0).bytes < 40);
}

/* 3,600 skipped macroblocks are ue(3600) = 0b1110 0001 0001 after eleven zeros: read it back bit by bit. */
static void a_skip_slice_repeats_every_macroblock(void **state) {
  g_autoptr(FarmClip) clip = load();
  g_autoptr(GByteArray) slice = farm_skip_slice(&clip->sps, &clip->pps, 3);
  g_autoptr(GString) bits = g_string_new(NULL);
  for (guint i = 1; i < slice->len; i++)
    for (int b = 7; b >= 0; b--)
      g_string_append_c(bits, '0' + (slice->data[i] >> b & 1));
  g_autoptr(GString) wanted = g_string_new("1"
                                           "00110"
                                           "1"); /* first macroblock 0, all P, first PPS */
  for (int b = clip->sps.frame_num_bits - 1; b >= 0; b--)
    g_string_append_c(wanted, '0' + (3 >> b & 1));
  g_string_append(wanted, "11"
                          "0"
                          "0"
                          "1"); /* one reference; natural order; sliding window; the same QP */
  if (clip->pps.deblocking_in_slices)
    g_string_append(wanted, "010");
  g_string_append(wanted, "00000000000"
                          "111000010001"
                          "1");
  assert_memory_equal(bits->str, wanted->str, wanted->len);
}

static void what_needs_more_is_refused(void **state) {
  g_autoptr(FarmClip) clip = load();
  FarmPps cabac = clip->pps;
  cabac.cabac = TRUE;
  assert_null(farm_skip_slice(&clip->sps, &cabac, 1));
}

static void junk_is_no_clip(void **state) {
  g_autoptr(GByteArray) whole = facts_clip();
  for (gsize bytes = 0; bytes < 60; bytes++) { /* cut off within its headers */
    g_autoptr(GError) error = NULL;
    g_autoptr(FarmClip) clip = farm_clip_parse("cut", FARM_H264, whole->data, bytes, &error);
    assert_true(clip || error);
  }
  guint8 noise[512];
  g_autoptr(GRand) dice = g_rand_new_with_seed(1);
  for (guint round = 0; round < 500; round++) {
    for (guint i = 0; i < sizeof noise; i++)
      noise[i] = g_rand_int_range(dice, 0, 4) ? g_rand_int(dice) : 0;
    memcpy(noise, "\0\0\1\x67", 4);
    g_autoptr(GError) error = NULL;
    g_autoptr(FarmClip) clip = farm_clip_parse("noise", FARM_H264, noise, sizeof noise, &error);
    assert_true(clip || error);
    memcpy(noise, "\0\0\1\x42\1", 5);
    g_autoptr(GError) other = NULL;
    g_autoptr(FarmClip) h265 = farm_clip_parse("noise", FARM_H265, noise, sizeof noise, &other);
    assert_true(h265 || other);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(headers_say_size_and_rate),
      cmocka_unit_test(pictures_are_cut_where_slices_begin),
      cmocka_unit_test(fragments_join_to_the_nal_they_were),
      cmocka_unit_test(h265_headers_say_size_and_rate),
      cmocka_unit_test(h265_goes_in_aggregates_and_fragments),
      cmocka_unit_test(a_frozen_run_is_as_long_as_the_longest_gop),
      cmocka_unit_test(a_skip_slice_repeats_every_macroblock),
      cmocka_unit_test(what_needs_more_is_refused),
      cmocka_unit_test(junk_is_no_clip),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
