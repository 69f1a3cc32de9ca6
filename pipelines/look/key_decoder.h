#pragma once
#include <gst/gst.h>

#include "pipelines/look/plane.h"

/* One keyframe in, one picture out, in the calling thread: avdec_h264 or avdec_h265 and videoconvert between
 * a pad of ours that pushes and a pad of ours that takes.  Serves keyframes of any camera in turn; those of
 * one size cost least, because another size opens the codec anew.
 *
 * Thread: one at a time. */
typedef struct GwKeyDecoder GwKeyDecoder;

GwKeyDecoder *gw_key_decoder_new(const char *codec); /* "h264" or "h265"; NULL: no such decoder here */
void gw_key_decoder_free(GwKeyDecoder *decoder);     /* accepts NULL */

typedef struct GwKeyPicture {
  GwPlanes planes;        /* lent until gw_key_decoder_release() */
  int aspect_n, aspect_d; /* a sample's shape: 1/1 square */
} GwKeyPicture;

/* FALSE: not decodable, or damaged, or too large; free the decoder then, for what it could not read must not
 * stay inside it. */
gboolean gw_key_decoder_decode(GwKeyDecoder *decoder, GstBuffer *keyframe, GwKeyPicture *ret);
void gw_key_decoder_release(GwKeyDecoder *decoder); /* nothing of a picture is kept for the next */
