#pragma once
#include "daemon/store/db.h"

/* Rows of `place`: versions of the nodes of the place tree.  Strings belong to the row.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwPlaceRow {
  GwId id;
  gint64 rev;
  char *code, *name, *kind;
  GwId parent_id;
  double lat, lon;                   /* NaN: unknown */
  char *outline;                     /* GeoJSON geometry; NULL: none */
  GwUsec valid_from_us, valid_to_us; /* to 0: valid now */
  GwId replaces_id;
} GwPlaceRow;
void gw_place_row_clear(GwPlaceRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwPlaceRow, gw_place_row_clear)

gboolean gw_store_place_get(GwDb *db, GwId id, GwPlaceRow *ret, GError **error);
gboolean gw_store_place_insert(GwDb *db, GwPlaceRow *row, GError **error); /* gives the id */
/* The version ends; its code is free for the next one. */
gboolean gw_store_place_close(GwDb *db, GwId id, gint64 rev, GwUsec at_us, GError **error);
/* What stands in or on this place and belongs to the present goes over to its next version: places below
 * that are valid, cameras, checkpoints, slots.  Alerts and tickets keep the version they were in. */
gboolean gw_store_place_move_contents(GwDb *db, GwId from_id, GwId to_id, GError **error);
/* Ids (GwId) of valid places and of cameras and checkpoints there, for publishing what moved. */
GArray *gw_store_place_children(GwDb *db, GwId id, GError **error);
GArray *gw_store_place_cameras(GwDb *db, GwId id, GError **error);
GArray *gw_store_place_checkpoints(GwDb *db, GwId id, GError **error);
