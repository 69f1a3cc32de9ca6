#include "tests/farm/cameras/bits.h"

guint farm_bit(FarmBits *b) {
  if (b->at >= b->bits) {
    b->over = TRUE;
    return 0;
  }
  guint v = b->data[b->at / 8] >> (7 - b->at % 8) & 1;
  b->at++;
  return v;
}

guint farm_bits(FarmBits *b, guint n) {
  guint v = 0;
  while (n--)
    v = v << 1 | farm_bit(b);
  return v;
}

guint farm_golomb(FarmBits *b) {
  guint zeros = 0;
  while (!b->over && zeros < 31 && !farm_bit(b))
    zeros++;
  return (1u << zeros) - 1 + farm_bits(b, zeros);
}

GByteArray *farm_raw_payload(const guint8 *nal, gsize bytes, gsize header_bytes) {
  GByteArray *out = g_byte_array_sized_new(bytes);
  guint zeros = 0;
  for (gsize i = header_bytes; i < bytes; i++) {
    if (zeros >= 2 && nal[i] == 3) {
      zeros = 0;
      continue;
    }
    zeros = nal[i] ? 0 : zeros + 1;
    g_byte_array_append(out, nal + i, 1);
  }
  return out;
}
