#pragma once
#include <jansson.h>
#include "daemon/ingest/stills.h"

/* What only the supervisor does with stills. */
/* on_change (may be NULL): the list of gw_stills_take_watch() may be another now. */
GwStills *gw_stills_new(void (*on_change)(gpointer user), gpointer user);
void gw_stills_free(GwStills *stills); /* accepts NULL */

/* Takes a picture in (jpeg is referenced) and tells the subscribers. */
void gw_stills_put(GwStills *stills, GwId camera_id, GwUsec at_us, int width, int height, GBytes *jpeg);
void gw_stills_forget(GwStills *stills, GwId camera_id); /* the camera is gone */
/* Once a second: lists that ended, pictures nobody wants. */
void gw_stills_tick(GwStills *stills, GwUsec now_mono_us);
/* The cameras somebody looks at, as the array of still.watch, when it changed since the last call, else NULL.
 */
json_t *gw_stills_take_watch(GwStills *stills);
void gw_stills_watch_anew(GwStills *stills); /* the worker is new: it must be told again */
