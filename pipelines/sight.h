#pragma once
#include "pipelines/look/looker.h"
#include "pipelines/look/meter_watch.h"
#include "pipelines/look/ring.h"

#include <jansson.h>

/* What all cameras of a worker keep and look at together: the rings and the looker.  What the daemon says of
 * scenes goes in as its own messages; what is seen goes out as messages (daemon/link/README.md).
 *
 * Thread: the control thread; rings and looker are lent to the streams. */
typedef struct GwSight GwSight;

typedef struct GwSightOut {
  /* Take the message; FALSE: it could not be sent. */
  gboolean (*say)(json_t *message_taken, GBytes *bytes, gpointer user);
  void (*show)(json_t *message_taken, GBytes *picture, gpointer user); /* on the media link; may be lost */
  gpointer user;
} GwSightOut;

typedef struct GwSightConfig {
  GwUsec ring_us;
  gsize ring_bytes; /* of all cameras; 0: keep none */
  GwLookerConfig looker;
} GwSightConfig;

GwSight *gw_sight_new(const GwSightConfig *config, const GwSightOut *out);
void gw_sight_free(GwSight *sight); /* accepts NULL; after the main loop, all streams and rings */

/* What a camera's meter found.  A picture may be frozen by its sizes and by its looks: that is one finding,
 * over when both say so. */
void gw_sight_say_meter(GwSight *sight, GwId camera, const GwMeterFinding *finding);
void gw_sight_forget(GwSight *sight, GwId camera);

/* Its shares of what all workers may use are others now. */
void gw_sight_set_shares(GwSight *sight, gsize ring_bytes, guint looks_per_s);

GwRings *gw_sight_rings(GwSight *sight); /* NULL: none are kept */
GwLooker *gw_sight_looker(GwSight *sight);

/* scene.set, scene.learn, still.watch.  FALSE: it makes no sense; *ret_reason is static. */
gboolean gw_sight_message(GwSight *sight, const char *type, json_t *message, const guint8 *data, gsize bytes,
                          const char **ret_reason);
