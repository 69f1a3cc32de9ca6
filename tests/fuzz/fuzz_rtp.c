/* Payloads of a camera: the first byte says H.264 or H.265, then packets of u16 length, one byte of flags (1
 * marker, 2 loss before it, 4 a new time stamp, 8 a parameter set of the SDP) and the payload. */
#include "pipelines/rtsp/depay.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MARK = 1, GAP = 2, NEW_TIME = 4, SET = 8 };

static void on_unit(GwUnit *unit, gpointer user) {
  g_assert(unit->bytes > 5 && unit->bytes <= GW_DEPAY_MOST_BYTES && memcmp(unit->data, "\0\0\0\1", 4) == 0);
  g_assert(!(unit->flags & GW_UNIT_KEY) || !(unit->flags & GW_UNIT_BROKEN));
  g_assert(unit->flags & GW_UNIT_KEY || !(unit->flags & GW_UNIT_NEW_SETS));
  g_assert(unit->skipped_bytes < unit->bytes);
  if (unit->flags & GW_UNIT_KEY) {
    gsize sets_bytes = 0;
    (void)gw_depay_sets(user ? *(GwDepay **)user : NULL, &sets_bytes);
    g_assert(sets_bytes > 0);
  }
  volatile guint8 last = unit->data[unit->bytes - 1]; /* the whole length is ours to read */
  (void)last;
  g_free(unit->data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  GwDepay *depay = NULL;
  depay = gw_depay_new(data[0] & 1 ? GW_CODEC_H265 : GW_CODEC_H264, on_unit, &depay);
  guint32 time = 0;
  for (size_t at = 1; at + 3 <= size;) {
    size_t n = (size_t)data[at] << 8 | data[at + 1];
    guint flags = data[at + 2];
    at += 3;
    n = MIN(n, size - at);
    g_autofree guint8 *exact = g_memdup2(data + at, n); /* so that one byte too far is seen */
    time += flags & NEW_TIME ? 6000 : 0;
    if (flags & SET)
      gw_depay_add_set(depay, exact, n);
    else
      gw_depay_packet(depay, exact, n, time, flags & MARK, flags & GAP);
    gsize sets_bytes = 0;
    (void)gw_depay_sets(depay, &sets_bytes);
    g_assert(sets_bytes <= GW_DEPAY_MOST_SETS_BYTES);
    at += n;
  }
  gw_depay_free(depay);
  return 0;
}
