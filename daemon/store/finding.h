#pragma once
#include "daemon/core/finding.h"
#include "daemon/store/db.h"

/* Rows of `finding`.  Plain values, no ownership.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwFindingRow {
  GwId id;
  gint64 rev;
  GwId camera_id;
  GwFindingKind kind;
  GwId zone_id; /* of kind zone; else 0 */
  double measure, threshold;
  char before_hash[65], now_hash[65]; /* "": no picture */
  GwId alert_id;
  GwUsec first_at_us, ended_at_us; /* ended 0: open */
} GwFindingRow;

gboolean gw_store_finding_get(GwDb *db, GwId id, GwFindingRow *ret, GError **error);
gboolean gw_store_finding_open(GwDb *db, GwId camera_id, GwFindingKind kind, GwId zone_id, GwFindingRow *ret,
                               GError **error);
gboolean gw_store_finding_insert(GwDb *db, GwFindingRow *row, GError **error); /* gives id and rev */
gboolean gw_store_finding_update(GwDb *db, GwFindingRow *row, GError **error); /* counts rev up */

/* How many of that kind began since. */
gboolean gw_store_finding_count_since(GwDb *db, GwId camera_id, GwFindingKind kind, GwId zone_id, GwUsec since_us,
                                      guint *ret, GError **error);
/* Ids (GwId) of the open ones of a zone, or else of a camera, or else of all; the caller frees the array. */
GArray *gw_store_finding_ids_open(GwDb *db, GwId camera_id, GwId zone_id, GError **error);
