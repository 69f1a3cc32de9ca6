#pragma once
#include "daemon/core/condition.h"
#include "daemon/store/db.h"

/* Rows of `condition`: what is said to hold, with its delays.  Thread: the connection's. */
typedef struct GwConditionRow {
  GwId id; /* 0: none yet */
  char *key, *rule_kind;
  GwConditionFacts core;
  char *sighting; /* JSON: what the alert will be made of */
} GwConditionRow;
void gw_condition_row_clear(GwConditionRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwConditionRow, gw_condition_row_clear)

/* FALSE without an error when there is none. */
gboolean gw_store_condition_by_key(GwDb *db, const char *key, GwConditionRow *ret, GError **error);
gboolean gw_store_condition_get(GwDb *db, GwId id, GwConditionRow *ret, GError **error);
/* Ids (GwId) of those whose key begins so; the caller frees the array. */
GArray *gw_store_condition_ids_of(GwDb *db, const char *prefix, GError **error);
/* How many of those hold, or have an open alert, whichever are more; `prefix` ends with a ':'. */
gboolean gw_store_condition_count_of(GwDb *db, const char *prefix, guint *ret, GError **error);
/* Inserts, updates, or deletes it when its state is OFF. */
gboolean gw_store_condition_put(GwDb *db, GwConditionRow *row, GError **error);
