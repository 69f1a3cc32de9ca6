#include "daemon/core/ways.h"

#include <math.h>

#define JOIN_M 0.5
#define METRES_PER_DEGREE 111195.08

/* Metres east and north of the first point ever added. */
typedef struct Spot {
  double x, y;
} Spot;

typedef struct Segment {
  Spot a, b;
} Segment;

typedef struct Cut {
  guint segment;
  double share; /* 0 at a, 1 at b */
} Cut;

typedef struct Node {
  Spot at;
  gint next_in_cell; /* -1: last */
} Node;

typedef struct Edge {
  guint a, b;
  double metres;
} Edge;

typedef struct Arc {
  guint to;
  double metres;
} Arc;

struct GwWays {
  gboolean has_origin;
  GwPoint origin;
  double shrink;     /* cos(latitude) */
  GArray *segments;  /* of Segment; until built */
  GArray *nodes;     /* of Node */
  GArray *edges;     /* of Edge */
  GHashTable *cells; /* cell number -> node index + 1; until built */
  guint *first_arc;  /* n nodes + 1, into arcs */
  Arc *arcs;
};

GwWays *gw_ways_new(void) {
  GwWays *ways = g_new0(GwWays, 1);
  ways->segments = g_array_new(FALSE, FALSE, sizeof(Segment));
  ways->nodes = g_array_new(FALSE, FALSE, sizeof(Node));
  ways->edges = g_array_new(FALSE, FALSE, sizeof(Edge));
  ways->cells = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  return ways;
}

void gw_ways_free(GwWays *ways) {
  if (!ways)
    return;
  g_array_unref(ways->segments);
  g_array_unref(ways->nodes);
  g_array_unref(ways->edges);
  g_hash_table_unref(ways->cells);
  g_free(ways->first_arc);
  g_free(ways->arcs);
  g_free(ways);
}

gsize gw_ways_nodes(const GwWays *ways) {
  return ways->nodes->len;
}

static Spot spot_of(const GwWays *ways, GwPoint p) {
  return (Spot){(p.lon - ways->origin.lon) * METRES_PER_DEGREE * ways->shrink,
                (p.lat - ways->origin.lat) * METRES_PER_DEGREE};
}

static double between(Spot a, Spot b) {
  return hypot(a.x - b.x, a.y - b.y);
}

static Spot along(Spot a, Spot b, double share) {
  return (Spot){a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)};
}

/* Where on a-b p comes nearest, as a share. */
static double nearest_share(Spot p, Spot a, Spot b) {
  double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
  return length2 > 0 ? CLAMP(((p.x - a.x) * dx + (p.y - a.y) * dy) / length2, 0.0, 1.0) : 0;
}

gboolean gw_ways_add_line(GwWays *ways, const GwPoint *points, gsize n) {
  if (n < 2 || n > GW_WAYS_SEGMENTS_MOST - ways->segments->len)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!gw_geo_is_valid(points[i]))
      return FALSE;
  if (!ways->has_origin) {
    ways->has_origin = TRUE;
    ways->origin = points[0];
    ways->shrink = cos(points[0].lat * (G_PI / 180.0));
  }
  for (gsize i = 1; i < n; i++) {
    Segment segment = {spot_of(ways, points[i - 1]), spot_of(ways, points[i])};
    if (between(segment.a, segment.b) > 0)
      g_array_append_val(ways->segments, segment);
  }
  return TRUE;
}

/* ---- building ---- */

static void cut(GArray *cuts, guint segment, double share) {
  Cut c = {segment, share};
  g_array_append_val(cuts, c);
}

static void cut_at_touch(GArray *cuts, guint i, const Segment *segment, Spot end) {
  double share = nearest_share(end, segment->a, segment->b);
  if (between(end, along(segment->a, segment->b, share)) <= JOIN_M)
    cut(cuts, i, share);
}

static void cut_at_crossing(GArray *cuts, guint i, const Segment *s, guint j, const Segment *t) {
  double sx = s->b.x - s->a.x, sy = s->b.y - s->a.y, tx = t->b.x - t->a.x, ty = t->b.y - t->a.y;
  double cross = sx * ty - sy * tx;
  if (fabs(cross) < 1e-9)
    return; /* parallel: they can only touch with their ends */
  double dx = t->a.x - s->a.x, dy = t->a.y - s->a.y;
  double on_s = (dx * ty - dy * tx) / cross, on_t = (dx * sy - dy * sx) / cross;
  if (on_s <= 0 || on_s >= 1 || on_t <= 0 || on_t >= 1)
    return;
  cut(cuts, i, on_s);
  cut(cuts, j, on_t);
}

static gint by_west(gconstpointer left, gconstpointer right) {
  const Segment *s = left, *t = right;
  double a = MIN(s->a.x, s->b.x), b = MIN(t->a.x, t->b.x);
  return (a > b) - (a < b);
}

static gint by_segment_and_share(gconstpointer left, gconstpointer right) {
  const Cut *a = left, *b = right;
  if (a->segment != b->segment)
    return a->segment < b->segment ? -1 : 1;
  return (a->share > b->share) - (a->share < b->share);
}

static gboolean are_apart(const Segment *s, const Segment *t) {
  return MAX(s->a.y, s->b.y) + JOIN_M < MIN(t->a.y, t->b.y) ||
         MAX(t->a.y, t->b.y) + JOIN_M < MIN(s->a.y, s->b.y);
}

/* Sweeps from west to east, so that only segments which overlap in x are compared. */
static GArray *find_cuts(GArray *segments) {
  GArray *cuts = g_array_new(FALSE, FALSE, sizeof(Cut));
  g_array_sort(segments, by_west);
  const Segment *all = (const Segment *)(gpointer)segments->data;
  for (guint i = 0; i < segments->len; i++) {
    cut(cuts, i, 0);
    cut(cuts, i, 1);
    double east = MAX(all[i].a.x, all[i].b.x) + JOIN_M;
    for (guint j = i + 1; j < segments->len && MIN(all[j].a.x, all[j].b.x) <= east; j++) {
      if (are_apart(&all[i], &all[j]))
        continue;
      cut_at_touch(cuts, i, &all[i], all[j].a);
      cut_at_touch(cuts, i, &all[i], all[j].b);
      cut_at_touch(cuts, j, &all[j], all[i].a);
      cut_at_touch(cuts, j, &all[j], all[i].b);
      cut_at_crossing(cuts, i, &all[i], j, &all[j]);
    }
  }
  g_array_sort(cuts, by_segment_and_share);
  return cuts;
}

static gint64 cell_number(gint64 column, gint64 row) {
  return (gint64)(((guint64)column << 32) ^ ((guint64)row & 0xffffffffu));
}

static gint first_in_cell(const GwWays *ways, gint64 column, gint64 row) {
  gint64 cell = cell_number(column, row);
  return GPOINTER_TO_INT(g_hash_table_lookup(ways->cells, &cell)) - 1;
}

static guint add_node(GwWays *ways, Spot at, gint64 column, gint64 row) {
  Node node = {at, first_in_cell(ways, column, row)};
  gint64 *cell = g_new(gint64, 1);
  *cell = cell_number(column, row);
  g_array_append_val(ways->nodes, node);
  g_hash_table_replace(ways->cells, cell, GINT_TO_POINTER((gint)ways->nodes->len));
  return ways->nodes->len - 1;
}

/* The node at this spot: one that is already within JOIN_M, or a new one. */
static guint node_at(GwWays *ways, Spot at) {
  gint64 column = (gint64)floor(at.x / JOIN_M), row = (gint64)floor(at.y / JOIN_M);
  for (gint64 c = column - 1; c <= column + 1; c++)
    for (gint64 r = row - 1; r <= row + 1; r++)
      for (gint i = first_in_cell(ways, c, r); i >= 0; i = g_array_index(ways->nodes, Node, i).next_in_cell)
        if (between(g_array_index(ways->nodes, Node, i).at, at) <= JOIN_M)
          return (guint)i;
  return add_node(ways, at, column, row);
}

static void add_edges(GwWays *ways, const GArray *cuts) {
  const Segment *all = (const Segment *)(gpointer)ways->segments->data;
  guint before = 0;
  for (guint i = 0; i < cuts->len; i++) {
    const Cut *c = &g_array_index(cuts, Cut, i);
    guint here = node_at(ways, along(all[c->segment].a, all[c->segment].b, c->share));
    gboolean goes_on = i > 0 && g_array_index(cuts, Cut, i - 1).segment == c->segment;
    if (goes_on && here != before) {
      Edge edge = {
          before, here,
          between(g_array_index(ways->nodes, Node, before).at, g_array_index(ways->nodes, Node, here).at)};
      g_array_append_val(ways->edges, edge);
    }
    before = here;
  }
}

/* The arcs of node i stand at arcs[first_arc[i]] … arcs[first_arc[i + 1] - 1]. */
static void index_arcs(GwWays *ways) {
  guint nodes = ways->nodes->len, edges = ways->edges->len;
  guint *first = ways->first_arc = g_new0(guint, nodes + 1);
  ways->arcs = g_new(Arc, 2 * edges + 1);
  for (guint i = 0; i < edges; i++) {
    const Edge *edge = &g_array_index(ways->edges, Edge, i);
    first[edge->a + 1]++;
    first[edge->b + 1]++;
  }
  for (guint i = 0; i < nodes; i++)
    first[i + 1] += first[i];
  g_autofree guint *place = g_memdup2(first, (nodes + 1) * sizeof *first);
  for (guint i = 0; i < edges; i++) {
    const Edge *edge = &g_array_index(ways->edges, Edge, i);
    ways->arcs[place[edge->a]++] = (Arc){edge->b, edge->metres};
    ways->arcs[place[edge->b]++] = (Arc){edge->a, edge->metres};
  }
}

void gw_ways_build(GwWays *ways) {
  g_autoptr(GArray) cuts = find_cuts(ways->segments);
  add_edges(ways, cuts);
  index_arcs(ways);
  g_array_set_size(ways->segments, 0);
  g_hash_table_remove_all(ways->cells);
}

/* ---- asking ---- */

/* Where somebody steps onto the ways. */
typedef struct Step {
  gint edge; /* -1: none within GW_WAYS_SNAP_M */
  double share, walk_m;
} Step;

static Step step_onto(const GwWays *ways, GwPoint from) {
  Step best = {.edge = -1, .walk_m = GW_WAYS_SNAP_M};
  if (!ways->has_origin || !gw_geo_is_valid(from))
    return best;
  Spot p = spot_of(ways, from);
  for (guint i = 0; i < ways->edges->len; i++) {
    const Edge *edge = &g_array_index(ways->edges, Edge, i);
    Spot a = g_array_index(ways->nodes, Node, edge->a).at, b = g_array_index(ways->nodes, Node, edge->b).at;
    double share = nearest_share(p, a, b), walk_m = between(p, along(a, b, share));
    if (walk_m <= best.walk_m)
      best = (Step){(gint)i, share, walk_m};
  }
  return best;
}

typedef struct Reached {
  double metres;
  guint node;
} Reached;

/* A binary heap, nearest on top; a node may stand in it several times, only the nearest counts. */
static void heap_push(GArray *heap, double metres, guint node) {
  Reached r = {metres, node};
  g_array_append_val(heap, r);
  Reached *all = (Reached *)(gpointer)heap->data;
  for (guint i = heap->len - 1; i > 0 && all[(i - 1) / 2].metres > all[i].metres; i = (i - 1) / 2) {
    Reached up = all[i];
    all[i] = all[(i - 1) / 2];
    all[(i - 1) / 2] = up;
  }
}

static Reached heap_pop(GArray *heap) {
  Reached *all = (Reached *)(gpointer)heap->data;
  Reached top = all[0], last = all[heap->len - 1];
  g_array_set_size(heap, heap->len - 1);
  guint n = heap->len, i = 0;
  for (guint child = 1; child < n; child = 2 * i + 1) {
    if (child + 1 < n && all[child + 1].metres < all[child].metres)
      child++;
    if (all[child].metres >= last.metres)
      break;
    all[i] = all[child];
    i = child;
  }
  if (n > 0)
    all[i] = last;
  return top;
}

static void reach(GArray *heap, double *dist_m, guint node, double metres) {
  if (metres >= dist_m[node])
    return;
  dist_m[node] = metres;
  heap_push(heap, metres, node);
}

/* Dijkstra from one step to every node.  Caller frees. */
static double *distances_from(const GwWays *ways, Step from) {
  double *dist_m = g_new(double, ways->nodes->len + 1);
  for (guint i = 0; i < ways->nodes->len; i++)
    dist_m[i] = HUGE_VAL;
  g_autoptr(GArray) heap = g_array_new(FALSE, FALSE, sizeof(Reached));
  const Edge *edge = &g_array_index(ways->edges, Edge, from.edge);
  reach(heap, dist_m, edge->a, from.walk_m + from.share * edge->metres);
  reach(heap, dist_m, edge->b, from.walk_m + (1 - from.share) * edge->metres);
  while (heap->len > 0) {
    Reached here = heap_pop(heap);
    if (here.metres > dist_m[here.node])
      continue;
    for (guint i = ways->first_arc[here.node]; i < ways->first_arc[here.node + 1]; i++)
      reach(heap, dist_m, ways->arcs[i].to, here.metres + ways->arcs[i].metres);
  }
  return dist_m;
}

static double distance_to(const GwWays *ways, const double *dist_m, Step from, Step to) {
  const Edge *edge = &g_array_index(ways->edges, Edge, to.edge);
  double metres =
      MIN(dist_m[edge->a] + to.share * edge->metres, dist_m[edge->b] + (1 - to.share) * edge->metres);
  if (from.edge == to.edge)
    metres = MIN(metres, from.walk_m + fabs(from.share - to.share) * edge->metres);
  return isfinite(metres) ? metres + to.walk_m : -1;
}

void gw_ways_distances(const GwWays *ways, GwPoint from, const GwPoint *to, gsize n, double *ret_m) {
  for (gsize i = 0; i < n; i++)
    ret_m[i] = -1;
  Step start = step_onto(ways, from);
  if (start.edge < 0)
    return;
  g_autofree double *dist_m = distances_from(ways, start);
  for (gsize i = 0; i < n; i++) {
    Step end = step_onto(ways, to[i]);
    if (end.edge >= 0)
      ret_m[i] = distance_to(ways, dist_m, start, end);
  }
}
