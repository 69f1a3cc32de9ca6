#pragma once
#include "daemon/core/spot.h"
#include "daemon/store/db.h"

/* Rows of `spot`: the wall's two large pictures.  Plain values.  Thread and errors: as GwDb. */
typedef struct GwSpotRow {
  GwId id; /* 1, 2 */
  gint64 rev;
  GwId camera_id, alert_id, pinned_by; /* 0: none */
  GwUsec at_us;
} GwSpotRow;

gboolean gw_store_spot_all(GwDb *db, GwSpotRow ret[GW_SPOTS], GError **error);
gboolean gw_store_spot_update(GwDb *db, GwSpotRow *row, GError **error); /* counts rev up */
/* What stands in a spot by rule, as core decides about it. */
gboolean gw_store_spot_taken(GwDb *db, const GwSpotRow *row, GwSpot *ret, GError **error);
/* The alert that has the first claim among the open ones without a spot; FALSE without an error: none. */
gboolean gw_store_spot_next(GwDb *db, GwId *ret_alert_id, GwId *ret_camera_id, GError **error);
