#pragma once
#include <jansson.h>
#include "daemon/core/rule_select.h"
#include "daemon/store/db.h"

/* Rows of `rule`: what may raise an alert, in versions.  Thread: the connection's. */
/* The first rule of a kind (the one that takes all, of kinds that select), newest version; GW_CODE_NOT_FOUND when
 * the center has no such rule. */
gboolean gw_store_rule_newest(GwDb *db, const char *kind, GwRule *ret, GError **error);
/* The version that an alert was raised by. */
gboolean gw_store_rule_get(GwDb *db, GwId id, int version, GwRule *ret, GError **error);

/* A version with all it says.  Strings belong to the row. */
typedef struct GwRuleRow {
  GwRule core;
  char *name, *selector; /* selector: JSON */
  char *category;        /* of its alerts; "": their noun says */
  char *response_zh, *response_en;
  gboolean makes_event; /* a journal row instead of an alert */
  GwRuleSelector asks;  /* `selector`, read */
} GwRuleRow;
void gw_rule_row_clear(GwRuleRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwRuleRow, gw_rule_row_clear)

/* The newest version of a rule; FALSE without an error when there is no such rule. */
gboolean gw_store_rule_row(GwDb *db, GwId id, GwRuleRow *ret, GError **error);
/* GwRuleRow: the newest version of every rule of a kind; unreffing the array frees their strings. */
GArray *gw_store_rules_of_kind(GwDb *db, const char *kind, GError **error);
/* A new version; with core.id 0 a new rule, whose id is filled in. */
gboolean gw_store_rule_insert(GwDb *db, GwRuleRow *row, GwUsec at_us, GError **error);
gint64 gw_store_rule_count(GwDb *db, GError **error); /* rules, not versions; -1 with an error */

/* Reads a selector; what is not understood asks nothing. */
void gw_store_selector_read(json_t *selector, GwRuleSelector *ret);
