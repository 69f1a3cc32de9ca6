#pragma once
#include "daemon/store/db.h"

/* Rows of `route` and `route_point`, and `checkpoint` as a route needs it.  Strings belong to the row.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwRouteRow {
  GwId id;
  gint64 rev;
  char *code, *name;
  GwId unit_id;
  gboolean volunteer, ordered;
  char *plan; /* JSON, see schema/001 */
  gboolean enabled;
} GwRouteRow;
void gw_route_row_clear(GwRouteRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwRouteRow, gw_route_row_clear)

/* A point of a route with its checkpoint as it is now: what a round freezes. */
typedef struct GwRoutePointRow {
  int idx;
  GwId checkpoint_id;
  gint64 offset_s, early_s, late_s;
  char *name, *tag;
  double lat, lon, radius_m;
} GwRoutePointRow;

gboolean gw_store_route_get(GwDb *db, GwId id, GwRouteRow *ret, GError **error);
gboolean gw_store_route_update(GwDb *db, const GwRouteRow *row,
                               GError **error);               /* rev, name, unit, plan, enabled */
GArray *gw_store_route_ids_enabled(GwDb *db, GError **error); /* GwId; the caller frees */
/* GwRoutePointRow in order; unreffing the array frees the strings. */
GArray *gw_store_route_points(GwDb *db, GwId route_id, GError **error);

/* The checkpoint that carries this tag; 0: none. */
GwId gw_store_checkpoint_by_tag(GwDb *db, const char *tag);
typedef struct GwCheckpointRow {
  GwId id, place_id;
  double lat, lon, radius_m;
} GwCheckpointRow;
gboolean gw_store_checkpoint_get(GwDb *db, GwId id, GwCheckpointRow *ret, GError **error);
