#pragma once
#include "pipelines/camera.h"
#include "pipelines/say.h"
#include "pipelines/sight.h"

#include <jansson.h>

/* All cameras of this worker: what the daemon says about them comes in as its own messages, what they
 * do goes out as messages (daemon/link/README.md).
 *
 * Thread: the control thread. */
typedef struct GwCameras GwCameras;

typedef struct GwCamerasOut {
  void (*say)(json_t *message_taken, gpointer user);
  gpointer user;
  GwOutletWoken woken;                                          /* units wait at an outlet of a camera */
  void (*add_figures)(GwWorkerFigures *figures, gpointer user); /* what others than cameras count */
  gpointer live;                                                /* the user of both */
} GwCamerasOut;

/* `sight` is lent. */
GwCameras *gw_cameras_new(GwGate *hosts, GwGate *gate, GwReaper *reaper, GwSight *sight, GwUsec stall_us,
                          const GwCamerasOut *out);
void gw_cameras_free(GwCameras *cameras); /* accepts NULL */

/* FALSE: fields are missing or wrong, or there are too many cameras; nothing changed.  *ret_reason is static.
 */
gboolean gw_cameras_set(GwCameras *cameras, json_t *message, const char **ret_reason);
void gw_cameras_remove(GwCameras *cameras, GwId id);
GwOutlet *gw_cameras_outlet(GwCameras *cameras, GwId id); /* lent until it is removed; NULL: no such camera */
gboolean gw_cameras_is_live(GwCameras *cameras, GwId id);
guint gw_cameras_count(GwCameras *cameras);
