#pragma once
#include <glib.h>

/* Reading a parameter set bit by bit.  Thread: any; no state. */
typedef struct FarmBits {
  const guint8 *data;
  gsize bits, at;
  gboolean over; /* read past the end: everything since then is 0 */
} FarmBits;

guint farm_bit(FarmBits *b);
guint farm_bits(FarmBits *b, guint n); /* at most 32 */
guint farm_golomb(FarmBits *b);

/* A NAL unit after its header, without the 03 that keeps start codes out of it.  Caller frees. */
GByteArray *farm_raw_payload(const guint8 *nal, gsize bytes, gsize header_bytes);
