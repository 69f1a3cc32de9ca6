#pragma once
#include "daemon/ingest/ingest_private.h"
#include "daemon/store/recorder.h"

/* What was: the recorder of a camera, and how it is asked.  Thread: the owner, by the supervisor's own reading
 * connection. */
typedef struct GwPast {
  GwRecorderRow recorder;
  int channel; /* of the camera at it, from 1 */
} GwPast;
void gw_past_clear(GwPast *past);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwPast, gw_past_clear)

/* FALSE without an error: this camera has no recorder that is registered, or no channel at it. */
gboolean gw_past_of_camera(GwIngest *ingest, GwId camera_id, GwPast *ret, GError **error);
/* The camera of a playback that this person asked for within GW_CLIP_PLAYBACK_US; 0: there is none. */
GwId gw_past_camera_of(GwIngest *ingest, GwId playback_id, GwId user_id);
/* Adds url, user, password and transport, and by_range, to an order for a worker.  to_us 0: no end. */
gboolean gw_past_add(GwIngest *ingest, const GwPast *past, GwUsec from_us, GwUsec to_us, json_t *message,
                     GError **error);
/* How many playbacks of it run: views and clips. */
guint gw_past_playing(GwIngest *ingest, GwId recorder_id);
