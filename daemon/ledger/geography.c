#include "daemon/ledger/geography.h"

#include <math.h>
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/ledger/ledger_private.h"
#include "daemon/store/outline.h"

typedef struct Area {
  GwId place_id;
  double size; /* square degrees: only compared */
  GwPoint *ring;
  gsize n;
} Area;

struct GwGeography {
  GArray *areas; /* Area, smallest first */
  GwWays *ways;
};

static void area_clear(gpointer area) {
  g_free(((Area *)area)->ring);
}

/* [[lon, lat], …] of GeoJSON; NULL when it is not that. */
static GwPoint *read_line(json_t *coordinates, gsize *ret_n) {
  gsize n = json_array_size(coordinates);
  g_autofree GwPoint *points = n > 0 ? g_new(GwPoint, n) : NULL;
  for (gsize i = 0; i < n; i++) {
    json_t *pair = json_array_get(coordinates, i);
    points[i] = (GwPoint){.lat = json_number_value(json_array_get(pair, 1)),
                          .lon = json_number_value(json_array_get(pair, 0))};
    if (json_array_size(pair) < 2 || !gw_geo_is_valid(points[i]))
      return NULL;
  }
  *ret_n = n;
  return g_steal_pointer(&points);
}

static double ring_size(const GwPoint *ring, gsize n) {
  double twice = 0;
  for (gsize i = 0; i < n; i++) {
    GwPoint a = ring[i], b = ring[(i + 1) % n];
    twice += a.lon * b.lat - b.lon * a.lat;
  }
  return fabs(twice) / 2;
}

/* The outer ring alone: a hole in a grid belongs to somebody else's outline anyway. */
static void add_polygon(GwGeography *geography, GwId place_id, json_t *rings) {
  Area area = {.place_id = place_id};
  area.ring = read_line(json_array_get(rings, 0), &area.n);
  if (!area.ring)
    return;
  area.size = ring_size(area.ring, area.n);
  g_array_append_val(geography->areas, area);
}

static void add_way(GwGeography *geography, json_t *coordinates) {
  gsize n = 0;
  g_autofree GwPoint *points = read_line(coordinates, &n);
  if (points && n > 1)
    gw_ways_add_line(geography->ways, points, n);
}

static void add_outline(GwId place_id, const char *kind, const char *outline, gpointer user) {
  GwGeography *geography = user;
  json_t *geometry = json_loads(outline, 0, NULL);
  const char *type = json_string_value(json_object_get(geometry, "type"));
  json_t *coordinates = json_object_get(geometry, "coordinates");
  size_t i;
  json_t *part;
  if (g_strcmp0(type, "Polygon") == 0)
    add_polygon(geography, place_id, coordinates);
  else if (g_strcmp0(type, "MultiPolygon") == 0)
    json_array_foreach(coordinates, i, part) add_polygon(geography, place_id, part);
  else if (strcmp(kind, "way") == 0 && g_strcmp0(type, "LineString") == 0)
    add_way(geography, coordinates);
  else if (strcmp(kind, "way") == 0 && g_strcmp0(type, "MultiLineString") == 0)
    json_array_foreach(coordinates, i, part) add_way(geography, part);
  json_decref(geometry);
}

static int by_size(gconstpointer a, gconstpointer b) {
  double one = ((const Area *)a)->size, other = ((const Area *)b)->size;
  return (one > other) - (one < other);
}

GwGeography *gw_geography_load(GwDb *db, GError **error) {
  g_autoptr(GwGeography) geography = g_new0(GwGeography, 1);
  geography->areas = g_array_new(FALSE, FALSE, sizeof(Area));
  g_array_set_clear_func(geography->areas, area_clear);
  geography->ways = gw_ways_new();
  if (!gw_store_outlines(db, add_outline, geography, error))
    return NULL;
  g_array_sort(geography->areas, by_size);
  gw_ways_build(geography->ways);
  return g_steal_pointer(&geography);
}

void gw_geography_free(GwGeography *geography) {
  if (!geography)
    return;
  g_array_unref(geography->areas);
  gw_ways_free(geography->ways);
  g_free(geography);
}

GwId gw_geography_place_at(const GwGeography *geography, GwPoint at) {
  for (guint i = 0; gw_geo_is_valid(at) && i < geography->areas->len; i++) {
    const Area *area = &g_array_index(geography->areas, Area, i);
    if (gw_geo_in_polygon(at, area->ring, area->n))
      return area->place_id;
  }
  return 0;
}

const GwWays *gw_geography_ways(const GwGeography *geography) {
  return geography->ways;
}

const GwGeography *gw_tx_geography(GwTx *tx, GError **error) {
  GwLedger *ledger = tx->ledger;
  if (!ledger->geography)
    ledger->geography = gw_geography_load(tx->db, error);
  return ledger->geography;
}

void gw_geography_forget(GwLedger *ledger) {
  g_clear_pointer(&ledger->geography, gw_geography_free);
}
