#include "tests/farm/cameras/bits.h"
#include "tests/farm/cameras/sps.h"

static gboolean is_high(guint profile_idc) {
  return profile_idc == 100 || profile_idc == 110 || profile_idc == 122 || profile_idc == 244;
}

static gboolean read_high(FarmBits *b) {
  guint chroma = farm_golomb(b);
  if (chroma == 3)
    farm_bit(b);
  farm_golomb(b);
  farm_golomb(b);
  farm_bit(b);
  return !farm_bit(b); /* scaling matrices: no clip of ours has them */
}

static void read_order(FarmBits *b, FarmSps *sps) {
  sps->picture_order = farm_golomb(b);
  if (sps->picture_order == 0)
    farm_golomb(b);
  if (sps->picture_order != 1)
    return;
  farm_bit(b);
  farm_golomb(b);
  farm_golomb(b);
  for (guint n = farm_golomb(b); n > 0 && !b->over; n--)
    farm_golomb(b);
}

static void read_size(FarmBits *b, FarmSps *sps) {
  guint wide = farm_golomb(b) + 1, high = farm_golomb(b) + 1;
  sps->frames_only = farm_bit(b);
  if (!sps->frames_only) {
    high *= 2;
    farm_bit(b);
  }
  sps->macroblocks = wide * high;
  sps->width = wide * 16;
  sps->height = high * 16;
  farm_bit(b); /* direct_8x8_inference */
  if (!farm_bit(b))
    return;
  guint left = farm_golomb(b), right = farm_golomb(b), top = farm_golomb(b), bottom = farm_golomb(b);
  sps->width -= 2 * (left + right);
  sps->height -= 2 * (top + bottom) * (sps->frames_only ? 1 : 2);
}

static void read_rate(FarmBits *b, FarmSps *sps) {
  if (!farm_bit(b))
    return; /* no VUI: the rate stays unknown */
  if (farm_bit(b) && farm_bits(b, 8) == 255)
    farm_bits(b, 32);
  if (farm_bit(b))
    farm_bit(b);
  if (farm_bit(b)) {
    farm_bits(b, 4);
    if (farm_bit(b))
      farm_bits(b, 24);
  }
  if (farm_bit(b)) {
    farm_golomb(b);
    farm_golomb(b);
  }
  if (!farm_bit(b))
    return;
  guint units = farm_bits(b, 32), scale = farm_bits(b, 32);
  if (units && !b->over)
    sps->fps = scale / (2.0 * units);
}

gboolean farm_sps_parse(const guint8 *nal, gsize bytes, FarmSps *ret_sps) {
  g_autoptr(GByteArray) raw = farm_raw_payload(nal, bytes, 1);
  FarmBits b = {.data = raw->data, .bits = raw->len * 8};
  FarmSps sps = {.profile_idc = farm_bits(&b, 8)};
  farm_bits(&b, 8);
  sps.level_idc = farm_bits(&b, 8);
  farm_golomb(&b);
  if (is_high(sps.profile_idc) && !read_high(&b))
    return FALSE;
  sps.frame_num_bits = farm_golomb(&b) + 4;
  read_order(&b, &sps);
  farm_golomb(&b);
  farm_bit(&b);
  read_size(&b, &sps);
  if (b.over || sps.width > 8192 || sps.height > 8192)
    return FALSE;
  read_rate(&b, &sps);
  *ret_sps = sps;
  return TRUE;
}

gboolean farm_pps_parse(const guint8 *nal, gsize bytes, FarmPps *ret_pps) {
  g_autoptr(GByteArray) raw = farm_raw_payload(nal, bytes, 1);
  FarmBits b = {.data = raw->data, .bits = raw->len * 8};
  FarmPps pps = {0};
  farm_golomb(&b);
  farm_golomb(&b);
  pps.cabac = farm_bit(&b);
  pps.bottom_order = farm_bit(&b);
  if (farm_golomb(&b) != 0)
    return FALSE; /* slice groups */
  farm_golomb(&b);
  farm_golomb(&b);
  pps.weighted = farm_bit(&b);
  farm_bits(&b, 2);
  farm_golomb(&b);
  farm_golomb(&b);
  farm_golomb(&b);
  pps.deblocking_in_slices = farm_bit(&b);
  farm_bit(&b);
  pps.redundant = farm_bit(&b);
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
