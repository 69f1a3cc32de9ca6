#pragma once
#include <glib.h>

/* What a picture is, by its first bytes, before any decoder sees it.  Pure; made to be fuzzed. */
typedef enum GwPictureKind { GW_PICTURE_NONE, GW_PICTURE_JPEG, GW_PICTURE_PNG } GwPictureKind;

#define GW_PICTURE_SIDE_MOST 10000
#define GW_PICTURE_PIXELS_MOST (50u * 1000 * 1000) /* a small file can claim a very large picture */

/* GW_PICTURE_NONE also for sizes that nobody's phone takes. */
GwPictureKind gw_picture_kind(const guint8 *data, gsize bytes, int *ret_width, int *ret_height);
