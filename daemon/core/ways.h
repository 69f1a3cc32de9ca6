#pragma once
#include "daemon/core/geo.h"

/* The ways people walk, as a graph: built once from line strings, asked often.
 * Thread: after gw_ways_build() read-only, so any number of threads may ask; building belongs to one.
 * Lines that touch or cross (within half a metre) are joined there, for hand-drawn plans seldom share
 * their points. */
typedef struct GwWays GwWays;

GwWays *gw_ways_new(void);
void gw_ways_free(GwWays *ways); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwWays, gw_ways_free)

#define GW_WAYS_SEGMENTS_MOST 50000

/* Before build; copied.  FALSE: a point that is none, or too many segments; nothing of the line is taken. */
gboolean gw_ways_add_line(GwWays *ways, const GwPoint *points, gsize n);
void gw_ways_build(GwWays *ways);
gsize gw_ways_nodes(const GwWays *ways);

#define GW_WAYS_SNAP_M 60.0

/* Shortest way in metres from one point to each of `n` others, the walk to the nearest way included;
 * ret_m[i] < 0: one of both is more than 60 m from any way, or no way joins them. */
void gw_ways_distances(const GwWays *ways, GwPoint from, const GwPoint *to, gsize n, double *ret_m);
