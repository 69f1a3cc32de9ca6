#pragma once
#include "daemon/store/verify.h"

/* The second half of gw_verify(): the file's own structure, foreign keys, and what tables owe each other.
 * Fills the report's sentences when something is wrong; FALSE only when it could not be found out. */
gboolean gw_verify_tables(GwDb *db, GwVerifyReport *report, GError **error);
