#pragma once
#include "daemon/store/journal.h"

/* Is everything in the database as it was written?  Walks the chain from its first row, then holds the tables
 * against each other and the file against itself.
 *
 * Thread: the connection's; use GW_DB_MAINTAIN.  The chain is read in pages, so writing goes on meanwhile. */
typedef struct GwVerifyReport {
  gint64 rows;       /* journal rows whose hash was recomputed */
  gint64 signatures; /* signed heads that hold */
  gint64 broken_seq; /* the first journal row that is not as it was written; 0: none, or the fault is elsewhere */
  GwJournalHead head; /* where the chain ends; the last good row when it is broken */
  char *sentence_en, *sentence_zh; /* what is wrong, for a person; NULL when nothing is */
} GwVerifyReport;
void gw_verify_report_clear(GwVerifyReport *report);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwVerifyReport, gw_verify_report_clear)

/* About every 2000 rows; FALSE stops (GW_CODE_BUSY).  May be NULL. */
typedef gboolean (*GwVerifyProgress)(gint64 seq, gint64 last_seq, gpointer user);

/* FALSE with an error: it could not be found out.  TRUE: see the report; all is well when it has no sentence.
 * `public_hex`: signed heads must be by this key; NULL: by any. */
gboolean gw_verify(GwDb *db, const char *public_hex, GwVerifyProgress progress, gpointer user, GwVerifyReport *ret,
                   GError **error);
