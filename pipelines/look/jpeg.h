#pragma once
#include "pipelines/look/plane.h"

/* A JPEG of a small picture in full range, 4:2:0; grey when u and v are NULL.  Width and height are even.
 * NULL when it would be larger than most_bytes even at a low quality.  Thread: any. */
GBytes *gw_jpeg_new(const guint8 *y, const guint8 *u, const guint8 *v, int width, int height,
                    gsize most_bytes);
