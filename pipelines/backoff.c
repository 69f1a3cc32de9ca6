#include "pipelines/backoff.h"

#define FIRST_US GW_SEC

GwUsec gw_backoff_between_us(GwUsec from_us, GwUsec to_us, guint32 random) {
  return from_us + (GwUsec)((to_us - from_us) * (gint64)(random & 0xffff) / 0xffff);
}

GwUsec gw_backoff_next_us(GwBackoff *b, GwUsec most_us, guint32 random) {
  const guint shift = MIN(b->failures, 5);
  const GwUsec base_us = MIN(FIRST_US << shift, most_us);
  b->failures++;
  return gw_backoff_between_us(base_us * 3 / 4, base_us * 5 / 4, random);
}

void gw_backoff_reset(GwBackoff *b) {
  b->failures = 0;
}
