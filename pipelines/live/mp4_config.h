#pragma once
#include "pipelines/rtsp/depay.h"

/* What a decoder is told before the first picture: avcC and hvcC, and the name of the codec for a browser. */
typedef struct GwMp4Config {
  GByteArray *record; /* the body of avcC or hvcC */
  char *codecs;
} GwMp4Config;

/* FALSE: a set is missing or makes no sense; `ret` is then empty. */
gboolean gw_mp4_config_make(GwCodec codec, const guint8 *sets, gsize bytes, GwMp4Config *ret);
void gw_mp4_config_clear(GwMp4Config *config);

/* Walks NAL units with start codes of four bytes.  FALSE at the end. */
typedef struct GwNal {
  const guint8 *data;
  gsize bytes;
} GwNal;
gboolean gw_nal_next(const guint8 **at, gsize *left, GwNal *ret);
gboolean gw_nal_is_slice_or_sei(GwCodec codec, const GwNal *nal); /* FALSE: parameter sets, delimiters */
