#pragma once
#include "daemon/store/db.h"

/* Outlines of the places that are valid now.  Calls func for each; `outline` (GeoJSON geometry) is lent.
 * Thread and errors: as GwDb. */
typedef void (*GwOutlineFunc)(GwId place_id, const char *kind, const char *outline, gpointer user);
gboolean gw_store_outlines(GwDb *db, GwOutlineFunc func, gpointer user, GError **error);
