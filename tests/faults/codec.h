#pragma once
#include "tests/farm/scene/paint.h"
#include "pipelines/scene/scene.h"

/* Pictures through a real encoder as keyframes, and through a real decoder down to what the scene sees.
 * Thread: one a codec. */
typedef struct Codec Codec;

typedef struct CodecMode {
  gboolean h265, constant_bitrate;
  guint quantizer; /* VBR */
  guint key_bytes; /* CBR: aimed at for a keyframe */
} CodecMode;

Codec *codec_new(guint width, guint height, const CodecMode *mode); /* NULL: an element is missing */
void codec_free(Codec *codec);
/* `luma` has room for a thumbnail.  FALSE: no picture came out. */
gboolean codec_through(Codec *codec, const Canvas *picture, guint8 *luma, double *ret_colour);
