#include "pipelines/loss.h"

#define WINDOW_US (30 * GW_SEC)

guint gw_loss_ppm(GwLoss *l, guint64 packets, guint64 lost, GwUsec mono_us) {
  if (!l->since_mono_us || packets < l->now.packets || lost < l->now.lost) {
    *l = (GwLoss){.since_mono_us = mono_us}; /* the first, or another connection */
  } else if (mono_us - l->since_mono_us >= WINDOW_US) {
    l->before = l->now;
    l->now.packets = packets;
    l->now.lost = lost;
    l->since_mono_us = mono_us;
  }
  const guint64 came = packets - l->before.packets, gone = lost - l->before.lost;
  return came + gone > 0 ? (guint)(gone * 1000000 / (came + gone)) : 0;
}
