#pragma once
#include "daemon/store/db.h"

/* The registry as the files that an import takes: GeoJSON for places, CSV for the rest.  Passwords and keys are
 * left out.  Thread and errors: as GwDb.
 * Nouns: place, slot, person, unit, camera, checkpoint, route.  NULL with NOT_FOUND for another noun.
 * Caller frees with g_free(). */
char *gw_export(GwDb *db, const char *noun, GError **error);
const char *gw_export_type(const char *noun); /* "text/csv; charset=utf-8" or "application/geo+json"; static */
