#pragma once
#include <jansson.h>
#include "daemon/base/token.h"
#include "daemon/store/db.h"

/* The journal: one row per changed object, never changed again, each holding the hash of the one before.
 * schema/README.md defines the hash byte by byte.
 *
 * Thread: the connection's; only the ledger appends.  Errors as in db.h. */

/* The end of the chain, in memory.  A plain value: copy it before a savepoint, put it back after a rollback.
 * An empty journal: seq 0, hash of zeros. */
typedef struct GwJournalHead {
  gint64 seq;
  GwUsec at_us;
  guint8 hash[GW_HASH_BYTES];
} GwJournalHead;

/* Strings are lent.  `body` is a JSON object; how it is spelled on disk is the journal's matter. */
typedef struct GwJournalRow {
  gint64 seq;     /* given by append */
  gint64 txn;     /* 0: this row is the first of its transaction */
  GwUsec at_us;   /* append raises it to the head's when the clock went back */
  const char *boot_id;
  GwUsec mono_us;
  const char *kind, *subject;
  GwId subject_id;
  gint64 rev;
  GwId place_id;
  int severity;   /* 0 … 4 */
  GwId actor_id, on_behalf_id;
  const char *command_id; /* "" when it was none */
  json_t *body;
} GwJournalRow;

/* The head as the database has it: at start, and after a rollback that took the whole transaction. */
gboolean gw_journal_load_head(GwDb *db, GwJournalHead *ret, GError **error);

/* Writes the row behind `head` and moves `head` on; both stay as they were when it fails. */
gboolean gw_journal_append(GwDb *db, GwJournalHead *head, GwJournalRow *row, GError **error);

/* How many rows of that kind about that subject were written since, counted up to `most`. */
gint64 gw_journal_count_since(GwDb *db, const char *kind, const char *subject, GwId subject_id, GwUsec since_us,
                              int most);

/* Whether anything was written between these times, both included. */
gboolean gw_journal_has_any(GwDb *db, GwUsec from_us, GwUsec to_us, gboolean *ret, GError **error);

/* The hash of a row whose body is spelled as it is on disk. */
void gw_journal_hash(const guint8 previous[GW_HASH_BYTES], const GwJournalRow *row, const char *body, gsize body_bytes,
                     guint8 ret[GW_HASH_BYTES]);

/* One row as `JOURNAL_COLUMNS` selects it, body apart; lent until the statement's next step. */
#define GW_JOURNAL_COLUMNS                                                                                        \
  "seq, txn, at_us, boot_id, mono_us, kind, subject, subject_id, rev, place_id, severity, actor_id, on_behalf_id," \
  " command_id, body, hash"
GwJournalRow gw_journal_read(GwStmt *s, const char **ret_body, gsize *ret_body_bytes);
