#pragma once
#include "daemon/core/ways.h"
#include "daemon/ledger/tx.h"

/* The ground as the place tree draws it: which place a position lies in, and the ways people walk.
 *
 * Thread: after loading read-only.  The ledger keeps one and forgets it when places change; a reader that
 * ranks candidates loads its own. */
typedef struct GwGeography GwGeography;

GwGeography *gw_geography_load(GwDb *db, GError **error); /* NULL: the database failed */
void gw_geography_free(GwGeography *geography);           /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwGeography, gw_geography_free)

/* The smallest place whose outline holds the point; 0: none does. */
GwId gw_geography_place_at(const GwGeography *geography, GwPoint at);
const GwWays *gw_geography_ways(const GwGeography *geography); /* lent */

/* The ledger's own, loaded when first asked for; lent until the item ends.  NULL: the database failed. */
const GwGeography *gw_tx_geography(GwTx *tx, GError **error);
