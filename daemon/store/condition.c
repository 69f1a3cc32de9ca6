#include "daemon/store/condition.h"

#include <string.h>

#include "daemon/store/ids.h"

static const char *const states[GW_N_CONDITION_STATES] = {"OFF", "RISING", "ON", "FALLING"};

#define CONDITION_COLUMNS "id, key, rule_kind, state, first_at_us, sighting from condition "
GW_SQL(CONDITION_BY_KEY, "select " CONDITION_COLUMNS "where key = :key");
GW_SQL(CONDITION_BY_ID, "select " CONDITION_COLUMNS "where id = :id");
GW_SQL(CONDITION_IDS_OF, "select id from condition where substr(key, 1, length(:prefix)) = :prefix order by id");
/* Alerts outlive their condition until somebody has seen to them. */
GW_SQL(CONDITION_COUNT_OF,
       "select max((select count(*) from condition where key >= :from and key < :to),"
       " (select count(*) from alert where state <> 'NORM' and key >= :from and key < :to))");
GW_SQL(CONDITION_INSERT, "insert into condition (key, rule_kind, state, first_at_us, sighting)"
                         " values (:key, :rule_kind, :state, :first_at, :sighting)");
GW_SQL(CONDITION_UPDATE,
       "update condition set state = :state, first_at_us = :first_at, sighting = :sighting where id = :id");
GW_SQL(CONDITION_DELETE, "delete from condition where id = :id");

void gw_condition_row_clear(GwConditionRow *row) {
  g_free(row->key);
  g_free(row->rule_kind);
  g_free(row->sighting);
  *row = (GwConditionRow){0};
}

static GwConditionState state_of(const char *text) {
  for (int i = 0; i < GW_N_CONDITION_STATES; i++)
    if (g_strcmp0(states[i], text) == 0)
      return (GwConditionState)i;
  return GW_CONDITION_OFF;
}

static gboolean read_row(GwStmt *s, GwConditionRow *ret, GError **error) {
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (GwConditionRow){
      .id = gw_col_int(s, 0),
      .key = g_strdup(gw_col_text(s, 1)),
      .rule_kind = g_strdup(gw_col_text(s, 2)),
      .core = {.state = state_of(gw_col_text(s, 3)), .first_at_us = gw_col_int(s, 4)},
      .sighting = g_strdup(gw_col_text(s, 5)),
  };
  return TRUE;
}

gboolean gw_store_condition_by_key(GwDb *db, const char *key, GwConditionRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CONDITION_BY_KEY);
  gw_bind_text(s, ":key", key);
  return read_row(s, ret, error);
}

gboolean gw_store_condition_get(GwDb *db, GwId id, GwConditionRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CONDITION_BY_ID);
  gw_bind_id(s, ":id", id);
  return read_row(s, ret, error);
}

gboolean gw_store_condition_count_of(GwDb *db, const char *prefix, guint *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CONDITION_COUNT_OF);
  g_autofree char *to = g_strdup(prefix);
  to[strlen(to) - 1]++;
  gw_bind_text(s, ":from", prefix);
  gw_bind_text(s, ":to", to);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (guint)gw_col_int(s, 0);
  return TRUE;
}

GArray *gw_store_condition_ids_of(GwDb *db, const char *prefix, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CONDITION_IDS_OF);
  gw_bind_text(s, ":prefix", prefix);
  return gw_store_read_ids(s, error);
}

static gboolean delete_row(GwDb *db, GwConditionRow *row, GError **error) {
  if (row->id == 0)
    return TRUE;
  g_autoptr(GwStmt) s = gw_stmt(db, &CONDITION_DELETE);
  gw_bind_id(s, ":id", row->id);
  row->id = 0;
  return gw_step_done(s, error);
}

gboolean gw_store_condition_put(GwDb *db, GwConditionRow *row, GError **error) {
  if (row->core.state == GW_CONDITION_OFF)
    return delete_row(db, row, error);
  g_autoptr(GwStmt) s = gw_stmt(db, row->id ? &CONDITION_UPDATE : &CONDITION_INSERT);
  gw_bind_text(s, ":state", states[row->core.state]);
  gw_bind_int(s, ":first_at", row->core.first_at_us);
  gw_bind_text(s, ":sighting", row->sighting);
  if (row->id) {
    gw_bind_id(s, ":id", row->id);
  } else {
    gw_bind_text(s, ":key", row->key);
    gw_bind_text(s, ":rule_kind", row->rule_kind);
  }
  if (!gw_step_done(s, error))
    return FALSE;
  if (row->id == 0)
    row->id = gw_db_last_id(db);
  return TRUE;
}
