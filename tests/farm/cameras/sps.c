#include "tests/farm/cameras/sps.h"

typedef struct Bits {
  const guint8 *data;
  gsize bits, at;
  gboolean over; /* read past the end: everything since then is 0 */
} Bits;

static guint bit(Bits *b) {
  if (b->at >= b->bits) {
    b->over = TRUE;
    return 0;
  }
  guint v = b->data[b->at / 8] >> (7 - b->at % 8) & 1;
  b->at++;
  return v;
}

static guint bits(Bits *b, guint n) {
  guint v = 0;
  while (n--)
    v = v << 1 | bit(b);
  return v;
}

static guint golomb(Bits *b) {
  guint zeros = 0;
  while (!b->over && zeros < 31 && !bit(b))
    zeros++;
  return (1u << zeros) - 1 + bits(b, zeros);
}

/* Without the 03 that keeps start codes out of the payload.  Caller frees. */
static GByteArray *payload(const guint8 *nal, gsize bytes) {
  GByteArray *out = g_byte_array_sized_new(bytes);
  guint zeros = 0;
  for (gsize i = 1; i < bytes; i++) {
    if (zeros >= 2 && nal[i] == 3) {
      zeros = 0;
      continue;
    }
    zeros = nal[i] ? 0 : zeros + 1;
    g_byte_array_append(out, nal + i, 1);
  }
  return out;
}

static gboolean is_high(guint profile_idc) {
  return profile_idc == 100 || profile_idc == 110 || profile_idc == 122 || profile_idc == 244;
}

static gboolean read_high(Bits *b) {
  guint chroma = golomb(b);
  if (chroma == 3)
    bit(b);
  golomb(b);
  golomb(b);
  bit(b);
  return !bit(b); /* scaling matrices: no clip of ours has them */
}

static void read_order(Bits *b, FarmSps *sps) {
  sps->picture_order = golomb(b);
  if (sps->picture_order == 0)
    golomb(b);
  if (sps->picture_order != 1)
    return;
  bit(b);
  golomb(b);
  golomb(b);
  for (guint n = golomb(b); n > 0 && !b->over; n--)
    golomb(b);
}

static void read_size(Bits *b, FarmSps *sps) {
  guint wide = golomb(b) + 1, high = golomb(b) + 1;
  sps->frames_only = bit(b);
  if (!sps->frames_only) {
    high *= 2;
    bit(b);
  }
  sps->macroblocks = wide * high;
  sps->width = wide * 16;
  sps->height = high * 16;
  bit(b); /* direct_8x8_inference */
  if (!bit(b))
    return;
  guint left = golomb(b), right = golomb(b), top = golomb(b), bottom = golomb(b);
  sps->width -= 2 * (left + right);
  sps->height -= 2 * (top + bottom) * (sps->frames_only ? 1 : 2);
}

static void read_rate(Bits *b, FarmSps *sps) {
  if (!bit(b))
    return; /* no VUI: the rate stays unknown */
  if (bit(b) && bits(b, 8) == 255)
    bits(b, 32);
  if (bit(b))
    bit(b);
  if (bit(b)) {
    bits(b, 4);
    if (bit(b))
      bits(b, 24);
  }
  if (bit(b)) {
    golomb(b);
    golomb(b);
  }
  if (!bit(b))
    return;
  guint units = bits(b, 32), scale = bits(b, 32);
  if (units && !b->over)
    sps->fps = scale / (2.0 * units);
}

gboolean farm_sps_parse(const guint8 *nal, gsize bytes, FarmSps *ret_sps) {
  g_autoptr(GByteArray) raw = payload(nal, bytes);
  Bits b = {.data = raw->data, .bits = raw->len * 8};
  FarmSps sps = {.profile_idc = bits(&b, 8)};
  bits(&b, 8);
  sps.level_idc = bits(&b, 8);
  golomb(&b);
  if (is_high(sps.profile_idc) && !read_high(&b))
    return FALSE;
  sps.frame_num_bits = golomb(&b) + 4;
  read_order(&b, &sps);
  golomb(&b);
  bit(&b);
  read_size(&b, &sps);
  if (b.over || sps.width > 8192 || sps.height > 8192)
    return FALSE;
  read_rate(&b, &sps);
  *ret_sps = sps;
  return TRUE;
}

gboolean farm_pps_parse(const guint8 *nal, gsize bytes, FarmPps *ret_pps) {
  g_autoptr(GByteArray) raw = payload(nal, bytes);
  Bits b = {.data = raw->data, .bits = raw->len * 8};
  FarmPps pps = {0};
  golomb(&b);
  golomb(&b);
  pps.cabac = bit(&b);
  pps.bottom_order = bit(&b);
  if (golomb(&b) != 0)
    return FALSE; /* slice groups */
  golomb(&b);
  golomb(&b);
  pps.weighted = bit(&b);
  bits(&b, 2);
  golomb(&b);
  golomb(&b);
  golomb(&b);
  pps.deblocking_in_slices = bit(&b);
  bit(&b);
  pps.redundant = bit(&b);
  if (b.over)
    return FALSE;
  *ret_pps = pps;
  return TRUE;
}

typedef struct Writer {
  GByteArray *out;
  guint8 byte;
  guint used; /* bits of `byte` */
} Writer;

static void put(Writer *w, guint value, guint n) {
  while (n--) {
    w->byte = w->byte << 1 | (value >> n & 1);
    if (++w->used < 8)
      continue;
    guint len = w->out->len;
    if (len >= 3 && w->byte <= 3 && !w->out->data[len - 1] && !w->out->data[len - 2])
      g_byte_array_append(w->out, (const guint8 *)"\3", 1);
    g_byte_array_append(w->out, &w->byte, 1);
    w->byte = 0;
    w->used = 0;
  }
}

static void put_golomb(Writer *w, guint value) {
  guint length = g_bit_storage(value + 1);
  put(w, 0, length - 1);
  put(w, value + 1, length);
}

GByteArray *farm_skip_slice(const FarmSps *sps, const FarmPps *pps, guint frame_num) {
  if (pps->cabac || pps->weighted || pps->redundant || !sps->frames_only || sps->picture_order != 2)
    return NULL;
  Writer w = {.out = g_byte_array_new()};
  put(&w, 0x41, 8);  /* a slice that others refer to */
  put_golomb(&w, 0); /* first macroblock */
  put_golomb(&w, 5); /* all slices of this picture are P */
  put_golomb(&w, 0); /* pic_parameter_set_id */
  put(&w, frame_num & ((1u << sps->frame_num_bits) - 1), sps->frame_num_bits);
  put(&w, 1, 1); /* one reference, whatever the PPS says */
  put_golomb(&w, 0);
  put(&w, 0, 1);     /* references in their natural order */
  put(&w, 0, 1);     /* sliding window */
  put_golomb(&w, 0); /* slice_qp_delta */
  if (pps->deblocking_in_slices)
    put_golomb(&w, 1);
  put_golomb(&w, sps->macroblocks); /* skip them all */
  put(&w, 1, 1);
  if (w.used)
    put(&w, 0, 8 - w.used);
  return w.out;
}
