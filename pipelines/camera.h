#pragma once
#include "daemon/base/types.h"
#include "pipelines/cause.h"
#include "pipelines/gate.h"
#include "pipelines/look/meter_watch.h"
#include "pipelines/stream.h"

/* One camera that is watched for good: wait for its host's turn, knock, wait for the turn of all, connect,
 * look at the frames, and after a loss the same again.
 *
 *   WAITING -> KNOCKING -> QUEUED -> OPENING -> FLOWING
 *      ^----------'----------'----------'----------'      (every failure: back to WAITING)
 *
 * What it is called outside is its state; a lost camera stays `lost` while it is tried again, so that
 * nobody sees it flap.  Thread: the control thread.  Time comes with gw_camera_tick(). */
typedef enum GwCameraState {
  GW_CAMERA_CONNECTING,
  GW_CAMERA_LIVE,
  GW_CAMERA_STALLED,
  GW_CAMERA_LOST,
  GW_CAMERA_REFUSED,
  GW_CAMERA_UNSUPPORTED,
  GW_CAMERA_N_STATES
} GwCameraState;

const char *gw_camera_state_to_string(GwCameraState state); /* static; the wire spelling */

typedef struct GwCamera GwCamera;

/* What all cameras of a worker share; lent for the life of each camera. */
typedef struct GwCameraRoom {
  GwGate *hosts; /* so many connections to one host, knocks included */
  GwGate *gate;  /* so many handshakes in all */
  GwReaper *reaper;
  GwRings *rings;   /* NULL: keep nothing */
  GwLooker *looker; /* may be NULL */
  GwUsec stall_us;  /* this long without a frame is a stall */
  /* the state became another, or its cause did; detail may be NULL, and via is before the first picture */
  void (*on_state)(GwId id, GwCameraState state, GwCause cause, const char *detail, const char *via,
                   gpointer user);
  /* its meter says that something is wrong, or is not any more */
  void (*on_meter)(GwId id, const GwMeterFinding *finding, gpointer user);
  void (*on_observed)(GwId id, const GwOnvifObservation *observed, GwUsec at_us, gpointer user);
  gpointer user;
} GwCameraRoom;

typedef struct GwCameraConfig {
  const char *url, *user, *password; /* user and password may be NULL */
  gboolean udp, metadata;
} GwCameraConfig;

typedef struct GwCameraGauge {
  GwMeter meter; /* of this connection */
  GwRtspStats stats;
  guint lost_ppm; /* of the last half to whole minute */
  guint64 frames; /* of all connections */
  guint reconnects;
  const char *rate;  /* static: "vbr", "cbr", "" */
  int activity;      /* 0 to 100; -1: no telling */
  GwUsec look_at_us; /* its last look, wall clock; 0: none */
} GwCameraGauge;

/* `outlet` is lent and outlives it: a camera that takes this one's place goes on with the same. */
GwCamera *gw_camera_new(const GwCameraRoom *room, GwId id, const GwCameraConfig *config, GwOutlet *outlet);
/* Another one takes its place under the same id: says that what its meter found is over.  Free it then. */
void gw_camera_end_findings(GwCamera *camera);
void gw_camera_free(GwCamera *camera); /* accepts NULL; stops its stream on the reaper */

/* Several times a second. */
void gw_camera_tick(GwCamera *camera, GwUsec now_mono_us);

/* Once a second.  FALSE: not live or stalled, nothing to show. */
gboolean gw_camera_gauge(GwCamera *camera, GwUsec now_mono_us, GwCameraGauge *ret_gauge);

GwCameraState gw_camera_state(const GwCamera *camera);
/* The very same target: setting it again is no news. */
gboolean gw_camera_has_config(const GwCamera *camera, const GwCameraConfig *config);
