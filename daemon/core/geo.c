#include "daemon/core/geo.h"

#include <math.h>

#define EARTH_M 6371008.8
#define PLANE_MOST_M 50000.0

static double radians(double degrees) {
  return degrees * (G_PI / 180.0);
}

gboolean gw_geo_is_valid(GwPoint p) {
  return isfinite(p.lat) && isfinite(p.lon) && fabs(p.lat) <= 90 && fabs(p.lon) <= 180;
}

static double great_circle_m(GwPoint a, GwPoint b) {
  double half_lat = sin(radians(b.lat - a.lat) / 2), half_lon = sin(radians(b.lon - a.lon) / 2);
  double h = half_lat * half_lat + cos(radians(a.lat)) * cos(radians(b.lat)) * half_lon * half_lon;
  return 2 * EARTH_M * asin(sqrt(MIN(1.0, h)));
}

double gw_geo_distance_m(GwPoint a, GwPoint b) {
  double north_m = radians(b.lat - a.lat) * EARTH_M;
  double east_m = radians(b.lon - a.lon) * EARTH_M * cos(radians((a.lat + b.lat) / 2));
  double metres = hypot(north_m, east_m);
  return metres < PLANE_MOST_M ? metres : great_circle_m(a, b);
}

gboolean gw_geo_in_polygon(GwPoint p, const GwPoint *ring, gsize n) {
  gboolean inside = FALSE;
  for (gsize i = 0, before = n - 1; i < n; before = i++) {
    GwPoint a = ring[before], b = ring[i];
    if ((a.lat > p.lat) == (b.lat > p.lat))
      continue;
    if (p.lon < a.lon + (p.lat - a.lat) / (b.lat - a.lat) * (b.lon - a.lon))
      inside = !inside;
  }
  return inside;
}

static GwPoint mean_of(const GwPoint *ring, gsize n) {
  GwPoint sum = {0, 0};
  for (gsize i = 0; i < n; i++) {
    sum.lat += ring[i].lat / (double)n;
    sum.lon += ring[i].lon / (double)n;
  }
  return sum;
}

GwPoint gw_geo_centroid(const GwPoint *ring, gsize n) {
  GwPoint zero = n > 0 ? ring[0] : (GwPoint){0, 0}; /* near the ring, so that small areas keep their digits */
  double area2 = 0, lat = 0, lon = 0;
  for (gsize i = 0, before = n - 1; i < n; before = i++) {
    double ax = ring[before].lon - zero.lon, ay = ring[before].lat - zero.lat;
    double bx = ring[i].lon - zero.lon, by = ring[i].lat - zero.lat;
    double cross = ax * by - bx * ay;
    area2 += cross;
    lon += (ax + bx) * cross;
    lat += (ay + by) * cross;
  }
  if (fabs(area2) < 1e-18)
    return mean_of(ring, n);
  return (GwPoint){zero.lat + lat / (3 * area2), zero.lon + lon / (3 * area2)};
}

GwPoint gw_geo_nearest_on_segment(GwPoint p, GwPoint a, GwPoint b, double *ret_share) {
  double shrink = cos(radians(a.lat)); /* a degree east is shorter than one north */
  double dx = (b.lon - a.lon) * shrink, dy = b.lat - a.lat;
  double px = (p.lon - a.lon) * shrink, py = p.lat - a.lat;
  double length2 = dx * dx + dy * dy;
  double share = length2 > 0 ? CLAMP((px * dx + py * dy) / length2, 0.0, 1.0) : 0;
  if (ret_share)
    *ret_share = share;
  return (GwPoint){a.lat + share * (b.lat - a.lat), a.lon + share * (b.lon - a.lon)};
}
