#pragma once
#include "daemon/store/db.h"

/* `sample`: where units were and how cameras were, once a minute, for replay.  Thread and errors: as GwDb. */
/* One row per unit that has a position or is on duty, and per camera that is watched. */
gboolean gw_store_sample_all(GwDb *db, GwUsec at_us, GError **error);
