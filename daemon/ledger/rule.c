/* Rules: which one is for what was seen, and the commands that add versions.  A version is never changed and
 * never deleted: alerts keep the one that raised them. */
#include "daemon/ledger/rule.h"

#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/core/finding.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/ledger_private.h"

static int local_minute(GwUsec at_us) {
  const gint64 s = at_us / GW_SEC + gw_local_offset_s(at_us);
  return (int)(s % 86400 / 60);
}

void gw_rules_forget(GwLedger *ledger) {
  g_hash_table_remove_all(ledger->rules);
}

static GArray *rules_of(GwTx *tx, const char *kind, GError **error) {
  GHashTable *known = ((GwLedger *)tx->ledger)->rules;
  GArray *rows = g_hash_table_lookup(known, kind);
  if (!rows && (rows = gw_store_rules_of_kind(tx->db, kind, error)))
    g_hash_table_insert(known, g_strdup(kind), rows);
  return rows;
}

const GwRuleRow *gw_rule_choose(GwTx *tx, const char *kind, const GwRuleFacts *facts, GError **error) {
  GwRuleOffer offers[GW_LIMIT_RULES + GW_N_RULES];
  const GArray *rows = rules_of(tx, kind, error);
  const guint n = rows ? MIN(rows->len, (guint)G_N_ELEMENTS(offers)) : 0;
  for (guint i = 0; i < n; i++) {
    const GwRuleRow *row = &g_array_index(rows, GwRuleRow, i);
    offers[i] = (GwRuleOffer){row->core.id, row->core.enabled, &row->asks};
  }
  GwRuleFacts now = *facts;
  now.minute = local_minute(tx->now_us);
  const int i = gw_rule_select(offers, n, &now);
  return i < 0 ? NULL : &g_array_index(rows, GwRuleRow, i);
}

/* ---- commands ---- */

static gboolean selects(GwRuleKind kind) {
  return kind == GW_RULE_SIGHT || kind == GW_RULE_ZONE || kind == GW_RULE_CAMERA_OBSERVED ||
         kind == GW_RULE_OBSERVED;
}

/* What a person says of himself or of others is never lost by a switch. */
static gboolean may_be_off(GwRuleKind kind) {
  return kind != GW_RULE_SOS && kind != GW_RULE_REPORTED;
}

static gboolean is_blank(const char *text) {
  g_autofree char *copy = g_strdup(text);
  return *g_strstrip(copy) == '\0';
}

static gboolean check_kinds(GwTx *tx, const GwRuleRow *row, GError **error) {
  GwFindingKind kind;
  for (char **k = row->asks.kinds; k && *k; k++)
    if (!gw_finding_kind_from_string(*k, &kind))
      return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "规则所选的画面异常种类不存在。",
                          "The rule selects a kind of finding that is not known.");
  return TRUE;
}

static gboolean check(GwTx *tx, const GwRuleRow *row, GError **error) {
  if (is_blank(row->response_zh) || is_blank(row->response_en))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "请写明处置办法：没有处置办法的不能报警。",
                        "Say what is to be done: what asks for nothing may not raise an alert.");
  if (!selects(row->core.kind) && (!gw_rule_selector_is_empty(&row->asks) || row->makes_event))
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "这一类规则不作选择。",
                        "Rules of this kind do not select.");
  if (!row->core.enabled && !may_be_off(row->core.kind))
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "求助和人工上报不能停用。",
                        "What people report, and their call for help, cannot be switched off.");
  return check_kinds(tx, row, error);
}

static void take_selector(GwRuleRow *row, json_t *args) {
  json_t *selector = json_object_get(args, "selector");
  if (!selector)
    return;
  char *text = json_dumps(selector, JSON_COMPACT | JSON_SORT_KEYS);
  g_free(row->selector);
  row->selector = g_strdup(text);
  free(text);
  gw_rule_selector_clear(&row->asks);
  gw_store_selector_read(selector, &row->asks);
}

static void take_settings(GwRuleRow *row, json_t *args) {
  gw_arg_take_text(args, "name", &row->name);
  gw_arg_take_text(args, "category", &row->category);
  gw_arg_take_text(args, "response_zh", &row->response_zh);
  gw_arg_take_text(args, "response_en", &row->response_en);
  take_selector(row, args);
  if (gw_arg_has(args, "makes"))
    row->makes_event = g_strcmp0(gw_arg_text(args, "makes"), "event") == 0;
  if (gw_arg_has(args, "priority") && gw_arg_int(args, "priority") != row->core.priority)
    gw_rule_set_priority(&row->core, (int)gw_arg_int(args, "priority"));
  if (gw_arg_has(args, "on_delay_us"))
    row->core.on_delay_us = gw_arg_int(args, "on_delay_us");
  if (gw_arg_has(args, "off_delay_us"))
    row->core.off_delay_us = gw_arg_int(args, "off_delay_us");
  if (gw_arg_has(args, "latched"))
    row->core.latched = json_is_true(json_object_get(args, "latched"));
  if (gw_arg_has(args, "enabled"))
    row->core.enabled = json_is_true(json_object_get(args, "enabled"));
}

static gboolean write_version(GwTx *tx, GwRuleRow *row, const char *kind, json_t **ret_result,
                              GError **error) {
  if (!check(tx, row, error) || !gw_store_rule_insert(tx->db, row, tx->now_us, error))
    return FALSE;
  gw_tx_touch(tx, "rule", row->core.id);
  *ret_result = json_pack("{s:I, s:i}", "rule_id", (json_int_t)row->core.id, "version", row->core.version);
  json_t *body =
      json_pack("{s:s, s:s, s:i, s:b, s:s, s:s, s:o, s:I, s:I}", "rule",
                gw_rule_kind_to_string(row->core.kind), "name", row->name, "priority", row->core.priority,
                "enabled", row->core.enabled, "makes", row->makes_event ? "event" : "alert", "category",
                row->category, "selector", json_loads(row->selector, 0, NULL), "on_delay_us",
                (json_int_t)row->core.on_delay_us, "off_delay_us", (json_int_t)row->core.off_delay_us);
  return gw_tx_journal(tx, kind, "rule", row->core.id, row->core.version, 0, 0, 0, body, error) > 0;
}

static gboolean add(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  GwRuleKind kind;
  if (!gw_rule_kind_from_string(gw_arg_text(args, "kind"), &kind) || !selects(kind))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "这一类规则不能添加。",
                        "Rules of this kind cannot be added.");
  const gint64 there = gw_store_rule_count(tx->db, error);
  if (there < 0)
    return FALSE;
  if (there >= GW_LIMIT_RULES)
    return gw_tx_refuse(tx, error, GW_CODE_TOO_LARGE, "规则数量已达上限，请修改已有规则。",
                        "The center has as many rules as it can take: change one that is there.");
  g_auto(GwRuleRow)
      row = {.core = gw_rule_default(kind), .selector = g_strdup("{}"), .category = g_strdup("")};
  row.core.id = 0;
  row.core.version = 0;
  take_settings(&row, args);
  return write_version(tx, &row, "rule.added", ret_result, error);
}

static gboolean change(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwRuleRow) row = {0};
  if (!gw_store_rule_row(tx->db, gw_arg_id(args, "rule_id"), &row, error))
    return gw_tx_not_found(tx, error, "没有这条规则。", "There is no such rule.");
  if (!gw_tx_check_rev(tx, "rule", row.core.id, row.core.version, error))
    return FALSE;
  take_settings(&row, args);
  return write_version(tx, &row, "rule.changed", ret_result, error);
}

static const GwCommandEntry commands[] = {
    {"rule.add", add},
    {"rule.change", change},
    {0},
};
const GwLedgerNoun gw_ledger_rule = {.commands = commands};
