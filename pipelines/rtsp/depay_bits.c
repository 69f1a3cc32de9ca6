#include "pipelines/rtsp/depay_codec.h"

GwNalBits gw_nal_bits(const guint8 *data, gsize bytes) {
  return (GwNalBits){.data = data, .bytes = bytes};
}

static void next_byte(GwNalBits *bits) {
  bits->zeros = bits->data[bits->at_byte] == 0 ? bits->zeros + 1 : 0;
  bits->at_byte++;
  bits->at_bit = 0;
  if (bits->zeros >= 2 && bits->at_byte < bits->bytes && bits->data[bits->at_byte] == 3) {
    bits->at_byte++;
    bits->zeros = 0;
  }
}

static guint read_bit(GwNalBits *bits) {
  if (bits->at_byte >= bits->bytes) {
    bits->is_over = TRUE;
    return 0;
  }
  guint bit = bits->data[bits->at_byte] >> (7 - bits->at_bit) & 1;
  if (++bits->at_bit == 8)
    next_byte(bits);
  return bit;
}

guint gw_nal_bits_read(GwNalBits *bits, guint n) {
  guint value = 0;
  while (n-- > 0)
    value = value << 1 | read_bit(bits);
  return value;
}

guint gw_nal_bits_ue(GwNalBits *bits) {
  guint zeros = 0;
  while (read_bit(bits) == 0)
    if (bits->is_over || ++zeros > 31)
      return G_MAXUINT;
  guint rest = gw_nal_bits_read(bits, zeros);
  return bits->is_over ? G_MAXUINT : (guint)((1ull << zeros) - 1 + rest);
}
