#pragma once
#include "pipelines/camera.h"
#include "pipelines/look/looker.h"
#include "pipelines/views.h"

#include <jansson.h>

/* What a worker with cameras says, as messages (daemon/link/README.md).  Each is new and the caller's.
 * Thread: any. */
json_t *gw_say_state(GwId id, GwCameraState state, GwCause cause, const char *detail, const char *via);

/* One camera's entry of a `gauges` message. */
json_t *gw_say_gauge(GwId id, const GwCameraGauge *gauge, GwUsec mono_us, GwUsec real_us);

typedef struct GwWorkerFigures {
  gsize ring_bytes, rss_bytes;
  guint threads;
  guint64 cpu_us;
  GwLookerFigures looker;
  GwViewsFigures views;
} GwWorkerFigures;
json_t *gw_say_gauges(json_t *cameras_taken, const GwWorkerFigures *figures);

json_t *gw_say_finding(GwId id, GwUsec at_us, const char *kind, GwId zone_id, gboolean on, double measure,
                       double threshold, gsize before_bytes, gsize now_bytes);
json_t *gw_say_observed(GwId id, const GwOnvifObservation *observed, GwUsec at_us);
json_t *gw_say_light(GwId id, GwUsec at_us, gboolean is_night);
json_t *gw_say_reference(GwId id, GwUsec at_us, gboolean asked, gsize jpeg_bytes);
json_t *gw_say_code(GwId id, GwUsec at_us, const char *text);
json_t *gw_say_picture(GwId id, GwUsec at_us, gboolean is_thumb, int width, int height);
