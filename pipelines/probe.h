#pragma once
#include "pipelines/gate.h"
#include "pipelines/reaper.h"

#include <jansson.h>

/* One look at a camera that somebody is about to add: knock, connect, measure for a moment, say what was
 * found, let go.  At most GW_PROBES_MOST at once.
 *
 * Thread: the control thread. */
#define GW_PROBES_MOST 8

typedef struct GwProbes GwProbes;
typedef void (*GwProbesSay)(json_t *message_new, gpointer user); /* takes the message */

GwProbes *gw_probes_new(GwGate *hosts, GwGate *gate, GwReaper *reaper, GwProbesSay say, gpointer user);
void gw_probes_free(GwProbes *probes); /* accepts NULL */

/* `message` is a camera.probe; always answered, in timeout_ms at the latest. */
void gw_probes_start(GwProbes *probes, json_t *message);
