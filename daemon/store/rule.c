#include "daemon/store/rule.h"

#define RULE_COLUMNS                                                                                         \
  "id, version, kind, priority, on_delay_us, off_delay_us, latched, ack_us, act_us, retone_us, enabled "     \
  "from rule "

GW_SQL(RULE_ROW_NEWEST, "select " RULE_COLUMNS "where kind = :kind order by version desc, id desc limit 1");
GW_SQL(RULE_ROW_BY_ID, "select " RULE_COLUMNS "where id = :id and version = :version");

static gboolean read_rule(GwStmt *s, GwRule *ret, GError **error) {
  GwStep step = gw_step(s, error);
  if (step == GW_STEP_DONE)
    g_set_error(error, GW_ERROR, GW_CODE_NOT_FOUND, "There is no such rule.");
  if (step != GW_STEP_ROW)
    return FALSE;
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
