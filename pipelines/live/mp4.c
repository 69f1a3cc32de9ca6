#include "pipelines/live/mp4.h"

#include "pipelines/live/mp4_box.h"
#include "pipelines/live/mp4_config.h"

#include <string.h>

#define TRACK 1
#define UNITY 0x00010000 /* 16.16 */
#define LANGUAGE_UND 0x55c4
/* sample_flags, ISO/IEC 14496-12, 8.8.3.1 */
#define FLAGS_KEY 0x02000000   /* depends on no other */
#define FLAGS_DELTA 0x01010000 /* depends on others, is no sync sample */

struct GwMp4 {
  GwCodec codec;
  GwMp4Config config;
  int width, height;
};

GwMp4 *gw_mp4_new(GwCodec codec, const guint8 *sets, gsize bytes, int width, int height) {
  GwMp4Config config;
  if (width < 1 || height < 1 || width > G_MAXUINT16 || height > G_MAXUINT16 ||
      !gw_mp4_config_make(codec, sets, bytes, &config))
    return NULL;
  GwMp4 *mp4 = g_new(GwMp4, 1);
  *mp4 = (GwMp4){codec, config, width, height};
  return mp4;
}

void gw_mp4_free(GwMp4 *mp4) {
  if (!mp4)
    return;
  gw_mp4_config_clear(&mp4->config);
  g_free(mp4);
}

const char *gw_mp4_codecs(const GwMp4 *mp4) {
  return mp4->config.codecs;
}

gboolean gw_mp4_is_other(const GwMp4 *mp4, const guint8 *sets, gsize bytes) {
  GwMp4Config config;
  if (!gw_mp4_config_make(mp4->codec, sets, bytes, &config))
    return FALSE; /* not whole: nothing new is known */
  const gboolean other = config.record->len != mp4->config.record->len ||
                         memcmp(config.record->data, mp4->config.record->data, config.record->len) != 0;
  gw_mp4_config_clear(&config);
  return other;
}

/* ---- samples ---- */

/* Lengths instead of start codes, slices and messages alone; how many bytes that made. */
static guint put_sample(GByteArray *out, GwCodec codec, const GwMp4Sample *sample) {
  const guint before = out->len;
  const guint8 *at = sample->unit;
  gsize left = sample->bytes;
  GwNal nal;
  while (gw_nal_next(&at, &left, &nal)) {
    if (!gw_nal_is_slice_or_sei(codec, &nal))
      continue;
    gw_box_u32(out, (guint32)nal.bytes);
    gw_box_bytes(out, nal.data, nal.bytes);
  }
  return out->len - before;
}

/* Pictures are shown when they are decoded, unless one of these says otherwise. */
static gboolean has_offsets(const GwMp4Sample *samples, guint n) {
  for (guint i = 0; i < n; i++)
    if (samples[i].later != 0)
      return TRUE;
  return FALSE;
}

static guint32 sample_bytes(GwCodec codec, const GwMp4Sample *sample) {
  const guint8 *at = sample->unit;
  gsize left = sample->bytes, sum = 0;
  GwNal nal;
  while (gw_nal_next(&at, &left, &nal))
    if (gw_nal_is_slice_or_sei(codec, &nal))
      sum += 4 + nal.bytes;
  return (guint32)sum;
}

/* ---- header boxes ---- */

static void put_ftyp(GByteArray *out, gboolean fragments) {
  const guint box = gw_box_begin(out, "ftyp");
  gw_box_bytes(out, fragments ? "iso5" : "isom", 4);
  gw_box_u32(out, 0x200);
  gw_box_bytes(out, fragments ? "iso5iso6mp41" : "isomiso2mp41", 12);
  gw_box_end(out, box);
}

static void put_matrix(GByteArray *out) {
  static const guint32 matrix[] = {UNITY, 0, 0, 0, UNITY, 0, 0, 0, 0x40000000};
  for (guint i = 0; i < G_N_ELEMENTS(matrix); i++)
    gw_box_u32(out, matrix[i]);
}

static void put_mvhd(GByteArray *out, guint64 duration) {
  const guint box = gw_box_begin_full(out, "mvhd", 1, 0);
  gw_box_zeros(out, 16); /* made and changed: the journal knows */
  gw_box_u32(out, GW_MP4_TICKS);
  gw_box_u64(out, duration);
  gw_box_u32(out, UNITY); /* speed */
  gw_box_u16(out, 0x100); /* volume */
  gw_box_zeros(out, 10);
  put_matrix(out);
  gw_box_zeros(out, 24);
  gw_box_u32(out, TRACK + 1);
  gw_box_end(out, box);
}

static void put_tkhd(GByteArray *out, const GwMp4 *mp4, guint64 duration) {
  const guint box = gw_box_begin_full(out, "tkhd", 1, 3); /* enabled, in the movie */
  gw_box_zeros(out, 16);
  gw_box_u32(out, TRACK);
  gw_box_zeros(out, 4);
  gw_box_u64(out, duration);
  gw_box_zeros(out, 16); /* reserved, layer, group, volume, reserved */
  put_matrix(out);
  gw_box_u32(out, (guint32)mp4->width << 16);
  gw_box_u32(out, (guint32)mp4->height << 16);
  gw_box_end(out, box);
}

static void put_mdhd(GByteArray *out, guint64 duration) {
  const guint box = gw_box_begin_full(out, "mdhd", 1, 0);
  gw_box_zeros(out, 16);
  gw_box_u32(out, GW_MP4_TICKS);
  gw_box_u64(out, duration);
  gw_box_u16(out, LANGUAGE_UND);
  gw_box_zeros(out, 2);
  gw_box_end(out, box);
}

static void put_hdlr(GByteArray *out) {
  const guint box = gw_box_begin_full(out, "hdlr", 0, 0);
  gw_box_zeros(out, 4);
  gw_box_bytes(out, "vide", 4);
  gw_box_zeros(out, 12);
  gw_box_bytes(out, "video", sizeof "video");
  gw_box_end(out, box);
}

static void put_dinf(GByteArray *out) {
  const guint dinf = gw_box_begin(out, "dinf"), dref = gw_box_begin_full(out, "dref", 0, 0);
  gw_box_u32(out, 1);
  gw_box_end(out, gw_box_begin_full(out, "url ", 0, 1)); /* in this very file */
  gw_box_end(out, dref);
  gw_box_end(out, dinf);
}

static void put_stsd(GByteArray *out, const GwMp4 *mp4) {
  const gboolean avc = mp4->codec == GW_CODEC_H264;
  const guint stsd = gw_box_begin_full(out, "stsd", 0, 0);
  gw_box_u32(out, 1);
  const guint entry = gw_box_begin(out, avc ? "avc1" : "hvc1");
  gw_box_zeros(out, 6);
  gw_box_u16(out, 1); /* data reference */
  gw_box_zeros(out, 16);
  gw_box_u16(out, (guint)mp4->width);
  gw_box_u16(out, (guint)mp4->height);
  gw_box_u32(out, 0x00480000); /* 72 dpi, both ways */
  gw_box_u32(out, 0x00480000);
  gw_box_zeros(out, 4);
  gw_box_u16(out, 1); /* pictures a sample */
  gw_box_zeros(out, 32);
  gw_box_u16(out, 0x18);
  gw_box_u16(out, 0xffff);
  const guint record = gw_box_begin(out, avc ? "avcC" : "hvcC");
  gw_box_bytes(out, mp4->config.record->data, mp4->config.record->len);
  gw_box_end(out, record);
  gw_box_end(out, entry);
  gw_box_end(out, stsd);
}

/* The tables of a file's samples; `sizes` NULL: of a header before fragments, empty. */
static void put_tables(GByteArray *out, const GwMp4Sample *samples, const guint32 *sizes, guint n,
                       guint *ret_offset_at) {
  guint box = gw_box_begin_full(out, "stts", 0, 0);
  gw_box_u32(out, n);
  for (guint i = 0; i < n; i++) {
    gw_box_u32(out, 1);
    gw_box_u32(out, samples[i].duration);
  }
  gw_box_end(out, box);
  if (has_offsets(samples, n)) {
    box = gw_box_begin_full(out, "ctts", 1, 0);
    gw_box_u32(out, n);
    for (guint i = 0; i < n; i++) {
      gw_box_u32(out, 1);
      gw_box_u32(out, (guint32)samples[i].later);
    }
    gw_box_end(out, box);
  }
  if (n > 0) {
    guint keys = 0, count_at;
    box = gw_box_begin_full(out, "stss", 0, 0);
    count_at = out->len;
    gw_box_u32(out, 0);
    for (guint i = 0; i < n; i++)
      if (samples[i].is_key) {
        gw_box_u32(out, i + 1);
        keys++;
      }
    gw_box_set_u32(out, count_at, keys);
    gw_box_end(out, box);
  }
  box = gw_box_begin_full(out, "stsc", 0, 0);
  gw_box_u32(out, n > 0);
  if (n > 0) { /* all samples are one chunk */
    gw_box_u32(out, 1);
    gw_box_u32(out, n);
    gw_box_u32(out, 1);
  }
  gw_box_end(out, box);
  box = gw_box_begin_full(out, "stsz", 0, 0);
  gw_box_u32(out, 0);
  gw_box_u32(out, n);
  for (guint i = 0; i < n; i++)
    gw_box_u32(out, sizes[i]);
  gw_box_end(out, box);
  box = gw_box_begin_full(out, "stco", 0, 0);
  gw_box_u32(out, n > 0);
  *ret_offset_at = out->len;
  if (n > 0)
    gw_box_u32(out, 0);
  gw_box_end(out, box);
}

static void put_mvex(GByteArray *out) {
  const guint mvex = gw_box_begin(out, "mvex"), trex = gw_box_begin_full(out, "trex", 0, 0);
  gw_box_u32(out, TRACK);
  gw_box_u32(out, 1); /* sample description */
  gw_box_zeros(out, 12);
  gw_box_end(out, trex);
  gw_box_end(out, mvex);
}

static guint put_moov(GByteArray *out, const GwMp4 *mp4, const GwMp4Sample *samples, const guint32 *sizes,
                      guint n) {
  guint64 duration = 0;
  guint offset_at;
  for (guint i = 0; i < n; i++)
    duration += samples[i].duration;
  const guint moov = gw_box_begin(out, "moov");
  put_mvhd(out, duration);
  const guint trak = gw_box_begin(out, "trak");
  put_tkhd(out, mp4, duration);
  const guint mdia = gw_box_begin(out, "mdia");
  put_mdhd(out, duration);
  put_hdlr(out);
  const guint minf = gw_box_begin(out, "minf"), vmhd = gw_box_begin_full(out, "vmhd", 0, 1);
  gw_box_zeros(out, 8);
  gw_box_end(out, vmhd);
  put_dinf(out);
  const guint stbl = gw_box_begin(out, "stbl");
  put_stsd(out, mp4);
  put_tables(out, samples, sizes, n, &offset_at);
  gw_box_end(out, stbl);
  gw_box_end(out, minf);
  gw_box_end(out, mdia);
  gw_box_end(out, trak);
  if (n == 0)
    put_mvex(out);
  gw_box_end(out, moov);
  return offset_at;
}

GBytes *gw_mp4_init(const GwMp4 *mp4) {
  GByteArray *out = g_byte_array_sized_new(1024);
  put_ftyp(out, TRUE);
  (void)put_moov(out, mp4, NULL, NULL, 0);
  return g_byte_array_free_to_bytes(out);
}

/* ---- fragments ---- */

GBytes *gw_mp4_fragment(const GwMp4 *mp4, guint32 number, const GwMp4Sample *samples, guint n) {
  g_assert(n > 0);
  gsize bytes = 256;
  for (guint i = 0; i < n; i++)
    bytes += samples[i].bytes + 16;
  GByteArray *out = g_byte_array_sized_new((guint)bytes);
  const guint moof = gw_box_begin(out, "moof"), mfhd = gw_box_begin_full(out, "mfhd", 0, 0);
  gw_box_u32(out, number);
  gw_box_end(out, mfhd);
  const guint traf = gw_box_begin(out, "traf"),
              tfhd = gw_box_begin_full(out, "tfhd", 0, 0x020000); /* offsets from moof */
  gw_box_u32(out, TRACK);
  gw_box_end(out, tfhd);
  const guint tfdt = gw_box_begin_full(out, "tfdt", 1, 0);
  gw_box_u64(out, samples[0].ticks);
  gw_box_end(out, tfdt);
  const gboolean offsets = has_offsets(samples, n);
  const guint row_bytes = offsets ? 16 : 12;
  /* where the data are; duration, size, flags and, if need be, offset of each */
  const guint trun = gw_box_begin_full(out, "trun", 1, offsets ? 0x000f01 : 0x000701);
  gw_box_u32(out, n);
  const guint offset_at = out->len;
  gw_box_u32(out, 0);
  const guint rows_at = out->len;
  for (guint i = 0; i < n; i++) {
    gw_box_u32(out, samples[i].duration);
    gw_box_u32(out, 0);
    gw_box_u32(out, samples[i].is_key ? FLAGS_KEY : FLAGS_DELTA);
    if (offsets)
      gw_box_u32(out, (guint32)samples[i].later);
  }
  gw_box_end(out, trun);
  gw_box_end(out, traf);
  gw_box_end(out, moof);
  const guint mdat = gw_box_begin(out, "mdat");
  gw_box_set_u32(out, offset_at, out->len - moof);
  for (guint i = 0; i < n; i++)
    gw_box_set_u32(out, rows_at + i * row_bytes + 4, put_sample(out, mp4->codec, &samples[i]));
  gw_box_end(out, mdat);
  return g_byte_array_free_to_bytes(out);
}

/* ---- files ---- */

GBytes *gw_mp4_file(const GwMp4 *mp4, const GwMp4Sample *samples, guint n) {
  g_assert(n > 0);
  g_autofree guint32 *sizes = g_new(guint32, n);
  gsize bytes = 0;
  for (guint i = 0; i < n; i++)
    bytes += sizes[i] = sample_bytes(mp4->codec, &samples[i]);
  GByteArray *out = g_byte_array_sized_new((guint)bytes + 4096 + n * 20); /* once: it may be large */
  put_ftyp(out, FALSE);
  const guint offset_at = put_moov(out, mp4, samples, sizes, n);
  const guint mdat = gw_box_begin(out, "mdat");
  gw_box_set_u32(out, offset_at, out->len);
  for (guint i = 0; i < n; i++)
    (void)put_sample(out, mp4->codec, &samples[i]);
  gw_box_end(out, mdat);
  return g_byte_array_free_to_bytes(out);
}
