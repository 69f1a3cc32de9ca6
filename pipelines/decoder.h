#pragma once
#include <gst/gst.h>

/* One keyframe in, one JPEG out, in the calling thread: elements between a pad of ours that pushes and
 * a pad of ours that takes.  Serves keyframes of any camera and size in turn.
 *
 * Thread: one at a time. */
typedef struct GwDecoder GwDecoder;

typedef struct GwPicture {
  GBytes *jpeg; /* the receiver's */
  int width, height;
} GwPicture;

GwDecoder *gw_decoder_new(const char *codec, int width); /* "h264" or "h265"; NULL: no such decoder here */
void gw_decoder_free(GwDecoder *d);                      /* accepts NULL */

/* FALSE: not decodable, or larger than most_bytes even at low quality; free the decoder then. */
gboolean gw_decoder_jpeg(GwDecoder *d, GstBuffer *keyframe, gsize most_bytes, GwPicture *ret_picture);
