#include "pipelines/look/meter.h"

#include <string.h>

static void begin_group(GwMeter *m, gsize bytes, GwUsec mono_us) {
  if (m->keyframes > 0) {
    m->gop = m->since_key;
    m->group_bytes = m->since_key_bytes;
    m->key_interval_us = mono_us - m->key_mono_us;
  }
  m->keyframes++;
  m->key_mono_us = mono_us;
  m->key_bytes = (guint)MIN(bytes, G_MAXUINT);
  m->since_key = 0;
  m->since_key_bytes = 0;
}

void gw_meter_frame(GwMeter *m, gsize bytes, gboolean keyframe, GwUsec mono_us, GwUsec at_us) {
  if (keyframe) {
    begin_group(m, bytes, mono_us);
  } else {
    m->delta_frames++;
    m->delta_bytes += bytes;
  }
  m->since_key++;
  m->since_key_bytes += bytes;
  m->frames++;
  m->bytes += bytes;
  if (!m->first_mono_us)
    m->first_mono_us = mono_us;
  m->last_mono_us = mono_us;
  m->last_at_us = at_us;
}

void gw_meter_shape(GwMeter *m, const char *codec, int width, int height) {
  if (m->codec && (g_strcmp0(m->codec, codec) != 0 || m->width != width || m->height != height))
    m->changes++;
  m->codec = codec;
  m->width = width;
  m->height = height;
}

void gw_meter_sample(GwMeter *m, GwUsec mono_us) {
  const guint most = G_N_ELEMENTS(m->samples);
  if (m->n_samples == most) {
    memmove(&m->samples[0], &m->samples[1], (most - 1) * sizeof m->samples[0]);
    m->n_samples--;
  }
  m->samples[m->n_samples].mono_us = mono_us;
  m->samples[m->n_samples].frames = m->frames;
  m->samples[m->n_samples].bytes = m->bytes;
  m->n_samples++;
}

static double seconds_sampled(const GwMeter *m) {
  if (m->n_samples < 2)
    return 0;
  return (double)(m->samples[m->n_samples - 1].mono_us - m->samples[0].mono_us) / GW_SEC;
}

double gw_meter_fps(const GwMeter *m) {
  const double seconds = seconds_sampled(m);
  if (seconds <= 0)
    return 0;
  return (double)(m->samples[m->n_samples - 1].frames - m->samples[0].frames) / seconds;
}

double gw_meter_kbps(const GwMeter *m) {
  const double seconds = seconds_sampled(m);
  if (seconds <= 0)
    return 0;
  return (double)(m->samples[m->n_samples - 1].bytes - m->samples[0].bytes) * 8 / 1000 / seconds;
}
