#pragma once
#include <gst/gst.h>

/* The access units of a clip, as a camera's pipeline would bring them (parameter sets before each keyframe,
 * DELTA_UNIT on what is none).  `codec` "h264" or "h265"; NULL: not readable. */
typedef struct GwClip {
  GPtrArray *units; /* GstBuffer */
  GstCaps *caps;
  int width, height;
} GwClip;

GwClip *gw_clip_load(const char *path, const char *codec, guint units_most);
void gw_clip_free(GwClip *clip);                          /* accepts NULL */
GstBuffer *gw_clip_keyframe(const GwClip *clip, guint n); /* lent; the n-th, over and over again */
