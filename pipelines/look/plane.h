#pragma once
#include <glib.h>

/* Planes of 8 bit samples and how they are made small.  Pure. */
#define GW_PLANE_SIDE_MOST 10000 /* of a picture that somebody sends; a camera has less */

typedef struct GwPlane {
  const guint8 *data; /* lent */
  int stride, width, height;
} GwPlane;

/* A picture: luma, and chroma at half its width and height (4:2:0). */
typedef struct GwPlanes {
  GwPlane y, u, v;
  gboolean is_full_range; /* else luma is 16 to 235 */
} GwPlanes;

/* Each sample of the result is the mean of the area that it covers: all of the picture counts, noise does
 * not.  Larger than the source it repeats samples. */
void gw_plane_shrink(const GwPlane *from, guint8 *to, int to_stride, int to_width, int to_height);

/* Samples of 16 to 235 (chroma 16 to 240) become 0 to 255, in place. */
void gw_plane_widen_luma(guint8 *samples, gsize n);
void gw_plane_widen_chroma(guint8 *samples, gsize n);

/* Mean distance of chroma from grey, 0 to 128. */
double gw_plane_colour(const guint8 *u, const guint8 *v, gsize n);
