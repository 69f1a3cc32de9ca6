#include "daemon/ledger/import.h"
#include "daemon/ledger/tour.h"
#include "daemon/ledger/blind.h"

#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/ledger/ledger_private.h"

static const GwImportNoun *const nouns[] = {&gw_import_place,  &gw_import_slot,       &gw_import_person, &gw_import_unit,
                                            &gw_import_camera, &gw_import_checkpoint, &gw_import_route, &gw_import_recorder};

static void problem_free(gpointer p) {
  GwImportProblem *problem = p;
  g_free(problem->column);
  g_free(problem->zh);
  g_free(problem->en);
  g_free(problem);
}

void gw_import_problem(GwImport *in, guint line, const char *column, const char *zh, const char *en) {
  if (in->problems->len >= 100)
    return;
  GwImportProblem *p = g_new(GwImportProblem, 1);
  *p = (GwImportProblem){line, g_strdup(column), g_strdup(zh), g_strdup(en)};
  g_ptr_array_add(in->problems, p);
}

gboolean gw_import_note(GwImport *in, const char *noun, GwId id, const char *code, GwId place_id, gboolean published, GError **error) {
  g_autofree char *kind = g_strdup_printf("%s.imported", noun);
  in->changed++;
  if (published)
    gw_tx_touch(in->tx, noun, id);
  return gw_tx_journal(in->tx, kind, noun, id, 1, place_id, 0, 0, json_pack("{s:s}", "code", code), error) > 0;
}

/* GeoJSON has no lines: its problems name the number of the feature. */
static gboolean read_features(GwImport *in, const char *body) {
  json_error_t why;
  json_t *root = strlen(body) <= GW_LIMIT_IMPORT_BYTES ? json_loads(body, JSON_REJECT_DUPLICATES, &why) : NULL;
  json_t *features = json_object_get(root, "features");
  if (!json_is_array(features) || json_array_size(features) > GW_LIMIT_PLACES) {
    g_autofree char *en = root ? g_strdup("expected a GeoJSON FeatureCollection with \"features\"")
                               : g_strdup_printf("not JSON at line %d: %s", why.line, why.text);
    gw_import_problem(in, root ? 1 : (guint)MAX(why.line, 1), "", "应是 GeoJSON 的 FeatureCollection，含 features", en);
    json_decref(root);
    return FALSE;
  }
  in->features = json_incref(features);
  in->rows = (guint)json_array_size(features);
  json_decref(root);
  return TRUE;
}

static gboolean read_body(GwImport *in, const GwImportNoun *noun, const char *body) {
  if (!noun->columns)
    return read_features(in, body);
  in->table = gw_csv_parse(body, strlen(body), noun->columns);
  in->rows = gw_csv_n_rows(in->table);
  return gw_csv_problems(in->table)->len == 0;
}

static json_t *problems_json(const GwImport *in) {
  json_t *list = json_array();
  for (guint i = 0; in->table && i < gw_csv_problems(in->table)->len; i++) {
    const GwCsvProblem *p = g_ptr_array_index(gw_csv_problems(in->table), i);
    json_array_append_new(list, json_pack("{s:i, s:s, s:s, s:s}", "line", p->line, "column", p->column, "zh", p->zh, "en", p->en));
  }
  for (guint i = 0; i < in->problems->len; i++) {
    const GwImportProblem *p = g_ptr_array_index(in->problems, i);
    json_array_append_new(list, json_pack("{s:i, s:s, s:s, s:s}", "line", p->line, "column", p->column, "zh", p->zh, "en", p->en));
  }
  return list;
}

static gboolean refuse_first(GwTx *tx, json_t *problems, GError **error) {
  json_t *p = json_array_get(problems, 0);
  int line = (int)json_integer_value(json_object_get(p, "line"));
  const char *column = json_string_value(json_object_get(p, "column"));
  g_autofree char *zh = g_strdup_printf("未导入任何内容：第 %d 行 %s：%s（共 %zu 处）", line, column,
                                        json_string_value(json_object_get(p, "zh")), json_array_size(problems));
  g_autofree char *en = g_strdup_printf("Nothing was imported: line %d %s: %s (%zu problems)", line, column,
                                        json_string_value(json_object_get(p, "en")), json_array_size(problems));
  return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, zh, en);
}

static gboolean run(GwTx *tx, json_t *args, gboolean apply, json_t **ret_result, GError **error) {
  const char *name = json_string_value(json_object_get(args, "noun"));
  const GwImportNoun *noun = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(nouns) && !noun; i++)
    if (strcmp(nouns[i]->noun, name) == 0)
      noun = nouns[i];
  g_assert(noun); /* the argument schema has the same list */
  GwImport in = {.tx = tx, .problems = g_ptr_array_new_with_free_func(problem_free)};
  gboolean ok = TRUE;
  if (read_body(&in, noun, json_string_value(json_object_get(args, "body"))))
    ok = noun->check(&in, error);
  json_t *problems = problems_json(&in);
  if (ok && apply && json_array_size(problems) > 0)
    ok = refuse_first(tx, problems, error);
  else if (ok && apply)
    ok = noun->apply(&in, error);
  if (ok && apply && noun == &gw_import_place)
    gw_geography_forget(tx->ledger);
  if (ok && apply && (noun == &gw_import_place || noun == &gw_import_camera))
    ok = gw_tour_cameras_changed(tx, error) && gw_blind_note_all(tx, error); /* once for all: cameras may stand elsewhere now, or in a new version of their place */
  if (ok)
    *ret_result = json_pack("{s:s, s:i, s:i, s:O}", "noun", name, "rows", in.rows, "changed", in.changed, "problems", problems);
  json_decref(problems);
  json_decref(in.features);
  gw_csv_free(in.table);
  g_ptr_array_unref(in.problems);
  return ok;
}

static gboolean run_preview(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  return run(tx, args, FALSE, ret_result, error);
}

static gboolean run_apply(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  return run(tx, args, TRUE, ret_result, error);
}

static const GwCommandEntry commands[] = {{"import.preview", run_preview}, {"import.apply", run_apply}, {NULL}};
const GwLedgerNoun gw_ledger_import = {.commands = commands};
