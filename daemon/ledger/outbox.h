#pragma once
#include "daemon/core/effect.h"
#include "daemon/core/outbox.h"
#include "daemon/ledger/tx.h"

/* Messages of a matter, for the nouns they are about.  Thread: the ledger's. */

/* The NOTIFY effects of a decision as outbox rows.  unit_id: whom GW_NOTIFY_UNIT means; 0 drops it. */
gboolean gw_outbox_notify(GwTx *tx, const GwEffects *effects, const char *subject, GwId subject_id,
                          GwId unit_id, int priority, GError **error);
/* The shift lead has no login of his own: what is for him goes to the supervisors' desks and phones. */
#define GW_OUTBOX_LEAD "supervisor"
#define GW_OUTBOX_EVERYBODY 0
#define GW_OUTBOX_ROLES (-1) /* desks, leads and supervisors, no unit */
/* Every open message of the subject takes this input (ANSWER, EXPIRE) where its state has such a move.
 * unit_id: those for that unit, or one of the two above. */
gboolean gw_outbox_settle(GwTx *tx, const char *subject, GwId subject_id, GwId unit_id, GwOutboxInput input,
                          GError **error);
