#pragma once
#include "daemon/core/recommend.h"
#include "daemon/store/db.h"

/* What a recommendation needs to know of every unit.  Thread: the connection's. */
typedef struct GwCandidateUnit {
  GwUnitFacts facts;
  char name[128];
} GwCandidateUnit;

/* All units, as an array of GwCandidateUnit; `tried` is set for those from which this ticket came back
 * (ticket_id 0: none).  NULL with an error; caller frees. */
GArray *gw_store_candidate_units(GwDb *db, GwId ticket_id, GError **error);

/* Whoever speaks for a unit: its first user who may log in; 0: nobody. */
gboolean gw_store_user_of_unit(GwDb *db, GwId unit_id, GwId *ret_user_id, GError **error);
