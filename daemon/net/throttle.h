#pragma once
#include "daemon/base/types.h"

/* How often somebody may try to log in: `most` failures a minute for each key (an address, a name), then a
 * wait.  Bounded: the oldest key is forgotten first.  Thread: the owner. */
typedef struct GwThrottle GwThrottle;

GwThrottle *gw_throttle_new(int most_per_minute);
void gw_throttle_free(GwThrottle *throttle); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwThrottle, gw_throttle_free)

/* How long this key has to wait still; 0: it may try. */
GwUsec gw_throttle_wait_us(GwThrottle *throttle, const char *key, GwUsec now_mono_us);
void gw_throttle_failed(GwThrottle *throttle, const char *key, GwUsec now_mono_us);
void gw_throttle_forget(GwThrottle *throttle, const char *key); /* it succeeded */
