#pragma once
#include "daemon/store/db.h"

/* Rows of `zone` and `reference`.  Strings belong to the row.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwZoneRow {
  GwId id;
  gint64 rev;
  GwId camera_id;
  char *name, *category;
  char *points; /* JSON: [[x, y], …] */
  int from_min, to_min, dwell_s;
  gboolean enabled;
  GwUsec removed_at_us; /* 0: it is there */
} GwZoneRow;
void gw_zone_row_clear(GwZoneRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwZoneRow, gw_zone_row_clear)

gboolean gw_store_zone_get(GwDb *db, GwId id, GwZoneRow *ret, GError **error);
gboolean gw_store_zone_insert(GwDb *db, GwZoneRow *row, GError **error); /* gives id and rev */
gboolean gw_store_zone_update(GwDb *db, GwZoneRow *row, GError **error); /* counts rev up */
/* Those of a camera that are there: GwZoneRow in order of id, enabled ones alone or all; unreffing the array frees
 * their strings; NULL with an error. */
GArray *gw_store_zones_of_camera(GwDb *db, GwId camera_id, gboolean only_enabled, GError **error);

/* How a camera should look. */
typedef struct GwReferenceRow {
  GwId camera_id;
  GwUsec at_us;
  GwId user_id; /* 0: learned by itself */
  char *hash;
  GBytes *body;
} GwReferenceRow;
void gw_reference_row_clear(GwReferenceRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwReferenceRow, gw_reference_row_clear)

gboolean gw_store_reference_get(GwDb *db, GwId camera_id, GwReferenceRow *ret, GError **error);
gboolean gw_store_reference_put(GwDb *db, const GwReferenceRow *row, GError **error); /* in the place of the older */
/* Who last said that this camera's picture is right; 0: nobody. */
GwId gw_store_reference_asker(GwDb *db, GwId camera_id);
