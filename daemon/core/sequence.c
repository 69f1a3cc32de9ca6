#include "daemon/core/sequence.h"

#include "daemon/base/types.h"

#define WINDOW 64

GwSequenceVerdict gw_sequence_accept(GwSequence *window, gint64 epoch, gint64 number) {
  if (epoch != window->epoch)
    return GW_SEQUENCE_WRONG_EPOCH;
  if (number <= 0 || number >= GW_ID_MAX)
    return GW_SEQUENCE_BAD;
  if (number > window->last) {
    gint64 ahead = number - window->last;
    window->seen = ahead >= WINDOW ? 1 : (window->seen << ahead) | 1;
    window->last = number;
    return GW_SEQUENCE_TAKEN;
  }
  gint64 behind = window->last - number;
  if (behind >= WINDOW)
    return GW_SEQUENCE_TOO_OLD;
  guint64 bit = (guint64)1 << behind;
  if (window->seen & bit)
    return GW_SEQUENCE_REPLAYED;
  window->seen |= bit;
  return GW_SEQUENCE_TAKEN;
}

const char *gw_sequence_verdict_to_string(GwSequenceVerdict verdict) {
  static const char *const names[] = {"taken", "replayed", "too_old", "wrong_epoch", "bad"};
  return (guint)verdict < G_N_ELEMENTS(names) ? names[verdict] : "?";
}
