#pragma once
#include "pipelines/picture.h"
#include "pipelines/reaper.h"

/* Looks for a QR code in one picture: appsrc ! jpegdec or pngdec ! videoconvert ! fakesink, and the same
 * reader as for codes before a camera, at several sizes.
 *
 * Thread: the control thread. */
typedef struct GwCode GwCode;
typedef void (*GwCodeDone)(GwCode *code, const char *text,
                           gpointer user); /* once; NULL: none found; free it */

/* `picture` is copied. */
GwCode *gw_code_start(const guint8 *picture, gsize bytes, GwReaper *reaper, GwCodeDone done, gpointer user);
void gw_code_free(GwCode *code); /* accepts NULL; `done` is not called afterwards */
