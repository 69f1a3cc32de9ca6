#pragma once
#include "daemon/ledger/tx.h"
#include "daemon/store/checkin.h"
#include "daemon/store/reader.h"

/* What checkin.c (the doors) and checkin_read.c (the worker's answers) and reader.c share.  Ledger's thread.
 */

/* Observation checkin: as the worker says it (link/README.md).  Result {"code"}: "ok", or why it was refused.
 */
gboolean gw_checkin_read(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                         GError **error);

/* Stores the raw message and pushes it through the element: every door ends here.  Fills the row's id;
 * *ret_result {"raw_id","state"}. */
gboolean gw_checkin_store(GwTx *tx, GwCheckinRow *row, const char *raw, GwId on_behalf_id, json_t **ret_result,
                          GError **error);

/* A line of this reader was refused: counted, journaled at most once a minute. */
gboolean gw_reader_refused(GwTx *tx, GwReaderRow *reader, const char *verdict, GError **error);
/* A line of nobody we know: the same, all of them together. */
gboolean gw_reader_unknown_refused(GwTx *tx, const char *verdict, GError **error);
