#pragma once
#include "pipelines/camera.h"
#include "pipelines/sight.h"

#include <jansson.h>

/* All cameras of this worker: what the daemon says about them comes in as its own messages, what they
 * do goes out as messages (daemon/link/README.md).
 *
 * Thread: the control thread. */
typedef struct GwCameras GwCameras;
typedef void (*GwCamerasSay)(json_t *message_new, gpointer user); /* takes the message */

/* `sight` is lent. */
GwCameras *gw_cameras_new(GwGate *hosts, GwGate *gate, GwReaper *reaper, GwSight *sight, GwUsec stall_us,
                          GwCamerasSay say, gpointer user);
void gw_cameras_free(GwCameras *cameras); /* accepts NULL */

/* FALSE: fields are missing or wrong, or there are too many cameras; nothing changed.  *ret_reason is static.
 */
gboolean gw_cameras_set(GwCameras *cameras, json_t *message, const char **ret_reason);
void gw_cameras_remove(GwCameras *cameras, GwId id);
guint gw_cameras_count(GwCameras *cameras);
