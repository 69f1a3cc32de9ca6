#include "daemon/store/verify.h"

#include <string.h>

#include "daemon/store/sign.h"
#include "daemon/store/text.h"
#include "daemon/store/verify_private.h"

GW_SQL(VERIFY_LAST, "select coalesce(max(seq), 0) from journal");
GW_SQL(VERIFY_PAGE, "select " GW_JOURNAL_COLUMNS " from journal where seq > :after order by seq limit 2000");

typedef struct Walk {
  GwDb *db;
  const char *public_hex;
  gint64 txn; /* of the row before */
  GwVerifyReport *report;
} Walk;

void gw_verify_report_clear(GwVerifyReport *report) {
  g_clear_pointer(&report->sentence_en, g_free);
  g_clear_pointer(&report->sentence_zh, g_free);
}

static gboolean broken(GwVerifyReport *report, gint64 seq, const char *en, const char *zh) {
  if (report->sentence_en)
    return FALSE;
  report->broken_seq = seq;
  report->sentence_en = g_strdup_printf("Journal row %" G_GINT64_FORMAT " %s.", seq, en);
  report->sentence_zh = g_strdup_printf("日志第 %" G_GINT64_FORMAT " 条%s。", seq, zh);
  return FALSE;
}

static gboolean check_ref(json_t *ref, gpointer user) {
  Walk *walk = user;
  gboolean holds = FALSE;
  return gw_text_ref_holds(walk->db, ref, &holds, NULL) && holds;
}

static gboolean check_body(Walk *walk, const GwJournalRow *row, const char *text, gsize bytes) {
  json_t *body = json_loadb(text, bytes, 0, NULL);
  gboolean ok = json_is_object(body);
  if (!ok)
    broken(walk->report, row->seq, "holds no JSON object", "内容不是 JSON 对象");
  else if (!gw_text_each_ref(body, check_ref, walk))
    ok = broken(walk->report, row->seq, "names words that are not the ones that were written",
                "引用的文字与当时所写不符");
  else if (strcmp(row->kind, GW_SIGNED_KIND) == 0) {
    ok = gw_journal_signature_holds(body, &walk->report->head, walk->public_hex) ||
         broken(walk->report, row->seq, "carries a signature that does not fit", "签名不符");
    walk->report->signatures += ok;
  }
  json_decref(body);
  return ok;
}

/* Its place in the chain, before its content: what was cut out or put in between. */
static gboolean check_order(Walk *walk, const GwJournalRow *row) {
  GwJournalHead *head = &walk->report->head;
  if (row->seq != head->seq + 1)
    return broken(walk->report, head->seq + 1, "is missing", "缺失");
  if (row->txn != row->seq && row->txn != walk->txn)
    return broken(walk->report, row->seq, "belongs to no transaction", "不属于任何事务");
  if (row->at_us < head->at_us)
    return broken(walk->report, row->seq, "is earlier than the one before it", "时间早于前一条");
  return TRUE;
}

/* A NUL inside a text hides what follows from everybody who reads C strings, the hash included. */
static gboolean has_hidden(GwStmt *s) {
  static const int texts[] = {3, 5, 6, 13};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    gsize bytes;
    const guint8 *text = gw_col_blob(s, texts[i], &bytes);
    if (bytes > 0 && memchr(text, 0, bytes))
      return TRUE;
  }
  return FALSE;
}

static gboolean check_row(Walk *walk, GwStmt *s) {
  const char *body;
  gsize body_bytes, stored_bytes;
  guint8 hash[GW_HASH_BYTES];
  GwJournalHead *head = &walk->report->head;
  GwJournalRow row = gw_journal_read(s, &body, &body_bytes);
  gw_journal_hash(head->hash, &row, body, body_bytes, hash);
  const guint8 *stored = gw_col_blob(s, 15, &stored_bytes);
  if (!check_order(walk, &row))
    return FALSE;
  if (has_hidden(s) || stored_bytes != sizeof hash || memcmp(stored, hash, sizeof hash) != 0)
    return broken(walk->report, row.seq, "is not as it was written (its hash does not fit)",
                  "与写入时不同（哈希不符）");
  if (!check_body(walk, &row, body, body_bytes))
    return FALSE;
  memcpy(head->hash, hash, sizeof hash);
  head->seq = row.seq;
  head->at_us = row.at_us;
  walk->txn = row.txn;
  walk->report->rows++;
  return TRUE;
}

/* One page, one short read transaction.  *ret_more FALSE: the end, or a broken row. */
static gboolean check_page(Walk *walk, gboolean *ret_more, GError **error) {
  g_autoptr(GError) failed = NULL;
  g_autoptr(GwStmt) s = gw_stmt(walk->db, &VERIFY_PAGE);
  gw_bind_int(s, ":after", walk->report->head.seq);
  GwStep step;
  guint n = 0;
  while ((step = gw_step(s, &failed)) == GW_STEP_ROW && check_row(walk, s))
    n++;
  *ret_more = n > 0 && step == GW_STEP_DONE && !walk->report->sentence_en;
  if (step != GW_STEP_FAILED)
    return TRUE;
  int rc = sqlite3_errcode(gw_db_handle(walk->db)) & 0xff;
  if (rc != SQLITE_CORRUPT && rc != SQLITE_NOTADB) {
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
  }
  broken(walk->report, walk->report->head.seq + 1, "cannot be read: the file is damaged there",
         "无法读取：文件已损坏");
  return TRUE;
}

static gboolean walk_chain(Walk *walk, GwVerifyProgress progress, gpointer user, GError **error) {
  gint64 last;
  {
    g_autoptr(GwStmt) s = gw_stmt(walk->db, &VERIFY_LAST);
    if (!gw_step_row(s, error))
      return FALSE;
    last = gw_col_int(s, 0);
  }
  gboolean more = TRUE;
  while (more) {
    if (!check_page(walk, &more, error))
      return FALSE;
    if (progress && !progress(walk->report->head.seq, last, user)) {
      g_set_error_literal(error, GW_ERROR, GW_CODE_BUSY, "Stopped before the end.");
      return FALSE;
    }
  }
  return TRUE;
}

gboolean gw_verify(GwDb *db, const char *public_hex, GwVerifyProgress progress, gpointer user,
                   GwVerifyReport *ret, GError **error) {
  memset(ret, 0, sizeof *ret);
  Walk walk = {.db = db, .public_hex = public_hex, .report = ret};
  if (!walk_chain(&walk, progress, user, error))
    return FALSE;
  return ret->sentence_en || gw_verify_tables(db, ret, error);
}
