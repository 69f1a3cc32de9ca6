#pragma once
#include "daemon/base/types.h"

/* What arrives on one stream, counted.  Pure: the caller locks and brings the time.
 *
 * Rates are means over the last seconds, so that one late second does not make the figure jump. */
#define GW_METER_SECONDS 5

typedef struct GwMeter {
  guint64 frames, bytes, keyframes;
  guint64 delta_frames, delta_bytes;  /* the pictures between keyframes */
  guint64 group_bytes;                /* of the last whole group (keyframe to keyframe); 0: none yet */
  guint64 since_key_bytes;            /* of the group that is not over */
  guint since_key;                    /* frames since the last keyframe, that one included */
  guint gop;                          /* frames between the last two keyframes; 0: not two yet */
  GwUsec key_mono_us;                 /* the last keyframe's arrival; 0: none yet */
  GwUsec key_interval_us;             /* time between the last two keyframes; 0: not two yet */
  guint key_bytes;                    /* size of the last keyframe */
  GwUsec first_mono_us, last_mono_us; /* 0: none yet */
  GwUsec last_at_us;
  int width, height;
  const char *codec; /* static: "h264", "h265"; NULL: none yet */
  guint changes;     /* how often size or codec became another */
  /* sampled by gw_meter_sample() */
  struct {
    GwUsec mono_us;
    guint64 frames, bytes;
  } samples[GW_METER_SECONDS + 1];
  guint n_samples;
} GwMeter;

void gw_meter_frame(GwMeter *m, gsize bytes, gboolean keyframe, GwUsec mono_us, GwUsec at_us);
/* The stream's shape; `codec` is static. */
void gw_meter_shape(GwMeter *m, const char *codec, int width, int height);
void gw_meter_sample(GwMeter *m, GwUsec mono_us); /* about once a second */
double gw_meter_fps(const GwMeter *m);
double gw_meter_kbps(const GwMeter *m);
