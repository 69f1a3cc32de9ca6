#pragma once
#include "daemon/store/ticket.h"
#include "daemon/ledger/tx.h"

/* T2 without a candidate: the matter falls back to the shift lead (兜底), and an alert of P3 stands until
 * somebody is sent.  Thread: the ledger's. */

/* Nobody is free for this ticket.  Its needs_lead is the caller's to write. */
gboolean gw_fallback_raise(GwTx *tx, const GwTicketRow *row, GError **error);
/* Somebody was sent, or the ticket is over.  When a person did it, that is the answer to the alert too: it
 * closes; when the clock did it, the alert waits for a look (A4).  No such alert: nothing. */
gboolean gw_fallback_end(GwTx *tx, const GwTicketRow *row, GError **error);
