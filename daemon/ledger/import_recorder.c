/* Recorders from a file: found by their name, which is what cameras call them by. */
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/core/playback.h"
#include "daemon/core/refusal.h"
#include "daemon/ledger/absent.h"
#include "daemon/ledger/import.h"
#include "daemon/ledger/recorder.h"

#define FIELD(name) gw_csv_text(in->table, row, name)

static const GwCsvColumn columns[] = {{"name", GW_CSV_TEXT, TRUE, 0, 80},
                                      {"make", GW_CSV_TEXT, TRUE, 0, 40},
                                      {"url_template", GW_CSV_TEXT, TRUE, 0, 500},
                                      {"user_name", GW_CSV_TEXT, FALSE, 0, 80},
                                      {"password", GW_CSV_TEXT, FALSE, 0, 200},
                                      {"playbacks_most", GW_CSV_INT, FALSE, 1, 64},
                                      {NULL}};

static void check_row(GwImport *in, guint row, GHashTable *seen) {
  g_autoptr(GError) why = NULL;
  if (!g_hash_table_add(seen, (gpointer)FIELD("name")))
    gw_csv_add_problem(in->table, row, "name", "这个名称在文件里出现了两次", "this name stands twice in the file");
  if (!gw_recorder_make_is_known(FIELD("make")))
    gw_csv_add_problem(in->table, row, "make", "没有这个品牌；不在列表中的写 other", "there is no such make; write other for those that are not known");
  if (!gw_playback_check(FIELD("url_template"), &why)) {
    const char *zh = gw_refusal_zh(why->message);
    gw_csv_add_problem(in->table, row, "url_template", zh ? zh : why->message, why->message);
  }
}

/* Those that are there already are among the rows or beside them: the bound holds for both together. */
static gboolean check(GwImport *in, GError **error) {
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  guint there = 0, added = 0;
  if (!gw_store_recorder_count(in->tx->db, &there, error))
    return FALSE;
  for (guint row = 0; row < in->rows; row++) {
    g_auto(GwRecorderRow) old = {0};
    g_autoptr(GError) failed = NULL;
    check_row(in, row, seen);
    if (gw_store_recorder_by_name(in->tx->db, FIELD("name"), &old, &failed))
      continue;
    if (!gw_absent(&failed, error))
      return FALSE;
    if (there + ++added == GW_LIMIT_RECORDERS + 1)
      gw_csv_add_problem(in->table, row, "name", "录像机数量超过上限", "more recorders than the center can take");
  }
  return TRUE;
}

static gboolean take(char **value, const char *text) {
  if (g_strcmp0(*value, text) == 0)
    return FALSE;
  g_free(*value);
  *value = g_strdup(text);
  return TRUE;
}

/* What the file does not say stays as it was; a password only when it is given. */
static gboolean fill(GwImport *in, guint row, GwRecorderRow *recorder) {
  gboolean changed = take(&recorder->make, FIELD("make"));
  changed |= take(&recorder->url_template, FIELD("url_template"));
  if (gw_csv_has(in->table, "user_name"))
    changed |= take(&recorder->user_name, FIELD("user_name"));
  const int most = (int)gw_csv_int(in->table, row, "playbacks_most", recorder->playbacks_most);
  changed |= most != recorder->playbacks_most;
  recorder->playbacks_most = most;
  if (!*FIELD("password"))
    return changed;
  gw_recorder_seal(in->tx, recorder, FIELD("password"));
  return TRUE;
}

static gboolean put(GwImport *in, guint row, GError **error) {
  g_auto(GwRecorderRow) recorder = {0};
  g_autoptr(GError) failed = NULL;
  const gboolean is_there = gw_store_recorder_by_name(in->tx->db, FIELD("name"), &recorder, &failed);
  if (!is_there) {
    if (!gw_absent(&failed, error))
      return FALSE;
    recorder = (GwRecorderRow){
        .name = g_strdup(FIELD("name")), .user_name = g_strdup(""), .playbacks_most = 1, .days_held = -1};
  }
  if (!fill(in, row, &recorder) && is_there)
    return TRUE;
  in->changed++;
  return (is_there ? gw_store_recorder_update(in->tx->db, &recorder, error)
                   : gw_store_recorder_insert(in->tx->db, &recorder, error)) &&
         gw_recorder_journal(in->tx, "recorder.imported", &recorder, error);
}

static gboolean apply(GwImport *in, GError **error) {
  for (guint row = 0; row < in->rows; row++)
    if (!put(in, row, error))
      return FALSE;
  return TRUE;
}

const GwImportNoun gw_import_recorder = {"recorder", columns, check, apply};
