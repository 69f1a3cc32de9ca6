#pragma once
#include <glib.h>

/* Places on the ground: WGS-84 degrees in, metres out.  Pure.  Thread: any. */
typedef struct GwPoint {
  double lat, lon;
} GwPoint;

/* A community is a few kilometres wide: an equirectangular plane round the first point is right to
 * millimetres there; beyond 50 km the great circle is taken. */
double gw_geo_distance_m(GwPoint a, GwPoint b);
/* Even-odd rule; `ring` may or may not repeat its first point.  A point on the edge may fall on either side.
 */
gboolean gw_geo_in_polygon(GwPoint p, const GwPoint *ring, gsize n);
/* Of the area, or of the points when the ring has none. */
GwPoint gw_geo_centroid(const GwPoint *ring, gsize n);
/* The nearest point of the segment a-b to p; *ret_share (may be NULL): 0 at a, 1 at b. */
GwPoint gw_geo_nearest_on_segment(GwPoint p, GwPoint a, GwPoint b, double *ret_share);
gboolean gw_geo_is_valid(GwPoint p); /* finite, and on the globe */
