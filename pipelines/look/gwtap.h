#pragma once
#include <gst/gst.h>

#include "pipelines/look/looker.h"
#include "pipelines/look/outlet.h"

/* gwtap: the end of a camera's pipeline.  Keeps access units in a ring and shows keyframes to the looker.
 * It is a sink without preroll, clock or queue: its chain function takes two short locks and returns.
 *
 * Alone (gst-launch-1.0) it keeps a ring of its own, by the properties ring-seconds and ring-bytes. */
#define GW_TYPE_TAP (gw_tap_get_type())
G_DECLARE_FINAL_TYPE(GwTap, gw_tap, GW, TAP, GstElement)

/* Before PLAYING.  `ring` and `looker` are lent until gw_tap_detach() and may be NULL. */
void gw_tap_attach(GstElement *tap, GwRing *ring, GwLooker *looker, GwId camera);
/* Besides: units go to `outlet`, and by it into its ring, instead of `ring`.  The tap takes a reference. */
void gw_tap_set_outlet(GstElement *tap, GwOutlet *outlet);

/* Thread: any.  When it returns, ring and looker are touched no more, though buffers may still come: call it
 * before the pipeline goes to the reaper. */
void gw_tap_detach(GstElement *tap);
