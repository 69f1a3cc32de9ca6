#include "daemon/store/journal.h"

#include <sodium.h>
#include <string.h>

#define BODY_MOST_BYTES (64 * 1024)

GW_SQL(JOURNAL_HEAD, "select seq, at_us, hash from journal order by seq desc limit 1");
GW_SQL(JOURNAL_ADD,
       "insert into journal (" GW_JOURNAL_COLUMNS ") values (:seq, :txn, :at, :boot, :mono, :kind, :subject,"
       " :subject_id, :rev, :place, :severity, :actor, :behalf, :command, :body, :hash)");

/* By time to a seq first, which both indexes know: the older rows are not read. */
GW_SQL(JOURNAL_COUNT_SINCE,
       "select count(*) from (select 1 from journal where subject = :subject and subject_id = :id and kind = :kind"
       " and seq >= coalesce((select seq from journal where at_us > :since order by at_us, seq limit 1), 1 << 53)"
       " limit :most)");

gint64 gw_journal_count_since(GwDb *db, const char *kind, const char *subject, GwId subject_id, GwUsec since_us,
                              int most) {
  g_autoptr(GwStmt) s = gw_stmt(db, &JOURNAL_COUNT_SINCE);
  gw_bind_text(s, ":kind", kind);
  gw_bind_text(s, ":subject", subject);
  gw_bind_int(s, ":id", subject_id);
  gw_bind_int(s, ":since", since_us);
  gw_bind_int(s, ":most", most);
  return gw_step_row(s, NULL) ? gw_col_int(s, 0) : 0;
}

GW_SQL(JOURNAL_HAS_ANY, "select 1 from journal where at_us between :from and :to limit 1");

gboolean gw_journal_has_any(GwDb *db, GwUsec from_us, GwUsec to_us, gboolean *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &JOURNAL_HAS_ANY);
  gw_bind_int(s, ":from", from_us);
  gw_bind_int(s, ":to", to_us);
  const GwStep step = gw_step(s, error);
  *ret = step == GW_STEP_ROW;
  return step != GW_STEP_FAILED;
}

gboolean gw_journal_load_head(GwDb *db, GwJournalHead *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &JOURNAL_HEAD);
  GwStep step = gw_step(s, error);
  if (step == GW_STEP_FAILED)
    return FALSE;
  memset(ret, 0, sizeof *ret);
  if (step == GW_STEP_DONE)
    return TRUE;
  gsize bytes;
  const guint8 *hash = gw_col_blob(s, 2, &bytes);
  if (bytes != GW_HASH_BYTES) {
    g_set_error_literal(error, GW_ERROR, GW_CODE_STORAGE,
                        "The last row of the journal is damaged. Run `gridwarden verify`.");
    return FALSE;
  }
  ret->seq = gw_col_int(s, 0);
  ret->at_us = gw_col_int(s, 1);
  memcpy(ret->hash, hash, GW_HASH_BYTES);
  return TRUE;
}

/* A length before each field, so that no two different rows can spell the same bytes. */
static void add_field(crypto_generichash_state *state, const char *data, gsize bytes) {
  guint8 length[4] = {(guint8)(bytes >> 24), (guint8)(bytes >> 16), (guint8)(bytes >> 8), (guint8)bytes};
  crypto_generichash_update(state, length, sizeof length);
  crypto_generichash_update(state, (const guint8 *)data, bytes);
}

static void add_text(crypto_generichash_state *state, const char *text) {
  add_field(state, text, strlen(text));
}

static void add_int(crypto_generichash_state *state, gint64 v) {
  char digits[24];
  int n = g_snprintf(digits, sizeof digits, "%" G_GINT64_FORMAT, v);
  add_field(state, digits, (gsize)n);
}

void gw_journal_hash(const guint8 previous[GW_HASH_BYTES], const GwJournalRow *row, const char *body,
                     gsize body_bytes, guint8 ret[GW_HASH_BYTES]) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, GW_HASH_BYTES);
  crypto_generichash_update(&state, previous, GW_HASH_BYTES);
  add_int(&state, row->seq);
  add_int(&state, row->txn);
  add_int(&state, row->at_us);
  add_text(&state, row->boot_id);
  add_int(&state, row->mono_us);
  add_text(&state, row->kind);
  add_text(&state, row->subject);
  add_int(&state, row->subject_id);
  add_int(&state, row->rev);
  add_int(&state, row->place_id);
  add_int(&state, row->severity);
  add_int(&state, row->actor_id);
  add_int(&state, row->on_behalf_id);
  add_text(&state, row->command_id);
  add_field(&state, body, body_bytes);
  crypto_generichash_final(&state, ret, GW_HASH_BYTES);
}

static gboolean insert(GwDb *db, const GwJournalRow *row, const char *body, const guint8 *hash,
                       GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &JOURNAL_ADD);
  gw_bind_int(s, ":seq", row->seq);
  gw_bind_int(s, ":txn", row->txn);
  gw_bind_int(s, ":at", row->at_us);
  gw_bind_text(s, ":boot", row->boot_id);
  gw_bind_int(s, ":mono", row->mono_us);
  gw_bind_text(s, ":kind", row->kind);
  gw_bind_text(s, ":subject", row->subject);
  gw_bind_int(s, ":subject_id", row->subject_id);
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_int(s, ":place", row->place_id);
  gw_bind_int(s, ":severity", row->severity);
  gw_bind_int(s, ":actor", row->actor_id);
  gw_bind_int(s, ":behalf", row->on_behalf_id);
  gw_bind_text(s, ":command", row->command_id);
  gw_bind_text(s, ":body", body);
  gw_bind_blob(s, ":hash", hash, GW_HASH_BYTES);
  return gw_step_done(s, error);
}

gboolean gw_journal_append(GwDb *db, GwJournalHead *head, GwJournalRow *row, GError **error) {
  g_autofree char *body = json_dumps(row->body, JSON_COMPACT | JSON_SORT_KEYS);
  gsize bytes = body ? strlen(body) : 0;
  if (!json_is_object(row->body) || !body || bytes > BODY_MOST_BYTES) {
    g_set_error(error, GW_ERROR, GW_CODE_INTERNAL, "The body of journal row %s is no object, or too large.",
                row->kind);
    return FALSE;
  }
  GwJournalRow full = *row;
  full.seq = head->seq + 1;
  full.txn = row->txn ? row->txn : full.seq;
  full.at_us = MAX(row->at_us, head->at_us);
  full.boot_id = row->boot_id ? row->boot_id : "";
  full.command_id = row->command_id ? row->command_id : "";
  guint8 hash[GW_HASH_BYTES];
  gw_journal_hash(head->hash, &full, body, bytes, hash);
  if (!insert(db, &full, body, hash, error))
    return FALSE;
  *row = full;
  head->seq = full.seq;
  head->at_us = full.at_us;
  memcpy(head->hash, hash, sizeof hash);
  return TRUE;
}

GwJournalRow gw_journal_read(GwStmt *s, const char **ret_body, gsize *ret_body_bytes) {
  *ret_body = (const char *)gw_col_blob(s, 14, ret_body_bytes);
  return (GwJournalRow){.seq = gw_col_int(s, 0),
                        .txn = gw_col_int(s, 1),
                        .at_us = gw_col_int(s, 2),
                        .boot_id = gw_col_text(s, 3),
                        .mono_us = gw_col_int(s, 4),
                        .kind = gw_col_text(s, 5),
                        .subject = gw_col_text(s, 6),
                        .subject_id = gw_col_int(s, 7),
                        .rev = gw_col_int(s, 8),
                        .place_id = gw_col_int(s, 9),
                        .severity = (int)gw_col_int(s, 10),
                        .actor_id = gw_col_int(s, 11),
                        .on_behalf_id = gw_col_int(s, 12),
                        .command_id = gw_col_text(s, 13)};
}
