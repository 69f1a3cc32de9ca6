#pragma once
#include "daemon/ledger/tx.h"

/* Pictures that are on disk (net/file writes them; this writes their rows).  Thread: the ledger's. */

/* The file is there now; one that is known already stays as it was.  user_id 0: the system. */
gboolean gw_file_note(GwTx *tx, const char *hash, const char *kind, gint64 bytes, GwId user_id,
                      GError **error);
/* FALSE with a refusal when no such file was uploaded. */
gboolean gw_file_check(GwTx *tx, const char *hash, GError **error);
