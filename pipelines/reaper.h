#pragma once
#include <gst/gst.h>

/* Stops pipelines on a few threads of its own: set_state(NULL) takes 100 ms on a silent rtspsrc, and
 * 64 dead cameras must not hold up the control thread.
 *
 * Thread: any. */
typedef struct GwReaper GwReaper;

GwReaper *gw_reaper_new(void);
/* Waits at most `wait_us` for what is still being stopped.  FALSE: some pipelines hang. */
gboolean gw_reaper_free(GwReaper *reaper, gint64 wait_us);

/* Takes the reference.  `done` (may be NULL) runs on a reaper thread when the pipeline stands still. */
void gw_reaper_take(GwReaper *reaper, GstElement *pipeline, GDestroyNotify done, gpointer data);
