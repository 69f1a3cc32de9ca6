#pragma once
#include "pipelines/side_stream.h"

#include <jansson.h>

/* Evidence in the making: clips that are cut from rings and what comes after, or recorded from a recorder's
 * playback, until the daemon has fetched them.  clip.cut, clip.record, clip.read and clip.drop come in;
 * clip.ready, clip.failed, clip.progress and clip.part go out on the control link (daemon/link/README.md).
 *
 * Thread: the control thread. */
#define GW_CLIPS_MOST 32
#define GW_CLIP_MOST_BYTES (64 * 1024 * 1024)
#define GW_CLIPS_MOST_BYTES (128 * 1024 * 1024) /* of all together */
#define GW_CLIP_MOST_US (10 * GW_MIN)

typedef struct GwClips GwClips;

typedef struct GwClipsOut {
  gboolean (*say)(json_t *message_taken, GBytes *bytes, gpointer user); /* `bytes` may be NULL */
  /* The outlet of a watched camera, lent; NULL: no such camera. */
  GwOutlet *(*outlet_of)(GwId camera, gpointer user);
  gboolean (*is_live)(GwId camera, gpointer user);
  gpointer user;
} GwClipsOut;

/* `woken` as for views; gw_clips_drain() is then due. */
GwClips *gw_clips_new(const GwSideRoom *room, const GwClipsOut *out, GwOutletWoken woken,
                      gpointer woken_user);
void gw_clips_free(GwClips *clips); /* accepts NULL */

/* FALSE: it is none of these.  *ret_reason (static) is set when it makes no sense. */
gboolean gw_clips_message(GwClips *clips, const char *type, json_t *message, const char **ret_reason);
void gw_clips_camera_gone(GwClips *clips, GwId camera); /* its clips end with what there is */

void gw_clips_drain(GwClips *clips);
void gw_clips_tick(GwClips *clips, GwUsec now_mono_us); /* several times a second */
gsize gw_clips_bytes(GwClips *clips);                   /* that all hold now */
