#include "daemon/store/rule.h"

#define RULE_COLUMNS                                                                                         \
  "id, version, kind, priority, on_delay_us, off_delay_us, latched, ack_us, act_us, retone_us, enabled"
#define RULE_WORDS ", name, selector, category, response_zh, response_en, makes"

GW_SQL(RULE_ROW_NEWEST,
       "select " RULE_COLUMNS " from rule where kind = :kind order by id, version desc limit 1");
GW_SQL(RULE_ROW_BY_ID, "select " RULE_COLUMNS " from rule where id = :id and version = :version");
GW_SQL(RULE_WHOLE,
       "select " RULE_COLUMNS RULE_WORDS " from rule where id = :id order by version desc limit 1");
GW_SQL(RULE_ALL_OF_KIND, "select " RULE_COLUMNS RULE_WORDS " from rule where kind = :kind"
                         " and version = (select max(version) from rule r where r.id = rule.id) order by id");
GW_SQL(RULE_NEXT_ID, "select coalesce(max(id), 0) + 1 from rule");
GW_SQL(RULE_COUNT, "select count(distinct id) from rule");
GW_SQL(RULE_INSERT, "insert into rule (id, version, kind, priority, on_delay_us, off_delay_us, latched, "
                    "ack_us, act_us, retone_us,"
                    " response_zh, response_en, enabled, at_us, name, selector, makes, category) values "
                    "(:id, :version, :kind,"
                    " :priority, :on_delay, :off_delay, :latched, :ack, :act, :retone, :response_zh, "
                    ":response_en, :enabled, :at,"
                    " :name, :selector, :makes, :category)");

static gboolean read_core(GwStmt *s, GwRule *ret, GError **error) {
  *ret = (GwRule){
      .id = gw_col_int(s, 0),
      .version = (int)gw_col_int(s, 1),
      .priority = (int)gw_col_int(s, 3),
      .on_delay_us = gw_col_int(s, 4),
      .off_delay_us = gw_col_int(s, 5),
      .latched = gw_col_int(s, 6) != 0,
      .ack_us = gw_col_int(s, 7),
      .act_us = gw_col_int(s, 8),
      .retone_us = gw_col_int(s, 9),
      .enabled = gw_col_int(s, 10) != 0,
  };
  if (gw_rule_kind_from_string(gw_col_text(s, 2), &ret->kind))
    return TRUE;
  g_set_error(error, GW_ERROR, GW_CODE_INTERNAL, "The rule kind \"%s\" is not known.", gw_col_text(s, 2));
  return FALSE;
}

static gboolean read_rule(GwStmt *s, GwRule *ret, GError **error) {
  GwStep step = gw_step(s, error);
  if (step == GW_STEP_DONE)
    g_set_error(error, GW_ERROR, GW_CODE_NOT_FOUND, "There is no such rule.");
  return step == GW_STEP_ROW && read_core(s, ret, error);
}

gboolean gw_store_rule_newest(GwDb *db, const char *kind, GwRule *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &RULE_ROW_NEWEST);
  gw_bind_text(s, ":kind", kind);
  return read_rule(s, ret, error);
}

gboolean gw_store_rule_get(GwDb *db, GwId id, int version, GwRule *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &RULE_ROW_BY_ID);
  gw_bind_int(s, ":id", id);
  gw_bind_int(s, ":version", version);
  return read_rule(s, ret, error);
}

/* ---- selectors ---- */

static char **texts(json_t *array) {
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  size_t i;
  json_t *value;
  json_array_foreach(array, i, value) if (json_is_string(value))
      g_strv_builder_add(builder, json_string_value(value));
  return g_strv_builder_end(builder);
}

static GArray *ids(json_t *array) {
  GArray *all = g_array_new(FALSE, FALSE, sizeof(GwId));
  size_t i;
  json_t *value;
  json_array_foreach(array, i, value) {
    const GwId id = json_integer_value(value);
    if (id > 0)
      g_array_append_val(all, id);
  }
  return all;
}

void gw_store_selector_read(json_t *selector, GwRuleSelector *ret) {
  *ret = (GwRuleSelector){
      .kinds = texts(json_object_get(selector, "kinds")),
      .categories = texts(json_object_get(selector, "categories")),
      .topics = texts(json_object_get(selector, "topics")),
      .classes = texts(json_object_get(selector, "classes")),
      .zones = texts(json_object_get(selector, "zones")),
      .cameras = ids(json_object_get(selector, "cameras")),
      .from_min = (int)json_integer_value(json_object_get(selector, "from_min")),
      .to_min = (int)json_integer_value(json_object_get(selector, "to_min")),
  };
}

/* ---- whole rows ---- */

void gw_rule_row_clear(GwRuleRow *row) {
  char **strings[] = {&row->name, &row->selector, &row->category, &row->response_zh, &row->response_en};
  for (gsize i = 0; i < G_N_ELEMENTS(strings); i++)
    g_clear_pointer(strings[i], g_free);
  gw_rule_selector_clear(&row->asks);
}

static gboolean read_whole(GwStmt *s, GwRuleRow *ret, GError **error) {
  *ret = (GwRuleRow){0};
  if (!read_core(s, &ret->core, error))
    return FALSE;
  ret->name = g_strdup(gw_col_text(s, 11));
  ret->selector = g_strdup(gw_col_text(s, 12));
  ret->category = g_strdup(gw_col_text(s, 13));
  ret->response_zh = g_strdup(gw_col_text(s, 14));
  ret->response_en = g_strdup(gw_col_text(s, 15));
  ret->makes_event = g_strcmp0(gw_col_text(s, 16), "event") == 0;
  json_t *selector = json_loads(ret->selector, 0, NULL);
  gw_store_selector_read(selector, &ret->asks);
  json_decref(selector);
  return TRUE;
}

gboolean gw_store_rule_row(GwDb *db, GwId id, GwRuleRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &RULE_WHOLE);
  gw_bind_id(s, ":id", id);
  return gw_step_row(s, error) && read_whole(s, ret, error);
}

static void clear_row(gpointer row) {
  gw_rule_row_clear(row);
}

GArray *gw_store_rules_of_kind(GwDb *db, const char *kind, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &RULE_ALL_OF_KIND);
  gw_bind_text(s, ":kind", kind);
  g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(GwRuleRow));
  g_array_set_clear_func(rows, clear_row);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    GwRuleRow row;
    if (!read_whole(s, &row, error))
      return NULL;
    g_array_append_val(rows, row);
  }
  return step == GW_STEP_DONE ? g_steal_pointer(&rows) : NULL;
}

static gboolean next_id(GwDb *db, GwId *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &RULE_NEXT_ID);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = gw_col_int(s, 0);
  return TRUE;
}

gboolean gw_store_rule_insert(GwDb *db, GwRuleRow *row, GwUsec at_us, GError **error) {
  GwRule *core = &row->core;
  if (core->id == 0 && !next_id(db, &core->id, error))
    return FALSE;
  core->version++;
  g_autoptr(GwStmt) s = gw_stmt(db, &RULE_INSERT);
  gw_bind_int(s, ":id", core->id);
  gw_bind_int(s, ":version", core->version);
  gw_bind_text(s, ":kind", gw_rule_kind_to_string(core->kind));
  gw_bind_int(s, ":priority", core->priority);
  gw_bind_int(s, ":on_delay", core->on_delay_us);
  gw_bind_int(s, ":off_delay", core->off_delay_us);
  gw_bind_int(s, ":latched", core->latched);
  gw_bind_int(s, ":ack", core->ack_us);
  gw_bind_int(s, ":act", core->act_us);
  gw_bind_int(s, ":retone", core->retone_us);
  gw_bind_text(s, ":response_zh", row->response_zh);
  gw_bind_text(s, ":response_en", row->response_en);
  gw_bind_int(s, ":enabled", core->enabled);
  gw_bind_int(s, ":at", at_us);
  gw_bind_text(s, ":name", row->name);
  gw_bind_text(s, ":selector", row->selector);
  gw_bind_text(s, ":makes", row->makes_event ? "event" : "alert");
  gw_bind_text(s, ":category", row->category);
  return gw_step_done(s, error);
}

gint64 gw_store_rule_count(GwDb *db, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &RULE_COUNT);
  return gw_step_row(s, error) ? gw_col_int(s, 0) : -1;
}
