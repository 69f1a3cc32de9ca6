#include "pipelines/live/mp4_config.h"

#include "pipelines/live/mp4_box.h"
#include "pipelines/rtsp/depay_codec.h"

#include <string.h>

#define START_BYTES 4
#define SETS_MOST 16

/* H.264 (ITU-T H.264, table 7-1) and H.265 (table 7-1) unit types that are meant here. */
enum {
  H264_SPS = 7,
  H264_PPS = 8,
  H264_DELIMITER = 9,
  H264_END = 10,
  H264_FILLER = 12,
  H264_SPS_EXTENSION = 13
};
enum { H265_VPS = 32, H265_SPS = 33, H265_PPS = 34, H265_DELIMITER = 35, H265_FILLER = 38 };

static guint type_of(GwCodec codec, const GwNal *nal) {
  return codec == GW_CODEC_H264 ? nal->data[0] & 31 : nal->data[0] >> 1 & 63;
}

static const guint8 *find_start(const guint8 *data, gsize bytes) {
  static const guint8 start[START_BYTES] = {0, 0, 0, 1};
  return bytes < START_BYTES ? NULL : memmem(data, bytes, start, START_BYTES);
}

gboolean gw_nal_next(const guint8 **at, gsize *left, GwNal *ret) {
  const guint8 *start;
  while ((start = find_start(*at, *left))) {
    *left -= (gsize)(start - *at) + START_BYTES;
    *at = start + START_BYTES;
    const guint8 *next = find_start(*at, *left);
    ret->data = *at;
    ret->bytes = next ? (gsize)(next - *at) : *left;
    *at += ret->bytes;
    *left -= ret->bytes;
    if (ret->bytes > 0)
      return TRUE;
  }
  return FALSE;
}

gboolean gw_nal_is_slice_or_sei(GwCodec codec, const GwNal *nal) {
  const guint type = type_of(codec, nal);
  if (codec == GW_CODEC_H264)
    return type >= 1 && type <= 6;
  return type < H265_VPS || (type > H265_FILLER && type <= 40);
}

typedef struct Sets {
  GwNal nal[SETS_MOST];
  guint n;
} Sets;

static void add_set(Sets *sets, const GwNal *nal) {
  if (sets->n < SETS_MOST && nal->bytes <= G_MAXUINT16)
    sets->nal[sets->n++] = *nal;
}

static void put_sets(GByteArray *out, const Sets *sets) {
  for (guint i = 0; i < sets->n; i++) {
    gw_box_u16(out, (guint)sets->nal[i].bytes);
    gw_box_bytes(out, sets->nal[i].data, sets->nal[i].bytes);
  }
}

/* ---- H.264: ISO/IEC 14496-15, 5.3.3.1.2 ---- */

static gboolean is_high(guint profile) {
  return profile == 100 || profile == 110 || profile == 122 || profile == 144;
}

static gboolean make_avc(const Sets *sps, const Sets *pps, GwMp4Config *ret) {
  const guint8 *s = sps->nal[0].data;
  if (sps->nal[0].bytes < 4)
    return FALSE;
  GByteArray *out = ret->record;
  gw_box_u8(out, 1);
  gw_box_bytes(out, s + 1, 3); /* profile, what it is compatible with, level */
  gw_box_u8(out, 0xfc | (START_BYTES - 1));
  gw_box_u8(out, 0xe0 | sps->n);
  put_sets(out, sps);
  gw_box_u8(out, pps->n);
  put_sets(out, pps);
  if (is_high(s[1])) {
    GwNalBits bits = gw_nal_bits(s + 4, sps->nal[0].bytes - 4);
    (void)gw_nal_bits_ue(&bits); /* seq_parameter_set_id */
    const guint chroma = gw_nal_bits_ue(&bits);
    if (chroma == 3)
      (void)gw_nal_bits_read(&bits, 1);
    const guint luma_bits = gw_nal_bits_ue(&bits), chroma_bits = gw_nal_bits_ue(&bits);
    if (bits.is_over || chroma > 3 || luma_bits > 7 || chroma_bits > 7)
      return FALSE;
    gw_box_u8(out, 0xfc | chroma);
    gw_box_u8(out, 0xf8 | luma_bits);
    gw_box_u8(out, 0xf8 | chroma_bits);
    gw_box_u8(out, 0);
  }
  ret->codecs = g_strdup_printf("avc1.%02X%02X%02X", s[1], s[2], s[3]);
  return TRUE;
}

/* ---- H.265: ISO/IEC 14496-15, 8.3.3.1.2; the name: annex E.3 ---- */

typedef struct HevcSps {
  guint max_sub_layers, nested, space, tier, profile, level;
  guint32 compatible;
  guint8 constraints[6];
  guint chroma, luma_bits, chroma_bits;
} HevcSps;

static void skip_sub_layers(GwNalBits *bits, guint above_first) {
  gboolean profile[8] = {FALSE}, level[8] = {FALSE};
  for (guint i = 0; i < above_first; i++) {
    profile[i] = gw_nal_bits_read(bits, 1);
    level[i] = gw_nal_bits_read(bits, 1);
  }
  if (above_first > 0)
    (void)gw_nal_bits_read(bits, 2 * (8 - above_first));
  for (guint i = 0; i < above_first; i++) {
    for (guint byte = 0; profile[i] && byte < 11; byte++)
      (void)gw_nal_bits_read(bits, 8);
    if (level[i])
      (void)gw_nal_bits_read(bits, 8);
  }
}

static gboolean read_hevc_sps(const GwNal *nal, HevcSps *ret) {
  if (nal->bytes < 16)
    return FALSE;
  GwNalBits bits = gw_nal_bits(nal->data + 2, nal->bytes - 2);
  (void)gw_nal_bits_read(&bits, 4); /* sps_video_parameter_set_id */
  const guint above_first = gw_nal_bits_read(&bits, 3);
  ret->max_sub_layers = above_first + 1;
  ret->nested = gw_nal_bits_read(&bits, 1);
  ret->space = gw_nal_bits_read(&bits, 2);
  ret->tier = gw_nal_bits_read(&bits, 1);
  ret->profile = gw_nal_bits_read(&bits, 5);
  ret->compatible = gw_nal_bits_read(&bits, 32);
  for (guint i = 0; i < 6; i++)
    ret->constraints[i] = (guint8)gw_nal_bits_read(&bits, 8);
  ret->level = gw_nal_bits_read(&bits, 8);
  if (above_first > 6)
    return FALSE;
  skip_sub_layers(&bits, above_first);
  (void)gw_nal_bits_ue(&bits); /* sps_seq_parameter_set_id */
  ret->chroma = gw_nal_bits_ue(&bits);
  if (ret->chroma == 3)
    (void)gw_nal_bits_read(&bits, 1);
  (void)gw_nal_bits_ue(&bits); /* width */
  (void)gw_nal_bits_ue(&bits); /* height */
  if (gw_nal_bits_read(&bits, 1))
    for (guint i = 0; i < 4; i++)
      (void)gw_nal_bits_ue(&bits);
  ret->luma_bits = gw_nal_bits_ue(&bits);
  ret->chroma_bits = gw_nal_bits_ue(&bits);
  return !bits.is_over && ret->chroma <= 3 && ret->luma_bits <= 7 && ret->chroma_bits <= 7;
}

static char *hevc_name(const HevcSps *s) {
  static const char *const spaces[] = {"", "A", "B", "C"};
  guint32 reversed = 0;
  for (guint i = 0; i < 32; i++)
    reversed |= (s->compatible >> i & 1) << (31 - i);
  GString *name = g_string_new("hvc1.");
  g_string_append_printf(name, "%s%u.%X.%c%u", spaces[s->space], s->profile, reversed, s->tier ? 'H' : 'L',
                         s->level);
  guint last = 6;
  while (last > 0 && s->constraints[last - 1] == 0)
    last--;
  for (guint i = 0; i < last; i++)
    g_string_append_printf(name, ".%X", s->constraints[i]);
  return g_string_free(name, FALSE);
}

static void put_array(GByteArray *out, guint type, const Sets *sets) {
  gw_box_u8(out, 0x80 | type); /* complete: none of them in the samples */
  gw_box_u16(out, sets->n);
  put_sets(out, sets);
}

static gboolean make_hevc(const Sets *vps, const Sets *sps, const Sets *pps, GwMp4Config *ret) {
  HevcSps s = {0};
  if (!read_hevc_sps(&sps->nal[0], &s))
    return FALSE;
  GByteArray *out = ret->record;
  gw_box_u8(out, 1);
  gw_box_u8(out, s.space << 6 | s.tier << 5 | s.profile);
  gw_box_u32(out, s.compatible);
  gw_box_bytes(out, s.constraints, sizeof s.constraints);
  gw_box_u8(out, s.level);
  gw_box_u16(out, 0xf000); /* min_spatial_segmentation: not told */
  gw_box_u8(out, 0xfc);    /* parallelism: not told */
  gw_box_u8(out, 0xfc | s.chroma);
  gw_box_u8(out, 0xf8 | s.luma_bits);
  gw_box_u8(out, 0xf8 | s.chroma_bits);
  gw_box_u16(out, 0); /* mean frame rate: not told */
  gw_box_u8(out, s.max_sub_layers << 3 | s.nested << 2 | (START_BYTES - 1));
  gw_box_u8(out, 3);
  put_array(out, H265_VPS, vps);
  put_array(out, H265_SPS, sps);
  put_array(out, H265_PPS, pps);
  ret->codecs = hevc_name(&s);
  return TRUE;
}

gboolean gw_mp4_config_make(GwCodec codec, const guint8 *data, gsize bytes, GwMp4Config *ret) {
  Sets vps = {.n = 0}, sps = {.n = 0}, pps = {.n = 0};
  GwNal nal;
  while (gw_nal_next(&data, &bytes, &nal)) {
    const guint type = type_of(codec, &nal);
    if (type == (codec == GW_CODEC_H264 ? H264_SPS : H265_SPS))
      add_set(&sps, &nal);
    else if (type == (codec == GW_CODEC_H264 ? H264_PPS : H265_PPS))
      add_set(&pps, &nal);
    else if (codec == GW_CODEC_H265 && type == H265_VPS)
      add_set(&vps, &nal);
  }
  *ret = (GwMp4Config){.record = g_byte_array_new()};
  const gboolean whole = sps.n > 0 && pps.n > 0 && (codec == GW_CODEC_H264 || vps.n > 0);
  if (whole && (codec == GW_CODEC_H264 ? make_avc(&sps, &pps, ret) : make_hevc(&vps, &sps, &pps, ret)))
    return TRUE;
  gw_mp4_config_clear(ret);
  return FALSE;
}

void gw_mp4_config_clear(GwMp4Config *config) {
  g_clear_pointer(&config->record, g_byte_array_unref);
  g_clear_pointer(&config->codecs, g_free);
}
