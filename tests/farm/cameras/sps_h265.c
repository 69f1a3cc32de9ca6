#include "tests/farm/cameras/bits.h"
#include "tests/farm/cameras/sps.h"

/* Rec. H.265 7.3.2.2, as far as the clips' encoder goes: what it never writes ends the reading, and the rate
 * is then not known. */
static void skip(FarmBits *b, guint n) {
  for (; n > 32; n -= 32)
    farm_bits(b, 32);
  farm_bits(b, n);
}

static void read_profile(FarmBits *b, FarmSps *sps, guint sub_layers) {
  farm_bits(b, 3);
  sps->profile_idc = farm_bits(b, 5);
  skip(b, 80);
  sps->level_idc = farm_bits(b, 8);
  guint more = 0;
  for (guint i = 0; sub_layers && i < 8; i++) {
    guint profile = farm_bit(b), level = farm_bit(b);
    more += i < sub_layers ? profile * 88 + level * 8 : 0;
  }
  skip(b, more);
}

static void read_size(FarmBits *b, FarmSps *sps) {
  if (farm_golomb(b) == 3) /* chroma format */
    farm_bit(b);
  sps->width = farm_golomb(b);
  sps->height = farm_golomb(b);
  if (!farm_bit(b))
    return;
  guint left = farm_golomb(b), right = farm_golomb(b), top = farm_golomb(b), bottom = farm_golomb(b);
  sps->width -= 2 * (left + right);
  sps->height -= 2 * (top + bottom);
}

/* Between the size and the VUI.  FALSE: something stands there that we do not read. */
static gboolean skip_tools(FarmBits *b, guint sub_layers) {
  farm_golomb(b);
  farm_golomb(b);
  guint order_bits = farm_golomb(b) + 4;
  for (guint i = farm_bit(b) ? 0 : sub_layers; i <= sub_layers; i++)
    for (guint n = 0; n < 3; n++)
      farm_golomb(b);
  for (guint n = 0; n < 6; n++)
    farm_golomb(b);
  if (farm_bit(b) && farm_bit(b))
    return FALSE; /* scaling lists */
  skip(b, 2);
  if (farm_bit(b))
    return FALSE; /* PCM */
  guint sets = farm_golomb(b);
  for (guint i = 0; i < sets && !b->over; i++) {
    if (i && farm_bit(b))
      return FALSE; /* one reference picture set told by another */
    for (guint n = farm_golomb(b) + farm_golomb(b); n > 0 && !b->over; n--) {
      farm_golomb(b);
      farm_bit(b);
    }
  }
  for (guint n = farm_bit(b) ? farm_golomb(b) : 0; n > 0 && !b->over; n--)
    skip(b, order_bits + 1);
  skip(b, 2);
  return !b->over;
}

static void read_rate(FarmBits *b, FarmSps *sps) {
  if (!farm_bit(b))
    return;
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
  skip(b, 3);
  for (guint n = farm_bit(b) ? 4 : 0; n > 0; n--)
    farm_golomb(b);
  if (!farm_bit(b))
    return;
  guint units = farm_bits(b, 32), scale = farm_bits(b, 32);
  if (units && !b->over)
    sps->fps = scale / (double)units;
}

gboolean farm_h265_sps_parse(const guint8 *nal, gsize bytes, FarmSps *ret_sps) {
  g_autoptr(GByteArray) raw = farm_raw_payload(nal, bytes, 2);
  FarmBits b = {.data = raw->data, .bits = raw->len * 8};
  FarmSps sps = {.frames_only = TRUE};
  farm_bits(&b, 4);
  guint sub_layers = farm_bits(&b, 3);
  farm_bit(&b);
  read_profile(&b, &sps, sub_layers);
  farm_golomb(&b);
  read_size(&b, &sps);
  if (b.over || sps.width == 0 || sps.height == 0 || sps.width > 8192 || sps.height > 8192)
    return FALSE;
  if (skip_tools(&b, sub_layers))
    read_rate(&b, &sps);
  *ret_sps = sps;
  return TRUE;
}
