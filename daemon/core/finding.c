#include "daemon/core/finding.h"

#include <math.h>

#include "daemon/core/names.h"

#define AREA_LEAST 0.0004 /* of the picture: 2 % by 2 % */

static const struct {
  const char *category;
  gboolean blinds, learned;
} kinds[] = {
#define X(name, text, blinds, learned) {"camera_" text, blinds, learned},
    GW_FINDING_KINDS(X)
#undef X
};

static const char *const kind_names[] = {
#define X(name, text, blinds, learned) text,
    GW_FINDING_KINDS(X)
#undef X
};

GW_NAMES_DEFINE(GwFindingKind, gw_finding_kind, kind_names)

gboolean gw_finding_blinds(GwFindingKind kind) {
  return kinds[kind].blinds;
}

gboolean gw_finding_is_learned(GwFindingKind kind) {
  return kinds[kind].learned;
}

const char *gw_finding_category(GwFindingKind kind) {
  return kinds[kind].category;
}

gboolean gw_finding_is_chatter(guint began_within_the_hour) {
  return began_within_the_hour >= GW_FINDING_AN_HOUR_MOST;
}

int gw_finding_priority(int rule_priority, GwFindingKind kind, gboolean has_place, guint others_seeing) {
  const gboolean leaves_blind = has_place && others_seeing == 0 && gw_finding_blinds(kind);
  return leaves_blind ? MIN(rule_priority, 3) : rule_priority;
}

/* ---- polygons ---- */

typedef struct Corner {
  double x, y;
} Corner;

static Corner corner(const double *xy, gsize i) {
  return (Corner){xy[2 * i], xy[2 * i + 1]};
}

/* Above 0: c lies to one side of a-b; below: to the other; 0: on it. */
static double side(Corner a, Corner b, Corner c) {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

static gboolean crosses(Corner a, Corner b, Corner c, Corner d) {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

static double area(const double *xy, gsize n) {
  double twice = 0;
  for (gsize i = 0; i < n; i++) {
    const Corner a = corner(xy, i), b = corner(xy, (i + 1) % n);
    twice += a.x * b.y - b.x * a.y;
  }
  return fabs(twice) / 2;
}

static gboolean is_simple(const double *xy, gsize n) {
  for (gsize i = 0; i < n; i++)
    for (gsize j = i + 1; j < n; j++)
      if (crosses(corner(xy, i), corner(xy, (i + 1) % n), corner(xy, j), corner(xy, (j + 1) % n)))
        return FALSE;
  return TRUE;
}

gboolean gw_zone_polygon_is_valid(const double *xy, gsize n_points) {
  for (gsize i = 0; i < 2 * n_points; i++)
    if (!(xy[i] >= 0 && xy[i] <= 1))
      return FALSE;
  return n_points >= 3 && area(xy, n_points) >= AREA_LEAST && is_simple(xy, n_points);
}
