#pragma once
#include "pipelines/onvif/onvif.h"

/* Which of a camera's observations are worth saying: a state when it changes, a happening once, an object of
 * a class every ten seconds; altogether ten a second at most.
 *
 * Pure; thread: one at a time.  One for each connection: what was so before a reconnect is said anew. */
#define GW_ONVIF_MOST_PER_S 10
#define GW_ONVIF_OBJECT_AGAIN_US (10 * GW_SEC)
#define GW_ONVIF_HAPPENING_AGAIN_US (1 * GW_SEC)
#define GW_ONVIF_FILTER_MOST                                                                                 \
  128 /* things a camera says that are kept apart; then the oldest is forgotten                              \
       */

typedef struct GwOnvifFilter GwOnvifFilter;
GwOnvifFilter *gw_onvif_filter_new(void);
void gw_onvif_filter_free(GwOnvifFilter *filter); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwOnvifFilter, gw_onvif_filter_free)
gboolean gw_onvif_filter_pass(GwOnvifFilter *filter, const GwOnvifObservation *observation, GwUsec mono_us);
