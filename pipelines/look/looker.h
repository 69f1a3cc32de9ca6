#pragma once
#include <gst/gst.h>
#include "daemon/base/types.h"
#include "pipelines/scene/scene.h"

/* Looks at keyframes: one drop-oldest place a camera (a newer keyframe takes it), one budget of decoded
 * keyframes a second for the worker, spent first on cameras that are watched by somebody or suspected, then
 * round robin on the one whose last look is oldest; one or two decode threads with a shared decoder per codec
 * and size; then scene, thumbnail, still and QR code.
 *
 * Thread: gw_looker_offer() from the receiving thread, never blocks longer than a short lock; the rest from
 * the control thread.  Callbacks of GwLookerEvents come on a decode thread: post. */
typedef struct GwLooker GwLooker;

typedef struct GwLookerConfig {
  guint looks_per_s; /* 0: decode only for stills that are watched */
  GwUsec look_every_us, suspect_every_us;
  guint threads; /* 1 or 2 */
} GwLookerConfig;

typedef struct GwLookerEvents {
  /* jpeg is lent; `is_thumb`: 320 wide of any look, else 640 wide of a watched camera */
  void (*on_picture)(GwId camera, GwUsec at_us, int width, int height, gboolean is_thumb, GBytes *jpeg,
                     gpointer user);
  void (*on_finding)(GwId camera, GwUsec at_us, const GwSceneFinding *finding, GBytes *before_jpeg,
                     GBytes *now_jpeg, gpointer user);
  void (*on_light)(GwId camera, GwUsec at_us, gboolean is_night, gpointer user);
  void (*on_reference)(GwId camera, GwUsec at_us, gboolean asked, GBytes *jpeg, GBytes *opaque,
                       gpointer user);
  void (*on_code)(GwId camera, GwUsec at_us, const char *text, gpointer user);
} GwLookerEvents;

GwLooker *gw_looker_new(const GwLookerConfig *config, const GwLookerEvents *events, gpointer user);
void gw_looker_free(GwLooker *looker); /* accepts NULL; no event afterwards */

void gw_looker_set_budget(GwLooker *looker, guint looks_per_s); /* another one than it began with */

/* How to look at a camera; the reference may be NULL.  A camera is known from its first offer or set on. */
void gw_looker_set(GwLooker *looker, GwId camera, gboolean codes, const GwSceneZone *zones, guint n_zones,
                   int utc_offset_s, GBytes *reference);
/* Somebody turned the camera: its pictures are shown and read for codes, and judged when it is home again, as after a
 * reconnect. */
void gw_looker_set_away(GwLooker *looker, GwId camera, gboolean away);
void gw_looker_learn(GwLooker *looker, GwId camera);
void gw_looker_watch(GwLooker *looker, const GwId *cameras, gsize n,
                     GwUsec every_us); /* still.watch: the whole list */
void gw_looker_forget(GwLooker *looker, GwId camera);
/* Its stream begins anew: no finding for some seconds, open ones are said again if they still hold. */
void gw_looker_reconnected(GwLooker *looker, GwId camera);

/* A keyframe with its parameter sets, kept by reference when it is wanted.  `codec` is static; the size is
 * its caps': a picture over GW_LOOKER_SIDE_MOST is never decoded. */
#define GW_LOOKER_SIDE_MOST 8192
void gw_looker_offer(GwLooker *looker, GwId camera, const char *codec, int width, int height,
                     GstBuffer *keyframe, GwUsec at_us);

typedef struct GwLookerFigures {
  guint64 looks, dropped; /* dropped: a keyframe was wanted, and a newer one took its place */
  GwUsec longest_wait_us; /* the oldest last look of all cameras that offer keyframes */
} GwLookerFigures;
void gw_looker_figures(GwLooker *looker, GwLookerFigures *ret);
GwUsec gw_looker_last_look_us(GwLooker *looker, GwId camera); /* at_us of its picture; 0: none */
